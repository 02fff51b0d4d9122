// SPDX-License-Identifier: BSD-3-Clause
#include "core/files/tfrecord.h"

#include "core/canonical_json.h"
#include "core/error.h"

#include <fmt/format.h>

#include <array>

namespace orrery {

namespace {

constexpr std::array<std::uint32_t, 256> make_table() {
    std::array<std::uint32_t, 256> table{};
    for (std::uint32_t byte = 0; byte < 256; ++byte) {
        std::uint32_t value = byte;
        for (int bit = 0; bit < 8; ++bit) value = (value & 1U) != 0 ? (value >> 1) ^ 0x82F63B78U : value >> 1;
        table[byte] = value;
    }
    return table;
}

std::uint64_t little_endian(std::string_view bytes) {
    std::uint64_t value = 0;
    for (std::size_t i = bytes.size(); i-- > 0;) value = value << 8 | static_cast<std::uint8_t>(bytes[i]);
    return value;
}

constexpr std::size_t header_bytes = 12, footer_bytes = 4;

} // namespace

std::uint32_t crc32c(std::string_view bytes) {
    static constexpr auto table = make_table();
    std::uint32_t value = 0xFFFFFFFFU;
    for (const char c : bytes) value = table[(value ^ static_cast<std::uint8_t>(c)) & 0xFFU] ^ (value >> 8);
    return value ^ 0xFFFFFFFFU;
}

std::uint32_t masked_crc32c(std::string_view bytes) {
    const std::uint32_t crc = crc32c(bytes);
    return (crc >> 15 | crc << 17) + 0xA282EAD8U;
}

TfRecordReader::TfRecordReader(const std::filesystem::path& file) : file_(file), in_(file, std::ios::binary) {
    std::error_code error;
    size_ = std::filesystem::file_size(file, error);
    if (!in_ || error)
        throw Error(fmt::format("{} can't be opened for reading.", quotable(file.string())),
                    "Check that it is there and that you may read it.", ExitCode::usage);
}

void TfRecordReader::refuse(const std::string& what) const {
    throw Error(fmt::format("{} is broken from byte {} on: {}.", quotable(file_.string()), begin_, what),
                "Nothing was imported. It is no TensorBoard log, or its disk has damaged it.", ExitCode::usage);
}

bool TfRecordReader::next(std::string& record) {
    begin_ = at_;
    if (at_ >= size_) return false;
    if (torn_ = size_ - at_ < header_bytes; torn_) return false;
    std::array<char, header_bytes> header{};
    if (!in_.read(header.data(), header.size())) refuse("it can't be read");
    const std::string_view length_bytes(header.data(), 8);
    if (masked_crc32c(length_bytes) != little_endian({header.data() + 8, 4}))
        refuse("the checksum of a record's length is wrong");
    const std::uint64_t length = little_endian(length_bytes), rest = size_ - at_ - header_bytes;
    // Only what the file can hold is allocated.
    if (torn_ = rest < footer_bytes || length > rest - footer_bytes; torn_) return false;
    record.resize(length);
    std::array<char, footer_bytes> footer{};
    if (!in_.read(record.data(), static_cast<std::streamsize>(length)) || !in_.read(footer.data(), footer.size()))
        refuse("it can't be read");
    if (masked_crc32c(record) != little_endian({footer.data(), footer.size()}))
        refuse("the checksum of a record's content is wrong");
    at_ += header_bytes + length + footer_bytes;
    return true;
}

} // namespace orrery
