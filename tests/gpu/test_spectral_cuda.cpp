// SPDX-License-Identifier: BSD-3-Clause
// The same checks on a CUDA device, and that it agrees with the CPU; skipped where there is none.
#include "tests/gpu/spectral_checks.h"

#include <ATen/Context.h>

using namespace spectral_checks;

namespace {
bool no_device() {
    if (at::hasCUDA()) return false;
    WARN("skipped: there is no CUDA device");
    return true;
}
} // namespace

TEST_CASE("every check of the spectral operators passes on a CUDA device", "[gpu][cuda]") {
    if (no_device()) return;
    for (const auto check : {plane_waves, closed_forms, identities, adjoints, batches, grids, dealiasing, sums})
        check(at::kCUDA);
}

TEST_CASE("CPU and CUDA agree", "[gpu][cuda]") {
    if (no_device()) return;
    const std::int64_t n = 128;
    const at::Tensor f = noise({3, n, n}, at::kCPU, 41), c = sp::coefficients(f);
    const at::Tensor cuda_c = c.to(at::kCUDA);
    const sp::Symbols symbols = sp::symbol::transport(n);
    const sp::Symbols cuda_symbols{symbols.values.to(at::kCUDA), symbols.imaginary};
    const at::Tensor points = noise({50, 2}, at::kCPU, 42), weights = noise({4, n, n / 2 + 1}, at::kCPU, 43);
    const auto agree = [](const at::Tensor& cpu, const at::Tensor& cuda) { CHECK(relative(cuda.cpu(), cpu) < 1e-12); };
    const at::Tensor many = sp::multiply(f, symbols);
    agree(many, sp::multiply(f.to(at::kCUDA), cuda_symbols));
    agree(sp::multiply_adjoint(many, symbols), sp::multiply_adjoint(many.to(at::kCUDA), cuda_symbols));
    agree(sp::multiply_coefficients(c, symbols), sp::multiply_coefficients(cuda_c, cuda_symbols));
    agree(sp::transport(many), sp::transport(many.to(at::kCUDA)));
    agree(sp::shift(c, 0.3, -2), sp::shift(cuda_c, 0.3, -2));
    agree(sp::interpolate(c, points), sp::interpolate(cuda_c, points.to(at::kCUDA)));
    agree(sp::power(c, weights), sp::power(cuda_c, weights.to(at::kCUDA)));
    agree(sp::combine({c, c}, {weights[0], weights[1]}),
          sp::combine({cuda_c, cuda_c}, {weights[0].to(at::kCUDA), weights[1].to(at::kCUDA)}));
}
