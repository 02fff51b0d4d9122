// SPDX-License-Identifier: BSD-3-Clause
// A small table of numbers and texts with named columns, and its forms as text, CSV, JSON, Markdown and HTML.
#pragma once
#include "core/api.h"

#include <cstdint>
#include <filesystem>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

namespace orrery {

struct ORRERY_API Table {
    using Cell = std::variant<std::monostate, std::int64_t, double, std::string>; // monostate: nothing there
    struct Column {
        std::string name;
        std::string unit = {}; // may be empty
    };

    std::string title; // heads the HTML page; may be empty
    std::vector<Column> columns;
    std::vector<std::vector<Cell>> rows; // a shorter row ends with empty cells
};

enum class TableFormat { table, csv, json, markdown, html };

// "table", "csv", "json", "md", "html". Throws Error (wrong usage) that lists them.
ORRERY_API TableFormat table_format_named(std::string_view name);
// By the ending: .txt, .csv, .json, .md, .html, .htm. Throws Error (wrong usage) that lists them.
ORRERY_API TableFormat table_format_of(const std::filesystem::path& file);

// The whole table as UTF-8 text that ends with a line end. Numbers are the shortest that read back as the same double.
//   table     columns aligned for a terminal
//   csv       RFC 4180: CRLF, header line `name [unit]`; nan, inf, -inf; an empty cell is nothing, an empty text is ""
//   json      {"title", "columns": [{"name", "unit"}], "rows": [{name: value}]}; NaN and empty cells null, "inf",
//   "-inf" markdown  a GitHub table html      a complete page
// Throws Error if a row has more cells than there are columns, or two columns have one name.
ORRERY_API std::string text_of(const Table& table, TableFormat format);
// Writes the form that the ending names; nothing half-written is ever seen.
ORRERY_API void write_table(const std::filesystem::path& file, const Table& table);

} // namespace orrery
