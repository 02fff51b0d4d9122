// SPDX-License-Identifier: BSD-3-Clause
// The supervisor's side of a job; the child's side is in job_child.cpp.
#include "core/jobs/job.h"

#include "core/labels.h"
#include "core/platform/disk.h"
#include "core/platform/machine.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <cstdlib>
#include <fstream>
#include <set>

namespace fs = std::filesystem;

namespace orrery {
namespace {

// One thread count for all the libraries that keep their own. Threads that wait spin briefly only: with the default a
// run takes ten times as long as soon as another program wants the same cores (measured: sqg.spectral at 256^2, 1.5 s
// against 14 s), while alone it is no faster.
std::map<std::string, std::string> threads_environment(int threads) {
    const auto text = std::to_string(threads);
    std::map<std::string, std::string> environment{{"OMP_NUM_THREADS", text}, {"MKL_NUM_THREADS", text}};
    if (!std::getenv("GOMP_SPINCOUNT")) environment["GOMP_SPINCOUNT"] = "3000";
    return environment;
}

// Held while it is removed, so that nobody's lock loses its name.
void remove_free_lock(const fs::path& file) {
    std::error_code ignored;
    if (!fs::exists(file, ignored)) return;
    if (const auto lock = FileLock::try_take(file)) fs::remove(file, ignored);
}

} // namespace

void check_labels(JobOrder& order) {
    order.name = checked_name(order.name);
    order.note = checked_note(order.note);
    for (auto& tag : order.tags) tag = checked_tag(tag);
}

RunRequest request_of(const PluginCatalogue::Found& found, const JobOrder& order,
                      const std::vector<std::string>& command_line) {
    RunRequest request;
    request.experiment = order.experiment;
    request.plugin = found.plugin->id;
    request.name = order.name;
    request.note = order.note;
    request.tags = order.tags;
    request.parameters = json_of(order.parameters);
    request.declaration = found.experiment->to_json();
    request.seed = order.seed;
    request.reproduces = order.reproduces;
    request.device = order.device.name();
    request.threads = order.threads > 0 ? order.threads : threads_for();
    request.priority = order.priority;
    request.sweep = order.sweep;
    std::error_code gone;
    if (!command_line.empty())
        request.command = {{"arguments", command_line}, {"folder", fs::current_path(gone).string()}};
    return request;
}

Job Job::start(Project& project, const std::string& run, FileLock lock, const Slots& slots) {
    const RunRow row = project.run(run);
    platform::SpawnRequest spawn;
    spawn.inherited = slots.descriptors();
    spawn.inherited.insert(spawn.inherited.begin(), lock.descriptor());
    spawn.program = platform::command_line_program();
    spawn.arguments = {"run",
                       "--job",
                       run,
                       "--project",
                       project.folder().string(),
                       "--locks",
                       fmt::format("{}", fmt::join(spawn.inherited, ","))};
    spawn.environment = threads_environment(row.threads);
    if (row.command.is_object()) {
        spawn.environment["ORRERY_COMMAND_LINE"] = row.command.value("arguments", nlohmann::json::array())
                                                       .dump(-1, ' ', false, nlohmann::json::error_handler_t::replace);
        spawn.folder = row.command.value("folder", std::string()); // relative paths among the parameters start here
    }
    spawn.log = project.log_file(run);
    Job job;
    job.id_ = run;
    job.claim_ = project.claim_of(run);
    job.log_ = spawn.log;
    job.lock_file_ = project.lock_file(run);
    try {
        job.child_ = std::make_unique<platform::ChildProcess>(spawn);
    } catch (const Error& error) {
        project.end(run, {Outcome::failed, static_cast<int>(ExitCode::failed), error.what(), error.hint()});
        throw;
    }
    return job; // the locks of this process are let go by the caller; the child's descriptors keep them
}

void Job::stop() {
    stop_requested_ = true;
    child_->terminate();
}

void Job::kill() {
    killed_ = true;
    child_->kill();
}

ExitCode Job::finish(Project& project) {
    const platform::ChildEnd end = *child_->wait(0);
    const auto code = end.signal != 0 ? ExitCode::failed : static_cast<ExitCode>(end.exit_code);
    // Between the child's end and this look somebody else may have let the run go on.
    if (project.claim_of(id_) != claim_) return code;
    if (code == ExitCode::usage) {
        remove_free_lock(lock_file_);
        return code;
    }
    const bool can_go_on = project.run(id_).checkpoint.has_value();
    const std::string kept = can_go_on ? fmt::format("`orrery resume {}` goes on from its last checkpoint", id_)
                                       : "metrics written until then are kept";
    RunEnd row{Outcome::failed, end.exit_code,
               fmt::format("the run ended with exit code {} without saying why", end.exit_code),
               fmt::format("its log is {}", log_.string())};
    if (end.signal != 0)
        row = {Outcome::failed, static_cast<int>(ExitCode::failed),
               fmt::format("the run was killed by {}", platform::signal_name(end.signal)),
               fmt::format("its log is {}; {}", log_.string(), kept)};
    const bool asked = stop_requested_ || project.stop_requested(id_);
    if (killed_ || (asked && end.signal == platform::kill_signal))
        row = {Outcome::stopped, static_cast<int>(ExitCode::stopped), "the run was killed on request", kept};
    // A child that was asked to stop before it could listen dies of the signal itself: it was stopped all the same.
    else if (asked && end.signal != 0)
        row = {Outcome::stopped, static_cast<int>(ExitCode::stopped), "the run was stopped", kept};
    project.end(id_, row, claim_); // does nothing if the child said how it ended
    remove_free_lock(lock_file_);
    // A child that was killed couldn't, however far it came; if the run goes on already, its folder is its own again.
    std::error_code ignored;
    if (!can_go_on && project.claim_of(id_) == claim_) fs::remove_all(project.scratch_folder(id_), ignored);
    const auto ended = project.run(id_).end;
    return ended ? static_cast<ExitCode>(ended->exit_code) : code;
}

void check_memory(std::int64_t bytes, const Device& device, Problems& problems) {
    if (bytes <= 0 || device.cuda || std::getenv("ORRERY_IGNORE_MEMORY")) return;
    const std::int64_t free = platform::available_memory();
    if (bytes <= free) return;
    constexpr double gib = 1 << 30;
    problems.add({}, fmt::format("the run needs about {:.1f} GiB of memory, and {:.1f} GiB are free: make it smaller, "
                                 "or set ORRERY_IGNORE_MEMORY=1 to try it",
                                 static_cast<double>(bytes) / gib, static_cast<double>(free) / gib));
}

std::int64_t check_in_child(const PluginInfo& plugin, const std::string& experiment, const Values& values,
                            Problems& problems, const std::stop_token& stop) {
    const fs::path answer = platform::make_temporary_folder("orrery-check-");
    platform::SpawnRequest spawn;
    spawn.program = platform::command_line_program();
    spawn.arguments = {"declare",      plugin.library.string(), "--check", experiment,
                       "--parameters", json_of(values).dump(),  "--out",   (answer / "problems.json").string()};
    spawn.log = answer / "log";
    platform::ChildProcess child(spawn);
    std::error_code ignored;
    while (!child.wait(100)) {
        if (!stop.stop_requested()) continue;
        // It isn't killed: a plugin that doesn't live to its opening's end counts as one that crashed.
        fs::remove_all(answer, ignored);
        return 0;
    }
    const platform::ChildEnd end = *child.wait(0);
    std::ifstream in(answer / "problems.json");
    const auto document = nlohmann::json::parse(in, nullptr, false);
    std::ifstream log(answer / "log");
    const std::string said((std::istreambuf_iterator<char>(log)), {});
    fs::remove_all(answer, ignored);
    if (end.signal != 0)
        throw Error(fmt::format("the plugin '{}' crashed while it checked the parameters: {}", plugin.id,
                                platform::signal_name(end.signal)));
    if (!document.is_object())
        throw Error(fmt::format("the plugin '{}' could not check the parameters", plugin.id), said);
    std::set<std::string> named;
    for (const auto& p : problems) named.insert(p.field);
    for (const auto& p : document.at("problems")) {
        auto field = p.at("field").get<std::string>();
        if (field.empty() || !named.contains(field)) problems.add(std::move(field), p.at("problem").get<std::string>());
    }
    return document.at("memory").get<std::int64_t>();
}

} // namespace orrery
