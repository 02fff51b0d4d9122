// SPDX-License-Identifier: GPL-3.0-or-later
// GraphCanvas: mouse and keyboard.
#include "views/graph/graph_canvas.h"
#include "views/graph/graph_scene.h"

#include <QHelpEvent>
#include <QKeyEvent>
#include <QMouseEvent>
#include <QToolTip>
#include <QWheelEvent>

#include <algorithm>
#include <cmath>

namespace orrery::gui {

QString GraphCanvas::tooltip_of(std::int32_t node) const {
    const auto row = static_cast<std::size_t>(node);
    const QString name = name_of_node(*graph_->original, node);
    QStringList lines{name == QString::number(node) ? tr("node %1").arg(node) : tr("%1 (node %2)").arg(name).arg(node)};
    lines << (graph_->is_pair()
                  ? tr("degree: %1, augmented: %2").arg(graph_->degree[row]).arg(graph_->augmented_degree[row])
                  : tr("degree: %1").arg(graph_->degree[row]));
    if (const QString about = about_node(*graph_->original, node); !about.isEmpty()) lines << about;
    return lines.join(QLatin1Char('\n'));
}

bool GraphCanvas::event(QEvent* event) {
    if (event->type() != QEvent::ToolTip) return Canvas::event(event);
    const auto* help = static_cast<QHelpEvent*>(event);
    if (const auto node = node_at(help->pos())) {
        const QPointF at = position_of(*node);
        QToolTip::showText(help->globalPos(),
                           QStringLiteral("<pre style='margin:0'>%1</pre>").arg(tooltip_of(*node).toHtmlEscaped()),
                           this, QRectF(at - QPointF(12, 12), QSizeF(24, 24)).toRect());
        return true;
    }
    QToolTip::hideText();
    event->ignore();
    return true;
}

void GraphCanvas::mousePressEvent(QMouseEvent* event) {
    if (overlay_takes(*event, true)) {
        drag_ = Drag::overlay;
        return;
    }
    pressed_ = last_ = event->position();
    dragged_ = false;
    const bool left = event->button() == Qt::LeftButton;
    const auto node = left ? node_at(pressed_) : std::nullopt;
    if (node) {
        drag_ = Drag::node;
        dragged_node_ = *node;
        drag_from_ = places_[static_cast<std::size_t>(*node)];
    } else if (left || event->button() == Qt::MiddleButton) {
        drag_ = Drag::pan;
    }
    event->accept();
}

void GraphCanvas::mouseMoveEvent(QMouseEvent* event) {
    const bool taken = overlay_takes(*event, false);
    const QPointF now = event->position(), by = now - last_;
    last_ = now;
    if (event->buttons() == Qt::NoButton) drag_ = Drag::none;
    if (drag_ == Drag::overlay) return;
    if (drag_ == Drag::none) return hover(taken ? std::nullopt : node_at(now));
    dragged_ = dragged_ || (now - pressed_).manhattanLength() > 3;
    if (!dragged_) return;
    drag_ == Drag::pan ? pan(-by.x() / width(), by.y() / height()) : drag_node(now);
}

void GraphCanvas::drag_node(QPointF now) {
    // The grip is where it was pressed, not the node's middle.
    const Place from = place_at(pressed_), to = place_at(now);
    const Place place{drag_from_[0] + to[0] - from[0], drag_from_[1] + to[1] - from[1]};
    if (!is_large()) {
        set_place(dragged_node_, place);
        return moved();
    }
    // The picture of a large graph stays as it was until the node is let go; it is seen over it with its edges.
    put(dragged_node_, place);
    annotation_->update();
}

void GraphCanvas::mouseReleaseEvent(QMouseEvent* event) {
    overlay_takes(*event, false);
    const bool moved_node = is_dragging();
    const Drag drag = std::exchange(drag_, Drag::none);
    if (drag == Drag::none || drag == Drag::overlay || event->buttons() != Qt::NoButton) return;
    if (moved_node) {
        const Place to = places_[static_cast<std::size_t>(dragged_node_)];
        if (is_large()) set_place(dragged_node_, to);
        Q_EMIT node_moved(dragged_node_, drag_from_, to);
    } else if (!dragged_) {
        select(drag == Drag::node ? std::optional(dragged_node_) : std::nullopt);
    }
}

void GraphCanvas::mouseDoubleClickEvent(QMouseEvent* event) {
    if (!overlay_takes(*event, true) && !node_at(event->position())) reset_camera();
}

void GraphCanvas::wheelEvent(QWheelEvent* event) {
    event->accept();
    if (!overlay_takes(*event)) zoom_about(std::pow(0.85, event->angleDelta().y() / 120.0), event->position());
}

// From node to node, those of the most edges first.
void GraphCanvas::step_selection(int by) {
    if (!graph_ || graph_->nodes == 0) return;
    const auto& order = graph_->by_degree;
    const auto count = static_cast<std::ptrdiff_t>(order.size());
    std::ptrdiff_t at = by > 0 ? -1 : 0;
    if (selected_) at = std::find(order.begin(), order.end(), *selected_) - order.begin();
    select(order[static_cast<std::size_t>((at + by + count) % count)]);
    // It is brought into sight.
    const QPointF place = position_of(*selected_);
    if (!rect().contains(place.toPoint()))
        pan((place.x() - width() / 2.0) / width(), (height() / 2.0 - place.y()) / height());
}

void GraphCanvas::nudge(double right, double up) {
    if (!selected_) return;
    const Place from = places_[static_cast<std::size_t>(*selected_)];
    const Place to{from[0] + right * 10 * pixel(), from[1] + up * 10 * pixel()};
    set_place(*selected_, to);
    Q_EMIT node_moved(*selected_, from, to);
}

void GraphCanvas::arrow(double right, double up, Qt::KeyboardModifiers modifiers) {
    (modifiers & Qt::ControlModifier) ? nudge(right, up) : Canvas::arrow(right, up, modifiers);
}

bool GraphCanvas::further_key(const QKeyEvent& event) {
    if (event.key() == Qt::Key_N) {
        step_selection(event.modifiers() & Qt::ShiftModifier ? -1 : 1);
        return true;
    }
    if (event.key() != Qt::Key_Escape || !selected_) return false;
    select({});
    return true;
}

void GraphCanvas::leaveEvent(QEvent* event) {
    Canvas::leaveEvent(event);
    hover({});
}

} // namespace orrery::gui
