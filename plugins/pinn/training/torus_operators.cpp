// SPDX-License-Identifier: BSD-3-Clause
#include "plugins/pinn/training/torus_operators.h"

#include "core/error.h"

#include <ATen/ATen.h>
#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <numbers>
#include <optional>

namespace orrery::pinn::training {

namespace {

std::size_t size_of(std::int64_t n) { return static_cast<std::size_t>(n); }

// The coordinate of space that a Riesz transform is taken along.
std::optional<std::size_t> riesz_direction(const TorusGrid& grid, const Problem& problem, Nonlocal operation) {
    if (operation != Nonlocal::riesz_x && operation != Nonlocal::riesz_y) return std::nullopt;
    const char* name = operation == Nonlocal::riesz_x ? "x" : "y";
    for (std::size_t j = 0; j < grid.space.size(); ++j) {
        if (problem.coordinates[grid.space[j]].name == name) return j;
    }
    throw Error(fmt::format("There is no coordinate {} of space for riesz_{}.", name, name),
                "Name the periodic coordinates x and y.", ExitCode::usage);
}

struct Symbol {
    at::Tensor values; // real [n, n/2 + 1] or [n/2 + 1]
    bool imaginary = false;
};

Symbol symbol_of(const TorusGrid& grid, const Problem& problem, const Leaf& leaf) {
    std::vector<at::Tensor> k; // by coordinate, so that they broadcast
    if (grid.space.size() == 1) {
        k.push_back(spectral::wavenumbers(grid.n, 2).squeeze(0));
    } else {
        k.push_back(spectral::wavenumbers(grid.n, 1));
        k.push_back(spectral::wavenumbers(grid.n, 2));
    }
    at::Tensor square = at::zeros({}, at::kDouble);
    for (std::size_t j = 0; j < k.size(); ++j) {
        k[j] = k[j] * (2 * std::numbers::pi / grid.period[j]);
        square = square + k[j] * k[j];
    }
    const at::Tensor length = square.sqrt();
    Symbol symbol{at::ones_like(length)};
    if (leaf.nonlocal == Nonlocal::half_laplacian) symbol.values = length;
    const auto riesz = riesz_direction(grid, problem, leaf.nonlocal);
    if (riesz) symbol.values = at::where(length > 0, 1 / length, 0.0);
    int power = 0; // of i
    for (std::size_t j = 0; j < k.size(); ++j) {
        const int order = leaf.derivative[grid.space[j]] + (riesz == j ? 1 : 0);
        power += order;
        if (order > 0) symbol.values = symbol.values * at::pow(k[j], order);
        // The Nyquist mode is a cosine, whose odd image is a sine that vanishes on the grid.
        if (order % 2 == 1) symbol.values.select(k.size() == 2 && j == 0 ? 0 : -1, grid.n / 2).zero_();
    }
    if (power / 2 % 2 == 1) symbol.values = -symbol.values;
    symbol.imaginary = power % 2 == 1;
    return symbol;
}

} // namespace

TorusGrid torus_grid(const Problem& problem, std::int64_t points) {
    TorusGrid grid;
    const auto time = problem.time();
    for (std::size_t i = 0; i < problem.coordinates.size(); ++i) {
        if (time && i == size_of(*time)) continue;
        grid.space.push_back(i);
        grid.low.push_back(problem.coordinates[i].low);
        grid.period.push_back(problem.coordinates[i].high - problem.coordinates[i].low);
    }
    const std::size_t dimensions = grid.space.size();
    if (dimensions < 1 || dimensions > 2)
        throw Error(
            fmt::format("Nonlocal operators are computed in one or two coordinates of space, not in {}.", dimensions),
            "Leave riesz_x, riesz_y and half_laplacian out.", ExitCode::usage);
    if (points < fewest_torus_points)
        throw Error(fmt::format("{} points are too few for a grid on the torus.", points),
                    fmt::format("Give at least {}.", fewest_torus_points), ExitCode::usage);
    // n^d * times with times = n / 2.
    const double in_all = static_cast<double>(points);
    const double side = time ? std::pow(2 * in_all, 1.0 / static_cast<double>(dimensions + 1))
                             : std::pow(in_all, 1.0 / static_cast<double>(dimensions));
    grid.n = std::max<std::int64_t>(4, 2 * static_cast<std::int64_t>(side / 2 + 1e-9));
    if (time) grid.times = std::max<std::int64_t>(1, points / static_cast<std::int64_t>(grid.plane()));
    return grid;
}

std::vector<double> points_of(const TorusGrid& grid, const Problem& problem, std::span<const double> times,
                              std::span<const double> shift) {
    const std::size_t n = size_of(grid.n), plane = grid.plane(), count = plane * times.size();
    std::vector<double> coordinates(problem.coordinates.size() * count);
    for (std::size_t j = 0; j < grid.space.size(); ++j) {
        const std::size_t stride = grid.space.size() == 2 && j == 0 ? n : 1;
        for (std::size_t p = 0; p < count; ++p) {
            const double index = static_cast<double>(p / stride % n) + shift[j];
            coordinates[grid.space[j] * count + p] = grid.low[j] + grid.period[j] * index / static_cast<double>(grid.n);
        }
    }
    if (const auto time = problem.time()) {
        for (std::size_t p = 0; p < count; ++p) coordinates[size_of(*time) * count + p] = times[p / plane];
    }
    return coordinates;
}

PointSet draw(const TorusGrid& grid, const Problem& problem, Sampler& sampler, Sampling sampling) {
    const std::size_t dimensions = grid.space.size();
    const Box cell{std::vector<double>(dimensions, 0.0), std::vector<double>(dimensions, 1.0)};
    const std::vector<double> shift = sampler.inside(cell, 1, Sampling::uniform).coordinates;
    PointSet times;
    times.count = 1;
    times.coordinates = {0};
    if (const auto time = problem.time()) {
        const Coordinate& t = problem.coordinates[size_of(*time)];
        times = sampler.inside({{t.low}, {t.high}}, size_of(grid.times), sampling);
    }
    PointSet points;
    points.count = grid.plane() * times.count;
    points.coordinates = points_of(grid, problem, times.coordinates, shift);
    for (std::size_t p = 0; p < points.count && !times.weights.empty(); ++p)
        points.weights.push_back(times.weights[p / grid.plane()]);
    return points;
}

TorusOperators::TorusOperators(const TorusGrid& grid, const Problem& problem, std::span<const Leaf> leaves)
    : plane_(grid.space.size() == 2), n_(grid.n) {
    // A field by itself, as the derivative in time mostly is, needs no transform.
    const auto is_plain = [&](const Leaf& leaf) {
        return leaf.nonlocal == Nonlocal::none && std::all_of(grid.space.begin(), grid.space.end(),
                                                              [&](std::size_t i) { return leaf.derivative[i] == 0; });
    };
    plain_ = leaves.size() == 1 && is_plain(leaves[0]);
    std::vector<at::Tensor> values;
    for (const Leaf& leaf : leaves) {
        const Symbol symbol = symbol_of(grid, problem, leaf);
        if (plane_) {
            values.push_back(symbol.values);
            symbols_.imaginary.push_back(symbol.imaginary ? 1 : 0);
        } else {
            const at::Tensor zero = at::zeros_like(symbol.values);
            values.push_back(symbol.imaginary ? at::complex(zero, symbol.values) : at::complex(symbol.values, zero));
        }
    }
    if (plane_) {
        symbols_.values = at::stack(values).contiguous();
    } else {
        line_ = at::stack(values).unsqueeze(1);
    }
}

at::Tensor TorusOperators::apply(const at::Tensor& field) const {
    if (plain_) return field.unsqueeze(0);
    if (plane_) return spectral::multiply(field, symbols_);
    return at::fft_irfft(at::fft_rfft(field).unsqueeze(0) * line_, n_);
}

at::Tensor TorusOperators::adjoint(const at::Tensor& fields) const {
    if (plain_) return fields[0];
    if (plane_) return spectral::multiply_adjoint(fields, symbols_);
    return at::fft_irfft((at::fft_rfft(fields) * line_.conj()).sum(0), n_);
}

} // namespace orrery::pinn::training
