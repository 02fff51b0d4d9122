// SPDX-License-Identifier: BSD-3-Clause
// Networks against their published formulas with dense matrices in float64, and against themselves on renumbered
// graphs.
#include "core/error.h"
#include "plugins/graph/learn/network.h"
#include "plugins/graph/learn/script_model.h"
#include "tests/catch.h"
#include "tests/graph/learn_graphs.h"
#include "tests/scratch_folder.h"

#include <ATen/ATen.h>
#include <ATen/core/grad_mode.h>
#include <torch/csrc/autograd/autograd.h>
#include <torch/script.h>

#include <filesystem>

using namespace orrery;
using namespace orrery::graph::learn;
using orrery::graph::Random;
using namespace learn_graphs;
using at::Tensor;

namespace {

constexpr std::int64_t columns = 3;

std::vector<float> features_of(std::span<const Graph> graphs, std::uint64_t seed) {
    Random random(seed);
    std::vector<float> all;
    for (const Graph& graph : graphs) {
        for (std::int64_t i = 0; i < graph.nodes * columns; ++i)
            all.push_back(static_cast<float>(2 * random.uniform() - 1));
    }
    return all;
}

Batch batch_of(std::span<const Graph> graphs, std::vector<float> features, Convolution convolution) {
    std::vector<float> targets;
    std::vector<std::int64_t> all;
    for (std::size_t g = 0; g < graphs.size(); ++g) {
        targets.insert(targets.end(), {1, 0});
        all.push_back(static_cast<std::int64_t>(g));
    }
    NetworkShape shape;
    shape.convolution = convolution;
    return Collection(graphs, std::move(features), columns, targets, 2, shape.propagation()).batch(all);
}

// Block-diagonal adjacency matrix of all graphs, with weights.
Tensor dense(std::span<const Graph> graphs) {
    std::int64_t nodes = 0;
    for (const Graph& graph : graphs) nodes += graph.nodes;
    Tensor a = at::zeros({nodes, nodes}, at::kDouble);
    std::int64_t first = 0;
    for (const Graph& graph : graphs) {
        for (std::size_t e = 0; e < graph.edges.size(); ++e) {
            const Column* weight = find(graph.edge, "weight");
            const double w = weight != nullptr ? weight->number(e) : 1;
            a[first + graph.edges[e].from][first + graph.edges[e].to] = w;
            a[first + graph.edges[e].to][first + graph.edges[e].from] = w;
        }
        first += graph.nodes;
    }
    return a;
}

struct Dense {
    Network& network;
    bool training;

    Tensor part(const std::string& name) const { return network.part(name).detach(); }
    Tensor linear(const Tensor& x, const std::string& name) const {
        return x.mm(part(name + "weight").t()) + part(name + "bias");
    }
    Tensor normalise(const Tensor& x, const std::string& name) const {
        Tensor mean = at::zeros({x.size(1)}, at::kDouble), variance = at::ones({x.size(1)}, at::kDouble);
        if (training) {
            mean = x.mean(0);
            variance = (x - mean).pow(2).mean(0);
        }
        return (x - mean) / (variance + 1e-5).sqrt() * part(name + "weight") + part(name + "bias");
    }
    Tensor layer(const Tensor& a, const Tensor& h, std::int64_t l) const {
        const std::string name = "convolutions." + std::to_string(l) + ".";
        if (network.shape().convolution == Convolution::gin) {
            const Tensor eps = network.shape().train_eps ? part(name + "eps") : at::zeros({1}, at::kDouble);
            return linear(normalise(linear((1 + eps) * h + a.mm(h), name + "mlp.0."), name + "mlp.1.").relu(),
                          name + "mlp.3.");
        }
        if (network.shape().convolution == Convolution::gcn) {
            const Tensor hat = a + at::eye(a.size(0), at::kDouble), root = at::diag(hat.sum(1).pow(-0.5));
            return root.mm(hat).mm(root).mm(h).mm(part(name + "weight").t()) + part(name + "bias");
        }
        const Tensor count = (a != 0).sum(1, true).clamp_min(1);
        return linear(a.mm(h) / count, name + "left.") + h.mm(part(name + "right.weight").t());
    }
    Tensor forward(std::span<const Graph> graphs, const Tensor& x) const {
        const Tensor a = dense(graphs);
        Tensor h = x;
        std::vector<Tensor> reads;
        for (std::int64_t l = 0; l < network.shape().depth; ++l) {
            h = normalise(layer(a, h, l), "normalisations." + std::to_string(l) + ".").relu();
            std::vector<Tensor> rows;
            std::int64_t first = 0;
            for (const Graph& graph : graphs) {
                const Tensor own = h.narrow(0, first, graph.nodes);
                first += graph.nodes;
                const Readout r = network.shape().readout;
                rows.push_back(graph.nodes == 0     ? at::zeros({h.size(1)}, at::kDouble)
                               : r == Readout::sum  ? own.sum(0)
                               : r == Readout::mean ? own.mean(0)
                                                    : std::get<0>(own.max(0)));
            }
            if (network.shape().jumping || l + 1 == network.shape().depth) reads.push_back(at::stack(rows));
        }
        return linear(normalise(linear(at::cat(reads, 1), "head.0."), "head.1.").relu(), "head.3.");
    }
};

std::vector<Graph> some_graphs() {
    std::vector<Graph> graphs{random_graph(7, 0.4, 1), graph_of(1, {}), graph_of(4, {{0, 2}}), cycle(5),
                              graph_of(0, {})};
    for (Graph& graph : graphs) {
        std::vector<double> weights;
        for (std::size_t e = 0; e < graph.edges.size(); ++e) weights.push_back(0.25 + static_cast<double>(e % 4) / 2);
        graph.edge = {{"weight", weights}};
    }
    return graphs;
}

// All parameters away from their starts, so that none is 0 or 1 and hides a mistake.
Network network_of(NetworkShape shape, at::ScalarType type = at::kDouble) {
    shape.inputs = columns;
    shape.width = 5;
    shape.depth = 3;
    Network network(shape, 11, type, at::kCPU);
    Random random(12);
    Tensor moved = at::empty(network.parameters().sizes(), at::kDouble);
    for (std::int64_t i = 0; i < moved.numel(); ++i) moved[i] = 0.3 * random.normal();
    network.parameters().add_(moved);
    return network;
}

double largest(const Tensor& t) { return t.abs().max().item<double>(); }

std::vector<NetworkShape> shapes() {
    std::vector<NetworkShape> all;
    for (const Convolution convolution : {Convolution::gin, Convolution::gcn, Convolution::sage}) {
        for (const Readout readout : {Readout::sum, Readout::mean, Readout::max}) {
            NetworkShape shape;
            shape.convolution = convolution;
            shape.readout = readout;
            shape.jumping = readout != Readout::mean;
            shape.train_eps = readout == Readout::max;
            shape.dropout = 0;
            all.push_back(shape);
        }
    }
    return all;
}

} // namespace

TEST_CASE("networks compute their published formulas, in training and after", "[graph]") {
    const std::vector<Graph> graphs = some_graphs();
    const std::vector<float> features = features_of(graphs, 2);
    const Tensor x = at::tensor(features, at::kFloat).view({-1, columns}).to(at::kDouble);
    for (const NetworkShape& shape : shapes()) {
        INFO(name_of(shape.convolution) << ", " << name_of(shape.readout));
        const Batch batch = batch_of(graphs, features, shape.convolution);
        // By numbers that a batch holds in float32.
        const bool divides = shape.convolution != Convolution::gin || shape.readout == Readout::mean;
        for (const bool training : {false, true}) {
            Network network = network_of(shape);
            const Tensor expected = Dense{network, training}.forward(graphs, x);
            const at::NoGradGuard guard;
            CHECK(largest(network.forward(batch, training) - expected) < (divides ? 1e-6 : 1e-12));
            Network single = network_of(shape, at::kFloat);
            CHECK(largest(single.forward(batch, training) - expected) < 1e-4 * (1 + largest(expected)));
        }
    }
}

TEST_CASE("the gradient of a network is that of finite differences", "[graph]") {
    const std::vector<Graph> graphs = some_graphs();
    for (const NetworkShape& shape : shapes()) {
        INFO(name_of(shape.convolution) << ", " << name_of(shape.readout));
        const Batch batch = batch_of(graphs, features_of(graphs, 2), shape.convolution);
        Network network = network_of(shape);
        const Tensor mix = at::arange(1, 11, at::kDouble).view({5, 2}) / 7;
        const auto value = [&] { return (network.forward(batch, true) * mix).sum(); };
        const auto gradients = torch::autograd::grad({value()}, network.leaves());
        Tensor& p = network.parameters();
        std::int64_t first = 0;
        for (std::size_t k = 0; k < gradients.size(); ++k) {
            const std::int64_t at = first + gradients[k].numel() / 2;
            const double step = 1e-6, before = p[at].item<double>();
            p[at] = before + step;
            const double up = value().item<double>();
            p[at] = before - step;
            const double down = value().item<double>();
            p[at] = before;
            INFO(network.parts()[k].name);
            CHECK(gradients[k].reshape({-1})[gradients[k].numel() / 2].item<double>() ==
                  Approx((up - down) / (2 * step)).epsilon(1e-4).margin(1e-6));
            first += gradients[k].numel();
        }
    }
}

TEST_CASE("the order of nodes and edges changes nothing", "[graph]") {
    std::vector<Graph> graphs{random_graph(12, 0.3, 4), random_graph(9, 0.5, 5)}, others;
    for (std::size_t g = 0; g < graphs.size(); ++g) {
        std::vector<double> names(static_cast<std::size_t>(graphs[g].nodes));
        std::iota(names.begin(), names.end(), 0.0);
        graphs[g].node = {{"place", names}};
        others.push_back(renumbered(graphs[g], g + 1));
    }
    const auto features = [](std::span<const Graph> set) {
        std::vector<float> all;
        for (const Graph& graph : set) {
            for (std::size_t i = 0; i < static_cast<std::size_t>(graph.nodes); ++i) {
                const double place = graph.node[0].number(i);
                for (int c = 0; c < columns; ++c) all.push_back(static_cast<float>(std::sin((c + 1) * (place + 1))));
            }
        }
        return all;
    };
    for (const NetworkShape& shape : shapes()) {
        const at::NoGradGuard guard;
        Network network = network_of(shape), same = network_of(shape);
        const Tensor a = network.forward(batch_of(graphs, features(graphs), shape.convolution), true);
        const Tensor b = same.forward(batch_of(others, features(others), shape.convolution), true);
        CHECK(largest(a - b) < 1e-6 * (1 + largest(a)));
    }
}

TEST_CASE("training moves the running moments as PyTorch does", "[graph]") {
    const std::vector<Graph> graphs{cycle(6), random_graph(8, 0.4, 2)};
    NetworkShape shape;
    shape.convolution = Convolution::sage;
    Network network = network_of(shape);
    const Batch batch = batch_of(graphs, features_of(graphs, 3), shape.convolution);
    const Tensor x = batch.x.to(at::kDouble);
    const Tensor z = Dense{network, true}.layer(dense(graphs), x, 0);
    const at::NoGradGuard guard;
    network.forward(batch, true);
    CHECK(largest(network.moment_parts()[0].value - 0.1 * z.mean(0)) < 1e-7);
    CHECK(largest(network.moment_parts()[1].value - (0.9 + 0.1 * z.var(0, true))) < 1e-6);
    CHECK(network.moment_parts()[0].name == "normalisations.0.running_mean");
}

TEST_CASE("the file of a network gives its answers in plain TorchScript", "[graph]") {
    std::vector<Graph> graphs = some_graphs();
    graphs.pop_back(); // the script counts graphs by their nodes
    const ScratchFolder folder;
    Graph abc;
    abc.nodes = 3;
    abc.node = {{"label", std::vector<std::string>{"a", "b", "c"}}};
    const Features three(std::span(&abc, 1), {});
    for (const NetworkShape& shape : shapes()) {
        INFO(name_of(shape.convolution) << ", " << name_of(shape.readout));
        const at::NoGradGuard guard;
        const Batch batch = batch_of(graphs, features_of(graphs, 2), shape.convolution);
        Network network = network_of(shape, at::kFloat);
        network.forward(batch, true); // running moments that differ from their start
        const Tensor expected = network.forward(batch, false);
        auto module = torch::jit::load(save_script(network, three, {"0", "1"}, folder.path()).string());
        const Tensor ends = at::nonzero(dense(graphs)).t().contiguous();
        const Tensor weight = dense(graphs).index({ends[0], ends[1]}).to(at::kFloat);
        const Tensor graph_of_node = batch.nodes.column.to(at::kLong);
        const Tensor given = module.get_method("weighted")({batch.x, ends, graph_of_node, weight}).toTensor();
        CHECK(largest(given - expected) < 1e-4 * (1 + largest(expected)));
        CHECK(module.attr("features").toList().size() == 3);
        const Tensor ones = module.forward({batch.x, ends, graph_of_node}).toTensor();
        CHECK(ones.sizes() == expected.sizes());
        CHECK(largest(ones - given) > 1e-4);
    }
}

TEST_CASE("dropout leaves out its share and keeps the mean", "[graph]") {
    NetworkShape shape;
    shape.dropout = 0.25;
    shape.width = 64;
    const Network network(shape, 1, at::kFloat, at::kCPU);
    const Tensor mask = network.dropout_mask(200, 3);
    CHECK(mask.eq(0).to(at::kFloat).mean().item<double>() == Approx(0.25).margin(0.02));
    CHECK(mask.mean().item<double>() == Approx(1).margin(0.03));
    CHECK(at::equal(mask, network.dropout_mask(200, 3)));
    CHECK(!at::equal(mask, network.dropout_mask(200, 4)));
}

TEST_CASE("weights start as in PyTorch", "[graph]") {
    NetworkShape shape;
    shape.inputs = 7;
    shape.width = 200;
    const Network gin(shape, 1, at::kFloat, at::kCPU);
    const auto bound = [](const Tensor& t) { return largest(t.detach()); };
    CHECK(bound(gin.part("convolutions.0.mlp.0.weight")) == Approx(1 / std::sqrt(7.0)).epsilon(0.01));
    CHECK(bound(gin.part("convolutions.1.mlp.3.bias")) == Approx(1 / std::sqrt(200.0)).epsilon(0.05));
    CHECK(bound(gin.part("normalisations.0.weight") - 1) == 0);
    shape.convolution = Convolution::gcn;
    const Network gcn(shape, 1, at::kFloat, at::kCPU);
    CHECK(bound(gcn.part("convolutions.0.weight")) == Approx(std::sqrt(6.0 / 207)).epsilon(0.01));
    CHECK(bound(gcn.part("convolutions.0.bias")) == 0);
    CHECK_THROWS_AS(gcn.part("eps"), Error);
}

TEST_CASE("a batch is cut out of the collection graph by graph", "[graph]") {
    const std::vector<Graph> graphs{cycle(3), graph_of(0, {}), graph_of(2, {{0, 1}}), graph_of(1, {})};
    std::vector<float> features;
    for (int i = 0; i < 12; ++i) features.push_back(static_cast<float>(i));
    const Collection all(graphs, features, 2, {1, 0, 0, 1, 0.25F, 0.75F, 1, 0}, 2, Propagation::plain);
    const std::vector<std::int64_t> chosen{2, 1, 0};
    const Batch b = all.batch(chosen, 1, 2, std::vector<float>{-1, 1, 1});
    CHECK(at::equal(b.x, at::tensor({6.0F, -7.0F, 8.0F, -9.0F, 0.0F, 1.0F, 2.0F, 3.0F, 4.0F, 5.0F}).view({5, 2})));
    CHECK(at::equal(b.neighbours.first, at::tensor({0, 1, 2, 4, 6, 8}, at::kLong)));
    CHECK(at::equal(b.neighbours.column, at::tensor({1, 0, 3, 4, 2, 4, 2, 3}, at::kInt)));
    CHECK(at::equal(b.graphs.first, at::tensor({0, 2, 2, 5}, at::kLong)));
    CHECK(at::equal(b.nodes.column, at::tensor({0, 0, 2, 2, 2}, at::kInt)));
    CHECK(at::equal(b.target, at::tensor({0.25F, 0.75F, 0.0F, 1.0F, 1.0F, 0.0F}).view({3, 2})));
    CHECK(at::equal(b.inverse_size.view({3}), at::tensor({0.5F, 0.0F, 1 / 3.0F})));
    CHECK(at::equal(b.inverse_degree.view({5}), at::tensor({1.0F, 1.0F, 0.5F, 0.5F, 0.5F})));
    CHECK(!b.neighbours.weight.defined());
    CHECK_THROWS_AS(Collection(graphs, features, 3, {}, 2, Propagation::plain), Error);
}
