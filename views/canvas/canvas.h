// SPDX-License-Identifier: GPL-3.0-or-later
// A picture that VTK draws into a widget of Qt, under an overlay of Dear ImGui: what the canvases of fields and graphs
// share.
#pragma once
#include <QElapsedTimer>
#include <QOpenGLWidget>

#include <array>
#include <functional>
#include <memory>

class vtkGenericOpenGLRenderWindow;

namespace orrery::gui {

class CanvasOverlay; // ImGui

class Canvas : public QOpenGLWidget {
    Q_OBJECT
public:
    explicit Canvas(QWidget* parent = nullptr);
    ~Canvas() override;

    // Draws the overlay's windows between ImGui::NewFrame() and ImGui::Render(); none: no overlay.
    void set_overlay(std::function<void()> overlay);

    virtual void reset_camera() = 0;
    virtual void zoom(double factor) = 0;
    virtual void pan(double right, double up) = 0; // in shares of a picture

    double last_paint_ms() const { return last_paint_ms_; }
    QString driver() const { return driver_; }

Q_SIGNALS:
    void painted();

protected:
    // The scene, with the OpenGL context current. It is made anew when the widget has moved to another window.
    virtual vtkGenericOpenGLRenderWindow* make_scene() = 0;
    virtual void drop_scene() = 0;
    // Renders. False where there is nothing to be seen but the background; `pixels`: the size of all.
    virtual bool draw_scene(std::array<int, 2> pixels) = 0;
    virtual void scene_drawn(const QElapsedTimer&) {} // that runs since the frame began
    // An arrow key, 1 or -1 to the right or upwards; moves the picture.
    virtual void arrow(double right, double up, Qt::KeyboardModifiers) { pan(0.1 * right, 0.1 * up); }
    virtual bool further_key(const QKeyEvent&) { return false; } // true: it was one of this canvas

    void drop_context(); // to be called by the destructor of whoever makes the scene
    bool overlay_takes(const QMouseEvent& event, bool pressed);
    bool overlay_takes(const QWheelEvent& event);

    void initializeGL() override;
    void paintGL() override;
    void resizeEvent(QResizeEvent* event) override;
    void keyPressEvent(QKeyEvent* event) override;
    void keyReleaseEvent(QKeyEvent* event) override;

    QWidget* annotation_ = nullptr; // as large as the picture, over it

private:
    std::unique_ptr<CanvasOverlay> overlay_;
    vtkGenericOpenGLRenderWindow* window_ = nullptr; // of the scene; null: there is none
    double last_paint_ms_ = 0;
    QString driver_;
};

// Makes a window of VTK draw where Qt says.
void draw_into_qt(vtkGenericOpenGLRenderWindow& window);

} // namespace orrery::gui
