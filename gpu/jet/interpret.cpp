// SPDX-License-Identifier: BSD-3-Clause
#include "gpu/jet/interpret.h"

#include <cmath>

namespace orrery::jet {

namespace {

double result(const Instruction& step, double a, double b) {
    switch (step.op) {
    case Op::add:
        return a + b;
    case Op::subtract:
        return a - b;
    case Op::multiply:
        return a * b;
    case Op::divide:
        return a / b;
    case Op::negate:
        return -a;
    case Op::power:
        return std::pow(a, b);
    case Op::integer_power:
        return std::pow(a, step.value);
    case Op::sin:
        return std::sin(a);
    case Op::cos:
        return std::cos(a);
    case Op::tan:
        return std::tan(a);
    case Op::exp:
        return std::exp(a);
    case Op::log:
        return std::log(a);
    case Op::sqrt:
        return std::sqrt(a);
    case Op::tanh:
        return std::tanh(a);
    case Op::erf:
        return std::erf(a);
    case Op::abs:
        return std::abs(a);
    case Op::constant:
    case Op::input:
        break;
    }
    return step.value;
}

} // namespace

void interpret(const Program& program, std::span<const double> inputs, std::vector<double>& values) {
    values.resize(program.code.size());
    for (std::size_t i = 0; i < program.code.size(); ++i) {
        const Instruction& step = program.code[i];
        if (step.op == Op::input) {
            values[i] = inputs[static_cast<std::size_t>(step.a)];
        } else if (step.op == Op::constant) {
            values[i] = step.value;
        } else {
            values[i] =
                result(step, values[static_cast<std::size_t>(step.a)], values[static_cast<std::size_t>(step.b)]);
        }
    }
}

} // namespace orrery::jet
