// SPDX-License-Identifier: GPL-3.0-or-later
// Measures the field view:  xvfb-run -a bench_gui_field [N] prints one JSON document: live frames of N x N points
// (default 512) shown a second, as image and as surface (aim: >= 30 of 512 x 512 on software rendering).
#include "views/field/field_view.h"

#include <QApplication>
#include <QElapsedTimer>
#include <QTest>

#include <cmath>
#include <cstdio>
#include <cstdlib>
#include <ctime>

using namespace orrery;
using namespace orrery::gui;

int main(int argc, char** argv) {
    FieldView::prepare_application();
    QApplication application(argc, argv);
    QString why;
    if (!FieldView::is_possible(&why)) {
        std::fprintf(stderr, "%s\n", qPrintable(why));
        return 1;
    }
    const int n = argc > 1 ? std::atoi(argv[1]) : 512;
    std::vector<Array> frames;
    for (int f = 0; f < 8; ++f) {
        Array array({n, n}, DType::float32);
        auto values = array.values<float>();
        for (int i = 0; i < n; ++i)
            for (int j = 0; j < n; ++j)
                values[static_cast<std::size_t>(i) * static_cast<std::size_t>(n) + static_cast<std::size_t>(j)] =
                    static_cast<float>(std::sin(0.05 * i + f) * std::cos(0.03 * j));
        frames.push_back(array);
    }
    FieldView view;
    view.resize(800, 700);
    view.show();
    QTest::qWait(300);
    double cpu_ms = 0; // of all threads, a frame: what is left of the rate's meaning on a machine that others use
    const auto rate = [&](bool surface) {
        FieldStyle style;
        style.surface = surface;
        view.set_style_of_fields(style);
        view.show_frame("live", frames[0], 0);
        QTest::qWait(500);
        int painted = 0;
        const auto counter = QObject::connect(view.canvas(), &FieldCanvas::painted, &view, [&] { ++painted; });
        const std::clock_t before_all = std::clock();
        QElapsedTimer clock;
        clock.start();
        int sent = 0;
        while (clock.elapsed() < 4000) { // the next frame when the one before is drawn
            view.show_frame("live", frames[static_cast<std::size_t>(sent) % frames.size()], sent);
            ++sent;
            const int before = painted;
            while (painted == before && clock.elapsed() < 4500)
                QCoreApplication::processEvents(QEventLoop::AllEvents, 5);
        }
        QObject::disconnect(counter);
        cpu_ms = 1000.0 * static_cast<double>(std::clock() - before_all) / CLOCKS_PER_SEC / std::max(1, painted);
        return painted * 1000.0 / static_cast<double>(clock.elapsed());
    };
    const double image = rate(false), image_ms = view.canvas()->last_paint_ms(), image_cpu = cpu_ms,
                 surface = rate(true);
    std::printf("{\"n\": %d, \"image_per_second\": %.1f, \"image_paint_ms\": %.1f, \"image_cpu_ms\": %.1f, "
                "\"surface_per_second\": %.1f, "
                "\"driver\": \"%s\"}\n",
                n, image, image_ms, image_cpu, surface, qPrintable(view.canvas()->driver()));
}
