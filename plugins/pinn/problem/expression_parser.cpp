// SPDX-License-Identifier: BSD-3-Clause
// Recursive descent over the text of an expression.
#include "core/error.h"
#include "core/schema.h"
#include "plugins/pinn/problem/expression.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <charconv>
#include <numbers>

namespace orrery::pinn {

using jet::Op;

namespace {

bool is_letter(char c) { return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z'); }
bool is_digit(char c) { return c >= '0' && c <= '9'; }

template <class List>
auto position_in(const List& list, std::string_view text) {
    return std::find(list.begin(), list.end(), text) - list.begin();
}
bool among(const std::vector<std::string>& list, std::string_view text) {
    return std::find(list.begin(), list.end(), text) != list.end();
}

constexpr Op function_ops[] = {Op::sin, Op::cos, Op::tan, Op::exp, Op::log, Op::sqrt, Op::tanh, Op::abs, Op::erf};

std::string known_names(const Names& names) {
    std::vector<std::string> parts;
    if (!names.unknowns.empty()) parts.push_back(fmt::format("unknowns {}", fmt::join(names.unknowns, ", ")));
    if (!names.coordinates.empty()) parts.push_back(fmt::format("coordinates {}", fmt::join(names.coordinates, ", ")));
    std::vector<std::string> parameters;
    for (const auto& [name, value] : names.parameters) parameters.push_back(name);
    if (!parameters.empty()) parts.push_back(fmt::format("parameters {}", fmt::join(parameters, ", ")));
    parts.push_back(fmt::format("pi and the functions {}", fmt::join(functions(), ", ")));
    return fmt::format("{}", fmt::join(parts, "; "));
}

class Parser {
public:
    Parser(std::string_view text, const Names& names) : text_(text), names_(names) {}

    Expression whole() {
        if (text_.size() > longest_text)
            throw Error(
                fmt::format("the expression has {} characters; at most {} are read", text_.size(), longest_text),
                "name parts of it, or split the equation", ExitCode::usage);
        if (peek() == '\0' && at_end()) fail(0, "there is no expression");
        auto e = sum();
        if (!at_end()) unexpected();
        return e;
    }

private:
    // One more level of nesting while it lives.
    struct Level {
        explicit Level(Parser& parser) : parser_(parser) {
            if (++parser_.level_ > deepest)
                parser_.fail(parser_.at_, fmt::format("more than {} levels are nested inside each other", deepest));
        }
        ~Level() { --parser_.level_; }
        Level(const Level&) = delete;
        Level& operator=(const Level&) = delete;
        Parser& parser_;
    };

    [[noreturn]] void fail(std::size_t at, const std::string& what, std::string hint = {}) const {
        throw Error(fmt::format("column {}: {}", at + 1, what), std::move(hint), ExitCode::usage);
    }

    bool at_end() {
        while (at_ < text_.size() &&
               (text_[at_] == ' ' || text_[at_] == '\t' || text_[at_] == '\n' || text_[at_] == '\r'))
            ++at_;
        return at_ == text_.size();
    }
    char peek() { return at_end() ? '\0' : text_[at_]; }
    bool take(char c) {
        if (at_end() || text_[at_] != c) return false;
        ++at_;
        return true;
    }

    [[noreturn]] void unexpected() {
        if (at_end()) fail(at_, "the expression ends where a number, a name or '(' is needed");
        const char c = text_[at_];
        if (c == ')') fail(at_, "this ')' closes nothing: its '(' is missing");
        if (c == '=') fail(at_, "there is no '=' in an expression", "write what is zero: left - (right)");
        if (c == ',') fail(at_, "this ',' separates nothing");
        if (c == '*' && at_ > 0 && text_[at_ - 1] == '*') fail(at_, "'**' has no meaning", "powers are written with ^");
        if (is_letter(c) || is_digit(c) || c == '(')
            fail(at_, fmt::format("an operator is missing before '{}'", word_at(at_)), "products are written with *");
        if (c > ' ' && c < '\x7f') fail(at_, fmt::format("'{}' has no meaning here", c));
        fail(at_, "a character that has no meaning here");
    }
    std::string_view word_at(std::size_t from) const {
        std::size_t to = from + 1;
        while (to < text_.size() && to < from + 30 && (is_letter(text_[to]) || is_digit(text_[to]) || text_[to] == '_'))
            ++to;
        return text_.substr(from, to - from);
    }

    Expression sum() {
        const Level level(*this);
        auto e = product();
        for (;;) {
            if (take('+'))
                e = grown(e + product());
            else if (take('-'))
                e = grown(e - product());
            else
                return e;
        }
    }
    Expression product() {
        auto e = unary();
        for (;;) {
            if (take('*'))
                e = grown(e * unary());
            else if (take('/')) {
                const std::size_t at = at_;
                const auto by = unary();
                if (by.is(0)) fail(at, "this divides by zero");
                e = grown(e / by);
            } else
                return e;
        }
    }
    Expression unary() {
        const Level level(*this);
        if (take('-')) return -unary();
        if (take('+')) return unary();
        auto base = primary();
        if (!take('^')) return base;
        return grown(pow(base, unary()));
    }
    // A long sum is a deep tree; what walks over it does so by recursion.
    Expression grown(Expression e) {
        if (e.depth() > 5 * deepest)
            fail(at_, fmt::format("the expression has more than {} operations in a row", 5 * deepest));
        return e;
    }

    Expression primary() {
        if (peek() == '(' && !at_end()) {
            const std::size_t open = at_++;
            auto e = sum();
            close(open);
            return e;
        }
        if (at_end()) unexpected();
        if (is_digit(text_[at_]) || text_[at_] == '.') return number();
        if (is_letter(text_[at_])) return named();
        unexpected();
    }
    void close(std::size_t open) {
        if (take(')')) return;
        if (at_end()) fail(open, "this '(' is never closed: its ')' is missing");
        unexpected();
    }

    Expression number() {
        double value = 0;
        const auto [end, problem] = std::from_chars(text_.data() + at_, text_.data() + text_.size(), value);
        const auto length = static_cast<std::size_t>(end - (text_.data() + at_));
        if (problem == std::errc::result_out_of_range)
            fail(at_,
                 fmt::format("the number {} is out of range", text_.substr(at_, std::min<std::size_t>(length, 30))));
        if (problem != std::errc() || length == 0) fail(at_, "this is no number");
        at_ += length;
        if (at_ < text_.size() && text_[at_] == '.') fail(at_, "this is no number: it has two points");
        return value;
    }

    Expression named() {
        const std::size_t at = at_;
        while (at_ < text_.size() && (is_letter(text_[at_]) || is_digit(text_[at_]) || text_[at_] == '_')) ++at_;
        const auto name = text_.substr(at, at_ - at);
        if (peek() == '(') return call(at, name);
        if (name == "pi") return std::numbers::pi;
        if (const auto i = position_in(names_.coordinates, name); i < std::ssize(names_.coordinates))
            return Expression::coordinate(static_cast<int>(i));
        if (const auto i = position_in(names_.unknowns, name); i < std::ssize(names_.unknowns))
            return Expression::leaf({static_cast<int>(i), jet::Derivative(names_.coordinates.size())});
        for (const auto& [parameter, value] : names_.parameters)
            if (parameter == name) return value;
        if (among(functions(), name) || among(nonlocals(), name) || derivative_of_name(name, names_))
            fail(at, fmt::format("'{}' needs what it is taken of in parentheses", name));
        unknown_name(at, name, false);
    }
    [[noreturn]] void unknown_name(std::size_t at, std::string_view name, bool called) {
        std::vector<std::string> known = names_.unknowns;
        known.insert(known.end(), names_.coordinates.begin(), names_.coordinates.end());
        for (const auto& [parameter, value] : names_.parameters) known.push_back(parameter);
        if (called) known = functions(), known.insert(known.end(), nonlocals().begin(), nonlocals().end());
        const auto shown = name.substr(0, 60);
        const auto meant = did_you_mean(shown, known);
        fail(at, fmt::format("there is no {}'{}'{}; there are {}", called ? "function " : "", shown,
                             meant ? fmt::format("; did you mean '{}'?", *meant) : std::string(), known_names(names_)));
    }

    Expression call(std::size_t at, std::string_view name) {
        const bool local = among(functions(), name), nonlocal = among(nonlocals(), name);
        const auto by = derivative_of_name(name, names_);
        if (!local && !nonlocal && !by) not_callable(at, name);
        const std::size_t open = at_++;
        std::size_t count = 0;
        Expression argument;
        if (!take(')')) {
            do {
                argument = sum();
                ++count;
            } while (take(','));
            close(open);
        }
        if (count != 1) fail(at, fmt::format("{} takes 1 argument, not {}", name, count));
        if (local) return grown(apply(function_ops[position_in(functions(), name)], argument));
        if (nonlocal) return nonlocal_of(at, name, argument);
        for (const int coordinate : *by) argument = differentiated(at, argument, coordinate);
        return grown(argument);
    }
    [[noreturn]] void not_callable(std::size_t at, std::string_view name) {
        if (among(names_.unknowns, name) || among(names_.coordinates, name) || name == "pi")
            fail(at, fmt::format("'{}' is no function", name),
                 "products are written with *; conditions say where with 'at'");
        if (name.front() == 'd' && name.size() > 1 && name.size() < 12 && is_coordinate_name(name.substr(1, 1)) &&
            !did_you_mean(name, functions()))
            fail(at, fmt::format("there is no derivative '{}': the coordinates are {}", name,
                                 fmt::join(names_.coordinates, ", ")));
        unknown_name(at, name, true);
    }

    Expression nonlocal_of(std::size_t at, std::string_view name, const Expression& argument) {
        if (argument.op() != Op::input || argument.input() != Expression::Input::leaf ||
            argument.leaf().nonlocal != Nonlocal::none)
            fail(at, fmt::format("{} is taken of an unknown or of a derivative of one", name));
        Leaf leaf = argument.leaf();
        leaf.nonlocal = static_cast<Nonlocal>(1 + position_in(nonlocals(), name));
        return Expression::leaf(std::move(leaf));
    }
    Expression differentiated(std::size_t at, const Expression& e, int coordinate) {
        Expression result;
        try {
            result = derivative(e, coordinate);
        } catch (const Error& error) {
            fail(at, error.what(), error.hint());
        }
        for (const auto& leaf : leaves(result))
            if (leaf.order() > highest_order)
                fail(at, fmt::format("a derivative of order {}; the highest is {}", leaf.order(), highest_order));
        return result;
    }

    std::string_view text_;
    const Names& names_;
    std::size_t at_ = 0;
    int level_ = 0;
};

} // namespace

const std::vector<std::string>& functions() {
    static const std::vector<std::string> names = {"sin", "cos", "tan", "exp", "log", "sqrt", "tanh", "abs", "erf"};
    return names;
}

const std::vector<std::string>& nonlocals() {
    static const std::vector<std::string> names = {"riesz_x", "riesz_y", "half_laplacian"};
    return names;
}

bool is_coordinate_name(std::string_view text) {
    return !text.empty() && is_letter(text[0]) && std::all_of(text.begin() + 1, text.end(), is_digit);
}

std::string shortened(std::string_view text, std::size_t most) {
    if (text.size() <= most) return std::string(text);
    while (most > 0 && (static_cast<unsigned char>(text[most]) & 0xc0) == 0x80) --most;
    return std::string(text.substr(0, most)) + "...";
}

bool is_name(std::string_view text) {
    return !text.empty() && is_letter(text[0]) &&
           std::all_of(text.begin(), text.end(), [](char c) { return is_letter(c) || is_digit(c) || c == '_'; });
}

std::optional<std::vector<int>> derivative_of_name(std::string_view text, const Names& names) {
    if (text.size() < 2 || text[0] != 'd') return std::nullopt;
    std::vector<int> by;
    for (std::size_t at = 1; at < text.size();) {
        std::size_t end = at + 1;
        while (end < text.size() && is_digit(text[end])) ++end;
        const auto i = position_in(names.coordinates, text.substr(at, end - at));
        if (i == std::ssize(names.coordinates)) return std::nullopt;
        by.push_back(static_cast<int>(i));
        at = end;
    }
    return by;
}

Expression parse(std::string_view text, const Names& names) { return Parser(text, names).whole(); }

} // namespace orrery::pinn
