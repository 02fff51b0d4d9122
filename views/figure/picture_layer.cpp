// SPDX-License-Identifier: GPL-3.0-or-later
#include "views/figure/picture_layer.h"

#include "core/error.h"
#include "views/figure/colour_bar.h"
#include "views/figure/surface_picture.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

namespace orrery::gui {

namespace {

constexpr int most_points = 8192; // a side of the picture

ColourStyle style_of(const Figure& figure) {
    ColourStyle style;
    if (figure.colour_map != "auto") style.map = QString::fromStdString(figure.colour_map);
    style.centred = figure.centred;
    style.logarithmic = figure.log_colours;
    if (figure.range) {
        style.range = RangeMode::fixed;
        style.low = (*figure.range)[0];
        style.high = (*figure.range)[1];
    }
    return style;
}

} // namespace

PictureLayer::PictureLayer(QCustomPlot& plot, const Figure& figure, const FigureData& data, const Page& page)
    : QCPLayerable(&plot, QStringLiteral("main")), figure_(figure), page_(page),
      grid_(grid_of(data.fields.front().values)) {
    if (grid_->range.empty())
        throw Error("The field has no number that could be drawn: all are NaN or infinite.", "Choose another step.",
                    ExitCode::usage);
    QString note;
    scale_ = scale_of(style_of(figure), grid_->range, &note);
    if (!note.isEmpty()) notes_.push_back(note.toStdString());
    if (grid_->not_finite > 0)
        notes_.push_back(fmt::format("{} of {} values are not finite; they have a colour of their own.",
                                     grid_->not_finite, grid_->values.size()));
    if (const auto count = std::count_if(grid_->values.begin(), grid_->values.end(), [](double v) { return v <= 0; });
        scale_.logarithmic && count > 0)
        notes_.push_back(
            fmt::format("{} of {} values are not positive, which logarithmic colours can't show; they have "
                        "a colour of their own.",
                        count, grid_->values.size()));
    // Gray on paper, unless the map has it.
    if (scale_.map->id != QStringLiteral("gray") && scale_.map->id != QStringLiteral("coolwarm"))
        scale_.not_a_number = qRgb(190, 190, 190);
    const QSize size = picture_size(*grid_, most_points);
    drawn_ = static_cast<std::size_t>(size.width()) * static_cast<std::size_t>(size.height());
}

QCPColorScale* PictureLayer::make_bar(const QFont& font) const {
    const std::string label = grid_->name + (grid_->unit.empty() ? "" : " (" + grid_->unit + ")");
    return make_colour_bar(*parentPlot(), figure_, scale_,
                           QString::fromStdString(figure_.y_label.empty() ? label : figure_.y_label), font, page_);
}

void PictureLayer::prepare(const QRectF& place, const QFont& font) {
    place_ = place;
    font_ = font;
    // As many dots as the page has there: no viewer has to scale, and each shows the same.
    const double dots = page_.dpi / 127.0;
    const QSize size(std::max(1, static_cast<int>(std::lround(place.width() * dots))),
                     std::max(1, static_cast<int>(std::lround(place.height() * dots))));
    if (figure_.kind == "surface")
        prepare_surface(size);
    else
        prepare_image(size);
}

void PictureLayer::prepare_image(QSize pixels) {
    const QImage points = picture(*grid_, scale_, most_points).mirrored();
    const bool mean = figure_.smooth || points.width() > pixels.width() || points.height() > pixels.height();
    image_ = points.scaled(pixels, Qt::IgnoreAspectRatio, mean ? Qt::SmoothTransformation : Qt::FastTransformation)
                 .convertToFormat(QImage::Format_RGB32);
}

void PictureLayer::prepare_surface(QSize pixels) {
    const auto box = grid_->drawn_extent();
    const double width = box[1] - box[0], depth = box[3] - box[2];
    const double tall = figure_.relief * std::max(width, depth);
    SurfaceCamera camera;
    camera.basis = surface_basis(figure_.azimuth, figure_.elevation);
    camera.middle = {box[0] + figure_.centre[0] * width, box[2] + figure_.centre[1] * depth};
    camera.half_height =
        whole_surface(camera.basis, width, depth, tall, place_.height() / place_.width()) / figure_.zoom;
    image_ = surface_picture({{}, {}, grid_, scale_, {}}, figure_.relief, camera, pixels, page_.transparent);
    box_ = {grid_->extent(),
            tall,
            scale_,
            [camera, place = place_, stretch = grid_->stretch()](double x, double y, double z) {
                const double units = place.height() / (2 * camera.half_height);
                const double dx = x - camera.middle[0], dy = y * stretch - camera.middle[1];
                const auto& [r, u, d] = camera.basis;
                return place.center() +
                       QPointF((dx * r[0] + dy * r[1]) * units, -(dx * u[0] + dy * u[1] + z * u[2]) * units);
            },
            true,
            QFontMetricsF(font_).height() / 16,
            42,
            grid_->axes};
}

void PictureLayer::draw(QCPPainter* painter) {
    painter->drawImage(place_, image_);
    painter->setPen(QPen(Qt::black, thin_line(figure_), Qt::SolidLine, Qt::SquareCap, Qt::MiterJoin));
    painter->setBrush(Qt::NoBrush);
    if (figure_.kind == "surface") {
        painter->setFont(font_);
        paint_surface_box(*painter, box_);
    } else {
        painter->drawRect(place_);
    }
}

} // namespace orrery::gui
