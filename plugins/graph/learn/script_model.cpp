// SPDX-License-Identifier: BSD-3-Clause
#include "plugins/graph/learn/script_model.h"

#include "core/error.h"

#include <fmt/format.h>
#include <torch/script.h>

#include <algorithm>

namespace orrery::graph::learn {

namespace {

constexpr const char* head = R"(
def add_up(self, x: Tensor, edges: Tensor, weight: Tensor) -> Tensor:
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

std::filesystem::path save_script(const Network& network, const std::vector<std::string>& features,
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
        module.register_attribute("features", strings, list(features));
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

} // namespace orrery::graph::learn
