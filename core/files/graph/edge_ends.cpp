// SPDX-License-Identifier: BSD-3-Clause
#include "core/files/graph/edge_ends.h"

#include "core/files/graph/columns.h"

#include <fmt/format.h>

#include <algorithm>

namespace orrery::graph_file {

void EdgeEnds::add_single(std::string_view name) {
    const auto integer = named_ ? std::nullopt : small_integer(name);
    if (integer) {
        largest_ = std::max(largest_, *integer);
        single_.push_back(static_cast<std::int32_t>(*integer));
    } else {
        if (!named_) use_names();
        place_of(name);
    }
}

void EdgeEnds::finish(Graph& graph, std::int64_t nodes) {
    std::optional<Column> id;
    if (named_) {
        std::vector<std::string> names(places_.size());
        for (const auto& [name, place] : places_) names[static_cast<std::size_t>(place)] = name;
        places_.clear();
        graph.nodes = static_cast<std::int32_t>(names.size());
        id = name_column(std::move(names));
        sort_integers(id);
    } else if (nodes > largest_ && nodes <= most_nodes) {
        constexpr double bytes_a_node = 100; // of what is computed of it
        expect_memory(file_, bytes_a_node * static_cast<double>(nodes - largest_));
        graph.nodes = static_cast<std::int32_t>(nodes);
    } else {
        id = number_by_size(graph);
    }
    if (id) graph.node.push_back(std::move(*id));
    graph.edges = std::move(ends_);
}

std::int32_t EdgeEnds::place_of(std::string_view name) {
    if (const auto at = places_.find(name); at != places_.end()) return at->second;
    if (places_.size() >= checked_) { // how many names there are can't be told before
        if (places_.size() >= static_cast<std::size_t>(most_nodes))
            graph_file::refuse(file_, 0, "it has more than 2147483647 nodes, as many as a graph can have");
        constexpr double bytes_a_name = 100;
        expect_memory(file_, bytes_a_name * static_cast<double>(places_.size()));
        checked_ = std::min(2 * checked_, static_cast<std::size_t>(most_nodes));
    }
    const auto place = static_cast<std::int32_t>(places_.size());
    places_.emplace(name, place);
    return place;
}

void EdgeEnds::use_names() {
    named_ = true;
    const auto name = [this](std::int32_t integer) { return place_of(fmt::format("{}", integer)); };
    for (Edge& edge : ends_) {
        edge.from = name(edge.from);
        edge.to = name(edge.to);
    }
    for (const std::int32_t node : single_) name(node);
}

void EdgeEnds::sort_integers(std::optional<Column>& id) {
    if (!id || !std::holds_alternative<std::vector<std::int64_t>>(id->values)) return;
    auto& values = std::get<std::vector<std::int64_t>>(id->values);
    std::vector<std::int32_t> order(values.size()), place(values.size());
    for (std::size_t i = 0; i < order.size(); ++i) order[i] = static_cast<std::int32_t>(i);
    const auto value = [&](std::int32_t i) { return values[static_cast<std::size_t>(i)]; };
    std::sort(order.begin(), order.end(), [&](std::int32_t a, std::int32_t b) { return value(a) < value(b); });
    for (std::size_t i = 0; i < order.size(); ++i)
        place[static_cast<std::size_t>(order[i])] = static_cast<std::int32_t>(i);
    for (Edge& edge : ends_)
        edge = {place[static_cast<std::size_t>(edge.from)], place[static_cast<std::size_t>(edge.to)]};
    std::sort(values.begin(), values.end());
}

std::optional<Column> EdgeEnds::number_by_size(Graph& graph) {
    std::vector<std::int32_t> present;
    const auto slots = static_cast<std::size_t>(largest_ + 1);
    std::vector<std::int32_t> place; // of every integer up to the largest, where that is no waste
    const bool dense = slots / 2 <= ends_.size() + single_.size() + 1024;
    if (dense) {
        place.assign(slots, -1);
        const auto mark = [&](std::int32_t node) { place[static_cast<std::size_t>(node)] = 0; };
        for (const Edge& edge : ends_) mark(edge.from), mark(edge.to);
        for (const std::int32_t node : single_) mark(node);
        for (std::size_t i = 0; i < slots; ++i) {
            if (place[i] < 0) continue;
            place[i] = static_cast<std::int32_t>(present.size());
            present.push_back(static_cast<std::int32_t>(i));
        }
    } else {
        present = single_;
        for (const Edge& edge : ends_) present.insert(present.end(), {edge.from, edge.to});
        std::sort(present.begin(), present.end());
        present.erase(std::unique(present.begin(), present.end()), present.end());
    }
    const auto place_of = [&](std::int32_t node) {
        if (dense) return place[static_cast<std::size_t>(node)];
        return static_cast<std::int32_t>(std::lower_bound(present.begin(), present.end(), node) - present.begin());
    };
    for (Edge& edge : ends_) edge = {place_of(edge.from), place_of(edge.to)};
    graph.nodes = static_cast<std::int32_t>(present.size());
    if (present.empty() || static_cast<std::size_t>(present.back()) + 1 == present.size()) return std::nullopt;
    return Column{"id", std::vector<std::int64_t>(present.begin(), present.end())};
}

} // namespace orrery::graph_file
