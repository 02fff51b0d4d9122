// SPDX-License-Identifier: GPL-3.0-or-later
// The Dear ImGui part of a Canvas: one context a canvas, fed by Qt's events.
#pragma once
#include <QKeyEvent>
#include <QPointF>
#include <QWidget>

#include <array>
#include <functional>

struct ImGuiContext;

namespace orrery::gui {

class CanvasOverlay {
public:
    std::function<void()> draw;

    CanvasOverlay();
    ~CanvasOverlay();
    CanvasOverlay(const CanvasOverlay&) = delete;
    CanvasOverlay& operator=(const CanvasOverlay&) = delete;

    void open();  // with the OpenGL context current
    void close(); // likewise
    // True if another frame is wanted.
    bool paint(const QWidget& canvas);

    // Input; true if the overlay wants it for itself.
    bool mouse(QPointF position, int button, bool pressed); // button -1: moved
    bool wheel(QPointF position, double turns);
    bool key(const QKeyEvent& event, bool pressed);
    bool wants_keys() const;

private:
    ImGuiContext* context_ = nullptr;
    bool open_ = false, dark_ = true;
    std::array<bool, 3> down_{}, clicked_{};
    int frames_ = 0; // still to be drawn after an input
};

} // namespace orrery::gui
