// SPDX-License-Identifier: BSD-3-Clause
#include "core/platform/shared_memory.h"

#include "core/error.h"

#include <fmt/format.h>

#include <cerrno>
#include <climits>
#include <cstdlib>
#include <cstring>
#include <ctime>
#include <thread>
#include <utility>

#include <fcntl.h>
#include <linux/futex.h>
#include <sys/file.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

namespace fs = std::filesystem;

namespace orrery::platform {
namespace {

[[noreturn]] void fail(const std::string& what, int error) {
    throw Error(what + ": " + std::strerror(error),
                error == ENOSPC ? "make room in the shared memory (df /dev/shm)" : "");
}

class Closer {
public:
    explicit Closer(int descriptor) : descriptor_(descriptor) {}
    Closer(const Closer&) = delete;
    Closer& operator=(const Closer&) = delete;
    ~Closer() {
        if (descriptor_ >= 0) ::close(descriptor_);
    }
    int get() const { return descriptor_; }
    int release() { return std::exchange(descriptor_, -1); }

private:
    int descriptor_;
};

fs::path folder_path() {
    const char* named = std::getenv("ORRERY_SHARED_MEMORY");
    return named && *named ? fs::path(named) : fs::path(fmt::format("/dev/shm/orrery-{}", ::geteuid()));
}

fs::path path_of(const std::string& name) { return folder_path() / name; }

bool same_file(int descriptor, const fs::path& path) {
    struct stat open {};
    struct stat named {};
    return ::fstat(descriptor, &open) == 0 && ::stat(path.c_str(), &named) == 0 && open.st_ino == named.st_ino &&
           open.st_dev == named.st_dev;
}

// is_owned() of a reader holds a shared lock for an instant: that must not look like an owner.
bool lock_patiently(int descriptor, int attempts) {
    for (int attempt = 0; attempt < attempts; ++attempt) {
        if (::flock(descriptor, LOCK_EX | LOCK_NB) == 0) return true;
        std::this_thread::sleep_for(std::chrono::milliseconds(1));
    }
    return false;
}

bool lock_held(int descriptor) {
    if (::flock(descriptor, LOCK_SH | LOCK_NB) != 0) return errno == EWOULDBLOCK;
    ::flock(descriptor, LOCK_UN);
    return false;
}

// The file last: as long as it is there, its parts aren't taken for orphans.
void remove_with_parts(const std::string& name, const std::vector<std::string>& names) {
    for (const auto& part : names)
        if (part.starts_with(name + ".")) ::unlink(path_of(part).c_str());
    ::unlink(path_of(name).c_str());
}

void reserve(int descriptor, std::size_t bytes, const fs::path& path) {
    // Memory that can't be had is an error here; with ftruncate alone it would be a SIGBUS at the first write.
    int failed = EINTR;
    while (failed == EINTR) failed = ::posix_fallocate(descriptor, 0, static_cast<off_t>(bytes));
    if (failed) fail(fmt::format("{} bytes of shared memory can't be had as {}", bytes, path.string()), failed);
}

} // namespace

fs::path shared_memory_folder() {
    const auto folder = folder_path();
    if (::mkdir(folder.c_str(), 0700) != 0 && errno != EEXIST)
        fail(fmt::format("the folder {} for shared memory can't be made", folder.string()), errno);
    struct stat info {};
    if (::lstat(folder.c_str(), &info) != 0 || !S_ISDIR(info.st_mode) || info.st_uid != ::geteuid() ||
        (info.st_mode & 077) != 0)
        throw Error(
            fmt::format("{} is not a folder of this user alone, so it can't hold shared memory", folder.string()),
            "remove it, or name another one in ORRERY_SHARED_MEMORY");
    return folder;
}

SharedMemory SharedMemory::mapped(int descriptor, std::size_t bytes, bool writable, const std::string& name) {
    Closer closer(descriptor);
    void* data = ::mmap(nullptr, bytes, writable ? PROT_READ | PROT_WRITE : PROT_READ, MAP_SHARED, descriptor, 0);
    if (data == MAP_FAILED) fail(fmt::format("the shared memory {} can't be mapped", name), errno);
    return {closer.release(), static_cast<std::byte*>(data), bytes};
}

SharedMemory SharedMemory::create(const std::string& name, std::size_t bytes) {
    const auto path = shared_memory_folder() / name;
    Closer file(::open(path.c_str(), O_RDWR | O_CREAT | O_EXCL | O_CLOEXEC, 0600));
    if (file.get() < 0) fail(fmt::format("the shared memory {} can't be made", path.string()), errno);
    try {
        reserve(file.get(), bytes, path);
        return mapped(file.release(), bytes, true, name);
    } catch (...) {
        ::unlink(path.c_str());
        throw;
    }
}

SharedMemory SharedMemory::create_owned(const std::string& name, std::size_t bytes) {
    const auto path = shared_memory_folder() / name;
    for (int attempt = 0; attempt < 10; ++attempt) {
        Closer file(::open(path.c_str(), O_RDWR | O_CREAT | O_CLOEXEC, 0600));
        if (file.get() < 0) fail(fmt::format("the shared memory {} can't be made", path.string()), errno);
        if (!lock_patiently(file.get(), 20)) continue; // its owner may be about to go
        struct stat info {};
        if (::fstat(file.get(), &info) != 0 || !same_file(file.get(), path)) continue; // a tidier was faster
        if (info.st_size != 0) { // of a dead owner; whoever still has it mapped keeps it
            remove_with_parts(name, shared_memory_names());
            continue;
        }
        try {
            reserve(file.get(), bytes, path);
            return mapped(file.release(), bytes, true, name);
        } catch (...) {
            ::unlink(path.c_str());
            throw;
        }
    }
    throw Error(fmt::format("the shared memory {} belongs to another process", path.string()));
}

SharedMemory SharedMemory::open(const std::string& name, bool writable, std::size_t least_bytes) {
    const auto path = path_of(name);
    Closer file(::open(path.c_str(), (writable ? O_RDWR : O_RDONLY) | O_CLOEXEC | O_NOFOLLOW));
    if (file.get() < 0) fail(fmt::format("there is no shared memory {}", path.string()), errno);
    struct stat info {};
    if (::fstat(file.get(), &info) != 0 || !S_ISREG(info.st_mode) || info.st_uid != ::geteuid())
        throw Error(fmt::format("{} is not a file of this user", path.string()));
    if (info.st_size < 0 || static_cast<std::size_t>(info.st_size) < least_bytes)
        throw Error(fmt::format("the shared memory {} is too small: {} bytes", path.string(), info.st_size));
    return mapped(file.release(), static_cast<std::size_t>(info.st_size), writable, name);
}

SharedMemory::SharedMemory(SharedMemory&& other) noexcept
    : descriptor_(std::exchange(other.descriptor_, -1)), data_(std::exchange(other.data_, nullptr)),
      bytes_(std::exchange(other.bytes_, 0)) {}

SharedMemory& SharedMemory::operator=(SharedMemory&& other) noexcept {
    std::swap(descriptor_, other.descriptor_);
    std::swap(data_, other.data_);
    std::swap(bytes_, other.bytes_);
    return *this;
}

SharedMemory::~SharedMemory() {
    if (data_) ::munmap(data_, bytes_);
    if (descriptor_ >= 0) ::close(descriptor_);
}

bool SharedMemory::is_owned() const { return lock_held(descriptor_); }

bool SharedMemory::is_current() const {
    struct stat info {};
    return ::fstat(descriptor_, &info) == 0 && info.st_nlink > 0;
}

void remove_shared_memory(const std::string& name) { ::unlink(path_of(name).c_str()); }

std::vector<std::string> shared_memory_names() {
    std::vector<std::string> names;
    std::error_code error;
    for (fs::directory_iterator it(folder_path(), error), end; !error && it != end; it.increment(error))
        names.push_back(it->path().filename().string());
    return names;
}

bool is_shared_memory_owned(const std::string& name) {
    const Closer file(::open(path_of(name).c_str(), O_RDONLY | O_CLOEXEC));
    return file.get() >= 0 && lock_held(file.get());
}

void remove_ownerless_shared_memory() {
    const auto names = shared_memory_names();
    for (const auto& name : names) {
        const auto path = path_of(name);
        if (const auto dot = name.find('.'); dot != std::string::npos) {
            // A part is made after its owner's file and removed before it: without one it was left by a killed tidier.
            if (std::error_code ignored; !fs::exists(path_of(name.substr(0, dot)), ignored)) ::unlink(path.c_str());
            continue;
        }
        const Closer file(::open(path.c_str(), O_RDWR | O_CLOEXEC));
        // With the lock in hand nobody else can take the name over.
        if (file.get() < 0 || ::flock(file.get(), LOCK_EX | LOCK_NB) != 0 || !same_file(file.get(), path)) continue;
        remove_with_parts(name, names);
    }
}

SharedLock::SharedLock(const std::string& name) : descriptor_(-1) {
    const auto path = shared_memory_folder() / name;
    Closer file(::open(path.c_str(), O_RDWR | O_CREAT | O_CLOEXEC, 0600));
    if (file.get() < 0) fail(fmt::format("the lock {} can't be made", path.string()), errno);
    if (!lock_patiently(file.get(), 1000))
        throw Error(fmt::format("another program has held the lock {} for more than a second", path.string()),
                    "try again");
    descriptor_ = file.release();
}

SharedLock::~SharedLock() { ::close(descriptor_); }

void wait_for_change(const std::atomic<std::uint32_t>& word, std::uint32_t seen, std::chrono::nanoseconds longest) {
    static_assert(sizeof word == 4 && std::atomic<std::uint32_t>::is_always_lock_free);
    if (longest.count() <= 0) return;
    const timespec time{static_cast<time_t>(longest.count() / 1'000'000'000),
                        static_cast<long>(longest.count() % 1'000'000'000)};
    ::syscall(SYS_futex, &word, FUTEX_WAIT, seen, &time, nullptr, 0);
}

void wake_all(const std::atomic<std::uint32_t>& word) {
    ::syscall(SYS_futex, &word, FUTEX_WAKE, INT_MAX, nullptr, nullptr, 0);
}

std::int64_t monotonic_nanoseconds() {
    timespec now{};
    ::clock_gettime(CLOCK_MONOTONIC, &now);
    return std::int64_t{now.tv_sec} * 1'000'000'000 + now.tv_nsec;
}

} // namespace orrery::platform
