// SPDX-License-Identifier: BSD-3-Clause
#include "core/backup.h"

#include "core/canonical_json.h"
#include "core/platform/disk.h"
#include "core/project.h"
#include "core/run_id.h"

#include <chrono>
#include <map>

namespace fs = std::filesystem;

namespace orrery {

namespace {

void expect_free(const fs::path& target, const Project& project) {
    if (target.extension() != ".orrery")
        throw Error("A backup is a folder that is a project, so " + target.string() + " must end in .orrery.",
                    "For example " + fs::path(target).replace_extension(".orrery").string() + ".", ExitCode::usage);
    if (fs::exists(fs::symlink_status(target)))
        throw Error(target.string() + " is there already; a backup replaces nothing.", "Give another name.",
                    ExitCode::usage);
    const auto parent = target.parent_path();
    if (!fs::is_directory(parent))
        throw Error("There is no folder " + parent.string() + ".", "Make it first.", ExitCode::usage);
    const auto inside = fs::weakly_canonical(parent).lexically_relative(fs::weakly_canonical(project.folder()));
    if (!inside.empty() && *inside.begin() != "..")
        throw Error("A backup of " + project.folder().string() + " can't lie inside of it.", "Give another folder.",
                    ExitCode::usage);
}

// Copies and hashes in one pass; returns what is wrong with the original, or nothing.
std::string copy_artifact(const fs::path& from, const ArtifactRow& artifact, const fs::path& folder) {
    if (!fs::is_regular_file(from)) return "its file is missing";
    const fs::path link = folder / "link"; // what a link points to is copied, not moved
    fs::create_symlink(from, link);
    const auto stored = platform::store_by_hash(link, folder / "artifacts");
    fs::remove(link);
    if (stored.sha256 == artifact.sha256) return {};
    return "its file had been changed; the copy lies under its real SHA-256 " + stored.sha256;
}

void copy_artifacts(const Project& project, const Project& copy, Verification& result) {
    std::map<std::string, std::string> done; // what is wrong, by hash
    for (const auto& [run, artifact] : copy.all_artifacts()) {
        auto known = done.find(artifact.sha256);
        if (known == done.end()) {
            known =
                done.emplace(artifact.sha256, copy_artifact(project.artifact_path(artifact), artifact, copy.folder()))
                    .first;
            ++result.files;
            result.bytes += artifact.bytes;
        }
        if (!known->second.empty())
            result.problems.push_back({valid_utf8("run " + run + ", artifact " + artifact.name), known->second});
    }
}

// Logs, and what runs go on from: a checkpoint is replaced as a whole, and the scratch folder of a run that is going on
// is checked by whoever goes on from it. Something may be gone before it is copied.
void copy_of_job(const fs::path& from, const fs::path& to) {
    std::error_code gone;
    const auto kind = from.extension();
    if (kind == ".log" || kind == ".checkpoint") fs::copy_file(from, to, gone);
    if (kind == ".tmp") fs::copy(from, to, fs::copy_options::recursive, gone);
    if (gone && gone != std::errc::no_such_file_or_directory) throw fs::filesystem_error("copy", from, to, gone);
}

void copy_rest(const fs::path& from, const fs::path& to) {
    for (const char* part : {"artifacts", "jobs", "plugins"}) fs::create_directories(to / part);
    if (fs::exists(from / "jobs"))
        for (const auto& entry : fs::directory_iterator(from / "jobs"))
            copy_of_job(entry.path(), to / "jobs" / entry.path().filename());
    if (fs::exists(from / "plugins")) fs::copy(from / "plugins", to / "plugins", fs::copy_options::recursive);
}

} // namespace

Verification back_up(const Project& project, const fs::path& wanted) {
    const auto start = std::chrono::steady_clock::now();
    fs::path target = fs::absolute(wanted).lexically_normal();
    if (!target.has_filename()) target = target.parent_path(); // "name.orrery/"
    expect_free(target, project);
    const fs::path making = target.string() + "." + new_run_id() + ".partial";
    Verification result;
    try {
        fs::create_directory(making);
        project.copy_database(making / "project.db"); // first: then no checkpoint is older than its row says
        copy_rest(project.folder(), making);
        {
            const auto copy = Project::open(making, Access::read);
            result.problems = copy.inspect();
            copy_artifacts(project, copy, result);
        }
        fs::rename(making, target);
    } catch (const fs::filesystem_error& error) {
        std::error_code ignored;
        fs::remove_all(making, ignored);
        throw Error("The backup " + target.string() + " can't be made: " + error.code().message() + ".",
                    "Make room on the disk, or check that you may write there.");
    } catch (...) {
        std::error_code ignored;
        fs::remove_all(making, ignored);
        throw;
    }
    result.seconds = std::chrono::duration<double>(std::chrono::steady_clock::now() - start).count();
    return result;
}

} // namespace orrery
