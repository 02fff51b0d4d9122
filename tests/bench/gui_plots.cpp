// SPDX-License-Identifier: GPL-3.0-or-later
// Measures the plot of metrics:  QT_QPA_PLATFORM=offscreen bench_gui_plots [SECONDS] prints one JSON document: 100 runs
// of 10,000 points drawn (aim: < 500 ms), and the resident memory over SECONDS (default 180) of live plotting of
// 200,000 points a second, twenty times the usual rate: at the beginning (5 s), after a third, and at the end (aim:
// flat).
#include "views/plot/metric_plot.h"
#include "views/plot/thinning.h"

#include <QApplication>
#include <QElapsedTimer>
#include <QTest>

#include <cmath>
#include <cstdio>
#include <cstdlib>
#include <fstream>
#include <unistd.h>

using namespace orrery;
using namespace orrery::gui;

namespace {

std::shared_ptr<const std::vector<MetricPoint>> points(int size, int run) {
    auto made = std::make_shared<std::vector<MetricPoint>>();
    for (int i = 0; i < size; ++i)
        made->push_back({i, std::exp(-3.0 * i / size) * (1 + 0.3 * std::sin(0.7 * i + run)), 0.01 * i});
    return made;
}

double resident_mb() {
    std::ifstream file("/proc/self/statm");
    double all = 0, resident = 0;
    file >> all >> resident;
    return resident * static_cast<double>(sysconf(_SC_PAGESIZE)) / 1e6;
}

} // namespace

int main(int argc, char** argv) {
    QApplication application(argc, argv);
    const double seconds = argc > 1 ? std::atof(argv[1]) : 180;
    MetricPlot plot;
    plot.resize(1200, 600);
    plot.show();
    QTest::qWait(300);
    std::vector<Curve> curves;
    for (int run = 0; run < 100; ++run) curves.push_back({QString::number(run), "loss", QString::number(run)});
    std::vector<std::shared_ptr<const std::vector<MetricPoint>>> data;
    for (int run = 0; run < 100; ++run) data.push_back(points(10000, run));
    QElapsedTimer clock;
    clock.start();
    plot.set_curves(curves);
    for (int run = 0; run < 100; ++run)
        plot.set_points(QString::number(run), "loss", data[static_cast<std::size_t>(run)]);
    plot.canvas().refresh();
    plot.canvas().replot(QCustomPlot::rpImmediateRefresh);
    const double drawn = static_cast<double>(clock.nsecsElapsed()) * 1e-6;
    QTest::qWait(300);

    plot.set_curves({{"live", "loss", "live"}});
    plot.set_live({"live"});
    // As the reading thread hands a series out: what came since is appended to a copy, which is thinned.
    constexpr double rate = 200'000; // points a second
    std::shared_ptr<const std::vector<MetricPoint>> shown = std::make_shared<std::vector<MetricPoint>>();
    const auto replots = plot.canvas().replots();
    std::int64_t step = 0;
    clock.start();
    const auto live = [&](double until) {
        while (static_cast<double>(clock.elapsed()) < 1000 * until) {
            auto grown = std::make_shared<std::vector<MetricPoint>>(*shown);
            const auto wanted = static_cast<std::int64_t>(rate * static_cast<double>(clock.elapsed()) * 1e-3);
            for (; step < wanted; ++step)
                grown->push_back(
                    {step, std::sin(1e-5 * static_cast<double>(step)) + 0.1 * std::sin(0.7 * static_cast<double>(step)),
                     static_cast<double>(step) / rate});
            thin(*grown);
            shown = std::move(grown);
            plot.set_points("live", "loss", shown);
            QTest::qWait(80);
        }
        return resident_mb();
    };
    const double begin = live(std::fmin(5, seconds / 4)), third = live(seconds / 3), end = live(seconds);
    std::printf("{\"draw_100x10000_ms\": %.1f, \"live_points\": %lld, \"replots\": %d, \"memory_begin_mb\": %.1f, "
                "\"memory_third_mb\": %.1f, \"memory_end_mb\": %.1f}\n",
                drawn, static_cast<long long>(step), plot.canvas().replots() - replots, begin, third, end);
}
