// SPDX-License-Identifier: BSD-3-Clause
// The graph of a figure: read from a run's artifacts, as CSV, and packed for the process that draws it.
#pragma once
#include "core/figure/figure_data.h"

#include <iosfwd>

namespace orrery {

// Throws Error (usage) where there is no such artifact, with what there is, or no such graph in it.
FigureGraph read_figure_graph(const Project& project, const RunRow& row, const Figure& figure);

void write_graph_csv(std::ostream& out, const FigureGraph& graph, const Figure& figure);

nlohmann::json packed_graph(const FigureGraph& graph);
// Throws Error, or what nlohmann::json throws.
FigureGraph unpacked_graph(const nlohmann::json& json);

} // namespace orrery
