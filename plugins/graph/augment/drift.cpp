// SPDX-License-Identifier: BSD-3-Clause
#include "plugins/graph/augment/drift.h"

#include "plugins/graph/augment/sparse_laplacian.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <limits>

namespace orrery::graph::augment {

namespace {

std::vector<double> matrix_of(const Graph& graph) {
    const SparseLaplacian laplacian(graph, true);
    const std::size_t n = laplacian.nodes();
    std::vector<double> unit(n * n, 0.0), matrix(n * n);
    for (std::size_t i = 0; i < n; ++i) unit[i * n + i] = 1;
    laplacian.apply(unit, matrix, n);
    return matrix;
}

} // namespace

std::vector<std::size_t> untouched_pairs(const spectrum::EigenPairs& pairs, double frequency_ratio, Band band) {
    std::vector<char> touched(pairs.pairs(), 0);
    for (const Cluster& c : clusters_in(pairs, band_size(frequency_ratio, pairs.n), band))
        std::fill(touched.begin() + static_cast<std::ptrdiff_t>(c.begin),
                  touched.begin() + static_cast<std::ptrdiff_t>(c.end), 1);
    std::vector<std::size_t> kept;
    for (std::size_t k = 0; k < touched.size(); ++k) {
        if (!touched[k]) kept.push_back(k);
    }
    return kept;
}

double low_drift(const Graph& augmented, const spectrum::EigenPairs& pairs, std::span<const std::size_t> kept) {
    const SparseLaplacian laplacian(augmented, true);
    if (laplacian.nodes() != pairs.n) return std::numeric_limits<double>::quiet_NaN();
    constexpr std::size_t block = 32; // vectors that go through the Laplacian together
    const std::size_t n = pairs.n;
    std::vector<double> x(n * block), y(n * block);
    double worst = 0;
    for (std::size_t begin = 0; begin < kept.size(); begin += block) {
        const std::size_t width = std::min(block, kept.size() - begin);
        std::array<double, block> value{}, square{};
        for (std::size_t c = 0; c < width; ++c) {
            const auto u = pairs.vector(kept[begin + c]);
            value[c] = pairs.values[kept[begin + c]];
            for (std::size_t i = 0; i < n; ++i) x[i * width + c] = u[i];
        }
        laplacian.apply(x, y, width);
        for (std::size_t i = 0; i < n; ++i) {
            for (std::size_t c = 0; c < width; ++c) {
                const double r = y[i * width + c] - value[c] * x[i * width + c];
                square[c] += r * r;
            }
        }
        for (std::size_t c = 0; c < width; ++c) worst = std::max(worst, std::sqrt(square[c]));
    }
    return worst;
}

double sorted_drift(std::span<const double> before, std::span<const double> after, std::span<const std::size_t> kept) {
    if (before.size() != after.size()) return std::numeric_limits<double>::quiet_NaN();
    double worst = 0;
    for (const std::size_t k : kept) worst = std::max(worst, std::abs(after[k] - before[k]));
    return worst;
}

std::vector<std::vector<double>> spectra_of(std::span<const Graph* const> graphs, int threads) {
    spectrum::Options options;
    options.threads = threads;
    // In portions: dense matrices of a whole data set would fill the memory.
    std::vector<std::vector<double>> values(graphs.size());
    constexpr std::size_t portion = 512;
    for (std::size_t start = 0; start < graphs.size(); start += portion) {
        std::vector<std::vector<double>> weighted;
        std::vector<Graph> plain;
        std::vector<std::size_t> weighted_place, plain_place;
        for (std::size_t g = start; g < std::min(graphs.size(), start + portion); ++g) {
            if (find(graphs[g]->edge, "weight")) {
                weighted.push_back(matrix_of(*graphs[g]));
                weighted_place.push_back(g);
            } else {
                Graph& bare = plain.emplace_back();
                bare.nodes = graphs[g]->nodes;
                bare.edges = graphs[g]->edges;
                plain_place.push_back(g);
            }
        }
        auto found = spectrum::eigen_pairs_of(weighted, options);
        for (std::size_t i = 0; i < found.size(); ++i) values[weighted_place[i]] = std::move(found[i].values);
        found = spectrum::eigen_pairs(plain, options);
        for (std::size_t i = 0; i < found.size(); ++i) values[plain_place[i]] = std::move(found[i].values);
    }
    return values;
}

} // namespace orrery::graph::augment
