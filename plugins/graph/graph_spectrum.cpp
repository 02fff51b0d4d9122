// SPDX-License-Identifier: BSD-3-Clause
// graph.spectrum: Laplacian eigenvalues of a graph or of a data set's graphs, and how many of them are repeated.
#include "core/experiment.h"
#include "core/files/graph_file.h"
#include "core/files/table.h"
#include "gpu/spectrum/spectrum.h"
#include "plugins/graph/data/input.h"
#include "plugins/graph/data/remarks.h"

#include <ATen/Parallel.h>
#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <limits>

namespace orrery::graph {
namespace {

// Up to so many nodes all eigenvalues are computed: a matrix of 130 MB.
constexpr std::int32_t most_dense = 4000;

struct Params {
    std::string input = "karate";
    std::int64_t count = 16, vectors = 4;

    static void fields(Bind<Params>& f) {
        f("input", &Params::input).doc(input_help());
        f("count", &Params::count)
            .doc(fmt::format("Lowest and as many highest eigenvalues of graphs of more than {} nodes; smaller ones get "
                             "all of theirs",
                             most_dense))
            .range(1, 1000);
        f("vectors", &Params::vectors)
            .doc("Eigenvectors, the lowest first, that the graph gets as node attributes u0, u1, ...")
            .range(0, 100);
    }

    static void check(const Params& p, Problems& problems) {
        if (const auto problem = check_input(p.input)) problems.add("input", *problem);
    }
};

// Of one graph: its eigenpairs, whole or both ends.
struct Spectrum {
    spectrum::EigenPairs low, high; // `high` is empty where `low` holds all
    bool whole() const { return high.values.empty(); }
    double largest() const {
        const auto& values = whole() ? low.values : high.values;
        return values.empty() ? std::numeric_limits<double>::quiet_NaN() : values.back();
    }
};

// The largest ||L u - l u|| of the pairs, relative to the largest eigenvalue.
double residual_of(const Graph& graph, const Adjacency& adjacency, const spectrum::EigenPairs& pairs, double largest) {
    double worst = 0;
    for (std::size_t k = 0; k < pairs.pairs(); ++k) {
        const auto u = pairs.vector(k);
        double squares = 0;
        for (std::int32_t i = 0; i < graph.nodes; ++i) {
            const auto row = static_cast<std::size_t>(i);
            double sum = (static_cast<double>(adjacency.degree(i)) - pairs.values[k]) * u[row];
            for (auto e = adjacency.first[row]; e < adjacency.first[row + 1]; ++e)
                sum -= u[static_cast<std::size_t>(adjacency.neighbour[static_cast<std::size_t>(e)])];
            squares += sum * sum;
        }
        worst = std::max(worst, std::sqrt(squares));
    }
    return worst / std::max(largest, 1.0);
}

struct Counts {
    double largest = 0, largest_count = 0, second = 0, second_count = 0; // sums over graphs that have one
    double clusters = 0, clusters_count = 0, repeated = 0, zeros = 0, residual = 0;
};

class Report {
public:
    Report(const GraphSet& set, Run& run) : set_(set), run_(run) {
        table_.title = "Laplacian eigenvalues of " + set.name;
        table_.columns = {{"graph"}, {"index"}, {"eigenvalue"}, {"cluster"}};
    }

    void add(std::size_t i, const Graph& simple, const Spectrum& s) {
        const double largest = s.largest();
        add_values(i, s.low, 0, largest);
        if (!s.whole()) add_values(i, s.high, static_cast<std::int64_t>(simple.nodes) - count(s.high), largest);
        const Adjacency adjacency = adjacency_of(simple);
        for (const auto* pairs : {&s.low, &s.high})
            counts_.residual = std::max(counts_.residual, residual_of(simple, adjacency, *pairs, largest));
        if (simple.nodes == 0) return;
        counts_.largest += largest;
        ++counts_.largest_count;
        const auto begins = spectrum::clusters(s.low.values, largest);
        counts_.zeros += static_cast<double>(begins.size() > 1 ? begins[1] : s.low.values.size());
        if (s.low.values.size() > 1) {
            counts_.second += begins.size() > 1 && begins[1] == 1 ? s.low.values[1] : 0;
            ++counts_.second_count;
        }
        std::size_t distinct = begins.size(), all = s.low.values.size();
        if (!s.whole()) {
            distinct += spectrum::clusters(s.high.values, largest).size();
            all += s.high.values.size();
        }
        counts_.clusters += static_cast<double>(distinct);
        ++counts_.clusters_count;
        if (distinct < all) ++counts_.repeated;
    }

    void finish() {
        const auto mean = [](double sum, double count) {
            return count > 0 ? sum / count : std::numeric_limits<double>::quiet_NaN();
        };
        run_.metric("graphs", 0, static_cast<double>(set_.graphs.size()));
        run_.metric("spectrum/clusters", 0, mean(counts_.clusters, counts_.clusters_count));
        run_.metric("spectrum/repeated", 0, mean(counts_.repeated, counts_.clusters_count));
        run_.metric("spectrum/zeros", 0, mean(counts_.zeros, counts_.clusters_count));
        run_.metric("algebraic_connectivity", 0, mean(counts_.second, counts_.second_count));
        run_.metric("largest_eigenvalue", 0, mean(counts_.largest, counts_.largest_count));
        run_.metric("residual", 0, counts_.residual);
        const auto file = run_.scratch() / "eigenvalues.csv";
        write_table(file, table_);
        run_.artifact("eigenvalues", Kind::table, file);
    }

private:
    static std::int64_t count(const spectrum::EigenPairs& pairs) { return static_cast<std::int64_t>(pairs.pairs()); }

    // `first`: index of the first of these values among all.
    void add_values(std::size_t graph, const spectrum::EigenPairs& pairs, std::int64_t first, double largest) {
        const auto begins = spectrum::clusters(pairs.values, largest);
        std::size_t cluster = 0;
        for (std::size_t k = 0; k < pairs.pairs(); ++k) {
            if (cluster + 1 < begins.size() && begins[cluster + 1] <= k) ++cluster;
            const std::int64_t index = first + static_cast<std::int64_t>(k);
            table_.rows.push_back({static_cast<std::int64_t>(graph), index, pairs.values[k],
                                   first + static_cast<std::int64_t>(begins[cluster])});
            if (set_.graphs.size() == 1) run_.metric("spectrum/eigenvalue", index, pairs.values[k]);
        }
    }

    const GraphSet& set_;
    Run& run_;
    Table table_;
    Counts counts_;
};

// The lowest eigenvectors as node attributes; a sign that doesn't depend on the solver: the largest entry is positive.
void attach_vectors(Graph& graph, const spectrum::EigenPairs& pairs, std::int64_t vectors) {
    for (std::size_t k = 0; k < std::min(pairs.pairs(), static_cast<std::size_t>(vectors)); ++k) {
        const std::string name = fmt::format("u{}", k);
        if (find(graph.node, name) != nullptr) continue;
        const auto u = pairs.vector(k);
        std::vector<double> values(u.begin(), u.end());
        const auto largest = std::max_element(values.begin(), values.end(), [](double a, double b) {
            return std::abs(a) < std::abs(b) * (1 - 1e-9); // of equal ones the first
        });
        if (*largest < 0) {
            for (double& value : values) value = -value;
        }
        graph.node.push_back({name, std::move(values)});
    }
}

std::vector<Spectrum> spectra_of(std::span<const Graph> graphs, const Params& p, Run& run) {
    std::vector<Spectrum> result(graphs.size());
    std::vector<Graph> dense;
    std::vector<std::size_t> place;
    const int threads = at::get_num_threads();
    for (std::size_t i = 0; i < graphs.size(); ++i) {
        if (graphs[i].nodes <= most_dense) {
            dense.push_back(graphs[i]);
            place.push_back(i);
            continue;
        }
        spectrum::PartialOptions options;
        options.threads = threads;
        options.seed = run.seed();
        options.each_step = [&] { run.stop_point(); };
        result[i].low = spectrum::lowest(graphs[i], p.count, options);
        result[i].high = spectrum::highest(graphs[i], p.count, options);
    }
    spectrum::Options options;
    options.threads = threads;
    if (run.device().cuda) options.cuda = run.device().index;
    auto pairs = spectrum::eigen_pairs(dense, options);
    for (std::size_t i = 0; i < dense.size(); ++i) result[place[i]].low = std::move(pairs[i]);
    return result;
}

void measure(const Params& p, Run& run) {
    constexpr std::size_t block = 256; // graphs whose eigenvectors are held at once
    for (const auto& file : input_files(p.input)) run.input(file);
    run.progress(0, "reading");
    GraphSet set = load_input(p.input, run.seed());
    for (const std::string& remark : remarks_on(set)) run.log(remark);
    Report report(set, run);
    for (std::size_t begin = 0; begin < set.graphs.size(); begin += block) {
        run.stop_point();
        const std::size_t count = std::min(block, set.graphs.size() - begin);
        std::vector<Graph> simple;
        for (std::size_t i = 0; i < count; ++i) {
            Graph bare;
            bare.nodes = set.graphs[begin + i].nodes;
            bare.edges = set.graphs[begin + i].edges;
            simple.push_back(simplified(bare).graph);
            if (bare.nodes > most_dense)
                run.log(fmt::format("Graph {} has {} nodes: {} eigenvalues of each end alone.", begin + i, bare.nodes,
                                    p.count));
        }
        const auto spectra = spectra_of(simple, p, run);
        for (std::size_t i = 0; i < count; ++i) {
            report.add(begin + i, simple[i], spectra[i]);
            attach_vectors(set.graphs[begin + i], spectra[i].low, p.vectors);
        }
        run.progress(static_cast<double>(begin + count) / static_cast<double>(set.graphs.size()),
                     fmt::format("{} of {} graphs", begin + count, set.graphs.size()));
    }
    report.finish();
    const auto file = run.scratch() / "graph.npz";
    write_graphs(file, set);
    run.artifact("graph", Kind::graph, file);
}

const auto declared =
    experiment<Params>("graph.spectrum", "Laplacian spectrum of graphs", measure)
        .summary("Eigenvalues of the combinatorial Laplacian D - A of a graph, as a simple undirected one, or of each "
                 "graph of a data set; equal ones are counted as clusters.")
        .metric("graphs", "graphs of the input")
        .metric("spectrum/eigenvalue", "eigenvalues of a single graph, ascending, by index")
        .tolerance(1e-9)
        .metric("spectrum/clusters", "different eigenvalues, less than 1e-8 of the largest apart being one; mean")
        .metric("spectrum/repeated", "share of the graphs with a repeated eigenvalue")
        .metric("spectrum/zeros",
                "eigenvalues 0, which is the number of components (at most `count` in a large graph); "
                "mean")
        .metric("algebraic_connectivity", "second least eigenvalue, 0 if disconnected; mean")
        .tolerance(1e-9)
        .metric("largest_eigenvalue", "largest eigenvalue; mean")
        .tolerance(1e-12)
        .metric("residual", "largest |L u - l u| of all pairs, relative to the largest eigenvalue (at least 1)")
        .lower_is_better()
        .tolerance(100) // a rounding error
        .artifact("eigenvalues", Kind::table, "graph, index, eigenvalue and the index of the first one equal to it")
        .artifact("graph", Kind::graph, "the input with its lowest eigenvectors as node attributes");

} // namespace
} // namespace orrery::graph
