// SPDX-License-Identifier: BSD-3-Clause
// A program at one point, in double precision.
#pragma once
#include "core/api.h"
#include "gpu/jet/program.h"

#include <span>

namespace orrery::jet {

// All values of the instructions [code]; inputs [program.inputs].
ORRERY_API void interpret(const Program& program, std::span<const double> inputs, std::vector<double>& values);

} // namespace orrery::jet
