// SPDX-License-Identifier: GPL-3.0-or-later
#include "views/form/elided_label.h"

#include <QPainter>
#include <QStyle>

#include <algorithm>

namespace orrery::gui {

QSize ElidedLabel::minimumSizeHint() const {
    const auto hint = QLabel::minimumSizeHint();
    return {std::min(hint.width(), fontMetrics().averageCharWidth() * 4), hint.height()};
}

void ElidedLabel::paintEvent(QPaintEvent*) {
    QPainter painter(this);
    const auto words = fontMetrics().elidedText(text(), Qt::ElideRight, contentsRect().width());
    style()->drawItemText(&painter, contentsRect(), Qt::AlignLeft | Qt::AlignVCenter, palette(), isEnabled(), words,
                          foregroundRole());
}

} // namespace orrery::gui
