// SPDX-License-Identifier: GPL-3.0-or-later
#include "views/graph/edge_look.h"

#include <QCoreApplication>
#include <QStringList>

#include <algorithm>
#include <cmath>

namespace orrery::gui {

namespace {

constexpr double marked_width = 2.4, plain_width = 1.4; // pixels

} // namespace

EdgeColours edge_colours(bool dark) {
    // Vermilion, bluish green and reddish purple of Okabe and Ito (2008), which people of any colour vision tell apart.
    if (dark) return {{QColor(0x9aa5b1), QColor(0xff7a45), QColor(0x2ed3a5), QColor(0x6b86b8)}, QColor(0xe39ac4)};
    return {{QColor(0x5f6b78), QColor(0xd55e00), QColor(0x008a63), QColor(0x7a8fb5)}, QColor(0xb0508a)};
}

EdgeLooks::EdgeLooks(const DrawnGraph& graph, Shown shown, EdgeWeights weights, bool dark)
    : graph_(graph), colours_(edge_colours(dark)), weights_(weights),
      compares_(graph.is_pair() && shown == Shown::both) {
    // Edges of a dense picture are faint, so that what lies between them is seen; weak ones, often of all pairs of
    // nodes, leave the others seen.
    const auto weak = static_cast<double>(graph.count[static_cast<std::size_t>(EdgeKind::weak)]);
    const double others = static_cast<double>(graph.edges.size()) - weak;
    opacity_ = std::clamp(1.6 / std::pow(others + 1, 0.18), 0.1, 0.75);
    weak_opacity_ = std::clamp(1.6 / std::pow(weak + 1, 0.3), 0.05, 0.5);
    // Thin lines have no width that could tell anything.
    if (graph.edges.size() > edges_in_full && weights == EdgeWeights::width) weights_ = EdgeWeights::opacity;
}

EdgeLook EdgeLooks::of(std::size_t edge) const {
    const EdgeKind kind = graph_.kinds[edge];
    const bool marked = is_marked(kind);
    const EdgeKind as = compares_ || kind == EdgeKind::weak ? kind : EdgeKind::kept;
    double opacity = marked ? 0.95 : kind == EdgeKind::weak ? weak_opacity_ : opacity_;
    EdgeLook look{colours_.of[static_cast<std::size_t>(as)], marked                                 ? marked_width
                                                             : graph_.edges.size() <= edges_in_full ? plain_width
                                                                                                    : 1.0};
    if (!graph_.weights.empty()) {
        const double weight = static_cast<double>(graph_.weights[edge]), size = std::abs(weight);
        look.dashed = weight < 0;
        if (look.dashed && !marked) look.colour = colours_.negative;
        // What is kept beside weak edges is seen in any case.
        const double least = compares_ && kind == EdgeKind::kept ? 0.5 : 0.08;
        if (weights_ == EdgeWeights::opacity) opacity = (marked ? 1 : opacity) * (least + (1 - least) * size);
        if (weights_ == EdgeWeights::width) look.width *= 0.35 + 2.65 * size;
    }
    look.colour.setAlphaF(static_cast<float>(opacity));
    return look;
}

std::vector<EdgeEntry> edge_legend(const DrawnGraph& graph, Shown shown, bool dark) {
    const auto text = [](const char* words) { return QCoreApplication::translate("EdgeLook", words); };
    const EdgeColours colours = edge_colours(dark);
    std::vector<EdgeEntry> entries;
    const auto add = [&](EdgeKind kind, const QString& name, double width) {
        entries.push_back({QStringLiteral("%1  %2").arg(name).arg(graph.count[static_cast<std::size_t>(kind)]),
                           {colours.of[static_cast<std::size_t>(kind)], width, false}});
    };
    if (graph.is_pair() && shown == Shown::both) {
        add(EdgeKind::kept, text(QT_TRANSLATE_NOOP("EdgeLook", "kept")), plain_width);
        add(EdgeKind::removed, text(QT_TRANSLATE_NOOP("EdgeLook", "removed")), marked_width);
        add(EdgeKind::added, text(QT_TRANSLATE_NOOP("EdgeLook", "added")), marked_width);
        if (graph.count[static_cast<std::size_t>(EdgeKind::weak)] > 0)
            add(EdgeKind::weak, text(QT_TRANSLATE_NOOP("EdgeLook", "weight below 0.5")), 1);
    }
    if (graph.negative > 0)
        entries.push_back(
            {text(QT_TRANSLATE_NOOP("EdgeLook", "negative weight")), {colours.negative, plain_width, true}});
    return entries;
}

QString left_out_of_edges(const DrawnGraph& graph, EdgeWeights weights) {
    if (graph.edges.size() <= edges_in_full) return {};
    const auto text = [](const char* words) { return QCoreApplication::translate("EdgeLook", words); };
    QStringList out;
    if (graph.directed) out << text(QT_TRANSLATE_NOOP("EdgeLook", "arrows"));
    if (graph.loops > 0) out << text(QT_TRANSLATE_NOOP("EdgeLook", "loops"));
    if (graph.parallels > 0) out << text(QT_TRANSLATE_NOOP("EdgeLook", "parallel edges"));
    if (!graph.weights.empty() && weights == EdgeWeights::width) out << text(QT_TRANSLATE_NOOP("EdgeLook", "widths"));
    return out.join(QStringLiteral(", "));
}

} // namespace orrery::gui
