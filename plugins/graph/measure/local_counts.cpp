// SPDX-License-Identifier: BSD-3-Clause
#include "plugins/graph/measure/local_counts.h"

#include "gpu/parallel/instruction_set.h"

#include <algorithm>
#include <bit>
#include <numeric>

namespace orrery::graph {

namespace {

std::size_t size(std::int64_t n) { return static_cast<std::size_t>(n); }

// Nodes by descending degree, and each one's place there.
struct Ranks {
    std::vector<std::int32_t> node, place;
};

Ranks ranks_of(const Adjacency& adjacency) {
    const std::size_t n = adjacency.first.size() - 1;
    Ranks ranks{std::vector<std::int32_t>(n), std::vector<std::int32_t>(n)};
    std::int64_t most = 0;
    for (std::size_t i = 0; i < n; ++i) most = std::max(most, adjacency.degree(static_cast<std::int32_t>(i)));
    std::vector<std::int32_t> begin(size(most) + 2, 0);
    for (std::size_t i = 0; i < n; ++i) ++begin[size(most - adjacency.degree(static_cast<std::int32_t>(i))) + 1];
    std::partial_sum(begin.begin(), begin.end(), begin.begin());
    for (std::size_t i = 0; i < n; ++i) {
        const std::int32_t at = begin[size(most - adjacency.degree(static_cast<std::int32_t>(i)))]++;
        ranks.node[size(at)] = static_cast<std::int32_t>(i);
        ranks.place[i] = at;
    }
    return ranks;
}

// For dense graphs: common neighbours as common bits of rows. `rows`: [nodes][words].
[[gnu::always_inline]] inline void count_common(const Adjacency& adjacency, const std::uint64_t* rows,
                                                std::size_t words, std::vector<std::int64_t>& result) {
    for (std::size_t i = 0; i < result.size(); ++i) {
        std::int64_t common = 0;
        for (auto e = adjacency.first[i]; e < adjacency.first[i + 1]; ++e) {
            const std::size_t j = size(adjacency.neighbour[size(e)]);
            for (std::size_t k = 0; k < words; ++k) common += std::popcount(rows[i * words + k] & rows[j * words + k]);
        }
        result[i] = common / 2; // each pair of neighbours was met from both
    }
}
#if defined(__x86_64__)
[[gnu::target("avx2,popcnt")]] void count_common_avx2(const Adjacency& adjacency, const std::uint64_t* rows,
                                                      std::size_t words, std::vector<std::int64_t>& result) {
    count_common(adjacency, rows, words, result);
}
#endif

std::vector<std::int64_t> dense_triangles_of(const Adjacency& adjacency) {
    const std::size_t n = adjacency.first.size() - 1, words = (n + 63) / 64;
    std::vector<std::uint64_t> rows(n * words, 0);
    for (std::size_t i = 0; i < n; ++i) {
        for (auto e = adjacency.first[i]; e < adjacency.first[i + 1]; ++e) {
            const std::size_t j = size(adjacency.neighbour[size(e)]);
            rows[i * words + j / 64] |= std::uint64_t{1} << (j % 64);
        }
    }
    std::vector<std::int64_t> result(n);
#if defined(__x86_64__)
    if (best_instruction_set() > 0) {
        count_common_avx2(adjacency, rows.data(), words, result);
        return result;
    }
#endif
    count_common(adjacency, rows.data(), words, result);
    return result;
}

} // namespace

std::vector<std::int64_t> triangles_of(const Adjacency& adjacency) {
    const std::size_t n = adjacency.first.size() - 1;
    // Where a node's row of bits is shorter than its list of neighbours, and all rows fit a cache.
    if (n <= 8192 && adjacency.neighbour.size() > n * n / 32) return dense_triangles_of(adjacency);
    const Ranks ranks = ranks_of(adjacency);
    // Each node's neighbours of larger degree alone, numbered by rank: no list is longer than sqrt(2 edges).
    std::vector<std::int64_t> first{0};
    std::vector<std::int32_t> larger;
    for (std::size_t rank = 0; rank < n; ++rank) {
        const std::int32_t node = ranks.node[rank];
        for (auto e = adjacency.first[size(node)]; e < adjacency.first[size(node) + 1]; ++e) {
            const std::int32_t other = ranks.place[size(adjacency.neighbour[size(e)])];
            if (size(other) < rank) larger.push_back(other);
        }
        first.push_back(static_cast<std::int64_t>(larger.size()));
    }
    std::vector<std::int64_t> count(n, 0), result(n);
    std::vector<std::int32_t> mark(n, -1);
    for (std::size_t a = 0; a < n; ++a) {
        for (auto i = first[a]; i < first[a + 1]; ++i) mark[size(larger[size(i)])] = static_cast<std::int32_t>(a);
        for (auto i = first[a]; i < first[a + 1]; ++i) {
            const std::size_t b = size(larger[size(i)]);
            for (auto j = first[b]; j < first[b + 1]; ++j) {
                const std::size_t c = size(larger[size(j)]);
                if (mark[c] != static_cast<std::int32_t>(a)) continue;
                ++count[a];
                ++count[b];
                ++count[c];
            }
        }
    }
    for (std::size_t rank = 0; rank < n; ++rank) result[size(ranks.node[rank])] = count[rank];
    return result;
}

std::vector<std::int32_t> core_numbers_of(const Adjacency& adjacency) {
    const std::size_t n = adjacency.first.size() - 1;
    // Nodes by ascending degree in what is left of the graph; `begin[d]` is the first one of degree d.
    Ranks order = ranks_of(adjacency);
    std::reverse(order.node.begin(), order.node.end());
    std::vector<std::int32_t> degree(n), begin;
    for (std::size_t i = 0; i < n; ++i) {
        order.place[size(order.node[i])] = static_cast<std::int32_t>(i);
        degree[i] = static_cast<std::int32_t>(adjacency.degree(static_cast<std::int32_t>(i)));
    }
    for (std::size_t i = 0; i < n; ++i) {
        while (begin.size() <= size(degree[size(order.node[i])])) begin.push_back(static_cast<std::int32_t>(i));
    }
    for (std::size_t i = 0; i < n; ++i) {
        const std::int32_t node = order.node[i];
        for (auto e = adjacency.first[size(node)]; e < adjacency.first[size(node) + 1]; ++e) {
            const std::int32_t other = adjacency.neighbour[size(e)];
            if (degree[size(other)] <= degree[size(node)]) continue;
            // It moves to the front of its degree's stretch, which then begins behind it.
            const std::int32_t front = begin[size(degree[size(other)])]++, first = order.node[size(front)];
            std::swap(order.node[size(front)], order.node[size(order.place[size(other)])]);
            std::swap(order.place[size(first)], order.place[size(other)]);
            --degree[size(other)];
        }
    }
    return degree;
}

CutParts cut_parts_of(const Adjacency& adjacency) {
    const std::size_t n = adjacency.first.size() - 1;
    CutParts result;
    std::vector<std::int32_t> found(n, -1), low(n), stack; // step at which a node was found; the least one above it
    std::vector<std::int64_t> next(adjacency.first.begin(), adjacency.first.end() - 1), from(n, -1);
    std::vector<char> cut(n, 0);
    std::int32_t time = 0;
    for (std::int32_t root = 0; root < static_cast<std::int32_t>(n); ++root) {
        if (found[size(root)] >= 0) continue;
        int children = 0;
        found[size(root)] = low[size(root)] = time++;
        stack.assign(1, root);
        while (!stack.empty()) {
            const std::int32_t node = stack.back();
            if (next[size(node)] < adjacency.first[size(node) + 1]) {
                const std::size_t e = size(next[size(node)]++);
                const std::int32_t other = adjacency.neighbour[e];
                if (adjacency.edge[e] == from[size(node)]) continue;
                if (found[size(other)] >= 0) {
                    low[size(node)] = std::min(low[size(node)], found[size(other)]);
                    continue;
                }
                from[size(other)] = adjacency.edge[e];
                found[size(other)] = low[size(other)] = time++;
                stack.push_back(other);
                continue;
            }
            stack.pop_back();
            if (stack.empty()) break;
            const std::int32_t above = stack.back();
            low[size(above)] = std::min(low[size(above)], low[size(node)]);
            if (low[size(node)] > found[size(above)]) result.bridges.push_back(from[size(node)]);
            if (above == root) {
                ++children;
            } else if (low[size(node)] >= found[size(above)]) {
                cut[size(above)] = 1;
            }
        }
        if (children > 1) cut[size(root)] = 1;
    }
    std::sort(result.bridges.begin(), result.bridges.end());
    for (std::int32_t i = 0; i < static_cast<std::int32_t>(n); ++i) {
        if (cut[size(i)] != 0) result.articulation_points.push_back(i);
    }
    return result;
}

} // namespace orrery::graph
