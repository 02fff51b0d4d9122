// SPDX-License-Identifier: GPL-3.0-or-later
// GraphView: the spectrum brush over the graph that is shown.
#include "core/error.h"
#include "views/graph/brush_panel.h"
#include "views/graph/graph_view.h"
#include "views/graph/property_radar.h"

#include <QToolButton>

namespace orrery::gui {

void GraphView::make_brush() {
    brush_ = new BrushPanel(this);
    brush_->hide();
    brush_worker_ = new BrushWorker(this);
    connect(brush_, &BrushPanel::stroke_changed, this, &GraphView::ask_brush);
    connect(brush_, &BrushPanel::keep_wanted, this, [this] {
        const BrushStroke stroke = brush_->stroke();
        const QString text = stroke.low < stroke.high ? stroke.text() : QString();
        if (plain_) Q_EMIT keep_wanted(plain_->key, text);
    });
    connect(brush_worker_, &BrushWorker::answered, this, &GraphView::show_brushed);
    connect(brush_worker_, &BrushWorker::failed, this, [this](const QString& problem) {
        brush_->show_problem(problem);
        show_plain();
    });
}

void GraphView::set_classifiers(const std::vector<Classifier>& classifiers) {
    const QStringList before = brush_->models();
    brush_->set_classifiers(classifiers);
    if (brush_->models() != before) ask_brush();
}

bool GraphView::is_brushed() const { return plain_ && canvas_ && canvas_->graph() && canvas_->graph() != plain_; }

std::optional<BrushStroke> GraphView::kept() const {
    const auto found = plain_ ? kept_.find(plain_->key) : kept_.end();
    return found == kept_.end() ? std::nullopt : std::optional(found->second);
}

QMap<QString, QString> GraphView::kept_strokes() const {
    QMap<QString, QString> strokes;
    for (const auto& [graph, stroke] : kept_)
        if (kept_here_.contains(graph)) strokes.insert(graph, stroke.text());
    return strokes;
}

void GraphView::restore_strokes(const QMap<QString, QString>& strokes) {
    kept_here_.clear();
    for (const auto& [graph, text] : strokes.asKeyValueRange()) {
        kept_here_.insert(graph);
        if (decided_.contains(graph)) continue;
        try {
            kept_.insert_or_assign(graph, BrushStroke::from_text(text));
        } catch (const Error&) {
            // Of a later version; the run's own picture is shown.
        }
    }
    if (!plain_ || !strokes.contains(plain_->key)) return;
    brush_->set_kept(kept());
    ask_brush();
}

// Another graph is shown, as it was read.
void GraphView::begin_brush(const std::shared_ptr<const DrawnGraph>& graph) {
    const bool same = graph && plain_ && graph->key == plain_->key;
    plain_ = graph;
    answer_.reset();
    if (!same) {
        brush_worker_->stop();
        brush_->begin(kept());
    }
    ask_brush();
}

void GraphView::ask_brush() {
    const Choice* choice = chosen();
    const bool wanted = !brush_->isHidden() || kept();
    if (!wanted || !plain_ || !choice || plain_->nodes == 0) return;
    if (!brush_worker_->is_possible())
        return brush_->show_problem(tr("The brush needs a project whose plugins it can ask."));
    const bool is_other = alone_ && plain_->key.endsWith(QStringLiteral("/augmented")); // than the original of the pair
    const GraphSource& source = is_other ? choice->augmented_source : choice->source;
    BrushQuestion question;
    question.file = source.file;
    question.ending = source.ending;
    question.graph = static_cast<std::size_t>(number());
    if (choice->augmented && !is_other)
        question.graph = original_of(*choice->original, *choice->augmented, question.graph).value_or(0);
    question.original = plain_->original;
    question.stroke = brush_->isHidden() ? *kept() : brush_->stroke();
    question.models = brush_->models();
    brush_worker_->ask(question);
}

void GraphView::show_brushed(const BrushAnswer& answer) {
    if (!plain_ || !answer.drawn || answer.drawn->original != plain_->original) return; // of another graph
    if (brush_->isHidden() && !kept()) return;
    answer_ = std::make_unique<BrushAnswer>(answer);
    brush_->show_answer(answer);
    if (answer.question.stroke.low >= answer.question.stroke.high) {
        show_plain();
    } else {
        answer.drawn->key = plain_->key;
        answer.drawn->places = plain_->places;
        answer.drawn->placed = plain_->placed;
        put_on_canvas(answer.drawn);
    }
    show_radar();
    Q_EMIT brushed();
}

// Without the brush's changes.
void GraphView::show_plain() {
    if (!is_brushed()) return;
    put_on_canvas(plain_);
}

void GraphView::put_on_canvas(const std::shared_ptr<const DrawnGraph>& graph) {
    const bool was_pair = canvas_->graph() && canvas_->graph()->is_pair();
    const auto found = layouts_.find(graph->key);
    canvas_->set_graph(graph, found == layouts_.end() ? graph->places : found->second.places);
    if (was_pair != graph->is_pair()) {
        show_compare();
        apply_style(); // what is seen of the two
    } else {
        show_about();
    }
}

void GraphView::show_brush(bool shown) {
    brush_->setVisible(shown);
    if (const auto stroke = shown ? kept() : std::nullopt) brush_->set_stroke(*stroke);
    follow_brush();
}

// What the panel or a kept stroke makes of the graph is shown, without either the graph as it was read.
void GraphView::follow_brush() {
    if (kept() || !brush_->isHidden()) return ask_brush();
    brush_worker_->stop();
    answer_.reset();
    show_plain();
    show_radar();
}

QString GraphView::keep_brush(const QString& graph, const QString& stroke) {
    const bool known = plain_ && plain_->key == graph;
    if (!known && !layouts_.contains(graph))
        throw Error("The graph " + graph.toStdString() + " isn't open.", "Choose the run and the graph first.",
                    ExitCode::usage);
    const auto found = kept_.find(graph);
    const QString was = found == kept_.end() ? QString() : found->second.text();
    if (stroke.isEmpty()) {
        kept_.erase(graph);
    } else {
        kept_.insert_or_assign(graph, BrushStroke::from_text(stroke));
        kept_here_.insert(graph);
    }
    decided_.insert(graph);
    Q_EMIT state_changed();
    if (!known) return was;
    brush_->set_kept(kept());
    follow_brush();
    return was;
}

} // namespace orrery::gui
