// SPDX-License-Identifier: BSD-3-Clause
// Schema of batch normalisation with a ramp, the calls through the dispatcher, its derivative and its CUDA form, which
// is made of ATen's.
#include "gpu/graph/norm_ramp.h"

#include <ATen/ATen.h>
#include <ATen/core/dispatch/Dispatcher.h>
#include <ATen/core/grad_mode.h>
#include <torch/csrc/autograd/custom_function.h>
#include <torch/library.h>

#include <tuple>

namespace orrery::graph {

TORCH_LIBRARY_FRAGMENT(orrery, library) {
    library.def(
        "graph_norm_ramp(Tensor x, Tensor weight, Tensor bias, Tensor(a!) running_mean, Tensor(b!) running_var, "
        "bool training, float momentum, float epsilon) -> (Tensor, Tensor, Tensor)");
    library.def("graph_norm_ramp_backward(Tensor gradient, Tensor y, Tensor x, Tensor weight, Tensor mean, "
                "Tensor inverse_deviation, bool training) -> (Tensor, Tensor, Tensor)");
}

namespace {

using at::Tensor;
using torch::autograd::AutogradContext;
using torch::autograd::Function;
using torch::autograd::variable_list;
using Three = std::tuple<Tensor, Tensor, Tensor>;

Three call(const Tensor& x, const Tensor& weight, const Tensor& bias, const Tensor& running_mean,
           const Tensor& running_var, bool training, double momentum, double epsilon) {
    static const auto op =
        c10::Dispatcher::singleton().findSchemaOrThrow("orrery::graph_norm_ramp", "").typed<decltype(call)>();
    return op.call(x, weight, bias, running_mean, running_var, training, momentum, epsilon);
}

Three call_backward(const Tensor& gradient, const Tensor& y, const Tensor& x, const Tensor& weight, const Tensor& mean,
                    const Tensor& inverse_deviation, bool training) {
    static const auto op = c10::Dispatcher::singleton()
                               .findSchemaOrThrow("orrery::graph_norm_ramp_backward", "")
                               .typed<decltype(call_backward)>();
    return op.call(gradient, y, x, weight, mean, inverse_deviation, training);
}

struct NormRamp : Function<NormRamp> {
    static variable_list forward(AutogradContext* context, const Tensor& x, const Tensor& weight, const Tensor& bias,
                                 const Tensor& running_mean, const Tensor& running_var, bool training, double momentum,
                                 double epsilon) {
        at::AutoDispatchBelowADInplaceOrView guard;
        const auto [y, mean, inverse] = call(x, weight, bias, running_mean, running_var, training, momentum, epsilon);
        context->save_for_backward({y, x, weight, mean, inverse});
        context->saved_data["training"] = training;
        context->mark_non_differentiable({mean, inverse});
        return {y, mean, inverse};
    }
    static variable_list backward(AutogradContext* context, variable_list grads) {
        TORCH_CHECK(!at::GradMode::is_enabled(), "graph_norm_ramp has no second derivative");
        const auto saved = context->get_saved_variables();
        const auto [x, weight, bias] = call_backward(grads[0], saved[0], saved[1], saved[2], saved[3], saved[4],
                                                     context->saved_data["training"].toBool());
        variable_list result(8);
        result[0] = x;
        result[1] = weight;
        result[2] = bias;
        return result;
    }
};

Three with_derivative(const Tensor& x, const Tensor& weight, const Tensor& bias, const Tensor& running_mean,
                      const Tensor& running_var, bool training, double momentum, double epsilon) {
    const auto r = NormRamp::apply(x, weight, bias, running_mean, running_var, training, momentum, epsilon);
    return {r[0], r[1], r[2]};
}

Three forward_cuda(const Tensor& x, const Tensor& weight, const Tensor& bias, const Tensor& running_mean,
                   const Tensor& running_var, bool training, double momentum, double epsilon) {
    auto [y, mean, inverse] =
        at::native_batch_norm(x, weight, bias, running_mean, running_var, training, momentum, epsilon);
    if (!training) { // ATen leaves them empty
        mean = running_mean.clone();
        inverse = (running_var + epsilon).rsqrt();
    }
    return {y.relu_(), mean, inverse};
}

Three backward_cuda(const Tensor& gradient, const Tensor& y, const Tensor& x, const Tensor& weight, const Tensor& mean,
                    const Tensor& inverse, bool training) {
    const Tensor g = at::threshold_backward(gradient, y, 0), centred = (x - mean) * inverse;
    const Tensor by_bias = g.sum(0), by_weight = (g * centred).sum(0);
    Tensor by_x = g;
    if (training) by_x = g - (by_bias + centred * by_weight) / static_cast<double>(x.size(0));
    return {by_x * (weight * inverse), by_weight, by_bias};
}

TORCH_LIBRARY_IMPL(orrery, Autograd, library) { library.impl("graph_norm_ramp", with_derivative); }
TORCH_LIBRARY_IMPL(orrery, CUDA, library) {
    library.impl("graph_norm_ramp", forward_cuda);
    library.impl("graph_norm_ramp_backward", backward_cuda);
}

} // namespace

Tensor norm_ramp(const Tensor& x, const Tensor& weight, const Tensor& bias, const Tensor& running_mean,
                 const Tensor& running_var, bool training, double momentum, double epsilon) {
    return std::get<0>(call(x, weight, bias, running_mean, running_var, training, momentum, epsilon));
}

} // namespace orrery::graph
