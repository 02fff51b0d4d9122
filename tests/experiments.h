// SPDX-License-Identifier: BSD-3-Clause
// Runs an experiment of a plugin within the test's own process: whole, or in pieces of which each goes on from a
// checkpoint of the one before.
#pragma once
#include "core/experiment.h"
#include "core/memory_run.h"
#include "tests/catch.h"

#include <algorithm>
#include <bit>
#include <fstream>
#include <memory>
#include <string>
#include <vector>

namespace experiments {

using namespace orrery;

inline const Experiment& experiment_named(const std::string& id) {
    const auto& all = experiments_of_this_library();
    const auto found = std::find_if(all.begin(), all.end(), [&](const auto& e) { return e->declaration.id == id; });
    REQUIRE(found != all.end());
    return **found;
}

// What the declaration or the experiment's check has against these parameters.
inline Problems problems_with(const std::string& id, const std::vector<std::string>& assignments,
                              Values* values = nullptr) {
    Problems problems;
    const auto& experiment = experiment_named(id);
    const Values parsed = experiment.declaration.schema.parse(assignments, problems);
    if (problems.empty()) experiment.check(parsed, problems);
    if (values) *values = parsed;
    return problems;
}

// The same as lines; empty if there is nothing.
inline std::vector<std::string> sentences_of(const std::string& id, const std::vector<std::string>& assignments) {
    std::vector<std::string> lines;
    for (const Problem& problem : problems_with(id, assignments)) lines.push_back(problem.line());
    return lines;
}

inline bool some_contains(const std::vector<std::string>& lines, const std::string& text) {
    return std::any_of(lines.begin(), lines.end(),
                       [&](const std::string& line) { return line.find(text) != std::string::npos; });
}

inline Values values_of(const std::string& id, const std::vector<std::string>& assignments) {
    Values values;
    const Problems problems = problems_with(id, assignments, &values);
    for (const Problem& problem : problems) UNSCOPED_INFO(problem.line());
    REQUIRE(problems.empty());
    return values;
}

// Every metric that the run writes must be declared.
inline std::unique_ptr<MemoryRun> ran(const std::string& id, const std::vector<std::string>& assignments,
                                      std::uint64_t seed = 0) {
    auto run = std::make_unique<MemoryRun>(seed);
    experiment_named(id).run(values_of(id, assignments), *run);
    for (const auto& [key, series] : run->metrics()) {
        INFO(key);
        CHECK(experiment_named(id).declaration.find_metric(key) != nullptr);
    }
    return run;
}

// What a kill is to the computation: it goes no further.
struct Killed {};

using Look = std::function<void(MemoryRun&, std::int64_t step)>; // may change live fields, the same in every piece

// Kills the run at each of these checkpoints' steps, in turn, with all its files open, and returns the one that ended.
inline std::unique_ptr<MemoryRun> run_in_pieces(const std::string& id, const Values& values, std::uint64_t seed,
                                                const std::vector<std::int64_t>& kills, const Look& look = {},
                                                const std::function<void(MemoryRun&)>& before_going_on = {}) {
    auto run = std::make_unique<MemoryRun>(seed);
    for (const std::int64_t kill : kills) {
        auto next = std::make_unique<MemoryRun>(seed);
        bool killed = false;
        run->on_checkpoint([&](std::int64_t step) {
            if (look) look(*run, step);
            if (step != kill) return;
            next->go_on_from(*run);
            throw Killed();
        });
        try {
            experiment_named(id).run(values, *run);
        } catch (const Killed&) {
            killed = true;
        }
        INFO("killed at step " << kill);
        REQUIRE(killed);
        if (before_going_on) before_going_on(*next);
        run = std::move(next);
    }
    if (look) run->on_checkpoint([&](std::int64_t step) { look(*run, step); });
    experiment_named(id).run(values, *run);
    return run;
}

inline std::string bytes_of(const std::filesystem::path& file) {
    std::ifstream in(file, std::ios::binary);
    return {std::istreambuf_iterator<char>(in), {}};
}

// All metrics but the timing ones at all steps, and all artifacts, bit for bit.
inline void check_same(const std::string& id, const MemoryRun& a, const MemoryRun& b) {
    const auto compared = [&](const MemoryRun& run) {
        std::map<std::string, std::map<std::int64_t, std::uint64_t>> bits;
        for (const auto& [key, series] : run.metrics()) {
            const auto* declared = experiment_named(id).declaration.find_metric(key);
            REQUIRE(declared != nullptr);
            if (declared->timing) continue;
            for (const auto& [step, value] : series) bits[key][step] = std::bit_cast<std::uint64_t>(value);
        }
        return bits;
    };
    const auto first = compared(a), second = compared(b);
    REQUIRE(first.size() == second.size());
    for (const auto& [key, series] : first) {
        INFO(key);
        REQUIRE(second.count(key) == 1);
        CHECK(second.at(key) == series);
    }
    const auto files = a.artifacts(), others = b.artifacts();
    REQUIRE(files.size() == others.size());
    for (const auto& [name, artifact] : files) {
        INFO(name);
        REQUIRE(others.count(name) == 1);
        CHECK(bytes_of(artifact.file) == bytes_of(others.at(name).file));
    }
}

} // namespace experiments
