// SPDX-License-Identifier: BSD-3-Clause
// Breadth-first searches from many nodes of one connected graph at once.
#pragma once
#include <cstdint>
#include <span>
#include <vector>

namespace orrery::graph {

// A connected graph as compressed rows of 32-bit numbers.
struct CompactGraph {
    std::vector<std::int32_t> first;     // [nodes + 1]
    std::vector<std::int32_t> neighbour; // [entries]
    std::int32_t nodes() const { return static_cast<std::int32_t>(first.size()) - 1; }
};

// Buffers of one thread.
class ManySearches {
public:
    static constexpr int most_sources = 256;

    explicit ManySearches(const CompactGraph& graph) : graph_(graph) {}

    // From up to `most_sources` different nodes: their eccentricities, and the sum of all their distances.
    std::int64_t run(std::span<const std::int32_t> sources, std::int32_t* eccentricities);
    // The same, one search after the other: better where paths are long, since then searches share nothing.
    std::int64_t run_singly(std::span<const std::int32_t> sources, std::int32_t* eccentricities);

    // What the searches work on; for kernels.
    struct Work {
        const std::int32_t* first;
        const std::int32_t* neighbour;
        std::int32_t nodes;
        // [nodes][words] bit s: source s has reached the node; did so at this step; does so at the next. The last is
        // zero between steps.
        std::uint64_t *seen, *now, *next;
        std::int32_t *frontier, *found; // nodes reached at this step, at the next
        unsigned char* touched;         // [nodes] zero between steps
    };

private:
    const CompactGraph& graph_;
    std::vector<std::uint64_t> bits_;
    std::vector<std::int32_t> lists_;
    std::vector<unsigned char> touched_;
};

} // namespace orrery::graph
