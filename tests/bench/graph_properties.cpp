// SPDX-License-Identifier: BSD-3-Clause
// Times properties of graphs on command, for tests/bench/graph_properties.py.
//
//     bench_graph_properties INPUT THREADS EDGES
//
// Writes the graphs of INPUT to the file EDGES, two numbers a graph (nodes, edges) and then its edges, and answers each
// line of standard input, a measure's name, with seconds and a value to compare.
#include "plugins/graph/data/input.h"
#include "plugins/graph/measure/betweenness.h"
#include "plugins/graph/measure/local_counts.h"
#include "plugins/graph/measure/properties.h"

#include <algorithm>
#include <chrono>
#include <cstdio>
#include <fstream>
#include <functional>
#include <iostream>
#include <map>
#include <numeric>
#include <string>

namespace {

using namespace orrery;
using namespace orrery::graph;

double sum(const auto& list) { return std::accumulate(list.begin(), list.end(), 0.0); }

// From the adjacency on, since igraph's graphs hold theirs; `all` is from the list of edges on.
std::map<std::string, std::function<double(const Adjacency&)>> measures(const std::shared_ptr<Team>& team) {
    return {
        {"distances",
         [team](const Adjacency& a) {
             const Distances d = distances_of(a, components_of(a), {}, team);
             return d.sum + sum(d.low);
         }},
        {"triangles", [](const Adjacency& a) { return sum(triangles_of(a)); }},
        {"cores", [](const Adjacency& a) { return sum(core_numbers_of(a)); }},
        {"cuts",
         [](const Adjacency& a) {
             const CutParts cuts = cut_parts_of(a);
             return static_cast<double>(cuts.bridges.size() + cuts.articulation_points.size());
         }},
        {"betweenness",
         [team](const Adjacency& a) {
             const auto values = betweenness_of(a, team);
             return *std::max_element(values.begin(), values.end());
         }},
    };
}

double all_properties(const std::vector<Graph>& graphs, int threads) {
    PropertyOptions options;
    options.threads = threads;
    options.eigenvalues = false;
    double total = 0;
    for (const Properties& p : properties_of(graphs, options)) total += static_cast<double>(p.diameter + p.triangles);
    return total;
}

} // namespace

int main(int argc, char** argv) {
    if (argc != 4) {
        std::fputs("usage: bench_graph_properties INPUT THREADS EDGES\n", stderr);
        return 2;
    }
    const GraphSet set = load_input(argv[1]);
    const int threads = std::stoi(argv[2]);
    std::ofstream edges(argv[3]);
    for (const Graph& g : set.graphs) {
        edges << g.nodes << ' ' << g.edges.size() << '\n';
        for (const Edge& e : g.edges) edges << e.from << ' ' << e.to << '\n';
    }
    edges.close();
    std::vector<Adjacency> adjacencies;
    for (const Graph& g : set.graphs) adjacencies.push_back(adjacency_of(g));
    const auto known = measures(threads > 1 ? std::make_shared<Team>(threads) : nullptr);
    std::cout << "ready" << std::endl;
    for (std::string name; std::getline(std::cin, name);) {
        const auto begin = std::chrono::steady_clock::now();
        double value = 0;
        if (name == "all") {
            value = all_properties(set.graphs, threads);
        } else {
            for (const Adjacency& a : adjacencies) value += known.at(name)(a);
        }
        const std::chrono::duration<double> seconds = std::chrono::steady_clock::now() - begin;
        std::printf("%.9g %.17g\n", seconds.count(), value);
        std::fflush(stdout);
    }
    return 0;
}
