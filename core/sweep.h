// SPDX-License-Identifier: BSD-3-Clause
// The points of a sweep: which runs "kappa=0.1,1 n=32..256:log:4" stands for.
#pragma once
#include "core/schema.h"

#include <cstdint>
#include <string>
#include <vector>

namespace orrery {

// How points are taken from the axes.
enum class Sampling {
    grid,   // every combination; the last axis that was given runs fastest
    random, // uniform in each axis, from the seed
    sobol   // Sobol's low-discrepancy sequence from its first point (the low ends) on; at most sobol_dimensions axes
};

struct SweepOptions {
    Sampling sampling = Sampling::grid;
    std::int64_t count = 0; // of random and Sobol points
    std::uint64_t seed = 0; // of random points
};

// Most runs that one sweep may have.
inline constexpr std::size_t most_sweep_points = 10000;

struct Sweep {
    std::vector<std::string> varied; // parameters with more than one value or a range, in the order given
    std::vector<Values> points;      // complete; no two are equal
};

// Reads "key=value", "key=a,b,c" and, of numbers, "key=lo..hi:lin:N" or "key=lo..hi:log:N" (both ends included). With
// random and Sobol points ":N" may be left out and counts for nothing, ":lin" may be left out too; a list is then a set
// to choose from. In texts and paths "\," is a comma. Whole numbers are rounded; equal values and points are taken
// once. Adds every problem in the words of Schema::parse; the points are valid only if there was none.
ORRERY_API Sweep parse_sweep(const Schema& schema, const std::vector<std::string>& assignments,
                             const SweepOptions& options, Problems& problems);

inline constexpr std::size_t sobol_dimensions = 16;

// The `index`-th point (from 0) of Sobol's sequence in [0, 1)^dimensions, in Gray-code order, not scrambled. Direction
// numbers: S. Joe and F. Y. Kuo, Constructing Sobol sequences with better two-dimensional projections, SIAM J. Sci.
// Comput. 30 (2008), table new-joe-kuo-6. Needs dimensions <= sobol_dimensions.
ORRERY_API std::vector<double> sobol_point(std::uint32_t index, std::size_t dimensions);

} // namespace orrery
