// SPDX-License-Identifier: BSD-3-Clause
// Inputs as files, for readers that take a path: one file per process, in memory where the system has such a folder.
#pragma once
#include "tests/fuzz/target.h"

#include <unistd.h>

#include <filesystem>
#include <fstream>

namespace orrery::fuzz {

class InputFile {
public:
    // `name` may have folders.
    explicit InputFile(const std::string& name) {
        const std::filesystem::path memory = "/dev/shm";
        const auto base = std::filesystem::is_directory(memory) ? memory : std::filesystem::temp_directory_path();
        folder_ =
            base / ("orrery-fuzz-" + std::to_string(::getpid()) + "-" + std::filesystem::path(name).stem().string());
        file_ = folder_ / name;
        std::filesystem::create_directories(file_.parent_path());
    }
    ~InputFile() {
        std::error_code ignored;
        std::filesystem::remove_all(folder_, ignored);
    }
    InputFile(const InputFile&) = delete;
    InputFile& operator=(const InputFile&) = delete;

    const std::filesystem::path& folder() const { return folder_; }
    const std::filesystem::path& write(std::string_view text) const {
        std::ofstream(file_, std::ios::binary | std::ios::trunc)
            .write(text.data(), static_cast<std::streamsize>(text.size()));
        return file_;
    }

private:
    std::filesystem::path folder_, file_;
};

} // namespace orrery::fuzz
