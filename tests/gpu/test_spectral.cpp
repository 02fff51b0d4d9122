// SPDX-License-Identifier: BSD-3-Clause
#include "core/error.h"
#include "tests/gpu/spectral_checks.h"

#include <ATen/Parallel.h>

using namespace spectral_checks;

TEST_CASE("multipliers act on plane waves by their symbol", "[gpu]") { plane_waves(at::kCPU); }
TEST_CASE("Lambda, Riesz transforms and gradient agree with closed forms of infinite spectrum", "[gpu]") {
    closed_forms(at::kCPU);
}
TEST_CASE("the operators satisfy their algebraic identities", "[gpu]") { identities(at::kCPU); }
TEST_CASE("even symbols are symmetric and odd ones skew, Nyquist modes included", "[gpu]") { adjoints(at::kCPU); }
TEST_CASE("batches, precisions and repetition agree with single fields", "[gpu]") { batches(at::kCPU); }
TEST_CASE("shifts, padding, truncation and interpolation are exact", "[gpu]") { grids(at::kCPU); }
TEST_CASE("the 2/3 mask and the 3/2 product remove aliases", "[gpu]") { dealiasing(at::kCPU); }
TEST_CASE("sums over the spectrum are means over the torus", "[gpu]") { sums(at::kCPU); }

TEST_CASE("results don't depend on the number of threads", "[gpu]") {
    const int threads = at::get_num_threads();
    const at::Tensor f = noise({2, 128, 128}, at::kCPU, 21);
    const sp::Symbols symbols = sp::symbol::transport(128);
    const at::Tensor weight = sp::multiplicity(128).expand({1, 128, 65});
    at::set_num_threads(1);
    const at::Tensor c = sp::coefficients(f);
    const at::Tensor alone = sp::multiply_coefficients(c, symbols), power = sp::power(c, weight);
    at::set_num_threads(3);
    CHECK(at::equal(alone, sp::multiply_coefficients(c, symbols)));
    CHECK(at::equal(power, sp::power(c, weight)));
    at::set_num_threads(threads);
}

TEST_CASE("wrong shapes, types and ranges are refused with a sentence", "[gpu]") {
    const at::Tensor f = at::zeros({8, 8}, at::kDouble);
    CHECK_THROWS_AS(sp::coefficients(at::zeros({8, 6}, at::kDouble)), orrery::Error);
    CHECK_THROWS_AS(sp::coefficients(at::zeros({7, 7}, at::kDouble)), orrery::Error);
    CHECK_THROWS_AS(sp::coefficients(at::zeros({8, 8}, at::kLong)), orrery::Error);
    CHECK_THROWS_AS(sp::lambda(f, 2.5), orrery::Error);
    CHECK_THROWS_AS(sp::lambda(f, 0), orrery::Error);
    CHECK_THROWS_AS(sp::riesz(f, 3), orrery::Error);
    CHECK_THROWS_AS(sp::helmholtz_inverse(f, 0), orrery::Error);
    CHECK_THROWS_AS(sp::multiply(f, sp::symbol::lambda(16)), orrery::Error);
    CHECK_THROWS_AS(sp::multiply(f, sp::symbol::lambda(8, 1, at::kFloat)), orrery::Error);
    CHECK_THROWS_AS(sp::pad(sp::coefficients(f), 6), orrery::Error);
    CHECK_THROWS_AS(sp::truncate(sp::coefficients(f), 5), orrery::Error);
    CHECK_THROWS_AS(sp::interpolate(sp::coefficients(f), at::zeros({3}, at::kDouble)), orrery::Error);
    CHECK_THROWS_AS(sp::transport(at::zeros({3, 8, 8}, at::kDouble)), orrery::Error);
    CHECK_THROWS_AS(sp::combine({}, {}), orrery::Error);
}
