// SPDX-License-Identifier: BSD-3-Clause
#include "core/files/npz.h"

#include "core/canonical_json.h"
#include "core/files/npy.h"

#include <fmt/format.h>

namespace orrery {

NpzReader::NpzReader(const std::filesystem::path& file)
    : zip_(file, "an .npz archive", "Write it with numpy.savez or numpy.savez_compressed.") {
    for (std::size_t i = 0; i < zip_.members().size(); ++i) {
        const auto& member = zip_.members()[i];
        if (member.name.size() <= 4 || !member.name.ends_with(".npy")) continue;
        const std::string name = member.name.substr(0, member.name.size() - 4);
        names_.push_back(name);
        members_[name] = i;
        bytes_ += member.bytes;
    }
}

Array NpzReader::read(const std::string& name) {
    const auto at = members_.find(name);
    if (at == members_.end()) refuse(fmt::format("it has no array '{}'", quotable(name)));
    const auto bytes = zip_.read(zip_.members()[at->second]);
    return read_npy(bytes, fmt::format("{}, array '{}'", zip_.name(), quotable(name)));
}

std::map<std::string, Array> read_npz(const std::filesystem::path& file) {
    constexpr std::uint64_t largest = 1U << 30;
    NpzReader npz(file);
    if (npz.bytes() > largest) npz.refuse("it is larger than 1 GiB unpacked");
    std::map<std::string, Array> arrays;
    for (const std::string& name : npz.names()) arrays[name] = npz.read(name);
    return arrays;
}

void NpzWriter::add(const std::string& name, const Array& array) {
    add(name, array.shape(), array.type(), {{static_cast<const char*>(array.data()), array.bytes()}});
}

void NpzWriter::add(const std::string& name, const std::vector<std::int64_t>& shape, DType type,
                    std::vector<std::span<const char>> parts) {
    const std::string header = npy_header(shape, type);
    parts.insert(parts.begin(), std::span<const char>(header.data(), header.size()));
    zip_.add(name + ".npy", parts);
}

} // namespace orrery
