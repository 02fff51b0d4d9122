// SPDX-License-Identifier: GPL-3.0-or-later
#include "views/canvas/canvas.h"

#include "views/canvas/canvas_overlay.h"

#include <vtkCallbackCommand.h>
#include <vtkCommand.h>
#include <vtkGenericOpenGLRenderWindow.h>
#include <vtkNew.h>

#include <QKeyEvent>
#include <QMouseEvent>
#include <QOpenGLContext>
#include <QOpenGLFunctions>
#include <QWheelEvent>

#include <algorithm>
#include <cmath>

namespace orrery::gui {

void draw_into_qt(vtkGenericOpenGLRenderWindow& window) {
    vtkNew<vtkCallbackCommand> yes; // to questions about the context, which Qt has made current
    yes->SetCallback([](vtkObject*, unsigned long, void*, void* answer) {
        if (answer) *static_cast<bool*>(answer) = true;
    });
    window.SetOwnContext(false);
    window.SetReadyForRendering(true);
    window.SetMultiSamples(0);
    window.AddObserver(vtkCommand::WindowIsCurrentEvent, yes);
    window.AddObserver(vtkCommand::WindowIsDirectEvent, yes);
    window.SetFrameBlitModeToBlitToCurrent();
}

Canvas::Canvas(QWidget* parent) : QOpenGLWidget(parent) {
    setFocusPolicy(Qt::StrongFocus);
    setMouseTracking(true);
}

Canvas::~Canvas() = default;

void Canvas::drop_context() {
    if (!window_) return;
    makeCurrent();
    if (overlay_) overlay_->close();
    window_->Finalize();
    window_ = nullptr;
    drop_scene();
    doneCurrent();
}

void Canvas::initializeGL() {
    // A widget that moves to another window may get another context.
    connect(context(), &QOpenGLContext::aboutToBeDestroyed, this, &Canvas::drop_context, Qt::UniqueConnection);
    const auto text = [&](GLenum name) {
        const auto* found = context()->functions()->glGetString(name);
        return found ? QString::fromUtf8(reinterpret_cast<const char*>(found)) : QString();
    };
    driver_ = text(GL_RENDERER) + QStringLiteral(", OpenGL ") + text(GL_VERSION);
    window_ = make_scene();
    if (overlay_) overlay_->open();
}

void Canvas::paintGL() {
    if (!window_) return;
    QElapsedTimer clock;
    clock.start();
    QOpenGLFunctions* gl = context()->functions();
    window_->OpenGLInit();
    gl->glBindFramebuffer(GL_FRAMEBUFFER, defaultFramebufferObject());
    const double ratio = devicePixelRatioF();
    const std::array<int, 2> pixels{std::max(1, static_cast<int>(std::lround(width() * ratio))),
                                    std::max(1, static_cast<int>(std::lround(height() * ratio)))};
    const QColor back = palette().color(QPalette::Window);
    gl->glClearColor(back.redF(), back.greenF(), back.blueF(), 1);
    gl->glDisable(GL_SCISSOR_TEST);
    gl->glClear(GL_COLOR_BUFFER_BIT | GL_DEPTH_BUFFER_BIT);
    if (draw_scene(pixels)) {
        gl->glBindFramebuffer(GL_FRAMEBUFFER, defaultFramebufferObject());
        gl->glDisable(GL_SCISSOR_TEST);
        // VTK leaves alpha below 1.
        gl->glColorMask(GL_FALSE, GL_FALSE, GL_FALSE, GL_TRUE);
        gl->glClearColor(0, 0, 0, 1);
        gl->glClear(GL_COLOR_BUFFER_BIT);
        gl->glColorMask(GL_TRUE, GL_TRUE, GL_TRUE, GL_TRUE);
        scene_drawn(clock);
    }
    if (overlay_ && overlay_->paint(*this)) update(); // it needs one more frame to settle
    last_paint_ms_ = static_cast<double>(clock.nsecsElapsed()) * 1e-6;
    Q_EMIT painted();
}

void Canvas::resizeEvent(QResizeEvent* event) {
    annotation_->setGeometry(rect());
    QOpenGLWidget::resizeEvent(event); // paints at once, and not again when it returns
}

void Canvas::set_overlay(std::function<void()> overlay) {
    if (!overlay_) {
        overlay_ = std::make_unique<CanvasOverlay>();
        if (window_) {
            makeCurrent();
            overlay_->open();
            doneCurrent();
        }
    }
    overlay_->draw = std::move(overlay);
    update();
}

bool Canvas::overlay_takes(const QMouseEvent& event, bool pressed) {
    if (!overlay_ || !overlay_->draw) return false;
    const int button = event.button() == Qt::LeftButton     ? 0
                       : event.button() == Qt::RightButton  ? 1
                       : event.button() == Qt::MiddleButton ? 2
                                                            : -1;
    update(); // only in a frame it sees what lies under the cursor
    return overlay_->mouse(event.position(), button, pressed);
}

bool Canvas::overlay_takes(const QWheelEvent& event) {
    if (!overlay_ || !overlay_->wheel(event.position(), event.angleDelta().y() / 120.0)) return false;
    update();
    return true;
}

void Canvas::keyPressEvent(QKeyEvent* event) {
    if (overlay_ && overlay_->key(*event, true)) return update();
    const auto modifiers = event->modifiers();
    switch (event->key()) {
    case Qt::Key_Left:
        return arrow(-1, 0, modifiers);
    case Qt::Key_Right:
        return arrow(1, 0, modifiers);
    case Qt::Key_Up:
        return arrow(0, 1, modifiers);
    case Qt::Key_Down:
        return arrow(0, -1, modifiers);
    case Qt::Key_Plus:
    case Qt::Key_Equal:
        return zoom(0.8);
    case Qt::Key_Minus:
        return zoom(1.25);
    case Qt::Key_0:
        return reset_camera();
    default:
        if (!further_key(*event)) QOpenGLWidget::keyPressEvent(event);
    }
}

void Canvas::keyReleaseEvent(QKeyEvent* event) {
    if (overlay_ && overlay_->key(*event, false)) return update();
    QOpenGLWidget::keyReleaseEvent(event);
}

} // namespace orrery::gui
