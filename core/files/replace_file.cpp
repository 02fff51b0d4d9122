// SPDX-License-Identifier: BSD-3-Clause
#include "core/files/replace_file.h"

#include "core/error.h"

#include <fmt/format.h>

#include <cerrno>
#include <cstdio>
#include <fstream>
#include <memory>
#include <random>

namespace orrery {

namespace fs = std::filesystem;

namespace {

std::string reason(int code) { return std::generic_category().message(code); }

} // namespace

FileReplacement::FileReplacement(const fs::path& target) : target_(target) {
    if (target.empty()) throw Error("No file name was given to write to.", {}, ExitCode::usage);
    std::error_code ignored;
    const fs::file_status status = fs::status(target, ignored);
    if (fs::is_directory(status)) {
        throw Error(fmt::format("{} is a folder, not a file to write to.", target.string()), "Add a file name.",
                    ExitCode::usage);
    }
    if (fs::exists(status) && !fs::is_regular_file(status)) {
        temporary_ = target;
        direct_ = true;
        return;
    }
    if (fs::is_symlink(fs::symlink_status(target, ignored)) && fs::exists(status))
        target_ = fs::canonical(target, ignored);
    std::random_device random; // names the temporary file, nothing else
    for (int attempt = 0; attempt < 100; ++attempt) {
        temporary_ = target_;
        temporary_.replace_filename(
            fmt::format(".{}.{:08x}.part", target_.filename().string().substr(0, 200), random()));
        errno = 0;
        if (std::unique_ptr<std::FILE, int (*)(std::FILE*)> made(std::fopen(temporary_.c_str(), "wbx"), std::fclose);
            made)
            return;
        if (errno != EEXIST) break;
    }
    const int code = errno;
    done_ = true;
    throw Error(fmt::format("Can't write {}: {}.", target.string(), reason(code)),
                "Choose a folder that exists and can be written.");
}

FileReplacement::~FileReplacement() {
    std::error_code ignored;
    if (!done_ && !direct_) fs::remove(temporary_, ignored);
}

void FileReplacement::commit() {
    if (!direct_) {
        std::error_code code;
        fs::rename(temporary_, target_, code);
        if (code) throw Error(fmt::format("Can't write {}: {}.", target_.string(), code.message()));
    }
    done_ = true;
}

void replace_file(const fs::path& target, const std::function<void(std::ostream&)>& write) {
    FileReplacement replacement(target);
    errno = 0;
    std::ofstream out(replacement.temporary(), std::ios::binary | std::ios::trunc);
    if (out) write(out);
    out.close();
    if (!out) {
        const int code = errno;
        throw Error(
            fmt::format("Can't write {}: {}.", target.string(), code ? reason(code) : "the disk did not take it"),
            "What was there before is unchanged.");
    }
    replacement.commit();
}

} // namespace orrery
