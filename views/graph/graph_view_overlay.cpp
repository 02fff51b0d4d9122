// SPDX-License-Identifier: GPL-3.0-or-later
// GraphView: the window of its overlay. What it changes takes effect after the frame, through the event loop; the state
// is that of the settings beside the picture, which the keyboard reaches.
#include "views/graph/graph_view.h"

#include <QComboBox>
#include <QTimer>
#include <QToolButton>

#include <imgui.h>

#include <cmath>

namespace orrery::gui {

namespace {

// The same choices as in the box; true if another one was made.
bool choose_in(const QString& label, const QComboBox& box, QString& chosen) {
    bool made = false;
    if (ImGui::BeginCombo(label.toUtf8().constData(), box.currentText().toUtf8().constData())) {
        for (int i = 0; i < box.count(); ++i)
            if (ImGui::Selectable(box.itemText(i).toUtf8().constData(), i == box.currentIndex())) {
                chosen = box.itemData(i).toString();
                made = true;
            }
        ImGui::EndCombo();
    }
    return made;
}

} // namespace

void GraphView::draw_overlay() {
    NodeStyle style = style_;
    bool labels = labels_->isChecked();
    ImGui::SetNextWindowPos({8, 8}, ImGuiCond_Once);
    ImGui::SetNextWindowCollapsed(canvas_->width() < 400, ImGuiCond_Once);
    ImGui::SetNextWindowSize({270, 0}, ImGuiCond_Always);
    if (ImGui::Begin(tr("View").toUtf8().constData(), nullptr, ImGuiWindowFlags_NoResize | ImGuiWindowFlags_NoNav)) {
        ImGui::PushItemWidth(140);
        QString number;
        choose_in(tr("colour by"), *colour_, style.colour);
        choose_in(tr("colours"), *map_, style.map);
        choose_in(tr("size by"), *size_, style.size);
        const double least = 0.2, most = 5;
        if (ImGui::SliderScalar(tr("node size").toUtf8().constData(), ImGuiDataType_Double, &style.radius, &least,
                                &most, "%.1f", ImGuiSliderFlags_Logarithmic | ImGuiSliderFlags_AlwaysClamp))
            style.radius = std::round(style.radius * 10) / 10;
        if (choose_in(tr("edge weights"), *edge_weights_, number))
            style.edge_weights = static_cast<EdgeWeights>(number.toInt());
        if (canvas_->graph() && canvas_->graph()->is_pair() && choose_in(tr("show"), *compare_, number))
            style.shown = static_cast<Shown>(number.toInt());
        ImGui::Checkbox(tr("labels").toUtf8().constData(), &labels);
        ImGui::PopItemWidth();
    }
    const ImVec2 at = ImGui::GetWindowPos(), size = ImGui::GetWindowSize();
    canvas_->set_covered(QRectF(static_cast<double>(at.x), static_cast<double>(at.y), static_cast<double>(size.x),
                                static_cast<double>(size.y))
                             .toAlignedRect());
    ImGui::End();
    if (!(style == style_)) QTimer::singleShot(0, this, [this, style] { user_style(style); });
    if (labels != labels_->isChecked()) QTimer::singleShot(0, this, [this, labels] { labels_->setChecked(labels); });
}

} // namespace orrery::gui
