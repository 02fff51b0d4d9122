// SPDX-License-Identifier: GPL-3.0-or-later
// Curves on two axes, with zoom, pan and a crosshair: what MetricPlot draws on.
#pragma once
#include "core/records.h"
#include "core/series.h"
#include "views/plot/qcustomplot_header.h"

#include <QColor>
#include <QString>

#include <memory>
#include <vector>

namespace orrery::gui {

using Points = std::shared_ptr<const std::vector<MetricPoint>>;

struct DrawnCurve {
    QString run, key, label;
    QColor colour;
    Qt::PenStyle style = Qt::SolidLine;
    Points points; // may be null
    bool live = false;
};

struct PlotOptions {
    bool over_time = false; // else over step
    bool log_x = false, log_y = false;
    double smoothing = 0; // weight of what was before, in [0, 1)
    bool follow = true;   // the newest point stays in sight
    bool crosshair = true, legend = true;
    bool pan = false; // dragging pans; else it draws the rectangle to zoom to
    bool operator==(const PlotOptions&) const = default;
};

class PlotCanvas : public QCustomPlot {
    Q_OBJECT
public:
    explicit PlotCanvas(QWidget* parent = nullptr);
    ~PlotCanvas() override;

    // Draw with the next refresh().
    void set_curves(std::vector<DrawnCurve> curves);
    void set_points(std::size_t curve, Points points);
    void set_options(const PlotOptions& options);
    const PlotOptions& options() const { return options_; }
    // Where neither steps nor seconds lie along the x axis: "%1 along the line".
    void set_place_words(const QString& words) { place_words_ = words; }
    QString place_text() const; // of the crosshair
    const std::vector<DrawnCurve>& curves() const { return curves_; }

    void refresh();                    // ranges, envelopes and picture
    void reset_view();                 // all there is
    void zoom(double factor);          // about the middle; > 1 shows more
    void pan(double right, double up); // in shares of what is seen
    bool is_zoomed() const { return x_fixed_ || y_fixed_; }
    struct Ranges {
        QCPRange x, y;
        bool x_fixed = false, y_fixed = false;
    };
    Ranges ranges() const { return {xAxis->range(), yAxis->range(), x_fixed_, y_fixed_}; }
    void set_ranges(const Ranges& ranges);

    // The crosshair: off, at a place of the x axis, or a number of pixels from where it is.
    void hide_crosshair();
    void set_crosshair(double x);
    void move_crosshair(int pixels);
    bool has_crosshair() const { return crosshair_shown_; }
    double crosshair() const { return crosshair_; }
    struct Reading {
        std::size_t curve = 0;
        double x = 0, value = 0;
    };
    // The value of each curve at the crosshair: of the nearest point.
    std::vector<Reading> readings() const;

    // What was drawn last. The legend's room: empty if it isn't shown.
    QRect legend_rect() const;
    const std::vector<Envelope>& envelopes() const { return envelopes_; }
    // What can't be seen, in words: values left out by a logarithmic axis, NaN. Empty if there is nothing to say.
    QString notes() const;
    int replots() const { return replots_; }

Q_SIGNALS:
    void view_changed(); // the user zoomed, panned or reset
    void crosshair_changed();

protected:
    void mousePressEvent(QMouseEvent* event) override;
    void mouseMoveEvent(QMouseEvent* event) override;
    void mouseDoubleClickEvent(QMouseEvent* event) override;
    void wheelEvent(QWheelEvent* event) override;
    void keyPressEvent(QKeyEvent* event) override;
    void leaveEvent(QEvent* event) override;
    void changeEvent(QEvent* event) override;

private:
    class Painter;
    class Legend;
    class Overlay;
    double x_of(const MetricPoint& point) const {
        return options_.over_time ? point.elapsed : static_cast<double>(point.step);
    }
    void apply_palette();
    void place_legend();
    void suit_ticks();
    void apply_scales();
    void fit_ranges();
    void fit_y();
    void make_envelopes();
    void axis_moved();
    void smooth(std::size_t curve);
    double newest_x() const;

    std::vector<DrawnCurve> curves_;
    std::vector<Envelope> envelopes_, raw_; // raw_: behind a smoothed curve, else empty
    std::vector<std::vector<double>> smoothed_;
    PlotOptions options_;
    Painter* painter_;
    Legend* legend_;
    Overlay* overlay_;
    bool x_fixed_ = false, y_fixed_ = false, fitting_ = false, envelopes_stale_ = true;
    int envelope_width_ = 0;
    double followed_x_ = 0;
    bool crosshair_shown_ = false;
    double crosshair_ = 0;
    QString place_words_;
    int replots_ = 0;
};

} // namespace orrery::gui
