// SPDX-License-Identifier: BSD-3-Clause
#include "core/canonical_json.h"

#include "core/error.h"

#include <algorithm>
#include <charconv>
#include <cmath>
#include <vector>

namespace orrery {

namespace {

// One code point of valid UTF-8 at `at`, which moves on; throws Error for bytes that are none.
char32_t next_code_point(std::string_view text, std::size_t& at) {
    const auto byte = [&](std::size_t i) { return static_cast<unsigned char>(text[i]); };
    const unsigned char first = byte(at);
    if (first < 0x80) return byte(at++);
    const std::size_t length = first >= 0xF0 ? 4 : first >= 0xE0 ? 3 : 2;
    bool valid = first >= 0xC2 && first <= 0xF4 && at + length <= text.size();
    char32_t code = first & (0xFFU >> (length + 1));
    for (std::size_t i = 1; valid && i < length; ++i) {
        valid = (byte(at + i) & 0xC0) == 0x80;
        code = (code << 6) | (byte(at + i) & 0x3FU);
    }
    const char32_t smallest = length == 4 ? 0x10000 : length == 3 ? 0x800 : 0x80;
    if (!valid || code < smallest || code > 0x10FFFF || (code >= 0xD800 && code <= 0xDFFF))
        throw Error("A text is not valid UTF-8 (byte " + std::to_string(at) + "), so it has no canonical JSON.");
    at += length;
    return code;
}

std::u16string utf16_of(std::string_view text) {
    std::u16string units;
    for (std::size_t at = 0; at < text.size();) {
        const char32_t code = next_code_point(text, at);
        if (code < 0x10000) {
            units += static_cast<char16_t>(code);
        } else {
            units += static_cast<char16_t>(0xD800 + ((code - 0x10000) >> 10));
            units += static_cast<char16_t>(0xDC00 + ((code - 0x10000) & 0x3FF));
        }
    }
    return units;
}

constexpr int deepest = 500; // each level takes a place on the stack

void append(std::string& out, const nlohmann::json& value, int depth);

void append_object(std::string& out, const nlohmann::json& object, int depth) {
    std::vector<std::pair<std::u16string, nlohmann::json::const_iterator>> members;
    for (auto it = object.begin(); it != object.end(); ++it) members.emplace_back(utf16_of(it.key()), it);
    std::sort(members.begin(), members.end(), [](const auto& a, const auto& b) { return a.first < b.first; });
    out += '{';
    for (std::size_t i = 0; i < members.size(); ++i) {
        if (i) out += ',';
        append_canonical_string(out, members[i].second.key());
        out += ':';
        append(out, members[i].second.value(), depth + 1);
    }
    out += '}';
}

void append(std::string& out, const nlohmann::json& value, int depth) {
    using Type = nlohmann::json::value_t;
    if (depth > deepest) throw Error("A JSON value is nested deeper than " + std::to_string(deepest) + " levels.");
    switch (value.type()) {
    case Type::null:
        out += "null";
        return;
    case Type::boolean:
        out += value.get<bool>() ? "true" : "false";
        return;
    case Type::number_integer:
        append_canonical_number(out, static_cast<double>(value.get<std::int64_t>()));
        return;
    case Type::number_unsigned:
        append_canonical_number(out, static_cast<double>(value.get<std::uint64_t>()));
        return;
    case Type::number_float:
        append_canonical_number(out, value.get<double>());
        return;
    case Type::string:
        append_canonical_string(out, value.get_ref<const std::string&>());
        return;
    case Type::object:
        append_object(out, value, depth);
        return;
    case Type::array:
        out += '[';
        for (std::size_t i = 0; i < value.size(); ++i) {
            if (i) out += ',';
            append(out, value[i], depth + 1);
        }
        out += ']';
        return;
    case Type::binary:
    case Type::discarded:
        break;
    }
    throw Error("A value that is not JSON has no canonical JSON.");
}

} // namespace

// ECMA-262, Number::toString: the shortest digits that read back as the same double, laid out by the size of the
// exponent.
void append_canonical_number(std::string& out, double value) {
    if (!std::isfinite(value)) throw Error("NaN and infinities have no canonical JSON (RFC 8785).");
    if (value == 0) { // also -0
        out += '0';
        return;
    }
    if (value < 0) out += '-';
    char text[40];
    const auto end = std::to_chars(text, text + sizeof text, std::fabs(value), std::chars_format::scientific).ptr;
    const char* const e = std::find(static_cast<const char*>(text), static_cast<const char*>(end), 'e');
    std::string digits(1, text[0]);
    if (e - text > 2) digits.append(static_cast<const char*>(text) + 2, e);
    int exponent = 0;
    std::from_chars(e + (e[1] == '+' ? 2 : 1), end, exponent);
    const int count = static_cast<int>(digits.size());
    const int point = exponent + 1; // position of the decimal point from the first digit
    if (count <= point && point <= 21) {
        out.append(digits).append(static_cast<std::size_t>(point - count), '0');
    } else if (0 < point && point <= 21) {
        out.append(digits, 0, static_cast<std::size_t>(point))
            .append(1, '.')
            .append(digits, static_cast<std::size_t>(point));
    } else if (-6 < point && point <= 0) {
        out.append("0.").append(static_cast<std::size_t>(-point), '0').append(digits);
    } else {
        out += digits[0];
        if (count > 1) out.append(1, '.').append(digits, 1);
        out.append(exponent > 0 ? "e+" : "e").append(std::to_string(exponent));
    }
}

// RFC 8785, 3.2.2.2: only control characters, quote and backslash are escaped.
void append_canonical_string(std::string& out, std::string_view utf8) {
    out += '"';
    for (std::size_t at = 0; at < utf8.size();) {
        const std::size_t from = at;
        const char32_t code = next_code_point(utf8, at);
        switch (code) {
        case '"':
            out += "\\\"";
            break;
        case '\\':
            out += "\\\\";
            break;
        case '\b':
            out += "\\b";
            break;
        case '\f':
            out += "\\f";
            break;
        case '\n':
            out += "\\n";
            break;
        case '\r':
            out += "\\r";
            break;
        case '\t':
            out += "\\t";
            break;
        default:
            if (code < 0x20) {
                constexpr char digits[] = "0123456789abcdef";
                out.append("\\u00").append(1, digits[code >> 4]).append(1, digits[code & 15]);
            } else {
                out.append(utf8, from, at - from);
            }
        }
    }
    out += '"';
}

std::string canonical_json(const nlohmann::json& value) {
    std::string out;
    append(out, value, 0);
    return out;
}

std::string valid_utf8(std::string_view text) {
    const nlohmann::json value(text);
    return nlohmann::json::parse(value.dump(-1, ' ', false, nlohmann::json::error_handler_t::replace))
        .get<std::string>();
}

std::string quotable(std::string_view text) {
    constexpr std::size_t longest = 200;
    return text.size() <= longest ? valid_utf8(text) : valid_utf8(text.substr(0, longest)) + "...";
}

nlohmann::json json_number(double value) {
    if (std::isnan(value)) return nullptr;
    if (std::isinf(value)) return value > 0 ? "inf" : "-inf";
    return value;
}

} // namespace orrery
