// SPDX-License-Identifier: GPL-3.0-or-later
// The views as the shell sees them: what it tells them, and what they ask of it. Their classes are named in
// view_factory.cpp alone, so the shell compiles without VTK and QCustomPlot.
#pragma once
#include "app/gui/snapshots.h"
#include "core/array.h"
#include "views/compare/comparison.h"
#include "views/form/field_text.h"
#include "views/runs/run_groups.h"

#include <QByteArray>
#include <QStringList>
#include <QVariant>
#include <QWidget>

#include <array>
#include <functional>
#include <map>
#include <optional>
#include <vector>

namespace orrery::gui {

// The views of which figures are made.
enum class FigureSource { plot, field, sweep, graph };

// What the user does in a view.
struct ViewEvents {
    std::function<void()> form_changed, run_requested;
    std::function<void(const QString& name)> preset_chosen, preset_saved;
    std::function<void(const QStringList& ids)> runs_selected, runs_brushed;
    std::function<void(const QString& id)> run_activated, log_wanted; // log_wanted: to be read
    std::function<void(const QString& command, const QVariantMap& arguments)> command_requested;
    std::function<void(const QStringList& keys)> curves_wanted;
    std::function<void(FigureSource, bool save)> figure_wanted; // of what a view shows: to be saved, else exported
    std::function<void(const QString& field, const QVariant& value)> live_changed;
    std::function<QString(const QString& command, const QVariantMap& arguments)> reason; // why it can't be done
    std::function<StartOptions()> start_options;                                         // of the next run
};

struct FormPort {
    QWidget* widget = nullptr;
    std::function<void(const Declaration&)> set_declaration;
    std::function<QStringList()> assignments;
    std::function<void(const QStringList&, bool sweep)> set_assignments;
    std::function<bool()> is_valid, is_sweep;
    std::function<void(bool)> set_read_only;
    std::function<void(const Problems&)> set_extra_problems;
    std::function<void(const QStringList&)> set_presets;
    std::function<QString()> python, command_line;
};

struct RunsPort {
    QWidget* widget = nullptr;
    std::function<void(const RunSnapshot&)> set_runs;
    std::function<void(const QStringList&)> select;
    std::function<void(const std::optional<QStringList>&)> set_restriction; // shows these only; nothing: all
    std::function<void(const QString& folder)> set_log_folder;
    std::function<void(const LowerIsBetter&)> set_lower_is_better;
    std::function<QString()> baseline; // empty: none
    std::function<void(const QString& run)> set_baseline;
    std::function<QByteArray()> save_state;
    std::function<void(const QByteArray&)> restore_state;
};

struct GalleryPort {
    QWidget* widget = nullptr;
    // `state` differs when what the figures show may have changed.
    std::function<void(const QString& folder, const std::vector<FigureRow>& figures, const QString& state)> set_figures;
    std::function<QStringList()> names;
};

struct CurvePlace {
    QString run, key, label;
};

struct PlotPort {
    QWidget* widget = nullptr;
    std::function<void(const std::vector<CurvePlace>&)> set_curves;
    std::function<void(const QString& run, const QString& key, const Points&)> set_points;
    std::function<void(const QStringList&)> set_live;
    std::function<void(qsizetype runs, qsizetype of)> set_drawn;              // of the selected ones
    std::function<void(const QStringList&, bool any_run)> set_available_keys; // of the selected runs, if there are any
    std::function<QString()> figure;                                          // what is seen, as JSON; empty: nothing
    std::function<bool(bool of_y)> is_log;
    std::function<void(bool of_y, bool on)> set_log;
    std::function<bool()> is_empty; // no curve is drawn
    std::function<void()> copy_csv;
    std::function<QByteArray()> save_state;
    std::function<void(const QByteArray&)> restore_state;
};

struct LabelledField {
    QString label; // of the run
    FieldPlace place;
};

struct FieldPort {
    QWidget* widget = nullptr; // a sentence instead of a picture where OpenGL doesn't work
    bool possible = false;
    QString reason;
    std::function<void(const std::vector<LabelledField>&)> set_sources;
    std::function<void(const QString& run, const QString& channel, const QString& label, const Array&, double step)>
        show_frame;
    std::function<void(const QStringList& runs)> keep_frames; // and remove those of others
    // How many of the selected runs are looked into, and whether the artifacts of one were removed.
    std::function<void(qsizetype runs, qsizetype of, bool removed)> set_looked_into;
    std::function<void(const std::vector<Field>&, const Values&)> set_live_fields;
    std::function<bool()> is_empty; // no field is shown
    // Id of a colour map, or "automatic". Returns the one before.
    std::function<QString(const QString& map, bool of_difference)> set_colour_map;
    std::function<QString()> figure; // what is seen, as JSON; empty: nothing
    std::function<QByteArray()> save_state;
    std::function<void(const QByteArray&)> restore_state;
};

struct LabelledGraph {
    QString label; // of the run
    GraphPlace place;
};

struct GraphPort {
    QWidget* widget = nullptr; // a sentence instead of a picture where OpenGL doesn't work
    std::function<void(const std::vector<LabelledGraph>&)> set_sources;
    std::function<void(qsizetype runs, qsizetype of)> set_looked_into;
    std::function<void(const QString& folder)> set_project; // whose plugins lay graphs out
    std::function<void(const QString& run, const std::map<std::string, double>& metrics)> set_metrics;
    std::function<void(const std::vector<ClassifierPlace>&)> set_classifiers; // the newest first
    // Returns the stroke that was kept. Throws Error.
    std::function<QString(const QString& graph, const QString& stroke)> keep_brush;
    // Returns where the node was. Throws Error.
    std::function<std::array<double, 2>(const QString& graph, int node, std::array<double, 2> to)> move_node;
    std::function<QString()> figure;    // what is seen, as JSON; empty: nothing
    std::function<QString()> no_figure; // why there is none
    std::function<QByteArray()> save_state;
    std::function<void(const QByteArray&)> restore_state;
};

struct ComparePort {
    QWidget* widget = nullptr;
    std::function<void(const RunSnapshot& all, const QStringList& ids)> set_runs;
    std::function<void(const std::shared_ptr<const Comparison>&)> set_comparison;
    std::function<void()> clear_brushes;
};

struct SweepPort {
    QWidget* widget = nullptr;
    std::function<void(const RunSnapshot& all, const QStringList& ids)> set_runs;
    std::function<void(const LowerIsBetter&)> set_lower_is_better;
    std::function<QString()> figure; // what is seen, as JSON; empty: nothing
    std::function<QByteArray()> save_state;
    std::function<void(const QByteArray&)> restore_state;
};

struct Views {
    FormPort form;
    RunsPort runs;
    PlotPort plot;
    FieldPort field;
    GraphPort graph;
    ComparePort compare;
    GalleryPort gallery;
    SweepPort sweep;
    QString libraries; // that draw, with their versions
};

// `events` must outlive the views; they belong to `parent`. Everything is set.
Views make_views(const ViewEvents& events, QWidget* parent);

} // namespace orrery::gui
