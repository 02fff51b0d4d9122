// SPDX-License-Identifier: BSD-3-Clause
// The same checks on a CUDA device; skipped where there is none.
#include "tests/gpu/aggregate_checks.h"

#include <ATen/Context.h>

using namespace aggregate_checks;

namespace {
bool no_device() {
    if (at::hasCUDA()) return false;
    WARN("skipped: no CUDA device");
    return true;
}
} // namespace

TEST_CASE("on CUDA the sum over neighbours is the product with the dense matrix", "[gpu][cuda]") {
    if (no_device()) return;
    matches_dense(at::kCUDA);
}
TEST_CASE("on CUDA the derivative of the sum over neighbours is the transposed sum", "[gpu][cuda]") {
    if (no_device()) return;
    derivatives(at::kCUDA);
}
