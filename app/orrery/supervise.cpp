// SPDX-License-Identifier: BSD-3-Clause
#include "app/orrery/supervise.h"

#include "app/orrery/output.h"

#include <algorithm>
#include <fstream>
#include <system_error>

namespace orrery::cli {
namespace {

Problems sentences_of(const std::filesystem::path& log) {
    Problems problems;
    std::ifstream in(log);
    for (std::string line; std::getline(in, line);)
        if (!line.empty()) problems.add({}, line);
    return problems;
}

void wait_for(Job& job, const platform::StopSignals& signals, Project& project, const std::string& title,
              bool show_progress) {
    ProgressLine line(title, show_progress);
    int passed_on = 0;
    while (!job.wait(200)) {
        const int received = signals.received();
        if (received > passed_on) {
            line.clear();
            fmt::print(stderr, "orrery: {}\n",
                       passed_on == 0 ? "stopping the run; once more kills it" : "killing the run");
            passed_on == 0 ? job.stop() : job.kill();
            passed_on = received;
        }
        if (!show_progress) continue;
        try {
            const auto row = project.run(job.id());
            line.update(row.progress, row.doing);
        } catch (const Error&) { // discarded in this very moment, or the database is busy: the next look tells
        }
    }
}

} // namespace

Supervised supervise(Project& project, const PluginCatalogue::Found& found, const JobOrder& order,
                     const std::vector<std::string>& command_line, bool show_progress) {
    const platform::StopSignals signals; // before the child is there: no signal may find it without a listener
    auto job = Job::start(project, found, order, command_line);
    wait_for(job, signals, project, order.name.empty() ? order.experiment : order.name, show_progress);
    Supervised result{job.finish(project), job.id()};
    if (result.code == ExitCode::done) return result;

    const auto rows = project.runs(true);
    const auto row = std::find_if(rows.begin(), rows.end(), [&](const RunRow& r) { return r.id == result.id; });
    if (row == rows.end()) { // the parameters were refused before the first step
        print_problems("the parameters of " + order.experiment, sentences_of(job.log()));
        std::error_code ignored;
        std::filesystem::remove(job.log(), ignored);
        result.id.clear();
    } else if (row->end) {
        print_error(row->end->error, row->end->hint);
        result.code = static_cast<ExitCode>(row->end->exit_code);
    }
    return result;
}

} // namespace orrery::cli
