// SPDX-License-Identifier: BSD-3-Clause
#include "plugins/pinn/reference/npz_archive.h"

#include "core/error.h"
#include "core/files/npy.h"

#include <fmt/format.h>
#include <zlib.h>

#include <fstream>
#include <limits>
#include <span>
#include <vector>

namespace orrery::pinn {
namespace {

constexpr std::uint64_t largest = 1U << 30;
constexpr std::size_t end_record = 22, directory_entry = 46, local_header = 30; // bytes without names

class Archive {
public:
    explicit Archive(const std::filesystem::path& file) : name_(file.string()) {
        std::ifstream in(file, std::ios::binary | std::ios::ate);
        if (!in) throw Error(fmt::format("{} can't be opened.", name_), "Is the path right?", ExitCode::usage);
        const auto size = in.tellg();
        if (size < 0 || static_cast<std::uint64_t>(size) > largest) refuse("it is larger than 1 GiB");
        bytes_.resize(static_cast<std::size_t>(size));
        in.seekg(0);
        in.read(reinterpret_cast<char*>(bytes_.data()), size);
        if (!in) refuse("reading it failed");
    }

    std::map<std::string, Array> arrays() const {
        std::size_t end = find_end();
        const std::uint64_t count = number(end + 10, 2);
        std::uint64_t entry = number(end + 16, 4), unpacked = 0;
        if (count == 0xffff || entry == 0xffffffff) refuse("it is a ZIP64 archive");
        std::map<std::string, Array> arrays;
        for (std::uint64_t i = 0; i < count; ++i) {
            expect(entry, directory_entry);
            if (number(entry, 4) != 0x02014b50) refuse(fmt::format("there is no directory entry at byte {}", entry));
            const std::uint64_t named = number(entry + 28, 2);
            expect(entry + directory_entry, named);
            std::string name(reinterpret_cast<const char*>(bytes_.data() + entry + directory_entry), named);
            unpacked += number(entry + 24, 4);
            if (unpacked > largest) refuse("it is larger than 1 GiB unpacked");
            const std::vector<std::byte> member = read_member(entry, name);
            if (name.size() > 4 && name.ends_with(".npy")) {
                name.resize(name.size() - 4);
                arrays[name] = read_npy(member, fmt::format("{}, array '{}'", name_, name));
            }
            entry += directory_entry + named + number(entry + 30, 2) + number(entry + 32, 2);
        }
        return arrays;
    }

private:
    [[noreturn]] void refuse(const std::string& why) const {
        throw Error(fmt::format("{} can't be read as an .npz archive: {}.", name_, why),
                    "Write it with numpy.savez or numpy.savez_compressed.", ExitCode::usage);
    }

    void expect(std::uint64_t at, std::uint64_t count) const {
        if (at > bytes_.size() || count > bytes_.size() - at) refuse(fmt::format("it ends before byte {}", at + count));
    }

    std::uint64_t number(std::uint64_t at, std::size_t count) const {
        expect(at, count);
        std::uint64_t value = 0;
        for (std::size_t j = count; j-- > 0;) value = value << 8U | std::to_integer<std::uint64_t>(bytes_[at + j]);
        return value;
    }

    // The end record is last but for a comment.
    std::size_t find_end() const {
        for (std::size_t back = end_record; back <= bytes_.size() && back < end_record + 65536; ++back) {
            if (number(bytes_.size() - back, 4) == 0x06054b50) return bytes_.size() - back;
        }
        refuse("it has no directory of its members");
    }

    std::vector<std::byte> read_member(std::uint64_t entry, const std::string& name) const {
        const std::uint64_t method = number(entry + 10, 2), packed = number(entry + 20, 4),
                            size = number(entry + 24, 4), header = number(entry + 42, 4);
        if (packed == 0xffffffff || size == 0xffffffff) refuse("it is a ZIP64 archive");
        if ((number(entry + 8, 2) & 1U) != 0) refuse("it is encrypted");
        expect(header, local_header);
        const std::uint64_t data = header + local_header + number(header + 26, 2) + number(header + 28, 2);
        expect(data, packed);
        const std::span<const std::byte> from(bytes_.data() + data, packed);
        std::vector<std::byte> out;
        if (method == 0 && packed == size) {
            out.assign(from.begin(), from.end());
        } else if (method == 8 && size <= 1100 * packed + 64) { // deflate packs no better than 1032 to 1
            out.resize(size);
            inflate_into(out, from, name);
        } else {
            refuse(fmt::format("the member '{}' is neither stored nor deflated", name));
        }
        const auto sum = crc32(0, reinterpret_cast<const Bytef*>(out.data()), static_cast<uInt>(out.size()));
        if (sum != number(entry + 16, 4)) refuse(fmt::format("the checksum of the member '{}' differs", name));
        return out;
    }

    void inflate_into(std::vector<std::byte>& out, std::span<const std::byte> from, const std::string& name) const {
        z_stream stream{};
        if (inflateInit2(&stream, -MAX_WBITS) != Z_OK) refuse("zlib has no memory");
        stream.next_in = const_cast<Bytef*>(reinterpret_cast<const Bytef*>(from.data()));
        stream.avail_in = static_cast<uInt>(from.size());
        stream.next_out = reinterpret_cast<Bytef*>(out.data());
        stream.avail_out = static_cast<uInt>(out.size());
        const int result = inflate(&stream, Z_FINISH);
        inflateEnd(&stream);
        if (result != Z_STREAM_END || stream.avail_out != 0) refuse(fmt::format("the member '{}' is damaged", name));
    }

    std::string name_;
    std::vector<std::byte> bytes_;
};

} // namespace

std::map<std::string, Array> read_npz(const std::filesystem::path& file) { return Archive(file).arrays(); }

} // namespace orrery::pinn
