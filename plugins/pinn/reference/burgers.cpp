// SPDX-License-Identifier: BSD-3-Clause
#include "plugins/pinn/reference/burgers.h"

#include "core/error.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <numbers>

namespace orrery::pinn {
namespace {

using std::numbers::pi;

// Step and number of nodes to either side of x.
struct Rule {
    double step = 0;
    std::int64_t nodes = 0;
};

Rule rule_of(double t, double nu, double density) {
    const double amplitude = 1 / (2 * pi * nu);
    // -log w has second derivatives up to this, so w is nowhere narrower than a Gaussian of this curvature.
    const double curvature = amplitude * pi * pi + 1 / (2 * nu * t);
    // Beyond this w is less than e^-45 of its largest value, which is at least that at y = x.
    const double reach = std::sqrt(4 * nu * t * (2 * amplitude + 45));
    const double step = 1 / (density * std::sqrt(curvature));
    return {step, static_cast<std::int64_t>(std::ceil(reach / step))};
}

class BurgersSolution final : public Solution {
public:
    BurgersSolution(double nu, double final_time)
        : Solution(fmt::format("Burgers' equation, nu = {:.6g}: Cole-Hopf formula, trapezoidal rule of up to {} nodes",
                               nu, 2 * rule_of(final_time, nu, 3).nodes + 1),
                   {"x", "t"}, {"u"}),
          nu_(nu) {
        set_range(1, 0, final_time);
        double difference = 0, sum = 0;
        for (int i = 0; i < 16; ++i) {
            for (int j = 1; j <= 16; ++j) {
                const double x = std::pow((i + 0.5) / 16, 3), t = final_time * j / 16;
                const double fine = burgers_value(x, t, nu, 5), coarse = burgers_value(x, t, nu);
                difference += (fine - coarse) * (fine - coarse);
                sum += fine * fine;
            }
        }
        set_accuracy({std::max(std::sqrt(difference / sum), 1e-14),
                      "difference from the rule with 5/3 as many nodes at 256 points, most of them near the front"});
    }

private:
    std::vector<double> checked_values(const Points& points, std::size_t) const override {
        std::vector<double> values(points[0].size());
        for (std::size_t i = 0; i < values.size(); ++i) values[i] = burgers_value(points[0][i], points[1][i], nu_);
        return values;
    }

    double nu_;
};

} // namespace

double burgers_value(double x, double t, double nu, double density) {
    if (t <= 0) return -std::sin(pi * x);
    const Rule rule = rule_of(t, nu, density);
    const double amplitude = 1 / (2 * pi * nu), spread = 1 / (4 * nu * t);
    // Weights relative to the largest so far: the exponents reach thousands where nu is small.
    double largest = -amplitude * std::cos(pi * x), numerator = 0, denominator = 0;
    for (std::int64_t j = -rule.nodes; j <= rule.nodes; ++j) {
        const double shift = static_cast<double>(j) * rule.step, angle = pi * (x - shift);
        const double exponent = -amplitude * std::cos(angle) - shift * shift * spread;
        if (exponent > largest) {
            const double scale = std::exp(largest - exponent);
            numerator *= scale;
            denominator *= scale;
            largest = exponent;
        }
        if (exponent < largest - 45) continue;
        const double weight = std::exp(exponent - largest);
        numerator -= weight * std::sin(angle);
        denominator += weight;
    }
    return numerator / denominator;
}

std::unique_ptr<Solution> burgers_solution(double nu, double final_time) {
    if (!(nu > 0)) {
        throw Error(fmt::format("nu = {:.6g} is no viscosity.", nu), "Give a number above 0.", ExitCode::usage);
    }
    if (rule_of(final_time, nu, 3).nodes > 50'000) {
        throw Error(fmt::format("nu = {:.6g} is too small for the Cole-Hopf formula in float64.", nu),
                    "Choose a larger viscosity or an earlier final time.", ExitCode::usage);
    }
    return std::make_unique<BurgersSolution>(nu, final_time);
}

} // namespace orrery::pinn
