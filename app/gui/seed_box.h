// SPDX-License-Identifier: GPL-3.0-or-later
// A box for the seed of a run: any number that the command line takes.
#pragma once
#include <QAbstractSpinBox>

#include <cstdint>
#include <optional>

namespace orrery::gui {

class SeedBox : public QAbstractSpinBox {
    Q_OBJECT
public:
    explicit SeedBox(QWidget* parent = nullptr);
    std::int64_t value() const { return value_; } // >= 0
    void set_value(std::int64_t value);           // negative: 0

    void stepBy(int steps) override;
    QValidator::State validate(QString& text, int& place) const override;
    void fixup(QString& text) const override;
    QSize sizeHint() const override;

protected:
    StepEnabled stepEnabled() const override;

private:
    static std::optional<std::int64_t> number_in(const QString& text);
    std::int64_t value_ = 0;
};

} // namespace orrery::gui
