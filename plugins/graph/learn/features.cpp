// SPDX-License-Identifier: BSD-3-Clause
#include "plugins/graph/learn/features.h"

#include "core/error.h"
#include "gpu/spectrum/spectrum.h"
#include "plugins/graph/data/graph_sets.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <charconv>
#include <cmath>
#include <set>
#include <tuple>

namespace orrery::graph::learn {

namespace {

constexpr std::int64_t most_degrees = 1000; // one column each below that
constexpr std::int32_t dense_nodes = 1000;  // beyond that the lowest pairs alone are computed

std::size_t size_of(std::int64_t n) { return static_cast<std::size_t>(n); }

// "original" is a node's number before an augmentation.
bool is_attribute(const Column& column) {
    return column.name != "id" && column.name != "label" && column.name != "original" &&
           !std::holds_alternative<std::vector<std::string>>(column.values);
}

std::vector<double> degrees_of(const Graph& graph) {
    const std::vector<double> weights = weights_of(graph);
    std::vector<double> degree(size_of(graph.nodes), 0);
    for (std::size_t e = 0; e < graph.edges.size(); ++e) {
        const double w = weights.empty() ? 1 : weights[e];
        degree[size_of(graph.edges[e].from)] += w;
        degree[size_of(graph.edges[e].to)] += w;
    }
    for (double& d : degree) d = std::max(0.0, std::round(d));
    return degree;
}

class Moments {
public:
    void add(double value) {
        sum_ += value;
        squares_ += value * value;
        count_ += 1;
    }
    double mean() const { return count_ > 0 ? sum_ / count_ : 0; }
    double deviation() const {
        const double variance = count_ > 0 ? squares_ / count_ - mean() * mean() : 0;
        return variance > 1e-12 * (1 + mean() * mean()) ? std::sqrt(variance) : 1;
    }

private:
    double sum_ = 0, squares_ = 0, count_ = 0;
};

bool has_node_column(std::span<const Graph> graphs, const auto& wanted) {
    return std::any_of(graphs.begin(), graphs.end(),
                       [&](const Graph& graph) { return std::any_of(graph.node.begin(), graph.node.end(), wanted); });
}

// sqrt(n) u with the sign that makes the sum of cubes positive; zero where that sum is too small to say.
void write_signed(const double* u, std::size_t nodes, std::int64_t stride, float* out) {
    double cubes = 0;
    for (std::size_t i = 0; i < nodes; ++i) cubes += u[i] * u[i] * u[i];
    if (std::abs(cubes) < 1e-8) return;
    const double scale = (cubes > 0 ? 1 : -1) * std::sqrt(static_cast<double>(nodes));
    for (std::size_t i = 0; i < nodes; ++i)
        out[static_cast<std::int64_t>(i) * stride] = static_cast<float>(scale * u[i]);
}

} // namespace

std::vector<std::string> part_names() { return {"labels", "attributes", "degree", "constant"}; }

std::vector<std::string> parse_parts(std::string_view text) {
    std::vector<std::string> parts;
    const std::vector<std::string> known = part_names();
    for (std::size_t begin = 0; begin <= text.size();) {
        const std::size_t end = std::min(text.find(',', begin), text.size());
        std::string word(text.substr(begin, end - begin));
        word.erase(0, word.find_first_not_of(' '));
        word.erase(word.find_last_not_of(' ') + 1);
        begin = end + 1;
        if (word.empty() || word == "auto") continue;
        if (std::find(known.begin(), known.end(), word) == known.end())
            throw Error(fmt::format("There are no node features '{}'.", word),
                        fmt::format("Give auto, or some of {}.", fmt::join(known, ", ")), ExitCode::usage);
        if (std::find(parts.begin(), parts.end(), word) == parts.end()) parts.push_back(word);
    }
    return parts;
}

bool LabelOrder::operator()(const std::string& a, const std::string& b) const {
    const auto key = [](const std::string& text) {
        double value = 0;
        const auto read = std::from_chars(text.data(), text.data() + text.size(), value);
        const bool number = read.ec == std::errc() && read.ptr == text.data() + text.size() && std::isfinite(value);
        return std::tuple(!number, number ? value : 0.0, std::string_view(text));
    };
    return key(a) < key(b);
}

std::vector<double> weights_of(const Graph& graph) {
    const Column* column = find(graph.edge, "weight");
    std::vector<double> weights;
    if (column == nullptr) return weights;
    for (std::size_t e = 0; e < graph.edges.size(); ++e) {
        weights.push_back(column->number(e));
        if (!std::isfinite(weights.back()))
            throw Error(fmt::format("The weight of edge {} is {}.", e, weights.back()), "Networks need finite weights.",
                        ExitCode::usage);
    }
    return weights;
}

Features::Features(std::span<const Graph> graphs, const FeatureOptions& options) : options_(options) {
    if (options_.parts.empty()) choose_parts(graphs);
    for (const std::string& part : options_.parts) {
        if (part == "labels") {
            plan_labels(graphs);
        } else if (part == "attributes") {
            plan_attributes(graphs);
        } else if (part == "degree") {
            plan_degree(graphs);
        } else if (part == "constant") {
            has_constant_ = true;
        }
    }
    name_columns();
}

// In the order in which write_graph() goes.
void Features::name_columns() {
    for (const std::string& label : labels_) names_.push_back("label=" + label);
    for (const Standard& attribute : attributes_) names_.push_back(attribute.column);
    for (std::int64_t d = 0; d < degree_columns_; ++d) names_.push_back(fmt::format("degree={}", d));
    if (has_degree_ && degree_columns_ == 0) names_.emplace_back("degree");
    if (has_constant_) names_.emplace_back("constant");
    first_walk_ = count();
    for (int k = 2; k <= options_.walks; ++k) names_.push_back(fmt::format("walk={}", k));
    first_positional_ = first_sign_ = last_sign_ = count();
    if (options_.positional == 0) return;
    for (int k = 1; k <= options_.positional; ++k) names_.push_back(fmt::format("eigenvalue={}", k));
    for (int k = 1; k <= options_.positional; ++k) names_.push_back(fmt::format("projection={}", k));
    first_sign_ = last_sign_ = count();
    if (options_.form == PositionalForm::invariant) return;
    for (int k = 1; k <= options_.positional; ++k) names_.push_back(fmt::format("eigenvector={}", k));
    last_sign_ = count();
}

void Features::choose_parts(std::span<const Graph> graphs) {
    for (const Graph& graph : graphs) {
        for (const Column& column : graph.node) {
            const bool known = std::find(passed_over_.begin(), passed_over_.end(), column.name) != passed_over_.end();
            if (records_making(column.name) && !known) passed_over_.push_back(column.name);
        }
    }
    const auto is_label = [](const Column& c) { return c.name == "label"; };
    const auto is_feature = [this](const Column& c) { return this->is_feature(c); };
    options_.parts = {has_node_column(graphs, is_label)     ? "labels"
                      : has_node_column(graphs, is_feature) ? "attributes"
                                                            : "degree"};
}

bool Features::is_feature(const Column& column) const {
    return is_attribute(column) &&
           std::find(passed_over_.begin(), passed_over_.end(), column.name) == passed_over_.end();
}

void Features::plan_labels(std::span<const Graph> graphs) {
    has_labels_ = true;
    std::set<std::string, LabelOrder> seen;
    for (const Graph& graph : graphs) {
        const Column* column = find(graph.node, "label");
        if (column == nullptr) continue;
        for (std::size_t i = 0; i < column->size(); ++i) seen.insert(column->text(i));
    }
    if (seen.empty()) throw Error("The graphs have no node labels.", "Choose features=degree.", ExitCode::usage);
    if (seen.size() > size_of(most_degrees))
        throw Error(fmt::format("There are {} different node labels: too many for one column each.", seen.size()),
                    "Choose other features.", ExitCode::usage);
    labels_.assign(seen.begin(), seen.end());
}

void Features::plan_attributes(std::span<const Graph> graphs) {
    std::vector<std::string> columns;
    for (const Graph& graph : graphs) {
        for (const Column& column : graph.node) {
            if (is_feature(column) && std::find(columns.begin(), columns.end(), column.name) == columns.end())
                columns.push_back(column.name);
        }
    }
    if (columns.empty())
        throw Error("The graphs have no numbers as node attributes.", "Choose features=degree.", ExitCode::usage);
    for (const std::string& name : columns) {
        Moments moments;
        for (std::size_t g = 0; g < graphs.size(); ++g) {
            const Column* column = find(graphs[g].node, name);
            if (column == nullptr && graphs[g].nodes > 0)
                throw Error(fmt::format("Graph {} lacks the node attribute '{}' that others have.", g, name),
                            "Choose other features.", ExitCode::usage);
            for (std::size_t i = 0; column != nullptr && i < column->size(); ++i) {
                const double value = column->number(i);
                if (!std::isfinite(value))
                    throw Error(fmt::format("The attribute '{}' of node {} in graph {} is {}.", name, i, g, value),
                                "Networks need finite numbers.", ExitCode::usage);
                moments.add(value);
            }
        }
        attributes_.push_back({name, moments.mean(), moments.deviation()});
    }
}

void Features::plan_degree(std::span<const Graph> graphs) {
    has_degree_ = true;
    Moments moments;
    double largest = 0;
    for (const Graph& graph : graphs) {
        for (const double d : degrees_of(graph)) {
            moments.add(d);
            largest = std::max(largest, d);
        }
    }
    if (largest < static_cast<double>(most_degrees)) {
        degree_columns_ = static_cast<std::int64_t>(largest) + 1;
    } else {
        degree_ = {"", moments.mean(), moments.deviation()};
    }
}

void Features::write_graph(const Graph& graph, float* out) const {
    const Column* label = has_labels_ ? find(graph.node, "label") : nullptr;
    std::vector<const Column*> columns;
    for (const Standard& attribute : attributes_) columns.push_back(find(graph.node, attribute.column));
    const std::vector<double> degree = has_degree_ ? degrees_of(graph) : std::vector<double>();
    for (std::size_t i = 0; i < size_of(graph.nodes); ++i, out += count()) {
        float* at = out;
        if (label != nullptr) {
            const auto found = std::lower_bound(labels_.begin(), labels_.end(), label->text(i), LabelOrder());
            if (found != labels_.end() && *found == label->text(i)) at[found - labels_.begin()] = 1;
        }
        at += labels_.size();
        for (std::size_t a = 0; a < columns.size(); ++a) {
            const double value = columns[a] != nullptr ? columns[a]->number(i) : attributes_[a].mean;
            *at++ = static_cast<float>((value - attributes_[a].mean) / attributes_[a].deviation);
        }
        if (degree_columns_ > 0) {
            at[std::min(degree_columns_ - 1, static_cast<std::int64_t>(degree[i]))] = 1;
            at += degree_columns_;
        } else if (has_degree_) {
            *at++ = static_cast<float>((degree[i] - degree_.mean) / degree_.deviation);
        }
        if (has_constant_) *at++ = 1;
    }
}

// diag((D^-1 A)^k), one starting node after the other; edges count with the magnitude of their weight (Dwivedi et al.,
// ICLR 2022, call it random-walk positional encoding).
void Features::write_walks(const Graph& graph, float* out) const {
    const Adjacency adjacency = adjacency_of(graph);
    const std::vector<double> weights = weights_of(graph);
    const auto weight = [&](std::size_t entry) {
        return weights.empty() ? 1.0 : std::abs(weights[size_of(adjacency.edge[entry])]);
    };
    const std::size_t n = size_of(graph.nodes);
    std::vector<double> total(n, 0), now(n), next(n);
    for (std::size_t i = 0; i < n; ++i) {
        for (auto e = size_of(adjacency.first[i]); e < size_of(adjacency.first[i + 1]); ++e) total[i] += weight(e);
    }
    for (std::size_t start = 0; start < n; ++start, out += count()) {
        std::fill(now.begin(), now.end(), 0.0);
        now[start] = 1;
        for (int k = 1; k <= options_.walks; ++k) {
            std::fill(next.begin(), next.end(), 0.0);
            for (std::size_t i = 0; i < n; ++i) {
                if (now[i] == 0 || total[i] == 0) continue;
                const double share = now[i] / total[i];
                for (auto e = size_of(adjacency.first[i]); e < size_of(adjacency.first[i + 1]); ++e)
                    next[size_of(adjacency.neighbour[e])] += share * weight(e);
            }
            std::swap(now, next);
            if (k > 1) out[first_walk_ + k - 2] = static_cast<float>(now[start]);
        }
    }
}

std::vector<float> Features::write(std::span<const Graph> graphs, int threads) const {
    std::vector<std::size_t> first{0};
    for (const Graph& graph : graphs) first.push_back(first.back() + size_of(graph.nodes));
    std::vector<float> out(first.back() * size_of(count()), 0.0F);
    const auto rows = [&](std::size_t g) { return out.data() + first[g] * size_of(count()); };
    for (std::size_t g = 0; g < graphs.size(); ++g) {
        write_graph(graphs[g], rows(g));
        if (options_.walks > 1) write_walks(graphs[g], rows(g));
    }
    if (options_.positional == 0) return out;
    std::vector<Graph> small;
    std::vector<std::size_t> places;
    const auto encode = [&](std::size_t g, const spectrum::EigenPairs& pairs) {
        write_positional(pairs.values, pairs.vectors, size_of(graphs[g].nodes), options_.positional, options_.form,
                         count(), rows(g) + first_positional_);
    };
    for (std::size_t g = 0; g < graphs.size(); ++g) {
        if (graphs[g].nodes > dense_nodes) {
            // Equal eigenvalues share a column, so some more than the columns are asked for.
            encode(g, spectrum::lowest(graphs[g], 2 * options_.positional + 8, {}));
        } else if (graphs[g].nodes > 0) {
            small.push_back(graphs[g]);
            places.push_back(g);
        }
    }
    spectrum::Options options;
    options.threads = threads;
    const std::vector<spectrum::EigenPairs> pairs = spectrum::eigen_pairs(small, options);
    for (std::size_t k = 0; k < places.size(); ++k) encode(places[k], pairs[k]);
    return out;
}

void write_positional(std::span<const double> values, std::span<const double> vectors, std::size_t nodes, int count,
                      PositionalForm form, std::int64_t stride, float* out) {
    std::vector<std::size_t> begin = spectrum::clusters(values);
    begin.push_back(values.size());
    // A last cluster that may go on beyond the pairs given would depend on where they end.
    const bool whole = values.size() == nodes;
    const std::size_t clusters = begin.size() - (whole ? 1 : std::min<std::size_t>(begin.size(), 2));
    std::size_t at = 0;
    while (at < clusters && values[begin[at]] <= 1e-8 * std::max(1.0, values.back())) ++at;
    for (int k = 0; k < count && at < clusters; ++k, ++at) {
        const std::size_t dimension = begin[at + 1] - begin[at];
        const double scale = static_cast<double>(nodes) / static_cast<double>(dimension);
        double value = 0;
        for (std::size_t p = begin[at]; p < begin[at + 1]; ++p) value += values[p] / static_cast<double>(dimension);
        for (std::size_t i = 0; i < nodes; ++i) {
            double projection = 0;
            for (std::size_t p = begin[at]; p < begin[at + 1]; ++p)
                projection += vectors[p * nodes + i] * vectors[p * nodes + i];
            float* row = out + static_cast<std::int64_t>(i) * stride;
            row[k] = static_cast<float>(value);
            row[count + k] = static_cast<float>(std::sqrt(scale * projection));
        }
        if (form == PositionalForm::signs && dimension == 1)
            write_signed(vectors.data() + begin[at] * nodes, nodes, stride, out + 2 * count + k);
    }
}

} // namespace orrery::graph::learn
