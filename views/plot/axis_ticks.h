// SPDX-License-Identifier: GPL-3.0-or-later
// Ticks that suit the room and the scale of an axis, in the window and in figures.
#pragma once
#include "views/plot/qcustomplot_header.h"

namespace orrery::gui {

// With the minus sign of typography before a number.
class LinearTicker : public QCPAxisTicker {
protected:
    QString getTickLabel(double tick, const QLocale& locale, QChar format, int precision) override;
};

// Powers of ten; over less than two decades 1, 2, 5 times them, or as on a linear axis.
class LogTicker : public QCPAxisTickerLog {
protected:
    QVector<double> createTickVector(double step, const QCPRange& range) override;
    int getSubTickCount(double step) override;
    QString getTickLabel(double tick, const QLocale& locale, QChar format, int precision) override;

private:
    bool narrow_ = false;
};

// Scale and ticker; a range that a logarithm can't show is replaced.
void set_scale(QCPAxis& axis, bool logarithmic);
// As many ticks as there is room for the numbers in `length` pixels, written as powers where that is shorter.
void suit_ticks(QCPAxis& axis, int length);

} // namespace orrery::gui
