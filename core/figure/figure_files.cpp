// SPDX-License-Identifier: BSD-3-Clause
// The data of a figure as CSV, and packed for the process that draws it.
#include "core/figure/figure_csv.h"
#include "core/figure/figure_graph.h"

namespace orrery {

namespace {

std::string parameter_of(const FigureData& data) { return data.x_label.substr(0, data.x_label.find(" (")); }

void write_curves(std::ostream& out, const FigureData& data, const Figure& figure) {
    std::vector<Table::Column> columns{{"run"}, {"metric"}, {"label"}, {"step"}, {"elapsed", "s"}, {"value"}};
    if (figure.smoothing > 0) columns.push_back({"smoothed"});
    CsvWriter csv(out, std::move(columns));
    for (const auto& curve : data.curves)
        for (std::size_t i = 0; i < curve.x.size(); ++i) {
            std::vector<Table::Cell> row{curve.runs.front(), curve.metric,
                                         curve.label,        curve.steps[i],
                                         curve.elapsed[i],   curve.raw.empty() ? curve.y[i] : curve.raw[i]};
            if (figure.smoothing > 0) row.emplace_back(curve.y[i]);
            csv.add(std::move(row));
        }
    csv.flush();
}

void write_sweep(std::ostream& out, const FigureData& data) {
    std::string parameter = parameter_of(data);
    for (const auto* taken : {"run", "metric", "label", "value"})
        if (parameter == taken) parameter = "param/" + parameter;
    CsvWriter csv(out, {{"run"}, {"metric"}, {"label"}, {parameter}, {"value"}});
    for (const auto& curve : data.curves)
        for (std::size_t i = 0; i < curve.x.size(); ++i) {
            const Table::Cell x = data.categories.empty()
                                      ? Table::Cell(curve.x[i])
                                      : Table::Cell(data.categories[static_cast<std::size_t>(curve.x[i])]);
            csv.add({curve.runs[i], curve.metric, curve.label, x, curve.y[i]});
        }
    csv.flush();
}

void write_field(std::ostream& out, const FigureField& field) {
    const Array& array = field.values;
    std::string name = array.name.empty() ? "value" : array.name;
    if (name == "x" || name == "y") name = "field/" + name;
    CsvWriter csv(out, {{"x"}, {"y"}, {name, array.unit}});
    const auto values = array.values<double>();
    const auto ny = static_cast<std::size_t>(array.shape()[1]);
    const auto place = [&](std::size_t axis, std::size_t index) {
        return array.origin.empty() ? static_cast<double>(index)
                                    : array.origin[axis] + static_cast<double>(index) * array.spacing[axis];
    };
    for (std::size_t i = 0; i < values.size(); ++i) csv.add({place(0, i / ny), place(1, i % ny), values[i]});
    csv.flush();
}

nlohmann::json packed(const std::vector<double>& values) { return packed_numbers(values.data(), values.size()); }
std::vector<double> unpacked(const nlohmann::json& json) { return unpacked_numbers<double>(json); }

} // namespace

void FigureData::write_csv(std::ostream& out, const Figure& figure) const {
    if (!fields.empty())
        write_field(out, fields.front());
    else if (!graphs.empty())
        write_graph_csv(out, graphs.front(), figure);
    else if (figure.kind == "sweep")
        write_sweep(out, *this);
    else
        write_curves(out, *this, figure);
}

std::string pack(const FigureData& data) {
    nlohmann::json json{{"x_label", data.x_label}, {"y_label", data.y_label}, {"categories", data.categories}};
    json["curves"] = nlohmann::json::array();
    for (const auto& curve : data.curves)
        json["curves"].push_back({{"label", curve.label},
                                  {"colour", curve.colour},
                                  {"dash", curve.dash},
                                  {"x", packed(curve.x)},
                                  {"y", packed(curve.y)},
                                  {"raw", packed(curve.raw)}});
    json["fields"] = nlohmann::json::array();
    for (const auto& field : data.fields) {
        const auto values = field.values.values<double>();
        json["fields"].push_back({{"shape", field.values.shape()},
                                  {"name", field.values.name},
                                  {"unit", field.values.unit},
                                  {"axes", field.values.axes},
                                  {"origin", packed(field.values.origin)},
                                  {"spacing", packed(field.values.spacing)},
                                  {"values", packed_numbers(values.data(), values.size())}});
    }
    json["graphs"] = nlohmann::json::array();
    for (const auto& graph : data.graphs) json["graphs"].push_back(packed_graph(graph));
    std::string text;
    nlohmann::json::to_cbor(json, text);
    return text;
}

FigureData unpack_figure_data(std::string_view text) {
    FigureData data;
    try {
        const auto json = nlohmann::json::from_cbor(text);
        data.x_label = json.at("x_label");
        data.y_label = json.at("y_label");
        data.categories = json.at("categories").get<std::vector<std::string>>();
        for (const auto& each : json.at("curves")) {
            FigureCurve curve;
            curve.label = each.at("label");
            curve.colour = each.at("colour");
            curve.dash = each.at("dash");
            curve.x = unpacked(each.at("x"));
            curve.y = unpacked(each.at("y"));
            curve.raw = unpacked(each.at("raw"));
            if (curve.x.size() != curve.y.size() || (!curve.raw.empty() && curve.raw.size() != curve.x.size()))
                throw Error("The data of a figure were cut on their way to be drawn.");
            data.curves.push_back(std::move(curve));
        }
        for (const auto& each : json.at("fields")) {
            FigureField field;
            field.values = Array(each.at("shape").get<std::vector<std::int64_t>>(), DType::float64);
            const auto values = unpacked(each.at("values"));
            if (static_cast<std::int64_t>(values.size()) != field.values.size())
                throw Error("The data of a figure were cut on their way to be drawn.");
            std::copy(values.begin(), values.end(), field.values.values<double>().begin());
            field.values.name = each.at("name");
            field.values.unit = each.at("unit");
            field.values.axes = each.at("axes").get<std::vector<std::string>>();
            field.values.origin = unpacked(each.at("origin"));
            field.values.spacing = unpacked(each.at("spacing"));
            data.fields.push_back(std::move(field));
        }
        for (const auto& each : json.at("graphs")) data.graphs.push_back(unpacked_graph(each));
    } catch (const nlohmann::json::exception&) {
        throw Error("The data of a figure were not understood by the process that draws it.");
    }
    return data;
}

} // namespace orrery
