// SPDX-License-Identifier: BSD-3-Clause
#include "plugins/graph/augment/brush.h"

#include "core/error.h"
#include "plugins/graph/augment/drift.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

namespace orrery::graph::augment {

namespace {

// An entry of A' is one below that much of the largest eigenvalue (and of 1): rounding.
constexpr double rounding = 1e-14;

Graph checked(Graph graph) {
    require_simple(graph, "The spectrum brush");
    if (graph.nodes > Brush::most_nodes)
        throw Error(
            fmt::format("The spectrum brush needs all eigenpairs: of {} nodes that is too much.", graph.nodes),
            fmt::format("It takes up to {} nodes; beyond, graph.augment has low_rank and the method projection.",
                        Brush::most_nodes),
            ExitCode::usage);
    return graph;
}

spectrum::EigenPairs all_pairs(const Graph& graph, int threads) {
    spectrum::Options options;
    options.threads = threads;
    return spectrum::eigen_pairs(std::span(&graph, 1), options).front();
}

} // namespace

double Brush::Result::edit_rate() const {
    return static_cast<double>(added + removed) / static_cast<double>(std::max<std::int64_t>(1, original_edges));
}

Brush::Brush(Graph graph, int threads)
    : graph_(checked(std::move(graph))), pairs_(all_pairs(graph_, threads)),
      clusters_(clusters_between(pairs_, 0, pairs_.pairs())), index_(graph_) {}

std::vector<double> Brush::draw(const Stroke& stroke) const {
    Random random(seed_of({stroke.seed, 0, 0}));
    std::vector<double> drawn;
    if (stroke.change == Stroke::Change::noise) {
        drawn = draw_noise(clusters_, stroke.probability, stroke.std, random);
    } else if (stroke.change == Stroke::Change::mask) {
        drawn = draw_mask(clusters_, stroke.probability, random);
    } else {
        for (const Cluster& c : clusters_) drawn.push_back((stroke.factor - 1) * c.value);
    }
    for (std::size_t c = 0; c < clusters_.size(); ++c) {
        if (clusters_[c].begin < stroke.low || clusters_[c].end > stroke.high) drawn[c] = 0;
    }
    return drawn;
}

Brush::Result Brush::paint(const Stroke& stroke) const {
    Result result;
    result.original_edges = static_cast<std::int64_t>(graph_.edges.size());
    const std::vector<Cluster> band = clusters_between(pairs_, stroke.low, stroke.high);
    result.clusters = band.size();
    result.low = band.empty() ? std::min(stroke.low, pairs_.pairs()) : band.front().begin;
    result.high = band.empty() ? result.low : band.back().end;
    std::vector<std::size_t> kept;
    for (std::size_t k = 0; k < pairs_.pairs(); ++k) {
        if (k < result.low || k >= result.high) kept.push_back(k);
    }
    const std::vector<double> drawn = draw(stroke);
    Random random(seed_of({stroke.seed, 0, 1})); // no rule here draws
    std::vector<double> p;
    std::vector<double> delta;
    if (stroke.edit_rate > 0 && !stroke.weighted) {
        ScaledPerturbation scaled(pairs_, clusters_, drawn);
        const auto edits = std::llround(stroke.edit_rate * static_cast<double>(graph_.edges.size()));
        result.scale = matched_scale(graph_, index_, scaled, stroke.rule, edits);
        delta = spread(clusters_, clamped(clusters_, drawn, result.scale), pairs_.pairs());
        p = scaled.at(result.scale);
    } else {
        delta = spread(clusters_, clamped(clusters_, drawn), pairs_.pairs());
        perturbation(pairs_, delta, p);
    }
    if (std::all_of(delta.begin(), delta.end(), [](double d) { return d == 0; })) {
        result.augmented = stroke.weighted ? unit_weights(graph_) : edited(graph_, {}, {});
    } else if (stroke.weighted) {
        const double largest = std::max(1.0, pairs_.values.empty() ? 0 : pairs_.values.back());
        result.augmented = weighted(graph_, index_, p, rounding * largest);
    } else {
        const Flips flips = flips_of(graph_, index_, p, stroke.rule, random);
        result.augmented = edited(graph_, flips.removed, flips.added);
    }
    result.augmented.changes.delta = std::move(delta);
    result.added = result.augmented.changes.added;
    result.removed = result.augmented.changes.removed;
    result.low_drift = low_drift(result.augmented.graph, pairs_, kept);
    return result;
}

} // namespace orrery::graph::augment
