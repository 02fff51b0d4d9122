// SPDX-License-Identifier: BSD-3-Clause
// What a figure shows: the data that its specification asks a project for, and their form as CSV.
#pragma once
#include "core/array.h"
#include "core/figure/figure.h"
#include "core/graph/graph.h"
#include "core/project.h"

#include <cstdint>
#include <iosfwd>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace orrery {

// One curve. All lists but `label` are as long as x.
struct FigureCurve {
    std::string metric, label;       // label: what tells it from the other curves; may be empty
    std::size_t colour = 0;          // which of the palette's
    std::size_t dash = 0;            // which style of line
    std::vector<double> x, y;        // y: what is drawn, smoothed if the figure is; may be NaN
    std::vector<double> raw;         // what was smoothed, else empty
    std::vector<std::string> runs;   // sweep: of each point; curves: one, of all
    std::vector<std::int64_t> steps; // curves
    std::vector<double> elapsed;     // curves, seconds
};

struct FigureField {
    std::string run, artifact, sha256; // of the artifact
    std::int64_t step = 0;             // from 0
    double time = 0;
    Array values; // [nx, ny] float64, first index x, with name, unit, origin and spacing
};

struct FigureGraph {
    std::string run, artifact, sha256;     // of the artifact
    std::string original, original_sha256; // of what it was made from; empty: it stands alone
    std::int64_t number = 0;               // in the artifact, from 0
    Graph graph;                           // on the nodes of `before`, if it was made from that
    std::optional<Graph> before;
};

struct ORRERY_API FigureData {
    std::vector<RunRow> runs; // that are shown, in the order of the figure
    std::vector<FigureCurve> curves;
    std::vector<std::string> categories; // sweep over texts: the name of x = 0, 1, ...
    std::vector<FigureField> fields;     // one, of a field or surface
    std::vector<FigureGraph> graphs;     // one, of a graph
    std::string x_label, y_label;        // with units
    std::vector<std::string> notes;      // sentences: what isn't shown, and why

    std::size_t points() const; // values that the figure stands for
    // RFC 4180, header line with units, numbers as the shortest text that reads back:
    //   curves   run, metric, label, step, elapsed [s], value, and smoothed if the figure is
    //   sweep    run, metric, label, the parameter, value
    //   field, surface   x, y and the field; y fastest
    //   graph    nodes with their names, places if the figure has them, and what colours and sizes say; then the edges
    //            of each artifact with their weights
    void write_csv(std::ostream& out, const Figure& figure) const;
};

// Reads it. Throws Error (usage) where there is nothing to show: no such run, metric or artifact (with what there is),
// a removed run or artifacts, no such step; and Error if an artifact is damaged.
ORRERY_API FigureData figure_data(const Project& project, const Figure& figure);

// The figure of that name, for these runs instead of its own if any are given: a saved one, else a metric of the runs
// as curves, else a field artifact of the first as an image, else a graph artifact ("augmented" beside "original").
// `kind`: what is wanted where a metric and an artifact have one name. Throws Error (usage) that lists what there is.
ORRERY_API Figure figure_named(const Project& project, const std::string& name, const std::vector<std::string>& runs,
                               std::string_view kind = {});

// For each run what tells it from the others: its name where all have different ones, else the parameters that differ
// ("kappa=0.1 n=64"), then seed or id as far as they are needed. Empty texts for a single run.
ORRERY_API std::vector<std::string> distinguishing_labels(const std::vector<RunRow>& runs);

// What goes to the process that draws, and back: CBOR, numbers bit by bit. Runs stay behind.
ORRERY_API std::string pack(const FigureData& data);
ORRERY_API FigureData unpack_figure_data(std::string_view packed); // throws Error

} // namespace orrery
