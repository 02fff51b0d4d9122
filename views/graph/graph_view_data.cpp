// SPDX-License-Identifier: GPL-3.0-or-later
// GraphView: which graphs there are, which of them is seen, and where its nodes lie.
#include "views/graph/graph_view.h"

#include "core/error.h"
#include "views/graph/brush_panel.h"
#include "views/graph/first_places.h"
#include "views/graph/layout_worker.h"
#include "views/graph/property_radar.h"

#include <QComboBox>
#include <QLabel>
#include <QLocale>
#include <QPushButton>
#include <QSpinBox>
#include <QToolButton>

#include <algorithm>

namespace orrery::gui {

namespace {

constexpr std::size_t most_layouts = 200; // of graphs that were seen

SharedGraph graph_of(const std::shared_ptr<const GraphSet>& set, std::size_t number) {
    return set && number < set->graphs.size() ? SharedGraph(set, &set->graphs[number]) : SharedGraph();
}

QString counted(std::size_t count) { return QLocale::c().toString(static_cast<qulonglong>(count)); }

} // namespace

void GraphView::set_sources(const std::vector<GraphSource>& sources) {
    if (sources == sources_) return;
    sources_ = sources;
    wanted_.clear();
    if (!canvas_) return;
    reader_->open(sources);
    if (!sources.empty()) {
        if (!canvas_->graph()) show_hint(tr("Reading ..."));
        return;
    }
    choices_.clear();
    choice_->clear();
    show_graph({});
    show_hint(tr("Choose a run that made a graph."));
}

void GraphView::set_looked_into(qsizetype runs, qsizetype of) {
    left_out_ = runs < of ? tr("graphs of the first %1 of %2 selected runs").arg(runs).arg(of) : QString();
    show_about();
}

void GraphView::set_metrics(const QString& run, const std::map<std::string, double>& metrics) {
    metrics_[run] = metrics;
    show_radar();
}

void GraphView::sources_opened(const std::vector<OpenedGraphs>& opened) {
    const auto same = [](const OpenedGraphs& a, const GraphSource& b) { return a.source == b; };
    if (!std::equal(opened.begin(), opened.end(), sources_.begin(), sources_.end(), same)) return; // of before
    const QString before = chosen() ? chosen()->name : QString();
    choices_.clear();
    const bool several = std::any_of(opened.begin(), opened.end(),
                                     [&](const OpenedGraphs& o) { return o.source.run != opened[0].source.run; });
    const auto of_run = [&](const OpenedGraphs& one, const char* artifact) {
        return std::find_if(opened.begin(), opened.end(), [&](const OpenedGraphs& other) {
            return other.source.run == one.source.run && other.source.artifact == QLatin1String(artifact) && other.set;
        });
    };
    for (const OpenedGraphs& one : opened) {
        Choice choice{one.source.run, one.source.artifact, one.set, {}, {}, one.problem, one.source, {}};
        const auto original = of_run(one, "original"), augmented = of_run(one, "augmented");
        if (original != opened.end() && augmented != opened.end()) {
            if (one.source.artifact == QStringLiteral("original")) continue;
            if (one.source.artifact == QStringLiteral("augmented")) {
                choice.name = tr("original and augmented");
                choice.original = original->set;
                choice.augmented = augmented->set;
                choice.source = original->source;
                choice.augmented_source = augmented->source;
            }
        }
        choice.key = one.source.run + QLatin1Char('/') + one.source.artifact;
        if (several) choice.name = one.source.label + QStringLiteral(": ") + choice.name;
        choices_.push_back(std::move(choice));
    }
    filling_ = true;
    choice_->clear();
    for (const Choice& choice : choices_) choice_->addItem(choice.name);
    filling_ = false;
    choose(std::max(0, choice_->findText(before)));
}

const GraphView::Choice* GraphView::chosen() const {
    const auto index = static_cast<std::size_t>(choice_->currentIndex());
    return index < choices_.size() ? &choices_[index] : nullptr;
}

int GraphView::count() const {
    const Choice* choice = chosen();
    if (!choice || !choice->original) return 0;
    return static_cast<int>(choice->augmented ? choice->augmented->graphs.size() : choice->original->graphs.size());
}

int GraphView::number() const { return number_->value() - 1; }

void GraphView::set_number(int number) { number_->setValue(number + 1); }

void GraphView::choose(int index) {
    choice_->setCurrentIndex(index);
    const Choice* choice = chosen();
    filling_ = true;
    number_->setRange(1, std::max(1, count()));
    number_->setValue(choice ? numbers_[choice->key] + 1 : 1);
    of_->setText(tr("of %1").arg(count()));
    filling_ = false;
    const bool several = count() > 1;
    for (QWidget* widget : std::initializer_list<QWidget*>{number_label_, number_, of_}) widget->setVisible(several);
    show_compare();
    ask();
}

void GraphView::show_compare() {
    const Choice* choice = chosen();
    const bool pair = (choice && choice->augmented) || (is_brushed() && canvas_->graph()->is_pair());
    for (QWidget* widget : std::initializer_list<QWidget*>{compare_label_, compare_}) widget->setVisible(pair);
}

void GraphView::ask() {
    const Choice* choice = chosen();
    if (!choice || !canvas_) return;
    wanted_.clear();
    alone_ = false;
    if (!choice->original) {
        show_graph({});
        return show_hint(choice->problem);
    }
    if (count() == 0) {
        show_graph({});
        return show_hint(tr("The artifact '%1' holds no graph.").arg(choice->name));
    }
    const auto at = static_cast<std::size_t>(number());
    numbers_[choice->key] = number();
    wanted_ = choice->key + QLatin1Char('/') + QString::number(number());
    if (!choice->augmented) return reader_->draw(wanted_, graph_of(choice->original, at), {});
    const auto from = original_of(*choice->original, *choice->augmented, at);
    const auto original = graph_of(choice->original, from.value_or(0)), augmented = graph_of(choice->augmented, at);
    const auto whole = from ? on_nodes_of(*original, augmented) : nullptr;
    alone_ = !whole; // other nodes, or another graph altogether: there is nothing to compare edge by edge
    if (!alone_) return reader_->draw(wanted_, original, whole);
    const bool before = from && style_.shown == Shown::original;
    wanted_ += before ? QStringLiteral("/original") : QStringLiteral("/augmented");
    reader_->draw(wanted_, before ? original : augmented, {});
}

void GraphView::graph_drawn(const QString& key, const std::shared_ptr<const DrawnGraph>& graph,
                            const QString& problem) {
    if (key != wanted_) return;
    show_graph(graph);
    show_hint(graph ? QString() : problem);
    Q_EMIT drawn();
}

int GraphView::made_of(const QString& key) const {
    const auto found = layouts_.find(key);
    return found == layouts_.end() ? 0 : found->second.made;
}

void GraphView::show_graph(const std::shared_ptr<const DrawnGraph>& graph) {
    shown_.clear();
    if (!canvas_) return;
    if (graph) {
        if (layouts_.size() > most_layouts) layouts_.clear();
        auto& layout = layouts_.try_emplace(graph->key).first->second;
        if (layout.places.size() != graph->places.size()) layout.places = graph->places;
        shown_ = shown_name(graph->key);
        canvas_->set_graph(graph, layout.places);
        // A spiral tells nothing of a large graph.
        if (!graph->placed && layout.made == 0 && graph->nodes > spring_nodes && !worker_->is_busy()) lay_out();
        canvas_->set_message(graph->nodes == 0 ? tr("This graph has no nodes.") : QString());
    } else {
        canvas_->set_graph({}, {});
    }
    begin_brush(graph);
    show_compare();
    fill_quantities();
    apply_style();
    show_probe();
    show_radar();
}

// --- layouts ---

void GraphView::set_project(const QString& folder) {
    worker_->set_project(folder.toStdString());
    brush_worker_->set_project(folder.toStdString());
    layout_ended({});
}

bool GraphView::is_laying_out() const { return worker_->is_busy(); }

void GraphView::lay_out() {
    if (worker_->is_busy()) return worker_->stop();
    const auto graph = canvas_ ? canvas_->graph() : nullptr;
    if (!graph || graph->nodes == 0 || !worker_->is_possible()) return;
    laid_out_ = graph->key;
    ++layouts_[laid_out_].made; // what moved a node of the old layout has no meaning for the new one
    shown_ = shown_name(laid_out_);
    canvas_->reset_camera(); // the new places lie elsewhere
    worker_->start(*graph, algorithm_->currentData().toString(), static_cast<std::uint64_t>(seed_->value()));
    layout_ended({});
}

void GraphView::take_places(const std::vector<Place>& places) {
    const auto found = layouts_.find(laid_out_);
    if (found == layouts_.end() || found->second.places.size() != places.size()) return;
    found->second.places = places;
    if (canvas_ && canvas_->graph() && canvas_->graph()->key == laid_out_) canvas_->set_places(places);
}

void GraphView::layout_ended(const QString& problem) {
    lay_out_->setText(worker_->is_busy() ? tr("Stop") : tr("Lay out"));
    lay_out_->setEnabled(worker_->is_possible());
    layout_note_->setText(problem);
    layout_note_->setVisible(!problem.isEmpty());
}

Place GraphView::move_node(const QString& graph, std::int32_t node, Place to) {
    const QString key = graph.section(QLatin1Char('@'), 0, -2);
    const auto found = layouts_.find(key);
    const auto at = static_cast<std::size_t>(node);
    if (found == layouts_.end() || shown_name(key) != graph)
        throw Error("The graph " + graph.toStdString() + " isn't open, or has another layout by now.",
                    "Choose the run and the graph first.", ExitCode::usage);
    if (at >= found->second.places.size())
        throw Error("The graph has no node " + std::to_string(node) + ".",
                    "It has " + std::to_string(found->second.places.size()) + ", counted from 0.", ExitCode::usage);
    const Place was = std::exchange(found->second.places[at], to);
    if (graph == shown_ && canvas_) canvas_->set_place(node, to);
    return was;
}

// --- what is written around the picture ---

void GraphView::show_hint(const QString& hint) {
    hint_->setText(hint);
    hint_->setVisible(!hint.isEmpty());
    if (canvas_) canvas_->setVisible(hint.isEmpty());
    show_about();
}

QString GraphView::probe_text() const { return probe_->text(); }
QString GraphView::about_text() const { return about_->text(); }

void GraphView::show_about() {
    const auto* graph = canvas_ ? canvas_->graph().get() : nullptr;
    bar_->setVisible(!choices_.empty());
    probe_->setVisible(graph != nullptr && !canvas_->isHidden());
    if (!graph) return about_->clear();
    QStringList words{tr("%1 nodes").arg(counted(static_cast<std::size_t>(graph->nodes))),
                      tr("%1 edges").arg(counted(canvas_->edges_seen()))};
    if (graph->original->directed) words << (graph->is_pair() ? tr("compared without directions") : tr("directed"));
    if (graph->left_out > 0) words << tr("compared without %1 loops and repetitions").arg(graph->left_out);
    if (const QString out = left_out_of_edges(*graph, style_.edge_weights); !out.isEmpty())
        words << tr("drawn without %1: more than %2 edges").arg(out, counted(edges_in_full));
    if (const Column* label = orrery::find(graph->original->graph, "label"); label && label->size() == 1)
        words << tr("label %1").arg(QString::fromStdString(label->text(0)));
    if (is_brushed())
        words << tr("brushed: %1 added, %2 removed")
                     .arg(graph->count[static_cast<std::size_t>(EdgeKind::added)])
                     .arg(graph->count[static_cast<std::size_t>(EdgeKind::removed)]);
    if (!left_out_.isEmpty()) words << left_out_;
    if (alone_) words << tr("shown alone: its nodes are not those of the original");
    about_->setText(words.join(QStringLiteral(", ")));
    about_->setToolTip(about_->text());
}

void GraphView::show_probe() {
    const auto node = canvas_ ? canvas_->looked_at() : std::nullopt;
    if (!node) return probe_->setText(QString());
    probe_->setText(canvas_->tooltip_of(*node).replace(QLatin1Char('\n'), QStringLiteral("   ")));
}

void GraphView::show_radar() {
    if (!radar_) return;
    const Choice* choice = chosen();
    const auto found = choice ? metrics_.find(choice->run) : metrics_.end();
    const auto properties = answer_ && is_brushed()   ? properties_in(answer_->metrics) // of what is seen
                            : found == metrics_.end() ? std::vector<GraphProperty>()
                                                      : properties_in(found->second);
    radar_button_->setVisible(properties.size() > 2);
    const QSize room(canvas_->width() - 20, canvas_->height() - 20), size = radar_->sizeHint().boundedTo(room);
    const bool has_room =
        size.width() >= radar_->minimumSizeHint().width() && size.height() >= radar_->minimumSizeHint().height();
    radar_->setVisible(radar_button_->isChecked() && properties.size() > 2 && has_room);
    radar_->set_properties(properties);
    radar_->resize(size);
    radar_->move(canvas_->width() - radar_->width() - 10, 10);
    const bool beside = !radar_->isHidden() && canvas_->width() > 2.2 * radar_->width(); // else there is no room
    canvas_->set_free_right(beside ? radar_->width() + 10 : 0);
}

// --- figures ---

std::optional<Figure> GraphView::figure(QString* why) const {
    const auto say = [&](const QString& sentence) {
        if (why) *why = sentence;
        return std::nullopt;
    };
    const auto* graph = canvas_ ? canvas_->graph().get() : nullptr;
    const Choice* choice = chosen();
    if (!graph || !choice || graph->nodes == 0) return say(tr("Choose a run that made a graph."));
    Figure figure;
    figure.kind = "graph";
    figure.runs = {choice->run.toStdString()};
    figure.artifact = choice->key.mid(choice->run.size() + 1).toStdString();
    figure.graph = number();
    if (graph->is_pair()) {
        figure.original = "original";
    } else if (choice->augmented && graph->key.endsWith(QStringLiteral("/original"))) { // alone
        figure.artifact = "original";
        figure.graph = static_cast<std::int64_t>(
            original_of(*choice->original, *choice->augmented, static_cast<std::size_t>(number())).value_or(0));
    }
    const NodeStyle& style = canvas_->style_of_nodes();
    figure.shown = style.shown == Shown::original ? "original" : style.shown == Shown::augmented ? "augmented" : "both";
    figure.colour_by = style.colour.toStdString();
    figure.size_by = style.size.toStdString();
    if (!style.map.isEmpty()) figure.colour_map = style.map.toStdString();
    figure.node_size = style.radius;
    figure.node_labels = labels_->isChecked();
    figure.edge_weights = style.edge_weights == EdgeWeights::width  ? "width"
                          : style.edge_weights == EdgeWeights::none ? "none"
                                                                    : "opacity";
    // Without places it has those of the file, or the first ones, again.
    const auto& places = canvas_->places();
    if (places == graph->places && (graph->placed || graph->nodes <= spring_nodes)) return figure;
    if (places.size() > Figure::most_places)
        return say(tr("A figure keeps the places of at most %1 nodes. Run graph.layout, and show its artifact.")
                       .arg(counted(Figure::most_places)));
    const auto rounded = [](double value) { return QString::number(value, 'g', 7).toDouble(); };
    for (const auto& [x, y] : places) figure.places.push_back({rounded(x), rounded(y)});
    return figure;
}

} // namespace orrery::gui
