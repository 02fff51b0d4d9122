// SPDX-License-Identifier: BSD-3-Clause
// Dual-Prism on MUTAG and PROTEINS: how often nothing changes, and what changes when something does.
#include "core/files/graph_file.h"
#include "plugins/graph/augment/study.h"
#include "plugins/graph/measure/distances.h"
#include "tests/catch.h"
#include "tests/graph/augmented.h"
#include "tests/graph/tu_data.h"

using namespace augmented;

namespace {

std::vector<Graph> real_graphs(const std::filesystem::path& folder, bool connected) {
    std::vector<Graph> graphs;
    for (const Graph& g : read_graphs(folder).graphs) {
        if (connected && (g.nodes < 8 || g.nodes > 100 || orrery::graph::components_of(adjacency_of(g)).size() > 1))
            continue;
        Graph bare;
        bare.nodes = g.nodes;
        bare.edges = simple_graph(g).edges;
        graphs.push_back(std::move(bare));
    }
    return graphs;
}

struct Rates {
    double unchanged = 0, edits = 0; // share of graphs; mean edit rate of those that changed
};

class Tally {
public:
    void add(double edit_rate) {
        ++all_;
        changed_ += edit_rate > 0;
        edits_ += edit_rate;
    }
    Rates rates() const { return {1 - changed_ / all_, edits_ / std::max(1.0, changed_)}; }

private:
    double all_ = 0, changed_ = 0, edits_ = 0;
};

Rates rates_of(const DualPrismOptions& options, const std::vector<Graph>& graphs,
               const std::vector<spectrum::EigenPairs>& pairs) {
    Tally tally;
    for (const Augmented& made : augment_all(*dual_prism(options), graphs, pairs, {5, 1, 0, 2}))
        tally.add(made.changes.edit_rate());
    return tally.rates();
}

// The same without the rule of clusters: each eigenvalue by itself, as the published numbers were measured.
Rates single_rates(const DualPrismOptions& options, const std::vector<Graph>& graphs,
                   const std::vector<spectrum::EigenPairs>& pairs) {
    Tally tally;
    std::vector<double> p;
    for (std::size_t g = 0; g < graphs.size(); ++g) {
        const std::size_t n = pairs[g].n, n_a = band_size(options.frequency_ratio, n);
        std::vector<Cluster> single;
        for (std::size_t k = n - n_a; k < n; ++k) single.push_back({k, k + 1, pairs[g].values[k]});
        const EdgeIndex index(graphs[g]);
        for (std::uint64_t copy = 0; copy < 5; ++copy) {
            Random random(seed_of({2, g, copy}));
            const auto drawn = options.kind == DualPrismOptions::Kind::mask
                                   ? draw_mask(single, options.probability, random)
                                   : draw_noise(single, options.probability, options.std, random);
            perturbation(pairs[g], spread(single, clamped(single, drawn), n), p);
            tally.add(expected_flips(graphs[g], index, p, Rule::threshold) /
                      static_cast<double>(graphs[g].edges.size()));
        }
    }
    return tally.rates();
}

// `noise`: shares of unchanged graphs at five settings. The rule of clusters changes fewer eigenvalues (a cluster that
// is cut stays), so a few more graphs come back unchanged.
void check_table(const std::vector<Graph>& graphs, const std::vector<double>& noise, double strong_edits, double mask) {
    const auto pairs = spectrum::eigen_pairs(graphs, {2, -1});
    const std::vector<std::pair<double, double>> settings{{0.1, 0.2}, {0.5, 0.5}, {1, 0.2}, {1, 0.5}, {2, 0.5}};
    DualPrismOptions options;
    options.probability = 1;
    for (std::size_t i = 0; i < settings.size(); ++i) {
        options.std = settings[i].first;
        options.frequency_ratio = settings[i].second;
        const Rates rates = rates_of(options, graphs, pairs), single = single_rates(options, graphs, pairs);
        CAPTURE(options.std, options.frequency_ratio, rates.unchanged, single.unchanged, rates.edits, single.edits);
        CHECK(single.unchanged == Approx(noise[i]).margin(0.03));
        CHECK(rates.unchanged > single.unchanged - 0.02);
        CHECK(rates.unchanged < single.unchanged + 0.08);
        if (i == 4) CHECK(rates.edits == Approx(strong_edits).epsilon(0.15));
    }
    options.kind = DualPrismOptions::Kind::mask;
    options.probability = 0.3;
    options.frequency_ratio = 0.2;
    const Rates rates = rates_of(options, graphs, pairs);
    CAPTURE(rates.unchanged, rates.edits);
    CHECK(rates.unchanged == Approx(mask).margin(0.05));
}

} // namespace

TEST_CASE("how often Dual-Prism changes nothing on MUTAG", "[graph][augment][slow]") {
    const auto folder = tu_data("MUTAG");
    if (folder.empty()) {
        WARN("skipped: no such data set in ORRERY_TU_DATA or ../shared/data/tu");
        return;
    }
    const std::vector<Graph> graphs = real_graphs(folder, false);
    REQUIRE(graphs.size() == 188);
    check_table(graphs, {1, 0.995, 0.91, 0.68, 0.06}, 0.39, 0.37);
}

TEST_CASE("how often Dual-Prism changes nothing on PROTEINS", "[graph][augment][slow]") {
    const auto folder = tu_data("PROTEINS");
    if (folder.empty()) {
        WARN("skipped: no such data set in ORRERY_TU_DATA or ../shared/data/tu");
        return;
    }
    const std::vector<Graph> graphs = real_graphs(folder, true);
    REQUIRE(graphs.size() == 931);
    check_table(graphs, {1, 0.96, 0.80, 0.46, 0.05}, 0.17, 0.22);
}

TEST_CASE("what augmentations do to the properties of PROTEINS, at equal edits", "[graph][augment][slow]") {
    const auto folder = tu_data("PROTEINS");
    if (folder.empty()) {
        WARN("skipped: no such data set in ORRERY_TU_DATA or ../shared/data/tu");
        return;
    }
    StudyOptions options;
    options.threads = 2;
    const Study study(real_graphs(folder, true), options);
    struct Row {
        std::string method;
        double connected, diameter, path, low;
    };
    for (const Row& row : {Row{"dp-noise", 0.93, 3.25, 1.06, 0.207}, Row{"drop-edge", 0.63, 2.18, 0.86, 0.397},
                           Row{"flips", 1.00, 6.11, 1.97, 0.377}, Row{"safe-flips-free", 0.96, 1.43, 0.52, 0.167}}) {
        StudyMeans mean;
        for (std::size_t seed = 0; seed < 3; ++seed) {
            const StudyMeans one = study.run(row.method, {"dp", {}}, seed).means;
            for (std::size_t s = 0; s < shape_size; ++s) mean.change[s] += one.change[s] / 3;
            mean.low_eigenvalues += one.low_eigenvalues / 3;
        }
        CAPTURE(row.method);
        CHECK(mean.change[0] == Approx(row.connected).epsilon(0.15));
        CHECK(mean.change[1] == Approx(row.diameter).epsilon(0.15));
        CHECK(mean.change[4] == Approx(row.path).epsilon(0.15));
        CHECK(mean.low_eigenvalues == Approx(row.low).epsilon(0.15));
    }
}
