// SPDX-License-Identifier: BSD-3-Clause
#include "core/files/protobuf.h"

#include "core/error.h"

#include <bit>

namespace orrery {

bool ProtobufReader::next() {
    if (rest_.empty()) return false;
    const std::uint64_t tag = varint();
    integer_ = 0;
    bytes_ = {};
    if (tag >> 3 == 0 || tag >> 32 != 0) throw Error("A protobuf message has a field of no valid number.");
    field_ = static_cast<std::uint32_t>(tag >> 3);
    switch (tag & 7) {
    case 0:
        type_ = WireType::varint;
        integer_ = varint();
        return true;
    case 1:
        type_ = WireType::fixed64;
        integer_ = fixed(8);
        return true;
    case 2: {
        type_ = WireType::bytes;
        const std::uint64_t size = varint();
        if (size > rest_.size()) throw Error("A protobuf message ends within a field.");
        bytes_ = rest_.substr(0, size);
        rest_.remove_prefix(size);
        return true;
    }
    case 5:
        type_ = WireType::fixed32;
        integer_ = fixed(4);
        return true;
    default:
        throw Error("A protobuf message has a field of an unknown wire type.");
    }
}

double ProtobufReader::float64() const { return type_ == WireType::fixed64 ? std::bit_cast<double>(integer_) : 0; }

float ProtobufReader::float32() const {
    return type_ == WireType::fixed32 ? std::bit_cast<float>(static_cast<std::uint32_t>(integer_)) : 0;
}

std::uint64_t ProtobufReader::varint() {
    std::uint64_t value = 0;
    for (unsigned shift = 0; shift < 64; shift += 7) {
        if (rest_.empty()) throw Error("A protobuf message ends within a number.");
        const auto byte = static_cast<std::uint8_t>(rest_.front());
        rest_.remove_prefix(1);
        value |= static_cast<std::uint64_t>(byte & 0x7FU) << shift;
        if (byte < 0x80) return value;
    }
    throw Error("A protobuf message holds a number of more than 64 bits.");
}

std::uint64_t ProtobufReader::fixed(std::size_t size) {
    if (rest_.size() < size) throw Error("A protobuf message ends within a number.");
    std::uint64_t value = 0;
    for (std::size_t i = 0; i < size; ++i)
        value |= static_cast<std::uint64_t>(static_cast<std::uint8_t>(rest_[i])) << (8 * i);
    rest_.remove_prefix(size);
    return value;
}

} // namespace orrery
