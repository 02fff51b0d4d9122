// SPDX-License-Identifier: BSD-3-Clause
// Problem files: what is accepted can be written and read again, and its conditions sorted into hard and soft.
#include "plugins/pinn/problem/ansatz.h"
#include "plugins/pinn/problem/problem_file.h"
#include "tests/fuzz/input_file.h"

using namespace orrery;

namespace {

bool is_small(const pinn::Problem& problem) {
    std::size_t nodes = 0;
    for (const auto& equation : problem.equations) nodes += distinct_nodes(equation.residual);
    for (const auto& condition : problem.conditions)
        for (const auto& statement : condition.statements)
            nodes += condition.faces.size() * distinct_nodes(statement.residual());
    return nodes < 300;
}

void check_text(const pinn::Expression& e, const pinn::Names& names) {
    if (e.tree_size() > 2000) return;
    const auto text = to_string(e, names);
    fuzz::expect(text.size() > pinn::longest_text || pinn::parse(text, names) == e,
                 "an expression is read as it was written");
}

} // namespace

FUZZ_TARGET(problem_file) {
    static const fuzz::InputFile file("problem.toml"); // its folder has no data
    const auto text = fuzz::text_of_bytes(bytes);
    Problems problems;
    const auto read = pinn::check_problem(text, file.folder(), "problem.toml", problems);
    fuzz::expect(read.has_value() == problems.empty(), "a problem file is refused with a reason");
    fuzz::expect_sentences(problems, 100 * bytes.size());
    if (!read) return;
    fuzz::accept();
    const auto& [problem, reference] = *read;
    fuzz::expect(!problem.unknowns.empty() && problem.equations.size() >= problem.unknowns.size(),
                 "a problem has an equation for each unknown");
    for (const auto& c : problem.coordinates) fuzz::expect(c.low < c.high, "a domain is not empty");
    for (const auto& equation : problem.equations) check_text(equation.residual, problem.names());
    const auto written = to_toml(problem, reference);
    const auto again = pinn::check_problem(written, file.folder(), "again", problems);
    fuzz::expect(again.has_value(), "a problem that is written can be read");
    fuzz::expect(to_toml(again->problem, again->reference) == written, "a problem is read as it was written");
    if (is_small(problem)) fuzz::taken(bytes, [&p = problem] { pinn::constrain(p); });
}
