// SPDX-License-Identifier: BSD-3-Clause
#include "app/orrery/sweep_jobs.h"

#include "app/orrery/output.h"

#include <algorithm>
#include <fstream>
#include <optional>
#include <system_error>

namespace orrery::cli {
namespace {

struct Working {
    SweepPoint* point;
    Job job;
    double progress = 0;
    std::string doing;
};

class SweepRunner {
public:
    SweepRunner(Project& project, const PluginCatalogue::Found& found, std::vector<SweepPoint>& points,
                const std::vector<std::string>& command_line)
        : project_(project), found_(found), points_(points), command_line_(command_line) {
        for (const auto& point : points_) to_run_ += !point.held;
    }

    SweepResult run(std::size_t at_once, bool show_progress) {
        const platform::StopSignals signals;
        ProgressLine line(found_.experiment->id, show_progress);
        int passed_on = 0;
        while (true) {
            if (signals.received() > passed_on) {
                line.clear();
                pass_on_stop(passed_on++ == 0);
            }
            while (passed_on == 0 && !failure_ && working_.size() < at_once && next_ < points_.size()) start_next();
            if (working_.empty()) break;
            wait_a_little();
            if (show_progress) show(line);
        }
        line.clear();
        if (failure_) throw Error(*failure_);
        return result(passed_on > 0);
    }

private:
    void pass_on_stop(bool first) {
        fmt::print(stderr, "orrery: {}\n", first ? "stopping the sweep; once more kills its runs" : "killing the runs");
        for (auto& working : working_) first ? working.job.stop() : working.job.kill();
    }

    void start_next() {
        auto& point = points_[next_++];
        if (point.held) return;
        try {
            auto job = Job::start(project_, found_, point.order, command_line_);
            point.run = job.id();
            working_.push_back({&point, std::move(job), 0, {}});
        } catch (const Error& error) { // no disk, no process: the next one would fare no better
            failure_ = error;
        }
    }

    // Until one ends or a fifth of a second has passed; takes those that have ended out of the list.
    void wait_a_little() {
        const int share = std::max(1, 200 / static_cast<int>(working_.size()));
        std::erase_if(working_, [&](Working& working) {
            if (!working.job.wait(share)) return false;
            finish(working);
            return true;
        });
    }

    void finish(Working& working) {
        auto& point = *working.point;
        point.ended = true;
        ++ended_;
        try {
            point.code = working.job.finish(project_);
            if (point.code != ExitCode::usage) return;
            const auto rows = project_.runs(true);
            if (std::any_of(rows.begin(), rows.end(), [&](const RunRow& row) { return row.id == point.run; })) return;
        } catch (const Error& error) { // the others go on: their numbers are worth more than this one's row
            failure_ = error;
            point.code = error.code();
            return;
        }
        point.run.clear();
        std::ifstream in(working.job.log());
        for (std::string text; std::getline(in, text);)
            if (!text.empty()) point.refused.push_back(text);
        in.close();
        std::error_code ignored;
        std::filesystem::remove(working.job.log(), ignored);
    }

    void show(ProgressLine& line) {
        double whole = static_cast<double>(ended_);
        for (auto& working : working_) {
            try {
                const auto row = project_.run(working.job.id());
                working.progress = row.progress;
                working.doing = row.doing;
            } catch (const Error&) { // discarded in this very moment, or the database is busy: the next look tells
            }
            whole += working.progress;
        }
        const auto failed = std::count_if(points_.begin(), points_.end(), [](const SweepPoint& point) {
            return point.ended && point.code != ExitCode::done;
        });
        auto words = fmt::format("{} of {} runs", ended_, to_run_);
        if (failed > 0) words += fmt::format(", {} failed", failed);
        if (!working_.empty()) words += ", " + working_.front().doing;
        line.update(whole / static_cast<double>(std::max<std::size_t>(1, to_run_)), words);
    }

    SweepResult result(bool asked_to_stop) const {
        const auto of = [&](auto&& condition) { return std::any_of(points_.begin(), points_.end(), condition); };
        const auto all_refused =
            std::all_of(points_.begin(), points_.end(), [](const SweepPoint& point) { return !point.refused.empty(); });
        if (asked_to_stop && of([](const SweepPoint& p) { return !p.ended || p.code != ExitCode::done; }))
            return {true, ExitCode::stopped};
        if (all_refused) return {false, ExitCode::usage};
        return {false,
                of([](const SweepPoint& p) { return p.code != ExitCode::done; }) ? ExitCode::failed : ExitCode::done};
    }

    Project& project_;
    const PluginCatalogue::Found& found_;
    std::vector<SweepPoint>& points_;
    const std::vector<std::string>& command_line_;
    std::vector<Working> working_;
    std::optional<Error> failure_;
    std::size_t next_ = 0, ended_ = 0, to_run_ = 0;
};

} // namespace

SweepResult run_points(Project& project, const PluginCatalogue::Found& found, std::vector<SweepPoint>& points,
                       int at_once, const std::vector<std::string>& command_line, bool show_progress) {
    return SweepRunner(project, found, points, command_line).run(static_cast<std::size_t>(at_once), show_progress);
}

} // namespace orrery::cli
