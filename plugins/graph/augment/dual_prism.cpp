// SPDX-License-Identifier: BSD-3-Clause
#include "plugins/graph/augment/dual_prism.h"

#include "core/error.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <functional>

namespace orrery::graph::augment {

namespace {

using spectrum::EigenPairs;
using Kind = DualPrismOptions::Kind;
using Semantics = DualPrismOptions::Semantics;

// Up to here all entries of P are computed at once; beyond, those that can matter are looked for.
constexpr std::size_t small_matrix = 256;
// As many nodes as a matrix of all pairs may have, for memory's sake.
constexpr std::size_t most_matrix = 12'000;

bool all_zero(std::span<const double> values) {
    return std::all_of(values.begin(), values.end(), [](double v) { return v == 0; });
}

// Below it an entry is rounding: left out, so many don't add up to 1e-10 of the largest eigenvalue.
double negligible(const EigenPairs& pairs) {
    return 1e-14 * std::max(1.0, pairs.values.empty() ? 0 : pairs.values.back());
}

class DualPrism final : public Augmentation {
public:
    explicit DualPrism(const DualPrismOptions& options) : o_(options) {}

    std::string name() const override { return o_.kind == Kind::noise ? "dp-noise" : "dp-mask"; }

    SpectrumNeed need(const Graph& graph) const override {
        if (!o_.low_rank) {
            if (static_cast<std::size_t>(graph.nodes) > most_matrix)
                throw Error(fmt::format("{} needs all eigenpairs: of {} nodes that is too much.", name(), graph.nodes),
                            "Take low_rank with a small frequency ratio, or the method projection.");
            return {SpectrumNeed::Pairs::all, 0};
        }
        const auto n_a =
            static_cast<std::int64_t>(band_size(o_.frequency_ratio, static_cast<std::size_t>(graph.nodes)));
        return {SpectrumNeed::Pairs::highest, n_a + 1}; // one more shows whether the last cluster is cut
    }

    Augmented apply(const Graph& graph, const EigenPairs& pairs, Random& random) const override {
        require_simple(graph, name());
        const std::size_t n = static_cast<std::size_t>(graph.nodes);
        if (n < 2) return unchanged(graph, pairs);
        return o_.semantics == Semantics::port ? port(graph, pairs, random) : paper(graph, pairs, random);
    }

private:
    Augmented unchanged(const Graph& graph, const EigenPairs& pairs) const {
        Augmented result = o_.weighted ? unit_weights(graph) : edited(graph, {}, {});
        result.changes.delta.assign(pairs.values.size(), 0.0);
        return result;
    }

    Augmented paper(const Graph& graph, const EigenPairs& pairs, Random& random) const {
        const std::size_t n_a = band_size(o_.frequency_ratio, static_cast<std::size_t>(graph.nodes));
        const std::vector<Cluster> clusters = clusters_in(pairs, n_a, o_.band);
        const std::vector<double> drawn = o_.kind == Kind::noise ? draw_noise(clusters, o_.probability, o_.std, random)
                                                                 : draw_mask(clusters, o_.probability, random);
        if (all_zero(drawn)) return unchanged(graph, pairs);
        const EdgeIndex index(graph);
        if (o_.edit_rate) return matched(graph, index, pairs, clusters, drawn, random);
        std::vector<double> delta = spread(clusters, clamped(clusters, drawn), pairs.values.size());
        Augmented result = with_delta(graph, index, pairs, delta, random);
        result.changes.delta = std::move(delta);
        return result;
    }

    Augmented with_delta(const Graph& graph, const EdgeIndex& index, const EigenPairs& pairs,
                         std::span<const double> delta, Random& random) const {
        if (!o_.weighted && o_.rule == Rule::threshold && (o_.low_rank || pairs.n > small_matrix))
            return from_large_entries(graph, index, pairs, delta);
        if (pairs.n > most_matrix)
            throw Error(
                fmt::format("{} of {} nodes in this output would make an entry for each pair of nodes: too many.",
                            name(), pairs.n),
                fmt::format("Up to {} nodes can; beyond, take binarised output by the threshold, or the method "
                            "projection.",
                            most_matrix));
        std::vector<double> p;
        perturbation(pairs, delta, p);
        if (o_.weighted) return weighted(graph, index, p, negligible(pairs));
        const Flips flips = flips_of(graph, index, p, o_.rule, random);
        return edited(graph, flips.removed, flips.added);
    }

    // An edge goes where P_ij > 1/2, one comes where P_ij < -1/2: smaller entries needn't be known.
    static Augmented from_large_entries(const Graph& graph, const EdgeIndex& index, const EigenPairs& pairs,
                                        std::span<const double> delta) {
        Flips flips;
        for_large_entries(pairs, delta, 0.5, [&](std::int32_t i, std::int32_t j, double p) {
            if (std::abs(p) <= 0.5 + tie) return;
            const std::int64_t edge = index(i, j);
            if (edge >= 0 && p > 0) flips.removed.push_back(edge);
            if (edge < 0 && p < 0) flips.added.push_back({i, j});
        });
        std::sort(flips.added.begin(), flips.added.end());
        return edited(graph, flips.removed, flips.added);
    }

    // One factor on all changes, which the clamp at 0 still follows.
    Augmented matched(const Graph& graph, const EdgeIndex& index, const EigenPairs& pairs,
                      const std::vector<Cluster>& clusters, const std::vector<double>& drawn, Random& random) const {
        ScaledPerturbation scaled(pairs, clusters, drawn);
        const double scale = matched_scale(graph, index, scaled, o_.rule, edits_for(*o_.edit_rate, graph, random));
        if (scale == 0) return unchanged(graph, pairs);
        std::vector<double> best = spread(clusters, clamped(clusters, drawn, scale), pairs.values.size());
        Augmented result = with_delta(graph, index, pairs, best, random);
        result.changes.delta = std::move(best);
        return result;
    }

    Augmented port(const Graph& graph, const EigenPairs& pairs, Random& random) const {
        std::vector<double> delta = port_delta(pairs, random);
        if (all_zero(delta)) return unchanged(graph, pairs);
        const EdgeIndex index(graph);
        std::vector<double> p;
        perturbation(pairs, delta, p);
        // A' = A - P on the strict upper triangle, rounded, then by the port's own threshold.
        const std::size_t n = pairs.n;
        Flips flips;
        for (std::int32_t i = 0; i < graph.nodes; ++i) {
            for (std::int32_t j = i + 1; j < graph.nodes; ++j) {
                double& entry = p[static_cast<std::size_t>(i) * n + static_cast<std::size_t>(j)];
                const std::int64_t edge = index(i, j);
                const double one = edge >= 0 ? 1 : 0;
                const double value = std::round((one - entry) * 1e5) / 1e5;
                entry = one - value;
                if (edge >= 0 && value < 0.5) flips.removed.push_back(edge);
                if (edge < 0 && value >= 0.5) flips.added.push_back({i, j});
            }
        }
        Augmented result = o_.weighted ? weighted(graph, index, p, 0.5e-5) : edited(graph, flips.removed, flips.added);
        result.changes.delta = std::move(delta);
        return result;
    }

    std::vector<double> port_delta(const EigenPairs& pairs, Random& random) const {
        const std::size_t n = pairs.values.size(), n_a = band_size(o_.frequency_ratio, n);
        std::vector<std::size_t> chosen; // descending eigenvalues
        for (std::size_t place = 0; place < n_a; ++place) {
            const std::size_t descending = o_.band == Band::high ? n - n_a + place : place;
            if (random.chance(o_.probability)) chosen.push_back(n - 1 - descending);
        }
        std::vector<double> values;
        for (const std::size_t k : chosen) values.push_back(o_.kind == Kind::mask ? 0 : pairs.values[k]);
        if (o_.kind == Kind::noise && !values.empty()) {
            for (std::size_t c = 0; c + 1 < values.size(); ++c) {
                values[c] += o_.std * random.normal();
                if (values[c] <= 0) values[c] = 0.01;
            }
            values.back() = 0;
            std::sort(values.begin(), values.end(), std::greater<>());
        }
        std::vector<double> delta(n, 0.0);
        for (std::size_t c = 0; c < chosen.size(); ++c) delta[chosen[c]] = values[c] - pairs.values[chosen[c]];
        return delta;
    }

    DualPrismOptions o_;
};

} // namespace

std::unique_ptr<Augmentation> dual_prism(const DualPrismOptions& options) {
    if (options.edit_rate && (options.weighted || options.semantics == Semantics::port || options.low_rank))
        throw Error("An edit rate is met by binarised graphs with all eigenpairs, in the paper's semantics.");
    if (options.low_rank && (options.semantics == Semantics::port || options.band == Band::low ||
                             (!options.weighted && options.rule != Rule::threshold)))
        throw Error("The highest eigenpairs alone serve the high band of the paper's semantics, weighted or by the "
                    "threshold.");
    return std::make_unique<DualPrism>(options);
}

std::optional<double> no_op_bound(const DualPrismOptions& o, const EigenPairs& pairs) {
    if (o.weighted || o.semantics == Semantics::port || o.edit_rate || o.rule != Rule::threshold) return std::nullopt;
    double unchanged = 1;
    for (const Cluster& c : clusters_in(pairs, band_size(o.frequency_ratio, pairs.n), o.band)) {
        const bool can_fall = c.value >= 0.5; // the clamp at 0 keeps smaller ones from falling by 1/2
        // Of |sigma epsilon| >= 1/2 on one side.
        const double one_side = o.std > 0 ? 0.5 * std::erfc(0.5 / (o.std * std::sqrt(2.0))) : 0;
        const double crosses = o.kind == Kind::mask ? (can_fall ? 1.0 : 0.0) : one_side * (can_fall ? 2 : 1);
        unchanged *= 1 - o.probability * crosses;
    }
    return unchanged;
}

} // namespace orrery::graph::augment
