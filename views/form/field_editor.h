// SPDX-License-Identifier: GPL-3.0-or-later
// One field of the form: its label, what it is edited with, its unit, a dot and a reset where it differs from its
// default, and under it what is wrong or how many values are swept.
#pragma once
#include "core/schema.h"
#include "views/form/field_text.h"

#include <QObject>
#include <QPoint>
#include <QString>

class QBoxLayout;
class QCheckBox;
class QComboBox;
class QGridLayout;
class QLabel;
class QLineEdit;
class QMenu;
class QSlider;
class QToolButton;
class QWidget;

namespace orrery::gui {

class ElidedLabel;
class NumberBox;

class FieldEditor : public QObject {
    Q_OBJECT
public:
    // The widgets are children of `parent`, and stand in `grid` from `row` on.
    FieldEditor(const Field& field, QWidget* parent, QGridLayout* grid, int row);

    static constexpr int rows = 3; // of the grid

    const Field& field() const { return field_; }
    QString text() const;
    void set_text(const QString& text, bool commas_separate = false);
    void reset();
    bool commas_separate() const;
    // Of what is typed: values, problems.
    const FieldText& state() const { return state_; }
    bool differs_from_default() const;
    // "name=value" as core/sweep.h reads it, or, not of a sweep, as Schema::parse does.
    std::string assignment(bool for_sweep) const;
    // Problems found elsewhere, shown while the text stays.
    void set_extra_problems(const std::vector<std::string>& sentences);
    bool has_extra_problems() const { return !extra_.empty(); }
    // What there should be room for, and what there is; `narrow`: a slider goes below its number.
    int label_width() const;
    int unit_width() const;
    int control_width(bool narrow) const;
    int other_width() const; // dot, reset button and gaps
    void set_widths(int label, int unit, bool narrow);
    void show_state(); // anew, in the colours of the palette
    void set_help_visible(bool visible);
    void set_enabled(bool enabled);
    QWidget* focus_widget() const;
    // What can be done with this field alone.
    void add_actions(QMenu& menu);

Q_SIGNALS:
    void changed();
    void menu_wanted(QMenu* menu, QPoint global);

private:
    QWidget* make_control(QWidget* parent);
    QWidget* make_choice(QWidget* parent);
    QWidget* make_check(QWidget* parent);
    QWidget* make_line(QWidget* parent);
    QWidget* make_slider(QWidget* parent);
    void offer_menu(QWidget* widget, QLineEdit* line);
    void choose_file();
    void take();
    void show_slider();
    bool has_slider() const;
    std::pair<double, double> decades() const;
    QString tooltip() const;

    Field field_;
    QGridLayout* grid_;
    FieldText state_;
    std::vector<std::string> extra_;
    QLabel* dot_ = nullptr;
    ElidedLabel* label_ = nullptr;
    ElidedLabel* unit_ = nullptr;
    QLabel* message_ = nullptr;
    QLabel* help_ = nullptr;
    QToolButton* reset_ = nullptr;
    NumberBox* number_ = nullptr;
    QSlider* slider_ = nullptr;
    QBoxLayout* slider_box_ = nullptr;
    QComboBox* choice_ = nullptr;
    QCheckBox* check_ = nullptr;
    QLineEdit* line_ = nullptr;
    QToolButton* commas_ = nullptr;
    QWidget* control_ = nullptr;
};

} // namespace orrery::gui
