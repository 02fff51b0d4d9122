// SPDX-License-Identifier: BSD-3-Clause
// The forms of graph_file.h, one source file each. Readers and writers throw Error as is said there.
#pragma once
#include "core/files/graph_file.h"

#include <iosfwd>

namespace orrery::graph_file {

GraphSet read_graphml(const std::filesystem::path& file);
GraphSet read_gexf(const std::filesystem::path& file);
GraphSet read_gml(const std::filesystem::path& file);
GraphSet read_edge_list(const std::filesystem::path& file, std::string_view ending);
GraphSet read_matrix_market(const std::filesystem::path& file);
GraphSet read_metis(const std::filesystem::path& file);
GraphSet read_pajek(const std::filesystem::path& file);
GraphSet read_npz_graphs(const std::filesystem::path& file);
GraphSet read_tu(const std::filesystem::path& folder);
void expect_tu(const std::filesystem::path& folder); // throws Error unless it has a data set's name

void write_graphml(std::ostream& out, const GraphSet& set);
void write_gexf(std::ostream& out, const Graph& graph);
void write_gml(std::ostream& out, const Graph& graph);
void write_edge_list(std::ostream& out, const Graph& graph, std::string_view ending);
void write_matrix_market(std::ostream& out, const Graph& graph);
void write_metis(std::ostream& out, const Graph& graph);
void write_pajek(std::ostream& out, const Graph& graph);
void write_npz_graphs(std::ostream& out, const GraphSet& set);
void write_tu(const std::filesystem::path& folder, const GraphSet& set);

// What a form leaves out, for its comment: "node attributes 'x', 'y'; graph attributes 'z'"; empty if nothing. Names
// that are kept are given.
struct Kept {
    std::vector<std::string_view> node, edge, graph;
};
std::string left_out(const Graph& graph, const Kept& kept);

} // namespace orrery::graph_file
