// SPDX-License-Identifier: BSD-3-Clause
#include "plugins/pinn/solve_params.h"

#include "core/platform/machine.h"
#include "plugins/pinn/problem/ansatz.h"
#include "plugins/pinn/problem/builtin.h"
#include "plugins/pinn/problem/problem_checks.h"
#include "plugins/pinn/reference/reference_file.h"
#include "plugins/pinn/training/pde_network.h"
#include "plugins/pinn/training/torus_operators.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <cmath>

namespace orrery::pinn {

using namespace training;

void SolveParams::fields(Bind<SolveParams>& f) {
    f("problem", &SolveParams::problem)
        .doc("A problem file (.toml), or the name of a built-in")
        .choices(builtin_names())
        .path("problem") // of these names, or any file
        .group("Problem");
    f("windows", &SolveParams::windows)
        .doc("Equal parts of the time interval, each with its own network that starts from the end of the one before; "
             "0: by the problem")
        .range(0, 64)
        .group("Problem");
    f("conditions", &SolveParams::conditions)
        .doc(
            "hard: initial and boundary values hold exactly, by construction, wherever that can be done; soft: all are "
            "terms of the loss")
        .choices({"hard", "soft"})
        .group("Problem");
    f("width", &SolveParams::width).doc("Units per hidden layer; 0: by the problem").range(0, 1024).group("Network");
    f("depth", &SolveParams::depth).doc("Hidden layers; 0: by the problem").range(0, 16).group("Network");
    f("activation", &SolveParams::activation)
        .doc("Activation function of the hidden layers")
        .choices({"tanh", "sin", "silu", "gelu"})
        .group("Network");
    f("adaptive_activation", &SolveParams::adaptive_activation)
        .doc("A trained slope of the activation for each layer")
        .group("Network");
    f("architecture", &SolveParams::architecture)
        .doc("mlp, or gated: the modified MLP whose layers mix two encodings of the input")
        .choices({"mlp", "gated"})
        .group("Network");
    f("waves", &SolveParams::waves)
        .doc("A periodic coordinate enters as cosines and sines of 1 to so many periods; 0: by the problem")
        .range(0, 64)
        .group("Network");
    f("fourier", &SolveParams::fourier)
        .doc("Random Fourier features of the other coordinates, besides themselves")
        .range(0, 512)
        .group("Network");
    f("fourier_scale", &SolveParams::fourier_scale)
        .doc("Standard deviation of their wave numbers, in half waves across the domain")
        .range(0.01, 100)
        .log10()
        .group("Network");
    f("points", &SolveParams::points)
        .doc("Collocation points of the equations, four times as many in the last quarter of the training; 0: by the "
             "problem")
        .range(0, 1e7)
        .group("Sampling");
    f("face_points", &SolveParams::face_points)
        .doc("Points of each soft condition on each of its faces")
        .range(1, 1e6)
        .group("Sampling");
    f("sampler", &SolveParams::sampler)
        .doc("How points are drawn")
        .choices({"sobol", "latin-hypercube", "uniform", "gauss-legendre"})
        .group("Sampling");
    f("adaptivity", &SolveParams::adaptivity)
        .doc("Points follow the residual: density ~ |residual|^adaptivity / mean + 1; 0: even")
        .range(0, 8)
        .group("Sampling");
    f("redraw", &SolveParams::redraw).doc("Iterations between draws of points").range(1, 1e9).group("Sampling");
    f("equation_weight", &SolveParams::equation_weight)
        .doc("Factor of the equations in the loss")
        .range(0, 1e12)
        .live()
        .group("Loss");
    f("condition_weight", &SolveParams::condition_weight)
        .doc("Factor of the soft conditions, on top of their own weights")
        .range(0, 1e12)
        .live()
        .group("Loss");
    f("data_weight", &SolveParams::data_weight)
        .doc("Factor of the measurements, on top of their own weights")
        .range(0, 1e12)
        .live()
        .group("Loss");
    f("balance", &SolveParams::balance)
        .doc("Weights between terms, renewed with the points: fixed, gradient (equal norms of gradients) or ntk (equal "
             "traces of the neural tangent kernel)")
        .choices({"fixed", "gradient", "ntk"})
        .group("Loss");
    f("causality", &SolveParams::causality)
        .doc("Later times count only when earlier ones are solved: factor of the tolerance; 0: off")
        .range(0, 1e6)
        .group("Loss");
    f("optimizer", &SolveParams::optimizer)
        .doc("adam, adamw, soap, lbfgs, bfgs, ssbfgs or ssbroyden (dense self-scaled Broyden), chained by +, each with "
             "an optional count or auto and options: adam:2000(rate=1e-3)+ssbroyden")
        .group("Optimizer");
    f("rate", &SolveParams::rate)
        .doc("Learning rate of adam, adamw and soap; 0: that of the chain")
        .range(0, 10)
        .live()
        .group("Optimizer");
    f("iterations", &SolveParams::iterations)
        .doc("Most iterations, all windows together")
        .range(1, 1e9)
        .group("Optimizer");
    f("budget_seconds", &SolveParams::budget_seconds)
        .doc("Most time for training, summed over resumes. A run that comes to three quarters of it depends on the "
             "machine: only one that iterations ends before repeats bit for bit",
             "s")
        .range(0.1, 1e6)
        .log10()
        .group("Optimizer");
    f("precision", &SolveParams::precision)
        .doc("Of network and residual; the optimizer is always float64")
        .choices({"float64", "float32"})
        .group("Optimizer");
    f("engine", &SolveParams::engine)
        .doc("The fused engine; off: tensor operations with automatic differentiation, slower")
        .group("Optimizer");
}

PdeOptions SolveParams::options(const Problem& given) const {
    PdeOptions o;
    const std::size_t dimensions = given.coordinates.size();
    const bool many = given.unknowns.size() > 1 || dimensions > 2;
    o.network.width = static_cast<int>(width > 0 ? width : many ? 40 : 32);
    o.network.depth = static_cast<int>(depth > 0 ? depth : 3);
    o.network.waves = static_cast<int>(waves > 0 ? waves : 2);
    o.network.fourier = static_cast<int>(fourier);
    o.network.fourier_scale = fourier_scale;
    o.network.activation = activation == "sin"    ? jet::Activation::sin
                           : activation == "silu" ? jet::Activation::silu
                           : activation == "gelu" ? jet::Activation::gelu
                                                  : jet::Activation::tanh;
    o.network.gated = architecture == "gated";
    o.network.adaptive = adaptive_activation;
    o.points = points > 0 ? points : many ? 8192 : 4096;
    o.face_points = face_points;
    o.sampler = sampler;
    o.adaptivity = adaptivity;
    o.redraw = redraw;
    o.balance = balance;
    o.causality = causality;
    o.weights = weights();
    o.precision = precision == "float32" ? jet::Precision::float32 : jet::Precision::float64;
    o.hard = conditions == "hard";
    const bool beyond = highest_order_of(given) > jet::max_order;
    o.engine = engine && !beyond;
    o.hard = o.hard && !beyond; // the ansatz needs the engine's channels
    o.chain = parse_chain(optimizer);
    o.rate = rate;
    o.iterations = iterations;
    o.budget_seconds = budget_seconds;
    o.windows = given.time() ? static_cast<int>(std::max<std::int64_t>(windows, 1)) : 1;
    return o;
}

void SolveParams::check(const SolveParams& p, Problems& problems) {
    std::vector<Stage> chain;
    try {
        chain = parse_chain(p.optimizer);
    } catch (const Error& error) {
        problems.add("optimizer", error.what());
    }
    std::optional<ProblemFile> file;
    try {
        file = problem_named(p.problem);
    } catch (const Error& error) {
        problems.add("problem",
                     error.hint().empty() ? error.what() : fmt::format("{}: {}", error.what(), error.hint()));
    }
    if (!file || chain.empty()) return;
    if (!file->reference.file.empty()) {
        try {
            read_reference(file->reference.file, file->problem.names().coordinates, file->problem.unknowns);
        } catch (const Error& error) {
            problems.add("problem", error.what());
        }
    }
    const Problem& problem = file->problem;
    if (p.windows > 1 && !problem.time())
        problems.add("windows",
                     fmt::format("windows = {}: {} has no time t, so accepted are 0 and 1.", p.windows, problem.name));
    if (p.windows > 1 && problem.time()) {
        for (int u = 0; u < static_cast<int>(problem.unknowns.size()); ++u) {
            if (highest_order_of(problem, u, *problem.time()) > 1)
                problems.add("windows",
                             fmt::format("windows = {}: {} is of second order in time, which only one window "
                                         "can solve: accepted are 0 and 1.",
                                         p.windows, problem.name));
        }
    }
    if (p.causality > 0 && !problem.time())
        problems.add("causality",
                     fmt::format("causality = {}: {} has no time t, so accepted is 0.", p.causality, problem.name));
    if (p.equation_weight == 0 && p.condition_weight == 0 && p.data_weight == 0)
        problems.add("equation_weight", "All three weights of the loss are 0: nothing would be trained.");
    if (p.windows > p.iterations)
        problems.add("windows",
                     fmt::format("windows = {} is more than iterations = {}: each window needs at least one.",
                                 p.windows, p.iterations));
    const PdeOptions options = p.options(problem);
    if (is_nonlocal(problem) && options.points < fewest_torus_points)
        problems.add("points", fmt::format("points = {}: {} has nonlocal operators, which need a grid of at least {} "
                                           "points.",
                                           p.points, problem.name, fewest_torus_points));
    const jet::Network network = make_network(problem, options.network, 0);
    const auto unknowns = static_cast<std::int64_t>(network.parameters());
    if (const auto sentence = too_large(chain, unknowns, platform::available_memory(), weight_blocks(network)))
        problems.add("optimizer", *sentence);
}

std::int64_t SolveParams::memory(const SolveParams& p) {
    const ProblemFile file = problem_named(p.problem);
    const PdeOptions o = p.options(file.problem);
    const jet::Network network = make_network(file.problem, o.network, 0);
    const auto unknowns = static_cast<std::int64_t>(network.parameters());
    const std::int64_t most = o.points * many_points;
    const std::int64_t points = most * 8 * 40 + 10 * most * 8 * 20; // jets, and candidates of a draw
    return memory_needed(o.chain, unknowns, weight_blocks(network)) + points + 64 * unknowns + (std::int64_t{64} << 20);
}

std::vector<std::string> describe(const Problem& problem, const PdeOptions& o) {
    std::vector<std::string> lines;
    const jet::Network network = make_network(problem, o.network, 0);
    lines.push_back(fmt::format(
        "{}: network {} x {}, {} features, {} parameters; {} points, {} drawn every {} iterations", problem.name,
        network.depth, network.width, network.features.size(), network.parameters(), o.points, o.sampler, o.redraw));
    if (highest_order_of(problem) > jet::max_order)
        lines.push_back(fmt::format("A derivative of order {} is beyond the fused engine (order {}): automatic "
                                    "differentiation of tensors takes its place, which is much slower, and all "
                                    "conditions are terms of the loss.",
                                    highest_order_of(problem), jet::max_order));
    if (is_nonlocal(problem)) {
        const TorusGrid grid = torus_grid(problem, o.points);
        lines.push_back(fmt::format("Nonlocal operators need a grid: {} at {} time{}, moved by a random part of a cell "
                                    "at each draw; derivatives in space are computed there too.{}",
                                    grid.space.size() == 2 ? fmt::format("{0} x {0} points", grid.n)
                                                           : fmt::format("{} points", grid.n),
                                    grid.times, grid.times == 1 ? "" : "s",
                                    o.adaptivity > 0 ? " So the points don't follow the residual: adaptivity has no "
                                                       "part in it."
                                                     : ""));
    }
    const std::vector<std::string> remarks = remarks_on(problem);
    lines.insert(lines.end(), remarks.begin(), remarks.end());
    const Constraints constraints = constrain(problem, o.hard);
    lines.insert(lines.end(), constraints.notes.begin(), constraints.notes.end());
    return lines;
}

} // namespace orrery::pinn
