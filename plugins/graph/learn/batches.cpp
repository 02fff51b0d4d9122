// SPDX-License-Identifier: BSD-3-Clause
#include "plugins/graph/learn/batches.h"

#include "core/error.h"
#include "plugins/graph/learn/features.h"

#include <ATen/ATen.h>

#include <algorithm>
#include <cmath>
#include <numeric>

namespace orrery::graph::learn {

namespace {

std::size_t size_of(std::int64_t n) { return static_cast<std::size_t>(n); }

// The rows of one graph as a network sums over them.
struct GraphRows {
    std::vector<std::int32_t> entries, neighbour; // [nodes], [entries]
    std::vector<double> weight;                   // [entries], or empty: all 1
    std::vector<float> inverse_degree;            // [nodes]
};

GraphRows plain_rows(const Graph& graph) {
    const Adjacency adjacency = adjacency_of(graph);
    const std::vector<double> weights = weights_of(graph);
    GraphRows rows;
    rows.neighbour = adjacency.neighbour;
    for (std::int32_t i = 0; i < graph.nodes; ++i) {
        const std::int64_t degree = adjacency.degree(i);
        rows.entries.push_back(static_cast<std::int32_t>(degree));
        rows.inverse_degree.push_back(degree > 0 ? 1.0F / static_cast<float>(degree) : 0.0F);
    }
    if (!weights.empty()) {
        for (const std::int64_t edge : adjacency.edge) rows.weight.push_back(weights[size_of(edge)]);
    }
    return rows;
}

// The same with each node as its own neighbour, in ascending order, and D^-1/2 (A + I) D^-1/2 as weights.
GraphRows normalised_rows(const Graph& graph) {
    const GraphRows plain = plain_rows(graph);
    const auto weight = [&](std::size_t entry) { return plain.weight.empty() ? 1.0 : plain.weight[entry]; };
    std::vector<double> root(size_of(graph.nodes));
    std::size_t entry = 0;
    for (std::size_t i = 0; i < root.size(); ++i) {
        double sum = 1;
        for (std::int32_t k = 0; k < plain.entries[i]; ++k) sum += weight(entry++);
        root[i] = sum > 0 ? 1 / std::sqrt(sum) : 0;
    }
    GraphRows rows;
    rows.inverse_degree = plain.inverse_degree;
    entry = 0;
    for (std::size_t i = 0; i < root.size(); ++i) {
        const auto add = [&](std::size_t j, double w) {
            rows.neighbour.push_back(static_cast<std::int32_t>(j));
            rows.weight.push_back(root[i] * w * root[j]);
        };
        bool own = false;
        for (std::int32_t k = 0; k < plain.entries[i]; ++k, ++entry) {
            const auto j = static_cast<std::size_t>(plain.neighbour[entry]);
            if (!own && j > i) add(i, 1);
            own = own || j > i;
            add(j, weight(entry));
        }
        if (!own) add(i, 1);
        rows.entries.push_back(plain.entries[i] + 1);
    }
    return rows;
}

template <class T>
void append(std::vector<T>& to, const auto& from) {
    std::transform(from.begin(), from.end(), std::back_inserter(to), [](auto value) { return static_cast<T>(value); });
}

// Copies stretch after stretch of an array into a new tensor.
template <class T>
at::Tensor joined(const std::vector<T>& all, std::span<const std::int64_t> graphs,
                  const std::vector<std::int64_t>& first, std::int64_t width, std::int64_t rows, at::ScalarType type) {
    at::Tensor out = at::empty({rows, width}, type);
    T* to = out.mutable_data_ptr<T>();
    for (const std::int64_t g : graphs) {
        const std::int64_t begin = first[size_of(g)] * width, end = first[size_of(g) + 1] * width;
        to = std::copy(all.begin() + begin, all.begin() + end, to);
    }
    return out;
}

} // namespace

Collection::Collection(std::span<const Graph> graphs, std::vector<float> features, std::int64_t columns,
                       std::vector<float> targets, std::int64_t classes, Propagation propagation)
    : columns_(columns), classes_(classes), node_first_{0}, entry_first_{0}, features_(std::move(features)),
      targets_(std::move(targets)) {
    const bool weighted = propagation == Propagation::normalised ||
                          std::any_of(graphs.begin(), graphs.end(),
                                      [](const Graph& graph) { return find(graph.edge, "weight") != nullptr; });
    for (const Graph& graph : graphs) {
        const GraphRows rows = propagation == Propagation::normalised ? normalised_rows(graph) : plain_rows(graph);
        append(entries_, rows.entries);
        append(neighbour_, rows.neighbour);
        append(inverse_degree_, rows.inverse_degree);
        if (weighted && rows.weight.empty()) {
            weight_.resize(neighbour_.size(), 1.0F);
        } else if (weighted) {
            append(weight_, rows.weight);
        }
        node_first_.push_back(node_first_.back() + graph.nodes);
        entry_first_.push_back(static_cast<std::int64_t>(neighbour_.size()));
    }
    if (features_.size() != size_of(nodes() * columns_) || targets_.size() != size_of(size() * classes_))
        throw Error("Features or targets don't fit the graphs.");
}

Batch Collection::batch(std::span<const std::int64_t> graphs, std::int64_t first_sign, std::int64_t last_sign,
                        std::span<const float> signs) const {
    std::int64_t nodes = 0, entries = 0;
    const auto count = static_cast<std::int64_t>(graphs.size());
    for (const std::int64_t g : graphs) {
        nodes += node_first_[size_of(g) + 1] - node_first_[size_of(g)];
        entries += entry_first_[size_of(g) + 1] - entry_first_[size_of(g)];
    }
    Batch b;
    b.of.assign(graphs.begin(), graphs.end());
    b.x = joined(features_, graphs, node_first_, columns_, nodes, at::kFloat);
    b.inverse_degree = joined(inverse_degree_, graphs, node_first_, 1, nodes, at::kFloat);
    if (!weight_.empty())
        b.neighbours.weight = joined(weight_, graphs, entry_first_, 1, entries, at::kFloat).view({entries});
    b.neighbours.first = at::empty({nodes + 1}, at::kLong);
    b.neighbours.column = at::empty({entries}, at::kInt);
    b.graphs.first = at::empty({count + 1}, at::kLong);
    b.graphs.column = at::arange(nodes, at::kInt);
    b.nodes.first = at::arange(nodes + 1, at::kLong);
    b.nodes.column = at::empty({nodes}, at::kInt);
    b.inverse_size = at::empty({count, 1}, at::kFloat);
    b.target = at::empty({count, classes_}, at::kFloat);
    auto* first = b.neighbours.first.mutable_data_ptr<std::int64_t>();
    auto* column = b.neighbours.column.mutable_data_ptr<std::int32_t>();
    auto* graph_first = b.graphs.first.mutable_data_ptr<std::int64_t>();
    auto* graph_of = b.nodes.column.mutable_data_ptr<std::int32_t>();
    auto* inverse_size = b.inverse_size.mutable_data_ptr<float>();
    auto* target = b.target.mutable_data_ptr<float>();
    auto* x = b.x.mutable_data_ptr<float>();
    std::int64_t node = 0, entry = 0;
    for (std::size_t k = 0; k < graphs.size(); ++k) {
        const std::size_t g = size_of(graphs[k]);
        const std::int64_t begin = node_first_[g], size = node_first_[g + 1] - begin;
        graph_first[k] = node;
        inverse_size[k] = size > 0 ? 1.0F / static_cast<float>(size) : 0.0F;
        target = std::copy_n(targets_.begin() + graphs[k] * classes_, classes_, target);
        for (std::int64_t e = entry_first_[g]; e < entry_first_[g + 1]; ++e)
            *column++ = neighbour_[size_of(e)] + static_cast<std::int32_t>(node);
        for (std::int64_t i = 0; i < size; ++i) {
            first[node + i] = entry;
            entry += entries_[size_of(begin + i)];
            graph_of[node + i] = static_cast<std::int32_t>(k);
        }
        for (std::int64_t c = first_sign; c < last_sign && !signs.empty(); ++c) {
            const float sign = signs[k * size_of(last_sign - first_sign) + size_of(c - first_sign)];
            for (std::int64_t i = 0; i < size; ++i) x[(node + i) * columns_ + c] *= sign;
        }
        node += size;
    }
    first[node] = entry;
    graph_first[count] = node;
    return b;
}

Batch Batch::to(const at::Device& device) const {
    if (device.is_cpu()) return *this;
    const auto moved = [&](const at::Tensor& t) { return t.defined() ? t.to(device) : t; };
    const auto moved_rows = [&](const SparseRows& r) {
        return SparseRows{moved(r.first), moved(r.column), moved(r.weight)};
    };
    return {moved(x),          moved_rows(neighbours), moved(inverse_degree), moved_rows(graphs),
            moved_rows(nodes), moved(inverse_size),    moved(target),         of};
}

} // namespace orrery::graph::learn
