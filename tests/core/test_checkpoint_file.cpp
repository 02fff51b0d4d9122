// SPDX-License-Identifier: BSD-3-Clause
#include "core/jobs/checkpoint_file.h"

#include "core/error.h"
#include "tests/catch.h"
#include "tests/scratch_folder.h"

#include <fstream>
#include <istream>
#include <iterator>
#include <ostream>
#include <string>

using namespace orrery;
using Catch::Matchers::Contains;

namespace {

std::string content_of(std::istream& in) { return {std::istreambuf_iterator<char>(in), {}}; }

std::string bytes_of(const std::filesystem::path& file) {
    std::ifstream in(file, std::ios::binary);
    return content_of(in);
}

void write_bytes(const std::filesystem::path& file, const std::string& bytes) {
    std::ofstream(file, std::ios::binary | std::ios::trunc) << bytes;
}

// Longer than the buffers, so that pieces have to fit together.
std::string long_text() {
    std::string text;
    for (int i = 0; text.size() < 3'500'000; ++i) text += std::to_string(i) + '\0';
    return text;
}

} // namespace

TEST_CASE("A checkpoint gives back what was written, its step and its time", "[core][P2]") {
    const ScratchFolder folder;
    const auto file = folder / "a.checkpoint";
    for (const std::string& text : {std::string(), std::string("short"), long_text()}) {
        write_checkpoint(file, "abcdefghij", -3, 1.0 / 3, [&](std::ostream& out) { out << text; });
        auto read = read_checkpoint(file, "abcdefghij");
        REQUIRE(read);
        CHECK(read->step == -3);
        CHECK(read->elapsed == 1.0 / 3);
        CHECK(content_of(*read->stream) == text);
        CHECK(read->stream->peek() == std::istream::traits_type::eof());
    }
    CHECK_FALSE(read_checkpoint(folder / "no.checkpoint", "abcdefghij"));
}

TEST_CASE("Every changed or missing byte of a checkpoint is found", "[core][P6]") {
    const ScratchFolder folder;
    const auto file = folder / "a.checkpoint";
    write_checkpoint(file, "abcdefghij", 12, 2.5, [](std::ostream& out) { out << "the state of the run"; });
    const std::string whole = bytes_of(file);
    const auto blanks = whole.find_last_of('}') + 1; // which say nothing
    for (std::size_t i = 0; i < whole.size(); ++i) {
        CAPTURE(i);
        std::string changed = whole;
        changed[i] = static_cast<char>(changed[i] ^ 1);
        write_bytes(file, changed);
        if (i < blanks) CHECK_THROWS_AS(read_checkpoint(file, "abcdefghij"), Error);
        write_bytes(file, whole.substr(0, i));
        CHECK_THROWS_WITH(read_checkpoint(file, "abcdefghij"), Contains("checkpoint"));
    }
    write_bytes(file, whole);
    CHECK_THROWS_WITH(read_checkpoint(file, "another123"), Contains("not of run another123"));
    write_bytes(file, "orrery checkpoint 9\n" + whole.substr(20));
    CHECK_THROWS_WITH(read_checkpoint(file, "abcdefghij"), Contains("another version"));
}

TEST_CASE("A checkpoint that can't be written leaves the one before", "[core][P2]") {
    const ScratchFolder folder;
    const auto file = folder / "a.checkpoint";
    write_checkpoint(file, "abcdefghij", 1, 0, [](std::ostream& out) { out << "first"; });
    CHECK_THROWS(write_checkpoint(file, "abcdefghij", 2, 0, [](std::ostream& out) {
        out << "half";
        throw Error("the experiment failed");
    }));
    CHECK_THROWS_AS(
        write_checkpoint(file, "abcdefghij", 2, 0, [](std::ostream& out) { out.setstate(std::ios::failbit); }), Error);
    auto read = read_checkpoint(file, "abcdefghij");
    REQUIRE(read);
    CHECK(content_of(*read->stream) == "first");
    CHECK(std::distance(std::filesystem::directory_iterator(folder / "."), {}) == 1);
}
