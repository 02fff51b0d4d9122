// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/gui/seed_box.h"

#include <QLineEdit>

#include <algorithm>
#include <limits>

namespace orrery::gui {

SeedBox::SeedBox(QWidget* parent) : QAbstractSpinBox(parent) {
    lineEdit()->setText(QStringLiteral("0"));
    connect(lineEdit(), &QLineEdit::textChanged, this, [this](const QString& text) {
        if (const auto number = number_in(text)) value_ = *number;
    });
    connect(this, &QAbstractSpinBox::editingFinished, this, [this] { set_value(value_); });
}

void SeedBox::set_value(std::int64_t value) {
    value_ = std::max<std::int64_t>(0, value);
    lineEdit()->setText(QString::number(value_));
}

std::optional<std::int64_t> SeedBox::number_in(const QString& text) {
    bool ok = false;
    const auto number = text.trimmed().toLongLong(&ok);
    return ok && number >= 0 ? std::optional<std::int64_t>(number) : std::nullopt;
}

void SeedBox::stepBy(int steps) {
    const auto room = std::numeric_limits<std::int64_t>::max() - value_;
    set_value(steps > 0 ? value_ + std::min<std::int64_t>(steps, room) : value_ + steps);
    selectAll();
}

QValidator::State SeedBox::validate(QString& text, int&) const {
    if (text.trimmed().isEmpty()) return QValidator::Intermediate;
    return number_in(text) ? QValidator::Acceptable : QValidator::Invalid;
}

void SeedBox::fixup(QString& text) const { text = QString::number(value_); }

QSize SeedBox::sizeHint() const {
    const int digits = fontMetrics().horizontalAdvance(QStringLiteral("0000000000"));
    return {digits + 30, QAbstractSpinBox::sizeHint().height()};
}

QAbstractSpinBox::StepEnabled SeedBox::stepEnabled() const {
    return value_ > 0 ? StepUpEnabled | StepDownEnabled : StepEnabled(StepUpEnabled);
}

} // namespace orrery::gui
