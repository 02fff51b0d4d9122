// SPDX-License-Identifier: BSD-3-Clause
#include "plugins/graph/augment/safe_flips.h"

#include "plugins/graph/augment/edits.h"

#include <algorithm>
#include <cmath>
#include <numeric>

namespace orrery::graph::augment {

namespace {

using spectrum::EigenPairs;

// Up to here all pairs without an edge are compared; beyond, a sample of them.
constexpr std::int32_t all_pairs_nodes = 1500;

struct Scored {
    double score = 0;
    std::int64_t item = 0;
    bool operator<(const Scored& other) const { return score != other.score ? score < other.score : item < other.item; }
};

// Rows of the low eigenvectors by node.
struct LowVectors {
    std::vector<double> values; // [nodes][pairs]
    std::size_t pairs = 0;

    // Whole clusters of equal eigenvalues, as far as they are given: their sum doesn't depend on the eigensolver. The
    // constant vector adds nothing.
    LowVectors(const EigenPairs& given, int low_pairs) {
        pairs = std::min(static_cast<std::size_t>(low_pairs) + 1, given.pairs());
        const std::vector<std::size_t> begins = spectrum::clusters(given.values);
        const auto next = std::lower_bound(begins.begin(), begins.end(), pairs);
        pairs = next == begins.end() ? given.pairs() : *next;
        values.resize(given.n * pairs);
        for (std::size_t k = 0; k < pairs; ++k) {
            for (std::size_t i = 0; i < given.n; ++i) values[i * pairs + k] = given.vectors[k * given.n + i];
        }
    }
    double score(const Edge& e) const {
        const double* a = values.data() + static_cast<std::size_t>(e.from) * pairs;
        const double* b = values.data() + static_cast<std::size_t>(e.to) * pairs;
        double sum = 0;
        for (std::size_t k = 0; k < pairs; ++k) sum += (a[k] - b[k]) * (a[k] - b[k]);
        return sum;
    }
};

class Forest {
public:
    explicit Forest(std::int32_t nodes) : parent_(static_cast<std::size_t>(nodes)) {
        std::iota(parent_.begin(), parent_.end(), std::size_t{0});
    }
    bool join(const Edge& e) { // false if they were joined
        const std::size_t a = root(static_cast<std::size_t>(e.from)), b = root(static_cast<std::size_t>(e.to));
        parent_[a] = b;
        return a != b;
    }

private:
    std::size_t root(std::size_t i) {
        while (parent_[i] != i) i = parent_[i] = parent_[parent_[i]];
        return i;
    }
    std::vector<std::size_t> parent_;
};

class SafeFlips final : public Augmentation {
public:
    explicit SafeFlips(const SafeFlipOptions& options) : o_(options) {}
    std::string name() const override { return "safe-flips"; }
    SpectrumNeed need(const Graph&) const override { return {SpectrumNeed::Pairs::lowest, o_.low_pairs + 1}; }

    Augmented apply(const Graph& graph, const EigenPairs& pairs, Random& random) const override {
        require_simple(graph, name());
        const std::int64_t count = edits_for(o_.edit_rate, graph, random);
        if (count == 0 || graph.nodes < 3) return edited(graph, {}, {});
        const LowVectors low(pairs, o_.low_pairs);
        const std::vector<Edge> gaps = candidates_to_come(graph, static_cast<std::size_t>(count), random);
        std::vector<Scored> leaving = candidates_to_go(graph, low), coming;
        for (std::size_t k = 0; k < gaps.size(); ++k) // below 0: gaps
            coming.push_back({low.score(gaps[k]), -1 - static_cast<std::int64_t>(k)});
        std::vector<std::int64_t> chosen;
        if (o_.removed_share) {
            const double exact = *o_.removed_share * static_cast<double>(count);
            chosen = draw(leaving, static_cast<std::size_t>(std::floor(exact + random.uniform())), random);
            const auto others = draw(coming, static_cast<std::size_t>(count) - chosen.size(), random);
            chosen.insert(chosen.end(), others.begin(), others.end());
        } else {
            leaving.insert(leaving.end(), coming.begin(), coming.end());
            chosen = draw(leaving, static_cast<std::size_t>(count), random);
        }
        std::vector<std::int64_t> removed;
        std::vector<Edge> added;
        for (const std::int64_t item : chosen) {
            if (item >= 0) {
                removed.push_back(item);
            } else {
                added.push_back(gaps[static_cast<std::size_t>(-1 - item)]);
            }
        }
        if (!o_.protect_bridges) removed = without_isolating(graph, removed);
        std::sort(added.begin(), added.end());
        return edited(graph, removed, added);
    }

private:
    std::vector<Scored> candidates_to_go(const Graph& graph, const LowVectors& low) const {
        std::vector<Scored> edges;
        for (std::size_t k = 0; k < graph.edges.size(); ++k)
            edges.push_back({low.score(graph.edges[k]), static_cast<std::int64_t>(k)});
        if (!o_.protect_bridges) return edges;
        // Removing edges by ascending score, each unless it is a bridge of what is left, leaves the spanning forest of
        // greatest score (Kruskal, 1956, in reverse). So all edges outside that forest may go, also together.
        std::sort(edges.begin(), edges.end());
        Forest forest(graph.nodes);
        std::vector<Scored> free;
        for (auto e = edges.rbegin(); e != edges.rend(); ++e) {
            if (!forest.join(graph.edges[static_cast<std::size_t>(e->item)])) free.push_back(*e);
        }
        return free;
    }

    static std::vector<std::int64_t> without_isolating(const Graph& graph, const std::vector<std::int64_t>& removed) {
        std::vector<std::int64_t> degree(static_cast<std::size_t>(graph.nodes), 0), kept;
        for (const Edge& e : graph.edges) {
            ++degree[static_cast<std::size_t>(e.from)];
            ++degree[static_cast<std::size_t>(e.to)];
        }
        for (const std::int64_t k : removed) {
            const Edge& e = graph.edges[static_cast<std::size_t>(k)];
            auto &a = degree[static_cast<std::size_t>(e.from)], &b = degree[static_cast<std::size_t>(e.to)];
            if (a < 2 || b < 2) continue;
            --a;
            --b;
            kept.push_back(k);
        }
        return kept;
    }

    std::vector<Edge> candidates_to_come(const Graph& graph, std::size_t count, Random& random) const {
        const EdgeIndex index(graph);
        if (graph.nodes > all_pairs_nodes) return sampled_gaps(graph, index, count, random);
        std::vector<Edge> gaps;
        for (std::int32_t i = 0; i < graph.nodes; ++i) {
            for (std::int32_t j = i + 1; j < graph.nodes; ++j) {
                if (index(i, j) < 0) gaps.push_back({i, j});
            }
        }
        return gaps;
    }

    // Of a large graph: ends of random paths of two edges, where low eigenvectors differ little, and as many random
    // pairs.
    std::vector<Edge> sampled_gaps(const Graph& graph, const EdgeIndex& index, std::size_t count,
                                   Random& random) const {
        const Adjacency adjacency = adjacency_of(graph);
        const auto n = static_cast<std::size_t>(graph.nodes);
        const auto neighbour = [&](std::size_t i) {
            const auto degree = static_cast<std::size_t>(adjacency.degree(static_cast<std::int32_t>(i)));
            if (degree == 0) return i;
            const auto place = static_cast<std::size_t>(adjacency.first[i]) + random.below(degree);
            return static_cast<std::size_t>(adjacency.neighbour[place]);
        };
        std::vector<Edge> gaps;
        const auto tries = static_cast<std::size_t>(8 * std::max(1.0, o_.choice) * static_cast<double>(count)) + 64;
        for (std::size_t t = 0; t < tries; ++t) {
            const std::size_t i = random.below(n);
            const std::size_t j = t % 2 == 0 ? neighbour(neighbour(i)) : random.below(n);
            if (i != j && index(static_cast<std::int32_t>(i), static_cast<std::int32_t>(j)) < 0)
                gaps.push_back(ascending({static_cast<std::int32_t>(i), static_cast<std::int32_t>(j)}));
        }
        std::sort(gaps.begin(), gaps.end());
        gaps.erase(std::unique(gaps.begin(), gaps.end()), gaps.end());
        return gaps;
    }

    // `count` drawn from the `choice` times as many of least score.
    std::vector<std::int64_t> draw(std::vector<Scored>& candidates, std::size_t count, Random& random) const {
        count = std::min(count, candidates.size());
        const std::size_t pool =
            std::min(candidates.size(),
                     static_cast<std::size_t>(std::ceil(std::max(1.0, o_.choice) * static_cast<double>(count))));
        if (pool < candidates.size())
            std::nth_element(candidates.begin(), candidates.begin() + static_cast<std::ptrdiff_t>(pool),
                             candidates.end());
        std::sort(candidates.begin(), candidates.begin() + static_cast<std::ptrdiff_t>(pool));
        std::vector<std::int64_t> result;
        for (const std::size_t k : random.choose(count, pool)) result.push_back(candidates[k].item);
        return result;
    }

    SafeFlipOptions o_;
};

} // namespace

std::unique_ptr<Augmentation> safe_flips(const SafeFlipOptions& options) {
    return std::make_unique<SafeFlips>(options);
}

} // namespace orrery::graph::augment
