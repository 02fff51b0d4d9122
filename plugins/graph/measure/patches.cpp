// SPDX-License-Identifier: BSD-3-Clause
#include "plugins/graph/measure/patches.h"

#include <algorithm>

namespace orrery::graph {

namespace {
std::size_t size(std::int64_t n) { return static_cast<std::size_t>(n); }
} // namespace

Patches PatchMaker::make(const std::vector<std::int32_t>& component) {
    Patches result;
    std::size_t room = ManySearches::most_sources;
    for (const std::int32_t start : component) {
        if (place_[size(start)] >= 0) continue;
        grow(start, room, result);
        if (room == 0) room = ManySearches::most_sources;
    }
    CompactGraph& graph = result.graph;
    graph.first.push_back(0);
    for (const std::int32_t node : result.nodes) {
        for (std::int64_t i = adjacency_.first[size(node)]; i < adjacency_.first[size(node) + 1]; ++i)
            graph.neighbour.push_back(place_[size(adjacency_.neighbour[size(i)])]);
        graph.first.push_back(static_cast<std::int32_t>(graph.neighbour.size()));
    }
    return result;
}

// Numbers the nodes around `start` that have no number yet, while there is room.
void PatchMaker::grow(std::int32_t start, std::size_t& room, Patches& result) {
    ++round_;
    queue_.assign(1, start);
    queued_[size(start)] = round_;
    std::size_t level_end = 1;
    std::int32_t radius = 0;
    for (std::size_t i = 0; i < queue_.size() && room > 0; ++i, --room) {
        if (i == level_end) {
            ++radius;
            level_end = queue_.size();
        }
        const std::int32_t node = queue_[i];
        place_[size(node)] = static_cast<std::int32_t>(result.nodes.size());
        result.nodes.push_back(node);
        for (std::int64_t e = adjacency_.first[size(node)]; e < adjacency_.first[size(node) + 1]; ++e) {
            const std::int32_t other = adjacency_.neighbour[size(e)];
            if (place_[size(other)] >= 0 || queued_[size(other)] == round_) continue;
            queued_[size(other)] = round_;
            queue_.push_back(other);
        }
    }
    if (result.nodes.size() <= ManySearches::most_sources) result.first_radius = std::max(result.first_radius, radius);
}

} // namespace orrery::graph
