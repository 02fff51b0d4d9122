// SPDX-License-Identifier: BSD-3-Clause
// Writes a file so that nobody ever sees half of it: into a temporary file beside it, then renamed over it.
#pragma once
#include "core/api.h"

#include <filesystem>
#include <functional>
#include <iosfwd>

namespace orrery {

// The temporary file is made at once, so that a folder that can't be written is found before the work. A link is
// followed; a device or pipe (/dev/stdout) is written directly. Throws Error.
class ORRERY_API FileReplacement {
public:
    explicit FileReplacement(const std::filesystem::path& target);
    ~FileReplacement(); // removes the temporary file if commit() was not reached
    FileReplacement(const FileReplacement&) = delete;
    FileReplacement& operator=(const FileReplacement&) = delete;

    const std::filesystem::path& temporary() const { return temporary_; }
    // The temporary file, closed and complete, becomes the target.
    void commit();

private:
    std::filesystem::path target_, temporary_;
    bool direct_ = false;
    bool done_ = false;
};

// The same around one function; a failed write (full disk) throws Error and leaves what was there before.
ORRERY_API void replace_file(const std::filesystem::path& target, const std::function<void(std::ostream&)>& write);

} // namespace orrery
