// SPDX-License-Identifier: BSD-3-Clause
// Schema of the sum over neighbours, the call through the dispatcher, and its derivative.
#include "gpu/graph/aggregate.h"

#include <ATen/ATen.h>
#include <ATen/core/dispatch/Dispatcher.h>
#include <torch/csrc/autograd/custom_function.h>
#include <torch/library.h>

#include <optional>

namespace orrery::graph {

TORCH_LIBRARY_FRAGMENT(orrery, library) {
    library.def("graph_aggregate(Tensor x, Tensor first, Tensor column, Tensor? weight, Tensor transposed_first, "
                "Tensor transposed_column, Tensor? transposed_weight, float self) -> Tensor");
}

namespace {

using at::Tensor;
using torch::autograd::AutogradContext;
using torch::autograd::Function;
using torch::autograd::variable_list;
using Weight = std::optional<Tensor>;

Tensor call(const Tensor& x, const Tensor& first, const Tensor& column, const Weight& weight, const Tensor& back_first,
            const Tensor& back_column, const Weight& back_weight, double self) {
    static const auto op =
        c10::Dispatcher::singleton().findSchemaOrThrow("orrery::graph_aggregate", "").typed<decltype(call)>();
    return op.call(x, first, column, weight, back_first, back_column, back_weight, self);
}

Weight optional(const Tensor& weight) { return weight.defined() ? Weight(weight) : std::nullopt; }

struct Aggregate : Function<Aggregate> {
    static Tensor forward(AutogradContext* context, const Tensor& x, const Tensor& first, const Tensor& column,
                          const Weight& weight, const Tensor& back_first, const Tensor& back_column,
                          const Weight& back_weight, double self) {
        at::AutoDispatchBelowADInplaceOrView guard;
        context->save_for_backward(
            {first, column, weight.value_or(Tensor()), back_first, back_column, back_weight.value_or(Tensor())});
        context->saved_data["self"] = self;
        return call(x, first, column, weight, back_first, back_column, back_weight, self);
    }
    static variable_list backward(AutogradContext* context, variable_list grads) {
        const auto saved = context->get_saved_variables();
        variable_list result(8);
        result[0] = call(grads[0].contiguous(), saved[3], saved[4], optional(saved[5]), saved[0], saved[1],
                         optional(saved[2]), context->saved_data["self"].toDouble());
        return result;
    }
};

Tensor with_derivative(const Tensor& x, const Tensor& first, const Tensor& column, const Weight& weight,
                       const Tensor& back_first, const Tensor& back_column, const Weight& back_weight, double self) {
    TORCH_CHECK(!(weight && weight->requires_grad()) && !(back_weight && back_weight->requires_grad()),
                "graph_aggregate has no derivative by the weights: detach() them");
    return Aggregate::apply(x, first, column, weight, back_first, back_column, back_weight, self);
}

TORCH_LIBRARY_IMPL(orrery, Autograd, library) { library.impl("graph_aggregate", with_derivative); }

} // namespace

Tensor aggregate(const Tensor& x, const SparseRows& rows, const SparseRows& transposed, double self) {
    return call(x, rows.first, rows.column, optional(rows.weight), transposed.first, transposed.column,
                optional(transposed.weight), self);
}

} // namespace orrery::graph
