// SPDX-License-Identifier: BSD-3-Clause
#include "plugins/graph/measure/algebraic_connectivity.h"

#include "gpu/spectrum/spectrum.h"
#include "plugins/graph/random.h"

#include <algorithm>
#include <cmath>
#include <limits>
#include <numeric>
#include <vector>

namespace orrery::graph {

namespace {

constexpr std::size_t most_steps = 250;
constexpr double converged = 1e-10; // residual over the Ritz value

std::size_t at(std::int32_t i) { return static_cast<std::size_t>(i); }

bool is_connected(const Adjacency& adjacency) {
    std::vector<char> seen(adjacency.first.size() - 1, 0);
    std::vector<std::int32_t> list{0};
    seen[0] = 1;
    for (std::size_t k = 0; k < list.size(); ++k) {
        for (auto e = adjacency.first[at(list[k])]; e < adjacency.first[at(list[k]) + 1]; ++e) {
            const std::int32_t other = adjacency.neighbour[static_cast<std::size_t>(e)];
            if (seen[at(other)] != 0) continue;
            seen[at(other)] = 1;
            list.push_back(other);
        }
    }
    return list.size() == seen.size();
}

double dot(const double* a, const double* b, std::size_t n) {
    double part[4] = {0, 0, 0, 0}; // the compiler may not split the sum by itself
    std::size_t i = 0;
    for (; i + 4 <= n; i += 4)
        for (std::size_t l = 0; l < 4; ++l) part[l] += a[i + l] * b[i + l];
    for (; i < n; ++i) part[0] += a[i] * b[i];
    return (part[0] + part[1]) + (part[2] + part[3]);
}

// U^T D U of the Laplacian without the node of the largest degree, nodes of few neighbours first, which keeps zeros.
class GroundedLaplacian {
public:
    GroundedLaplacian(const Graph& graph, const Adjacency& adjacency)
        : n_(at(graph.nodes) - 1), place_(at(graph.nodes)), rows_(n_ * n_, 0.0) {
        std::vector<std::int32_t> order(n_ + 1);
        std::iota(order.begin(), order.end(), 0);
        std::stable_sort(order.begin(), order.end(),
                         [&](std::int32_t a, std::int32_t b) { return adjacency.degree(a) < adjacency.degree(b); });
        for (std::size_t k = 0; k <= n_; ++k) place_[at(order[k])] = k;
        for (std::size_t k = 0; k < n_; ++k) rows_[k * n_ + k] = static_cast<double>(adjacency.degree(order[k]));
        for (const Edge& e : graph.edges) {
            const auto [a, b] = std::minmax(place_[at(e.from)], place_[at(e.to)]);
            if (b < n_) rows_[a * n_ + b] = -1;
        }
        factorise();
    }

    // y = L+ x of an x whose mean is 0; so is that of y.
    void apply(const std::vector<double>& x, std::vector<double>& y) {
        for (std::size_t i = 0; i < place_.size(); ++i)
            if (place_[i] < n_) solution_[place_[i]] = x[i];
        for (std::size_t k = 0; k < n_; ++k) {
            const double* row = rows_.data() + k * n_;
            const double value = solution_[k];
            for (std::size_t j = k + 1; j < n_; ++j) solution_[j] -= value * row[j];
        }
        for (std::size_t k = n_; k-- > 0;) {
            const double* row = rows_.data() + k * n_;
            solution_[k] = solution_[k] / row[k] - dot(row + k + 1, solution_.data() + k + 1, n_ - k - 1);
        }
        double mean = 0;
        for (std::size_t i = 0; i < place_.size(); ++i) mean += y[i] = place_[i] < n_ ? solution_[place_[i]] : 0;
        mean /= static_cast<double>(place_.size());
        for (double& value : y) value -= mean;
    }

private:
    // Row k holds d_k, then the multiples of it that U has to the right.
    void factorise() {
        for (std::size_t k = 0; k < n_; ++k) {
            double* row = rows_.data() + k * n_;
            for (std::size_t i = k + 1; i < n_; ++i) {
                if (row[i] == 0) continue;
                const double factor = row[i] / row[k];
                double* below = rows_.data() + i * n_;
                for (std::size_t j = i; j < n_; ++j) below[j] -= factor * row[j];
            }
            for (std::size_t i = k + 1; i < n_; ++i) row[i] /= row[k];
        }
        solution_.resize(n_);
    }
    std::size_t n_;
    std::vector<std::size_t> place_; // of a node among the rows; n_: grounded
    std::vector<double> rows_, solution_;
};

struct Ritz {
    double value = 0, residual = 0;
};

// The largest eigenvalue of the tridiagonal matrix, and how far it is from one of the operator.
Ritz largest_ritz(const std::vector<double>& alpha, const std::vector<double>& beta) {
    const std::size_t k = alpha.size();
    std::vector<double> matrix(k * k, 0.0);
    for (std::size_t i = 0; i < k; ++i) {
        matrix[i * k + i] = alpha[i];
        if (i + 1 < k) matrix[i * k + i + 1] = matrix[(i + 1) * k + i] = beta[i];
    }
    const auto pairs = spectrum::eigen_pairs_of(std::span(&matrix, 1)).front();
    return {pairs.values.back(), std::abs(beta[k - 1] * pairs.vector(k - 1).back())};
}

// Nothing if it didn't converge.
double largest_by_lanczos(GroundedLaplacian& inverse, std::size_t n) {
    std::vector<std::vector<double>> basis;
    std::vector<double> alpha, beta, v(n), w(n);
    Random random(1);
    const auto without_mean = [&](std::vector<double>& x) {
        double sum = 0;
        for (const double value : x) sum += value;
        for (double& value : x) value -= sum / static_cast<double>(n);
    };
    for (double& value : v) value = random.normal();
    without_mean(v);
    double length = std::sqrt(dot(v.data(), v.data(), n));
    const std::size_t last = std::min(most_steps, n - 1);
    std::size_t look = 6;
    for (std::size_t step = 1; step <= last; ++step) {
        for (double& value : v) value /= length;
        basis.push_back(v);
        inverse.apply(v, w);
        alpha.push_back(dot(v.data(), w.data(), n));
        for (int twice = 0; twice < 2; ++twice) {
            for (const auto& u : basis) {
                const double share = dot(u.data(), w.data(), n);
                for (std::size_t i = 0; i < n; ++i) w[i] -= share * u[i];
            }
            without_mean(w);
        }
        length = std::sqrt(dot(w.data(), w.data(), n));
        beta.push_back(length);
        const bool exhausted = length <= converged * std::abs(alpha.front()); // few different eigenvalues
        if (step == look || step == last || exhausted) {
            const Ritz ritz = largest_ritz(alpha, beta);
            if (exhausted || ritz.residual <= converged * ritz.value) return ritz.value;
            look += std::max<std::size_t>(4, look / 4);
        }
        std::swap(v, w);
    }
    return std::numeric_limits<double>::quiet_NaN();
}

} // namespace

double algebraic_connectivity(const Graph& graph) {
    if (graph.nodes < 2) return std::numeric_limits<double>::quiet_NaN();
    const Adjacency adjacency = adjacency_of(graph);
    if (!is_connected(adjacency)) return 0;
    if (graph.nodes == 2) return 2;
    GroundedLaplacian inverse(graph, adjacency);
    const double largest = largest_by_lanczos(inverse, at(graph.nodes));
    if (largest > 0) return 1 / largest;
    return spectrum::eigen_pairs(std::span(&graph, 1)).front().values[1];
}

} // namespace orrery::graph
