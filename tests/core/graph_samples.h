// SPDX-License-Identifier: BSD-3-Clause
// Graphs that are hard on files: names and texts in any script, several edges between two nodes, loops, NaN.
#pragma once
#include "core/files/graph_file.h"
#include "tests/catch.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <limits>
#include <random>

namespace graph_samples {

using namespace orrery;
using Integers = std::vector<std::int64_t>;
using Reals = std::vector<double>;
using Texts = std::vector<std::string>;

inline bool same_values(const Column& a, const Column& b) {
    const auto *x = std::get_if<Reals>(&a.values), *y = std::get_if<Reals>(&b.values);
    if (!x || !y) return a.values == b.values;
    return std::equal(x->begin(), x->end(), y->begin(), y->end(), [](double p, double q) {
        return (std::isnan(p) && std::isnan(q)) || (p == q && std::signbit(p) == std::signbit(q));
    });
}

// Columns of equal names, types and values, in any order.
inline void check_attributes(const Attributes& is, const Attributes& was) {
    CHECK(is.size() == was.size());
    for (const Column& column : was) {
        INFO("attribute '" << column.name << "'");
        const Column* found = find(is, column.name);
        REQUIRE(found);
        CHECK(found->values.index() == column.values.index());
        CHECK(same_values(*found, column));
    }
}

inline void check_same(const Graph& is, const Graph& was) {
    CHECK(is.nodes == was.nodes);
    CHECK(is.directed == was.directed);
    CHECK(is.edges == was.edges);
    check_attributes(is.node, was.node);
    check_attributes(is.edge, was.edge);
    check_attributes(is.graph, was.graph);
}

// What a form keeps of a graph.
struct Keeps {
    bool direction = true, several_edges = true, loops = true, text_names = true, node_attributes = true,
         edge_attributes = true, graph_attributes = true, weight = true, real_weight = true;
};

class Generator {
public:
    Generator(std::uint64_t seed, Keeps keeps) : random_(seed), keeps_(keeps) {}

    Graph graph() {
        Graph made;
        made.nodes = static_cast<std::int32_t>(below(9));
        made.directed = keeps_.direction && below(2) == 0;
        const std::size_t rows = static_cast<std::size_t>(made.nodes);
        add_edges(made);
        if (rows > 0 && keeps_.text_names && below(4) > 0) made.node.push_back({"id", names(rows)});
        if (rows > 0 && keeps_.node_attributes) add_columns(made.node, rows, "x", "count", "what is it");
        if (!made.edges.empty() && keeps_.edge_attributes)
            add_columns(made.edge, made.edges.size(), "y", "kind", "text");
        if (!made.edges.empty() && keeps_.weight && below(2) == 0) {
            const bool real = keeps_.real_weight && below(2) == 0;
            Column weight{"weight", Integers()};
            if (real) {
                weight.values = reals(made.edges.size());
            } else {
                Integers values(made.edges.size());
                for (auto& value : values) value = 1 + static_cast<std::int64_t>(below(9));
                weight.values = values;
            }
            made.edge.push_back(weight);
        }
        if (keeps_.graph_attributes) add_columns(made.graph, 1, "mean", "class", "title");
        return made;
    }

    std::size_t below(std::size_t n) { return static_cast<std::size_t>(random_() % n); }

    std::string text() {
        static const Texts pieces = {"a",   "Zoë",  "東京", "<b>", "&amp;", "\"quoted\"", "two words",
                                     "x;y", "50 %", "\\",   "'",   "Ω≠∅",   "😀",          "#"};
        std::string out = pieces[below(pieces.size())];
        for (std::size_t more = below(3); more > 0; --more) out += pieces[below(pieces.size())];
        return out;
    }

private:
    void add_edges(Graph& made) {
        if (made.nodes == 0) return;
        const auto node = [&] { return static_cast<std::int32_t>(below(static_cast<std::size_t>(made.nodes))); };
        for (std::size_t count = below(16); count > 0; --count) {
            Edge edge{node(), node()};
            if (edge.from == edge.to && !keeps_.loops) continue;
            const auto same = [&](const Edge& e) { return e == edge || e == Edge{edge.to, edge.from}; };
            if (!keeps_.several_edges && std::any_of(made.edges.begin(), made.edges.end(), same)) continue;
            made.edges.push_back(edge);
        }
    }

    Texts names(std::size_t count) {
        Texts out;
        for (std::size_t i = 0; i < count; ++i) out.push_back(text() + fmt::format(" {}", i));
        return out;
    }

    Reals reals(std::size_t count) {
        static const Reals special = {0.1,
                                      -0.0,
                                      1,
                                      -3,
                                      1e-300,
                                      1e300,
                                      std::nan(""),
                                      std::numeric_limits<double>::infinity(),
                                      -std::numeric_limits<double>::infinity(),
                                      5e-324,
                                      0.30000000000000004};
        Reals out;
        for (std::size_t i = 0; i < count; ++i) out.push_back(special[below(special.size())]);
        return out;
    }

    void add_columns(Attributes& to, std::size_t rows, const char* real, const char* integer, const char* text_name) {
        if (below(3) > 0) to.push_back({real, reals(rows)});
        if (below(3) > 0) {
            Integers values(rows);
            for (auto& value : values) value = static_cast<std::int64_t>(random_()) >> below(64);
            to.push_back({integer, values});
        }
        if (below(3) > 0) {
            Texts values(rows);
            for (auto& value : values) value = text();
            to.push_back({text_name, values});
        }
    }

    std::mt19937_64 random_;
    Keeps keeps_;
};

} // namespace graph_samples
