// SPDX-License-Identifier: BSD-3-Clause
// Our side of tests/bench/graph_gin.py: trains GIN on a TU data set that it writes as arrays for its peer, one JSON
// command a line on stdin, one answer a line on stdout:  bench_graph_gin FOLDER TU-FOLDER THREADS
#include "core/error.h"
#include "core/files/graph_file.h"
#include "core/files/npy.h"
#include "core/memory_run.h"
#include "plugins/graph/learn/cross_validation.h"

#include <ATen/ATen.h>
#include <ATen/Parallel.h>
#include <ATen/core/grad_mode.h>
#include <nlohmann/json.hpp>

#include <chrono>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <iostream>
#include <numeric>
#include <optional>

using namespace orrery;
using namespace orrery::graph::learn;
using nlohmann::json;

namespace {

constexpr std::int64_t most_epochs = 2000;
constexpr std::uint64_t seed = 1;

template <class T>
void write(const std::filesystem::path& file, const std::vector<T>& values, std::vector<std::int64_t> shape) {
    constexpr DType type = std::is_same_v<T, float> ? DType::float32 : DType::int64;
    auto kept = std::make_shared<std::vector<T>>(values);
    write_npy(file, Array(std::move(shape), type, kept, kept->data()));
}

Split split_of(std::int64_t graphs) {
    Split split;
    split.train.resize(static_cast<std::size_t>(graphs - 2));
    std::iota(split.train.begin(), split.train.end(), 0);
    split.validation = {graphs - 2};
    split.test = {graphs - 1};
    return split;
}

// What the peer reads: nodes' features, both directions of each edge, where graphs begin, classes, orders, weights.
void write_case(const std::filesystem::path& folder, const DataSet& data, const TrainingOptions& options,
                Network& network) {
    const std::vector<float> features = data.features.write(data.graphs, 1);
    std::vector<std::int64_t> from, to, node_first{0}, entry_first{0}, orders;
    for (const Graph& graph : data.graphs) {
        for (const Edge& e : graph.edges) {
            from.insert(from.end(), {e.from, e.to});
            to.insert(to.end(), {e.to, e.from});
        }
        node_first.push_back(node_first.back() + graph.nodes);
        entry_first.push_back(static_cast<std::int64_t>(from.size()));
    }
    const auto entries = static_cast<std::int64_t>(from.size());
    from.insert(from.end(), to.begin(), to.end());
    const auto graphs = static_cast<std::int64_t>(data.graphs.size());
    for (std::int64_t epoch = 0; epoch < most_epochs; ++epoch) {
        const auto order = epoch_order(static_cast<std::size_t>(graphs - 2), seed, epoch);
        orders.insert(orders.end(), order.begin(), order.end());
    }
    write(folder / "x.npy", features, {node_first.back(), data.features.count()});
    write(folder / "edges.npy", from, {2, entries});
    write(folder / "node_first.npy", node_first, {graphs + 1});
    write(folder / "entry_first.npy", entry_first, {graphs + 1});
    write(folder / "labels.npy", data.labels, {graphs});
    write(folder / "orders.npy", orders, {most_epochs, graphs - 2});
    const at::Tensor p = network.parameters().to(at::kFloat).contiguous();
    write(folder / "parameters.npy",
          std::vector<float>(p.const_data_ptr<float>(), p.const_data_ptr<float>() + p.numel()), {p.numel()});
    json parts = json::array();
    for (const Network::Part& part : network.parts())
        parts.push_back({{"name", part.name}, {"shape", part.value.sizes().vec()}});
    std::ofstream(folder / "case.json") << json{{"parts", parts},
                                                {"width", options.network.width},
                                                {"depth", options.network.depth},
                                                {"classes", options.network.classes},
                                                {"inputs", options.network.inputs},
                                                {"rate", options.rate},
                                                {"batch", options.batch},
                                                {"graphs", graphs}};
}

std::vector<double> logits_of(const DataSet& data, Network& network) {
    const at::NoGradGuard guard;
    std::vector<std::int64_t> all(data.graphs.size());
    std::iota(all.begin(), all.end(), 0);
    const at::Tensor logits = network.forward(data.collection.batch(all), false).to(at::kDouble).contiguous();
    return {logits.const_data_ptr<double>(), logits.const_data_ptr<double>() + logits.numel()};
}

// graph.classify's cross-validation with its defaults: the test accuracy and the graphs of each fold.
json validated(const DataSet& data, TrainingOptions training, const json& command, int threads) {
    training.network.dropout = command.at("dropout");
    training.schedule = Schedule::step;
    training.step_epochs = command.at("step_epochs");
    training.step_factor = command.at("step_factor");
    training.epochs = command.at("epochs");
    ValidationOptions options;
    options.training = training;
    options.seeds = command.at("seeds");
    CrossValidation validation({{"plain", &data, {}}}, options);
    MemoryRun run(options.seed);
    CrossValidation* const all[] = {&validation};
    run_all(all, run, threads, "bench");
    json splits = json::array();
    for (const auto& one : validation.trainings()) {
        const Split& split = one->split();
        splits.push_back({{"train", split.train}, {"validation", split.validation}, {"test", split.test}});
    }
    return {{"accuracies", validation.accuracies(0)}, {"splits", splits}};
}

void serve(const DataSet& data, const TrainingOptions& options, int threads) {
    std::optional<Training> training;
    for (std::string line; std::getline(std::cin, line);) {
        const json command = json::parse(line);
        json answer = json::object();
        if (command["do"] == "reset") {
            TrainingOptions chosen = options;
            chosen.rate = command.value("rate", options.rate);
            training.emplace(data, split_of(static_cast<std::int64_t>(data.graphs.size())), chosen, seed, Augment());
        } else if (command["do"] == "epochs") {
            json losses = json::array();
            const auto begin = std::chrono::steady_clock::now();
            for (int i = command["count"]; i > 0; --i) {
                training->run_epoch();
                losses.push_back(training->report().loss);
            }
            answer["seconds"] = std::chrono::duration<double>(std::chrono::steady_clock::now() - begin).count();
            answer["losses"] = losses;
        } else if (command["do"] == "logits") { // with the weights at the start
            Training fresh(data, split_of(static_cast<std::int64_t>(data.graphs.size())), options, seed, Augment());
            answer["logits"] = logits_of(data, fresh.best_network());
        } else if (command["do"] == "validate") {
            answer = validated(data, options, command, threads);
        }
        std::cout << answer << std::endl;
    }
}

} // namespace

int main(int argc, char** argv) {
    try {
        if (argc != 4) throw Error("usage: bench_graph_gin FOLDER TU-FOLDER THREADS");
        at::set_num_threads(std::atoi(argv[3]));
        const DataSet data = data_set_of(read_graphs(argv[2]), {}, Propagation::plain, 1);
        TrainingOptions options;
        options.network.inputs = data.features.count();
        options.network.classes = data.collection.classes();
        options.network.jumping = true;
        options.network.dropout = 0; // the peer draws other random numbers
        options.epochs = most_epochs;
        options.schedule = Schedule::constant;
        Training start(data, split_of(static_cast<std::int64_t>(data.graphs.size())), options, seed, Augment());
        write_case(argv[1], data, options, start.best_network());
        std::cout << json{{"parameters", start.parameter_count()}, {"graphs", data.graphs.size()}} << std::endl;
        serve(data, options, std::atoi(argv[3]));
    } catch (const Error& error) {
        std::cerr << error.what() << " " << error.hint() << "\n";
        return 1;
    }
}
