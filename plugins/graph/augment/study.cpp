// SPDX-License-Identifier: BSD-3-Clause
#include "plugins/graph/augment/study.h"

#include "core/error.h"
#include "gpu/parallel/team.h"
#include "plugins/graph/augment/drift.h"
#include "plugins/graph/augment/edits.h"
#include "plugins/graph/augment/methods.h"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <cmath>
#include <sstream>

namespace orrery::graph::augment {

namespace {

constexpr std::size_t low_count = 5;
constexpr std::uint64_t count_stream = 1'000'000; // of the numbers of edits, apart from any method's

bool ends_with(const std::string& text, const std::string& end) {
    return text.size() > end.size() && text.compare(text.size() - end.size(), end.size(), end) == 0;
}

MethodOptions options_for(const std::string& method, const StudyOptions& study) {
    MethodOptions o;
    o.method = method;
    o.frequency_ratio = study.frequency_ratio;
    o.probability = study.probability;
    o.std = study.std;
    o.nodes_by_edges = true;
    if (ends_with(method, "-low")) {
        o.method = method.substr(0, method.size() - 4);
        o.band = "low";
    } else if (ends_with(method, "-free")) {
        o.method = method.substr(0, method.size() - 5);
        o.bridges = false;
        o.one_list = true;
    }
    if (o.method == "dp-mask") o.probability = study.mask_probability;
    return o;
}

std::uint64_t number_of(const std::string& method) {
    const auto names = study_methods();
    return static_cast<std::uint64_t>(std::find(names.begin(), names.end(), method) - names.begin());
}

double low_change(std::span<const double> before, std::span<const double> after) {
    const std::size_t end = std::min({before.size(), after.size(), low_count + 1});
    double sum = 0;
    for (std::size_t k = 1; k < end; ++k) sum += std::abs(after[k] - before[k]);
    return end > 1 ? sum / static_cast<double>(end - 1) : 0;
}

} // namespace

std::vector<Budget> budgets_of(const std::string& text) {
    std::vector<Budget> budgets;
    std::istringstream in(text);
    for (std::string part; std::getline(in, part, ',');) {
        part.erase(std::remove(part.begin(), part.end(), ' '), part.end());
        if (part == "dp") {
            budgets.push_back({part, std::nullopt});
            continue;
        }
        double percent = 0;
        const auto read = std::from_chars(part.data(), part.data() + part.size(), percent);
        if (read.ec != std::errc() || read.ptr != part.data() + part.size() || !(percent > 0 && percent <= 100))
            throw Error(fmt::format("budgets: '{}' is neither a share of the edges in percent, above 0 up to 100, nor "
                                    "dp.",
                                    part),
                        "For example 1,5,10,20,dp.");
        budgets.push_back({part, percent / 100});
    }
    if (budgets.empty()) throw Error("budgets is empty.", "For example 1,5,10,20,dp.");
    return budgets;
}

std::vector<std::string> study_methods() {
    return {"dp-noise", "dp-mask",   "dp-noise-low", "dp-mask-low", "chebyshev",      "drop-edge",
            "add-edge", "drop-node", "flips",        "safe-flips",  "safe-flips-free"};
}

const std::array<std::string, study_numbers>& study_names() {
    static const std::array<std::string, study_numbers> names{"graphs",
                                                              "no_op_rate",
                                                              "edit_rate",
                                                              "connected",
                                                              "diameter",
                                                              "radius",
                                                              "periphery",
                                                              "average_shortest_path",
                                                              "algebraic_connectivity",
                                                              "low_eigenvalues"};
    return names;
}

std::array<double, study_numbers> numbers_of(const StudyMeans& m) {
    std::array<double, study_numbers> numbers{};
    numbers[0] = m.graphs;
    numbers[1] = m.no_op_rate;
    numbers[2] = m.edit_rate;
    std::copy(m.change.begin(), m.change.end(), numbers.begin() + 3);
    numbers[study_numbers - 1] = m.low_eigenvalues;
    return numbers;
}

Study::Study(std::vector<Graph> graphs, const StudyOptions& options) : graphs_(std::move(graphs)), options_(options) {
    spectrum::Options spectral;
    spectral.threads = options_.threads;
    pairs_ = spectrum::eigen_pairs(graphs_, spectral);
    PropertyOptions properties;
    properties.threads = options_.threads;
    properties.eigenvalues = false;
    shapes_ = shapes_of(graphs_, properties);
    for (std::size_t g = 0; g < graphs_.size(); ++g)
        shapes_[g].back() = pairs_[g].pairs() > 1 ? pairs_[g].values[1] : undefined;
}

Augmented Study::by_noise(std::size_t graph, std::size_t seed) const {
    Random random(seed_of({options_.seed + seed, graph, number_of("dp-noise")}));
    const auto noise = augmentation_of(options_for("dp-noise", options_), {});
    return noise->apply(graphs_[graph], pairs_[graph], random);
}

std::vector<std::int64_t> Study::edits_of(const Budget& budget, std::size_t seed) const {
    std::vector<std::int64_t> edits(graphs_.size(), 0);
    Team team(std::max(1, options_.threads));
    team.run(static_cast<int>(graphs_.size()), [&](int part) {
        const auto g = static_cast<std::size_t>(part);
        if (budget.rate) {
            Random random(
                seed_of({options_.seed + seed, g, count_stream + static_cast<std::uint64_t>(*budget.rate * 1e6)}));
            edits[g] = edits_for(*budget.rate, graphs_[g], random);
        } else {
            const Changes changes = by_noise(g, seed).changes;
            edits[g] = changes.added + changes.removed;
        }
    });
    return edits;
}

Study::Result Study::run(const std::string& method, const Budget& budget, std::size_t seed,
                         const std::function<void()>& stop_point) const {
    const std::vector<std::int64_t> edits = edits_of(budget, seed);
    const bool natural = !budget.rate && method == "dp-noise";
    const auto stream =
        number_of(method) + 100 * (1 + static_cast<std::uint64_t>(budget.rate ? *budget.rate * 1e6 : 0));
    std::vector<Augmented> made(graphs_.size());
    {
        Team team(std::max(1, options_.threads));
        team.run(static_cast<int>(graphs_.size()), [&](int part) {
            const auto g = static_cast<std::size_t>(part);
            if (edits[g] == 0) return;
            if (natural) {
                made[g] = by_noise(g, seed);
                return;
            }
            MethodOptions options = options_for(method, options_);
            options.edit_rate = static_cast<double>(edits[g]) / static_cast<double>(graphs_[g].edges.size());
            Random random(seed_of({options_.seed + seed, g, stream}));
            made[g] = augmentation_of(options, {})->apply(graphs_[g], pairs_[g], random);
        });
    }
    Result result;
    std::vector<std::size_t> place;
    std::vector<Graph> changed;
    std::size_t asked = 0;
    for (std::size_t g = 0; g < made.size(); ++g) {
        if (edits[g] == 0) continue;
        ++asked;
        if (made[g].changes.no_op) continue;
        place.push_back(g);
        changed.push_back(std::move(made[g].graph));
        result.means.edit_rate += made[g].changes.edit_rate();
    }
    const auto count = static_cast<double>(place.size());
    result.means.graphs = count;
    result.means.no_op_rate = asked > 0 ? 1 - count / static_cast<double>(asked) : 0;
    if (place.empty()) return result;
    PropertyOptions properties;
    properties.threads = options_.threads;
    properties.eigenvalues = false;
    std::vector<Shape> after = shapes_of(changed, properties, [&](std::size_t) {
        if (stop_point) stop_point();
    });
    std::vector<const Graph*> pointers;
    for (const Graph& graph : changed) pointers.push_back(&graph);
    const auto spectra = spectra_of(pointers, options_.threads);
    for (std::size_t i = 0; i < place.size(); ++i) {
        const Shape& before = shapes_[place[i]];
        after[i].back() = spectra[i].size() > 1 ? spectra[i][1] : 0;
        result.means.change[0] += after[i][0];
        for (std::size_t s = 1; s < shape_size; ++s) {
            const double change = std::abs(after[i][s] - before[s]);
            if (std::isfinite(change)) result.means.change[s] += change;
        }
        result.means.low_eigenvalues += low_change(pairs_[place[i]].values, spectra[i]);
        if (before[0] == 1 && after[i][0] == 1 && after[i].back() > 0 && before.back() > 0)
            result.samples.push_back(
                {1 / after[i].back() - 1 / before.back(), after[i][1] - before[1], after[i][4] - before[4]});
    }
    result.means.edit_rate /= count;
    result.means.low_eigenvalues /= count;
    for (double& change : result.means.change) change /= count;
    return result;
}

} // namespace orrery::graph::augment
