// SPDX-License-Identifier: GPL-3.0-or-later
#include "views/graph/graph_canvas.h"

#include "views/graph/graph_annotation.h"
#include "views/graph/graph_scene.h"

#include <QEvent>
#include <QOpenGLContext>
#include <QOpenGLFunctions>

#include <algorithm>
#include <cmath>
#include <numbers>
#include <numeric>

namespace orrery::gui {

namespace {

constexpr int between_moves_ms = 150;      // after them the rest is drawn
constexpr double frame_ms = 70;            // that a frame should take: less than a click may block the window
constexpr double margin = 0.1;             // of the picture around everything, in shares of it
constexpr double least_around_a_node = 11; // pixels within which it is meant

} // namespace

GraphCanvas::GraphCanvas(QWidget* parent) : QOpenGLWidget(parent) {
    setObjectName(QStringLiteral("graph_canvas"));
    setFocusPolicy(Qt::StrongFocus);
    setMouseTracking(true);
    setMinimumSize(160, 120);
    annotation_ = new GraphAnnotation(*this);
    still_.setSingleShot(true);
    connect(&still_, &QTimer::timeout, this, [this] {
        moving_ = false;
        annotation_->update();
        update();
    });
}

GraphCanvas::~GraphCanvas() { drop_context(); }

void GraphCanvas::drop_context() {
    if (!scene_) return;
    makeCurrent();
    scene_->window()->Finalize();
    scene_.reset();
    doneCurrent();
}

void GraphCanvas::initializeGL() {
    // A widget that moves to another window may get another context.
    connect(context(), &QOpenGLContext::aboutToBeDestroyed, this, &GraphCanvas::drop_context, Qt::UniqueConnection);
    const auto text = [&](GLenum name) {
        const auto* found = context()->functions()->glGetString(name);
        return found ? QString::fromUtf8(reinterpret_cast<const char*>(found)) : QString();
    };
    driver_ = text(GL_RENDERER) + QStringLiteral(", OpenGL ") + text(GL_VERSION);
    scene_ = std::make_unique<GraphScene>();
    edges_changed_ = places_changed_ = nodes_changed_ = restart_ = true;
    same_frame_ = false;
    drawn_size_ = {0, 0};
}

void GraphCanvas::paintGL() {
    if (!scene_) return;
    QElapsedTimer clock;
    clock.start();
    QOpenGLFunctions* gl = context()->functions();
    scene_->window()->OpenGLInit();
    gl->glBindFramebuffer(GL_FRAMEBUFFER, defaultFramebufferObject());
    const double ratio = devicePixelRatioF();
    const std::array<int, 2> size{std::max(1, static_cast<int>(std::lround(width() * ratio))),
                                  std::max(1, static_cast<int>(std::lround(height() * ratio)))};
    if (size != drawn_size_) {
        scene_->resize(size[0], size[1]);
        drawn_size_ = size;
        restart_ = true;
    }
    const QColor back = palette().color(QPalette::Window);
    gl->glClearColor(back.redF(), back.greenF(), back.blueF(), 1);
    gl->glDisable(GL_SCISSOR_TEST);
    gl->glClear(GL_COLOR_BUFFER_BIT | GL_DEPTH_BUFFER_BIT);
    scene_->set_background(back);
    if (graph_) {
        if (places_changed_) scene_->set_places(places_, same_frame_);
        if (edges_changed_) scene_->set_graph(*graph_, style_.shown, edge_colours(style_.dark));
        if (nodes_changed_) scene_->set_nodes(look_, back);
        restart_ = restart_ || places_changed_ || edges_changed_ || nodes_changed_;
        edges_changed_ = places_changed_ = nodes_changed_ = false;
        scene_->set_camera(middle(), scale(), pixel() * shrinking());
        // What one part would hold is drawn at once.
        if (graph_->edges.size() <= GraphScene::edges_of_part)
            parts_at_once_ = std::max<std::size_t>(1, scene_->parts());
        scene_->draw(restart_, moving_ && !restart_ ? 0 : parts_at_once_);
        restart_ = false;
        gl->glBindFramebuffer(GL_FRAMEBUFFER, defaultFramebufferObject());
        gl->glDisable(GL_SCISSOR_TEST);
        // VTK leaves alpha below 1.
        gl->glColorMask(GL_FALSE, GL_FALSE, GL_FALSE, GL_TRUE);
        gl->glClearColor(0, 0, 0, 1);
        gl->glClear(GL_COLOR_BUFFER_BIT);
        gl->glColorMask(GL_TRUE, GL_TRUE, GL_TRUE, GL_TRUE);
        gl->glFinish(); // else the next frame pays for this one
        last_paint_ms_ = static_cast<double>(clock.nsecsElapsed()) * 1e-6;
        if (last_paint_ms_ > 1.3 * frame_ms && parts_at_once_ > 1) parts_at_once_ /= 2;
        if (last_paint_ms_ < 0.4 * frame_ms && parts_at_once_ < scene_->parts()) parts_at_once_ *= 2;
        if (!moving_ && !is_complete()) update(); // the next parts
    }
    Q_EMIT painted();
}

bool GraphCanvas::is_complete() const {
    return !graph_ || (scene_ && !restart_ && scene_->parts_drawn() >= scene_->parts());
}

void GraphCanvas::resizeEvent(QResizeEvent* event) {
    annotation_->setGeometry(rect());
    QOpenGLWidget::resizeEvent(event); // paints at once, and not again when it returns
}

void GraphCanvas::redraw() {
    restart_ = true;
    annotation_->update();
    update();
}

void GraphCanvas::set_graph(std::shared_ptr<const DrawnGraph> graph, std::vector<Place> places) {
    const bool same = graph && graph_ && graph->key == graph_->key;
    graph_ = std::move(graph);
    places_ = std::move(places);
    by_degree_.resize(graph_ ? static_cast<std::size_t>(graph_->nodes) : 0);
    std::iota(by_degree_.begin(), by_degree_.end(), 0);
    const auto degree = [this](std::int32_t node) { return graph_->degree[static_cast<std::size_t>(node)]; };
    std::stable_sort(by_degree_.begin(), by_degree_.end(),
                     [&](std::int32_t a, std::int32_t b) { return degree(a) > degree(b); });
    if (!same) {
        scale_ = 0;
        hovered_.reset();
        selected_.reset();
        Q_EMIT looked_at_changed();
    }
    drag_ = Drag::none;
    edges_changed_ = places_changed_ = true;
    same_frame_ = false;
    parts_at_once_ = 1;
    measure();
    update_look();
}

void GraphCanvas::set_places(std::vector<Place> places) {
    places_ = std::move(places);
    places_changed_ = true;
    same_frame_ = false;
    measure();
    redraw();
}

void GraphCanvas::set_place(std::int32_t node, Place to) {
    places_.at(static_cast<std::size_t>(node)) = to;
    // The frame stays as it is: all else would seem to move.
    if (scale_ <= 0) {
        middle_ = middle();
        scale_ = scale();
    }
    same_frame_ = same_frame_ || !places_changed_;
    places_changed_ = true;
    measure();
    redraw();
}

void GraphCanvas::set_style(const NodeStyle& style) {
    edges_changed_ = edges_changed_ || style.shown != style_.shown;
    style_ = style;
    update_look();
}

void GraphCanvas::update_look() {
    const bool dark = palette().color(QPalette::Window).lightness() < 128;
    edges_changed_ = edges_changed_ || dark != style_.dark;
    style_.dark = dark;
    look_ = graph_ ? look_of(*graph_, style_) : NodeLook();
    nodes_changed_ = true;
    redraw();
}

void GraphCanvas::set_labels(bool shown) {
    labels_ = shown;
    annotation_->update();
}

void GraphCanvas::set_message(const QString& message) {
    message_ = message;
    annotation_->update();
}

void GraphCanvas::select(std::optional<std::int32_t> node) {
    if (selected_ == node) return;
    selected_ = node;
    annotation_->update();
    Q_EMIT looked_at_changed();
}

void GraphCanvas::hover(std::optional<std::int32_t> node) {
    if (hovered_ == node) return;
    hovered_ = node;
    setCursor(node ? Qt::PointingHandCursor : Qt::ArrowCursor);
    annotation_->update();
    Q_EMIT looked_at_changed();
}

std::size_t GraphCanvas::edges_seen() const {
    std::size_t seen = 0;
    for (std::size_t kind = 0; graph_ && kind < edge_kinds; ++kind)
        if (graph_->is_seen(static_cast<EdgeKind>(kind), style_.shown)) seen += graph_->count[kind];
    return seen;
}

// --- the camera ---

void GraphCanvas::measure() {
    if (places_.empty()) return;
    box_ = {places_[0][0], places_[0][0], places_[0][1], places_[0][1]};
    for (const Place& place : places_)
        for (const std::size_t axis : {0U, 1U}) {
            box_[2 * axis] = std::min(box_[2 * axis], place[axis]);
            box_[2 * axis + 1] = std::max(box_[2 * axis + 1], place[axis]);
        }
}

double GraphCanvas::reserved() const {
    const bool bar = look_.scale.map && !look_.coloured_by.isEmpty();
    return bar ? std::min(2.0 * fontMetrics().height() + 30, 0.3 * height()) : 0;
}

double GraphCanvas::full_scale() const {
    const double w = box_[1] - box_[0], h = box_[3] - box_[2];
    const double high = std::max(1, height());
    const double half =
        0.5 * (1 + 2 * margin) * std::max(h * high / std::max(1.0, high - reserved()), w * high / std::max(1, width()));
    return half > 0 ? half : 1;
}

double GraphCanvas::scale() const { return scale_ > 0 ? scale_ : full_scale(); }

Place GraphCanvas::middle() const {
    if (scale_ > 0) return middle_;
    return {(box_[0] + box_[1]) / 2, (box_[2] + box_[3]) / 2 - reserved() / 2 * pixel()};
}

double GraphCanvas::pixel() const { return 2 * scale() / std::max(1, height()); }

QPointF GraphCanvas::position_of(std::int32_t node) const {
    const Place& place = places_[static_cast<std::size_t>(node)];
    const auto [x, y] = middle();
    return {width() / 2.0 + (place[0] - x) / pixel(), height() / 2.0 - (place[1] - y) / pixel()};
}

Place GraphCanvas::place_at(QPointF position) const {
    const auto [x, y] = middle();
    return {x + (position.x() - width() / 2.0) * pixel(), y - (position.y() - height() / 2.0) * pixel()};
}

std::optional<std::int32_t> GraphCanvas::node_at(QPointF position) const {
    const Place at = place_at(position);
    std::optional<std::int32_t> found;
    double nearest = 0;
    for (std::size_t i = 0; i < places_.size(); ++i) {
        const double dx = places_[i][0] - at[0], dy = places_[i][1] - at[1];
        const double away = std::hypot(dx, dy) / pixel() - static_cast<double>(look_.radii[i]);
        const double reach = std::max(3.0, least_around_a_node - static_cast<double>(look_.radii[i]));
        if (away > reach || (found && away > nearest)) continue;
        // Of two that lie over each other the one that is drawn last is seen.
        found = static_cast<std::int32_t>(i);
        nearest = std::max(away, 0.0);
    }
    return found;
}

double GraphCanvas::shrinking() const {
    const double area = (box_[1] - box_[0]) * (box_[3] - box_[2]) / (pixel() * pixel());
    double covered = 0;
    for (const float radius : look_.radii) covered += std::numbers::pi * static_cast<double>(radius * radius);
    constexpr double most = 0.15; // of the area on which the nodes lie
    return area > 0 && covered > most * area && look_.radii.size() > 1000 ? std::sqrt(most * area / covered) : 1;
}

void GraphCanvas::moved() {
    moving_ = true;
    still_.start(between_moves_ms);
    redraw();
}

void GraphCanvas::reset_camera() {
    scale_ = 0;
    moved();
}

void GraphCanvas::zoom(double factor, std::optional<QPointF> about) {
    const Place kept = about ? place_at(*about) : middle();
    const Place before = middle();
    const double full = full_scale(), was = scale(), now = std::clamp(was * factor, full * 1e-6, full * 20);
    for (const std::size_t axis : {0U, 1U}) middle_[axis] = kept[axis] + (before[axis] - kept[axis]) * now / was;
    scale_ = now;
    moved();
}

void GraphCanvas::pan(double right, double up) {
    const Place at = middle();
    scale_ = scale();
    middle_ = {at[0] + right * pixel() * width(), at[1] + up * pixel() * height()};
    moved();
}

void GraphCanvas::changeEvent(QEvent* event) {
    QOpenGLWidget::changeEvent(event);
    if (event->type() == QEvent::PaletteChange) update_look();
    if (event->type() == QEvent::FontChange) annotation_->update();
}

} // namespace orrery::gui
