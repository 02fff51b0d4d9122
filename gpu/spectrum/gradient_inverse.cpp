// SPDX-License-Identifier: BSD-3-Clause
#include "gpu/spectrum/gradient_inverse.h"

#include "core/error.h"

#include <fmt/format.h>

#include <algorithm>
#include <vector>

namespace orrery::spectrum {

namespace {
constexpr std::size_t width = block;
constexpr int most_iterations = 5000;
constexpr double tolerance = 1e-13;
} // namespace

GradientInverse::GradientInverse(const BlockTeam& team, const Component& component)
    : team_(team), component_(component), residual_(team.make()), direction_(team.make()), image_(team.make()) {}

// The sum over the parts of what body(first row, last row + 1, sum) adds; in the parts' order.
template <class Body>
GradientInverse::Row GradientInverse::sums(const Body& body) const {
    std::vector<Row> partial(static_cast<std::size_t>(team_.parts()), Row{});
    team_.each([&](int part, std::int64_t first, std::int64_t last) {
        Row sum{};
        body(static_cast<std::size_t>(first), static_cast<std::size_t>(last), sum);
        partial[static_cast<std::size_t>(part)] = sum;
    });
    Row total{};
    for (const Row& row : partial) {
        for (std::size_t q = 0; q < width; ++q) total[q] += row[q];
    }
    return total;
}

void GradientInverse::apply(const Block& x, Block& y) {
    const auto inverse_degree = [&](std::size_t i) {
        return 1 / static_cast<double>(component_.start[i + 1] - component_.start[i]);
    };
    Block &r = residual_, &p = direction_, &image = image_;
    Row product = sums([&](std::size_t first, std::size_t last, Row& sum) {
        for (std::size_t i = first; i < last; ++i) {
            for (std::size_t q = 0; q < width; ++q) {
                const std::size_t k = i * width + q;
                y[k] = 0;
                r[k] = x[k];
                p[k] = inverse_degree(i) * x[k];
                sum[q] += r[k] * p[k];
            }
        }
    });
    const Row begin = product; // in the norm of the preconditioner
    for (int iteration = 0; iteration < most_iterations; ++iteration) {
        bool done = true;
        for (std::size_t q = 0; q < width; ++q) done = done && product[q] <= tolerance * tolerance * begin[q];
        if (done) {
            team_.centre(y);
            return;
        }
        const Row curvature = sums([&](std::size_t first, std::size_t last, Row& sum) {
            team_.kernels().laplacian(
                component_.rows(static_cast<std::int64_t>(first), static_cast<std::int64_t>(last)), 1, 0, p.data(),
                image.data());
            for (std::size_t k = first * width; k < last * width; ++k) sum[k % width] += p[k] * image[k];
        });
        Row step{}, turn{};
        for (std::size_t q = 0; q < width; ++q) step[q] = curvature[q] > 0 ? product[q] / curvature[q] : 0;
        const Row next = sums([&](std::size_t first, std::size_t last, Row& sum) {
            for (std::size_t i = first; i < last; ++i) {
                const double weight = inverse_degree(i);
                for (std::size_t q = 0; q < width; ++q) {
                    const std::size_t k = i * width + q;
                    y[k] += step[q] * p[k];
                    r[k] -= step[q] * image[k];
                    sum[q] += weight * r[k] * r[k];
                }
            }
        });
        for (std::size_t q = 0; q < width; ++q) turn[q] = product[q] > 0 ? next[q] / product[q] : 0;
        team_.each([&](int, std::int64_t first, std::int64_t last) {
            for (auto i = static_cast<std::size_t>(first); i < static_cast<std::size_t>(last); ++i) {
                const double weight = inverse_degree(i);
                for (std::size_t q = 0; q < width; ++q) {
                    const std::size_t k = i * width + q;
                    p[k] = weight * r[k] + turn[q] * p[k];
                }
            }
        });
        product = next;
    }
    throw Error(fmt::format("Conjugate gradients on a component of {} nodes did not converge within {} iterations.",
                            team_.rows(), most_iterations),
                "Ask for fewer eigenpairs, or report the graph.");
}

} // namespace orrery::spectrum
