// SPDX-License-Identifier: BSD-3-Clause
#include "gpu/jet/wide_products.h"

#include <ATen/ATen.h>

namespace orrery::jet {

namespace {

template <class T>
at::Tensor view(const T* data, at::IntArrayRef sizes, at::IntArrayRef strides, int device) {
    const at::Device on =
        device == on_processor ? at::Device(at::kCPU) : at::Device(at::kCUDA, static_cast<at::DeviceIndex>(device));
    const at::TensorOptions options = at::TensorOptions().dtype(c10::CppTypeToScalarType<T>::value).device(on);
    return at::for_blob(const_cast<T*>(data), sizes).strides(strides).target_device(on).options(options).make_tensor();
}

} // namespace

template <class T>
void layer_product(const T* weights, int out, int in, bool transposed, const T* a, int columns, T* z, int device) {
    const at::InferenceMode no_graph;
    const at::Tensor w = view(weights, {out, in}, {in, 1}, device);
    const int rows = transposed ? in : out;
    at::Tensor to = view(z, {rows, columns}, {columns, 1}, device);
    at::mm_out(to, transposed ? w.t() : w, view(a, {transposed ? out : in, columns}, {columns, 1}, device));
}

template <class T>
void outer_products(const T* d, int out, const T* a, int in, int columns, int segments, T* products, int device) {
    const at::InferenceMode no_graph;
    const int length = columns / segments;
    const at::Tensor left = view(d, {segments, out, length}, {length, columns, 1}, device);
    const at::Tensor right = view(a, {segments, length, in}, {length, 1, columns}, device);
    at::Tensor to = view(products, {segments, out, in}, {out * in, in, 1}, device);
    at::bmm_out(to, left, right);
}

template void layer_product(const float*, int, int, bool, const float*, int, float*, int);
template void layer_product(const double*, int, int, bool, const double*, int, double*, int);
template void outer_products(const float*, int, const float*, int, int, int, float*, int);
template void outer_products(const double*, int, const double*, int, int, int, double*, int);

} // namespace orrery::jet
