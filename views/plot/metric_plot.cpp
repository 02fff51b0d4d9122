// SPDX-License-Identifier: GPL-3.0-or-later
#include "views/plot/metric_plot.h"

#include <QAccessible>
#include <QAction>
#include <QApplication>
#include <QClipboard>
#include <QComboBox>
#include <QDataStream>
#include <QIODevice>
#include <QLabel>
#include <QMenu>
#include <QSlider>
#include <QToolBar>
#include <QToolButton>
#include <QVBoxLayout>

#include <algorithm>
#include <array>
#include <cmath>

namespace orrery::gui {

namespace {

QString place_of(const QString& run, const QString& key) { return run + QChar(0) + key; }

constexpr quint32 state_magic = 0x4f504c54; // "OPLT"
constexpr qint32 state_version = 2;

} // namespace

MetricPlot::MetricPlot(QWidget* parent) : QWidget(parent) {
    setObjectName(QStringLiteral("metric_plot"));
    setAccessibleName(tr("Metrics"));
    canvas_ = new PlotCanvas(this);
    canvas_->setAccessibleName(tr("Plot of metrics"));
    canvas_->setToolTip({});
    canvas_->setWhatsThis(tr("Drag: zoom to a rectangle. Shift+drag or middle button: pan. Wheel: zoom (Ctrl: x only, "
                             "Shift: y only). Double click or Home: everything. Left and right: move the crosshair; "
                             "with Ctrl: pan. Plus and minus: zoom."));
    hint_ = new QLabel(canvas_);
    hint_->setObjectName(QStringLiteral("plot_hint"));
    hint_->setAlignment(Qt::AlignCenter);
    hint_->setWordWrap(true);
    hint_->setAttribute(Qt::WA_TransparentForMouseEvents);
    notes_ = new QLabel(this);
    notes_->setObjectName(QStringLiteral("plot_notes"));
    notes_->setWordWrap(true);
    notes_->setContentsMargins(8, 0, 8, 3);
    notes_->hide();
    make_toolbar();
    auto* layout = new QVBoxLayout(this);
    layout->setContentsMargins(0, 0, 0, 0);
    layout->setSpacing(0);
    layout->addWidget(toolbar_);
    layout->addWidget(canvas_, 1);
    layout->addWidget(notes_);
    setFocusProxy(canvas_);

    timer_.setSingleShot(true);
    connect(&timer_, &QTimer::timeout, this, &MetricPlot::update_now);
    connect(canvas_, &PlotCanvas::view_changed, this, &MetricPlot::state_changed);
    connect(
        canvas_, &QCustomPlot::afterReplot, this, [this] { show_notes(); },
        Qt::QueuedConnection); // the label changes the size of what is being drawn
    connect(canvas_, &PlotCanvas::crosshair_changed, this, &MetricPlot::show_reading);
    show_options();
    show_keys();
    place_hint();
}

MetricPlot::~MetricPlot() = default;

// In the menu, if there is one, else a button of the toolbar.
QAction* MetricPlot::add_toggle(const char* name, const QString& text, const QString& help, const QKeySequence& keys,
                                bool PlotOptions::*member, QMenu* menu) {
    auto* action = new QAction(text, this);
    action->setObjectName(QLatin1String(name));
    action->setCheckable(true);
    action->setShortcut(keys);
    action->setShortcutContext(Qt::WidgetWithChildrenShortcut);
    action->setToolTip(QStringLiteral("%1 (%2)").arg(help, keys.toString(QKeySequence::NativeText)));
    addAction(action);
    if (menu) {
        menu->addAction(action);
    } else {
        toolbar_->addAction(action);
        QWidget* button = toolbar_->widgetForAction(action);
        button->setObjectName(QLatin1String(name) + QStringLiteral("_button"));
        button->setAccessibleName(help);
        button->setFocusPolicy(Qt::TabFocus);
    }
    connect(action, &QAction::triggered, this, [this, member](bool on) {
        const bool of_y = member == &PlotOptions::log_y;
        if (of_y || member == &PlotOptions::log_x) {
            show_options(); // as long as it isn't done
            return Q_EMIT log_wanted(of_y, on);
        }
        PlotOptions options = canvas_->options();
        options.*member = on;
        change(options);
    });
    toggles_.emplace_back(action, member);
    return action;
}

void MetricPlot::add_command(const char* name, const QString& text, const QString& help, const QKeySequence& keys,
                             QMenu& menu, const std::function<void()>& slot) {
    auto* action = menu.addAction(text);
    action->setObjectName(QLatin1String(name));
    action->setShortcut(keys);
    action->setShortcutContext(Qt::WidgetWithChildrenShortcut);
    action->setToolTip(QStringLiteral("%1 (%2)").arg(help, keys.toString(QKeySequence::NativeText)));
    addAction(action);
    connect(action, &QAction::triggered, this, slot);
}

QToolButton* MetricPlot::add_menu_button(const char* name, const QString& text, const QString& help) {
    auto* button = new QToolButton(toolbar_);
    button->setObjectName(QLatin1String(name));
    button->setText(text);
    button->setAccessibleName(help);
    button->setToolTip(help);
    button->setPopupMode(QToolButton::InstantPopup);
    button->setFocusPolicy(Qt::TabFocus);
    auto* menu = new QMenu(button);
    menu->setObjectName(QLatin1String(name) + QStringLiteral("_menu"));
    menu->setToolTipsVisible(true);
    button->setMenu(menu);
    toolbar_->addWidget(button);
    return button;
}

// As narrow as a panel is: what is seldom changed is in the menu at its end.
void MetricPlot::make_toolbar() {
    toolbar_ = new QToolBar(tr("Plot"), this);
    toolbar_->setObjectName(QStringLiteral("plot_toolbar"));
    toolbar_->setToolButtonStyle(Qt::ToolButtonTextOnly);
    keys_button_ = add_menu_button("plot_keys", {}, tr("Choose the metrics that are drawn"));
    keys_menu_ = keys_button_->menu();

    x_box_ = new QComboBox(toolbar_);
    x_box_->setObjectName(QStringLiteral("plot_x"));
    x_box_->addItems({tr("step"), tr("time")});
    x_box_->setAccessibleName(tr("What the x axis shows"));
    x_box_->setToolTip(tr("The x axis: steps of the run, or seconds that it computed"));
    connect(x_box_, &QComboBox::activated, this, [this](int index) {
        PlotOptions options = canvas_->options();
        options.over_time = index == 1;
        change(options);
    });
    auto* x_label = new QLabel(tr("&x"), toolbar_);
    x_label->setContentsMargins(4, 0, 2, 0);
    x_label->setBuddy(x_box_);
    toolbar_->addWidget(x_label);
    toolbar_->addWidget(x_box_);

    add_toggle("plot_log_x", tr("Log x"), tr("Logarithmic x axis"), Qt::Key_X, &PlotOptions::log_x);
    add_toggle("plot_log_y", tr("Log y"), tr("Logarithmic y axis"), Qt::Key_L, &PlotOptions::log_y);

    auto* label = new QLabel(tr("S&mooth"), toolbar_);
    label->setContentsMargins(4, 0, 3, 0);
    smoothing_ = new QSlider(Qt::Horizontal, toolbar_);
    smoothing_->setObjectName(QStringLiteral("plot_smoothing"));
    smoothing_->setRange(0, 99);
    smoothing_->setPageStep(10);
    smoothing_->setFixedWidth(56);
    smoothing_->setAccessibleName(tr("Smoothing"));
    smoothing_->setToolTip(
        tr("Exponential moving average: the share of what was before; the raw curve stays behind it"));
    label->setBuddy(smoothing_);
    label->setToolTip(smoothing_->toolTip());
    smoothing_value_ = new QLabel(toolbar_);
    smoothing_value_->setMinimumWidth(smoothing_value_->fontMetrics().horizontalAdvance(QStringLiteral("0.00 ")));
    connect(smoothing_, &QSlider::valueChanged, this, [this](int value) {
        PlotOptions options = canvas_->options();
        if (std::lround(options.smoothing * 100) == value) return;
        options.smoothing = value / 100.0;
        change(options);
    });
    for (QWidget* widget :
         {static_cast<QWidget*>(label), static_cast<QWidget*>(smoothing_), static_cast<QWidget*>(smoothing_value_)})
        toolbar_->addWidget(widget);

    auto* menu = add_menu_button("plot_view", tr("View"), tr("How it is drawn; copy the values"))->menu();
    add_toggle("plot_follow", tr("Follow"), tr("Keep the newest points of growing runs in sight"), Qt::Key_F,
               &PlotOptions::follow, menu);
    add_toggle("plot_crosshair", tr("Crosshair"), tr("Show the values of all curves at the cursor"), Qt::Key_C,
               &PlotOptions::crosshair, menu);
    add_toggle("plot_legend", tr("Legend"), tr("Show which curve is which"), Qt::Key_G, &PlotOptions::legend, menu);
    add_toggle("plot_pan", tr("Pan by dragging"),
               tr("Dragging moves the picture; off: it draws the rectangle to zoom to"), Qt::Key_P, &PlotOptions::pan,
               menu);
    menu->addSeparator();
    add_command("plot_save_figure", tr("Save as figure..."), tr("Keep what is seen among the project's figures"),
                QKeySequence(QStringLiteral("Ctrl+Alt+S")), *menu, [this] { Q_EMIT figure_wanted(true); });
    add_command("plot_export", tr("Export..."), tr("Write what is seen as PNG, SVG or PDF"),
                QKeySequence(QStringLiteral("Ctrl+E")), *menu, [this] { Q_EMIT figure_wanted(false); });
    menu->addSeparator();
    add_command("plot_reset", tr("Show everything"), tr("Show everything"), Qt::Key_R, *menu,
                [this] { canvas_->reset_view(); });
    add_command("plot_copy", tr("Copy as CSV"), tr("Copy the values in sight as CSV"), QKeySequence::Copy, *menu,
                [this] { Q_EMIT csv_wanted(); });
}

void MetricPlot::set_curves(const std::vector<Curve>& curves) {
    if (curves == curves_) return;
    QHash<QString, Points> kept;
    for (const DrawnCurve& drawn : canvas_->curves()) kept.insert(place_of(drawn.run, drawn.key), drawn.points);
    curves_ = curves;
    places_.clear();
    QStringList runs;
    for (std::size_t i = 0; i < curves_.size(); ++i) {
        places_.insert(place_of(curves_[i].run, curves_[i].key), i);
        runs.append(curves_[i].run);
    }
    colours_.show(runs);
    const QStringList shown = keys();
    static constexpr std::array styles{Qt::SolidLine, Qt::DashLine, Qt::DotLine, Qt::DashDotLine};
    std::vector<DrawnCurve> drawn;
    for (const Curve& curve : curves_) {
        const auto style = styles[static_cast<std::size_t>(shown.indexOf(curve.key)) % styles.size()];
        drawn.push_back({curve.run, curve.key, curve.label, colour_of(curve.run), style,
                         kept.value(place_of(curve.run, curve.key)), live_.contains(curve.run)});
    }
    canvas_->set_curves(std::move(drawn));
    show_keys();
    suit_scale();
    schedule();
}

// Losses and errors fall over decades; until the user has chosen a scale, they get a logarithmic one.
void MetricPlot::suit_scale() {
    const QStringList shown = keys();
    if (scale_chosen_ || shown.isEmpty()) return;
    PlotOptions options = canvas_->options();
    options.log_y = std::all_of(shown.begin(), shown.end(), [](const QString& key) {
        const QString word = key.section(QLatin1Char('/'), 0, 0);
        return word == QStringLiteral("loss") || word == QStringLiteral("error") || word == QStringLiteral("residual");
    });
    if (options.log_y != canvas_->options().log_y) change(options);
}

QColor MetricPlot::colour_of(const QString& run) const {
    return CurveColours::colour(colours_.index(run), palette().color(QPalette::Base).lightness() < 128);
}

std::optional<Figure> MetricPlot::figure() const {
    if (curves_.empty()) return std::nullopt;
    Figure figure;
    const auto add = [](std::vector<std::string>& list, const QString& text) {
        if (std::find(list.begin(), list.end(), text.toStdString()) == list.end()) list.push_back(text.toStdString());
    };
    for (const Curve& curve : curves_) {
        add(figure.runs, curve.run);
        add(figure.metrics, curve.key);
    }
    const PlotOptions& options = canvas_->options();
    figure.x = options.over_time ? "time" : "step";
    figure.log_x = options.log_x;
    figure.log_y = options.log_y;
    figure.smoothing = options.smoothing;
    if (!options.legend) figure.legend = "off";
    const auto ranges = canvas_->ranges();
    if (ranges.x_fixed) figure.x_range = {ranges.x.lower, ranges.x.upper};
    if (ranges.y_fixed) figure.y_range = {ranges.y.lower, ranges.y.upper};
    return figure;
}

void MetricPlot::rebuild() {
    std::vector<Curve> curves;
    std::swap(curves, curves_);
    set_curves(curves);
}

void MetricPlot::set_points(const QString& run, const QString& key,
                            std::shared_ptr<const std::vector<MetricPoint>> points) {
    const auto found = places_.constFind(place_of(run, key));
    if (found == places_.constEnd()) return;
    canvas_->set_points(*found, std::move(points));
    schedule();
}

void MetricPlot::set_live(const QStringList& runs) {
    if (runs == live_) return;
    live_ = runs;
    rebuild();
}

void MetricPlot::set_available_keys(const QStringList& keys, bool any_run) {
    if (keys == available_ && any_run == any_run_) return;
    available_ = keys;
    any_run_ = any_run;
    show_keys();
    place_hint();
}

QStringList MetricPlot::keys() const {
    QStringList result;
    for (const Curve& curve : curves_)
        if (!result.contains(curve.key)) result.append(curve.key);
    return result;
}

void MetricPlot::set_options(const PlotOptions& options) {
    if (options == canvas_->options()) return;
    scale_chosen_ = true;
    canvas_->set_options(options);
    show_options();
    schedule();
}

void MetricPlot::set_log(bool of_y, bool on) {
    PlotOptions options = canvas_->options();
    (of_y ? options.log_y : options.log_x) = on;
    scale_chosen_ = scale_chosen_ || of_y;
    change(options);
}

void MetricPlot::change(const PlotOptions& options) {
    canvas_->set_options(options);
    show_options();
    schedule();
    Q_EMIT state_changed();
}

void MetricPlot::show_options() {
    const PlotOptions& options = canvas_->options();
    x_box_->setCurrentIndex(options.over_time ? 1 : 0);
    smoothing_->setValue(static_cast<int>(std::lround(options.smoothing * 100)));
    smoothing_value_->setText(QString::number(options.smoothing, 'f', 2));
    for (const auto& [action, member] : toggles_) action->setChecked(options.*member);
}

void MetricPlot::show_keys() {
    const QStringList shown = keys();
    QString text = shown.isEmpty() ? tr("Metrics") : shown.first();
    if (shown.size() > 1) text += tr(" and %n more", "", static_cast<int>(shown.size() - 1));
    constexpr int longest = 64; // pixels: the menu shows the whole
    keys_button_->setText(fontMetrics().elidedText(text, Qt::ElideMiddle, longest));
    QStringList all = available_;
    for (const QString& key : shown)
        if (!all.contains(key)) all.append(key);
    keys_button_->setEnabled(!all.isEmpty());
    keys_menu_->clear();
    for (const QString& key : all) {
        QAction* action = keys_menu_->addAction(key);
        action->setCheckable(true);
        action->setChecked(shown.contains(key));
        connect(action, &QAction::triggered, this, [this, key](bool on) {
            QStringList wanted = keys();
            on ? wanted.append(key) : static_cast<void>(wanted.removeAll(key));
            Q_EMIT curves_wanted(wanted);
        });
    }
    const QString label = shown.size() == 1 ? shown.first() : QString();
    if (canvas_->yAxis->label() != label) canvas_->yAxis->setLabel(label);
}

void MetricPlot::set_drawn(qsizetype runs, qsizetype of) {
    left_out_ = runs < of ? tr("%1 of %2 runs are drawn").arg(runs).arg(of) : QString();
    show_notes();
}

void MetricPlot::show_notes() {
    QStringList parts{left_out_, canvas_->notes()};
    parts.removeAll(QString());
    const auto notes = parts.join(QStringLiteral(" \u00b7 "));
    if (notes == notes_->text()) return;
    notes_->setText(notes);
    notes_->setVisible(!notes.isEmpty());
}

// What the crosshair shows, for those who can't see it.
void MetricPlot::show_reading() {
    QStringList parts;
    for (const auto& reading : canvas_->readings()) {
        if (parts.size() >= 12) break;
        parts << QStringLiteral("%1: %2").arg(curves_[reading.curve].label).arg(reading.value, 0, 'g', 6);
    }
    canvas_->setAccessibleDescription(
        parts.isEmpty() ? QString() : canvas_->place_text() + QStringLiteral("; ") + parts.join(QStringLiteral(", ")));
    if (!QAccessible::isActive()) return;
    QAccessibleEvent event(canvas_, QAccessible::DescriptionChanged);
    QAccessible::updateAccessibility(&event);
}

void MetricPlot::schedule() {
    dirty_ = true;
    if (timer_.isActive()) return;
    const qint64 since = last_update_.isValid() ? last_update_.elapsed() : shortest_interval;
    timer_.start(static_cast<int>(std::clamp<qint64>(shortest_interval - since, 0, shortest_interval)));
}

void MetricPlot::update_now() {
    if (!dirty_) return;
    dirty_ = false;
    last_update_.start();
    canvas_->refresh();
    place_hint();
}

void MetricPlot::place_hint() {
    const auto& curves = canvas_->curves();
    const bool empty = std::none_of(curves.begin(), curves.end(),
                                    [](const DrawnCurve& curve) { return curve.points && !curve.points->empty(); });
    QString text;
    if (curves.empty())
        text = !available_.isEmpty() ? tr("Choose a metric at the top left to draw it.")
               : any_run_            ? tr("The selected runs have written no metrics.")
                                     : tr("Select runs in the table to see their metrics here.");
    else if (empty)
        text = tr("No values yet: they appear as soon as the run writes them.");
    hint_->setText(text);
    hint_->setVisible(!text.isEmpty());
    hint_->setGeometry(canvas_->rect().adjusted(60, 10, -20, -40));
}

QString MetricPlot::csv() const {
    const auto& curves = canvas_->curves();
    const QCPRange range = canvas_->xAxis->range();
    const bool over_time = options().over_time;
    const auto x_of = [&](const MetricPoint& point) {
        return over_time ? point.elapsed : static_cast<double>(point.step);
    };
    const auto quoted = [](QString text) {
        if (!text.contains(QLatin1Char(',')) && !text.contains(QLatin1Char('"')) && !text.contains(QLatin1Char('\n')))
            return text;
        return QStringLiteral("\"%1\"").arg(text.replace(QLatin1Char('"'), QStringLiteral("\"\"")));
    };
    const auto number = [](double value) {
        return std::isnan(value) ? QStringLiteral("nan") : QString::number(value, 'g', QLocale::FloatingPointShortest);
    };
    QString text = over_time ? QStringLiteral("elapsed") : QStringLiteral("step");
    struct Cursor {
        const MetricPoint *next = nullptr, *end = nullptr;
    };
    std::vector<Cursor> cursors;
    for (const DrawnCurve& curve : curves) {
        text +=
            QLatin1Char(',') + quoted(curve.label.isEmpty() ? curve.run + QLatin1Char(' ') + curve.key : curve.label);
        Cursor cursor;
        if (curve.points && !curve.points->empty()) {
            cursor = {curve.points->data(), curve.points->data() + curve.points->size()};
            while (cursor.next != cursor.end && x_of(*cursor.next) < range.lower) ++cursor.next;
        }
        cursors.push_back(cursor);
    }
    text += QLatin1Char('\n');
    while (true) {
        double x = std::numeric_limits<double>::infinity();
        for (const Cursor& cursor : cursors)
            if (cursor.next != cursor.end) x = std::min(x, x_of(*cursor.next));
        if (!(x <= range.upper)) break;
        text += number(x);
        for (Cursor& cursor : cursors) {
            text += QLatin1Char(',');
            if (cursor.next == cursor.end || x_of(*cursor.next) > x) continue;
            text += number(cursor.next->value);
            ++cursor.next;
        }
        text += QLatin1Char('\n');
    }
    return text;
}

void MetricPlot::copy_csv() const { QApplication::clipboard()->setText(csv()); }

QByteArray MetricPlot::save_state() const {
    QByteArray bytes;
    QDataStream out(&bytes, QIODevice::WriteOnly);
    out.setVersion(QDataStream::Qt_6_0);
    const PlotOptions& options = canvas_->options();
    const auto ranges = canvas_->ranges();
    out << state_magic << state_version << options.over_time << options.log_x << options.log_y << options.smoothing
        << options.follow << options.crosshair << options.legend << options.pan << ranges.x_fixed << ranges.x.lower
        << ranges.x.upper << ranges.y_fixed << ranges.y.lower << ranges.y.upper << colours_.save() << scale_chosen_;
    return bytes;
}

void MetricPlot::restore_state(const QByteArray& state) {
    if (state.isEmpty()) {
        scale_chosen_ = false;
        canvas_->set_options({});
        canvas_->reset_view();
        show_options();
        suit_scale();
        rebuild();
        return;
    }
    QDataStream in(state);
    in.setVersion(QDataStream::Qt_6_0);
    quint32 magic = 0;
    qint32 version = 0;
    PlotOptions options;
    PlotCanvas::Ranges ranges;
    QStringList colours;
    bool chosen = false;
    in >> magic >> version;
    if (magic != state_magic || version != state_version) return;
    in >> options.over_time >> options.log_x >> options.log_y >> options.smoothing >> options.follow >>
        options.crosshair >> options.legend >> options.pan >> ranges.x_fixed >> ranges.x.lower >> ranges.x.upper >>
        ranges.y_fixed >> ranges.y.lower >> ranges.y.upper >> colours >> chosen;
    if (in.status() != QDataStream::Ok || !(options.smoothing >= 0 && options.smoothing < 1)) return;
    colours_.restore(colours);
    scale_chosen_ = chosen;
    canvas_->set_options(options);
    show_options();
    rebuild();
    canvas_->set_ranges(ranges);
    dirty_ = true;
    schedule();
}

void MetricPlot::changeEvent(QEvent* event) {
    QWidget::changeEvent(event);
    if (event->type() == QEvent::PaletteChange && canvas_) rebuild();
}

void MetricPlot::resizeEvent(QResizeEvent* event) {
    QWidget::resizeEvent(event);
    place_hint();
}

} // namespace orrery::gui
