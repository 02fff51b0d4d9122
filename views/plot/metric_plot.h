// SPDX-License-Identifier: GPL-3.0-or-later
// Any metric of any runs over step or time, drawn while they run: the view of metrics.
#pragma once
#include "core/figure/figure.h"
#include "core/records.h"
#include "views/plot/curve_colours.h"
#include "views/plot/plot_canvas.h"

#include <QElapsedTimer>
#include <QHash>
#include <QTimer>
#include <QWidget>

#include <functional>
#include <memory>
#include <optional>
#include <vector>

class QAction;
class QComboBox;
class QLabel;
class QMenu;
class QKeySequence;
class QSlider;
class QToolBar;
class QToolButton;

namespace orrery::gui {

// A metric of a run; the label says what tells it from the other curves.
struct Curve {
    QString run, key, label;
    bool operator==(const Curve&) const = default;
};

class MetricPlot : public QWidget {
    Q_OBJECT
public:
    // Milliseconds between two pictures, at least.
    static constexpr int shortest_interval = 100;

    explicit MetricPlot(QWidget* parent = nullptr);
    ~MetricPlot() override;

    // What is to be drawn; keeps the data of those that stay.
    void set_curves(const std::vector<Curve>& curves);
    // Replaces the points of a curve (in the order of steps; values may be NaN or infinite). May be called often: the
    // picture follows at most ten times a second. Of a curve that isn't drawn: nothing happens.
    void set_points(const QString& run, const QString& key, std::shared_ptr<const std::vector<MetricPoint>> points);
    // Runs that still grow: follow mode keeps their newest points in sight.
    void set_live(const QStringList& runs);
    void set_drawn(qsizetype runs, qsizetype of); // says so where it isn't all that are selected
    // The metrics that can be chosen from the toolbar.
    void set_available_keys(const QStringList& keys, bool any_run = true); // any_run: one is selected
    QStringList keys() const; // of the curves that are drawn, in their order

    // What can be set, also from the toolbar and the keyboard.
    const PlotOptions& options() const { return canvas_->options(); }
    void set_options(const PlotOptions& options);
    void set_log(bool of_y, bool on); // of the y axis: it is kept whatever is drawn
    void reset_view() { canvas_->reset_view(); }

    // The raw values inside the x range that is seen: one row a place of the x axis, one column a curve.
    QString csv() const;
    void copy_csv() const;

    // What is seen, as a figure: runs, metrics, axes, smoothing, ranges. Nothing if there is no curve.
    std::optional<Figure> figure() const;

    // Axes, options, ranges, colours; not the curves.
    QByteArray save_state() const;
    void restore_state(const QByteArray& state); // empty: as in the beginning; what is no state changes nothing

    PlotCanvas& canvas() { return *canvas_; }
    CurveColours& colours() { return colours_; } // restore() before set_curves()
    QColor colour_of(const QString& run) const;  // of its curves

Q_SIGNALS:
    void curves_wanted(QStringList keys); // the user chose other metrics
    void figure_wanted(bool save);        // of what is seen: to be saved, else exported
    void log_wanted(bool of_y, bool on);  // set_log() does it
    void csv_wanted();                    // copy_csv() does it
    void state_changed();                 // options or ranges, by the user

protected:
    void changeEvent(QEvent* event) override;
    void resizeEvent(QResizeEvent* event) override;

private:
    void make_toolbar();
    QAction* add_toggle(const char* name, const QString& text, const QString& help, const QKeySequence& keys,
                        bool PlotOptions::*member, QMenu* menu = nullptr);
    void add_command(const char* name, const QString& text, const QString& help, const QKeySequence& keys, QMenu& menu,
                     const std::function<void()>& slot);
    QToolButton* add_menu_button(const char* name, const QString& text, const QString& help);
    void change(const PlotOptions& options); // by the user
    void show_options();
    void show_keys();
    void show_reading();
    void show_notes();
    void schedule();
    void update_now();
    void rebuild();
    void suit_scale();
    void place_hint();

    std::vector<Curve> curves_;
    QHash<QString, std::size_t> places_; // run and key -> index of curves_
    QStringList live_, available_;
    bool any_run_ = false;
    CurveColours colours_;
    QToolBar* toolbar_ = nullptr;
    QToolButton* keys_button_ = nullptr;
    QMenu* keys_menu_ = nullptr;
    QComboBox* x_box_ = nullptr;
    QSlider* smoothing_ = nullptr;
    QLabel* smoothing_value_ = nullptr;
    std::vector<std::pair<QAction*, bool PlotOptions::*>> toggles_;
    PlotCanvas* canvas_ = nullptr;
    QLabel* hint_ = nullptr;
    QLabel* notes_ = nullptr;
    QString left_out_; // runs that aren't drawn
    QTimer timer_;
    QElapsedTimer last_update_;
    bool dirty_ = false;
    bool scale_chosen_ = false; // linear or logarithmic, by the user
};

} // namespace orrery::gui
