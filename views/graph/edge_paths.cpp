// SPDX-License-Identifier: GPL-3.0-or-later
#include "views/graph/edge_paths.h"

#include <algorithm>
#include <cmath>
#include <numbers>
#include <numeric>

namespace orrery::gui {

namespace {

constexpr int parts_of_curve = 16;

Place operator+(Place a, Place b) { return {a[0] + b[0], a[1] + b[1]}; }
Place operator-(Place a, Place b) { return {a[0] - b[0], a[1] - b[1]}; }
Place operator*(double s, Place a) { return {s * a[0], s * a[1]}; }
double length(Place a) { return std::hypot(a[0], a[1]); }
Place between(Place a, Place b, double share) { return a + share * (b - a); }
Place across(Place a) { return {-a[1], a[0]}; } // a quarter turn to the left

// The curve from its beginning to `share` of it (de Casteljau), whose last point is the curve's there.
std::array<Place, 4> beginning(const std::array<Place, 4>& c, double share) {
    const Place a = between(c[0], c[1], share), b = between(c[1], c[2], share), d = between(c[2], c[3], share);
    const Place ab = between(a, b, share), bd = between(b, d, share);
    return {c[0], a, ab, between(ab, bd, share)};
}

Place at(const std::array<Place, 4>& curve, double share) { return beginning(curve, share)[3]; }

// Where, in the curve's second half, it comes as near to a place as `distance`.
double share_at(const std::array<Place, 4>& curve, Place place, double distance) {
    double far = 0.5, near = 1;
    for (int i = 0; i < 30; ++i) {
        const double middle = (far + near) / 2;
        (length(at(curve, middle) - place) > distance ? far : near) = middle;
    }
    return far;
}

// An arrow to the node that the curve ends in: none where it would be too small to be seen.
void add_head(EdgePath& path, double radius_from, double radius, double longest) {
    const Place end = path.curve[3];
    constexpr double gap = 1, least = 3;
    const double seen = 2 * length(at(path.curve, 0.5) - end) - radius_from - radius;
    const double head = std::min(longest, 0.6 * seen);
    if (!(head >= least)) return;
    const double tip_share = share_at(path.curve, end, radius + gap);
    const Place tip = at(path.curve, tip_share);
    const auto to_tip = beginning(path.curve, tip_share);
    const double foot_share = share_at(to_tip, tip, head);
    path.curve = beginning(to_tip, foot_share);
    const Place foot = path.curve[3], along = (1 / std::max(1e-300, length(tip - foot))) * (tip - foot);
    path.head = {tip, foot + 0.38 * head * across(along), foot - 0.38 * head * across(along)};
}

// Bent so that its middle lies `aside` of the straight line, to the left of the way from the lower to the higher node.
EdgePath bent_path(Place from, Place to, double aside, bool upwards) {
    EdgePath path = straight_path(from, to);
    if (aside == 0) return path;
    const Place way = upwards ? to - from : from - to;
    const Place by = (aside / 0.75 / std::max(1e-300, length(way))) * across(way);
    path.curve[1] = path.curve[1] + by;
    path.curve[2] = path.curve[2] + by;
    path.straight = false;
    return path;
}

// Away from a node's neighbours.
Place free_side(const DrawnGraph& graph, const std::vector<Place>& places, std::int32_t node) {
    const auto row = static_cast<std::size_t>(node);
    Place sum{0, 0};
    for (auto k = graph.around.first[row]; k < graph.around.first[row + 1]; ++k) {
        const Place way =
            places[static_cast<std::size_t>(graph.around.neighbour[static_cast<std::size_t>(k)])] - places[row];
        if (const double far = length(way); far > 0) sum = sum + (1 / far) * way;
    }
    const double far = length(sum);
    return far > 1e-6 ? (-1 / far) * sum : Place{0, 1};
}

EdgePath loop_path(Place node, Place side, double height) {
    constexpr double half_angle = 35 * std::numbers::pi / 180;
    // The middle of such a curve lies 0.75 of its control points' height above the node.
    const Place along = (height / 0.75) * side, aside = std::tan(half_angle) * across(along);
    return {{node, node + along + aside, node + along - aside, node}, false, {}};
}

} // namespace

EdgePath straight_path(Place from, Place to) {
    return {{from, between(from, to, 1.0 / 3), between(from, to, 2.0 / 3), to}, true, {}};
}

std::vector<EdgePath> edge_paths(const DrawnGraph& graph, const std::vector<Place>& places,
                                 const std::vector<double>& radii, const EdgeShape& shape) {
    const std::size_t count = graph.edges.size();
    const auto ends = [&](std::size_t e) { return std::minmax(graph.edges[e].from, graph.edges[e].to); };
    std::vector<std::size_t> order(count);
    std::iota(order.begin(), order.end(), 0);
    std::stable_sort(order.begin(), order.end(), [&](std::size_t a, std::size_t b) { return ends(a) < ends(b); });
    std::vector<EdgePath> paths(count);
    for (std::size_t first = 0; first < count;) {
        std::size_t last = first;
        while (last < count && ends(order[last]) == ends(order[first])) ++last;
        const auto [low, high] = ends(order[first]);
        const Place a = places[static_cast<std::size_t>(low)], b = places[static_cast<std::size_t>(high)];
        const double alike = static_cast<double>(last - first);
        const double apart = std::min(shape.apart, 0.6 * length(b - a) / alike);
        const Place side = low == high ? free_side(graph, places, low) : Place{0, 1};
        for (std::size_t i = first; i < last; ++i) {
            const auto [from, to] = graph.edges[order[i]];
            const double rank = static_cast<double>(i - first), radius = radii[static_cast<std::size_t>(to)];
            EdgePath& path = paths[order[i]];
            path = low == high ? loop_path(a, side, radius + shape.loop * (1 + 0.6 * rank))
                               : bent_path(places[static_cast<std::size_t>(from)], places[static_cast<std::size_t>(to)],
                                           apart * (rank - (alike - 1) / 2), from == low);
            if (graph.directed) add_head(path, radii[static_cast<std::size_t>(from)], radius, shape.head);
        }
        first = last;
    }
    return paths;
}

std::vector<Place> points_of(const EdgePath& path) {
    if (path.straight) return {path.curve[0], path.curve[3]};
    std::vector<Place> points{path.curve[0]};
    for (int i = 1; i <= parts_of_curve; ++i) points.push_back(at(path.curve, static_cast<double>(i) / parts_of_curve));
    return points;
}

std::vector<std::vector<Place>> dashes_of(const std::vector<Place>& line, double dash, double gap) {
    constexpr double most = 60;
    double total = 0;
    for (std::size_t i = 1; i < line.size(); ++i) total += length(line[i] - line[i - 1]);
    const double longer = std::max(1.0, total / (most * (dash + gap)));
    dash *= longer;
    gap *= longer;
    std::vector<std::vector<Place>> dashes;
    bool drawn = true;
    double left = dash;
    std::vector<Place> now{line.front()};
    for (std::size_t i = 1; i < line.size(); ++i) {
        Place from = line[i - 1];
        double far = length(line[i] - from);
        while (far > left) {
            from = between(from, line[i], left / far);
            far -= left;
            if (drawn) {
                now.push_back(from);
                dashes.push_back(std::move(now));
            }
            drawn = !drawn;
            left = drawn ? dash : gap;
            now = {from};
        }
        left -= far;
        if (drawn) now.push_back(line[i]);
    }
    if (drawn && now.size() > 1) dashes.push_back(std::move(now));
    return dashes;
}

std::vector<std::array<Place, 2>> ribbon_of(const std::vector<Place>& line, double width) {
    std::vector<std::array<Place, 2>> sides;
    for (std::size_t i = 0; i < line.size(); ++i) {
        const Place way = line[std::min(i + 1, line.size() - 1)] - line[i > 0 ? i - 1 : 0];
        const double far = length(way);
        const Place by = far > 0 ? (width / 2 / far) * across(way) : Place{0, 0};
        sides.push_back({line[i] + by, line[i] - by});
    }
    return sides;
}

} // namespace orrery::gui
