// SPDX-License-Identifier: BSD-3-Clause
// The eigensolver as operators of torch.
#include "tests/catch.h"

#include <ATen/ATen.h>
#include <ATen/Context.h>
#include <ATen/core/dispatch/Dispatcher.h>

namespace {
auto laplacian_operator() {
    return c10::Dispatcher::singleton()
        .findSchemaOrThrow("orrery::laplacian", "")
        .typed<at::Tensor(const at::Tensor&, std::int64_t)>();
}
auto eigen_operator() {
    return c10::Dispatcher::singleton()
        .findSchemaOrThrow("orrery::symmetric_eigen", "")
        .typed<std::tuple<at::Tensor, at::Tensor>(const at::Tensor&)>();
}
} // namespace

TEST_CASE("the Laplacian of a list of edges is an operator", "[gpu][spectrum]") {
    const at::Tensor edges = at::tensor({0, 1, 1, 1, 2, 2}, at::kLong).view({2, 3}); // 0-1, 1-2, 1-2
    const at::Tensor expected =
        at::tensor({1., -1., 0., 0., -1., 2., -1., 0., 0., -1., 1., 0., 0., 0., 0., 0.}).to(at::kDouble).view({4, 4});
    CHECK(laplacian_operator().call(edges, 4).equal(expected));
    CHECK_THROWS_AS(laplacian_operator().call(edges, 2), c10::Error);
    CHECK_THROWS_AS(laplacian_operator().call(edges.to(at::kDouble), 4), c10::Error);
}

namespace {
void solves_batches(at::Device device) {
    const at::Tensor half = at::arange(2 * 3 * 7 * 7, at::kDouble).sin().view({2, 3, 7, 7}).to(device);
    const at::Tensor matrices = half + half.transpose(-1, -2);
    const auto [values, vectors] = eigen_operator().call(matrices.tril());
    CHECK(values.sizes() == at::IntArrayRef({2, 3, 7}));
    const at::Tensor back = at::matmul(vectors * values.unsqueeze(-2), vectors.transpose(-1, -2));
    CHECK((back - matrices).abs().max().item<double>() < 1e-13);
    CHECK((at::diff(values) >= 0).all().item<bool>());
    CHECK_THROWS_AS(eigen_operator().call(half.to(at::kFloat)), c10::Error);
    CHECK_THROWS_AS(eigen_operator().call(half.narrow(-1, 0, 3)), c10::Error);
    CHECK(std::get<1>(eigen_operator().call(half.narrow(0, 0, 0))).sizes() == at::IntArrayRef({0, 3, 7, 7}));
}
} // namespace

TEST_CASE("symmetric matrices are solved in batches", "[gpu][spectrum]") { solves_batches(at::kCPU); }
TEST_CASE("symmetric matrices on a CUDA device are solved there", "[gpu][spectrum][cuda]") {
    if (!at::hasCUDA()) {
        WARN("skipped: no CUDA device");
        return;
    }
    solves_batches(at::kCUDA);
}
