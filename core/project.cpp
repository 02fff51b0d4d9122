// SPDX-License-Identifier: BSD-3-Clause
#include "core/project_impl.h"

#include "core/canonical_json.h"
#include "core/database/event_log.h"
#include "core/database/inspection.h"
#include "core/database/open.h"
#include "core/database/result_tables.h"
#include "core/database/run_hash.h"
#include "core/database/run_table.h"
#include "core/database/upkeep.h"
#include "core/loose_files.h"
#include "core/platform/disk.h"
#include "core/platform/machine.h"
#include "core/platform/process_info.h"
#include "core/run_id.h"
#include "core/sha256.h"

#include <algorithm>
#include <cctype>
#include <cmath>
#include <set>

namespace orrery {

namespace fs = std::filesystem;

[[noreturn]] void no_such_run(std::string_view id) {
    throw Error("There is no run " + std::string(id) + " in this project.", "`orrery runs` lists them.",
                ExitCode::usage);
}

namespace {

// A new project goes into an empty folder, or one where making it was interrupted: never into a folder of other things.
void make_folders(const fs::path& folder) {
    static const std::set<std::string> ours{"artifacts",      "jobs",           "plugins",           "project.db",
                                            "project.db-wal", "project.db-shm", "project.db-journal"};
    try {
        if (fs::exists(folder) && !fs::is_directory(folder))
            throw Error(folder.string() + " is a file, not a project. Nothing was changed.", "Name a folder.",
                        ExitCode::usage);
        if (fs::exists(folder))
            for (const auto& entry : fs::directory_iterator(folder))
                if (!ours.contains(entry.path().filename().string()))
                    throw Error("The folder " + folder.string() + " is not empty and no project: it holds " +
                                    entry.path().filename().string() + ". Nothing was changed.",
                                "Name a new folder, for example " + (folder / "project.orrery").string() + ".",
                                ExitCode::usage);
        for (const char* part : {"artifacts", "jobs", "plugins"}) fs::create_directories(folder / part);
    } catch (const fs::filesystem_error& error) {
        throw Error("The project " + folder.string() + " can't be made: " + error.code().message() + ".",
                    "Check that you may write there.");
    }
}

// What has ended is sealed: nothing may be added.
void expect_unsealed(database::Connection& connection, std::string_view run) {
    if (database::update_heartbeat(connection, run)) return;
    if (!database::run_exists(connection, run)) no_such_run(run);
    throw Error("Run " + std::string(run) + " has ended: nothing can be added to it.");
}

} // namespace

// --- opening ---

Project Project::open(const fs::path& folder, Access access) {
    auto impl = std::make_unique<Impl>();
    impl->folder = fs::absolute(folder).lexically_normal();
    if (!impl->folder.has_filename()) impl->folder = impl->folder.parent_path(); // "name.orrery/"
    const auto file = impl->folder / "project.db";
    std::error_code ignored;
    database::expect_not_lost(file);
    if (!fs::exists(file, ignored)) {
        if (access != Access::create)
            throw Error("There is no project at " + impl->folder.string() + ".",
                        "`orrery run ... --project " + impl->folder.string() + "` makes one.", ExitCode::usage);
        make_folders(impl->folder);
    }
    const auto mode = access == Access::read    ? database::OpenMode::read
                      : access == Access::write ? database::OpenMode::write
                                                : database::OpenMode::create;
    auto opened = database::open_database(file, mode);
    impl->connection = std::move(opened.connection);
    impl->writable = opened.writable;
    impl->notice = std::move(opened.notice);
    impl->temporary = std::move(opened.temporary);
    impl->identity = platform::identity_of(file);
    impl->network = !database::can_use_write_ahead_log(impl->folder);
    // An empty folder may have been left out of a copy or an archive.
    if (impl->writable)
        for (const char* part : {"artifacts", "jobs"}) fs::create_directories(impl->folder / part, ignored);
    return Project(std::move(impl));
}

Project::Project(std::unique_ptr<Impl> impl) : impl_(std::move(impl)) {}
Project::Project(Project&&) noexcept = default;
Project& Project::operator=(Project&&) noexcept = default;
Project::~Project() = default;

const fs::path& Project::folder() const { return impl_->folder; }
bool Project::is_in_place() const {
    return !impl_->temporary.empty() || platform::identity_of(folder() / "project.db") == impl_->identity;
}
bool Project::writable() const { return impl_->writable; }
const std::string& Project::notice() const { return impl_->notice; }
bool Project::on_network_disk() const { return impl_->network; }
fs::path Project::lock_file(std::string_view run) const {
    return impl_->folder / "jobs" / (std::string(run) + ".lock");
}
fs::path Project::log_file(std::string_view run) const { return impl_->folder / "jobs" / (std::string(run) + ".log"); }
fs::path Project::checkpoint_file(std::string_view run) const {
    return folder() / "jobs" / (std::string(run) + ".checkpoint");
}
fs::path Project::owner_file(std::string_view owner) const {
    return folder() / "jobs" / (std::string(owner) + ".lock");
}
fs::path Project::scratch_folder(std::string_view run) const {
    return impl_->folder / "jobs" / (std::string(run) + ".tmp");
}

fs::path Project::artifact_path(const ArtifactRow& artifact) const {
    return impl_->folder / "artifacts" / artifact.sha256.substr(0, 2) / artifact.sha256;
}

fs::path Project::sound_artifact(const ArtifactRow& artifact) const {
    auto path = artifact_path(artifact);
    std::error_code ignored;
    if (!fs::exists(path, ignored))
        throw Error("The artifact '" + artifact.name + "' is missing: there is no " + path.string() + ".",
                    "Run it again.");
    if (sha256_of_file(path) != artifact.sha256)
        throw Error("The artifact '" + artifact.name + "' is damaged: " + path.string() +
                        " has changed since the run wrote it.",
                    "Nothing was written. Run it again, or bring the file back from a backup.");
    return path;
}

// --- what a run writes ---

void Project::append(std::string_view run, const MetricBatch& batch) {
    auto& connection = impl_->writing();
    connection.write([&] {
        expect_unsealed(connection, run);
        database::insert_metrics(connection, run, batch);
        if (batch.has_progress) database::update_progress(connection, run, batch.progress, valid_utf8(batch.doing));
    });
}

ArtifactRow Project::add_artifact(std::string_view run, std::string_view name, Kind kind, const fs::path& file) {
    auto& connection = impl_->writing();
    const auto stored = platform::store_by_hash(file, impl_->folder / "artifacts");
    ArtifactRow row{valid_utf8(name), kind, valid_utf8(file.filename().string()), stored.sha256, stored.bytes};
    connection.write([&] {
        expect_unsealed(connection, run);
        database::insert_artifact(connection, run, row);
    });
    return row;
}

InputRow Project::add_input(std::string_view run, const fs::path& file) {
    impl_->writing(); // a project that can't be written is found before the work
    const std::string hash = sha256_of_file(file);
    InputRow row{valid_utf8(fs::absolute(file).lexically_normal().string()), hash,
                 static_cast<std::int64_t>(fs::file_size(file))};
    add_input(run, row);
    return row;
}

void Project::add_input(std::string_view run, const InputRow& input) {
    auto& connection = impl_->writing();
    connection.write([&] {
        expect_unsealed(connection, run);
        database::insert_input(connection, run, input);
    });
}

// --- reading ---

std::string Project::find(std::string_view text) const {
    auto& connection = impl_->reading();
    if (text == "last") {
        const auto newest = connection.read([&] { return database::ids_with_prefix(connection, "", 1); });
        if (newest.empty()) throw Error("The project " + folder().string() + " has no runs yet.", "", ExitCode::usage);
        return newest.front();
    }
    std::string prefix(text);
    std::transform(prefix.begin(), prefix.end(), prefix.begin(), [](unsigned char c) { return std::tolower(c); });
    constexpr int shown = 5;
    std::vector<std::string> ids;
    if (!prefix.empty())
        ids = connection.read([&] { return database::ids_with_prefix(connection, prefix, shown + 1); });
    if (ids.size() == 1) return ids.front();
    const auto exact = std::find(ids.begin(), ids.end(), prefix);
    if (exact != ids.end()) return *exact;
    const bool unknown = ids.empty();
    if (unknown) ids = connection.read([&] { return database::ids_with_prefix(connection, "", shown); });
    std::string names;
    for (std::size_t i = 0; i < ids.size() && i < shown; ++i) names += (i ? ", " : "") + ids[i];
    if (ids.size() > shown) names += " and others";
    if (unknown)
        throw Error("No run begins with '" + valid_utf8(text) + "' in " + folder().string() + ".",
                    names.empty() ? "It has no runs yet." : "The newest are " + names + ".", ExitCode::usage);
    throw Error("More than one run begins with '" + prefix + "': " + names + ".", "Give more characters.",
                ExitCode::usage);
}

std::vector<std::string> Project::ids(const std::string& prefix, int limit) const {
    auto& connection = impl_->reading();
    return connection.read([&] { return database::ids_with_prefix(connection, prefix, limit); });
}

std::vector<RunRow> Project::runs(bool with_removed) const {
    auto& connection = impl_->reading();
    return impl_->finished(
        connection.read([&] { return database::select_runs(connection, std::nullopt, with_removed); }));
}

std::vector<RunRow> Project::brief_runs() const {
    auto& connection = impl_->reading();
    return impl_->finished(
        connection.read([&] { return database::select_runs(connection, std::nullopt, false, false); }));
}

RunRow Project::run(std::string_view id) const {
    auto& connection = impl_->reading();
    auto rows = impl_->finished(connection.read([&] { return database::select_runs(connection, id, true); }));
    if (rows.empty()) no_such_run(id);
    return std::move(rows.front());
}

std::vector<std::string> Project::metric_keys(std::string_view run) const {
    auto& connection = impl_->reading();
    return connection.read([&] { return database::select_metric_keys(connection, run); });
}

std::vector<MetricPoint> Project::metric_series(std::string_view run, std::string_view key) const {
    auto& connection = impl_->reading();
    return connection.read([&] { return database::select_metric(connection, run, key); });
}

std::vector<ArtifactRow> Project::artifacts(std::string_view run) const {
    auto& connection = impl_->reading();
    return connection.read([&] { return database::select_artifacts(connection, run); });
}

std::vector<ArtifactRow> Project::named_artifacts(std::string_view run) const {
    auto& connection = impl_->reading();
    return connection.read([&] { return database::select_named_artifacts(connection, run); });
}

std::vector<InputRow> Project::inputs(std::string_view run) const {
    auto& connection = impl_->reading();
    return connection.read([&] { return database::select_inputs(connection, run); });
}

bool Project::inputs_unchanged(std::string_view run) const {
    const auto list = inputs(run);
    return std::all_of(list.begin(), list.end(), [](const InputRow& input) {
        std::error_code ignored;
        return fs::is_regular_file(input.path, ignored) && sha256_of_file(input.path) == input.sha256;
    });
}

std::map<std::string, std::string> Project::provenance(std::string_view run) const {
    auto& connection = impl_->reading();
    return connection.read([&] { return database::select_provenance(connection, run); });
}

nlohmann::json Project::declaration(std::string_view run) const {
    auto& connection = impl_->reading();
    const std::string text = connection.read([&] { return database::select_declaration(connection, run); });
    if (text.empty()) no_such_run(run);
    auto json = nlohmann::json::parse(text, nullptr, false);
    if (json.is_discarded()) throw Error("The declaration of run " + std::string(run) + " is damaged: it is not JSON.");
    return json;
}

// --- the event log ---

void Project::log_event(std::string_view kind, std::string_view run, const nlohmann::json& data) {
    auto& connection = impl_->writing();
    connection.write([&] { database::append_event(connection, kind, run, data); });
}

std::vector<EventRow> Project::events() const {
    auto& connection = impl_->reading();
    return connection.read([&] { return database::select_events(connection); });
}

std::string Project::run_hash(std::string_view run) const {
    auto& connection = impl_->reading();
    return connection.read([&] {
        return database::seal_of_run(connection, run, database::is_sealed_with_origin(connection, run)).sha256;
    });
}

// --- upkeep ---

bool Project::set_removed(std::string_view run, bool removed) {
    auto& connection = impl_->writing();
    return connection.write([&] {
        const auto rows = database::select_runs(connection, run, true);
        if (rows.empty()) no_such_run(run);
        const Status status = impl_->status_of(rows.front());
        if (removed && (status == Status::running || status == Status::stopping || status == Status::queued))
            throw Error("Run " + std::string(run) + " is " + name_of(status) + " and can't be removed.",
                        "Stop it first.", ExitCode::usage);
        if (!database::mark_removed(connection, run, removed)) return false;
        database::append_event(connection, removed ? "run.remove" : "run.restore", run, nlohmann::json::object());
        return true;
    });
}

bool Project::set_artifacts_removed(std::string_view run, bool removed) {
    auto& connection = impl_->writing();
    return connection.write([&] {
        const auto rows = database::select_runs(connection, run, true);
        if (rows.empty()) no_such_run(run);
        const std::string subject = "Run " + rows.front().row.id;
        const Status status = impl_->status_of(rows.front());
        if (status == Status::running || status == Status::stopping || status == Status::queued)
            throw Error(subject + " is " + name_of(status) + ": its artifacts can't be removed.", "Stop it first.",
                        ExitCode::usage);
        const auto artifacts = database::select_named_artifacts(connection, run);
        if (artifacts.empty()) throw Error(subject + " made no artifacts.", "", ExitCode::usage);
        if (rows.front().row.artifacts_removed == removed) return false;
        std::int64_t bytes = 0;
        for (const auto& artifact : artifacts) {
            bytes += artifact.bytes;
            if (!removed && !fs::exists(artifact_path(artifact)))
                throw Error("The artifact '" + artifact.name + "' of run " + rows.front().row.id +
                                " can't be brought back: its file was deleted.",
                            "`orrery reproduce` makes it again, in a run of its own.", ExitCode::usage);
        }
        database::append_event(connection,
                               removed ? database::artifacts_removed_event : database::artifacts_restored_event, run,
                               {{"artifacts", std::to_string(artifacts.size())}, {"bytes", std::to_string(bytes)}});
        return true;
    });
}

ProjectSize Project::size() const {
    auto& connection = impl_->reading();
    std::set<std::string> named;
    ProjectSize size = connection.read([&] {
        named = database::select_files(connection);
        return database::select_size(connection);
    });
    for (const auto& file : loose_files(folder() / "artifacts", named)) {
        ++size.loose_files;
        size.loose_bytes += file.bytes;
    }
    return size;
}

namespace {

// Of a run that ended and can't go on: whoever should have removed it was killed in that very moment.
void remove_left_scratch_folders(const Project& project) {
    std::error_code ignored;
    std::vector<fs::path> left;
    for (fs::directory_iterator it(project.folder() / "jobs", ignored), end; !ignored && it != end;
         it.increment(ignored))
        if (it->path().extension() == ".tmp") left.push_back(it->path());
    for (const auto& path : left) {
        const auto named = project.ids(path.stem().string(), 1);
        if (named.empty() || named.front() != path.stem()) continue;
        const auto row = project.run(named.front());
        if (row.end && !row.checkpoint) fs::remove_all(path, ignored);
    }
}

} // namespace

Compacted Project::compact() {
    auto& connection = impl_->writing();
    Compacted done;
    std::error_code ignored;
    // The rows first, in a transaction of their own: a crash in between leaves files without rows, never the reverse.
    done.runs = connection.write([&] {
        impl_->expect_idle();
        auto ids = database::delete_removed_runs(connection);
        if (!ids.empty()) database::append_event(connection, "project.compact", "", {{"runs", ids}});
        return ids;
    });
    for (const auto& id : done.runs) {
        fs::remove(log_file(id), ignored);
        fs::remove(lock_file(id), ignored);
        fs::remove(checkpoint_file(id), ignored);
        fs::remove_all(scratch_folder(id), ignored);
    }
    remove_left_scratch_folders(*this);
    // The transaction keeps every other process from starting a run or naming a file meanwhile.
    connection.write([&] {
        impl_->expect_idle();
        for (const auto& file : loose_files(folder() / "artifacts", database::select_files(connection))) {
            if (!fs::remove(file.path, ignored)) continue;
            ++done.files;
            done.bytes += file.bytes;
        }
        if (done.files > 0)
            database::append_event(connection, "project.compact", "", {{"files", done.files}, {"bytes", done.bytes}});
    });
    database::vacuum(connection);
    return done;
}

void Project::copy_database(const fs::path& file) const { database::copy_to(impl_->reading(), file); }

// --- for verify() ---

std::vector<Damage> Project::inspect() const {
    auto& connection = impl_->reading();
    return database::inspect(connection);
}

std::vector<std::pair<std::string, ArtifactRow>> Project::all_artifacts() const {
    auto& connection = impl_->reading();
    return connection.read([&] { return database::select_all_artifacts(connection); });
}

} // namespace orrery
