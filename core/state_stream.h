// SPDX-License-Identifier: BSD-3-Clause
// What a run goes on from, as a stream of numbers that come back bit for bit: for Run::checkpoint and Run::resume.
#pragma once
#include "core/api.h"

#include <cstdint>
#include <iosfwd>
#include <span>
#include <string>
#include <string_view>

namespace orrery {

// Every item has its kind and its size before it, so that a stream of something else is noticed. Whether the stream
// took the bytes is for its owner to see. Little-endian, as the machine is.
class ORRERY_API StateWriter {
public:
    // `what` names the kind of state ("sqg.spectral"); `version` is raised when the items change.
    StateWriter(std::ostream& out, std::string_view what, std::int64_t version);
    void integer(std::int64_t value);
    void number(double value);
    void text(std::string_view value);
    void numbers(std::span<const double> values);
    void end(); // after the last item: a stream without it is refused

private:
    void item(char kind, const void* bytes, std::size_t size);
    std::ostream& out_;
};

// Reads the same items in the same order. Throws Error, with what is wrong in the sentence, where the stream ends too
// early or holds something else. No size in the stream makes it take memory.
class ORRERY_API StateReader {
public:
    StateReader(std::istream& in, std::string_view what, std::int64_t version);
    std::int64_t integer(std::int64_t min, std::int64_t max); // inclusive
    double number();
    std::string text(std::size_t most = 1 << 16);
    void numbers(std::span<double> values); // as many as the span holds
    void end();
    // Throws the Error of a state that can't be gone on from: "The checkpoint of sqg.spectral can't be used: WHY."
    [[noreturn]] void refuse(std::string_view why) const;

private:
    void take(void* to, std::size_t size);
    std::uint64_t expect(char kind);
    std::istream& in_;
    std::string what_;
};

} // namespace orrery
