// SPDX-License-Identifier: GPL-3.0-or-later
// Runs as lines over parallel axes, one for each parameter or metric that differs; a brush on an axis leaves runs out.
#pragma once
#include "views/runs/run_store.h"

#include <QColor>
#include <QStringList>
#include <QWidget>

#include <functional>
#include <map>
#include <optional>
#include <string>
#include <vector>

namespace orrery::gui {

class ParallelCoordinates : public QWidget {
    Q_OBJECT
public:
    explicit ParallelCoordinates(QWidget* parent = nullptr);

    // Of these runs, in the store's order of columns. Brushes stay if the runs are the same and the axis is there.
    void set_runs(const RunStore& store, const std::vector<std::size_t>& runs);
    QStringList axes() const;
    // Runs that every brush holds.
    QStringList brushed() const;
    bool has_brush() const;
    // Of a run that is not brushed away; without it all have one colour.
    void set_colours(std::function<QColor(const QString& run)> colour_of);
    // Part of the axis, from 0 (below) to 1 (above).
    struct Brush {
        double low = 0, high = 1;
        bool operator==(const Brush&) const = default;
    };
    void set_brush(const QString& axis, std::optional<Brush> brush);
    std::optional<Brush> brush(const QString& axis) const;
    void clear_brushes();
    // Where an axis stands, in pixels: for tests and tooltips.
    double axis_x(int axis) const;
    QRectF plot_area() const;

    QSize sizeHint() const override;
    QSize minimumSizeHint() const override;

Q_SIGNALS:
    void brushed_changed(const QStringList& ids);
    void axis_chosen(int x); // by keys: to be scrolled to

protected:
    bool event(QEvent* event) override;
    void paintEvent(QPaintEvent* event) override;
    void mousePressEvent(QMouseEvent* event) override;
    void mouseMoveEvent(QMouseEvent* event) override;
    void mouseReleaseEvent(QMouseEvent* event) override;
    void keyPressEvent(QKeyEvent* event) override;
    void resizeEvent(QResizeEvent* event) override;
    void focusInEvent(QFocusEvent* event) override;
    void focusOutEvent(QFocusEvent* event) override;

private:
    struct Axis {
        std::string key; // of the column
        QString title;
        bool is_metric = false, logarithmic = false;
        double low = 0, high = 1;                  // of the numbers, after the logarithm
        std::vector<QString> categories;           // of texts, from below
        std::vector<std::optional<double>> places; // of each run, in [0, 1]; NaN or none: nothing
    };
    Axis make_axis(const RunStore& store, const Column& column, const std::vector<std::size_t>& runs) const;
    bool holds(std::size_t run) const;
    std::optional<int> axis_near(double x) const;
    double place_at(double y) const;
    double y_of(double place) const;
    QString text_at(const Axis& axis, double place, int digits = 4) const;
    void paint_lines(QPainter& painter) const;
    void paint_axis(QPainter& painter, int number) const;
    QRectF label_box(int number, double y, bool is_title) const;
    bool titles_collide() const;
    void describe();
    void tell();
    void drag_to(double y, bool released);
    void move_brush(const QKeyEvent& event);

    std::vector<Axis> axes_;
    std::vector<std::string> ids_;
    std::function<QColor(const QString& run)> colour_of_;
    bool two_rows_ = false;                // of titles, which have more room then
    std::map<std::string, Brush> brushes_; // by key of the axis
    int current_ = 0;                      // axis that the keys move on
    std::optional<int> dragged_;
    double drag_from_ = 0;
    QStringList told_;
};

} // namespace orrery::gui
