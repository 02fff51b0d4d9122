// SPDX-License-Identifier: BSD-3-Clause
#include "plugins/graph/measure/laplacian_ends.h"

#include "gpu/spectrum/spectrum.h"

#include <algorithm>

namespace orrery::graph {

namespace {

// Up to so many nodes all eigenvalues cost less than the search for two of them.
constexpr std::int32_t most_dense = 1000;

LaplacianEnds ends_of_large(const Graph& graph, bool connected, int threads) {
    spectrum::PartialOptions options;
    options.threads = threads;
    LaplacianEnds ends;
    ends.second = connected ? spectrum::lowest(graph, 2, options).values.at(1) : 0;
    ends.largest = spectrum::highest(graph, 1, options).values.at(0);
    return ends;
}

} // namespace

std::vector<LaplacianEnds> laplacian_ends(std::span<const Graph> graphs, const std::vector<bool>& connected,
                                          int threads) {
    std::vector<LaplacianEnds> result(graphs.size());
    std::vector<Graph> dense;
    std::vector<std::size_t> place;
    for (std::size_t i = 0; i < graphs.size(); ++i) {
        if (graphs[i].nodes > most_dense) {
            result[i] = ends_of_large(graphs[i], connected[i], threads);
        } else if (graphs[i].nodes > 0) {
            dense.push_back(graphs[i]);
            place.push_back(i);
        }
    }
    spectrum::Options options;
    options.threads = threads;
    const auto pairs = spectrum::eigen_pairs(dense, options);
    for (std::size_t i = 0; i < dense.size(); ++i) {
        LaplacianEnds& ends = result[place[i]];
        if (dense[i].nodes > 1) ends.second = connected[place[i]] ? pairs[i].values[1] : 0;
        ends.largest = dense[i].nodes > 1 ? pairs[i].values.back() : 0;
    }
    return result;
}

} // namespace orrery::graph
