// SPDX-License-Identifier: GPL-3.0-or-later
#include "views/canvas/canvas_overlay.h"

#include <QFile>
#include <QKeyEvent>

#include <backends/imgui_impl_opengl3.h>
#include <imgui.h>

#include <cmath>

namespace orrery::gui {

CanvasOverlay::CanvasOverlay() {
    ImGuiContext* before = ImGui::GetCurrentContext();
    context_ = ImGui::CreateContext();
    ImGui::SetCurrentContext(context_);
    ImGuiIO& io = ImGui::GetIO();
    io.IniFilename = nullptr;
    const QString file = QStringLiteral("/usr/share/fonts/truetype/dejavu/DejaVuSans.ttf");
    if (QFile::exists(file)) io.Fonts->AddFontFromFileTTF(file.toUtf8().constData(), 14);
    const std::pair<int, int> keys[] = {{ImGuiKey_Tab, Qt::Key_Tab},
                                        {ImGuiKey_LeftArrow, Qt::Key_Left},
                                        {ImGuiKey_RightArrow, Qt::Key_Right},
                                        {ImGuiKey_Home, Qt::Key_Home},
                                        {ImGuiKey_End, Qt::Key_End},
                                        {ImGuiKey_Delete, Qt::Key_Delete},
                                        {ImGuiKey_Backspace, Qt::Key_Backspace},
                                        {ImGuiKey_Enter, Qt::Key_Return},
                                        {ImGuiKey_Escape, Qt::Key_Escape}};
    for (const auto& [key, qt] : keys) io.KeyMap[key] = qt & 0x1ff; // folded: see key()
    ImGui::SetCurrentContext(before);
}

CanvasOverlay::~CanvasOverlay() { ImGui::DestroyContext(context_); }

void CanvasOverlay::open() {
    ImGui::SetCurrentContext(context_);
    open_ = ImGui_ImplOpenGL3_Init("#version 150");
}

void CanvasOverlay::close() {
    if (!open_) return;
    ImGui::SetCurrentContext(context_);
    ImGui_ImplOpenGL3_Shutdown();
    open_ = false;
}

bool CanvasOverlay::paint(const QWidget& canvas) {
    if (!open_ || !draw) return false;
    ImGui::SetCurrentContext(context_);
    ImGuiIO& io = ImGui::GetIO();
    io.DisplaySize = {static_cast<float>(canvas.width()), static_cast<float>(canvas.height())};
    const auto ratio = static_cast<float>(canvas.devicePixelRatioF());
    io.DisplayFramebufferScale = {ratio, ratio};
    io.DeltaTime = 1.0F / 60;
    // A press and a release between two frames are a click all the same.
    for (std::size_t b = 0; b < down_.size(); ++b) io.MouseDown[b] = down_[b] || clicked_[b];
    const bool released_late = clicked_[0] && !down_[0];
    clicked_ = {};
    if (canvas.palette().color(QPalette::Window).lightness() < 128)
        ImGui::StyleColorsDark();
    else
        ImGui::StyleColorsLight();
    ImGui::GetStyle().WindowRounding = 4;
    ImGui::GetStyle().Colors[ImGuiCol_WindowBg].w = 0.82F;
    ImGui_ImplOpenGL3_NewFrame();
    ImGui::NewFrame();
    draw();
    ImGui::Render();
    ImGui_ImplOpenGL3_RenderDrawData(ImGui::GetDrawData());
    io.MouseWheel = 0;
    if (released_late) frames_ = 2;
    return frames_-- > 0;
}

bool CanvasOverlay::mouse(QPointF position, int button, bool pressed) {
    if (!open_ || !draw) return false;
    ImGui::SetCurrentContext(context_);
    ImGuiIO& io = ImGui::GetIO();
    io.MousePos = {static_cast<float>(position.x()), static_cast<float>(position.y())};
    if (button >= 0 && button < 3) {
        down_[static_cast<std::size_t>(button)] = pressed;
        if (pressed) clicked_[static_cast<std::size_t>(button)] = true;
    }
    if (button >= 0 || io.WantCaptureMouse) frames_ = 2;
    // WantCaptureMouse is of the frame before: a press that comes with no move ahead is looked up by its place.
    return io.WantCaptureMouse;
}

bool CanvasOverlay::wheel(QPointF position, double turns) {
    if (!mouse(position, -1, false)) return false;
    ImGui::GetIO().MouseWheel += static_cast<float>(turns);
    frames_ = 2;
    return true;
}

bool CanvasOverlay::wants_keys() const {
    if (!open_ || !draw) return false;
    ImGui::SetCurrentContext(context_);
    return ImGui::GetIO().WantCaptureKeyboard || ImGui::GetIO().WantTextInput;
}

bool CanvasOverlay::key(const QKeyEvent& event, bool pressed) {
    if (!wants_keys()) return false;
    ImGuiIO& io = ImGui::GetIO();
    io.KeysDown[event.key() & 0x1ff] = pressed;
    io.KeyCtrl = event.modifiers() & Qt::ControlModifier;
    io.KeyShift = event.modifiers() & Qt::ShiftModifier;
    if (pressed)
        for (const QChar c : event.text())
            if (c.isPrint()) io.AddInputCharacterUTF16(c.unicode());
    frames_ = 2;
    return true;
}

} // namespace orrery::gui
