// SPDX-License-Identifier: GPL-3.0-or-later
#include "views/form/field_text.h"

#include "core/command.h"
#include "core/sweep.h"

#include <algorithm>
#include <array>
#include <cctype>
#include <string_view>

namespace orrery::gui {
namespace {

bool is_number(const Field& field) { return field.type == FieldType::number || field.type == FieldType::integer; }

bool holds_texts(const Field& field) { return field.type == FieldType::text || field.type == FieldType::path; }

bool written_as_sweep(const Field& field, const std::string& text, bool commas_separate) {
    if (holds_texts(field)) return commas_separate && text.find(',') != std::string::npos;
    if (text.find(',') != std::string::npos) {
        // A choice may have a comma in its name.
        return std::find(field.choices.begin(), field.choices.end(), text) == field.choices.end();
    }
    return is_number(field) && text.find("..") != std::string::npos;
}

bool is_keyword(const std::string& name) {
    static constexpr std::array<std::string_view, 35> words{
        "False", "None",     "True",  "and",    "as",   "assert", "async",  "await",    "break",
        "class", "continue", "def",   "del",    "elif", "else",   "except", "finally",  "for",
        "from",  "global",   "if",    "import", "in",   "is",     "lambda", "nonlocal", "not",
        "or",    "pass",     "raise", "return", "try",  "while",  "with",   "yield"};
    return std::find(words.begin(), words.end(), name) != words.end();
}

bool is_identifier(const std::string& name) {
    if (name.empty() || std::isdigit(static_cast<unsigned char>(name.front())) || is_keyword(name)) return false;
    return std::all_of(name.begin(), name.end(),
                       [](unsigned char c) { return c < 0x80 && (std::isalnum(c) || c == '_'); });
}

std::string python_value(const NamedValues& argument) {
    if (!argument.is_sweep) return python_literal(argument.values.front());
    std::string list = "[";
    for (const auto& value : argument.values) list += (list.size() > 1 ? ", " : "") + python_literal(value);
    return list + "]";
}

} // namespace

FieldText read_field(const Field& field, const std::string& text, bool commas_separate) {
    FieldText read;
    Schema one;
    one.fields.push_back(field);
    const std::vector<std::string> assignment{field.name + "=" + text};
    if (!written_as_sweep(field, text, commas_separate)) {
        auto values = one.parse(assignment, read.problems);
        if (read.problems.empty()) read.values.push_back(std::move(values.at(field.name)));
        return read;
    }
    read.is_sweep = true;
    const auto sweep = parse_sweep(one, assignment, {}, read.problems);
    for (const auto& point : sweep.points) read.values.push_back(point.at(field.name));
    return read;
}

std::string escaped_for_sweep(const Field& field, const std::string& text) {
    if (!holds_texts(field)) return text;
    std::string escaped;
    for (const char c : text) {
        if (c == ',') escaped += '\\';
        escaped += c;
    }
    return escaped;
}

std::string shell_word(const std::string& text) {
    constexpr std::string_view plain = "@%_+=:,./-";
    const bool safe = !text.empty() && std::all_of(text.begin(), text.end(), [&](unsigned char c) {
        return (c < 0x80 && std::isalnum(c)) || plain.find(static_cast<char>(c)) != std::string_view::npos;
    });
    if (safe) return text;
    std::string word = "'";
    for (const char c : text) {
        if (c == '\'')
            word += "'\\''";
        else
            word += c;
    }
    return word + "'";
}

std::string command_line(const std::string& experiment, const std::vector<std::string>& assignments, bool sweep,
                         const StartOptions& options) {
    std::string line = std::string("orrery ") + (sweep ? "sweep " : "run ") + shell_word(experiment);
    for (const auto& assignment : assignments) line += " " + shell_word(assignment);
    if (options.seed != 0) line += " --seed " + std::to_string(options.seed);
    if (options.device != "auto") line += " --device " + shell_word(options.device);
    if (!options.project.empty()) line += " --project " + shell_word(options.project);
    return line;
}

std::string python_call(const std::string& experiment, const std::vector<NamedValues>& arguments) {
    const bool sweep = std::any_of(arguments.begin(), arguments.end(), [](const auto& a) { return a.is_sweep; });
    std::string call = std::string("project.") + (sweep ? "sweep(" : "run(") + python_literal(Value(experiment));
    std::string others;
    for (const auto& argument : arguments) {
        if (argument.values.empty()) continue;
        if (is_identifier(argument.name))
            call += ", " + argument.name + "=" + python_value(argument);
        else
            others +=
                (others.empty() ? "" : ", ") + python_literal(Value(argument.name)) + ": " + python_value(argument);
    }
    if (!others.empty()) call += ", **{" + others + "}";
    return call + ")";
}

std::string python_call(const std::string& experiment, std::vector<NamedValues> arguments,
                        const StartOptions& options) {
    if (options.seed != 0) arguments.push_back({"seed", {options.seed}});
    if (options.device != "auto") arguments.push_back({"device", {options.device}});
    return python_call(experiment, arguments);
}

} // namespace orrery::gui
