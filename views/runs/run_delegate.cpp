// SPDX-License-Identifier: GPL-3.0-or-later
#include "views/runs/run_delegate.h"

#include "core/records.h"
#include "views/runs/run_model.h"
#include "views/runs/run_words.h"

#include <QApplication>
#include <QPainter>

#include <algorithm>

namespace orrery::gui {
namespace {

constexpr int gap = 6; // between a number and its difference, pixels

void paint_progress(QPainter* painter, const QStyleOptionViewItem& option, const QModelIndex& index) {
    const auto status = static_cast<Status>(index.data(RunModel::status_role).toInt());
    if (status != Status::running && status != Status::stopping) return;
    const double share = std::clamp(index.data(RunModel::progress_role).toDouble(), 0.0, 1.0);
    QRectF track = option.rect.adjusted(3, 0, -3, -2);
    track.setTop(track.bottom() - 2);
    QColor back = option.palette.color(QPalette::Text);
    back.setAlphaF(0.15F);
    painter->fillRect(track, back);
    track.setWidth(track.width() * share);
    const bool selected = option.state & QStyle::State_Selected;
    painter->fillRect(track,
                      selected ? option.palette.color(QPalette::HighlightedText) : colour_of(status, option.palette));
}

} // namespace

void RunDelegate::paint(QPainter* painter, const QStyleOptionViewItem& given, const QModelIndex& index) const {
    const auto* model = qobject_cast<const RunModel*>(index.model());
    const auto apart = index.data(RunModel::difference_role).toString();
    QStyleOptionViewItem option = given;
    if (model && model->columns()[static_cast<std::size_t>(index.column())].kind == ColumnKind::star &&
        index.data(RunModel::star_role).toBool() && !(option.state & QStyle::State_Selected)) {
        initStyleOption(&option, index);
        option.palette.setColor(QPalette::Text, colour_of(Status::stopping, option.palette));
        QApplication::style()->drawControl(QStyle::CE_ItemViewItem, &option, painter, option.widget);
        return;
    }
    if (apart.isEmpty()) {
        QStyledItemDelegate::paint(painter, option, index);
    } else {
        // The number as always, in a narrower cell; the difference beside it, weaker.
        const int width = option.fontMetrics.horizontalAdvance(apart) + gap;
        initStyleOption(&option, index);
        const QString text = std::exchange(option.text, QString());
        auto* style = option.widget ? option.widget->style() : QApplication::style();
        style->drawControl(QStyle::CE_ItemViewItem, &option, painter, option.widget); // background and focus
        const bool selected = option.state & QStyle::State_Selected;
        painter->save();
        painter->setFont(option.font);
        painter->setPen(option.palette.color(selected ? QPalette::HighlightedText : QPalette::Text));
        const auto inner = option.rect.adjusted(3, 0, -3, 0);
        painter->drawText(inner.adjusted(0, 0, -width, 0), Qt::AlignRight | Qt::AlignVCenter, text);
        painter->setPen(option.palette.color(selected ? QPalette::HighlightedText : QPalette::PlaceholderText));
        painter->drawText(inner, Qt::AlignRight | Qt::AlignVCenter, apart + QChar(QChar::Nbsp));
        painter->restore();
    }
    if (model && model->columns()[static_cast<std::size_t>(index.column())].kind == ColumnKind::status)
        paint_progress(painter, option, index);
}

// Numbers end a little before the next column begins.
void RunDelegate::initStyleOption(QStyleOptionViewItem* option, const QModelIndex& index) const {
    QStyledItemDelegate::initStyleOption(option, index);
    const auto* model = qobject_cast<const RunModel*>(index.model());
    if (model && model->columns()[static_cast<std::size_t>(index.column())].kind == ColumnKind::run &&
        index.data(RunModel::inside_role).toBool())
        option->text.prepend(QStringLiteral("    ")); // below its sweep
    if (option->displayAlignment & Qt::AlignRight && !option->text.isEmpty()) option->text += QChar(QChar::Nbsp);
}

QSize RunDelegate::sizeHint(const QStyleOptionViewItem& option, const QModelIndex& index) const {
    QSize size = QStyledItemDelegate::sizeHint(option, index);
    const auto apart = index.data(RunModel::difference_role).toString();
    if (!apart.isEmpty()) size.rwidth() += option.fontMetrics.horizontalAdvance(apart) + gap;
    return size;
}

} // namespace orrery::gui
