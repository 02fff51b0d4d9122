// SPDX-License-Identifier: BSD-3-Clause
// Writes TensorBoard event files for tests, record by record, sound or not.
#pragma once
#include "core/files/tfrecord.h"

#include <bit>
#include <cstdint>
#include <string>
#include <string_view>

namespace event_sample {

inline std::string varint(std::uint64_t value) {
    std::string out;
    for (; value >= 0x80; value >>= 7) out += static_cast<char>((value & 0x7F) | 0x80);
    return out + static_cast<char>(value);
}
inline std::string little_endian(std::uint64_t value, int bytes) {
    std::string out;
    for (int i = 0; i < bytes; ++i) out += static_cast<char>(value >> (8 * i) & 0xFF);
    return out;
}
inline std::string number(std::uint32_t field, std::uint64_t value) { return varint(field << 3) + varint(value); }
inline std::string bytes(std::uint32_t field, std::string_view content) {
    return varint(field << 3 | 2) + varint(content.size()) + std::string(content);
}
inline std::string float32(std::uint32_t field, float value) {
    return varint(field << 3 | 5) + little_endian(std::bit_cast<std::uint32_t>(value), 4);
}
inline std::string float64(std::uint32_t field, double value) {
    return varint(field << 3 | 1) + little_endian(std::bit_cast<std::uint64_t>(value), 8);
}

inline std::string record(std::string_view content) {
    const std::string length = little_endian(content.size(), 8);
    return length + little_endian(orrery::masked_crc32c(length), 4) + std::string(content) +
           little_endian(orrery::masked_crc32c(content), 4);
}
inline std::string event(double wall_time, std::int64_t step, std::string_view values) {
    return record(float64(1, wall_time) + number(2, static_cast<std::uint64_t>(step)) + bytes(5, values));
}
inline std::string begin(double wall_time) { return record(float64(1, wall_time) + bytes(3, "brain.Event:2")); }
inline std::string scalar(std::string_view tag, float value) { return bytes(1, bytes(1, tag) + float32(2, value)); }
inline std::string metadata(std::string_view plugin, std::string_view content = {}) {
    return bytes(9, bytes(1, bytes(1, plugin) + (content.empty() ? "" : bytes(2, content))));
}
// As TensorFlow 2 writes a scalar: a tensor of the plugin "scalars".
inline std::string tensor(std::string_view tag, std::uint64_t type, std::string_view rest, bool with_metadata = true) {
    return bytes(1, bytes(1, tag) + bytes(8, number(1, type) + std::string(rest)) +
                        (with_metadata ? metadata("scalars") : ""));
}

} // namespace event_sample
