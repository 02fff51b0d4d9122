// SPDX-License-Identifier: BSD-3-Clause
#include "core/state_stream.h"

#include "core/error.h"

#include <fmt/format.h>

#include <array>
#include <istream>
#include <ostream>

namespace orrery {

namespace {

constexpr std::array<char, 8> magic{'O', 'R', 'R', 'S', 'T', 'A', 'T', 'E'};
constexpr char integer_kind = 'i', number_kind = 'd', text_kind = 't', numbers_kind = 'n', end_kind = 'e';

} // namespace

StateWriter::StateWriter(std::ostream& out, std::string_view what, std::int64_t version) : out_(out) {
    out_.write(magic.data(), magic.size());
    text(what);
    integer(version);
}

void StateWriter::item(char kind, const void* bytes, std::size_t size) {
    const std::uint64_t length = size;
    out_.put(kind);
    out_.write(reinterpret_cast<const char*>(&length), sizeof length);
    out_.write(static_cast<const char*>(bytes), static_cast<std::streamsize>(size));
}

void StateWriter::integer(std::int64_t value) { item(integer_kind, &value, sizeof value); }
void StateWriter::number(double value) { item(number_kind, &value, sizeof value); }
void StateWriter::text(std::string_view value) { item(text_kind, value.data(), value.size()); }
void StateWriter::numbers(std::span<const double> values) { item(numbers_kind, values.data(), values.size_bytes()); }
void StateWriter::end() { item(end_kind, nullptr, 0); }

StateReader::StateReader(std::istream& in, std::string_view what, std::int64_t version) : in_(in), what_(what) {
    std::array<char, magic.size()> first{};
    take(first.data(), first.size());
    if (first != magic) refuse("it is no checkpoint");
    if (const auto other = text(100); other != what) refuse(fmt::format("it holds the state of '{}'", other));
    const auto written = integer(INT64_MIN, INT64_MAX);
    if (written != version)
        refuse(fmt::format("it was written by another version of the code ({}, here {})", written, version));
}

void StateReader::refuse(std::string_view why) const {
    throw Error(fmt::format("The checkpoint of {} can't be used: {}.", what_, why),
                "Start the run again instead of resuming it.");
}

void StateReader::take(void* to, std::size_t size) {
    in_.read(static_cast<char*>(to), static_cast<std::streamsize>(size));
    if (static_cast<std::size_t>(in_.gcount()) != size) refuse("it ends too early");
}

std::uint64_t StateReader::expect(char kind) {
    char found = 0;
    std::uint64_t length = 0;
    take(&found, 1);
    take(&length, sizeof length);
    if (found != kind) refuse("its parts are not those that are expected");
    return length;
}

std::int64_t StateReader::integer(std::int64_t min, std::int64_t max) {
    std::int64_t value = 0;
    if (expect(integer_kind) != sizeof value) refuse("an integer in it has a wrong size");
    take(&value, sizeof value);
    if (value < min || value > max) refuse(fmt::format("{} is not one of {} to {}", value, min, max));
    return value;
}

double StateReader::number() {
    double value = 0;
    if (expect(number_kind) != sizeof value) refuse("a number in it has a wrong size");
    take(&value, sizeof value);
    return value;
}

std::string StateReader::text(std::size_t most) {
    const auto length = expect(text_kind);
    if (length > most) refuse(fmt::format("a text in it has {} bytes, more than {}", length, most));
    std::string value(static_cast<std::size_t>(length), '\0');
    take(value.data(), value.size());
    return value;
}

void StateReader::numbers(std::span<double> values) {
    const auto length = expect(numbers_kind);
    if (length != values.size_bytes())
        refuse(fmt::format("{} numbers are expected where it has {}", values.size(), length / sizeof(double)));
    take(values.data(), values.size_bytes());
}

void StateReader::end() {
    if (expect(end_kind) != 0) refuse("its end is not where it is expected");
}

} // namespace orrery
