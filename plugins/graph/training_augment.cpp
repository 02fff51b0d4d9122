// SPDX-License-Identifier: BSD-3-Clause
#include "plugins/graph/training_augment.h"

#include <algorithm>
#include <memory>
#include <utility>

namespace orrery::graph {

namespace {

using augment::Augmentation;
using learn::Augment;
using learn::DataSet;
using learn::Sample;
using Pairs = std::vector<spectrum::EigenPairs>;

bool learns(const augment::MethodOptions& method) {
    const auto parts = augment::parts_of(method.method);
    return std::find(parts.begin(), parts.end(), "g-mixup") != parts.end();
}

spectrum::Options on_threads(int threads) {
    spectrum::Options options;
    options.threads = threads;
    return options;
}

// Of a graph that g-mixup made.
std::vector<float> mixed_target(const Graph& graph, const DataSet& data, std::int64_t label) {
    const Column *other = find(graph.graph, "mix_label"), *weight = find(graph.graph, "mix_weight");
    if (other == nullptr || weight == nullptr) return {};
    std::vector<float> target(data.class_names.size(), 0.0F);
    const auto share = static_cast<float>(weight->number(0));
    const auto found = std::find(data.class_names.begin(), data.class_names.end(), other->text(0));
    target[static_cast<std::size_t>(label)] = 1 - share;
    if (found != data.class_names.end()) target[static_cast<std::size_t>(found - data.class_names.begin())] += share;
    return target;
}

Augment drawing(std::shared_ptr<const Augmentation> method, std::shared_ptr<const Pairs> pairs, const DataSet& data,
                double share) {
    return [method = std::move(method), pairs = std::move(pairs), &data,
            share](std::int64_t g, std::uint64_t seed) -> std::optional<Sample> {
        const auto place = static_cast<std::size_t>(g);
        Random random(seed);
        if (!random.chance(share)) return std::nullopt;
        augment::Augmented made = method->apply(data.graphs[place], (*pairs)[place], random);
        if (made.changes.no_op) return std::nullopt;
        Sample sample{std::move(made.graph), {}};
        sample.target = mixed_target(sample.graph, data, data.labels[place]);
        return sample;
    };
}

} // namespace

learn::AugmentOf training_augment(const augment::MethodOptions& method, const DataSet& data, double share,
                                  int threads) {
    if (!learns(method)) {
        const std::shared_ptr<const Augmentation> made = augment::augmentation_of(method, data.graphs);
        const auto pairs = std::make_shared<const Pairs>(augment::pairs_for(*made, data.graphs, on_threads(threads)));
        return [=, &data](std::span<const std::int64_t>) { return drawing(made, pairs, data, share); };
    }
    return [=, &data](std::span<const std::int64_t> train) {
        std::vector<Graph> graphs;
        for (const std::int64_t g : train) graphs.push_back(data.graphs[static_cast<std::size_t>(g)]);
        const std::shared_ptr<const Augmentation> made = augment::augmentation_of(method, graphs);
        const auto pairs = std::make_shared<const Pairs>(augment::pairs_for(*made, data.graphs, on_threads(threads)));
        return drawing(made, pairs, data, share);
    };
}

AugmentEffect effect_of(const augment::MethodOptions& method, const DataSet& data, std::uint64_t seed, int threads) {
    const auto made = augment::augmentation_of(method, data.graphs);
    const Pairs pairs = augment::pairs_for(*made, data.graphs, on_threads(threads));
    augment::Copies copies;
    copies.seed = seed;
    copies.threads = threads;
    AugmentEffect effect;
    for (const augment::Augmented& one : augment::augment_all(*made, data.graphs, pairs, copies)) {
        effect.no_op_rate += one.changes.no_op ? 1 : 0;
        effect.edit_rate += one.changes.edit_rate();
    }
    effect.no_op_rate /= static_cast<double>(data.graphs.size());
    effect.edit_rate /= static_cast<double>(data.graphs.size());
    return effect;
}

} // namespace orrery::graph
