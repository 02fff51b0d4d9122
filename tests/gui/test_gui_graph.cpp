// SPDX-License-Identifier: GPL-3.0-or-later
#include "views/graph/graph_view.h"

#include "core/error.h"
#include "tests/gui/opened_graphs.h"
#include "views/graph/first_places.h"
#include "views/graph/label_places.h"
#include "views/graph/property_radar.h"

#include <QComboBox>
#include <QImage>
#include <QLabel>
#include <QSignalSpy>
#include <QSpinBox>
#include <QTest>
#include <QToolButton>
#include <QWheelEvent>

#include <cmath>
#include <limits>
#include <set>

using namespace orrery;
using namespace orrery::gui;

TEST_CASE("edges of an original and its augmentation are kept, removed or added", "[gui][graph]") {
    const DrawnGraph drawn = draw_graph(shared(square()), shared(changed_square()));
    REQUIRE(drawn.edges == std::vector<Edge>{{0, 1}, {0, 2}, {0, 3}, {1, 2}, {1, 4}, {2, 3}, {2, 4}});
    using enum EdgeKind;
    CHECK(drawn.kinds == std::vector<EdgeKind>{kept, removed, kept, kept, added, kept, added});
    CHECK(drawn.count == std::array<std::size_t, edge_kinds>{4, 1, 2, 0});
    CHECK(drawn.degree == std::vector<std::int64_t>{3, 2, 3, 2, 0});
    CHECK(drawn.augmented_degree == std::vector<std::int64_t>{2, 3, 3, 2, 2});
    CHECK(drawn.is_seen(removed, Shown::original));
    CHECK_FALSE(drawn.is_seen(removed, Shown::augmented));
    CHECK_FALSE(drawn.is_seen(added, Shown::original));
    // An order of the ends, a loop or a repetition is no change.
    Graph turned = square();
    turned.edges = {{1, 0}, {2, 1}, {3, 2}, {3, 0}, {2, 0}, {2, 0}, {4, 4}};
    CHECK(draw_graph(shared(square()), shared(turned)).count[0] == 5);
    CHECK_THROWS_AS(draw_graph(shared(square()), shared(ring(6, 1))), Error);
}

TEST_CASE("of a weighted augmentation what weighs less than a half is no edge", "[gui][graph]") {
    Graph weighted = square();
    weighted.edges = {{0, 1}, {1, 2}, {2, 3}, {0, 2}, {1, 3}, {1, 4}};
    weighted.edge.push_back({"weight", std::vector<double>{1.2, 0.5, 0.49, -0.7, 0.3, 0.8}});
    const DrawnGraph drawn = draw_graph(shared(square()), shared(weighted));
    REQUIRE(drawn.edges == std::vector<Edge>{{0, 1}, {0, 2}, {0, 3}, {1, 2}, {1, 3}, {1, 4}, {2, 3}});
    using enum EdgeKind;
    CHECK(drawn.kinds == std::vector<EdgeKind>{kept, removed, removed, kept, weak, added, removed});
    CHECK(drawn.augmented_degree == std::vector<std::int64_t>{1, 3, 1, 0, 1});
    REQUIRE(drawn.weights.size() == 7);
    CHECK(drawn.weights[0] == 1);
    CHECK(drawn.weights[4] == Approx(0.25));
}

TEST_CASE("the graph that an augmented one was made from is found", "[gui][graph]") {
    const GraphSet originals{"o", {square(), square(), square()}};
    GraphSet augmented{"a", std::vector<Graph>(6, square())};
    CHECK(original_of(originals, augmented, 3) == 1);
    CHECK(original_of(originals, originals, 2) == 2);
    augmented.graphs[0].graph.push_back({"original", std::vector<std::int64_t>{2}});
    CHECK(original_of(originals, augmented, 0) == 2);
    augmented.graphs[2].graph.push_back({"copy", std::vector<std::int64_t>{0}});
    CHECK_FALSE(original_of(originals, augmented, 2)); // made of several
    augmented.graphs.pop_back();
    CHECK_FALSE(original_of(originals, augmented, 3));
}

TEST_CASE("an augmented graph that lost nodes is compared on those of its original", "[gui][graph]") {
    Graph smaller = induced(square(), {0, 2, 3});
    CHECK_FALSE(on_nodes_of(square(), shared(smaller))); // whose nodes are whose?
    smaller.node.push_back({"original", std::vector<std::int64_t>{0, 2, 3}});
    const auto whole = on_nodes_of(square(), shared(smaller));
    REQUIRE(whole);
    const DrawnGraph drawn = draw_graph(shared(square()), whole);
    REQUIRE(drawn.edges == std::vector<Edge>{{0, 1}, {0, 2}, {0, 3}, {1, 2}, {2, 3}});
    using enum EdgeKind;
    CHECK(drawn.kinds == std::vector<EdgeKind>{removed, kept, kept, removed, kept});
    CHECK(drawn.augmented_degree[1] == 0);
    smaller.node.back().values = std::vector<std::int64_t>{0, 2, 2};
    CHECK_FALSE(on_nodes_of(square(), shared(smaller)));
    smaller.node.back().values = std::vector<std::int64_t>{0, 2, 9};
    CHECK_FALSE(on_nodes_of(square(), shared(smaller)));
    const auto same = shared(changed_square());
    CHECK(on_nodes_of(square(), same) == same);
}

TEST_CASE("first places are finite, apart, and the same each time", "[gui][graph]") {
    for (const Graph& graph :
         {ring(40, 2), ring(3000, 1), Graph{1, false, {}, {}, {}, {}}, Graph{0, false, {}, {}, {}, {}}}) {
        const auto places = first_places(graph.nodes, graph.edges);
        REQUIRE(places.size() == static_cast<std::size_t>(graph.nodes));
        CHECK(places == first_places(graph.nodes, graph.edges));
        CHECK(std::set<Place>(places.begin(), places.end()).size() == places.size());
        for (const Place& place : places) CHECK((std::isfinite(place[0]) && std::isfinite(place[1])));
    }
    // Springs: ends of an edge are nearer to each other than other nodes.
    const auto places = first_places(30, ring(30, 1).edges);
    double near = 0, far = 0;
    for (std::size_t i = 0; i < 30; ++i) {
        const auto away = [&](std::size_t j) {
            return std::hypot(places[i][0] - places[j][0], places[i][1] - places[j][1]);
        };
        near += away((i + 1) % 30);
        far += away((i + 15) % 30);
    }
    CHECK(near < 0.5 * far);
    CHECK(first_places(30, ring(30, 1).edges, [] { return true; }).empty());
    CHECK(places_of_file(square())[4] == Place{2, 1});
    Graph unplaced = square();
    std::get<std::vector<double>>(unplaced.node[1].values)[3] = std::nan("");
    CHECK(places_of_file(unplaced).empty());
}

TEST_CASE("labels don't lie on each other, and the first ones come first", "[gui][graph]") {
    std::vector<LabelWish> wishes;
    for (int i = 0; i < 200; ++i) wishes.push_back({{7.0 * (i % 30), 11.0 * (i / 30.0)}, 2, {40, 14}});
    const QRectF room(-50, -50, 400, 300);
    const auto placed = place_labels(wishes, room);
    CHECK(placed[0] == QRectF(5, -7, 40, 14));
    std::vector<QRectF> shown;
    for (const auto& rect : placed) {
        if (!rect) continue;
        CHECK(room.contains(*rect));
        for (const QRectF& other : shown) CHECK_FALSE(rect->intersects(other));
        shown.push_back(*rect);
    }
    CHECK(shown.size() > 20);
    CHECK(shown.size() < 200);
}

TEST_CASE("the radar lies beside the graph where there is room, and within the picture in any case",
          "[gui][gl][graph]") {
    if (!has_opengl()) return;
    Opened opened({1100, 600});
    opened.open_pair();
    std::map<std::string, double> metrics;
    for (const char* of : {"original", "augmented"})
        for (const char* name : {"diameter", "radius", "periphery", "connected"})
            metrics[std::string("properties/") + of + "/" + name] = 2;
    opened.view.set_metrics("run", metrics);
    const auto* radar = opened.view.findChild<QWidget*>("graph_radar");
    CHECK_FALSE(radar->isVisible());
    opened.view.findChild<QToolButton*>("graph_properties")->setChecked(true);
    REQUIRE(radar->isVisible());
    CHECK(opened.canvas().rect().contains(radar->geometry()));
    for (std::int32_t node = 0; node < 5; ++node) CHECK(opened.canvas().position_of(node).x() < radar->x());
    opened.view.resize(500, 200);
    CHECK(QTest::qWaitFor([&] { return !radar->isVisible(); }, 5000));
    opened.view.resize(700, 500);
    CHECK(QTest::qWaitFor([&] { return radar->isVisible(); }, 5000));
    CHECK(opened.canvas().rect().contains(radar->geometry()));
}

TEST_CASE("labels don't hide other nodes, but for the one that is looked at", "[gui][graph]") {
    const QRectF room(-100, -100, 300, 300);
    // Nodes to the right, above and below: only the left is free.
    std::vector<LabelWish> wishes{
        {{0, 0}, 5, {40, 14}}, {{25, 0}, 5, {300, 14}}, {{0, -16}, 5, {300, 14}}, {{0, 16}, 5, {300, 14}}};
    CHECK(place_labels(wishes, room)[0] == QRectF(-48, -7, 40, 14));
    wishes.push_back({{-25, 0}, 5, {300, 14}});
    CHECK_FALSE(place_labels(wishes, room)[0]);
    wishes[0].must = true;
    CHECK(place_labels(wishes, room)[0] == QRectF(8, -7, 40, 14));
}

TEST_CASE("nodes are coloured by amounts or by kinds, and sized by amounts", "[gui][graph]") {
    const DrawnGraph drawn = draw_graph(shared(square()));
    CHECK(quantities_of(drawn, false) == QStringList{"degree", "label", "x", "y", "eigenvector 1", "side"});
    CHECK_FALSE(quantities_of(drawn, true).contains("label"));
    NodeStyle style;
    style.colour = "degree";
    style.size = "degree";
    const NodeLook degree = look_of(drawn, style);
    CHECK(degree.scale.low == 0);
    CHECK(degree.scale.high == 3);
    CHECK(degree.colours[0] == degree.colours[2]);
    CHECK(degree.colours[0] != degree.colours[4]);
    CHECK(degree.radii[0] > 2 * degree.radii[4]);
    style.colour = "eigenvector 1"; // of both signs
    CHECK(look_of(drawn, style).scale.map->diverging);
    style.colour = "side";
    const NodeLook side = look_of(drawn, style);
    REQUIRE(side.categories.size() == 2);
    CHECK(side.categories[0].first == "1"); // the most frequent one
    CHECK(side.colours[0] == side.colours[3]);
    CHECK(side.colours[0] != side.colours[1]);
}

TEST_CASE("properties of both graphs are found among a run's metrics", "[gui][graph]") {
    const auto found = properties_in({{"properties/original/diameter", 5},
                                      {"properties/augmented/diameter", 6},
                                      {"properties/original/radius", 3},
                                      {"change/diameter", 1}});
    REQUIRE(found.size() == 1);
    CHECK(found[0].before == 5);
    CHECK(found[0].after == 6);
}

TEST_CASE("a graph is drawn with its nodes and edges, and asked by the mouse", "[gui][gl][graph]") {
    if (!has_opengl()) return;
    Opened opened;
    opened.add("graph", {square()});
    opened.open();
    GraphCanvas& canvas = opened.canvas();
    REQUIRE(canvas.graph());
    CHECK(canvas.graph()->nodes == 5);
    CHECK(canvas.edges_seen() == 5);
    CHECK(opened.view.about_text() == "5 nodes, 5 edges");
    opened.view.set_looked_into(4, 6);
    CHECK(opened.view.about_text() == "5 nodes, 5 edges, graphs of the first 4 of 6 selected runs");
    opened.view.set_looked_into(4, 4);
    CHECK(opened.view.about_text() == "5 nodes, 5 edges");
    CHECK(canvas.places()[2] == Place{1, 1}); // those of the file, y upwards
    CHECK(canvas.position_of(2).y() < canvas.position_of(1).y());
    const QImage image = opened.picture();
    const QColor back = canvas.palette().color(QPalette::Window);
    CHECK(distance(image.pixelColor(3, 3), back) < 3);
    for (std::int32_t node = 0; node < 5; ++node) {
        const QPointF at = canvas.position_of(node) * canvas.devicePixelRatioF();
        CHECK(distance(image.pixelColor(at.toPoint()),
                       QColor::fromRgb(canvas.look().colours[static_cast<std::size_t>(node)])) < 12);
        CHECK(canvas.node_at(canvas.position_of(node) + QPointF(2, -2)) == node);
    }
    CHECK_FALSE(opened.is_empty(image, 0, 2));
    CHECK(opened.is_empty(image, 1, 3, 0.3)); // there is no edge
    CHECK_FALSE(canvas.node_at(canvas.position_of(0) + QPointF(40, 40)));
    opened.move_mouse(canvas.position_of(1) + QPointF(3, 0));
    CHECK(canvas.hovered() == 1);
    CHECK(opened.view.probe_text().contains("Berta"));
    CHECK(opened.view.probe_text().contains("degree: 2"));
    CHECK(canvas.tooltip_of(1).contains("eigenvector 1: 0.5"));
}

TEST_CASE("what is under the cursor stays there when the wheel turns", "[gui][gl][graph]") {
    if (!has_opengl()) return;
    Opened opened;
    opened.add("graph", {square()});
    opened.open();
    GraphCanvas& canvas = opened.canvas();
    const QPointF before = canvas.position_of(2);
    QWheelEvent turn(before, canvas.mapToGlobal(before), {}, {0, 240}, Qt::NoButton, Qt::NoModifier, Qt::NoScrollPhase,
                     false);
    QCoreApplication::sendEvent(&canvas, &turn);
    CHECK(canvas.magnification() > 1.3);
    CHECK(canvas.position_of(2).x() == Approx(before.x()));
    CHECK(canvas.position_of(2).y() == Approx(before.y()));
    QTest::keyClick(&canvas, Qt::Key_0);
    CHECK(canvas.magnification() == Approx(1));
    QTest::keyClick(&canvas, Qt::Key_Right);
    CHECK(canvas.position_of(2).x() < before.x());
    // Node by node without a mouse: those of the most edges first.
    QTest::keyClick(&canvas, Qt::Key_N);
    CHECK(canvas.selected() == 0);
    QTest::keyClick(&canvas, Qt::Key_N);
    CHECK(canvas.selected() == 2);
    QTest::keyClick(&canvas, Qt::Key_N, Qt::ShiftModifier);
    CHECK(canvas.selected() == 0);
}

TEST_CASE("original and augmented lie on one layout with their changes marked", "[gui][gl][graph]") {
    if (!has_opengl()) return;
    Opened opened;
    opened.open_pair();
    GraphCanvas& canvas = opened.canvas();
    REQUIRE(opened.view.findChild<QComboBox*>("graph_choice")->count() == 1);
    REQUIRE(canvas.graph()->is_pair());
    CHECK(canvas.edges_seen() == 7);
    const EdgeColours colours = edge_colours(canvas.palette().color(QPalette::Window).lightness() < 128);
    const QColor removed = colours.of[1], added = colours.of[2];
    const QImage both = opened.picture();
    CHECK(opened.nearest(both, 0, 2, removed) < 25);
    CHECK(opened.nearest(both, 1, 4, added) < 25);
    CHECK(opened.nearest(both, 0, 1, added) > 50);
    CHECK(opened.nearest(both, 0, 1, removed) > 50);
    CHECK_FALSE(opened.is_empty(both, 0, 1));
    const QPointF place = canvas.position_of(4);
    QTest::keyClick(&canvas, Qt::Key_1);
    CHECK(canvas.edges_seen() == 5);
    const QImage before = opened.picture();
    CHECK(opened.nearest(before, 0, 2, removed) > 50);
    CHECK_FALSE(opened.is_empty(before, 0, 2));
    CHECK(opened.is_empty(before, 1, 4));
    QTest::keyClick(&canvas, Qt::Key_2);
    CHECK(canvas.edges_seen() == 6);
    CHECK_FALSE(opened.is_empty(opened.picture(), 1, 4));
    CHECK(canvas.position_of(4) == place);
}

TEST_CASE("graphs of a data set are looked through by number", "[gui][gl][graph]") {
    if (!has_opengl()) return;
    Opened opened;
    opened.add("graph", {square(), ring(12, 1), ring(7, 2)});
    opened.open();
    auto* number = opened.view.findChild<QSpinBox*>("graph_number");
    CHECK(number->maximum() == 3);
    QTest::keyClick(&opened.canvas(), Qt::Key_PageDown);
    CHECK(QTest::qWaitFor([&] { return opened.canvas().graph()->nodes == 12; }));
    opened.view.set_number(2);
    CHECK(QTest::qWaitFor([&] { return opened.canvas().graph()->nodes == 7; }));
    CHECK(opened.canvas().edges_seen() == 14);
}

TEST_CASE("a dragged node asks for its move, and goes back bit for bit", "[gui][gl][graph]") {
    if (!has_opengl()) return;
    Opened opened;
    Graph graph = square();
    std::get<std::vector<double>>(graph.node[1].values)[3] = 0.1 + 0.2; // not a short number
    opened.add("graph", {graph});
    opened.open();
    GraphCanvas& canvas = opened.canvas();
    const auto before = canvas.places();
    QSignalSpy wanted(&opened.view, &GraphView::move_wanted);
    const QPointF from = canvas.position_of(3), to = from + QPointF(30, 50);
    QTest::mousePress(&canvas, Qt::LeftButton, {}, from.toPoint());
    opened.move_mouse(from + QPointF(10, 10), Qt::LeftButton);
    opened.move_mouse(to, Qt::LeftButton);
    CHECK(canvas.position_of(3).y() == Approx(to.y()).margin(1.5)); // seen while it is dragged
    QTest::mouseRelease(&canvas, Qt::LeftButton, {}, to.toPoint());
    REQUIRE(wanted.size() == 1);
    const QString name = wanted[0][0].toString();
    const Place there{wanted[0][2].toDouble(), wanted[0][3].toDouble()};
    CHECK(there == canvas.places()[3]);
    const Place was = opened.view.move_node(name, 3, there); // as the command does
    CHECK(was == before[3]);
    CHECK(opened.view.move_node(name, 3, was) == there);
    CHECK(canvas.places() == before);
    CHECK_THROWS_AS(opened.view.move_node(name, 5, was), Error);
    CHECK_THROWS_AS(opened.view.move_node("another/graph/0@0", 0, was), Error);
    // By the keyboard, too.
    canvas.select(2);
    QTest::keyClick(&canvas, Qt::Key_Up, Qt::ControlModifier);
    REQUIRE(wanted.size() == 2);
    CHECK(wanted[1][1].toInt() == 2);
    CHECK(wanted[1][3].toDouble() > before[2][1]);
}

TEST_CASE("a large graph is drawn in parts, fewer while it moves", "[gui][gl][graph]") {
    if (!has_opengl()) return;
    Opened opened;
    opened.add("graph", {ring(60'000, 3)});
    opened.open();
    GraphCanvas& canvas = opened.canvas();
    REQUIRE(canvas.edges_seen() == 180'000);
    const QImage before = opened.picture();
    int frames = 0;
    QObject::connect(&canvas, &GraphCanvas::painted, &canvas, [&] { ++frames; });
    canvas.zoom(0.9);
    CHECK_FALSE(canvas.is_complete());
    CHECK(QTest::qWaitFor([&] { return frames == 1; }));
    opened.wait();
    CHECK(frames >= 2); // one while it moved, then the rest
    canvas.reset_camera();
    const QImage after = opened.picture(); // but for the rims of nodes, in how many steps it was drawn isn't seen
    double differs = 0;
    for (int y = 0; y < before.height(); ++y)
        for (int x = 0; x < before.width(); ++x) differs += distance(before.pixelColor(x, y), after.pixelColor(x, y));
    CHECK(differs / (before.width() * before.height()) < 2);
}

TEST_CASE("what can't be shown is said in its place", "[gui][gl][graph][P9]") {
    if (!has_opengl()) return;
    Opened opened;
    const auto file = opened.folder.path() / "broken.npz";
    opened.folder.write("broken.npz", "no archive");
    opened.sources = {{"run", "a run", "graph", QString::fromStdString(file.string()), ".npz"}};
    opened.view.set_sources(opened.sources);
    auto* hint = opened.view.findChild<QLabel*>("graph_hint");
    CHECK(QTest::qWaitFor([&] { return hint->text().contains("broken.npz"); }));
    CHECK(hint->isVisible());
    opened.sources.clear();
    opened.add("graph", {Graph{0, false, {}, {}, {}, {}}});
    opened.open();
    CHECK(opened.view.about_text() == "0 nodes, 0 edges");
    opened.sources.clear();
    // Other nodes: each by itself.
    opened.add("original", {square()});
    opened.add("augmented", {ring(4, 1)});
    opened.open();
    CHECK(opened.canvas().graph()->nodes == 4);
    CHECK(opened.view.about_text().contains("shown alone"));
    QTest::keyClick(&opened.canvas(), Qt::Key_1);
    CHECK(QTest::qWaitFor([&] { return opened.canvas().graph()->nodes == 5; }));
}

TEST_CASE("how a graph is shown is saved and restored", "[gui][gl][graph]") {
    if (!has_opengl()) return;
    Opened opened;
    opened.add("graph", {square()});
    opened.open();
    const auto fresh = opened.view.save_state();
    auto* colour = opened.view.findChild<QComboBox*>("graph_colour");
    colour->setCurrentIndex(colour->findText("side"));
    Q_EMIT colour->activated(colour->currentIndex());
    opened.view.findChild<QToolButton*>("graph_labels")->setChecked(false);
    CHECK(opened.canvas().look().categories.size() == 2);
    const auto state = opened.view.save_state();
    opened.view.restore_state(fresh);
    CHECK(opened.canvas().look().categories.empty());
    opened.view.restore_state(state);
    CHECK(opened.canvas().look().coloured_by == "side");
    CHECK_FALSE(opened.view.findChild<QToolButton*>("graph_labels")->isChecked());
    opened.view.restore_state("no state");
    CHECK(opened.view.save_state() == state);
}
