// SPDX-License-Identifier: GPL-3.0-or-later
// Figures of graphs: what the view shows, drawn for paper.
#include "core/figure/figure_data.h"
#include "tests/gui/opened_graphs.h"
#include "views/figure/figure_plot.h"

#include <QComboBox>

using namespace orrery;
using namespace orrery::gui;

namespace {

struct Drawn {
    Figure figure;
    FigureData data;
    Drawn(Graph graph, std::optional<Graph> before = {}) {
        figure.kind = "graph";
        figure.artifact = "augmented";
        figure.width_mm = 100;
        figure.height_mm = 100;
        figure.dpi = 127;
        data.graphs.push_back({"run", "augmented", "", "", "", 0, std::move(graph), std::move(before)});
    }
    std::string bytes(const char* format) {
        load_figure_fonts();
        FigurePlot plot(figure, data);
        notes = plot.notes();
        return plot.bytes(format).toStdString();
    }
    QImage image() {
        const std::string png = bytes("png");
        return QImage::fromData(reinterpret_cast<const uchar*>(png.data()), static_cast<int>(png.size()));
    }
    std::vector<std::string> notes;
};

int pixels_of(const QImage& image, const QColor& colour) {
    int count = 0;
    for (int y = 0; y < image.height(); ++y)
        for (int x = 0; x < image.width(); ++x) count += distance(image.pixelColor(x, y), colour) < 40;
    return count;
}

} // namespace

TEST_CASE("a figure of a pair of graphs marks what was removed and added, and has a legend", "[gui][graph][figure]") {
    Drawn drawn(changed_square(), square());
    const QColor removed = edge_colours(false).of[1], added = edge_colours(false).of[2];
    const QImage both = drawn.image();
    REQUIRE(both.width() == 500);
    CHECK(pixels_of(both, removed) > 100);
    CHECK(pixels_of(both, added) > 100);
    const std::string svg = drawn.bytes("svg");
    for (const char* text : {">Anna<", ">Emma<", ">kept  4<", ">removed  1<", ">added  2<"})
        CHECK(svg.find(text) != std::string::npos);
    CHECK(svg.find("<image") == std::string::npos); // lines, discs and texts
    drawn.figure.shown = "original";
    drawn.figure.node_labels = false;
    const std::string original = drawn.bytes("svg");
    CHECK(original.find("removed") == std::string::npos);
    CHECK(original.find(">Anna<") == std::string::npos);
    CHECK(pixels_of(drawn.image(), removed) == 0);
    CHECK(drawn.bytes("pdf").substr(0, 5) == "%PDF-");
}

TEST_CASE("a figure's nodes lie where it says, and are coloured with a bar or a legend", "[gui][graph][figure]") {
    Drawn drawn(square());
    drawn.figure.node_labels = false;
    drawn.figure.colour_by = "side";
    drawn.figure.places = {{0, 0}, {10, 6}, {10, 10}, {0, 10}, {5, 6}};
    NodeStyle style;
    style.colour = "side";
    style.dark = false;
    const auto colours = look_of(draw_graph(shared(square())), style).colours;
    const QRgb first = colours[0], second = colours[4];
    const QImage image = drawn.image();
    const auto lowest = [&](QRgb colour) { // the row that it is found in last, the legend apart
        int last = 0;
        for (int y = 0; y < image.height() - 28; ++y)
            for (int x = 0; x < image.width(); ++x)
                if (distance(image.pixelColor(x, y), QColor::fromRgb(colour)) < 12) last = y;
        return last;
    };
    CHECK(lowest(first) > lowest(second) + 50); // y is upwards: node 0 is the lowest
    const std::string svg = drawn.bytes("svg");
    CHECK(svg.find(">0<") != std::string::npos);
    CHECK(svg.find(">1<") != std::string::npos);
    drawn.figure.colour_by = "eigenvector 1";
    drawn.data.y_label = "eigenvector 1";
    CHECK(drawn.bytes("svg").find(">eigenvector 1<") != std::string::npos);
    drawn.figure.colour_bar = false;
    CHECK(drawn.bytes("svg").find(">eigenvector 1<") == std::string::npos);
}

TEST_CASE("a figure of a directed graph has arrows; of very many edges it says that it hasn't",
          "[gui][graph][figure]") {
    Graph graph = square();
    Drawn plain(graph);
    graph.directed = true;
    Drawn arrows(graph);
    const auto count = [](const std::string& svg, const char* what) {
        std::size_t found = 0;
        for (auto at = svg.find(what); at != std::string::npos; at = svg.find(what, at + 1)) ++found;
        return found;
    };
    CHECK(count(arrows.bytes("svg"), "<path") == count(plain.bytes("svg"), "<path") + 5);
    Graph many = ring(11'000, 2);
    many.directed = true;
    Drawn large(many);
    CHECK(large.bytes("svg").find("<image") != std::string::npos);
    REQUIRE(large.notes.size() == 3);
    CHECK(large.notes[0].find("graph.layout") != std::string::npos);
    CHECK(large.notes[1].find("without arrows") != std::string::npos);
    CHECK(large.notes[2].find("picture of 127 dots") != std::string::npos);
}

TEST_CASE("what the graph view shows becomes a figure of the same look", "[gui][gl][graph][figure]") {
    if (!has_opengl()) return;
    Opened opened;
    opened.open_pair();
    auto* colour = opened.view.findChild<QComboBox*>("graph_colour");
    colour->setCurrentIndex(colour->findText("side"));
    Q_EMIT colour->activated(colour->currentIndex());
    auto figure = opened.view.figure();
    REQUIRE(figure);
    CHECK(figure->kind == "graph");
    CHECK(figure->runs == std::vector<std::string>{"run"});
    CHECK(figure->artifact == "augmented");
    CHECK(figure->original == "original");
    CHECK(figure->colour_by == "side");
    CHECK(figure->places.empty()); // those of the file
    CHECK(Figure::from_json(figure->to_json()) == *figure);
    opened.canvas().set_place(2, {1.25, 1.5});
    figure = opened.view.figure();
    REQUIRE(figure->places.size() == 5);
    CHECK(figure->places[2] == std::array<double, 2>{1.25, 1.5});
    opened.view.set_shown(Shown::augmented);
    CHECK(opened.view.figure()->shown == "augmented");
    QString why;
    opened.sources.clear();
    opened.view.set_sources({});
    CHECK_FALSE(opened.view.figure(&why));
    CHECK_FALSE(why.isEmpty());
}
