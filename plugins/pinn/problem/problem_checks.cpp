// SPDX-License-Identifier: BSD-3-Clause
#include "plugins/pinn/problem/problem_checks.h"

#include <fmt/format.h>

#include <algorithm>

namespace orrery::pinn {

namespace {

bool speaks_of(const Statement& statement, int unknown) {
    const auto list = leaves(statement.residual());
    return std::any_of(list.begin(), list.end(), [&](const Leaf& leaf) { return leaf.unknown == unknown; });
}

bool is_measured(const Problem& problem, int unknown) {
    return std::any_of(problem.conditions.begin(), problem.conditions.end(), [&](const Condition& c) {
        return c.data && std::count(c.data->unknowns.begin(), c.data->unknowns.end(), unknown);
    });
}

// Statements about the unknown at the coordinate's ends; `low_only`: at the lower one.
int statements_at(const Problem& problem, int unknown, int coordinate, bool low_only) {
    int count = 0;
    for (const auto& condition : problem.conditions)
        for (const auto& face : condition.faces)
            if (face.coordinate == coordinate && !(low_only && face.high))
                for (const auto& statement : condition.statements) count += speaks_of(statement, unknown) ? 1 : 0;
    return count;
}

void check_time(const Problem& problem, int unknown, std::vector<std::string>& sentences) {
    const auto time = problem.time();
    if (!time) return;
    const int order = std::min(highest_order_of(problem, unknown, *time), 2);
    const int given = statements_at(problem, unknown, *time, true);
    if (given >= order || is_measured(problem, unknown)) return;
    const auto& name = problem.unknowns[static_cast<std::size_t>(unknown)];
    const double start = problem.coordinates[static_cast<std::size_t>(*time)].low;
    if (given == 0)
        sentences.push_back(fmt::format("'{0}' has no initial condition, but a derivative in time; add to [conditions] "
                                        "start = {{ at = \"t = {1}\", {0} = \"...\" }}",
                                        name, start));
    else
        sentences.push_back(
            fmt::format("'{0}' has a second derivative in time and one initial condition; it needs another, "
                        "for example start = {{ at = \"t = {1}\", {0} = \"...\", \"dt({0})\" = \"0\" }}",
                        name, start));
}

void check_space(const Problem& problem, int unknown, int coordinate, std::vector<std::string>& sentences) {
    const auto& c = problem.coordinates[static_cast<std::size_t>(coordinate)];
    if (c.periodic || c.name == "t" || highest_order_of(problem, unknown, coordinate) < 2) return;
    if (statements_at(problem, unknown, coordinate, false) > 0 || is_measured(problem, unknown)) return;
    const auto& name = problem.unknowns[static_cast<std::size_t>(unknown)];
    sentences.push_back(fmt::format(
        "'{0}' has a second derivative in {1}, but neither a boundary condition there nor periodicity; add to "
        "[conditions] "
        "ends = {{ at = [\"{1} = {2}\", \"{1} = {3}\"], {0} = \"...\" }}, or box = {{ periodic = \"{1}\" }}",
        name, c.name, c.low, c.high));
}

void check_periodic(const Problem& problem, std::vector<std::string>& sentences) {
    for (const auto& condition : problem.conditions)
        for (const auto& face : condition.faces)
            if (problem.is_periodic(face.coordinate))
                sentences.push_back(
                    fmt::format("the condition '{}' holds at an end of {}, which is periodic and has no end",
                                condition.name, problem.coordinates[static_cast<std::size_t>(face.coordinate)].name));
    for (const auto& condition : problem.conditions)
        for (const auto& statement : condition.statements)
            if (const auto list = leaves(statement.residual());
                std::any_of(list.begin(), list.end(), [](const Leaf& leaf) { return leaf.nonlocal != Nonlocal::none; }))
                sentences.push_back(fmt::format("the condition '{}' has riesz_x, riesz_y or half_laplacian, which need "
                                                "the whole torus; only equations can have them",
                                                condition.name));
    if (!is_nonlocal(problem)) return;
    const std::size_t space = problem.coordinates.size() - (problem.time() ? 1 : 0);
    if (space < 1 || space > 2)
        sentences.push_back(fmt::format("riesz_x, riesz_y and half_laplacian are computed in one or two coordinates of "
                                        "space, but there are {}",
                                        space));
    for (const auto& c : problem.coordinates)
        if (c.name != "t" && !c.periodic)
            sentences.push_back(
                fmt::format("riesz_x, riesz_y and half_laplacian are operators on the torus, but {0} is not "
                            "periodic; add to [conditions] torus = {{ periodic = \"{0}\" }}",
                            c.name));
    for (const auto& equation : problem.equations)
        for (const auto& leaf : leaves(equation.residual))
            for (const auto& [kind, name] : {std::pair{Nonlocal::riesz_x, "x"}, std::pair{Nonlocal::riesz_y, "y"}})
                if (leaf.nonlocal == kind && std::none_of(problem.coordinates.begin(), problem.coordinates.end(),
                                                          [n = name](const auto& c) { return c.name == n; }))
                    sentences.push_back(fmt::format("the equation '{}' has riesz_{}, but there is no coordinate {}",
                                                    equation.name, name, name));
}

void check_equations(const Problem& problem, std::vector<std::string>& sentences) {
    const auto wanted = problem.unknowns.size(), given = problem.equations.size();
    if (given < wanted)
        sentences.push_back(fmt::format("{} equation{} for {} unknowns; there must be at least as many equations",
                                        given, given == 1 ? "" : "s", wanted));
    for (std::size_t i = 0; i < wanted; ++i)
        if (std::none_of(problem.equations.begin(), problem.equations.end(), [&](const Equation& equation) {
                const auto list = leaves(equation.residual);
                return std::any_of(list.begin(), list.end(),
                                   [&](const Leaf& leaf) { return leaf.unknown == static_cast<int>(i); });
            }))
            sentences.push_back(fmt::format("the unknown '{}' appears in no equation", problem.unknowns[i]));
}

} // namespace

std::vector<std::string> missing_in(const Problem& problem) {
    std::vector<std::string> sentences;
    check_equations(problem, sentences);
    for (int unknown = 0; unknown < static_cast<int>(problem.unknowns.size()); ++unknown) {
        check_time(problem, unknown, sentences);
        for (int c = 0; c < static_cast<int>(problem.coordinates.size()); ++c)
            check_space(problem, unknown, c, sentences);
    }
    check_periodic(problem, sentences);
    return sentences;
}

std::vector<std::string> remarks_on(const Problem& problem) {
    std::vector<std::string> sentences;
    const auto fixes = [](const Expression& residual, int unknown) {
        const auto list = leaves(residual);
        return std::any_of(list.begin(), list.end(), [&](const Leaf& leaf) {
            return leaf.unknown == unknown && leaf.order() == 0 && leaf.nonlocal == Nonlocal::none;
        });
    };
    for (int unknown = 0; unknown < static_cast<int>(problem.unknowns.size()); ++unknown) {
        bool fixed = is_measured(problem, unknown);
        for (const auto& equation : problem.equations) fixed = fixed || fixes(equation.residual, unknown);
        for (const auto& condition : problem.conditions)
            for (const auto& statement : condition.statements) fixed = fixed || fixes(statement.residual(), unknown);
        for (int i = 0; i < static_cast<int>(problem.coordinates.size()); ++i) {
            const auto& c = problem.coordinates[static_cast<std::size_t>(i)];
            if (c.periodic || c.name == "t" || highest_order_of(problem, unknown, i) < 2) continue;
            if (statements_at(problem, unknown, i, false) == 1 && !is_measured(problem, unknown))
                sentences.push_back(fmt::format("'{0}' has a second derivative in {1} and one boundary condition "
                                                "there, where usually two are needed: at {1} = {2} and {1} = {3}.",
                                                problem.unknowns[static_cast<std::size_t>(unknown)], c.name, c.low,
                                                c.high));
        }
        if (!fixed)
            sentences.push_back(
                fmt::format("Only derivatives of '{0}' appear: it is determined up to a constant, which "
                            "a condition or a measurement of {0} would fix.",
                            problem.unknowns[static_cast<std::size_t>(unknown)]));
    }
    return sentences;
}

} // namespace orrery::pinn
