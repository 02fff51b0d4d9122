// SPDX-License-Identifier: BSD-3-Clause
// Ends of edges as numbers of nodes while a list of edges is read: 8 bytes an edge as long as all names are small
// integers.
#pragma once
#include "core/files/graph/text_file.h"
#include "core/graph/graph.h"

#include <algorithm>
#include <cstdint>
#include <filesystem>
#include <functional>
#include <limits>
#include <optional>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

namespace orrery::graph_file {

// Nodes are the integers of the file themselves while all are small ones, else numbered in the order in which names
// come.
class EdgeEnds {
public:
    explicit EdgeEnds(std::filesystem::path file) : file_(std::move(file)) {}
    void reserve(std::size_t edges) { ends_.reserve(edges); }
    std::size_t edges() const { return ends_.size(); }

    // Throws Error where there are too many nodes, or too little memory for their names.
    void add(std::string_view from, std::string_view to) {
        if (!named_) {
            const auto begin = small_integer(from), end = small_integer(to);
            if (begin && end) {
                largest_ = std::max({largest_, *begin, *end});
                ends_.push_back({static_cast<std::int32_t>(*begin), static_cast<std::int32_t>(*end)});
                return;
            }
            use_names();
        }
        const std::int32_t begin = place_of(from);
        ends_.push_back({begin, place_of(to)});
    }
    void add_single(std::string_view name); // a node without an edge

    // Nodes, their names and edges. With `nodes` (what the file tells) integers below it are the numbers of nodes.
    void finish(Graph& graph, std::int64_t nodes);

private:
    static constexpr std::int64_t most_nodes = std::numeric_limits<std::int32_t>::max();

    static std::optional<std::int64_t> small_integer(std::string_view name) {
        if (name.size() > 10 || !is_plain_integer(name)) return std::nullopt;
        const std::int64_t integer = *integer_of(name);
        return integer >= 0 && integer < most_nodes ? std::optional(integer) : std::nullopt;
    }
    std::int32_t place_of(std::string_view name);
    void use_names();
    void sort_integers(std::optional<Column>& id); // ascending, whichever way they were read
    std::optional<Column> number_by_size(Graph& graph);

    struct Hash : std::hash<std::string_view> {
        using is_transparent = void;
    };
    std::filesystem::path file_;
    std::vector<Edge> ends_;
    std::vector<std::int32_t> single_; // nodes that stand alone
    std::int64_t largest_ = -1;
    bool named_ = false;
    std::unordered_map<std::string, std::int32_t, Hash, std::equal_to<>> places_; // of names
    std::size_t checked_ = std::size_t{1} << 20U;
};

} // namespace orrery::graph_file
