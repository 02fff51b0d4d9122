// SPDX-License-Identifier: BSD-3-Clause
#include "core/canonical_json.h"
#include "core/command.h"

#include <fmt/format.h>

#include <cmath>

namespace orrery {

namespace {

// Characters beyond ASCII that end a line somewhere or hide what is written (order of writing): never as they are.
bool is_treacherous(unsigned code) {
    return (code >= 0x80 && code < 0xA0) || code == 0x2028 || code == 0x2029 || code == 0x200E || code == 0x200F ||
           (code >= 0x202A && code <= 0x202E) || (code >= 0x2066 && code <= 0x2069) || code == 0xFEFF;
}

std::string literal(const std::string& text) {
    const std::string utf8 = valid_utf8(text);
    std::string out = "\"";
    for (std::size_t i = 0; i < utf8.size();) {
        const auto c = static_cast<unsigned char>(utf8[i]);
        const std::size_t length = c < 0x80 ? 1 : c < 0xE0 ? 2 : c < 0xF0 ? 3 : 4;
        if (length == 1) {
            if (c == '"' || c == '\\')
                out += {'\\', static_cast<char>(c)};
            else if (c == '\n')
                out += "\\n";
            else if (c == '\t')
                out += "\\t";
            else if (c == '\r')
                out += "\\r";
            else if (c < 0x20 || c == 0x7f)
                out += fmt::format("\\x{:02x}", c);
            else
                out += static_cast<char>(c);
        } else {
            unsigned code = c & (0xFFu >> (length + 1));
            for (std::size_t k = 1; k < length; ++k)
                code = code << 6 | (static_cast<unsigned char>(utf8[i + k]) & 0x3Fu);
            out += is_treacherous(code) ? fmt::format("\\u{:04x}", code) : utf8.substr(i, length);
        }
        i += length;
    }
    return out + '"';
}

std::string literal(double value) {
    if (std::isnan(value)) return "float(\"nan\")";
    if (std::isinf(value)) return value > 0 ? "float(\"inf\")" : "float(\"-inf\")";
    std::string text = text_of(Value(value));
    if (text.find_first_of(".e") == std::string::npos) text += ".0"; // else Python makes it an integer
    return text;
}

} // namespace

std::string python_literal(const Value& value) {
    struct Visitor {
        std::string operator()(bool v) const { return v ? "True" : "False"; }
        std::string operator()(std::int64_t v) const { return std::to_string(v); }
        std::string operator()(double v) const { return literal(v); }
        std::string operator()(const std::string& v) const { return literal(v); }
    };
    return std::visit(Visitor{}, value);
}

} // namespace orrery
