// SPDX-License-Identifier: BSD-3-Clause
#include "tests/gpu/aggregate_checks.h"

#include <ATen/Parallel.h>
#include <ATen/core/dispatch/Dispatcher.h>

using namespace aggregate_checks;

TEST_CASE("the sum over neighbours is the product with the dense matrix", "[gpu]") { matches_dense(at::kCPU); }
TEST_CASE("the derivative of the sum over neighbours is the transposed sum", "[gpu]") { derivatives(at::kCPU); }

TEST_CASE("sums over neighbours don't depend on the number of threads", "[gpu]") {
    const int threads = at::get_num_threads();
    const Sparse m = sparse(3000, 3000, true, at::kFloat, at::kCPU, 2);
    const at::Tensor x = numbers(3000, 40, 9).to(at::kFloat);
    at::set_num_threads(1);
    const at::Tensor alone = aggregate(x, m.rows, m.transposed, 1);
    at::set_num_threads(3);
    CHECK(at::equal(alone, aggregate(x, m.rows, m.transposed, 1)));
    at::set_num_threads(threads);
}

TEST_CASE("matrices without rows, entries or channels give what they should", "[gpu]") {
    const Sparse none = sparse(0, 5, false, at::kDouble, at::kCPU, 1);
    CHECK(aggregate(numbers(5, 4, 1), none.rows, none.transposed).sizes() == at::IntArrayRef({0, 4}));
    CHECK(aggregate(numbers(5, 0, 1), none.transposed, none.rows).numel() == 0);
    const SparseRows empty = rows_of({{}, {}}, false, at::kDouble);
    CHECK(aggregate(numbers(2, 4, 1), empty, empty).abs().max().item<double>() == 0);
}

TEST_CASE("arrays that don't fit are refused before they are read", "[gpu]") {
    const Sparse m = sparse(6, 6, true, at::kDouble, at::kCPU, 3);
    const at::Tensor x = numbers(6, 2, 1);
    const auto refused = [&](const at::Tensor& y, const SparseRows& rows, double self, const char* text) {
        CHECK_THROWS_WITH(aggregate(y, rows, m.transposed, self), contains_text(text));
    };
    refused(x.to(at::kFloat), m.rows, 0, "type of x");
    refused(x.to(at::kLong), m.rows, 0, "float32 or float64");
    refused(x.narrow(0, 0, 3), m.rows, 0, "every column");
    refused(x, {m.rows.first, m.rows.column.to(at::kLong), m.rows.weight}, 0, "int32");
    refused(x, {m.rows.first.narrow(0, 0, 4), m.rows.column, m.rows.weight}, 0, "ascend");
    refused(x, {m.rows.first.flip(0), m.rows.column, m.rows.weight}, 0, "ascend");
    refused(x, {m.rows.first, m.rows.column - 1, m.rows.weight}, 0, "every column");
    refused(x, {m.rows.first, m.rows.column, m.rows.weight.narrow(0, 0, 1)}, 0, "one number per entry");
    const Sparse wide = sparse(3, 6, false, at::kDouble, at::kCPU, 3);
    refused(x, wide.rows, 1, "as many rows as columns");
    at::Tensor weight = m.rows.weight.clone().requires_grad_(true);
    refused(x, {m.rows.first, m.rows.column, weight}, 0, "no derivative by the weights");
}
