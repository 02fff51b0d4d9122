// SPDX-License-Identifier: BSD-3-Clause
// Bounds of the eccentricities of a large connected graph, narrowed by one breadth-first search after the other.
#pragma once
#include "plugins/graph/measure/many_searches.h"

#include <vector>

namespace orrery::graph {

// After Takes and Kosters (2013): a search from v gives, for every node w, max(d(v, w), ecc(v) - d(v, w)) <= ecc(w) <=
// ecc(v) + d(v, w).
class EccentricityBounds {
public:
    explicit EccentricityBounds(const CompactGraph& graph);

    void know(std::int32_t node, std::int32_t eccentricity);
    // Searches until it is known which nodes have the largest and the least eccentricity, at most so many times.
    void narrow(int most_searches);

    const std::vector<std::int32_t>& low() const { return low_; }
    const std::vector<std::int32_t>& high() const { return high_; }

private:
    std::int32_t next_node(bool from_above) const;
    void search(std::int32_t node);

    const CompactGraph& graph_;
    std::vector<std::int32_t> low_, high_, distance_, queue_;
};

} // namespace orrery::graph
