// SPDX-License-Identifier: GPL-3.0-or-later
// The form of an experiment's parameters, made from its declaration; what is typed may be a sweep.
#pragma once
#include "core/experiment.h"
#include "views/form/field_text.h"

#include <QStringList>
#include <QWidget>

#include <functional>
#include <memory>
#include <vector>

class QComboBox;
class QLabel;
class QMenu;
class QScrollArea;
class QToolButton;

namespace orrery::gui {

class FieldEditor;

class ParameterForm : public QWidget {
    Q_OBJECT
public:
    explicit ParameterForm(QWidget* parent = nullptr);
    ~ParameterForm() override;

    // What is typed stays where a field of the same name and type is there again.
    void set_declaration(const Declaration& declaration);
    const Declaration& declaration() const { return declaration_; }

    // "name=value" of every field that isn't default; a sweep's values as they were typed. core/sweep.h reads them if
    // is_sweep(), else Schema::parse.
    QStringList assignments() const;
    // All other fields get their defaults. Texts with commas are sweeps only if the list is one: `sweep` says so of a
    // list that doesn't show it by itself. Names that there aren't, and what is no assignment, are told below the form.
    void set_assignments(const QStringList& assignments, bool sweep = false);

    // No problem is known, neither of the form's own nor of those found elsewhere.
    bool is_valid() const;
    bool is_sweep() const;
    // How many runs this would be; 0 if it isn't valid.
    int sweep_points() const;

    // Problems that only Params::check knows, found elsewhere. A field's own vanish when it is edited, the others when
    // anything is.
    void set_extra_problems(const Problems& problems);
    void set_presets(const QStringList& names);
    void hide_presets();                // for a form of something else than an experiment
    void set_read_only(bool read_only); // in a project that can't be written, nothing is run

    // Where seed, device and project are asked for: they are part of what is copied.
    void set_start_options(std::function<StartOptions()> options) { start_options_ = std::move(options); }
    QString command_line() const;
    QString python() const;

public Q_SLOTS:
    void reset();
    void copy_command_line() const;
    void copy_python() const;

Q_SIGNALS:
    void changed();
    void run_requested();
    void preset_chosen(const QString& name);
    void preset_saved(const QString& name);

protected:
    void changeEvent(QEvent* event) override;
    bool event(QEvent* event) override;
    bool eventFilter(QObject* watched, QEvent* event) override;
    void contextMenuEvent(QContextMenuEvent* event) override;

private:
    void build();
    void build_presets();
    QWidget* build_group(const QString& heading, const std::vector<const Field*>& fields);
    void add_group(QWidget* parent, const QString& heading, QWidget* body);
    void show_menu(QMenu* menu, const QPoint& global);
    void add_actions(QMenu& menu);
    void take();
    void show_problems();
    void order_tabs();
    void fit_width();
    bool is_run_key(const QEvent* event) const;

    Declaration declaration_;
    std::function<StartOptions()> start_options_ = [] { return StartOptions(); };
    std::vector<std::unique_ptr<FieldEditor>> editors_; // in the order of the form
    QScrollArea* scroll_ = nullptr;
    QWidget* body_ = nullptr;
    QLabel* problems_ = nullptr;
    QLabel* summary_ = nullptr;
    QLabel* preset_label_ = nullptr;
    QComboBox* presets_ = nullptr;
    QToolButton* save_preset_ = nullptr;
    QToolButton* reset_ = nullptr;
    std::vector<std::string> general_; // problems of no field, found elsewhere
    std::string unread_;               // of set_assignments
    std::string too_many_;             // of the sweep as a whole
    int points_ = 0;
    bool show_help_ = false, read_only_ = false, quiet_ = false;
};

} // namespace orrery::gui
