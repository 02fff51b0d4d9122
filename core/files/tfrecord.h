// SPDX-License-Identifier: BSD-3-Clause
// Reads TFRecord files record by record and checks their CRC-32C.
#pragma once
#include "core/api.h"

#include <cstdint>
#include <filesystem>
#include <fstream>
#include <string>
#include <string_view>

namespace orrery {

// CRC-32C (Castagnoli), reflected, polynomial 0x1EDC6F41; RFC 3720 appendix B.4.
ORRERY_API std::uint32_t crc32c(std::string_view bytes);
// As TFRecord stores it: rotated right by 15 bits, plus 0xA282EAD8.
ORRERY_API std::uint32_t masked_crc32c(std::string_view bytes);

class ORRERY_API TfRecordReader {
public:
    // Throws Error if the file can't be opened.
    explicit TfRecordReader(const std::filesystem::path& file);

    // False at the end, or where the last record is not complete: is_torn(). Throws Error that names the byte where a
    // broken record begins.
    bool next(std::string& record);
    bool is_torn() const { return torn_; }
    std::uint64_t begin() const { return begin_; } // byte where the last record begins
    std::uint64_t size() const { return size_; }   // of the file
    std::uint64_t read() const { return at_; }

private:
    [[noreturn]] void refuse(const std::string& what) const;
    std::filesystem::path file_;
    std::ifstream in_;
    std::uint64_t size_ = 0, at_ = 0, begin_ = 0;
    bool torn_ = false;
};

} // namespace orrery
