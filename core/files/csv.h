// SPDX-License-Identifier: BSD-3-Clause
// Reads delimited text row by row: comma, semicolon or tab, quotes, line ends of any system; says where what is wrong.
#pragma once
#include "core/api.h"

#include <cstdint>
#include <filesystem>
#include <fstream>
#include <string>
#include <vector>

namespace orrery {

// The first line holds the names; what stands between them most often decides the delimiter. Cells are UTF-8; a byte
// order mark and white space around cells without quotes are left out, lines without text are skipped.
class ORRERY_API CsvReader {
public:
    // Throws Error: no such file, no text, two columns of one name, nothing in it.
    explicit CsvReader(const std::filesystem::path& file);

    const std::vector<std::string>& header() const { return header_; }
    char delimiter() const { return delimiter_; }
    // False at the end. A row has as many cells as the header: missing ones are empty. Throws Error that names line and
    // column.
    bool next(std::vector<std::string>& cells);
    std::int64_t line() const { return line_of_row_; } // of the last row, from 1
    bool is_torn() const { return torn_; } // the last row has too few cells and no line end: who wrote it was killed
    double fraction() const;               // of the file that was read, in [0, 1]

private:
    bool read_row(std::vector<std::string>& cells, bool& ended_by_line);
    int get();
    [[noreturn]] void refuse(const std::string& what, const std::string& hint = {}) const;

    std::filesystem::path file_;
    std::ifstream in_;
    std::vector<char> buffer_;
    std::size_t at_ = 0, filled_ = 0;
    std::uintmax_t bytes_ = 0, taken_ = 0;
    std::vector<std::string> header_;
    char delimiter_ = ',';
    std::int64_t line_ = 1, line_of_row_ = 0;
    bool torn_ = false;
};

} // namespace orrery
