// SPDX-License-Identifier: BSD-3-Clause
// Graphs from texts, and what is said about texts that are none.
#pragma once
#include "core/error.h"
#include "core/files/graph_file.h"
#include "tests/catch.h"
#include "tests/scratch_folder.h"

#include <string>
#include <vector>

namespace graph_text {

using namespace orrery;

inline Graph read(const std::string& ending, const std::string& text) {
    const ScratchFolder folder;
    folder.write("file" + ending, text);
    GraphSet set = read_graphs(folder / ("file" + ending));
    REQUIRE(set.graphs.size() == 1);
    return set.graphs[0];
}

// The sentence and its hint; empty if the text was read.
inline std::string told(const std::string& ending, const std::string& text) {
    const ScratchFolder folder;
    folder.write("file" + ending, text);
    try {
        read_graphs(folder / ("file" + ending));
        return {};
    } catch (const Error& error) {
        CHECK(error.code() == ExitCode::usage);
        CHECK_THAT(error.what(), contains_text("file" + ending));
        return std::string(error.what()) + " " + error.hint();
    }
}

struct Wrong {
    std::string text, sentence;
};
inline void check_wrong(const std::string& ending, const std::vector<Wrong>& cases) {
    for (const auto& [text, sentence] : cases) {
        INFO(text.substr(0, 500));
        CHECK_THAT(told(ending, text), contains_text(sentence));
    }
}

// No beginning of a file is read as if it were the whole, from `least` bytes before its end on back; none does harm.
inline void check_truncations(const std::string& ending, const std::string& whole, std::size_t least) {
    CHECK(told(ending, whole).empty());
    for (std::size_t size = 0; size + least < whole.size(); ++size) {
        INFO("the first " << size << " bytes");
        CHECK_FALSE(told(ending, whole.substr(0, size)).empty());
    }
}

inline std::string written(const std::string& ending, const Graph& graph) {
    const ScratchFolder folder;
    write_graphs(folder / ("file" + ending), {"file", {graph}});
    return folder.text_of("file" + ending);
}

template <class T>
std::vector<T> column(const Attributes& attributes, const std::string& name) {
    const Column* found = find(attributes, name);
    REQUIRE(found);
    REQUIRE(std::holds_alternative<std::vector<T>>(found->values));
    return std::get<std::vector<T>>(found->values);
}
using Integers = std::vector<std::int64_t>;
using Reals = std::vector<double>;
using Texts = std::vector<std::string>;

} // namespace graph_text
