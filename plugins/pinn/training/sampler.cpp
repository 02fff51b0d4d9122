// SPDX-License-Identifier: BSD-3-Clause
#include "plugins/pinn/training/sampler.h"

#include "core/error.h"
#include "core/sweep.h"
#include "plugins/pinn/training/quadrature.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <numeric>
#include <sstream>

namespace orrery::pinn::training {

namespace {

constexpr std::size_t most_dimensions = 4;

void check(const Box& box) {
    if (box.low.size() != box.high.size() || box.low.empty() || box.low.size() > most_dimensions)
        throw Error(fmt::format("Points can be drawn in boxes of 1 to {} coordinates, not {}.", most_dimensions,
                                box.low.size()));
    for (std::size_t d = 0; d < box.low.size(); ++d) {
        if (!(box.low[d] < box.high[d]) || !std::isfinite(box.high[d] - box.low[d]))
            throw Error(fmt::format("Coordinate {} of the domain goes from {} to {}: the first must be the smaller.",
                                    d + 1, box.low[d], box.high[d]));
    }
}

void stretch(const Box& box, PointSet& points) {
    for (std::size_t d = 0; d < box.low.size(); ++d) {
        const double low = box.low[d], high = box.high[d];
        for (std::size_t i = 0; i < points.count; ++i) {
            double& x = points.coordinates[d * points.count + i];
            x = std::min(high, low + (high - low) * x);
        }
    }
}

// Tensor grid of the unit cube, the last coordinate fastest.
PointSet gauss_grid(std::size_t dimensions, std::size_t count) {
    std::vector<std::size_t> sides(dimensions, 1);
    const auto size = [&] { return std::accumulate(sides.begin(), sides.end(), std::size_t{1}, std::multiplies<>()); };
    for (std::size_t d = 0; size() / sides[d] * (sides[d] + 1) <= count; d = (d + 1) % dimensions) ++sides[d];
    PointSet points;
    points.count = size();
    points.coordinates.resize(dimensions * points.count);
    points.weights.assign(points.count, 1.0);
    std::size_t stride = points.count;
    for (std::size_t d = 0; d < dimensions; ++d) {
        const Quadrature rule = gauss_legendre(static_cast<int>(sides[d]), 0, 1);
        stride /= sides[d];
        for (std::size_t i = 0; i < points.count; ++i) {
            const std::size_t k = i / stride % sides[d];
            points.coordinates[d * points.count + i] = rule.points[k];
            points.weights[i] *= rule.weights[k] * static_cast<double>(sides[d]);
        }
    }
    return points;
}

PointSet chosen(const PointSet& from, std::span<const std::size_t> indices) {
    const std::size_t dimensions = from.count == 0 ? 0 : from.coordinates.size() / from.count;
    PointSet points;
    points.count = indices.size();
    for (std::size_t d = 0; d < dimensions; ++d) {
        for (const std::size_t i : indices) points.coordinates.push_back(from.at(d, i));
    }
    return points;
}

std::vector<double> sizes_at(const PointSet& points, const Residual& residual) {
    std::vector<double> sizes = residual(points);
    for (std::size_t i = 0; i < points.count; ++i) {
        sizes[i] = std::abs(sizes[i]);
        if (std::isfinite(sizes[i])) continue;
        std::string place;
        for (std::size_t d = 0; d < points.coordinates.size() / points.count; ++d)
            place += fmt::format("{}{:.6g}", d == 0 ? "" : ", ", points.at(d, i));
        throw Error(fmt::format("The residual at ({}) is not a number, so no points can be drawn by it.", place));
    }
    return sizes;
}

// The `count` indices with the largest keys, in their own order.
std::vector<std::size_t> largest(std::span<const double> keys, std::size_t count) {
    std::vector<std::size_t> order(keys.size());
    std::iota(order.begin(), order.end(), std::size_t{0});
    std::stable_sort(order.begin(), order.end(), [&](std::size_t a, std::size_t b) { return keys[a] > keys[b]; });
    order.resize(std::min(count, order.size()));
    std::sort(order.begin(), order.end());
    return order;
}

} // namespace

Sampling sampling_named(const std::string& name) {
    if (name == "uniform") return Sampling::uniform;
    if (name == "latin-hypercube") return Sampling::latin_hypercube;
    if (name == "sobol") return Sampling::sobol;
    if (name == "gauss-legendre") return Sampling::gauss_legendre;
    throw Error(
        fmt::format("'{}' is no way to draw points; accepted: uniform, latin-hypercube, sobol, gauss-legendre", name),
        {}, ExitCode::usage);
}

PointSet Sampler::unit_points(std::size_t dimensions, std::size_t count, Sampling sampling) {
    if (sampling == Sampling::gauss_legendre) return gauss_grid(dimensions, count);
    PointSet points;
    points.count = count;
    points.coordinates.resize(dimensions * count);
    const auto line = [&](std::size_t d) { return points.coordinates.data() + d * count; };
    if (sampling == Sampling::uniform) {
        for (double& x : points.coordinates) x = uniform();
    } else if (sampling == Sampling::latin_hypercube) {
        std::vector<std::size_t> slice(count);
        for (std::size_t d = 0; d < dimensions; ++d) {
            std::iota(slice.begin(), slice.end(), std::size_t{0});
            for (std::size_t i = count; i > 1; --i) // the standard library leaves its shuffle to the implementation
                std::swap(slice[i - 1],
                          slice[std::min(i - 1, static_cast<std::size_t>(uniform() * static_cast<double>(i)))]);
            for (std::size_t i = 0; i < count; ++i)
                line(d)[i] = (static_cast<double>(slice[i]) + uniform()) / static_cast<double>(count);
        }
    } else {
        // A digital shift keeps how evenly the points lie in binary boxes; half a digit keeps them off the bounds.
        std::vector<std::uint32_t> shift(dimensions);
        for (auto& s : shift) s = static_cast<std::uint32_t>(bits_() >> 32U);
        for (std::size_t i = 0; i < count; ++i) {
            const auto place = sobol_point(static_cast<std::uint32_t>(i), dimensions);
            for (std::size_t d = 0; d < dimensions; ++d)
                line(d)[i] =
                    (static_cast<double>(static_cast<std::uint32_t>(place[d] * 0x1p32) ^ shift[d]) + 0.5) * 0x1p-32;
        }
    }
    return points;
}

PointSet Sampler::inside(const Box& box, std::size_t count, Sampling sampling) {
    check(box);
    PointSet points = unit_points(box.low.size(), count, sampling);
    stretch(box, points);
    return points;
}

PointSet Sampler::on_face(const Box& box, std::size_t coordinate, double value, std::size_t count, Sampling sampling) {
    check(box);
    Box face = box;
    face.low.erase(face.low.begin() + static_cast<std::ptrdiff_t>(coordinate));
    face.high.erase(face.high.begin() + static_cast<std::ptrdiff_t>(coordinate));
    PointSet points;
    if (face.low.empty()) { // the end of an interval
        points.count = 1;
    } else {
        points = inside(face, count, sampling);
    }
    points.coordinates.insert(points.coordinates.begin() + static_cast<std::ptrdiff_t>(coordinate * points.count),
                              points.count, value);
    return points;
}

// Drawing one after another without repetition is the same as taking the largest of log(u) / p (Efraimidis & Spirakis,
// Inf. Process. Lett. 97, 2006).
PointSet Sampler::by_residual(const Box& box, std::size_t count, const Residual& residual,
                              const AdaptiveOptions& options) {
    const PointSet pool = inside(box, count * std::max<std::size_t>(1, options.candidates), options.pool);
    std::vector<double> keys = sizes_at(pool, residual);
    const double highest = *std::max_element(keys.begin(), keys.end());
    double mean = 0;
    for (double& key : keys) { // by the largest first: a high power of a large residual overflows
        key = highest > 0 ? std::pow(key / highest, options.power) : 1;
        mean += key / static_cast<double>(pool.count);
    }
    for (double& key : keys) key = std::log1p(-uniform()) / (key / mean + options.floor);
    return chosen(pool, largest(keys, count));
}

PointSet Sampler::largest_residuals(const Box& box, std::size_t count, const Residual& residual,
                                    const AdaptiveOptions& options) {
    const PointSet pool = inside(box, count * std::max<std::size_t>(1, options.candidates), options.pool);
    return chosen(pool, largest(sizes_at(pool, residual), count));
}

PointSet Sampler::retain(const Box& box, const PointSet& points, const Residual& residual) {
    const std::vector<double> sizes = sizes_at(points, residual);
    const double mean = std::accumulate(sizes.begin(), sizes.end(), 0.0) / static_cast<double>(points.count);
    const PointSet fresh = inside(box, points.count, Sampling::uniform);
    PointSet kept = points;
    for (std::size_t i = 0; i < points.count; ++i) {
        if (sizes[i] > mean) continue;
        for (std::size_t d = 0; d < box.low.size(); ++d) kept.coordinates[d * points.count + i] = fresh.at(d, i);
    }
    return kept;
}

void Sampler::save(StateWriter& state) const {
    std::ostringstream bits;
    bits << bits_;
    state.text(bits.str());
}

void Sampler::restore(StateReader& state) {
    std::istringstream bits(state.text());
    if (!(bits >> bits_)) state.refuse("its random state can't be read");
}

} // namespace orrery::pinn::training
