// SPDX-License-Identifier: BSD-3-Clause
// Solutions of the standard problems, computed by other methods than networks, at any points of space and time.
#pragma once

#include <map>
#include <memory>
#include <string>
#include <vector>

namespace orrery::pinn {

// Coordinates of points, [coordinate][point], in the order of Solution::coordinates().
using Points = std::vector<std::vector<double>>;
// Every combination of the axes' values, the last axis fastest.
Points tensor_points(const std::vector<std::vector<double>>& axes);

// How far a solution is from the exact one, relative L2, and how that was estimated.
struct Accuracy {
    double relative_l2 = 0;
    std::string how;
};

class Solution {
public:
    virtual ~Solution() = default;
    const std::string& description() const { return description_; } // one line: equation, method, resolution
    const std::vector<std::string>& coordinates() const { return coordinates_; }
    const std::vector<std::string>& unknowns() const { return unknowns_; }
    const Accuracy& accuracy() const { return accuracy_; }

    // One value per point. Throws Error if the points have another number of coordinates, not equally many of each, or
    // one that isn't finite or lies where the solution is not known; std::out_of_range if there is no such unknown.
    std::vector<double> values(const Points& points, std::size_t unknown = 0) const;

protected:
    Solution(std::string description, std::vector<std::string> coordinates, std::vector<std::string> unknowns);
    void set_accuracy(Accuracy accuracy) { accuracy_ = std::move(accuracy); }
    // A coordinate is known in [low, high] only (a rounding error beyond counts as the end); else anywhere.
    void set_range(std::size_t coordinate, double low, double high);

private:
    virtual std::vector<double> checked_values(const Points& points, std::size_t unknown) const = 0;

    struct Range {
        double low, high;
    };
    std::string description_;
    std::vector<std::string> coordinates_, unknowns_;
    std::map<std::size_t, Range> ranges_;
    Accuracy accuracy_;
};

using Parameters = std::map<std::string, double>;

// Problems that reference_solution knows, with all their parameters and defaults:
//   burgers               u_t + u u_x = nu u_xx,                   u(x, 0) = -sin(pi x),         on [-1, 1]
//   allen-cahn            u_t = diffusion u_xx + reaction (u - u^3),  x^2 cos(pi x),             periodic on [-1, 1]
//   kdv                   u_t + u u_x + delta^2 u_xxx = 0,             cos(pi x),                periodic on [-1, 1]
//   kuramoto-sivashinsky  u_t + alpha u u_x + beta u_xx + gamma u_xxxx = 0, cos x (1 + sin x),   periodic on [0, 2 pi]
//   sqg                   theta_t + u . grad theta + kappa Lambda theta = 0 (sqg_solver.h), sin x sin y + cos y
//   cavity                u . grad u + grad p = nu Laplacian u, div u = 0, u = 16 x^2 (1 - x)^2 on y = 1, else at rest
const std::map<std::string, Parameters>& computed_problems();

// The solution up to `final_time` (of no meaning for cavity). Parameters that are not given have their defaults. Takes
// up to a few seconds. Throws Error if there is no such problem or parameter, a value is out of range, or the solution
// can't be resolved.
std::unique_ptr<Solution> reference_solution(const std::string& problem, const Parameters& parameters = {},
                                             double final_time = 1);

} // namespace orrery::pinn
