// SPDX-License-Identifier: BSD-3-Clause
#include "plugins/graph/measure/many_searches.h"

#include "gpu/parallel/instruction_set.h"

#include <algorithm>
#include <bit>
#include <cstddef>

namespace orrery::graph {

namespace {

using Work = ManySearches::Work;

std::size_t size(std::int32_t n) { return static_cast<std::size_t>(n); }

// Forced into its callers, which are compiled for different instruction sets.
#define ORRERY_INLINE [[gnu::always_inline]] inline

// What is new at a node among the bits that arrived there is kept as `next`, and counted.
template <int words>
ORRERY_INLINE bool settle(const Work& w, std::int32_t node, std::uint64_t* arrived, std::uint64_t* reached,
                          std::int64_t& count) {
    std::uint64_t* const seen = w.seen + size(node) * words;
    std::uint64_t any = 0;
    for (int k = 0; k < words; ++k) {
        arrived[k] &= ~seen[k];
        any |= arrived[k];
    }
    if (any == 0) return false;
    for (int k = 0; k < words; ++k) {
        seen[k] |= arrived[k];
        reached[k] |= arrived[k];
        count += std::popcount(arrived[k]);
    }
    return true;
}

// One step by asking each node that some source hasn't reached which of its neighbours was reached just now. Returns
// the number of nodes found.
template <int words>
ORRERY_INLINE std::int32_t gather(const Work& w, const std::uint64_t* all, std::uint64_t* reached,
                                  std::int64_t& count) {
    std::int32_t found = 0;
    for (std::int32_t node = 0; node < w.nodes; ++node) {
        const std::uint64_t* const seen = w.seen + size(node) * words;
        std::uint64_t missing = 0;
        for (int k = 0; k < words; ++k) missing |= all[k] & ~seen[k];
        if (missing == 0) continue;
        std::uint64_t arrived[words] = {};
        for (std::int32_t e = w.first[node]; e < w.first[node + 1]; ++e) {
            const std::uint64_t* const from = w.now + size(w.neighbour[e]) * words;
            for (int k = 0; k < words; ++k) arrived[k] |= from[k];
        }
        if (!settle<words>(w, node, arrived, reached, count)) continue;
        for (int k = 0; k < words; ++k) w.next[size(node) * words + size(k)] = arrived[k];
        w.found[found++] = node;
    }
    return found;
}

// One step by passing the bits of the nodes reached just now on to their neighbours.
template <int words>
ORRERY_INLINE std::int32_t scatter(const Work& w, std::int32_t frontier, std::uint64_t* reached, std::int64_t& count) {
    std::int32_t touched = 0;
    for (std::int32_t i = 0; i < frontier; ++i) {
        const std::int32_t node = w.frontier[i];
        const std::uint64_t* const from = w.now + size(node) * words;
        for (std::int32_t e = w.first[node]; e < w.first[node + 1]; ++e) {
            const std::int32_t to = w.neighbour[e];
            std::uint64_t* const bits = w.next + size(to) * words;
            for (int k = 0; k < words; ++k) bits[k] |= from[k];
            if (w.touched[to] == 0) {
                w.touched[to] = 1;
                w.found[touched++] = to;
            }
        }
    }
    std::int32_t found = 0;
    for (std::int32_t i = 0; i < touched; ++i) {
        const std::int32_t node = w.found[i];
        w.touched[node] = 0;
        if (settle<words>(w, node, w.next + size(node) * words, reached, count)) w.found[found++] = node;
    }
    return found;
}

template <int words>
ORRERY_INLINE std::int64_t search(Work w, const std::int32_t* sources, int count, std::int32_t* eccentricities) {
    std::uint64_t all[words] = {};
    std::int64_t frontier_entries = 0;
    for (int s = 0; s < count; ++s) {
        const std::uint64_t bit = std::uint64_t{1} << (s % 64);
        all[s / 64] |= bit;
        w.seen[size(sources[s]) * words + size(s / 64)] |= bit;
        w.now[size(sources[s]) * words + size(s / 64)] |= bit;
        w.frontier[s] = sources[s];
        frontier_entries += w.first[sources[s] + 1] - w.first[sources[s]];
        eccentricities[s] = 0;
    }
    const std::int64_t entries = w.first[w.nodes];
    std::int64_t left = (static_cast<std::int64_t>(w.nodes) - 1) * count, sum = 0;
    std::int32_t frontier = count;
    for (std::int32_t step = 1; left > 0 && frontier > 0; ++step) {
        std::uint64_t reached[words] = {};
        std::int64_t pairs = 0;
        const bool many = 2 * frontier_entries > entries;
        const std::int32_t found =
            many ? gather<words>(w, all, reached, pairs) : scatter<words>(w, frontier, reached, pairs);
        for (std::int32_t i = 0; i < frontier; ++i) {
            for (int k = 0; k < words; ++k) w.now[size(w.frontier[i]) * words + size(k)] = 0;
        }
        std::swap(w.now, w.next);
        std::swap(w.frontier, w.found);
        frontier = found;
        frontier_entries = 0;
        for (std::int32_t i = 0; i < frontier; ++i)
            frontier_entries += w.first[w.frontier[i] + 1] - w.first[w.frontier[i]];
        for (int k = 0; k < words; ++k) {
            for (std::uint64_t rest = reached[k]; rest != 0; rest &= rest - 1)
                eccentricities[64 * k + std::countr_zero(rest)] = step;
        }
        left -= pairs;
        sum += step * pairs;
    }
    return sum;
}

std::int64_t search_64(const Work& w, const std::int32_t* sources, int count, std::int32_t* eccentricities) {
    return search<1>(w, sources, count, eccentricities);
}
std::int64_t search_256(const Work& w, const std::int32_t* sources, int count, std::int32_t* eccentricities) {
    return search<4>(w, sources, count, eccentricities);
}
#if defined(__x86_64__)
[[gnu::target("avx2,popcnt,bmi")]] std::int64_t search_64_avx2(const Work& w, const std::int32_t* sources, int count,
                                                               std::int32_t* eccentricities) {
    return search<1>(w, sources, count, eccentricities);
}
[[gnu::target("avx2,popcnt,bmi")]] std::int64_t search_256_avx2(const Work& w, const std::int32_t* sources, int count,
                                                                std::int32_t* eccentricities) {
    return search<4>(w, sources, count, eccentricities);
}
#endif

auto kernel(bool wide) {
#if defined(__x86_64__)
    if (best_instruction_set() > 0) return wide ? search_256_avx2 : search_64_avx2;
#endif
    return wide ? search_256 : search_64;
}

} // namespace

std::int64_t ManySearches::run(std::span<const std::int32_t> sources, std::int32_t* eccentricities) {
    const std::size_t n = size(graph_.nodes());
    const bool wide = sources.size() > 64;
    const std::size_t words = wide ? 4 : 1;
    bits_.assign(3 * n * words, 0);
    lists_.resize(2 * n);
    touched_.resize(n, 0);
    const Work work{graph_.first.data(), graph_.neighbour.data(),  graph_.nodes(),
                    bits_.data(),        bits_.data() + n * words, bits_.data() + 2 * n * words,
                    lists_.data(),       lists_.data() + n,        touched_.data()};
    return kernel(wide)(work, sources.data(), static_cast<int>(sources.size()), eccentricities);
}

std::int64_t ManySearches::run_singly(std::span<const std::int32_t> sources, std::int32_t* eccentricities) {
    // Along a path each step waits for the one before: several searches by turns fill that time.
    constexpr std::size_t turns = 4;
    const std::size_t n = size(graph_.nodes()), stride = n + 1; // a queue's end is written to before it is known as new
    lists_.resize(turns * stride);
    touched_.assign(turns * n, 0);
    const std::int32_t* const first = graph_.first.data();
    const std::int32_t* const neighbour = graph_.neighbour.data();
    std::int64_t sum = 0;
    unsigned char mark = 0; // another one for each group of searches, so that nothing needs clearing between them
    for (std::size_t group = 0; group < sources.size(); group += turns) {
        if (++mark == 0) {
            std::fill(touched_.begin(), touched_.end(), static_cast<unsigned char>(0));
            mark = 1;
        }
        const std::size_t count = std::min(turns, sources.size() - group);
        std::int32_t begin[turns] = {}, end[turns] = {};
        for (std::size_t s = 0; s < count; ++s) {
            lists_[s * stride] = sources[group + s];
            touched_[s * n + size(sources[group + s])] = mark;
            end[s] = 1;
        }
        bool any = true;
        for (std::int32_t step = 0; any; ++step) {
            any = false;
            for (std::size_t s = 0; s < count; ++s) {
                if (begin[s] == end[s]) continue;
                std::int32_t* const queue = lists_.data() + s * stride;
                unsigned char* const touched = touched_.data() + s * n;
                const std::int32_t level = end[s];
                std::int32_t at = begin[s], last = level;
                for (; at < level; ++at) {
                    const std::int32_t node = queue[at];
                    for (std::int32_t e = first[node]; e < first[node + 1]; ++e) {
                        const std::int32_t to = neighbour[e];
                        queue[last] = to; // overwritten unless it is new
                        last += touched[to] != mark ? 1 : 0;
                        touched[to] = mark;
                    }
                }
                sum += static_cast<std::int64_t>(step) * (level - begin[s]);
                eccentricities[group + s] = step;
                begin[s] = level;
                end[s] = last;
                any = true;
            }
        }
    }
    touched_.assign(n, 0);
    return sum;
}

} // namespace orrery::graph
