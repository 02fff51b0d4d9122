// SPDX-License-Identifier: BSD-3-Clause
// A figure: the saved specification of a picture of a project's data, which renders again to the same PNG, SVG or PDF.
//
// As JSON it is one flat object; entries that are left out have their defaults, those of other kinds of figure are
// refused. The public interface: what Python, the command line, the gallery and sidecars hold.
//
//   kind         "curves"   metrics of runs over step or time
//                "sweep"    one value of a metric for each run, over a parameter; a curve for each combination of the
//                           other parameters that vary
//                "field"    one step of a 2-D field as an image with a colour bar
//                "surface"  the same as a height surface
//                "graph"    nodes and edges, an original beside its augmentation
//   version      1
// What is shown
//   runs         [id]; or sweep: id of a sweep, which stands for all of its runs (curves, sweep)
//   metrics      [key], for example ["error/l2"] (curves, sweep)
//   x            curves: "step" (default) or "time"; sweep: a parameter (default: the one that varies)
//   value        sweep: "last" (default), "min" or "max" over the steps
//   artifact     name of a field artifact; field: which of its data sets, "" for the first (field, surface)
//   step         of the artifact, from 0; negative: from the end, -1 (default) the last (field, surface)
//   artifact, graph   name of a graph artifact, and which of its graphs, from 0; original: name of the artifact that
//   has
//                what it was made from, "" for none; shown: "both", "original" or "augmented"; places: [[x, y]] of its
//                nodes, at most 20000, y upwards; empty: those of the artifact (node attributes x, y), else what suits
// How
//   title, x_label, y_label   texts; "" for none (title) or what the data say; y_label labels a field's colour bar too
//   log_x, log_y, grid, legend ("auto": where there are several curves, "on", "off"), labels {curve: text},
//   smoothing [0, 1), palette, line_width (pt), markers ("auto", "on", "off"), x_range, y_range [low, high] or null
//   colour_map ("auto" or its id), range [low, high] or null, log_colours, centred, colour_bar, smooth (interpolated)
//   relief (height of a surface as a share of its width), azimuth, elevation (degrees), zoom, centre [x, y] (what is in
//   the middle, as shares of the field's width and height)
//   colour_by, size_by   of nodes: "", "degree" or an attribute; node_size (times what suits their number),
//   node_labels, edge_weights ("opacity", "width", "none"), all of graphs
// On what
//   preset       "one-column", "two-columns", "slide" or "": width, font size and line width where they aren't given
//   width_mm, height_mm (0: by the width), font, font_size (pt), background ("white", "transparent"), dpi (of PNG, and
//   of pictures inside SVG and PDF)
#pragma once
#include "core/api.h"
#include "core/error.h"
#include "core/schema.h"

#include <nlohmann/json.hpp>

#include <array>
#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace orrery {

struct ORRERY_API Figure {
    static constexpr int version = 1;
    static constexpr std::size_t most_places = 20'000;
    using Range = std::optional<std::array<double, 2>>;

    std::string kind = "curves";
    std::vector<std::string> runs, metrics;
    std::string sweep, x, value = "last", artifact, field;
    std::int64_t step = -1;

    std::string title, x_label, y_label;
    bool log_x = false, log_y = false, grid = true;
    std::string legend = "auto", palette = "okabe-ito", markers = "auto";
    std::map<std::string, std::string> labels;
    double smoothing = 0, line_width = 1;
    Range x_range, y_range;

    std::string colour_map = "auto";
    Range range;
    bool log_colours = false, centred = false, colour_bar = true, smooth = false;
    double relief = 0.25, azimuth = -35, elevation = 40, zoom = 1;
    std::array<double, 2> centre{0.5, 0.5};

    std::int64_t graph = 0;
    std::string original, shown = "both", colour_by, size_by, edge_weights = "opacity";
    double node_size = 1;
    bool node_labels = true;
    std::vector<std::array<double, 2>> places;

    std::string preset;
    double width_mm = 85, height_mm = 0;
    std::string font = "DejaVu Sans";
    double font_size = 8;
    std::string background = "white";
    std::int64_t dpi = 300;

    // Adds every problem: unknown and ill-typed entries, values out of range, entries of another kind of figure.
    static Figure from_json(const nlohmann::json& json, Problems& problems);
    // Throws Error (usage) that names every problem.
    static Figure from_json(const nlohmann::json& json);
    // All entries of its kind; from_json gives the same figure.
    nlohmann::json to_json() const;
    // The figure with these entries replaced; a preset replaces what it stands for. Throws the same.
    Figure with(const nlohmann::json& changes) const;

    bool is_picture() const { return kind == "field" || kind == "surface"; }
    double height() const; // mm, also where it is left to the width
    bool operator==(const Figure&) const = default;
};

// The scalar entries with what they accept, for dialogs and completion; lists and ranges are not among them.
ORRERY_API const Schema& figure_schema();
// Whether figures of that kind have the entry.
ORRERY_API bool figure_has(std::string_view kind, std::string_view entry);

// Colours that people with any colour vision tell apart, each 0xrrggbb.
struct ColourPalette {
    std::string name, title;
    std::vector<std::uint32_t> colours;
};
ORRERY_API const std::vector<ColourPalette>& palettes();
ORRERY_API const ColourPalette& palette(std::string_view name); // the first one if there is none of that name

// Ids of the colour maps that fields can have, as views/field/colour_map.h makes them.
ORRERY_API const std::vector<std::string>& colour_map_names();

} // namespace orrery
