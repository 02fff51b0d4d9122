// SPDX-License-Identifier: BSD-3-Clause
// Minimisers of a smooth function on the CPU: Adam, L-BFGS and the dense self-scaled Broyden method.
#pragma once
#include "core/state_stream.h"
#include "gpu/parallel/aligned.h"
#include "gpu/parallel/team.h"

#include <cstdint>
#include <deque>
#include <functional>
#include <memory>
#include <span>
#include <string>
#include <vector>

namespace orrery::pinn::training {

// Value at x; fills the gradient. May return NaN or infinity where the function has none.
using Objective = std::function<double(std::span<const double> x, std::span<double> gradient)>;

struct Point {
    std::vector<double> x, gradient;
    double value = 0;
};

enum class StepResult { moved, stalled }; // stalled: no step gives a lower value, even along the gradient

class Optimizer {
public:
    virtual ~Optimizer() = default;
    // One iteration from `point`, whose value and gradient must belong to x.
    virtual StepResult step(const Objective& objective, Point& point) = 0;
    // The objective changed a little (other sample points): keeps curvature, forgets what belongs to the old gradient.
    virtual void objective_changed() {}
    // All that the next steps depend on, between two of them; n is the number of unknowns.
    virtual void save(StateWriter& state) const = 0;
    virtual void restore(StateReader& state, std::size_t n) = 0; // throws Error
};

// Kingma & Ba 2015 (arXiv 1412.6980), algorithm 1.
class Adam final : public Optimizer {
public:
    explicit Adam(double rate = 2e-3) : rate_(rate) {}
    StepResult step(const Objective& objective, Point& point) override;
    void save(StateWriter& state) const override;
    void restore(StateReader& state, std::size_t n) override;

private:
    double rate_;
    std::int64_t count_ = 0;
    std::vector<double> first_, second_;
};

// Limited-memory BFGS, Nocedal & Wright, Numerical Optimization (2006), algorithm 7.4, with a strong Wolfe line search.
class Lbfgs final : public Optimizer {
public:
    explicit Lbfgs(std::size_t memory = 50) : memory_(memory) {}
    StepResult step(const Objective& objective, Point& point) override;
    void objective_changed() override {}
    void save(StateWriter& state) const override;
    void restore(StateReader& state, std::size_t n) override;

private:
    struct Pair {
        std::vector<double> s, y;
        double rho;
    };
    std::size_t memory_;
    std::deque<Pair> pairs_;
};

// A symmetric matrix H as packed lower triangle, with a pending change scale H + s a' + q b' that is applied in the
// same pass that multiplies by a vector: one sweep over the memory an iteration. Sums don't depend on the number of
// threads.
class InverseHessian {
public:
    explicit InverseHessian(std::size_t size, std::shared_ptr<Team> team = {});
    void set_identity(double scale);
    // Pending: H <- scale H + ss s s' + sq (s q' + q s') + qq q q'.
    void change(double scale, std::span<const double> s, std::span<const double> q, double ss, double sq, double qq);
    // Applies what is pending and returns H x in `product`.
    void multiply(std::span<const double> x, std::span<double> product);
    std::size_t size() const { return size_; }
    void save(StateWriter& state) const;
    void restore(StateReader& state);

private:
    std::shared_ptr<Team> team_;
    std::size_t size_;
    double scale_ = 1;
    std::vector<int> cuts_;
    Aligned<double> packed_, s_, q_, a_, b_, x_, products_;
};

// Coefficients of one self-scaled Broyden update of the inverse Hessian: Al-Baali & Khalfan (Wide interval for
// efficient self-scaling quasi-Newton algorithms, Optim. Methods Softw. 20, 2005) as in Urban, Stefanou & Pons (arXiv
// 2405.04230, eq. 13-23). From y's, s'Bs (B the inverse of H) and y'Hy; n is the number of unknowns. H+ = scale H + ss
// s s' + sq (s q' + q s') + qq q q' with q = H y.
struct BroydenUpdate {
    double scale, ss, sq, qq, tau, phi;
};
BroydenUpdate self_scaled_broyden(double ys, double sbs, double yhy, std::size_t n);

// Dense self-scaled Broyden method; 4 P^2 bytes.
class SelfScaledBroyden final : public Optimizer {
public:
    explicit SelfScaledBroyden(std::shared_ptr<Team> team = {}) : team_(std::move(team)) {}
    StepResult step(const Objective& objective, Point& point) override;
    void objective_changed() override { direction_known_ = false; }
    void save(StateWriter& state) const override;
    void restore(StateReader& state, std::size_t n) override;
    std::int64_t skipped() const { return skipped_; }
    std::int64_t resets() const { return resets_; }

private:
    void reset(const Point& point);
    void update(const Point& point, std::span<const double> old_gradient, double alpha);

    std::shared_ptr<Team> team_;
    std::unique_ptr<InverseHessian> inverse_;
    std::vector<double> direction_, s_, y_, q_;
    bool direction_known_ = false, fresh_ = true;
    std::int64_t skipped_ = 0, resets_ = 0;
};

// One stage of a chain: "adam:300+ssbroyden".
struct Stage {
    std::string name;             // adam, lbfgs or ssbroyden
    std::int64_t iterations = -1; // -1: as many as there are
};
// Reads a chain; throws orrery::Error whose sentence says what is accepted. Every stage but the last needs a count or
// has a default (adam 300, lbfgs and ssbroyden 1000).
std::vector<Stage> parse_chain(const std::string& text);
std::unique_ptr<Optimizer> make_optimizer(const std::string& name, std::shared_ptr<Team> team = {});

} // namespace orrery::pinn::training
