// SPDX-License-Identifier: BSD-3-Clause
#include "core/files/graph/text_file.h"

#include "core/canonical_json.h"
#include "core/error.h"
#include "core/platform/machine.h"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <cstring>

namespace orrery::graph_file {

namespace fs = std::filesystem;

namespace {

constexpr std::size_t block_bytes = std::size_t{1} << 20, longest_line = std::size_t{1} << 28;

bool is_blank(char c) { return c == ' ' || c == '\t' || c == '\r' || c == '\n' || c == '\f' || c == '\v'; }
char lowered(char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c; }

// Without a plus sign, which from_chars doesn't know.
std::string_view unsigned_text(std::string_view text) {
    if (text.size() > 1 && text[0] == '+' && text[1] != '-' && text[1] != '+') text.remove_prefix(1);
    return text;
}

template <class T>
std::optional<T> number_of(std::string_view text) {
    text = unsigned_text(text);
    T value{};
    const auto read = std::from_chars(text.data(), text.data() + text.size(), value);
    if (read.ec != std::errc() || read.ptr != text.data() + text.size()) return std::nullopt;
    return value;
}

} // namespace

void refuse(const fs::path& file, std::int64_t line, const std::string& what, const std::string& hint) {
    const std::string name = quotable(file.string());
    throw Error(line > 0 ? fmt::format("{}, line {}: {}.", name, line, what) : fmt::format("{}: {}.", name, what), hint,
                ExitCode::usage);
}

std::uint64_t bytes_of_file(const fs::path& file) {
    std::error_code code;
    const auto status = fs::status(file, code);
    if (!fs::exists(status)) refuse(file, 0, "there is no such file");
    if (!fs::is_regular_file(status)) refuse(file, 0, "this is no file");
    const std::uint64_t bytes = fs::file_size(file, code);
    if (code) refuse(file, 0, "it can't be read: " + code.message());
    return bytes;
}

void expect_memory(const fs::path& file, double bytes) {
    const auto free = static_cast<double>(platform::available_memory());
    if (bytes <= free) return;
    constexpr double gigabyte = 1e9;
    refuse(file, 0,
           fmt::format("to read it takes about {:.1f} GB of memory, and {:.1f} GB are free", bytes / gigabyte,
                       free / gigabyte),
           "Read a part of it, or use a machine with more memory.");
}

LineReader::LineReader(const fs::path& file) : file_(file), in_(nullptr, std::fclose), bytes_(bytes_of_file(file)) {
    in_.reset(std::fopen(file.c_str(), "rb"));
    if (!in_) graph_file::refuse(file, 0, "it can't be opened for reading", "Check that you may read it.");
    std::setvbuf(in_.get(), nullptr, _IONBF, 0);
    fill();
    const std::string_view front(buffer_.data(), filled_);
    if (front.starts_with("\xFF\xFE") || front.starts_with("\xFE\xFF"))
        graph_file::refuse(file, 0, "it is written in UTF-16", "Save it as UTF-8.");
    if (front.starts_with("\xEF\xBB\xBF")) at_ = 3;
}

void LineReader::refuse(const std::string& what, const std::string& hint) const {
    graph_file::refuse(file_, line_, what, hint);
}

double LineReader::bytes_per_line() const {
    const auto lines = std::count(buffer_.begin(), buffer_.begin() + static_cast<std::ptrdiff_t>(filled_), '\n');
    return static_cast<double>(filled_) / static_cast<double>(std::max<std::ptrdiff_t>(lines, 1));
}

void LineReader::fill() {
    if (at_ > 0) {
        std::memmove(buffer_.data(), buffer_.data() + at_, filled_ - at_);
        filled_ -= at_;
        at_ = 0;
    }
    const std::size_t wanted =
        std::min<std::size_t>(std::max<std::size_t>(filled_, block_bytes),
                              static_cast<std::size_t>(std::min<std::uint64_t>(bytes_ + 1, longest_line)));
    if (buffer_.size() < filled_ + wanted) buffer_.resize(filled_ + wanted);
    const std::size_t got = std::fread(buffer_.data() + filled_, 1, buffer_.size() - filled_, in_.get());
    if (std::ferror(in_.get())) refuse("reading stopped after it", "Is its disk sound?");
    ended_ = got == 0;
    filled_ += got;
}

bool LineReader::next(std::string_view& line) {
    std::size_t looked = 0; // bytes of the line that were searched before
    while (true) {
        const char* from = buffer_.data() + at_;
        const auto* end = static_cast<const char*>(std::memchr(from + looked, '\n', filled_ - at_ - looked));
        if (!end && !ended_) {
            looked = filled_ - at_;
            if (looked > longest_line) {
                ++line_;
                refuse(fmt::format("it is longer than {} MiB", longest_line >> 20U));
            }
            fill();
            continue;
        }
        if (!end && at_ == filled_) return false;
        const std::size_t length = end ? static_cast<std::size_t>(end - from) : filled_ - at_;
        ++line_;
        line = {from, length};
        at_ += length + (end ? 1 : 0);
        if (line.ends_with('\r')) line.remove_suffix(1);
        if (std::memchr(line.data(), 0, line.size())) refuse("it holds a byte 0, so this is no text");
        return true;
    }
}

bool Words::next(std::string_view& word) {
    const auto separates = [this](char c) { return is_blank(c) || (commas_ && c == ','); };
    std::size_t from = 0;
    while (from < rest_.size() && separates(rest_[from])) ++from;
    std::size_t to = from;
    while (to < rest_.size() && !separates(rest_[to])) ++to;
    word = rest_.substr(from, to - from);
    rest_.remove_prefix(to);
    return !word.empty();
}

std::string_view trimmed(std::string_view text) {
    while (!text.empty() && is_blank(text.front())) text.remove_prefix(1);
    while (!text.empty() && is_blank(text.back())) text.remove_suffix(1);
    return text;
}

std::string lower(std::string_view text) {
    std::string out(text);
    std::transform(out.begin(), out.end(), out.begin(), lowered);
    return out;
}

bool same_word(std::string_view a, std::string_view b) { return a.size() == b.size() && begins_with_word(a, b); }

bool begins_with_word(std::string_view text, std::string_view word) {
    return text.size() >= word.size() &&
           std::equal(word.begin(), word.end(), text.begin(), [](char a, char b) { return lowered(a) == lowered(b); });
}

std::optional<std::int64_t> integer_of(std::string_view text) { return number_of<std::int64_t>(text); }
std::optional<double> real_of(std::string_view text) { return number_of<double>(text); }

bool is_plain_integer(std::string_view text) {
    if (text == "0") return true;
    const std::string_view digits = text.starts_with('-') ? text.substr(1) : text;
    return !digits.empty() && digits[0] >= '1' && digits[0] <= '9' && integer_of(text).has_value();
}

std::string real_text(double value) {
    std::string out = fmt::format("{}", value);
    if (out.find_first_not_of("-0123456789") == std::string::npos) out += ".0";
    return out;
}

} // namespace orrery::graph_file
