// SPDX-License-Identifier: BSD-3-Clause
// What the command line prints: errors and progress to stderr, results to stdout.
#pragma once
#include "core/error.h"

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include <chrono>
#include <cstdint>
#include <string>
#include <vector>

namespace orrery::cli {

void print_error(std::string_view what, std::string_view hint);
void print_problems(const std::string& subject, const Problems& problems);
void print_json(const nlohmann::json& document);
void print_text(std::string_view text); // to stdout, with a newline
bool flush_output();                    // false if something could not be written

// Aligned columns. `rows` don't include the header.
void print_table(const std::vector<std::string>& header, std::vector<std::vector<std::string>> rows);

// Six significant digits: what fits a terminal's table.
std::string short_number(double value);
// "1.5 MB".
std::string size_text(std::int64_t bytes);
// "12 s", "3 min 05 s".
std::string duration(double seconds);

// One line on a terminal, rewritten in place, with the remaining time; nothing in a pipe.
class ProgressLine {
public:
    ProgressLine(std::string title, bool shown);
    ProgressLine(const ProgressLine&) = delete;
    ProgressLine& operator=(const ProgressLine&) = delete;
    ~ProgressLine();
    void update(double fraction, const std::string& what);
    void clear();

private:
    std::string title_;
    bool shown_;
    bool drawn_ = false;
    std::chrono::steady_clock::time_point began_ = std::chrono::steady_clock::now();
};

} // namespace orrery::cli
