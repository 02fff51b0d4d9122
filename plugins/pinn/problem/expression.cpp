// SPDX-License-Identifier: BSD-3-Clause
#include "plugins/pinn/problem/expression.h"

#include "gpu/jet/interpret.h"

#include <algorithm>
#include <cmath>
#include <numeric>
#include <set>

namespace orrery::pinn {

using jet::Op;

struct Expression::Node {
    Op op = Op::constant;
    Input input = Input::coordinate;
    int index = 0;
    double value = 0;
    Leaf leaf;
    Expression a, b; // of a leaf of the tree: empty
    int depth = 1;
    double size = 1;
    std::size_t hash = 0;
};

namespace {

std::size_t mixed(std::size_t seed, std::size_t value) {
    return (seed ^ (value + 0x9e3779b97f4a7c15ULL + (seed << 6) + (seed >> 2))) * 0xff51afd7ed558ccdULL;
}

// A product's numeric factor and the rest of it.
std::pair<double, Expression> factored(const Expression& e) {
    if (e.op() == Op::multiply && e.left().is_number()) return {e.left().value(), e.right()};
    if (e.op() == Op::negate) {
        const auto [factor, rest] = factored(e.left());
        return {-factor, rest};
    }
    return {1, e};
}

} // namespace

int Leaf::order() const { return std::accumulate(derivative.begin(), derivative.end(), 0); }

Expression::Expression(double value) {
    // An empty node stands for 0, so that a node can hold expressions.
    if (value == 0) return;
    auto node = std::make_shared<Node>();
    node->value = value;
    node->hash = mixed(1, std::hash<double>{}(value));
    node_ = std::move(node);
}

Expression Expression::coordinate(int index) {
    auto node = std::make_shared<Node>();
    node->op = Op::input;
    node->index = index;
    node->hash = mixed(2, static_cast<std::size_t>(index));
    return Expression(std::move(node));
}

Expression Expression::extra(int index) {
    auto node = std::make_shared<Node>();
    node->op = Op::input;
    node->input = Input::extra;
    node->index = index;
    node->hash = mixed(3, static_cast<std::size_t>(index));
    return Expression(std::move(node));
}

Expression Expression::leaf(Leaf leaf) {
    auto node = std::make_shared<Node>();
    node->op = Op::input;
    node->input = Input::leaf;
    node->hash = mixed(mixed(4, static_cast<std::size_t>(leaf.unknown)), static_cast<std::size_t>(leaf.nonlocal));
    for (const int order : leaf.derivative) node->hash = mixed(node->hash, static_cast<std::size_t>(order));
    node->leaf = std::move(leaf);
    return Expression(std::move(node));
}

Expression Expression::make(Op op, const Expression& a, const Expression& b) {
    auto node = std::make_shared<Node>();
    node->op = op;
    node->a = a;
    node->b = b;
    node->depth = 1 + std::max(a.depth(), b.depth());
    node->size = 1 + a.tree_size() + (jet::takes_two(op) ? b.tree_size() : 0);
    const auto hash_of = [](const Expression& e) { return e.node_ ? e.node_->hash : 0; };
    node->hash = mixed(mixed(5 + static_cast<std::size_t>(op), hash_of(a)), hash_of(b));
    return Expression(std::move(node));
}

Op Expression::op() const { return node_ ? node_->op : Op::constant; }
double Expression::value() const { return node_ ? node_->value : 0; }
Expression::Input Expression::input() const { return node_->input; }
int Expression::index() const { return node_->index; }
const Leaf& Expression::leaf() const { return node_->leaf; }
const Expression& Expression::left() const { return node_->a; }
const Expression& Expression::right() const { return node_->b; }
int Expression::depth() const { return node_ ? node_->depth : 1; }
double Expression::tree_size() const { return node_ ? node_->size : 1; }

namespace {

// Pairs already found equal are not compared again: trees that share nodes may be astronomically large.
bool equal(const Expression& a, const Expression& b, std::set<std::pair<const void*, const void*>>& known) {
    if (a.identity() == b.identity()) return true;
    if (a.op() != b.op()) return false;
    if (a.op() == Op::constant) return a.value() == b.value();
    if (a.op() == Op::input)
        return a.input() == b.input() &&
               (a.input() == Expression::Input::leaf ? a.leaf() == b.leaf() : a.index() == b.index());
    if (a.depth() != b.depth() || a.tree_size() != b.tree_size()) return false;
    if (!known.insert({a.identity(), b.identity()}).second) return true;
    return equal(a.left(), b.left(), known) && equal(a.right(), b.right(), known);
}

} // namespace

bool operator==(const Expression& a, const Expression& b) {
    if (a.node_ && b.node_ && a.node_->hash != b.node_->hash) return false;
    std::set<std::pair<const void*, const void*>> known;
    return equal(a, b, known);
}

Expression operator+(const Expression& a, const Expression& b) {
    if (a.is(0)) return b;
    if (b.is(0)) return a;
    if (a.is_number() && b.is_number() && std::isfinite(a.value() + b.value())) return a.value() + b.value();
    if (b.op() == Op::negate) return a - b.left();
    if (const auto [factor, rest] = factored(b); factor < 0 && !b.is_number()) return a - (-factor) * rest;
    if (b.is_number() && b.value() < 0) return Expression::make(Op::subtract, a, -b.value());
    return Expression::make(Op::add, a, b);
}

Expression operator-(const Expression& a, const Expression& b) {
    if (b.is(0)) return a;
    if (a.is(0)) return -b;
    if (a.is_number() && b.is_number() && std::isfinite(a.value() - b.value())) return a.value() - b.value();
    if (a == b) return 0;
    if (b.op() == Op::negate) return a + b.left();
    if (const auto [factor, rest] = factored(b); factor < 0 && !b.is_number()) return a + (-factor) * rest;
    if (b.is_number() && b.value() < 0) return Expression::make(Op::add, a, -b.value());
    return Expression::make(Op::subtract, a, b);
}

Expression operator-(const Expression& a) {
    if (a.is_number()) return -a.value();
    if (a.op() == Op::negate) return a.left();
    if (a.op() == Op::multiply && a.left().is_number()) return Expression(-a.left().value()) * a.right();
    return Expression::make(Op::negate, a, 0);
}

Expression operator*(const Expression& a, const Expression& b) {
    if (a.is(0) || b.is(0)) return 0;
    if (a.is_number() && b.is_number() && std::isfinite(a.value() * b.value())) return a.value() * b.value();
    if (a.is(1)) return b;
    if (b.is(1)) return a;
    if (a.is(-1)) return -b;
    if (b.is(-1)) return -a;
    // The numeric factor stands first: 2*(u*v), never (2*u)*v.
    if (b.is_number() && !a.is_number()) return b * a;
    const auto [factor_b, rest_b] = factored(b);
    if (a.is_number()) {
        if (factor_b != 1 && std::isfinite(a.value() * factor_b)) return Expression(a.value() * factor_b) * rest_b;
        return Expression::make(Op::multiply, a, b);
    }
    const auto [factor_a, rest_a] = factored(a);
    if ((factor_a != 1 || factor_b != 1) && std::isfinite(factor_a * factor_b))
        return Expression(factor_a * factor_b) * (rest_a * rest_b);
    return Expression::make(Op::multiply, a, b);
}

Expression operator/(const Expression& a, const Expression& b) {
    if (a.is(0) && !b.is(0)) return 0;
    if (b.is(1)) return a;
    if (a.is_number() && b.is_number() && std::isfinite(a.value() / b.value())) return a.value() / b.value();
    if (a.op() == Op::negate) return -(a.left() / b);
    return Expression::make(Op::divide, a, b);
}

Expression pow(const Expression& base, const Expression& exponent) {
    if (exponent.is(0)) return 1;
    if (exponent.is(1)) return base;
    if (base.is_number() && exponent.is_number()) {
        const double value = std::pow(base.value(), exponent.value());
        if (std::isfinite(value)) return value;
    }
    return Expression::make(Op::power, base, exponent);
}

Expression apply(Op function, const Expression& argument) {
    if (function == Op::negate) return -argument;
    if (argument.is_number()) {
        const double value = jet::value_of({function, 0, 0, 0}, argument.value(), 0);
        if (std::isfinite(value)) return value;
    }
    return Expression::make(function, argument, 0);
}

} // namespace orrery::pinn
