// SPDX-License-Identifier: BSD-3-Clause
#include "plugins/graph/augment/peers.h"

#include "plugins/graph/augment/edits.h"

#include <algorithm>
#include <cmath>
#include <functional>
#include <set>

namespace orrery::graph::augment {

namespace {

using spectrum::EigenPairs;

// An augmentation that needs no spectrum.
class Plain final : public Augmentation {
public:
    using Apply = std::function<Augmented(const Graph&, Random&)>;
    Plain(std::string name, Apply apply) : name_(std::move(name)), apply_(std::move(apply)) {}
    std::string name() const override { return name_; }
    SpectrumNeed need(const Graph&) const override { return {}; }
    Augmented apply(const Graph& graph, const EigenPairs&, Random& random) const override {
        require_simple(graph, name_);
        return apply_(graph, random);
    }

private:
    std::string name_;
    Apply apply_;
};

std::vector<std::int64_t> some_edges(const Graph& graph, std::int64_t count, Random& random) {
    const auto chosen = random.choose(static_cast<std::size_t>(std::max<std::int64_t>(0, count)), graph.edges.size());
    return {chosen.begin(), chosen.end()};
}

// `count` pairs of nodes without an edge, or all there are.
std::vector<Edge> some_gaps(const Graph& graph, std::int64_t count, Random& random) {
    const std::int64_t n = graph.nodes;
    const std::int64_t gaps = n * (n - 1) / 2 - static_cast<std::int64_t>(graph.edges.size());
    count = std::clamp<std::int64_t>(count, 0, gaps);
    if (count == 0) return {};
    const EdgeIndex index(graph);
    std::set<Edge> found;
    if (2 * count > gaps || gaps < n) { // few are left out: list them all
        std::vector<Edge> all;
        for (std::int32_t i = 0; i < graph.nodes; ++i) {
            for (std::int32_t j = i + 1; j < graph.nodes; ++j) {
                if (index(i, j) < 0) all.push_back({i, j});
            }
        }
        for (const std::size_t k : random.choose(static_cast<std::size_t>(count), all.size())) found.insert(all[k]);
    }
    while (static_cast<std::int64_t>(found.size()) < count) {
        const auto i = static_cast<std::int32_t>(random.below(static_cast<std::size_t>(n)));
        const auto j = static_cast<std::int32_t>(random.below(static_cast<std::size_t>(n)));
        if (i != j && index(i, j) < 0) found.insert(ascending({i, j}));
    }
    return {found.begin(), found.end()};
}

// `count` pairs of nodes, or all there are, become what they were not.
Augmented flipped(const Graph& graph, std::int64_t count, Random& random) {
    const std::int64_t n = graph.nodes, pairs = n * (n - 1) / 2;
    count = std::clamp<std::int64_t>(count, 0, pairs);
    std::set<Edge> chosen;
    if (2 * count > pairs) { // what stays is drawn instead
        for (std::int32_t i = 0; i < graph.nodes; ++i) {
            for (std::int32_t j = i + 1; j < graph.nodes; ++j) chosen.insert({i, j});
        }
    }
    const bool all = !chosen.empty();
    while (static_cast<std::int64_t>(chosen.size()) != count) {
        const auto i = static_cast<std::int32_t>(random.below(static_cast<std::size_t>(n)));
        const auto j = static_cast<std::int32_t>(random.below(static_cast<std::size_t>(n)));
        if (i == j) continue;
        if (all) {
            chosen.erase(ascending({i, j}));
        } else {
            chosen.insert(ascending({i, j}));
        }
    }
    const EdgeIndex index(graph);
    std::vector<std::int64_t> removed;
    std::vector<Edge> added;
    for (const Edge& e : chosen) {
        const std::int64_t edge = index(e.from, e.to);
        if (edge >= 0) {
            removed.push_back(edge);
        } else {
            added.push_back(e);
        }
    }
    return edited(graph, removed, added);
}

Augmented keep_nodes(const Graph& graph, const std::vector<char>& keep) {
    std::vector<std::int32_t> nodes;
    for (std::int32_t i = 0; i < graph.nodes; ++i) {
        if (keep[static_cast<std::size_t>(i)]) nodes.push_back(i);
    }
    Augmented result;
    result.changes.original_edges = static_cast<std::int64_t>(graph.edges.size());
    result.changes.no_op = static_cast<std::int32_t>(nodes.size()) == graph.nodes;
    result.graph = result.changes.no_op ? graph : induced(graph, nodes);
    result.changes.removed = result.changes.original_edges - static_cast<std::int64_t>(result.graph.edges.size());
    if (!result.changes.no_op) result.changes.kept = std::move(nodes);
    return result;
}

Augmented drop_nodes_by_count(const Graph& graph, double rate, Random& random) {
    const auto n = static_cast<std::size_t>(graph.nodes);
    const auto count = static_cast<std::size_t>(std::floor(rate * static_cast<double>(n) + random.uniform()));
    std::vector<char> keep(n, 1);
    for (const std::size_t i : random.choose(count, n)) keep[i] = 0;
    return keep_nodes(graph, keep);
}

Augmented drop_nodes_by_edges(const Graph& graph, double rate, Random& random) {
    const auto n = static_cast<std::size_t>(graph.nodes);
    const std::int64_t target = edits_for(rate, graph, random);
    std::vector<std::size_t> order(n);
    for (std::size_t i = 0; i < n; ++i) order[i] = i;
    random.shuffle(order);
    const Adjacency adjacency = adjacency_of(graph);
    std::vector<char> keep(n, 1);
    std::int64_t gone = 0;
    for (const std::size_t node : order) {
        if (gone >= target) break;
        std::int64_t lost = 0;
        for (std::int64_t e = adjacency.first[node]; e < adjacency.first[node + 1]; ++e)
            lost += keep[static_cast<std::size_t>(adjacency.neighbour[static_cast<std::size_t>(e)])];
        if (lost == 0 || gone + lost - target > target - gone) continue; // further off than without it
        keep[node] = 0;
        gone += lost;
    }
    return keep_nodes(graph, keep);
}

Augmented walked(const Graph& graph, double rate, Walk walk, Random& random) {
    const auto n = static_cast<std::size_t>(graph.nodes);
    if (n == 0) return keep_nodes(graph, {});
    const auto wanted = std::max<std::size_t>(
        1, n - static_cast<std::size_t>(std::floor(rate * static_cast<double>(n) + random.uniform())));
    const Adjacency adjacency = adjacency_of(graph);
    std::vector<char> keep(n, 0);
    // The rim holds the nodes that stay and whose neighbours may still come.
    std::vector<std::size_t> rim{random.below(n)};
    keep[rim.front()] = 1;
    std::size_t kept = 1, at = 0;
    while (kept < wanted && at < rim.size()) {
        const std::size_t node = rim[at];
        std::vector<std::size_t> fresh;
        for (std::int64_t e = adjacency.first[node]; e < adjacency.first[node + 1]; ++e) {
            const auto other = static_cast<std::size_t>(adjacency.neighbour[static_cast<std::size_t>(e)]);
            if (!keep[other]) fresh.push_back(other);
        }
        if (fresh.empty()) {
            // The breadth-first search goes on with the next in line; the walk with any node it has met.
            if (walk == Walk::breadth_first) {
                ++at;
            } else {
                rim.erase(rim.begin() + static_cast<std::ptrdiff_t>(at));
                at = rim.empty() ? 0 : random.below(rim.size());
            }
            continue;
        }
        const std::size_t next = fresh[random.below(fresh.size())];
        keep[next] = 1;
        ++kept;
        rim.push_back(next);
        if (walk == Walk::random) at = rim.size() - 1;
    }
    return keep_nodes(graph, keep);
}

Augmented masked(const Graph& graph, double rate, Random& random) {
    const auto n = static_cast<std::size_t>(graph.nodes);
    Augmented result = edited(graph, {}, {});
    const auto count = static_cast<std::size_t>(std::floor(rate * static_cast<double>(n) + random.uniform()));
    const std::vector<std::size_t> rows = random.choose(count, n);
    for (Column& c : result.graph.node) {
        if (c.name == "id") continue;
        std::visit(
            [&](auto& list) {
                using T = typename std::decay_t<decltype(list)>::value_type;
                T nothing{};
                if constexpr (std::is_same_v<T, std::int64_t>) nothing = -1;
                for (const std::size_t row : rows) {
                    result.changes.no_op = result.changes.no_op && list[row] == nothing;
                    list[row] = nothing;
                }
            },
            c.values);
    }
    return result;
}

Augmented noisy(const Graph& graph, double std, Random& random) {
    Augmented result = edited(graph, {}, {});
    for (Column& c : result.graph.node) {
        auto* list = std::get_if<std::vector<double>>(&c.values);
        if (!list || list->empty()) continue;
        double mean = 0, square = 0, count = 0;
        for (const double v : *list) {
            if (!std::isfinite(v)) continue;
            mean += v;
            ++count;
        }
        mean /= std::max(1.0, count);
        for (const double v : *list) square += std::isfinite(v) ? (v - mean) * (v - mean) : 0;
        const double scale = std * std::sqrt(square / std::max(1.0, count));
        if (scale == 0) continue;
        for (double& v : *list) v += scale * random.normal();
        result.changes.no_op = false;
    }
    return result;
}

} // namespace

std::unique_ptr<Augmentation> drop_edge(double rate) {
    return std::make_unique<Plain>("drop-edge", [rate](const Graph& graph, Random& random) {
        return edited(graph, some_edges(graph, edits_for(rate, graph, random), random), {});
    });
}

std::unique_ptr<Augmentation> add_edge(double rate) {
    return std::make_unique<Plain>("add-edge", [rate](const Graph& graph, Random& random) {
        return edited(graph, {}, some_gaps(graph, edits_for(rate, graph, random), random));
    });
}

std::unique_ptr<Augmentation> flip_edges(double rate) {
    return std::make_unique<Plain>("flips", [rate](const Graph& graph, Random& random) {
        return flipped(graph, edits_for(rate, graph, random), random);
    });
}

std::unique_ptr<Augmentation> drop_node(double rate, Share share) {
    return std::make_unique<Plain>("drop-node", [rate, share](const Graph& graph, Random& random) {
        return share == Share::nodes ? drop_nodes_by_count(graph, rate, random)
                                     : drop_nodes_by_edges(graph, rate, random);
    });
}

std::unique_ptr<Augmentation> subgraph(double rate, Walk walk) {
    return std::make_unique<Plain>(
        "subgraph", [rate, walk](const Graph& graph, Random& random) { return walked(graph, rate, walk, random); });
}

std::unique_ptr<Augmentation> mask_attributes(double rate) {
    return std::make_unique<Plain>("attribute-mask",
                                   [rate](const Graph& graph, Random& random) { return masked(graph, rate, random); });
}

std::unique_ptr<Augmentation> feature_noise(double std) {
    return std::make_unique<Plain>("feature-noise",
                                   [std](const Graph& graph, Random& random) { return noisy(graph, std, random); });
}

} // namespace orrery::graph::augment
