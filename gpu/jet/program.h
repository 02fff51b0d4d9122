// SPDX-License-Identifier: BSD-3-Clause
// An expression as straight-line code over a tile of points, with its adjoint: what a residual given at run time
// becomes.
#pragma once
#include <cstdint>
#include <vector>

// For the processor and for CUDA.
#if defined(__CUDACC__)
#define ORRERY_BOTH __host__ __device__
#else
#define ORRERY_BOTH
#endif

namespace orrery::jet {

enum class Op : std::uint8_t {
    constant, // value
    input,    // inputs[a]
    add,      // a + b, and so on: a and b are indices of earlier instructions
    subtract,
    multiply,
    divide,
    negate,
    power,         // a ^ b; adjoint of b only where a > 0
    integer_power, // a ^ value, value a whole number
    sin,
    cos,
    tan,
    exp,
    log,
    sqrt,
    tanh,
    abs,
    erf
};

// Whether it has a second operand b.
ORRERY_BOTH constexpr bool takes_two(Op op) { return op >= Op::add && op <= Op::power && op != Op::negate; }

struct Instruction {
    Op op = Op::constant;
    int a = 0, b = 0;
    double value = 0;
};

// Instruction i computes value i. `outputs` are indices of instructions.
struct Program {
    int inputs = 0;
    std::vector<Instruction> code;
    std::vector<int> outputs;
};

} // namespace orrery::jet
