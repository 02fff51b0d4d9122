// SPDX-License-Identifier: BSD-3-Clause
// What stands for a node when a network reads a graph: labels, attributes, degree, closed walks, places in the
// spectrum.
#pragma once
#include "core/graph/graph.h"

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace orrery::graph::learn {

// How the eigenvectors of the Laplacian's lowest eigenvalues enter. Equal eigenvalues count as one.
//   invariant  the eigenvalue, and for node i sqrt(n P_ii / m), P the projection on its eigenspace, m its dimension:
//              the same whatever basis the solver chose
//   signs      besides, where the eigenvalue is simple, sqrt(n) u_i; its sign is drawn anew for every graph and epoch
//              while a network is trained, and the one with sum u_i^3 > 0 otherwise (0 where that sum doesn't say)
enum class PositionalForm { invariant, signs };

struct FeatureOptions {
    std::vector<std::string> parts; // of part_names(), or none: labels, else attributes, else degree; then attributes
                                    // that record how the graphs were made (see records_making()) don't count
    int walks = 0;                  // probabilities that a random walk of 2 ... walks steps ends where it began
    int positional = 0;             // how many of the lowest distinct eigenvalues above 0
    PositionalForm form = PositionalForm::invariant;
};
std::vector<std::string> part_names(); // "labels", "attributes", "degree", "constant"
// Of a text "labels,degree" or "auto". Throws Error naming what it doesn't know.
std::vector<std::string> parse_parts(std::string_view text);

// Columns decided on the graphs of one data set; then written for any graph. Graphs are undirected and simple.
class Features {
public:
    // Throws Error where the graphs lack what the options ask for, or hold numbers that aren't finite.
    Features(std::span<const Graph> graphs, const FeatureOptions& options);

    std::int64_t count() const { return static_cast<std::int64_t>(names_.size()); }
    const std::vector<std::string>& names() const { return names_; }
    // Attributes that nobody chose and that were passed over, since they record how the graphs were made.
    const std::vector<std::string>& passed_over() const { return passed_over_; }
    // Columns whose sign is arbitrary, [first, last).
    std::int64_t first_sign() const { return first_sign_; }
    std::int64_t last_sign() const { return last_sign_; }
    // Row after row, [nodes of all graphs][count]. Labels that the data set didn't have are all zero; degrees count up
    // to the largest that it had. A node's degree is the sum of its edges' weights, rounded.
    std::vector<float> write(std::span<const Graph> graphs, int threads) const;

    // Why a graph of another origin can't be written, in a sentence: it has no labels, or not an attribute that is
    // read.
    std::optional<std::string> problem_with(const Graph& graph) const;

    // As JSON, from which the same columns are made again. The second throws Error where the text is none of the first.
    std::string plan() const;
    static Features from_plan(const std::string& plan);

private:
    Features() = default;
    void name_columns();
    struct Standard { // (value - mean) / deviation
        std::string column;
        double mean = 0, deviation = 1;
    };
    void choose_parts(std::span<const Graph> graphs);
    bool is_feature(const Column& column) const;
    void plan_labels(std::span<const Graph> graphs);
    void plan_attributes(std::span<const Graph> graphs);
    void plan_degree(std::span<const Graph> graphs);
    void write_graph(const Graph& graph, float* out) const;
    void write_walks(const Graph& graph, float* out) const;

    FeatureOptions options_;
    std::vector<std::string> names_, passed_over_, labels_; // labels_: one-hot in this order
    std::vector<Standard> attributes_;
    Standard degree_;                 // of degrees too many for one column each
    std::int64_t degree_columns_ = 0; // one-hot; 0: standardised
    bool has_labels_ = false, has_degree_ = false, has_constant_ = false;
    std::int64_t first_walk_ = 0, first_positional_ = 0, first_sign_ = 0, last_sign_ = 0;
};

// The positional columns of one graph from the pairs of its Laplacian, `vectors` [pairs][nodes], ascending and with
// every eigenvalue up to the last one asked for: row after row with `stride` numbers from one to the next, eigenvalues,
// projections and, for PositionalForm::signs, signed entries in turn.
void write_positional(std::span<const double> values, std::span<const double> vectors, std::size_t nodes, int count,
                      PositionalForm form, std::int64_t stride, float* out);

// The order of labels: numbers by value and before texts.
struct LabelOrder {
    bool operator()(const std::string& a, const std::string& b) const;
};

// The edge weights of a graph: its edge attribute "weight", or none.
std::vector<double> weights_of(const Graph& graph);

} // namespace orrery::graph::learn
