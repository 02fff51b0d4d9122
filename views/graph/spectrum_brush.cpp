// SPDX-License-Identifier: GPL-3.0-or-later
#include "views/graph/spectrum_brush.h"

#include "views/graph/graph_scene.h"

#include <QAccessible>
#include <QHelpEvent>
#include <QKeyEvent>
#include <QMouseEvent>
#include <QPainter>
#include <QToolTip>

#include <algorithm>
#include <cmath>

namespace orrery::gui {

namespace {

constexpr double around_an_edge = 6; // pixels within which the edge of the band is meant
constexpr int answer_ms = 12;        // that the band's picture waits for an answer
constexpr double equal = 1e-8;       // of the largest eigenvalue, as gpu/spectrum has it

QString short_number(double value) { return QString::number(value, 'g', 4); }

// Where clusters begin, and the end.
std::vector<int> starts_of(const std::vector<double>& values) {
    std::vector<int> starts;
    const double gap = values.empty() ? 0 : equal * std::abs(values.back());
    for (std::size_t k = 0; k < values.size(); ++k)
        if (k == 0 || values[k] - values[k - 1] >= gap) starts.push_back(static_cast<int>(k));
    starts.push_back(static_cast<int>(values.size()));
    return starts;
}

} // namespace

SpectrumBrush::SpectrumBrush(QWidget* parent) : QWidget(parent) {
    setObjectName(QStringLiteral("spectrum_brush"));
    late_.setSingleShot(true);
    connect(&late_, &QTimer::timeout, this, qOverload<>(&QWidget::update));
    setAccessibleName(tr("Spectrum brush"));
    setWhatsThis(tr("Eigenvalues of the graph's Laplacian, one stem each; equal ones are joined. Drag over them to "
                    "choose those that change, drag the band or its edges to move it. Left and Right move the band, "
                    "with Shift its upper edge; Home and End take it to the ends, Ctrl+A takes all, Delete none."));
    setFocusPolicy(Qt::StrongFocus);
    setMouseTracking(true);
    setSizePolicy(QSizePolicy::Expanding, QSizePolicy::Expanding);
    describe();
}

QSize SpectrumBrush::sizeHint() const { return {420, 12 * fontMetrics().height()}; }
QSize SpectrumBrush::minimumSizeHint() const { return {160, 6 * fontMetrics().height()}; }

void SpectrumBrush::set_spectrum(std::vector<double> eigenvalues) {
    if (eigenvalues == values_) return;
    values_ = std::move(eigenvalues);
    changed_.clear();
    borders_ = starts_of(values_);
    // Without the cluster of zeros, which no band takes.
    const auto is_zero = [&](int start) {
        return static_cast<std::size_t>(start) < values_.size() &&
               values_[static_cast<std::size_t>(start)] <= equal * std::abs(values_.back());
    };
    std::erase_if(borders_, is_zero);
    if (values_.empty()) borders_.clear();
    dragged_ = Part::none;
    hovered_.reset();
    set_band(band_);
}

void SpectrumBrush::set_changed(std::vector<double> changed) {
    if (changed.size() != values_.size()) changed.clear();
    changed_ = std::move(changed);
    late_.stop();
    update();
}

void SpectrumBrush::set_band(Band band) {
    take_band(band);
    update();
}

void SpectrumBrush::take_band(Band band) {
    if (borders_.empty()) {
        band_ = band; // until there is a spectrum
    } else {
        const auto snapped = [&](int edge) { return borders_[nearest_border(static_cast<double>(edge))]; };
        band_ = {snapped(band.first), snapped(band.second)};
        if (band_.first > band_.second) std::swap(band_.first, band_.second);
    }
    describe();
}

void SpectrumBrush::move_band(Band band) {
    const Band before = band_;
    take_band(band);
    if (band_ == before) return;
    // With the answer if that comes soon: the whole window is composed anew each time anything in it is painted.
    if (!late_.isActive()) late_.start(answer_ms);
    QAccessibleEvent changed(this, QAccessible::DescriptionChanged);
    QAccessible::updateAccessibility(&changed);
    Q_EMIT band_moved(band_.first, band_.second);
}

void SpectrumBrush::describe() {
    const auto [low, high] = band_;
    QString words = tr("%1 eigenvalues, %2 different").arg(values_.size()).arg(starts_of(values_).size() - 1);
    words += low < high ? tr("; the band holds %1 to %2").arg(low).arg(high - 1) : tr("; the band is empty");
    setAccessibleDescription(words);
}

QString SpectrumBrush::text_of(int index) const {
    const auto k = static_cast<std::size_t>(index);
    if (index < 0 || k >= values_.size()) return {};
    const auto starts = starts_of(values_);
    const auto end = std::upper_bound(starts.begin(), starts.end(), index);
    const int many = *end - *(end - 1);
    QString text = tr("%1: %2").arg(index).arg(short_number(values_[k]));
    if (many > 1) text += tr(", one of %1 equal ones").arg(many);
    if (!changed_.empty() && changed_[k] != values_[k]) text += tr(", now %1").arg(short_number(changed_[k]));
    return text;
}

// --- places ---

QRectF SpectrumBrush::plot() const {
    const double line = fontMetrics().height();
    const double left = fontMetrics().horizontalAdvance(QStringLiteral("00.00")) + 8;
    return QRectF(left, line + 4, std::max(1.0, width() - left - 8), std::max(1.0, height() - 2.3 * line - 6));
}

double SpectrumBrush::top_value() const {
    double top = values_.empty() ? 1 : values_.back();
    for (const double value : changed_) top = std::max(top, value);
    return top > 0 ? top : 1;
}

double SpectrumBrush::y_of(double value) const {
    const QRectF area = plot();
    return area.bottom() - area.height() * value / top_value();
}

double SpectrumBrush::edge_x(int index) const {
    const QRectF area = plot();
    return area.left() + area.width() * index / std::max<double>(1, static_cast<double>(values_.size()));
}

int SpectrumBrush::index_at(double x) const {
    const QRectF area = plot();
    const double share = (x - area.left()) / area.width() * static_cast<double>(values_.size());
    return std::clamp(static_cast<int>(std::floor(share)), 0, std::max(0, static_cast<int>(values_.size()) - 1));
}

std::size_t SpectrumBrush::nearest_border(double index) const {
    const auto nearer = [&](int a, int b) { return std::abs(a - index) < std::abs(b - index); };
    return static_cast<std::size_t>(std::min_element(borders_.begin(), borders_.end(), nearer) - borders_.begin());
}

std::size_t SpectrumBrush::border_of(int index) const { return nearest_border(static_cast<double>(index)); }

SpectrumBrush::Part SpectrumBrush::part_at(QPointF position) const {
    const double low = edge_x(band_.first), high = edge_x(band_.second), x = position.x();
    if (band_.first == band_.second) return Part::fresh;
    // Where both edges are near, that towards which there is room.
    const double to_low = std::abs(x - low), to_high = std::abs(x - high);
    if (std::min(to_low, to_high) <= around_an_edge && (x <= low || x >= high || high - low > 4 * around_an_edge))
        return to_low < to_high ? Part::low : Part::high;
    return x > low && x < high ? Part::middle : Part::fresh;
}

// --- mouse and keyboard ---

void SpectrumBrush::mousePressEvent(QMouseEvent* event) {
    if (event->button() != Qt::LeftButton || values_.empty()) return QWidget::mousePressEvent(event);
    dragged_ = part_at(event->position());
    const QRectF area = plot();
    pressed_ = (event->position().x() - area.left()) / area.width() * static_cast<double>(values_.size());
    pressed_band_ = band_;
}

void SpectrumBrush::mouseMoveEvent(QMouseEvent* event) {
    const QRectF area = plot();
    const double now = (event->position().x() - area.left()) / area.width() * static_cast<double>(values_.size());
    if (dragged_ == Part::none) {
        const auto part = values_.empty() ? Part::none : part_at(event->position());
        setCursor(part == Part::low || part == Part::high ? Qt::SizeHorCursor
                  : part == Part::middle                  ? Qt::OpenHandCursor
                                                          : Qt::ArrowCursor);
        const auto hovered = values_.empty() ? std::nullopt : std::optional(index_at(event->position().x()));
        if (hovered != hovered_) {
            hovered_ = hovered;
            update();
        }
        return;
    }
    const int at = static_cast<int>(std::lround(now)), moved = static_cast<int>(std::lround(now - pressed_));
    const auto [low, high] = pressed_band_;
    if (dragged_ == Part::low) move_band({std::min(at, high), high});
    if (dragged_ == Part::high) move_band({low, std::max(at, low)});
    if (dragged_ == Part::fresh) {
        // All that the mouse went over.
        const double from = std::floor(std::min(now, pressed_)), to = std::ceil(std::max(now, pressed_));
        move_band({static_cast<int>(from), static_cast<int>(to)});
    }
    if (dragged_ == Part::middle) {
        const int n = static_cast<int>(values_.size());
        const int by = std::clamp(moved, borders_.front() - low, n - high);
        setCursor(Qt::ClosedHandCursor);
        move_band({low + by, high + by});
    }
}

void SpectrumBrush::mouseReleaseEvent(QMouseEvent* event) {
    if (event->button() != Qt::LeftButton) return QWidget::mouseReleaseEvent(event);
    dragged_ = Part::none;
    mouseMoveEvent(event); // the cursor
}

void SpectrumBrush::mouseDoubleClickEvent(QMouseEvent* event) {
    if (event->button() != Qt::LeftButton || borders_.empty()) return QWidget::mouseDoubleClickEvent(event);
    move_band({borders_.front(), borders_.back()});
}

void SpectrumBrush::leaveEvent(QEvent* event) {
    hovered_.reset();
    update();
    QWidget::leaveEvent(event);
}

void SpectrumBrush::keyPressEvent(QKeyEvent* event) {
    if (borders_.empty()) return QWidget::keyPressEvent(event);
    const std::size_t low = border_of(band_.first), high = border_of(band_.second), last = borders_.size() - 1;
    const auto take = [&](std::size_t first, std::size_t end) { move_band({borders_[first], borders_[end]}); };
    const bool size = event->modifiers() & Qt::ShiftModifier;
    switch (event->key()) {
    case Qt::Key_Left:
        if (size) return take(low, high > low ? high - 1 : high);
        return low > 0 ? take(low - 1, high - 1) : void();
    case Qt::Key_Right:
        if (size) return take(low, std::min(high + 1, last));
        return high < last ? take(low + 1, high + 1) : void();
    case Qt::Key_Home:
        return take(0, high - low);
    case Qt::Key_End:
        return take(last - (high - low), last);
    case Qt::Key_A:
        if (event->modifiers() & Qt::ControlModifier) return take(0, last);
        break;
    case Qt::Key_Delete:
    case Qt::Key_Backspace:
        return take(high, high);
    default:
        break;
    }
    QWidget::keyPressEvent(event);
}

bool SpectrumBrush::event(QEvent* event) {
    if (event->type() == QEvent::PaletteChange || event->type() == QEvent::FontChange) update();
    if (event->type() == QEvent::ShortcutOverride && !values_.empty()) {
        // Keys of the brush that a menu may have as well.
        const auto* key = static_cast<QKeyEvent*>(event);
        const bool all = key->key() == Qt::Key_A && key->modifiers() == Qt::ControlModifier;
        if (all || key->key() == Qt::Key_Delete) return event->accept(), true;
    }
    if (event->type() != QEvent::ToolTip) return QWidget::event(event);
    const auto* help = static_cast<QHelpEvent*>(event);
    if (values_.empty() || !plot().adjusted(-2, -20, 2, 2).contains(help->pos())) {
        QToolTip::hideText();
    } else {
        QToolTip::showText(help->globalPos(), text_of(index_at(help->pos().x())), this);
    }
    return true;
}

// --- the picture ---

void SpectrumBrush::paintEvent(QPaintEvent*) {
    QPainter painter(this);
    painter.setRenderHint(QPainter::Antialiasing);
    painter.fillRect(rect(), palette().color(QPalette::Base));
    if (values_.empty()) {
        painter.setPen(palette().color(QPalette::PlaceholderText));
        painter.drawText(rect(), Qt::AlignCenter, tr("No spectrum yet"));
        return;
    }
    paint_band(painter);
    paint_axes(painter);
    paint_values(painter);
    paint_changed(painter);
    paint_multiplicities(painter);
    if (hasFocus()) {
        painter.setBrush(Qt::NoBrush);
        painter.setPen(QPen(palette().color(QPalette::Highlight), 1.5));
        painter.drawRect(QRectF(rect()).adjusted(1, 1, -1, -1));
    }
}

void SpectrumBrush::paint_axes(QPainter& painter) const {
    const QRectF area = plot();
    const double line = fontMetrics().height();
    painter.setPen(palette().color(QPalette::PlaceholderText));
    const auto below = Qt::AlignTop | Qt::TextDontClip;
    const auto number = [&](double value) {
        const double y = std::clamp(y_of(value), line * 0.5, height() - line);
        painter.drawText(QRectF(0, y - line / 2, area.left() - 5, line), Qt::AlignRight | Qt::AlignVCenter,
                         short_number(value));
    };
    number(0);
    number(values_.back());
    painter.drawText(QRectF(area.left(), area.bottom() + 3, 60, line), Qt::AlignLeft | below, QStringLiteral("0"));
    const QString last = QString::number(values_.size() - 1);
    painter.drawText(QRectF(area.right() - 80, area.bottom() + 3, 80, line), Qt::AlignRight | below, last);
    const QString middle = hovered_ ? text_of(*hovered_) : tr("eigenvalues of the Laplacian, by index");
    painter.drawText(QRectF(area.left() + 20, area.bottom() + 3, area.width() - 50, line), Qt::AlignHCenter | below,
                     fontMetrics().elidedText(middle, Qt::ElideRight, static_cast<int>(area.width() - 60)));
    painter.setPen(palette().color(QPalette::Mid));
    painter.drawLine(area.bottomLeft(), area.bottomRight());
}

void SpectrumBrush::paint_band(QPainter& painter) const {
    if (band_.first >= band_.second) return;
    const QRectF area = plot();
    const QRectF band(QPointF(edge_x(band_.first), 2), QPointF(edge_x(band_.second), area.bottom()));
    QColor fill = palette().color(QPalette::Highlight);
    fill.setAlpha(48);
    painter.fillRect(band, fill);
    painter.setPen(QPen(palette().color(QPalette::Highlight), 1.5));
    for (const double x : {band.left(), band.right()}) {
        painter.drawLine(QPointF(x, band.top()), QPointF(x, band.bottom()));
        const QRectF grip(x - 3, band.center().y() - 9, 6, 18);
        painter.setBrush(palette().color(QPalette::Base));
        painter.drawRoundedRect(grip, 3, 3);
    }
}

void SpectrumBrush::paint_values(QPainter& painter) const {
    const double cell = edge_x(1) - edge_x(0);
    QColor stem = palette().color(QPalette::WindowText);
    const double dot = std::clamp(cell * 0.32, 1.2, 3.5);
    QColor soft = stem;
    soft.setAlpha(110);
    const double bottom = plot().bottom();
    for (std::size_t k = 0; k < values_.size(); ++k) {
        const double x = edge_x(static_cast<int>(k)) + cell / 2, y = y_of(values_[k]);
        painter.setPen(QPen(soft, std::clamp(cell * 0.2, 0.6, 1.5)));
        painter.drawLine(QPointF(x, bottom), QPointF(x, y));
        painter.setPen(Qt::NoPen);
        painter.setBrush(stem);
        painter.drawEllipse(QPointF(x, y), dot, dot);
    }
}

void SpectrumBrush::paint_changed(QPainter& painter) const {
    if (changed_.empty()) return;
    const bool dark = palette().color(QPalette::Base).lightness() < 128;
    const QColor colour = edge_colours(dark).of[static_cast<std::size_t>(EdgeKind::added)];
    const double cell = edge_x(1) - edge_x(0), dot = std::clamp(cell * 0.32, 1.4, 3.5);
    for (std::size_t k = 0; k < changed_.size(); ++k) {
        if (changed_[k] == values_[k]) continue;
        const double x = edge_x(static_cast<int>(k)) + cell / 2, y = y_of(changed_[k]);
        painter.setPen(QPen(colour, std::clamp(cell * 0.2, 0.6, 1.5)));
        painter.drawLine(QPointF(x, y_of(values_[k])), QPointF(x, y));
        painter.setPen(QPen(colour, 1.6));
        painter.setBrush(palette().color(QPalette::Base));
        painter.drawEllipse(QPointF(x, y), dot, dot);
    }
}

// Equal eigenvalues are joined; how many they are stands above them where there is room.
void SpectrumBrush::paint_multiplicities(QPainter& painter) const {
    const double cell = edge_x(1) - edge_x(0);
    const auto starts = starts_of(values_);
    const double line = fontMetrics().height();
    double free_from = 0; // texts don't overlap
    for (std::size_t c = 0; c + 1 < starts.size(); ++c) {
        const int many = starts[c + 1] - starts[c];
        if (many < 2) continue;
        const double left = edge_x(starts[c]) + cell / 2, right = edge_x(starts[c + 1]) - cell / 2;
        const double y = y_of(values_[static_cast<std::size_t>(starts[c])]);
        painter.setPen(QPen(palette().color(QPalette::WindowText), 2));
        painter.drawLine(QPointF(left, y), QPointF(right, y));
        const QString text = QStringLiteral("\u00d7%1").arg(many);
        const double wide = fontMetrics().horizontalAdvance(text), middle = (left + right) / 2;
        if (middle - wide / 2 < free_from) continue;
        free_from = middle + wide / 2 + 3;
        painter.drawText(QRectF(middle - wide / 2, std::max(0.0, y - line - 4), wide, line),
                         Qt::AlignCenter | Qt::TextDontClip, text);
    }
}

} // namespace orrery::gui
