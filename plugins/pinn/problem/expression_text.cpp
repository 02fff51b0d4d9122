// SPDX-License-Identifier: BSD-3-Clause
#include "core/error.h"
#include "plugins/pinn/problem/expression.h"

#include <fmt/format.h>

#include <cmath>

namespace orrery::pinn {

using jet::Op;

namespace {

// How tightly an expression holds together: what binds less tightly than its place needs gets parentheses.
enum Binding { sum = 1, product = 2, sign = 3, power = 4, atom = 5 };

Binding binding_of(const Expression& e) {
    switch (e.op()) {
    case Op::constant:
        return std::signbit(e.value()) ? sign : atom;
    case Op::add:
    case Op::subtract:
        return sum;
    case Op::multiply:
    case Op::divide:
        return product;
    case Op::negate:
        return sign;
    case Op::power:
        return power;
    default:
        return atom;
    }
}

class Writer {
public:
    explicit Writer(const Names& names) : names_(names) {}

    std::string text;

    void write(const Expression& e, Binding needed) {
        const bool enclosed = binding_of(e) < needed;
        if (enclosed) text += '(';
        switch (e.op()) {
        case Op::constant:
            text += fmt::format("{}", e.value());
            break;
        case Op::input:
            write_input(e);
            break;
        case Op::add:
            write_two(e, sum, " + ", product);
            break;
        case Op::subtract:
            write_two(e, sum, " - ", product);
            break;
        case Op::multiply:
            write_two(e, product, "*", sign);
            break;
        case Op::divide:
            write_two(e, product, "/", sign);
            break;
        case Op::power:
            write_two(e, atom, "^", power);
            break;
        case Op::negate:
            text += '-';
            write(e.left(), power);
            break;
        default:
            text += functions().at(static_cast<std::size_t>(e.op()) - static_cast<std::size_t>(Op::sin)) + "(";
            write(e.left(), sum);
            text += ')';
        }
        if (enclosed) text += ')';
    }

private:
    void write_two(const Expression& e, Binding left, const char* between, Binding right) {
        write(e.left(), left);
        text += between;
        write(e.right(), right);
    }
    void write_input(const Expression& e) {
        const auto index = static_cast<std::size_t>(e.index());
        if (e.input() == Expression::Input::coordinate) {
            text += names_.coordinates.at(index);
        } else if (e.input() == Expression::Input::extra) {
            text += fmt::format("extra{}", index);
        } else {
            const auto& leaf = e.leaf();
            std::string name = names_.unknowns.at(static_cast<std::size_t>(leaf.unknown)), by = "d";
            if (leaf.nonlocal != Nonlocal::none)
                name = nonlocals().at(static_cast<std::size_t>(leaf.nonlocal) - 1) + "(" + name + ")";
            for (std::size_t i = 0; i < leaf.derivative.size(); ++i)
                for (int k = 0; k < leaf.derivative[i]; ++k) by += names_.coordinates.at(i);
            text += by.size() > 1 ? by + "(" + name + ")" : name;
        }
    }

    const Names& names_;
};

} // namespace

std::string to_string(const Expression& e, const Names& names) {
    if (e.tree_size() > 200'000)
        throw Error("the expression is too long to be written out", "write it with fewer nested derivatives");
    Writer writer(names);
    writer.write(e, sum);
    return std::move(writer.text);
}

} // namespace orrery::pinn
