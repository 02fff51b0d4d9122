// SPDX-License-Identifier: GPL-3.0-or-later
// Small graphs, and a graph view that shows them: what tests of it share.
#pragma once
#include "core/files/graph_file.h"
#include "tests/catch.h"
#include "tests/scratch_folder.h"
#include "views/canvas/canvas.h"
#include "views/field/field_view.h"
#include "views/graph/graph_view.h"

#include <QImage>
#include <QMouseEvent>
#include <QSignalSpy>
#include <QTest>

#include <algorithm>
#include <string>
#include <utility>
#include <vector>

namespace orrery::gui {

// A square with a diagonal, and a node apart; names and places of their own.
inline Graph square() {
    Graph graph{5, false, {{0, 1}, {1, 2}, {2, 3}, {0, 3}, {0, 2}}, {}, {}, {}};
    graph.node.push_back({"label", std::vector<std::string>{"Anna", "Berta", "Carla", "Dora", "Emma"}});
    graph.node.push_back({"x", std::vector<double>{0, 1, 1, 0, 2}});
    graph.node.push_back({"y", std::vector<double>{0, 0, 1, 1, 1}});
    graph.node.push_back({"eigenvector 1", std::vector<double>{-0.5, 0.5, 0.1, 0.2, -0.3}});
    graph.node.push_back({"side", std::vector<std::int64_t>{0, 1, 1, 0, 1}});
    return graph;
}

// The diagonal is gone, and the node apart has two edges.
inline Graph changed_square() {
    Graph graph = square();
    graph.edges = {{0, 1}, {1, 2}, {2, 3}, {0, 3}, {1, 4}, {2, 4}};
    return graph;
}

inline Graph ring(std::int32_t nodes, int jumps) {
    Graph graph{nodes, false, {}, {}, {}, {}};
    for (int j = 1; j <= jumps; ++j)
        for (std::int32_t i = 0; i < nodes; ++i) graph.edges.push_back({i, (i + j) % nodes});
    return graph;
}

inline SharedGraph shared(Graph graph) { return std::make_shared<const Graph>(std::move(graph)); }

inline bool has_opengl() {
    QString why;
    if (FieldView::is_possible(&why)) return true;
    WARN("skipped: " << why.toStdString());
    return false;
}

inline int distance(const QColor& a, const QColor& b) {
    return std::max({std::abs(a.red() - b.red()), std::abs(a.green() - b.green()), std::abs(a.blue() - b.blue())});
}

struct Opened {
    ScratchFolder folder;
    GraphView view;
    std::vector<GraphSource> sources;

    explicit Opened(QSize size = {640, 480}) {
        view.resize(size);
        view.show();
        CHECK(QTest::qWaitForWindowExposed(&view));
    }
    void add(const char* artifact, std::vector<Graph> graphs) {
        const auto file = folder.path() / (std::string(artifact) + ".npz");
        write_graphs(file, GraphSet{artifact, std::move(graphs)});
        sources.push_back({"run", "a run", artifact, QString::fromStdString(file.string()), ".npz"});
    }
    void open() {
        QSignalSpy drawn(&view, &GraphView::drawn);
        view.set_sources(sources);
        REQUIRE(QTest::qWaitFor([&] { return !drawn.isEmpty(); }, 20'000));
        wait();
    }
    void open_pair() { // a square and what became of it
        add("augmented", {changed_square()});
        add("original", {square()});
        open();
    }
    void wait() {
        CHECK(QTest::qWaitFor([&] { return canvas().is_complete(); }, 20'000));
    }
    GraphCanvas& canvas() { return *view.canvas(); }
    QImage picture() {
        QTest::qWait(50);
        wait();
        return canvas().grabFramebuffer().convertToFormat(QImage::Format_RGB32);
    }
    void move_mouse(QPointF to, Qt::MouseButtons buttons = Qt::NoButton) {
        QMouseEvent move(QEvent::MouseMove, to, canvas().mapToGlobal(to), Qt::NoButton, buttons, Qt::NoModifier);
        QCoreApplication::sendEvent(&canvas(), &move);
    }
    // How far from the colour what is drawn between two nodes is, where it is nearest to it or farthest from it.
    std::pair<int, int> distances(const QImage& image, std::int32_t a, std::int32_t b, const QColor& colour,
                                  double share = 0.4) {
        const QPointF middle = canvas().position_of(a) * (1 - share) + canvas().position_of(b) * share;
        const QPoint at = (middle * canvas().devicePixelRatioF()).toPoint();
        std::pair<int, int> found{255, 0};
        for (int y = -2; y <= 2; ++y)
            for (int x = -2; x <= 2; ++x) {
                const int d = distance(image.pixelColor(at + QPoint(x, y)), colour);
                found = {std::min(found.first, d), std::max(found.second, d)};
            }
        return found;
    }
    int nearest(const QImage& image, std::int32_t a, std::int32_t b, const QColor& colour) {
        return distances(image, a, b, colour).first;
    }
    bool is_empty(const QImage& image, std::int32_t a, std::int32_t b, double share = 0.4) {
        return distances(image, a, b, canvas().palette().color(QPalette::Window), share).second < 12;
    }
};

} // namespace orrery::gui
