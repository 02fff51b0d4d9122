// SPDX-License-Identifier: BSD-3-Clause
// Which figure a name stands for.
#include "core/canonical_json.h"
#include "core/figure/figure_data.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <cmath>
#include <set>

namespace orrery {

namespace {

// Positive throughout and over more than two decades: as losses and errors are.
bool suits_logarithm(const Project& project, const std::vector<std::string>& runs, const std::string& key) {
    double low = std::numeric_limits<double>::infinity(), high = 0;
    for (const auto& run : runs)
        for (const auto& point : project.metric_series(run, key)) {
            if (!std::isfinite(point.value)) continue;
            if (point.value <= 0) return false;
            low = std::min(low, point.value);
            high = std::max(high, point.value);
        }
    return high > 100 * low;
}

Figure saved(const FigureRow& row, const std::vector<std::string>& runs) {
    Figure figure;
    try {
        figure = Figure::from_json(nlohmann::json::parse(row.specification));
    } catch (const nlohmann::json::exception&) {
        throw Error(fmt::format("The specification of the figure '{}' is no JSON.", row.name),
                    "`orrery verify` tells more; save the figure anew.");
    }
    if (runs.empty()) return figure;
    figure.runs = runs;
    figure.sweep.clear();
    return figure;
}

} // namespace

Figure figure_named(const Project& project, const std::string& name, const std::vector<std::string>& runs,
                    std::string_view kind) {
    std::vector<std::string> ids;
    for (const auto& text : runs) ids.push_back(project.find(text));
    if (const auto row = project.figure(name)) return saved(*row, ids);
    std::set<std::string> keys, fields, graphs, figures;
    for (const auto& id : ids) {
        for (const auto& key : project.metric_keys(id)) keys.insert(key);
        for (const auto& artifact : project.named_artifacts(id)) { // of removed ones figure_data says so
            if (artifact.kind == Kind::field) fields.insert(artifact.name);
            if (artifact.kind == Kind::graph) graphs.insert(artifact.name);
        }
    }
    const bool artifact =
        figure_has(kind, "artifact") && !kind.empty() && (fields.contains(name) || graphs.contains(name));
    if (keys.contains(name) && !artifact) {
        Figure figure;
        figure.runs = ids;
        figure.metrics = {name};
        figure.log_y = suits_logarithm(project, ids, name);
        return figure;
    }
    if (fields.contains(name)) {
        Figure figure;
        figure.kind = "field";
        figure.runs = ids;
        figure.artifact = name;
        return figure;
    }
    if (graphs.contains(name)) {
        Figure figure;
        figure.kind = "graph";
        figure.runs = ids;
        figure.artifact = name;
        if (name == "augmented" && graphs.contains("original")) figure.original = "original";
        return figure;
    }
    for (const auto& row : project.figures()) figures.insert(row.name);
    std::vector<std::string> all;
    for (const auto* set : {&figures, &keys, &fields, &graphs}) all.insert(all.end(), set->begin(), set->end());
    std::string hint;
    if (const auto meant = did_you_mean(name, all)) hint = fmt::format("Did you mean '{}'? ", *meant);
    const auto list = [&](const char* what, const std::set<std::string>& names) {
        if (!names.empty()) hint += fmt::format("{}: {}. ", what, fmt::join(names, ", "));
    };
    list("Saved figures", figures);
    list("Metrics", keys);
    list("Fields", fields);
    list("Graphs", graphs);
    if (all.empty())
        hint = ids.empty() ? "None was saved. Name a run, to show one of its metrics, fields or graphs. "
                           : "None was saved, and the run has no metrics, fields or graphs. ";
    else if (ids.empty())
        hint += "With a run, also its metrics, fields and graphs. ";
    hint.pop_back();
    throw Error(fmt::format("There is no figure '{}'.", quotable(name)), hint, ExitCode::usage);
}

} // namespace orrery
