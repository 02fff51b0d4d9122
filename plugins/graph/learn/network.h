// SPDX-License-Identifier: BSD-3-Clause
// Graph neural networks for classifying graphs: GIN, GCN and GraphSAGE layers, a readout and a small head.
#pragma once
#include "plugins/graph/learn/batches.h"

#include <ATen/core/Tensor.h>

#include <cstdint>
#include <string>
#include <vector>

namespace orrery::graph::learn {

//   gin   h_i <- MLP((1 + eps) h_i + sum_j w_ij h_j), the MLP linear, batch normalisation, ReLU, linear (Xu et al.,
//   ICLR
//         2019, equation 4.1)
//   gcn   h <- D^-1/2 (A + I) D^-1/2 h W^T + b (Kipf and Welling, ICLR 2017, equation 2)
//   sage  h_i <- W_l mean_j(w_ij h_j) + b + W_r h_i (Hamilton et al., NeurIPS 2017, the mean aggregator as in PyTorch
//         Geometric)
// each followed by batch normalisation and ReLU. The readout of the last layer, or with `jumping` those of all layers
// side by side, goes through linear, batch normalisation (sums over graphs of different sizes differ by orders of
// magnitude), ReLU, dropout, linear.
enum class Convolution { gin, gcn, sage };
enum class Readout { sum, mean, max };

struct NetworkShape {
    Convolution convolution = Convolution::gin;
    Readout readout = Readout::sum;
    std::int64_t inputs = 1, width = 32, depth = 4, classes = 2;
    bool jumping = false;
    bool train_eps = false; // of gin; else eps = 0
    double dropout = 0.5;

    Propagation propagation() const {
        return convolution == Convolution::gcn ? Propagation::normalised : Propagation::plain;
    }
    std::int64_t read_width() const { return jumping ? width * depth : width; }
};

// Parameters and the running moments of batch normalisation, each all in one tensor.
class Network {
public:
    // Weights drawn uniformly from +-1/sqrt(inputs), those of gcn's layers by Glorot and Bengio's rule (both as in
    // PyTorch Geometric). `type`: float32 or float64.
    Network(const NetworkShape& shape, std::uint64_t seed, at::ScalarType type, at::Device device);

    // Logits [graphs, classes]. Training normalises by the batch's own moments, updates the running ones, and
    // multiplies what the head reads by `mask` [graphs, width] where there is one (0 or 1 / (1 - dropout)).
    at::Tensor forward(const Batch& batch, bool training, const at::Tensor& mask = {});
    // Random numbers of such a mask, drawn from `seed`.
    at::Tensor dropout_mask(std::int64_t graphs, std::uint64_t seed) const;

    struct Part {
        std::string name; // as in PyTorch: "convolutions.0.mlp.0.weight"
        at::Tensor value; // a view into parameters() or moments()
    };
    const std::vector<Part>& parts() const { return parts_; }
    const std::vector<Part>& moment_parts() const { return moment_parts_; }
    std::vector<at::Tensor> leaves() const; // the parts' values, for autograd
    // Throws Error if there is none of that name.
    const at::Tensor& part(const std::string& name) const;

    const NetworkShape& shape() const { return shape_; }
    at::Tensor& parameters() { return parameters_; } // [all], to be changed in place
    const at::Tensor& parameters() const { return parameters_; }
    at::Tensor& moments() { return moments_; } // [all]
    const at::Tensor& moments() const { return moments_; }

private:
    struct Layer {
        at::Tensor eps, weight, bias, weight2, bias2; // of the convolution; weight2: of gin's MLP, or sage's W_r
        std::size_t inner = 0, outer = 0;             // normalisations
    };
    struct Normalisation {
        at::Tensor weight, bias, mean, variance;
    };
    void lay_out();
    void draw(std::uint64_t seed);
    at::Tensor normalised_ramp(const Normalisation& n, const at::Tensor& x, bool training);
    at::Tensor convolve(const Layer& layer, const Batch& batch, const at::Tensor& h, bool training);
    at::Tensor read(const Batch& batch, const at::Tensor& h) const;

    NetworkShape shape_;
    at::TensorOptions options_;
    at::Tensor parameters_, moments_;
    std::vector<Part> parts_, moment_parts_;
    std::vector<Layer> layers_;
    std::vector<Normalisation> normalisations_; // the head's is the last
    at::Tensor head_weight_, head_bias_, out_weight_, out_bias_;
};

std::string name_of(Convolution convolution);
Convolution convolution_named(const std::string& name); // throws Error
std::string name_of(Readout readout);
Readout readout_named(const std::string& name); // throws Error

} // namespace orrery::graph::learn
