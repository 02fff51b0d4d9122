// SPDX-License-Identifier: BSD-3-Clause
#include "plugins/graph/learn/study.h"

#include "core/state_stream.h"
#include "gpu/parallel/team.h"

#include <ATen/Parallel.h>

#include <algorithm>
#include <exception>

namespace orrery::graph::learn {

namespace {

constexpr std::int64_t state_version = 1;

void save(std::ostream& out, std::span<Training* const> trainings, const std::string& name) {
    StateWriter state(out, name, state_version);
    state.integer(static_cast<std::int64_t>(trainings.size()));
    for (Training* training : trainings) training->save(state);
    state.end();
}

void restore(std::istream& in, std::span<Training* const> trainings, const std::string& name) {
    StateReader state(in, name, state_version);
    const auto size = static_cast<std::int64_t>(trainings.size());
    state.integer(size, size);
    for (Training* training : trainings) training->restore(state);
    state.end();
}

} // namespace

void in_parallel(int threads, std::size_t count, const std::function<void(std::size_t)>& body) {
    const int before = at::get_num_threads();
    std::vector<std::exception_ptr> failures(count);
    Team team(std::max(1, std::min(threads, static_cast<int>(count))));
    team.run(static_cast<int>(count), [&](int part) {
        const auto i = static_cast<std::size_t>(part);
        at::set_num_threads(1); // says it to OpenMP and MKL for this thread
        try {
            body(i);
        } catch (...) {
            failures[i] = std::current_exception();
        }
    });
    at::set_num_threads(before);
    for (const auto& failure : failures) {
        if (failure) std::rethrow_exception(failure);
    }
}

void train_all(std::span<Training* const> trainings, Run& run, int threads, const std::string& name,
               const std::function<void(std::int64_t)>& report) {
    std::int64_t done = 0;
    if (const auto origin = run.resume()) {
        restore(*origin->stream, trainings, name);
        done = origin->step;
    }
    const auto write = [&](std::ostream& out) { save(out, trainings, name); };
    while (true) {
        std::vector<Training*> active;
        for (Training* training : trainings) {
            // Those that were already through the epoch when a stop came are part of it, too.
            if (training->epoch() > done || !training->finished()) active.push_back(training);
        }
        if (active.empty()) return;
        const std::int64_t epoch = done + 1;
        in_parallel(threads, active.size(), [&](std::size_t i) {
            if (active[i]->epoch() < epoch && !run.stop().stop_requested()) active[i]->run_epoch();
        });
        const bool whole = std::all_of(active.begin(), active.end(), [&](auto* t) { return t->epoch() == epoch; });
        if (whole) {
            report(epoch);
            done = epoch;
        }
        run.checkpoint(done, write);
        run.stop_point();
    }
}

} // namespace orrery::graph::learn
