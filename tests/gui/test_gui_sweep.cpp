// SPDX-License-Identifier: GPL-3.0-or-later
// A metric over what a sweep varied: curves, map, axes, defaults.
#include "core/figure/figure.h"
#include "tests/catch.h"
#include "views/sweep/sweep_plot.h"

#include <QApplication>
#include <QComboBox>
#include <QMenu>
#include <QSignalSpy>
#include <QTest>
#include <QToolButton>

#include <cmath>
#include <limits>

using namespace orrery;
using namespace orrery::gui;

namespace {

// kappa 0.01, 0.1, 1 times n 32, 64: error = kappa / n, cost = n.
std::vector<RunRow> grid_of_runs() {
    std::vector<RunRow> runs;
    for (const double kappa : {0.1, 0.01, 1.0})
        for (const int n : {64, 32}) {
            RunRow run;
            run.id = "run" + std::to_string(runs.size());
            run.experiment = "sqg.spectral";
            run.sweep = "s";
            run.status = Status::done;
            run.parameters = {{"kappa", kappa}, {"n", n}, {"scheme", "ifrk4"}};
            run.metrics = {{"cost", n}, {"error/l2", kappa / n}};
            runs.push_back(std::move(run));
        }
    return runs;
}

std::vector<const RunRow*> pointers(const std::vector<RunRow>& runs) {
    std::vector<const RunRow*> list;
    for (const auto& run : runs) list.push_back(&run);
    return list;
}

QStringList ids_of(const std::vector<RunRow>& runs) {
    QStringList ids;
    for (const auto& run : runs) ids << QString::fromStdString(run.id);
    return ids;
}

struct Plotted {
    SweepPlot plot;
    explicit Plotted(std::vector<RunRow> runs = grid_of_runs()) {
        plot.resize(640, 400);
        plot.set_lower_is_better([](const std::string&, const std::string& key) { return key == "error/l2"; });
        const auto ids = ids_of(runs);
        plot.set_runs(std::make_shared<const std::vector<RunRow>>(std::move(runs)), ids);
        plot.show();
        (void)QTest::qWaitForWindowExposed(&plot);
    }
    template <class Widget>
    Widget* part(const char* name) {
        return plot.findChild<Widget*>(name);
    }
    QCustomPlot* canvas() { return part<QCustomPlot>("sweep_canvas"); }
};

} // namespace

TEST_CASE("what varies is found in the order of its values, numbers before texts", "[gui]") {
    auto runs = grid_of_runs();
    runs[0].parameters["scheme"] = "etdrk4";
    const auto varied = varied_parameters(pointers(runs));
    REQUIRE(varied.size() == 3);
    CHECK(varied[0].name == "kappa");
    CHECK(varied[0].values == std::vector<nlohmann::json>{0.01, 0.1, 1.0});
    CHECK((varied[0].numeric && varied[0].positive));
    CHECK(varied[1].name == "n");
    CHECK(varied[2].name == "scheme");
    CHECK_FALSE(varied[2].numeric);
}

TEST_CASE("how far a run came that did not reach its end is not drawn", "[gui]") {
    auto runs = grid_of_runs();
    runs[0].status = Status::failed;  // kappa 0.1, n 64
    runs[1].status = Status::running; // kappa 0.1, n 32
    const auto list = pointers(runs);
    for (const auto& curve : sweep_curves(list, varied_parameters(list), "error/l2", "kappa"))
        for (const auto& point : curve.points) CHECK((point.x != 0.1 || std::isnan(point.y)));
}

TEST_CASE("what is seen of a sweep becomes the specification of a figure", "[gui]") {
    Plotted seen;
    const auto figure = Figure::from_json(nlohmann::json::parse(seen.plot.figure().toStdString()));
    CHECK(figure.kind == "sweep");
    CHECK(figure.runs.size() == 6);
    CHECK(figure.metrics == std::vector<std::string>{"error/l2"});
    CHECK(figure.x == "kappa");
    CHECK(figure.log_x);
    QSignalSpy wanted(&seen.plot, &SweepPlot::figure_wanted);
    seen.part<QToolButton>("sweep_figure")->menu()->actions().front()->trigger();
    REQUIRE(wanted.count() == 1);
    CHECK(wanted.front().front().toBool());
    seen.plot.set_runs(nullptr, {});
    CHECK(seen.plot.figure().isEmpty());
}

TEST_CASE("there is a curve for each value of the other parameter, by x", "[gui]") {
    auto runs = grid_of_runs();
    runs[0].metrics["error/l2"] = std::numeric_limits<double>::quiet_NaN(); // kappa 0.1, n 64
    const auto list = pointers(runs);
    const auto curves = sweep_curves(list, varied_parameters(list), "error/l2", "kappa");
    REQUIRE(curves.size() == 2);
    CHECK(curves[0].label == "n = 32");
    REQUIRE(curves[0].points.size() == 3);
    CHECK(curves[0].points[0].x == 0.01);
    CHECK(curves[0].points[2].y == 1.0 / 32);
    CHECK(curves[0].points[1].run == "run1");
    CHECK(curves[1].points.size() == 2); // without NaN
    const auto over_n = sweep_curves(list, varied_parameters(list), "cost", "n");
    CHECK(over_n.size() == 3);
    CHECK(over_n[0].label == "kappa = 0.01");
    CHECK(sweep_curves(list, varied_parameters(list), "cost", "scheme").empty());
}

TEST_CASE("a map has a cell for each pair of values, and NaN where there is no run", "[gui]") {
    auto runs = grid_of_runs();
    runs.pop_back(); // kappa 1, n 32
    const auto list = pointers(runs);
    const auto varied = varied_parameters(list);
    const auto grid = sweep_grid(list, varied[0], varied[1], "error/l2");
    REQUIRE((grid.nx == 3 && grid.ny == 2));
    CHECK(grid.values[0 * 2 + 1] == 0.01 / 64);
    CHECK(std::isnan(grid.values[2 * 2 + 0]));
    CHECK(grid.runs[1 * 2 + 0] == "run1");
}

TEST_CASE("the plot begins with the metric that is better lower, on axes that suit", "[gui]") {
    Plotted shown;
    CHECK(shown.plot.metric() == "error/l2");
    CHECK(shown.plot.parameter() == "kappa");
    CHECK(shown.canvas()->graphCount() == 2);
    CHECK(shown.canvas()->xAxis->scaleType() == QCPAxis::stLogarithmic); // 0.01 to 1
    CHECK(shown.canvas()->xAxis->range().contains(1.0));
    CHECK(shown.plot.hint().isEmpty());
    shown.part<QToolButton>("sweep_log_x")->click();
    CHECK(shown.canvas()->xAxis->scaleType() == QCPAxis::stLinear);
    Q_EMIT shown.part<QComboBox>("sweep_parameter")->textActivated("n");
    shown.part<QComboBox>("sweep_parameter")->setCurrentText("n");
    Q_EMIT shown.part<QComboBox>("sweep_parameter")->textActivated("n");
    CHECK(shown.canvas()->graphCount() == 3);
}

TEST_CASE("a click on a point names its run", "[gui]") {
    Plotted shown;
    QSignalSpy chosen(&shown.plot, &SweepPlot::run_chosen);
    auto* canvas = shown.canvas();
    canvas->replot();
    const QPoint place(static_cast<int>(canvas->xAxis->coordToPixel(0.1)),
                       static_cast<int>(canvas->yAxis->coordToPixel(0.1 / 64)));
    QTest::mouseClick(canvas, Qt::LeftButton, {}, place);
    REQUIRE(chosen.count() == 1);
    CHECK(chosen[0][0].toString() == "run0");
}

TEST_CASE("what was chosen is kept; what is no longer there gives way", "[gui]") {
    Plotted shown;
    auto* box = shown.part<QComboBox>("sweep_metric");
    box->setCurrentText("cost");
    Q_EMIT box->textActivated("cost");
    shown.part<QToolButton>("sweep_map")->click();
    CHECK(shown.plot.is_map());
    CHECK(shown.canvas()->plottableCount() == 1);
    Plotted again;
    again.plot.restore_state(shown.plot.save_state());
    CHECK(again.plot.metric() == "cost");
    CHECK(again.plot.is_map());
    auto runs = grid_of_runs();
    for (auto& run : runs) run.metrics.erase("cost");
    const auto ids = ids_of(runs);
    again.plot.set_runs(std::make_shared<const std::vector<RunRow>>(std::move(runs)), ids);
    CHECK(again.plot.metric() == "error/l2");
}

TEST_CASE("the plot says why it is empty, and how many runs it can't show", "[gui][P9]") {
    Plotted shown;
    auto runs = grid_of_runs();
    runs[1].metrics.erase("error/l2");
    const auto ids = ids_of(runs);
    const auto all = std::make_shared<const std::vector<RunRow>>(std::move(runs));
    shown.plot.set_runs(all, ids);
    CHECK(shown.plot.hint() == "1 of 6 runs have no finite value.");
    shown.plot.set_runs(all, {"run0"});
    CHECK(shown.plot.hint().contains("Select a sweep"));
    shown.plot.set_runs(nullptr, {});
    CHECK(shown.plot.hint().contains("Select a sweep"));
}

TEST_CASE("pictures of a sweep are there to look at", "[.shots]") {
    for (const bool dark : {false, true}) {
        QPalette colours;
        if (dark) {
            colours.setColor(QPalette::Base, QColor(30, 32, 36));
            colours.setColor(QPalette::Window, QColor(40, 42, 46));
            for (const auto role : {QPalette::Text, QPalette::WindowText, QPalette::ButtonText})
                colours.setColor(role, QColor(225, 225, 228));
            colours.setColor(QPalette::Button, QColor(50, 52, 56));
        }
        QApplication::setPalette(colours);
        Plotted shown;
        QTest::qWait(50);
        shown.plot.grab().save(QString("/tmp/exports/sweep_%1.png").arg(dark));
        shown.part<QToolButton>("sweep_map")->click();
        QTest::qWait(50);
        shown.plot.grab().save(QString("/tmp/exports/map_%1.png").arg(dark));
    }
}
