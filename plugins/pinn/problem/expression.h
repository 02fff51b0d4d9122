// SPDX-License-Identifier: BSD-3-Clause
// Expressions in coordinates, unknowns and their derivatives: what equations, conditions and exact solutions are.
#pragma once
#include "gpu/jet/network.h"
#include "gpu/jet/program.h"

#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace orrery::pinn {

// Operators on the torus, taken of an unknown: symbols i k_x / |k|, i k_y / |k| and |k|.
enum class Nonlocal : std::uint8_t { none, riesz_x, riesz_y, half_laplacian };

// An unknown or a derivative of it, possibly under a nonlocal operator (they commute): what a network must give.
struct Leaf {
    int unknown = 0;
    jet::Derivative derivative; // order in each coordinate
    Nonlocal nonlocal = Nonlocal::none;
    int order() const;
    auto operator<=>(const Leaf&) const = default;
};

// An immutable tree (nodes are shared, so a copy costs nothing). The operators below fold numbers and drop terms and
// factors that are 0 or 1, so that every expression is as simple as its construction allows.
class Expression {
public:
    enum class Input : std::uint8_t { coordinate, extra, leaf };

    Expression(double value = 0); // NOLINT: numbers are expressions
    static Expression coordinate(int index);
    static Expression extra(int index); // a number given with each point, for example a measurement
    static Expression leaf(Leaf leaf);

    // constant, input, an operation of two, or a function of one (negate, sin, ...). Never integer_power.
    jet::Op op() const;
    double value() const;            // of a constant
    Input input() const;             // of an input: which kind,
    int index() const;               // which coordinate or extra number,
    const Leaf& leaf() const;        // which leaf
    const Expression& left() const;  // operand or argument
    const Expression& right() const; // second operand
    bool is_number() const { return op() == jet::Op::constant; }
    bool is(double number) const { return is_number() && value() == number; }
    int depth() const;        // of the tree
    double tree_size() const; // nodes, shared ones counted each time; may be astronomical
    const void* identity() const { return node_.get(); }

    friend bool operator==(const Expression& a, const Expression& b);

    struct Node;

private:
    explicit Expression(std::shared_ptr<const Node> node) : node_(std::move(node)) {}
    static Expression make(jet::Op op, const Expression& a, const Expression& b);
    std::shared_ptr<const Node> node_;

    friend Expression operator+(const Expression& a, const Expression& b);
    friend Expression operator-(const Expression& a, const Expression& b);
    friend Expression operator*(const Expression& a, const Expression& b);
    friend Expression operator/(const Expression& a, const Expression& b);
    friend Expression operator-(const Expression& a);
    friend Expression pow(const Expression& base, const Expression& exponent);
    friend Expression apply(jet::Op function, const Expression& argument);
};

Expression operator+(const Expression& a, const Expression& b);
Expression operator-(const Expression& a, const Expression& b);
Expression operator*(const Expression& a, const Expression& b);
Expression operator/(const Expression& a, const Expression& b);
Expression operator-(const Expression& a);
Expression pow(const Expression& base, const Expression& exponent);
Expression apply(jet::Op function, const Expression& argument); // sin ... abs, negate

// What an expression may speak of. Coordinates are named by a letter, then digits (x, t, x1), so that dxxt can be read.
struct Names {
    std::vector<std::string> coordinates, unknowns;
    std::vector<std::pair<std::string, double>> parameters;
};

constexpr int highest_order = 8;             // of a derivative that can be written
constexpr std::size_t longest_text = 10'000; // of one expression, bytes
constexpr std::size_t most_nodes = 50'000;   // of an expression with its derivatives written out
constexpr int deepest = 200;                 // parentheses and operators inside each other
const std::vector<std::string>& functions(); // sin cos tan exp log sqrt tanh abs erf
const std::vector<std::string>& nonlocals(); // riesz_x riesz_y half_laplacian
bool is_coordinate_name(std::string_view text);
// As it is quoted in a message: cut, at the end of a character, where it is longer.
std::string shortened(std::string_view text, std::size_t most = 80);
bool is_name(std::string_view text); // a letter, then letters, digits and _
// The coordinates of a derivative's name (dxxt: x, x, t); nothing if it is none.
std::optional<std::vector<int>> derivative_of_name(std::string_view text, const Names& names);

// Reads + - * / ^ (right-associative; -x^2 = -(x^2)), parentheses, numbers, pi, functions(), nonlocals() of an unknown,
// names, and derivatives dt(...), dxx(...), dxy(...) of any expression, which are carried out at once until only
// derivatives of unknowns remain. Throws Error (usage) with the column.
Expression parse(std::string_view text, const Names& names);
// A text that parse() reads as an equal expression. Throws Error if it would be longer than a million characters.
std::string to_string(const Expression& e, const Names& names);

// Partial derivative. Throws Error if the result has more than most_nodes nodes.
Expression derivative(const Expression& e, int coordinate);
Expression derivative(const Expression& e, const jet::Derivative& orders);
// The coordinate replaced by an expression. Leaves stay as they are: they are numbers given at a point.
Expression substitute(const Expression& e, int coordinate, const Expression& by);
// Unknowns replaced by expressions in the coordinates, their derivatives carried out; those without one (nullopt) stay.
// Throws Error for a nonlocal operator of a replaced unknown.
Expression with_unknowns(const Expression& e, std::span<const std::optional<Expression>> fields);
// Constructed anew from its leaves up, so that everything that can be folded is.
Expression simplify(const Expression& e);

std::vector<Leaf> leaves(const Expression& e);        // in order of first appearance, each once
std::vector<int> coordinates_of(const Expression& e); // ascending
std::size_t distinct_nodes(const Expression& e);

// At one point. `leaf` gives the leaves' values, if there are any.
double evaluate(const Expression& e, std::span<const double> coordinates,
                const std::function<double(const Leaf&)>& leaf = {}, std::span<const double> extra = {});

// e = sum_k terms[k].second * terms[k].first + rest. The terms are the leaves that appear in e with constant factors
// alone, each once; rest holds none of them.
struct LinearPart {
    std::vector<std::pair<Leaf, double>> terms;
    Expression rest;
};
LinearPart linear_part(const Expression& e);

// Straight-line code that shares common subexpressions. Inputs: coordinates, extra numbers, leaves, which come in the
// order `first`, then in the order of appearance.
struct Compiled {
    jet::Program program;
    std::vector<Leaf> leaves;
};
Compiled compile(std::span<const Expression> outputs, int coordinates, int extra = 0, std::vector<Leaf> first = {});

// The program in float64 at many points: inputs [inputs][count] -> [outputs][count].
std::vector<double> run(const jet::Program& program, std::span<const double> inputs, std::size_t count);
// Expressions without leaves at many points: coordinates [coordinates][count] -> [expressions][count].
std::vector<double> evaluate_at(std::span<const Expression> expressions, int coordinates,
                                std::span<const double> points, std::size_t count);

} // namespace orrery::pinn
