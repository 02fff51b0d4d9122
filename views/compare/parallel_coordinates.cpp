// SPDX-License-Identifier: GPL-3.0-or-later
#include "views/compare/parallel_coordinates.h"

#include "views/runs/run_columns.h"
#include "views/runs/run_words.h"

#include <QHelpEvent>
#include <QKeyEvent>
#include <QMouseEvent>
#include <QPainter>
#include <QPainterPath>
#include <QToolTip>

#include <algorithm>
#include <cmath>
#include <set>
#include <tuple>
#include <utility>

namespace orrery::gui {
namespace {

constexpr std::size_t most_axes = 10; // more can't be read
constexpr double key_step = 0.05;

// The time is always a column of the table; an axis only where it differs.
bool is_axis(const RunStore& store, const Column& column, const std::vector<std::size_t>& runs) {
    const auto having = std::count_if(
        runs.begin(), runs.end(), [&](std::size_t run) { return store.cell(column, run).kind != Cell::Kind::none; });
    if (having < 2) return false; // tells nothing of two runs
    if (column.kind == ColumnKind::seconds)
        return std::any_of(runs.begin(), runs.end(), [&](std::size_t run) {
            return !(store.cell(column, run) == store.cell(column, runs.front()));
        });
    return column.kind == ColumnKind::parameter || column.kind == ColumnKind::metric ||
           column.kind == ColumnKind::experiment;
}

// How far the runs lie apart, as a part of the largest value; 1 for words.
double spread_of(const RunStore& store, const Column& column, const std::vector<std::size_t>& runs) {
    double low = HUGE_VAL, high = -HUGE_VAL;
    for (const auto run : runs) {
        const Cell cell = store.cell(column, run);
        if (cell.kind == Cell::Kind::text || cell.kind == Cell::Kind::boolean) return 1;
        if (cell.kind != Cell::Kind::number || !std::isfinite(cell.number)) continue;
        low = std::min(low, cell.number);
        high = std::max(high, cell.number);
    }
    const double largest = std::max(std::fabs(low), std::fabs(high));
    return low < high ? (high - low) / largest : 0;
}

// In the table's order; of too many, what runs were made with comes before what they gave, then what differs most.
std::vector<Column> chosen_axes(const RunStore& store, const std::vector<std::size_t>& runs) {
    auto columns = columns_that_differ(store, runs);
    std::erase_if(columns, [&](const Column& column) { return !is_axis(store, column, runs); });
    if (columns.size() <= most_axes) return columns;
    const auto rank = [](const Column& column) {
        return column.kind == ColumnKind::seconds ? 2 : column.kind == ColumnKind::metric ? 1 : 0;
    };
    std::vector<std::tuple<int, double, std::size_t>> order;
    for (std::size_t i = 0; i < columns.size(); ++i)
        order.emplace_back(rank(columns[i]), -spread_of(store, columns[i], runs), i);
    std::sort(order.begin(), order.end());
    std::set<std::size_t> best;
    for (std::size_t i = 0; i < most_axes; ++i) best.insert(std::get<2>(order[i]));
    std::vector<Column> chosen;
    for (const auto i : best) chosen.push_back(columns[i]);
    return chosen;
}

} // namespace

ParallelCoordinates::ParallelCoordinates(QWidget* parent) : QWidget(parent) {
    setObjectName("parallel_coordinates");
    setFocusPolicy(Qt::StrongFocus);
    setAccessibleName(tr("Parallel coordinates"));
    setWhatsThis(tr("Drag along an axis: only runs between the two values count. Left and Right: another axis; Up and "
                    "Down move its brush; Escape: no brushes."));
    setToolTip({});
    describe();
}

ParallelCoordinates::Axis ParallelCoordinates::make_axis(const RunStore& store, const Column& column,
                                                         const std::vector<std::size_t>& runs) const {
    Axis axis;
    axis.key = column.key();
    axis.title = title_of(column);
    axis.is_metric = column.kind == ColumnKind::metric || column.kind == ColumnKind::seconds;
    std::vector<Cell> cells;
    for (const auto run : runs) cells.push_back(store.cell(column, run));
    const bool texts =
        std::any_of(cells.begin(), cells.end(), [](const Cell& cell) { return cell.kind == Cell::Kind::text; });
    const bool truths =
        std::any_of(cells.begin(), cells.end(), [](const Cell& cell) { return cell.kind == Cell::Kind::boolean; });
    const auto word = [](const Cell& cell) {
        if (cell.kind == Cell::Kind::text) return QString::fromStdString(*cell.text);
        if (cell.kind == Cell::Kind::boolean) return cell.number != 0 ? tr("true") : tr("false");
        return text_of_number(cell.number);
    };
    if (texts || truths) {
        std::set<QString> words;
        for (const auto& cell : cells)
            if (cell.kind != Cell::Kind::none) words.insert(word(cell));
        axis.categories.assign(words.begin(), words.end());
        for (const auto& cell : cells) {
            if (cell.kind == Cell::Kind::none) {
                axis.places.emplace_back();
                continue;
            }
            const auto at = std::distance(words.begin(), words.find(word(cell)));
            axis.places.emplace_back((static_cast<double>(at) + 0.5) / static_cast<double>(words.size()));
        }
        return axis;
    }
    double low = HUGE_VAL, high = -HUGE_VAL;
    for (const auto& cell : cells)
        if (cell.kind == Cell::Kind::number && std::isfinite(cell.number))
            low = std::min(low, cell.number), high = std::max(high, cell.number);
    axis.logarithmic = low > 0 && high / low >= 50;
    const auto scaled = [&](double value) { return axis.logarithmic ? std::log10(value) : value; };
    if (low <= high) axis.low = scaled(low), axis.high = scaled(high);
    if (axis.low == axis.high) axis.low -= 0.5, axis.high += 0.5;
    for (const auto& cell : cells) {
        if (cell.kind != Cell::Kind::number || !std::isfinite(cell.number))
            axis.places.emplace_back();
        else
            axis.places.emplace_back((scaled(cell.number) - axis.low) / (axis.high - axis.low));
    }
    return axis;
}

void ParallelCoordinates::set_colours(std::function<QColor(const QString& run)> colour_of) {
    colour_of_ = std::move(colour_of);
    update();
}

void ParallelCoordinates::set_runs(const RunStore& store, const std::vector<std::size_t>& runs) {
    const auto titles = axes();
    axes_.clear();
    const auto before = std::exchange(ids_, {});
    for (const auto run : runs) ids_.push_back(store.runs()[run].id);
    if (ids_ != before) brushes_.clear(); // they were of other runs
    if (runs.size() > 1)
        for (const auto& column : chosen_axes(store, runs)) axes_.push_back(make_axis(store, column, runs));
    std::erase_if(brushes_, [&](const auto& brush) {
        return std::none_of(axes_.begin(), axes_.end(), [&](const Axis& axis) { return axis.key == brush.first; });
    });
    current_ = std::clamp(current_, 0, std::max(0, static_cast<int>(axes_.size()) - 1));
    if (axes() != titles) dragged_.reset(); // it may be another axis now
    two_rows_ = titles_collide();
    setMinimumWidth(minimumSizeHint().width()); // a scroll area sees to the rest
    describe();
    update();
    tell();
}

QStringList ParallelCoordinates::axes() const {
    QStringList list;
    for (const auto& axis : axes_) list << axis.title;
    return list;
}

bool ParallelCoordinates::holds(std::size_t run) const {
    return std::all_of(axes_.begin(), axes_.end(), [&](const Axis& axis) {
        const auto brush = brushes_.find(axis.key);
        if (brush == brushes_.end()) return true;
        const auto& place = axis.places[run];
        constexpr double slack = 1e-9;
        return place && *place >= brush->second.low - slack && *place <= brush->second.high + slack;
    });
}

QStringList ParallelCoordinates::brushed() const {
    QStringList list;
    for (std::size_t run = 0; run < ids_.size(); ++run)
        if (holds(run)) list << QString::fromStdString(ids_[run]);
    return list;
}

bool ParallelCoordinates::has_brush() const { return !brushes_.empty(); }

void ParallelCoordinates::set_brush(const QString& title, std::optional<Brush> brush) {
    for (const auto& axis : axes_) {
        if (axis.title != title) continue;
        if (brush)
            brushes_[axis.key] = *brush;
        else
            brushes_.erase(axis.key);
    }
    describe();
    update();
    tell();
}

std::optional<ParallelCoordinates::Brush> ParallelCoordinates::brush(const QString& title) const {
    for (const auto& axis : axes_)
        if (const auto found = brushes_.find(axis.key); axis.title == title && found != brushes_.end())
            return found->second;
    return std::nullopt;
}

void ParallelCoordinates::clear_brushes() {
    brushes_.clear();
    describe();
    update();
    tell();
}

void ParallelCoordinates::tell() {
    auto ids = brushed();
    if (ids == told_) return;
    told_ = std::move(ids);
    Q_EMIT brushed_changed(told_);
}

// For those who can't see it: which axis the keys move on, what is brushed, how many runs that holds.
void ParallelCoordinates::describe() {
    if (axes_.empty()) return setAccessibleDescription(tr("Nothing differs between the runs."));
    const auto& axis = axes_[static_cast<std::size_t>(current_)];
    QString text = tr("Axis %1 of %2: %3.").arg(current_ + 1).arg(axes_.size()).arg(axis.title);
    if (const auto found = brushes_.find(axis.key); found != brushes_.end())
        text +=
            " " + tr("Brushed from %1 to %2.").arg(text_at(axis, found->second.low), text_at(axis, found->second.high));
    text += " " + tr("%1 of %2 runs.").arg(brushed().size()).arg(ids_.size());
    setAccessibleDescription(text);
}

QRectF ParallelCoordinates::plot_area() const {
    const double line = fontMetrics().height();
    return QRectF(rect()).adjusted(line * 2, line * (two_rows_ ? 3.7 : 2.6), -line * 2, -line * 2.2);
}

double ParallelCoordinates::axis_x(int axis) const {
    const auto area = plot_area();
    if (axes_.size() < 2) return area.center().x();
    return area.left() + area.width() * axis / static_cast<double>(axes_.size() - 1);
}

double ParallelCoordinates::y_of(double place) const {
    const auto area = plot_area();
    return area.bottom() - area.height() * place;
}

double ParallelCoordinates::place_at(double y) const {
    const auto area = plot_area();
    return area.height() > 0 ? std::clamp((area.bottom() - y) / area.height(), 0.0, 1.0) : 0;
}

std::optional<int> ParallelCoordinates::axis_near(double x) const {
    constexpr double near = 24; // pixels
    std::optional<int> found;
    double best = near;
    for (int axis = 0; axis < static_cast<int>(axes_.size()); ++axis)
        if (const double apart = std::fabs(axis_x(axis) - x); apart <= best) best = apart, found = axis;
    return found;
}

QString ParallelCoordinates::text_at(const Axis& axis, double place, int digits) const {
    if (!axis.categories.empty()) {
        const auto count = static_cast<double>(axis.categories.size());
        const auto at = std::clamp(std::floor(place * count), 0.0, count - 1);
        return axis.categories[static_cast<std::size_t>(at)];
    }
    const double value = axis.low + (axis.high - axis.low) * place;
    return QString::number(axis.logarithmic ? std::pow(10, value) : value, 'g', digits);
}

void ParallelCoordinates::paint_lines(QPainter& painter) const {
    const auto area = plot_area();
    const double below = fontMetrics().height() * 0.6; // where a run goes that has no value
    const auto draw = [&](std::size_t run) {
        QPainterPath path;
        bool is_down = false;
        for (std::size_t axis = 0; axis < axes_.size(); ++axis) {
            const auto& place = axes_[axis].places[run];
            const QPointF point(axis_x(static_cast<int>(axis)), place ? y_of(*place) : area.bottom() + below);
            if (is_down)
                path.lineTo(point);
            else
                path.moveTo(point);
            is_down = true;
        }
        painter.drawPath(path);
    };
    painter.setRenderHint(QPainter::Antialiasing, ids_.size() <= 500); // thousands of smooth lines take too long
    QColor weak = palette().color(QPalette::Text);
    weak.setAlphaF(0.13F);
    QColor strong = palette().color(QPalette::Highlight);
    strong.setAlphaF(ids_.size() > 200 ? 0.35F : 0.85F);
    painter.setPen(QPen(weak, 1));
    for (std::size_t run = 0; run < ids_.size(); ++run)
        if (!holds(run)) draw(run);
    for (std::size_t run = 0; run < ids_.size(); ++run) {
        if (!holds(run)) continue;
        QColor own = colour_of_ ? colour_of_(QString::fromStdString(ids_[run])) : strong;
        own.setAlphaF(strong.alphaF());
        painter.setPen(QPen(own, ids_.size() > 200 ? 1.0 : 1.8));
        draw(run);
    }
}

// As wide as the axes are apart, so that neighbours don't run into each other; those at the sides begin at the edge.
QRectF ParallelCoordinates::label_box(int number, double y, bool is_title) const {
    const auto area = plot_area();
    const double line = fontMetrics().height(), gap = 6, x = axis_x(number);
    if (axes_.size() < 2) return {gap, y, width() - 2 * gap, line};
    double half = area.width() / static_cast<double>(axes_.size() - 1) / 2;
    if (is_title && two_rows_) half *= 2;
    const double from = number == 0 ? gap : std::max(gap, x - half + gap / 2);
    const double to =
        number + 1 == static_cast<int>(axes_.size()) ? width() - gap : std::min(width() - gap, x + half - gap / 2);
    return {from, y, std::max(20.0, to - from), line};
}

bool ParallelCoordinates::titles_collide() const {
    if (axes_.size() < 3) return false;
    const double room = plot_area().width() / static_cast<double>(axes_.size() - 1) - 6;
    return std::any_of(axes_.begin(), axes_.end(),
                       [&](const Axis& axis) { return fontMetrics().horizontalAdvance(axis.title) > room; });
}

void ParallelCoordinates::resizeEvent(QResizeEvent* event) {
    QWidget::resizeEvent(event);
    two_rows_ = titles_collide();
}

void ParallelCoordinates::paint_axis(QPainter& painter, int number) const {
    const auto& axis = axes_[static_cast<std::size_t>(number)];
    const auto area = plot_area();
    const double x = axis_x(number);
    const double line = fontMetrics().height();
    const bool current = hasFocus() && number == current_;
    painter.setRenderHint(QPainter::Antialiasing, true);
    painter.setPen(QPen(palette().color(current ? QPalette::Highlight : QPalette::Text), current ? 2.5 : 1.2));
    painter.drawLine(QPointF(x, area.top()), QPointF(x, area.bottom()));
    if (const auto found = brushes_.find(axis.key); found != brushes_.end()) {
        const QRectF box(QPointF(x - 6, y_of(found->second.high)), QPointF(x + 6, y_of(found->second.low)));
        QColor fill = palette().color(QPalette::Highlight);
        painter.setPen(QPen(fill, 1.2));
        fill.setAlphaF(0.35F);
        painter.fillRect(box, fill);
        painter.drawRect(box);
    }
    const double apart = axes_.size() > 1 ? area.width() / static_cast<double>(axes_.size() - 1) : area.width();
    const auto text = [&](double y, const QString& words, QPalette::ColorRole role, bool is_title) {
        auto font = this->font();
        font.setBold(is_title && current);
        painter.setFont(font);
        painter.setPen(palette().color(role));
        const auto box = label_box(number, y, is_title);
        const bool first = number == 0, last = number + 1 == static_cast<int>(axes_.size());
        const auto side = axes_.size() < 2 ? Qt::AlignHCenter
                          : first          ? Qt::AlignLeft
                          : last           ? Qt::AlignRight
                                           : Qt::AlignHCenter;
        painter.drawText(box, side | Qt::AlignVCenter,
                         QFontMetricsF(font).elidedText(words, Qt::ElideMiddle, box.width()));
    };
    text(area.top() - (two_rows_ && number % 2 == 1 ? 3.5 : 2.4) * line, axis.title, QPalette::Text, true);
    if (axis.categories.empty()) {
        // As many digits as there is room for; the tooltip has more.
        const auto end = [&](double place, const QString& addition) {
            const double room = label_box(number, 0, false).width();
            const auto fits = [&](const QString& words) { return fontMetrics().horizontalAdvance(words) <= room; };
            for (int digits = 4; digits > 1; --digits)
                for (const auto& words : {text_at(axis, place, digits) + addition, text_at(axis, place, digits)})
                    if (fits(words)) return words;
            return text_at(axis, place, 1);
        };
        text(area.top() - 1.25 * line, end(1, {}), QPalette::PlaceholderText, false);
        text(area.bottom() + line, end(0, axis.logarithmic ? tr(" log") : QString()), QPalette::PlaceholderText, false);
        return;
    }
    const auto count = axis.categories.size();
    constexpr std::size_t most_words = 12;
    if (count > most_words)
        return text(area.top() - 1.25 * line, tr("%1 values").arg(count), QPalette::PlaceholderText, false);
    painter.setFont(font());
    for (std::size_t i = 0; i < count; ++i) {
        const double y = y_of((static_cast<double>(i) + 0.5) / static_cast<double>(count));
        const auto words = fontMetrics().elidedText(axis.categories[i], Qt::ElideMiddle,
                                                    static_cast<int>(std::max(30.0, apart * 0.6)));
        const bool left = number + 1 == static_cast<int>(axes_.size()) && number > 0;
        const double wide = fontMetrics().horizontalAdvance(words);
        const QRectF box(left ? x - wide - 12 : x + 8, y - line / 2, wide + 4, line);
        QColor back = palette().color(QPalette::Base);
        back.setAlphaF(0.75F);
        painter.fillRect(box, back);
        painter.setPen(palette().color(QPalette::Text));
        painter.drawText(box, Qt::AlignCenter, words);
    }
}

void ParallelCoordinates::paintEvent(QPaintEvent*) {
    QPainter painter(this);
    painter.fillRect(rect(), palette().color(QPalette::Base));
    if (axes_.empty()) {
        painter.setPen(palette().color(QPalette::PlaceholderText));
        painter.drawText(rect().adjusted(10, 10, -10, -10), Qt::AlignCenter | Qt::TextWordWrap,
                         ids_.size() > 1 ? tr("These runs differ in no parameter and no metric.")
                                         : tr("Select two or more runs to see where they differ."));
        return;
    }
    paint_lines(painter);
    for (int axis = 0; axis < static_cast<int>(axes_.size()); ++axis) paint_axis(painter, axis);
}

bool ParallelCoordinates::event(QEvent* event) {
    if (event->type() != QEvent::ToolTip) return QWidget::event(event);
    const auto* help = static_cast<QHelpEvent*>(event);
    const auto near = axis_near(help->pos().x());
    if (!near) {
        QToolTip::hideText();
        return true;
    }
    const auto& axis = axes_[static_cast<std::size_t>(*near)];
    QToolTip::showText(help->globalPos(),
                       tr("%1: %2\nDrag along the axis to keep only the runs there; a click takes the brush away.")
                           .arg(axis.title, text_at(axis, place_at(help->pos().y()))),
                       this);
    return true;
}

void ParallelCoordinates::mousePressEvent(QMouseEvent* event) {
    if (event->button() != Qt::LeftButton) return QWidget::mousePressEvent(event);
    dragged_ = axis_near(event->position().x());
    if (!dragged_) return;
    current_ = *dragged_;
    drag_from_ = place_at(event->position().y());
    update();
}

void ParallelCoordinates::mouseMoveEvent(QMouseEvent* event) { drag_to(event->position().y(), false); }

void ParallelCoordinates::mouseReleaseEvent(QMouseEvent* event) {
    drag_to(event->position().y(), true);
    dragged_.reset();
}

void ParallelCoordinates::drag_to(double y, bool released) {
    if (!dragged_) return;
    const auto& key = axes_[static_cast<std::size_t>(*dragged_)].key;
    const double to = place_at(y);
    constexpr double least = 0.01; // less is a click, which takes the brush away
    if (std::fabs(to - drag_from_) >= least)
        brushes_[key] = {std::fmin(drag_from_, to), std::fmax(drag_from_, to)};
    else if (released)
        brushes_.erase(key);
    else
        return;
    describe();
    update();
    tell();
}

// Left and right choose an axis; up and down move the brush's upper end, with Shift its lower end, with Ctrl the whole;
// Delete takes it away, Escape all of them.
void ParallelCoordinates::keyPressEvent(QKeyEvent* event) {
    if (axes_.empty()) return QWidget::keyPressEvent(event);
    switch (event->key()) {
    case Qt::Key_Left:
        current_ = std::max(0, current_ - 1);
        Q_EMIT axis_chosen(static_cast<int>(axis_x(current_)));
        break;
    case Qt::Key_Right:
        current_ = std::min(static_cast<int>(axes_.size()) - 1, current_ + 1);
        Q_EMIT axis_chosen(static_cast<int>(axis_x(current_)));
        break;
    case Qt::Key_Up:
    case Qt::Key_Down:
        move_brush(*event);
        break;
    case Qt::Key_Delete:
    case Qt::Key_Backspace:
        brushes_.erase(axes_[static_cast<std::size_t>(current_)].key);
        break;
    case Qt::Key_Escape:
        if (brushes_.empty()) return QWidget::keyPressEvent(event);
        brushes_.clear();
        break;
    default:
        return QWidget::keyPressEvent(event);
    }
    describe();
    update();
    tell();
}

void ParallelCoordinates::move_brush(const QKeyEvent& event) {
    auto& brush = brushes_[axes_[static_cast<std::size_t>(current_)].key];
    const double step = event.key() == Qt::Key_Up ? key_step : -key_step;
    if (event.modifiers() & Qt::ControlModifier) {
        const double most = step > 0 ? 1 - brush.high : -brush.low;
        const double by = step > 0 ? std::min(step, most) : std::max(step, most);
        brush = {brush.low + by, brush.high + by};
    } else if (event.modifiers() & Qt::ShiftModifier) {
        brush.low = std::clamp(brush.low + step, 0.0, brush.high);
    } else {
        brush.high = std::clamp(brush.high + step, brush.low, 1.0);
    }
}

void ParallelCoordinates::focusInEvent(QFocusEvent* event) {
    QWidget::focusInEvent(event);
    update();
}

void ParallelCoordinates::focusOutEvent(QFocusEvent* event) {
    QWidget::focusOutEvent(event);
    update();
}

QSize ParallelCoordinates::sizeHint() const { return {520, 240}; }

// So wide that the numbers at the ends of the axes stand beside each other.
QSize ParallelCoordinates::minimumSizeHint() const {
    const int each = fontMetrics().horizontalAdvance(QStringLiteral("-1.234e-05")) + 10;
    const int gaps = std::max(1, static_cast<int>(axes_.size()) - 1);
    return {std::max(220, gaps * each + 4 * fontMetrics().height()), 140};
}

} // namespace orrery::gui
