// SPDX-License-Identifier: BSD-3-Clause
#include "app/orrery/output.h"

#include "core/files/table.h"
#include "core/platform/process.h"

#include <algorithm>
#include <cmath>
#include <cstdio>
#include <iterator>

namespace orrery::cli {
namespace {

// Characters, not bytes, of UTF-8.
std::size_t width_of(std::string_view text) {
    return static_cast<std::size_t>(std::count_if(
        text.begin(), text.end(), [](char c) { return (static_cast<unsigned char>(c) & 0xC0u) != 0x80u; }));
}

// A sentence that ends with another sentence, or with the message of a library, has one full stop; "..." stays.
std::string_view with_one_stop(std::string_view text) {
    if (text.ends_with("..") && !text.ends_with("...")) text.remove_suffix(1);
    return text;
}

} // namespace

namespace {
// fmt::print throws when stderr can't be written; an error message must not fail for that.
void to_stderr(const std::string& text) { std::fwrite(text.data(), 1, text.size(), stderr); }
} // namespace

void print_error(std::string_view what, std::string_view hint) {
    to_stderr(fmt::format("orrery: {}\n", with_one_stop(what)));
    if (!hint.empty()) to_stderr(fmt::format("        {}\n", with_one_stop(hint)));
}

void print_problems(const std::string& subject, const Problems& problems) {
    const std::string count = problems.size() == 1 ? "a problem" : fmt::format("{} problems", problems.size());
    to_stderr(fmt::format("orrery: {} with {}\n", count, subject));
    for (const auto& problem : problems) to_stderr(fmt::format("        {}\n", with_one_stop(problem.line())));
}

void print_json(const nlohmann::json& document) {
    fmt::print("{}\n", document.dump(2, ' ', false, nlohmann::json::error_handler_t::replace));
}

void print_text(std::string_view text) { fmt::print("{}\n", text); }

bool flush_output() { return std::fflush(stdout) == 0 && std::ferror(stdout) == 0; }

void print_table(const std::vector<std::string>& header, std::vector<std::vector<std::string>> rows) {
    Table table;
    for (const auto& name : header) table.columns.push_back({name});
    table.rows.reserve(rows.size());
    for (auto& row : rows)
        table.rows.emplace_back(std::make_move_iterator(row.begin()), std::make_move_iterator(row.end()));
    const std::string text = text_of(table, TableFormat::table);
    std::fwrite(text.data(), 1, text.size(), stdout); // flush_output tells when that failed
}

std::string short_number(double value) {
    if (std::isnan(value)) return "nan";
    return fmt::format("{:.6g}", value);
}

std::string size_text(std::int64_t bytes) { return fmt::format("{:.1f} MB", static_cast<double>(bytes) / 1e6); }

std::string duration(double seconds) {
    if (seconds < 9.95) return fmt::format("{:.1f} s", seconds);
    const auto whole = static_cast<long>(std::lround(seconds));
    if (whole < 60) return fmt::format("{} s", whole);
    if (whole < 3600) return fmt::format("{} min {:02} s", whole / 60, whole % 60);
    return fmt::format("{} h {:02} min", whole / 3600, whole % 3600 / 60);
}

ProgressLine::ProgressLine(std::string title, bool shown)
    : title_(std::move(title)), shown_(shown && platform::is_terminal(2)) {}

ProgressLine::~ProgressLine() { clear(); }

void ProgressLine::update(double fraction, const std::string& what) {
    if (!shown_) return;
    const double elapsed = std::chrono::duration<double>(std::chrono::steady_clock::now() - began_).count();
    fraction = std::clamp(std::isnan(fraction) ? 0.0 : fraction, 0.0, 1.0);
    constexpr int cells = 24;
    const int full = static_cast<int>(fraction * cells);
    std::string bar;
    for (int i = 0; i < cells; ++i) bar += i < full ? "█" : "░";
    std::string line = fmt::format("{} {} {:3.0f} %  {}", title_, bar, 100 * fraction, duration(elapsed));
    if (fraction > 0.01 && fraction < 1)
        line += fmt::format(", {} left", duration(elapsed * (1 - fraction) / fraction));
    line += "  " + what;
    const auto limit = static_cast<std::size_t>(std::max(20, platform::terminal_width() - 1));
    while (width_of(line) > limit) {
        while ((static_cast<unsigned char>(line.back()) & 0xC0u) == 0x80u) line.pop_back();
        line.pop_back();
    }
    fmt::print(stderr, "\r\x1b[2K{}", line);
    std::fflush(stderr);
    drawn_ = true;
}

void ProgressLine::clear() {
    if (drawn_) fmt::print(stderr, "\r\x1b[2K");
    drawn_ = false;
}

} // namespace orrery::cli
