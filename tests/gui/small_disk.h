// SPDX-License-Identifier: GPL-3.0-or-later
// Disks for tests, seen by this process and its children alone: one that is small, and folders that can only be read.
#pragma once
#include <filesystem>
#include <string>

namespace orrery::gui {

// To be called first of all: starts the program again (argv[0] must be a path), since a program knows its own file by
// the mounts that it was started among. Without the right to mount, nothing can be mounted later.
void use_own_mounts(char** argv);

// An empty file system in memory, or the folder itself, read-only; as it was before at the end.
class MountedFolder {
public:
    static MountedFolder small(const std::filesystem::path& folder, int mebibytes);
    static MountedFolder read_only(const std::filesystem::path& folder);
    ~MountedFolder();
    MountedFolder(MountedFolder&& other) noexcept : folder_(std::move(other.folder_)) { other.folder_.clear(); }
    MountedFolder& operator=(MountedFolder&&) = delete;
    bool is_there() const { return !folder_.empty(); } // else it could not be mounted

    // A file that leaves no room; removed again by empty().
    void fill() const;
    void empty() const;

private:
    MountedFolder() = default;
    std::filesystem::path folder_;
};

} // namespace orrery::gui
