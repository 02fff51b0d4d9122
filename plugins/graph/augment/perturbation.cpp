// SPDX-License-Identifier: BSD-3-Clause
#include "plugins/graph/augment/perturbation.h"

#include <algorithm>
#include <cmath>
#include <numeric>

namespace orrery::graph::augment {

namespace {

std::vector<std::size_t> changed_pairs(std::span<const double> delta) {
    std::vector<std::size_t> list;
    for (std::size_t k = 0; k < delta.size(); ++k) {
        if (delta[k] != 0) list.push_back(k);
    }
    return list;
}

// Onto what `p` holds, as perturbation() does.
void add_perturbation(const spectrum::EigenPairs& pairs, std::span<const double> delta, std::vector<double>& p) {
    const std::size_t n = pairs.n;
    const std::vector<std::size_t> changed = changed_pairs(delta);
    const std::vector<double> zero(n, 0.0); // stands in for pairs beyond the last
    for (std::size_t start = 0; start < changed.size(); start += 4) {
        const double* u[4];
        double d[4];
        for (std::size_t l = 0; l < 4; ++l) {
            const bool there = start + l < changed.size();
            u[l] = there ? pairs.vectors.data() + changed[start + l] * n : zero.data();
            d[l] = there ? delta[changed[start + l]] : 0;
        }
        for (std::size_t i = 0; i + 1 < n; ++i) {
            const double a = d[0] * u[0][i], b = d[1] * u[1][i], c = d[2] * u[2][i], e = d[3] * u[3][i];
            double* row = p.data() + i * n;
            for (std::size_t j = i + 1; j < n; ++j) row[j] += (a * u[0][j] + b * u[1][j]) + (c * u[2][j] + e * u[3][j]);
        }
    }
}

} // namespace

std::size_t band_size(double frequency_ratio, std::size_t nodes) {
    const double exact = frequency_ratio * static_cast<double>(nodes);
    return std::min(nodes, static_cast<std::size_t>(std::max(0.0, std::floor(exact + 1e-9))));
}

std::vector<Cluster> clusters_in(const spectrum::EigenPairs& pairs, std::size_t n_a, Band band) {
    const std::size_t count = pairs.values.size(), size = std::min(count, n_a);
    return band == Band::high ? clusters_between(pairs, count - size, count) : clusters_between(pairs, 0, size);
}

std::vector<Cluster> clusters_between(const spectrum::EigenPairs& pairs, std::size_t first, std::size_t last) {
    const std::size_t count = pairs.values.size();
    const double zero = count == 0 ? 0 : 1e-8 * pairs.values.back();
    std::vector<std::size_t> starts = spectrum::clusters(pairs.values);
    starts.push_back(count);
    std::vector<Cluster> result;
    for (std::size_t c = 0; c + 1 < starts.size(); ++c) {
        Cluster cluster{starts[c], starts[c + 1], 0};
        if (cluster.begin >= cluster.end || cluster.begin < first || cluster.end > last) continue;
        for (std::size_t k = cluster.begin; k < cluster.end; ++k) cluster.value += pairs.values[k];
        cluster.value /= static_cast<double>(cluster.end - cluster.begin);
        if (cluster.value > zero) result.push_back(cluster);
    }
    return result;
}

std::vector<double> spread(const std::vector<Cluster>& clusters, std::span<const double> of_cluster,
                           std::size_t pairs) {
    std::vector<double> delta(pairs, 0.0);
    for (std::size_t c = 0; c < clusters.size(); ++c)
        std::fill(delta.begin() + static_cast<std::ptrdiff_t>(clusters[c].begin),
                  delta.begin() + static_cast<std::ptrdiff_t>(clusters[c].end), of_cluster[c]);
    return delta;
}

std::vector<double> draw_noise(const std::vector<Cluster>& clusters, double probability, double std, Random& random) {
    std::vector<double> drawn;
    for (std::size_t c = 0; c < clusters.size(); ++c) {
        const bool chosen = random.chance(probability); // both numbers are drawn always: equal seeds stay comparable
        const double epsilon = random.normal();
        drawn.push_back(chosen ? std * epsilon : 0);
    }
    return drawn;
}

std::vector<double> draw_mask(const std::vector<Cluster>& clusters, double probability, Random& random) {
    std::vector<double> drawn;
    for (const Cluster& cluster : clusters) drawn.push_back(random.chance(probability) ? -cluster.value : 0);
    return drawn;
}

std::vector<double> clamped(const std::vector<Cluster>& clusters, std::span<const double> drawn, double scale) {
    std::vector<double> delta;
    for (std::size_t c = 0; c < clusters.size(); ++c)
        delta.push_back(drawn[c] == 0 ? 0 : std::max(-clusters[c].value, scale * drawn[c]));
    return delta;
}

void perturbation(const spectrum::EigenPairs& pairs, std::span<const double> delta, std::vector<double>& p) {
    p.assign(pairs.n * pairs.n, 0.0);
    add_perturbation(pairs, delta, p);
}

ScaledPerturbation::ScaledPerturbation(const spectrum::EigenPairs& pairs, const std::vector<Cluster>& clusters,
                                       std::span<const double> drawn)
    : pairs_(pairs), clusters_(clusters), drawn_(drawn.begin(), drawn.end()), held_(clusters.size(), 0) {
    perturbation(pairs, spread(clusters, drawn_, pairs.pairs()), moving_);
    rest_.assign(pairs.n * pairs.n, 0.0);
}

void ScaledPerturbation::move_to(double scale) {
    std::vector<double> moving(clusters_.size(), 0.0), rest(clusters_.size(), 0.0);
    bool changed = false;
    for (std::size_t c = 0; c < clusters_.size(); ++c) {
        const bool held = scale * drawn_[c] < -clusters_[c].value;
        if (held == (held_[c] != 0)) continue;
        const double sign = held ? 1 : -1;
        moving[c] = -sign * drawn_[c];
        rest[c] = -sign * clusters_[c].value;
        held_[c] = held;
        changed = true;
    }
    if (!changed) return;
    add_perturbation(pairs_, spread(clusters_, moving, pairs_.pairs()), moving_);
    add_perturbation(pairs_, spread(clusters_, rest, pairs_.pairs()), rest_);
}

std::vector<double> ScaledPerturbation::at(double scale) {
    move_to(scale);
    std::vector<double> p(moving_.size());
    for (std::size_t i = 0; i < p.size(); ++i) p[i] = scale * moving_[i] + rest_[i];
    return p;
}

void for_large_entries(const spectrum::EigenPairs& pairs, std::span<const double> delta, double at_least,
                       const std::function<void(std::int32_t, std::int32_t, double)>& visit) {
    const std::size_t n = pairs.n;
    const std::vector<std::size_t> changed = changed_pairs(delta);
    const std::size_t r = changed.size();
    std::vector<double> u(n * r), scaled(n * r), norm(n, 0.0); // rows by node
    for (std::size_t l = 0; l < r; ++l) {
        const double* vector = pairs.vectors.data() + changed[l] * n;
        const double d = delta[changed[l]];
        for (std::size_t i = 0; i < n; ++i) {
            u[i * r + l] = vector[i];
            scaled[i * r + l] = d * vector[i];
            norm[i] += std::abs(d) * vector[i] * vector[i];
        }
    }
    for (double& value : norm) value = std::sqrt(value);
    std::vector<std::size_t> order(n);
    std::iota(order.begin(), order.end(), std::size_t{0});
    std::sort(order.begin(), order.end(), [&](std::size_t a, std::size_t b) { return norm[a] > norm[b]; });
    const double bound = at_least * (1 - 1e-12); // what rounding may have taken from the norms
    for (std::size_t a = 0; a < n; ++a) {
        for (std::size_t b = a + 1; b < n && norm[order[a]] * norm[order[b]] >= bound; ++b) {
            const std::size_t i = std::min(order[a], order[b]), j = std::max(order[a], order[b]);
            const double entry = std::inner_product(&scaled[i * r], &scaled[i * r] + r, &u[j * r], 0.0);
            visit(static_cast<std::int32_t>(i), static_cast<std::int32_t>(j), entry);
        }
    }
}

} // namespace orrery::graph::augment
