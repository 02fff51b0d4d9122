// SPDX-License-Identifier: BSD-3-Clause
// pinn.benchmark: a suite of problems, each trained with several seeds, and the errors' mean, spread and worst.
#include "core/experiment.h"
#include "core/files/table.h"
#include "core/state_stream.h"
#include "plugins/pinn/judge.h"
#include "plugins/pinn/problem/builtin.h"
#include "plugins/pinn/solve_params.h"

#include <ATen/Parallel.h>
#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <cmath>
#include <numeric>
#include <sstream>

namespace orrery::pinn {
namespace {

using namespace training;

constexpr std::int64_t state_version = 1;

struct BenchmarkParams {
    std::string problems = "poisson,helmholtz,heat,wave,burgers";
    std::int64_t seeds = 3;
    double budget_seconds = 60;
    std::string optimizer = default_chain, precision = "float64";
    std::int64_t iterations = 1'000'000;

    static void fields(Bind<BenchmarkParams>& f) {
        f("problems", &BenchmarkParams::problems)
            .doc("Built-in problems or problem files, joined by commas: " +
                 fmt::format("{}", fmt::join(builtin_names(), ", ")));
        f("seeds", &BenchmarkParams::seeds).doc("Runs of each problem, from the run's seed on").range(1, 100);
        f("budget_seconds", &BenchmarkParams::budget_seconds)
            .doc("Most time for each training", "s")
            .range(0.1, 1e6)
            .log10();
        f("iterations", &BenchmarkParams::iterations).doc("Most iterations of each training").range(1, 1e9);
        f("optimizer", &BenchmarkParams::optimizer).doc("As in pinn.solve");
        f("precision", &BenchmarkParams::precision).doc("As in pinn.solve").choices({"float64", "float32"});
    }
    static void check(const BenchmarkParams& p, Problems& problems) {
        for (const std::string& name : p.list()) {
            Problems of_one;
            SolveParams::check(p.solve(name), of_one);
            for (const orrery::Problem& problem : of_one) problems.add("problems", name + ": " + problem.sentence);
        }
        if (p.list().empty()) problems.add("problems", "problems is empty: name at least one.");
    }
    std::vector<std::string> list() const {
        std::vector<std::string> names;
        std::istringstream in(problems);
        for (std::string name; std::getline(in, name, ',');) {
            name.erase(0, name.find_first_not_of(' '));
            name.erase(name.find_last_not_of(' ') + 1);
            if (!name.empty()) names.push_back(name);
        }
        return names;
    }
    SolveParams solve(const std::string& name) const {
        SolveParams one;
        one.problem = name;
        one.budget_seconds = budget_seconds;
        one.iterations = iterations;
        one.optimizer = optimizer;
        one.precision = precision;
        return one;
    }
};

struct Result {
    double error = 0, seconds = 0;
    std::int64_t iterations = 0;
};

Result train_one(const BenchmarkParams& p, const std::string& name, std::uint64_t seed, double done, double share,
                 Run& run) {
    const SolveParams one = p.solve(name);
    const ProblemFile file = problem_named(name);
    const Judge judge(file, name, seed);
    if (!judge.knows())
        throw Error(name + " has no reference, so there is no error to compare.", "Add [reference] to the file.");
    PdeOptions options = one.options(file.problem);
    options.seed = seed;
    options.threads = at::get_num_threads();
    PdeHooks hooks;
    hooks.observer = [&](const PdeStatus& status, const PdeSolution&) {
        run.progress(done + share * std::min(1.0, status.fraction),
                     fmt::format("{}, seed {}: loss {:.2e}", name, seed, status.loss));
    };
    const PdeResult result = train_pde(file.problem, options, hooks, run.stop());
    if (result.stopped) throw Stopped();
    // A training that failed keeps its last good state: its error counts.
    if (result.failure) run.log(fmt::format("{}, seed {}: {}", name, seed, *result.failure));
    return {judge.error(result.solution).l2, result.seconds, result.iterations};
}

// Of a metric's key: a file's name without folder and ending.
std::string label(const std::string& problem) { return std::filesystem::path(problem).stem().string(); }

struct Summary {
    double mean = 0, deviation = 0, worst = 0;
};

Summary summary_of(const std::vector<Result>& results) {
    Summary s;
    const double n = static_cast<double>(results.size());
    for (const Result& r : results) {
        s.mean += r.error / n;
        s.worst = std::max(s.worst, r.error);
    }
    for (const Result& r : results) s.deviation += (r.error - s.mean) * (r.error - s.mean);
    s.deviation = results.size() > 1 ? std::sqrt(s.deviation / (n - 1)) : 0;
    return s;
}

void save(std::ostream& out, const std::vector<std::vector<Result>>& all) {
    StateWriter state(out, "pinn.benchmark", state_version);
    for (const auto& results : all) {
        state.integer(static_cast<std::int64_t>(results.size()));
        for (const Result& r : results) {
            state.number(r.error);
            state.number(r.seconds);
            state.integer(r.iterations);
        }
    }
    state.end();
}

void restore(std::istream& in, std::int64_t seeds, std::vector<std::vector<Result>>& all) {
    StateReader state(in, "pinn.benchmark", state_version);
    for (auto& results : all) {
        results.resize(static_cast<std::size_t>(state.integer(0, seeds)));
        for (Result& r : results) {
            r.error = state.number();
            r.seconds = state.number();
            r.iterations = state.integer(0, std::int64_t{1} << 60);
        }
    }
    state.end();
}

Table table_of(const std::vector<std::string>& names, const std::vector<std::vector<Result>>& all) {
    Table table;
    table.title = "Relative L2 errors";
    table.columns = {{"problem"}, {"seeds"}, {"mean"}, {"deviation"}, {"worst"}, {"seconds", "s"}, {"iterations"}};
    for (std::size_t i = 0; i < names.size(); ++i) {
        const Summary s = summary_of(all[i]);
        double seconds = 0;
        std::int64_t iterations = 0;
        for (const Result& r : all[i]) {
            seconds += r.seconds;
            iterations += r.iterations;
        }
        const auto count = static_cast<std::int64_t>(all[i].size());
        table.rows.push_back(
            {names[i], count, s.mean, s.deviation, s.worst, seconds / static_cast<double>(count), iterations / count});
    }
    return table;
}

void run_suite(const BenchmarkParams& p, Run& run) {
    const std::vector<std::string> names = p.list();
    for (const std::string& name : names) {
        if (!is_builtin(name)) run.input(name);
    }
    std::vector<std::vector<Result>> all(names.size());
    if (const auto origin = run.resume()) restore(*origin->stream, p.seeds, all);
    const double share = 1.0 / static_cast<double>(names.size() * static_cast<std::size_t>(p.seeds));
    std::int64_t step = 0;
    for (std::size_t i = 0; i < names.size(); ++i) {
        for (std::int64_t seed = 0; seed < p.seeds; ++seed, ++step) {
            if (static_cast<std::size_t>(seed) < all[i].size()) continue;
            all[i].push_back(train_one(p, names[i], run.seed() + static_cast<std::uint64_t>(seed),
                                       static_cast<double>(step) * share, share, run));
            run.metric("error/l2/" + label(names[i]), seed, all[i].back().error);
            run.metric("seconds/" + label(names[i]), seed, all[i].back().seconds);
            run.checkpoint(step, [&](std::ostream& out) { save(out, all); });
        }
        const Summary s = summary_of(all[i]);
        run.metric("mean/" + label(names[i]), 0, s.mean);
        run.metric("deviation/" + label(names[i]), 0, s.deviation);
        run.metric("worst/" + label(names[i]), 0, s.worst);
    }
    const auto file = run.scratch() / "errors.csv";
    write_table(file, table_of(names, all));
    run.artifact("errors", Kind::table, file);
}

const auto declared =
    experiment<BenchmarkParams>("pinn.benchmark", "Benchmark of PDE problems, several seeds", run_suite)
        .summary("Trains a suite of problems with several seeds each and reports mean, standard deviation and worst of "
                 "their relative L2 errors.")
        .metric("error/l2/*", "relative L2 error of a problem by seed")
        .lower_is_better()
        .tolerance(1e-4)
        .metric("seconds/*", "time of a training", "s")
        .timing()
        .metric("mean/*", "mean error of a problem over the seeds")
        .lower_is_better()
        .tolerance(1e-4)
        .metric("deviation/*", "standard deviation of the errors")
        .lower_is_better()
        .tolerance(1e-4)
        .metric("worst/*", "largest error of the seeds")
        .lower_is_better()
        .tolerance(1e-4)
        .artifact("errors", Kind::table, "problem by problem: mean, deviation, worst error, time and iterations");

} // namespace
} // namespace orrery::pinn
