// SPDX-License-Identifier: BSD-3-Clause
// Checks of the sum over neighbours that hold on every device.
#pragma once
#include "gpu/graph/aggregate.h"
#include "tests/catch.h"

#include <ATen/ATen.h>
#include <torch/csrc/autograd/autograd.h>

#include <algorithm>
#include <cstdint>
#include <random>
#include <vector>

namespace aggregate_checks {

using orrery::graph::aggregate;
using orrery::graph::SparseRows;

struct Sparse {
    SparseRows rows, transposed;
    at::Tensor dense; // float64 [rows, columns]
};

inline SparseRows rows_of(const std::vector<std::vector<std::pair<int, double>>>& entries, bool weighted,
                          at::ScalarType type) {
    std::vector<std::int64_t> first{0};
    std::vector<std::int32_t> column;
    std::vector<double> weight;
    for (const auto& row : entries) {
        for (const auto& [j, w] : row) {
            column.push_back(j);
            weight.push_back(w);
        }
        first.push_back(static_cast<std::int64_t>(column.size()));
    }
    return {at::tensor(first, at::kLong), at::tensor(column, at::kInt),
            weighted ? at::tensor(weight, at::kDouble).to(type) : at::Tensor()};
}

inline SparseRows to(const SparseRows& rows, at::Device device) {
    return {rows.first.to(device), rows.column.to(device),
            rows.weight.defined() ? rows.weight.to(device) : at::Tensor()};
}

// A random matrix with empty rows and columns, and entries that come twice.
inline Sparse sparse(int rows, int columns, bool weighted, at::ScalarType type, at::Device device, unsigned seed) {
    std::mt19937_64 bits(seed);
    std::vector<std::vector<std::pair<int, double>>> entries(static_cast<std::size_t>(rows)),
        back(static_cast<std::size_t>(columns));
    at::Tensor dense = at::zeros({rows, columns}, at::kDouble);
    for (int i = 0; i < rows; ++i) {
        for (auto k = bits() % 5; i % 3 != 1 && k > 0; --k) {
            const int j = static_cast<int>(bits() % static_cast<unsigned>(columns));
            const double w = weighted ? static_cast<double>(bits() % 64) / 32 - 1 : 1;
            entries[static_cast<std::size_t>(i)].emplace_back(j, w);
            back[static_cast<std::size_t>(j)].emplace_back(i, w);
            dense[i][j] += w;
        }
    }
    return {to(rows_of(entries, weighted, type), device), to(rows_of(back, weighted, type), device), dense};
}

inline at::Tensor numbers(int rows, int channels, unsigned seed) {
    std::mt19937_64 bits(seed);
    at::Tensor x = at::empty({rows, channels}, at::kDouble);
    double* value = x.mutable_data_ptr<double>();
    for (std::int64_t i = 0; i < x.numel(); ++i) value[i] = static_cast<double>(bits() >> 40U) / 0x1p23 - 1;
    return x;
}

inline double distance(const at::Tensor& a, const at::Tensor& b) {
    return (a.to(at::kCPU, at::kDouble) - b.to(at::kCPU, at::kDouble)).abs().max().item<double>();
}

inline void matches_dense(at::Device device) {
    for (const at::ScalarType type : {at::kFloat, at::kDouble}) {
        const double room = type == at::kFloat ? 2e-5 : 1e-13;
        for (const int channels : {1, 3, 8, 13, 32, 45, 70}) {
            for (const bool weighted : {false, true}) {
                INFO(channels << " channels");
                const Sparse m = sparse(40, 40, weighted, type, device, 7);
                const at::Tensor x = numbers(40, channels, 3), given = x.to(device, type);
                CHECK(distance(aggregate(given, m.rows, m.transposed), m.dense.mm(x)) < room);
                CHECK(distance(aggregate(given, m.rows, m.transposed, 1.5), m.dense.mm(x) + 1.5 * x) < room);
                const Sparse wide = sparse(11, 40, weighted, type, device, 8);
                CHECK(distance(aggregate(given, wide.rows, wide.transposed), wide.dense.mm(x)) < room);
            }
        }
    }
}

// The gradient of <g, aggregate(x)> is the transposed matrix times g, that of <h, that gradient> by g the matrix times
// h; both also by finite differences.
inline void derivatives(at::Device device) {
    const Sparse m = sparse(9, 14, true, at::kDouble, device, 5), square = sparse(14, 14, true, at::kDouble, device, 6);
    const at::Tensor x = numbers(14, 3, 1).to(device).requires_grad_(true);
    const at::Tensor g = numbers(9, 3, 2).to(device).requires_grad_(true), h = numbers(14, 3, 4).to(device);
    const at::Tensor loss = (aggregate(x, m.rows, m.transposed) * g).sum();
    const at::Tensor by_x = torch::autograd::grad({loss}, {x}, {}, {}, /*create_graph=*/true)[0];
    CHECK(distance(by_x.detach(), m.dense.t().mm(g.detach().cpu())) < 1e-13);
    const at::Tensor by_g = torch::autograd::grad({(by_x * h).sum()}, {g})[0];
    CHECK(distance(by_g, m.dense.mm(h.cpu())) < 1e-13);

    const auto value = [&](const at::Tensor& at) { // not linear, so that a wrong sign or place can't hide
        return aggregate(at, square.rows, square.transposed, 0.7).pow(3).sum();
    };
    const at::Tensor slope = torch::autograd::grad({value(x)}, {x})[0].cpu();
    const double step = 1e-5;
    for (int i = 0; i < 14; ++i) {
        at::Tensor up = x.detach().clone(), down = x.detach().clone();
        up[i][1] += step;
        down[i][1] -= step;
        const double difference = (value(up) - value(down)).item<double>() / (2 * step);
        CHECK(slope[i][1].item<double>() == Approx(difference).epsilon(1e-6).margin(1e-8));
    }
}

} // namespace aggregate_checks
