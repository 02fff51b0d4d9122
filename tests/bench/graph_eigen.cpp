// SPDX-License-Identifier: BSD-3-Clause
// The eigensolvers and the layout as a contestant of graph_eigen.py: reads graphs from a file, then commands.
#include "gpu/layout/layout.h"
#include "gpu/spectrum/spectrum.h"
#include "tests/bench/graph_lines.h"

#include <chrono>

namespace {

using namespace orrery;
using nlohmann::json;

json answer(const json& command, const std::vector<Graph>& graphs) {
    const int threads = command.at("threads");
    const auto begin = std::chrono::steady_clock::now();
    const auto seconds = [&] {
        return std::chrono::duration<double>(std::chrono::steady_clock::now() - begin).count();
    };
    json result;
    if (command.at("do") == "all") {
        const auto pairs = spectrum::eigen_pairs(graphs, {threads, -1});
        result["seconds"] = seconds();
        double sum = 0;
        for (const auto& p : pairs) {
            for (const double value : p.values) sum += value * value;
        }
        result["check"] = sum;
    } else if (command.at("do") == "lowest") {
        spectrum::PartialOptions options;
        options.threads = threads;
        spectrum::PartialReport report;
        const auto pairs = spectrum::lowest(graphs.at(0), command.at("count"), options, &report);
        result["seconds"] = seconds();
        double sum = 0;
        for (const double value : pairs.values) sum += value;
        result["check"] = sum;
        result["residual"] = report.residual;
        result["steps"] = report.steps;
        result["method"] = report.by_factor > 0 ? "shift-invert" : "Lanczos";
        result["megabytes"] = bench::peak_megabytes();
    } else {
        layout::ForceOptions options;
        options.threads = threads;
        layout::ForceAtlas2 layout(graphs.at(0), options);
        const std::int64_t most = command.value("most", 5000);
        while (layout.progress().steps < most && !layout.step().settled()) {
        }
        result["seconds"] = seconds();
        result["steps"] = layout.progress().steps;
        result["settled"] = layout.progress().settled();
    }
    return result;
}

} // namespace

int main(int argc, char** argv) { return orrery::bench::serve(argc, argv, answer); }
