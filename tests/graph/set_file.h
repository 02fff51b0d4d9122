// SPDX-License-Identifier: BSD-3-Clause
// A set of graphs as a file that experiments can take, removed at the end.
#pragma once
#include "core/files/graph_file.h"
#include "tests/scratch_folder.h"

class SetFile {
public:
    explicit SetFile(const orrery::GraphSet& set, const std::string& name = "set.npz") : path_(folder_ / name) {
        orrery::write_graphs(path_, set);
    }
    const std::filesystem::path& path() const { return path_; }
    std::string parameter() const { return "input=" + path_.string(); }

private:
    ScratchFolder folder_;
    std::filesystem::path path_;
};
