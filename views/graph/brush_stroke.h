// SPDX-License-Identifier: GPL-3.0-or-later
// What the spectrum brush does to a graph: a band of eigenvalues and its change, as the experiment graph.brush takes
// it.
#pragma once
#include <QString>

#include <nlohmann/json.hpp>

#include <cstdint>

namespace orrery::gui {

struct BrushStroke {
    // Edges of the changed graph: entries above 1/2; as many as before; as many edits as the rate says; all, weighted.
    enum class Output { threshold, top_m, matched, weighted };

    int low = 0, high = 0;                    // the band [low, high) of eigenvalues, ascending and counted from 0
    QString change = QStringLiteral("noise"); // or mask, scale
    double std = 2, factor = 1.5;             // of noise, of scale
    Output output = Output::threshold;
    double edit_rate = 0.1; // of matched
    std::int64_t seed = 0;
    bool operator==(const BrushStroke&) const = default;

    nlohmann::json parameters() const; // of graph.brush, but the graph; the seed is none of them
    // "low=20 high=34 change=noise std=2 output=binarised seed=0": what matters of it, as a person would type it.
    QString text() const;
    // Throws Error (usage) naming what it doesn't know.
    static BrushStroke from_text(const QString& text);
};

} // namespace orrery::gui
