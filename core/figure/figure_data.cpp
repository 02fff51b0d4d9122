// SPDX-License-Identifier: BSD-3-Clause
#include "core/figure/figure_data.h"

#include "core/canonical_json.h"
#include "core/compare.h"
#include "core/figure/figure_graph.h"
#include "core/files/field_file.h"
#include "core/files/npy.h"
#include "core/series.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <cmath>
#include <set>

namespace orrery {

namespace {

[[noreturn]] void refuse(const std::string& what, const std::string& hint) { throw Error(what, hint, ExitCode::usage); }

std::string words_of(const nlohmann::json& value) {
    if (value.is_string()) return value.get<std::string>();
    if (value.is_number_float()) return fmt::format("{}", value.get<double>());
    return value.dump();
}

// The runs that are asked for, in order and once.
std::vector<RunRow> rows_of(const Project& project, const Figure& figure) {
    std::vector<RunRow> rows;
    if (!figure.sweep.empty() && figure.runs.empty()) {
        for (auto& row : project.runs())
            if (row.sweep == figure.sweep) rows.push_back(std::move(row));
        if (rows.empty())
            refuse(fmt::format("The project has no runs of the sweep '{}' any more.", quotable(figure.sweep)),
                   "They may have been removed: `orrery restore RUN` brings one back.");
        return rows;
    }
    if (figure.runs.empty()) refuse("The figure names no runs.", "Name the runs that it is to show.");
    std::vector<std::string> removed;
    std::set<std::string> seen;
    for (const auto& text : figure.runs) {
        const std::string id = project.find(text);
        if (!seen.insert(id).second) continue;
        rows.push_back(project.run(id));
        if (rows.back().removed) removed.push_back(id);
    }
    if (!removed.empty())
        refuse(fmt::format("The figure shows {} {}, which {} removed.", removed.size() == 1 ? "run" : "runs",
                           fmt::join(removed, ", "), removed.size() == 1 ? "was" : "were"),
               fmt::format("`orrery restore {}` brings {} back.", removed.front(), removed.size() == 1 ? "it" : "one"));
    return rows;
}

// The unit of a metric or parameter, as the run's declaration has it.
std::string unit_in(const Project& project, const RunRow& row, const char* list, const char* id,
                    const std::string& name) {
    const auto declaration = project.declaration(row.id);
    if (const auto found = declaration.find(list); found != declaration.end() && found->is_array())
        for (const auto& entry : *found)
            if (entry.value(id, "") == name) return entry.value("unit", "");
    return {};
}

std::string with_unit(const std::string& name, const std::string& unit) {
    return unit.empty() ? name : fmt::format("{} ({})", name, unit);
}

// One metric's name; of several what they begin with, else nothing better than "value".
std::string label_of_metrics(const Project& project, const Figure& figure, const RunRow& row) {
    const auto& keys = figure.metrics;
    std::set<std::string> heads, units;
    for (const auto& key : keys) {
        heads.insert(key.substr(0, key.find('/')));
        units.insert(unit_in(project, row, "metrics", "key", key));
    }
    const std::string unit = units.size() == 1 ? *units.begin() : "";
    if (keys.size() == 1) return with_unit(keys.front(), unit);
    return with_unit(heads.size() == 1 ? *heads.begin() : "value", unit);
}

std::string own_label(const Figure& figure, const std::string& label, const std::vector<std::string>& others) {
    if (const auto found = figure.labels.find(label); !label.empty() && found != figure.labels.end())
        return found->second;
    for (const auto& other : others)
        if (const auto found = figure.labels.find(other); found != figure.labels.end()) return found->second;
    return label;
}

std::string joined(const std::string& a, const std::string& b) { return a.empty() ? b : b.empty() ? a : a + ", " + b; }

[[noreturn]] void no_metric(const Project& project, const std::vector<RunRow>& rows, const std::string& key) {
    std::set<std::string> there;
    for (const auto& row : rows)
        for (const auto& each : project.metric_keys(row.id)) there.insert(each);
    const auto meant = did_you_mean(key, {there.begin(), there.end()});
    refuse(rows.size() == 1 ? fmt::format("Run {} has no metric '{}'.", rows.front().id, quotable(key))
                            : fmt::format("None of the runs has a metric '{}'.", quotable(key)),
           meant           ? fmt::format("Did you mean '{}'?", *meant)
           : there.empty() ? "There are no metrics yet."
                           : fmt::format("There are: {}.", fmt::join(there, ", ")));
}

void note_missing(FigureData& data, const std::string& key, std::size_t missing) {
    if (missing > 0)
        data.notes.push_back(fmt::format("{} of {} runs {} no metric '{}' and {} not shown.", missing, data.runs.size(),
                                         missing == 1 ? "has" : "have", key, missing == 1 ? "is" : "are"));
}

void read_curves(const Project& project, const Figure& figure, FigureData& data) {
    const bool over_time = figure.x == "time";
    const auto labels = distinguishing_labels(data.runs);
    const bool several_runs = data.runs.size() > 1, several_keys = figure.metrics.size() > 1;
    for (std::size_t k = 0; k < figure.metrics.size(); ++k) {
        const std::string& key = figure.metrics[k];
        std::size_t missing = 0;
        for (std::size_t r = 0; r < data.runs.size(); ++r) {
            const auto series = project.metric_series(data.runs[r].id, key);
            if (series.empty()) {
                ++missing;
                continue;
            }
            FigureCurve curve;
            curve.metric = key;
            curve.runs = {data.runs[r].id};
            curve.colour = several_runs ? r : k;
            curve.dash = several_runs ? k : 0;
            curve.label = own_label(figure, joined(labels[r], several_keys || !several_runs ? key : ""),
                                    {data.runs[r].id, several_runs ? "" : key});
            for (const auto& point : series) {
                curve.steps.push_back(point.step);
                curve.elapsed.push_back(point.elapsed);
                curve.x.push_back(over_time ? point.elapsed : static_cast<double>(point.step));
                curve.y.push_back(point.value);
            }
            if (figure.smoothing > 0) {
                curve.raw = std::move(curve.y);
                curve.y = smoothed(
                    curve.raw.size(), [&](std::size_t i) { return curve.raw[i]; }, figure.smoothing);
            }
            data.curves.push_back(std::move(curve));
        }
        if (missing == data.runs.size()) no_metric(project, data.runs, key);
        note_missing(data, key, missing);
    }
    data.x_label = over_time ? "time computed (s)" : "step";
    data.y_label = label_of_metrics(project, figure, data.runs.front());
}

// Parameters of which the runs have more than one value, in alphabetical order.
std::vector<std::string> varied_parameters(const std::vector<RunRow>& runs) {
    std::map<std::string, std::set<std::string>> values;
    std::map<std::string, std::size_t> counts;
    for (const auto& row : runs)
        for (const auto& [name, value] : row.parameters.items()) {
            values[name].insert(value.dump());
            ++counts[name];
        }
    std::vector<std::string> varied;
    for (const auto& [name, different] : values)
        if (different.size() > 1 && counts[name] == runs.size()) varied.push_back(name);
    return varied;
}

// The axis of a sweep: what was asked for, else the parameter that has the most values; numbers before texts.
std::string axis_of(const Figure& figure, const std::vector<RunRow>& runs, const std::vector<std::string>& varied) {
    if (!figure.x.empty()) {
        const bool known =
            std::any_of(runs.begin(), runs.end(), [&](const RunRow& row) { return row.parameters.contains(figure.x); });
        if (known) return figure.x;
        std::vector<std::string> names;
        for (const auto& [name, value] : runs.front().parameters.items()) names.push_back(name);
        const auto meant = did_you_mean(figure.x, names);
        refuse(fmt::format("The runs have no parameter '{}' for the x axis.", quotable(figure.x)),
               meant ? fmt::format("Did you mean '{}'?", *meant)
                     : fmt::format("They have: {}.", fmt::join(names, ", ")));
    }
    if (varied.empty())
        refuse("No parameter differs between the runs, so there is nothing to show them over.",
               "Name one of them as the x axis, or show them as curves over steps.");
    const auto count = [&](const std::string& name) {
        std::set<std::string> values;
        bool numbers = true;
        for (const auto& row : runs) {
            values.insert(row.parameters.at(name).dump());
            numbers = numbers && row.parameters.at(name).is_number();
        }
        return values.size() + (numbers ? 1'000'000 : 0);
    };
    return *std::max_element(varied.begin(), varied.end(),
                             [&](const auto& a, const auto& b) { return count(a) < count(b); });
}

std::optional<double> value_of(const Project& project, const RunRow& row, const std::string& key,
                               const std::string& which) {
    const auto last = row.metrics.find(key);
    if (last == row.metrics.end()) return std::nullopt;
    if (which == "last") return last->second;
    double best = std::numeric_limits<double>::quiet_NaN();
    for (const auto& point : project.metric_series(row.id, key))
        if (std::isfinite(point.value) &&
            (std::isnan(best) || (which == "min" ? point.value < best : point.value > best)))
            best = point.value;
    return best;
}

struct SweepPoint {
    double x = 0, y = 0;
    const RunRow* run = nullptr;
};

FigureCurve sweep_curve(std::vector<SweepPoint> points, std::size_t& replaced) {
    FigureCurve curve;
    std::stable_sort(points.begin(), points.end(), [](const auto& a, const auto& b) { return a.x < b.x; });
    for (std::size_t i = 0; i < points.size(); ++i) {
        if (i + 1 < points.size() && points[i + 1].x == points[i].x) { // the newest of equal runs
            ++replaced;
            continue;
        }
        curve.x.push_back(points[i].x);
        curve.y.push_back(points[i].y);
        curve.runs.push_back(points[i].run->id);
    }
    return curve;
}

void read_sweep(const Project& project, const Figure& figure, FigureData& data) {
    const auto varied = varied_parameters(data.runs);
    const std::string axis = axis_of(figure, data.runs, varied);
    std::set<std::string> texts;
    for (const auto& row : data.runs)
        if (row.parameters.contains(axis) && !row.parameters.at(axis).is_number())
            texts.insert(words_of(row.parameters.at(axis)));
    data.categories.assign(texts.begin(), texts.end());
    std::set<std::uint64_t> seeds;
    for (const auto& row : data.runs) seeds.insert(row.seed);
    const auto x_of = [&](const RunRow& row) {
        const auto& value = row.parameters.at(axis);
        if (data.categories.empty()) return value.get<double>();
        const auto found = std::find(data.categories.begin(), data.categories.end(), words_of(value));
        return static_cast<double>(found - data.categories.begin());
    };
    // What the curves differ in, in the order in which runs were made.
    std::vector<std::string> groups;
    std::vector<std::size_t> group_of;
    for (const auto& row : data.runs) {
        std::string label;
        for (const auto& name : varied)
            if (name != axis) label = joined(label, fmt::format("{} = {}", name, words_of(row.parameters.at(name))));
        if (seeds.size() > 1) label = joined(label, fmt::format("seed = {}", row.seed));
        const auto found = std::find(groups.begin(), groups.end(), label);
        group_of.push_back(static_cast<std::size_t>(found - groups.begin()));
        if (found == groups.end()) groups.push_back(label);
    }
    const auto unended = static_cast<std::size_t>(std::count_if(
        data.runs.begin(), data.runs.end(), [](const RunRow& row) { return row.status != Status::done; }));
    if (unended == data.runs.size())
        refuse("None of the runs has reached its end.", "A sweep's figure shows the results of runs that are done.");
    if (unended > 0)
        data.notes.push_back(fmt::format("{} runs are not shown: they have not reached their end.", unended));
    std::size_t replaced = 0;
    for (std::size_t k = 0; k < figure.metrics.size(); ++k) {
        const std::string& key = figure.metrics[k];
        std::vector<std::vector<SweepPoint>> points(groups.size());
        std::size_t missing = 0;
        for (std::size_t r = 0; r < data.runs.size(); ++r) {
            const RunRow& row = data.runs[r];
            if (row.status != Status::done) continue; // how far it came is no result
            const auto value = value_of(project, row, key, figure.value);
            if (value && row.parameters.contains(axis))
                points[group_of[r]].push_back({x_of(row), *value, &row});
            else
                ++missing;
        }
        if (missing + unended == data.runs.size()) no_metric(project, data.runs, key);
        note_missing(data, key, missing);
        for (std::size_t g = 0; g < groups.size(); ++g) {
            if (points[g].empty()) continue;
            FigureCurve curve = sweep_curve(std::move(points[g]), replaced);
            curve.metric = key;
            curve.colour = groups.size() > 1 ? g : k;
            curve.dash = groups.size() > 1 ? k : 0;
            curve.label =
                own_label(figure, joined(groups[g], figure.metrics.size() > 1 || groups[g].empty() ? key : ""),
                          {groups.size() > 1 ? "" : key});
            data.curves.push_back(std::move(curve));
        }
    }
    if (replaced > 0)
        data.notes.push_back(fmt::format("{} runs are not shown: newer ones have the same parameters.", replaced));
    data.x_label = with_unit(axis, unit_in(project, data.runs.front(), "fields", "name", axis));
    data.y_label = label_of_metrics(project, figure, data.runs.front());
    if (figure.value != "last") data.y_label = fmt::format("{} of {}", figure.value, data.y_label);
}

template <class T>
void widen(const Array& from, std::size_t offset, std::span<double> to) {
    const auto values = from.values<T>();
    for (std::size_t i = 0; i < to.size(); ++i) to[i] = static_cast<double>(values[offset + i]);
}

// Step `step` of [steps, nx, ny], or the whole of [nx, ny], as float64.
Array as_float64(const Array& array, std::int64_t step) {
    const auto& shape = array.shape();
    Array made({shape[shape.size() - 2], shape[shape.size() - 1]}, DType::float64);
    const auto to = made.values<double>();
    const auto offset = static_cast<std::size_t>(shape.size() == 3 ? step : 0) * to.size();
    switch (array.type()) {
    case DType::float32:
        widen<float>(array, offset, to);
        break;
    case DType::float64:
        widen<double>(array, offset, to);
        break;
    case DType::int32:
        widen<std::int32_t>(array, offset, to);
        break;
    case DType::int64:
        widen<std::int64_t>(array, offset, to);
        break;
    case DType::uint8:
        widen<std::uint8_t>(array, offset, to);
        break;
    }
    made.name = array.name;
    made.unit = array.unit;
    if (array.origin.size() >= 2 && array.spacing.size() == array.origin.size()) {
        made.origin.assign(array.origin.end() - 2, array.origin.end());
        made.spacing.assign(array.spacing.end() - 2, array.spacing.end());
    }
    made.axes = {"x", "y"};
    if (array.axes.size() >= 2) made.axes.assign(array.axes.end() - 2, array.axes.end());
    return made;
}

std::int64_t step_in(const Figure& figure, std::int64_t steps) {
    const std::int64_t step = figure.step < 0 ? figure.step + steps : figure.step;
    if (step < 0 || step >= steps)
        refuse(fmt::format("The artifact '{}' has no step {}.", figure.artifact, figure.step),
               steps == 1 ? "It has one: 0."
                          : fmt::format("It has {}: 0 to {}, or -{} to -1.", steps, steps - 1, steps));
    return step;
}

std::string no_artifact_hint(const RunRow& row) {
    if (row.artifacts_removed)
        return fmt::format("They were removed; `orrery restore {} --artifacts` brings them back.", row.id);
    std::vector<std::string> names;
    for (const auto& artifact : row.artifacts)
        if (artifact.kind == Kind::field) names.push_back(artifact.name);
    return names.empty() ? "It has no fields." : fmt::format("Its fields are: {}.", fmt::join(names, ", "));
}

// The run whose artifact is shown.
const RunRow& only_run(FigureData& data, const char* what) {
    if (data.runs.size() > 1) {
        data.notes.push_back(
            fmt::format("Only the {} of run {} is shown: a picture holds one.", what, data.runs.front().id));
        data.runs.resize(1);
    }
    return data.runs.front();
}

void read_field(const Project& project, const Figure& figure, FigureData& data) {
    const RunRow& row = only_run(data, "field");
    const auto found = std::find_if(row.artifacts.begin(), row.artifacts.end(),
                                    [&](const ArtifactRow& each) { return each.name == figure.artifact; });
    if (found == row.artifacts.end())
        refuse(fmt::format("Run {} has no artifact '{}'.", row.id, quotable(figure.artifact)), no_artifact_hint(row));
    if (found->kind != Kind::field)
        refuse(
            fmt::format("The artifact '{}' of run {} is a {}, not a field.", found->name, row.id, name_of(found->kind)),
            no_artifact_hint(row));
    const auto file = project.sound_artifact(*found);
    FigureField field{row.id, found->name, found->sha256, 0, 0, {}};
    if (std::filesystem::path(found->file).extension() == ".npy") {
        const Array array = read_npy(file);
        if (array.shape().size() != 2 && array.shape().size() != 3)
            refuse(fmt::format("The artifact '{}' has {} dimensions.", found->name, array.shape().size()),
                   "A field here is [nx, ny] or [step, nx, ny].");
        field.step = step_in(figure, array.shape().size() == 3 ? array.shape()[0] : 1);
        field.time = static_cast<double>(field.step);
        field.values = as_float64(array, field.step);
        field.values.name = found->name;
    } else {
        const FieldFile source = FieldFile::open(file);
        const std::string name = figure.field.empty() ? source.names().front() : figure.field;
        if (std::find(source.names().begin(), source.names().end(), name) == source.names().end())
            refuse(fmt::format("The artifact '{}' has no field '{}'.", found->name, quotable(name)),
                   fmt::format("It has: {}.", fmt::join(source.names(), ", ")));
        field.step = step_in(figure, source.steps());
        field.time = source.times()[static_cast<std::size_t>(field.step)];
        field.values = as_float64(source.read(field.step, name), 0);
    }
    data.x_label = field.values.axes.front();
    data.y_label = with_unit(field.values.name, field.values.unit);
    data.fields.push_back(std::move(field));
}

} // namespace

std::vector<std::string> distinguishing_labels(const std::vector<RunRow>& runs) {
    std::vector<std::string> labels(runs.size());
    if (runs.size() < 2) return labels;
    const auto distinct = [&](const std::vector<std::string>& texts) {
        std::set<std::string> seen(texts.begin(), texts.end());
        return seen.size() == texts.size() && !seen.contains("");
    };
    std::transform(runs.begin(), runs.end(), labels.begin(), [](const RunRow& row) { return row.name; });
    if (distinct(labels)) return labels;
    std::set<std::string> experiments;
    for (const auto& row : runs) experiments.insert(row.experiment);
    const auto varied = varied_parameters(runs);
    const auto add = [&](const auto& text_of_run) {
        if (distinct(labels)) return;
        for (std::size_t i = 0; i < runs.size(); ++i) labels[i] = joined(labels[i], text_of_run(runs[i]));
    };
    labels.assign(runs.size(), "");
    if (experiments.size() > 1) add([](const RunRow& row) { return row.experiment; });
    // One after the other, until no two are alike: a dozen parameters would fill the picture.
    for (const auto& name : varied)
        add([&](const RunRow& row) { return fmt::format("{} = {}", name, words_of(row.parameters.at(name))); });
    add([](const RunRow& row) { return fmt::format("seed = {}", row.seed); });
    add([](const RunRow& row) { return row.id; });
    return labels;
}

FigureData figure_data(const Project& project, const Figure& figure) {
    FigureData data;
    data.runs = rows_of(project, figure);
    if (figure.is_picture()) {
        read_field(project, figure, data);
    } else if (figure.kind == "graph") {
        data.graphs.push_back(read_figure_graph(project, only_run(data, "graph"), figure));
        data.y_label = figure.colour_by;
    } else if (figure.kind == "sweep") {
        read_sweep(project, figure, data);
    } else {
        read_curves(project, figure, data);
    }
    if (!figure.x_label.empty()) data.x_label = figure.x_label;
    if (!figure.y_label.empty()) data.y_label = figure.y_label;
    return data;
}

std::size_t FigureData::points() const {
    std::size_t count = 0;
    for (const auto& curve : curves) count += curve.x.size();
    for (const auto& field : fields) count += static_cast<std::size_t>(field.values.size());
    for (const auto& each : graphs) {
        count += static_cast<std::size_t>(each.graph.nodes) + each.graph.edges.size();
        if (each.before) count += each.before->edges.size();
    }
    return count;
}

} // namespace orrery
