// SPDX-License-Identifier: GPL-3.0-or-later
// A metric of the selected runs over a parameter in which they differ: a curve for each value of the others, or a map
// of two parameters.
#pragma once
#include "views/plot/qcustomplot_header.h"
#include "views/sweep/sweep_data.h"

#include <QWidget>

#include <functional>
#include <memory>
#include <vector>

class QComboBox;
class QLabel;
class QToolButton;

namespace orrery::gui {

class SweepPlot : public QWidget {
    Q_OBJECT
public:
    explicit SweepPlot(QWidget* parent = nullptr);

    // All runs, and those that are drawn: of one experiment, as the first of them.
    void set_runs(std::shared_ptr<const std::vector<RunRow>> all, const QStringList& ids);
    // Which metric to begin with: the first of which a smaller value is better.
    void set_lower_is_better(std::function<bool(const std::string& experiment, const std::string& key)> is_lower);

    QString metric() const;
    QString parameter() const;
    bool is_map() const;
    const std::vector<SweepCurve>& curves() const { return curves_; }
    QString hint() const; // why nothing is drawn, or what is left out; empty if there is nothing to say

    QString figure() const; // what is seen as the specification of a figure (JSON); of a map its curves; empty: nothing

    QByteArray save_state() const; // what a person chose: metric, parameter, axes, map
    void restore_state(const QByteArray& state);

Q_SIGNALS:
    void run_chosen(const QString& id); // a point was clicked
    void figure_wanted(bool save);      // of what is seen: to be saved, else exported

protected:
    void changeEvent(QEvent* event) override;
    bool eventFilter(QObject* watched, QEvent* event) override;

private:
    void make_toolbar();
    QToolButton* add_toggle(const char* name, const QString& text, const QString& help);
    void choose_defaults();
    void fill(QComboBox& box, const QStringList& names, const QString& chosen);
    void place_legend(bool shown);
    void draw();
    void draw_curves(const VariedParameter& axis);
    void draw_map(const VariedParameter& x, const VariedParameter& y);
    void label_places(QCPAxis& axis, const VariedParameter& parameter);
    void apply_palette();
    const VariedParameter* varied(const QString& name) const;
    const SweepPoint* point_at(const QPointF& place) const;
    QString text_at(const QPoint& place) const;

    std::shared_ptr<const std::vector<RunRow>> all_;
    std::vector<const RunRow*> runs_; // of all_
    std::function<bool(const std::string&, const std::string&)> is_lower_;
    std::vector<VariedParameter> varied_;
    std::vector<SweepCurve> curves_;
    SweepGrid grid_;
    QString wanted_metric_, wanted_parameter_; // by a person; empty: as suits
    int log_x_ = -1, log_y_ = -1;              // by a person; -1: as suits
    QComboBox *metric_ = nullptr, *parameter_ = nullptr;
    QToolButton *log_x_button_ = nullptr, *log_y_button_ = nullptr, *map_ = nullptr;
    QCustomPlot* plot_ = nullptr;
    QCPColorScale* scale_ = nullptr;
    QCPMarginGroup* margins_ = nullptr;
    QLabel* hint_ = nullptr;
};

} // namespace orrery::gui
