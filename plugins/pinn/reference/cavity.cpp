// SPDX-License-Identifier: BSD-3-Clause
#include "plugins/pinn/reference/cavity.h"

#include "core/error.h"

#include <ATen/ATen.h>
#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <numbers>

namespace orrery::pinn {
namespace {

using std::numbers::pi;

at::Tensor chebyshev_nodes(std::int64_t n) {
    return at::arange(n + 1, at::kDouble).mul_(pi / static_cast<double>(2 * n)).sin_().square_(); // increasing
}

at::Tensor barycentric_weights(std::int64_t n) {
    at::Tensor weights = at::ones({n + 1}, at::kDouble);
    weights.slice(0, 1, n + 1, 2).neg_();
    weights[0].mul_(0.5);
    weights[n].mul_(0.5);
    return weights;
}

// Values of the interpolant of n + 1 nodal values at x: [points, n + 1].
at::Tensor interpolation(const at::Tensor& nodes, const at::Tensor& x) {
    const at::Tensor distance = x.unsqueeze(1) - nodes, hit = distance == 0;
    const at::Tensor quotient =
        barycentric_weights(nodes.size(0) - 1) / at::where(hit, at::ones_like(distance), distance);
    const at::Tensor rows = quotient / quotient.sum(1, true);
    return at::where(hit.any(1, true), hit.to(at::kDouble), rows);
}

at::Tensor differentiation(const at::Tensor& nodes) {
    const std::int64_t n = nodes.size(0) - 1;
    const at::Tensor weights = barycentric_weights(n);
    at::Tensor distance = nodes.unsqueeze(1) - nodes;
    distance.diagonal().fill_(1);
    at::Tensor d = weights / weights.unsqueeze(1) / distance;
    d.diagonal().zero_();
    d.diagonal().sub_(d.sum(1)); // derivatives of constants are zero to rounding
    return d;
}

// Derivative `order` of a polynomial with these coefficients, lowest first.
at::Tensor polynomial(std::vector<double> coefficients, const at::Tensor& x, int order) {
    for (int m = 0; m < order; ++m) {
        for (std::size_t j = 1; j < coefficients.size(); ++j)
            coefficients[j - 1] = static_cast<double>(j) * coefficients[j];
        coefficients.back() = 0;
    }
    at::Tensor sum = at::zeros_like(x);
    for (auto c = coefficients.rbegin(); c != coefficients.rend(); ++c) sum = sum * x + *c;
    return sum;
}

// Factors of the part of psi that has the lid's velocity: 16 x^2 (1 - x)^2 and y^2 (y - 1).
at::Tensor lid_x(const at::Tensor& x, int order) { return polynomial({0, 0, 16, -32, 16}, x, order); }
at::Tensor lid_y(const at::Tensor& y, int order) { return polynomial({0, 0, -1, 1}, y, order); }

// Nodes and weights of Gauss-Legendre quadrature on [0, 1]: eigenvalues of the Jacobi matrix (G. H. Golub and J. H.
// Welsch, Math. Comp. 23, 1969).
std::pair<at::Tensor, at::Tensor> gauss_rule(std::int64_t count) {
    at::Tensor jacobi = at::zeros({count, count}, at::kDouble);
    for (std::int64_t k = 1; k < count; ++k) {
        const auto order = static_cast<double>(k);
        jacobi[k][k - 1] = order / std::sqrt(4 * order * order - 1); // eigh reads the lower triangle
    }
    const auto [values, vectors] = at::linalg_eigh(jacobi);
    return {(values + 1) / 2, vectors[0].square()};
}

// Derivative m of the Legendre polynomials of degree 0 ... n on [0, 1]: [points, n + 1].
at::Tensor legendre(const at::Tensor& x, std::int64_t n, int m) {
    const at::Tensor s = 2 * x - 1;
    std::vector<at::Tensor> table{at::ones_like(s), s};
    for (std::int64_t k = 1; k < n; ++k) {
        const auto last = static_cast<std::size_t>(k);
        const auto degree = static_cast<double>(k);
        table.push_back(((2 * degree + 1) * s * table[last] - degree * table[last - 1]) / (degree + 1));
    }
    for (int order = 0; order < m; ++order) { // P'_{k+1} = P'_{k-1} + (2k + 1) P_k, with the factor 2 of the interval
        std::vector<at::Tensor> derivative{at::zeros_like(s), 2 * table[0]};
        for (std::int64_t k = 1; k < n; ++k) {
            const auto last = static_cast<std::size_t>(k);
            derivative.push_back(derivative[last - 1] + 2 * (2 * static_cast<double>(k) + 1) * table[last]);
        }
        table = std::move(derivative);
    }
    return at::stack(table, 1);
}

} // namespace

CavityFlow::CavityFlow(double nu, std::int64_t n) : n_(n) {
    if (!(nu > 0)) {
        throw Error(fmt::format("nu = {:.6g} is no viscosity.", nu), "Give a number above 0.", ExitCode::usage);
    }
    nodes_ = chebyshev_nodes(n);
    coefficients_ = at::zeros({n - 3, n - 3}, at::kDouble);
    // Small viscosities by continuation from larger ones: Newton's method converges from nearby only.
    for (double reached = std::max(nu, 0.01);; reached = std::max(nu, reached / 2)) {
        solve(reached);
        if (reached == nu) break;
    }
    integrate_pressure(nu);
}

// Derivative m of the polynomials P_k - 2 (2k + 5)/(2k + 7) P_{k+2} + (2k + 3)/(2k + 7) P_{k+4}, k = 0 ... n - 4,
// scaled so that their second derivatives are orthonormal up to a factor: [points, n - 3].
at::Tensor CavityFlow::basis(const at::Tensor& x, int m) const {
    const at::Tensor p = legendre(x, n_, m), k = at::arange(n_ - 3, at::kDouble);
    const auto shifted = [&](std::int64_t by) { return p.slice(1, by, by + n_ - 3); };
    const at::Tensor combined =
        shifted(0) - shifted(2) * (2 * (2 * k + 5) / (2 * k + 7)) + shifted(4) * ((2 * k + 3) / (2 * k + 7));
    return combined / ((2 * k + 3) * (2 * k + 5).sqrt());
}

// psi_{x^a y^b} at every pair of x and y: [x, y].
at::Tensor CavityFlow::on_grid(const at::Tensor& x, const at::Tensor& y, int a, int b) const {
    return basis(x, a).matmul(coefficients_).matmul(basis(y, b).t()) + at::outer(lid_x(x, a), lid_y(y, b));
}

void CavityFlow::solve(double nu) {
    const std::int64_t count = n_ - 3, size = count * count;
    const auto [x, weights] = gauss_rule(3 * n_ / 2 + 4);
    const at::Tensor weight = at::outer(weights, weights);
    std::array<at::Tensor, 3> b;
    for (int m = 0; m <= 2; ++m) b[static_cast<std::size_t>(m)] = basis(x, m);
    // int w phi_{i, x^a y^b} phi_{j, x^c y^d} as a matrix [i, j], w given on the quadrature points; one coordinate
    // after the other.
    const auto form = [&](const at::Tensor& w, std::size_t a, std::size_t bb, std::size_t c, std::size_t d) {
        const at::Tensor in_x = (b[a].unsqueeze(2) * b[c].unsqueeze(1)).reshape({-1, size});
        const at::Tensor in_y = (b[bb].unsqueeze(2) * b[d].unsqueeze(1)).reshape({-1, size});
        return in_x.t().matmul(w).matmul(in_y).reshape({count, count, count, count}).transpose(1, 2);
    };
    const auto load = [&](const at::Tensor& w, std::size_t a, std::size_t bb) {
        return b[a].t().matmul(w).matmul(b[bb]);
    };
    const at::Tensor stiffness =
        form(weight, 2, 0, 2, 0) + form(weight, 2, 0, 0, 2) + form(weight, 0, 2, 2, 0) + form(weight, 0, 2, 0, 2);
    double last = 0;
    for (int iteration = 0; iteration < 25; ++iteration) {
        const at::Tensor u = on_grid(x, x, 0, 1) * weight, v = on_grid(x, x, 1, 0) * -weight;
        const at::Tensor laplacian = on_grid(x, x, 2, 0) + on_grid(x, x, 0, 2), w = laplacian * weight;
        const at::Tensor residual =
            nu * (load(w, 2, 0) + load(w, 0, 2)) + load(u * laplacian, 1, 0) + load(v * laplacian, 0, 1);
        const at::Tensor jacobian = nu * stiffness + form(u, 1, 0, 2, 0) + form(u, 1, 0, 0, 2) + form(v, 0, 1, 2, 0) +
                                    form(v, 0, 1, 0, 2) + form(w, 1, 0, 0, 1) - form(w, 0, 1, 1, 0);
        const at::Tensor change = at::linalg_solve(jacobian.reshape({size, size}), residual.reshape({size, 1}));
        coefficients_ = coefficients_ - change.reshape({count, count});
        const double size_of_change = change.abs().max().item<double>();
        // Quadratic convergence until rounding stops it.
        if (iteration > 2 && (size_of_change < 1e-14 || (size_of_change < 1e-9 && size_of_change > last / 2))) return;
        if (!std::isfinite(size_of_change)) break;
        last = size_of_change;
    }
    throw Error(fmt::format("Newton's method for the cavity flow does not converge at nu = {:.4g}.", nu),
                "Choose a larger viscosity.");
}

// grad p = nu Laplacian u - u . grad u, from the centre along y = 1/2, then up and down; less the mean.
void CavityFlow::integrate_pressure(double nu) {
    const auto d = [&](int a, int b) { return on_grid(nodes_, nodes_, a, b); };
    const at::Tensor u = d(0, 1), v = -d(1, 0);
    const at::Tensor p_x = nu * (d(2, 1) + d(0, 3)) - u * d(1, 1) - v * d(0, 2);
    const at::Tensor p_y = -nu * (d(3, 0) + d(1, 2)) + u * d(2, 0) + v * d(1, 1);
    // Integral of the interpolant from the first node to every other.
    at::Tensor integral = at::zeros({n_ + 1, n_ + 1}, at::kDouble);
    integral.slice(0, 1).slice(1, 1).copy_(at::linalg_inv(differentiation(nodes_).slice(0, 1).slice(1, 1)));
    const at::Tensor from_centre = integral - integral[n_ / 2], weights = integral[n_];
    pressure_ = from_centre.matmul(p_x.select(1, n_ / 2)).unsqueeze(1) + p_y.matmul(from_centre.t());
    pressure_ = pressure_ - weights.dot(pressure_.matmul(weights));
}

at::Tensor CavityFlow::streamfunction(const at::Tensor& x, const at::Tensor& y, int a, int b) const {
    return (basis(x, a).matmul(coefficients_) * basis(y, b)).sum(1) + lid_x(x, a) * lid_y(y, b);
}

at::Tensor CavityFlow::pressure(const at::Tensor& x, const at::Tensor& y) const {
    return (interpolation(nodes_, x).matmul(pressure_) * interpolation(nodes_, y)).sum(1);
}

namespace {

constexpr std::int64_t degree = 40, coarse_degree = 32;
constexpr std::size_t chunk = 16384; // points at once

class CavitySolution final : public Solution {
public:
    explicit CavitySolution(double nu)
        : Solution(
              fmt::format("cavity flow, nu = {:.6g}: Galerkin method for the streamfunction, degree {}", nu, degree),
              {"x", "y"}, {"u", "v", "p"}),
          flow_(nu, degree) {
        set_range(0, 0, 1);
        set_range(1, 0, 1);
        const CavityFlow coarse(nu, coarse_degree);
        const at::Tensor axis = at::linspace(0, 1, 129, at::kDouble);
        const std::vector<at::Tensor> grid = at::meshgrid({axis, axis}, "ij");
        const at::Tensor x = grid[0].flatten(), y = grid[1].flatten();
        const auto velocity = [&](const CavityFlow& flow) {
            return at::stack({flow.streamfunction(x, y, 0, 1), flow.streamfunction(x, y, 1, 0)});
        };
        const at::Tensor fine = velocity(flow_);
        set_accuracy({((fine - velocity(coarse)).norm() / fine.norm()).item<double>(),
                      fmt::format("difference of (u, v) from degree {} on a grid of 129 x 129 points", coarse_degree)});
    }

private:
    std::vector<double> checked_values(const Points& points, std::size_t unknown) const override {
        std::vector<double> values;
        for (std::size_t from = 0; from < points[0].size(); from += chunk) {
            const auto count = static_cast<std::int64_t>(std::min(chunk, points[0].size() - from));
            const auto tensor = [&](std::size_t c) {
                return at::from_blob(const_cast<double*>(points[c].data() + from), {count}, at::kDouble);
            };
            const at::Tensor x = tensor(0), y = tensor(1);
            const at::Tensor part = (unknown == 0   ? flow_.streamfunction(x, y, 0, 1)
                                     : unknown == 1 ? -flow_.streamfunction(x, y, 1, 0)
                                                    : flow_.pressure(x, y))
                                        .contiguous();
            values.insert(values.end(), part.const_data_ptr<double>(), part.const_data_ptr<double>() + count);
        }
        return values;
    }

    CavityFlow flow_;
};

} // namespace

std::unique_ptr<Solution> cavity_solution(double nu) { return std::make_unique<CavitySolution>(nu); }

} // namespace orrery::pinn
