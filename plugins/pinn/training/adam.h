// SPDX-License-Identifier: BSD-3-Clause
// Adam and AdamW, and the schedule of a learning rate.
#pragma once
#include "plugins/pinn/training/optimizer.h"

namespace orrery::pinn::training {

struct RateSchedule {
    double rate = 2e-3;
    // rate factor^(step / steps): the factor of every `steps` steps; steps = 0: constant.
    double factor = 1;
    std::int64_t steps = 0;
    // Half a cosine from the rate to its hundredth at this step, and that from there on (Loshchilov & Hutter, arXiv
    // 1608.03983, eq. 5); 0: none.
    std::int64_t cosine = 0;

    double at(std::int64_t step) const; // of the step-th step from 0
};

struct AdamOptions {
    RateSchedule schedule;
    double weight_decay = 0; // times the rate of the step: x <- x - rate weight_decay x
};

// Kingma & Ba 2015 (arXiv 1412.6980), algorithm 1; with weight decay: Loshchilov & Hutter 2019 (arXiv 1711.05101),
// algorithm 2 (AdamW).
class Adam final : public Optimizer {
public:
    explicit Adam(AdamOptions options = {}) : options_(options) {}
    StepResult step(const Objective& objective, Point& point) override;
    void set_rate(double rate) override { options_.schedule.rate = rate; }
    void save(StateWriter& state) const override;
    void restore(StateReader& state, std::size_t n) override;

private:
    AdamOptions options_;
    std::int64_t count_ = 0;
    std::vector<double> first_, second_;
};

} // namespace orrery::pinn::training
