// SPDX-License-Identifier: BSD-3-Clause
#include "app/orrery/sweep_jobs.h"

#include "app/orrery/output.h"

#include <algorithm>
#include <map>
#include <optional>

namespace orrery::cli {
namespace {

class SweepRunner {
public:
    SweepRunner(Project& project, const PluginCatalogue::Found& found, std::vector<SweepPoint>& points, int at_once)
        : project_(project), found_(found), points_(points), queue_(project, options_for(at_once)) {}

    SweepResult run(const std::vector<std::string>& command_line, bool show_progress) {
        const platform::StopSignals signals;
        ProgressLine line(found_.experiment->id, show_progress);
        fill_queue(command_line);
        int passed_on = 0;
        while (!queue_.idle() || (passed_on == 0 && !failure_ && !watched_.empty())) {
            if (signals.received() > passed_on) {
                line.clear();
                pass_on_stop(passed_on++ == 0);
            }
            poll();
            look_at_watched();
            tell_hindrance(line);
            if (show_progress) show(line);
        }
        line.clear();
        if (failure_) throw Error(*failure_);
        return result(passed_on > 0);
    }

private:
    static QueueOptions options_for(int at_once) {
        QueueOptions options;
        options.at_once = at_once;
        return options;
    }

    void fill_queue(const std::vector<std::string>& command_line) {
        std::vector<RunRequest> requests;
        for (const auto& point : points_)
            if (point.source == PointSource::add) requests.push_back(request_of(found_, point.order, command_line));
        const auto ids = queue_.add(requests);
        auto id = ids.begin();
        for (auto& point : points_) {
            if (point.source == PointSource::held) continue;
            ++to_run_;
            if (point.source == PointSource::add) point.run = *id++;
            if (point.source == PointSource::adopt) queue_.adopt(point.run, point.order.threads);
            if (point.source == PointSource::resume) queue_.resume(point.run);
            if (point.source == PointSource::watch) watched_.emplace(point.run, &point);
            point_of_.emplace(point.run, &point);
        }
    }

    void pass_on_stop(bool first) {
        fmt::print(stderr, "orrery: {}\n", first ? "stopping the sweep; once more kills its runs" : "killing the runs");
        first ? queue_.stop() : queue_.kill();
    }

    // Until one ends or a fifth of a second has passed.
    void poll() {
        try {
            for (auto& ended : queue_.poll(200)) finish(std::move(ended));
        } catch (const Error& error) { // the others go on: their numbers are worth more than this one's row
            if (!failure_) queue_.stop();
            failure_ = error;
        }
    }

    void finish(EndedJob ended) {
        auto& point = *point_of_.at(ended.run);
        if (std::exchange(point.ended, true)) return;
        ++ended_;
        point.code = ended.code;
        point.refused = std::move(ended.refused);
        if (!point.refused.empty() || !is_there(point.run)) point.run.clear();
        if (point.run.empty() && point.refused.empty()) { // taken back before it was its turn
            point.ended = false;
            --ended_;
        }
    }

    bool is_there(const std::string& run) const {
        try {
            return !project_.run(run).id.empty();
        } catch (const Error& error) {
            return error.code() != ExitCode::usage; // busy: it is
        }
    }

    void look_at_watched() {
        for (auto it = watched_.begin(); it != watched_.end();) {
            std::optional<RunRow> row;
            try {
                row = project_.run(it->first);
            } catch (const Error&) { // the next look tells
            }
            if (!row || row->status == Status::running || row->status == Status::stopping) {
                ++it;
                continue;
            }
            finish({it->first, row->end ? static_cast<ExitCode>(row->end->exit_code) : ExitCode::failed, {}});
            it = watched_.erase(it);
        }
    }

    void tell_hindrance(ProgressLine& line) {
        if (queue_.hindrance().empty() || queue_.hindrance() == told_) return;
        told_ = queue_.hindrance();
        line.clear();
        fmt::print(stderr, "orrery: the next run {}\n", told_);
    }

    void show(ProgressLine& line) {
        double whole = static_cast<double>(ended_);
        std::string doing;
        for (const auto& id : queue_.at_work()) {
            try {
                const auto row = project_.run(id);
                progress_[id] = row.progress;
                if (doing.empty()) doing = row.doing;
            } catch (const Error&) { // discarded in this very moment, or the database is busy: the next look tells
            }
            whole += progress_[id];
        }
        const auto failed = std::count_if(points_.begin(), points_.end(), [](const SweepPoint& point) {
            return point.ended && point.code != ExitCode::done;
        });
        auto words = fmt::format("{} of {} runs", ended_, to_run_);
        if (failed > 0) words += fmt::format(", {} failed", failed);
        if (!doing.empty()) words += ", " + doing;
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
    Queue queue_;
    std::map<std::string, SweepPoint*> point_of_, watched_; // by run
    std::map<std::string, double> progress_;
    std::optional<Error> failure_;
    std::string told_;
    std::size_t ended_ = 0, to_run_ = 0;
};

} // namespace

SweepResult run_points(Project& project, const PluginCatalogue::Found& found, std::vector<SweepPoint>& points,
                       int at_once, const std::vector<std::string>& command_line, bool show_progress) {
    return SweepRunner(project, found, points, at_once).run(command_line, show_progress);
}

} // namespace orrery::cli
