// SPDX-License-Identifier: BSD-3-Clause
// Grids on the torus for equations with nonlocal operators, and those operators with all derivatives in space.
#pragma once
#include "gpu/spectral/spectral.h"
#include "plugins/pinn/problem/problem.h"
#include "plugins/pinn/training/sampler.h"

#include <span>
#include <vector>

namespace orrery::pinn::training {

constexpr std::int64_t fewest_torus_points = 64; // collocation points of a problem with nonlocal operators

// Equidistant points in one or two periodic coordinates, times a number of times. Points lie in the order
// [time][first coordinate][second coordinate].
struct TorusGrid {
    std::vector<std::size_t> space;  // indices of the coordinates
    std::vector<double> low, period; // [space]
    std::int64_t n = 0;              // points along each of them, even
    std::int64_t times = 1;          // 1 where the problem has no time
    std::size_t plane() const { return static_cast<std::size_t>(space.size() == 2 ? n * n : n); } // points at a time
    std::size_t points() const { return plane() * static_cast<std::size_t>(times); }
};
// Of at most `points` points, in space about twice as many along a coordinate as times. Throws Error for a problem
// with other than one or two coordinates of space, or for too few points.
TorusGrid torus_grid(const Problem& problem, std::int64_t points);

// The points at given times, moved in space by `shift` [space] times the distance of neighbours: multipliers commute
// with shifts, so that is resampling for free.
std::vector<double> points_of(const TorusGrid& grid, const Problem& problem, std::span<const double> times,
                              std::span<const double> shift);
// At a random shift, at times drawn as `sampling` says.
PointSet draw(const TorusGrid& grid, const Problem& problem, Sampler& sampler, Sampling sampling);

// Leaves of one unknown and order in time, as Fourier multipliers of that field: d/dx_j has the symbol i k_j, riesz_j
// i k_j / |k| (0 at k = 0), half_laplacian |k|; k = 2 pi m / period.
class TorusOperators {
public:
    TorusOperators(const TorusGrid& grid, const Problem& problem, std::span<const Leaf> leaves);
    // Field [times, n] or [times, n, n], float64 on the CPU -> [leaves, ...].
    at::Tensor apply(const at::Tensor& field) const;
    // Its transpose: [leaves, ...] -> [times, ...].
    at::Tensor adjoint(const at::Tensor& fields) const;

private:
    bool plane_, plain_ = false;
    std::int64_t n_;
    spectral::Symbols symbols_; // of two coordinates
    at::Tensor line_;           // of one: complex [leaves, 1, n/2 + 1]
};

} // namespace orrery::pinn::training
