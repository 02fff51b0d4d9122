// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/gui/view_factory.h"

#include "views/compare/compare_view.h"
#include "views/field/field_view.h"
#include "views/form/parameter_form.h"
#include "views/gallery/gallery_view.h"
#include "views/graph/brush_panel.h"
#include "views/graph/graph_view.h"
#include "views/plot/metric_plot.h"
#include "views/runs/run_table.h"
#include "views/sweep/sweep_plot.h"

#include <QLabel>

#include <imgui.h>
#include <vtkVersion.h>

namespace orrery::gui {

namespace {

QString json_of(const std::optional<Figure>& figure) {
    return figure ? QString::fromStdString(figure->to_json().dump()) : QString();
}

FormPort make_form(const ViewEvents& events, QWidget* parent) {
    auto* form = new ParameterForm(parent);
    QObject::connect(form, &ParameterForm::changed, form, [&events] { events.form_changed(); });
    QObject::connect(form, &ParameterForm::run_requested, form, [&events] { events.run_requested(); });
    QObject::connect(form, &ParameterForm::preset_chosen, form,
                     [&events](const QString& name) { events.preset_chosen(name); });
    QObject::connect(form, &ParameterForm::preset_saved, form,
                     [&events](const QString& name) { events.preset_saved(name); });
    form->set_start_options([&events] { return events.start_options(); });
    FormPort port;
    port.widget = form;
    port.set_declaration = [form](const Declaration& declaration) { form->set_declaration(declaration); };
    port.assignments = [form] { return form->assignments(); };
    port.set_assignments = [form](const QStringList& list, bool sweep) { form->set_assignments(list, sweep); };
    port.is_valid = [form] { return form->is_valid(); };
    port.python = [form] { return form->python(); };
    port.command_line = [form] { return form->command_line(); };
    port.is_sweep = [form] { return form->is_sweep(); };
    port.set_read_only = [form](bool read_only) { form->set_read_only(read_only); };
    port.set_extra_problems = [form](const Problems& problems) { form->set_extra_problems(problems); };
    port.set_presets = [form](const QStringList& names) { form->set_presets(names); };
    return port;
}

RunsPort make_runs(const ViewEvents& events, QWidget* parent) {
    auto* table = new RunTable(parent);
    QObject::connect(table, &RunTable::selection_changed, table,
                     [&events](const QStringList& ids) { events.runs_selected(ids); });
    QObject::connect(table, &RunTable::activated, table, [&events](const QString& id) { events.run_activated(id); });
    QObject::connect(table, &RunTable::log_wanted, table, [&events](const QString& id) { events.log_wanted(id); });
    QObject::connect(
        table, &RunTable::command_requested, table,
        [&events](const QString& id, const QVariantMap& arguments) { events.command_requested(id, arguments); });
    RunsPort port;
    port.widget = table;
    port.set_runs = [table](const RunSnapshot& runs) { table->set_runs(runs); };
    table->set_reason(
        [&events](const QString& id, const QVariantMap& arguments) { return events.reason(id, arguments); });
    port.set_restriction = [table](const std::optional<QStringList>& ids) { table->set_restriction(ids); };
    port.set_log_folder = [table](const QString& folder) { table->set_log_folder(folder); };
    port.set_lower_is_better = [table](const LowerIsBetter& is_lower) { table->set_lower_is_better(is_lower); };
    port.select = [table](const QStringList& ids) { table->select(ids); };
    port.baseline = [table] { return table->baseline(); };
    port.set_baseline = [table](const QString& run) { table->set_baseline(run); };
    port.save_state = [table] { return table->save_state(); };
    port.restore_state = [table](const QByteArray& state) { table->restore_state(state); };
    return port;
}

ComparePort make_compare(const ViewEvents& events, QWidget* parent) {
    auto* view = new CompareView(parent);
    QObject::connect(view, &CompareView::brushed, view,
                     [&events](const QStringList& ids) { events.runs_brushed(ids); });
    ComparePort port;
    port.widget = view;
    port.set_runs = [view](const RunSnapshot& all, const QStringList& ids) { view->set_runs(all, ids); };
    port.clear_brushes = [view] { view->clear_brushes(); };
    port.set_comparison = [view](const std::shared_ptr<const Comparison>& comparison) {
        view->set_comparison(comparison);
    };
    return port;
}

PlotPort make_plot(const ViewEvents& events, QWidget* parent) {
    auto* plot = new MetricPlot(parent);
    QObject::connect(plot, &MetricPlot::curves_wanted, plot,
                     [&events](const QStringList& keys) { events.curves_wanted(keys); });
    QObject::connect(plot, &MetricPlot::figure_wanted, plot,
                     [&events](bool save) { events.figure_wanted(FigureSource::plot, save); });
    QObject::connect(plot, &MetricPlot::log_wanted, plot, [&events](bool of_y, bool on) {
        events.command_requested(of_y ? QStringLiteral("plot.log_y") : QStringLiteral("plot.log_x"),
                                 {{QStringLiteral("on"), on}});
    });
    QObject::connect(plot, &MetricPlot::csv_wanted, plot,
                     [&events] { events.command_requested(QStringLiteral("plot.copy_csv"), {}); });
    PlotPort port;
    port.widget = plot;
    port.is_log = [plot](bool of_y) { return of_y ? plot->options().log_y : plot->options().log_x; };
    port.set_log = [plot](bool of_y, bool on) { plot->set_log(of_y, on); };
    port.is_empty = [plot] { return plot->keys().isEmpty(); };
    port.copy_csv = [plot] { plot->copy_csv(); };
    port.figure = [plot] { return json_of(plot->figure()); };
    port.set_curves = [plot](const std::vector<CurvePlace>& places) {
        std::vector<Curve> curves;
        for (const auto& place : places) curves.push_back({place.run, place.key, place.label});
        plot->set_curves(curves);
    };
    port.set_points = [plot](const QString& run, const QString& key, const Points& points) {
        plot->set_points(run, key, points);
    };
    port.set_live = [plot](const QStringList& runs) { plot->set_live(runs); };
    port.set_drawn = [plot](qsizetype runs, qsizetype of) { plot->set_drawn(runs, of); };
    port.set_available_keys = [plot](const QStringList& keys, bool any_run) {
        plot->set_available_keys(keys, any_run);
    };
    port.save_state = [plot] { return plot->save_state(); };
    port.restore_state = [plot](const QByteArray& state) { plot->restore_state(state); };
    return port;
}

SweepPort make_sweep(const ViewEvents& events, QWidget* parent) {
    auto* plot = new SweepPlot(parent);
    QObject::connect(plot, &SweepPlot::run_chosen, plot, [&events](const QString& id) { events.run_activated(id); });
    QObject::connect(plot, &SweepPlot::figure_wanted, plot,
                     [&events](bool save) { events.figure_wanted(FigureSource::sweep, save); });
    SweepPort port;
    port.widget = plot;
    port.figure = [plot] { return plot->figure(); };
    port.set_runs = [plot](const RunSnapshot& all, const QStringList& ids) { plot->set_runs(all, ids); };
    port.set_lower_is_better = [plot](const LowerIsBetter& is_lower) { plot->set_lower_is_better(is_lower); };
    port.save_state = [plot] { return plot->save_state(); };
    port.restore_state = [plot](const QByteArray& state) { plot->restore_state(state); };
    return port;
}

FieldPort make_field(const ViewEvents& events, QWidget* parent) {
    FieldPort port;
    port.possible = FieldView::is_possible(&port.reason);
    if (!port.possible) {
        auto* label = new QLabel(port.reason, parent);
        label->setObjectName(QStringLiteral("field_impossible"));
        label->setAlignment(Qt::AlignCenter);
        label->setWordWrap(true);
        port.widget = label;
        const auto nothing = [](const auto&...) {};
        port.set_sources = nothing;
        port.show_frame = nothing;
        port.keep_frames = nothing;
        port.set_looked_into = nothing;
        port.set_live_fields = nothing;
        port.restore_state = nothing;
        port.save_state = [] { return QByteArray(); };
        port.figure = [] { return QString(); };
        port.is_empty = [] { return true; };
        port.set_colour_map = [](const auto&...) { return QString(); };
        return port;
    }
    auto* view = new FieldView(parent);
    const auto automatic = QStringLiteral("automatic");
    QObject::connect(
        view, &FieldView::colour_map_wanted, view, [&events, automatic](const QString& map, bool of_difference) {
            events.command_requested(
                QStringLiteral("field.colour_map"),
                {{QStringLiteral("map"), map.isEmpty() ? automatic : map},
                 {QStringLiteral("of"), of_difference ? QStringLiteral("difference") : QStringLiteral("fields")}});
        });
    QObject::connect(view, &FieldView::live_changed, view,
                     [&events](const QString& field, const QVariant& value) { events.live_changed(field, value); });
    QObject::connect(view, &FieldView::figure_wanted, view,
                     [&events](bool save) { events.figure_wanted(FigureSource::field, save); });
    port.widget = view;
    port.figure = [view] { return json_of(view->figure()); };
    port.is_empty = [view] { return view->channels().isEmpty(); };
    port.set_colour_map = [view, automatic](const QString& map, bool of_difference) {
        const auto was = view->set_colour_map(map == automatic ? QString() : map, of_difference);
        return was.isEmpty() ? automatic : was;
    };
    port.set_sources = [view](const std::vector<LabelledField>& fields) {
        std::vector<FieldSource> sources;
        for (const auto& field : fields)
            sources.push_back({field.label, field.place.file.toStdString(), field.place.dataset, field.place.run,
                               field.place.artifact});
        view->set_sources(sources);
    };
    port.show_frame = [view](const QString& run, const QString& channel, const QString& label, const Array& array,
                             double step) {
        view->show_frame({run, channel, label, array, step});
    };
    port.keep_frames = [view](const QStringList& runs) { view->keep_frames(runs); };
    port.set_looked_into = [view](qsizetype runs, qsizetype of, bool removed) {
        view->set_looked_into(runs, of, removed);
    };
    port.set_live_fields = [view](const std::vector<Field>& fields, const Values& values) {
        view->set_live_fields(fields, values);
    };
    port.save_state = [view] { return view->save_state(); };
    port.restore_state = [view](const QByteArray& state) { view->restore_state(state); };
    return port;
}

GraphPort make_graph(const ViewEvents& events, QWidget* parent) {
    auto* view = new GraphView(parent);
    QObject::connect(view, &GraphView::move_wanted, view,
                     [&events](const QString& graph, int node, double x, double y) {
                         events.command_requested(QStringLiteral("graph.move_node"), {{QStringLiteral("graph"), graph},
                                                                                      {QStringLiteral("node"), node},
                                                                                      {QStringLiteral("x"), x},
                                                                                      {QStringLiteral("y"), y}});
                     });
    QObject::connect(view, &GraphView::figure_wanted, view,
                     [&events](bool save) { events.figure_wanted(FigureSource::graph, save); });
    QObject::connect(view, &GraphView::keep_wanted, view, [&events](const QString& graph, const QString& stroke) {
        events.command_requested(QStringLiteral("graph.keep_brush"),
                                 {{QStringLiteral("graph"), graph}, {QStringLiteral("stroke"), stroke}});
    });
    GraphPort port;
    port.widget = view;
    port.figure = [view] { return json_of(view->figure()); };
    port.no_figure = [view] {
        QString why;
        view->figure(&why);
        return why;
    };
    port.set_sources = [view](const std::vector<LabelledGraph>& graphs) {
        std::vector<GraphSource> sources;
        for (const auto& [label, place] : graphs)
            sources.push_back({place.run, label, place.artifact, place.file, place.ending});
        view->set_sources(sources);
    };
    port.set_looked_into = [view](qsizetype runs, qsizetype of) { view->set_looked_into(runs, of); };
    port.set_project = [view](const QString& folder) { view->set_project(folder); };
    port.set_metrics = [view](const QString& run, const std::map<std::string, double>& metrics) {
        view->set_metrics(run, metrics);
    };
    port.set_classifiers = [view](const std::vector<ClassifierPlace>& places) {
        std::vector<Classifier> classifiers;
        for (const auto& [run, label, file] : places) classifiers.push_back({run, label, file});
        view->set_classifiers(classifiers);
    };
    port.keep_brush = [view](const QString& graph, const QString& stroke) { return view->keep_brush(graph, stroke); };
    port.move_node = [view](const QString& graph, int node, std::array<double, 2> to) {
        return view->move_node(graph, node, to);
    };
    port.save_state = [view] { return view->save_state(); };
    port.restore_state = [view](const QByteArray& state) { view->restore_state(state); };
    return port;
}

GalleryPort make_gallery(const ViewEvents& events, QWidget* parent) {
    auto* gallery = new GalleryView(parent);
    QObject::connect(
        gallery, &GalleryView::command_requested, gallery,
        [&events](const QString& id, const QVariantMap& arguments) { events.command_requested(id, arguments); });
    GalleryPort port;
    port.widget = gallery;
    port.set_figures = [gallery](const QString& folder, const std::vector<FigureRow>& figures, const QString& state) {
        gallery->set_project(folder);
        gallery->set_figures(figures, state);
    };
    port.names = [gallery] { return gallery->names(); };
    return port;
}

} // namespace

Views make_views(const ViewEvents& events, QWidget* parent) {
    Views views;
    views.form = make_form(events, parent);
    views.runs = make_runs(events, parent);
    views.plot = make_plot(events, parent);
    views.field = make_field(events, parent);
    views.graph = make_graph(events, parent);
    views.compare = make_compare(events, parent);
    views.gallery = make_gallery(events, parent);
    views.sweep = make_sweep(events, parent);
    views.libraries = QStringLiteral("VTK %1, QCustomPlot %2, Dear ImGui %3")
                          .arg(QString::fromUtf8(vtkVersion::GetVTKVersion()),
                               QString::fromUtf8(QCUSTOMPLOT_VERSION_STR), QString::fromUtf8(ImGui::GetVersion()));
    auto* compare = static_cast<CompareView*>(views.compare.widget);
    auto* plot = static_cast<MetricPlot*>(views.plot.widget);
    compare->set_colours([plot](const QString& run) { return plot->colour_of(run); });
    QObject::connect(static_cast<RunTable*>(views.runs.widget), &RunTable::restriction_cleared, compare,
                     &CompareView::clear_brushes);
    return views;
}

} // namespace orrery::gui
