// SPDX-License-Identifier: GPL-3.0-or-later
// Measures the graph view's picture:  xvfb-run -a bench_gui_graph [ROUNDS] prints one JSON document: of graphs of
// 10,000, 100,000 and 1,000,000 edges how long it takes to find the node under the cursor (aim: < 2 ms), to draw a
// frame while a node is dragged, another one is pointed at, or the picture is moved (aim: >= 5 a second on software
// rendering), and to draw everything. Times are medians of ROUNDS (default 3) interleaved rounds, in milliseconds.
#include "views/field/field_view.h"
#include "views/graph/graph_canvas.h"

#include <QApplication>
#include <QElapsedTimer>
#include <QEventLoop>
#include <QMouseEvent>
#include <QTest>

#include <nlohmann/json.hpp>

#include <algorithm>
#include <cmath>
#include <cstdio>
#include <cstdlib>
#include <map>
#include <random>

using namespace orrery;
using namespace orrery::gui;

namespace {

// Neighbours on a grid that was shaken, and one edge in ten across everything.
std::shared_ptr<const DrawnGraph> graph_of(std::int32_t edges) {
    const std::int32_t nodes = edges / 3, wide = static_cast<std::int32_t>(std::sqrt(nodes));
    std::mt19937 random(7);
    Graph graph{nodes, false, {}, {}, {}, {}};
    for (std::int32_t e = 0; e < edges; ++e) {
        const std::int32_t from = e % nodes, jumps[] = {1, wide, wide + 1, 2};
        const std::int32_t by =
            e % 10 == 9 ? static_cast<std::int32_t>(random() % static_cast<unsigned>(nodes - 1)) + 1 : jumps[e / nodes];
        graph.edges.push_back({from, (from + by) % nodes});
    }
    auto drawn = std::make_shared<DrawnGraph>(draw_graph(std::make_shared<const Graph>(std::move(graph))));
    drawn->key = QString::number(edges);
    std::uniform_real_distribution<double> shake(-0.4, 0.4);
    for (std::int32_t i = 0; i < nodes; ++i)
        drawn->places.push_back({i % wide + shake(random), static_cast<double>(i / wide) + shake(random)});
    return drawn;
}

struct Bench {
    GraphCanvas canvas;
    std::mt19937 random{1};

    double elapsed(const std::function<void()>& work) {
        QElapsedTimer clock;
        clock.start();
        work();
        return static_cast<double>(clock.nsecsElapsed()) * 1e-6;
    }
    // What the user does, until it is on the screen's way.
    double frame(const std::function<void()>& work) {
        return elapsed([&] {
            work();
            QCoreApplication::sendPostedEvents();
            QCoreApplication::processEvents();
        });
    }
    void move(QPointF to, Qt::MouseButtons buttons) {
        QMouseEvent event(QEvent::MouseMove, to, canvas.mapToGlobal(to), Qt::NoButton, buttons, Qt::NoModifier);
        QCoreApplication::sendEvent(&canvas, &event);
    }
    QPointF anywhere() {
        std::uniform_real_distribution<double> share(0.1, 0.9);
        return {share(random) * canvas.width(), share(random) * canvas.height()};
    }
    bool complete() {
        return QTest::qWaitFor([&] { return canvas.is_complete(); }, 60'000);
    }
    std::map<QString, double> measure(const std::shared_ptr<const DrawnGraph>& graph);
};

double median(std::vector<double> values) {
    std::sort(values.begin(), values.end());
    return values.empty() ? 0 : values[values.size() / 2];
}

std::map<QString, double> Bench::measure(const std::shared_ptr<const DrawnGraph>& graph) {
    std::map<QString, double> found;
    found[QStringLiteral("shown")] = frame([&] { canvas.set_graph(graph, graph->places); });
    found[QStringLiteral("all_drawn")] = elapsed([&] { complete(); });
    found[QStringLiteral("first_pick")] = elapsed([&] { (void)canvas.node_at(anywhere()); });
    std::vector<double> picks, hovers, drags, moves;
    for (int i = 0; i < 1000; ++i) picks.push_back(elapsed([&] { (void)canvas.node_at(anywhere()); }));
    for (int i = 0; i < 30; ++i) hovers.push_back(frame([&] { move(anywhere(), Qt::NoButton); }));
    const QPointF grip = canvas.position_of(graph->nodes / 2);
    QTest::mousePress(&canvas, Qt::LeftButton, {}, grip.toPoint());
    for (int i = 1; i <= 30; ++i) drags.push_back(frame([&] { move(grip + QPointF(4 * i, 3 * i), Qt::LeftButton); }));
    found[QStringLiteral("let_go")] =
        frame([&] { QTest::mouseRelease(&canvas, Qt::LeftButton, {}, (grip + QPointF(120, 90)).toPoint()); });
    found[QStringLiteral("all_drawn_after_drag")] = elapsed([&] { complete(); });
    for (int i = 0; i < 30; ++i) moves.push_back(frame([&] { canvas.pan(i % 2 == 0 ? 0.02 : -0.02, 0); }));
    complete();
    found[QStringLiteral("pick")] = median(picks);
    found[QStringLiteral("pick_worst")] = *std::max_element(picks.begin(), picks.end());
    found[QStringLiteral("hover_frame")] = median(hovers);
    found[QStringLiteral("drag_frame")] = median(drags);
    found[QStringLiteral("drag_frame_worst")] = *std::max_element(drags.begin(), drags.end());
    found[QStringLiteral("move_frame")] = median(moves);
    found[QStringLiteral("move_frame_worst")] = *std::max_element(moves.begin(), moves.end());
    return found;
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
    Bench bench;
    bench.canvas.resize(800, 700);
    bench.canvas.show();
    QTest::qWait(300);
    std::map<std::int32_t, std::shared_ptr<const DrawnGraph>> graphs;
    for (const std::int32_t edges : {10'000, 100'000, 1'000'000}) graphs[edges] = graph_of(edges);
    std::map<std::int32_t, std::map<QString, std::vector<double>>> taken;
    for (int round = 0; round < rounds; ++round)
        for (const auto& [edges, graph] : graphs)
            for (const auto& [what, ms] : bench.measure(graph)) taken[edges][what].push_back(ms);
    nlohmann::json results = nlohmann::json::array();
    for (const auto& [edges, values] : taken) {
        nlohmann::json entry{{"edges", edges}, {"nodes", graphs[edges]->nodes}};
        for (const auto& [what, each] : values) entry[what.toStdString()] = median(each);
        entry["frames_a_second_while_moved"] = 1000 / std::max(1e-3, entry["move_frame"].get<double>());
        results.push_back(entry);
    }
    std::printf("%s\n", nlohmann::json{{"driver", bench.canvas.driver().toStdString()},
                                       {"size", {bench.canvas.width(), bench.canvas.height()}},
                                       {"results", results}}
                            .dump(1)
                            .c_str());
}
