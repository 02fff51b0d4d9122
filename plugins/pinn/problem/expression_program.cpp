// SPDX-License-Identifier: BSD-3-Clause
// Expressions as straight-line code, and that code run in float64.
#include "gpu/jet/interpret.h"
#include "plugins/pinn/problem/expression.h"

#include <algorithm>
#include <cmath>
#include <map>
#include <tuple>
#include <unordered_map>

namespace orrery::pinn {

using jet::Instruction;
using jet::Op;
using Input = Expression::Input;

namespace {

constexpr double largest_integer_power = 64;

class Compiler {
public:
    Compiler(int coordinates, int extra, std::vector<Leaf> first) : coordinates_(coordinates), extra_(extra) {
        for (auto& leaf : first) input_of(leaf);
    }

    int value_of(const Expression& e) {
        const auto known = done_.find(e.identity());
        if (known != done_.end()) return known->second;
        const int value = emitted(e);
        done_.emplace(e.identity(), value);
        return value;
    }

    Compiled result(std::vector<int> outputs) && {
        program_.inputs = coordinates_ + extra_ + static_cast<int>(leaves_.size());
        program_.outputs = std::move(outputs);
        return {std::move(program_), std::move(leaves_)};
    }

private:
    int input_of(const Leaf& leaf) {
        const auto [at, is_new] = place_.emplace(leaf, coordinates_ + extra_ + static_cast<int>(leaves_.size()));
        if (is_new) leaves_.push_back(leaf);
        return at->second;
    }
    int emitted(const Expression& e) {
        if (e.is_number()) return add({Op::constant, 0, 0, e.value()});
        if (e.op() == Op::input) {
            if (e.input() == Input::coordinate) return add({Op::input, e.index(), 0, 0});
            if (e.input() == Input::extra) return add({Op::input, coordinates_ + e.index(), 0, 0});
            return add({Op::input, input_of(e.leaf()), 0, 0});
        }
        int a = value_of(e.left());
        if (e.op() == Op::power && e.right().is_number()) {
            const double exponent = e.right().value();
            if (exponent == std::nearbyint(exponent) && std::fabs(exponent) <= largest_integer_power)
                return add({Op::integer_power, a, 0, exponent});
            if (exponent == 0.5) return add({Op::sqrt, a, 0, 0});
        }
        const bool two = e.op() <= Op::divide || e.op() == Op::power;
        int b = two ? value_of(e.right()) : 0;
        if ((e.op() == Op::add || e.op() == Op::multiply) && a > b) std::swap(a, b);
        return add({e.op(), a, b, 0});
    }
    int add(const Instruction& instruction) {
        const auto key = std::make_tuple(instruction.op, instruction.a, instruction.b, instruction.value);
        const auto [at, is_new] = numbered_.emplace(key, static_cast<int>(program_.code.size()));
        if (is_new) program_.code.push_back(instruction);
        return at->second;
    }

    int coordinates_, extra_;
    jet::Program program_;
    std::vector<Leaf> leaves_;
    std::map<Leaf, int> place_;
    std::map<std::tuple<Op, int, int, double>, int> numbered_;
    std::unordered_map<const void*, int> done_;
};

// e's value from the values of its operands; shared nodes are computed once.
class Evaluation {
public:
    Evaluation(std::span<const double> coordinates, const std::function<double(const Leaf&)>& leaf,
               std::span<const double> extra)
        : coordinates_(coordinates), leaf_(leaf), extra_(extra) {}

    double operator()(const Expression& e) {
        if (e.is_number()) return e.value();
        if (const auto known = known_.find(e.identity()); known != known_.end()) return known->second;
        double value = 0;
        if (e.op() == Op::input)
            value = input(e);
        else
            value =
                jet::value_of({e.op(), 0, 0, 0}, (*this)(e.left()), jet::takes_two(e.op()) ? (*this)(e.right()) : 0);
        known_.emplace(e.identity(), value);
        return value;
    }

private:
    double input(const Expression& e) const {
        const auto index = static_cast<std::size_t>(e.index());
        if (e.input() == Input::coordinate) return coordinates_[index];
        if (e.input() == Input::extra) return extra_[index];
        return leaf_ ? leaf_(e.leaf()) : std::nan("");
    }

    std::span<const double> coordinates_;
    const std::function<double(const Leaf&)>& leaf_;
    std::span<const double> extra_;
    std::unordered_map<const void*, double> known_;
};

} // namespace

Compiled compile(std::span<const Expression> outputs, int coordinates, int extra, std::vector<Leaf> first) {
    Compiler compiler(coordinates, extra, std::move(first));
    std::vector<int> values;
    for (const auto& e : outputs) values.push_back(compiler.value_of(e));
    return std::move(compiler).result(std::move(values));
}

std::vector<double> run(const jet::Program& program, std::span<const double> inputs, std::size_t count) {
    constexpr std::size_t block = 128;
    std::vector<double> values(program.code.size() * block), result(program.outputs.size() * count);
    for (std::size_t from = 0; from < count; from += block) {
        const std::size_t points = std::min(block, count - from);
        for (std::size_t i = 0; i < program.code.size(); ++i) {
            const auto& instruction = program.code[i];
            const auto a = static_cast<std::size_t>(instruction.a), b = static_cast<std::size_t>(instruction.b);
            double* out = values.data() + i * block;
            const bool is_input = instruction.op == Op::input;
            const double* left = is_input ? inputs.data() + a * count + from : values.data() + a * block;
            const double* right = values.data() + b * block;
            for (std::size_t p = 0; p < points; ++p) out[p] = jet::value_of(instruction, left[p], right[p]);
        }
        for (std::size_t o = 0; o < program.outputs.size(); ++o)
            std::copy_n(values.data() + static_cast<std::size_t>(program.outputs[o]) * block, points,
                        result.data() + o * count + from);
    }
    return result;
}

double evaluate(const Expression& e, std::span<const double> coordinates,
                const std::function<double(const Leaf&)>& leaf, std::span<const double> extra) {
    return Evaluation(coordinates, leaf, extra)(e);
}

std::vector<double> evaluate_at(std::span<const Expression> expressions, int coordinates,
                                std::span<const double> points, std::size_t count) {
    return run(compile(expressions, coordinates).program, points, count);
}

} // namespace orrery::pinn
