// SPDX-License-Identifier: BSD-3-Clause
#include "tests/gpu/norm_ramp_checks.h"

#include "gpu/graph/row_kernels.h"

#include <ATen/Parallel.h>

#include <cmath>
#include <limits>
#include <vector>

using namespace norm_ramp_checks;
namespace og = orrery::graph;

TEST_CASE("batch normalisation with a ramp is ATen's two, with their derivatives", "[gpu]") {
    matches_aten(at::kDouble, 1e-13);
    matches_aten(at::kFloat, 2e-5);
}

TEST_CASE("batch normalisation doesn't depend on the number of threads", "[gpu]") {
    const int threads = at::get_num_threads();
    std::vector<at::Tensor> found;
    for (const int count : {1, 3}) {
        at::set_num_threads(count);
        const Case c = random_case(20000, 40, at::kFloat, 3);
        for (const at::Tensor* t : {&c.x, &c.weight, &c.bias}) t->set_requires_grad(true);
        const at::Tensor y = norm_ramp(c.x, c.weight, c.bias, c.mean, c.variance, true, 0.1, 1e-5);
        for (const at::Tensor& g : torch::autograd::grad({y.square().sum()}, {c.x, c.weight, c.bias}))
            found.push_back(g);
        found.push_back(y);
    }
    at::set_num_threads(threads);
    for (std::size_t i = 0; i < found.size() / 2; ++i) CHECK(at::equal(found[i], found[i + found.size() / 2]));
}

TEST_CASE("batch normalisation keeps what is no number, and refuses what doesn't fit", "[gpu]") {
    Case c = random_case(6, 4, at::kDouble, 5);
    c.x[2][3] = std::nan("");
    const auto applied = [&](const Case& with, bool training) {
        return norm_ramp(with.x, with.weight, with.bias, with.mean, with.variance, training, 0.1, 1e-5);
    };
    CHECK(applied(c, true).isnan().sum().item<int>() == 6); // its channel's moments are none
    Case infinite = random_case(6, 4, at::kDouble, 5);
    infinite.weight.fill_(1);
    infinite.x[0][0] = -std::numeric_limits<double>::infinity();
    CHECK(applied(infinite, false)[0][0].item<double>() == 0);
    CHECK_THROWS_WITH(applied(random_case(1, 4, at::kDouble, 5), true), contains_text("no variance"));
    CHECK(applied(random_case(1, 4, at::kDouble, 5), false).size(0) == 1);
    CHECK(applied(random_case(0, 4, at::kDouble, 5), true).numel() == 0);
    Case short_one = random_case(6, 4, at::kDouble, 5);
    short_one.bias = short_one.bias.narrow(0, 0, 3);
    CHECK_THROWS_WITH(applied(short_one, true), contains_text("one number per channel"));
    Case mixed = random_case(6, 4, at::kDouble, 5);
    mixed.mean = mixed.mean.to(at::kFloat);
    CHECK_THROWS_WITH(applied(mixed, true), contains_text("the type of x"));
    Case twice = random_case(6, 4, at::kDouble, 5);
    twice.x.set_requires_grad(true);
    CHECK_THROWS_WITH(torch::autograd::grad({applied(twice, true).sum()}, {twice.x}, {}, true, true),
                      contains_text("no second derivative"));
}

TEST_CASE("rows of channels: all instruction sets agree", "[gpu]") {
    constexpr std::int64_t rows = 50, channels = 77;
    const Case c = random_case(rows, channels, at::kDouble, 11);
    const at::Tensor other = random_case(rows, channels, at::kDouble, 12).x;
    const double *x = c.x.const_data_ptr<double>(), *g = other.const_data_ptr<double>();
    const auto results = [&](const og::RowKernels<double>& k) {
        std::vector<std::vector<double>> r(6, std::vector<double>(rows * channels));
        k.sums(x, rows, channels, r[0].data());
        k.squares(x, rows, channels, c.mean.const_data_ptr<double>(), r[1].data());
        k.ramp(x, rows, channels, c.weight.const_data_ptr<double>(), c.bias.const_data_ptr<double>(), r[2].data());
        k.back_sums(g, r[2].data(), x, rows, channels, c.mean.const_data_ptr<double>(), r[3].data(), r[4].data());
        k.back(g, r[2].data(), x, rows, channels, c.weight.const_data_ptr<double>(), c.bias.const_data_ptr<double>(),
               c.mean.const_data_ptr<double>(), r[5].data());
        return r;
    };
    const auto best = results(og::kernels_at(0).twice);
    for (int set = 1; set < og::kernel_count(); ++set) {
        INFO(og::kernels_at(set).name);
        const auto other_set = results(og::kernels_at(set).twice);
        for (std::size_t i = 0; i < best.size(); ++i) {
            for (std::size_t k = 0; k < best[i].size(); ++k)
                REQUIRE(other_set[i][k] == Approx(best[i][k]).epsilon(1e-12).margin(1e-12));
        }
    }
}
