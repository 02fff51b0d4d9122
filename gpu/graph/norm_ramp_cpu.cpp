// SPDX-License-Identifier: BSD-3-Clause
// CPU kernel of batch normalisation with a ramp: three passes forward and two back, over blocks of rows.
#include "gpu/graph/row_kernels.h"

#include <ATen/ATen.h>
#include <ATen/Dispatch.h>
#include <ATen/Parallel.h>
#include <torch/library.h>

#include <algorithm>
#include <cmath>
#include <cstdint>
#include <tuple>
#include <vector>

namespace orrery::graph {
namespace {

using at::Tensor;
using Three = std::tuple<Tensor, Tensor, Tensor>;

constexpr std::int64_t block = 256;   // rows whose sums are added up in the type of x
constexpr std::int64_t grain = 65536; // numbers worth a thread

void check(const Tensor& x, std::initializer_list<const Tensor*> of_channels) {
    TORCH_CHECK(x.dim() == 2 && (x.scalar_type() == at::kFloat || x.scalar_type() == at::kDouble),
                "graph_norm_ramp: x must be float32 or float64 [rows, channels], not ", x.scalar_type(), " of ",
                x.dim(), " dimensions");
    for (const Tensor* t : of_channels) {
        TORCH_CHECK(t->dim() == 1 && t->size(0) == x.size(1) && t->scalar_type() == x.scalar_type() &&
                        t->device() == x.device() && t->is_contiguous(),
                    "graph_norm_ramp: weight, bias, running_mean and running_var must be contiguous, with the type of "
                    "x and one number per channel");
    }
}

struct Blocks {
    std::int64_t rows, channels;
    std::int64_t count() const { return (rows + block - 1) / block; }
    // body(block, first row, rows)
    template <class Body>
    void each(const Body& body) const {
        const std::int64_t blocks_of_thread =
            std::max<std::int64_t>(1, grain / std::max<std::int64_t>(1, block * channels));
        at::parallel_for(0, count(), blocks_of_thread, [&](std::int64_t begin, std::int64_t end) {
            for (std::int64_t b = begin; b < end; ++b) body(b, b * block, std::min(block, rows - b * block));
        });
    }
};

// Sums of the blocks, in their order.
template <class T>
std::vector<double> added(const std::vector<T>& parts, std::int64_t channels) {
    std::vector<double> total(static_cast<std::size_t>(channels), 0.0);
    for (std::size_t i = 0; i < parts.size(); ++i) total[i % total.size()] += static_cast<double>(parts[i]);
    return total;
}

template <class T>
void moments(const RowKernels<T>& kernels, const Blocks& blocks, const T* x, T* mean, std::vector<double>& variance) {
    const auto channels = static_cast<std::size_t>(blocks.channels);
    std::vector<T> parts(static_cast<std::size_t>(blocks.count()) * channels);
    const auto part = [&](std::int64_t b) { return parts.data() + static_cast<std::size_t>(b) * channels; };
    const auto rows = static_cast<double>(blocks.rows);
    blocks.each([&](std::int64_t b, std::int64_t first, std::int64_t count) {
        kernels.sums(x + first * blocks.channels, count, blocks.channels, part(b));
    });
    const std::vector<double> sums = added(parts, blocks.channels);
    for (std::size_t c = 0; c < channels; ++c) mean[c] = static_cast<T>(sums[c] / rows);
    blocks.each([&](std::int64_t b, std::int64_t first, std::int64_t count) {
        kernels.squares(x + first * blocks.channels, count, blocks.channels, mean, part(b));
    });
    variance = added(parts, blocks.channels);
    for (double& v : variance) v /= rows;
}

template <class T>
void forward(const Tensor& x, const Tensor& weight, const Tensor& bias, const Tensor& running_mean,
             const Tensor& running_var, bool training, double momentum, double epsilon, const Three& out) {
    const auto& [y, mean_out, inverse_out] = out;
    const Blocks blocks{x.size(0), x.size(1)};
    const auto channels = static_cast<std::size_t>(x.size(1));
    const RowKernels<T>& kernels = row_kernels<T>(kernels_at(0));
    const T *in = x.const_data_ptr<T>(), *w = weight.const_data_ptr<T>(), *b = bias.const_data_ptr<T>();
    T *mean = mean_out.mutable_data_ptr<T>(), *inverse = inverse_out.mutable_data_ptr<T>(),
      *moving_mean = running_mean.mutable_data_ptr<T>(), *moving_variance = running_var.mutable_data_ptr<T>();
    std::vector<double> variance(moving_variance, moving_variance + channels);
    if (training) {
        moments(kernels, blocks, in, mean, variance);
        const auto rows = static_cast<double>(blocks.rows), unbiased = rows / (rows - 1);
        for (std::size_t c = 0; c < channels; ++c) {
            moving_mean[c] += static_cast<T>(momentum) * (mean[c] - moving_mean[c]);
            moving_variance[c] +=
                static_cast<T>(momentum) * (static_cast<T>(variance[c] * unbiased) - moving_variance[c]);
        }
    } else {
        std::copy(moving_mean, moving_mean + channels, mean);
    }
    std::vector<T> scale(channels), shift(channels);
    for (std::size_t c = 0; c < channels; ++c) {
        inverse[c] = static_cast<T>(1 / std::sqrt(variance[c] + epsilon));
        scale[c] = w[c] * inverse[c];
        shift[c] = b[c] - mean[c] * scale[c];
    }
    T* to = y.mutable_data_ptr<T>();
    blocks.each([&](std::int64_t, std::int64_t first, std::int64_t count) {
        const std::int64_t at = first * blocks.channels;
        kernels.ramp(in + at, count, blocks.channels, scale.data(), shift.data(), to + at);
    });
}

Three forward_cpu(const Tensor& x_, const Tensor& weight, const Tensor& bias, const Tensor& running_mean,
                  const Tensor& running_var, bool training, double momentum, double epsilon) {
    check(x_, {&weight, &bias, &running_mean, &running_var});
    TORCH_CHECK(!training || x_.size(0) != 1, "graph_norm_ramp: one row has no variance to train with");
    const Tensor x = x_.contiguous();
    const Three out{at::empty_like(x), at::empty_like(weight), at::empty_like(weight)};
    AT_DISPATCH_FLOATING_TYPES(x.scalar_type(), "graph_norm_ramp", [&] {
        forward<scalar_t>(x, weight, bias, running_mean, running_var, training && x.size(0) > 0, momentum, epsilon,
                          out);
    });
    return out;
}

template <class T>
void backward(const Tensor& gradient, const Tensor& y, const Tensor& x, const Tensor& weight, const Tensor& mean,
              const Tensor& inverse, bool training, const Three& out) {
    const auto& [by_x, by_weight, by_bias] = out;
    const Blocks blocks{x.size(0), x.size(1)};
    const auto channels = static_cast<std::size_t>(x.size(1));
    const RowKernels<T>& kernels = row_kernels<T>(kernels_at(0));
    const T *g = gradient.const_data_ptr<T>(), *o = y.const_data_ptr<T>(), *in = x.const_data_ptr<T>(),
            *w = weight.const_data_ptr<T>(), *m = mean.const_data_ptr<T>(), *inv = inverse.const_data_ptr<T>();
    std::vector<T> parts(static_cast<std::size_t>(blocks.count()) * channels), product_parts(parts.size());
    blocks.each([&](std::int64_t b, std::int64_t first, std::int64_t count) {
        const std::int64_t at = first * blocks.channels, part = b * blocks.channels;
        kernels.back_sums(g + at, o + at, in + at, count, blocks.channels, m, parts.data() + part,
                          product_parts.data() + part);
    });
    const std::vector<double> sums = added(parts, x.size(1)), products = added(product_parts, x.size(1));
    std::vector<T> a(channels), b(channels), c(channels); // by_x = a g + b x + c
    for (std::size_t k = 0; k < channels; ++k) {
        const double s = static_cast<double>(inv[k]), rows = static_cast<double>(blocks.rows),
                     scale = static_cast<double>(w[k]) * s;
        by_bias.mutable_data_ptr<T>()[k] = static_cast<T>(sums[k]);
        by_weight.mutable_data_ptr<T>()[k] = static_cast<T>(products[k] * s);
        const double slope = training ? -scale * s * s * products[k] / rows : 0;
        a[k] = static_cast<T>(scale);
        b[k] = static_cast<T>(slope);
        c[k] = static_cast<T>(training ? -scale * sums[k] / rows - slope * static_cast<double>(m[k]) : 0);
    }
    T* to = by_x.mutable_data_ptr<T>();
    blocks.each([&](std::int64_t, std::int64_t first, std::int64_t count) {
        const std::int64_t at = first * blocks.channels;
        kernels.back(g + at, o + at, in + at, count, blocks.channels, a.data(), b.data(), c.data(), to + at);
    });
}

Three backward_cpu(const Tensor& gradient_, const Tensor& y, const Tensor& x_, const Tensor& weight, const Tensor& mean,
                   const Tensor& inverse, bool training) {
    const Tensor gradient = gradient_.contiguous(), x = x_.contiguous();
    check(x, {&weight, &mean, &inverse});
    TORCH_CHECK(gradient.sizes() == x.sizes() && y.sizes() == x.sizes() && y.is_contiguous() &&
                    gradient.scalar_type() == x.scalar_type() && y.scalar_type() == x.scalar_type(),
                "graph_norm_ramp_backward: gradient and y must be like x");
    const Three out{at::empty_like(x), at::empty_like(weight), at::empty_like(weight)};
    AT_DISPATCH_FLOATING_TYPES(x.scalar_type(), "graph_norm_ramp_backward", [&] {
        backward<scalar_t>(gradient, y, x, weight, mean, inverse, training && x.size(0) > 0, out);
    });
    return out;
}

TORCH_LIBRARY_IMPL(orrery, CPU, library) {
    library.impl("graph_norm_ramp", forward_cpu);
    library.impl("graph_norm_ramp_backward", backward_cpu);
}

} // namespace
} // namespace orrery::graph
