// SPDX-License-Identifier: BSD-3-Clause
// The dense inverse Hessian of a quasi-Newton method, changed and multiplied in one sweep over its memory.
#pragma once
#include "core/state_stream.h"
#include "gpu/parallel/aligned.h"
#include "gpu/parallel/team.h"

#include <memory>
#include <span>
#include <vector>

namespace orrery::pinn::training {

// A symmetric matrix H as its lower triangle in tiles (InversePass), with a pending change scale H + s a' + q b' that
// is applied in the same pass that multiplies by a vector: one sweep over the memory an iteration. Sums don't depend on
// the number of threads.
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
    static std::int64_t memory(std::int64_t size); // bytes

private:
    static std::size_t numbers(std::size_t size);

    std::shared_ptr<Team> team_;
    std::size_t size_, padded_;
    double scale_ = 1;
    std::vector<int> cuts_;
    Aligned<double> packed_, s_, q_, a_, b_, x_, products_;
};

} // namespace orrery::pinn::training
