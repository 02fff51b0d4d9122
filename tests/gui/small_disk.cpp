// SPDX-License-Identifier: GPL-3.0-or-later
#include "tests/gui/small_disk.h"

#include <sched.h>
#include <sys/mount.h>
#include <unistd.h>

#include <cstdlib>
#include <fstream>
#include <stdexcept>
#include <string_view>

namespace orrery::gui {

namespace fs = std::filesystem;

namespace {
bool mounts_are_ours = false;
}

void use_own_mounts(char** argv) {
    constexpr const char* mark = "ORRERY_TEST_MOUNTS";
    if (const char* known = std::getenv(mark)) {
        mounts_are_ours = std::string_view(known) == "own";
        return;
    }
    const bool own = unshare(CLONE_NEWNS) == 0 && mount("none", "/", nullptr, MS_REC | MS_PRIVATE, nullptr) == 0;
    setenv(mark, own ? "own" : "shared", 1);
    execv(argv[0], argv);
    throw std::runtime_error(std::string(argv[0]) + " can't be started again");
}

MountedFolder MountedFolder::small(const fs::path& folder, int mebibytes) {
    MountedFolder made;
    fs::create_directories(folder);
    const auto size = "size=" + std::to_string(mebibytes) + "m";
    if (mounts_are_ours && mount("small", folder.c_str(), "tmpfs", 0, size.c_str()) == 0) made.folder_ = folder;
    return made;
}

MountedFolder MountedFolder::read_only(const fs::path& folder) {
    MountedFolder made;
    if (!mounts_are_ours || mount(folder.c_str(), folder.c_str(), nullptr, MS_BIND, nullptr) != 0) return made;
    made.folder_ = folder;
    if (mount(nullptr, folder.c_str(), nullptr, MS_REMOUNT | MS_BIND | MS_RDONLY, nullptr) != 0) {
        umount2(folder.c_str(), MNT_DETACH);
        made.folder_.clear();
    }
    return made;
}

MountedFolder::~MountedFolder() {
    if (!folder_.empty()) umount2(folder_.c_str(), MNT_DETACH);
}

void MountedFolder::fill() const {
    std::ofstream out(folder_ / "filler", std::ios::binary);
    const std::string block(4096, 'x');
    while (out.write(block.data(), static_cast<std::streamsize>(block.size())).flush()) {
    }
}

void MountedFolder::empty() const { fs::remove(folder_ / "filler"); }

} // namespace orrery::gui
