// SPDX-License-Identifier: BSD-3-Clause
// Reads and writes graphs, in the form that the file's ending names.
#pragma once
#include "core/api.h"
#include "core/graph/graph.h"

#include <filesystem>
#include <string>
#include <string_view>
#include <vector>

namespace orrery {

// What a form can't hold is left out and named in the file's first comment (GEXF: its description); where that would
// make another graph, the writer refuses. Attributes called "id" (of nodes) and "weight" (of edges) take the place that
// a form has for them. A node attribute "id" is only made where the file's names are not 0, 1, 2, ... in order; names
// that are all integers make an integer attribute.
//   .graphml          everything, several graphs too, of which NetworkX and igraph read the first alone. Booleans
//                     become 0 and 1; extensions of yEd are skipped; nested graphs and hyperedges are refused.
//   .gexf             1.2 and 1.3. Lists become text; a node within another gets the attribute "parent"; values that
//                     hold for a time only, spells, colours and places are skipped.
//   .gml              records in records become attributes "outer.inner".
//   .csv .tsv .edges .edgelist .txt   one edge a line: two names, then attributes; a third column without a header is
//                     the weight. Separator and header are detected, lines with # or % are comments, of which
//                     "Directed graph" and "Nodes: N" (as SNAP writes them) are understood. A name alone is a node.
//   .mtx              MatrixMarket, coordinate: general is directed, symmetric undirected.
//   .metis .graph     undirected, integer weights; node attributes "size", "weight".
//   .net              Pajek: *Vertices, *Edges, *Arcs, *Edgeslist, *Arcslist.
//   .npz              arrays for numpy.load, several graphs; every value as it is: what artifacts of graphs are.
//   a folder          a data set as TU Dortmund publishes them (DS_A.txt, DS_graph_indicator.txt, ...): simple
//                     undirected graphs. Loops and repeated edges are left out and counted in the graph attributes
//                     "left_out_loops", "left_out_repetitions" if there are any. Labels are the attributes "label",
//                     further ones "label 2", ...; attributes are "attribute 1", "attribute 2", ...
// Where a file has directed and undirected edges the graph is directed, and an undirected edge leads both ways.
struct GraphFormat {
    std::string ending; // with its dot; empty: a folder
    std::string name;
    bool several = false; // graphs in one file
};
ORRERY_API const std::vector<GraphFormat>& graph_formats();

// By the ending, or a TU folder. Throws Error (wrong usage) that names the file and the line, byte or array of what is
// wrong, or tells how much memory a file needs that there isn't. Sizes are checked before anything is allocated.
ORRERY_API GraphSet read_graphs(const std::filesystem::path& file);
// The same of a file that has another name, or none: `ending` as in graph_formats().
ORRERY_API GraphSet read_graphs(const std::filesystem::path& file, std::string_view ending);
// Throws Error where names alone tell that there is nothing to read: no file, an ending that no form has, a folder
// without a data set.
ORRERY_API void expect_graphs(const std::filesystem::path& file);

// By the ending; a path without one, or of a folder, is a TU data set. What was there is replaced when the new file is
// complete. Equal sets give equal bytes. Throws Error where the form can't hold the set.
ORRERY_API void write_graphs(const std::filesystem::path& file, const GraphSet& set);

} // namespace orrery
