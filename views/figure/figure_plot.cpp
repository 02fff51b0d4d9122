// SPDX-License-Identifier: GPL-3.0-or-later
#include "views/figure/figure_plot.h"

#include "core/error.h"
#include "views/figure/colour_bar.h"
#include "views/plot/axis_ticks.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

namespace orrery::gui {

namespace {

constexpr QRgb ink = 0xff000000, light = 0xffdcdcdc;

// Lines of a title no wider than the page.
QString wrapped(const QString& text, const QFontMetricsF& metrics, double width) {
    QString lines, line;
    for (const QString& word : text.split(QLatin1Char(' '))) {
        const QString longer = line.isEmpty() ? word : line + QLatin1Char(' ') + word;
        if (!line.isEmpty() && metrics.horizontalAdvance(longer) > width) {
            lines += line + QLatin1Char('\n');
            line = word;
        } else {
            line = longer;
        }
    }
    return lines + line;
}

} // namespace

FigurePlot::FigurePlot(const Figure& figure, const FigureData& data) : figure_(figure), data_(data) {
    page_ = {figure.width_mm, figure.height(), static_cast<int>(figure.dpi), figure.background == "transparent"};
    plot_.setLocale(QLocale::c());
    plot_.setBackground(page_.transparent ? QBrush(Qt::NoBrush) : QBrush(Qt::white));
    plot_.setAntialiasedElements(QCP::aeAll);
    plot_.setNoAntialiasingOnDrag(false);
    style_axes();
    add_title();
    if (figure.is_picture())
        lay_out_picture();
    else if (figure.kind == "graph")
        lay_out_graph();
    else
        lay_out_curves();
}

FigurePlot::~FigurePlot() = default;

void FigurePlot::style_axes() {
    const double thin = thin_line(figure_), large = std::max(1.0, figure_.font_size / 10);
    QCPAxisRect* rect = plot_.axisRect();
    rect->setupFullAxesBox(false);
    for (QCPAxis* axis : rect->axes()) {
        axis->setBasePen(QPen(QColor::fromRgb(ink), thin, Qt::SolidLine, Qt::SquareCap));
        axis->setTickPen(QPen(QColor::fromRgb(ink), thin));
        axis->setSubTickPen(QPen(QColor::fromRgb(ink), 0.7 * thin));
        axis->setTickLength(static_cast<int>(4 * large), 0);
        axis->setSubTickLength(static_cast<int>(2 * large), 0);
        axis->setTickLabelFont(font(0.9));
        axis->setLabelFont(font());
        axis->setTickLabelPadding(3);
        axis->setLabelPadding(2);
        axis->setPadding(0);
        axis->grid()->setVisible(figure_.grid && figure_has(figure_.kind, "grid") &&
                                 (axis == plot_.xAxis || axis == plot_.yAxis));
        axis->grid()->setPen(QPen(QColor::fromRgb(light), 0.7 * thin));
        axis->grid()->setZeroLinePen(QPen(QColor::fromRgb(light), 0.7 * thin));
    }
    plot_.xAxis->setLabel(QString::fromStdString(data_.x_label));
    if (!figure_.is_picture()) plot_.yAxis->setLabel(QString::fromStdString(data_.y_label));
    plot_.plotLayout()->setRowSpacing(2);
    plot_.plotLayout()->setColumnSpacing(4);
}

void FigurePlot::add_title() {
    if (figure_.title.empty()) return;
    const QFont large = font(1.1);
    auto* title = new QCPTextElement(
        &plot_, wrapped(QString::fromStdString(figure_.title), QFontMetricsF(large), page_.units().width() - 10.0),
        large);
    title->setTextColor(QColor::fromRgb(ink));
    title->setMargins(QMargins(2, 3, 2, 1));
    plot_.plotLayout()->insertRow(0);
    plot_.plotLayout()->addElement(0, 0, title);
}

void FigurePlot::update_layout() {
    plot_.setViewport(QRect(QPoint(0, 0), page_.units()));
    for (const auto phase : {QCPLayoutElement::upPreparation, QCPLayoutElement::upMargins, QCPLayoutElement::upLayout})
        plot_.plotLayout()->update(phase);
}

// Room for what lies beyond the axes: half of the outermost numbers, and the legend.
void FigurePlot::suit_margins() {
    const QFontMetricsF metrics(plot_.xAxis->tickLabelFont());
    const int above = static_cast<int>(std::ceil(metrics.ascent() / 2)) + 2 + (legend_ ? legend_->room_above() : 0);
    int right = 3;
    update_layout();
    const auto ticks = plot_.xAxis->ticker();
    QVector<double> places;
    QVector<QString> labels;
    ticks->generate(plot_.xAxis->range(), QLocale::c(), QLatin1Char('g'), 6, places, nullptr, &labels);
    for (qsizetype i = 0; i < std::min(places.size(), labels.size()); ++i) {
        if (!plot_.xAxis->range().contains(places[i])) continue;
        const double half = metrics.horizontalAdvance(labels[i]) / 2;
        const double end = plot_.xAxis->coordToPixel(places[i]) + half;
        right = std::max(right, static_cast<int>(std::ceil(end - plot_.axisRect()->right())) + 2);
    }
    plot_.axisRect()->setMinimumMargins(QMargins(2, above, std::min(right, page_.units().width() / 5), 2));
    update_layout();
    suit_ticks(*plot_.xAxis, plot_.axisRect()->width());
    suit_ticks(*plot_.yAxis, plot_.axisRect()->height());
    update_layout();
}

void FigurePlot::fit_x() {
    double lower = std::numeric_limits<double>::infinity(), upper = -lower;
    for (const auto& curve : data_.curves)
        for (const double x : curve.x) {
            if (!std::isfinite(x) || (figure_.log_x && x <= 0)) continue;
            lower = std::min(lower, x);
            upper = std::max(upper, x);
        }
    if (!(lower <= upper))
        throw Error(figure_.log_x ? "No value of the x axis is positive, so there is nothing on a logarithmic one."
                                  : "There is no point with a number on the x axis.",
                    figure_.log_x ? "Choose a linear x axis." : "", ExitCode::usage);
    const bool sweep = figure_.kind == "sweep";
    if (lower == upper) {
        const double half = lower == 0 ? 1 : 0.5 * std::abs(lower);
        lower = figure_.log_x ? lower / 2 : lower - half;
        upper = figure_.log_x ? upper * 2 : upper + half;
    }
    const double share = sweep || data_.points() < 60 ? 0.04 : 0.01; // markers need room
    if (figure_.x_range) {
        lower = (*figure_.x_range)[0];
        upper = (*figure_.x_range)[1];
    } else if (figure_.log_x) {
        const double margin = std::pow(upper / lower, share);
        lower /= margin;
        upper *= margin;
    } else {
        const double margin = data_.categories.empty() ? share * (upper - lower) : 0.4;
        lower -= margin;
        upper += margin;
    }
    plot_.xAxis->setRange(lower, upper);
}

void FigurePlot::fit_y() {
    if (figure_.y_range) {
        plot_.yAxis->setRange((*figure_.y_range)[0], (*figure_.y_range)[1]);
        return;
    }
    const QCPRange span = curves_->y_span();
    double low = span.lower, high = span.upper;
    if (!(low <= high))
        throw Error(curves_->left_out() > 0 ? "No value is positive, so there is nothing on a logarithmic y axis."
                                            : "There is no number in the range of the x axis: only NaN or infinities.",
                    curves_->left_out() > 0 ? "Choose a linear y axis." : "Choose another range, metric or run.",
                    ExitCode::usage);
    if (figure_.log_y) {
        if (high / low < 1.05) {
            low /= 2;
            high *= 2;
        }
        const double margin = std::pow(high / low, 0.05);
        plot_.yAxis->setRange(low / margin, high * margin);
        return;
    }
    if (high - low <= 1e-12 * std::max(std::abs(low), std::abs(high))) {
        const double half = high == 0 ? 1 : 0.1 * std::abs(high);
        low -= half;
        high += half;
    }
    const double margin = 0.05 * (high - low);
    plot_.yAxis->setRange(low - margin, high + margin);
}

void FigurePlot::lay_out_curves() {
    for (QCPAxis* axis : {plot_.xAxis, plot_.xAxis2}) set_scale(*axis, figure_.log_x);
    for (QCPAxis* axis : {plot_.yAxis, plot_.yAxis2}) set_scale(*axis, figure_.log_y);
    if (!data_.categories.empty()) {
        const QSharedPointer<QCPAxisTickerText> names(new QCPAxisTickerText);
        for (std::size_t i = 0; i < data_.categories.size(); ++i)
            names->addTick(static_cast<double>(i), QString::fromStdString(data_.categories[i]));
        plot_.xAxis->setTicker(names);
    }
    curves_ = new CurveLayer(plot_, figure_, data_);
    fit_x();
    // The finest that a printer shows: 600 dots an inch, or what was asked for.
    curves_->make_envelopes(static_cast<int>(page_.width_mm / 25.4 * std::max(page_.dpi, 600)));
    fit_y();
    for (const auto& [from, to] : {std::pair(plot_.xAxis, plot_.xAxis2), std::pair(plot_.yAxis, plot_.yAxis2)}) {
        to->setRange(from->range());
        to->setTicker(from->ticker());
    }
    const bool legend = figure_.legend == "on" || (figure_.legend == "auto" && data_.curves.size() > 1);
    if (legend) legend_ = new LegendLayer(plot_, *curves_, data_, font(0.9));
    suit_margins();
    for (int attempt = 0; legend_ && attempt < 4; ++attempt) { // its room changes the axes, and they its place
        if (!legend_->place(plot_.axisRect()->rect(), page_.units().width())) break;
        suit_margins();
    }
    if (legend_) legend_->place(plot_.axisRect()->rect(), page_.units().width());
}

void FigurePlot::lay_out_picture() {
    picture_ = new PictureLayer(plot_, figure_, data_, page_);
    const auto box = picture_->shown();
    plot_.xAxis->setRange(box[0], box[1]);
    plot_.yAxis->setRange(box[2], box[3]);
    plot_.yAxis->setLabel(QString::fromStdString(picture_->grid().axes[1]));
    plot_.xAxis2->setVisible(false);
    plot_.yAxis2->setVisible(false);
    for (QCPAxis* axis : {plot_.xAxis, plot_.yAxis}) {
        axis->setTickLength(0, 3);
        axis->setSubTickLength(0, 1);
        axis->setVisible(figure_.kind == "field");
    }
    if (figure_.colour_bar) {
        bar_ = picture_->make_bar(font());
        plot_.plotLayout()->addElement(plot_.plotLayout()->rowCount() - 1, 1, bar_);
    }
    suit_margins();
    QCPAxisRect& axes = *plot_.axisRect();
    const double wanted =
        figure_.kind == "field" ? picture_->grid().stretch() * (box[3] - box[2]) / (box[1] - box[0]) : 0.8;
    const double needed = axes.width() * wanted;
    if (figure_.height_mm == 0) {
        // As high as the picture makes it, within the shape of a page.
        const double added = (needed - axes.height()) / units_per_mm;
        page_.height_mm =
            std::clamp(std::round((page_.height_mm + added) * 10) / 10, 0.25 * page_.width_mm, 1.5 * page_.width_mm);
        suit_margins();
    }
    // Equal units on both axes: what is left over is outside of everything.
    const int across = std::max(0, static_cast<int>(axes.width() - axes.height() / wanted));
    const int down = std::max(0, static_cast<int>(axes.height() - axes.width() * wanted));
    if (figure_.kind == "field" && (across > 1 || down > 1)) {
        plot_.plotLayout()->setAutoMargins(QCP::msNone);
        plot_.plotLayout()->setMargins(QMargins(across / 2, down / 2, across - across / 2, down - down / 2));
        update_layout();
    }
    picture_->prepare(axes_of(plot_), font(0.9));
}

void FigurePlot::lay_out_graph() {
    graph_ = new GraphLayer(plot_, figure_, data_, page_, font(0.85));
    QCPAxisRect& axes = *plot_.axisRect();
    for (QCPAxis* axis : axes.axes()) axis->setVisible(false);
    if (figure_.colour_bar && graph_->scale()) {
        bar_ = make_colour_bar(plot_, figure_, *graph_->scale(), QString::fromStdString(data_.y_label), font(), page_);
        plot_.plotLayout()->addElement(plot_.plotLayout()->rowCount() - 1, 1, bar_);
    }
    const int legend = graph_->legend_height(page_.units().width());
    axes.setMinimumMargins(QMargins(4, 6, 4, 4 + legend));
    update_layout();
    if (figure_.height_mm == 0) { // as the nodes lie, within the shape of a page
        const double added = (axes.width() * std::clamp(graph_->shape(), 0.4, 1.2) - axes.height()) / units_per_mm;
        page_.height_mm = std::round((page_.height_mm + added) * 10) / 10;
        update_layout();
    }
    graph_->prepare(QRectF(axes.rect()));
}

QByteArray FigurePlot::bytes(const std::string& format) {
    const QSize size = page_.units();
    return painted(page_, format, [&](QCPPainter& painter) { plot_.toPainter(&painter, size.width(), size.height()); });
}

std::size_t FigurePlot::drawn() const {
    if (picture_) return picture_->drawn();
    if (graph_) return data_.points();
    return curves_->thinned() ? curves_->drawn() : data_.points();
}

std::vector<std::string> FigurePlot::notes() const {
    std::vector<std::string> notes;
    const auto values = [](std::size_t count) { return fmt::format("{} value{}", count, count == 1 ? "" : "s"); };
    if (picture_) return picture_->notes();
    if (graph_) return graph_->notes();
    if (const auto count = curves_->left_out(); count > 0)
        notes.push_back(fmt::format("{} that {} not positive can't be shown on a logarithmic axis.", values(count),
                                    count == 1 ? "is" : "are"));
    if (const auto count = curves_->not_finite(); count > 0)
        notes.push_back(fmt::format("{} {} not finite: {} in the curve{}.", values(count), count == 1 ? "is" : "are",
                                    count == 1 ? "a gap" : "gaps", data_.curves.size() == 1 ? "" : "s"));
    if (legend_ && legend_->hidden() > 0)
        notes.push_back(
            fmt::format("The legend has no room for {} of {} curves.", legend_->hidden() + 1, data_.curves.size()));
    return notes;
}

} // namespace orrery::gui
