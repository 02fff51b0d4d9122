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

namespace orrery::gui {

namespace {

constexpr int between_moves_ms = 150; // after them the rest is drawn
constexpr double frame_ms = 70;       // that a frame should take: less than a click may block the window
constexpr double margin = 0.1;        // of the picture around everything, in shares of it
constexpr double least_around_a_node = 11, least_beside_a_node = 3; // pixels within which it is meant

} // namespace

GraphCanvas::GraphCanvas(QWidget* parent) : Canvas(parent) {
    setObjectName(QStringLiteral("graph_canvas"));
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

vtkGenericOpenGLRenderWindow* GraphCanvas::make_scene() {
    scene_ = std::make_unique<GraphScene>();
    edges_changed_ = places_changed_ = nodes_changed_ = restart_ = true;
    drawn_size_ = {0, 0};
    return scene_->window();
}

void GraphCanvas::drop_scene() { scene_.reset(); }

bool GraphCanvas::draw_scene(std::array<int, 2> pixels) {
    if (pixels != drawn_size_) {
        scene_->resize(pixels[0], pixels[1]);
        drawn_size_ = pixels;
        restart_ = true;
    }
    const QColor back = palette().color(QPalette::Window);
    scene_->set_background(back);
    if (!graph_) return false;
    const bool other_paths = edges_changed_ || places_changed_ || nodes_changed_ || !moved_.empty();
    restart_ = restart_ || other_paths;
    if (other_paths) parts_at_once_ = 1; // what is new takes longer
    if (places_changed_)
        scene_->set_places(places_);
    else
        for (const std::int32_t node : moved_) scene_->set_place(node, places_[static_cast<std::size_t>(node)]);
    if (edges_changed_) scene_->set_graph(graph_, style_);
    if (nodes_changed_) scene_->set_nodes(look_, back);
    if (graph_->edges.size() <= edges_in_full && (other_paths || pixel() != drawn_pixel_)) {
        drawn_pixel_ = pixel();
        scene_->set_paths(paths(), style_.shown, drawn_pixel_);
    }
    edges_changed_ = places_changed_ = nodes_changed_ = false;
    moved_.clear();
    scene_->set_camera(middle(), scale(), pixel() * shrinking());
    if (!is_large()) parts_at_once_ = std::max<std::size_t>(1, scene_->parts());
    scene_->draw(restart_, moving_ && !restart_ ? 0 : parts_at_once_);
    restart_ = false;
    return true;
}

void GraphCanvas::scene_drawn(const QElapsedTimer& clock) {
    context()->functions()->glFinish(); // else the next frame pays for this one
    const double ms = static_cast<double>(clock.nsecsElapsed()) * 1e-6;
    if (ms > 1.3 * frame_ms && parts_at_once_ > 1) parts_at_once_ /= 2;
    if (ms < 0.4 * frame_ms && parts_at_once_ < scene_->parts()) parts_at_once_ *= 2;
    if (!moving_ && !is_complete()) update(); // the next parts
}

bool GraphCanvas::is_large() const {
    return graph_ && (graph_->edges.size() > GraphScene::edges_of_part ||
                      static_cast<std::size_t>(graph_->nodes) > GraphScene::nodes_of_part);
}

bool GraphCanvas::is_complete() const {
    return !graph_ || (scene_ && !restart_ && scene_->parts_drawn() >= scene_->parts());
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
    if (!same) {
        scale_ = 0;
        hovered_.reset();
        selected_.reset();
        Q_EMIT looked_at_changed();
    }
    drag_ = Drag::none;
    edges_changed_ = places_changed_ = true;
    parts_at_once_ = 1;
    measure();
    update_look();
}

void GraphCanvas::set_places(std::vector<Place> places) {
    places_ = std::move(places);
    places_changed_ = true;
    measure();
    redraw();
}

void GraphCanvas::set_place(std::int32_t node, Place to) {
    put(node, to);
    moved_.push_back(node);
    redraw();
}

void GraphCanvas::put(std::int32_t node, Place to) {
    // The frame stays as it is: all else would seem to move.
    if (scale_ <= 0) {
        middle_ = middle();
        scale_ = scale();
    }
    const Place was = std::exchange(places_.at(static_cast<std::size_t>(node)), to);
    const bool at_edge = was[0] == box_[0] || was[0] == box_[1] || was[1] == box_[2] || was[1] == box_[3];
    if (at_edge) return measure();
    box_ = {std::min(box_[0], to[0]), std::max(box_[1], to[0]), std::min(box_[2], to[1]), std::max(box_[3], to[1])};
    paths_pixel_ = 0;
    if (grid_.is_built()) grid_.moved(node);
}

void GraphCanvas::set_style(const NodeStyle& style) {
    edges_changed_ = edges_changed_ || style.shown != style_.shown || style.edge_weights != style_.edge_weights;
    style_ = style;
    update_look();
}

void GraphCanvas::update_look() {
    const bool dark = palette().color(QPalette::Window).lightness() < 128;
    edges_changed_ = edges_changed_ || dark != style_.dark;
    style_.dark = dark;
    look_ = graph_ ? look_of(*graph_, style_) : NodeLook();
    nodes_changed_ = true;
    paths_pixel_ = 0;
    disc_area_ = 0;
    largest_radius_ = 0;
    for (const float radius : look_.radii) {
        disc_area_ += std::numbers::pi * static_cast<double>(radius * radius);
        largest_radius_ = std::max(largest_radius_, radius);
    }
    redraw();
}

void GraphCanvas::set_labels(bool shown) {
    labels_ = shown;
    annotation_->update();
}

void GraphCanvas::set_covered(const QRect& area) {
    if (area == covered_) return;
    covered_ = area;
    annotation_->update();
}

void GraphCanvas::set_free_right(double width) {
    if (width == free_right_) return;
    free_right_ = width;
    if (scale_ <= 0) redraw();
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
    grid_.clear();
    paths_pixel_ = 0;
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
        0.5 * (1 + 2 * margin) *
        std::max(h * high / std::max(1.0, high - reserved()), w * high / std::max(1.0, width() - free_right_));
    return half > 0 ? half : 1;
}

double GraphCanvas::scale() const { return scale_ > 0 ? scale_ : full_scale(); }

Place GraphCanvas::middle() const {
    if (scale_ > 0) return middle_;
    return {(box_[0] + box_[1]) / 2 + free_right_ / 2 * pixel(), (box_[2] + box_[3]) / 2 - reserved() / 2 * pixel()};
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
    if (places_.empty()) return {};
    if (!grid_.is_built()) grid_.build(places_);
    const Place at = place_at(position);
    const double unit = pixel(), largest = static_cast<double>(largest_radius_);
    const double reach = std::max(largest + least_beside_a_node, least_around_a_node) * unit;
    std::optional<std::int32_t> found;
    double nearest = 0;
    grid_.near(at, reach, [&](std::int32_t node) {
        const Place& place = places_[static_cast<std::size_t>(node)];
        const double radius = static_cast<double>(look_.radii[static_cast<std::size_t>(node)]);
        const double away = std::hypot(place[0] - at[0], place[1] - at[1]) / unit - radius;
        if (away <= std::max(least_beside_a_node, least_around_a_node - radius)) {
            // Of two that lie over each other the one that is drawn last is seen.
            const double outside = std::max(away, 0.0);
            if (!found || outside < nearest || (outside == nearest && node > *found)) {
                found = node;
                nearest = outside;
            }
        }
        return found ? (nearest + largest) * unit : reach;
    });
    return found;
}

const std::vector<EdgePath>& GraphCanvas::paths() const {
    const double unit = pixel();
    if (paths_pixel_ == unit) return paths_;
    paths_.clear();
    paths_pixel_ = unit;
    if (!graph_ || graph_->edges.size() > edges_in_full) return paths_;
    std::vector<Place> places = places_;
    for (Place& place : places) place = {place[0] / unit, place[1] / unit};
    std::vector<double> radii;
    for (const float radius : look_.radii) radii.push_back(static_cast<double>(radius) * shrinking());
    return paths_ = edge_paths(*graph_, places, radii, {});
}

QPointF GraphCanvas::position_of(Place of_path) const {
    const auto [x, y] = middle();
    return {width() / 2.0 + of_path[0] - x / pixel(), height() / 2.0 - of_path[1] + y / pixel()};
}

double GraphCanvas::shrinking() const {
    const double area = (box_[1] - box_[0]) * (box_[3] - box_[2]) / (pixel() * pixel());
    const double most = look_.radii.size() > 1000 ? 0.15 : 0.25; // of the area on which the nodes lie
    return area > 0 && disc_area_ > most * area ? std::sqrt(most * area / disc_area_) : 1;
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

void GraphCanvas::zoom_about(double factor, std::optional<QPointF> about) {
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

void GraphCanvas::resizeEvent(QResizeEvent* event) {
    Canvas::resizeEvent(event);
    Q_EMIT resized();
}

void GraphCanvas::changeEvent(QEvent* event) {
    Canvas::changeEvent(event);
    if (event->type() == QEvent::PaletteChange) update_look();
    if (event->type() == QEvent::FontChange) annotation_->update();
}

} // namespace orrery::gui
