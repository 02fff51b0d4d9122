// SPDX-License-Identifier: BSD-3-Clause
#include "plugins/pinn/problem/problem.h"

#include <algorithm>

namespace orrery::pinn {

namespace {

template <class Use>
void for_each_leaf(const Problem& problem, Use use) {
    for (const auto& equation : problem.equations)
        for (const auto& leaf : leaves(equation.residual)) use(leaf);
}

} // namespace

Names Problem::names() const {
    Names names{{}, unknowns, parameters};
    for (const auto& coordinate : coordinates) names.coordinates.push_back(coordinate.name);
    return names;
}

std::optional<int> Problem::time() const {
    for (std::size_t i = 0; i < coordinates.size(); ++i)
        if (coordinates[i].name == "t") return static_cast<int>(i);
    return std::nullopt;
}

bool Reference::empty() const {
    return file.empty() &&
           std::none_of(expressions.begin(), expressions.end(), [](const auto& e) { return e.has_value(); });
}

int highest_order_of(const Problem& problem) {
    int highest = 0;
    for_each_leaf(problem, [&](const Leaf& leaf) { highest = std::max(highest, leaf.order()); });
    return highest;
}

int highest_order_of(const Problem& problem, int unknown, int coordinate) {
    int highest = 0;
    for_each_leaf(problem, [&](const Leaf& leaf) {
        if (leaf.unknown == unknown) highest = std::max(highest, leaf.derivative[static_cast<std::size_t>(coordinate)]);
    });
    return highest;
}

bool is_nonlocal(const Problem& problem) {
    bool found = false;
    for_each_leaf(problem, [&](const Leaf& leaf) { found = found || leaf.nonlocal != Nonlocal::none; });
    return found;
}

} // namespace orrery::pinn
