// SPDX-License-Identifier: BSD-3-Clause
#include "core/files/npy.h"
#include "gpu/spectral/spectral.h"
#include "plugins/pinn/problem/initial.h"
#include "tests/catch.h"
#include "tests/scratch_folder.h"

#include <ATen/ATen.h>
#include <cmath>
#include <filesystem>
#include <fstream>
#include <numbers>

using namespace orrery;
using namespace orrery::pinn;
namespace sp = orrery::spectral;

namespace {

constexpr double pi = std::numbers::pi;

at::Tensor grid(const std::function<double(double, double)>& f, std::int64_t n) {
    at::Tensor values = at::empty({n, n}, at::kDouble);
    auto a = values.accessor<double, 2>();
    for (std::int64_t i = 0; i < n; ++i) {
        for (std::int64_t j = 0; j < n; ++j) {
            a[i][j] = f(2 * pi * static_cast<double>(i) / static_cast<double>(n),
                        2 * pi * static_cast<double>(j) / static_cast<double>(n));
        }
    }
    return values;
}

double largest(const at::Tensor& t) { return t.abs().max().item<double>(); }

class FieldFile {
    ScratchFolder folder_;

public:
    const std::filesystem::path path = folder_ / "field.npy";
    void write(const at::Tensor& field) {
        const at::Tensor values = field.contiguous();
        Array array({values.size(0), values.size(1)}, DType::float64);
        std::copy_n(values.const_data_ptr<double>(), values.numel(), array.values<double>().begin());
        write_npy(path, array);
    }
};

} // namespace

TEST_CASE("named initial fields are the functions they are said to be", "[pinn]") {
    using std::cos, std::sin;
    const auto is = [](const char* name, std::int64_t n, const std::function<double(double, double)>& f) {
        INFO(name);
        CHECK(largest(initial_field(name, n, 0) - grid(f, n)) < 1e-14);
    };
    is("cmt", 32, [](double x, double y) { return sin(x) * sin(y) + cos(y); });
    is("cmt2", 32, [](double x, double y) { return cos(2 * x) * cos(y) + sin(x) * sin(y); });
    is("cmt3", 32, [](double x, double y) { return cos(2 * x) * cos(y) + sin(x) * sin(y) + cos(2 * x) * sin(3 * y); });
    is("shell", 32, [](double x, double y) {
        return cos(3 * x + 4 * y) + 0.7 * sin(4 * x - 3 * y) + 0.5 * cos(5 * x) + 0.3 * sin(5 * y);
    });
    const auto vortex = [](double x, double y) {
        double sum = 0;
        for (int a = -1; a <= 1; ++a) {
            for (int b = -1; b <= 1; ++b)
                sum += std::exp(-std::pow(x - pi + 2 * pi * a, 2) - 16 * std::pow(y - pi + 2 * pi * b, 2));
        }
        return sum;
    };
    const at::Tensor sum = grid(vortex, 128);
    CHECK(largest(initial_field("vortex", 128, 0) - (sum - sum.mean())) < 1e-13);
}

TEST_CASE("the random field depends on its seed alone, not on the grid", "[pinn]") {
    const at::Tensor coarse = initial_field("random", 32, 5), fine = initial_field("random", 64, 5);
    CHECK(largest(fine.slice(0, 0, 64, 2).slice(1, 0, 64, 2) - coarse) < 1e-13);
    CHECK(coarse.square().mean().item<double>() == Approx(0.75).epsilon(1e-13));
    CHECK(std::abs(coarse.mean().item<double>()) < 1e-15);
    CHECK(largest(initial_field("random", 32, 6) - coarse) > 0.1);
    // The spectrum is |k| e^{-|k|^2/4}, whatever the phases.
    const at::Tensor c = initial_coefficients("random", 32, 9).abs();
    const double one = c[1][0].item<double>(), ratio = std::sqrt(8.0) * std::exp(-2.0) / std::exp(-0.25);
    CHECK(c[2][2].item<double>() / one == Approx(ratio).epsilon(1e-13));
    CHECK(c[30][2].item<double>() / one == Approx(ratio).epsilon(1e-13));
    CHECK(c[9][0].item<double>() == 0);
}

TEST_CASE("a file's field is resampled by trigonometric interpolation and keeps its mean", "[pinn]") {
    FieldFile file;
    const auto f = [](double x, double y) { return 0.5 + std::sin(3 * x - y) + 0.25 * std::cos(4 * y); };
    for (const std::int64_t n : {20, 21, 48}) {
        file.write(grid(f, n));
        CHECK(largest(initial_field(file.path, 32, 0) - grid(f, 32)) < 1e-14);
    }
    file.write(grid([](double x, double) { return std::sin(20 * x) + std::sin(x); }, 64));
    CHECK_THROWS_WITH(initial_field(file.path, 32, 0), Catch::Contains("do not resolve"));
    file.write(grid([](double, double) { return 2.0; }, 32));
    CHECK_THROWS_WITH(initial_field(file.path, 32, 0), Catch::Contains("constant"));
}

TEST_CASE("unusable initial fields are problems of the parameter initial", "[pinn]") {
    const auto sentence = [](const std::string& initial) {
        Problems problems;
        CHECK_FALSE(check_initial(initial, 32, problems));
        REQUIRE(problems.size() == 1);
        CHECK(problems.begin()->field == "initial");
        return problems.begin()->sentence;
    };
    CHECK_THAT(sentence("cmd"), Catch::Contains("did you mean cmt"));
    CHECK_THAT(sentence("/nowhere/x.npy"), Catch::Contains("/nowhere/x.npy"));
    CHECK_THAT(sentence("vortex"), Catch::Contains("n >= 128"));
    FieldFile file;
    std::ofstream(file.path) << "not an array";
    CHECK_FALSE(sentence(file.path).empty());
    Problems none;
    CHECK(check_initial("cmt", 16, none));
    CHECK(none.empty());
}

TEST_CASE("the manufactured forcing is what the equation leaves over", "[pinn]") {
    const std::int64_t n = 32;
    const double kappa = 0.37, t = 0.6;
    const at::Tensor theta = sp::field_of(manufactured_solution(n, t));
    const Forcing forcing = manufactured_forcing(n, kappa);
    at::Tensor f = at::zeros({n, n}, at::kDouble);
    for (std::size_t j = 0; j < forcing.shapes.size(); ++j)
        f += sp::field_of(forcing.shapes[j]) * std::exp(-forcing.rates[j] * t);
    const at::Tensor transport = sp::transport(sp::multiply(theta, sp::symbol::transport(n)));
    CHECK(largest(-theta + transport + kappa * sp::lambda(theta) - f) < 1e-14); // theta_t = -theta
    CHECK(largest(theta -
                  std::exp(-t) * grid([](double x, double y) { return std::sin(x) * std::sin(y) + std::cos(y); }, n)) <
          1e-14);
}
