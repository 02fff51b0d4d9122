// SPDX-License-Identifier: BSD-3-Clause
// Derivatives, replacements and what is read off an expression. Shared nodes are visited once.
#include "core/error.h"
#include "plugins/pinn/problem/expression.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <numbers>
#include <set>
#include <unordered_map>

namespace orrery::pinn {

using jet::Op;
using Input = Expression::Input;

namespace {

// The expression built anew from inputs that `replace` gives; constants stay.
class Rebuild {
public:
    explicit Rebuild(std::function<Expression(const Expression&)> replace) : replace_(std::move(replace)) {}

    Expression operator()(const Expression& e) {
        if (e.is_number()) return e;
        if (const auto known = known_.find(e.identity()); known != known_.end()) return known->second;
        auto result = built(e);
        known_.emplace(e.identity(), result);
        return result;
    }

private:
    Expression built(const Expression& e) {
        switch (e.op()) {
        case Op::input:
            return replace_(e);
        case Op::add:
            return (*this)(e.left()) + (*this)(e.right());
        case Op::subtract:
            return (*this)(e.left()) - (*this)(e.right());
        case Op::multiply:
            return (*this)(e.left()) * (*this)(e.right());
        case Op::divide:
            return (*this)(e.left()) / (*this)(e.right());
        case Op::power:
            return pow((*this)(e.left()), (*this)(e.right()));
        default:
            return apply(e.op(), (*this)(e.left()));
        }
    }

    std::function<Expression(const Expression&)> replace_;
    std::unordered_map<const void*, Expression> known_;
};

class Differentiation {
public:
    explicit Differentiation(int coordinate) : coordinate_(coordinate) {}

    Expression operator()(const Expression& e) {
        if (e.is_number()) return 0;
        if (const auto known = known_.find(e.identity()); known != known_.end()) return known->second;
        auto result = of(e);
        known_.emplace(e.identity(), result);
        return result;
    }

private:
    Expression of(const Expression& e) {
        const auto& a = e.left();
        const auto& b = e.right();
        switch (e.op()) {
        case Op::input:
            return of_input(e);
        case Op::add:
            return (*this)(a) + (*this)(b);
        case Op::subtract:
            return (*this)(a) - (*this)(b);
        case Op::multiply:
            return (*this)(a)*b + a * (*this)(b);
        case Op::divide:
            return ((*this)(a)-e * (*this)(b)) / b; // (a/b)' = (a' - (a/b) b') / b
        case Op::power:
            if (b.is_number()) return b * pow(a, b - 1) * (*this)(a);
            return e * ((*this)(b)*apply(Op::log, a) + b * (*this)(a) / a);
        default:
            return outer(e) * (*this)(a);
        }
    }
    Expression of_input(const Expression& e) const {
        if (e.input() == Input::coordinate) return e.index() == coordinate_ ? 1 : 0;
        if (e.input() == Input::extra) return 0;
        Leaf leaf = e.leaf();
        ++leaf.derivative.at(static_cast<std::size_t>(coordinate_));
        return Expression::leaf(std::move(leaf));
    }
    // f'(a) of e = f(a)
    static Expression outer(const Expression& e) {
        const auto& a = e.left();
        switch (e.op()) {
        case Op::negate:
            return -1;
        case Op::sin:
            return apply(Op::cos, a);
        case Op::cos:
            return -apply(Op::sin, a);
        case Op::tan:
            return 1 + e * e;
        case Op::exp:
            return e;
        case Op::log:
            return 1 / a;
        case Op::sqrt:
            return 0.5 / e;
        case Op::tanh:
            return 1 - e * e;
        case Op::erf:
            return 2 / std::sqrt(std::numbers::pi) * apply(Op::exp, -(a * a));
        default:
            return a / e; // abs; not a number at 0
        }
    }

    int coordinate_;
    std::unordered_map<const void*, Expression> known_;
};

// Calls `visit` for every distinct node, operands first, in the order of the text.
void walk(const Expression& e, std::set<const void*>& seen, const std::function<void(const Expression&)>& visit) {
    if (!seen.insert(e.identity()).second) return;
    if (!e.is_number() && e.op() != Op::input) {
        walk(e.left(), seen, visit);
        walk(e.right(), seen, visit);
    }
    visit(e);
}

void collect(const Expression& e, double factor, std::vector<std::pair<double, Expression>>& terms) {
    if (e.op() == Op::add || e.op() == Op::subtract) {
        collect(e.left(), factor, terms);
        collect(e.right(), e.op() == Op::add ? factor : -factor, terms);
    } else if (e.op() == Op::negate) {
        collect(e.left(), -factor, terms);
    } else if (e.op() == Op::multiply && e.left().is_number()) {
        collect(e.right(), factor * e.left().value(), terms);
    } else if (e.op() == Op::divide && e.right().is_number()) {
        collect(e.left(), factor / e.right().value(), terms);
    } else {
        terms.emplace_back(factor, e);
    }
}

bool is_leaf(const Expression& e) { return e.op() == Op::input && e.input() == Input::leaf; }

} // namespace

Expression derivative(const Expression& e, int coordinate) {
    auto result = Differentiation(coordinate)(e);
    // The tree's depth bounds the recursion of whatever walks over it.
    if (distinct_nodes(result) > most_nodes || result.depth() > 10 * deepest)
        throw Error(fmt::format("the derivative, written out, has more than {} operations", most_nodes),
                    "introduce another unknown for the inner derivative", ExitCode::usage);
    return result;
}

Expression derivative(const Expression& e, const jet::Derivative& orders) {
    auto result = e;
    for (std::size_t i = 0; i < orders.size(); ++i)
        for (int k = 0; k < orders[i]; ++k) result = derivative(result, static_cast<int>(i));
    return result;
}

Expression substitute(const Expression& e, int coordinate, const Expression& by) {
    return Rebuild([&](const Expression& input) {
        return input.input() == Input::coordinate && input.index() == coordinate ? by : input;
    })(e);
}

Expression with_unknowns(const Expression& e, std::span<const std::optional<Expression>> fields) {
    return Rebuild([&](const Expression& input) {
        if (!is_leaf(input)) return input;
        const auto& leaf = input.leaf();
        const auto unknown = static_cast<std::size_t>(leaf.unknown);
        if (unknown >= fields.size() || !fields[unknown]) return input;
        if (leaf.nonlocal != Nonlocal::none)
            throw Error("a nonlocal operator of a given expression can't be written as an expression",
                        "solve such a problem without a symbolic reference");
        return derivative(*fields[unknown], leaf.derivative);
    })(e);
}

Expression simplify(const Expression& e) {
    return Rebuild([](const Expression& input) { return input; })(e);
}

std::vector<Leaf> leaves(const Expression& e) {
    std::set<const void*> seen;
    std::set<Leaf> known;
    std::vector<Leaf> list;
    walk(e, seen, [&](const Expression& node) {
        if (is_leaf(node) && known.insert(node.leaf()).second) list.push_back(node.leaf());
    });
    return list;
}

std::vector<int> coordinates_of(const Expression& e) {
    std::set<const void*> seen;
    std::set<int> known;
    walk(e, seen, [&](const Expression& node) {
        if (node.op() == Op::input && node.input() == Input::coordinate) known.insert(node.index());
    });
    return {known.begin(), known.end()};
}

std::size_t distinct_nodes(const Expression& e) {
    std::set<const void*> seen;
    walk(e, seen, [](const Expression&) {});
    return seen.size();
}

LinearPart linear_part(const Expression& e) {
    if (e.tree_size() > static_cast<double>(most_nodes)) return {{}, e};
    std::vector<std::pair<double, Expression>> terms;
    collect(e, 1, terms);
    std::set<Leaf> elsewhere;
    for (const auto& [factor, term] : terms)
        if (!is_leaf(term))
            for (auto& leaf : leaves(term)) elsewhere.insert(std::move(leaf));
    LinearPart part;
    for (const auto& [factor, term] : terms) {
        if (!is_leaf(term) || elsewhere.contains(term.leaf())) {
            part.rest = part.rest + Expression(factor) * term;
            continue;
        }
        const auto same = std::find_if(part.terms.begin(), part.terms.end(),
                                       [&leaf = term.leaf()](const auto& known) { return known.first == leaf; });
        if (same == part.terms.end())
            part.terms.emplace_back(term.leaf(), factor);
        else
            same->second += factor;
    }
    std::erase_if(part.terms, [](const auto& term) { return term.second == 0; });
    return part;
}

} // namespace orrery::pinn
