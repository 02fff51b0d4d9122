// SPDX-License-Identifier: BSD-3-Clause
#include "plugins/graph/augment/projection.h"

#include "plugins/graph/augment/binarise.h"
#include "plugins/graph/augment/edits.h"

#include <algorithm>
#include <cmath>
#include <numeric>

namespace orrery::graph::augment {

namespace {

using spectrum::EigenPairs;

EigenPairs first_of(const EigenPairs& pairs, std::size_t count) {
    EigenPairs result;
    result.n = pairs.n;
    count = std::min(count, pairs.pairs());
    result.values.assign(pairs.values.begin(), pairs.values.begin() + static_cast<std::ptrdiff_t>(count));
    result.vectors.assign(pairs.vectors.begin(), pairs.vectors.begin() + static_cast<std::ptrdiff_t>(count * pairs.n));
    return result;
}

double dot(std::span<const double> a, std::span<const double> b) {
    return std::inner_product(a.begin(), a.end(), b.begin(), 0.0);
}

class Projected final : public Augmentation {
public:
    explicit Projected(const ProjectionOptions& options) : o_(options) {}
    std::string name() const override { return "projection"; }
    SpectrumNeed need(const Graph&) const override { return {SpectrumNeed::Pairs::lowest, o_.low_pairs + 1}; }

    Augmented apply(const Graph& graph, const EigenPairs& pairs, Random& random) const override {
        require_simple(graph, name());
        const EdgeIndex index(graph);
        std::vector<Edge> entries;
        std::vector<double> values;
        for (const Edge& e : graph.edges) {
            const bool chosen = random.chance(o_.probability);
            const double value = o_.std * random.normal();
            if (!chosen || value == 0) continue;
            entries.push_back(ascending(e));
            values.push_back(value);
        }
        if (entries.empty()) return o_.weighted ? unit_weights(graph) : edited(graph, {}, {});
        add_gaps(graph, index, entries, values, random);
        const auto kept = static_cast<std::size_t>(o_.low_pairs);
        const ComplementProjection projection(graph, first_of(pairs, kept), entries, values);
        Augmented result = o_.weighted ? with_weights(graph, projection) : binarised(graph, projection);
        auto& certificates = result.changes.certificates;
        certificates.emplace_back("projection/residual", projection.residual());
        if (pairs.pairs() > kept)
            certificates.emplace_back("projection/gap", pairs.values[kept] - pairs.values[kept - 1]);
        certificates.emplace_back("projection/norm", projection.norm_bound());
        return result;
    }

private:
    // As many pairs without an edge as there are entries, each at most once.
    void add_gaps(const Graph& graph, const EdgeIndex& index, std::vector<Edge>& entries, std::vector<double>& values,
                  Random& random) const {
        std::vector<Edge> gaps;
        const auto n = static_cast<std::size_t>(graph.nodes);
        for (std::size_t t = 0; t < entries.size(); ++t) {
            const auto i = static_cast<std::int32_t>(random.below(n)), j = static_cast<std::int32_t>(random.below(n));
            if (i != j && index(i, j) < 0) gaps.push_back(ascending({i, j}));
        }
        std::sort(gaps.begin(), gaps.end());
        gaps.erase(std::unique(gaps.begin(), gaps.end()), gaps.end());
        for (const Edge& e : gaps) {
            entries.push_back(e);
            values.push_back(o_.std * random.normal());
        }
    }

    // A'_ij = A_ij - (Pi S Pi)_ij for each edge and each entry of S, edges first, in their order.
    template <class Visit>
    static void for_entries(const Graph& graph, const ComplementProjection& projection, const Visit& visit) {
        std::vector<std::pair<Edge, double>> s;
        for (std::size_t k = 0; k < projection.entries().size(); ++k)
            s.emplace_back(projection.entries()[k], projection.values()[k]);
        std::sort(s.begin(), s.end());
        const EdgeIndex index(graph);
        for (std::size_t k = 0; k < graph.edges.size(); ++k) {
            const Edge e = ascending(graph.edges[k]);
            const auto at = std::lower_bound(s.begin(), s.end(), e,
                                             [](const auto& entry, const Edge& x) { return entry.first < x; });
            const double value = at != s.end() && at->first == e ? at->second : 0;
            visit(e, static_cast<std::int64_t>(k), 1 - projection.entry(e.from, e.to, value));
        }
        for (const auto& [e, value] : s) {
            if (index(e.from, e.to) < 0) visit(e, std::int64_t{-1}, -projection.entry(e.from, e.to, value));
        }
    }

    static Augmented with_weights(const Graph& graph, const ComplementProjection& projection) {
        std::vector<std::pair<Edge, double>> list;
        for_entries(graph, projection, [&](const Edge& e, std::int64_t, double value) { list.emplace_back(e, value); });
        std::sort(list.begin(), list.end());
        std::vector<Edge> edges;
        std::vector<double> weights;
        for (const auto& [e, value] : list) {
            edges.push_back(e);
            weights.push_back(value);
        }
        return reweighted(graph, edges, std::move(weights));
    }

    static Augmented binarised(const Graph& graph, const ComplementProjection& projection) {
        Flips flips;
        for_entries(graph, projection, [&](const Edge& e, std::int64_t edge, double value) {
            if (edge >= 0 && value < 0.5 - tie) flips.removed.push_back(edge);
            if (edge < 0 && value > 0.5 + tie) flips.added.push_back(e);
        });
        return edited(graph, flips.removed, flips.added);
    }

    ProjectionOptions o_;
};

} // namespace

ComplementProjection::ComplementProjection(const Graph& graph, EigenPairs low, std::vector<Edge> entries,
                                           std::vector<double> values)
    : laplacian_(graph), low_(std::move(low)), entries_(std::move(entries)), values_(std::move(values)) {
    const std::size_t n = low_.n, l = low_.pairs();
    u_.resize(n * l);
    for (std::size_t k = 0; k < l; ++k) {
        for (std::size_t i = 0; i < n; ++i) u_[i * l + k] = low_.vectors[k * n + i];
    }
    s_u_.assign(n * l, 0.0);
    for (std::size_t e = 0; e < entries_.size(); ++e) {
        const std::size_t i = static_cast<std::size_t>(entries_[e].from) * l,
                          j = static_cast<std::size_t>(entries_[e].to) * l;
        for (std::size_t k = 0; k < l; ++k) {
            s_u_[i + k] += values_[e] * u_[j + k];
            s_u_[j + k] += values_[e] * u_[i + k];
        }
    }
    u_s_u_.assign(l * l, 0.0);
    for (std::size_t i = 0; i < n; ++i) {
        for (std::size_t a = 0; a < l; ++a) {
            for (std::size_t b = 0; b < l; ++b) u_s_u_[a * l + b] += u_[i * l + a] * s_u_[i * l + b];
        }
    }
}

void ComplementProjection::project(std::span<double> x) const {
    for (std::size_t k = 0; k < low_.pairs(); ++k) {
        const auto u = low_.vector(k);
        const double part = dot(u, x);
        for (std::size_t i = 0; i < x.size(); ++i) x[i] -= part * u[i];
    }
}

void ComplementProjection::apply_s(std::span<const double> x, std::span<double> y) const {
    std::fill(y.begin(), y.end(), 0.0);
    for (std::size_t e = 0; e < entries_.size(); ++e) {
        const auto i = static_cast<std::size_t>(entries_[e].from), j = static_cast<std::size_t>(entries_[e].to);
        y[i] += values_[e] * x[j];
        y[j] += values_[e] * x[i];
    }
}

void ComplementProjection::apply(std::span<const double> x, std::span<double> y) const {
    std::vector<double> inside(x.begin(), x.end()), changed(x.size());
    project(inside);
    apply_s(inside, changed);
    project(changed);
    laplacian_.apply(x, y);
    for (std::size_t i = 0; i < y.size(); ++i) y[i] += changed[i];
}

double ComplementProjection::residual() const {
    double worst = 0;
    std::vector<double> y(low_.n);
    for (std::size_t k = 0; k < low_.pairs(); ++k) {
        const auto u = low_.vector(k);
        apply(u, y);
        for (std::size_t i = 0; i < y.size(); ++i) y[i] -= low_.values[k] * u[i];
        worst = std::max(worst, std::sqrt(dot(y, y)));
    }
    return worst;
}

double ComplementProjection::entry(std::int32_t i, std::int32_t j, double s_ij) const {
    // S - U (S U)^T - (S U) U^T + U (U^T S U) U^T
    const std::size_t l = low_.pairs();
    const double* ui = u_.data() + static_cast<std::size_t>(i) * l;
    const double* uj = u_.data() + static_cast<std::size_t>(j) * l;
    const double* wi = s_u_.data() + static_cast<std::size_t>(i) * l;
    const double* wj = s_u_.data() + static_cast<std::size_t>(j) * l;
    double sum = s_ij;
    for (std::size_t a = 0; a < l; ++a) {
        double inner = 0;
        for (std::size_t b = 0; b < l; ++b) inner += u_s_u_[a * l + b] * uj[b];
        sum += ui[a] * (inner - wj[a]) - wi[a] * uj[a];
    }
    return sum;
}

double ComplementProjection::norm_bound() const {
    std::vector<double> row(low_.n, 0.0);
    for (std::size_t e = 0; e < entries_.size(); ++e) {
        row[static_cast<std::size_t>(entries_[e].from)] += std::abs(values_[e]);
        row[static_cast<std::size_t>(entries_[e].to)] += std::abs(values_[e]);
    }
    return row.empty() ? 0 : *std::max_element(row.begin(), row.end());
}

std::unique_ptr<Augmentation> complement_projection(const ProjectionOptions& options) {
    return std::make_unique<Projected>(options);
}

} // namespace orrery::graph::augment
