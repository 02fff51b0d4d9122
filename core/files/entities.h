// SPDX-License-Identifier: BSD-3-Clause
// The names that XML and HTML have for characters with a meaning of their own.
#pragma once
#include <string_view>

namespace orrery {

// "&amp;" for '&', and so for < > "; empty for every other character.
constexpr std::string_view entity_of(char c) {
    switch (c) {
    case '&':
        return "&amp;";
    case '<':
        return "&lt;";
    case '>':
        return "&gt;";
    case '"':
        return "&quot;";
    default:
        return {};
    }
}

} // namespace orrery
