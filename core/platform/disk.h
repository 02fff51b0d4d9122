// SPDX-License-Identifier: BSD-3-Clause
// File operations that must survive a power cut or need to know the file system.
#pragma once
#include "core/api.h"

#include <cstdint>
#include <filesystem>
#include <string>
#include <string_view>

namespace orrery::platform {

// NFS, SMB, sshfs and their like, where SQLite's WAL and flock can't be relied on.
ORRERY_API bool is_network_file_system(const std::filesystem::path& path);
ORRERY_API bool is_writable(const std::filesystem::path& path);
// Whether the disk of a folder has no room left for even a small file.
ORRERY_API bool is_full(const std::filesystem::path& folder);
// A fresh folder under the system's temporary folder.
ORRERY_API std::filesystem::path make_temporary_folder(const std::string& prefix);
// Gives a file another place, on another disk too. Throws std::filesystem::filesystem_error.
ORRERY_API void move_file(const std::filesystem::path& from, const std::filesystem::path& to);
// One line to stderr in one write.
ORRERY_API void write_log_line(std::string_view line);

// Room that is taken on a disk and let go when it is needed: so that the end of a run can be written to a disk that the
// run filled. It has no name, so nothing is left of it however the process ends.
class ORRERY_API KeptRoom {
public:
    // Throws Error if there is less room in `folder`.
    KeptRoom(const std::filesystem::path& folder, std::int64_t bytes);
    ~KeptRoom();
    KeptRoom(const KeptRoom&) = delete;
    KeptRoom& operator=(const KeptRoom&) = delete;

private:
    int descriptor_ = -1;
};

// Tells a file from another one that has its name later; all zeros if there is none.
struct FileIdentity {
    std::uint64_t device = 0, number = 0;
    bool operator==(const FileIdentity&) const = default;
};
ORRERY_API FileIdentity identity_of(const std::filesystem::path& file);

struct StoredFile {
    std::string sha256;
    std::int64_t bytes = 0;
};

// Reads `file` once, hashes it and moves it to folder/ab/abcdef... (its SHA-256), read-only and on the disk when this
// returns. A symbolic link, a file with several names and one on another disk are copied; then the original is left
// (link, names) or removed (other disk). A file of the same content that is there already is kept. Throws Error; then
// the original is untouched.
ORRERY_API StoredFile store_by_hash(const std::filesystem::path& file, const std::filesystem::path& folder);

} // namespace orrery::platform
