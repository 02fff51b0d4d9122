// SPDX-License-Identifier: BSD-3-Clause
#include "core/error.h"
#include "core/files/protobuf.h"
#include "core/files/tensorboard.h"
#include "tests/catch.h"
#include "tests/core/event_log_sample.h"
#include "tests/scratch_folder.h"

#include <cmath>
#include <limits>

using namespace orrery;
namespace sample = event_sample;

namespace {

constexpr const char* name = "events.out.tfevents.1.host";

LoggedRun read(const ScratchFolder& folder, const std::string& content) {
    folder.write(name, content);
    return read_tensorboard_file(folder / name);
}

std::string said_by_reading(const ScratchFolder& folder, const std::string& content) {
    try {
        read(folder, content);
        return {};
    } catch (const Error& error) {
        return error.what();
    }
}

} // namespace

TEST_CASE("CRC-32C agrees with RFC 3720", "[core][files]") {
    CHECK(crc32c(std::string(32, '\0')) == 0x8A9136AAU);
    CHECK(crc32c(std::string(32, '\xFF')) == 0x62A8AB43U);
    CHECK(crc32c("123456789") == 0xE3069283U);
    CHECK(masked_crc32c("123456789") == ((0xE3069283U >> 15 | 0xE3069283U << 17) + 0xA282EAD8U));
}

TEST_CASE("scalars of both kinds become metrics, in seconds since the first event", "[core][files]") {
    const ScratchFolder folder;
    const std::string third = sample::little_endian(std::bit_cast<std::uint64_t>(1.0 / 3), 8);
    const std::string half = sample::little_endian(std::bit_cast<std::uint32_t>(0.5F), 4);
    const auto run =
        read(folder, sample::begin(1000) +
                         sample::event(1001.5, 0, sample::scalar("loss", 2) + sample::scalar("acc", 0.25)) +
                         sample::event(1003, -7, sample::scalar("loss", std::numeric_limits<float>::quiet_NaN())) +
                         sample::event(1004, 1, sample::tensor("t", 2, sample::bytes(4, third))) +
                         sample::event(1004, 2, sample::tensor("t", 1, sample::bytes(4, half), false)) +
                         sample::event(1004, 3, sample::tensor("t", 1, sample::float32(5, 0.75))) +
                         sample::event(1004, 4, sample::tensor("t", 2, sample::bytes(6, third))));
    REQUIRE(run.metrics.size() == 3);
    CHECK(run.notes.empty());
    const auto& loss = run.metrics[0];
    CHECK(loss.key == "loss");
    REQUIRE(loss.points.size() == 2);
    CHECK((loss.points[0].step == 0 && loss.points[0].value == 2 && loss.points[0].elapsed == 1.5));
    CHECK((loss.points[1].step == -7 && std::isnan(loss.points[1].value) && loss.points[1].elapsed == 3));
    const auto& t = run.metrics[2].points;
    REQUIRE(t.size() == 4);
    CHECK((t[0].value == 1.0 / 3 && t[1].value == 0.5 && t[2].value == 0.75 && t[3].value == 1.0 / 3));
}

TEST_CASE("what is no scalar is counted, hyperparameters become parameters", "[core][files]") {
    const ScratchFolder folder;
    const auto entry = [](std::string_view key, const std::string& value) {
        return sample::bytes(1, sample::bytes(1, key) + sample::bytes(2, value));
    };
    const std::string session =
        sample::bytes(3, entry("lr", sample::float64(2, 0.1)) + entry("batch", sample::float64(2, 32)) +
                             entry("opt", sample::bytes(3, "adam")) + entry("flag", sample::number(4, 1)));
    const std::string hparams =
        sample::bytes(1, sample::bytes(1, "_hparams_/session_start_info") + sample::metadata("hparams", session));
    const std::string image = sample::bytes(1, sample::bytes(1, "img") + sample::bytes(4, "png"));
    const std::string text =
        sample::bytes(1, sample::bytes(1, "note") + sample::bytes(8, sample::number(1, 7)) + sample::metadata("text"));
    const auto run = read(folder, sample::begin(0) + sample::event(1, 0, hparams) + sample::event(1, 0, image + image) +
                                      sample::event(1, 0, text) + sample::event(2, 1, sample::scalar("loss", 1)));
    CHECK(run.metrics.size() == 1);
    CHECK(run.parameters == nlohmann::json{{"lr", 0.1}, {"batch", 32}, {"opt", "adam"}, {"flag", true}});
    CHECK(run.parameters["batch"].is_number_integer());
    REQUIRE(run.notes.size() == 2);
    CHECK(run.notes[0] == "2 values of kind 'image' were left out: only scalars are metrics.");
    CHECK(run.notes[1] == "1 value of kind 'text' was left out: only scalars are metrics.");
}

TEST_CASE("a torn end is left out and told, damage elsewhere is named by its byte", "[core][files][P9]") {
    const ScratchFolder folder;
    const std::string first = sample::begin(0) + sample::event(1, 0, sample::scalar("loss", 1));
    const std::string second = sample::event(2, 1, sample::scalar("loss", 2));
    for (std::size_t length = 1; length < second.size(); ++length) { // a writer killed at any byte
        const auto run = read(folder, first + second.substr(0, length));
        REQUIRE(run.metrics[0].points.size() == 1);
        REQUIRE(run.notes.size() == 1);
        CHECK(run.notes[0].find("from byte " + std::to_string(first.size()) + " on") != std::string::npos);
    }
    const std::string whole = first + second + first;
    for (std::size_t at = first.size(); at < first.size() + second.size(); ++at) {
        std::string damaged = whole;
        damaged[at] = static_cast<char>(damaged[at] ^ 1);
        const auto said = said_by_reading(folder, damaged);
        CHECK(said.find("broken from byte " + std::to_string(first.size()) + " on") != std::string::npos);
    }
    CHECK(said_by_reading(folder, "this is no log at all").find("from byte 0") != std::string::npos);
    CHECK(said_by_reading(folder, sample::begin(0)).find("holds no scalars") != std::string::npos);
    // A sound frame around what is no message.
    CHECK(
        said_by_reading(folder, first + sample::record("\x0A\x7F")).find("from byte " + std::to_string(first.size())) !=
        std::string::npos);
    // A length beyond the file allocates nothing, and is what a killed writer leaves.
    const std::string length = sample::little_endian(std::uint64_t{1} << 62, 8);
    CHECK(read(folder, first + length + sample::little_endian(masked_crc32c(length), 4)).notes.size() == 1);
}

TEST_CASE("every folder with event files is a run, named by its path", "[core][files]") {
    const ScratchFolder folder;
    std::filesystem::create_directories(folder / "größe 1/inner");
    std::filesystem::create_directories(folder / "empty");
    const std::string a = sample::begin(10) + sample::event(11, 0, sample::scalar("x", 1));
    const std::string b = sample::begin(20) + sample::event(21, 1, sample::scalar("x", 2));
    folder.write("größe 1/events.out.tfevents.2.host", b); // begun later: read later
    folder.write("größe 1/events.out.tfevents.1.host", a);
    folder.write("größe 1/inner/events.out.tfevents.3.host", b);
    folder.write("größe 1/readme.txt", "no log");
    folder.write("empty/events.out.tfevents.4.host", sample::begin(1));
    const auto runs = read_tensorboard_folder(folder.path());
    REQUIRE(runs.size() == 2);
    CHECK(runs[0].name == "größe 1");
    CHECK(runs[1].name == "größe 1/inner");
    REQUIRE(runs[0].metrics[0].points.size() == 2);
    CHECK(runs[0].metrics[0].points[1].elapsed == 11); // since the first event of the first file
    CHECK(runs[0].notes.back().find("empty") != std::string::npos);
    CHECK_THROWS_AS(read_tensorboard_folder(folder / "größe 1/nothing"), Error);
}

TEST_CASE("protobuf fields are read within their message alone", "[core][files]") {
    const std::string message = sample::number(1, 300) + sample::bytes(2, "ab") + sample::float64(3, 0.5);
    ProtobufReader reader(message);
    REQUIRE(reader.next());
    CHECK((reader.is(1, WireType::varint) && reader.integer() == 300));
    REQUIRE(reader.next());
    CHECK((reader.is(2, WireType::bytes) && reader.bytes() == "ab" && reader.float64() == 0));
    REQUIRE(reader.next());
    CHECK(reader.float64() == 0.5);
    CHECK_FALSE(reader.next());
    const auto walk = [](std::string_view bytes) {
        ProtobufReader all(bytes);
        while (all.next()) {
        }
    };
    for (std::size_t length = 1; length < message.size(); ++length)
        if (length != 3 && length != 7) CHECK_THROWS_AS(walk(std::string_view(message).substr(0, length)), Error);
    CHECK_THROWS_AS(walk(std::string(11, '\xFF')), Error);
    CHECK_THROWS_AS(walk(std::string("\x03", 1)), Error);     // a group
    CHECK_THROWS_AS(walk(std::string("\x00\x01", 2)), Error); // field 0
}
