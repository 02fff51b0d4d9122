// SPDX-License-Identifier: BSD-3-Clause
// The networks whose derivatives the jet engine computes, and which derivatives: shapes, parameters, channels.
#pragma once
#include "core/api.h"

#include <cstddef>
#include <cstdint>
#include <vector>

namespace orrery::jet {

enum class Activation { tanh, sin, silu, gelu };
enum class Precision { float32, float64 };

// One input of the first layer: wave . x + phase, or its cosine. Exact periodicity with period p: cosines of 2 pi m x /
// p with phases 0 and -pi/2. Fourier features (Tancik et al., arXiv 2006.10739): cosines of random waves.
struct Feature {
    std::vector<double> wave; // [coordinates]
    double phase = 0;
    bool cosine = false;
};

// Weights [out, in] in the flat vector of parameters, row after row, followed by the biases [out].
struct Matrix {
    std::size_t weights = 0, out = 0, in = 0;
    std::size_t biases() const { return weights + out * in; }
};

// z_l = s_l (W_l a_{l-1} + b_l), a_l = activation(z_l), a_0 the features, output = W a_D + b.
//   adaptive  s_l is a parameter, one a layer, 1 at first (Jagtap, Kawaguchi, Karniadakis, arXiv 1909.12228); else
//             s_l = 1
//   gated     modified MLP (Wang, Teng, Perdikaris, arXiv 2001.04536): with U = activation(W_U a_0 + b_U) and V
//   likewise,
//             a_l <- (1 - a_l) U + a_l V after every hidden layer
// Parameters lie in one flat vector: W_1 [width, features], b_1, then W_l [width, width], b_l, then W [outputs, width],
// b; then, gated: W_U, b_U, W_V, b_V; then, adaptive: s_1 ... s_D.
struct Network {
    int coordinates = 1;
    std::vector<Feature> features;
    int width = 20, depth = 3, outputs = 1; // depth: hidden layers, at least 1
    Activation activation = Activation::tanh;
    bool adaptive = false, gated = false;

    ORRERY_API std::size_t parameters() const;
    // W_1 ... W_D, W, then, gated, W_U and W_V.
    ORRERY_API std::vector<Matrix> matrices() const;
};

// Features that map each coordinate from [low, high] to [-1, 1].
ORRERY_API std::vector<Feature> linear_features(const std::vector<double>& low, const std::vector<double>& high);

// Glorot-normal weights, biases zero, scales one; equal seeds give equal bits.
ORRERY_API std::vector<double> initial_parameters(const Network& network, std::uint64_t seed);

// Derivatives along a line: d^k/ds^k f(x + s v) at s = 0 for k = 1 ... order, order at most 4.
struct Direction {
    std::vector<double> vector; // [coordinates]
    int order = 1;
};

// A fixed linear combination carried as one channel: sum_i first[i] d/dx_i + sum_j second[j] d^2/ds_j^2, i over the
// coordinates, j over the directions (any order): the forward Laplacian of Li et al. (arXiv 2307.08214) and its like.
struct Collapsed {
    std::vector<double> first;  // [coordinates]
    std::vector<double> second; // [directions]
};

// Channel 0 is the value, then for each direction its orders 1, 2, ..., then the collapsed ones.
struct Channels {
    std::vector<Direction> directions;
    std::vector<Collapsed> collapsed;
    ORRERY_API int count() const;
    ORRERY_API int first_of(std::size_t direction) const; // channel of its first order
};

// A partial derivative by its order in each coordinate; all zero: the value.
using Derivative = std::vector<int>;

constexpr int max_order = 4;         // of the fused engine
constexpr int max_tensor_order = 12; // of the engine on tensors

// Directions that suffice for the derivatives, and rows [derivatives][channels] that make each of them from the
// channels. Mixed ones come by polarization: f_xy = (D^2_{x+y} f - f_xx - f_yy) / 2; in general the sum over signs of
// D^k along v_1 +- v_2 ... +- v_k. Throws Error for an order above `highest` or a wrong length.
struct Plan {
    Channels channels;
    std::vector<std::vector<double>> rows;
};
ORRERY_API Plan plan(int coordinates, const std::vector<Derivative>& derivatives, int highest = max_order);

} // namespace orrery::jet
