// SPDX-License-Identifier: BSD-3-Clause
// Batch normalisation and the ramp after it in one: what follows every linear map of a graph network.
#pragma once
#include "core/api.h"

#include <ATen/core/Tensor.h>

namespace orrery::graph {

// y = max(0, weight (x - mean) / sqrt(variance + epsilon) + bias) of each channel (Ioffe and Szegedy, ICML 2015) for x
// [rows, channels], float32 or float64. Training: mean and (biased) variance are those of the rows, and running_mean
// and running_var (which counts rows - 1) move by `momentum` towards them; else they are the running ones. The same
// bits for any number of threads. Derivative by x, weight and bias, once. Throws c10::Error where shapes, types or
// devices don't fit, or where one row is to be trained with, which has no variance.
//     torch.ops.orrery.graph_norm_ramp(x, weight, bias, running_mean, running_var, training, momentum, epsilon)
//         -> y, mean [channels], 1 / sqrt(variance + epsilon) [channels]
ORRERY_API at::Tensor norm_ramp(const at::Tensor& x, const at::Tensor& weight, const at::Tensor& bias,
                                const at::Tensor& running_mean, const at::Tensor& running_var, bool training,
                                double momentum, double epsilon);

} // namespace orrery::graph
