// SPDX-License-Identifier: GPL-3.0-or-later
// Selected runs side by side: what differs in how they were made, their metrics with the best marked, and parallel
// coordinates that leave runs out.
#pragma once
#include "views/compare/comparison.h"
#include "views/runs/run_store.h"

#include <QColor>
#include <QStringList>
#include <QWidget>

#include <functional>
#include <memory>

class QLabel;
class QSplitter;
class QTabWidget;
class QTableWidget;
class QTableWidgetItem;
class QToolButton;

namespace orrery::gui {

class ParallelCoordinates;

class CompareView : public QWidget {
    Q_OBJECT
public:
    explicit CompareView(QWidget* parent = nullptr);
    ~CompareView() override;

    // Made by make_comparison() for the same runs; null: the tables of what differs are empty.
    void set_comparison(std::shared_ptr<const Comparison> comparison);
    // Parallel coordinates and metrics of these runs; the tables show the first of them.
    void set_runs(RunSnapshot all, const QStringList& ids);
    void set_colours(std::function<QColor(const QString& run)> colour_of); // of the runs' curves
    void clear_brushes();
    ParallelCoordinates& coordinates() { return *coordinates_; }

Q_SIGNALS:
    // The runs that the brushes hold: all that were given if there is no brush.
    void brushed(const QStringList& ids);

protected:
    void changeEvent(QEvent* event) override;
    void resizeEvent(QResizeEvent* event) override;

private:
    QTableWidget* make_table(const QString& name, const QString& accessible);
    void arrange();
    void fill();
    void fill_differences();
    void fill_metrics();
    bool lower_is_better(const std::string& key, bool& declared) const;
    QTableWidgetItem* run_heading(const std::string& id) const;
    void copy_table(const QTableWidget& table) const;

    std::shared_ptr<const Comparison> comparison_;
    RunStore store_;
    std::vector<std::size_t> shown_;
    QWidget* axes_page_ = nullptr; // above the tables, or one of their tabs
    QTabWidget* tabs_ = nullptr;
    QTableWidget* made_ = nullptr;
    QTableWidget* metrics_ = nullptr;
    QLabel* hint_ = nullptr;
    QLabel* state_ = nullptr;
    QToolButton* clear_ = nullptr;
    QSplitter* splitter_ = nullptr;
    ParallelCoordinates* coordinates_ = nullptr;
};

} // namespace orrery::gui
