// SPDX-License-Identifier: BSD-3-Clause
// Reads zip archives whose members are stored or deflated (PKWARE APPNOTE 6.3.10), ZIP64 too: what .npz is.
#pragma once
#include "core/api.h"

#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <fstream>
#include <span>
#include <string>
#include <vector>

namespace orrery {

// Only the directory is read at first. Sizes are checked against the file's before anything is allocated, and members
// may not lie in each other, so that what is unpacked is at most 1,100 times the file.
class ORRERY_API ZipReader {
public:
    struct Member {
        std::string name;
        std::uint64_t bytes = 0; // unpacked

        std::uint64_t packed = 0, header = 0; // bytes in the file, and where they begin
        std::uint32_t crc = 0;
        std::uint16_t method = 0;
    };

    // Throws Error (wrong usage) that names the file: it can't be read, is no such archive, is damaged or encrypted, or
    // has two members of one name. `kind` and `hint` are for its sentences.
    explicit ZipReader(const std::filesystem::path& file, std::string kind = "a zip archive", std::string hint = {});

    const std::vector<Member>& members() const { return members_; } // in the order of the directory
    // Throws Error where the member is damaged (sizes and checksum are compared).
    std::vector<std::byte> read(const Member& member);
    const std::string& name() const { return name_; } // of the file
    [[noreturn]] void refuse(const std::string& why) const;

private:
    std::vector<std::byte> bytes_at(std::uint64_t at, std::uint64_t count);
    void read_directory();
    Member member_of(std::span<const std::byte> entry, std::uint64_t at) const;
    void expect_apart() const;
    void inflate_into(std::vector<std::byte>& out, const std::vector<std::byte>& from, const std::string& name) const;

    std::string name_, kind_, hint_;
    std::ifstream in_;
    std::uint64_t size_ = 0;
    std::vector<Member> members_;
};

} // namespace orrery
