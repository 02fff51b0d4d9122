// SPDX-License-Identifier: BSD-3-Clause
#include "plugins/graph/augment/augmentation.h"

#include "core/error.h"
#include "gpu/parallel/team.h"
#include "plugins/graph/augment/edits.h"

#include <fmt/format.h>

#include <algorithm>
#include <exception>
#include <mutex>

namespace orrery::graph::augment {

namespace {

using spectrum::EigenPairs;

// Below this all pairs cost less than some of them.
constexpr std::int32_t few_nodes = 400;

bool is_simple(const Graph& graph) {
    if (graph.directed) return false;
    std::vector<Edge> sorted;
    sorted.reserve(graph.edges.size());
    for (const Edge& e : graph.edges) {
        if (e.from == e.to) return false;
        sorted.push_back(ascending(e));
    }
    if (!std::is_sorted(sorted.begin(), sorted.end())) std::sort(sorted.begin(), sorted.end());
    return std::adjacent_find(sorted.begin(), sorted.end()) == sorted.end();
}

EigenPairs some_pairs(const Graph& graph, const SpectrumNeed& need, const spectrum::Options& options) {
    if (need.pairs == SpectrumNeed::Pairs::none) return {};
    if (need.pairs == SpectrumNeed::Pairs::all || graph.nodes <= few_nodes || need.count >= graph.nodes)
        return spectrum::eigen_pairs(std::span(&graph, 1), options).front();
    spectrum::PartialOptions partial;
    partial.threads = options.threads;
    partial.tolerance = 1e-11;
    if (need.pairs == SpectrumNeed::Pairs::lowest) return spectrum::lowest(graph, need.count, partial);
    return spectrum::highest(graph, need.count, partial);
}

// The nodes that stayed in both of two steps, as numbers before the first.
std::vector<std::int32_t> kept_of_kept(std::vector<std::int32_t> first, std::vector<std::int32_t> second) {
    if (first.empty()) return second;
    if (second.empty()) return first;
    for (std::int32_t& node : second) node = first[static_cast<std::size_t>(node)];
    return second;
}

class Composed final : public Augmentation {
public:
    explicit Composed(std::vector<std::unique_ptr<Augmentation>> parts) : parts_(std::move(parts)) {}
    std::string name() const override {
        std::string joined;
        for (const auto& part : parts_) joined += (joined.empty() ? "" : "+") + part->name();
        return joined;
    }
    SpectrumNeed need(const Graph& graph) const override {
        return parts_.empty() ? SpectrumNeed{} : parts_.front()->need(graph);
    }
    Augmented apply(const Graph& graph, const EigenPairs& pairs, Random& random) const override {
        require_simple(graph, name());
        Augmented result{graph, {}};
        for (std::size_t i = 0; i < parts_.size(); ++i) {
            if (i > 0 && !result.changes.no_op) result.graph = simple_graph(result.graph);
            const EigenPairs own = i == 0 ? EigenPairs{} : pairs_for(*parts_[i], result.graph);
            Augmented next = parts_[i]->apply(result.graph, i == 0 ? pairs : own, random);
            next.changes.no_op = next.changes.no_op && result.changes.no_op;
            next.changes.mixed = next.changes.mixed || result.changes.mixed;
            next.changes.kept = kept_of_kept(std::move(result.changes.kept), std::move(next.changes.kept));
            result = std::move(next);
        }
        const Changes total = changes_between(graph, result.graph, result.changes.kept);
        result.changes.original_edges = total.original_edges;
        result.changes.added = total.added;
        result.changes.removed = total.removed;
        return result;
    }

private:
    std::vector<std::unique_ptr<Augmentation>> parts_;
};

} // namespace

double Changes::edit_rate() const {
    const auto edits = static_cast<double>(added + removed);
    return edits > 0 ? edits / static_cast<double>(std::max<std::int64_t>(1, original_edges)) : 0;
}

Graph simple_graph(const Graph& graph) { return is_simple(graph) ? graph : simplified(graph).graph; }

void require_simple(const Graph& graph, const std::string& method) {
    if (!is_simple(graph))
        throw Error(fmt::format("{} needs an undirected graph without self-loops and repeated edges.", method),
                    "Take the simple graph beneath it.");
}

EigenPairs pairs_for(const Augmentation& augmentation, const Graph& graph) {
    return some_pairs(graph, augmentation.need(graph), {});
}

std::vector<EigenPairs> pairs_for(const Augmentation& augmentation, std::span<const Graph> graphs,
                                  const spectrum::Options& options) {
    std::vector<EigenPairs> result(graphs.size());
    std::vector<Graph> batch; // edges alone: attributes have no part in it
    std::vector<std::size_t> place;
    for (std::size_t i = 0; i < graphs.size(); ++i) {
        const SpectrumNeed need = augmentation.need(graphs[i]);
        if (need.pairs == SpectrumNeed::Pairs::none) continue;
        if (need.pairs == SpectrumNeed::Pairs::all || graphs[i].nodes <= few_nodes) {
            Graph bare;
            bare.nodes = graphs[i].nodes;
            bare.edges = graphs[i].edges;
            batch.push_back(std::move(bare));
            place.push_back(i);
        } else {
            result[i] = some_pairs(graphs[i], need, options);
        }
    }
    std::vector<EigenPairs> found = spectrum::eigen_pairs(batch, options);
    for (std::size_t i = 0; i < place.size(); ++i) result[place[i]] = std::move(found[i]);
    return result;
}

std::unique_ptr<Augmentation> compose(std::vector<std::unique_ptr<Augmentation>> parts) {
    return std::make_unique<Composed>(std::move(parts));
}

std::vector<Augmented> augment_all(const Augmentation& augmentation, std::span<const Graph> graphs,
                                   std::span<const EigenPairs> pairs, const Copies& options) {
    const auto each = static_cast<std::size_t>(options.copies);
    std::vector<Augmented> result(graphs.size() * each);
    std::exception_ptr failure; // of the first graph that failed, whichever thread found it
    std::size_t failed = graphs.size();
    std::mutex guard;
    Team team(std::max(1, options.threads));
    team.run(static_cast<int>(graphs.size()), [&](int part) {
        const auto g = static_cast<std::size_t>(part);
        try {
            for (std::size_t c = 0; c < each; ++c) {
                Random random(seed_of({options.seed, options.first + g, c}));
                result[g * each + c] = augmentation.apply(graphs[g], pairs[g], random);
            }
        } catch (...) {
            const std::lock_guard lock(guard);
            if (g < failed) {
                failed = g;
                failure = std::current_exception();
            }
        }
    });
    if (failure) std::rethrow_exception(failure);
    return result;
}

} // namespace orrery::graph::augment
