// SPDX-License-Identifier: GPL-3.0-or-later
#include "views/figure/colour_bar.h"

#include "views/plot/axis_ticks.h"

#include <algorithm>
#include <cmath>

namespace orrery::gui {

QCPColorScale* make_colour_bar(QCustomPlot& plot, const Figure& figure, const ColourScale& scale, const QString& label,
                               const QFont& font, const Page& page) {
    auto* bar = new QCPColorScale(&plot);
    bar->setType(QCPAxis::atRight);
    bar->setBarWidth(static_cast<int>(std::lround(1.1 * font.pixelSize())));
    bar->setDataScaleType(scale.logarithmic ? QCPAxis::stLogarithmic : QCPAxis::stLinear);
    QCPColorGradient gradient;
    gradient.clearColorStops();
    gradient.setLevelCount(256);
    for (int i = 0; i < 256; ++i)
        gradient.setColorStopAt(i / 255.0, QColor::fromRgb(scale.map->colours[static_cast<std::size_t>(i)]));
    bar->setGradient(gradient);
    bar->setDataRange(QCPRange(scale.low, scale.high));
    QCPAxis* axis = bar->axis();
    set_scale(*axis, scale.logarithmic);
    QFont small = font;
    small.setPixelSize(std::max(1, static_cast<int>(std::lround(0.9 * font.pixelSize()))));
    axis->setTickLabelFont(small);
    axis->setLabelFont(font);
    axis->setLabel(label);
    const double thin = thin_line(figure);
    for (QCPAxis* each : {axis, bar->axis()}) {
        each->setBasePen(QPen(Qt::black, thin));
        each->setTickPen(QPen(Qt::black, thin));
        each->setSubTickPen(QPen(Qt::black, 0.7 * thin));
        each->setTickLength(0, 3);
        each->setSubTickLength(0, 1);
        each->setTickLabelPadding(3);
        each->setLabelPadding(2);
    }
    suit_ticks(*axis, page.units().height() * 6 / 10);
    auto* group = new QCPMarginGroup(&plot);
    bar->setMarginGroup(QCP::msTop | QCP::msBottom, group);
    plot.axisRect()->setMarginGroup(QCP::msTop | QCP::msBottom, group);
    return bar;
}

} // namespace orrery::gui
