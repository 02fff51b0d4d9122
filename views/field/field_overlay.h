// SPDX-License-Identifier: GPL-3.0-or-later
// The Dear ImGui part of FieldCanvas: one context a canvas, fed by Qt's events.
#pragma once
#include "views/field/field_canvas.h"

struct ImGuiContext;

namespace orrery::gui {

struct FieldCanvas::Overlay {
    std::function<void()> draw;

    Overlay();
    ~Overlay();
    Overlay(const Overlay&) = delete;
    Overlay& operator=(const Overlay&) = delete;

    void open();  // with the OpenGL context current
    void close(); // likewise
    // True if another frame is wanted.
    bool paint(const FieldCanvas& canvas);

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
