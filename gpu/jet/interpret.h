// SPDX-License-Identifier: BSD-3-Clause
// Programs at one point, in double precision.
#pragma once
#include "core/api.h"
#include "gpu/jet/jet_math.h"

#include <cmath>
#include <span>

namespace orrery::jet {

// What an instruction makes of its operands. Not for inputs.
inline double value_of(const Instruction& step, double a, double b) {
    if (step.op == Op::constant) return step.value;
    if (step.op == Op::integer_power) return std::pow(a, step.value);
    return scalar::step_value(step, a, b);
}

// All values of the instructions [code]; inputs [program.inputs].
ORRERY_API void interpret(const Program& program, std::span<const double> inputs, std::vector<double>& values);

} // namespace orrery::jet
