// SPDX-License-Identifier: BSD-3-Clause
#include "core/platform/file_lock.h"

#include "core/error.h"

#include <cerrno>
#include <chrono>
#include <cstring>
#include <thread>
#include <utility>

#include <fcntl.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

namespace orrery::platform {

namespace {

// A file that was removed after it had been opened locks nothing: another one may have its name.
bool still_has_its_name(int descriptor, const std::filesystem::path& file) {
    struct stat opened {};
    struct stat named {};
    return ::fstat(descriptor, &opened) == 0 && ::stat(file.c_str(), &named) == 0 && opened.st_ino == named.st_ino &&
           opened.st_dev == named.st_dev;
}

} // namespace

std::optional<FileLock> FileLock::try_take(const std::filesystem::path& file) {
    // is_locked() holds a shared lock for an instant: that must not look like an owner.
    for (int attempt = 0; attempt < 20; ++attempt) {
        const int descriptor = ::open(file.c_str(), O_RDWR | O_CREAT | O_CLOEXEC, 0644);
        if (descriptor < 0)
            throw Error("The lock file " + file.string() + " can't be made: " + std::strerror(errno) + ".",
                        "Check that the disk is not full and that you may write there.");
        FileLock lock(descriptor);
        if (::flock(descriptor, LOCK_EX | LOCK_NB) == 0) {
            if (still_has_its_name(descriptor, file)) return lock;
            continue;
        }
        if (errno != EWOULDBLOCK && errno != EINTR)
            throw Error("The file " + file.string() + " can't be locked: " + std::strerror(errno) + ".");
        std::this_thread::sleep_for(std::chrono::milliseconds(2));
    }
    return std::nullopt;
}

FileLock FileLock::share() const {
    const int descriptor = ::fcntl(descriptor_, F_DUPFD_CLOEXEC, 3);
    if (descriptor < 0) throw Error(std::string("A lock can't be shared: ") + std::strerror(errno) + ".");
    return FileLock(descriptor);
}

FileLock FileLock::adopt(int descriptor) {
    const int flags = ::fcntl(descriptor, F_GETFD);
    if (flags < 0 || ::fcntl(descriptor, F_SETFD, flags | FD_CLOEXEC) < 0)
        throw Error("The job was started without its lock: descriptor " + std::to_string(descriptor) + " is not open.");
    return FileLock(descriptor);
}

FileLock::FileLock(FileLock&& other) noexcept : descriptor_(std::exchange(other.descriptor_, -1)) {}

FileLock& FileLock::operator=(FileLock&& other) noexcept {
    if (this != &other) {
        if (descriptor_ >= 0) ::close(descriptor_);
        descriptor_ = std::exchange(other.descriptor_, -1);
    }
    return *this;
}

FileLock::~FileLock() {
    if (descriptor_ >= 0) ::close(descriptor_);
}

bool is_locked(const std::filesystem::path& file) {
    const int descriptor = ::open(file.c_str(), O_RDONLY | O_CLOEXEC);
    if (descriptor < 0) return false;
    const bool held = ::flock(descriptor, LOCK_SH | LOCK_NB) != 0 && errno == EWOULDBLOCK;
    ::close(descriptor);
    return held;
}

} // namespace orrery::platform
