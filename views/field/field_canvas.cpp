// SPDX-License-Identifier: GPL-3.0-or-later
#include "views/field/field_canvas.h"

#include "views/field/field_annotation.h"
#include "views/field/field_scene.h"
#include "views/field/view_basis.h"

#include <QEvent>

#include <algorithm>
#include <cmath>
#include <numbers>

namespace orrery::gui {

namespace {

constexpr int mesh_still = 400, mesh_moving = 128;             // points a side of a surface
constexpr int between_moves_ms = 200, between_values_ms = 500; // after them, everything is drawn again

ViewBasis basis_of(const FieldCanvas::Camera& camera, bool surface) {
    return surface ? surface_basis(camera.azimuth, camera.elevation) : flat_basis();
}

} // namespace

FieldCanvas::FieldCanvas(QWidget* parent) : Canvas(parent) {
    setObjectName(QStringLiteral("field_canvas"));
    setMinimumSize(200, 150);
    annotation_ = new FieldAnnotation(*this);
    still_.setSingleShot(true);
    connect(&still_, &QTimer::timeout, this, [this] {
        moving_ = false;
        update();
    });
}

FieldCanvas::~FieldCanvas() { drop_context(); }

vtkGenericOpenGLRenderWindow* FieldCanvas::make_scene() {
    scene_ = std::make_unique<FieldScene>();
    return scene_->window;
}

void FieldCanvas::drop_scene() { scene_.reset(); }

bool FieldCanvas::draw_scene(std::array<int, 2> pixels) {
    FieldScene& scene = *scene_;
    if (pixels != scene.size) {
        scene.window->SetSize(pixels[0], pixels[1]);
        scene.size = pixels;
    }
    const QColor back = palette().color(QPalette::Window);
    scene.resize(panels_.size());
    scene.background->SetBackground(back.redF(), back.greenF(), back.blueF());
    mesh_side_ = surface_ ? (moving_ ? mesh_moving : mesh_still) : 0;
    for (std::size_t p = 0; p < panels_.size(); ++p) {
        FieldScene::Panel& panel = *scene.panels[p];
        scene.show(panel, panels_[p], mesh_side_, height_, smooth_);
        const QRectF rect = picture_rect(p);
        panel.renderer->SetViewport(rect.left() / width(), 1 - rect.bottom() / height(), rect.right() / width(),
                                    1 - rect.top() / height());
        panel.renderer->SetBackground(back.redF(), back.greenF(), back.blueF());
    }
    if (!panels_.empty()) {
        const ViewBasis basis = basis_of(camera_, surface_);
        const auto box = extent();
        const auto [x, y] = middle();
        const double far = 4 * std::max({box[1] - box[0], box[3] - box[2], 1e-300});
        scene.camera->SetFocalPoint(x, y, 0);
        scene.camera->SetPosition(x + far * basis.d[0], y + far * basis.d[1], far * basis.d[2]);
        scene.camera->SetViewUp(basis.u.data());
        scene.camera->SetParallelScale(scale());
        scene.camera->SetClippingRange(far * 0.1, far * 2);
    }
    if (panels_.empty()) return false;
    scene.window->Render();
    return true;
}

void FieldCanvas::resizeEvent(QResizeEvent* event) {
    arrange();
    Canvas::resizeEvent(event);
}

void FieldCanvas::set_panels(std::vector<FieldPanel> panels) {
    const auto as_annotated = [](const FieldPanel& a, const FieldPanel& b) {
        return a.title == b.title && a.message == b.message && a.scale == b.scale && !a.grid == !b.grid &&
               (!a.grid ||
                (a.grid->extent() == b.grid->extent() && a.grid->unit == b.grid->unit && a.grid->axes == b.grid->axes));
    };
    const bool same = std::equal(panels_.begin(), panels_.end(), panels.begin(), panels.end(), as_annotated);
    const bool other_values = panels.empty() || panels_.empty() || panels[0].grid != panels_[0].grid;
    panels_ = std::move(panels);
    // Fields that follow each other quickly, played or live, are surfaces of fewer points until they stay.
    if (surface_ && other_values) {
        moving_ = last_values_.isValid() && last_values_.elapsed() < between_values_ms;
        last_values_.start();
        still_.start(between_values_ms);
    }
    // What lies over the picture costs as much as the picture: it is painted again only where it changes.
    if (!same || (surface_ && (probe_ || line_))) {
        arrange();
        annotation_->update();
    }
    update();
}

void FieldCanvas::set_surface(bool surface) {
    surface_ = surface;
    arrange();
    annotation_->update();
    update();
}

void FieldCanvas::set_smooth(bool smooth) {
    smooth_ = smooth;
    update();
}

void FieldCanvas::set_height(double share) {
    height_ = share;
    annotation_->update();
    update();
}

std::array<double, 4> FieldCanvas::extent() const {
    std::array<double, 4> box{0, 1, 0, 1};
    bool any = false;
    for (const FieldPanel& panel : panels_) {
        if (!panel.grid) continue;
        const auto other = panel.grid->drawn_extent();
        if (!any) box = other;
        any = true;
        for (const std::size_t side : {0U, 2U}) {
            box[side] = std::min(box[side], other[side]);
            box[side + 1] = std::max(box[side + 1], other[side + 1]);
        }
    }
    return box;
}

void FieldCanvas::arrange() {
    const auto box = extent();
    const double aspect = surface_ ? 0 : (box[1] - box[0]) / (box[3] - box[2]);
    arrangement_ = arrange_fields(static_cast<int>(panels_.size()), size(), aspect, QFontMetricsF(font()).height());
}

QRectF FieldCanvas::picture_rect(std::size_t panel) const {
    return panel < arrangement_.pictures.size() ? arrangement_.pictures[panel] : QRectF(0, 0, 20, 20);
}

QRectF FieldCanvas::title_rect(std::size_t panel) const {
    QFont bold = font();
    bold.setBold(true);
    const double line = QFontMetricsF(bold).height();
    const QRectF picture = picture_rect(panel);
    return {picture.left(), picture.top() - line - 4, arrangement_.text_width, line};
}

double FieldCanvas::scale() const {
    if (camera_.scale <= 0) return full_scale();
    const auto box = extent();
    return camera_.scale * (box[3] - box[2]);
}

std::array<double, 2> FieldCanvas::middle() const {
    const auto box = extent();
    const double x = camera_.scale > 0 ? camera_.x : 0.5, y = camera_.scale > 0 ? camera_.y : 0.5;
    return {box[0] + x * (box[1] - box[0]), box[2] + y * (box[3] - box[2])};
}

double FieldCanvas::full_scale() const {
    if (panels_.empty()) return 1;
    const QRectF rect = picture_rect(0);
    const auto box = extent();
    double w = box[1] - box[0], h = box[3] - box[2];
    if (surface_) {
        const ViewBasis basis = basis_of(camera_, true);
        return whole_surface(basis, w, h, height_ * std::max(w, h), rect.height() / rect.width());
    }
    return 0.5 * std::max(h, w * rect.height() / rect.width());
}

double FieldCanvas::stretch_of(std::size_t panel) const {
    return panel < panels_.size() && panels_[panel].grid ? panels_[panel].grid->stretch() : 1;
}

QPointF FieldCanvas::position_of(std::size_t panel, double x, double y, double height) const {
    const QRectF rect = picture_rect(panel);
    const ViewBasis basis = basis_of(camera_, surface_);
    const auto [cx, cy] = middle();
    const double dx = x - cx, dy = y * stretch_of(panel) - cy;
    const double pixels = rect.height() / (2 * scale());
    return rect.center() + QPointF((dx * basis.r[0] + dy * basis.r[1]) * pixels,
                                   -(dx * basis.u[0] + dy * basis.u[1] + height * basis.u[2]) * pixels);
}

std::optional<FieldCanvas::Place> FieldCanvas::place_at(QPointF position) const {
    for (std::size_t p = 0; p < panels_.size(); ++p) {
        const QRectF rect = picture_rect(p);
        if (!panels_[p].grid || !rect.contains(position)) continue;
        const FieldGrid& grid = *panels_[p].grid;
        const ViewBasis basis = basis_of(camera_, surface_);
        const auto box = grid.drawn_extent();
        const double stretch = grid.stretch();
        const auto [mx, my] = middle();
        const double unit = 2 * scale() / rect.height();
        const double across = (position.x() - rect.center().x()) * unit, up = (rect.center().y() - position.y()) * unit;
        const double cx = mx + across * basis.r[0] + up * basis.u[0];
        const double cy = my + across * basis.r[1] + up * basis.u[1];
        const double cz = up * basis.u[2];
        const auto inside = [&](double x, double y) {
            return x >= box[0] && x <= box[1] && y >= box[2] && y <= box[3];
        };
        if (!surface_) return inside(cx, cy) ? std::optional(Place{p, cx, cy / stretch}) : std::nullopt;
        // From the eye down to where the ray meets the surface.
        const double width = std::max(box[1] - box[0], box[3] - box[2]), far = 2 * width;
        for (int i = 0; i <= 800; ++i) {
            const double s = far - 2 * far * i / 800;
            const double x = cx + s * basis.d[0], y = cy + s * basis.d[1], z = cz + s * basis.d[2];
            if (!inside(x, y)) continue;
            const double share = std::clamp(panels_[p].scale.share(grid.interpolated(x, y / stretch)), 0.0, 1.0);
            if (z <= (share - 0.5) * height_ * width) return Place{p, x, y / stretch};
        }
        return std::nullopt;
    }
    return std::nullopt;
}

void FieldCanvas::set_camera(const Camera& camera) {
    camera_ = camera;
    annotation_->update();
    update();
}

void FieldCanvas::set_profile_line(std::optional<Line> line) {
    line_ = line;
    annotation_->update();
}

void FieldCanvas::set_probe(std::optional<Place> place) {
    probe_ = place;
    annotation_->update();
    Q_EMIT probe_moved();
}

void FieldCanvas::moved() {
    moving_ = surface_;
    if (surface_) still_.start(between_moves_ms);
    annotation_->update();
    update();
    Q_EMIT camera_changed();
}

void FieldCanvas::reset_camera() {
    const Camera fresh;
    camera_.x = fresh.x;
    camera_.y = fresh.y;
    camera_.scale = fresh.scale;
    if (surface_) camera_ = fresh;
    moved();
}

void FieldCanvas::zoom(double factor) {
    const auto box = extent();
    const double full = full_scale() / (box[3] - box[2]);
    if (camera_.scale <= 0) {
        const Camera fresh;
        camera_.x = fresh.x;
        camera_.y = fresh.y;
        camera_.scale = full;
    }
    camera_.scale = std::clamp(camera_.scale * factor, full * 1e-5, full * 20);
    moved();
}

void FieldCanvas::pan(double right, double up) {
    if (panels_.empty()) return;
    zoom(1); // fixes the camera where it is
    const QRectF rect = picture_rect(0);
    const ViewBasis basis = basis_of(camera_, surface_);
    const auto box = extent();
    const double across = right * 2 * scale() * rect.width() / rect.height();
    const double upward = up * 2 * scale() / std::max(0.2, basis.d[2]);
    camera_.x += (across * basis.r[0] + upward * (surface_ ? -basis.r[1] : 0)) / (box[1] - box[0]);
    camera_.y += (across * basis.r[1] + upward * (surface_ ? basis.r[0] : 1)) / (box[3] - box[2]);
    moved();
}

void FieldCanvas::changeEvent(QEvent* event) {
    Canvas::changeEvent(event);
    if (event->type() == QEvent::PaletteChange) update();
    if (event->type() == QEvent::FontChange) {
        arrange();
        update();
    }
}

} // namespace orrery::gui
