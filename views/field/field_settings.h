// SPDX-License-Identifier: GPL-3.0-or-later
// The panel beside a field: how it is shown, and the live fields of the run that it comes from.
#pragma once
#include "core/schema.h"
#include "views/field/field_style.h"

#include <QVariant>
#include <QWidget>

class QCheckBox;
class QComboBox;
class QDoubleSpinBox;
class QFormLayout;
class QGroupBox;
class QLabel;
class QLineEdit;

namespace orrery::gui {

class FieldSettings : public QWidget {
    Q_OBJECT
public:
    explicit FieldSettings(QWidget* parent = nullptr);

    void set_style(const FieldStyle& style); // shows it; says nothing
    // Of the picture that is seen: what fixed bounds start from.
    void set_shown_range(double low, double high, bool of_difference = false);
    void set_live_fields(const std::vector<Field>& fields, const Values& values);

Q_SIGNALS:
    void style_wanted(const orrery::gui::FieldStyle& style);
    void live_wanted(const QString& field, const QVariant& value);

private:
    void changed();
    void show_colours();
    void take_bounds(); // that were typed
    void forget_bounds();
    bool of_difference() const; // whose colours are edited
    ColourStyle& colours() { return of_difference() ? style_.of_difference : style_; }
    QCheckBox* add_check(QFormLayout* form, const char* name, const QString& text, const QString& help);
    QLineEdit* add_bound(QFormLayout* form, const char* name, const QString& text, const QString& help);
    QWidget* make_live(const Field& field, const Value& value);

    FieldStyle style_;
    std::array<double, 2> shown_low_{0, 0}, shown_high_{1, 1}; // of the fields, of their difference
    bool showing_ = false;
    bool unusable_ = false; // what was typed as a range; it stays until it is mended or something else is chosen
    QComboBox *target_ = nullptr, *map_ = nullptr, *range_ = nullptr;
    QLineEdit *low_ = nullptr, *high_ = nullptr;
    QCheckBox *centred_ = nullptr, *logarithmic_ = nullptr, *surface_ = nullptr, *smooth_ = nullptr,
              *difference_ = nullptr, *absolute_ = nullptr, *overlay_ = nullptr;
    QDoubleSpinBox* height_ = nullptr;
    QLabel* range_problem_ = nullptr;
    QGroupBox* live_ = nullptr;
};

QVariant variant_of(const Value& value);

} // namespace orrery::gui
