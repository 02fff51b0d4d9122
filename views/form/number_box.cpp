// SPDX-License-Identifier: GPL-3.0-or-later
#include "views/form/number_box.h"

#include <QLineEdit>
#include <QWheelEvent>

#include <algorithm>
#include <array>
#include <cmath>

namespace orrery::gui {
namespace {

double rounded(double value, int digits) { return QString::number(value, 'e', std::max(0, digits - 1)).toDouble(); }

double step_on_scale(double value, int steps) {
    constexpr std::array<double, 3> marks{1, 2, 5};
    // A mark that was rounded, as 2e-3 is, must count as itself.
    constexpr double slack = 1e-9;
    for (; steps != 0; steps += steps > 0 ? -1 : 1) {
        const double decade = std::pow(10, std::floor(std::log10(value) + slack));
        const double lead = value / decade;
        double next = steps > 0 ? 10 : 0.5;
        if (steps > 0) {
            for (const double mark : {5.0, 2.0})
                if (mark > lead * (1 + slack)) next = mark;
        } else {
            for (const double mark : marks)
                if (mark < lead * (1 - slack)) next = mark;
        }
        value = rounded(next * decade, 1);
    }
    return value;
}

} // namespace

double stepped(const Field& field, double value, int steps) {
    double next = value;
    if (field.log10 && value > 0) {
        next = step_on_scale(value, steps);
        if (field.type == FieldType::integer && std::round(next) == value) next = value + steps;
    } else if (field.type == FieldType::integer) {
        next = value + steps;
    } else {
        const double place = value == 0 ? 0.1 : std::pow(10, std::floor(std::log10(std::fabs(value))) - 1);
        next = rounded(value + steps * place, 12);
    }
    if (field.type == FieldType::integer) next = std::round(next);
    if (field.min) next = std::max(next, *field.min);
    if (field.max) next = std::min(next, *field.max);
    return next;
}

QString text_of_number(const Field& field, double value) {
    if (field.type == FieldType::integer && std::fabs(value) < 9e15)
        return QString::number(static_cast<qint64>(std::llround(value)));
    return QString::fromStdString(text_of(Value(value)));
}

NumberBox::NumberBox(const Field& field, QWidget* parent) : QAbstractSpinBox(parent), field_(field) {
    setSizePolicy(QSizePolicy::Expanding, QSizePolicy::Fixed); // a spin box wants no less than its size hint
    setFocusPolicy(Qt::StrongFocus);                           // the wheel scrolls the form, unless the box was clicked
    connect(lineEdit(), &QLineEdit::textChanged, this, &NumberBox::edited);
}

void NumberBox::set_text(const QString& text) {
    if (lineEdit()->text() != text) lineEdit()->setText(text);
    lineEdit()->setCursorPosition(0);
}

std::optional<double> NumberBox::number() const {
    bool ok = false;
    const double value = QLocale::c().toDouble(text().trimmed(), &ok);
    if (!ok || !std::isfinite(value)) return std::nullopt;
    return value;
}

void NumberBox::stepBy(int steps) {
    const auto value = number();
    if (!value) return;
    lineEdit()->setText(text_of_number(field_, stepped(field_, *value, steps)));
    selectAll();
}

// What is wrong is said under the field; nothing that is typed is refused.
QValidator::State NumberBox::validate(QString&, int&) const { return QValidator::Acceptable; }

QSize NumberBox::sizeHint() const {
    return {fontMetrics().horizontalAdvance(u'0') * 14, lineEdit()->sizeHint().height()};
}

QSize NumberBox::minimumSizeHint() const {
    return {fontMetrics().horizontalAdvance(u'0') * 7, lineEdit()->minimumSizeHint().height()};
}

QAbstractSpinBox::StepEnabled NumberBox::stepEnabled() const {
    const auto value = number();
    if (!value) return StepNone;
    StepEnabled steps = StepNone;
    if (!field_.max || *value < *field_.max) steps |= StepUpEnabled;
    if (!field_.min || *value > *field_.min) steps |= StepDownEnabled;
    return steps;
}

void NumberBox::wheelEvent(QWheelEvent* event) {
    if (hasFocus())
        QAbstractSpinBox::wheelEvent(event);
    else
        event->ignore();
}

} // namespace orrery::gui
