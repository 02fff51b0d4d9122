// SPDX-License-Identifier: GPL-3.0-or-later
#include "views/graph/first_places.h"

#include <algorithm>
#include <cmath>
#include <numbers>
#include <numeric>

namespace orrery::gui {

namespace {

// Breadth first from the node of the largest degree, component after component.
std::vector<std::int32_t> breadth_first(std::int32_t nodes, const std::vector<Edge>& edges) {
    const Adjacency adjacency = adjacency_of(Graph{nodes, false, edges, {}, {}, {}});
    std::vector<std::int32_t> seeds(static_cast<std::size_t>(nodes)), order;
    std::iota(seeds.begin(), seeds.end(), 0);
    std::stable_sort(seeds.begin(), seeds.end(),
                     [&](std::int32_t a, std::int32_t b) { return adjacency.degree(a) > adjacency.degree(b); });
    order.reserve(seeds.size());
    std::vector<bool> seen(seeds.size());
    for (const std::int32_t seed : seeds) {
        if (seen[static_cast<std::size_t>(seed)]) continue;
        seen[static_cast<std::size_t>(seed)] = true;
        order.push_back(seed);
        for (std::size_t next = order.size() - 1; next < order.size(); ++next) {
            const auto node = static_cast<std::size_t>(order[next]);
            for (auto k = adjacency.first[node]; k < adjacency.first[node + 1]; ++k) {
                const std::int32_t other = adjacency.neighbour[static_cast<std::size_t>(k)];
                if (seen[static_cast<std::size_t>(other)]) continue;
                seen[static_cast<std::size_t>(other)] = true;
                order.push_back(other);
            }
        }
    }
    return order;
}

std::vector<Place> spiral(const std::vector<std::int32_t>& order) {
    const double golden = std::numbers::pi * (3 - std::sqrt(5.0));
    std::vector<Place> places(order.size());
    for (std::size_t i = 0; i < order.size(); ++i) {
        const double radius = std::sqrt(static_cast<double>(i) + 0.5), angle = golden * static_cast<double>(i);
        places[static_cast<std::size_t>(order[i])] = {radius * std::cos(angle), radius * std::sin(angle)};
    }
    return places;
}

// One step: repulsion k^2 / d between all, attraction d^2 / k along edges, a pull to the middle that keeps components
// together; nobody moves farther than `most`.
void spring_step(std::vector<Place>& places, const std::vector<Edge>& edges, double k, double most) {
    const std::size_t n = places.size();
    std::vector<Place> force(n, Place{0, 0});
    for (std::size_t i = 0; i < n; ++i) {
        for (std::size_t j = i + 1; j < n; ++j) {
            const double dx = places[i][0] - places[j][0], dy = places[i][1] - places[j][1];
            const double push = k * k / std::max(dx * dx + dy * dy, 1e-6);
            force[i][0] += push * dx;
            force[i][1] += push * dy;
            force[j][0] -= push * dx;
            force[j][1] -= push * dy;
        }
        force[i][0] -= 0.06 * k * places[i][0];
        force[i][1] -= 0.06 * k * places[i][1];
    }
    for (const auto& [from, to] : edges) {
        auto &a = places[static_cast<std::size_t>(from)], &b = places[static_cast<std::size_t>(to)];
        const double dx = a[0] - b[0], dy = a[1] - b[1], pull = std::hypot(dx, dy) / k;
        auto &fa = force[static_cast<std::size_t>(from)], &fb = force[static_cast<std::size_t>(to)];
        fa[0] -= pull * dx;
        fa[1] -= pull * dy;
        fb[0] += pull * dx;
        fb[1] += pull * dy;
    }
    for (std::size_t i = 0; i < n; ++i) {
        const double length = std::max(std::hypot(force[i][0], force[i][1]), 1e-12);
        const double by = std::min(length, most) / length;
        places[i][0] += by * force[i][0];
        places[i][1] += by * force[i][1];
    }
}

} // namespace

std::vector<Place> places_of_file(const Graph& graph) {
    const Column *x = find(graph.node, "x"), *y = find(graph.node, "y");
    const auto is_text = [](const Column* c) { return std::holds_alternative<std::vector<std::string>>(c->values); };
    if (!x || !y || is_text(x) || is_text(y) || graph.nodes == 0) return {};
    std::vector<Place> places(static_cast<std::size_t>(graph.nodes));
    for (std::size_t i = 0; i < places.size(); ++i) {
        places[i] = {x->number(i), y->number(i)};
        if (!std::isfinite(places[i][0]) || !std::isfinite(places[i][1])) return {};
    }
    return places;
}

std::vector<Place> first_places(std::int32_t nodes, const std::vector<Edge>& edges, const std::function<bool()>& stop) {
    auto places = spiral(breadth_first(nodes, edges));
    if (nodes > spring_nodes || nodes < 2) return places;
    constexpr double k = 1.6; // the distance that an edge would like to have; the spiral's points are about 1.8 apart
    const int steps = nodes <= 300 ? 400 : 120;
    const double first = 0.1 * std::sqrt(static_cast<double>(nodes)) * k;
    for (int step = 0; step < steps; ++step) {
        if (stop && stop()) return {};
        const double left = 1 - static_cast<double>(step) / steps;
        spring_step(places, edges, k, first * left * left + 1e-3);
    }
    return places;
}

} // namespace orrery::gui
