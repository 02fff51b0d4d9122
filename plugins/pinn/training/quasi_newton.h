// SPDX-License-Identifier: BSD-3-Clause
// Quasi-Newton methods with a dense inverse Hessian: BFGS, self-scaled BFGS and self-scaled Broyden.
#pragma once
#include "plugins/pinn/training/inverse_hessian.h"
#include "plugins/pinn/training/optimizer.h"

namespace orrery::pinn::training {

// Coefficients of one update of Broyden's class, H+ = [H - q q'/(y'q) + phi v v'] / tau + s s'/(y's) with q = H y, v =
// sqrt(y'q) (s/(y's) - q/(y'q)), written as H+ = scale H + ss s s' + sq (s q' + q s') + qq q q'.
struct BroydenUpdate {
    double scale, ss, sq, qq, tau, phi;
};

enum class QuasiNewtonRule {
    bfgs,                // phi = 1, tau = 1
    self_scaled_bfgs,    // phi = 1, tau = min(1, y's / s'Bs)
    self_scaled_broyden, // both by Al-Baali & Khalfan
};

// From y's, s'Bs (B the inverse of H) and y'Hy; n is the number of unknowns. Al-Baali & Khalfan (Wide interval for
// efficient self-scaling quasi-Newton algorithms, Optim. Methods Softw. 20, 2005) as in Urban, Stefanou & Pons (arXiv
// 2405.04230, eq. 13-23).
BroydenUpdate broyden_update(QuasiNewtonRule rule, double ys, double sbs, double yhy, std::size_t n);

// 4 P^2 bytes; strong Wolfe line search.
class QuasiNewton final : public Optimizer {
public:
    explicit QuasiNewton(QuasiNewtonRule rule, std::shared_ptr<Team> team = {}) : rule_(rule), team_(std::move(team)) {}
    StepResult step(const Objective& objective, Point& point) override;
    void objective_changed() override { direction_known_ = false; }
    void save(StateWriter& state) const override;
    void restore(StateReader& state, std::size_t n) override;
    std::int64_t skipped() const { return skipped_; } // updates left out: no positive curvature along the step
    std::int64_t resets() const { return resets_; }

private:
    void reset(const Point& point);
    void update(const Point& point, std::span<const double> old_gradient, double alpha);

    QuasiNewtonRule rule_;
    std::shared_ptr<Team> team_;
    std::unique_ptr<InverseHessian> inverse_;
    std::vector<double> direction_, s_, y_, q_, product_; // direction_ = -H g where it is known
    bool direction_known_ = false, fresh_ = true;
    std::int64_t skipped_ = 0, resets_ = 0;
};

} // namespace orrery::pinn::training
