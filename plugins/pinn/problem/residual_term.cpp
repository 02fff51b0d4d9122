// SPDX-License-Identifier: BSD-3-Clause
#include "plugins/pinn/problem/residual_term.h"

#include "core/error.h"

#include <algorithm>
#include <cmath>
#include <set>

namespace orrery::pinn {

namespace {

std::vector<Leaf> leaves_of(std::span<const Expression> expressions) {
    std::vector<Leaf> list;
    std::set<Leaf> known;
    for (const auto& e : expressions)
        for (auto& leaf : leaves(e))
            if (known.insert(leaf).second) list.push_back(std::move(leaf));
    return list;
}

// The coordinate of a pure derivative of first or second order: what a collapsed channel can hold.
std::optional<std::size_t> pure_coordinate(const Leaf& leaf) {
    if (leaf.order() < 1 || leaf.order() > 2 || leaf.nonlocal != Nonlocal::none) return std::nullopt;
    for (std::size_t i = 0; i < leaf.derivative.size(); ++i)
        if (leaf.derivative[i] == leaf.order()) return i;
    return std::nullopt;
}

std::size_t direction_of(const jet::Channels& channels, std::size_t coordinate) {
    for (std::size_t j = 0; j < channels.directions.size(); ++j) {
        const auto& v = channels.directions[j].vector;
        bool is_unit = true;
        for (std::size_t i = 0; i < v.size(); ++i) is_unit = is_unit && v[i] == (i == coordinate ? 1 : 0);
        if (is_unit) return j;
    }
    throw Error("The plan of the derivatives lacks a direction along a coordinate.");
}

// sum_i first[i] d_i + second[i] d_ii over the coordinates, scaled so that its first factor is 1.
struct Combination {
    std::vector<double> first, second;
    auto operator<=>(const Combination&) const = default;
};

// Which derivatives are carried by themselves, and which combinations of the others. Residuals speak of a combination
// of an unknown as if it were another unknown.
class Collapse {
public:
    Collapse(std::span<const Expression> residuals, int unknowns, std::size_t coordinates)
        : unknowns_(unknowns), coordinates_(coordinates) {
        for (const auto& residual : residuals) parts_.push_back(linear_part(residual));
        find_carried();
        for (const auto& part : parts_) residuals_.push_back(collapsed(part));
    }

    const std::vector<Expression>& residuals() const { return residuals_; }
    const std::vector<Combination>& combinations() const { return combinations_; }
    // First derivatives that second ones inside a combination need.
    std::vector<jet::Derivative> needed() const {
        std::vector<jet::Derivative> list;
        for (std::size_t i = 0; i < coordinates_; ++i) {
            if (std::none_of(combinations_.begin(), combinations_.end(),
                             [&](const auto& c) { return c.second[i] != 0; }))
                continue;
            list.emplace_back(coordinates_);
            list.back()[i] = 1;
        }
        return list;
    }
    // The combination that an unknown's index stands for.
    std::optional<std::size_t> combination_of(int unknown) const {
        if (unknown < unknowns_) return std::nullopt;
        return static_cast<std::size_t>(unknown / unknowns_ - 1);
    }

private:
    // Up to which order each coordinate's own derivatives are there anyway.
    void find_carried() {
        carried_.assign(coordinates_, 0);
        const auto carry = [&](const Leaf& leaf) {
            if (leaf.order() == 0) return;
            const auto pure = pure_coordinate(leaf);
            for (std::size_t i = 0; i < coordinates_; ++i)
                if (leaf.derivative[i] > 0)
                    carried_[i] = std::max(carried_[i], pure || leaf.derivative[i] == leaf.order() ? leaf.order() : 2);
        };
        for (const auto& part : parts_) {
            for (const auto& leaf : leaves(part.rest)) carry(leaf);
            for (const auto& [leaf, factor] : part.terms)
                if (!pure_coordinate(leaf)) carry(leaf);
        }
        for (const auto& part : parts_) // a second derivative inside a combination needs the first beside it
            for (const auto& [leaf, factor] : part.terms)
                if (const auto i = pure_coordinate(leaf); i && leaf.order() == 2)
                    carried_[*i] = std::max(carried_[*i], 1);
    }

    Expression collapsed(const LinearPart& part) {
        auto e = part.rest;
        for (int unknown = 0; unknown < unknowns_; ++unknown) {
            Combination sum{std::vector<double>(coordinates_), std::vector<double>(coordinates_)};
            std::vector<std::pair<Leaf, double>> inside;
            for (const auto& [leaf, factor] : part.terms) {
                if (leaf.unknown != unknown) continue;
                const auto i = pure_coordinate(leaf);
                if (!i || carried_[*i] >= leaf.order()) {
                    e = e + Expression(factor) * Expression::leaf(leaf);
                    continue;
                }
                (leaf.order() == 1 ? sum.first : sum.second)[*i] = factor;
                inside.emplace_back(leaf, factor);
            }
            if (inside.empty()) continue;
            const double scale = inside.front().second;
            for (auto* factors : {&sum.first, &sum.second})
                for (double& factor : *factors) factor /= scale;
            e = e + Expression(scale) * stand_in(sum, unknown);
        }
        return e;
    }
    Expression stand_in(const Combination& sum, int unknown) {
        const auto same = std::find(combinations_.begin(), combinations_.end(), sum);
        const auto index = static_cast<int>(same - combinations_.begin());
        if (same == combinations_.end()) combinations_.push_back(sum);
        return Expression::leaf({(index + 1) * unknowns_ + unknown, jet::Derivative(coordinates_)});
    }

    int unknowns_;
    std::size_t coordinates_;
    std::vector<LinearPart> parts_;
    std::vector<int> carried_; // [coordinates]
    std::vector<Combination> combinations_;
    std::vector<Expression> residuals_;
};

std::vector<jet::Derivative> derivatives_of(const std::vector<Leaf>& list) {
    std::vector<jet::Derivative> derivatives;
    for (const auto& leaf : list) derivatives.push_back(leaf.derivative);
    return derivatives;
}

jet::Term plain_term(std::span<const Expression> residuals, int coordinates, int extra) {
    auto compiled = compile(residuals, coordinates, extra);
    const auto plan = jet::plan(coordinates, derivatives_of(compiled.leaves));
    jet::Term term;
    term.channels = plan.channels;
    for (std::size_t k = 0; k < compiled.leaves.size(); ++k)
        term.variables.push_back({compiled.leaves[k].unknown, plan.rows[k]});
    term.program = std::move(compiled.program);
    return term;
}

jet::Term collapsed_term(std::span<const Expression> residuals, int unknowns, int coordinates, int extra) {
    const Collapse collapse(residuals, unknowns, static_cast<std::size_t>(coordinates));
    auto compiled = compile(collapse.residuals(), coordinates, extra);
    auto derivatives = derivatives_of(compiled.leaves);
    for (auto& derivative : collapse.needed()) derivatives.push_back(std::move(derivative));
    const auto plan = jet::plan(coordinates, derivatives);
    jet::Term term;
    term.channels = plan.channels;
    for (const auto& combination : collapse.combinations()) {
        jet::Collapsed channel{combination.first, std::vector<double>(plan.channels.directions.size())};
        for (std::size_t i = 0; i < combination.second.size(); ++i)
            if (combination.second[i] != 0) channel.second[direction_of(plan.channels, i)] = combination.second[i];
        term.channels.collapsed.push_back(std::move(channel));
    }
    const auto count = static_cast<std::size_t>(term.channels.count());
    for (std::size_t k = 0; k < compiled.leaves.size(); ++k) {
        const int unknown = compiled.leaves[k].unknown;
        auto row = plan.rows[k];
        row.resize(count);
        if (const auto combination = collapse.combination_of(unknown)) {
            std::fill(row.begin(), row.end(), 0.0);
            row[count - collapse.combinations().size() + *combination] = 1;
        }
        term.variables.push_back({unknown % unknowns, std::move(row)});
    }
    term.program = std::move(compiled.program);
    return term;
}

} // namespace

jet::Term residual_term(std::span<const Expression> residuals, int unknowns, int coordinates, int extra,
                        bool collapse) {
    for (const auto& leaf : leaves_of(residuals))
        if (leaf.nonlocal != Nonlocal::none)
            throw Error(
                "a nonlocal operator (riesz_x, riesz_y, half_laplacian) is no derivative at a point, so the jet "
                "engine can't compute it",
                "equations that have one are solved on a grid of the torus; conditions can't have any",
                ExitCode::usage);
    auto term = plain_term(residuals, coordinates, extra);
    if (collapse)
        if (auto other = collapsed_term(residuals, unknowns, coordinates, extra);
            other.channels.count() < term.channels.count())
            term = std::move(other);
    term.extra = extra;
    term.residuals = static_cast<int>(residuals.size());
    return term;
}

jet::Term tensor_term(std::span<const Expression> residuals, int coordinates, int extra) {
    auto compiled = compile(residuals, coordinates, extra);
    jet::Term term;
    for (const Leaf& leaf : compiled.leaves) term.variables.push_back({leaf.unknown, {0.0}, leaf.derivative});
    term.extra = extra;
    term.residuals = static_cast<int>(residuals.size());
    term.program = std::move(compiled.program);
    return term;
}

} // namespace orrery::pinn
