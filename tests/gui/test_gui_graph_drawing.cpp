// SPDX-License-Identifier: GPL-3.0-or-later
// How a graph is drawn and asked: arrows, loops, parallel edges, weights, and the node under the cursor.
#include "tests/gui/opened_graphs.h"
#include "views/graph/edge_paths.h"

#include <QCheckBox>
#include <QComboBox>
#include <QToolButton>

#include <cmath>
#include <random>

using namespace orrery;
using namespace orrery::gui;

namespace {

// Two nodes, one above the other, and a third one to the right.
Graph corner(std::vector<Edge> edges, bool directed) {
    Graph graph{3, directed, std::move(edges), {}, {}, {}};
    graph.node.push_back({"x", std::vector<double>{0, 0, 1}});
    graph.node.push_back({"y", std::vector<double>{0, 1, 0}});
    return graph;
}

Graph weighted(Graph graph, std::vector<double> weights) {
    graph.edge.push_back({"weight", std::move(weights)});
    return graph;
}

double away(Place a, Place b) { return std::hypot(a[0] - b[0], a[1] - b[1]); }

std::vector<EdgePath> paths_of(const Graph& graph, const std::vector<Place>& places, double radius = 5) {
    return edge_paths(draw_graph(shared(graph)), places,
                      std::vector<double>(static_cast<std::size_t>(graph.nodes), radius), {});
}

// Without its names.
void only_picture(Opened& opened) { opened.view.findChild<QToolButton*>("graph_labels")->setChecked(false); }

// How far from the background the picture's darkest or lightest pixel on a line across the edge is; and on how many
// pixels there is something.
struct Across {
    int strongest = 0, pixels = 0;
};
Across across(Opened& opened, const QImage& image, std::int32_t a, std::int32_t b, double share, int reach = 20) {
    GraphCanvas& canvas = opened.canvas();
    const QColor back = canvas.palette().color(QPalette::Window);
    const QPointF from = canvas.position_of(a), to = canvas.position_of(b), way = to - from;
    const QPointF aside = QPointF(-way.y(), way.x()) / std::hypot(way.x(), way.y());
    Across found;
    for (int i = -reach; i <= reach; ++i) {
        const QPointF at = (from + share * way + aside * i) * canvas.devicePixelRatioF();
        const int seen = distance(image.pixelColor(at.toPoint()), back);
        found.strongest = std::max(found.strongest, seen);
        found.pixels += seen > 20;
    }
    return found;
}

} // namespace

TEST_CASE("arrows end at the rim of the node that they lead to", "[gui][graph]") {
    const auto paths = paths_of(corner({{0, 2}, {2, 1}}, true), {{0, 0}, {0, 100}, {100, 0}});
    REQUIRE(paths[0].head);
    CHECK((*paths[0].head)[0][0] == Approx(94).margin(0.01)); // radius 5, and a gap of 1
    CHECK((*paths[0].head)[0][1] == Approx(0).margin(0.01));
    CHECK(paths[0].curve[3][0] == Approx(85).margin(0.01)); // the line ends where the head of 9 begins
    CHECK(away((*paths[1].head)[0], {0, 100}) == Approx(6).margin(0.01));
    const auto& [tip, left, right] = *paths[1].head;
    CHECK(away(left, right) > 5);
    CHECK(away(left, {0, 100}) > away(tip, {0, 100}));
    for (const auto& path : paths_of(corner({{0, 2}, {2, 1}}, false), {{0, 0}, {0, 100}, {100, 0}}))
        CHECK_FALSE(path.head);
    // Where nodes nearly touch there is no room for one.
    CHECK_FALSE(paths_of(corner({{0, 2}}, true), {{0, 0}, {0, 100}, {12, 0}})[0].head);
}

TEST_CASE("parallel edges are bent to different sides, whatever their directions", "[gui][graph]") {
    const std::vector<Place> places{{0, 0}, {0, 100}, {100, 0}};
    const auto middle = [](const EdgePath& path) { return points_of(path)[8]; };
    const auto two = paths_of(corner({{0, 2}, {2, 0}}, true), places);
    CHECK(middle(two[0])[1] * middle(two[1])[1] < 0);
    const auto three = paths_of(corner({{0, 2}, {2, 0}, {0, 2}, {0, 1}}, false), places);
    CHECK(three[1].straight); // the one between the others
    CHECK(three[3].straight);
    CHECK(std::abs(middle(three[0])[1] - middle(three[2])[1]) == Approx(20).epsilon(0.01));
    const DrawnGraph drawn = draw_graph(shared(corner({{0, 2}, {2, 0}, {0, 2}, {1, 1}, {1, 1}}, false)));
    CHECK(drawn.parallels == 3);
    CHECK(drawn.loops == 2);
}

TEST_CASE("a loop begins and ends at its node, away from its neighbours; another one is larger", "[gui][graph]") {
    const auto paths = paths_of(corner({{0, 0}, {0, 0}, {0, 1}, {0, 2}}, true), {{0, 0}, {0, 100}, {100, 0}});
    CHECK(paths[0].curve[0] == Place{0, 0});
    REQUIRE(paths[0].head);
    CHECK(away((*paths[0].head)[0], {0, 0}) == Approx(6).margin(0.05));
    const Place far = points_of(paths[0])[8];
    CHECK(far[0] < -5);
    CHECK(far[1] < -5);
    CHECK(away(points_of(paths[1])[8], {0, 0}) > away(far, {0, 0}) + 4);
}

TEST_CASE("dashes cover a part of a line, also around its corners", "[gui][graph]") {
    const auto dashes = dashes_of({{0, 0}, {10, 0}, {10, 10}}, 6, 4);
    REQUIRE(dashes.size() == 2);
    CHECK(dashes[0] == std::vector<Place>{{0, 0}, {6, 0}});
    CHECK(dashes[1].front() == Place{10, 0});
    CHECK(dashes[1].back() == Place{10, 6});
    CHECK(dashes_of({{0, 0}, {1e6, 0}}, 6, 4).size() <= 61);
}

TEST_CASE("an edge of a directed graph has an arrow, of an undirected one none", "[gui][gl][graph]") {
    if (!has_opengl()) return;
    for (const bool directed : {true, false}) {
        Opened opened;
        opened.add("graph", {corner({{0, 2}, {1, 0}}, directed)});
        opened.open();
        only_picture(opened);
        const QImage image = opened.picture();
        GraphCanvas& canvas = opened.canvas();
        const double length = std::abs(canvas.position_of(2).x() - canvas.position_of(0).x());
        const double radius = static_cast<double>(canvas.look().radii[2]);
        // A head is wider than its line; at the other end there is none.
        const int at_head = across(opened, image, 0, 2, 1 - (radius + 8) / length).pixels;
        const int at_tail = across(opened, image, 0, 2, (radius + 8) / length).pixels;
        const int line = across(opened, image, 0, 2, 0.5).pixels;
        CHECK(at_tail == line);
        CHECK((directed ? at_head >= line + 2 : at_head == line));
        CHECK(opened.view.about_text().contains("directed") == directed);
    }
}

TEST_CASE("loops and parallel edges are seen", "[gui][gl][graph]") {
    if (!has_opengl()) return;
    Opened opened;
    opened.add("graph", {corner({{0, 2}, {0, 2}, {1, 1}, {0, 1}}, false)});
    opened.open();
    only_picture(opened);
    const QImage image = opened.picture();
    GraphCanvas& canvas = opened.canvas();
    const QColor back = canvas.palette().color(QPalette::Window);
    const auto seen = [&](QPointF at) {
        int most = 0;
        for (int y = -1; y <= 1; ++y)
            for (int x = -1; x <= 1; ++x)
                most = std::max(
                    most, distance(image.pixelColor((at * canvas.devicePixelRatioF()).toPoint() + QPoint(x, y)), back));
        return most > 40;
    };
    const QPointF middle = (canvas.position_of(0) + canvas.position_of(2)) / 2;
    CHECK_FALSE(seen(middle));
    CHECK(seen(middle + QPointF(0, 5)));
    CHECK(seen(middle - QPointF(0, 5)));
    // Node 1 lies above its only neighbour: the loop lies above it.
    const double height = static_cast<double>(canvas.look().radii[1]) + 16;
    CHECK(seen(canvas.position_of(1) - QPointF(0, height)));
    CHECK_FALSE(seen(canvas.position_of(1) - QPointF(0, height - 7)));
}

TEST_CASE("weights are opacity or width, and negative ones are dashed in a colour of their own", "[gui][gl][graph]") {
    if (!has_opengl()) return;
    Opened opened;
    opened.add("graph", {weighted(corner({{0, 1}, {0, 2}, {1, 2}}, false), {1, 0.2, -0.9})});
    opened.open();
    only_picture(opened);
    const auto choose = [&](const char* text) {
        auto* box = opened.view.findChild<QComboBox*>("graph_edge_weights");
        box->setCurrentIndex(box->findText(text));
        Q_EMIT box->activated(box->currentIndex());
    };
    QImage image = opened.picture();
    const int strong = across(opened, image, 0, 1, 0.5).strongest, faint = across(opened, image, 0, 2, 0.5).strongest;
    CHECK(strong > 2 * faint);
    CHECK(faint > 5);
    choose("width");
    image = opened.picture();
    CHECK(across(opened, image, 0, 1, 0.5).pixels >= across(opened, image, 0, 2, 0.5).pixels + 2);
    CHECK(across(opened, image, 0, 2, 0.5).strongest > 20);
    choose("not shown");
    image = opened.picture();
    CHECK(std::abs(across(opened, image, 0, 1, 0.5).strongest - across(opened, image, 0, 2, 0.5).strongest) < 25);
    // Dashes: along the edge it comes and goes.
    int with = 0, without = 0;
    for (double share = 0.2; share < 0.8; share += 0.004)
        across(opened, image, 1, 2, share, 2).strongest > 30 ? ++with : ++without;
    CHECK(with > 40);
    CHECK(without > 20);
    const EdgeLooks looks(*opened.canvas().graph(), Shown::both, EdgeWeights::none, true);
    CHECK(looks.of(2).colour.rgb() == edge_colours(true).negative.rgb());
    CHECK(looks.of(0).colour.rgb() != looks.of(2).colour.rgb());
    CHECK_FALSE(looks.of(1).dashed);
}

TEST_CASE("what can't be seen of very many edges is said", "[gui][gl][graph]") {
    if (!has_opengl()) return;
    Opened opened;
    Graph graph = ring(2000, 2);
    graph.directed = true;
    graph.edges.push_back({3, 3});
    opened.add("graph", {graph});
    opened.open();
    INFO(opened.view.about_text().toStdString());
    CHECK(opened.view.about_text().contains("drawn without arrows, loops: more than 3000 edges"));
    CHECK(opened.canvas().paths().empty());
}

TEST_CASE("the node under the cursor is the one that a search through all would find", "[gui][gl][graph]") {
    if (!has_opengl()) return;
    std::mt19937 random(5);
    std::normal_distribution<double> crowd(0, 1);
    Opened opened;
    Graph graph = ring(5000, 1);
    std::vector<double> x, y, size;
    for (std::int32_t i = 0; i < graph.nodes; ++i) { // crowds, lines, copies and a node far away
        const double far = i % 3 == 0 ? 1 : 0.01;
        x.push_back(i == 7 ? 40 : i % 5 == 0 ? 2 : far * crowd(random));
        y.push_back(i % 11 == 0 && i > 0 ? y.back() : far * crowd(random));
        size.push_back(i % 100);
    }
    graph.node.push_back({"x", x});
    graph.node.push_back({"y", y});
    graph.node.push_back({"size", size});
    opened.add("graph", {graph});
    opened.open();
    auto* by = opened.view.findChild<QComboBox*>("graph_size");
    by->setCurrentIndex(by->findText("size"));
    Q_EMIT by->activated(by->currentIndex());
    GraphCanvas& canvas = opened.canvas();
    const auto nearest = [&](QPointF at) -> std::pair<std::optional<std::int32_t>, double> {
        std::optional<std::int32_t> found;
        double least = 0;
        for (std::int32_t i = 0; i < graph.nodes; ++i) {
            const QPointF by_pixel = canvas.position_of(i) - at;
            const double radius = static_cast<double>(canvas.look().radii[static_cast<std::size_t>(i)]);
            const double outside = std::hypot(by_pixel.x(), by_pixel.y()) - radius;
            if (outside > std::max(3.0, 11 - radius) || (found && std::max(outside, 0.0) > least)) continue;
            found = i;
            least = std::max(outside, 0.0);
        }
        return {found, least};
    };
    int hits = 0;
    const auto agree = [&] {
        std::uniform_real_distribution<double> across_it(0, canvas.width()), down(0, canvas.height());
        for (int i = 0; i < 300; ++i) {
            QPointF at(across_it(random), down(random));
            if (i % 2 == 0) {
                at = canvas.position_of(static_cast<std::int32_t>(random() % 5000U)) +
                     QPointF(crowd(random), crowd(random)) * 6;
            }
            const auto [expected, least] = nearest(at);
            const auto found = canvas.node_at(at);
            CHECK(found.has_value() == expected.has_value());
            if (!found || !expected) continue;
            ++hits;
            const QPointF by_pixel = canvas.position_of(*found) - at;
            const double outside = std::hypot(by_pixel.x(), by_pixel.y()) -
                                   static_cast<double>(canvas.look().radii[static_cast<std::size_t>(*found)]);
            CHECK(std::max(outside, 0.0) == Approx(least).margin(1e-6)); // equal but for rounding
            if (least == 0) CHECK(*found == *expected);
        }
    };
    agree();
    canvas.zoom_about(0.03, canvas.position_of(1000));
    agree();
    for (std::int32_t node = 0; node < 100; ++node) // more than are kept beside the cells
        canvas.set_place(node, {2 + 0.01 * crowd(random), 0.01 * crowd(random)});
    agree();
    canvas.reset_camera();
    agree();
    CHECK(hits > 500);
}

TEST_CASE("a node of a large graph is dragged over the picture, which is drawn again when it is let go",
          "[gui][gl][graph]") {
    if (!has_opengl()) return;
    Opened opened;
    Graph graph = ring(12'000, 1);
    graph.edges.push_back({0, 6000});
    opened.add("graph", {graph});
    opened.open();
    GraphCanvas& canvas = opened.canvas();
    opened.picture();
    const auto start = canvas.position_of(0);
    const auto node = canvas.node_at(start);
    REQUIRE(node);
    const Place before = canvas.places()[static_cast<std::size_t>(*node)];
    const QPointF to = start + QPointF(60, 40);
    QTest::mousePress(&canvas, Qt::LeftButton, {}, start.toPoint());
    opened.move_mouse(start + QPointF(10, 10), Qt::LeftButton);
    opened.move_mouse(to, Qt::LeftButton);
    CHECK(canvas.looked_at() == node);
    CHECK(canvas.position_of(*node).x() == Approx(canvas.position_of(*node).x()));
    CHECK(canvas.places()[static_cast<std::size_t>(*node)] != before);
    CHECK(canvas.is_complete()); // nothing was begun anew
    CHECK(canvas.node_at(canvas.position_of(*node)) == node);
    QTest::mouseRelease(&canvas, Qt::LeftButton, {}, to.toPoint());
    CHECK_FALSE(canvas.is_complete());
    opened.wait();
    const QImage image = opened.picture();
    CHECK(distance(image.pixelColor((canvas.position_of(*node) * canvas.devicePixelRatioF()).toPoint()),
                   canvas.palette().color(QPalette::Window)) > 30);
}

TEST_CASE("the overlay in the picture and the settings beside it have one state", "[gui][gl][graph]") {
    if (!has_opengl()) return;
    Opened opened;
    opened.open_pair();
    GraphCanvas& canvas = opened.canvas();
    const QImage before = opened.picture();
    auto* overlay = opened.view.findChild<QCheckBox*>("graph_overlay");
    overlay->setChecked(true);
    CHECK(QTest::qWaitFor([&] { return opened.picture().copy(0, 0, 280, 200) != before.copy(0, 0, 280, 200); }));
    const auto state = opened.view.save_state();
    // Its head line is pressed: the picture isn't moved by that, and what lies under it isn't asked.
    const QPointF place = canvas.position_of(4);
    QTest::mouseMove(&canvas, {100, 18});
    QTest::qWait(50);
    QTest::mousePress(&canvas, Qt::LeftButton, {}, {100, 18});
    QTest::qWait(50);
    opened.move_mouse({160, 60}, Qt::LeftButton);
    QTest::qWait(50);
    QTest::mouseRelease(&canvas, Qt::LeftButton, {}, {160, 60});
    CHECK(canvas.position_of(4) == place);
    CHECK(opened.view.save_state() == state);
    overlay->setChecked(false);
    CHECK(QTest::qWaitFor([&] { return opened.picture().copy(0, 0, 280, 200) == before.copy(0, 0, 280, 200); }));
    opened.view.restore_state(state);
    CHECK(overlay->isChecked());
}
