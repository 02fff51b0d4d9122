// SPDX-License-Identifier: BSD-3-Clause
// Runs an experiment of the plugin within the test's own process.
#pragma once
#include "core/experiment.h"
#include "core/memory_run.h"
#include "tests/catch.h"

#include <unistd.h>

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <memory>
#include <string>
#include <vector>

namespace experiments {

using namespace orrery;

inline const Experiment& experiment_named(const std::string& id) {
    const auto& all = experiments_of_this_library();
    const auto found = std::find_if(all.begin(), all.end(), [&](const auto& e) { return e->declaration.id == id; });
    REQUIRE(found != all.end());
    return **found;
}

// The first sentence that the declaration or the experiment's check has against these parameters; empty if none.
inline std::string sentence_of(const std::string& id, const std::vector<std::string>& assignments) {
    Problems problems;
    const Values values = experiment_named(id).declaration.schema.parse(assignments, problems);
    if (problems.empty()) experiment_named(id).check(values, problems);
    return problems.empty() ? "" : problems.begin()->line();
}

inline std::unique_ptr<MemoryRun> ran(const std::string& id, const std::vector<std::string>& assignments,
                                      std::uint64_t seed = 0) {
    REQUIRE(sentence_of(id, assignments).empty());
    Problems problems;
    const Values values = experiment_named(id).declaration.schema.parse(assignments, problems);
    auto run = std::make_unique<MemoryRun>(seed);
    experiment_named(id).run(values, *run);
    return run;
}

// A file in a folder of its own, removed at the end.
class File {
public:
    explicit File(const std::string& name, const std::string& text = {})
        : folder_(std::filesystem::temp_directory_path() /
                  ("orrery-graph-" + std::to_string(::getpid()) + "-" + name)) {
        std::filesystem::create_directories(folder_);
        if (!text.empty()) std::ofstream(path_of(name)) << text;
        path_ = path_of(name);
    }
    ~File() { std::filesystem::remove_all(folder_); }
    File(const File&) = delete;
    File& operator=(const File&) = delete;
    const std::filesystem::path& path() const { return path_; }

private:
    std::filesystem::path path_of(const std::string& name) const { return folder_ / name; }
    std::filesystem::path folder_, path_;
};

} // namespace experiments
