// SPDX-License-Identifier: BSD-3-Clause
// The child's side of a job: the only process that opens the plugin of a run.
#include "core/jobs/checkpoint_file.h"
#include "core/jobs/job.h"
#include "core/jobs/recorder.h"
#include "core/platform/disk.h"
#include "core/platform/machine.h"

#include <fmt/format.h>

#include <algorithm>
#include <cstdio>
#include <cstdlib>
#include <optional>
#include <thread>

namespace fs = std::filesystem;

namespace orrery {
namespace {

// Turns the first SIGTERM or SIGINT into a stop request.
class StopOnSignal {
public:
    StopOnSignal() {
        watcher_ = std::jthread([this](const std::stop_token& leave) {
            while (!leave.stop_requested()) {
                if (signals_.received() > 0) source_.request_stop();
                std::this_thread::sleep_for(std::chrono::milliseconds(20));
            }
        });
    }
    std::stop_token token() const { return source_.get_token(); }

private:
    platform::StopSignals signals_;
    std::stop_source source_;
    std::jthread watcher_;
};

std::shared_ptr<Experiment> experiment_in(const OpenedPlugin& plugin, const std::string& id) {
    for (const auto& experiment : plugin.experiments)
        if (experiment->declaration.id == id) return experiment;
    throw Error(
        fmt::format("the plugin '{}' has no experiment '{}', though its plugin.json says so", plugin.info.id, id),
        "build it again");
}

Provenance provenance_of(const PluginInfo& plugin, const RunRow& row) {
    ProvenanceOf of;
    of.plugin = plugin.id;
    of.plugin_version = plugin.version;
    of.plugin_build_key = plugin.build_key;
    of.device = row.device;
    of.threads = row.threads;
    for (const auto& info : devices())
        if (info.device.name() == row.device) of.device_description = info.description, of.device_driver = info.driver;
    auto provenance = collect_provenance(of);
    // The command that a person typed tells more than the one that started this child.
    if (const char* typed = std::getenv("ORRERY_COMMAND_LINE")) provenance.values["process/arguments"] = typed;
    return provenance;
}

RunEnd run_to_end(const Experiment& experiment, const Values& values, RecordedRun& run) {
    const auto failed = [](std::string what, std::string hint, ExitCode code = ExitCode::failed) {
        platform::write_log_line(what); // unlike fmt::print, not ended by a full disk
        return RunEnd{Outcome::failed, static_cast<int>(code), std::move(what), std::move(hint)};
    };
    try {
        experiment.run(values, run);
        run.flush();
        return {};
    } catch (const Stopped&) {
        const bool can_go_on = run.has_checkpoint();
        return {Outcome::stopped, static_cast<int>(ExitCode::stopped), "the run was stopped",
                can_go_on ? fmt::format("`orrery resume {}` goes on from its checkpoint", run.id())
                          : "what it had written is kept"};
    } catch (const Error& error) {
        return failed(error.what(), error.hint(), error.code());
    } catch (const std::bad_alloc&) {
        return failed("there was not enough memory", "make the run smaller");
    } catch (const std::exception& error) {
        // A library's message can be a page with a stack trace: its first line is the sentence, the log has it all.
        platform::write_log_line(error.what());
        std::string first = error.what();
        first.erase(0, std::min(first.size(), first.find_first_not_of(" \n")));
        first.erase(std::min(first.size(), first.find('\n')));
        if (first.empty()) first = "the run failed without a reason";
        return {Outcome::failed, static_cast<int>(ExitCode::failed), std::move(first), "the log of the run tells more"};
    }
}

// What a run that began before goes on from; nothing if it begins now or anew.
std::optional<StoredCheckpoint> origin_of(const Project& project, const RunRow& row) {
    if (row.began.empty()) return std::nullopt;
    remove_half_written(project.checkpoint_file(row.id));
    auto origin = read_checkpoint(project.checkpoint_file(row.id), row.id);
    if (!origin && row.checkpoint)
        throw Error(fmt::format("the checkpoint of run {} is gone: there is no {}", row.id,
                                project.checkpoint_file(row.id).string()),
                    "run it again from the start");
    return origin;
}

// What becomes of a new run is its supervisor's matter; one that had begun says why it can't go on.
ExitCode refuse(Project& project, const RunRow& row, const Problems& problems) {
    for (const auto& problem : problems) platform::write_log_line(problem.line());
    if (!row.began.empty())
        project.end(row.id, {Outcome::failed,
                             static_cast<int>(ExitCode::usage),
                             fmt::format("the run can't go on: {}", problems.begin()->line()),
                             {}});
    return ExitCode::usage;
}

} // namespace

ExitCode execute_job(const fs::path& folder, const std::string& id, const std::vector<int>& lock_descriptors) {
    std::vector<FileLock> locks; // kept until this process ends
    for (const int descriptor : lock_descriptors) locks.push_back(FileLock::adopt(descriptor));
    StopOnSignal stop;
    auto project = Project::open(folder, Access::write);
    const auto row = project.run(id);
    RunEnd end;
    try {
        parse_device(row.device); // the project may come from another machine
        const PluginCatalogue plugins(plugin_path(folder));
        const auto found = plugins.find(row.experiment);
        const auto plugin = open_plugin(found.plugin->library);
        const auto experiment = experiment_in(plugin, row.experiment);
        Problems problems;
        const auto values = experiment->declaration.schema.parse(row.parameters, problems);
        if (problems.empty()) experiment->check(values, problems);
        if (problems.empty() && experiment->memory) {
            const std::int64_t bytes = experiment->memory(values);
            if (bytes > 0) project.set_memory(id, bytes);
            check_memory(bytes, {row.device != "cpu", 0}, problems);
        }
        if (!problems.empty()) return refuse(project, row, problems);
        auto origin = origin_of(project, row);
        project.begin(id, provenance_of(plugin.info, row), origin ? std::optional(origin->step) : std::nullopt);
        RecordedRun run(project, id, stop.token(), std::move(origin));
        end = run_to_end(*experiment, values, run);
        run.finish(end);
        return static_cast<ExitCode>(end.exit_code);
    } catch (const Error& error) {
        end = {Outcome::failed, static_cast<int>(ExitCode::failed), error.what(), error.hint()};
    } catch (const std::exception& error) {
        end = {Outcome::failed, static_cast<int>(ExitCode::failed), error.what(), {}};
    }
    platform::write_log_line(end.error);
    project.end(id, end);
    return static_cast<ExitCode>(end.exit_code);
}

} // namespace orrery
