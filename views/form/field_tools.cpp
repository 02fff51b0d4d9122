// SPDX-License-Identifier: GPL-3.0-or-later
// The slider of a number on a logarithmic scale, and the dialog that finds a file.
#include "views/form/field_editor.h"
#include "views/form/number_box.h"

#include <QFileDialog>
#include <QHBoxLayout>
#include <QLineEdit>
#include <QSignalBlocker>
#include <QSlider>

#include <algorithm>
#include <cmath>

namespace orrery::gui {
namespace {
constexpr int per_decade = 20; // places of the slider
}

bool FieldEditor::has_slider() const { return field_.log10 && decades().second > decades().first; }

// Of the slider. Where the range begins at zero or has no end, four decades on that side of the default.
std::pair<double, double> FieldEditor::decades() const {
    const double given = field_.type == FieldType::integer
                             ? static_cast<double>(std::get<std::int64_t>(field_.default_value))
                             : std::get<double>(field_.default_value);
    const double middle = given > 0 ? given : 1;
    constexpr double beyond_reason = 1e15; // the bound of a type
    double low = field_.min && *field_.min > 0 ? *field_.min : middle * 1e-4;
    double high = field_.max && *field_.max < beyond_reason ? *field_.max : middle * 1e4;
    if (field_.type == FieldType::integer) low = std::max(low, 1.0);
    if (!(high > 0) || !(high > low)) return {0, 0};
    low = std::max(low, high * 1e-12);
    return {std::log10(low), std::log10(high)};
}

QWidget* FieldEditor::make_slider(QWidget* parent) {
    auto* box = new QWidget(parent);
    slider_box_ = new QBoxLayout(QBoxLayout::LeftToRight, box);
    slider_box_->setContentsMargins(0, 0, 0, 0);
    slider_box_->setSpacing(4);
    number_->setParent(box);
    slider_ = new QSlider(Qt::Horizontal, box);
    const QString name = QString::fromStdString(field_.name);
    slider_->setObjectName("slider:" + name);
    slider_->setAccessibleName(tr("%1 on a logarithmic scale").arg(name));
    slider_->setToolTip(slider_->accessibleName());
    slider_->setMinimumWidth(48);
    slider_->setFocusPolicy(Qt::StrongFocus);
    const auto [low, high] = decades();
    slider_->setRange(0, std::max(1, static_cast<int>(std::lround((high - low) * per_decade))));
    slider_->setPageStep(per_decade);
    slider_box_->addWidget(number_, 1);
    slider_box_->addWidget(slider_, 1);
    connect(slider_, &QSlider::valueChanged, this, [this](int place) {
        const auto [from, to] = decades();
        const double share = static_cast<double>(place) / slider_->maximum();
        double value = QString::number(std::pow(10, from + (to - from) * share), 'e', 1).toDouble();
        if (place == 0) value = std::pow(10, from);
        if (place == slider_->maximum()) value = std::pow(10, to);
        value = QString::number(value, 'e', 11).toDouble(); // 10^log10(x) is x but for the last digits
        if (field_.type == FieldType::integer) value = std::round(value);
        if (field_.min) value = std::max(value, *field_.min);
        if (field_.max) value = std::min(value, *field_.max);
        number_->set_text(text_of_number(field_, value));
    });
    return box;
}

// To where the typed number is, without a word about it. A sweep has no place on it, and its text needs the room.
void FieldEditor::show_slider() {
    const auto value = number_->number();
    slider_->setVisible(!state_.is_sweep);
    slider_->setEnabled(value && !state_.is_sweep);
    if (!value || slider_->isSliderDown()) return;
    const QSignalBlocker quiet(slider_);
    const auto [low, high] = decades();
    const double place = *value > 0 ? (std::log10(*value) - low) / (high - low) : 0;
    slider_->setValue(static_cast<int>(std::lround(std::clamp(place, 0.0, 1.0) * slider_->maximum())));
}

void FieldEditor::choose_file() {
    auto* dialog = new QFileDialog(line_->window(), tr("Choose a file for %1").arg(QString::fromStdString(field_.name)),
                                   line_->text());
    dialog->setObjectName("dialog:" + QString::fromStdString(field_.name));
    dialog->setAttribute(Qt::WA_DeleteOnClose);
    dialog->setFileMode(QFileDialog::ExistingFile);
    const QString all = tr("All files (*)");
    if (field_.kind == "field")
        dialog->setNameFilters({tr("Fields (*.npy *.npz *.vti *.vtkhdf)"), all});
    else if (field_.kind == "problem")
        dialog->setNameFilters({tr("Problem files (*.toml)"), all});
    else if (field_.kind == "table")
        dialog->setNameFilters({tr("Tables (*.csv *.json)"), all});
    else
        dialog->setNameFilters({all});
    connect(dialog, &QFileDialog::fileSelected, this, [this](const QString& file) { set_text(file); });
    dialog->open();
}

} // namespace orrery::gui
