// SPDX-License-Identifier: BSD-3-Clause
#include "gpu/layout/layout.h"
#include "gpu/spectrum/sparse_laplacian.h"
#include "gpu/spectrum/spectrum.h"

#include <algorithm>
#include <cmath>
#include <numeric>

namespace orrery::layout {

namespace {

using spectrum::Component;

// [nodes][2] of a component, within the radius.
std::vector<float> coordinates(const Component& component, double radius, const SpectralOptions& options) {
    const auto n = static_cast<std::size_t>(component.nodes());
    std::vector<float> result(2 * n, 0);
    if (n == 1) return result;
    spectrum::PartialOptions partial;
    partial.threads = options.threads;
    partial.seed = options.seed;
    const spectrum::EigenPairs pairs = spectrum::lowest(spectrum::graph_of(component), 3, partial);
    double farthest = 0;
    for (std::size_t i = 0; i < n; ++i)
        farthest = std::max(farthest, std::hypot(pairs.vector(1)[i], n > 2 ? pairs.vector(2)[i] : 0));
    for (std::size_t axis = 0; axis < std::min<std::size_t>(2, n - 1); ++axis) {
        const auto u = pairs.vector(axis + 1);
        const double largest =
            *std::max_element(u.begin(), u.end(), [](double a, double b) { return std::abs(a) < std::abs(b); });
        const double scale = (largest < 0 ? -radius : radius) / farthest;
        for (std::size_t i = 0; i < n; ++i) result[2 * i + axis] = static_cast<float>(scale * u[i]);
    }
    return result;
}

} // namespace

std::vector<float> spectral_layout(const Graph& graph, const SpectralOptions& options) {
    const std::vector<Component> components = spectrum::components_of(graph);
    std::vector<double> radius;
    double area = 0;
    for (const Component& c : components) {
        radius.push_back(std::sqrt(static_cast<double>(c.nodes())));
        area += 4 * (radius.back() + 1) * (radius.back() + 1);
    }
    std::vector<std::size_t> order(components.size());
    std::iota(order.begin(), order.end(), std::size_t{0});
    std::stable_sort(order.begin(), order.end(), [&](std::size_t i, std::size_t j) { return radius[i] > radius[j]; });
    std::vector<float> positions(2 * static_cast<std::size_t>(graph.nodes), 0);
    // On shelves, the largest first.
    const double width = std::sqrt(area);
    double left = 0, bottom = 0, height = 0;
    for (const std::size_t c : order) {
        const double side = 2 * (radius[c] + 1);
        if (left > 0 && left + side > width) {
            bottom += height;
            left = height = 0;
        }
        height = std::max(height, side);
        const std::vector<float> own = coordinates(components[c], radius[c], options);
        for (std::size_t i = 0; i < components[c].node.size(); ++i) {
            const auto node = static_cast<std::size_t>(components[c].node[i]);
            positions[2 * node] = static_cast<float>(left + side / 2) + own[2 * i];
            positions[2 * node + 1] = static_cast<float>(bottom + side / 2) + own[2 * i + 1];
        }
        left += side;
    }
    return positions;
}

} // namespace orrery::layout
