// SPDX-License-Identifier: BSD-3-Clause
// Files in memory that several processes of one user map at once, and the means to wait for a word in them to change.
#pragma once
#include "core/api.h"

#include <atomic>
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <string>
#include <vector>

namespace orrery::platform {

// A mapped file of the folder shared_memory_folder(). Move-only; the mapping ends with it, the file doesn't.
class ORRERY_API SharedMemory {
public:
    SharedMemory() = default;
    // A new file of zeros, permissions 0600. All of its memory is reserved here, so that a write to it can't fail
    // later. Throws Error: no room, no such folder, or `name` is there already.
    static SharedMemory create(const std::string& name, std::size_t bytes);
    // The same, locked exclusively until the mapping ends or the process dies: is_owned() tells others. What a dead
    // owner left under this name is replaced. Throws Error; also if a living process owns it.
    static SharedMemory create_owned(const std::string& name, std::size_t bytes);
    // Maps what another process made, for reading or for both. Throws Error: not there, another user's, smaller than
    // `least_bytes`, or no plain file.
    static SharedMemory open(const std::string& name, bool writable, std::size_t least_bytes);

    SharedMemory(SharedMemory&& other) noexcept;
    SharedMemory& operator=(SharedMemory&& other) noexcept;
    ~SharedMemory();

    explicit operator bool() const { return data_ != nullptr; }
    std::byte* data() const { return data_; }
    std::size_t bytes() const { return bytes_; }
    bool is_owned() const;   // of one that was opened: whether the process that made it still lives
    bool is_current() const; // whether its name still leads to it

private:
    SharedMemory(int descriptor, std::byte* data, std::size_t bytes)
        : descriptor_(descriptor), data_(data), bytes_(bytes) {}
    static SharedMemory mapped(int descriptor, std::size_t bytes, bool writable, const std::string& name);
    int descriptor_ = -1;
    std::byte* data_ = nullptr;
    std::size_t bytes_ = 0;
};

// $ORRERY_SHARED_MEMORY, else /dev/shm/orrery-UID; made with permissions 0700 when it isn't there. Throws Error when it
// can't be made or is another user's.
ORRERY_API std::filesystem::path shared_memory_folder();
ORRERY_API void remove_shared_memory(const std::string& name);
// Names in the folder; empty if there is none.
ORRERY_API std::vector<std::string> shared_memory_names();
// Whether a living process owns the file (create_owned).
ORRERY_API bool is_shared_memory_owned(const std::string& name);
// Removes what was made with create_owned by a process that is gone, and every file whose name begins with that name
// and a dot.
ORRERY_API void remove_ownerless_shared_memory();

// An exclusive lock between processes, held for moments, on the file `name` of the folder; waits at most a second.
// Throws Error after that.
class ORRERY_API SharedLock {
public:
    explicit SharedLock(const std::string& name);
    SharedLock(const SharedLock&) = delete;
    SharedLock& operator=(const SharedLock&) = delete;
    ~SharedLock();

private:
    int descriptor_;
};

// Waits until the word, which lies in shared memory, isn't `seen` any more, or that long; may return early.
ORRERY_API void wait_for_change(const std::atomic<std::uint32_t>& word, std::uint32_t seen,
                                std::chrono::nanoseconds longest);
// Wakes all that wait for this word, in every process.
ORRERY_API void wake_all(const std::atomic<std::uint32_t>& word);

// A clock that all processes of the machine share, in nanoseconds; never set back.
ORRERY_API std::int64_t monotonic_nanoseconds();

} // namespace orrery::platform
