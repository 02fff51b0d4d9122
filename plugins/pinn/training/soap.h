// SPDX-License-Identifier: BSD-3-Clause
// SOAP: Adam in the eigenbasis of Shampoo's preconditioner.
#pragma once
#include "plugins/pinn/training/adam.h"

#include <memory>

namespace orrery::jet {
struct Network;
}

namespace orrery::pinn::training {

// A weight matrix in the flat vector of unknowns, row after row.
struct Block {
    std::size_t offset = 0, rows = 0, columns = 0;
};

// The weight matrices of a network in its parameters.
std::vector<Block> weight_blocks(const jet::Network& network);

struct SoapOptions {
    RateSchedule schedule{.rate = 3e-3};
    std::int64_t every = 10; // steps from one basis to the next
    double beta1 = 0.95, beta2 = 0.95;
};

// Vyas et al. (arXiv 2409.11321), algorithm 3, the basis carried on by algorithm 4 (one power iteration and QR). The
// first gradient only makes the first basis, by eigendecomposition. Unknowns outside of the blocks, and blocks of one
// row or column, take Adam's steps; sides above `largest_side` keep the unit matrix as basis. The same bits for the
// same number of torch's threads. Block by block 2 (rows^2 + columns^2) numbers.
class Soap final : public Optimizer {
public:
    static constexpr std::size_t largest_side = 2048;
    explicit Soap(std::vector<Block> blocks, SoapOptions options = {});
    ~Soap() override;
    StepResult step(const Objective& objective, Point& point) override;
    void set_rate(double rate) override { options_.schedule.rate = rate; }
    void save(StateWriter& state) const override;
    void restore(StateReader& state, std::size_t n) override;

private:
    struct Matrices; // L, R and their bases
    void begin(const Point& point);
    void move(const Matrices& block, double rate, double scale1, double scale2, Point& point);

    SoapOptions options_;
    std::int64_t count_ = 0; // steps after the first gradient, which is step 0; -1: no gradient yet
    std::vector<std::unique_ptr<Matrices>> matrices_;
    std::vector<double> first_, second_; // second_ in the bases
};

} // namespace orrery::pinn::training
