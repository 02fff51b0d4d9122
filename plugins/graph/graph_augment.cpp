// SPDX-License-Identifier: BSD-3-Clause
// graph.augment: one graph or a data set augmented by any method, and what that did to edges, spectrum and properties.
#include "core/experiment.h"
#include "core/files/graph_file.h"
#include "core/files/table.h"
#include "plugins/graph/augment/edits.h"
#include "plugins/graph/augment/judged.h"
#include "plugins/graph/augment/methods.h"
#include "plugins/graph/augment/origin.h"
#include "plugins/graph/data/input.h"
#include "plugins/graph/data/remarks.h"
#include "plugins/graph/measure/statistics.h"

#include <ATen/Parallel.h>
#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <cmath>

namespace orrery::graph {
namespace {

using namespace augment;

struct AugmentParams {
    std::string input = "karate", method = "dp-noise";
    double frequency_ratio = 0.5, probability = 0.5, std = 2;
    std::string output = "binarised", binarise = "threshold", band = "high", semantics = "paper";
    double edit_rate = 0, share = 1, mix = 0.2;
    std::int64_t copies = 1, low_pairs = 0, terms = 64;
    bool low_rank = false, protect_bridges = true;

    static void fields(Bind<AugmentParams>& f) {
        f("input", &AugmentParams::input).doc(input_help()).group("Graph");
        f("method", &AugmentParams::method)
            .doc(fmt::format("What is done, or several joined by +: {}", fmt::join(method_names(), ", ")))
            .group("Augmentation");
        f("frequency_ratio", &AugmentParams::frequency_ratio)
            .doc("Share of the eigenvalues that dp-* and chebyshev may change, equal ones all or, where it cuts them, "
                 "none; the others count as untouched in the drift of every method")
            .range(0, 1)
            .group("Augmentation");
        f("probability", &AugmentParams::probability)
            .doc("Of each eigenvalue (projection: each edge) to be changed")
            .range(0, 1)
            .group("Augmentation");
        f("std", &AugmentParams::std)
            .doc("Standard deviation of the noise (feature-noise: over that of the attribute)")
            .range(0, 1e6)
            .group("Augmentation");
        f("band", &AugmentParams::band)
            .doc("Which end of the spectrum dp-* changes; high is the paper's")
            .choices({"high", "low"})
            .group("Augmentation");
        f("semantics", &AugmentParams::semantics)
            .doc("paper, or port: what the released code does, whose high takes the lowest eigenvalues")
            .choices({"paper", "port"})
            .group("Augmentation");
        f("output", &AugmentParams::output)
            .doc("binarised, or weighted: signed weights that keep the untouched eigenpairs exactly")
            .choices({"binarised", "weighted"})
            .group("Output");
        f("binarise", &AugmentParams::binarise)
            .doc("Edges are entries above 1/2, or the largest as many as there were edges, or drawn with the entry as "
                 "probability")
            .choices({"threshold", "top-m", "bernoulli"})
            .group("Output");
        f("edit_rate", &AugmentParams::edit_rate)
            .doc(
                "Edits over edges that are to be made (drop-node, subgraph, attribute-mask: share of the nodes); 0: by "
                "std (dp-*, chebyshev), else 0.2")
            .range(0, 1)
            .group("Output");
        f("copies", &AugmentParams::copies).doc("Augmented copies of each graph").range(1, 10000).group("Output");
        f("share", &AugmentParams::share)
            .doc("Share of the graphs that are augmented; the others stay as they are")
            .range(0, 1)
            .group("Output");
        f("low_pairs", &AugmentParams::low_pairs)
            .doc("Low eigenpairs that projection keeps, safe-flips spare and chebyshev certifies; 0: 16, 5 and 16")
            .range(0, 512)
            .group("Method");
        f("low_rank", &AugmentParams::low_rank)
            .doc("dp-* by the highest eigenpairs alone, for large graphs and small frequency_ratio")
            .group("Method");
        f("protect_bridges", &AugmentParams::protect_bridges).doc("safe-flips disconnect nothing").group("Method");
        f("terms", &AugmentParams::terms).doc("Of chebyshev's filter").range(4, 4096).log10().group("Method");
        f("mix", &AugmentParams::mix).doc("Weight of the other class in g-mixup").range(0, 1).group("Method");
    }

    MethodOptions options() const {
        MethodOptions o;
        o.method = method;
        o.frequency_ratio = frequency_ratio;
        o.probability = probability;
        o.std = std;
        o.band = band;
        o.semantics = semantics;
        o.output = output;
        o.binarise = binarise;
        o.edit_rate = edit_rate;
        o.low_pairs = static_cast<int>(low_pairs);
        o.low_rank = low_rank;
        o.bridges = protect_bridges;
        o.terms = static_cast<int>(terms);
        o.mix = mix;
        return o;
    }

    static void check(const AugmentParams& p, Problems& problems) {
        if (const auto sentence = check_input(p.input)) problems.add("input", *sentence);
        for (const std::string& sentence : problems_of(p.options()))
            problems.add(sentence.substr(0, sentence.find_first_of(" :=")), sentence);
    }
};

// Weights and directions have no part in it.
std::vector<Graph> simple_graphs(const GraphSet& set, Run& run) {
    for (const std::string& remark : remarks_on(set)) run.log(remark);
    std::vector<Graph> graphs;
    for (const Graph& graph : set.graphs) {
        Graph simple = simple_graph(graph);
        std::erase_if(simple.edge, [](const Column& c) { return c.name == "weight"; });
        graphs.push_back(std::move(simple));
    }
    return graphs;
}

std::vector<std::size_t> chosen_graphs(const AugmentParams& p, std::size_t count, std::uint64_t seed) {
    Random random(seed_of({seed, count, 0}));
    const auto wanted = static_cast<std::size_t>(std::lround(p.share * static_cast<double>(count)));
    return random.choose(wanted, count);
}

void say_what_to_expect(double bound, Run& run) {
    if (std::isnan(bound) || bound < 0.005) return;
    run.log(
        fmt::format("Before anything is drawn: at least {:.1f} % of the graphs will come back unchanged, since their "
                    "changes of eigenvalues are all below 1/2.",
                    100 * bound));
    if (bound > 0.5)
        run.log("Warning: over half of the graphs can't change with these parameters. Raise std or probability, or set "
                "edit_rate.");
}

void say_what_happened(const AugmentedSet& set, std::span<const Graph> originals, Run& run) {
    const auto count = static_cast<double>(set.judged.size());
    const auto unchanged = std::count_if(set.judged.begin(), set.judged.end(), [](const Judged& j) { return j.no_op; });
    if (count > 0 && static_cast<double>(unchanged) > 0.5 * count)
        run.log(fmt::format("Warning: {} of {} augmented graphs are what they were before. Raise std, probability or "
                            "frequency_ratio (equal eigenvalues of which it takes a part stay as they are), or set "
                            "edit_rate.",
                            unchanged, set.judged.size()));
    double edits = 0;
    for (const Judged& j : set.judged) edits += j.edit_rate / count;
    if (edits > 1)
        run.log(fmt::format("Warning: {:.3g} edges come or go for each edge there was (mean edit rate): the augmented "
                            "graphs have little in common with the originals. Lower std, or set edit_rate.",
                            edits));
    const auto destroyed = std::count_if(set.judged.begin(), set.judged.end(), [&](const Judged& j) {
        return !originals[j.graph].edges.empty() && j.edges == 0;
    });
    if (destroyed > 0)
        run.log(fmt::format("Warning: {} of {} augmented graphs have no edges left: everything that was in them is "
                            "destroyed. Lower std, probability or edit_rate.",
                            destroyed, set.judged.size()));
}

void say_what_origins_tell(const AugmentedSet& set, std::span<const Graph> originals, Run& run) {
    if (std::any_of(set.judged.begin(), set.judged.end(), [](const Judged& j) { return j.mixed; }))
        run.log("g-mixup draws each graph from what it learned of two classes: such a graph has no attribute "
                "'original'.");
    if (std::any_of(originals.begin(), originals.end(), tells_origin))
        run.log("The attributes 'original' and 'copy' that the input had from an earlier augmentation are replaced in "
                "the augmented graphs.");
}

void add_shapes(AugmentedSet& set, std::span<const Graph> originals, Run& run) {
    PropertyOptions options;
    options.threads = at::get_num_threads();
    run.progress(0.5, "properties of the originals");
    const std::vector<Shape> before = shapes_of(originals, options, [&](std::size_t) { run.stop_point(); });
    const auto total = static_cast<double>(std::max<std::size_t>(1, set.graphs.size()));
    const std::vector<Shape> after = shapes_of(set.graphs, options, [&](std::size_t done) {
        run.stop_point();
        run.progress(0.6 + 0.35 * static_cast<double>(done) / total, "properties of the augmented graphs");
    });
    for (std::size_t i = 0; i < set.judged.size(); ++i) {
        set.judged[i].before = before[set.judged[i].graph];
        set.judged[i].after = after[i];
    }
}

template <class Get>
std::vector<double> numbers_of(const AugmentedSet& set, const Get& get) {
    std::vector<double> numbers;
    for (const Judged& j : set.judged) {
        const double value = get(j);
        if (std::isfinite(value)) numbers.push_back(value);
    }
    return numbers;
}

void report_mean(Run& run, const std::string& key, const std::vector<double>& numbers) {
    if (!numbers.empty()) run.metric(key, 0, mean_of(numbers));
}
void report_largest(Run& run, const std::string& key, const std::vector<double>& numbers) {
    if (!numbers.empty()) run.metric(key, 0, *std::max_element(numbers.begin(), numbers.end()));
}

void report(const AugmentedSet& set, std::size_t graphs, Run& run) {
    run.metric("graphs", 0, static_cast<double>(graphs));
    run.metric("augmented", 0, static_cast<double>(set.graphs.size()));
    if (!std::isnan(set.no_op_bound)) run.metric("no_op_bound", 0, set.no_op_bound);
    report_mean(run, "no_op_rate", numbers_of(set, [](const Judged& j) { return j.no_op ? 1.0 : 0.0; }));
    report_mean(run, "edit_rate", numbers_of(set, [](const Judged& j) { return j.edit_rate; }));
    const auto share = [](std::int64_t part, const Judged& j) {
        return static_cast<double>(part) / static_cast<double>(std::max<std::int64_t>(1, j.original_edges));
    };
    report_mean(run, "added_share", numbers_of(set, [&](const Judged& j) { return share(j.added, j); }));
    report_mean(run, "removed_share", numbers_of(set, [&](const Judged& j) { return share(j.removed, j); }));
    report_largest(run, "spectrum/low_drift", numbers_of(set, [](const Judged& j) { return j.low_drift; }));
    report_largest(run, "spectrum/low_drift_relative",
                   numbers_of(set, [](const Judged& j) { return j.low_drift_relative; }));
    report_largest(run, "spectrum/sorted_drift", numbers_of(set, [](const Judged& j) { return j.sorted_drift; }));
    for (std::size_t s = 0; s < shape_size; ++s) {
        const std::string& name = shape_names()[s];
        report_mean(run, "properties/original/" + name, numbers_of(set, [&](const Judged& j) { return j.before[s]; }));
        report_mean(run, "properties/augmented/" + name, numbers_of(set, [&](const Judged& j) { return j.after[s]; }));
        report_mean(run, "change/" + name,
                    numbers_of(set, [&](const Judged& j) { return std::abs(j.after[s] - j.before[s]); }));
    }
    std::vector<std::pair<std::string, double>> worst;
    for (const Judged& j : set.judged) {
        for (const auto& [key, value] : j.certificates) {
            const auto at = std::find_if(worst.begin(), worst.end(), [&](const auto& w) { return w.first == key; });
            if (at == worst.end()) {
                worst.emplace_back(key, value);
            } else { // a small gap is the bad one
                at->second = key == "projection/gap" ? std::min(at->second, value) : std::max(at->second, value);
            }
        }
    }
    for (const auto& [key, value] : worst) run.metric(key, 0, value);
    const double seconds = set.eigen_seconds + set.augment_seconds;
    if (seconds > 0) run.metric("graphs_per_second", 0, static_cast<double>(set.graphs.size()) / seconds);
    run.metric("seconds/eigenpairs", 0, set.eigen_seconds);
    run.metric("seconds/augmentation", 0, set.augment_seconds);
}

Table table_of(const AugmentedSet& set, const std::vector<std::size_t>& chosen) {
    Table table;
    table.title = "Augmented graphs";
    for (const char* name : {"graph", "copy", "nodes", "edges", "original edges", "added", "removed", "edit rate",
                             "unchanged", "low drift", "sorted drift"})
        table.columns.push_back({name});
    for (const std::string& name : shape_names()) {
        table.columns.push_back({"original " + name});
        table.columns.push_back({"augmented " + name});
    }
    for (const Judged& j : set.judged) {
        std::vector<Table::Cell> row{static_cast<std::int64_t>(chosen[j.graph]),
                                     j.copy,
                                     j.nodes,
                                     j.edges,
                                     j.original_edges,
                                     j.added,
                                     j.removed,
                                     j.edit_rate,
                                     std::int64_t{j.no_op ? 1 : 0},
                                     j.low_drift,
                                     j.sorted_drift};
        for (std::size_t s = 0; s < shape_size; ++s) {
            row.emplace_back(j.before[s]);
            row.emplace_back(j.after[s]);
        }
        table.rows.push_back(std::move(row));
    }
    return table;
}

void write_artifacts(const AugmentedSet& set, const std::string& name, std::vector<Graph> all,
                     const std::vector<std::size_t>& chosen, const AugmentParams& p, Run& run) {
    const bool weighted = p.output == "weighted"; // then all graphs have weights
    const auto copies = static_cast<std::size_t>(p.copies);
    GraphSet original{name, std::move(all)}, augmented{name, {}};
    std::vector<Origin> origins;
    std::size_t next = 0;
    for (std::size_t g = 0; g < original.graphs.size(); ++g) {
        if (next < chosen.size() && chosen[next] == g) {
            for (std::size_t i = next * copies; i < (next + 1) * copies; ++i) {
                augmented.graphs.push_back(set.graphs[i]);
                origins.push_back({g, &set.judged[i]});
            }
            ++next;
        } else {
            augmented.graphs.push_back(weighted ? unit_weights(original.graphs[g]).graph : original.graphs[g]);
            origins.push_back({g, nullptr});
        }
    }
    say_what_origins_tell(set, original.graphs, run);
    write_origins(augmented.graphs, origins);
    const auto folder = run.scratch();
    write_graphs(folder / "original.npz", original);
    run.artifact("original", Kind::graph, folder / "original.npz");
    write_graphs(folder / "augmented.npz", augmented);
    run.artifact("augmented", Kind::graph, folder / "augmented.npz");
    write_table(folder / "graphs.csv", table_of(set, chosen));
    run.artifact("graphs", Kind::table, folder / "graphs.csv");
}

// The theorem speaks of one dp-* method alone.
void set_no_op_bound(const AugmentParams& p, AugmentJob& job) {
    if (p.method != "dp-noise" && p.method != "dp-mask") return;
    const DualPrismOptions options = dual_prism_options(p.options(), p.method);
    if (!no_op_bound(options, {})) return;
    job.no_op_bound = [options](const spectrum::EigenPairs& pairs) { return *no_op_bound(options, pairs); };
}

void augment_input(const AugmentParams& p, Run& run) {
    for (const auto& file : input_files(p.input)) run.input(file);
    GraphSet input = load_input(p.input, run.seed());
    std::vector<Graph> all = simple_graphs(input, run);
    input.graphs.clear();
    const std::vector<std::size_t> chosen = chosen_graphs(p, all.size(), run.seed());
    std::vector<Graph> graphs;
    for (const std::size_t g : chosen) graphs.push_back(all[g]);
    if (chosen.empty() && !all.empty())
        run.log(
            fmt::format("Warning: a share of {:g} of {} graphs is none: nothing is augmented.", p.share, all.size()));
    const auto augmentation = augmentation_of(p.options(), all);
    AugmentJob job;
    job.copies = p.copies;
    job.seed = run.seed();
    job.threads = at::get_num_threads();
    job.cuda = run.device().cuda ? run.device().index : -1;
    job.frequency_ratio = p.frequency_ratio;
    job.band = band_of(p.options());
    if (p.low_pairs > 0) job.low_pairs = static_cast<int>(p.low_pairs);
    set_no_op_bound(p, job);
    job.before = [&](double bound) { say_what_to_expect(bound, run); };
    job.progress = [&](double fraction, const std::string& what) {
        run.stop_point();
        run.progress(0.5 * fraction, what);
    };
    AugmentedSet set = augment_set(*augmentation, graphs, job);
    say_what_happened(set, graphs, run);
    add_shapes(set, graphs, run);
    report(set, all.size(), run);
    write_artifacts(set, input.name, std::move(all), chosen, p, run);
}

const auto declared =
    experiment<AugmentParams>("graph.augment", "Augment a graph or a data set", augment_input)
        .summary("Augments graphs through their Laplacian's spectrum (Dual-Prism and its kin) or by edges, nodes and "
                 "attributes, and shows what that does to edges, eigenvalues and properties.")
        .metric("graphs", "graphs of the input")
        .metric("augmented", "augmented graphs that were made")
        .metric("no_op_bound", "share of graphs that must come back unchanged, at least, by the largest change of an "
                               "eigenvalue: known before anything is drawn")
        .metric("no_op_rate", "share of the augmented graphs that came back unchanged")
        .metric("edit_rate", "edges added and removed over edges there were, mean over the augmented graphs; of "
                             "weights those above 1/2 count")
        .metric("added_share", "edges added over edges there were, mean")
        .metric("removed_share", "edges removed over edges there were, mean")
        .metric("spectrum/low_drift",
                "largest ||L'u - lambda u|| over the eigenpairs outside the changed band (of large "
                "graphs the lowest), and over the graphs")
        .lower_is_better()
        .tolerance(1e-4)
        .metric("spectrum/low_drift_relative", "the same over the largest eigenvalue")
        .lower_is_better()
        .tolerance(1e-4)
        .metric("spectrum/sorted_drift", "largest change of those eigenvalues when both spectra are sorted")
        .lower_is_better()
        .tolerance(1e-4)
        .metric("properties/original/*", "mean over the originals; distances over pairs that reach each other")
        .tolerance(1e-9)
        .metric("properties/augmented/*", "mean over the augmented graphs; with weights, of the edges above 1/2")
        .tolerance(1e-9)
        .metric("change/*", "mean absolute difference between an augmented graph and its original")
        .tolerance(1e-9)
        .metric("projection/*", "of the operator L + Pi S Pi: residual of the kept pairs (largest), gap to the next "
                                "eigenvalue (least), bound of ||S|| (largest): below the gap the pairs stay the lowest")
        .tolerance(1e-4)
        .metric("chebyshev/certificate", "bound of the low eigenpairs' drift, weighted output, largest")
        .tolerance(1e-4)
        .metric("graphs_per_second", "augmented graphs over the time for eigenpairs and augmentation", "1/s")
        .timing()
        .metric("seconds/*", "time of a part", "s")
        .timing()
        .artifact("original", Kind::graph, "the graphs before, simple and without weights")
        .artifact("augmented", Kind::graph,
                  "the same set with augmented graphs in place of those that were chosen, copies one after the other; "
                  "graph attributes original (place in the set before) and copy (-1: left as it is), node attribute "
                  "original where nodes were dropped")
        .artifact("graphs", Kind::table, "one row for each augmented graph: edits, drift, properties before and after");

} // namespace
} // namespace orrery::graph
