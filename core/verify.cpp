// SPDX-License-Identifier: BSD-3-Clause
#include "core/verify.h"

#include "core/canonical_json.h"
#include "core/jobs/checkpoint_file.h"
#include "core/platform/machine.h"
#include "core/project.h"
#include "core/sha256.h"

#include <algorithm>
#include <atomic>
#include <chrono>
#include <map>
#include <mutex>
#include <thread>

namespace fs = std::filesystem;

namespace orrery {

namespace {

// One file, which several runs may share.
struct Stored {
    ArtifactRow artifact;
    std::vector<std::string> objects;
    std::string what; // is wrong with it; empty: nothing
};

void check(Stored& stored, const Project& project) {
    const auto& artifact = stored.artifact;
    const bool is_hash =
        artifact.sha256.size() == 64 && artifact.sha256.find_first_not_of("0123456789abcdef") == std::string::npos;
    if (!is_hash) {
        stored.what = "its row names no SHA-256, so its file can't be found";
        return;
    }
    const fs::path file = project.artifact_path(artifact);
    const std::string name = fs::relative(file, project.folder()).string();
    std::error_code error;
    const auto size = fs::file_size(file, error);
    if (error) {
        stored.what = "its file " + name + " is missing or can't be read: " + error.message();
    } else if (static_cast<std::int64_t>(size) != artifact.bytes) {
        stored.what =
            "its file " + name + " has " + std::to_string(size) + " bytes instead of " + std::to_string(artifact.bytes);
    } else {
        try {
            if (sha256_of_file(file) != artifact.sha256)
                stored.what = "the content of its file " + name + " was changed: its SHA-256 is another";
        } catch (const Error& unreadable) {
            stored.what = unreadable.what();
        }
    }
}

// Large files first, so that the threads end together.
void check_files(const Project& project, std::vector<Stored>& files) {
    std::sort(files.begin(), files.end(),
              [](const Stored& a, const Stored& b) { return a.artifact.bytes > b.artifact.bytes; });
    std::atomic<std::size_t> next = 0;
    const auto work = [&] {
        for (std::size_t i = next++; i < files.size(); i = next++) check(files[i], project);
    };
    const auto count =
        std::min<std::size_t>(static_cast<std::size_t>(std::clamp(platform::cpu_count(), 1, 8)), files.size());
    std::vector<std::jthread> threads;
    for (std::size_t i = 1; i < count; ++i) threads.emplace_back(work);
    work();
}

// What runs that can go on would go on from.
void check_checkpoints(const Project& project, std::vector<Damage>& problems) {
    for (const auto& row : project.runs(true)) {
        if (!row.checkpoint || row.status == Status::running || row.status == Status::stopping) continue;
        const std::string object = "run " + row.id + ", checkpoint";
        try {
            const auto found = read_checkpoint(project.checkpoint_file(row.id), row.id);
            if (!found)
                problems.push_back({object, "its file " + project.checkpoint_file(row.id).string() + " is gone"});
            else if (found->step < *row.checkpoint)
                problems.push_back({object, "its file is of step " + std::to_string(found->step) +
                                                ", its row of step " + std::to_string(*row.checkpoint)});
        } catch (const Error& error) {
            problems.push_back({object, error.what()});
        }
    }
}

} // namespace

Verification verify(const Project& project) {
    const auto start = std::chrono::steady_clock::now();
    Verification result;
    result.problems = project.inspect();
    std::vector<Stored> files;
    try {
        std::map<std::pair<std::string, std::int64_t>, std::size_t>
            known; // the same content with another size is another
        for (const auto& [run, artifact] : project.all_artifacts()) {
            const auto [place, is_new] = known.emplace(std::pair(artifact.sha256, artifact.bytes), files.size());
            if (is_new) files.push_back({artifact, {}, {}});
            files[place->second].objects.push_back("run " + run + ", artifact " + artifact.name);
        }
    } catch (const DatabaseDamaged& damage) {
        result.problems.push_back({"table artifact", damage.what()});
    }
    check_files(project, files);
    try {
        check_checkpoints(project, result.problems);
    } catch (const Error&) { // rows that can't be read were named above
    }
    for (const auto& file : files) {
        ++result.files;
        result.bytes += file.artifact.bytes;
        if (file.what.empty()) continue;
        for (const auto& object : file.objects) result.problems.push_back({valid_utf8(object), file.what});
    }
    result.seconds = std::chrono::duration<double>(std::chrono::steady_clock::now() - start).count();
    return result;
}

Verification verify(const fs::path& folder) {
    try {
        return verify(Project::open(folder, Access::read));
    } catch (const DatabaseDamaged& damage) {
        Verification result;
        result.problems.push_back({"project.db", damage.what()});
        return result;
    }
}

} // namespace orrery
