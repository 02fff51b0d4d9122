// SPDX-License-Identifier: BSD-3-Clause
#include "plugins/pinn/reference/solution.h"

#include "core/error.h"
#include "plugins/pinn/reference/burgers.h"
#include "plugins/pinn/reference/cavity.h"
#include "plugins/pinn/reference/sqg_solution.h"
#include "plugins/pinn/reference/standard_equations.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <cmath>
#include <numbers>
#include <stdexcept>

namespace orrery::pinn {

Points tensor_points(const std::vector<std::vector<double>>& axes) {
    std::size_t count = 1;
    for (const auto& axis : axes) count *= axis.size();
    Points points(axes.size(), std::vector<double>(count));
    std::size_t stride = count;
    for (std::size_t c = 0; c < axes.size() && count > 0; ++c) {
        stride /= axes[c].size();
        for (std::size_t i = 0; i < count; ++i) points[c][i] = axes[c][i / stride % axes[c].size()];
    }
    return points;
}

Solution::Solution(std::string description, std::vector<std::string> coordinates, std::vector<std::string> unknowns)
    : description_(std::move(description)), coordinates_(std::move(coordinates)), unknowns_(std::move(unknowns)) {}

void Solution::set_range(std::size_t coordinate, double low, double high) { ranges_[coordinate] = {low, high}; }

std::vector<double> Solution::values(const Points& points, std::size_t unknown) const {
    if (unknown >= unknowns_.size()) throw std::out_of_range(fmt::format("there is no unknown {}", unknown));
    if (points.size() != coordinates_.size()) {
        throw Error(fmt::format("The reference solution takes the coordinates {}, but the points have {}.",
                                fmt::join(coordinates_, ", "), points.size()));
    }
    bool beyond = false;
    for (std::size_t c = 0; c < points.size(); ++c) {
        if (points[c].size() != points[0].size()) {
            throw Error(fmt::format("There are {} values of {}, but {} of {}.", points[c].size(), coordinates_[c],
                                    points[0].size(), coordinates_[0]));
        }
        const auto range = ranges_.find(c);
        for (const double x : points[c]) {
            if (!std::isfinite(x)) throw Error(fmt::format("A point has {} = {}.", coordinates_[c], x));
            if (range == ranges_.end()) continue;
            const auto [low, high] = range->second;
            const double tolerance = 1e-12 * (high - low);
            if (x < low - tolerance || x > high + tolerance) {
                throw Error(fmt::format("The reference solution is known for {} in [{:.6g}, {:.6g}], not at {:.6g}.",
                                        coordinates_[c], low, high, x));
            }
            beyond = beyond || x < low || x > high;
        }
    }
    if (!beyond) return checked_values(points, unknown);
    Points clamped = points;
    for (const auto& [c, range] : ranges_) {
        for (double& x : clamped[c]) x = std::clamp(x, range.low, range.high);
    }
    return checked_values(clamped, unknown);
}

const std::map<std::string, Parameters>& computed_problems() {
    static const std::map<std::string, Parameters> problems = {
        {"burgers", {{"nu", 0.01 / std::numbers::pi}}},
        {"cavity", {{"nu", 0.01}}},
        {"allen-cahn", {{"diffusion", 1e-4}, {"reaction", 5}}},
        {"sqg", {{"kappa", 0.1}}},
        {"kdv", {{"delta", 0.022}}},
        {"kuramoto-sivashinsky", {{"alpha", 100.0 / 16}, {"beta", 100.0 / 256}, {"gamma", 100.0 / 65536}}},
    };
    return problems;
}

std::unique_ptr<Solution> reference_solution(const std::string& problem, const Parameters& parameters,
                                             double final_time) {
    const auto known = computed_problems().find(problem);
    if (known == computed_problems().end()) {
        std::vector<std::string> names;
        for (const auto& [name, defaults] : computed_problems()) names.push_back(name);
        throw Error(fmt::format("There is no computed reference for '{}'.", problem),
                    fmt::format("There are: {}.", fmt::join(names, ", ")), ExitCode::usage);
    }
    if (!(final_time > 0) || !std::isfinite(final_time)) {
        throw Error(fmt::format("A solution can't end at t = {}.", final_time), "Give a time above 0.",
                    ExitCode::usage);
    }
    Parameters all = known->second;
    for (const auto& [name, value] : parameters) {
        const auto place = all.find(name);
        if (place == all.end()) {
            std::vector<std::string> names;
            for (const auto& [accepted, ignored] : all) names.push_back(accepted);
            throw Error(fmt::format("The reference of '{}' has no parameter '{}'.", problem, name),
                        fmt::format("It has: {}.", fmt::join(names, ", ")), ExitCode::usage);
        }
        if (!std::isfinite(value)) {
            throw Error(fmt::format("The parameter {} of '{}' is {}.", name, problem, value), "Give a finite number.",
                        ExitCode::usage);
        }
        place->second = value;
    }
    if (problem == "burgers") return burgers_solution(all.at("nu"), final_time);
    if (problem == "sqg") return sqg_solution(all.at("kappa"), final_time);
    if (problem == "cavity") return cavity_solution(all.at("nu"));
    const StandardEquation standard =
        problem == "allen-cahn" ? allen_cahn_equation(all.at("diffusion"), all.at("reaction"))
        : problem == "kdv"      ? kdv_equation(all.at("delta"))
                                : kuramoto_sivashinsky_equation(all.at("alpha"), all.at("beta"), all.at("gamma"));
    return periodic_solution(standard.description, standard.equation, standard.resolution, final_time);
}

} // namespace orrery::pinn
