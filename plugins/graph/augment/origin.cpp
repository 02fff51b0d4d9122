// SPDX-License-Identifier: BSD-3-Clause
#include "plugins/graph/augment/origin.h"

#include <algorithm>
#include <numeric>

namespace orrery::graph::augment {

namespace {

constexpr const char *original_name = "original", *copy_name = "copy";

using Integers = std::vector<std::int64_t>;

void remove(Attributes& attributes, std::string_view name) {
    std::erase_if(attributes, [&](const Column& c) { return c.name == name; });
}

Integers numbers_before(const Graph& graph, const Judged* made) {
    if (made && !made->kept.empty()) return {made->kept.begin(), made->kept.end()};
    Integers same(static_cast<std::size_t>(graph.nodes));
    std::iota(same.begin(), same.end(), 0);
    return same;
}

} // namespace

void write_origins(std::span<Graph> graphs, std::span<const Origin> origins) {
    const bool nodes = std::any_of(origins.begin(), origins.end(),
                                   [](const Origin& o) { return o.made && !o.made->kept.empty() && !o.made->mixed; });
    for (std::size_t i = 0; i < graphs.size(); ++i) {
        Graph& graph = graphs[i];
        const Origin& origin = origins[i];
        const bool mixed = origin.made && origin.made->mixed;
        for (const char* name : {original_name, copy_name}) remove(graph.graph, name);
        remove(graph.node, original_name);
        if (!mixed) graph.graph.push_back({original_name, Integers{static_cast<std::int64_t>(origin.original)}});
        graph.graph.push_back({copy_name, Integers{origin.made ? origin.made->copy : -1}});
        if (nodes && !mixed) graph.node.push_back({original_name, numbers_before(graph, origin.made)});
    }
}

bool tells_origin(const Graph& graph) {
    return find(graph.graph, original_name) || find(graph.graph, copy_name) || find(graph.node, original_name);
}

} // namespace orrery::graph::augment
