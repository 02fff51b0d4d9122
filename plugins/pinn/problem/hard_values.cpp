// SPDX-License-Identifier: BSD-3-Clause
#include "plugins/pinn/problem/hard_values.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <limits>
#include <span>

namespace orrery::pinn {

namespace {

constexpr double agreement = 1e-10;

double end_of(const Face& face, const Problem& problem) {
    const auto& c = problem.coordinates[static_cast<std::size_t>(face.coordinate)];
    return face.high ? c.high : c.low;
}

std::string place_of(const Face& face, const Problem& problem) {
    return fmt::format("{} = {}", problem.coordinates[static_cast<std::size_t>(face.coordinate)].name,
                       end_of(face, problem));
}

// A grid over the box, its ends included, with the coordinates of the faces held there: [coordinates][count].
std::vector<double> grid_on(std::span<const Face> faces, const Problem& problem, std::size_t& count) {
    const std::size_t coordinates = problem.coordinates.size(), side = 11;
    std::vector<std::vector<double>> axes;
    for (const auto& c : problem.coordinates) {
        axes.emplace_back();
        for (std::size_t i = 0; i < side; ++i)
            axes.back().push_back(c.low + (c.high - c.low) * static_cast<double>(i) / static_cast<double>(side - 1));
        axes.back().back() = c.high;
    }
    for (const auto& face : faces) axes[static_cast<std::size_t>(face.coordinate)] = {end_of(face, problem)};
    count = 1;
    for (const auto& axis : axes) count *= axis.size();
    std::vector<double> points(coordinates * count);
    for (std::size_t p = 0; p < count; ++p) {
        std::size_t rest = p;
        for (std::size_t c = 0; c < coordinates; ++c) {
            points[c * count + p] = axes[c][rest % axes[c].size()];
            rest /= axes[c].size();
        }
    }
    return points;
}

double largest_on(const Expression& e, std::span<const Face> faces, const Problem& problem) {
    std::size_t count = 0;
    const auto points = grid_on(faces, problem, count);
    double largest = 0;
    for (const double value :
         evaluate_at(std::span(&e, 1), static_cast<int>(problem.coordinates.size()), points, count))
        largest = std::isfinite(value) ? std::max(largest, std::fabs(value)) : std::numeric_limits<double>::infinity();
    return largest;
}

bool agree(const Expression& a, const Expression& b, std::span<const Face> faces, const Problem& problem) {
    return largest_on(a - b, faces, problem) <= agreement * std::max(1.0, largest_on(a, faces, problem));
}

// u = value or dt(u) = value, if that is what the statement says: factor * leaf + something free of unknowns = 0.
std::optional<HardValue> given_value(const Statement& statement, const Face& face, const Problem& problem) {
    const auto part = linear_part(statement.residual());
    if (part.terms.size() != 1 || !leaves(part.rest).empty()) return std::nullopt;
    const auto& [leaf, factor] = part.terms[0];
    jet::Derivative slope(problem.coordinates.size());
    slope[static_cast<std::size_t>(face.coordinate)] = 1;
    const bool is_slope = leaf.derivative == slope && face.coordinate == problem.time() && !face.high;
    if (leaf.nonlocal != Nonlocal::none || (leaf.order() > 0 && !is_slope)) return std::nullopt;
    HardValue value;
    value.unknown = leaf.unknown;
    value.face = face;
    value.is_slope = is_slope;
    value.value = substitute(-part.rest / factor, face.coordinate, end_of(face, problem));
    return value;
}

// D > 0 where an equation reads dt(u) - D d_ii(u) + ... with constant D, ... free of these two.
std::optional<double> diffusivity(const Problem& problem, int unknown, int coordinate) {
    if (!problem.time()) return std::nullopt;
    const auto size = problem.coordinates.size();
    jet::Derivative by_time(size), twice(size);
    by_time[static_cast<std::size_t>(*problem.time())] = 1;
    twice[static_cast<std::size_t>(coordinate)] = 2;
    for (const auto& equation : problem.equations) {
        std::optional<double> rate, diffusion;
        for (const auto& [leaf, factor] : linear_part(equation.residual).terms) {
            if (leaf.unknown != unknown || leaf.nonlocal != Nonlocal::none) continue;
            if (leaf.derivative == by_time) rate = factor;
            if (leaf.derivative == twice) diffusion = factor;
        }
        if (rate && diffusion && -*diffusion / *rate > 0) return -*diffusion / *rate;
    }
    return std::nullopt;
}

// A start in one periodic dimension whose slope alone jumps, under an equation of second order that smooths it.
std::optional<Seam> seam_of(const HardValue& value, const Problem& problem) {
    const auto time = problem.time();
    if (!time || value.face != Face{*time, false} || value.is_slope || problem.coordinates.size() != 2)
        return std::nullopt;
    const int i = 1 - *time;
    if (!problem.is_periodic(i) || highest_order_of(problem, value.unknown, i) != 2) return std::nullopt;
    const auto difference = [&](const Expression& e) {
        return substitute(e, i, end_of({i, false}, problem)) - substitute(e, i, end_of({i, true}, problem));
    };
    const auto gap = difference(value.value), jump = difference(derivative(value.value, i));
    const auto d = diffusivity(problem, value.unknown, i);
    if (!gap.is_number() || std::abs(gap.value()) > agreement || !jump.is_number() || !d) return std::nullopt;
    if (!std::isfinite(jump.value()) || std::abs(jump.value()) <= agreement) return std::nullopt;
    return Seam{i, jump.value(), *d};
}

// Why a network that is periodic couldn't take this value: the value or one of its derivatives jumps.
std::string jump_in(const HardValue& value, const Problem& problem) {
    for (int i = 0; i < static_cast<int>(problem.coordinates.size()); ++i) {
        if (!problem.is_periodic(i)) continue;
        const int orders = std::max(1, highest_order_of(problem, value.unknown, i));
        auto e = value.value;
        for (int k = 0; k < orders; ++k) {
            const Face low{i, false}, high{i, true};
            const auto at_low = substitute(e, i, end_of(low, problem)),
                       at_high = substitute(e, i, end_of(high, problem));
            const Face faces[] = {value.face, low};
            const auto& name = problem.coordinates[static_cast<std::size_t>(i)].name;
            if (!agree(at_low, at_high, faces, problem))
                return k == 0 ? fmt::format("it is not periodic in {}", name)
                              : fmt::format("its derivative of order {} in {} is not periodic", k, name);
            e = derivative(e, i);
        }
    }
    return {};
}

// Whether two values of one unknown agree where their faces meet; faces that don't meet agree.
bool agree(const HardValue& a, const HardValue& b, const Problem& problem) {
    if (a.face.coordinate == b.face.coordinate) return true;
    // Along the other's face the value must change as the slope says.
    auto left = a.value, right = b.value;
    if (a.is_slope && !b.is_slope) right = derivative(right, a.face.coordinate);
    if (b.is_slope && !a.is_slope) left = derivative(left, b.face.coordinate);
    const Face faces[] = {a.face, b.face};
    return agree(left, right, faces, problem);
}

struct Candidate {
    HardValue value;
    const Condition* condition = nullptr;
};

std::string why_not(const Candidate& candidate, const std::vector<Candidate>& accepted, const Problem& problem) {
    const auto& value = candidate.value;
    const Face faces[] = {value.face};
    if (!std::isfinite(largest_on(value.value, faces, problem))) return "it is not finite everywhere there";
    if (auto jump = jump_in(value, problem); !jump.empty() && !value.seam) return jump;
    bool has_value = false;
    for (const auto& [other, condition] : accepted) {
        if (other.unknown != value.unknown) continue;
        if (other.face == value.face && other.is_slope == value.is_slope)
            return fmt::format("'{}' has said it already", condition->name);
        has_value = has_value || (other.face == value.face && !other.is_slope);
        if (!agree(value, other, problem))
            return fmt::format("it disagrees with '{}' where {} meets {}", condition->name,
                               place_of(value.face, problem), place_of(other.face, problem));
    }
    return value.is_slope && !has_value ? "the value itself is not hard there" : "";
}

} // namespace

double largest_on(const Expression& e, const Face& face, const Problem& problem) {
    return largest_on(e, std::span(&face, 1), problem);
}

std::vector<HardValue> hard_values(const Problem& problem, std::vector<std::string>& notes) {
    std::vector<Candidate> candidates, accepted;
    for (std::size_t c = 0; c < problem.conditions.size(); ++c) {
        const auto& condition = problem.conditions[c];
        for (std::size_t s = 0; s < condition.statements.size(); ++s)
            for (const auto& face : condition.faces) {
                auto value = given_value(condition.statements[s], face, problem);
                if (value && condition.hard.value_or(true)) {
                    value->condition = c;
                    value->statement = s;
                    value->seam = seam_of(*value, problem);
                    candidates.push_back({std::move(*value), &condition});
                } else if (condition.hard == true) {
                    notes.push_back(
                        fmt::format("the condition '{}' at {} can't be hard, so it is part of the loss: only values "
                                    "of unknowns, and dt of them at the start, can",
                                    condition.name, place_of(face, problem)));
                }
            }
    }
    std::stable_partition(candidates.begin(), candidates.end(), [](const auto& one) { return !one.value.is_slope; });
    for (auto& candidate : candidates) {
        const auto why = why_not(candidate, accepted, problem);
        if (why.empty())
            accepted.push_back(std::move(candidate));
        else
            notes.push_back(
                fmt::format("the condition '{}' for {}{} at {} can't be hard, so it is part of the loss: {}",
                            candidate.condition->name, candidate.value.is_slope ? "dt of " : "",
                            problem.unknowns[static_cast<std::size_t>(candidate.value.unknown)],
                            place_of(candidate.value.face, problem), why));
    }
    std::vector<HardValue> values;
    for (auto& candidate : accepted) values.push_back(std::move(candidate.value));
    return values;
}

} // namespace orrery::pinn
