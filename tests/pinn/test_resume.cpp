// SPDX-License-Identifier: BSD-3-Clause
// A run that was killed and resumed, once or often, gives the bits of one that was not.
#include "core/files/field_file.h"
#include "plugins/pinn/problem/initial.h"
#include "plugins/pinn/training/trainer.h"
#include "tests/experiments.h"

#include <ATen/ATen.h>

#include <random>
#include <sstream>

using namespace orrery;
using namespace orrery::pinn;
using namespace orrery::pinn::training;
using experiments::check_same;
using experiments::run_in_pieces;
using experiments::values_of;

namespace {

// Three phases of 20 iterations in each of two windows; the grid moves every 7 iterations.
TrainerOptions two_windows() {
    TrainerOptions o;
    o.shape = {10, 2, 2};
    o.residual.kappa = 0.2;
    o.residual.grid = 12;
    o.residual.times = 5;
    o.final_time = 0.8;
    o.windows = 2;
    o.chain = parse_chain("adam:20+lbfgs:20+ssbroyden");
    o.iterations = 120;
    o.budget_seconds = 1000;
    o.redraw = 7;
    o.handover = 32;
    return o;
}

// What is told of each iteration: all but the time.
using Told = std::map<std::int64_t, std::vector<double>>;

TrainingHooks telling(Told& told) {
    TrainingHooks hooks;
    hooks.observer = [&told](const TrainingStatus& s) {
        told[s.iteration] = {static_cast<double>(s.evaluations),
                             static_cast<double>(s.window),
                             s.loss,
                             s.early,
                             s.late,
                             s.gradient_norm};
    };
    return hooks;
}

struct Trained {
    TrainedNetwork network;
    Told told;
};

Trained train_on(const TrainerOptions& options, const std::string& checkpoint, std::int64_t until,
                 std::string* written) {
    Trained out;
    std::stop_source stop;
    TrainingHooks hooks = telling(out.told);
    hooks.checkpoint = [&](std::int64_t step, const auto& write) {
        if (step != until) return;
        std::ostringstream stream;
        write(stream);
        *written = stream.str();
        stop.request_stop();
    };
    std::istringstream origin(checkpoint);
    out.network = train(pinn::initial_coefficients("cmt", 32, 0), options, hooks, stop.get_token(),
                        checkpoint.empty() ? nullptr : &origin);
    return out;
}

void check_equal(const Trained& whole, const Trained& pieces, std::int64_t from) {
    CHECK(pieces.network.iterations == whole.network.iterations);
    CHECK(pieces.network.evaluations == whole.network.evaluations);
    REQUIRE(pieces.network.parts.size() == whole.network.parts.size());
    for (std::size_t i = 0; i < whole.network.parts.size(); ++i) {
        CHECK(pieces.network.parts[i].parameters == whole.network.parts[i].parameters);
        CHECK(at::equal(pieces.network.parts[i].residual.window().initial,
                        whole.network.parts[i].residual.window().initial));
    }
    const Told rest(whole.told.lower_bound(from), whole.told.end());
    CHECK(pieces.told == rest);
}

std::mt19937_64 generator() {
    const std::uint64_t seed = std::random_device{}();
    UNSCOPED_INFO("cuts drawn with " << seed);
    return std::mt19937_64(seed);
}

} // namespace

TEST_CASE("training goes on from a checkpoint in any phase of any window as if it had never ended", "[pinn][P2]") {
    const auto options = two_windows();
    const Trained whole = train_on(options, {}, -1, nullptr);
    REQUIRE(whole.network.parts.size() == 2);
    REQUIRE(whole.network.iterations == 120);
    std::vector<std::int64_t> cuts{0, 19, 20, 39, 40, 59, 60, 118}; // the ends of phases and windows
    auto random = generator();
    for (std::int64_t phase = 0; phase < 6; ++phase)
        cuts.push_back(20 * phase + 1 + static_cast<std::int64_t>(random() % 18));
    for (const std::int64_t cut : cuts) {
        INFO("cut at " << cut);
        std::string checkpoint;
        train_on(options, {}, cut, &checkpoint);
        REQUIRE(!checkpoint.empty());
        check_equal(whole, train_on(options, checkpoint, -1, nullptr), cut + 1);
    }
}

TEST_CASE("a training resumed from a resumed one is still the same", "[pinn][P2]") {
    const auto options = two_windows();
    const Trained whole = train_on(options, {}, -1, nullptr);
    std::string checkpoint;
    for (const std::int64_t cut : {11, 12, 33, 52, 61, 77, 104}) {
        std::string next;
        train_on(options, checkpoint, cut, &next);
        REQUIRE(!next.empty());
        checkpoint = next;
    }
    check_equal(whole, train_on(options, checkpoint, -1, nullptr), 105);
}

TEST_CASE("writing checkpoints and showing fields changes nothing, and time goes on where it was", "[pinn][P2]") {
    auto options = two_windows();
    options.windows = 1;
    options.iterations = 50;
    Trained plain = train_on(options, {}, -1, nullptr), watched;
    TrainingHooks hooks = telling(watched.told);
    std::string last;
    std::int64_t shown = 0;
    hooks.checkpoint = [&](std::int64_t, const auto& write) {
        std::ostringstream stream;
        write(stream);
        last = stream.str();
    };
    hooks.show = [&](const auto& field) { shown += field().numel() == 64 * 64; };
    const at::Tensor initial = pinn::initial_coefficients("cmt", 32, 0);
    watched.network = train(initial, options, hooks);
    check_equal(plain, watched, 0);
    CHECK(shown == 51);

    std::istringstream origin(last);
    double first = -1;
    hooks = {};
    hooks.observer = [&](const TrainingStatus& s) { first = first < 0 ? s.seconds : first; };
    const auto rest = train(initial, options, hooks, {}, &origin);
    CHECK(first > 0.5 * watched.network.seconds);
    CHECK(rest.seconds >= first);
    // The time was spent before: nothing is left of the budget.
    options.budget_seconds = 1e-9;
    std::istringstream again(last);
    CHECK(train(initial, options, {}, {}, &again).iterations == 50);
}

TEST_CASE("a checkpoint that is cut short or belongs to another training is refused", "[pinn][P9]") {
    const auto options = two_windows();
    for (const std::int64_t cut : {30, 95}) {
        std::string checkpoint;
        train_on(options, {}, cut, &checkpoint);
        const at::Tensor initial = pinn::initial_coefficients("cmt", 32, 0);
        const auto tried = [&](const std::string& bytes, const TrainerOptions& with, const at::Tensor& field) {
            std::istringstream origin(bytes);
            train(field, with, {}, {}, &origin);
        };
        for (std::size_t length = 0; length < checkpoint.size(); length += 1 + checkpoint.size() / 211) {
            INFO("length " << length);
            CHECK_THROWS_WITH(tried(checkpoint.substr(0, length), options, initial),
                              Catch::Contains("can't be used: it ends too early"));
        }
        auto other = options;
        other.seed = 1;
        CHECK_THROWS_WITH(tried(checkpoint, other, initial), Catch::Contains("other parameters"));
        CHECK_THROWS_WITH(tried(checkpoint, options, pinn::initial_coefficients("cmt2", 32, 0)),
                          Catch::Contains("another initial field"));
        CHECK_THROWS_WITH(tried("a text that is long enough to be something", options, initial),
                          Catch::Contains("it is no checkpoint"));
    }
}

TEST_CASE("pinn.sqg killed in every phase of every window equals the uninterrupted one bit for bit",
          "[pinn][slow][P2]") {
    const Values values =
        values_of("pinn.sqg", {"kappa=0.5", "final_time=0.4", "width=12", "grid=12", "times=5", "windows=2",
                               "iterations=180", "budget_seconds=1000", "optimizer=adam:30+lbfgs:30+ssbroyden"});
    MemoryRun whole(4);
    experiments::experiment_named("pinn.sqg").run(values, whole);
    auto random = generator();
    std::vector<std::int64_t> kills;
    for (std::int64_t phase = 0; phase < 6; ++phase)
        kills.push_back(30 * phase + 1 + static_cast<std::int64_t>(random() % 28));
    const auto pieces = run_in_pieces("pinn.sqg", values, 4, kills);
    check_same("pinn.sqg", whole, *pieces);
    CHECK(pieces->frames().count("theta") == 1);

    // Asked to stop, it also leaves what it has reached; all of that is replaced.
    MemoryRun stopped(4), on(4);
    stopped.on_checkpoint([&](std::int64_t step) {
        if (step == kills[3]) stopped.request_stop();
    });
    CHECK_THROWS_AS(experiments::experiment_named("pinn.sqg").run(values, stopped), Stopped);
    CHECK(stopped.artifacts().count("theta") == 1);
    on.go_on_from(stopped);
    experiments::experiment_named("pinn.sqg").run(values, on);
    check_same("pinn.sqg", whole, on);
}

TEST_CASE("sqg.spectral killed between kept fields equals the uninterrupted one bit for bit", "[pinn][P2]") {
    const std::string scheme = GENERATE("ifrk4", "etdrk4");
    CAPTURE(scheme);
    const Values values = values_of("sqg.spectral", {"n=32", "final_time=0.4", "dt=0.01", "initial=random", "frames=7",
                                                     "forcing=none", "scheme=" + scheme});
    MemoryRun whole(5);
    experiments::experiment_named("sqg.spectral").run(values, whole);
    auto random = generator();
    std::vector<std::int64_t> kills{0, 5, 6, 7}; // 7 is a step whose field is kept
    kills.push_back(8 + static_cast<std::int64_t>(random() % 15));
    kills.push_back(24 + static_cast<std::int64_t>(random() % 15));
    kills.push_back(39);
    const auto pieces = run_in_pieces("sqg.spectral", values, 5, kills);
    check_same("sqg.spectral", whole, *pieces);
    CHECK(pieces->frames().at("theta").shape() == std::vector<std::int64_t>{32, 32});
}

TEST_CASE("sqg.spectral takes over a changed kappa, and keeps it over a kill", "[pinn][P2]") {
    const std::string scheme = GENERATE("ifrk4", "etdrk4");
    CAPTURE(scheme);
    const Values values = values_of("sqg.spectral", {"n=32", "kappa=0.1", "final_time=0.4", "dt=0.01", "frames=5",
                                                     "forcing=manufactured", "scheme=" + scheme});
    const auto change = [](MemoryRun& run, std::int64_t step) {
        if (step == 9) run.change("kappa", 0.7);
    };
    const auto whole = run_in_pieces("sqg.spectral", values, 0, {}, change);
    const auto unchanged = run_in_pieces("sqg.spectral", values, 0, {});
    CHECK(whole->metrics().at("rms").at(10) == unchanged->metrics().at("rms").at(10));
    // The forcing changes with kappa, so the solution stays exact; the dissipation is another one.
    CHECK(whole->last("error/l2") < 1e-8);
    CHECK(whole->last("balance/l2") < 1e-8);
    CHECK(whole->last("rms") != unchanged->last("rms"));
    for (const std::int64_t kill : {5, 9, 10, 25}) {
        INFO("killed at " << kill);
        check_same("sqg.spectral", *whole, *run_in_pieces("sqg.spectral", values, 0, {kill}, change));
    }
}

TEST_CASE("sqg.spectral begins again where the file of kept fields did not survive", "[pinn][P2]") {
    const Values values = values_of("sqg.spectral", {"n=32", "final_time=0.2", "dt=0.01", "frames=5"});
    MemoryRun whole;
    experiments::experiment_named("sqg.spectral").run(values, whole);
    const auto damage = [](const std::string& how, MemoryRun& run) {
        const auto file = run.scratch() / "theta.vtkhdf";
        REQUIRE(std::filesystem::exists(file));
        if (how == "absent") std::filesystem::remove(file);
        if (how == "short") std::filesystem::resize_file(file, std::filesystem::file_size(file) / 2);
        if (how == "other values") {
            const auto block = FieldFile::open(file).block("theta");
            REQUIRE(block.has_value());
            std::fstream bytes(file, std::ios::binary | std::ios::in | std::ios::out);
            bytes.seekp(static_cast<std::streamoff>(block->offset + 32 * 32 * 8 + 100));
            bytes.put('\x55');
        }
    };
    for (const std::string how : {"absent", "short", "other values", "whole"}) {
        CAPTURE(how);
        const auto pieces =
            run_in_pieces("sqg.spectral", values, 0, {12}, {}, [&](MemoryRun& next) { damage(how, next); });
        check_same("sqg.spectral", whole, *pieces);
        CHECK(pieces->log_lines().size() == (how == "whole" ? 0 : 1));
    }
}
