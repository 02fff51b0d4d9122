// SPDX-License-Identifier: BSD-3-Clause
#include "plugins/graph/augment/judged.h"

#include "gpu/parallel/team.h"
#include "plugins/graph/augment/drift.h"
#include "plugins/graph/augment/sparse_laplacian.h"

#include <fmt/format.h>

#include <algorithm>
#include <chrono>
#include <cmath>
#include <limits>

namespace orrery::graph::augment {

namespace {

using spectrum::EigenPairs;

// Up to so many nodes all eigenpairs are looked at.
constexpr std::int32_t dense_nodes = 1500;
// Doubles of eigenvectors that a portion of the set may hold.
constexpr double portion_doubles = 5e7;
constexpr double unknown = std::numeric_limits<double>::quiet_NaN();

double seconds_since(std::chrono::steady_clock::time_point begin) {
    return std::chrono::duration<double>(std::chrono::steady_clock::now() - begin).count();
}

// The pairs that drift is measured by: all of a small graph, else the lowest.
EigenPairs pairs_to_judge(const Graph& graph, const SpectrumNeed& need, const EigenPairs& pairs,
                          const AugmentJob& job) {
    const bool complete = pairs.pairs() == static_cast<std::size_t>(graph.nodes);
    if (complete || (graph.nodes > dense_nodes && need.pairs == SpectrumNeed::Pairs::lowest)) return pairs;
    if (graph.nodes <= dense_nodes) {
        spectrum::Options options;
        options.threads = job.threads;
        options.cuda = job.cuda;
        return spectrum::eigen_pairs(std::span(&graph, 1), options).front();
    }
    spectrum::PartialOptions options;
    options.threads = job.threads;
    options.tolerance = 1e-11;
    return spectrum::lowest(graph, job.low_pairs, options);
}

// Drift of all copies of the portion's graphs.
class DriftJudge {
public:
    DriftJudge(const Augmentation& augmentation, std::span<const Graph> graphs, const AugmentJob& job)
        : augmentation_(augmentation), graphs_(graphs), job_(job) {}

    void operator()(std::span<const EigenPairs> given, std::span<const Augmented> made,
                    std::span<Judged> judged) const {
        const std::vector<EigenPairs> pairs = complete(given);
        std::vector<std::vector<std::size_t>> kept(graphs_.size());
        std::vector<double> largest(graphs_.size());
        for (std::size_t g = 0; g < graphs_.size(); ++g) {
            const bool all = pairs[g].pairs() == static_cast<std::size_t>(graphs_[g].nodes);
            if (all) {
                kept[g] = untouched_pairs(pairs[g], job_.frequency_ratio, job_.band);
            } else {
                const auto count = std::min(pairs[g].pairs(), static_cast<std::size_t>(job_.low_pairs));
                for (std::size_t k = 0; k < count; ++k) kept[g].push_back(k);
            }
            largest[g] = all && pairs[g].pairs() > 0 ? pairs[g].values.back() : SparseLaplacian(graphs_[g]).bound();
        }
        const auto copies = static_cast<std::size_t>(job_.copies);
        Team team(std::max(1, job_.threads));
        team.run(static_cast<int>(made.size()), [&](int part) {
            const auto i = static_cast<std::size_t>(part), g = i / copies;
            judged[i].low_drift = low_drift(made[i].graph, pairs[g], kept[g]);
            judged[i].low_drift_relative = largest[g] > 0 ? judged[i].low_drift / largest[g] : 0;
        });
        std::vector<const Graph*> changed;
        std::vector<std::size_t> place;
        for (std::size_t i = 0; i < made.size(); ++i) {
            const Graph& original = graphs_[i / copies];
            const bool same_nodes = made[i].graph.nodes == original.nodes;
            judged[i].sorted_drift = made[i].changes.no_op ? 0 : unknown;
            if (made[i].changes.no_op || !same_nodes || original.nodes > dense_nodes) continue;
            changed.push_back(&made[i].graph);
            place.push_back(i);
        }
        const auto spectra = spectra_of(changed, job_.threads);
        for (std::size_t c = 0; c < place.size(); ++c) {
            const std::size_t g = place[c] / copies;
            judged[place[c]].sorted_drift = sorted_drift(pairs[g].values, spectra[c], kept[g]);
        }
    }

private:
    // The pairs that drift is measured by: those given where they suffice, the others of small graphs all at once.
    std::vector<EigenPairs> complete(std::span<const EigenPairs> given) const {
        std::vector<EigenPairs> pairs(graphs_.size());
        std::vector<Graph> missing;
        std::vector<std::size_t> place;
        for (std::size_t g = 0; g < graphs_.size(); ++g) {
            if (graphs_[g].nodes <= dense_nodes && given[g].pairs() != static_cast<std::size_t>(graphs_[g].nodes)) {
                Graph& bare = missing.emplace_back();
                bare.nodes = graphs_[g].nodes;
                bare.edges = graphs_[g].edges;
                place.push_back(g);
            } else {
                pairs[g] = pairs_to_judge(graphs_[g], augmentation_.need(graphs_[g]), given[g], job_);
            }
        }
        spectrum::Options options;
        options.threads = job_.threads;
        options.cuda = job_.cuda;
        auto found = spectrum::eigen_pairs(missing, options);
        for (std::size_t i = 0; i < place.size(); ++i) pairs[place[i]] = std::move(found[i]);
        return pairs;
    }

    const Augmentation& augmentation_;
    std::span<const Graph> graphs_;
    const AugmentJob& job_;
};

std::size_t portion_end(std::span<const Graph> graphs, std::size_t begin) {
    double doubles = 0;
    std::size_t end = begin;
    while (end < graphs.size()) {
        const double n = graphs[end].nodes;
        doubles += n > dense_nodes ? n : n * n;
        if (end > begin && doubles > portion_doubles) break;
        ++end;
    }
    return end;
}

Judged judged_of(const Augmented& made, std::size_t graph, std::int64_t copy) {
    Judged judged;
    judged.graph = graph;
    judged.copy = copy;
    judged.nodes = made.graph.nodes;
    judged.edges = static_cast<std::int64_t>(made.graph.edges.size());
    judged.original_edges = made.changes.original_edges;
    judged.added = made.changes.added;
    judged.removed = made.changes.removed;
    judged.no_op = made.changes.no_op;
    judged.edit_rate = made.changes.edit_rate();
    judged.certificates = made.changes.certificates;
    judged.kept = made.changes.kept;
    judged.mixed = made.changes.mixed;
    return judged;
}

double mean_bound(std::span<const EigenPairs> pairs, const AugmentJob& job) {
    if (!job.no_op_bound || pairs.empty()) return unknown;
    double sum = 0;
    for (const EigenPairs& p : pairs) sum += job.no_op_bound(p);
    return sum / static_cast<double>(pairs.size());
}

} // namespace

const std::array<std::string, shape_size>& shape_names() {
    static const std::array<std::string, shape_size> names{
        "connected", "diameter", "radius", "periphery", "average_shortest_path", "algebraic_connectivity"};
    return names;
}

Graph thresholded(const Graph& graph) {
    const Column* weights = find(graph.edge, "weight");
    if (!weights) return graph;
    Graph result;
    result.nodes = graph.nodes;
    for (std::size_t k = 0; k < graph.edges.size(); ++k) {
        if (weights->number(k) > 0.5) result.edges.push_back(graph.edges[k]);
    }
    return result;
}

Shape shape_of(const Properties& p) {
    const auto known = [](std::int64_t value) { return value < 0 ? unknown : static_cast<double>(value); };
    return {p.nodes == 0        ? unknown
            : p.components == 1 ? 1.0
                                : 0.0,
            known(p.diameter),
            known(p.radius),
            known(p.periphery),
            p.average_shortest_path,
            p.algebraic_connectivity};
}

std::vector<Shape> shapes_of(std::span<const Graph> graphs, const PropertyOptions& options,
                             const std::function<void(std::size_t)>& done) {
    std::vector<Graph> plain;
    const bool weighted =
        std::any_of(graphs.begin(), graphs.end(), [](const Graph& g) { return find(g.edge, "weight") != nullptr; });
    if (weighted) {
        for (const Graph& graph : graphs) plain.push_back(thresholded(graph));
        graphs = plain;
    }
    std::vector<Shape> shapes;
    for (const Properties& p : properties_of(graphs, options, done)) shapes.push_back(shape_of(p));
    return shapes;
}

AugmentedSet augment_set(const Augmentation& augmentation, std::span<const Graph> graphs, const AugmentJob& job) {
    AugmentedSet result;
    const auto copies = static_cast<std::size_t>(job.copies);
    spectrum::Options options;
    options.threads = job.threads;
    options.cuda = job.cuda;
    double bounds = 0;
    for (std::size_t begin = 0; begin < graphs.size();) {
        const std::size_t end = portion_end(graphs, begin);
        const auto portion = graphs.subspan(begin, end - begin);
        const auto start = std::chrono::steady_clock::now();
        const std::vector<EigenPairs> pairs = pairs_for(augmentation, portion, options);
        result.eigen_seconds += seconds_since(start);
        const double bound = mean_bound(pairs, job);
        bounds += bound * static_cast<double>(portion.size());
        if (begin == 0 && job.before) job.before(bound);
        const auto middle = std::chrono::steady_clock::now();
        std::vector<Augmented> made =
            augment_all(augmentation, portion, pairs, {job.copies, job.seed, begin, job.threads});
        result.augment_seconds += seconds_since(middle);
        const std::size_t before = result.judged.size();
        for (std::size_t i = 0; i < made.size(); ++i)
            result.judged.push_back(judged_of(made[i], begin + i / copies, static_cast<std::int64_t>(i % copies)));
        const DriftJudge judge(augmentation, portion, job);
        judge(pairs, made, std::span(result.judged).subspan(before));
        for (Augmented& one : made) result.graphs.push_back(std::move(one.graph));
        begin = end;
        if (job.progress)
            job.progress(static_cast<double>(end) / static_cast<double>(graphs.size()),
                         fmt::format("{} of {} graphs augmented", end, graphs.size()));
    }
    result.no_op_bound = graphs.empty() ? unknown : bounds / static_cast<double>(graphs.size());
    return result;
}

} // namespace orrery::graph::augment
