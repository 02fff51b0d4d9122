// SPDX-License-Identifier: BSD-3-Clause
#include "plugins/graph/augment/graphon.h"

#include "core/error.h"
#include "plugins/graph/augment/edits.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <map>
#include <numeric>

namespace orrery::graph::augment {

namespace {

using spectrum::EigenPairs;

std::vector<std::int32_t> by_degree(const Graph& graph) {
    const Adjacency adjacency = adjacency_of(graph);
    std::vector<std::int32_t> order(static_cast<std::size_t>(graph.nodes));
    std::iota(order.begin(), order.end(), 0);
    std::stable_sort(order.begin(), order.end(),
                     [&](std::int32_t a, std::int32_t b) { return adjacency.degree(a) > adjacency.degree(b); });
    return order;
}

// A cell and the share of it that a node covers.
struct Overlap {
    std::size_t cell;
    double share;
};

std::vector<std::vector<Overlap>> overlaps(std::size_t nodes, std::size_t cells) {
    std::vector<std::vector<Overlap>> result(nodes);
    for (std::size_t i = 0; i < nodes; ++i) {
        const double begin = static_cast<double>(i * cells) / static_cast<double>(nodes);
        const double end = static_cast<double>((i + 1) * cells) / static_cast<double>(nodes);
        for (auto c = static_cast<std::size_t>(begin); c < cells && static_cast<double>(c) < end; ++c) {
            const double share = std::min(end, static_cast<double>(c + 1)) - std::max(begin, static_cast<double>(c));
            if (share > 1e-12) result[i].push_back({c, share});
        }
    }
    return result;
}

std::string class_of(const Graph& graph) {
    const Column* label = find(graph.graph, "label");
    return label ? label->text(0) : std::string();
}

struct ClassModel {
    std::string label;
    Graphon graphon;
    std::vector<const Graph*> members;
    std::vector<std::vector<std::int32_t>> orders; // of each member
};

class GMixup final : public Augmentation {
public:
    GMixup(std::span<const Graph> set, const GMixupOptions& options) : o_(options), set_(set.begin(), set.end()) {
        std::map<std::string, std::vector<Graph>> classes;
        std::vector<std::int32_t> sizes;
        for (const Graph& g : set_) {
            if (g.nodes == 0 || !find(g.graph, "label")) continue;
            classes[class_of(g)].push_back(g);
            sizes.push_back(g.nodes);
        }
        if (classes.size() < 2)
            throw Error("g-mixup mixes classes of graphs, and this set has fewer than two.",
                        "Take a data set whose graphs have a label, such as a TU folder.");
        std::nth_element(sizes.begin(), sizes.begin() + static_cast<std::ptrdiff_t>(sizes.size() / 2), sizes.end());
        const std::size_t cells =
            o_.cells > 0 ? o_.cells
                         : std::clamp<std::size_t>(static_cast<std::size_t>(sizes[sizes.size() / 2]), 2, 200);
        for (const auto& [label, graphs] : classes) {
            ClassModel model;
            model.label = label;
            model.graphon = estimate_graphon(graphs, cells);
            if (o_.threshold) model.graphon = thresholded(model.graphon, graphs.size());
            models_.push_back(std::move(model));
        }
        for (const Graph& g : set_) {
            if (g.nodes == 0 || !find(g.graph, "label")) continue;
            ClassModel& model = models_[place_of(class_of(g))];
            model.members.push_back(&g);
            model.orders.push_back(by_degree(g));
        }
    }

    std::string name() const override { return "g-mixup"; }
    SpectrumNeed need(const Graph&) const override { return {}; }

    Augmented apply(const Graph& graph, const EigenPairs&, Random& random) const override {
        require_simple(graph, name());
        if (!find(graph.graph, "label")) throw Error("g-mixup needs the class of a graph, and this one has no label.");
        const std::size_t own = place_of(class_of(graph));
        const std::size_t other = (own + 1 + random.below(models_.size() - 1)) % models_.size();
        std::vector<double> position(static_cast<std::size_t>(graph.nodes));
        for (double& p : position) p = random.uniform();
        std::sort(position.begin(), position.end());
        Graph made;
        made.nodes = graph.nodes;
        draw_edges(made, models_[own].graphon, models_[other].graphon, position, random);
        draw_attributes(made, graph, own, other, position, random);
        made.graph = graph.graph;
        made.graph.push_back({"mix_label", std::vector<std::string>{models_[other].label}});
        made.graph.push_back({"mix_weight", std::vector<double>{o_.mix}});
        Augmented result{std::move(made), {}};
        result.changes = changes_between(graph, result.graph);
        result.changes.no_op = false;
        result.changes.mixed = true;
        return result;
    }

private:
    std::size_t place_of(const std::string& label) const {
        const auto at = std::find_if(models_.begin(), models_.end(), [&](const auto& m) { return m.label == label; });
        if (at == models_.end()) throw Error(fmt::format("g-mixup has learned nothing of the class '{}'.", label));
        return static_cast<std::size_t>(at - models_.begin());
    }

    void draw_edges(Graph& made, const Graphon& a, const Graphon& b, std::span<const double> position,
                    Random& random) const {
        const auto cell = [&](double p) {
            return std::min(a.cells - 1, static_cast<std::size_t>(p * static_cast<double>(a.cells)));
        };
        for (std::int32_t i = 0; i < made.nodes; ++i) {
            const std::size_t row = cell(position[static_cast<std::size_t>(i)]) * a.cells;
            for (std::int32_t j = i + 1; j < made.nodes; ++j) {
                const std::size_t at = row + cell(position[static_cast<std::size_t>(j)]);
                if (random.chance((1 - o_.mix) * a.values[at] + o_.mix * b.values[at])) made.edges.push_back({i, j});
            }
        }
    }

    // Each node takes the row of the node at its place in some graph of one of the classes.
    void draw_attributes(Graph& made, const Graph& graph, std::size_t own, std::size_t other,
                         std::span<const double> position, Random& random) const {
        struct Source {
            const Graph* graph;
            std::size_t row;
        };
        std::vector<Source> sources;
        for (const double p : position) {
            const ClassModel& model = models_[random.chance(o_.mix) ? other : own];
            const std::size_t member = random.below(model.members.size());
            const auto& order = model.orders[member];
            const std::size_t place =
                std::min(order.size() - 1, static_cast<std::size_t>(p * static_cast<double>(order.size())));
            sources.push_back({model.members[member], static_cast<std::size_t>(order[place])});
        }
        for (const Column& c : graph.node) {
            Column column{c.name, {}};
            std::visit(
                [&](const auto& like) {
                    std::decay_t<decltype(like)> list;
                    for (const Source& source : sources) {
                        const Column* theirs = find(source.graph->node, c.name);
                        const auto* values =
                            theirs ? std::get_if<std::decay_t<decltype(like)>>(&theirs->values) : nullptr;
                        list.push_back(values ? (*values)[source.row]
                                              : typename std::decay_t<decltype(like)>::value_type{});
                    }
                    column.values = std::move(list);
                },
                c.values);
            made.node.push_back(std::move(column));
        }
    }

    GMixupOptions o_;
    std::vector<Graph> set_;
    std::vector<ClassModel> models_;
};

} // namespace

Graphon estimate_graphon(std::span<const Graph> graphs, std::size_t cells) {
    Graphon result{cells, std::vector<double>(cells * cells, 0.0)};
    std::size_t counted = 0;
    for (const Graph& graph : graphs) {
        if (graph.nodes == 0) continue;
        ++counted;
        const std::vector<std::int32_t> order = by_degree(graph);
        std::vector<std::size_t> place(order.size());
        for (std::size_t i = 0; i < order.size(); ++i) place[static_cast<std::size_t>(order[i])] = i;
        const auto covers = overlaps(order.size(), cells);
        for (const Edge& e : graph.edges) {
            for (const Overlap& a : covers[place[static_cast<std::size_t>(e.from)]]) {
                for (const Overlap& b : covers[place[static_cast<std::size_t>(e.to)]]) {
                    result.values[a.cell * cells + b.cell] += a.share * b.share;
                    result.values[b.cell * cells + a.cell] += a.share * b.share;
                }
            }
        }
    }
    for (double& v : result.values) v = std::min(1.0, v / static_cast<double>(std::max<std::size_t>(1, counted)));
    return result;
}

Graphon thresholded(const Graphon& graphon, std::size_t graphs) {
    const std::size_t k = graphon.cells;
    const std::vector<std::vector<double>> matrices{graphon.values};
    const EigenPairs pairs = spectrum::eigen_pairs_of(matrices).front();
    double variance = 0;
    for (const double w : graphon.values) variance += w * (1 - w);
    variance /= static_cast<double>(k * k);
    const double noise =
        2.01 * std::sqrt(static_cast<double>(k) * variance / static_cast<double>(std::max<std::size_t>(1, graphs)));
    Graphon result{k, std::vector<double>(k * k, 0.0)};
    for (std::size_t p = 0; p < pairs.pairs(); ++p) {
        if (std::abs(pairs.values[p]) < noise) continue;
        const auto u = pairs.vector(p);
        for (std::size_t i = 0; i < k; ++i) {
            for (std::size_t j = 0; j < k; ++j) result.values[i * k + j] += pairs.values[p] * u[i] * u[j];
        }
    }
    for (double& w : result.values) w = std::clamp(w, 0.0, 1.0);
    return result;
}

std::unique_ptr<Augmentation> g_mixup(std::span<const Graph> set, const GMixupOptions& options) {
    return std::make_unique<GMixup>(set, options);
}

} // namespace orrery::graph::augment
