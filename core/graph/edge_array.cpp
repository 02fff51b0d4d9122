// SPDX-License-Identifier: BSD-3-Clause
#include "core/graph/edge_array.h"

#include "core/error.h"
#include "core/files/npy.h"

namespace orrery {

Array edge_array(const std::vector<Edge>& edges) {
    Array ends({static_cast<std::int64_t>(edges.size()), 2}, DType::int32);
    const auto values = ends.values<std::int32_t>();
    for (std::size_t e = 0; e < edges.size(); ++e) {
        values[2 * e] = edges[e].from;
        values[2 * e + 1] = edges[e].to;
    }
    return ends;
}

Graph read_edge_array(const std::filesystem::path& file, std::int64_t nodes) {
    const Array ends = read_npy(file);
    if (ends.type() != DType::int32 || ends.shape().size() != 2 || ends.shape()[1] != 2)
        throw Error(file.string() + " holds no edges: they are an array [edges, 2] of 32-bit integers.", "",
                    ExitCode::usage);
    Graph graph;
    graph.nodes = static_cast<std::int32_t>(nodes);
    const auto values = ends.values<std::int32_t>();
    for (std::size_t e = 0; 2 * e < values.size(); ++e) graph.edges.push_back({values[2 * e], values[2 * e + 1]});
    check(graph, file.string());
    return graph;
}

} // namespace orrery
