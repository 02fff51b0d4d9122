// SPDX-License-Identifier: BSD-3-Clause
// The augmentations as a contestant of graph_augment.py: reads graphs from a file, then commands.
#include "plugins/graph/augment/methods.h"
#include "tests/bench/graph_lines.h"

#include <algorithm>
#include <chrono>
#include <limits>

namespace {

using namespace orrery;
using namespace orrery::graph::augment;
using nlohmann::json;

MethodOptions options_of(const json& command) {
    MethodOptions options;
    options.method = command.at("method");
    options.frequency_ratio = command.value("frequency_ratio", options.frequency_ratio);
    options.probability = command.value("probability", options.probability);
    options.std = command.value("std", options.std);
    options.edit_rate = command.value("edit_rate", options.edit_rate);
    return options;
}

// With the eigenpairs that the method asks for, unless they were known from the command before.
json answer(const json& command, const std::vector<Graph>& graphs) {
    static std::vector<spectrum::EigenPairs> known;
    const int threads = command.at("threads");
    const auto augmentation = augmentation_of(options_of(command), graphs);
    Copies copies;
    copies.copies = command.value("copies", 1);
    copies.seed = command.value("seed", 0);
    copies.threads = threads;
    const auto begin = std::chrono::steady_clock::now();
    if (!command.value("pairs_known", false)) known = pairs_for(*augmentation, graphs, {threads, -1});
    const std::vector<Augmented> made = augment_all(*augmentation, graphs, known, copies);
    const std::chrono::duration<double> seconds = std::chrono::steady_clock::now() - begin;
    double edits = 0;
    json result{{"seconds", seconds.count()}, {"graphs", made.size()}, {"megabytes", bench::peak_megabytes()}};
    for (const Augmented& one : made) {
        edits += one.changes.edit_rate() / static_cast<double>(made.size());
        for (const auto& [name, value] : one.changes.certificates)
            result[name] = std::max(value, result.value(name, -std::numeric_limits<double>::infinity()));
    }
    result["edit_rate"] = edits;
    return result;
}

} // namespace

int main(int argc, char** argv) { return orrery::bench::serve(argc, argv, answer); }
