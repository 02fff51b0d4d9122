// SPDX-License-Identifier: BSD-3-Clause
#include "core/files/zip_reader.h"

#include "core/canonical_json.h"
#include "core/error.h"

#include <fmt/format.h>
#include <zlib.h>

#include <algorithm>
#include <limits>
#include <optional>
#include <set>
#include <span>

namespace orrery {

namespace {

using Bytes = std::span<const std::byte>;

constexpr std::uint64_t full32 = 0xFFFFFFFFU, full16 = 0xFFFFU;
constexpr std::uint64_t end_record = 22, longest_comment = 65535, locator = 20, large_end_record = 56;
constexpr std::uint64_t directory_entry = 46, local_header = 30; // without names
constexpr std::uint64_t best_packing = 1100;                     // deflate packs no better than 1032 to 1
constexpr std::uint64_t longest_directory = std::uint64_t{1} << 30U;

// Little-endian; the place lies within the bytes.
std::uint64_t number(Bytes bytes, std::size_t at, std::size_t count) {
    std::uint64_t value = 0;
    for (std::size_t k = count; k-- > 0;) value = value << 8U | std::to_integer<std::uint64_t>(bytes[at + k]);
    return value;
}

} // namespace

ZipReader::ZipReader(const std::filesystem::path& file, std::string kind, std::string hint)
    : name_(quotable(file.string())), kind_(std::move(kind)), hint_(std::move(hint)),
      in_(file, std::ios::binary | std::ios::ate) {
    std::error_code ignored;
    if (!in_ || !std::filesystem::is_regular_file(file, ignored))
        throw Error(fmt::format("{} can't be opened.", name_), "Is the path right?", ExitCode::usage);
    const auto size = in_.tellg();
    if (size < 0) refuse("reading it failed");
    size_ = static_cast<std::uint64_t>(size);
    read_directory();
    expect_apart();
}

void ZipReader::refuse(const std::string& why) const {
    throw Error(fmt::format("{} can't be read as {}: {}.", name_, kind_, why), hint_, ExitCode::usage);
}

std::vector<std::byte> ZipReader::bytes_at(std::uint64_t at, std::uint64_t count) {
    if (at > size_ || count > size_ - at) refuse(fmt::format("it ends before byte {}", at + count));
    std::vector<std::byte> out(static_cast<std::size_t>(count));
    in_.clear();
    in_.seekg(static_cast<std::streamoff>(at));
    in_.read(reinterpret_cast<char*>(out.data()), static_cast<std::streamsize>(count));
    if (!in_) refuse("reading it failed");
    return out;
}

void ZipReader::read_directory() {
    // The end record is last but for a comment.
    const std::uint64_t tail_at = size_ - std::min(size_, end_record + longest_comment);
    const std::vector<std::byte> tail = bytes_at(tail_at, size_ - tail_at);
    std::optional<std::size_t> end;
    for (std::size_t back = end_record; !end && back <= tail.size(); ++back)
        if (number(tail, tail.size() - back, 4) == 0x06054b50) end = tail.size() - back;
    if (!end) refuse("it has no directory of its members");
    std::uint64_t count = number(tail, *end + 10, 2), bytes = number(tail, *end + 12, 4),
                  at = number(tail, *end + 16, 4);
    const std::uint64_t end_at = tail_at + *end;
    if ((count == full16 || bytes == full32 || at == full32) && end_at >= locator) {
        const auto where = bytes_at(end_at - locator, locator);
        if (number(where, 0, 4) == 0x07064b50) {
            const auto large = bytes_at(number(where, 8, 8), large_end_record);
            if (number(large, 0, 4) != 0x06064b50) refuse("its ZIP64 directory is damaged");
            count = number(large, 32, 8);
            bytes = number(large, 40, 8);
            at = number(large, 48, 8);
        }
    }
    if (at > size_ || bytes > size_ - at)
        refuse(fmt::format("it ends before byte {}, where its directory ends", at + bytes));
    if (bytes > longest_directory || count > bytes / directory_entry) refuse("its directory is damaged");
    const auto directory = bytes_at(at, bytes);
    std::set<std::string_view> names;
    members_.reserve(static_cast<std::size_t>(count));
    std::uint64_t entry = 0;
    for (std::uint64_t i = 0; i < count; ++i) {
        if (directory.size() - entry < directory_entry || number(directory, entry, 4) != 0x02014b50)
            refuse(fmt::format("there is no directory entry at byte {}", at + entry));
        const std::uint64_t length = directory_entry + number(directory, entry + 28, 2) +
                                     number(directory, entry + 30, 2) + number(directory, entry + 32, 2);
        if (length > directory.size() - entry)
            refuse(fmt::format("the directory entry at byte {} has no end", at + entry));
        members_.push_back(member_of(Bytes(directory).subspan(entry, length), at + entry));
        entry += length;
    }
    for (const Member& member : members_)
        if (!names.insert(member.name).second) refuse(fmt::format("it has two members '{}'", quotable(member.name)));
}

ZipReader::Member ZipReader::member_of(Bytes entry, std::uint64_t at) const {
    Member out;
    if ((number(entry, 8, 2) & 1U) != 0) refuse("it is encrypted");
    out.method = static_cast<std::uint16_t>(number(entry, 10, 2));
    out.crc = static_cast<std::uint32_t>(number(entry, 16, 4));
    out.packed = number(entry, 20, 4);
    out.bytes = number(entry, 24, 4);
    out.header = number(entry, 42, 4);
    const std::uint64_t named = number(entry, 28, 2), extra = number(entry, 30, 2);
    const auto* name = reinterpret_cast<const char*>(entry.data() + directory_entry);
    out.name.assign(name, name + named);
    // What doesn't fit 32 bits stands in the extra field 1, in this order.
    for (std::uint64_t field = directory_entry + named; field + 4 <= directory_entry + named + extra;) {
        const std::uint64_t id = number(entry, field, 2), length = number(entry, field + 2, 2);
        std::uint64_t value = field + 4;
        field += 4 + length;
        if (field > directory_entry + named + extra) break;
        if (id != 1) continue;
        for (std::uint64_t* wide : {&out.bytes, &out.packed, &out.header}) {
            if (*wide != full32 || value + 8 > field) continue;
            *wide = number(entry, value, 8);
            value += 8;
        }
    }
    const bool stored = out.method == 0 && out.packed == out.bytes;
    if (out.header > size_ || out.packed > size_ - out.header)
        refuse(fmt::format("the member '{}' (directory entry at byte {}) lies beyond its end", quotable(out.name), at));
    if (!stored && (out.method != 8 || out.bytes > best_packing * out.packed + 64))
        refuse(fmt::format("the member '{}' is neither stored nor deflated", quotable(out.name)));
    return out;
}

void ZipReader::expect_apart() const {
    std::vector<const Member*> order;
    for (const Member& member : members_) order.push_back(&member);
    std::sort(order.begin(), order.end(), [](const Member* a, const Member* b) { return a->header < b->header; });
    for (std::size_t i = 1; i < order.size(); ++i) {
        if (order[i]->header - order[i - 1]->header < local_header + order[i - 1]->packed)
            refuse(fmt::format("the members '{}' and '{}' lie in each other", quotable(order[i - 1]->name),
                               quotable(order[i]->name)));
    }
}

std::vector<std::byte> ZipReader::read(const Member& member) {
    const auto header = bytes_at(member.header, local_header);
    const std::uint64_t data = member.header + local_header + number(header, 26, 2) + number(header, 28, 2);
    std::vector<std::byte> out = bytes_at(data, member.packed);
    if (member.method == 8) {
        const std::vector<std::byte> packed = std::move(out);
        out = std::vector<std::byte>(static_cast<std::size_t>(member.bytes));
        inflate_into(out, packed, member.name);
    }
    const auto sum = crc32_z(0, reinterpret_cast<const Bytef*>(out.data()), out.size());
    if (sum != member.crc) refuse(fmt::format("the checksum of the member '{}' differs", quotable(member.name)));
    return out;
}

void ZipReader::inflate_into(std::vector<std::byte>& out, const std::vector<std::byte>& from,
                             const std::string& name) const {
    constexpr std::size_t most = std::numeric_limits<uInt>::max(); // zlib counts in 32 bits
    z_stream stream{};
    if (inflateInit2(&stream, -MAX_WBITS) != Z_OK) refuse("zlib has no memory");
    std::size_t read = 0, written = 0;
    int result = Z_OK;
    while (result == Z_OK) {
        const auto in = static_cast<uInt>(std::min(from.size() - read, most));
        const auto room = static_cast<uInt>(std::min(out.size() - written, most));
        stream.next_in = const_cast<Bytef*>(reinterpret_cast<const Bytef*>(from.data() + read));
        stream.avail_in = in;
        stream.next_out = reinterpret_cast<Bytef*>(out.data() + written);
        stream.avail_out = room;
        result = inflate(&stream, Z_NO_FLUSH);
        read += in - stream.avail_in;
        written += room - stream.avail_out;
    }
    inflateEnd(&stream);
    if (result != Z_STREAM_END || written != out.size())
        refuse(fmt::format("the member '{}' is damaged", quotable(name)));
}

} // namespace orrery
