// SPDX-License-Identifier: BSD-3-Clause
#include "plugins/graph/learn/script_model.h"

#include "core/error.h"

#include <ATen/Parallel.h>
#include <fmt/format.h>
#include <torch/csrc/jit/runtime/graph_executor.h>
#include <torch/script.h>

#include <algorithm>

namespace orrery::graph::learn {

namespace {

constexpr const char* head = R"(
def add_up(self, x: Tensor, edges: Tensor, weight: Tensor) -> Tensor:
    n = x.size(0)
    if 4 * edges.size(1) > n * n: # as a matrix product: weighted augmentations join almost all nodes
        matrix = torch.zeros([n * n], dtype=x.dtype).index_add(0, edges[1] * n + edges[0], weight)
        return torch.mm(matrix.view(n, n), x)
    return torch.zeros_like(x).index_add(0, edges[1], x[edges[0]] * weight.unsqueeze(1))

def normalise(self, x: Tensor, weight: Tensor, bias: Tensor, mean: Tensor, variance: Tensor) -> Tensor:
    return torch.relu((x - mean) * torch.rsqrt(variance + 1e-5) * weight + bias)

def count_of(self, graph: Tensor) -> int:
    return int(graph.max()) + 1 if graph.numel() > 0 else 0

def read(self, h: Tensor, graph: Tensor) -> Tensor:
    graphs = self.count_of(graph)
    if self.readout == 'max':
        index = graph.unsqueeze(1).expand_as(h)
        return torch.zeros([graphs, h.size(1)], dtype=h.dtype).scatter_reduce(0, index, h, 'amax', include_self=False)
    total = torch.zeros([graphs, h.size(1)], dtype=h.dtype).index_add(0, graph, h)
    if self.readout == 'mean':
        size = torch.zeros([graphs], dtype=h.dtype).index_add(0, graph, torch.ones_like(h[:, 0]))
        total = total / size.clamp(min=1.0).unsqueeze(1)
    return total
)";

constexpr const char* tail = R"(
def forward(self, x: Tensor, edges: Tensor, graph: Tensor) -> Tensor:
    return self.weighted(x, edges, graph, torch.ones([edges.size(1)], dtype=x.dtype))
)";

// Names of TorchScript have no dots.
std::string identifier(std::string name) {
    std::replace(name.begin(), name.end(), '.', '_');
    return name;
}

std::string normalised(const std::string& value, const std::string& name) {
    return fmt::format("self.normalise({0}, self.{1}_weight, self.{1}_bias, self.{1}_running_mean, "
                       "self.{1}_running_var)",
                       value, name);
}

std::string linear(const std::string& value, const std::string& name, bool bias = true) {
    return bias ? fmt::format("torch.addmm(self.{1}_bias, {0}, self.{1}_weight.t())", value, name)
                : fmt::format("torch.mm({}, self.{}_weight.t())", value, name);
}

// One line for each layer; the loop is written out, since the layers' sizes differ.
std::string weighted_method(const NetworkShape& shape) {
    std::string text = "\ndef weighted(self, x: Tensor, edges: Tensor, graph: Tensor, weight: Tensor) -> Tensor:\n"
                       "    h = x.to(self.head_0_weight.dtype)\n"
                       "    weight = weight.to(h.dtype)\n"
                       "    ones = torch.ones_like(h[:, 0])\n"
                       "    readouts: List[Tensor] = []\n";
    if (shape.convolution == Convolution::gcn)
        text += "    degree = torch.ones_like(ones).index_add(0, edges[1], weight)\n"
                "    root = torch.where(degree > 0, torch.rsqrt(degree), torch.zeros_like(degree))\n"
                "    weight = root[edges[0]] * weight * root[edges[1]]\n"
                "    own = (root * root).unsqueeze(1)\n";
    if (shape.convolution == Convolution::sage)
        text += "    degree = torch.zeros_like(ones).index_add(0, edges[1], torch.ones_like(weight))\n"
                "    inverse = (1 / degree.clamp(min=1.0)).unsqueeze(1)\n";
    for (std::int64_t l = 0; l < shape.depth; ++l) {
        const std::string name = fmt::format("convolutions_{}", l);
        const std::string sum = "self.add_up(h, edges, weight)";
        std::string value;
        if (shape.convolution == Convolution::gin) {
            const std::string own = shape.train_eps ? fmt::format("(1 + self.{}_eps) * h", name) : "h";
            value = linear(normalised(linear(own + " + " + sum, name + "_mlp_0"), name + "_mlp_1"), name + "_mlp_3");
        } else if (shape.convolution == Convolution::gcn) {
            value = linear("own * h + " + sum, name);
        } else {
            value = linear(sum + " * inverse", name + "_left") + " + " + linear("h", name + "_right", false);
        }
        text += "    h = " + normalised(value, fmt::format("normalisations_{}", l)) + "\n";
        if (shape.jumping || l + 1 == shape.depth) text += "    readouts.append(self.read(h, graph))\n";
    }
    text += "    g = " + normalised(linear("torch.cat(readouts, 1)", "head_0"), "head_1") + "\n";
    return text + "    return " + linear("g", "head_3") + "\n";
}

} // namespace

std::filesystem::path save_script(const Network& network, const Features& features,
                                  const std::vector<std::string>& classes, const std::filesystem::path& folder) {
    const auto file = folder / "model.pt";
    try {
        torch::jit::Module module("GraphClassifier");
        for (const Network::Part& part : network.parts())
            module.register_parameter(identifier(part.name), part.value.detach().cpu().clone(), false);
        for (const Network::Part& part : network.moment_parts())
            module.register_buffer(identifier(part.name), part.value.cpu().clone());
        const auto list = [](const std::vector<std::string>& texts) {
            c10::List<std::string> result;
            for (const std::string& text : texts) result.push_back(text);
            return result;
        };
        const auto strings = c10::ListType::create(c10::StringType::get());
        module.register_attribute("features", strings, list(features.names()));
        module.register_attribute("plan", c10::StringType::get(), features.plan());
        module.register_attribute("classes", strings, list(classes));
        module.register_attribute("readout", c10::StringType::get(), name_of(network.shape().readout));
        module.define(head + weighted_method(network.shape()) + tail);
        module.eval();
        module.save(file.string());
    } catch (const std::exception& error) {
        throw Error(fmt::format("The model could not be written to {}: {}", file.string(), error.what()));
    }
    return file;
}

struct ScriptModel::State {
    torch::jit::Module module;
    Features features;
    std::vector<std::string> classes;
};

namespace {

std::vector<std::string> strings_of(const torch::jit::Module& module, const char* name) {
    std::vector<std::string> texts;
    for (const auto& text : module.attr(name).toListRef()) texts.push_back(text.toStringRef());
    return texts;
}

// One graph is too little for several threads, which wait for each other where cores are busy, and soon answered
// without the optimiser, which takes longer than many answers.
class OneAnswer {
public:
    OneAnswer() { at::set_num_threads(1); } // says it to OpenMP and MKL for this thread
    ~OneAnswer() { at::set_num_threads(before_); }
    OneAnswer(const OneAnswer&) = delete;
    OneAnswer& operator=(const OneAnswer&) = delete;

private:
    const int before_ = at::get_num_threads();
    const c10::InferenceMode no_gradients_;
    torch::jit::GraphOptimizerEnabledGuard unoptimised_{false};
};

} // namespace

ScriptModel::ScriptModel(const std::filesystem::path& file) {
    if (!std::filesystem::is_regular_file(file))
        throw Error(fmt::format("There is no model '{}'.", file.string()),
                    "Give the artifact 'model' of a run of graph.classify.", ExitCode::usage);
    try {
        auto module = torch::jit::load(file.string(), at::kCPU);
        module.eval();
        if (!module.hasattr("plan") || !module.hasattr("classes") || !module.find_method("weighted"))
            throw Error(fmt::format("{} is no classifier of graphs that says what it reads.", file.string()),
                        "Give the artifact 'model' of a run of graph.classify, made by this version.", ExitCode::usage);
        Features features = Features::from_plan(module.attr("plan").toStringRef());
        auto classes = strings_of(module, "classes");
        state_ = std::make_unique<State>(State{std::move(module), std::move(features), std::move(classes)});
    } catch (const c10::Error&) { // which tells of zip files and stack frames
        throw Error(fmt::format("{} is no TorchScript model.", file.string()),
                    "Give the artifact 'model' of a run of graph.classify.", ExitCode::usage);
    }
}

ScriptModel::~ScriptModel() = default;

const std::vector<std::string>& ScriptModel::classes() const { return state_->classes; }
const Features& ScriptModel::features() const { return state_->features; }

std::vector<double> ScriptModel::probabilities(const Graph& graph) const {
    const OneAnswer one;
    std::vector<float> written = state_->features.write(std::span(&graph, 1), 1);
    const at::Tensor x = at::from_blob(written.data(), {graph.nodes, state_->features.count()}, at::kFloat);
    const auto m = static_cast<std::int64_t>(graph.edges.size());
    const at::Tensor edges = at::empty({2, 2 * m}, at::kLong);
    auto* ends = edges.mutable_data_ptr<std::int64_t>();
    for (std::int64_t e = 0; e < m; ++e) {
        const Edge& edge = graph.edges[static_cast<std::size_t>(e)];
        ends[e] = ends[2 * m + m + e] = edge.from;
        ends[m + e] = ends[2 * m + e] = edge.to;
    }
    const std::vector<double> weights = weights_of(graph);
    at::Tensor weight = at::ones({2 * m}, at::kFloat);
    for (std::size_t e = 0; e < weights.size(); ++e)
        weight.mutable_data_ptr<float>()[e] = weight.mutable_data_ptr<float>()[static_cast<std::size_t>(m) + e] =
            static_cast<float>(weights[e]);
    try {
        const at::Tensor logits =
            state_->module.get_method("weighted")({x, edges, at::zeros({graph.nodes}, at::kLong), weight}).toTensor();
        const at::Tensor shares = at::softmax(logits.to(at::kDouble), 1).contiguous();
        return {shares.const_data_ptr<double>(), shares.const_data_ptr<double>() + shares.numel()};
    } catch (const std::exception& error) {
        throw Error(fmt::format("The model can't be asked about the graph: {}", error.what()));
    }
}

} // namespace orrery::graph::learn
