// SPDX-License-Identifier: BSD-3-Clause
// A chain of optimizers on an objective that is resampled now and then, one iteration at a time.
#pragma once
#include "plugins/pinn/training/chain.h"

#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

namespace orrery::pinn::training {

struct Minimisation {
    std::int64_t iterations = 0, evaluations = 0;
    std::optional<std::string> failure; // the value became not a number
};

class Minimiser {
public:
    // `sample` (may be empty) is called every `redraw` iterations and changes the objective.
    Minimiser(Objective objective, std::vector<double> start, std::vector<Stage> chain, std::int64_t redraw,
              std::function<void()> sample, Workplace workplace = {});
    Minimiser(const Minimiser&) = delete; // it counts the calls of its objective
    Minimiser& operator=(const Minimiser&) = delete;

    void begin();   // evaluates the start; before the first advance(), unless restored
    void advance(); // one iteration, unless finished
    bool finished() const { return done_.failure || stage_ == chain_.size(); }
    const Minimisation& done() const { return done_; }
    const Point& point() const { return point_; } // the last good one
    // The objective was changed from outside: evaluates the point again.
    void objective_changed();
    // Learning rate (before its schedule) of this stage and all later ones that have one, from the next iteration on.
    void set_rate(double rate);

    // Everything that the next iterations depend on but the sample. restore() throws Error.
    void save(StateWriter& state) const;
    void restore(StateReader& state);

private:
    void fail(const Point& good);
    void next_stage();
    void make();
    bool resample(const Point& good);

    Objective counted_;
    std::vector<Stage> chain_;
    std::int64_t redraw_;
    std::function<void()> sample_;
    Workplace workplace_;
    Point point_;
    Minimisation done_;
    std::unique_ptr<Optimizer> optimizer_; // of the stage, from its first iteration on
    Progress progress_;                    // likewise
    double rate_ = 0;                      // set by set_rate; 0: that of the chain
    std::size_t stage_ = 0;
    std::int64_t in_stage_ = 0, on_this_sample_ = 0;
    bool last_finite_ = true;
};

// Goes on while `keep_going`, which sees the iterations done and the point before each. Point is the last good one on
// return.
Minimisation minimise(const Objective& objective, Point& point, const std::vector<Stage>& chain, std::int64_t redraw,
                      const std::function<void()>& sample,
                      const std::function<bool(const Minimisation&, const Point&)>& keep_going,
                      const Workplace& workplace = {});

} // namespace orrery::pinn::training
