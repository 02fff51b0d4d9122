// SPDX-License-Identifier: BSD-3-Clause
#include "core/jobs/checkpoint_file.h"

#include "core/error.h"
#include "core/files/replace_file.h"
#include "core/sha256.h"

#include <nlohmann/json.hpp>

#include <algorithm>
#include <array>
#include <fstream>
#include <istream>
#include <ostream>
#include <string_view>
#include <vector>

namespace orrery {

namespace fs = std::filesystem;

namespace {

// The first line, what was written, and a last line of fixed length: JSON {"run","step","elapsed","sha256"} and blanks.
constexpr std::string_view first_line = "orrery checkpoint 1\n";
constexpr std::size_t last_line_bytes = 256;
constexpr std::size_t piece = 1 << 20;

// Hashes what passes through it into a file.
class HashingBuffer final : public std::streambuf {
public:
    HashingBuffer(std::ostream& out, Sha256& hash) : out_(out), hash_(hash), buffer_(piece) {
        setp(buffer_.data(), buffer_.data() + buffer_.size());
    }
    bool hand_over() {
        const std::string_view text(pbase(), static_cast<std::size_t>(pptr() - pbase()));
        hash_.update(text);
        out_.write(text.data(), static_cast<std::streamsize>(text.size()));
        setp(buffer_.data(), buffer_.data() + buffer_.size());
        return static_cast<bool>(out_);
    }

protected:
    int_type overflow(int_type c) override {
        if (!hand_over()) return traits_type::eof();
        if (!traits_type::eq_int_type(c, traits_type::eof())) sputc(traits_type::to_char_type(c));
        return traits_type::not_eof(c);
    }
    int sync() override { return hand_over() ? 0 : -1; }

private:
    std::ostream& out_;
    Sha256& hash_;
    std::vector<char> buffer_;
};

// Reads a part of a file.
class PartBuffer final : public std::streambuf {
public:
    PartBuffer(const fs::path& file, std::uint64_t begin, std::uint64_t bytes)
        : in_(file, std::ios::binary), left_(bytes), buffer_(piece) {
        in_.seekg(static_cast<std::streamoff>(begin));
    }

protected:
    int_type underflow() override {
        const auto count = std::min<std::uint64_t>(left_, buffer_.size());
        if (count == 0 || !in_.read(buffer_.data(), static_cast<std::streamsize>(count))) return traits_type::eof();
        left_ -= count;
        setg(buffer_.data(), buffer_.data(), buffer_.data() + count);
        return traits_type::to_int_type(*gptr());
    }

private:
    std::ifstream in_;
    std::uint64_t left_;
    std::vector<char> buffer_;
};

class PartStream final : public std::istream {
public:
    PartStream(const fs::path& file, std::uint64_t begin, std::uint64_t bytes)
        : std::istream(nullptr), buffer_(file, begin, bytes) {
        rdbuf(&buffer_);
    }

private:
    PartBuffer buffer_;
};

// Over the content, and then over what the last line says of it.
std::string seal(Sha256& content, const std::string& run, std::int64_t step, double elapsed) {
    content.update(nlohmann::json{run, step, elapsed}.dump());
    return content.hex();
}

[[noreturn]] void damaged(const fs::path& file, const std::string& why) {
    throw Error("The checkpoint " + file.string() + " is damaged: " + why + ".",
                "The run can't go on from it. Run it again from the start.");
}

} // namespace

void write_checkpoint(const fs::path& file, const std::string& run, std::int64_t step, double elapsed,
                      const std::function<void(std::ostream&)>& write) {
    replace_file(file, [&](std::ostream& out) {
        Sha256 hash;
        HashingBuffer buffer(out, hash);
        std::ostream content(&buffer);
        out << first_line;
        write(content);
        content.flush();
        if (!content) out.setstate(std::ios::badbit);
        std::string last =
            nlohmann::json{
                {"run", run}, {"step", step}, {"elapsed", elapsed}, {"sha256", seal(hash, run, step, elapsed)}}
                .dump();
        last.resize(last_line_bytes - 1, ' ');
        out << last << '\n';
    });
}

void remove_half_written(const fs::path& file) noexcept {
    const std::string beginning = "." + file.filename().string() + "."; // FileReplacement's temporary files
    std::error_code error;
    for (fs::directory_iterator it(file.parent_path(), error), end; !error && it != end; it.increment(error)) {
        std::error_code ignored;
        if (it->path().filename().string().starts_with(beginning)) fs::remove(it->path(), ignored);
    }
}

std::optional<StoredCheckpoint> read_checkpoint(const fs::path& file, const std::string& run) {
    std::error_code error;
    const std::uint64_t size = fs::file_size(file, error);
    if (error) return std::nullopt;
    if (size < first_line.size() + last_line_bytes) damaged(file, "it is cut short");
    const std::uint64_t bytes = size - first_line.size() - last_line_bytes;

    std::ifstream in(file, std::ios::binary);
    std::string first(first_line.size(), ' ');
    in.read(first.data(), static_cast<std::streamsize>(first.size()));
    if (first != first_line) {
        if (first.starts_with("orrery checkpoint "))
            throw Error("The checkpoint " + file.string() + " was written by another version of Orrery.",
                        "Go on with that one, or run it again from the start.");
        damaged(file, "it does not begin as one");
    }
    Sha256 hash;
    std::vector<char> buffer(piece);
    for (std::uint64_t left = bytes; left > 0;) {
        const auto count = std::min<std::uint64_t>(left, buffer.size());
        if (!in.read(buffer.data(), static_cast<std::streamsize>(count))) damaged(file, "it can't be read to its end");
        hash.update({buffer.data(), count});
        left -= count;
    }
    std::string last(last_line_bytes, ' ');
    in.read(last.data(), static_cast<std::streamsize>(last.size()));
    const auto told = nlohmann::json::parse(last, nullptr, false);
    if (!told.is_object() || !told.contains("step") || !told["step"].is_number_integer() || !told.contains("elapsed") ||
        !told["elapsed"].is_number() || told.value("run", nlohmann::json()) != run)
        damaged(file, "its last line is not of run " + run);
    StoredCheckpoint checkpoint{told["step"].get<std::int64_t>(), told["elapsed"].get<double>(), nullptr};
    if (told.value("sha256", nlohmann::json()) != seal(hash, run, checkpoint.step, checkpoint.elapsed))
        damaged(file, "its content was changed");
    checkpoint.stream = std::make_unique<PartStream>(file, first_line.size(), bytes);
    return checkpoint;
}

} // namespace orrery
