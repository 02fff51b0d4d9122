// SPDX-License-Identifier: GPL-3.0-or-later
#include "views/plot/metric_plot.h"

#include "tests/catch.h"

#include <QAction>
#include <QApplication>
#include <QClipboard>
#include <QGuiApplication>
#include <QLabel>
#include <QMenu>
#include <QSet>
#include <QSignalSpy>
#include <QSlider>
#include <QTest>
#include <QToolButton>
#include <QWheelEvent>

using namespace orrery;
using namespace orrery::gui;

namespace {

std::shared_ptr<const std::vector<MetricPoint>> points(int size, double (*f)(int)) {
    auto made = std::make_shared<std::vector<MetricPoint>>();
    for (int i = 0; i < size; ++i) made->push_back({i, f(i), 0.5 * i});
    return made;
}

struct Shown {
    Shown() {
        plot.resize(900, 500);
        plot.show();
        CHECK(QTest::qWaitForWindowExposed(&plot));
        QApplication::setActiveWindow(&plot); // no window manager does it under xvfb
        QObject::connect(&plot, &MetricPlot::log_wanted, &plot, &MetricPlot::set_log);
        QObject::connect(&plot, &MetricPlot::csv_wanted, &plot, &MetricPlot::copy_csv);
    }
    void settle() { QTest::qWait(3 * MetricPlot::shortest_interval); }
    QPoint at(double x, double y) {
        auto& canvas = plot.canvas();
        return {static_cast<int>(canvas.xAxis->coordToPixel(x)), static_cast<int>(canvas.yAxis->coordToPixel(y))};
    }
    MetricPlot plot;
};

} // namespace

TEST_CASE("a plot shows all points of its curves and keeps the data of those that stay", "[gui]") {
    Shown shown;
    MetricPlot& plot = shown.plot;
    CHECK(plot.findChild<QLabel*>("plot_hint")->isVisible());
    plot.set_curves({{"a", "loss", "kappa 0.1"}, {"b", "loss", "kappa 1"}});
    plot.set_points("a", "loss", points(1000, [](int i) { return 1.0 / (i + 1); }));
    plot.set_points("nobody", "loss", points(10, [](int) { return 1e9; }));
    shown.settle();
    const auto range = plot.canvas().xAxis->range();
    CHECK(range.lower <= 0);
    CHECK(range.upper >= 999);
    CHECK(plot.canvas().yAxis->range().upper < 2);
    CHECK_FALSE(plot.findChild<QLabel*>("plot_hint")->isVisible());
    const QColor before = plot.canvas().curves()[0].colour;
    plot.set_curves({{"c", "loss", "new"}, {"a", "loss", "kappa 0.1"}});
    REQUIRE(plot.canvas().curves()[1].points);
    CHECK(plot.canvas().curves()[1].points->size() == 1000);
    CHECK(plot.canvas().curves()[1].colour == before); // stays with the run
    CHECK(plot.canvas().curves()[0].colour != before);
}

TEST_CASE("wheel, rectangle and double click zoom and reset; the middle button pans", "[gui]") {
    Shown shown;
    MetricPlot& plot = shown.plot;
    plot.set_curves({{"a", "loss", "a"}});
    plot.set_points("a", "loss", points(101, [](int i) { return 1.0 * i; }));
    shown.settle();
    auto& canvas = plot.canvas();
    const auto whole = canvas.xAxis->range();

    const QPoint middle = shown.at(50, 50);
    QWheelEvent wheel(middle, canvas.mapToGlobal(middle), {}, {0, 120}, Qt::NoButton, Qt::NoModifier, Qt::NoScrollPhase,
                      false);
    QCoreApplication::sendEvent(&canvas, &wheel);
    CHECK(canvas.xAxis->range().size() < 0.9 * whole.size());
    CHECK(std::abs(canvas.xAxis->range().center() - 50) < 2);
    CHECK(canvas.is_zoomed());
    QTest::mouseDClick(&canvas, Qt::LeftButton, {}, middle);
    CHECK_FALSE(canvas.is_zoomed());
    CHECK(canvas.xAxis->range() == whole);

    QTest::mousePress(&canvas, Qt::LeftButton, {}, shown.at(20, 80));
    QTest::mouseMove(&canvas, shown.at(30, 60));
    QTest::mouseMove(&canvas, shown.at(40, 40));
    QTest::mouseRelease(&canvas, Qt::LeftButton, {}, shown.at(40, 40));
    CHECK(canvas.xAxis->range().lower == Approx(20).margin(1));
    CHECK(canvas.xAxis->range().upper == Approx(40).margin(1));
    CHECK(canvas.yAxis->range().lower == Approx(40).margin(1));
    CHECK(canvas.yAxis->range().upper == Approx(80).margin(1));

    const QPoint from = shown.at(30, 60), to = shown.at(35, 60);
    QTest::mousePress(&canvas, Qt::MiddleButton, {}, from);
    QMouseEvent move(QEvent::MouseMove, to, canvas.mapToGlobal(to), Qt::NoButton, Qt::MiddleButton, Qt::NoModifier);
    QCoreApplication::sendEvent(&canvas, &move);
    QTest::mouseRelease(&canvas, Qt::MiddleButton, {}, to);
    CHECK(canvas.xAxis->range().lower == Approx(15).margin(1));
    CHECK(canvas.xAxis->range().size() == Approx(20).margin(1));

    canvas.setFocus();
    QTest::keyClick(&canvas, Qt::Key_Home);
    CHECK(canvas.xAxis->range() == whole);
    QTest::keyClick(&canvas, Qt::Key_Plus);
    CHECK(canvas.xAxis->range().size() < whole.size());
    const double left = canvas.xAxis->range().lower;
    QTest::keyClick(&canvas, Qt::Key_Left, Qt::ControlModifier);
    CHECK(canvas.xAxis->range().lower < left);
}

TEST_CASE("the crosshair reads all curves, by mouse and by keyboard", "[gui]") {
    Shown shown;
    MetricPlot& plot = shown.plot;
    plot.set_curves({{"a", "loss", "first"}, {"b", "loss", "second"}});
    plot.set_points("a", "loss", points(101, [](int i) { return 1.0 * i; }));
    plot.set_points("b", "loss", points(51, [](int i) { return 2.0 * i; }));
    shown.settle();
    auto& canvas = plot.canvas();
    const QPoint at = shown.at(40, 50); // sent, for the real pointer moves when the display wants
    QMouseEvent move(QEvent::MouseMove, at, canvas.mapToGlobal(at), Qt::NoButton, Qt::NoButton, Qt::NoModifier);
    QCoreApplication::sendEvent(&canvas, &move);
    REQUIRE(canvas.has_crosshair());
    const auto readings = canvas.readings();
    REQUIRE(readings.size() == 2);
    CHECK(readings[0].value == 40);
    CHECK(readings[1].value == 80);
    CHECK(canvas.accessibleDescription().contains("first: 40"));
    canvas.setFocus();
    for (int i = 0; i < 200 && canvas.readings()[0].value < 45; ++i) QTest::keyClick(&canvas, Qt::Key_Right);
    CHECK(canvas.readings()[0].value == 45);
    QTest::keyClick(&canvas, Qt::Key_C);
    CHECK_FALSE(canvas.has_crosshair());
    CHECK_FALSE(plot.options().crosshair);
}

TEST_CASE("a logarithmic axis says what it left out, and NaN is told", "[gui]") {
    Shown shown;
    MetricPlot& plot = shown.plot;
    plot.set_curves({{"a", "place", "a"}});
    plot.set_points("a", "place", points(100, [](int i) {
                        return i == 50 ? std::numeric_limits<double>::quiet_NaN() : i < 3 ? 0.0 : 1e-3 * i;
                    }));
    shown.settle();
    auto* notes = plot.findChild<QLabel*>("plot_notes");
    CHECK(notes->text().contains("1 value(s) NaN"));
    CHECK_FALSE(notes->text().contains("logarithmic"));
    plot.canvas().setFocus();
    QTest::keyClick(&plot.canvas(), Qt::Key_L);
    shown.settle();
    CHECK(plot.options().log_y);
    CHECK(notes->isVisible());
    CHECK(notes->text().contains("3 value(s) at or below 0"));
    CHECK(plot.canvas().yAxis->range().lower > 0);
    CHECK(plot.canvas().yAxis->range().lower < 3e-3);
}

TEST_CASE("a plot says that it doesn't draw all selected runs", "[gui]") {
    Shown shown;
    MetricPlot& plot = shown.plot;
    auto* notes = plot.findChild<QLabel*>("plot_notes");
    plot.set_drawn(100, 180);
    plot.set_curves({{"a", "loss", "a"}});
    plot.set_points("a", "loss", points(10, [](int i) { return i == 5 ? std::nan("") : 1.0 * i; }));
    shown.settle();
    CHECK(notes->isVisible());
    CHECK(notes->text().startsWith("100 of 180 runs are drawn"));
    CHECK(notes->text().contains("1 value(s) NaN"));
    plot.set_drawn(80, 80);
    CHECK_FALSE(notes->text().contains("runs"));
}

TEST_CASE("smoothing draws the mean before the faint raw curve", "[gui]") {
    Shown shown;
    MetricPlot& plot = shown.plot;
    plot.set_curves({{"a", "loss", "a"}});
    plot.set_points("a", "loss", points(1000, [](int i) { return i == 500 ? 100.0 : 1.0; }));
    auto* slider = plot.findChild<QSlider*>("plot_smoothing");
    slider->setFocus();
    for (int i = 0; i < 9; ++i) QTest::keyClick(slider, Qt::Key_PageUp);
    shown.settle();
    CHECK(plot.options().smoothing == Approx(0.9));
    CHECK(plot.canvas().envelopes()[0].high < 12);
    CHECK(plot.canvas().yAxis->range().upper > 99); // the spike stays in sight
}

TEST_CASE("a growing run is followed when zoomed in, and drawn at most ten times a second", "[gui]") {
    Shown shown;
    MetricPlot& plot = shown.plot;
    plot.set_curves({{"a", "loss", "a"}});
    plot.set_live({"a"});
    plot.set_points("a", "loss", points(100, [](int i) { return 1.0 * i; }));
    shown.settle();
    plot.canvas().set_ranges({{80, 100}, {0, 1}, true, false});
    shown.settle();
    const int before = plot.canvas().replots();
    QElapsedTimer clock;
    clock.start();
    int size = 100;
    while (clock.elapsed() < 1000) {
        plot.set_points("a", "loss", points(size += 3, [](int i) { return 1.0 * i; }));
        QTest::qWait(5);
    }
    const int drawn = plot.canvas().replots() - before;
    CHECK(drawn >= 2);
    CHECK(drawn <= 13);
    shown.settle();
    CHECK(plot.canvas().xAxis->range().upper == Approx(size - 1));
    CHECK(plot.canvas().xAxis->range().size() == Approx(20));
    plot.findChild<QAction*>("plot_follow")->trigger();
    const auto range = plot.canvas().xAxis->range();
    plot.set_points("a", "loss", points(size + 500, [](int i) { return 1.0 * i; }));
    shown.settle();
    CHECK(plot.canvas().xAxis->range() == range);
}

TEST_CASE("what is in sight is copied as CSV", "[gui]") {
    Shown shown;
    MetricPlot& plot = shown.plot;
    plot.set_curves({{"a", "loss", "one, quoted"}, {"b", "loss", "b"}});
    plot.set_points("a", "loss", points(3, [](int i) { return i == 1 ? std::nan("") : 0.5 * i; }));
    auto other = std::make_shared<std::vector<MetricPoint>>();
    other->push_back({1, 7, 0});
    other->push_back({4, 8, 0});
    plot.set_points("b", "loss", other);
    shown.settle();
    plot.canvas().setFocus();
    QTest::keyClick(&plot.canvas(), Qt::Key_C, Qt::ControlModifier);
    CHECK(QGuiApplication::clipboard()->text().toStdString() == "step,\"one, quoted\",b\n0,0,\n1,nan,7\n2,1,\n4,,8\n");
    plot.canvas().set_ranges({{0.5, 2.5}, {0, 1}, true, false});
    CHECK(plot.csv().toStdString() == "step,\"one, quoted\",b\n1,nan,7\n2,1,\n");
}

TEST_CASE("the state of a plot comes back, and a broken one changes nothing", "[gui]") {
    Shown shown;
    MetricPlot& plot = shown.plot;
    plot.set_curves({{"x", "place", "x"}, {"a", "place", "a"}});
    plot.set_points("a", "place", points(100, [](int i) { return 1.0 + i; }));
    PlotOptions options;
    options.log_y = true;
    options.smoothing = 0.5;
    plot.set_options(options);
    shown.settle();
    plot.canvas().set_ranges({{10, 20}, {2, 30}, true, true});
    const QByteArray state = plot.save_state();
    Shown again;
    again.plot.set_curves({{"a", "place", "a"}});
    again.plot.restore_state(state.left(30));
    CHECK_FALSE(again.plot.options().log_y);
    again.plot.restore_state(state);
    again.settle();
    CHECK(again.plot.options() == options);
    CHECK(again.plot.canvas().xAxis->range().lower == 10);
    CHECK(again.plot.canvas().yAxis->range().upper == 30);
    CHECK(again.plot.canvas().curves()[0].colour == plot.canvas().curves()[1].colour);
}

TEST_CASE("losses and errors get a logarithmic scale until the user has chosen one", "[gui]") {
    Shown shown;
    MetricPlot& plot = shown.plot;
    plot.set_curves({{"a", "loss/total", "a"}, {"a", "error/l2", "a"}});
    CHECK(plot.options().log_y);
    plot.set_curves({{"a", "place", "a"}});
    CHECK_FALSE(plot.options().log_y);
    plot.set_curves({{"a", "loss", "a"}});
    CHECK(plot.options().log_y);
    plot.canvas().setFocus();
    QTest::keyClick(&plot.canvas(), Qt::Key_L);
    CHECK_FALSE(plot.options().log_y);
    plot.set_curves({{"b", "loss", "b"}});
    CHECK_FALSE(plot.options().log_y); // as it was chosen
    Shown again;
    again.plot.set_curves({{"b", "loss", "b"}});
    again.plot.restore_state(plot.save_state());
    again.plot.set_curves({{"c", "loss", "c"}});
    CHECK_FALSE(again.plot.options().log_y);
    again.plot.restore_state({}); // another experiment, that nobody has chosen anything for
    CHECK(again.plot.options().log_y);
}

TEST_CASE("runs that are seen together have colours of their own, and keep them", "[gui]") {
    CurveColours colours;
    colours.show({"a"});
    const int first = colours.index("a");
    colours.show({"b"}); // alone: it may look as the other one did
    colours.show({"c", "b", "a"});
    const QSet<int> all{colours.index("a"), colours.index("b"), colours.index("c")};
    CHECK(all.size() == 3);
    CHECK(colours.index("b") == first); // it stayed in sight
    const int a = colours.index("a"), c = colours.index("c");
    colours.show({"a", "c"});
    CHECK(colours.index("a") == a);
    CHECK(colours.index("c") == c);
    // More than there are colours: each is used twice; two of them alone are told apart again.
    QStringList many;
    for (int i = 0; i < 2 * CurveColours::count; ++i) many << QString::number(i);
    colours.show(many);
    QStringList same;
    for (const auto& run : many)
        if (colours.index(run) == 0) same << run;
    CHECK(same.size() == 2);
    colours.show(same);
    CHECK(colours.index(same[0]) != colours.index(same[1]));
}

TEST_CASE("runs without metrics are told from no runs at all", "[gui]") {
    Shown shown;
    const auto* hint = shown.plot.findChild<QLabel*>("plot_hint");
    CHECK(hint->text().startsWith("Select runs"));
    shown.plot.set_available_keys({}, true);
    CHECK(hint->text() == "The selected runs have written no metrics.");
    shown.plot.set_available_keys({}, false);
    CHECK(hint->text().startsWith("Select runs"));
}

TEST_CASE("the numbers at the axes don't run into each other in a small panel", "[gui]") {
    Shown shown;
    shown.plot.set_curves({{"a", "accuracy", "a"}});
    shown.plot.set_points("a", "accuracy", points(20000, [](int at) { return 1000.5 + at; }));
    shown.plot.resize(GENERATE(220, 900), GENERATE(150, 500));
    shown.settle();
    auto& canvas = shown.plot.canvas();
    canvas.replot();
    for (auto* axis : {canvas.xAxis, canvas.yAxis}) {
        const bool across = axis == canvas.xAxis;
        const QFontMetrics metrics(axis->tickLabelFont());
        const auto places = axis->tickVector();
        const auto labels = axis->tickVectorLabels();
        CHECK(places.size() >= 2);
        for (qsizetype i = 1; i < places.size(); ++i) {
            const double apart = std::abs(axis->coordToPixel(places[i]) - axis->coordToPixel(places[i - 1]));
            const int needed =
                across ? (metrics.horizontalAdvance(labels[i]) + metrics.horizontalAdvance(labels[i - 1])) / 2
                       : metrics.height();
            CHECK(apart >= needed);
        }
    }
}

TEST_CASE("the user chooses metrics, and every control has a name and a hint", "[gui]") {
    Shown shown;
    MetricPlot& plot = shown.plot;
    plot.set_available_keys({"loss", "error/l2"});
    plot.set_curves({{"a", "loss", "a"}});
    QSignalSpy wanted(&plot, &MetricPlot::curves_wanted);
    for (QAction* action : plot.findChild<QMenu*>("plot_keys_menu")->actions())
        if (action->text() == "error/l2") action->trigger();
    REQUIRE(wanted.size() == 1);
    CHECK(wanted[0][0].toStringList() == QStringList{"loss", "error/l2"});
    for (QToolButton* button : plot.findChildren<QToolButton*>()) {
        if (button->objectName().startsWith("qt_")) continue;
        INFO(button->objectName().toStdString());
        CHECK_FALSE(button->accessibleName().isEmpty());
        CHECK_FALSE(button->toolTip().isEmpty());
    }
}

TEST_CASE("the legend is never over the curves, and leaves them room", "[gui]") {
    Shown shown;
    auto& canvas = shown.plot.canvas();
    const int width = GENERATE(320, 450, 900);
    const int count = GENERATE(2, 60);
    shown.plot.resize(width, 400);
    std::vector<Curve> curves;
    for (int i = 0; i < count; ++i)
        curves.push_back({QString::number(i), "loss", QStringLiteral("kappa=0.%1 initial=vortices").arg(i)});
    shown.plot.set_curves(curves);
    for (int i = 0; i < count; ++i)
        shown.plot.set_points(QString::number(i), "loss", points(100, [](int at) { return 1.0 * at; }));
    shown.settle();
    const auto inside = canvas.axisRect()->rect(), legend = canvas.legend_rect();
    CHECK_FALSE(legend.isEmpty());
    CHECK_FALSE(legend.intersects(inside));
    CHECK(inside.width() > canvas.width() / 2);
    CHECK(inside.height() > canvas.height() / 2);
    // Its first line is drawn there, in the colour of the first curve.
    const auto image = canvas.grab(legend).toImage();
    bool seen = false;
    for (int x = 0; x < image.width(); ++x)
        for (int y = 0; y < image.height(); ++y) seen |= image.pixelColor(x, y) == canvas.curves()[0].colour;
    CHECK(seen);
    PlotOptions options = shown.plot.options();
    options.legend = false;
    shown.plot.set_options(options);
    shown.settle();
    CHECK(canvas.legend_rect().isEmpty());
    CHECK(canvas.axisRect()->width() >= inside.width());
    CHECK(canvas.axisRect()->height() >= inside.height());
}

TEST_CASE("everything of the plot's toolbar is there in a narrow panel", "[gui]") {
    Shown shown;
    shown.plot.set_curves({{"a", "a/rather/long/name/of/a/metric", "a"}});
    shown.plot.resize(450, 300);
    QTest::qWait(100);
    const auto* more = shown.plot.findChild<QToolButton*>("qt_toolbar_ext_button");
    CHECK((!more || !more->isVisible()));
    for (const char* name : {"plot_keys", "plot_log_y_button", "plot_view"}) {
        const auto* button = shown.plot.findChild<QToolButton*>(name);
        REQUIRE(button);
        CHECK(button->isVisible());
        CHECK(button->mapTo(&shown.plot, QPoint(button->width(), 0)).x() <= shown.plot.width());
    }
    const auto* menu = shown.plot.findChild<QMenu*>("plot_view_menu");
    for (const char* name : {"plot_follow", "plot_crosshair", "plot_legend", "plot_pan", "plot_reset", "plot_copy"})
        CHECK(menu->actions().contains(shown.plot.findChild<QAction*>(name)));
}
