// SPDX-License-Identifier: BSD-3-Clause
// What contestants of the graph benchmarks read: graphs as plain numbers, and commands as lines of JSON.
#pragma once
#include "core/error.h"
#include "core/graph/graph.h"

#include <nlohmann/json.hpp>

#include <sys/resource.h>

#include <fstream>
#include <functional>
#include <iostream>
#include <string>
#include <vector>

namespace orrery::bench {

// For each graph: nodes, edges, then the edges' ends; numbers separated by blanks.
inline std::vector<Graph> read_graphs(const std::string& file) {
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

inline double peak_megabytes() {
    rusage usage{};
    getrusage(RUSAGE_SELF, &usage);
    return static_cast<double>(usage.ru_maxrss) / 1000;
}

// Answers each line of standard input until it ends. For a program whose one argument is the file of graphs.
inline int serve(int argc, char** argv,
                 const std::function<nlohmann::json(const nlohmann::json&, const std::vector<Graph>&)>& answer) {
    if (argc != 2) {
        std::cerr << "usage: " << argv[0] << " FILE\n";
        return 2;
    }
    try {
        const std::vector<Graph> graphs = read_graphs(argv[1]);
        std::cout << nlohmann::json{{"ready", graphs.size()}} << std::endl;
        for (std::string line; std::getline(std::cin, line);)
            std::cout << answer(nlohmann::json::parse(line), graphs) << std::endl;
        return 0;
    } catch (const Error& error) {
        std::cerr << error.what() << " " << error.hint() << "\n";
    } catch (const std::exception& error) {
        std::cerr << error.what() << "\n";
    }
    return 1;
}

} // namespace orrery::bench
