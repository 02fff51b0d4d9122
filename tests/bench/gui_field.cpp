// SPDX-License-Identifier: GPL-3.0-or-later
// Measures the field view:  xvfb-run -a bench_gui_field [ROUNDS] prints one JSON document: live frames of 256, 512 and
// 1024 points a side shown a second, as image and as surface, each the median of ROUNDS (default 3) interleaved ones,
// with lowest and highest (aim: >= 30 of 512 x 512 on software rendering), and what a frame costs in processor time of
// all threads and in the window's thread.
#include "views/field/field_view.h"

#include <QApplication>
#include <QElapsedTimer>
#include <QEventLoop>
#include <QTest>

#include <nlohmann/json.hpp>

#include <algorithm>
#include <cmath>
#include <cstdio>
#include <cstdlib>
#include <ctime>
#include <map>

using namespace orrery;
using namespace orrery::gui;

namespace {

constexpr int length_ms = 2000; // of a measurement

std::vector<Array> frames_of(int n) {
    std::vector<Array> frames;
    for (int f = 0; f < 8; ++f) {
        Array array({n, n}, DType::float32);
        auto values = array.values<float>();
        for (int i = 0; i < n; ++i)
            for (int j = 0; j < n; ++j)
                values[static_cast<std::size_t>(i) * static_cast<std::size_t>(n) + static_cast<std::size_t>(j)] =
                    static_cast<float>(std::sin(20.0 * i / n + f) * std::cos(15.0 * j / n));
        frames.push_back(array);
    }
    return frames;
}

struct Sample {
    double per_second = 0, cpu_ms = 0, paint_ms = 0;
};

Sample measure(FieldView& view, const std::vector<Array>& frames, bool surface) {
    FieldStyle style;
    style.surface = surface;
    view.set_style_of_fields(style);
    const auto show = [&](int f) {
        view.show_frame(
            {"run", "theta", "live", frames[static_cast<std::size_t>(f) % frames.size()], static_cast<double>(f)});
    };
    for (int f = 0; f < 8; ++f) { // until the range is that of all of them
        show(f);
        QTest::qWait(40);
    }
    Sample sample;
    int painted = 0;
    Grid last;
    QEventLoop loop;
    QObject::connect(view.canvas(), &FieldCanvas::painted, &loop, [&] {
        if (last == view.canvas()->panels()[0].grid) return; // painted again for another reason
        last = view.canvas()->panels()[0].grid;
        ++painted;
        sample.paint_ms += view.canvas()->last_paint_ms();
        loop.quit();
    });
    QTimer::singleShot(length_ms + 500, &loop, &QEventLoop::quit);
    const std::clock_t before = std::clock();
    QElapsedTimer clock;
    clock.start();
    for (int f = 0; clock.elapsed() < length_ms; ++f) { // the next frame when the one before is drawn
        show(f);
        loop.exec();
    }
    const double frames_drawn = std::max(1, painted);
    sample.per_second = painted * 1000.0 / static_cast<double>(clock.elapsed());
    sample.cpu_ms = 1000.0 * static_cast<double>(std::clock() - before) / CLOCKS_PER_SEC / frames_drawn;
    sample.paint_ms /= frames_drawn;
    return sample;
}

} // namespace

int main(int argc, char** argv) {
    FieldView::prepare_application();
    QApplication application(argc, argv);
    QString why;
    if (!FieldView::is_possible(&why)) {
        std::fprintf(stderr, "%s\n", qPrintable(why));
        return 1;
    }
    const int rounds = argc > 1 ? std::max(1, std::atoi(argv[1])) : 3;
    FieldView view;
    view.resize(800, 700);
    view.show();
    QTest::qWait(300);
    std::map<int, std::vector<Array>> frames;
    for (const int n : {256, 512, 1024}) frames[n] = frames_of(n);
    std::map<std::pair<int, bool>, std::vector<Sample>> samples;
    for (int round = 0; round < rounds; ++round)
        for (const auto& [n, arrays] : frames)
            for (const bool surface : {false, true}) samples[{n, surface}].push_back(measure(view, arrays, surface));
    nlohmann::json results = nlohmann::json::array();
    for (auto& [what, taken] : samples) {
        std::sort(taken.begin(), taken.end(), [](const auto& a, const auto& b) { return a.per_second < b.per_second; });
        const Sample& median = taken[taken.size() / 2];
        results.push_back({{"n", what.first},
                           {"as", what.second ? "surface" : "image"},
                           {"per_second", median.per_second},
                           {"lowest", taken.front().per_second},
                           {"highest", taken.back().per_second},
                           {"cpu_ms", median.cpu_ms},
                           {"paint_ms", median.paint_ms}});
    }
    std::printf("%s\n", nlohmann::json{{"driver", view.canvas()->driver().toStdString()},
                                       {"size", {view.canvas()->width(), view.canvas()->height()}},
                                       {"results", results}}
                            .dump(1)
                            .c_str());
}
