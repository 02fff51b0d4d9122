// SPDX-License-Identifier: GPL-3.0-or-later
// FieldCanvas: mouse and keyboard.
#include "views/field/field_canvas.h"

#include <QHelpEvent>
#include <QMouseEvent>
#include <QToolTip>
#include <QWheelEvent>

#include <algorithm>
#include <cmath>

namespace orrery::gui {

bool FieldCanvas::event(QEvent* event) {
    if (event->type() != QEvent::ToolTip) return Canvas::event(event);
    const auto* help = static_cast<QHelpEvent*>(event);
    for (std::size_t p = 0; p < panels_.size(); ++p) {
        const QRect title = title_rect(p).toAlignedRect();
        if (!title.contains(help->pos())) continue;
        QToolTip::showText(help->globalPos(), QStringLiteral("<p>%1</p>").arg(panels_[p].title.toHtmlEscaped()), this,
                           title);
        return true;
    }
    QToolTip::hideText();
    event->ignore();
    return true;
}

void FieldCanvas::mousePressEvent(QMouseEvent* event) {
    if (overlay_takes(*event, true)) {
        drag_ = Drag::overlay;
        return;
    }
    pressed_ = last_ = event->position();
    const bool left = event->button() == Qt::LeftButton;
    if (left && (event->modifiers() & Qt::ShiftModifier) && place_at(pressed_))
        drag_ = Drag::profile;
    else if (left && surface_ && !(event->modifiers() & Qt::ControlModifier))
        drag_ = Drag::turn;
    else if (left || event->button() == Qt::MiddleButton)
        drag_ = Drag::pan;
    event->accept();
}

void FieldCanvas::mouseMoveEvent(QMouseEvent* event) {
    const bool taken = overlay_takes(*event, false);
    const QPointF now = event->position(), by = now - last_;
    last_ = now;
    if (event->buttons() == Qt::NoButton) drag_ = Drag::none;
    switch (drag_) {
    case Drag::overlay:
        return;
    case Drag::none:
        if (!taken)
            set_probe(place_at(now));
        else if (probe_)
            set_probe({});
        return;
    case Drag::profile: {
        const auto from = place_at(pressed_);
        const auto to = place_at(now);
        if (!from || !to || from->panel != to->panel) return;
        set_profile_line(Line{{from->x, from->y}, {to->x, to->y}});
        Q_EMIT profile_drawn(from->panel);
        return;
    }
    case Drag::turn:
        camera_.azimuth = std::remainder(camera_.azimuth - 0.4 * by.x(), 360);
        camera_.elevation = std::clamp(camera_.elevation + 0.4 * by.y(), 5.0, 90.0);
        moved();
        return;
    case Drag::pan: {
        if (panels_.empty()) return;
        const QRectF rect = picture_rect(0);
        pan(-by.x() / rect.width(), by.y() / rect.height());
        return;
    }
    }
}

void FieldCanvas::mouseReleaseEvent(QMouseEvent* event) {
    overlay_takes(*event, false);
    drag_ = Drag::none;
}

void FieldCanvas::mouseDoubleClickEvent(QMouseEvent* event) {
    if (overlay_takes(*event, true)) return;
    reset_camera();
}

void FieldCanvas::wheelEvent(QWheelEvent* event) {
    const double turns = event->angleDelta().y() / 120.0;
    event->accept();
    if (overlay_takes(*event)) return;
    const auto before = surface_ ? std::nullopt : place_at(event->position());
    zoom(std::pow(0.85, turns));
    if (!before) return;
    // What lay under the cursor stays there.
    const QPointF shift = position_of(before->panel, before->x, before->y) - event->position();
    const QRectF rect = picture_rect(before->panel);
    pan(shift.x() / rect.width(), -shift.y() / rect.height());
}

void FieldCanvas::arrow(double right, double up, Qt::KeyboardModifiers modifiers) {
    if (!surface_ || (modifiers & Qt::ControlModifier)) return Canvas::arrow(right, up, modifiers);
    camera_.azimuth = std::remainder(camera_.azimuth + 10 * right, 360);
    camera_.elevation = std::clamp(camera_.elevation + 5 * up, 5.0, 90.0);
    moved();
}

void FieldCanvas::leaveEvent(QEvent* event) {
    Canvas::leaveEvent(event);
    if (probe_) set_probe({});
}

} // namespace orrery::gui
