// SPDX-License-Identifier: GPL-3.0-or-later
// Which labels of a picture are shown, and where, so that none lies on another.
#pragma once
#include <QPointF>
#include <QRectF>
#include <QSizeF>

#include <cstddef>
#include <optional>
#include <vector>

namespace orrery::gui {

struct LabelWish {
    QPointF at;        // the node's middle
    double radius = 0; // of the node
    QSizeF size;       // of the text
    bool must = false; // shown even where it hides other nodes
};

// Where each label goes, in the order of their importance: to the right of its node, else above, below or left of it;
// nothing where no room is left within `room` beside those that came before, or but over other nodes that can be seen.
std::vector<std::optional<QRectF>> place_labels(const std::vector<LabelWish>& wishes, const QRectF& room);

} // namespace orrery::gui
