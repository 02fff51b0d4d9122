// SPDX-License-Identifier: BSD-3-Clause
// Problem files for pinn.solve and what it says to its parameters.
#pragma once
#include "tests/pinn/resumed.h"

#include <unistd.h>

#include <filesystem>
#include <fstream>
#include <string>
#include <vector>

namespace solve_problem {

// A problem in a folder of its own, removed at the end.
class File {
public:
    File(const std::string& name, const std::string& text)
        : folder_(std::filesystem::temp_directory_path() / ("orrery-solve-" + std::to_string(::getpid()))) {
        std::filesystem::create_directories(folder_);
        path_ = folder_ / name;
        std::ofstream(path_) << text;
    }
    ~File() { std::filesystem::remove_all(folder_); }
    std::string parameter() const { return "problem=" + path_.string(); }

private:
    std::filesystem::path folder_, path_;
};

// What the declaration and the check of pinn.solve say, each with its field.
inline std::vector<std::string> sentences_of(const std::vector<std::string>& parameters) {
    orrery::Problems problems;
    const orrery::Experiment& experiment = resumed::experiment_named("pinn.solve");
    const orrery::Values values = experiment.declaration.schema.parse(parameters, problems);
    if (problems.empty()) experiment.check(values, problems);
    std::vector<std::string> list;
    for (const orrery::Problem& problem : problems) list.push_back(problem.field + ": " + problem.sentence);
    return list;
}

} // namespace solve_problem
