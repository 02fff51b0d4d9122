// SPDX-License-Identifier: BSD-3-Clause
// An exclusive lock on a file (flock): the kernel lets go of it however its holder dies.
#pragma once
#include "core/api.h"

#include <filesystem>
#include <optional>

namespace orrery::platform {

// Move-only owner of the descriptor that holds the lock. Destruction closes the descriptor and nothing more, so a child
// that inherited it keeps the lock: with posix_spawn use posix_spawn_file_actions_adddup2(&actions, lock.descriptor(),
// lock.descriptor()), which clears close-on-exec in the child; the child calls adopt(), which sets it again, so that no
// grandchild holds the lock by accident.
class ORRERY_API FileLock {
public:
    // Makes the file if it isn't there; empty if another descriptor holds the lock. Throws Error when the file can't be
    // made.
    static std::optional<FileLock> try_take(const std::filesystem::path& file);
    // Takes over an inherited descriptor. Throws Error if it isn't an open one.
    static FileLock adopt(int descriptor);

    // Another owner of the same lock: it is let go when the last of them is gone.
    FileLock share() const;

    FileLock(FileLock&& other) noexcept;
    FileLock& operator=(FileLock&& other) noexcept;
    ~FileLock();
    int descriptor() const { return descriptor_; }

private:
    explicit FileLock(int descriptor) : descriptor_(descriptor) {}
    int descriptor_ = -1;
};

// Whether some process holds the lock; false if there is no such file. Never blocks.
ORRERY_API bool is_locked(const std::filesystem::path& file);

} // namespace orrery::platform

namespace orrery {
using platform::FileLock;
}
