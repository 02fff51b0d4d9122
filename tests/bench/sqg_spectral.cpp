// SPDX-License-Identifier: BSD-3-Clause
// Steps per second of the spectral reference solver, and where a step's time goes:  bench_sqg_spectral [n] [threads]
#include "plugins/pinn/reference/sqg_solver.h"

#include <ATen/ATen.h>
#include <ATen/Parallel.h>
#include <fmt/format.h>

#include <algorithm>
#include <chrono>
#include <cstdlib>
#include <functional>
#include <vector>

using namespace orrery::pinn;
namespace sp = orrery::spectral;

namespace {

// Median and range of the milliseconds that one call takes, over `repeats` batches of `calls`.
struct Time {
    double median = 0, low = 0, high = 0;
};
Time time_of(const std::function<void()>& call, int calls, int repeats = 9) {
    std::vector<double> each;
    call();
    for (int r = 0; r < repeats; ++r) {
        const auto start = std::chrono::steady_clock::now();
        for (int c = 0; c < calls; ++c) call();
        each.push_back(std::chrono::duration<double, std::milli>(std::chrono::steady_clock::now() - start).count() /
                       calls);
    }
    std::sort(each.begin(), each.end());
    return {each[each.size() / 2], each.front(), each.back()};
}

void print(const char* what, const Time& t, double a_step) {
    fmt::print("  {:<34} {:8.3f} ms ({:.3f} to {:.3f}), {:5.1f} % of a step\n", what, t.median, t.low, t.high,
               100 * t.median * a_step);
}

void measure(Scheme scheme, const char* name, std::int64_t n) {
    SolverOptions options;
    options.dt = 1e-4;
    options.scheme = scheme;
    SqgSolver solver(initial_coefficients("cmt", n, 0), options);
    const int calls = std::max(2, static_cast<int>(4000000 / (n * n)));
    const Time step = time_of([&] { solver.step(); }, calls);
    const Time with_state = time_of([&] { solver.step(), solver.state(); }, calls);
    const Time extremes = time_of([&] { solver.extremes(); }, std::max(1, calls / 10), 5);
    fmt::print("{} n = {}: {:.1f} steps/s ({:.1f} to {:.1f}); with all metrics of a step {:.1f}; extremes {:.2f} ms\n",
               name, n, 1e3 / step.median, 1e3 / step.high, 1e3 / step.low, 1e3 / with_state.median, extremes.median);
    const sp::Symbols symbols = sp::symbol::transport(n);
    const at::Tensor c = solver.coefficients().clone(), weight = sp::symbol::lambda(n).values[0].contiguous();
    at::Tensor spectra = at::empty({4, n, n / 2 + 1}, c.options()), product = at::empty({n, n}, at::kDouble),
               sum = at::empty_like(c);
    const at::Tensor fields = at::_fft_c2r(sp::multiply_coefficients(c, symbols), {1, 2}, 0, n),
                     weights = at::stack({weight, weight});
    const double a_step = 1 / step.median;
    print("4 inverse transforms, 4 times", time_of([&] { at::_fft_c2r(spectra, {1, 2}, 0, n); }, calls), 4 * a_step);
    print("forward transform, 4 times", time_of([&] { at::_fft_r2c(product, {0, 1}, 2, true); }, calls), 4 * a_step);
    print("symbols of 4 spectra, 4 times", time_of([&] { sp::multiply_coefficients_into(spectra, c, symbols); }, calls),
          4 * a_step);
    print("u theta_x + v theta_y, 4 times", time_of([&] { sp::transport_into(product, fields); }, calls), 4 * a_step);
    print("combination of 2, 3 times",
          time_of(
              [&] {
                  sp::combine_into(sum, {c, c}, {weight, weight});
              },
              calls),
          3 * a_step);
    print("combination of 5, once",
          time_of(
              [&] {
                  sp::combine_into(sum, {c, c, c, c, c}, {weight, weight, weight, weight, weight});
              },
              calls),
          a_step);
    print("dissipation, 4 times", time_of([&] { sp::power(c, weights); }, calls), 4 * a_step);
    const Time pair = time_of([&] { sp::field_of(sp::coefficients(product)); }, calls);
    fmt::print("  one pair of transforms {:.3f} ms\n", pair.median);
}

} // namespace

int main(int argc, char** argv) {
    const std::int64_t n = argc > 1 ? std::atoll(argv[1]) : 256;
    if (argc > 2) at::set_num_threads(std::atoi(argv[2]));
    if (problem_of_grid(n)) {
        fmt::print("{}\n", *problem_of_grid(n));
        return 2;
    }
    fmt::print("{} threads\n", at::get_num_threads());
    measure(Scheme::ifrk4, "ifrk4", n);
    measure(Scheme::etdrk4, "etdrk4", n);
    return 0;
}
