// SPDX-License-Identifier: BSD-3-Clause
#include "core/files/csv.h"

#include "core/canonical_json.h"
#include "core/error.h"
#include "core/schema.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <set>

namespace orrery {

namespace {

constexpr std::size_t buffer_bytes = std::size_t{1} << 18;
constexpr std::size_t longest_cell = std::size_t{1} << 20, most_columns = 20'000;
constexpr int end_of_file = -1;

void trim(std::string& text) {
    const auto first = text.find_first_not_of(" \t");
    if (first == std::string::npos) return text.clear();
    text.erase(text.find_last_not_of(" \t") + 1);
    text.erase(0, first);
}

// Of the first line, outside of quotes.
char delimiter_of(std::string_view line) {
    constexpr std::array<char, 3> candidates{',', ';', '\t'};
    std::array<std::size_t, 3> counts{};
    bool quoted = false;
    for (const char c : line) {
        if (c == '"') quoted = !quoted;
        if (!quoted && (c == '\n' || c == '\r')) break;
        for (std::size_t i = 0; i < candidates.size(); ++i) counts[i] += !quoted && c == candidates[i];
    }
    return candidates[static_cast<std::size_t>(std::max_element(counts.begin(), counts.end()) - counts.begin())];
}

} // namespace

CsvReader::CsvReader(const std::filesystem::path& file) : file_(file), buffer_(buffer_bytes) {
    std::error_code ignored;
    if (!std::filesystem::is_regular_file(file, ignored))
        throw Error(fmt::format("{} can't be read: there is no such file.", quotable(file.string())), {},
                    ExitCode::usage);
    in_.open(file, std::ios::binary);
    if (!in_)
        throw Error(fmt::format("{} can't be opened for reading.", quotable(file.string())),
                    "Check that you may read it.", ExitCode::usage);
    bytes_ = std::filesystem::file_size(file, ignored);
    in_.read(buffer_.data(), static_cast<std::streamsize>(buffer_.size()));
    filled_ = static_cast<std::size_t>(in_.gcount());
    const std::string_view begin(buffer_.data(), filled_);
    if (begin.starts_with("\xFF\xFE") || begin.starts_with("\xFE\xFF"))
        refuse("it is written in UTF-16", "Save it as UTF-8 (in a spreadsheet: CSV UTF-8).");
    if (begin.starts_with("\xEF\xBB\xBF")) at_ = 3;
    delimiter_ = delimiter_of(begin.substr(at_));
    bool ended_by_line = false;
    if (!read_row(header_, ended_by_line)) refuse("it is empty", "Its first line must hold the names of the columns.");
    if (header_.size() > most_columns)
        refuse(fmt::format("it has {} columns, more than {}", header_.size(), most_columns));
    std::set<std::string_view> seen;
    for (const auto& name : header_)
        if (!name.empty() && !seen.insert(name).second)
            refuse(fmt::format("two of its columns are named '{}'", quotable(name)), "Rename one of them.");
}

double CsvReader::fraction() const {
    return bytes_ == 0 ? 1 : std::min(1.0, static_cast<double>(taken_ + at_) / static_cast<double>(bytes_));
}

void CsvReader::refuse(const std::string& what, const std::string& hint) const {
    throw Error(fmt::format("{} can't be read as a table: {}.", quotable(file_.string()), what), hint, ExitCode::usage);
}

int CsvReader::get() {
    if (at_ == filled_) {
        taken_ += filled_;
        at_ = 0;
        in_.read(buffer_.data(), static_cast<std::streamsize>(buffer_.size()));
        filled_ = static_cast<std::size_t>(in_.gcount());
        if (in_.bad()) refuse(fmt::format("reading stopped at byte {}", taken_), "Is its disk sound?");
        if (filled_ == 0) return end_of_file;
    }
    return static_cast<unsigned char>(buffer_[at_++]);
}

bool CsvReader::next(std::vector<std::string>& cells) {
    bool ended_by_line = false;
    if (!read_row(cells, ended_by_line)) return false;
    if (cells.size() > header_.size())
        refuse(
            fmt::format("line {} has {} cells, but there are {} columns", line_of_row_, cells.size(), header_.size()),
            delimiter_ == ',' ? "Numbers need a decimal point; a text with a comma needs quotes." : "");
    torn_ = cells.size() < header_.size() && !ended_by_line;
    cells.resize(header_.size());
    return true;
}

bool CsvReader::read_row(std::vector<std::string>& cells, bool& ended_by_line) {
    cells.clear();
    std::string cell;
    bool was_quoted = false, any = false;
    line_of_row_ = line_;
    const auto finish_cell = [&] {
        if (!was_quoted) trim(cell);
        if (!is_utf8(cell))
            refuse(fmt::format("line {}, column {} is no text in UTF-8", line_of_row_, cells.size() + 1));
        cells.push_back(std::move(cell));
        cell.clear();
        was_quoted = false;
        if (cells.size() > most_columns)
            refuse(fmt::format("line {} has more than {} columns", line_of_row_, most_columns));
    };
    while (true) {
        int c = get();
        if (c == '"' && !was_quoted && cell.find_first_not_of(" \t") == std::string::npos) {
            was_quoted = any = true;
            cell.clear();
            const std::int64_t began = line_;
            while (true) { // inside of quotes, where "" is one of them
                c = get();
                if (c == end_of_file)
                    refuse(fmt::format("the quotes in line {}, column {} don't end", began, cells.size() + 1));
                if (c == '"' && (c = get()) != '"') break;
                if (c == '\n') ++line_;
                cell += static_cast<char>(c);
                if (cell.size() > longest_cell)
                    refuse(fmt::format("the text in line {}, column {} has more than {} bytes", began, cells.size() + 1,
                                       longest_cell));
            }
            while (c == ' ') c = get();
            if (c != delimiter_ && c != '\n' && c != '\r' && c != end_of_file)
                refuse(fmt::format("after the quotes in line {}, column {} something else follows", line_,
                                   cells.size() + 1));
        }
        if (c == delimiter_) {
            finish_cell();
            any = true;
        } else if (c == '\n' || c == '\r' || c == end_of_file) {
            if (c == '\r') {
                if (const int after = get(); after != '\n' && after != end_of_file) --at_;
            }
            if (c != end_of_file) ++line_;
            ended_by_line = c != end_of_file;
            if (any || cell.find_first_not_of(" \t") != std::string::npos) {
                finish_cell();
                return true;
            }
            if (c == end_of_file) return false;
            cell.clear();
            line_of_row_ = line_;
        } else if (c == 0) {
            refuse(fmt::format("line {} holds a byte 0: it is no text", line_),
                   "Name a CSV file or a TensorBoard log.");
        } else {
            cell += static_cast<char>(c);
            if (cell.size() > longest_cell)
                refuse(fmt::format("line {} has more than {} bytes without a delimiter", line_, longest_cell));
        }
    }
}

} // namespace orrery
