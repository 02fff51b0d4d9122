// SPDX-License-Identifier: GPL-3.0-or-later
// A spin box for numbers that keeps what was typed: "1e-3" stays "1e-3", and a sweep may stand in it.
#pragma once
#include "core/schema.h"

#include <QAbstractSpinBox>

namespace orrery::gui {

class NumberBox : public QAbstractSpinBox {
    Q_OBJECT
public:
    explicit NumberBox(const Field& field, QWidget* parent = nullptr);

    void set_text(const QString& text);
    // The number, if one and not a sweep or something else is typed.
    std::optional<double> number() const;

    void stepBy(int steps) override;
    QValidator::State validate(QString& input, int& position) const override;
    QSize sizeHint() const override;
    QSize minimumSizeHint() const override;

Q_SIGNALS:
    void edited(const QString& text);

protected:
    StepEnabled stepEnabled() const override;
    void wheelEvent(QWheelEvent* event) override;

private:
    Field field_;
};

// What the arrows lead to: whole numbers by one, numbers on a logarithmic scale along 1, 2, 5, 10, others by a tenth of
// their leading digit's place. Stays in the field's range.
double stepped(const Field& field, double value, int steps);

// The shortest text of a value of the field.
QString text_of_number(const Field& field, double value);

} // namespace orrery::gui
