// SPDX-License-Identifier: BSD-3-Clause
// METIS graph files (Karypis, METIS manual 5.1.0, section 4.1.1): a line for each node with its neighbours.
#include "core/canonical_json.h"
#include "core/error.h"
#include "core/files/graph/columns.h"
#include "core/files/graph/formats.h"
#include "core/files/graph/text_file.h"

#include <fmt/format.h>

#include <algorithm>
#include <limits>
#include <ostream>
#include <tuple>

namespace orrery::graph_file {

namespace fs = std::filesystem;

namespace {

constexpr std::int64_t most_weights = 1000; // of a node

class MetisReader {
public:
    explicit MetisReader(const fs::path& file) : lines_(file) {}

    GraphSet read() {
        read_sizes();
        graph_.nodes = static_cast<std::int32_t>(nodes_);
        ends_.reserve(static_cast<std::size_t>(2 * edges_));
        std::string_view line;
        for (std::int32_t node = 0; node < graph_.nodes; ++node) {
            // The last line may lack its end, and that of a node without neighbours is empty.
            if (!next(line)) {
                if (node + 1 < graph_.nodes || node_numbers() > 0)
                    lines_.refuse(fmt::format("the file ends after the lines of {} of {} nodes", node, nodes_),
                                  "It may be truncated.");
                line = {};
            }
            read_node(node, line);
        }
        while (next(line))
            if (!trimmed(line).empty()) lines_.refuse(fmt::format("there are more lines than its {} nodes", nodes_));
        pair_ends();
        GraphSet set;
        if (has_sizes_) graph_.node.push_back({"size", std::move(sizes_)});
        for (std::size_t k = 0; k < weights_.size(); ++k)
            graph_.node.push_back(
                {weights_.size() == 1 ? "weight" : fmt::format("weight {}", k + 1), std::move(weights_[k])});
        set.graphs.push_back(std::move(graph_));
        return set;
    }

private:
    struct End { // one of an edge's two entries
        std::int32_t low = 0, high = 0;
        std::int64_t weight = 0;
        bool of_high = false; // in the line of the higher node
    };

    std::size_t node_numbers() const { return (has_sizes_ ? 1 : 0) + weights_.size(); }

    bool next(std::string_view& line) {
        while (lines_.next(line))
            if (!line.starts_with('%')) return true;
        return false;
    }

    void read_sizes() {
        std::string_view line, word[5];
        if (!next(line)) lines_.refuse("the file is empty; its first line tells the numbers of nodes and edges");
        Words words(line);
        for (auto& each : word) words.next(each);
        const auto nodes = integer_of(word[0]), edges = integer_of(word[1]);
        const bool is_format = word[2].size() <= 3 && word[2].find_first_not_of("01") == std::string_view::npos;
        if (!nodes || !edges || *nodes < 0 || *edges < 0 || !is_format || !word[4].empty())
            lines_.refuse(
                fmt::format("'{}' should be: nodes, edges, and maybe three digits of 0 and 1 and the number of "
                            "weights of a node",
                            quotable(line)));
        const auto flag = [&](std::size_t from_right) {
            return word[2].size() >= from_right && word[2][word[2].size() - from_right] == '1';
        };
        has_edge_weights_ = flag(1);
        has_sizes_ = flag(3);
        const auto count = word[3].empty() ? std::int64_t{1} : integer_of(word[3]).value_or(-1);
        if (count < 0 || count > most_weights)
            lines_.refuse(
                fmt::format("'{}' is no number of weights of a node, 0 to {}", quotable(word[3]), most_weights));
        weights_.resize(flag(2) ? static_cast<std::size_t>(count) : 0);
        const auto bytes = static_cast<std::int64_t>(std::min<std::uint64_t>(lines_.file_bytes(), 1ULL << 62U));
        if (*nodes > std::min<std::int64_t>(bytes, std::numeric_limits<std::int32_t>::max()) || *edges > bytes / 2)
            lines_.refuse(fmt::format("the file is too short for {} nodes and {} edges", *nodes, *edges),
                          "It may be truncated.");
        nodes_ = *nodes;
        edges_ = *edges;
        expect_memory(lines_.file(),
                      2 * static_cast<double>(edges_) * sizeof(End) +
                          static_cast<double>(nodes_) * static_cast<double>(node_numbers() * sizeof(double)));
    }

    std::int64_t number(std::string_view word, std::string_view what) const {
        const auto value = integer_of(word);
        if (!value) lines_.refuse(fmt::format("'{}' is no {}", quotable(word), what));
        return *value;
    }

    void read_node(std::int32_t node, std::string_view line) {
        Words words(line);
        std::string_view word;
        const auto next_number = [&](std::string_view what) {
            if (!words.next(word)) lines_.refuse(fmt::format("the {} is missing", what));
            return number(word, what);
        };
        if (has_sizes_) sizes_.push_back(next_number("size of a node"));
        for (auto& column : weights_) column.push_back(next_number("weight of a node"));
        while (words.next(word)) {
            const std::int64_t other = number(word, "number of a node");
            if (other < 1 || other > nodes_)
                lines_.refuse(fmt::format("there is no node {}: they are 1 to {}", other, nodes_));
            const auto neighbour = static_cast<std::int32_t>(other - 1);
            if (neighbour == node)
                lines_.refuse(fmt::format("node {} is its own neighbour, which METIS doesn't allow", other));
            const std::int64_t weight = has_edge_weights_ ? next_number("weight of an edge") : 0;
            if (static_cast<std::int64_t>(ends_.size()) == 2 * edges_)
                lines_.refuse(fmt::format("there are more than the {} edges that its first line tells", edges_));
            ends_.push_back({std::min(node, neighbour), std::max(node, neighbour), weight, neighbour < node});
        }
    }

    // Every edge stands in the lines of both its nodes, with the same weight.
    void pair_ends() {
        std::sort(ends_.begin(), ends_.end(), [](const End& a, const End& b) {
            return std::tie(a.low, a.high, a.weight, a.of_high) < std::tie(b.low, b.high, b.weight, b.of_high);
        });
        std::vector<std::int64_t> weights;
        graph_.edges.reserve(ends_.size() / 2);
        for (std::size_t begin = 0, end = 0; begin < ends_.size(); begin = end) {
            const End& first = ends_[begin];
            std::size_t of_high = 0;
            for (; end < ends_.size() && ends_[end].low == first.low && ends_[end].high == first.high &&
                   ends_[end].weight == first.weight;
                 ++end)
                of_high += ends_[end].of_high;
            if (2 * of_high != end - begin)
                graph_file::refuse(lines_.file(), 0,
                                   fmt::format("the edge between the nodes {} and {} stands in the line of one of them "
                                               "only, or with two weights",
                                               first.low + 1, first.high + 1));
            graph_.edges.insert(graph_.edges.end(), of_high, {first.low, first.high});
            weights.insert(weights.end(), of_high, first.weight);
        }
        if (static_cast<std::int64_t>(graph_.edges.size()) != edges_)
            graph_file::refuse(lines_.file(), 0,
                               fmt::format("it has {} edges, and its first line tells {}", graph_.edges.size(), edges_),
                               "It may be truncated.");
        if (has_edge_weights_) graph_.edge.push_back({"weight", std::move(weights)});
    }

    LineReader lines_;
    Graph graph_;
    std::int64_t nodes_ = 0, edges_ = 0;
    bool has_edge_weights_ = false, has_sizes_ = false;
    std::vector<std::int64_t> sizes_;
    std::vector<std::vector<std::int64_t>> weights_; // of nodes
    std::vector<End> ends_;
};

const std::vector<std::int64_t>* integers_of(const Attributes& attributes, std::string_view name) {
    const Column* column = find(attributes, name);
    return column ? std::get_if<std::vector<std::int64_t>>(&column->values) : nullptr;
}

} // namespace

GraphSet read_metis(const fs::path& file) { return MetisReader(file).read(); }

void write_metis(std::ostream& out, const Graph& graph) {
    const auto refuse = [](const std::string& why, const std::string& hint) {
        throw Error("The graph can't be written for METIS: " + why + ".", hint, ExitCode::usage);
    };
    if (graph.directed) refuse("it is directed", "Write MatrixMarket, or make it undirected.");
    const auto* weights = integers_of(graph.edge, "weight");
    if (!weights && find(graph.edge, "weight"))
        refuse("its edges have weights that are no integers", "Write MatrixMarket, or leave the weights out.");
    const Adjacency adjacency = adjacency_of(graph);
    for (std::int32_t node = 0; node < graph.nodes; ++node) {
        const auto i = static_cast<std::size_t>(node);
        for (std::int64_t at = adjacency.first[i]; at < adjacency.first[i + 1]; ++at) {
            const std::int32_t other = adjacency.neighbour[static_cast<std::size_t>(at)];
            if (other == node) refuse(fmt::format("node {} has a loop", node), "Leave it out, or write MatrixMarket.");
            if (at > adjacency.first[i] && adjacency.neighbour[static_cast<std::size_t>(at - 1)] == other)
                refuse(fmt::format("there are several edges between the nodes {} and {}", node, other),
                       "Write MatrixMarket, or join them.");
        }
    }
    const auto* sizes = integers_of(graph.node, "size");
    std::vector<const std::vector<std::int64_t>*> node_weights;
    std::vector<std::string> weight_names{"weight"};
    if (!integers_of(graph.node, "weight")) weight_names = {"weight 1"};
    while (const auto* values = integers_of(graph.node, weight_names.back())) {
        node_weights.push_back(values);
        if (weight_names[0] == "weight") break;
        weight_names.push_back(fmt::format("weight {}", weight_names.size() + 1));
    }
    Kept kept;
    if (weights) kept.edge.push_back("weight");
    if (sizes) kept.node.push_back("size");
    for (std::size_t k = 0; k < node_weights.size(); ++k) kept.node.push_back(weight_names[k]);
    if (const std::string missing = left_out(graph, kept); !missing.empty()) out << "% Left out: " << missing << '\n';
    out << graph.nodes << ' ' << graph.edges.size();
    const bool has_weights = !node_weights.empty();
    if (weights || sizes || has_weights) out << ' ' << (sizes ? 1 : 0) << (has_weights ? 1 : 0) << (weights ? 1 : 0);
    if (node_weights.size() > 1) out << ' ' << node_weights.size();
    out << '\n';
    for (std::size_t i = 0; i < static_cast<std::size_t>(graph.nodes); ++i) {
        std::string line;
        const auto add = [&](std::int64_t value) { line += fmt::format("{}{}", line.empty() ? "" : " ", value); };
        if (sizes) add((*sizes)[i]);
        for (const auto* values : node_weights) add((*values)[i]);
        for (std::int64_t at = adjacency.first[i]; at < adjacency.first[i + 1]; ++at) {
            add(adjacency.neighbour[static_cast<std::size_t>(at)] + 1);
            if (weights) add((*weights)[static_cast<std::size_t>(adjacency.edge[static_cast<std::size_t>(at)])]);
        }
        out << line << '\n';
    }
}

} // namespace orrery::graph_file
