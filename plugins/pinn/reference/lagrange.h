// SPDX-License-Identifier: BSD-3-Clause
// Interpolation of what a solver left: in time by panels of Chebyshev points, on periodic grids by neighbours.
#pragma once

#include <algorithm>
#include <array>
#include <cmath>
#include <cstddef>
#include <cstdint>
#include <numbers>
#include <vector>

namespace orrery::pinn {

// Lagrange weights of x from n nodes with these barycentric weights; exactly one is 1 if x is that node.
template <std::size_t n, class NodeAt>
std::array<double, n> lagrange_weights(double x, const std::array<double, n>& barycentric, NodeAt node_at) {
    std::array<double, n> weights{};
    double sum = 0;
    for (std::size_t j = 0; j < n; ++j) {
        const double distance = x - node_at(j);
        if (distance == 0) {
            weights.fill(0);
            weights[j] = 1;
            return weights;
        }
        weights[j] = barycentric[j] / distance;
        sum += weights[j];
    }
    for (double& w : weights) w /= sum;
    return weights;
}

// An interval of time with 13 Chebyshev points, both ends among them.
struct TimePanel {
    static constexpr std::size_t nodes = 13;
    double begin = 0, length = 0;

    // In [0, 1], increasing.
    static double node(std::size_t j) {
        return 0.5 - 0.5 * std::cos(std::numbers::pi * static_cast<double>(j) / static_cast<double>(nodes - 1));
    }
    // From node j to the next in units of the length; symmetric to the last bit, so that equal gaps are equal numbers.
    static double gap(std::size_t j) {
        const std::size_t i = std::min(j, nodes - 2 - j);
        return node(i + 1) - node(i);
    }
    std::array<double, nodes> weights(double t) const {
        static const std::array<double, nodes> barycentric = [] {
            std::array<double, nodes> w{};
            for (std::size_t j = 0; j < nodes; ++j) w[j] = j % 2 == 0 ? 1 : -1;
            w.front() /= 2;
            w.back() /= 2;
            return w;
        }();
        return lagrange_weights<nodes>((t - begin) / length, barycentric, node);
    }
};

// Panels that fill [0, end]: `first` long, twice as long from one to the next, at most `longest`.
std::vector<TimePanel> panels_up_to(double end, double first, double longest);
// Which panel t lies in.
std::size_t panel_of(const std::vector<TimePanel>& panels, double t);

// The 16 points of a periodic grid that lie around a place, and their weights.
struct Neighbours {
    static constexpr std::size_t nodes = 16;
    std::array<std::size_t, nodes> index{};
    std::array<double, nodes> weight{};

    // `turns`: the place in periods from the grid's first point.
    Neighbours(double turns, std::int64_t points);
};

} // namespace orrery::pinn
