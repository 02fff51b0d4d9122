// SPDX-License-Identifier: BSD-3-Clause
#include "plugins/pinn/reference/standard_equations.h"

#include "core/error.h"

#include <fmt/format.h>

#include <cmath>
#include <numbers>

namespace orrery::pinn {
namespace {

using std::numbers::pi;
constexpr std::complex<double> i(0, 1);

void expect(bool holds, const std::string& name, double value, const std::string& accepted) {
    if (holds) return;
    throw Error(fmt::format("{} = {:.6g} makes the problem ill-posed.", name, value), accepted, ExitCode::usage);
}

// -speed u u_x = (g)_x
auto advection_flux(double speed) {
    return [speed](const double* u, double* g, std::size_t count) {
        for (std::size_t j = 0; j < count; ++j) g[j] = -0.5 * speed * u[j] * u[j];
    };
}

} // namespace

StandardEquation burgers_equation(double nu) {
    expect(nu > 0, "nu", nu, "Give a number above 0.");
    StandardEquation s;
    s.description = fmt::format("Burgers' equation, nu = {:.6g}", nu);
    s.equation.initial = [](double x) { return -std::sin(pi * x); };
    s.equation.symbol = [nu](double kappa) { return std::complex<double>(-nu * kappa * kappa); };
    s.equation.g = advection_flux(1);
    s.resolution = {4096, 2.5e-4, 0.02, 0.02};
    return s;
}

StandardEquation allen_cahn_equation(double diffusion, double reaction) {
    expect(diffusion > 0, "diffusion", diffusion, "Give a number above 0.");
    StandardEquation s;
    s.description = fmt::format("Allen-Cahn equation, diffusion {:.6g}, reaction {:.6g}", diffusion, reaction);
    s.equation.initial = [](double x) {
        x -= 2 * std::floor((x + 1) / 2); // the periodic continuation has a kink at 1
        return x * x * std::cos(pi * x);
    };
    // The linear part of the reaction does not matter for stiffness; it stays with the cube.
    s.equation.symbol = [diffusion](double kappa) { return std::complex<double>(-diffusion * kappa * kappa); };
    s.equation.g = [reaction](const double* u, double* g, std::size_t count) {
        for (std::size_t j = 0; j < count; ++j) g[j] = reaction * (u[j] - u[j] * u[j] * u[j]);
    };
    s.equation.conservative = false;
    s.resolution = {8192, 2e-3, 1e-5, 0.0625};
    return s;
}

StandardEquation kdv_equation(double delta) {
    StandardEquation s;
    s.description = fmt::format("Korteweg-de Vries equation, delta = {:.6g}", delta);
    s.equation.initial = [](double x) { return std::cos(pi * x); };
    s.equation.symbol = [delta](double kappa) { return i * (delta * delta * kappa * kappa * kappa); };
    s.equation.g = advection_flux(1);
    s.resolution = {640, 5e-5, 0.025, 0.025};
    return s;
}

StandardEquation kuramoto_sivashinsky_equation(double alpha, double beta, double gamma) {
    expect(gamma > 0, "gamma", gamma, "Give a number above 0.");
    StandardEquation s;
    s.description =
        fmt::format("Kuramoto-Sivashinsky equation, alpha = {:.6g}, beta = {:.6g}, gamma = {:.6g}", alpha, beta, gamma);
    s.equation.low = 0;
    s.equation.period = 2 * pi;
    s.equation.initial = [](double x) { return std::cos(x) * (1 + std::sin(x)); };
    s.equation.symbol = [beta, gamma](double kappa) {
        const double square = kappa * kappa;
        return std::complex<double>(beta * square - gamma * square * square);
    };
    s.equation.g = advection_flux(alpha);
    s.resolution = {512, 2e-5, 0.005, 0.005};
    return s;
}

} // namespace orrery::pinn
