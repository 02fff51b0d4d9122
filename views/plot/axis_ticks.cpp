// SPDX-License-Identifier: GPL-3.0-or-later
#include "views/plot/axis_ticks.h"

#include <algorithm>
#include <cmath>

namespace orrery::gui {

namespace {

bool is_narrow(const QCPRange& range) { return range.lower > 0 && range.upper / range.lower < 100; }

QString with_minus(QString label) {
    if (label.startsWith(QLatin1Char('-'))) label[0] = QChar(0x2212);
    return label;
}

} // namespace

QString LinearTicker::getTickLabel(double tick, const QLocale& locale, QChar format, int precision) {
    return with_minus(QCPAxisTicker::getTickLabel(tick, locale, format, precision));
}

QString LogTicker::getTickLabel(double tick, const QLocale& locale, QChar format, int precision) {
    return with_minus(QCPAxisTickerLog::getTickLabel(tick, locale, format, precision));
}

QVector<double> LogTicker::createTickVector(double step, const QCPRange& range) {
    narrow_ = is_narrow(range);
    if (!narrow_) return QCPAxisTickerLog::createTickVector(step, range);
    QVector<double> ticks;
    for (double power = std::pow(10, std::floor(std::log10(range.lower))); power <= range.upper; power *= 10)
        for (const double nice : {1.0, 2.0, 5.0})
            if (nice * power >= range.lower && nice * power <= range.upper) ticks.append(nice * power);
    if (ticks.size() >= 3) return ticks;
    QCPAxisTicker linear;
    linear.setTickCount(4);
    QVector<QString> labels;
    linear.generate(range, QLocale::c(), QLatin1Char('g'), 6, ticks, nullptr, &labels);
    return ticks;
}

int LogTicker::getSubTickCount(double step) { return narrow_ ? 0 : QCPAxisTickerLog::getSubTickCount(step); }

void set_scale(QCPAxis& axis, bool logarithmic) {
    axis.setTicker(logarithmic ? QSharedPointer<QCPAxisTicker>(new LogTicker)
                               : QSharedPointer<QCPAxisTicker>(new LinearTicker));
    if (logarithmic && axis.range().lower <= 0) {
        const double upper = axis.range().upper > 0 ? axis.range().upper : 1;
        axis.setRange(upper * 1e-3, upper);
    }
    axis.setScaleType(logarithmic ? QCPAxis::stLogarithmic : QCPAxis::stLinear);
}

void suit_ticks(QCPAxis& axis, int length) {
    const QFontMetrics metrics(axis.tickLabelFont());
    const bool across = axis.orientation() == Qt::Horizontal;
    const int each = across ? metrics.horizontalAdvance(QStringLiteral("0000000")) : metrics.height() * 2;
    axis.ticker()->setTickCount(std::clamp(length / each, 2, 5));
    const bool powers = axis.scaleType() == QCPAxis::stLogarithmic && !is_narrow(axis.range());
    axis.setNumberFormat(powers ? QStringLiteral("eb") : QStringLiteral("gb"));
    axis.setNumberPrecision(powers ? 0 : 6);
}

} // namespace orrery::gui
