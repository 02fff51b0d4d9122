// SPDX-License-Identifier: BSD-3-Clause
#include "plugins/graph/augment/chebyshev.h"

#include "core/error.h"
#include "plugins/graph/augment/edits.h"
#include "plugins/graph/augment/sparse_laplacian.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <numbers>

namespace orrery::graph::augment {

namespace {

using spectrum::EigenPairs;

constexpr std::int32_t most_dense_nodes = 6000; // P is held whole

// Jackson's factors of N terms.
double jackson(int k, int count) {
    const double q = std::numbers::pi / (count + 1);
    return ((count - k + 1) * std::cos(q * k) + std::sin(q * k) / std::tan(q)) / (count + 1);
}

// Adds the strict upper triangle of the polynomial of L, [nodes][nodes], by the recurrence of Chebyshev polynomials on
// blocks of unit vectors.
std::vector<double> matrix_of(const SparseLaplacian& laplacian, const SpectralPolynomial& polynomial) {
    const std::size_t n = laplacian.nodes();
    std::vector<double> p(n * n, 0.0);
    constexpr std::size_t most_width = 64;
    std::vector<double> before(n * most_width), now(n * most_width), next(n * most_width), sum(n * most_width);
    const auto coefficients = polynomial.coefficients();
    const double scale = 2 / polynomial.bound();
    for (std::size_t start = 0; start < n; start += most_width) {
        const std::size_t width = std::min(most_width, n - start), size = n * width;
        std::fill(before.begin(), before.end(), 0.0);
        for (std::size_t c = 0; c < width; ++c) before[(start + c) * width + c] = 1;
        laplacian.apply(before, now, width);
        for (std::size_t i = 0; i < size; ++i) {
            now[i] = scale * now[i] - before[i];
            sum[i] = coefficients[0] * before[i] + (coefficients.size() > 1 ? coefficients[1] * now[i] : 0);
        }
        for (std::size_t k = 2; k < coefficients.size(); ++k) {
            laplacian.apply(now, next, width);
            for (std::size_t i = 0; i < size; ++i) {
                next[i] = 2 * (scale * next[i] - now[i]) - before[i];
                sum[i] += coefficients[k] * next[i];
            }
            std::swap(before, now);
            std::swap(now, next);
        }
        for (std::size_t i = 0; i < n; ++i) {
            for (std::size_t c = 0; c < width; ++c) {
                if (start + c > i) p[i * n + start + c] = sum[i * width + c];
            }
        }
    }
    return p;
}

class ChebyshevNoise final : public Augmentation {
public:
    explicit ChebyshevNoise(const ChebyshevOptions& options) : o_(options) {}
    std::string name() const override { return "chebyshev"; }
    // For the certificate alone.
    SpectrumNeed need(const Graph&) const override { return {SpectrumNeed::Pairs::lowest, o_.low_pairs}; }

    Augmented apply(const Graph& graph, const EigenPairs& pairs, Random& random) const override {
        require_simple(graph, name());
        if (graph.nodes > most_dense_nodes)
            throw Error(
                fmt::format("chebyshev makes an entry for each pair of nodes: {} nodes are too many.", graph.nodes),
                fmt::format("It takes up to {}; beyond, take the method projection.", most_dense_nodes));
        const SparseLaplacian laplacian(graph);
        const double bound = laplacian.bound();
        std::vector<double> amplitudes;
        // sum_c a_c T_c has the variance s^2 (C + 1) / 2 on average over the angle.
        const double s = o_.std * std::sqrt(2.0 / (o_.waves + 1));
        for (int c = 0; c < o_.waves; ++c) amplitudes.push_back(s * random.normal());
        if (bound == 0 || s == 0 || o_.frequency_ratio == 0)
            return o_.weighted ? unit_weights(graph) : edited(graph, {}, {});
        const SpectralPolynomial polynomial(bound, (1 - o_.frequency_ratio) * bound, amplitudes, o_.terms);
        std::vector<double> p = matrix_of(laplacian, polynomial);
        const EdgeIndex index(graph);
        double scale = 1;
        if (o_.edit_rate) {
            scale = matched_scale(graph, index, p, o_.rule, edits_for(*o_.edit_rate, graph, random));
            for (double& entry : p) entry *= scale;
        }
        Augmented result;
        if (o_.weighted) {
            result = weighted(graph, index, p, 1e-14 * bound);
        } else {
            const Flips flips = flips_of(graph, index, p, o_.rule, random);
            result = edited(graph, flips.removed, flips.added);
        }
        const std::size_t last = std::min(pairs.pairs(), static_cast<std::size_t>(o_.low_pairs));
        if (last > 0)
            result.changes.certificates.emplace_back("chebyshev/certificate",
                                                     scale * polynomial.certificate(pairs.values[last - 1]));
        return result;
    }

private:
    ChebyshevOptions o_;
};

} // namespace

SpectralPolynomial::SpectralPolynomial(double bound, double cut, std::span<const double> amplitudes, int terms)
    : bound_(bound) {
    std::vector<double> filter(static_cast<std::size_t>(std::max(1, terms)));
    const int count = static_cast<int>(filter.size());
    const double angle = std::acos(std::clamp(2 * cut / bound - 1, -1.0, 1.0)); // the step passes angles below it
    for (int k = 0; k < count; ++k) {
        const double step = k == 0 ? angle / std::numbers::pi : 2 * std::sin(k * angle) / (k * std::numbers::pi);
        filter[static_cast<std::size_t>(k)] = step * jackson(k, count);
    }
    coefficients_.assign(filter.size() + std::max<std::size_t>(amplitudes.size(), 2) - 1, 0.0);
    for (std::size_t c = 0; c < amplitudes.size(); ++c) {
        for (std::size_t k = 0; k < filter.size(); ++k) { // T_c T_k = (T_{c+k} + T_|c-k|) / 2
            const double half = 0.5 * amplitudes[c] * filter[k];
            coefficients_[c + k] += half;
            coefficients_[c > k ? c - k : k - c] += half;
        }
    }
    // Less delta(0) (1 - lambda / bound), which is 1/2 - T_1 / 2.
    const double at_zero = (*this)(0);
    coefficients_[0] -= at_zero / 2;
    coefficients_[1] += at_zero / 2;
}

double SpectralPolynomial::operator()(double lambda) const {
    const double x = std::clamp(2 * lambda / bound_ - 1, -1.0, 1.0);
    double next = 0, after = 0; // Clenshaw's recurrence
    for (std::size_t k = coefficients_.size(); k-- > 1;) {
        const double now = coefficients_[k] + 2 * x * next - after;
        after = next;
        next = now;
    }
    return coefficients_[0] + x * next - after;
}

double SpectralPolynomial::certificate(double low) const {
    const double begin = std::acos(std::clamp(2 * low / bound_ - 1, -1.0, 1.0)), end = std::numbers::pi;
    double curvature = 0;
    for (std::size_t k = 0; k < coefficients_.size(); ++k)
        curvature += static_cast<double>(k * k) * std::abs(coefficients_[k]);
    // A function lies within max|f''| spacing^2 / 8 of the lines between its values.
    for (int points = 512;; points *= 4) {
        const double spacing = (end - begin) / points, between = curvature * spacing * spacing / 8;
        double largest = 0;
        for (int i = 0; i <= points; ++i) {
            const double angle = begin + spacing * i;
            largest = std::max(largest, std::abs((*this)(0.5 * bound_ * (std::cos(angle) + 1))));
        }
        if (between < 0.1 * largest || points > 100'000) return largest + between;
    }
}

std::unique_ptr<Augmentation> chebyshev_noise(const ChebyshevOptions& options) {
    if (options.edit_rate && options.weighted) throw Error("An edit rate is met by binarised graphs.");
    return std::make_unique<ChebyshevNoise>(options);
}

} // namespace orrery::graph::augment
