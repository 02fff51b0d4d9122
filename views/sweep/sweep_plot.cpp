// SPDX-License-Identifier: GPL-3.0-or-later
#include "views/sweep/sweep_plot.h"

#include "views/plot/curve_colours.h"

#include <QComboBox>
#include <QHBoxLayout>
#include <QHelpEvent>
#include <QJsonArray>
#include <QJsonDocument>
#include <QJsonObject>
#include <QLabel>
#include <QMenu>
#include <QMouseEvent>
#include <QSet>
#include <QSignalBlocker>
#include <QToolButton>
#include <QToolTip>
#include <QVBoxLayout>

#include <algorithm>
#include <array>
#include <cmath>
#include <limits>

namespace orrery::gui {
namespace {

constexpr double wide_range = 30;       // larger over smaller: then a logarithmic axis suits
constexpr double near_enough = 12;      // pixels between mouse and point
constexpr std::size_t most_curves = 24; // that a legend can hold

// Viridis (S. van der Walt and N. Smith, 2015), which grey and colour-blind readers can follow.
QCPColorGradient viridis() {
    QCPColorGradient gradient;
    gradient.clearColorStops();
    const std::array<QColor, 6> stops{QColor(68, 1, 84),    QColor(65, 68, 135),  QColor(42, 120, 142),
                                      QColor(34, 168, 132), QColor(122, 209, 81), QColor(253, 231, 37)};
    for (std::size_t i = 0; i < stops.size(); ++i)
        gradient.setColorStopAt(static_cast<double>(i) / static_cast<double>(stops.size() - 1), stops[i]);
    gradient.setNanHandling(QCPColorGradient::nhTransparent);
    return gradient;
}

struct Range {
    double low = std::numeric_limits<double>::infinity(), high = -std::numeric_limits<double>::infinity();
    void add(double value) {
        low = std::min(low, value);
        high = std::max(high, value);
    }
    bool is_wide() const { return low > 0 && high / low > wide_range; }
    QCPRange axis(bool log) const {
        if (log) {
            const double room = high > low ? std::pow(high / low, 0.06) : 2;
            return {low / room, high * room};
        }
        const double room = high > low ? 0.06 * (high - low) : std::max(std::fabs(low) / 2, 0.5);
        return {low - room, high + room};
    }
};

void scale(QCPAxis& axis, bool log) {
    axis.setScaleType(log ? QCPAxis::stLogarithmic : QCPAxis::stLinear);
    axis.setTicker(log ? QSharedPointer<QCPAxisTicker>(new QCPAxisTickerLog)
                       : QSharedPointer<QCPAxisTicker>(new QCPAxisTicker));
    axis.setNumberFormat(log ? QStringLiteral("eb") : QStringLiteral("gb"));
    axis.setNumberPrecision(log ? 0 : 6);
}

} // namespace

SweepPlot::SweepPlot(QWidget* parent) : QWidget(parent) {
    setObjectName(QStringLiteral("sweep_plot"));
    auto* column = new QVBoxLayout(this);
    column->setContentsMargins(0, 0, 0, 0);
    column->setSpacing(2);
    make_toolbar();
    plot_ = new QCustomPlot(this);
    plot_->setObjectName(QStringLiteral("sweep_canvas"));
    plot_->setAccessibleName(tr("Metric over the parameter that was varied"));
    plot_->setToolTip(tr("Point at a mark for its run and value, click it to open the run"));
    plot_->installEventFilter(this);
    plot_->setFocusPolicy(Qt::StrongFocus);
    plot_->setMinimumSize(160, 100);
    plot_->legend->setBorderPen(Qt::NoPen);
    margins_ = new QCPMarginGroup(plot_);
    column->addWidget(plot_, 1);
    hint_ = new QLabel(this);
    hint_->setObjectName(QStringLiteral("sweep_hint"));
    hint_->setWordWrap(true);
    hint_->setAlignment(Qt::AlignCenter);
    hint_->setContentsMargins(8, 2, 8, 4);
    column->addWidget(hint_);
    connect(plot_, &QCustomPlot::mousePress, this, [this](QMouseEvent* event) {
        if (const auto* point = point_at(event->position())) Q_EMIT run_chosen(QString::fromStdString(point->run));
    });
    apply_palette();
    draw();
}

void SweepPlot::make_toolbar() {
    auto* bar = new QHBoxLayout;
    bar->setContentsMargins(4, 4, 4, 0);
    static_cast<QVBoxLayout*>(layout())->addLayout(bar);
    const auto add_box = [&](const char* name, const QString& title, const QString& help) {
        auto* box = new QComboBox(this);
        box->setObjectName(QString::fromUtf8(name));
        box->setAccessibleName(help);
        box->setToolTip(help);
        box->setSizeAdjustPolicy(QComboBox::AdjustToMinimumContentsLengthWithIcon);
        box->setMinimumContentsLength(10);
        auto* label = new QLabel(title, this);
        label->setBuddy(box);
        bar->addWidget(label);
        bar->addWidget(box, 1);
        return box;
    };
    metric_ = add_box("sweep_metric", tr("&Metric"), tr("Metric whose last value is drawn"));
    parameter_ = add_box("sweep_parameter", tr("o&ver"), tr("Parameter along the horizontal axis"));
    log_x_button_ = add_toggle("sweep_log_x", tr("log x"), tr("Logarithmic horizontal axis"));
    log_y_button_ = add_toggle("sweep_log_y", tr("log y"), tr("Logarithmic vertical axis, or colours"));
    map_ = add_toggle("sweep_map", tr("Map"), tr("Colours over two parameters instead of curves over one"));
    for (auto* button : {log_x_button_, log_y_button_, map_}) bar->addWidget(button);
    connect(metric_, &QComboBox::textActivated, this, [this](const QString& name) {
        wanted_metric_ = name;
        draw();
    });
    connect(parameter_, &QComboBox::textActivated, this, [this](const QString& name) {
        wanted_parameter_ = name;
        draw();
    });
    connect(log_x_button_, &QToolButton::clicked, this, [this](bool on) {
        log_x_ = on;
        draw();
    });
    connect(log_y_button_, &QToolButton::clicked, this, [this](bool on) {
        log_y_ = on;
        draw();
    });
    connect(map_, &QToolButton::clicked, this, [this] { draw(); });
    auto* figure_button = new QToolButton(this);
    figure_button->setObjectName(QStringLiteral("sweep_figure"));
    figure_button->setText(tr("Figure"));
    figure_button->setAccessibleName(tr("Figure of what is seen"));
    figure_button->setToolTip(tr("Keep what is seen among the project's figures, or write it as PNG, SVG or PDF"));
    figure_button->setPopupMode(QToolButton::InstantPopup);
    auto* menu = new QMenu(figure_button);
    menu->addAction(tr("Save as figure..."), this, [this] { Q_EMIT figure_wanted(true); });
    menu->addAction(tr("Export..."), this, [this] { Q_EMIT figure_wanted(false); });
    figure_button->setMenu(menu);
    bar->addWidget(figure_button);
}

QString SweepPlot::figure() const {
    if (runs_.empty() || metric().isEmpty() || parameter().isEmpty()) return {};
    QJsonArray runs;
    for (const auto* run : runs_) runs << QString::fromStdString(run->id);
    const QJsonObject specification{{QStringLiteral("kind"), QStringLiteral("sweep")},
                                    {QStringLiteral("runs"), runs},
                                    {QStringLiteral("metrics"), QJsonArray{metric()}},
                                    {QStringLiteral("x"), parameter()},
                                    {QStringLiteral("log_x"), log_x_button_->isChecked()},
                                    {QStringLiteral("log_y"), log_y_button_->isChecked() && !is_map()}};
    return QString::fromUtf8(QJsonDocument(specification).toJson(QJsonDocument::Compact));
}

QToolButton* SweepPlot::add_toggle(const char* name, const QString& text, const QString& help) {
    auto* button = new QToolButton(this);
    button->setObjectName(QString::fromUtf8(name));
    button->setText(text);
    button->setCheckable(true);
    button->setToolTip(help);
    button->setAccessibleName(help);
    return button;
}

void SweepPlot::set_lower_is_better(std::function<bool(const std::string&, const std::string&)> is_lower) {
    is_lower_ = std::move(is_lower);
    choose_defaults();
    draw();
}

void SweepPlot::set_runs(std::shared_ptr<const std::vector<RunRow>> all, const QStringList& ids) {
    all_ = std::move(all);
    runs_.clear();
    const QSet<QString> wanted(ids.begin(), ids.end());
    const RunRow* first = nullptr;
    if (all_ && !ids.isEmpty())
        for (const auto& run : *all_)
            if (QString::fromStdString(run.id) == ids.front()) first = &run;
    if (first)
        for (const auto& run : *all_)
            if (run.experiment == first->experiment && wanted.contains(QString::fromStdString(run.id)))
                runs_.push_back(&run);
    varied_ = varied_parameters(runs_);
    choose_defaults();
    draw();
}

void SweepPlot::choose_defaults() {
    QStringList metrics, parameters;
    QString best;
    for (const auto& key : metrics_of(runs_)) {
        metrics << QString::fromStdString(key);
        if (best.isEmpty() && is_lower_ && is_lower_(runs_.front()->experiment, key)) best = metrics.last();
    }
    for (const auto& parameter : varied_) parameters << QString::fromStdString(parameter.name);
    fill(*metric_, metrics, metrics.contains(wanted_metric_) ? wanted_metric_ : best);
    fill(*parameter_, parameters, parameters.contains(wanted_parameter_) ? wanted_parameter_ : QString());
}

void SweepPlot::fill(QComboBox& box, const QStringList& names, const QString& chosen) {
    const QSignalBlocker quiet(box);
    box.clear();
    box.addItems(names);
    box.setCurrentIndex(std::max(0, static_cast<int>(names.indexOf(chosen))));
    box.setEnabled(names.size() > 1);
}

QString SweepPlot::metric() const { return metric_->currentText(); }
QString SweepPlot::parameter() const { return parameter_->currentText(); }
bool SweepPlot::is_map() const { return map_->isEnabled() && map_->isChecked(); }
QString SweepPlot::hint() const { return hint_->isHidden() ? QString() : hint_->text(); }

const VariedParameter* SweepPlot::varied(const QString& name) const {
    for (const auto& parameter : varied_)
        if (parameter.name == name.toStdString()) return &parameter;
    return nullptr;
}

// Beside the curves, never over them.
void SweepPlot::place_legend(bool shown) {
    auto* layout = plot_->legend->layout();
    if (layout) layout->take(plot_->legend);
    plot_->plotLayout()->simplify();
    plot_->legend->setVisible(shown);
    if (!shown) return;
    plot_->plotLayout()->addElement(0, 1, plot_->legend);
    plot_->plotLayout()->setColumnStretchFactor(1, 0.001);
}

void SweepPlot::draw() {
    plot_->clearPlottables();
    place_legend(false);
    curves_.clear();
    grid_ = {};
    if (scale_) {
        plot_->plotLayout()->remove(scale_);
        plot_->plotLayout()->simplify();
        scale_ = nullptr;
    }
    const auto* axis = varied(parameter());
    const bool possible = axis && !metric().isEmpty();
    map_->setEnabled(possible && varied_.size() > 1);
    const VariedParameter* other = nullptr;
    for (const auto& parameter : varied_)
        if (!other && axis && parameter.name != axis->name) other = &parameter;
    log_x_button_->setEnabled(possible && axis->positive && !is_map());
    log_y_button_->setEnabled(possible);
    plot_->setVisible(possible);
    QString hint;
    if (!possible) {
        hint = runs_.size() < 2 ? tr("Select a sweep, or two or more runs of one experiment, to see a metric over what "
                                     "was varied.")
               : varied_.empty() ? tr("The selected runs have the same parameters.")
                                 : tr("The selected runs have no metrics yet.");
    } else if (is_map()) {
        draw_map(*axis, *other);
        if (varied_.size() > 2)
            hint = tr("More than two parameters differ: of the runs at one place the last is shown.");
    } else {
        draw_curves(*axis);
        if (curves_.size() > most_curves)
            hint = tr("%1 of %2 curves have a place in the legend.").arg(most_curves).arg(curves_.size());
    }
    const auto drawn = [&] {
        std::size_t count = 0;
        for (const auto& curve : curves_) count += curve.points.size();
        return count;
    };
    if (possible && !is_map() && drawn() < runs_.size())
        hint += (hint.isEmpty() ? QString() : QStringLiteral(" ")) +
                tr("%1 of %2 runs have no finite value.").arg(runs_.size() - drawn()).arg(runs_.size());
    hint_->setText(hint);
    hint_->setVisible(!hint.isEmpty());
    layout()->setAlignment(hint_, possible ? Qt::Alignment() : Qt::AlignCenter);
    plot_->replot(QCustomPlot::rpQueuedReplot);
}

void SweepPlot::label_places(QCPAxis& axis, const VariedParameter& parameter) {
    QSharedPointer<QCPAxisTickerText> ticker(new QCPAxisTickerText);
    for (std::size_t i = 0; i < parameter.values.size(); ++i)
        ticker->addTick(static_cast<double>(i), QString::fromStdString(text_of_value(parameter.values[i])));
    axis.setScaleType(QCPAxis::stLinear);
    axis.setTicker(ticker);
    axis.setRange(-0.5, static_cast<double>(parameter.values.size()) - 0.5);
}

void SweepPlot::draw_curves(const VariedParameter& axis) {
    curves_ = sweep_curves(runs_, varied_, metric().toStdString(), axis.name);
    Range x, y;
    for (const auto& curve : curves_)
        for (const auto& point : curve.points) {
            x.add(point.x);
            y.add(point.y);
        }
    if (x.low > x.high) x = y = {0, 1};
    const bool log_x = axis.positive && (log_x_ < 0 ? x.is_wide() : log_x_ == 1);
    const bool log_y = log_y_ < 0 ? y.is_wide() : log_y_ == 1 && y.high > 0;
    log_x_button_->setChecked(log_x);
    log_y_button_->setChecked(log_y);
    if (axis.numeric) {
        scale(*plot_->xAxis, log_x);
        plot_->xAxis->setRange(x.axis(log_x));
    } else {
        label_places(*plot_->xAxis, axis);
    }
    scale(*plot_->yAxis, log_y);
    if (log_y && y.low <= 0) { // what a logarithm can't show lies below the axis
        y.low = y.high;
        for (const auto& curve : curves_)
            for (const auto& point : curve.points)
                if (point.y > 0) y.add(point.y);
    }
    plot_->yAxis->setRange(y.axis(log_y));
    plot_->xAxis->setLabel(QString::fromStdString(axis.name));
    plot_->yAxis->setLabel(metric());
    const bool dark = palette().color(QPalette::Base).lightness() < 128;
    for (std::size_t i = 0; i < curves_.size(); ++i) {
        auto* graph = plot_->addGraph();
        const auto colour = CurveColours::colour(static_cast<int>(i), dark);
        graph->setPen(QPen(colour, 1.6));
        graph->setScatterStyle(QCPScatterStyle(QCPScatterStyle::ssDisc, colour, colour, 6));
        graph->setName(QString::fromStdString(curves_[i].label));
        if (i >= most_curves) graph->removeFromLegend();
        for (const auto& point : curves_[i].points) graph->addData(point.x, point.y);
    }
    place_legend(curves_.size() > 1);
}

void SweepPlot::draw_map(const VariedParameter& x, const VariedParameter& y) {
    grid_ = sweep_grid(runs_, x, y, metric().toStdString());
    Range range;
    for (const double value : grid_.values)
        if (std::isfinite(value)) range.add(value);
    if (range.low > range.high) range = {0, 1};
    const bool log = range.low > 0 && (log_y_ < 0 ? range.is_wide() : log_y_ == 1);
    log_y_button_->setChecked(log);
    label_places(*plot_->xAxis, x);
    label_places(*plot_->yAxis, y);
    plot_->xAxis->setLabel(QString::fromStdString(x.name));
    plot_->yAxis->setLabel(QString::fromStdString(y.name));
    auto* map = new QCPColorMap(plot_->xAxis, plot_->yAxis);
    map->data()->setSize(static_cast<int>(grid_.nx), static_cast<int>(grid_.ny));
    map->data()->setRange({0, static_cast<double>(grid_.nx - 1)}, {0, static_cast<double>(grid_.ny - 1)});
    for (std::size_t ix = 0; ix < grid_.nx; ++ix)
        for (std::size_t iy = 0; iy < grid_.ny; ++iy)
            map->data()->setCell(static_cast<int>(ix), static_cast<int>(iy), grid_.values[ix * grid_.ny + iy]);
    map->setInterpolate(false);
    map->setTightBoundary(false);
    scale_ = new QCPColorScale(plot_);
    plot_->plotLayout()->addElement(0, 1, scale_);
    scale_->setType(QCPAxis::atRight);
    scale_->setDataScaleType(log ? QCPAxis::stLogarithmic : QCPAxis::stLinear);
    scale_->axis()->setTicker(log ? QSharedPointer<QCPAxisTicker>(new QCPAxisTickerLog)
                                  : QSharedPointer<QCPAxisTicker>(new QCPAxisTicker));
    scale_->axis()->setNumberFormat(log ? QStringLiteral("eb") : QStringLiteral("gb"));
    scale_->axis()->setNumberPrecision(log ? 0 : 6);
    scale_->axis()->setLabel(metric());
    map->setColorScale(scale_);
    map->setGradient(viridis());
    map->setDataRange(log || range.high > range.low ? QCPRange(range.low, range.high) : range.axis(false));
    plot_->axisRect()->setMarginGroup(QCP::msBottom | QCP::msTop, margins_); // axes and colours end at one height
    scale_->setMarginGroup(QCP::msBottom | QCP::msTop, margins_);
    apply_palette();
}

void SweepPlot::apply_palette() {
    const QColor base = palette().color(QPalette::Base), text = palette().color(QPalette::Text);
    QColor weak = text, faint = text;
    weak.setAlphaF(0.55F);
    faint.setAlphaF(0.14F);
    plot_->setBackground(base);
    std::vector<QCPAxis*> axes{plot_->xAxis, plot_->yAxis};
    if (scale_) axes.push_back(scale_->axis());
    for (auto* axis : axes) {
        axis->setBasePen(QPen(weak));
        axis->setTickPen(QPen(weak));
        axis->setSubTickPen(QPen(weak));
        axis->setTickLabelColor(text);
        axis->setLabelColor(text);
        axis->setTickLabelFont(font());
        axis->setLabelFont(font());
        axis->grid()->setPen(QPen(faint));
        axis->grid()->setZeroLinePen(QPen(faint));
    }
    plot_->legend->setBrush(Qt::NoBrush);
    plot_->legend->setTextColor(text);
    plot_->legend->setFont(font());
}

void SweepPlot::changeEvent(QEvent* event) {
    QWidget::changeEvent(event);
    if (!plot_ || (event->type() != QEvent::PaletteChange && event->type() != QEvent::FontChange)) return;
    apply_palette();
    draw();
}

const SweepPoint* SweepPlot::point_at(const QPointF& place) const {
    const SweepPoint* nearest = nullptr;
    double distance = near_enough;
    for (const auto& curve : curves_)
        for (const auto& point : curve.points) {
            const double away = std::hypot(plot_->xAxis->coordToPixel(point.x) - place.x(),
                                           plot_->yAxis->coordToPixel(point.y) - place.y());
            if (away >= distance) continue;
            distance = away;
            nearest = &point;
        }
    return nearest;
}

QString SweepPlot::text_at(const QPoint& place) const {
    if (const auto* point = point_at(place))
        return tr("run %1: %2 = %3").arg(QString::fromStdString(point->run), metric()).arg(point->y, 0, 'g', 8);
    if (grid_.values.empty()) return {};
    const double x = std::round(plot_->xAxis->pixelToCoord(place.x())),
                 y = std::round(plot_->yAxis->pixelToCoord(place.y()));
    if (x < 0 || y < 0 || x >= static_cast<double>(grid_.nx) || y >= static_cast<double>(grid_.ny)) return {};
    const auto at = static_cast<std::size_t>(x) * grid_.ny + static_cast<std::size_t>(y);
    if (grid_.runs[at].empty()) return tr("no run");
    return tr("run %1: %2 = %3").arg(QString::fromStdString(grid_.runs[at]), metric()).arg(grid_.values[at], 0, 'g', 8);
}

bool SweepPlot::eventFilter(QObject* watched, QEvent* event) {
    if (watched != plot_ || event->type() != QEvent::ToolTip) return QWidget::eventFilter(watched, event);
    const auto* help = static_cast<QHelpEvent*>(event);
    const auto text = text_at(help->pos());
    if (text.isEmpty()) return false; // then the plot says what it is
    QToolTip::showText(help->globalPos(), text, plot_);
    return true;
}

QByteArray SweepPlot::save_state() const {
    return QJsonDocument(QJsonObject{{"metric", wanted_metric_},
                                     {"parameter", wanted_parameter_},
                                     {"log_x", log_x_},
                                     {"log_y", log_y_},
                                     {"map", map_->isChecked()}})
        .toJson(QJsonDocument::Compact);
}

void SweepPlot::restore_state(const QByteArray& bytes) {
    const auto state = QJsonDocument::fromJson(bytes).object();
    wanted_metric_ = state["metric"].toString();
    wanted_parameter_ = state["parameter"].toString();
    log_x_ = state["log_x"].toInt(-1);
    log_y_ = state["log_y"].toInt(-1);
    map_->setChecked(state["map"].toBool());
    choose_defaults();
    draw();
}

} // namespace orrery::gui
