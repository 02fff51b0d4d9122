// SPDX-License-Identifier: BSD-3-Clause
// The eigensolvers and the layout as a contestant of graph_eigen.py: reads graphs from a file, then commands.
#include "core/error.h"
#include "gpu/layout/layout.h"
#include "gpu/spectrum/spectrum.h"

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include <sys/resource.h>

#include <chrono>
#include <fstream>
#include <iostream>

namespace {

using namespace orrery;
using nlohmann::json;

// For each graph: nodes, edges, then the edges' ends; numbers separated by blanks.
std::vector<Graph> read_graphs(const std::string& file) {
    std::ifstream stream(file);
    std::vector<Graph> graphs;
    std::size_t edges = 0;
    for (Graph g; stream >> g.nodes >> edges; g = {}) {
        g.edges.resize(edges);
        for (Edge& e : g.edges) stream >> e.from >> e.to;
        if (!stream) throw Error(file + " ends within a graph.");
        graphs.push_back(std::move(g));
    }
    return graphs;
}

double peak_megabytes() {
    rusage usage{};
    getrusage(RUSAGE_SELF, &usage);
    return static_cast<double>(usage.ru_maxrss) / 1000;
}

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
        result["megabytes"] = peak_megabytes();
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

int main(int argc, char** argv) {
    if (argc != 2) {
        std::cerr << "usage: bench_graph_eigen FILE\n";
        return 2;
    }
    try {
        const std::vector<Graph> graphs = read_graphs(argv[1]);
        std::cout << json{{"ready", graphs.size()}} << std::endl;
        for (std::string line; std::getline(std::cin, line);)
            std::cout << answer(json::parse(line), graphs) << std::endl;
        return 0;
    } catch (const Error& error) {
        std::cerr << error.what() << " " << error.hint() << "\n";
    } catch (const std::exception& error) {
        std::cerr << error.what() << "\n";
    }
    return 1;
}
