// SPDX-License-Identifier: GPL-3.0-or-later
#include "views/graph/node_look.h"

#include "views/field/field_style.h"
#include "views/plot/curve_colours.h"

#include <algorithm>
#include <cmath>
#include <map>
#include <set>

namespace orrery::gui {

namespace {

constexpr std::size_t most_categories = static_cast<std::size_t>(CurveColours::count);

bool is_text(const Column& column) { return std::holds_alternative<std::vector<std::string>>(column.values); }

std::vector<double> numbers_of(const DrawnGraph& graph, const QString& quantity, Shown shown) {
    std::vector<double> values(static_cast<std::size_t>(graph.nodes), std::nan(""));
    const Column* column = find(graph.original->node, quantity.toStdString());
    if (!column && quantity == QStringLiteral("degree")) {
        const auto& degree = graph.is_pair() && shown == Shown::augmented ? graph.augmented_degree : graph.degree;
        for (std::size_t i = 0; i < values.size(); ++i) values[i] = static_cast<double>(degree[i]);
    } else if (column && !is_text(*column)) {
        for (std::size_t i = 0; i < values.size(); ++i) values[i] = column->number(i);
    }
    return values;
}

FieldRange range_of(const std::vector<double>& values) {
    FieldRange range;
    for (const double v : values) {
        if (!std::isfinite(v)) continue;
        range.low = std::min(range.low, v);
        range.high = std::max(range.high, v);
        if (v > 0) range.least_positive = std::min(range.least_positive, v);
    }
    return range;
}

// Texts, and whole numbers of few values, are kinds rather than amounts.
std::vector<QString> categories_of(const Column& column) {
    std::set<std::int64_t> few;
    if (const auto* whole = std::get_if<std::vector<std::int64_t>>(&column.values)) {
        for (const auto value : *whole)
            if (few.insert(value).second && few.size() > most_categories) return {};
    } else if (!is_text(column)) {
        return {};
    }
    std::vector<QString> values(column.size());
    for (std::size_t i = 0; i < values.size(); ++i) values[i] = QString::fromStdString(column.text(i));
    return values;
}

// The most frequent ones have colours of their own, the others are grey.
void colour_categories(NodeLook& look, const std::vector<QString>& values, bool dark) {
    std::map<QString, std::size_t> count;
    for (const QString& value : values) ++count[value];
    std::vector<std::pair<QString, std::size_t>> ranked(count.begin(), count.end());
    std::stable_sort(ranked.begin(), ranked.end(), [](const auto& a, const auto& b) { return a.second > b.second; });
    const std::size_t own = ranked.size() > most_categories ? most_categories - 1 : ranked.size();
    std::map<QString, QRgb> colours;
    for (std::size_t i = 0; i < own; ++i) {
        const QRgb colour = CurveColours::colour(static_cast<int>(i), dark).rgb();
        colours[ranked[i].first] = colour;
        look.categories.emplace_back(ranked[i].first, colour);
    }
    const QRgb grey = dark ? qRgb(125, 131, 140) : qRgb(140, 146, 155);
    if (own < ranked.size()) look.categories.emplace_back(QString(), grey);
    for (std::size_t i = 0; i < values.size(); ++i) {
        const auto found = colours.find(values[i]);
        look.colours[i] = found == colours.end() ? grey : found->second;
    }
}

} // namespace

QStringList quantities_of(const DrawnGraph& graph, bool sizes) {
    QStringList names{QStringLiteral("degree")};
    for (const Column& column : graph.original->node) {
        const auto name = QString::fromStdString(column.name);
        const bool varies = column.size() > 1 && [&] {
            for (std::size_t i = 1; i < column.size(); ++i)
                if (column.text(i) != column.text(0)) return true;
            return false;
        }();
        if (varies && !names.contains(name) && !(sizes && is_text(column))) names << name;
    }
    return names;
}

NodeLook look_of(const DrawnGraph& graph, const NodeStyle& style) {
    NodeLook look;
    const auto n = static_cast<std::size_t>(graph.nodes);
    look.colours.assign(n, style.dark ? qRgb(108, 178, 242) : qRgb(35, 103, 176));
    if (!style.colour.isEmpty()) {
        look.coloured_by = style.colour;
        const Column* column = find(graph.original->node, style.colour.toStdString());
        const auto categories = column ? categories_of(*column) : std::vector<QString>();
        if (!categories.empty()) {
            colour_categories(look, categories, style.dark);
        } else {
            const auto values = numbers_of(graph, style.colour, style.shown);
            ColourStyle colours;
            colours.map = style.map;
            look.scale = scale_of(colours, range_of(values), nullptr);
            for (std::size_t i = 0; i < n; ++i) look.colours[i] = look.scale.colour(values[i]);
        }
    }
    // Many nodes are small ones: together they cover a small part of the picture.
    const double usual = std::clamp(80 / std::sqrt(static_cast<double>(n) + 1), 0.7, 7.0) * style.radius;
    look.radii.assign(n, static_cast<float>(usual));
    if (style.size.isEmpty()) return look;
    const auto values = numbers_of(graph, style.size, style.shown);
    const FieldRange range = range_of(values);
    // Areas grow with the amount: from half to nearly twice the usual radius.
    for (std::size_t i = 0; i < n; ++i) {
        const double share = range.high > range.low ? (values[i] - range.low) / (range.high - range.low) : 0.5;
        if (std::isfinite(share)) look.radii[i] = static_cast<float>(usual * std::sqrt(0.3 + 3 * share));
    }
    return look;
}

} // namespace orrery::gui
