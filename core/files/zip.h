// SPDX-License-Identifier: BSD-3-Clause
// Writes a zip archive whose members are stored uncompressed (PKWARE APPNOTE 6.3.10): what .npz is.
#pragma once
#include "core/api.h"

#include <cstdint>
#include <iosfwd>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace orrery {

// Times are fixed (1980-01-01), so equal members give equal bytes. Sizes beyond 4 GiB use ZIP64.
class ORRERY_API ZipWriter {
public:
    explicit ZipWriter(std::ostream& out) : out_(out) {}
    // One member from its parts, in order. Names are unique and ASCII.
    void add(std::string_view name, const std::vector<std::span<const char>>& parts);
    // Writes the directory; nothing can be added after it.
    void finish();

private:
    struct Member {
        std::string name;
        std::uint32_t crc = 0;
        std::uint64_t bytes = 0, offset = 0;
    };
    void put(std::string_view bytes);

    std::ostream& out_;
    std::uint64_t position_ = 0;
    std::vector<Member> members_;
};

} // namespace orrery
