// SPDX-License-Identifier: BSD-3-Clause
#include "core/files/zip.h"

#include <zlib.h>

#include <algorithm>
#include <ostream>

namespace orrery {

namespace {

constexpr std::uint64_t full32 = 0xFFFFFFFFU, full16 = 0xFFFFU;
constexpr std::uint64_t dos_date = (0U << 9U) | (1U << 5U) | 1U; // 1980-01-01

// Little-endian integers, one after another.
class Record {
public:
    Record& add(std::uint64_t value, int bytes) {
        for (int k = 0; k < bytes; ++k) text_ += static_cast<char>((value >> (8 * k)) & 255U);
        return *this;
    }
    Record& add(std::string_view text) { return text_ += text, *this; }
    const std::string& text() const { return text_; }

private:
    std::string text_;
};

std::uint64_t capped(std::uint64_t value) { return std::min(value, full32); }

} // namespace

void ZipWriter::put(std::string_view bytes) {
    out_.write(bytes.data(), static_cast<std::streamsize>(bytes.size()));
    position_ += bytes.size();
}

void ZipWriter::add(std::string_view name, const std::vector<std::span<const char>>& parts) {
    Member member{std::string(name), 0, 0, position_};
    uLong crc = crc32(0, nullptr, 0);
    for (const auto& part : parts) {
        if (part.empty()) continue; // without data zlib would begin anew
        crc = crc32_z(crc, reinterpret_cast<const Bytef*>(part.data()), part.size());
        member.bytes += part.size();
    }
    member.crc = static_cast<std::uint32_t>(crc);
    const bool large = member.bytes >= full32;
    Record header;
    header.add(0x04034b50, 4).add(large ? 45 : 20, 2).add(0, 2).add(0, 2).add(0, 2).add(dos_date, 2).add(member.crc, 4);
    header.add(capped(member.bytes), 4)
        .add(capped(member.bytes), 4)
        .add(name.size(), 2)
        .add(large ? 20 : 0, 2)
        .add(name);
    if (large) header.add(1, 2).add(16, 2).add(member.bytes, 8).add(member.bytes, 8);
    put(header.text());
    for (const auto& part : parts) put({part.data(), part.size()});
    members_.push_back(std::move(member));
}

void ZipWriter::finish() {
    const std::uint64_t start = position_;
    for (const Member& member : members_) {
        Record extra; // only what doesn't fit 32 bits, in this order
        if (member.bytes >= full32) extra.add(member.bytes, 8).add(member.bytes, 8);
        if (member.offset >= full32) extra.add(member.offset, 8);
        const std::size_t extra_bytes = extra.text().empty() ? 0 : extra.text().size() + 4;
        const std::uint64_t version = extra_bytes ? 45 : 20;
        Record entry;
        entry.add(0x02014b50, 4)
            .add(version, 2)
            .add(version, 2)
            .add(0, 2)
            .add(0, 2)
            .add(0, 2)
            .add(dos_date, 2)
            .add(member.crc, 4);
        entry.add(capped(member.bytes), 4)
            .add(capped(member.bytes), 4)
            .add(member.name.size(), 2)
            .add(extra_bytes, 2)
            .add(0, 2);
        entry.add(0, 2).add(0, 2).add(0, 4).add(capped(member.offset), 4).add(member.name);
        if (extra_bytes) entry.add(1, 2).add(extra.text().size(), 2).add(extra.text());
        put(entry.text());
    }
    const std::uint64_t bytes = position_ - start, count = members_.size(), end = position_;
    Record record;
    if (bytes >= full32 || start >= full32 || count >= full16) {
        record.add(0x06064b50, 4)
            .add(44, 8)
            .add(45, 2)
            .add(45, 2)
            .add(0, 4)
            .add(0, 4)
            .add(count, 8)
            .add(count, 8)
            .add(bytes, 8)
            .add(start, 8);
        record.add(0x07064b50, 4).add(0, 4).add(end, 8).add(1, 4);
    }
    record.add(0x06054b50, 4).add(0, 2).add(0, 2).add(std::min(count, full16), 2).add(std::min(count, full16), 2);
    record.add(capped(bytes), 4).add(capped(start), 4).add(0, 2);
    put(record.text());
}

} // namespace orrery
