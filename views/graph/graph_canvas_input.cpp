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
    if (event->type() != QEvent::ToolTip) return QOpenGLWidget::event(event);
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
    pressed_ = last_ = event->position();
    dragged_ = false;
    const bool left = event->button() == Qt::LeftButton;
    const auto node = left ? node_at(pressed_) : std::nullopt;
    if (node) {
        drag_ = Drag::node;
        drag_node_ = *node;
        drag_from_ = places_[static_cast<std::size_t>(*node)];
    } else if (left || event->button() == Qt::MiddleButton) {
        drag_ = Drag::pan;
    }
    event->accept();
}

void GraphCanvas::mouseMoveEvent(QMouseEvent* event) {
    const QPointF now = event->position(), by = now - last_;
    last_ = now;
    if (event->buttons() == Qt::NoButton) drag_ = Drag::none;
    dragged_ = dragged_ || (now - pressed_).manhattanLength() > 3;
    if (drag_ == Drag::none) return hover(node_at(now));
    if (!dragged_) return;
    if (drag_ == Drag::pan) return pan(-by.x() / width(), by.y() / height());
    // The grip is where it was pressed, not the node's middle.
    const Place from = place_at(pressed_), to = place_at(now);
    set_place(drag_node_, {drag_from_[0] + to[0] - from[0], drag_from_[1] + to[1] - from[1]});
    moved();
}

void GraphCanvas::mouseReleaseEvent(QMouseEvent* event) {
    const Drag drag = std::exchange(drag_, Drag::none);
    if (drag == Drag::none || event->buttons() != Qt::NoButton) return;
    if (drag == Drag::node && dragged_) {
        Q_EMIT node_moved(drag_node_, drag_from_, places_[static_cast<std::size_t>(drag_node_)]);
    } else if (!dragged_) {
        select(drag == Drag::node ? std::optional(drag_node_) : std::nullopt);
    }
}

void GraphCanvas::mouseDoubleClickEvent(QMouseEvent* event) {
    if (!node_at(event->position())) reset_camera();
}

void GraphCanvas::wheelEvent(QWheelEvent* event) {
    event->accept();
    zoom(std::pow(0.85, event->angleDelta().y() / 120.0), event->position());
}

// From node to node, those of the most edges first.
void GraphCanvas::step_selection(int by) {
    if (by_degree_.empty()) return;
    const auto count = static_cast<std::ptrdiff_t>(by_degree_.size());
    std::ptrdiff_t at = by > 0 ? -1 : 0;
    if (selected_) at = std::find(by_degree_.begin(), by_degree_.end(), *selected_) - by_degree_.begin();
    select(by_degree_[static_cast<std::size_t>((at + by + count) % count)]);
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

void GraphCanvas::keyPressEvent(QKeyEvent* event) {
    const auto arrow = [&](double right, double up) {
        if (event->modifiers() & Qt::ControlModifier) return nudge(right, up);
        pan(0.1 * right, 0.1 * up);
    };
    switch (event->key()) {
    case Qt::Key_Left:
        return arrow(-1, 0);
    case Qt::Key_Right:
        return arrow(1, 0);
    case Qt::Key_Up:
        return arrow(0, 1);
    case Qt::Key_Down:
        return arrow(0, -1);
    case Qt::Key_Plus:
    case Qt::Key_Equal:
        return zoom(0.8);
    case Qt::Key_Minus:
        return zoom(1.25);
    case Qt::Key_0:
        return reset_camera();
    case Qt::Key_N:
        return step_selection(event->modifiers() & Qt::ShiftModifier ? -1 : 1);
    case Qt::Key_Escape:
        if (selected_) return select({});
        [[fallthrough]];
    default:
        QOpenGLWidget::keyPressEvent(event);
    }
}

void GraphCanvas::leaveEvent(QEvent* event) {
    QOpenGLWidget::leaveEvent(event);
    hover({});
}

} // namespace orrery::gui
