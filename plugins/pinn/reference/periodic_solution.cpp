// SPDX-License-Identifier: BSD-3-Clause
// Solutions of periodic equations in space and time, kept in panels and interpolated.
#include "core/error.h"
#include "plugins/pinn/reference/periodic_solver.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <numbers>

namespace orrery::pinn {
namespace {

using std::numbers::pi;

constexpr std::size_t time_nodes = 13;  // Chebyshev points of a panel
constexpr std::size_t space_nodes = 16; // neighbours on the grid
constexpr double tail_limit = 1e-6;     // of the modes, above which nothing is resolved

// Chebyshev point j in [0, 1]; symmetric to the last bit, so that equal gaps are equal numbers.
double chebyshev_gap(std::size_t j) {
    const std::size_t gaps = time_nodes - 1, i = std::min(j, gaps - 1 - j);
    const auto point = [&](std::size_t k) {
        return 0.5 - 0.5 * std::cos(pi * static_cast<double>(k) / static_cast<double>(gaps));
    };
    return point(i + 1) - point(i);
}

struct Panel {
    double begin = 0, length = 0;
    std::vector<std::vector<double>> fields; // one per Chebyshev point
};

// Lagrange weights of x from nodes with these barycentric weights: one is 1 if x is that node.
template <std::size_t n, class NodeAt>
std::array<double, n> lagrange(double x, const std::array<double, n>& barycentric, NodeAt node_at) {
    std::array<double, n> weights{};
    double sum = 0;
    for (std::size_t j = 0; j < n; ++j) {
        const double distance = x - node_at(j);
        if (distance == 0) {
            weights.fill(0);
            weights[j] = 1;
            return weights;
        }
        weights[j] = barycentric[j] / distance;
        sum += weights[j];
    }
    for (double& w : weights) w /= sum;
    return weights;
}

const std::array<double, space_nodes>& binomials() {
    static const std::array<double, space_nodes> weights = [] {
        std::array<double, space_nodes> w{};
        w[0] = 1;
        for (std::size_t j = 1; j < space_nodes; ++j) {
            w[j] = -w[j - 1] * static_cast<double>(space_nodes - j) / static_cast<double>(j);
        }
        return w;
    }();
    return weights;
}

const std::array<double, time_nodes>& chebyshev_weights() {
    static const std::array<double, time_nodes> weights = [] {
        std::array<double, time_nodes> w{};
        for (std::size_t j = 0; j < time_nodes; ++j) w[j] = (j % 2 == 0 ? 1 : -1);
        w.front() /= 2;
        w.back() /= 2;
        return w;
    }();
    return weights;
}

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
        const double first = std::min(resolution.first_panel, final_time);
        double begin = 0, length = first;
        while (begin < final_time) {
            if (begin + length > final_time * (1 - 1e-9)) length = final_time - begin;
            panels_.push_back(march(solver, begin, length, resolution.step));
            begin += length;
            length = std::min(2 * length, resolution.longest_panel);
        }
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
    Panel march(PeriodicSolver& solver, double begin, double length, double step) const {
        Panel panel{begin, length, {solver.field(points_)}};
        for (std::size_t j = 0; j + 1 < time_nodes; ++j) {
            solver.advance(length * chebyshev_gap(j), step);
            panel.fields.push_back(solver.field(points_));
        }
        return panel;
    }

    std::vector<double> checked_values(const Points& points, std::size_t) const override {
        std::vector<double> values(points[0].size());
        for (std::size_t i = 0; i < values.size(); ++i) values[i] = value(points[0][i], points[1][i]);
        return values;
    }

    double value(double x, double t) const {
        if (t <= 0) return equation_.initial(x);
        const auto after = std::upper_bound(panels_.begin(), panels_.end(), t,
                                            [](double time, const Panel& p) { return time < p.begin; });
        const Panel& panel = *std::prev(after);
        const double s = (t - panel.begin) / panel.length;
        const auto in_time = lagrange<time_nodes>(s, chebyshev_weights(), [](std::size_t j) {
            return 0.5 - 0.5 * std::cos(pi * static_cast<double>(j) / static_cast<double>(time_nodes - 1));
        });
        const auto n = static_cast<double>(points_);
        const double turns = (x - equation_.low) / equation_.period, place = (turns - std::floor(turns)) * n;
        const auto left = static_cast<std::int64_t>(place) - static_cast<std::int64_t>(space_nodes / 2 - 1);
        const auto in_space = lagrange<space_nodes>(place - static_cast<double>(left), binomials(),
                                                    [](std::size_t j) { return static_cast<double>(j); });
        double sum = 0;
        for (std::size_t m = 0; m < space_nodes; ++m) {
            const auto at = static_cast<std::size_t>((left + static_cast<std::int64_t>(m) + points_) % points_);
            double u = 0;
            for (std::size_t j = 0; j < time_nodes; ++j) u += in_time[j] * panel.fields[j][at];
            sum += in_space[m] * u;
        }
        return sum;
    }

    PeriodicEquation equation_;
    std::int64_t points_ = 0;
    std::vector<Panel> panels_;
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
