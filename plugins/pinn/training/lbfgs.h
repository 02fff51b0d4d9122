// SPDX-License-Identifier: BSD-3-Clause
// Limited-memory BFGS.
#pragma once
#include "plugins/pinn/training/optimizer.h"

#include <deque>

namespace orrery::pinn::training {

// Nocedal & Wright, Numerical Optimization (2006), algorithm 7.4, with a strong Wolfe line search. No tolerance is
// absolute: c f for f takes the same path for every c > 0. Stalls only where the gradient itself leads nowhere lower.
class Lbfgs final : public Optimizer {
public:
    explicit Lbfgs(std::size_t memory = 50) : memory_(memory) {}
    StepResult step(const Objective& objective, Point& point) override;
    void save(StateWriter& state) const override;
    void restore(StateReader& state, std::size_t n) override;

private:
    struct Pair {
        std::vector<double> s, y;
        double rho;
    };
    std::vector<double> direction(std::span<const double> gradient) const;

    std::size_t memory_;
    std::deque<Pair> pairs_;
};

} // namespace orrery::pinn::training
