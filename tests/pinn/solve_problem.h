// SPDX-License-Identifier: BSD-3-Clause
// Problem files for pinn.solve and what it says to its parameters.
#pragma once
#include "tests/experiments.h"
#include "tests/scratch_folder.h"

namespace solve_problem {

// A problem in a folder of its own, removed at the end.
class File {
public:
    File(const std::string& name, const std::string& text) : path_(folder_ / name) { folder_.write(name, text); }
    std::string parameter() const { return "problem=" + path_.string(); }
    // Another file beside it, in place of an earlier one of this name.
    void write_beside(const std::string& name, const std::string& text) const { folder_.write(name, text); }

private:
    ScratchFolder folder_;
    std::filesystem::path path_;
};

// What the declaration and the check of pinn.solve say, each with its field.
inline std::vector<std::string> sentences_of(const std::vector<std::string>& parameters) {
    std::vector<std::string> list;
    for (const orrery::Problem& problem : experiments::problems_with("pinn.solve", parameters)) {
        list.push_back(problem.field + ": " + problem.sentence);
    }
    return list;
}

} // namespace solve_problem
