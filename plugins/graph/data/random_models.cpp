// SPDX-License-Identifier: BSD-3-Clause
#include "plugins/graph/data/draws.h"
#include "plugins/graph/data/generators.h"
#include "plugins/graph/data/limits.h"

#include <fmt/format.h>

#include <algorithm>
#include <numbers>
#include <unordered_set>

namespace orrery::graph {

namespace {

std::size_t index(std::int32_t node) { return static_cast<std::size_t>(node); }

bool has(const std::vector<std::int32_t>& list, std::int32_t value) {
    return std::find(list.begin(), list.end(), value) != list.end();
}

void expect_attachment(std::int32_t nodes, std::int32_t m) {
    if (m < 1 || m >= nodes)
        throw Error(fmt::format("New nodes can't be joined to m = {} others in a graph of n = {} nodes.", m, nodes),
                    "Take m from 1 to n - 1.");
    expect_edges(static_cast<double>(nodes) * m);
}

// Grows a graph by preferential attachment from a star; `choose` names the m nodes that a new one is joined to, from
// the list of the ends of all edges.
template <class Choose>
Graph grown(std::int32_t nodes, std::int32_t m, const Choose& choose) {
    Graph graph = star_graph(m + 1);
    graph.nodes = nodes;
    std::vector<std::int32_t> ends;
    for (const Edge& e : graph.edges) ends.insert(ends.end(), {e.from, e.to});
    for (std::int32_t node = m + 1; node < nodes; ++node) {
        for (const std::int32_t target : choose(ends)) {
            graph.edges.push_back({target, node});
            ends.insert(ends.end(), {target, node});
        }
    }
    return graph;
}

// Edges of a set, as one number each.
std::uint64_t key(std::int32_t a, std::int32_t b) {
    return static_cast<std::uint64_t>(std::min(a, b)) << 32U | static_cast<std::uint64_t>(std::max(a, b));
}

// Pairs of stubs at random; then, while one is a loop or a repetition, it swaps ends with another pair. Nothing where
// that doesn't end soon.
std::vector<Edge> paired(std::int32_t nodes, std::int32_t degree, Random& draws) {
    std::vector<std::int32_t> stubs;
    for (std::int32_t i = 0; i < nodes; ++i) stubs.insert(stubs.end(), index(degree), i);
    draws.shuffle(stubs);
    std::vector<Edge> edges;
    std::vector<std::size_t> bad;
    std::vector<char> good;
    std::unordered_set<std::uint64_t> there;
    for (std::size_t i = 0; i + 1 < stubs.size(); i += 2) {
        const Edge e{stubs[i], stubs[i + 1]};
        good.push_back(e.from != e.to && there.insert(key(e.from, e.to)).second ? 1 : 0);
        if (good.back() == 0) bad.push_back(edges.size());
        edges.push_back(e);
    }
    for (std::size_t tries = 0; !bad.empty(); ++tries) {
        if (tries > 100 * edges.size() + 1000) return {};
        Edge& first = edges[bad.back()];
        const std::size_t other = draws.below(edges.size());
        Edge& second = edges[other];
        if (good[other] == 0) continue;
        if (draws.chance(0.5)) std::swap(second.from, second.to);
        const Edge a{first.from, second.from}, b{first.to, second.to};
        if (a.from == a.to || b.from == b.to || key(a.from, a.to) == key(b.from, b.to)) continue;
        if (there.count(key(a.from, a.to)) + there.count(key(b.from, b.to)) > 0) continue;
        there.erase(key(second.from, second.to));
        there.insert({key(a.from, a.to), key(b.from, b.to)});
        first = a;
        second = b;
        good[bad.back()] = 1;
        bad.pop_back();
    }
    return edges;
}

Graph complement(const Graph& graph) {
    const Adjacency adjacency = adjacency_of(graph);
    Graph result = empty_graph(graph.nodes);
    for (std::int32_t i = 0; i < graph.nodes; ++i) {
        auto at = adjacency.first[index(i)];
        for (std::int32_t j = 0; j < graph.nodes; ++j) {
            const bool joined =
                at < adjacency.first[index(i) + 1] && adjacency.neighbour[static_cast<std::size_t>(at)] == j;
            if (joined) ++at;
            if (!joined && i < j) result.edges.push_back({i, j});
        }
    }
    return result;
}

} // namespace

Graph erdos_renyi(std::int32_t nodes, double probability, std::uint64_t seed) {
    expect_probability(probability, "p");
    if (probability == 1) return complete_graph(nodes);
    Graph graph = empty_graph(nodes);
    expect_edges(0.5 * nodes * (nodes - 1.0) * probability);
    if (probability == 0) return graph;
    Random draws(seed);
    std::int64_t row = 1, column = -1;
    while (row < nodes) {
        column += 1 + draw_failures(probability, draws);
        while (column >= row && row < nodes) column -= row++;
        if (row < nodes) graph.edges.push_back({static_cast<std::int32_t>(column), static_cast<std::int32_t>(row)});
    }
    return graph;
}

Graph barabasi_albert(std::int32_t nodes, std::int32_t m, std::uint64_t seed) {
    expect_attachment(nodes, m);
    Random draws(seed);
    std::vector<std::int32_t> chosen;
    return grown(nodes, m, [&](const std::vector<std::int32_t>& ends) -> const std::vector<std::int32_t>& {
        chosen.clear();
        while (chosen.size() < index(m)) {
            const std::int32_t target = ends[draws.below(ends.size())];
            if (!has(chosen, target)) chosen.push_back(target);
        }
        return chosen;
    });
}

Graph holme_kim(std::int32_t nodes, std::int32_t m, double triangle_probability, std::uint64_t seed) {
    expect_attachment(nodes, m);
    expect_probability(triangle_probability, "p");
    Random draws(seed);
    std::vector<std::int32_t> chosen;
    std::vector<std::vector<std::int32_t>> neighbours(index(nodes));
    for (std::int32_t i = 1; i <= m; ++i) {
        neighbours[0].push_back(i);
        neighbours[index(i)].push_back(0);
    }
    std::int32_t node = m + 1;
    return grown(nodes, m, [&](const std::vector<std::int32_t>& ends) -> const std::vector<std::int32_t>& {
        chosen.clear();
        while (chosen.size() < index(m)) {
            std::int32_t target = ends[draws.below(ends.size())];
            if (!chosen.empty() && draws.chance(triangle_probability)) {
                const auto& around = neighbours[index(chosen.back())];
                const std::int32_t third = around[draws.below(around.size())];
                if (!has(chosen, third)) target = third;
            }
            if (!has(chosen, target)) chosen.push_back(target);
        }
        for (const std::int32_t target : chosen) {
            neighbours[index(target)].push_back(node);
            neighbours[index(node)].push_back(target);
        }
        ++node;
        return chosen;
    });
}

Graph watts_strogatz(std::int32_t nodes, std::int32_t k, double probability, std::uint64_t seed) {
    expect_probability(probability, "p");
    if (k < 0 || k % 2 != 0 || k >= nodes)
        throw Error(fmt::format("In a ring of n = {} nodes none has k = {} nearest neighbours.", nodes, k),
                    "Take an even k below n.");
    Graph graph = empty_graph(nodes);
    expect_edges(0.5 * nodes * k);
    Random draws(seed);
    std::vector<std::vector<std::int32_t>> neighbours(index(nodes));
    const auto join = [&](std::int32_t a, std::int32_t b) {
        neighbours[index(a)].push_back(b);
        neighbours[index(b)].push_back(a);
    };
    for (std::int32_t offset = 1; offset <= k / 2; ++offset) {
        for (std::int32_t i = 0; i < nodes; ++i) join(i, (i + offset) % nodes);
    }
    for (std::int32_t offset = 1; offset <= k / 2; ++offset) {
        for (std::int32_t i = 0; i < nodes; ++i) {
            auto& mine = neighbours[index(i)];
            if (!draws.chance(probability) || mine.size() + 1 >= index(nodes)) continue;
            std::int32_t target = i;
            while (target == i || has(mine, target)) target = draws.below(nodes);
            const std::int32_t before = (i + offset) % nodes;
            auto& theirs = neighbours[index(before)];
            mine.erase(std::find(mine.begin(), mine.end(), before));
            theirs.erase(std::find(theirs.begin(), theirs.end(), i));
            join(i, target);
        }
    }
    for (std::int32_t i = 0; i < nodes; ++i) {
        for (const std::int32_t j : neighbours[index(i)]) {
            if (i < j) graph.edges.push_back({i, j});
        }
    }
    std::sort(graph.edges.begin(), graph.edges.end());
    return graph;
}

Graph random_geometric(std::int32_t nodes, double radius, std::uint64_t seed) {
    if (!(radius >= 0)) throw Error(fmt::format("{} is no radius.", radius), "Take one from 0 to 1.5.");
    Graph graph = empty_graph(nodes);
    expect_edges(0.5 * nodes * (nodes - 1.0) * std::min(1.0, std::numbers::pi * radius * radius));
    Random draws(seed);
    std::vector<double> x(index(nodes)), y(index(nodes));
    for (std::size_t i = 0; i < x.size(); ++i) {
        x[i] = draws.uniform();
        y[i] = draws.uniform();
    }
    // Cells at least as wide as the radius, about one for each node: only points of neighbouring cells can be near.
    const double widest = std::max({radius, 1 / std::sqrt(nodes + 1.0), 1e-9});
    const auto side = std::max<std::int64_t>(1, static_cast<std::int64_t>(1 / widest));
    const auto cell_of = [&](double at) {
        return std::min(side - 1, static_cast<std::int64_t>(at * static_cast<double>(side)));
    };
    std::vector<std::vector<std::int32_t>> cells(static_cast<std::size_t>(side * side));
    for (std::int32_t i = 0; i < nodes; ++i) {
        const std::int64_t column = cell_of(x[index(i)]), row = cell_of(y[index(i)]);
        for (std::int64_t r = std::max<std::int64_t>(0, row - 1); r <= std::min(side - 1, row + 1); ++r) {
            for (std::int64_t c = std::max<std::int64_t>(0, column - 1); c <= std::min(side - 1, column + 1); ++c) {
                for (const std::int32_t j : cells[static_cast<std::size_t>(r * side + c)]) { // those before node i
                    const double dx = x[index(i)] - x[index(j)], dy = y[index(i)] - y[index(j)];
                    if (dx * dx + dy * dy <= radius * radius) graph.edges.push_back({j, i});
                }
            }
        }
        cells[static_cast<std::size_t>(row * side + column)].push_back(i);
    }
    std::sort(graph.edges.begin(), graph.edges.end());
    graph.node = {{"x", std::move(x)}, {"y", std::move(y)}};
    return graph;
}

Graph random_regular(std::int32_t nodes, std::int32_t degree, std::uint64_t seed) {
    if (degree < 0 || degree >= std::max(nodes, 1) || static_cast<std::int64_t>(nodes) * degree % 2 != 0)
        throw Error(fmt::format("There is no graph of n = {} nodes that all have d = {} neighbours.", nodes, degree),
                    "Take d below n, and n d even.");
    expect_edges(0.5 * nodes * degree);
    // Among nearly all pairs few switches are possible, so the pairs that are missing are drawn.
    if (2 * degree > nodes - 1) return complement(random_regular(nodes, nodes - 1 - degree, seed));
    Random draws(seed);
    Graph graph = empty_graph(nodes);
    const std::size_t edges = index(nodes) * index(degree) / 2;
    while (graph.edges.size() < edges) graph.edges = paired(nodes, degree, draws);
    for (Edge& e : graph.edges) e = {std::min(e.from, e.to), std::max(e.from, e.to)};
    std::sort(graph.edges.begin(), graph.edges.end());
    return graph;
}

Graph random_tree(std::int32_t nodes, std::uint64_t seed) {
    if (nodes < 3) return path_graph(nodes);
    Graph graph = empty_graph(nodes);
    Random draws(seed);
    std::vector<std::int32_t> sequence(index(nodes - 2)), left(index(nodes), 1);
    for (std::int32_t& node : sequence) {
        node = draws.below(nodes);
        ++left[index(node)];
    }
    // `leaf` is the least leaf of what remains; a node below `scan` that becomes one is taken at once.
    std::int32_t scan = 0;
    while (left[index(scan)] != 1) ++scan;
    std::int32_t leaf = scan;
    for (const std::int32_t node : sequence) {
        graph.edges.push_back({std::min(leaf, node), std::max(leaf, node)});
        if (--left[index(node)] == 1 && node < scan) {
            leaf = node;
        } else {
            do ++scan;
            while (left[index(scan)] != 1);
            leaf = scan;
        }
    }
    graph.edges.push_back({leaf, nodes - 1});
    return graph;
}

} // namespace orrery::graph
