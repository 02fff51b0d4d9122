// SPDX-License-Identifier: GPL-3.0-or-later
// FieldCanvas: mouse and keyboard.
#include "views/field/field_canvas.h"
#include "views/field/field_overlay.h"
#include "views/field/field_scene.h"

#include <QHelpEvent>
#include <QKeyEvent>
#include <QMouseEvent>
#include <QToolTip>
#include <QWheelEvent>

#include <algorithm>
#include <cmath>

namespace orrery::gui {

bool FieldCanvas::event(QEvent* event) {
    if (event->type() != QEvent::ToolTip) return QOpenGLWidget::event(event);
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

bool FieldCanvas::overlay_takes(QMouseEvent* event, bool pressed) {
    if (!overlay_) return false;
    const int button = event->button() == Qt::LeftButton     ? 0
                       : event->button() == Qt::RightButton  ? 1
                       : event->button() == Qt::MiddleButton ? 2
                                                             : -1;
    const bool takes = overlay_->mouse(event->position(), button, pressed);
    if (takes || button >= 0) update();
    return takes;
}

void FieldCanvas::mousePressEvent(QMouseEvent* event) {
    if (overlay_takes(event, true)) {
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
    const bool taken = overlay_takes(event, false);
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
    overlay_takes(event, false);
    drag_ = Drag::none;
}

void FieldCanvas::mouseDoubleClickEvent(QMouseEvent* event) {
    if (overlay_takes(event, true)) return;
    reset_camera();
}

void FieldCanvas::wheelEvent(QWheelEvent* event) {
    const double turns = event->angleDelta().y() / 120.0;
    event->accept();
    if (overlay_ && overlay_->wheel(event->position(), turns)) return update();
    const auto before = surface_ ? std::nullopt : place_at(event->position());
    zoom(std::pow(0.85, turns));
    if (!before) return;
    // What lay under the cursor stays there.
    const QPointF shift = position_of(before->panel, before->x, before->y) - event->position();
    const QRectF rect = picture_rect(before->panel);
    pan(shift.x() / rect.width(), -shift.y() / rect.height());
}

void FieldCanvas::keyPressEvent(QKeyEvent* event) {
    if (overlay_ && overlay_->key(*event, true)) return update();
    const bool turns = surface_ && !(event->modifiers() & Qt::ControlModifier);
    const auto arrow = [&](double right, double up) {
        if (!turns) return pan(0.1 * right, 0.1 * up);
        camera_.azimuth = std::remainder(camera_.azimuth + 10 * right, 360);
        camera_.elevation = std::clamp(camera_.elevation + 5 * up, 5.0, 90.0);
        moved();
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
    default:
        QOpenGLWidget::keyPressEvent(event);
    }
}

void FieldCanvas::keyReleaseEvent(QKeyEvent* event) {
    if (overlay_ && overlay_->key(*event, false)) return update();
    QOpenGLWidget::keyReleaseEvent(event);
}

void FieldCanvas::leaveEvent(QEvent* event) {
    QOpenGLWidget::leaveEvent(event);
    if (probe_) set_probe({});
}

} // namespace orrery::gui
