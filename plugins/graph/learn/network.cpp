// SPDX-License-Identifier: BSD-3-Clause
#include "plugins/graph/learn/network.h"

#include "core/error.h"
#include "gpu/graph/norm_ramp.h"
#include "plugins/graph/random.h"

#include <ATen/ATen.h>
#include <fmt/format.h>

#include <algorithm>
#include <cmath>

namespace orrery::graph::learn {

namespace {

constexpr double momentum = 0.1, epsilon = 1e-5; // of batch normalisation, as in PyTorch

struct Spec {
    std::string name;
    std::vector<std::int64_t> shape;
    enum class Start { uniform, glorot, zero, one } start = Start::uniform;
    std::int64_t inputs = 1; // of the linear map that it is part of
};
using Start = Spec::Start;

std::int64_t size_of(const std::vector<std::int64_t>& shape) {
    std::int64_t size = 1;
    for (const std::int64_t n : shape) size *= n;
    return size;
}

std::string convolution_name(std::int64_t layer) { return fmt::format("convolutions.{}.", layer); }
std::string normalisation_name(std::int64_t layer) { return fmt::format("normalisations.{}.", layer); }

void add_linear(std::vector<Spec>& specs, const std::string& name, std::int64_t from, std::int64_t to) {
    specs.push_back({name + "weight", {to, from}, Start::uniform, from});
    specs.push_back({name + "bias", {to}, Start::uniform, from});
}

void add_normalisation(std::vector<Spec>& specs, const std::string& name, std::int64_t width) {
    specs.push_back({name + "weight", {width}, Start::one, 1});
    specs.push_back({name + "bias", {width}, Start::zero, 1});
}

std::vector<Spec> specs_of(const NetworkShape& s) {
    std::vector<Spec> specs;
    for (std::int64_t l = 0; l < s.depth; ++l) {
        const std::int64_t from = l == 0 ? s.inputs : s.width;
        const std::string name = convolution_name(l);
        switch (s.convolution) {
        case Convolution::gin:
            if (s.train_eps) specs.push_back({name + "eps", {1}, Start::zero, 1});
            add_linear(specs, name + "mlp.0.", from, s.width);
            add_normalisation(specs, name + "mlp.1.", s.width);
            add_linear(specs, name + "mlp.3.", s.width, s.width);
            break;
        case Convolution::gcn:
            specs.push_back({name + "weight", {s.width, from}, Start::glorot, from});
            specs.push_back({name + "bias", {s.width}, Start::zero, from});
            break;
        case Convolution::sage:
            add_linear(specs, name + "left.", from, s.width);
            specs.push_back({name + "right.weight", {s.width, from}, Start::uniform, from});
            break;
        }
        add_normalisation(specs, normalisation_name(l), s.width);
    }
    add_linear(specs, "head.0.", s.read_width(), s.width);
    add_normalisation(specs, "head.1.", s.width);
    add_linear(specs, "head.3.", s.width, s.classes);
    return specs;
}

} // namespace

Network::Network(const NetworkShape& shape, std::uint64_t seed, at::ScalarType type, at::Device device)
    : shape_(shape), options_(at::TensorOptions(type).device(device)) {
    lay_out();
    draw(seed);
}

void Network::lay_out() {
    const std::vector<Spec> specs = specs_of(shape_);
    std::int64_t size = 0, moments = 0;
    for (const Spec& spec : specs) size += size_of(spec.shape);
    parameters_ = at::zeros({size}, options_);
    std::int64_t at = 0;
    for (const Spec& spec : specs) {
        // A leaf of autograd that shares the memory of all parameters.
        at::Tensor value = parameters_.narrow(0, at, size_of(spec.shape)).view(spec.shape).detach();
        value.set_requires_grad(true);
        parts_.push_back({spec.name, value});
        at += size_of(spec.shape);
    }
    const auto add = [&](const std::string& name) {
        normalisations_.push_back({part(name + "weight"), part(name + "bias"), {}, {}});
        moment_parts_.push_back({name + "running_mean", {}});
        moment_parts_.push_back({name + "running_var", {}});
        moments += 2 * shape_.width;
        return normalisations_.size() - 1;
    };
    for (std::int64_t l = 0; l < shape_.depth; ++l) {
        const std::string name = convolution_name(l);
        Layer layer;
        if (shape_.convolution == Convolution::gin) {
            if (shape_.train_eps) layer.eps = part(name + "eps");
            layer.weight = part(name + "mlp.0.weight");
            layer.bias = part(name + "mlp.0.bias");
            layer.weight2 = part(name + "mlp.3.weight");
            layer.bias2 = part(name + "mlp.3.bias");
            layer.inner = add(name + "mlp.1.");
        } else if (shape_.convolution == Convolution::gcn) {
            layer.weight = part(name + "weight");
            layer.bias = part(name + "bias");
        } else {
            layer.weight = part(name + "left.weight");
            layer.bias = part(name + "left.bias");
            layer.weight2 = part(name + "right.weight");
        }
        layer.outer = add(normalisation_name(l));
        layers_.push_back(std::move(layer));
    }
    add("head.1.");
    head_weight_ = part("head.0.weight");
    head_bias_ = part("head.0.bias");
    out_weight_ = part("head.3.weight");
    out_bias_ = part("head.3.bias");
    moments_ = at::zeros({moments}, options_);
    for (std::size_t i = 0; i < normalisations_.size(); ++i) {
        const auto begin = static_cast<std::int64_t>(2 * i) * shape_.width;
        Normalisation& n = normalisations_[i];
        n.mean = moment_parts_[2 * i].value = moments_.narrow(0, begin, shape_.width);
        n.variance = moment_parts_[2 * i + 1].value = moments_.narrow(0, begin + shape_.width, shape_.width).fill_(1);
    }
}

void Network::draw(std::uint64_t seed) {
    Random random(seed);
    at::Tensor drawn = at::empty(parameters_.sizes(), at::kDouble);
    double* value = drawn.mutable_data_ptr<double>();
    for (const Spec& spec : specs_of(shape_)) {
        const double inputs = static_cast<double>(spec.inputs);
        const double bound = spec.start == Start::glorot ? std::sqrt(6 / (inputs + static_cast<double>(spec.shape[0])))
                                                         : 1 / std::sqrt(inputs);
        for (std::int64_t i = size_of(spec.shape); i > 0; --i) {
            const bool fixed = spec.start == Start::zero || spec.start == Start::one;
            *value++ = fixed ? (spec.start == Start::one ? 1 : 0) : bound * (2 * random.uniform() - 1);
        }
    }
    parameters_.copy_(drawn);
}

const at::Tensor& Network::part(const std::string& name) const {
    const auto found = std::find_if(parts_.begin(), parts_.end(), [&](const Part& p) { return p.name == name; });
    if (found == parts_.end()) throw Error(fmt::format("The network has no parameter '{}'.", name));
    return found->value;
}

std::vector<at::Tensor> Network::leaves() const {
    std::vector<at::Tensor> list;
    for (const Part& part : parts_) list.push_back(part.value);
    return list;
}

at::Tensor Network::normalised_ramp(const Normalisation& n, const at::Tensor& x, bool training) {
    // A single row has no variance.
    return norm_ramp(x, n.weight, n.bias, n.mean, n.variance, training && x.size(0) > 1, momentum, epsilon);
}

at::Tensor Network::convolve(const Layer& layer, const Batch& batch, const at::Tensor& h, bool training) {
    const SparseRows& a = batch.neighbours;
    switch (shape_.convolution) {
    case Convolution::gin: {
        at::Tensor sum = layer.eps.defined() ? aggregate(h, a, a) + (1 + layer.eps) * h : aggregate(h, a, a, 1);
        sum = at::linear(sum, layer.weight, layer.bias);
        return at::linear(normalised_ramp(normalisations_[layer.inner], sum, training), layer.weight2, layer.bias2);
    }
    case Convolution::gcn: // the narrower of the two is what is summed
        return h.size(1) < shape_.width ? at::linear(aggregate(h, a, a), layer.weight, layer.bias)
                                        : aggregate(at::linear(h, layer.weight), a, a) + layer.bias;
    case Convolution::sage:
        return at::linear(aggregate(h, a, a) * batch.inverse_degree, layer.weight, layer.bias) +
               at::linear(h, layer.weight2);
    }
    return h;
}

at::Tensor Network::read(const Batch& batch, const at::Tensor& h) const {
    if (shape_.readout == Readout::max) {
        const at::Tensor lengths = at::diff(batch.graphs.first);
        const at::Tensor most = at::segment_reduce(h, "max", lengths, {}, {}, 0, /*unsafe=*/true);
        return at::where((lengths == 0).unsqueeze(1), at::zeros({}, h.options()), most);
    }
    const at::Tensor sum = aggregate(h, batch.graphs, batch.nodes);
    return shape_.readout == Readout::mean ? sum * batch.inverse_size : sum;
}

at::Tensor Network::forward(const Batch& given, bool training, const at::Tensor& mask) {
    Batch batch = given;
    const auto type = [&](at::Tensor& t) {
        if (t.defined()) t = t.to(options_.dtype().toScalarType());
    };
    type(batch.x);
    type(batch.neighbours.weight);
    type(batch.inverse_degree);
    type(batch.inverse_size);
    at::Tensor h = batch.x;
    std::vector<at::Tensor> readouts;
    for (std::size_t l = 0; l < layers_.size(); ++l) {
        h = normalised_ramp(normalisations_[layers_[l].outer], convolve(layers_[l], batch, h, training), training);
        if (shape_.jumping || l + 1 == layers_.size()) readouts.push_back(read(batch, h));
    }
    at::Tensor g = readouts.size() == 1 ? readouts.front() : at::cat(readouts, 1);
    g = normalised_ramp(normalisations_.back(), at::linear(g, head_weight_, head_bias_), training);
    if (training && mask.defined()) g = g * mask;
    return at::linear(g, out_weight_, out_bias_);
}

at::Tensor Network::dropout_mask(std::int64_t graphs, std::uint64_t seed) const {
    if (shape_.dropout == 0) return {};
    Random random(seed);
    at::Tensor mask = at::empty({graphs, shape_.width}, at::kFloat);
    float* value = mask.mutable_data_ptr<float>();
    const auto kept = static_cast<float>(1 / (1 - shape_.dropout));
    for (std::int64_t i = 0; i < mask.numel(); ++i) value[i] = random.uniform() < shape_.dropout ? 0.0F : kept;
    return mask.to(options_);
}

std::string name_of(Convolution convolution) {
    return convolution == Convolution::gin ? "gin" : convolution == Convolution::gcn ? "gcn" : "sage";
}

Convolution convolution_named(const std::string& name) {
    for (const Convolution c : {Convolution::gin, Convolution::gcn, Convolution::sage}) {
        if (name_of(c) == name) return c;
    }
    throw Error(fmt::format("There is no network '{}'.", name), "Choose gin, gcn or sage.", ExitCode::usage);
}

std::string name_of(Readout readout) {
    return readout == Readout::sum ? "sum" : readout == Readout::mean ? "mean" : "max";
}

Readout readout_named(const std::string& name) {
    for (const Readout r : {Readout::sum, Readout::mean, Readout::max}) {
        if (name_of(r) == name) return r;
    }
    throw Error(fmt::format("There is no readout '{}'.", name), "Choose sum, mean or max.", ExitCode::usage);
}

} // namespace orrery::graph::learn
