// SPDX-License-Identifier: BSD-3-Clause
#include "core/files/table.h"

#include "core/error.h"
#include "core/files/html.h"
#include "core/files/replace_file.h"

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include <algorithm>
#include <cctype>
#include <cmath>
#include <ostream>

namespace orrery {

namespace {

using Cell = Table::Cell;

bool is_number(const Cell& cell) {
    return std::holds_alternative<std::int64_t>(cell) || std::holds_alternative<double>(cell);
}

std::string plain(const Cell& cell) {
    if (const auto* number = std::get_if<double>(&cell))
        return std::isnan(*number) ? "nan" : fmt::format("{}", *number);
    if (const auto* integer = std::get_if<std::int64_t>(&cell)) return fmt::format("{}", *integer);
    if (const auto* text = std::get_if<std::string>(&cell)) return *text;
    return {};
}

std::string heading(const Table::Column& column) {
    return column.unit.empty() ? column.name : fmt::format("{} [{}]", column.name, column.unit);
}

const Cell& cell_of(const Table& table, std::size_t row, std::size_t column) {
    static const Cell nothing;
    return column < table.rows[row].size() ? table.rows[row][column] : nothing;
}

void check(const Table& table) {
    for (std::size_t c = 0; c < table.columns.size(); ++c) {
        for (std::size_t other = 0; other < c; ++other) {
            if (table.columns[other].name == table.columns[c].name) {
                throw Error(fmt::format("A table has two columns named '{}'.", table.columns[c].name));
            }
        }
    }
    for (std::size_t r = 0; r < table.rows.size(); ++r) {
        if (table.rows[r].size() > table.columns.size()) {
            throw Error(fmt::format("Row {} of a table has {} cells, but there are {} columns.", r,
                                    table.rows[r].size(), table.columns.size()));
        }
    }
}

std::string replaced(std::string_view text, std::initializer_list<std::pair<char, std::string_view>> what) {
    std::string out;
    for (const char c : text) {
        const auto* const found =
            std::find_if(what.begin(), what.end(), [c](const auto& one) { return one.first == c; });
        if (found == what.end()) {
            out += c;
        } else {
            out += found->second;
        }
    }
    return out;
}

// An underline inside of a word is none of Markdown's, and names are full of them.
std::string markdown(std::string_view text) {
    std::string out;
    const auto is_in_word = [&](std::size_t i) {
        const auto is_letter = [](char c) { return std::isalnum(static_cast<unsigned char>(c)) != 0; };
        return i > 0 && i + 1 < text.size() && is_letter(text[i - 1]) && is_letter(text[i + 1]);
    };
    for (std::size_t i = 0; i < text.size(); ++i) {
        const char c = text[i];
        if (c == '\n') {
            out += "<br>";
        } else if (c == '<' || c == '&') {
            out += c == '<' ? "&lt;" : "&amp;";
        } else if (c != '\r') {
            if (std::string_view("\\|*`[]~$").find(c) != std::string_view::npos || (c == '_' && !is_in_word(i)))
                out += '\\';
            out += c;
        }
    }
    return out;
}

std::string csv(const Cell& cell) {
    const std::string text = plain(cell);
    const bool empty_text = text.empty() && std::holds_alternative<std::string>(cell);
    const bool spaced = !text.empty() && (text.front() == ' ' || text.back() == ' ');
    if (!empty_text && !spaced && text.find_first_of(",\"\r\n") == std::string::npos) return text;
    return '"' + replaced(text, {{'"', "\"\""}}) + '"';
}

std::string as_csv(const Table& table) {
    std::string out;
    for (std::size_t c = 0; c < table.columns.size(); ++c) out += (c ? "," : "") + csv(heading(table.columns[c]));
    out += "\r\n";
    for (std::size_t r = 0; r < table.rows.size(); ++r) {
        for (std::size_t c = 0; c < table.columns.size(); ++c) out += (c ? "," : "") + csv(cell_of(table, r, c));
        out += "\r\n";
    }
    return out;
}

nlohmann::ordered_json json(const Cell& cell) {
    if (const auto* number = std::get_if<double>(&cell)) {
        if (std::isnan(*number)) return nullptr;
        if (std::isinf(*number)) return *number > 0 ? "inf" : "-inf";
        return *number;
    }
    if (const auto* integer = std::get_if<std::int64_t>(&cell)) return *integer;
    if (const auto* text = std::get_if<std::string>(&cell)) return *text;
    return nullptr;
}

std::string as_json(const Table& table) {
    nlohmann::ordered_json out;
    out["title"] = table.title;
    out["columns"] = nlohmann::ordered_json::array();
    for (const auto& column : table.columns) out["columns"].push_back({{"name", column.name}, {"unit", column.unit}});
    out["rows"] = nlohmann::ordered_json::array();
    for (std::size_t r = 0; r < table.rows.size(); ++r) {
        nlohmann::ordered_json row = nlohmann::ordered_json::object();
        for (std::size_t c = 0; c < table.columns.size(); ++c) row[table.columns[c].name] = json(cell_of(table, r, c));
        out["rows"].push_back(std::move(row));
    }
    return out.dump(1, ' ', false, nlohmann::json::error_handler_t::replace) + "\n";
}

// A column of nothing but numbers (and empty cells) stands to the right.
std::vector<bool> right_columns(const Table& table) {
    std::vector<bool> out(table.columns.size(), !table.rows.empty());
    for (std::size_t r = 0; r < table.rows.size(); ++r) {
        for (std::size_t c = 0; c < table.columns.size(); ++c) {
            const Cell& cell = cell_of(table, r, c);
            if (!is_number(cell) && !std::holds_alternative<std::monostate>(cell)) out[c] = false;
        }
    }
    return out;
}

std::string as_markdown(const Table& table) {
    const auto right = right_columns(table);
    std::string out = "|", rule = "|";
    for (std::size_t c = 0; c < table.columns.size(); ++c) {
        out.append(" ").append(markdown(heading(table.columns[c]))).append(" |");
        rule += right[c] ? " ---: |" : " --- |";
    }
    out += "\n" + rule + "\n";
    for (std::size_t r = 0; r < table.rows.size(); ++r) {
        out += "|";
        for (std::size_t c = 0; c < table.columns.size(); ++c)
            out.append(" ").append(markdown(plain(cell_of(table, r, c)))).append(" |");
        out += "\n";
    }
    return out;
}

std::string as_html(const Table& table) {
    const auto right = right_columns(table);
    const std::string title = table.title.empty() ? "Table" : table.title;
    std::string out = "<h1>" + html_text(title) + "</h1>\n<div class=\"scroll\">\n<table>\n<thead><tr>";
    for (std::size_t c = 0; c < table.columns.size(); ++c)
        out += (right[c] ? "<th class=\"n\">" : "<th>") + html_text(heading(table.columns[c])) + "</th>";
    out += "</tr></thead>\n<tbody>\n";
    for (std::size_t r = 0; r < table.rows.size(); ++r) {
        out += "<tr>";
        for (std::size_t c = 0; c < table.columns.size(); ++c) {
            const Cell& cell = cell_of(table, r, c);
            out += (is_number(cell) ? "<td class=\"n\">" : "<td>") + html_text(plain(cell)) + "</td>";
        }
        out += "</tr>\n";
    }
    return html_page(title, out + "</tbody>\n</table>\n</div>\n");
}

// Characters, not bytes: continuation bytes of UTF-8 take no place.
std::size_t width_of(std::string_view text) {
    return static_cast<std::size_t>(std::count_if(
        text.begin(), text.end(), [](char c) { return (static_cast<unsigned char>(c) & 0xC0U) != 0x80U; }));
}

std::string as_aligned_text(const Table& table) {
    const auto right = right_columns(table);
    std::vector<std::vector<std::string>> lines(1);
    for (const auto& column : table.columns) lines[0].push_back(heading(column));
    for (std::size_t r = 0; r < table.rows.size(); ++r) {
        auto& line = lines.emplace_back();
        for (std::size_t c = 0; c < table.columns.size(); ++c) {
            std::string text = plain(cell_of(table, r, c));
            // Control characters of stored texts must not reach the terminal.
            for (char& ch : text) ch = static_cast<unsigned char>(ch) < ' ' || ch == '\x7f' ? ' ' : ch;
            line.push_back(std::move(text));
        }
    }
    std::vector<std::size_t> widths(table.columns.size(), 0);
    for (const auto& line : lines) {
        for (std::size_t c = 0; c < line.size(); ++c) widths[c] = std::max(widths[c], width_of(line[c]));
    }
    std::string out;
    for (const auto& line : lines) {
        for (std::size_t c = 0; c < line.size(); ++c) {
            const std::size_t gap = widths[c] - width_of(line[c]);
            if (c) out += "  ";
            if (right[c]) out.append(gap, ' ');
            out += line[c];
            if (!right[c]) out.append(gap, ' ');
        }
        out.erase(out.find_last_not_of(' ') + 1);
        out += '\n';
    }
    return out;
}

} // namespace

TableFormat table_format_named(std::string_view name) {
    if (name == "table") return TableFormat::table;
    if (name == "csv") return TableFormat::csv;
    if (name == "json") return TableFormat::json;
    if (name == "md") return TableFormat::markdown;
    if (name == "html") return TableFormat::html;
    throw Error(fmt::format("'{}' is no form of a table; there are table, csv, md, json and html.", name), {},
                ExitCode::usage);
}

TableFormat table_format_of(const std::filesystem::path& file) {
    const std::string ending = file.extension().string();
    if (ending == ".txt") return TableFormat::table;
    if (ending == ".csv") return TableFormat::csv;
    if (ending == ".json") return TableFormat::json;
    if (ending == ".md") return TableFormat::markdown;
    if (ending == ".html" || ending == ".htm") return TableFormat::html;
    throw Error(
        fmt::format(
            "{}: a table can't be written with the ending '{}'; accepted are .csv, .json, .md, .html, .htm and .txt.",
            file.string(), ending),
        {}, ExitCode::usage);
}

std::string text_of(const Table& table, TableFormat format) {
    check(table);
    switch (format) {
    case TableFormat::table:
        return as_aligned_text(table);
    case TableFormat::csv:
        return as_csv(table);
    case TableFormat::json:
        return as_json(table);
    case TableFormat::markdown:
        return as_markdown(table);
    case TableFormat::html:
        return as_html(table);
    }
    return {};
}

void write_table(const std::filesystem::path& file, const Table& table) {
    const std::string text = text_of(table, table_format_of(file));
    replace_file(file, [&](std::ostream& out) { out << text; });
}

} // namespace orrery
