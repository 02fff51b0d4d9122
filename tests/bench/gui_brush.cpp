// SPDX-License-Identifier: GPL-3.0-or-later
// Measures the spectrum brush:  xvfb-run -a bench_gui_brush [DRAGS [MODEL]] prints one JSON document: for random graphs
// of 100 and 300 nodes, each way to make edges, milliseconds of DRAGS (default 100) moves of the band, median and
// worst: of the computation in the worker, from the key to its answer, and to the picture (aim: 16). The picture is
// drawn by whatever OpenGL there is, and its share is given alone.
#include "core/files/graph_file.h"
#include "tests/scratch_folder.h"
#include "views/field/field_view.h"
#include "views/graph/brush_panel.h"
#include "views/graph/graph_view.h"
#include "views/graph/spectrum_brush.h"

#include <QApplication>
#include <QElapsedTimer>
#include <QTest>

#include <nlohmann/json.hpp>

#include <algorithm>
#include <cstdio>
#include <random>

using namespace orrery;
using namespace orrery::gui;

namespace {

// Connected: a ring with edges across.
Graph random_graph(std::int32_t nodes, double mean_degree) {
    Graph graph{nodes, false, {}, {}, {}, {}};
    std::mt19937 random(1);
    const double chance = (mean_degree - 2) / nodes;
    for (std::int32_t i = 0; i < nodes; ++i)
        for (std::int32_t j = i + 1; j < nodes; ++j)
            if (j == i + 1 || (i == 0 && j == nodes - 1) || std::uniform_real_distribution()(random) < chance)
                graph.edges.push_back({i, j});
    return graph;
}

nlohmann::json summary(std::vector<double> values) {
    std::sort(values.begin(), values.end());
    return {{"median", values[values.size() / 2]}, {"p95", values[values.size() * 95 / 100]}, {"worst", values.back()}};
}

nlohmann::json measure(GraphView& view, const BrushStroke& stroke, int drags) {
    BrushPanel& panel = *view.brush();
    const int nodes = view.canvas()->graph()->nodes;
    BrushStroke start = stroke;
    start.low = nodes / 2;
    start.high = nodes - nodes / 5;
    panel.set_stroke(start);
    std::vector<double> computed, answered, drawn, painted;
    QElapsedTimer clock;
    bool has_answer = false, has_picture = false;
    double answer_ms = 0;
    const auto a = QObject::connect(&view, &GraphView::brushed, &view, [&] {
        has_answer = true;
        answer_ms = 1e-6 * static_cast<double>(clock.nsecsElapsed());
    });
    const auto b = QObject::connect(view.canvas(), &GraphCanvas::painted, &view, [&] { has_picture = has_answer; });
    for (int drag = -10; drag < drags; ++drag) {
        has_answer = has_picture = false;
        clock.start();
        QTest::keyClick(panel.spectrum(), drag % 20 < 10 ? Qt::Key_Right : Qt::Key_Left);
        while (!has_picture && clock.elapsed() < 2000)
            QCoreApplication::processEvents(QEventLoop::WaitForMoreEvents, 5);
        const double whole = 1e-6 * static_cast<double>(clock.nsecsElapsed());
        QTest::qWait(5); // what else is to be painted
        if (drag < 0) continue;
        computed.push_back(1e3 * view.brush_answer()->metric("seconds/stroke"));
        answered.push_back(answer_ms);
        drawn.push_back(whole);
        painted.push_back(view.canvas()->last_paint_ms());
    }
    QObject::disconnect(a);
    QObject::disconnect(b);
    return {{"computed_ms", summary(computed)},
            {"answered_ms", summary(answered)},
            {"drawn_ms", summary(drawn)},
            {"paint_ms", summary(painted)}};
}

} // namespace

int main(int argc, char** argv) {
    FieldView::prepare_application();
    const QApplication application(argc, argv);
    QApplication::setStyle(QStringLiteral("Fusion"));
    const int drags = argc > 1 ? std::max(1, std::atoi(argv[1])) : 100;
    nlohmann::json document;
    for (const std::int32_t nodes : {100, 300}) {
        const ScratchFolder folder;
        write_graphs(folder / "graph.npz", GraphSet{"", {random_graph(nodes, 6)}});
        GraphView view;
        view.resize(900, 700);
        view.show();
        view.set_project(QString::fromStdString(folder.path().string()));
        view.set_sources({{QStringLiteral("run"), QStringLiteral("run"), QStringLiteral("graph"),
                           QString::fromStdString((folder / "graph.npz").string()), QStringLiteral(".npz")}});
        if (argc > 2) view.set_classifiers({{QString(), QStringLiteral("model"), QString::fromUtf8(argv[2])}});
        const auto until = [&](const auto& holds) { return QTest::qWaitFor(holds, 60'000); };
        if (!until([&] { return view.canvas() && view.canvas()->graph(); })) return 1;
        QTest::keyClick(view.canvas(), Qt::Key_B);
        if (!until([&] { return !view.brush()->spectrum()->spectrum().empty(); })) return 1;
        document["driver"] = view.canvas()->driver().toStdString();
        using enum BrushStroke::Output;
        for (const auto& [name, output] :
             {std::pair("threshold", threshold), std::pair("matched", matched), std::pair("weighted", weighted)}) {
            BrushStroke stroke;
            stroke.output = output;
            document[std::to_string(nodes)][name] = measure(view, stroke, drags);
        }
    }
    std::printf("%s\n", document.dump(2).c_str());
    return 0;
}
