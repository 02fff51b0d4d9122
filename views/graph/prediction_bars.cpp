// SPDX-License-Identifier: GPL-3.0-or-later
#include "views/graph/prediction_bars.h"

#include "views/graph/graph_scene.h"

#include <QHelpEvent>
#include <QPainter>
#include <QToolTip>

#include <algorithm>
#include <numeric>

namespace orrery::gui {

namespace {

QString share(double value) { return QString::number(value, 'f', 2); }

} // namespace

PredictionBars::PredictionBars(QWidget* parent) : QWidget(parent) {
    setObjectName(QStringLiteral("prediction_bars"));
    setAccessibleName(tr("Prediction of the classifier"));
    setWhatsThis(tr("Probabilities that the classifier gives the classes: the bar for the changed graph, the mark for "
                    "the graph before."));
}

void PredictionBars::set(std::vector<BrushAnswer::Class> classes, const QString& text) {
    classes_ = std::move(classes);
    text_ = text;
    QStringList words;
    for (const auto& one : classes_) words << text_of(one);
    setAccessibleDescription(classes_.empty() ? text_ : words.join(QStringLiteral("; ")));
    updateGeometry();
    update();
}

QString PredictionBars::text_of(const BrushAnswer::Class& one) const {
    return tr("%1: %2, before %3").arg(one.name, share(one.after), share(one.before));
}

double PredictionBars::row_height() const { return fontMetrics().height() + 5; }

QSize PredictionBars::sizeHint() const {
    const auto rows = std::clamp<double>(static_cast<double>(classes_.size()), 3, 6);
    return {220, static_cast<int>((rows + 1) * row_height())};
}

QSize PredictionBars::minimumSizeHint() const { return {150, static_cast<int>(3 * row_height())}; }

std::vector<std::size_t> PredictionBars::rows_shown() const {
    std::vector<std::size_t> rows(classes_.size());
    std::iota(rows.begin(), rows.end(), std::size_t{0});
    const auto room = static_cast<std::size_t>(std::max(1.0, (height() - row_height()) / row_height()));
    if (rows.size() <= room) return rows;
    const auto most = [&](std::size_t c) { return std::max(classes_[c].before, classes_[c].after); };
    std::stable_sort(rows.begin(), rows.end(), [&](std::size_t a, std::size_t b) { return most(a) > most(b); });
    rows.resize(room);
    std::sort(rows.begin(), rows.end());
    return rows;
}

void PredictionBars::paintEvent(QPaintEvent*) {
    QPainter painter(this);
    painter.setRenderHint(QPainter::Antialiasing);
    const QColor words = palette().color(QPalette::WindowText), soft = palette().color(QPalette::PlaceholderText);
    if (classes_.empty()) {
        painter.setPen(soft);
        painter.drawText(rect(), Qt::AlignLeft | Qt::AlignTop | Qt::TextWordWrap, text_);
        return;
    }
    const bool dark = palette().color(QPalette::Window).lightness() < 128;
    const EdgeColours colours = edge_colours(dark);
    const auto rows = rows_shown();
    double names = 0;
    for (const std::size_t c : rows) names = std::max(names, 1.0 * fontMetrics().horizontalAdvance(classes_[c].name));
    names = std::min(names, width() * 0.3);
    const double numbers = fontMetrics().horizontalAdvance(QStringLiteral("0.00 (+0.00)")) + 6;
    const double left = names + 8, wide = std::max(10.0, width() - left - numbers - 4), high = row_height();
    painter.setPen(soft);
    const QString head = rows.size() < classes_.size()
                             ? tr("the %1 likeliest of %2 classes").arg(rows.size()).arg(classes_.size())
                             : text_;
    painter.drawText(QRectF(0, 0, width(), high), Qt::AlignLeft | Qt::AlignVCenter,
                     fontMetrics().elidedText(head, Qt::ElideRight, width()));
    double top = high;
    for (const std::size_t c : rows) {
        const auto& one = classes_[c];
        painter.setPen(words);
        painter.drawText(QRectF(0, top, names, high), Qt::AlignRight | Qt::AlignVCenter,
                         fontMetrics().elidedText(one.name, Qt::ElideRight, static_cast<int>(names)));
        const QRectF whole(left, top + high * 0.22, wide, high * 0.56);
        painter.setPen(Qt::NoPen);
        painter.setBrush(palette().color(QPalette::Base));
        painter.drawRect(whole);
        painter.setBrush(colours.of[static_cast<std::size_t>(EdgeKind::added)]);
        painter.drawRect(QRectF(whole.topLeft(), QSizeF(wide * std::clamp(one.after, 0.0, 1.0), whole.height())));
        const double mark = left + wide * std::clamp(one.before, 0.0, 1.0);
        painter.setPen(QPen(words, 2));
        painter.drawLine(QPointF(mark, top + 2), QPointF(mark, top + high - 2));
        const double change = one.after - one.before;
        QString text = share(one.after);
        if (std::abs(change) >= 0.005)
            text += QStringLiteral(" (%1%2)").arg(change < 0 ? QStringLiteral("\u2212") : QStringLiteral("+"),
                                                  share(std::abs(change)));
        painter.setPen(words);
        painter.drawText(QRectF(left + wide + 6, top, numbers, high), Qt::AlignLeft | Qt::AlignVCenter, text);
        top += high;
    }
}

bool PredictionBars::event(QEvent* event) {
    if (event->type() != QEvent::ToolTip) return QWidget::event(event);
    QStringList words;
    for (const auto& one : classes_) words << text_of(one);
    if (words.isEmpty()) words << text_;
    QToolTip::showText(static_cast<QHelpEvent*>(event)->globalPos(), words.join(QLatin1Char('\n')), this);
    return true;
}

} // namespace orrery::gui
