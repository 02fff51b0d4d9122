// SPDX-License-Identifier: GPL-3.0-or-later
// A label that leaves out the end of its text where it has no room.
#pragma once
#include <QLabel>

namespace orrery::gui {

class ElidedLabel : public QLabel {
    Q_OBJECT
public:
    using QLabel::QLabel;
    QSize minimumSizeHint() const override;

protected:
    void paintEvent(QPaintEvent* event) override;
};

} // namespace orrery::gui
