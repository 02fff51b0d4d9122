// SPDX-License-Identifier: BSD-3-Clause
#include "core/labels.h"

#include "core/error.h"
#include "core/schema.h"

#include <fmt/format.h>

#include <algorithm>

namespace orrery {

namespace {

std::string trimmed(std::string_view text) {
    constexpr std::string_view spaces = " \t\r\n";
    const auto first = text.find_first_not_of(spaces);
    if (first == std::string_view::npos) return {};
    return std::string(text.substr(first, text.find_last_not_of(spaces) - first + 1));
}

// In UTF-8 every character but its first byte is 10xxxxxx.
std::size_t characters(std::string_view text) {
    return static_cast<std::size_t>(std::count_if(
        text.begin(), text.end(), [](char c) { return (static_cast<unsigned char>(c) & 0xC0u) != 0x80u; }));
}

[[noreturn]] void refuse(const std::string& what, const std::string& hint) { throw Error(what, hint, ExitCode::usage); }

// Those of ASCII, and U+0080 to U+009F, which terminals obey too.
bool has_control_characters(std::string_view text, std::string_view allowed) {
    for (std::size_t i = 0; i < text.size(); ++i) {
        const auto c = static_cast<unsigned char>(text[i]);
        if ((c < 0x20 || c == 0x7f) && allowed.find(text[i]) == std::string_view::npos) return true;
        if (c == 0xC2 && i + 1 < text.size() && static_cast<unsigned char>(text[i + 1]) < 0xA0) return true;
    }
    return false;
}

std::string checked_line(const std::string& what, std::string_view text, std::size_t longest) {
    if (!is_utf8(text)) refuse("The " + what + " is no valid UTF-8 text.", "Type it, or save its source as UTF-8.");
    std::string line = trimmed(text);
    if (has_control_characters(line, ""))
        refuse("The " + what + " holds a control character, a tab or a new line.", "It is one line of plain text.");
    if (const auto length = characters(line); length > longest)
        refuse(fmt::format("The {} has {} characters.", what, length),
               fmt::format("It can have {}; a note (`orrery note`) can be longer.", longest));
    return line;
}

} // namespace

std::string checked_tag(std::string_view text) {
    auto tag = checked_line("tag", text, longest_tag);
    if (tag.empty()) refuse("The tag is empty.", fmt::format("A tag has 1 to {} characters.", longest_tag));
    return tag;
}

std::string checked_name(std::string_view text) { return checked_line("name", text, longest_name); }

std::string checked_note(std::string_view text) {
    if (!is_utf8(text)) refuse("The note is no valid UTF-8 text.", "Save its source as UTF-8.");
    std::string note = trimmed(text);
    std::size_t place = 0;
    while ((place = note.find("\r\n", place)) != std::string::npos) note.erase(place, 1);
    if (has_control_characters(note, "\n\t"))
        refuse("The note holds a control character.", "A note is text, with new lines and tabs.");
    if (note.size() > longest_note)
        refuse(fmt::format("The note has {} bytes.", note.size()),
               fmt::format("It can have {}; keep longer texts in files.", longest_note));
    return note;
}

std::string checked_figure_name(std::string_view text) {
    auto name = checked_line("name of a figure", text, longest_name);
    if (name.empty() || name.starts_with('{'))
        refuse(name.empty() ? "The name of the figure is empty." : "The name of a figure can't begin with '{'.",
               fmt::format("It has 1 to {} characters.", longest_name));
    return name;
}

} // namespace orrery
