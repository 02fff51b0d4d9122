// SPDX-License-Identifier: BSD-3-Clause
#include "gpu/jet/interpret.h"

namespace orrery::jet {

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
                value_of(step, values[static_cast<std::size_t>(step.a)], values[static_cast<std::size_t>(step.b)]);
        }
    }
}

} // namespace orrery::jet
