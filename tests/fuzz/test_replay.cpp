// SPDX-License-Identifier: BSD-3-Clause
// Every input of the corpora, those that once broke a reader among them, and mutations of them, without libFuzzer.
#include "tests/catch.h"
#include "tests/fuzz/target.h"

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <random>

namespace fs = std::filesystem;
using orrery::fuzz::accepted;
using orrery::fuzz::targets;

namespace {

using Input = std::vector<std::uint8_t>;

std::vector<Input> corpus_of(const std::string& target) {
    std::vector<fs::path> files;
    for (const auto& entry : fs::directory_iterator(fs::path(CORPORA) / target)) files.push_back(entry.path());
    std::sort(files.begin(), files.end());
    std::vector<Input> inputs;
    for (const auto& file : files) {
        std::ifstream in(file, std::ios::binary);
        inputs.emplace_back(std::istreambuf_iterator<char>(in), std::istreambuf_iterator<char>());
    }
    return inputs;
}

// One to four small changes: a bit, a byte, a piece left out, doubled, or taken from another input.
Input mutated(const std::vector<Input>& corpus, std::mt19937_64& random) {
    const auto below = [&](std::size_t n) { return static_cast<std::size_t>(random() % std::max<std::size_t>(n, 1)); };
    Input input = corpus[below(corpus.size())];
    for (std::size_t change = 0, count = 1 + below(4); change < count && !input.empty(); ++change) {
        const std::size_t at = below(input.size()), length = 1 + below(std::min<std::size_t>(input.size() - at, 16));
        const auto from = input.begin() + static_cast<std::ptrdiff_t>(at),
                   to = from + static_cast<std::ptrdiff_t>(length);
        switch (below(5)) {
        case 0:
            input[at] = static_cast<std::uint8_t>(input[at] ^ (1U << below(8)));
            break;
        case 1: {
            constexpr std::uint8_t edges[] = {0, 1, 0x7f, 0x80, 0xff, '"', '{', '[', '\n', '-', '9', 'e'};
            input[at] = edges[below(std::size(edges))];
            break;
        }
        case 2:
            input.erase(from, to);
            break;
        case 3: {
            const Input piece(from, to);
            input.insert(from, piece.begin(), piece.end());
            break;
        }
        default: {
            const Input& other = corpus[below(corpus.size())];
            const std::size_t tail = std::min(length, other.size());
            std::copy_n(other.begin() + static_cast<std::ptrdiff_t>(below(other.size() - tail + 1)),
                        std::min(tail, length), from);
        }
        }
    }
    return input;
}

} // namespace

TEST_CASE("Every fuzz target has a corpus and survives it", "[fuzz][P9]") {
    CHECK(targets().size() == 19);
    for (const auto& target : targets()) {
        const auto corpus = corpus_of(target.name);
        INFO(target.name);
        CHECK(corpus.size() >= 2);
        target.function({});
        const std::size_t before = accepted().count;
        for (const auto& input : corpus) target.function(input);
        CHECK(accepted().count > before); // else nothing behind the door is fuzzed
        for (const auto& input : corpus)
            for (const std::size_t part : {1, 2, 3}) target.function(std::span(input).first(input.size() * part / 4));
    }
}

TEST_CASE("Every fuzz target survives some thousand mutations of its corpus", "[fuzz][P9]") {
    for (const auto& target : targets()) {
        if (target.name == "field_file") continue; // some kill libhdf5 1.10 itself: tests/fuzz/run tells these apart
        const auto corpus = corpus_of(target.name);
        REQUIRE_FALSE(corpus.empty());
        std::mt19937_64 random(20240229); // the same inputs on every machine
        for (int i = 0; i < 3000; ++i) target.function(mutated(corpus, random));
    }
}
