// SPDX-License-Identifier: BSD-3-Clause
#include "plugins/graph/data/draws.h"
#include "plugins/graph/data/generators.h"
#include "plugins/graph/data/limits.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <functional>
#include <numeric>

namespace orrery::graph {

namespace {

std::size_t index(std::int32_t node) { return static_cast<std::size_t>(node); }

// Calls add(i) for each of `count` trials that succeeds.
template <class Add>
void draw_some(std::int64_t count, double probability, Random& draws, const Add& add) {
    if (probability <= 0) return;
    for (std::int64_t i = -1;;) {
        i += 1 + (probability < 1 ? draw_failures(probability, draws) : 0);
        if (i >= count) return;
        add(i);
    }
}

// Row and column of the i-th pair below the diagonal: 0 is (1, 0), 1 is (2, 0), 2 is (2, 1).
std::pair<std::int64_t, std::int64_t> pair_below_diagonal(std::int64_t i) {
    auto row = static_cast<std::int64_t>((1 + std::sqrt(1 + 8 * static_cast<double>(i))) / 2);
    while (row * (row - 1) / 2 > i) --row;
    while (row * (row + 1) / 2 <= i) ++row;
    return {row, i - row * (row - 1) / 2};
}

void check_lfr(const LfrOptions& o) {
    expect_probability(o.mu, "mu");
    if (o.nodes < 1 || o.mean_degree < 1 || o.mean_degree > o.max_degree || o.max_degree >= o.nodes)
        throw Error(
            fmt::format("Degrees of mean {} and up to {} don't fit {} nodes.", o.mean_degree, o.max_degree, o.nodes),
            "Take 1 <= mean_degree <= max_degree < n.");
    if (o.min_community < 1 || o.min_community > o.max_community || o.max_community > o.nodes)
        throw Error(
            fmt::format("Communities of {} to {} nodes don't fit {} nodes.", o.min_community, o.max_community, o.nodes),
            "Take 1 <= min_community <= max_community <= n.");
    if (!(o.degree_exponent > 1) || !(o.size_exponent >= 1))
        throw Error(fmt::format("Exponents {} of degrees and {} of sizes give no power laws.", o.degree_exponent,
                                o.size_exponent),
                    "Take tau1 above 1 and tau2 of at least 1.");
    expect_edges(0.5 * o.nodes * o.mean_degree);
}

// Degrees from a power law whose least value is where the mean comes nearest to the wanted one: the least is a real
// number, so that between two integers each is drawn by its share.
std::vector<std::int32_t> draw_degrees(const LfrOptions& o, Random& draws) {
    std::vector<double> shares(index(o.nodes)); // of the uniform numbers that the degrees are made of
    for (double& share : shares) share = draws.uniform();
    const auto degree = [&](double least, double share) {
        const double a = std::pow(least, 1 - o.degree_exponent), b = std::pow(o.max_degree, 1 - o.degree_exponent);
        return std::pow(a * (1 - share) + b * share, 1 / (1 - o.degree_exponent));
    };
    double low = 0.5, high = o.max_degree;
    for (int step = 0; step < 60; ++step) {
        const double middle = (low + high) / 2;
        double sum = 0;
        for (const double share : shares) sum += degree(middle, share);
        (sum < static_cast<double>(o.mean_degree) * o.nodes ? low : high) = middle;
    }
    std::vector<std::int32_t> degrees;
    for (const double share : shares)
        degrees.push_back(std::clamp(static_cast<std::int32_t>(std::lround(degree(low, share))), 1, o.max_degree));
    return degrees;
}

std::vector<std::int32_t> draw_sizes(const LfrOptions& o, Random& draws) {
    std::vector<std::int32_t> sizes;
    std::int32_t left = o.nodes;
    while (left > 0) {
        const std::int32_t size =
            std::min(left, draw_power_law(o.size_exponent, o.min_community, o.max_community, draws));
        sizes.push_back(size);
        left -= size;
    }
    // A rest below the least size joins the others, one node each.
    if (sizes.size() > 1 && sizes.back() < o.min_community) {
        const std::int32_t rest = sizes.back();
        sizes.pop_back();
        for (std::int32_t i = 0; i < rest; ++i) ++sizes[index(i) % sizes.size()];
    }
    return sizes;
}

// Joins stubs at random where the pair is allowed and new; those that find no partner in ten rounds stay alone.
void join_stubs(std::vector<std::int32_t> stubs, Random& draws, std::vector<std::vector<std::int32_t>>& neighbours,
                const std::function<bool(std::int32_t, std::int32_t)>& allowed) {
    for (int round = 0; round < 10 && stubs.size() > 1; ++round) {
        draws.shuffle(stubs);
        std::vector<std::int32_t> left;
        for (std::size_t i = 0; i < stubs.size(); i += 2) {
            if (i + 1 == stubs.size()) {
                left.push_back(stubs[i]);
                break;
            }
            const std::int32_t a = stubs[i], b = stubs[i + 1];
            auto& mine = neighbours[index(a)];
            if (a == b || !allowed(a, b) || std::find(mine.begin(), mine.end(), b) != mine.end()) {
                left.insert(left.end(), {a, b});
            } else {
                mine.push_back(b);
                neighbours[index(b)].push_back(a);
            }
        }
        stubs = std::move(left);
    }
}

// A community for each node: those with most inner edges choose first, among the places of communities large enough.
std::vector<std::int64_t> assign(const std::vector<std::int32_t>& inner, const std::vector<std::int32_t>& sizes,
                                 Random& draws) {
    std::vector<std::int32_t> order(inner.size());
    std::iota(order.begin(), order.end(), 0);
    draws.shuffle(order);
    std::stable_sort(order.begin(), order.end(),
                     [&](std::int32_t a, std::int32_t b) { return inner[index(a)] > inner[index(b)]; });
    std::vector<std::int32_t> by_size(sizes.size());
    std::iota(by_size.begin(), by_size.end(), 0);
    std::stable_sort(by_size.begin(), by_size.end(),
                     [&](std::int32_t a, std::int32_t b) { return sizes[index(a)] > sizes[index(b)]; });
    std::vector<std::int64_t> places, label(inner.size());
    std::size_t opened = 0;
    for (const std::int32_t node : order) {
        while (opened < by_size.size() && (places.empty() || sizes[index(by_size[opened])] > inner[index(node)])) {
            places.insert(places.end(), index(sizes[index(by_size[opened])]), by_size[opened]);
            ++opened;
        }
        const std::size_t at = draws.below(places.size());
        label[index(node)] = places[at];
        places[at] = places.back();
        places.pop_back();
    }
    return label;
}

} // namespace

Graph stochastic_block_model(const std::vector<std::int32_t>& sizes, double p_in, double p_out, std::uint64_t seed) {
    expect_probability(p_in, "p_in");
    expect_probability(p_out, "p_out");
    std::vector<std::int64_t> begin{0}, label;
    double within = 0;
    for (const std::int32_t size : sizes) {
        if (size < 1) throw Error(fmt::format("A block can't have {} nodes.", size), "Take at least 1.");
        begin.push_back(begin.back() + size);
        expect_nodes(static_cast<double>(begin.back()));
        label.insert(label.end(), index(size), static_cast<std::int64_t>(begin.size()) - 2);
        within += 0.5 * size * (size - 1.0);
    }
    Graph graph = empty_graph(static_cast<std::int32_t>(begin.back()));
    expect_edges(within * p_in + (0.5 * graph.nodes * (graph.nodes - 1.0) - within) * p_out);
    Random draws(seed);
    const auto add = [&](std::int64_t a, std::int64_t b) {
        graph.edges.push_back({static_cast<std::int32_t>(a), static_cast<std::int32_t>(b)});
    };
    for (std::size_t b = 0; b < sizes.size(); ++b) {
        const std::int64_t size = sizes[b];
        draw_some(size * (size - 1) / 2, p_in, draws, [&](std::int64_t i) {
            const auto [row, column] = pair_below_diagonal(i);
            add(begin[b] + column, begin[b] + row);
        });
        for (std::size_t c = b + 1; c < sizes.size(); ++c) {
            draw_some(size * sizes[c], p_out, draws,
                      [&](std::int64_t i) { add(begin[b] + i / sizes[c], begin[c] + i % sizes[c]); });
        }
    }
    std::sort(graph.edges.begin(), graph.edges.end());
    graph.node.push_back({"label", std::move(label)});
    return graph;
}

Graph lfr_graph(const LfrOptions& options, std::uint64_t seed) {
    check_lfr(options);
    Random draws(seed);
    const std::vector<std::int32_t> degrees = draw_degrees(options, draws), sizes = draw_sizes(options, draws);
    std::vector<std::int32_t> inner;
    for (const std::int32_t degree : degrees) {
        const double wanted = (1 - options.mu) * degree;
        const auto whole = static_cast<std::int32_t>(wanted);
        inner.push_back(whole + (draws.chance(wanted - whole) ? 1 : 0));
    }
    const std::vector<std::int64_t> label = assign(inner, sizes, draws);
    std::vector<std::vector<std::int32_t>> neighbours(index(options.nodes)), inside(sizes.size());
    std::vector<std::int32_t> outside;
    for (std::int32_t i = 0; i < options.nodes; ++i) {
        const auto community = static_cast<std::size_t>(label[index(i)]);
        const std::int32_t kept = std::min(inner[index(i)], sizes[community] - 1);
        inside[community].insert(inside[community].end(), index(kept), i);
        outside.insert(outside.end(), index(degrees[index(i)] - inner[index(i)]), i);
    }
    for (auto& stubs : inside)
        join_stubs(std::move(stubs), draws, neighbours, [](std::int32_t, std::int32_t) { return true; });
    join_stubs(std::move(outside), draws, neighbours,
               [&](std::int32_t a, std::int32_t b) { return label[index(a)] != label[index(b)]; });
    Graph graph = empty_graph(options.nodes);
    for (std::int32_t i = 0; i < options.nodes; ++i) {
        for (const std::int32_t j : neighbours[index(i)]) {
            if (i < j) graph.edges.push_back({i, j});
        }
    }
    std::sort(graph.edges.begin(), graph.edges.end());
    graph.node.push_back({"label", label});
    return graph;
}

} // namespace orrery::graph
