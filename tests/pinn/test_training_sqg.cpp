// SPDX-License-Identifier: BSD-3-Clause
// One small training with initial field and kappa drawn when the test runs, judged by the reference and by exact laws.
#include "plugins/pinn/reference/sqg_solver.h"
#include "plugins/pinn/training/diagnostics.h"
#include "plugins/pinn/training/script_model.h"
#include "plugins/pinn/training/trainer.h"
#include "tests/experiments.h"
#include "tests/scratch_folder.h"

#include <ATen/Parallel.h>
#include <torch/script.h>

#include <cmath>
#include <filesystem>
#include <fstream>
#include <random>

using namespace orrery;
using namespace orrery::pinn;
using namespace orrery::pinn::training;

namespace {

TrainerOptions small(double kappa, double final_time, std::int64_t iterations) {
    TrainerOptions o;
    o.shape = {20, 2, 2};
    o.residual.kappa = kappa;
    o.residual.grid = 16;
    o.residual.times = 8;
    o.final_time = final_time;
    o.chain = parse_chain("adam:50+ssbroyden");
    o.iterations = iterations;
    o.budget_seconds = 1000;
    o.redraw = 200;
    return o;
}

std::vector<double> tenths(double final_time) {
    std::vector<double> times;
    for (int j = 1; j <= 10; ++j) times.push_back(final_time * j / 10);
    return times;
}

at::Tensor reference(const at::Tensor& initial, double kappa, const std::vector<double>& times) {
    SolverOptions options;
    options.kappa = kappa;
    options.dt = 0.01;
    return solve(initial, options, times);
}

double relative(const at::Tensor& a, const at::Tensor& b) { return ((a - b).norm() / b.norm()).item<double>(); }

} // namespace

TEST_CASE("training reaches the reference that it never saw, keeps the exact laws and knows its error",
          "[pinn][slow]") {
    const std::uint64_t seed = std::random_device{}();
    const double kappa = 0.1 + 0.9 * static_cast<double>(seed % 997) / 997, final_time = 0.6;
    CAPTURE(seed, kappa);
    // A field that no name stands for.
    const double phase = static_cast<double>(seed % 61) / 10;
    const auto initial = coefficients_of(
        {{1, 1, std::polar(0.25, phase)}, {0, 1, {0.5, 0}}, {1, -1, {0.1, 0.2}}, {1, 0, {0.05, 0}}}, 64);
    auto network = train(initial, small(kappa, final_time, 900));
    REQUIRE(!network.failure);
    CHECK(network.iterations == 900);
    const auto times = tenths(final_time);
    const at::Tensor truth = reference(initial, kappa, times), theta = network.fields(times, 64).theta;
    const double error = relative(theta, truth);

    auto untrained = train(initial, small(kappa, final_time, 1));
    const double before = relative(untrained.fields(times, 64).theta, truth);
    const at::Tensor linear =
        spectral::field_of(spectral::multiply_coefficients(initial, spectral::symbol::decay(64, kappa, times)));
    CAPTURE(error, before, relative(linear, truth));
    CHECK(error < 1e-4);
    CHECK(before > 1e-2);
    CHECK(before > 100 * error);
    CHECK(relative(linear, truth) > 20 * error);

    const double final_error = (theta[9] - truth[9]).square().mean().sqrt().item<double>();
    const ErrorBound bound = error_bound(network, 64, 60);
    CAPTURE(final_error, bound.final, bound.sharp);
    CHECK(bound.final >= bound.sharp);
    CHECK(bound.sharp >= final_error);
    CHECK(bound.final < 300 * final_error);
    const ErrorBound loose = error_bound(untrained, 64, 60);
    CHECK(loose.sharp >= (untrained.fields(times, 64).theta[9] - truth[9]).square().mean().sqrt().item<double>());

    const LawDefects laws = law_defects(network, 1), broken = law_defects(untrained, 1);
    CAPTURE(laws.balance_l2, laws.balance_hamiltonian, laws.maximum_principle, laws.residual_rms);
    CHECK(laws.balance_l2 < 10 * laws.residual_rms);
    CHECK(laws.balance_hamiltonian < 10 * laws.residual_rms);
    CHECK(laws.maximum_principle < 1e-3);
    CHECK(laws.residual_rms < 1e-2);
    CHECK(broken.residual_rms > 20 * laws.residual_rms);
    CHECK(broken.balance_l2 > 20 * laws.balance_l2);
}

TEST_CASE("equal seeds train to equal bits, whatever the number of threads, and other seeds don't", "[pinn][P5]") {
    const auto initial = initial_coefficients("cmt", 64, 0);
    auto options = small(0.2, 0.5, 70);
    const int before = at::get_num_threads();
    at::set_num_threads(1);
    const auto first = train(initial, options);
    at::set_num_threads(2);
    const auto second = train(initial, options);
    at::set_num_threads(before);
    CHECK(first.parts[0].parameters == second.parts[0].parameters);
    options.seed = 1;
    CHECK(train(initial, options).parts[0].parameters != first.parts[0].parameters);
}

TEST_CASE("a window starts where the one before it ends", "[pinn]") {
    const auto initial = initial_coefficients("cmt", 64, 0);
    auto options = small(0.3, 1, 260);
    options.windows = 2;
    auto network = train(initial, options);
    REQUIRE(network.parts.size() == 2);
    const double end[] = {0.5}, zero[] = {0};
    const auto last = network.parts[0].residual.fields(network.parts[0].parameters, end, 48, 0.1, 0.2);
    const auto next = network.parts[1].residual.fields(network.parts[1].parameters, zero, 48, 0.1, 0.2);
    CHECK(relative(next.theta, last.theta) < 1e-9);
    const auto times = tenths(1);
    const at::Tensor truth = reference(initial, 0.3, times);
    CHECK(relative(network.fields(times, 64).theta, truth) < 2e-2);
    CHECK(network.fields(times, 64).theta.size(0) == 10);
    const double error = (network.fields(times, 64).theta[9] - truth[9]).square().mean().sqrt().item<double>();
    CHECK(error_bound(network, 64, 60).sharp >= error);
}

TEST_CASE("a stop is obeyed and progress is told", "[pinn]") {
    std::stop_source source;
    std::int64_t seen = 0;
    const auto observer = [&](const TrainingStatus& s) {
        CHECK(s.early + s.late == Approx(s.loss));
        CHECK(s.fraction <= 1);
        seen = s.iteration;
        if (s.iteration == 5) source.request_stop();
    };
    const auto network = train(initial_coefficients("cmt", 64, 0), small(0.3, 1, 100),
                               {.observer = observer, .checkpoint = {}, .show = {}}, source.get_token());
    CHECK(network.stopped);
    CHECK(network.iterations == 5); // at once
    CHECK(network.parts.size() == 1);
    CHECK(seen == 5);
}

TEST_CASE("a field that is not a number fails with the start kept", "[pinn]") {
    auto initial = initial_coefficients("cmt", 64, 0);
    initial[1][1] = std::nan("");
    const auto network = train(initial, small(0.3, 1, 100));
    REQUIRE(network.failure);
    CHECK(network.iterations == 0);
    CHECK(network.parts[0].parameters == initial_parameters({20, 2, 2}, 0));
}

TEST_CASE("the gradient's supremum is never below and little above the true one", "[pinn]") {
    // |grad| of sin(5 (x - s)) is 5 wherever the crest lies between the points.
    for (const double s : {0.0, 0.03, 0.11, 0.2}) {
        at::Tensor x = at::zeros({1, 32, 32}, at::kDouble);
        auto a = x.accessor<double, 3>();
        for (int i = 0; i < 32; ++i) {
            for (int j = 0; j < 32; ++j) a[0][i][j] = 5 * std::cos(5 * (2 * std::acos(-1.0) * i / 32 - s));
        }
        const double sup = gradient_supremum(x, at::zeros_like(x))[0];
        CHECK(sup >= 5 - 1e-9);
        CHECK(sup < 5 * 1.3);
    }
}

TEST_CASE("the saved model evaluates to the network and equal networks give equal bytes", "[pinn]") {
    auto options = small(0.3, 1, 40);
    options.windows = GENERATE(1, 2);
    auto network = train(initial_coefficients("cmt3", 64, 0), options);
    const ScratchFolder one, two;
    const auto file = save_script(network, one.path());
    CHECK(experiments::bytes_of(file) == experiments::bytes_of(save_script(network, two.path())));
    auto module = torch::jit::load(file.string());
    const std::vector<double> times = {0, 0.2, 0.7, 1};
    const at::Tensor theta = network.fields(times, 16, 0.1, 0.2).theta;
    const at::Tensor h = at::arange(16, at::kDouble) * (2 * std::acos(-1.0) / 16);
    const at::Tensor x = (h + 0.1).view({1, 16, 1}).expand({4, 16, 16}),
                     y = (h + 0.2).view({1, 1, 16}).expand({4, 16, 16});
    const at::Tensor t = at::tensor(times, at::kDouble).view({4, 1, 1}).expand({4, 16, 16});
    const at::Tensor script = module.forward({x, y, t}).toTensor();
    CHECK((script - theta).abs().max().item<double>() < 1e-12);
}
