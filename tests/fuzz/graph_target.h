// SPDX-License-Identifier: BSD-3-Clause
// What the targets of graph files share: what is read is a graph, and reads back after it was written.
#pragma once
#include "core/files/graph_file.h"
#include "tests/fuzz/input_file.h"

#include <algorithm>
#include <cmath>

namespace orrery::fuzz {

inline bool same_values(const Column& a, const Column& b) {
    const auto *x = std::get_if<std::vector<double>>(&a.values), *y = std::get_if<std::vector<double>>(&b.values);
    if (!x || !y) return a.values == b.values;
    return std::equal(x->begin(), x->end(), y->begin(), y->end(),
                      [](double p, double q) { return p == q || (std::isnan(p) && std::isnan(q)); });
}

inline bool same_attributes(const Attributes& a, const Attributes& b) {
    return a.size() == b.size() && std::all_of(a.begin(), a.end(), [&](const Column& column) {
               const Column* other = find(b, column.name);
               return other && same_values(column, *other);
           });
}

inline bool same_graph(const Graph& a, const Graph& b) {
    return a.nodes == b.nodes && a.directed == b.directed && a.edges == b.edges && same_attributes(a.node, b.node) &&
           same_attributes(a.edge, b.edge) && same_attributes(a.graph, b.graph);
}

// Throws Error where the graphs don't fit themselves: check() is among the promises.
inline void expect_graphs(const GraphSet& set, std::size_t input_bytes) {
    expect(is_utf8(set.name), "a set's name is UTF-8");
    std::size_t edges = 0;
    for (const Graph& graph : set.graphs) {
        check(graph, "what was read");
        edges += graph.edges.size();
        for (const Attributes* attributes : {&graph.node, &graph.edge, &graph.graph}) {
            for (const Column& column : *attributes) {
                expect(is_utf8(column.name), "a name is UTF-8");
                if (const auto* texts = std::get_if<std::vector<std::string>>(&column.values))
                    for (const std::string& text : *texts) expect(is_utf8(text), "a text is UTF-8");
            }
        }
    }
    expect(edges <= 1200 * input_bytes, "an edge takes a byte, in a packed file a thousandth of one");
}

// Reads the file by its ending; what the form keeps in whole (`exact`) must read back the same.
inline void read_and_write(Bytes bytes, const std::filesystem::path& file, const std::filesystem::path& again,
                           bool exact) {
    GraphSet set;
    if (!taken(bytes, [&] {
            set = read_graphs(file);
            expect_graphs(set, bytes.size());
        }))
        return;
    const auto is_small = [](const Graph& graph) { return graph.nodes < 10'000; }; // a short file can name many nodes
    if (!std::all_of(set.graphs.begin(), set.graphs.end(), is_small)) return;
    try {
        write_graphs(again, set);
    } catch (const Error& error) { // METIS, for one, can't hold a text
        expect(!exact, "what was read can be written");
        expect_sentence(error.what(), bytes.size());
        return;
    }
    const GraphSet read = read_graphs(again);
    expect(read.graphs.size() == set.graphs.size(), "as many graphs are read as were written");
    for (std::size_t i = 0; exact && i < read.graphs.size(); ++i)
        expect(same_graph(read.graphs[i], set.graphs[i]), "a graph reads back as it was");
}

} // namespace orrery::fuzz
