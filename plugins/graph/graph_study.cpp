// SPDX-License-Identifier: BSD-3-Clause
// graph.study: augmentations side by side at equal numbers of edits, with several seeds.
#include "core/experiment.h"
#include "core/files/table.h"
#include "plugins/graph/augment/methods.h"
#include "plugins/graph/augment/study.h"
#include "plugins/graph/data/input.h"
#include "plugins/graph/data/remarks.h"
#include "plugins/graph/measure/statistics.h"

#include <ATen/Parallel.h>
#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <cmath>
#include <sstream>

namespace orrery::graph {
namespace {

using namespace augment;

struct StudyParams {
    std::string input = "karate";
    std::string methods = "dp-noise,dp-mask,dp-noise-low,drop-edge,drop-node,flips,safe-flips,safe-flips-free";
    std::string budgets = "1,5,10,20,dp";
    std::int64_t seeds = 3, smallest = 8, largest = 100;
    double frequency_ratio = 0.5, probability = 1, std = 2, mask_probability = 0.5;
    bool connected = true;

    static void fields(Bind<StudyParams>& f) {
        f("input", &StudyParams::input).doc(input_help()).group("Graphs");
        f("smallest", &StudyParams::smallest).doc("Smaller graphs are left out", "nodes").range(3, 1e6).group("Graphs");
        f("largest", &StudyParams::largest).doc("Larger graphs are left out", "nodes").range(3, 2000).group("Graphs");
        f("connected", &StudyParams::connected).doc("Disconnected graphs are left out").group("Graphs");
        f("methods", &StudyParams::methods)
            .doc(fmt::format("Joined by commas, of: {}", fmt::join(study_methods(), ", ")))
            .group("Methods");
        f("budgets", &StudyParams::budgets)
            .doc("Edits of each graph in percent of its edges, joined by commas; dp: as many as dp-noise makes by its "
                 "std")
            .group("Methods");
        f("seeds", &StudyParams::seeds).doc("Repetitions, from the run's seed on").range(1, 1000).group("Methods");
        f("frequency_ratio", &StudyParams::frequency_ratio)
            .doc("Share of the eigenvalues that dp-* may change")
            .range(0, 1)
            .group("Methods");
        f("probability", &StudyParams::probability)
            .doc("Of each eigenvalue to be changed by dp-noise")
            .range(0, 1)
            .group("Methods");
        f("std", &StudyParams::std)
            .doc("Standard deviation of dp-noise, for the budget dp")
            .range(0, 1e6)
            .group("Methods");
        f("mask_probability", &StudyParams::mask_probability)
            .doc("Of each eigenvalue to be changed by dp-mask")
            .range(0, 1)
            .group("Methods");
    }

    std::vector<std::string> method_list() const {
        std::vector<std::string> list;
        std::istringstream in(methods);
        for (std::string name; std::getline(in, name, ',');) {
            name.erase(std::remove(name.begin(), name.end(), ' '), name.end());
            if (!name.empty()) list.push_back(name);
        }
        return list;
    }

    static void check(const StudyParams& p, Problems& problems) {
        if (const auto sentence = check_input(p.input)) problems.add("input", *sentence);
        try {
            budgets_of(p.budgets);
        } catch (const Error& error) {
            problems.add("budgets", fmt::format("{} {}", error.what(), error.hint()));
        }
        const auto known = study_methods();
        for (const std::string& name : p.method_list()) {
            if (std::find(known.begin(), known.end(), name) == known.end())
                problems.add("methods", fmt::format("methods: there is no '{}' here; accepted are {}.", name,
                                                    fmt::join(known, ", ")));
        }
        if (p.method_list().empty()) problems.add("methods", "methods is empty: name at least one.");
        if (p.smallest > p.largest)
            problems.add("smallest", fmt::format("smallest = {} is above largest = {}.", p.smallest, p.largest));
    }
};

std::vector<Graph> graphs_to_study(const StudyParams& p, Run& run) {
    const GraphSet set = load_input(p.input, run.seed());
    for (const std::string& remark : remarks_on(set)) run.log(remark);
    std::vector<Graph> graphs;
    for (const Graph& given : set.graphs) {
        if (given.nodes < p.smallest || given.nodes > p.largest) continue;
        Graph graph;
        graph.nodes = given.nodes;
        graph.edges = simple_graph(given).edges;
        if (graph.edges.empty()) continue;
        if (p.connected && components_of(adjacency_of(graph)).size() > 1) continue;
        graphs.push_back(std::move(graph));
    }
    run.log(fmt::format("{} of {} graphs are studied: {} to {} nodes{}.", graphs.size(), set.graphs.size(), p.smallest,
                        p.largest, p.connected ? ", connected" : ""));
    if (graphs.empty())
        throw Error("None of the graphs is left to study.", "Change smallest, largest or connected.", ExitCode::usage);
    return graphs;
}

struct Line {
    std::string method, budget;
    std::vector<std::array<double, study_numbers>> seeds;
};

std::vector<double> column_of(const Line& line, std::size_t number) {
    std::vector<double> values;
    for (const auto& seed : line.seeds) values.push_back(seed[number]);
    return values;
}

Table table_of(const std::vector<Line>& lines) {
    Table table;
    table.title = "Augmentations at equal edits";
    table.columns = {{"method"}, {"budget", "%"}, {"seeds"}};
    for (const std::string& name : study_names()) {
        table.columns.push_back({name});
        table.columns.push_back({name + " spread"});
    }
    for (const Line& line : lines) {
        std::vector<Table::Cell> row{line.method, line.budget, static_cast<std::int64_t>(line.seeds.size())};
        for (std::size_t n = 0; n < study_numbers; ++n) {
            const auto values = column_of(line, n);
            row.emplace_back(mean_of(values));
            row.emplace_back(deviation_of(values));
        }
        table.rows.push_back(std::move(row));
    }
    return table;
}

struct Correlated {
    std::string method, budget;
    std::size_t graphs = 0;
    Correlation diameter, path;
};

// One sample of each graph, so that the p-value counts graphs.
Correlated correlate(const std::string& method, const std::string& budget, const std::vector<StudySample>& samples) {
    std::vector<double> inverse, diameter, path;
    for (const StudySample& s : samples) {
        inverse.push_back(s.inverse_connectivity);
        diameter.push_back(s.diameter);
        path.push_back(s.average_shortest_path);
    }
    return {method, budget, samples.size(), spearman(inverse, diameter), spearman(inverse, path)};
}

void report(const Line& line, Run& run) {
    for (std::size_t n = 0; n < study_numbers; ++n) {
        const std::string key = fmt::format("{}/{}/{}", line.method, line.budget, study_names()[n]);
        const auto values = column_of(line, n);
        run.metric("mean/" + key, 0, mean_of(values));
        run.metric("spread/" + key, 0, deviation_of(values));
    }
}

void report(const Correlated& c, Run& run) {
    const std::string key = fmt::format("spearman/{}/{}/", c.method, c.budget);
    run.metric(key + "graphs", 0, static_cast<double>(c.graphs));
    run.metric(key + "diameter", 0, c.diameter.rho);
    run.metric(key + "diameter_p", 0, c.diameter.p_value);
    run.metric(key + "average_shortest_path", 0, c.path.rho);
    run.metric(key + "average_shortest_path_p", 0, c.path.p_value);
}

Table table_of(const std::vector<Correlated>& list) {
    Table table;
    table.title = "Spearman's correlation of the change of 1 / algebraic connectivity";
    table.columns = {{"method"},
                     {"budget", "%"},
                     {"graphs"},
                     {"with diameter"},
                     {"p (diameter)"},
                     {"with average shortest path"},
                     {"p (average shortest path)"}};
    for (const Correlated& c : list)
        table.rows.push_back({c.method, c.budget, static_cast<std::int64_t>(c.graphs), c.diameter.rho,
                              c.diameter.p_value, c.path.rho, c.path.p_value});
    return table;
}

void study_input(const StudyParams& p, Run& run) {
    for (const auto& file : input_files(p.input)) run.input(file);
    StudyOptions options;
    options.frequency_ratio = p.frequency_ratio;
    options.probability = p.probability;
    options.std = p.std;
    options.mask_probability = p.mask_probability;
    options.seed = run.seed();
    options.threads = at::get_num_threads();
    const Study study(graphs_to_study(p, run), options);
    const std::vector<std::string> methods = p.method_list();
    const std::vector<Budget> budgets = budgets_of(p.budgets);
    std::vector<Line> lines;
    std::vector<Correlated> correlations;
    const double total = static_cast<double>(methods.size() * budgets.size()) * static_cast<double>(p.seeds);
    double done = 0;
    for (const Budget& budget : budgets) {
        for (const std::string& method : methods) {
            Line line{method, budget.name, {}};
            for (std::int64_t seed = 0; seed < p.seeds; ++seed) {
                run.stop_point();
                run.progress(done++ / total, fmt::format("{}, {}, seed {}", method, budget.name, seed));
                const Study::Result result =
                    study.run(method, budget, static_cast<std::size_t>(seed), [&] { run.stop_point(); });
                line.seeds.push_back(numbers_of(result.means));
                if (seed == 0) correlations.push_back(correlate(method, budget.name, result.samples));
            }
            report(line, run);
            report(correlations.back(), run);
            lines.push_back(std::move(line));
        }
    }
    run.metric("graphs", 0, static_cast<double>(study.graphs()));
    write_table(run.scratch() / "study.csv", table_of(lines));
    run.artifact("study", Kind::table, run.scratch() / "study.csv");
    write_table(run.scratch() / "correlations.csv", table_of(correlations));
    run.artifact("correlations", Kind::table, run.scratch() / "correlations.csv");
}

const auto declared =
    experiment<StudyParams>("graph.study", "Compare augmentations at equal edits", study_input)
        .summary("Edits the graphs of a set by each method equally often, and compares what that does to connectivity, "
                 "distances and low eigenvalues: means over the graphs that a method changed, several seeds.")
        .metric("graphs", "graphs studied")
        .metric("mean/*",
                "method/budget/what, mean over the seeds: graphs that changed, no_op_rate, edit_rate, connected (share "
                "that is connected afterwards), mean absolute changes of diameter, radius, periphery, "
                "average_shortest_path, algebraic_connectivity, and of eigenvalues 1 to 5 (low_eigenvalues)")
        .tolerance(1e-9)
        .metric("spread/*", "the same: standard deviation over the seeds")
        .tolerance(1e-9)
        .metric(
            "spearman/*",
            "method/budget/what: rank correlation of the change of 1 / algebraic connectivity with that of diameter "
            "and average_shortest_path, over graphs that are connected before and after (first seed), and p-values")
        .tolerance(1e-9)
        .artifact("study", Kind::table, "one row for each method and budget: means and spreads over the seeds")
        .artifact("correlations", Kind::table, "one row for each method and budget: Spearman's correlations");

} // namespace
} // namespace orrery::graph
