// SPDX-License-Identifier: BSD-3-Clause
// Collocation points in a box, on its faces and where the residual is large; all from one random state that is saved.
#pragma once
#include "core/state_stream.h"

#include <functional>
#include <random>
#include <span>
#include <string>
#include <vector>

namespace orrery::pinn::training {

struct Box {
    std::vector<double> low, high; // [d]
};

// Points of d coordinates as [d][count]: all first coordinates, then all second ones, and so on.
struct PointSet {
    std::size_t count = 0;
    std::vector<double> coordinates;
    std::vector<double> weights; // [count] with mean 1, or empty: ones
    double at(std::size_t coordinate, std::size_t point) const { return coordinates[coordinate * count + point]; }
};

enum class Sampling {
    uniform,         // independent, uniform
    latin_hypercube, // one point in each of `count` equal slices of every coordinate (McKay, Beckman & Conover 1979)
    sobol,           // the first `count` points of Sobol's sequence, digits shifted at random
    gauss_legendre   // tensor grid of quadrature points with their weights; the seed has no part in it
};
// Throws Error whose sentence says what is accepted: uniform, latin-hypercube, sobol, gauss-legendre.
Sampling sampling_named(const std::string& name);

// |residual| at each point; several equations make one number a point.
using Residual = std::function<std::vector<double>(const PointSet& points)>;

struct AdaptiveOptions {
    double power = 1, floor = 1; // k and c: p ~ |r|^k / mean |r|^k + c
    std::size_t candidates = 10; // the pool holds that many times the points
    Sampling pool = Sampling::sobol;
};

// Boxes of 1 to 4 coordinates. Random points lie inside the box, bounds included; equal seeds and calls give equal
// bits.
class Sampler {
public:
    explicit Sampler(std::uint64_t seed) : bits_(seed) {}

    // `count` points of the box; Gauss-Legendre takes the largest tensor grid of no more than `count`, at least one
    // point, spread over the coordinates evenly. Throws Error for a box of no volume.
    PointSet inside(const Box& box, std::size_t count, Sampling sampling);
    // On the face where one coordinate has this value.
    PointSet on_face(const Box& box, std::size_t coordinate, double value, std::size_t count, Sampling sampling);

    // Residual-based adaptive distribution: `count` points of a pool without repetition, drawn with probabilities
    // proportional to |r|^k / mean |r|^k + c (Wu et al., arXiv 2207.10289). Throws Error with
    // the place where a residual is not a number.
    PointSet by_residual(const Box& box, std::size_t count, const Residual& residual,
                         const AdaptiveOptions& options = {});
    // The `count` points of such a pool with the largest residuals, to be added (RAR-G of the same paper).
    PointSet largest_residuals(const Box& box, std::size_t count, const Residual& residual,
                               const AdaptiveOptions& options = {});
    // Keeps the points whose residual is above the mean and draws the others anew, uniformly: R3 (Daw et al., arXiv
    // 2207.02338).
    PointSet retain(const Box& box, const PointSet& points, const Residual& residual);

    void save(StateWriter& state) const;
    void restore(StateReader& state); // throws Error

private:
    double uniform() { return static_cast<double>(bits_() >> 11U) * 0x1p-53; }
    PointSet unit_points(std::size_t dimensions, std::size_t count, Sampling sampling);

    std::mt19937_64 bits_;
};

} // namespace orrery::pinn::training
