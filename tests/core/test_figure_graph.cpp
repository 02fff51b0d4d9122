// SPDX-License-Identifier: BSD-3-Clause
// Figures of graphs: what they read of a run, their table, and their way to the process that draws.
#include "core/figure/figure_data.h"
#include "core/files/graph_file.h"
#include "tests/catch.h"
#include "tests/core/sample_run.h"
#include "tests/scratch_folder.h"

#include <cmath>
#include <sstream>

using namespace orrery;
using Catch::Matchers::Contains;

namespace {

Graph triangle(std::vector<Edge> edges) {
    Graph graph{3, false, std::move(edges), {}, {}, {}};
    graph.node.push_back({"label", std::vector<std::string>{"a, b", "", "c"}});
    graph.node.push_back({"side", std::vector<std::int64_t>{0, 1, 1}});
    graph.node.push_back({"age", std::vector<double>{0.5, std::nan(""), 3}});
    return graph;
}

struct Runs {
    ScratchFolder folder;
    Project project = Project::open(folder / "p.orrery", Access::create);

    // With a metric "augmented", too.
    std::string add(std::vector<std::pair<const char*, std::vector<Graph>>> artifacts) {
        const auto created = project.create_run(sample_request());
        project.begin(created.id, sample_provenance());
        const std::vector<std::string> keys{"augmented"};
        const std::vector<MetricBatch::Point> points{{0, {0, 1.0, 0.0}}};
        project.append(created.id, {keys, points, false, 0, {}});
        for (auto& [name, graphs] : artifacts) {
            const auto file = folder / (std::string(name) + ".npz");
            write_graphs(file, GraphSet{name, std::move(graphs)});
            project.add_artifact(created.id, name, Kind::graph, file);
        }
        project.end(created.id, {});
        return created.id;
    }
    std::string refusal(const Figure& figure) {
        try {
            figure_data(project, figure);
        } catch (const Error& error) {
            CHECK(error.code() == ExitCode::usage);
            return std::string(error.what()) + " " + error.hint();
        }
        return "";
    }
};

Figure figure_of(const std::string& run, const char* artifact) {
    Figure figure;
    figure.kind = "graph";
    figure.runs = {run};
    figure.artifact = artifact;
    return figure;
}

} // namespace

TEST_CASE("A graph figure holds a graph and what it was made from, and both edge lists in its CSV", "[core][figure]") {
    Runs runs;
    Graph weighted = triangle({{0, 1}, {0, 2}});
    weighted.edge.push_back({"weight", std::vector<double>{1, -0.25}});
    const auto id = runs.add({{"original", {triangle({{0, 1}}), triangle({{1, 2}, {0, 1}})}},
                              {"augmented", {triangle({}), triangle({}), weighted, triangle({})}}});
    CHECK(figure_named(runs.project, "augmented", {id}).kind == "curves");
    Figure figure = figure_named(runs.project, "augmented", {id}, "graph");
    CHECK(figure.kind == "graph");
    CHECK(figure.original == "original");
    CHECK(figure_named(runs.project, "original", {id}).original.empty());
    figure.graph = 2;
    figure.colour_by = "age";
    figure.size_by = "degree";
    figure.places = {{0, 1}, {0.5, 2}, {-1, 1e-3}};
    const auto data = figure_data(runs.project, figure);
    REQUIRE(data.graphs.size() == 1);
    CHECK(data.graphs[0].graph.edges == weighted.edges);
    CHECK(data.graphs[0].graph.edge == weighted.edge);
    CHECK(data.graphs[0].before->edges == std::vector<Edge>{{1, 2}, {0, 1}}); // two copies of each in a row
    CHECK(data.graphs[0].sha256 != data.graphs[0].original_sha256);
    CHECK(data.y_label == "age");
    CHECK(data.points() == 3 + 2 + 2);
    std::ostringstream out;
    data.write_csv(out, figure);
    CHECK(out.str() == "part,artifact,node,to,weight,name,x,y,age\r\n"
                       "node,,0,,,\"a, b\",0,1,0.5\r\n"
                       "node,,1,,,1,0.5,2,nan\r\n"
                       "node,,2,,,c,-1,0.001,3\r\n"
                       "edge,original,1,2,,,,,\r\n"
                       "edge,original,0,1,,,,,\r\n"
                       "edge,augmented,0,1,1,,,,\r\n"
                       "edge,augmented,0,2,-0.25,,,,\r\n");
}

TEST_CASE("A graph that lost nodes is compared on the nodes of what it was made from", "[core][figure]") {
    Runs runs;
    Graph smaller{2, false, {{0, 1}}, {}, {}, {}};
    smaller.node.push_back({"original", std::vector<std::int64_t>{2, 0}});
    const auto id = runs.add({{"original", {triangle({{0, 1}})}}, {"augmented", {smaller}}});
    const auto data = figure_data(runs.project, figure_named(runs.project, "augmented", {id}, "graph"));
    CHECK(data.graphs[0].graph.nodes == 3);
    CHECK(data.graphs[0].graph.edges == std::vector<Edge>{{2, 0}});
}

TEST_CASE("A graph reaches the process that draws as it is", "[core][figure]") {
    Runs runs;
    Graph graph = triangle({{2, 0}, {1, 1}});
    graph.directed = true;
    graph.graph.push_back({"title", std::vector<std::string>{"\u00e4"}});
    const auto id = runs.add({{"layout", {graph}}});
    const auto back = unpack_figure_data(pack(figure_data(runs.project, figure_of(id, "layout"))));
    REQUIRE(back.graphs.size() == 1);
    CHECK(back.graphs[0].graph.edges == graph.edges);
    CHECK(back.graphs[0].graph.directed);
    CHECK(back.graphs[0].graph.graph == graph.graph);
    CHECK(back.graphs[0].graph.node[1] == graph.node[1]);
    CHECK(std::isnan(back.graphs[0].graph.node[2].number(1)));
    CHECK_FALSE(back.graphs[0].before);
    // An edge to a node that isn't there is refused.
    FigureData wrong;
    wrong.graphs.push_back({"", "", "", "", "", 0, Graph{1, false, {{0, 1}}, {}, {}, {}}, {}});
    CHECK_THROWS_AS(unpack_figure_data(pack(wrong)), Error);
}

TEST_CASE("What a graph figure can't show is told with what there is", "[core][figure][P9]") {
    Runs runs;
    const auto id = runs.add({{"original", {triangle({}), triangle({})}},
                              {"augmented", {triangle({}), triangle({}), triangle({})}},
                              {"larger", {Graph{4, false, {}, {}, {}, {}}, Graph{4, false, {}, {}, {}, {}}}}});
    Figure figure = figure_of(id, "augmentet");
    CHECK_THAT(runs.refusal(figure),
               Contains("no artifact 'augmentet'") && Contains("augmented") && Contains("larger"));
    figure.artifact = "augmented";
    figure.graph = 3;
    CHECK_THAT(runs.refusal(figure), Contains("no graph 3") && Contains("It has 3"));
    figure.graph = 0;
    figure.original = "original";
    CHECK_THAT(runs.refusal(figure), Contains("can't be told")); // three of two
    figure.artifact = "larger";
    CHECK_THAT(runs.refusal(figure), Contains("has 4 nodes") && Contains("made from 3"));
    figure.original = "";
    figure.places = {{0, 0}};
    CHECK_THAT(runs.refusal(figure), Contains("places for 1 nodes, and the graph has 4"));
    figure = figure_of(id, "augmented");
    figure.colour_by = "sides";
    CHECK_THAT(runs.refusal(figure), Contains("no 'sides'") && Contains("degree, label, side, age"));
    Problems problems;
    Figure::from_json({{"kind", "graph"}, {"artifact", "a"}, {"places", {{1, "x"}}}, {"shown", "none"}, {"step", 3}},
                      problems);
    CHECK(problems.size() == 3);
}
