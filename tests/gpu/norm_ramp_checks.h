// SPDX-License-Identifier: BSD-3-Clause
// Checks of batch normalisation with a ramp that hold on every device: against ATen's two.
#pragma once
#include "gpu/graph/norm_ramp.h"
#include "tests/catch.h"

#include <ATen/ATen.h>
#include <torch/csrc/autograd/autograd.h>

namespace norm_ramp_checks {

using orrery::graph::norm_ramp;

struct Case {
    at::Tensor x, weight, bias, mean, variance;
};

// Channels of different places and sizes, some with weight 0 or below.
inline Case random_case(std::int64_t rows, std::int64_t channels, at::TensorOptions options, std::uint64_t seed) {
    auto generator = at::detail::createCPUGenerator(seed);
    const auto draw = [&](at::IntArrayRef size) { return at::randn(size, generator, at::kDouble); };
    Case c{draw({rows, channels}) * at::exp(draw({channels})) + 3 * draw({channels}), draw({channels}),
           draw({channels}), draw({channels}), at::exp(draw({channels}))};
    if (channels > 2) c.weight[1] = 0;
    for (at::Tensor* t : {&c.x, &c.weight, &c.bias, &c.mean, &c.variance}) *t = t->to(options);
    return c;
}

inline double difference(const at::Tensor& a, const at::Tensor& b) {
    return (a - b).abs().max().item<double>() / (1 + b.abs().max().item<double>());
}

// Values, running moments and derivatives.
inline void matches_aten(at::TensorOptions options, double tolerance) {
    for (const std::int64_t channels : {1, 3, 16, 32, 40, 77}) {
        for (const std::int64_t rows : {2, 5, 256, 257, 3000}) {
            for (const bool training : {true, false}) {
                CAPTURE(channels, rows, training);
                const Case ours = random_case(rows, channels, options, 7),
                           theirs = random_case(rows, channels, options, 7);
                for (const Case* c : {&ours, &theirs})
                    for (const at::Tensor* t : {&c->x, &c->weight, &c->bias}) t->set_requires_grad(true);
                const at::Tensor y =
                    norm_ramp(ours.x, ours.weight, ours.bias, ours.mean, ours.variance, training, 0.1, 1e-5);
                const at::Tensor expected = at::relu(at::batch_norm(theirs.x, theirs.weight, theirs.bias, theirs.mean,
                                                                    theirs.variance, training, 0.1, 1e-5, false));
                const at::Tensor pull = random_case(rows, channels, options, 8).x;
                CHECK(difference(y, expected) < tolerance);
                CHECK(difference(ours.mean, theirs.mean) < tolerance);
                CHECK(difference(ours.variance, theirs.variance) < tolerance);
                const auto given = torch::autograd::grad({y}, {ours.x, ours.weight, ours.bias}, {pull});
                const auto wanted = torch::autograd::grad({expected}, {theirs.x, theirs.weight, theirs.bias}, {pull});
                for (std::size_t i = 0; i < 3; ++i) CHECK(difference(given[i], wanted[i]) < 100 * tolerance);
            }
        }
    }
}

} // namespace norm_ramp_checks
