// SPDX-License-Identifier: BSD-3-Clause
// Solutions of periodic equations in space and time, kept in panels and interpolated.
#include "core/error.h"
#include "plugins/pinn/reference/lagrange.h"
#include "plugins/pinn/reference/periodic_solver.h"

#include <fmt/format.h>

#include <cmath>

namespace orrery::pinn {
namespace {

constexpr double tail_limit = 1e-6; // of the modes, above which nothing is resolved

class PeriodicSolution final : public Solution {
public:
    PeriodicSolution(const std::string& description, PeriodicEquation equation, const PeriodicResolution& resolution,
                     double final_time)
        : Solution(fmt::format("{}: Fourier with {} modes, ETDRK4 in steps of {:.3g}", description,
                               2 * ((resolution.n + 2) / 3) - 1, resolution.step),
                   {"x", "t"}, {"u"}),
          equation_(std::move(equation)) {
        set_range(1, 0, final_time);
        PeriodicSolver solver(equation_, resolution.n);
        points_ = 2 * resolution.n;
        panels_ = panels_up_to(final_time, resolution.first_panel, resolution.longest_panel);
        for (const TimePanel& panel : panels_) march(solver, panel.length, resolution.step);
        if (solver.tail() > tail_limit) {
            throw Error(fmt::format("{} modes don't resolve the reference solution: their outer part is {:.2g} of it.",
                                    resolution.n / 3, solver.tail()),
                        "Its parameters are beyond what the reference solver resolves.");
        }
    }

    void compare(const PeriodicSolution& coarse, double final_time) {
        std::vector<double> x, t;
        for (int i = 0; i < 400; ++i) x.push_back(equation_.low + equation_.period * (i + 0.37) / 400);
        for (int j = 0; j < 40; ++j) t.push_back(final_time * std::pow((j + 0.63) / 40, 2));
        const Points points = tensor_points({x, t});
        const std::vector<double> fine = values(points), other = coarse.values(points);
        double difference = 0, sum = 0;
        for (std::size_t i = 0; i < fine.size(); ++i) {
            difference += (fine[i] - other[i]) * (fine[i] - other[i]);
            sum += fine[i] * fine[i];
        }
        set_accuracy({std::sqrt(difference / sum), "difference from 3/4 of the modes and twice the step in time, at "
                                                   "16,000 points, denser at early times"});
    }

private:
    void march(PeriodicSolver& solver, double length, double step) {
        fields_.push_back({solver.field(points_)});
        for (std::size_t j = 0; j + 1 < TimePanel::nodes; ++j) {
            solver.advance(length * TimePanel::gap(j), step);
            fields_.back().push_back(solver.field(points_));
        }
    }

    std::vector<double> checked_values(const Points& points, std::size_t) const override {
        std::vector<double> values(points[0].size());
        for (std::size_t i = 0; i < values.size(); ++i) values[i] = value(points[0][i], points[1][i]);
        return values;
    }

    double value(double x, double t) const {
        if (t <= 0) return equation_.initial(x);
        const std::size_t panel = panel_of(panels_, t);
        const auto in_time = panels_[panel].weights(t);
        const Neighbours near((x - equation_.low) / equation_.period, points_);
        double sum = 0;
        for (std::size_t m = 0; m < Neighbours::nodes; ++m) {
            double u = 0;
            for (std::size_t j = 0; j < TimePanel::nodes; ++j) u += in_time[j] * fields_[panel][j][near.index[m]];
            sum += near.weight[m] * u;
        }
        return sum;
    }

    PeriodicEquation equation_;
    std::int64_t points_ = 0;
    std::vector<TimePanel> panels_;
    std::vector<std::vector<std::vector<double>>> fields_; // [panel][node][point]
};

} // namespace

std::unique_ptr<Solution> periodic_solution(const std::string& description, const PeriodicEquation& equation,
                                            const PeriodicResolution& resolution, double final_time) {
    PeriodicResolution coarser = resolution;
    coarser.n = resolution.n * 3 / 4;
    coarser.step *= 2;
    auto solution = std::make_unique<PeriodicSolution>(description, equation, resolution, final_time);
    solution->compare(PeriodicSolution(description, equation, coarser, final_time), final_time);
    return solution;
}

} // namespace orrery::pinn
