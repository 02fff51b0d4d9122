// SPDX-License-Identifier: BSD-3-Clause
// graph.brush: a band of the Laplacian's eigenvalues changed, and what that does to the graph, to its properties and to
// what a classifier says of it. The window asks for it live, again and again, so all that stays is kept in between.
#include "core/experiment.h"
#include "core/files/graph_file.h"
#include "core/files/table.h"
#include "core/graph/edge_array.h"
#include "plugins/graph/brush_desk.h"
#include "plugins/graph/data/input.h"

#include <ATen/Parallel.h>
#include <fmt/format.h>

#include <algorithm>
#include <chrono>
#include <cmath>

namespace orrery::graph {
namespace {

using namespace augment;

struct BrushParams {
    std::string input = "karate", ending, edges;
    std::int64_t graph = 0, nodes = 0, low = 0, high = -1;
    std::string change = "noise", output = "binarised", binarise = "threshold", model;
    double std = 2, factor = 1.5, probability = 1, edit_rate = 0;
    bool artifacts = true;

    static void fields(Bind<BrushParams>& f);
    static void check(const BrushParams& p, Problems& problems);

    GraphPlace place(std::uint64_t seed) const { return {input, ending, edges, graph, nodes, seed}; }
    Stroke stroke(std::size_t eigenvalues, std::uint64_t seed) const {
        Stroke s;
        s.low = static_cast<std::size_t>(low);
        s.high = high < 0 ? eigenvalues : static_cast<std::size_t>(high);
        s.change = change == "noise"  ? Stroke::Change::noise
                   : change == "mask" ? Stroke::Change::mask
                                      : Stroke::Change::scale;
        s.std = std;
        s.factor = factor;
        s.probability = probability;
        s.seed = seed;
        s.weighted = output == "weighted";
        s.rule = binarise == "top-m" ? Rule::top_m : Rule::threshold;
        s.edit_rate = edit_rate;
        return s;
    }
};

void BrushParams::fields(Bind<BrushParams>& f) {
    f("input", &BrushParams::input).doc(input_help()).group("Graph");
    f("ending", &BrushParams::ending)
        .doc("Form of the input file where its own name doesn't tell, as .npz")
        .group("Graph");
    f("graph", &BrushParams::graph).doc("Which graph of a data set, from 0").range(0, 1e9).group("Graph");
    f("edges", &BrushParams::edges)
        .doc("Instead of input: an .npy file of integers [edges, 2], numbers of nodes")
        .path("table")
        .group("Graph");
    f("nodes", &BrushParams::nodes).doc("Nodes of the graph of edges").range(0, 2e9).group("Graph");
    f("low", &BrushParams::low)
        .doc("First eigenvalue of the band, ascending from 0. Of equal eigenvalues all change or none; 0 never does")
        .range(0, 1e9)
        .group("Band");
    f("high", &BrushParams::high)
        .doc("One after the last eigenvalue of the band; -1: up to the largest")
        .range(-1, 1e9)
        .group("Band");
    f("change", &BrushParams::change)
        .doc("noise: what is drawn is added to each eigenvalue, which stays at 0 or above; mask: it becomes 0; scale: "
             "it is multiplied by factor")
        .choices({"noise", "mask", "scale"})
        .group("Change");
    f("std", &BrushParams::std).doc("Standard deviation of the noise").range(0, 1e6).group("Change");
    f("factor", &BrushParams::factor).doc("Of scale").range(0, 1e3).group("Change");
    f("probability", &BrushParams::probability)
        .doc("Of each eigenvalue of the band to be changed, with noise and mask")
        .range(0, 1)
        .group("Change");
    f("output", &BrushParams::output)
        .doc("binarised, or weighted: signed weights that keep the eigenpairs outside of the band exactly")
        .choices({"binarised", "weighted"})
        .group("Output");
    f("binarise", &BrushParams::binarise)
        .doc("Edges are entries above 1/2, or the largest as many as there were edges")
        .choices({"threshold", "top-m"})
        .group("Output");
    f("edit_rate", &BrushParams::edit_rate)
        .doc("Edits over edges that one factor on all changes aims at; 0: the changes as they are")
        .range(0, 1)
        .group("Output");
    f("model", &BrushParams::model)
        .doc("Classifier that is asked about both graphs: artifact 'model' of graph.classify; of several, joined by ;, "
             "the first that can read the graph")
        .group("Output");
    f("artifacts", &BrushParams::artifacts)
        .doc("Writes the graphs and eigenvalues; without them it is faster")
        .group("Output");
}

void BrushParams::check(const BrushParams& p, Problems& problems) {
    if (p.high >= 0 && p.low > p.high)
        problems.add("high",
                     fmt::format("high={} lies below low={}: the band goes from low up to, not including, high.",
                                 p.high, p.low));
    if (p.output == "weighted" && p.edit_rate > 0)
        problems.add("edit_rate", "edit_rate counts edges that come and go, which weighted graphs don't have: set it "
                                  "to 0, or output=binarised.");
    for (const std::string& file : model_files(p.model)) {
        std::error_code error;
        if (!std::filesystem::is_regular_file(file, error))
            problems.add("model", fmt::format("There is no model '{}'. Give the artifact 'model' of a run of "
                                              "graph.classify.",
                                              file));
    }
    if (!p.edges.empty() || is_on_desk(p.place(0))) return;
    if (!p.ending.empty()) {
        std::error_code error;
        if (!std::filesystem::exists(p.input, error))
            problems.add("input", fmt::format("There is no file or folder '{}'.", p.input));
    } else if (const auto problem = check_input(p.input)) {
        problems.add("input", *problem);
    }
}

double milliseconds_since(std::chrono::steady_clock::time_point start) {
    return std::chrono::duration<double, std::milli>(std::chrono::steady_clock::now() - start).count();
}

template <class T>
void show(Run& run, const char* channel, const std::vector<T>& values) {
    Array array({static_cast<std::int64_t>(values.size())}, dtype_of<T>::value);
    array.name = channel;
    std::copy(values.begin(), values.end(), array.values<T>().begin());
    run.frame(channel, array);
}

// For who looks: both spectra, and the changed graph.
void show_result(const Brush& brush, const Brush::Result& result, Run& run) {
    const auto& values = brush.pairs().values;
    std::vector<double> changed;
    for (std::size_t k = 0; k < values.size(); ++k) changed.push_back(values[k] + result.augmented.changes.delta[k]);
    show(run, "eigenvalues", values);
    show(run, "changed", changed);
    const Graph& made = result.augmented.graph;
    Array edges = edge_array(made.edges);
    edges.name = "edges";
    run.frame("edges", edges);
    std::vector<double> weights;
    if (const Column* weight = find(made.edge, "weight")) {
        for (std::size_t e = 0; e < made.edges.size(); ++e) weights.push_back(weight->number(e));
    }
    show(run, "weights", weights);
}

void report_result(const Brush& brush, const Brush::Result& result, Run& run) {
    const auto& values = brush.pairs().values;
    run.metric("eigenvalues", 0, static_cast<double>(values.size()));
    run.metric("distinct_eigenvalues", 0, static_cast<double>(spectrum::clusters(values).size()));
    run.metric("band/low", 0, static_cast<double>(result.low));
    run.metric("band/high", 0, static_cast<double>(result.high));
    run.metric("band/eigenvalues", 0, static_cast<double>(result.high - result.low));
    run.metric("band/distinct", 0, static_cast<double>(result.clusters));
    run.metric("scale", 0, result.scale);
    run.metric("edges", 0, static_cast<double>(result.augmented.graph.edges.size()));
    run.metric("added", 0, static_cast<double>(result.added));
    run.metric("removed", 0, static_cast<double>(result.removed));
    run.metric("edit_rate", 0, result.edit_rate());
    run.metric("spectrum/low_drift", 0, result.low_drift);
    run.metric("spectrum/low_drift_relative", 0,
               values.empty() || values.back() <= 0 ? 0 : result.low_drift / values.back());
}

void report_shapes(const Shape& before, const Shape& after, Run& run) {
    for (std::size_t s = 0; s < shape_size; ++s) {
        run.metric("properties/original/" + shape_names()[s], 0, before[s]);
        run.metric("properties/augmented/" + shape_names()[s], 0, after[s]);
    }
}

void say_what_happened(const BrushParams& p, const Brush& brush, const Brush::Result& result, Run& run) {
    const auto n = brush.pairs().pairs();
    if (result.clusters == 0) {
        run.log(fmt::format("The band from {} up to {} holds no whole cluster of equal eigenvalues above 0: the graph "
                            "stays as it is.",
                            p.low, p.high < 0 ? static_cast<std::int64_t>(n) : p.high));
        return;
    }
    run.log(fmt::format("Eigenvalues {} to {} of 0 to {}, {} different ones: {} edges come and {} go, {:.1f} % of {}.",
                        result.low, result.high - 1, n - 1, result.clusters, result.added, result.removed,
                        100 * result.edit_rate(), result.original_edges));
    if (p.edit_rate > 0 && result.scale == 0)
        run.log("No factor on these changes comes nearer to the edit rate than none at all.");
    if (result.added + result.removed == 0 && p.output == "binarised" && p.edit_rate == 0)
        run.log("Warning: no edge changed. Entries that move by less than 1/2 change none: raise std, widen the band, "
                "or set edit_rate.");
    if (result.original_edges > 0 && result.removed == result.original_edges && result.added == 0)
        run.log("Warning: no edge is left. Lower std or edit_rate, or narrow the band.");
}

void write_artifacts(const Brush& brush, const Brush::Result& result, Run& run) {
    const auto folder = run.scratch();
    write_graphs(folder / "original.npz", GraphSet{"original", {brush.graph()}});
    run.artifact("original", Kind::graph, folder / "original.npz");
    write_graphs(folder / "augmented.npz", GraphSet{"augmented", {result.augmented.graph}});
    run.artifact("augmented", Kind::graph, folder / "augmented.npz");
    Table table;
    table.title = "Eigenvalues";
    for (const char* name : {"index", "eigenvalue", "equal ones", "in the band", "changed"})
        table.columns.push_back({name});
    const auto& values = brush.pairs().values;
    auto starts = spectrum::clusters(values);
    starts.push_back(values.size());
    for (std::size_t c = 0; c + 1 < starts.size(); ++c) {
        for (std::size_t k = starts[c]; k < starts[c + 1]; ++k)
            table.rows.push_back({static_cast<std::int64_t>(k), values[k],
                                  static_cast<std::int64_t>(starts[c + 1] - starts[c]),
                                  std::int64_t{k >= result.low && k < result.high ? 1 : 0},
                                  values[k] + result.augmented.changes.delta[k]});
    }
    write_table(folder / "eigenvalues.csv", table);
    run.artifact("eigenvalues", Kind::table, folder / "eigenvalues.csv");
}

void report_prediction(const BrushParams& p, BrushDesk& desk, const Graph& augmented, Run& run) {
    std::string remark;
    if (const auto prediction = desk.ask(model_files(p.model), augmented, remark)) {
        run.metric("prediction/model", 0, static_cast<double>(prediction->model));
        for (std::size_t c = 0; c < prediction->classes.size(); ++c) {
            run.metric("probability/original/" + prediction->classes[c], 0, prediction->before[c]);
            run.metric("probability/augmented/" + prediction->classes[c], 0, prediction->after[c]);
        }
    }
    // Text as bytes: frames are arrays.
    show(run, "remark", std::vector<std::uint8_t>(remark.begin(), remark.end()));
    if (!remark.empty()) run.log(remark);
}

void brush_graph(const BrushParams& p, Run& run) {
    const int threads = at::get_num_threads();
    if (p.edges.empty() && p.ending.empty())
        for (const auto& file : input_files(p.input)) run.input(file);
    else
        run.input(p.edges.empty() ? p.input : p.edges);
    for (const std::string& file : model_files(p.model)) run.input(file);
    auto start = std::chrono::steady_clock::now();
    const auto desk = desk_with(p.place(run.seed()), threads);
    run.metric("seconds/decomposition", 0, 1e-3 * milliseconds_since(start));
    for (const std::string& remark : desk->remarks()) run.log(remark);
    run.stop_point();
    start = std::chrono::steady_clock::now();
    const Brush& brush = desk->brush();
    const Stroke stroke = p.stroke(brush.pairs().pairs(), run.seed());
    if (stroke.low > brush.pairs().pairs() || stroke.high > brush.pairs().pairs())
        throw Error(fmt::format("The graph has {} eigenvalues, so the band can't go from {} to {}.",
                                brush.pairs().pairs(), stroke.low, stroke.high),
                    "They are counted from 0; high is one after the last.", ExitCode::usage);
    const Brush::Result result = brush.paint(stroke);
    run.metric("seconds/reconstruction", 0, 1e-3 * milliseconds_since(start));
    run.stop_point();
    report_result(brush, result, run);
    show_result(brush, result, run);
    auto part = std::chrono::steady_clock::now();
    report_shapes(desk->shape(), quick_shape(result.augmented.graph), run);
    run.metric("seconds/properties", 0, 1e-3 * milliseconds_since(part));
    run.stop_point();
    part = std::chrono::steady_clock::now();
    report_prediction(p, *desk, result.augmented.graph, run);
    run.metric("seconds/prediction", 0, 1e-3 * milliseconds_since(part));
    run.metric("seconds/stroke", 0, 1e-3 * milliseconds_since(start));
    say_what_happened(p, brush, result, run);
    if (p.artifacts) write_artifacts(brush, result, run);
}

const auto declared =
    experiment<BrushParams>("graph.brush", "Brush over a graph's spectrum", brush_graph)
        .summary("Changes a band of the Laplacian's eigenvalues and shows what that does to the graph, to its "
                 "properties and to what a classifier says of it.")
        .metric("eigenvalues", "eigenvalues of the graph's Laplacian: its nodes")
        .metric("distinct_eigenvalues", "those within 1e-8 of the largest counted as one")
        .metric("band/low", "first eigenvalue that may change, clusters cut by the band left out")
        .metric("band/high", "one after the last")
        .metric("band/eigenvalues", "how many may change")
        .metric("band/distinct", "the same, equal ones counted once")
        .metric("scale", "factor on all changes that meets the edit rate; 1 without")
        .tolerance(1e-9)
        .metric("edges", "edges of the changed graph; weighted: entries that are not 0")
        .metric("added", "edges that came; weighted: entries above 1/2 that were none")
        .metric("removed", "edges that went; weighted: those not above 1/2")
        .metric("edit_rate", "edges added or removed over edges")
        .metric("spectrum/low_drift", "largest ||L' u - lambda u|| of the eigenpairs outside of the band")
        .lower_is_better()
        .tolerance(1e-6)
        .metric("spectrum/low_drift_relative", "the same over the largest eigenvalue")
        .lower_is_better()
        .tolerance(1e-6)
        .metric("properties/original/*", "of the graph before")
        .tolerance(1e-9)
        .metric("properties/augmented/*", "of the changed graph; with weights, of the edges above 1/2")
        .tolerance(1e-9)
        .metric("prediction/model", "which of the models was asked, from 0")
        .metric("probability/original/*", "that the model gives a class of the graph before")
        .tolerance(1e-4)
        .metric("probability/augmented/*", "that it gives the class of the changed graph")
        .tolerance(1e-4)
        .metric("seconds/*", "time of a part", "s")
        .timing()
        .artifact("original", Kind::graph, "the graph before, simple and without weights")
        .artifact("augmented", Kind::graph, "the changed graph")
        .artifact("eigenvalues", Kind::table, "before and after, how many are equal, which are in the band");

} // namespace
} // namespace orrery::graph
