// SPDX-License-Identifier: BSD-3-Clause
// Walks through the fields of a message in the protocol buffers wire format, never beyond its end.
// Source: https://protobuf.dev/programming-guides/encoding/
#pragma once
#include "core/api.h"

#include <cstdint>
#include <string_view>

namespace orrery {

enum class WireType : std::uint8_t { varint = 0, fixed64 = 1, bytes = 2, fixed32 = 5 };

//     ProtobufReader message(bytes);
//     while (message.next())
//         if (message.is(2, WireType::varint)) step = static_cast<std::int64_t>(message.integer());
class ORRERY_API ProtobufReader {
public:
    explicit ProtobufReader(std::string_view message) : rest_(message) {}

    // False at the end. Throws Error for what is no message: a field that is cut off, an unknown wire type.
    bool next();
    bool is(std::uint32_t field, WireType type) const { return field_ == field && type_ == type; }
    // Of the field that next() came to; of other types than asked for: 0 or nothing.
    std::uint64_t integer() const { return integer_; } // varint, fixed64, fixed32
    std::string_view bytes() const { return bytes_; }  // of a text, or of a message within
    double float64() const;                            // fixed64
    float float32() const;                             // fixed32

private:
    std::uint64_t varint();
    std::uint64_t fixed(std::size_t size);
    std::string_view rest_, bytes_;
    std::uint32_t field_ = 0;
    WireType type_ = WireType::varint;
    std::uint64_t integer_ = 0;
};

} // namespace orrery
