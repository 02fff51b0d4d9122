// SPDX-License-Identifier: BSD-3-Clause
#include "plugins/pinn/reference/sqg_solution.h"

#include "core/error.h"
#include "plugins/pinn/reference/lagrange.h"
#include "plugins/pinn/reference/sqg_solver.h"

#include <ATen/ATen.h>
#include <fmt/format.h>

#include <cmath>
#include <numbers>

namespace orrery::pinn {
namespace {

constexpr std::int64_t points = 128, coarse_points = 96; // per side
constexpr double step = 0.01;

// Fields [panel * nodes, n, n] at the panels' Chebyshev points.
at::Tensor fields_of(double kappa, std::int64_t n, double dt, const std::vector<TimePanel>& panels) {
    std::vector<double> times;
    for (const TimePanel& panel : panels) {
        for (std::size_t j = 0; j + 1 < TimePanel::nodes; ++j) {
            times.push_back(panel.begin + panel.length * TimePanel::node(j));
        }
    }
    times.push_back(panels.back().begin + panels.back().length); // a panel's last point is the next one's first
    SolverOptions options;
    options.kappa = kappa;
    options.dt = dt;
    return solve(initial_coefficients("cmt", n, 0), options, times).contiguous();
}

class SqgSolution final : public Solution {
public:
    SqgSolution(double kappa, double final_time)
        : Solution(fmt::format("critical SQG equation, kappa = {:.6g}: Fourier on {} x {} points, RK4 with an "
                               "integrating factor in steps of {}",
                               kappa, points, points, step),
                   {"x", "y", "t"}, {"theta"}),
          panels_(panels_up_to(final_time, 0.1, 0.1)), fields_(fields_of(kappa, points, step, panels_)) {
        set_range(2, 0, final_time);
        const at::Tensor coarse =
            spectral::resample(fields_of(kappa, coarse_points, 2 * step, panels_), points); // all times
        set_accuracy({((fields_ - coarse).norm() / fields_.norm()).item<double>(),
                      fmt::format("difference from {} x {} points and twice the step", coarse_points, coarse_points)});
        if (!(accuracy().relative_l2 < 1e-3)) {
            throw Error(fmt::format("{} x {} points don't resolve the SQG equation with kappa = {:.6g} to t = {:.4g}.",
                                    points, points, kappa, final_time),
                        "Choose a larger kappa or an earlier final time.");
        }
    }

private:
    std::vector<double> checked_values(const Points& at, std::size_t) const override {
        std::vector<double> values(at[0].size());
        for (std::size_t i = 0; i < values.size(); ++i) values[i] = value(at[0][i], at[1][i], at[2][i]);
        return values;
    }

    double value(double x, double y, double t) const {
        const std::size_t panel = panel_of(panels_, t);
        const auto in_time = panels_[panel].weights(t);
        const Neighbours along_x(x / (2 * std::numbers::pi), points), along_y(y / (2 * std::numbers::pi), points);
        const double* first = fields_.const_data_ptr<double>() + panel * (TimePanel::nodes - 1) * points * points;
        double sum = 0;
        for (std::size_t j = 0; j < TimePanel::nodes; ++j) {
            double of_field = 0;
            for (std::size_t a = 0; a < Neighbours::nodes; ++a) {
                const double* row = first + (j * points + along_x.index[a]) * points;
                double of_row = 0;
                for (std::size_t b = 0; b < Neighbours::nodes; ++b) of_row += along_y.weight[b] * row[along_y.index[b]];
                of_field += along_x.weight[a] * of_row;
            }
            sum += in_time[j] * of_field;
        }
        return sum;
    }

    std::vector<TimePanel> panels_;
    at::Tensor fields_;
};

} // namespace

std::unique_ptr<Solution> sqg_solution(double kappa, double final_time) {
    if (!(kappa >= 0)) {
        throw Error(fmt::format("kappa = {:.6g} makes the problem ill-posed.", kappa),
                    "Give a number that is not negative.", ExitCode::usage);
    }
    return std::make_unique<SqgSolution>(kappa, final_time);
}

} // namespace orrery::pinn
