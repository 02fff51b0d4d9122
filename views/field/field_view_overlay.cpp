// SPDX-License-Identifier: GPL-3.0-or-later
// FieldView: the windows of its overlay. What they change takes effect after the frame, through the event loop.
#include "views/field/field_view.h"

#include <imgui.h>

namespace orrery::gui {

namespace {

// Where its range is so much wider than the values that are usual, a slider can't be set to any of them.
bool has_slider(const Field& field) {
    if (!field.min || !field.max) return false;
    return field.log10 || *field.min < 0 || *field.max <= 100 * std::get<double>(field.default_value);
}

// A click on the title of a folded window opens it, not only one on its arrow.
void open_by_title() {
    const ImGuiIO& io = ImGui::GetIO();
    const bool dragged = io.MouseDragMaxDistanceSqr[0] >= io.MouseDragThreshold * io.MouseDragThreshold;
    const bool beside_arrow = io.MousePos.x > ImGui::GetWindowPos().x + ImGui::GetFrameHeight();
    if (ImGui::IsWindowCollapsed() && ImGui::IsWindowHovered() && ImGui::IsMouseReleased(0) && beside_arrow && !dragged)
        ImGui::SetWindowCollapsed(false);
}

} // namespace

// Inside the first picture's corner, until the user moves it; small where it would hide much of it.
void FieldView::place_overlay() {
    const QRectF picture = canvas_->picture_rect(0);
    const auto when = picture == overlay_beside_ ? ImGuiCond_Once : ImGuiCond_Always;
    ImGui::SetNextWindowPos({static_cast<float>(picture.left()) + 8, static_cast<float>(picture.top()) + 8}, when);
    ImGui::SetNextWindowCollapsed(picture.width() < 300, ImGuiCond_Once);
    overlay_beside_ = picture;
}

void FieldView::draw_overlay() {
    if (!style_.overlay) return draw_live_overlay();
    FieldStyle style = style_;
    place_overlay();
    ImGui::SetNextWindowSize({250, 0}, ImGuiCond_Always);
    if (ImGui::Begin(tr("View").toUtf8().constData(), nullptr, ImGuiWindowFlags_NoResize | ImGuiWindowFlags_NoNav)) {
        ImGui::PushItemWidth(140);
        const QByteArray shown = (style.map.isEmpty() ? tr("automatic") : style.map).toUtf8();
        if (ImGui::BeginCombo(tr("colours").toUtf8().constData(), shown.constData())) {
            if (ImGui::Selectable(tr("automatic").toUtf8().constData(), style.map.isEmpty())) style.map.clear();
            for (const ColourMap& map : colour_maps())
                if (ImGui::Selectable(map.title.toUtf8().constData(), style.map == map.id)) style.map = map.id;
            ImGui::EndCombo();
        }
        int range = static_cast<int>(style.range);
        QByteArray ranges; // each with a zero at its end
        for (const auto& name : {tr("of all times"), tr("of this time"), tr("fixed")}) ranges += name.toUtf8() + '\0';
        if (ImGui::Combo(tr("range").toUtf8().constData(), &range, ranges.constData())) {
            style.range = static_cast<RangeMode>(range);
            if (style.range == RangeMode::fixed && canvas_ && !canvas_->panels().empty()) {
                style.low = canvas_->panels()[0].scale.low;
                style.high = canvas_->panels()[0].scale.high;
            }
        }
        if (style.range == RangeMode::fixed) {
            double low = style.low, high = style.high;
            const auto enter = ImGuiInputTextFlags_EnterReturnsTrue;
            if (ImGui::InputDouble(tr("lowest").toUtf8().constData(), &low, 0, 0, "%.5g", enter) && low < style.high)
                style.low = low;
            if (ImGui::InputDouble(tr("highest").toUtf8().constData(), &high, 0, 0, "%.5g", enter) && high > style.low)
                style.high = high;
        }
        ImGui::Checkbox(tr("zero in the middle").toUtf8().constData(), &style.centred);
        ImGui::Checkbox(tr("logarithmic").toUtf8().constData(), &style.logarithmic);
        ImGui::Checkbox(tr("height surface").toUtf8().constData(), &style.surface);
        ImGui::Checkbox(tr("smooth").toUtf8().constData(), &style.smooth);
        if (canvas_->panels().size() > 1) {
            ImGui::Checkbox(tr("difference").toUtf8().constData(), &style.difference);
            if (style.difference) ImGui::Checkbox(tr("its size only").toUtf8().constData(), &style.absolute);
        }
        ImGui::PopItemWidth();
        if (!live_fields_.empty()) {
            ImGui::Separator();
            ImGui::TextUnformatted(tr("live").toUtf8().constData());
            draw_live_fields();
        }
    }
    open_by_title();
    ImGui::End();
    if (!(style == style_)) QTimer::singleShot(0, this, [this, style] { user_style(style); });
}

void FieldView::draw_live_overlay() {
    if (live_fields_.empty()) return;
    place_overlay();
    if (ImGui::Begin(tr("Live").toUtf8().constData(), nullptr,
                     ImGuiWindowFlags_AlwaysAutoResize | ImGuiWindowFlags_NoNav))
        draw_live_fields();
    open_by_title();
    ImGui::End();
}

void FieldView::draw_live_fields() {
    ImGui::PushItemWidth(120);
    for (const Field& field : live_fields_) {
        Value& value = live_values_.try_emplace(field.name, field.default_value).first->second;
        bool changed = false;
        if (auto* flag = std::get_if<bool>(&value)) {
            changed = ImGui::Checkbox(field.name.c_str(), flag);
        } else if (auto* number = std::get_if<double>(&value)) {
            const auto flags = field.log10 ? ImGuiSliderFlags_Logarithmic : ImGuiSliderFlags_None;
            if (has_slider(field))
                ImGui::SliderScalar(field.name.c_str(), ImGuiDataType_Double, number, &*field.min, &*field.max, "%.4g",
                                    flags | ImGuiSliderFlags_AlwaysClamp);
            else
                ImGui::InputDouble(field.name.c_str(), number, 0, 0, "%.6g");
            changed = ImGui::IsItemDeactivatedAfterEdit();
        } else if (auto* whole = std::get_if<std::int64_t>(&value)) {
            ImGui::InputScalar(field.name.c_str(), ImGuiDataType_S64, whole);
            if (field.min && static_cast<double>(*whole) < *field.min) *whole = static_cast<std::int64_t>(*field.min);
            if (field.max && static_cast<double>(*whole) > *field.max) *whole = static_cast<std::int64_t>(*field.max);
            changed = ImGui::IsItemDeactivatedAfterEdit();
        } else if (auto* text = std::get_if<std::string>(&value); text && !field.choices.empty()) {
            if (ImGui::BeginCombo(field.name.c_str(), text->c_str())) {
                for (const auto& choice : field.choices)
                    if (ImGui::Selectable(choice.c_str(), choice == *text)) {
                        *text = choice;
                        changed = true;
                    }
                ImGui::EndCombo();
            }
        }
        if (changed)
            QTimer::singleShot(0, this, [this, name = QString::fromStdString(field.name), now = variant_of(value)] {
                settings_->set_live_fields(live_fields_, live_values_);
                Q_EMIT live_changed(name, now);
            });
    }
    ImGui::PopItemWidth();
}

} // namespace orrery::gui
