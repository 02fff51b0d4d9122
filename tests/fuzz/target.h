// SPDX-License-Identifier: BSD-3-Clause
// What a fuzz target is made of: a function of bytes that ends well, whatever they are, or ends the process.
#pragma once
#include "core/error.h"
#include "core/schema.h"

#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace orrery::fuzz {

using Bytes = std::span<const std::uint8_t>;
using Function = void (*)(Bytes);

inline std::string_view text_of_bytes(Bytes bytes) {
    return {reinterpret_cast<const char*>(bytes.data()), bytes.size()};
}

// A promise that doesn't hold ends the process, so that libFuzzer (and ctest) keep the input.
inline void expect(bool holds, std::string_view promise) {
    if (holds) return;
    std::fprintf(stderr, "broken promise: %.*s\n", static_cast<int>(promise.size()), promise.data());
    std::abort();
}

inline void expect_sentence(std::string_view sentence, std::size_t input_bytes) {
    expect(!sentence.empty(), "an error has a sentence");
    expect(is_utf8(sentence), "a sentence is UTF-8");
    expect(sentence.size() < 20000 + 4 * input_bytes, "a sentence is not far longer than the input");
}

inline void expect_sentences(const Problems& problems, std::size_t input_bytes) {
    for (const auto& problem : problems) {
        expect(!problem.sentence.empty(), "a problem has a sentence");
        expect_sentence(problem.line(), input_bytes);
    }
}

// How many inputs a reader took. A target that never takes one fuzzes no further than its door: that is a failure too.
struct Accepted {
    std::size_t count = 0;
};
inline Accepted& accepted() {
    static Accepted inputs;
    return inputs;
}
inline void accept() {
#ifdef ORRERY_FUZZ
    if (accepted().count == 0) std::fprintf(stderr, "accepted: 1\n"); // at once: the process may end in many ways
#endif
    ++accepted().count;
}

// Calls `read` and tells whether it took the input; what it throws must be an Error with a sentence.
template <class Read>
bool taken(Bytes input, Read read) {
    try {
        read();
        accept();
        return true;
    } catch (const Error& error) {
        expect_sentence(error.what(), input.size());
        expect(is_utf8(error.hint()), "a hint is UTF-8");
        return false;
    }
}

// The targets of this program, by name.
struct Target {
    std::string name;
    Function function;
};
inline std::vector<Target>& targets() {
    static std::vector<Target> list;
    return list;
}

} // namespace orrery::fuzz

// FUZZ_TARGET(name) { ... bytes ... }
#ifdef ORRERY_FUZZ
#define FUZZ_TARGET(name)                                                                                              \
    static void fuzz_##name(orrery::fuzz::Bytes bytes);                                                                \
    extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size);                                 \
    extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {                                \
        fuzz_##name({data, size});                                                                                     \
        return 0;                                                                                                      \
    }                                                                                                                  \
    static void fuzz_##name(orrery::fuzz::Bytes bytes)
#else
#define FUZZ_TARGET(name)                                                                                              \
    static void fuzz_##name(orrery::fuzz::Bytes bytes);                                                                \
    static const bool registered_##name = (orrery::fuzz::targets().push_back({#name, fuzz_##name}), true);             \
    static void fuzz_##name(orrery::fuzz::Bytes bytes)
#endif
