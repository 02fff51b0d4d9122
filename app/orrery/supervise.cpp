// SPDX-License-Identifier: BSD-3-Clause
#include "app/orrery/supervise.h"

#include "app/orrery/output.h"

#include <functional>

namespace orrery::cli {
namespace {

std::string title_of(const RunRow& row) { return row.name.empty() ? row.experiment : row.name; }

EndedJob wait_for(Queue& queue, const std::string& id, const platform::StopSignals& signals, Project& project,
                  const SupervisionOptions& options) {
    ProgressLine line(title_of(project.run(id)), options.show_progress);
    int passed_on = 0;
    std::string told;
    while (true) {
        const auto ended = queue.poll(200);
        if (!ended.empty()) return ended.front();
        for (; passed_on < signals.received(); ++passed_on) {
            line.clear();
            if (queue.waiting() == 0)
                fmt::print(stderr, "orrery: {}\n",
                           passed_on == 0 ? "stopping the run; once more kills it" : "killing the run");
            passed_on == 0 ? queue.stop() : queue.kill();
        }
        if (!queue.hindrance().empty() && queue.hindrance() != told) {
            told = queue.hindrance();
            line.clear();
            fmt::print(stderr, "orrery: run {} {} (--now starts it at once)\n", id, told);
        }
        if (!options.show_progress || queue.waiting() > 0) continue;
        try {
            const auto row = project.run(id);
            line.update(row.progress, row.doing);
        } catch (const Error&) { // discarded in this very moment, or the database is busy: the next look tells
        }
    }
}

using Entry = std::function<std::string(Queue&)>; // puts the run into the queue

Supervised supervise_in_queue(Project& project, const Entry& enter, const SupervisionOptions& options) {
    const platform::StopSignals signals; // before the child is there: no signal may find it without a listener
    QueueOptions how;
    how.wait_for_slots = options.wait_for_slots;
    Queue queue(project, how);
    const std::string id = enter(queue);
    const std::string experiment = project.run(id).experiment;
    const auto ended = wait_for(queue, id, signals, project, options);
    Supervised result{ended.code, id};
    if (result.code == ExitCode::done) return result;
    if (!ended.refused.empty()) {
        Problems problems;
        for (const auto& sentence : ended.refused) problems.add({}, sentence);
        print_problems("the parameters of " + experiment, problems);
        result.id.clear();
        return result;
    }
    try {
        const auto row = project.run(id);
        if (!row.end) return result;
        print_error(row.end->error, row.end->hint);
        result.code = static_cast<ExitCode>(row.end->exit_code);
    } catch (const Error&) { // taken back before it was its turn
        print_error("the run was stopped before it was its turn", "nothing was computed");
        result.id.clear();
    }
    return result;
}

} // namespace

Supervised supervise(Project& project, const RunRequest& request, const SupervisionOptions& options) {
    return supervise_in_queue(
        project, [&](Queue& queue) { return queue.add(std::span(&request, 1)).front(); }, options);
}

Supervised supervise_again(Project& project, const std::string& run, const SupervisionOptions& options) {
    const auto enter = [&](Queue& queue) {
        if (project.run(run).status == Status::queued) {
            queue.adopt(run);
        } else {
            queue.resume(run);
        }
        return run;
    };
    return supervise_in_queue(project, enter, options);
}

} // namespace orrery::cli
