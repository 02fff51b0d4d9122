// SPDX-License-Identifier: GPL-3.0-or-later
// Ticks that suit the room and the scale of an axis, in the window and in figures.
#pragma once
#include "views/plot/qcustomplot_header.h"

namespace orrery::gui {

// Powers of ten; over less than two decades 1, 2, 5 times them, or as on a linear axis.
class LogTicker : public QCPAxisTickerLog {
protected:
    QVector<double> createTickVector(double step, const QCPRange& range) override;
    int getSubTickCount(double step) override;

private:
    bool narrow_ = false;
};

// Scale and ticker; a range that a logarithm can't show is replaced.
void set_scale(QCPAxis& axis, bool logarithmic);
// As many ticks as there is room for the numbers in `length` pixels, written as powers where that is shorter.
void suit_ticks(QCPAxis& axis, int length);

} // namespace orrery::gui
