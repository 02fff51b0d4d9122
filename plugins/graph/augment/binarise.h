// SPDX-License-Identifier: BSD-3-Clause
// From the weighted adjacency matrix A' = A - offdiag(P) back to a graph: weighted, or simple by one of three rules.
#pragma once
#include "plugins/graph/augment/edits.h"
#include "plugins/graph/augment/perturbation.h"
#include "plugins/graph/random.h"

#include <functional>
#include <span>
#include <vector>

namespace orrery::graph::augment {

// threshold  an edge where A' > 1/2. Entries within 1e-9 of 1/2 keep what they were: they are exact ties (a masked
//            eigenvalue makes them) which rounding alone would decide.
// top_m      the m largest entries, m the graph's edges; of equal ones at the end first those that were edges, then by
//            node.
// bernoulli  an edge with probability clip(A', 0, 1).
enum class Rule { threshold, top_m, bernoulli };

constexpr double tie = 1e-9;

// Edges that come and go.
struct Flips {
    std::vector<std::int64_t> removed; // places in graph.edges
    std::vector<Edge> added;           // ascending
    std::size_t count() const { return removed.size() + added.size(); }
};

// `p` is the strict upper triangle of P, [nodes][nodes]. `random` is drawn from by bernoulli alone, once for each pair
// of nodes.
Flips flips_of(const Graph& graph, const EdgeIndex& index, std::span<const double> p, Rule rule, Random& random);

// How many pairs of nodes flip, or are expected to by bernoulli, for many matrices of one graph: without a look at its
// edges for each of them. `graph` and `index` must outlive it.
class FlipCount {
public:
    FlipCount(const Graph& graph, const EdgeIndex& index, Rule rule);
    // Of P = scale * moving + rest, strict upper triangles as flips_of() takes them.
    double operator()(std::span<const double> moving, double scale, std::span<const double> rest) const;

private:
    const Graph& graph_;
    const EdgeIndex& index_;
    Rule rule_;
    std::vector<double> sign_; // [nodes][nodes]: 1 for an edge, -1 for none; a pair flips by sign * P
};
double expected_flips(const Graph& graph, const EdgeIndex& index, std::span<const double> p, Rule rule);

// The factor on P under which as near to `target` pairs flip as bisection finds; 0 if none comes nearer than none.
double matched_scale(const Graph& graph, const EdgeIndex& index, std::span<const double> p, Rule rule,
                     std::int64_t target);
// The same of draws that are held at 0 where an eigenvalue would become negative.
double matched_scale(const Graph& graph, const EdgeIndex& index, ScaledPerturbation& p, Rule rule, std::int64_t target);
// The same for any way from a scale to a count.
double matched_scale(const std::function<double(double)>& flips_at, std::int64_t target);

// Every entry of A' with |A'_ij| > negligible, as a weight with its sign.
Augmented weighted(const Graph& graph, const EdgeIndex& index, std::span<const double> p, double negligible);

} // namespace orrery::graph::augment
