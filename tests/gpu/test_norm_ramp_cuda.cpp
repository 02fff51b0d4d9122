// SPDX-License-Identifier: BSD-3-Clause
// The same checks on a CUDA device; skipped where there is none.
#include "tests/gpu/norm_ramp_checks.h"

#include <ATen/Context.h>

TEST_CASE("batch normalisation with a ramp on CUDA is ATen's two, with their derivatives", "[gpu][cuda]") {
    if (!at::hasCUDA()) {
        WARN("skipped: no CUDA device");
        return;
    }
    norm_ramp_checks::matches_aten(at::TensorOptions(at::kDouble).device(at::kCUDA), 1e-12);
    norm_ramp_checks::matches_aten(at::TensorOptions(at::kFloat).device(at::kCUDA), 1e-4);
}
