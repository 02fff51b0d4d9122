// SPDX-License-Identifier: BSD-3-Clause
#include "plugins/graph/data/input.h"

#include "core/error.h"
#include "core/files/graph_file.h"
#include "core/schema.h"
#include "plugins/graph/data/classics.h"
#include "plugins/graph/data/generator_text.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>

namespace orrery::graph {

namespace {

namespace fs = std::filesystem;

// "er", "er(n=30)"; a file of such a name can be given as "./er".
bool names_generator(const std::string& input) {
    const std::size_t open = input.find('(');
    if (open != std::string::npos && input.find('/') < open) return false;
    const std::size_t end = input.find_last_not_of(" \t");
    if (open != std::string::npos && end != std::string::npos && input[end] == ')') return true;
    return is_generator(input.substr(0, open)) && (open != std::string::npos || !fs::exists(input));
}

void expect_there(const std::string& input) {
    std::error_code error;
    if (fs::exists(input, error)) return;
    if (input.find_first_of("/.") != std::string::npos) // what looks like a path
        throw Error(fmt::format("There is no file or folder '{}'.", input), {}, ExitCode::usage);
    std::vector<std::string> names = classic_names(), generated;
    for (const auto& generator : generators()) {
        names.push_back(generator.name);
        generated.push_back(generator.usage());
    }
    const auto meant = did_you_mean(input, names);
    throw Error(fmt::format("'{}' is no built-in graph, no generator, and no file.{}", input,
                            meant ? " Did you mean " + *meant + "?" : ""),
                fmt::format("Built in are {}. Generators are {}.", fmt::join(classic_names(), ", "),
                            fmt::join(generated, ", ")),
                ExitCode::usage);
}

} // namespace

GraphSet load_input(const std::string& input, std::uint64_t seed) {
    if (input.empty())
        throw Error("input is empty.", "Give a built-in graph as karate, a generator as er(n=30,p=0.1), or a file.",
                    ExitCode::usage);
    if (auto graph = classic(input)) return {input, {std::move(*graph)}};
    if (names_generator(input)) return generated(input, seed);
    expect_there(input);
    return read_graphs(input);
}

std::optional<std::string> check_input(const std::string& input) {
    constexpr std::uintmax_t small = 1 << 20; // bytes
    try {
        if (classic(input)) return std::nullopt;
        if (!input.empty() && names_generator(input)) {
            check_generator(input);
            return std::nullopt;
        }
        std::error_code error;
        const bool is_large = fs::is_directory(input, error) ||
                              (fs::is_regular_file(input, error) && fs::file_size(input, error) > small);
        if (is_large) {
            expect_graphs(input);
        } else {
            load_input(input);
        }
        return std::nullopt;
    } catch (const Error& error) {
        return error.hint().empty() ? error.what() : fmt::format("{} {}", error.what(), error.hint());
    }
}

void expect_graph(const GraphSet& set, std::int64_t graph, const std::string& input) {
    if (static_cast<std::size_t>(graph) < set.graphs.size()) return;
    throw Error(fmt::format("There is no graph {} in {}: it has {}.", graph, input, set.graphs.size()),
                "They are counted from 0.", ExitCode::usage);
}

std::vector<fs::path> input_files(const std::string& input) {
    if (classic(input) || names_generator(input)) return {};
    if (!fs::is_directory(input)) return {input};
    std::vector<fs::path> files;
    for (const auto& entry : fs::directory_iterator(input)) {
        if (entry.is_regular_file()) files.push_back(entry.path());
    }
    std::sort(files.begin(), files.end());
    return files;
}

std::string input_help() {
    return fmt::format(
        "A built-in graph (karate, les-miserables, petersen, ...), a generator (er(n=30,p=0.1), ba, sbm, "
        "...), a file of graphs, or the folder of a TU data set; input=? lists the {} and {} built in",
        classic_names().size(), generators().size());
}

} // namespace orrery::graph
