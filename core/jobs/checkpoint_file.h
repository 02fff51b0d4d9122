// SPDX-License-Identifier: BSD-3-Clause
// The file that a run can go on from: what the experiment wrote, the step, and a hash over both.
#pragma once
#include "core/api.h"

#include <cstdint>
#include <filesystem>
#include <functional>
#include <iosfwd>
#include <memory>
#include <optional>
#include <string>

namespace orrery {

struct StoredCheckpoint {
    std::int64_t step = 0;
    double elapsed = 0;                   // seconds of computing until then
    std::unique_ptr<std::istream> stream; // ends where what was written ends
};

// In place of the one before, which stays if this one can't be written. Throws Error (disk full), and what `write`
// throws.
ORRERY_API void write_checkpoint(const std::filesystem::path& file, const std::string& run, std::int64_t step,
                                 double elapsed, const std::function<void(std::ostream&)>& write);

// What a process left that was killed while it wrote.
ORRERY_API void remove_half_written(const std::filesystem::path& file) noexcept;

// Nothing if there is no such file. Throws Error if it is damaged, of another run or of a newer Orrery.
ORRERY_API std::optional<StoredCheckpoint> read_checkpoint(const std::filesystem::path& file, const std::string& run);

} // namespace orrery
