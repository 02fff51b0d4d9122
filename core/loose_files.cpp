// SPDX-License-Identifier: BSD-3-Clause
#include "core/loose_files.h"

#include "core/error.h"

namespace fs = std::filesystem;

namespace orrery {

namespace {

bool is_hash(const std::string& name) {
    return name.size() == 64 && name.find_first_not_of("0123456789abcdef") == std::string::npos;
}

} // namespace

std::vector<LooseFile> loose_files(const fs::path& folder, const std::set<std::string>& named) {
    std::vector<LooseFile> files;
    try {
        if (!fs::exists(folder)) return files;
        for (const auto& entry : fs::recursive_directory_iterator(folder)) {
            if (!entry.is_regular_file() || entry.is_symlink()) continue;
            const std::string name = entry.path().filename().string();
            const std::string shelf = entry.path().parent_path().filename().string();
            const bool stored =
                is_hash(name) && shelf == name.substr(0, 2) && entry.path().parent_path().parent_path() == folder;
            const bool incoming = name.starts_with("incoming-") && entry.path().parent_path() == folder;
            if ((stored && !named.contains(name)) || incoming)
                files.push_back({entry.path(), static_cast<std::int64_t>(entry.file_size())});
        }
    } catch (const fs::filesystem_error& error) {
        throw Error("The folder " + folder.string() + " can't be read: " + error.code().message() + ".");
    }
    return files;
}

} // namespace orrery
