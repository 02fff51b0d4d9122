// SPDX-License-Identifier: BSD-3-Clause
#include "plugins/graph/learn/folds.h"

#include "core/error.h"
#include "plugins/graph/random.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

namespace orrery::graph::learn {

namespace {

using Indices = std::vector<std::int64_t>;

// The graphs in a random order; if stratified, class after class.
Indices order_of(std::span<const std::int64_t> labels, const Indices& graphs, bool stratified, Random& random) {
    Indices order = graphs;
    random.shuffle(order);
    if (!stratified) return order;
    const auto label = [&](std::int64_t graph) { return labels[static_cast<std::size_t>(graph)]; };
    std::stable_sort(order.begin(), order.end(), [&](auto a, auto b) { return label(a) < label(b); });
    return order;
}

// Takes `count` graphs, spread evenly over the order and so over the classes, out of it.
Indices take_evenly(Indices& order, std::size_t count) {
    Indices taken, left;
    for (std::size_t i = 0; i < order.size(); ++i) {
        // (i + 1) count / size passes a whole number at `count` of the places.
        const bool take = (i + 1) * count / order.size() > i * count / order.size();
        (take ? taken : left).push_back(order[i]);
    }
    order = std::move(left);
    return taken;
}

std::size_t share_of(double share, std::size_t size) {
    return std::max<std::size_t>(1, static_cast<std::size_t>(std::lround(share * static_cast<double>(size))));
}

Split split(std::span<const std::int64_t> labels, Indices test, Indices rest, const FoldOptions& options,
            Random& random) {
    Split s;
    std::sort(rest.begin(), rest.end());
    Indices order = order_of(labels, rest, options.stratified, random);
    s.validation = take_evenly(order, share_of(options.validation, order.size()));
    s.train = std::move(order);
    s.test = std::move(test);
    for (Indices* part : {&s.train, &s.validation, &s.test}) {
        if (part->empty())
            throw Error(
                fmt::format("{} graphs are too few: training, validation or test would have none.", labels.size()),
                "Use fewer folds or more graphs.", ExitCode::usage);
        std::sort(part->begin(), part->end());
    }
    return s;
}

} // namespace

std::vector<Split> splits_of(std::span<const std::int64_t> labels, const FoldOptions& options) {
    const std::size_t n = labels.size(), folds = static_cast<std::size_t>(options.folds);
    if (folds > n)
        throw Error(fmt::format("{} folds of {} graphs: some would be empty.", folds, n),
                    fmt::format("Use at most {} folds.", n), ExitCode::usage);
    if (n < 3)
        throw Error(fmt::format("{} graphs are too few: training, validation and test need one each.", n),
                    "Give more graphs.", ExitCode::usage);
    Random random(seed_of({options.seed, 1}));
    Indices all(n);
    for (std::size_t i = 0; i < n; ++i) all[i] = static_cast<std::int64_t>(i);
    Indices order = order_of(labels, all, options.stratified, random);
    std::vector<Split> splits;
    if (folds == 1) {
        Indices test = take_evenly(order, std::min(n - 2, share_of(options.test, n)));
        splits.push_back(split(labels, std::move(test), std::move(order), options, random));
        return splits;
    }
    for (std::size_t fold = 0; fold < folds; ++fold) {
        Indices test, rest; // dealt like cards, so that a fold's share of a class differs by at most one graph
        for (std::size_t i = 0; i < n; ++i) (i % folds == fold ? test : rest).push_back(order[i]);
        splits.push_back(split(labels, std::move(test), std::move(rest), options, random));
    }
    return splits;
}

} // namespace orrery::graph::learn
