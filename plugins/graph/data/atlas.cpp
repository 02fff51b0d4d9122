// SPDX-License-Identifier: BSD-3-Clause
#include "plugins/graph/data/atlas.h"

#include <algorithm>
#include <array>
#include <bit>
#include <cstdint>
#include <numeric>
#include <set>
#include <vector>

namespace orrery::graph {

namespace {

constexpr int most = 7;
using Rows = std::array<unsigned, most>; // bit j of row i: i and j are joined
using Code = std::uint32_t;              // bits of the pairs below the diagonal, (1, 0) first

// The least code over all orders of the nodes by ascending rank, where ranks don't depend on the numbering.
class CanonicalForm {
public:
    CanonicalForm(const Rows& rows, int nodes) : rows_(rows), nodes_(nodes) {
        std::array<int, most> order{};
        std::iota(order.begin(), order.begin() + nodes, 0);
        for (int i = 0; i < nodes; ++i) rank_[static_cast<std::size_t>(i)] = rank(i);
        std::sort(order.begin(), order.begin() + nodes, [&](int a, int b) { return rank_of(a) < rank_of(b); });
        for (int i = 0; i < nodes; ++i)
            sorted_[static_cast<std::size_t>(i)] = rank_of(order[static_cast<std::size_t>(i)]);
        place(0, 0);
    }
    Code code() const { return best_; }

private:
    // Degree, how many neighbours have each degree, and triangles.
    std::uint64_t rank(int node) const {
        std::uint64_t neighbours = 0, triangles = 0;
        for (int other = 0; other < nodes_; ++other) {
            if ((row(node) >> other & 1U) == 0) continue;
            neighbours += std::uint64_t{1} << (4 * std::popcount(row(other)));
            triangles += static_cast<std::uint64_t>(std::popcount(row(node) & row(other)));
        }
        return static_cast<std::uint64_t>(std::popcount(row(node))) << 40 | triangles << 32 | neighbours;
    }
    unsigned row(int node) const { return rows_[static_cast<std::size_t>(node)]; }
    std::uint64_t rank_of(int node) const { return rank_[static_cast<std::size_t>(node)]; }

    // Puts each node of the right rank at this position in turn, and goes on.
    void place(int position, Code code) {
        if (position == nodes_) {
            best_ = std::min(best_, code);
            return;
        }
        for (int node = 0; node < nodes_; ++node) {
            if ((used_ >> node & 1U) != 0 || rank_of(node) != sorted_[static_cast<std::size_t>(position)]) continue;
            Code next = code;
            for (int before = 0; before < position; ++before)
                next = 2 * next + (row(node) >> order_[static_cast<std::size_t>(before)] & 1U);
            used_ |= 1U << node;
            order_[static_cast<std::size_t>(position)] = node;
            place(position + 1, next);
            used_ &= ~(1U << node);
        }
    }

    const Rows& rows_;
    int nodes_;
    std::array<std::uint64_t, most> rank_{}, sorted_{};
    std::array<int, most> order_{};
    unsigned used_ = 0;
    Code best_ = ~Code{0};
};

Rows rows_of(Code code, int nodes) {
    Rows rows{};
    int bit = nodes * (nodes - 1) / 2;
    for (int i = 1; i < nodes; ++i) {
        for (int j = 0; j < i; ++j) {
            if ((code >> --bit & 1U) == 0) continue;
            rows[static_cast<std::size_t>(i)] |= 1U << j;
            rows[static_cast<std::size_t>(j)] |= 1U << i;
        }
    }
    return rows;
}

Graph graph_of(Code code, int nodes) {
    Graph graph;
    graph.nodes = nodes;
    const Rows rows = rows_of(code, nodes);
    for (int i = 0; i < nodes; ++i) {
        for (int j = i + 1; j < nodes; ++j) {
            if ((rows[static_cast<std::size_t>(i)] >> j & 1U) != 0) graph.edges.push_back({i, j});
        }
    }
    return graph;
}

GraphSet make_atlas() {
    GraphSet set{"atlas", {Graph{}}};
    std::vector<Code> codes{0}; // of one node
    for (int nodes = 1; nodes <= most; ++nodes) {
        if (nodes > 1) { // each graph arises from one of a node less: by a new node, joined in every way
            std::set<Code> found;
            for (const Code code : codes) {
                Rows rows = rows_of(code, nodes - 1);
                for (unsigned joined = 0; joined < 1U << (nodes - 1); ++joined) {
                    Rows with = rows;
                    with[static_cast<std::size_t>(nodes - 1)] = joined;
                    for (int i = 0; i + 1 < nodes; ++i)
                        with[static_cast<std::size_t>(i)] |= (joined >> i & 1U) << (nodes - 1);
                    found.insert(CanonicalForm(with, nodes).code());
                }
            }
            codes.assign(found.begin(), found.end());
        }
        std::stable_sort(codes.begin(), codes.end(),
                         [](Code a, Code b) { return std::popcount(a) < std::popcount(b); });
        for (const Code code : codes) set.graphs.push_back(graph_of(code, nodes));
    }
    return set;
}

} // namespace

const GraphSet& atlas() {
    static const GraphSet set = make_atlas();
    return set;
}

} // namespace orrery::graph
