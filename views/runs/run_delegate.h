// SPDX-License-Identifier: GPL-3.0-or-later
// Paints what a cell's text alone doesn't show: progress, stars, and how far a number is from the baseline's.
#pragma once
#include <QStyledItemDelegate>

namespace orrery::gui {

class RunDelegate : public QStyledItemDelegate {
    Q_OBJECT
public:
    using QStyledItemDelegate::QStyledItemDelegate;
    void paint(QPainter* painter, const QStyleOptionViewItem& option, const QModelIndex& index) const override;
    void initStyleOption(QStyleOptionViewItem* option, const QModelIndex& index) const override;
    QSize sizeHint(const QStyleOptionViewItem& option, const QModelIndex& index) const override;
};

} // namespace orrery::gui
