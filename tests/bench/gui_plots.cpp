// SPDX-License-Identifier: GPL-3.0-or-later
// Measures the plot of metrics:  QT_QPA_PLATFORM=offscreen bench_gui_plots [SECONDS] prints one JSON document: 100 runs
// of 10,000 points drawn (aim: < 500 ms), and the memory over SECONDS (default 20) of live plotting (aim: flat).
#include "views/plot/metric_plot.h"

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
    const double seconds = argc > 1 ? std::atof(argv[1]) : 20;
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
    const auto live = [&](double lasts) { // the window of the newest 20,000 points moves on
        clock.start();
        int at = 0;
        while (static_cast<double>(clock.elapsed()) < 1000 * lasts) {
            plot.set_points("live", "loss", points(20000, ++at));
            QTest::qWait(5);
        }
        return resident_mb();
    };
    const double early = live(seconds / 4), late = live(3 * seconds / 4);
    std::printf("{\"draw_100x10000_ms\": %.1f, \"replots\": %d, \"memory_early_mb\": %.1f, \"memory_late_mb\": %.1f}\n",
                drawn, plot.canvas().replots(), early, late);
}
