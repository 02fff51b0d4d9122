// SPDX-License-Identifier: BSD-3-Clause
// What readers of text share: lines of files of any size, numbers, and sentences that name the line.
#pragma once
#include "core/api.h"

#include <cstdint>
#include <cstdio>
#include <filesystem>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace orrery::graph_file {

// "FILE, line N: WHAT." as Error of wrong usage; without the line where it is 0.
[[noreturn]] void refuse(const std::filesystem::path& file, std::int64_t line, const std::string& what,
                         const std::string& hint = {});

// Bytes in the file. Throws Error where there is no such file or it can't be read.
std::uint64_t bytes_of_file(const std::filesystem::path& file);

// Throws Error, telling both numbers, if reading the file will take more bytes than there are.
void expect_memory(const std::filesystem::path& file, double bytes);

// Reads a file of any size in blocks.
class LineReader {
public:
    explicit LineReader(const std::filesystem::path& file);
    // The next line without its end (LF or CR LF), valid until the next call; false at the end of the file. Throws
    // Error for a line of more than 256 MiB, for one that holds a byte 0 and where reading fails.
    bool next(std::string_view& line);
    std::int64_t line() const { return line_; } // of the last one, from 1
    std::uint64_t file_bytes() const { return bytes_; }
    double bytes_per_line() const; // about: of the first block
    const std::filesystem::path& file() const { return file_; }
    [[noreturn]] void refuse(const std::string& what, const std::string& hint = {}) const;

private:
    void fill();

    std::filesystem::path file_;
    std::unique_ptr<std::FILE, int (*)(std::FILE*)> in_;
    std::string buffer_;
    std::size_t at_ = 0, filled_ = 0;
    std::uint64_t bytes_ = 0;
    std::int64_t line_ = 0;
    bool ended_ = false;
};

// Splits a line at blanks and tabs, and at commas if `commas`.
class Words {
public:
    explicit Words(std::string_view line, bool commas = false) : rest_(line), commas_(commas) {}
    bool next(std::string_view& word);

private:
    std::string_view rest_;
    bool commas_;
};

std::string_view trimmed(std::string_view text);                     // without blanks, tabs and ends of lines around it
std::string lower(std::string_view text);                            // ASCII letters only
bool same_word(std::string_view a, std::string_view b);              // but for the case of ASCII letters
bool begins_with_word(std::string_view text, std::string_view word); // the same of its beginning

// The whole text as a number, a plus sign before it allowed.
std::optional<std::int64_t> integer_of(std::string_view text);
std::optional<double> real_of(std::string_view text); // nan, inf and infinity too
// An integer that is written as it would be printed: no plus, no zeros before it.
bool is_plain_integer(std::string_view text);
// The shortest text that reads back as the same number and can't be mistaken for an integer.
std::string real_text(double value);

} // namespace orrery::graph_file
