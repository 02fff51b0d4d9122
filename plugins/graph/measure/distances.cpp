// SPDX-License-Identifier: BSD-3-Clause
#include "plugins/graph/measure/distances.h"

#include "plugins/graph/measure/eccentricity_bounds.h"
#include "plugins/graph/measure/patches.h"
#include "plugins/graph/random.h"

#include <algorithm>
#include <atomic>
#include <cmath>
#include <numeric>
#include <span>

namespace orrery::graph {

namespace {

std::size_t size(std::int64_t n) { return static_cast<std::size_t>(n); }

// With a first patch longer than this a search shares too little with its neighbours.
constexpr std::int32_t longest_patch = 48;

// Searches from these nodes of the component, so many at once, by the team. eccentricities: [sources]; returned: the
// sum of the distances of each batch.
std::vector<std::int64_t> search(const Patches& patches, std::span<const std::int32_t> sources, std::size_t at_once,
                                 std::int32_t* eccentricities, const std::shared_ptr<Team>& team) {
    const std::size_t batches = (sources.size() + at_once - 1) / at_once;
    const bool singly = patches.first_radius > longest_patch;
    std::vector<std::int64_t> sums(batches);
    std::atomic<std::size_t> next{0};
    const int threads = static_cast<int>(std::min(size(team ? team->threads() : 1), batches));
    for_parts(team, threads, [&](int) {
        ManySearches searches(patches.graph);
        for (std::size_t batch = next++; batch < batches; batch = next++) {
            const auto some = sources.subspan(batch * at_once, std::min(at_once, sources.size() - batch * at_once));
            std::int32_t* const out = eccentricities + batch * at_once;
            sums[batch] = singly ? searches.run_singly(some, out) : searches.run(some, out);
        }
    });
    return sums;
}

void measure_all(const Patches& patches, const std::shared_ptr<Team>& team, Distances& result) {
    std::vector<std::int32_t> sources(patches.nodes.size()), eccentricities(sources.size());
    std::iota(sources.begin(), sources.end(), 0);
    const auto sums = search(patches, sources, ManySearches::most_sources, eccentricities.data(), team);
    result.sum += static_cast<double>(std::accumulate(sums.begin(), sums.end(), std::int64_t{0}));
    for (std::size_t i = 0; i < sources.size(); ++i)
        result.low[size(patches.nodes[i])] = result.high[size(patches.nodes[i])] = eccentricities[i];
}

void measure_some(const Patches& patches, const DistanceOptions& options, const std::shared_ptr<Team>& team,
                  Distances& result) {
    const std::size_t n = patches.nodes.size();
    Random draws(options.seed);
    std::vector<std::int32_t> sources(n);
    std::iota(sources.begin(), sources.end(), 0);
    constexpr std::size_t group = 64;
    const std::size_t groups = size(std::max(options.sources / static_cast<int>(group), 2)), count = groups * group;
    for (std::size_t i = 0; i < count; ++i) std::swap(sources[i], sources[i + draws.below(n - i)]);
    sources.resize(count);
    std::vector<std::int32_t> eccentricities(count);
    const auto sums = search(patches, sources, group, eccentricities.data(), team);
    // Each group is a sample of its own: their spread tells the error.
    const auto number = static_cast<double>(groups), nodes = static_cast<double>(n);
    const double mean = static_cast<double>(std::accumulate(sums.begin(), sums.end(), std::int64_t{0})) / number;
    double variance = 0;
    for (const std::int64_t sum : sums) variance += std::pow(static_cast<double>(sum) - mean, 2) / (number - 1);
    const double scale = nodes / static_cast<double>(group);
    result.sum += scale * mean;
    result.standard_error = std::hypot(result.standard_error, scale * std::sqrt(variance / number));
    result.exact = false;

    EccentricityBounds bounds(patches.graph);
    for (std::size_t i = 0; i < count; ++i) bounds.know(sources[i], eccentricities[i]);
    constexpr double most_entries = 2e9; // that all searches together may look at
    const double entries = static_cast<double>(patches.graph.neighbour.size()) + nodes;
    bounds.narrow(std::min(options.searches, static_cast<int>(most_entries / entries) + 2));
    for (std::size_t i = 0; i < n; ++i) {
        result.low[size(patches.nodes[i])] = bounds.low()[i];
        result.high[size(patches.nodes[i])] = bounds.high()[i];
    }
}

} // namespace

Components components_of(const Adjacency& adjacency) {
    Components components;
    std::vector<char> done(adjacency.first.size() - 1, 0);
    for (std::int32_t start = 0; start < static_cast<std::int32_t>(done.size()); ++start) {
        if (done[size(start)] != 0) continue;
        done[size(start)] = 1;
        auto& component = components.emplace_back(1, start);
        for (std::size_t i = 0; i < component.size(); ++i) {
            for (auto e = adjacency.first[size(component[i])]; e < adjacency.first[size(component[i]) + 1]; ++e) {
                const std::int32_t other = adjacency.neighbour[size(e)];
                if (done[size(other)] != 0) continue;
                done[size(other)] = 1;
                component.push_back(other);
            }
        }
    }
    return components;
}

Distances distances_of(const Adjacency& adjacency, const Components& components, const DistanceOptions& options,
                       const std::shared_ptr<Team>& team) {
    Distances result;
    result.low.assign(adjacency.first.size() - 1, 0);
    result.high = result.low;
    PatchMaker maker(adjacency);
    for (const auto& component : components) {
        if (component.size() == 1) continue;
        const auto nodes = static_cast<double>(component.size());
        result.pairs += nodes * (nodes - 1);
        const Patches patches = maker.make(component);
        if (component.size() <= size(std::max(options.exact_nodes, 4096))) { // fewer are never worth a sample
            measure_all(patches, team, result);
        } else {
            measure_some(patches, options, team, result);
        }
    }
    return result;
}

} // namespace orrery::graph
