// SPDX-License-Identifier: BSD-3-Clause
#include "core/platform/disk.h"

#include "core/error.h"
#include "core/sha256.h"

#include <array>
#include <cerrno>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <utility>
#include <vector>

#include <fcntl.h>
#include <sys/stat.h>
#include <sys/statfs.h>
#include <sys/statvfs.h>
#include <unistd.h>

namespace orrery::platform {

namespace {

class Descriptor {
public:
    explicit Descriptor(int number) : number_(number) {}
    Descriptor(const Descriptor&) = delete;
    Descriptor& operator=(const Descriptor&) = delete;
    ~Descriptor() {
        if (number_ >= 0) ::close(number_);
    }
    int get() const { return number_; }
    // For files that were written: the last chance of the system to report a failed write.
    bool close() { return ::close(std::exchange(number_, -1)) == 0; }

private:
    int number_;
};

[[noreturn]] void fail(const std::string& what, int error) {
    throw Error(what + ": " + std::strerror(error) + ".",
                error == ENOSPC || error == EDQUOT ? "Make room on the disk and try again." : "");
}

void write_all(int descriptor, const char* data, std::size_t size, const std::filesystem::path& file) {
    while (size > 0) {
        const ssize_t written = ::write(descriptor, data, size);
        if (written < 0 && errno == EINTR) continue;
        if (written < 0) fail("The file " + file.string() + " can't be written", errno);
        data += written;
        size -= static_cast<std::size_t>(written);
    }
}

void sync_folder(const std::filesystem::path& folder) {
    const Descriptor descriptor(::open(folder.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC));
    if (descriptor.get() < 0 || ::fsync(descriptor.get()) != 0)
        fail("The folder " + folder.string() + " can't be synced", errno);
}

// Has the system begin to write what of a file lies in memory only: so that the disk works while we hash, and the sync
// at the end has little left to wait for.
void begin_to_sync(int descriptor, std::int64_t from, std::int64_t bytes) {
    [[maybe_unused]] const int hint = ::sync_file_range(descriptor, from, bytes, SYNC_FILE_RANGE_WRITE);
}

// Reads to the end; copies every byte to `copy` unless that is negative.
StoredFile read_once(int descriptor, const std::filesystem::path& file, int copy,
                     const std::filesystem::path& copy_file) {
    ::posix_fadvise(descriptor, 0, 0, POSIX_FADV_SEQUENTIAL);
    Sha256 sha;
    StoredFile stored;
    std::vector<char> buffer(std::size_t{1} << 20);
    constexpr std::int64_t sync_bytes = std::int64_t{8} << 20;
    std::int64_t synced = 0;
    while (true) {
        const ssize_t count = ::read(descriptor, buffer.data(), buffer.size());
        if (count < 0 && errno == EINTR) continue;
        if (count < 0) fail("The file " + file.string() + " can't be read", errno);
        if (count == 0) break;
        sha.update({buffer.data(), static_cast<std::size_t>(count)});
        if (copy >= 0) write_all(copy, buffer.data(), static_cast<std::size_t>(count), copy_file);
        stored.bytes += count;
        if (stored.bytes - synced < sync_bytes) continue;
        begin_to_sync(copy >= 0 ? copy : descriptor, synced, stored.bytes - synced);
        synced = stored.bytes;
    }
    stored.sha256 = sha.hex();
    return stored;
}

void make_folder(const std::filesystem::path& folder) {
    std::error_code error;
    std::filesystem::create_directories(folder, error);
    if (error) fail("The folder " + folder.string() + " can't be made", error.value());
}

// Gives `from` its final name; a file of the same size that is there already has the same content and stays.
void put_in_place(const std::filesystem::path& from, const std::filesystem::path& folder, const StoredFile& stored) {
    const auto shelf = folder / stored.sha256.substr(0, 2);
    make_folder(shelf);
    const auto target = shelf / stored.sha256;
    struct stat there {};
    if (::lstat(target.c_str(), &there) == 0 && S_ISREG(there.st_mode) && there.st_size == stored.bytes) {
        if (::unlink(from.c_str()) != 0) fail("The file " + from.string() + " can't be removed", errno);
        return;
    }
    if (::chmod(from.c_str(), 0444) != 0) fail("The file " + from.string() + " can't be made read-only", errno);
    if (::rename(from.c_str(), target.c_str()) != 0)
        fail("The file " + from.string() + " can't be moved to " + target.string(), errno);
    sync_folder(shelf);
    sync_folder(folder);
}

class RemoveOnExit {
public:
    explicit RemoveOnExit(std::filesystem::path file) : file_(std::move(file)) {}
    RemoveOnExit(const RemoveOnExit&) = delete;
    RemoveOnExit& operator=(const RemoveOnExit&) = delete;
    ~RemoveOnExit() { ::unlink(file_.c_str()); }

private:
    std::filesystem::path file_;
};

} // namespace

bool is_network_file_system(const std::filesystem::path& path) {
    struct statfs info {};
    if (::statfs(path.c_str(), &info) != 0) return false;
    // statfs(2): NFS, SMB, CIFS, SMB2, FUSE (sshfs and others), Coda, AFS (two), Ceph, Lustre, GPFS, 9P, OCFS2, GFS2.
    constexpr std::array<std::uint32_t, 14> remote{0x6969,     0x517B,     0xFF534D42, 0xFE534D42, 0x65735546,
                                                   0x73757245, 0x5346414F, 0x6B414653, 0x00C36400, 0x0BD00BD0,
                                                   0x47504653, 0x01021997, 0x7461636F, 0x01161970};
    const auto type = static_cast<std::uint32_t>(info.f_type);
    for (const auto known : remote)
        if (type == known) return true;
    return false;
}

bool is_writable(const std::filesystem::path& path) { return ::access(path.c_str(), W_OK) == 0; }

bool is_full(const std::filesystem::path& folder) {
    struct statvfs info {};
    if (::statvfs(folder.c_str(), &info) != 0) return false;
    const bool no_names = info.f_files > 0 && info.f_favail == 0; // some file systems count none
    return no_names || static_cast<std::uint64_t>(info.f_bavail) * info.f_frsize < (64U << 10);
}

std::filesystem::path make_temporary_folder(const std::string& prefix) {
    std::string name = (std::filesystem::temp_directory_path() / (prefix + "XXXXXX")).string();
    if (!::mkdtemp(name.data())) fail("No temporary folder can be made as " + name, errno);
    return name;
}

void move_file(const std::filesystem::path& from, const std::filesystem::path& to) {
    std::error_code other_disk;
    std::filesystem::rename(from, to, other_disk);
    if (!other_disk) return;
    std::filesystem::copy_file(from, to);
    std::filesystem::remove(from);
}

void write_log_line(std::string_view line) {
    std::string text(line);
    text += '\n';
    // A log that can't be written must not end the run.
    [[maybe_unused]] const auto written = ::write(STDERR_FILENO, text.data(), text.size());
}

KeptRoom::KeptRoom(const std::filesystem::path& folder, std::int64_t bytes) {
    std::string name = (folder / "room-XXXXXX").string();
    descriptor_ = ::mkostemp(name.data(), O_CLOEXEC);
    if (descriptor_ < 0) fail("No file can be made in " + folder.string(), errno);
    ::unlink(name.c_str());
    // Where the file system can't reserve there is nothing to keep; a limit on files (EFBIG) is no lack of room.
    const int error = ::posix_fallocate(descriptor_, 0, bytes);
    if (error != ENOSPC && error != EDQUOT) return;
    ::close(std::exchange(descriptor_, -1));
    fail("There is no room on the disk of " + folder.string() + " to begin a run, which needs " +
             std::to_string(bytes >> 10) + " KiB and what it writes",
         error);
}

KeptRoom::~KeptRoom() {
    if (descriptor_ >= 0) ::close(descriptor_);
}

StoredFile store_by_hash(const std::filesystem::path& file, const std::filesystem::path& folder) {
    struct stat link {};
    if (::lstat(file.c_str(), &link) != 0) fail("The file " + file.string() + " can't be stored", errno);
    const Descriptor in(::open(file.c_str(), O_RDONLY | O_CLOEXEC));
    struct stat info {};
    if (in.get() < 0 || ::fstat(in.get(), &info) != 0) fail("The file " + file.string() + " can't be read", errno);
    if (!S_ISREG(info.st_mode)) throw Error(file.string() + " is not a file, so it can't be stored.");
    make_folder(folder);
    struct stat home {};
    if (::stat(folder.c_str(), &home) != 0) fail("The folder " + folder.string() + " can't be read", errno);

    const bool shared = S_ISLNK(link.st_mode) || info.st_nlink > 1;
    if (!shared && home.st_dev == info.st_dev) {
        const StoredFile stored = read_once(in.get(), file, -1, {});
        if (::fsync(in.get()) != 0) fail("The file " + file.string() + " can't be synced", errno);
        put_in_place(file, folder, stored);
        return stored;
    }
    std::string name = (folder / "incoming-XXXXXX").string();
    Descriptor out(::mkostemp(name.data(), O_CLOEXEC));
    if (out.get() < 0) fail("No file can be made in " + folder.string(), errno);
    const RemoveOnExit cleanup(name); // after a successful move there is nothing of this name
    const StoredFile stored = read_once(in.get(), file, out.get(), name);
    if (::fsync(out.get()) != 0 || !out.close()) fail("The file " + name + " can't be written", errno);
    put_in_place(name, folder, stored);
    if (!shared) ::unlink(file.c_str());
    return stored;
}

FileIdentity identity_of(const std::filesystem::path& file) {
    struct stat status {};
    if (::stat(file.c_str(), &status) != 0) return {};
    return {static_cast<std::uint64_t>(status.st_dev), static_cast<std::uint64_t>(status.st_ino)};
}

} // namespace orrery::platform
