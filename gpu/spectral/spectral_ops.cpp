// SPDX-License-Identifier: BSD-3-Clause
// Schemas of the spectral operators, the calls through the dispatcher, and their derivatives (reverse mode, any order).
#include "gpu/spectral/spectral_ops.h"

#include <ATen/ATen.h>
#include <ATen/core/dispatch/Dispatcher.h>
#include <torch/csrc/autograd/custom_function.h>
#include <torch/library.h>

#include <algorithm>

namespace orrery::spectral {

TORCH_LIBRARY_FRAGMENT(orrery, library) {
    library.def("spectral_multiply(Tensor spectrum, Tensor symbols, int[] imaginary) -> Tensor");
    library.def(
        "spectral_multiply.out(Tensor spectrum, Tensor symbols, int[] imaginary, *, Tensor(a!) out) -> Tensor(a!)");
    library.def("spectral_contract(Tensor spectra, Tensor symbols, int[] imaginary) -> Tensor");
    library.def("spectral_apply(Tensor field, Tensor symbols, int[] imaginary) -> Tensor");
    library.def("spectral_apply_adjoint(Tensor fields, Tensor symbols, int[] imaginary) -> Tensor");
    library.def("spectral_transport(Tensor stack) -> Tensor");
    library.def("spectral_transport.out(Tensor stack, *, Tensor(a!) out) -> Tensor(a!)");
    library.def("spectral_transport_adjoint(Tensor grad, Tensor stack) -> Tensor");
    library.def("spectral_combine(Tensor[] spectra, Tensor[] weights) -> Tensor");
    library.def("spectral_combine.out(Tensor[] spectra, Tensor[] weights, *, Tensor(a!) out) -> Tensor(a!)");
    library.def("spectral_shift(Tensor spectrum, float a, float b) -> Tensor");
    library.def("spectral_power(Tensor spectrum, Tensor weights) -> Tensor");
    library.def("spectral_interpolate(Tensor spectrum, Tensor points) -> Tensor");
    library.def("spectral_interpolate_adjoint(Tensor values, Tensor points, int n) -> Tensor");
}

namespace ops {
namespace {
template <class Signature>
auto handle(const char* name, const char* overload = "") {
    return c10::Dispatcher::singleton().findSchemaOrThrow(name, overload).typed<Signature>();
}
} // namespace

at::Tensor multiply(const at::Tensor& spectrum, const at::Tensor& symbols, at::IntArrayRef imaginary) {
    static const auto op = handle<decltype(multiply)>("orrery::spectral_multiply");
    return op.call(spectrum, symbols, imaginary);
}
at::Tensor& multiply_out(const at::Tensor& spectrum, const at::Tensor& symbols, at::IntArrayRef imaginary,
                         at::Tensor& out) {
    static const auto op = handle<decltype(multiply_out)>("orrery::spectral_multiply", "out");
    return op.call(spectrum, symbols, imaginary, out);
}
at::Tensor contract(const at::Tensor& spectra, const at::Tensor& symbols, at::IntArrayRef imaginary) {
    static const auto op = handle<decltype(contract)>("orrery::spectral_contract");
    return op.call(spectra, symbols, imaginary);
}
at::Tensor apply(const at::Tensor& field, const at::Tensor& symbols, at::IntArrayRef imaginary) {
    static const auto op = handle<decltype(apply)>("orrery::spectral_apply");
    return op.call(field, symbols, imaginary);
}
at::Tensor apply_adjoint(const at::Tensor& fields, const at::Tensor& symbols, at::IntArrayRef imaginary) {
    static const auto op = handle<decltype(apply_adjoint)>("orrery::spectral_apply_adjoint");
    return op.call(fields, symbols, imaginary);
}
at::Tensor transport(const at::Tensor& stack) {
    static const auto op = handle<decltype(transport)>("orrery::spectral_transport");
    return op.call(stack);
}
at::Tensor& transport_out(const at::Tensor& stack, at::Tensor& out) {
    static const auto op = handle<decltype(transport_out)>("orrery::spectral_transport", "out");
    return op.call(stack, out);
}
at::Tensor transport_adjoint(const at::Tensor& grad, const at::Tensor& stack) {
    static const auto op = handle<decltype(transport_adjoint)>("orrery::spectral_transport_adjoint");
    return op.call(grad, stack);
}
at::Tensor combine(at::TensorList spectra, at::TensorList weights) {
    static const auto op = handle<decltype(combine)>("orrery::spectral_combine");
    return op.call(spectra, weights);
}
at::Tensor& combine_out(at::TensorList spectra, at::TensorList weights, at::Tensor& out) {
    static const auto op = handle<decltype(combine_out)>("orrery::spectral_combine", "out");
    return op.call(spectra, weights, out);
}
at::Tensor shift(const at::Tensor& spectrum, double a, double b) {
    static const auto op = handle<decltype(shift)>("orrery::spectral_shift");
    return op.call(spectrum, a, b);
}
at::Tensor power(const at::Tensor& spectrum, const at::Tensor& weights) {
    static const auto op = handle<decltype(power)>("orrery::spectral_power");
    return op.call(spectrum, weights);
}
at::Tensor interpolate(const at::Tensor& spectrum, const at::Tensor& points) {
    static const auto op = handle<decltype(interpolate)>("orrery::spectral_interpolate");
    return op.call(spectrum, points);
}
at::Tensor interpolate_adjoint(const at::Tensor& values, const at::Tensor& points, std::int64_t n) {
    static const auto op = handle<decltype(interpolate_adjoint)>("orrery::spectral_interpolate_adjoint");
    return op.call(values, points, n);
}
} // namespace ops

namespace {
using torch::autograd::AutogradContext;
using torch::autograd::Function;
using torch::autograd::variable_list;

// Field to field: both transforms and all symbols. Works on every device that has the pieces.
at::Tensor apply(const at::Tensor& field, const at::Tensor& symbols, at::IntArrayRef imaginary) {
    const std::int64_t n = symbols.size(1);
    const at::Tensor spectrum = at::_fft_r2c(field, {field.dim() - 2, field.dim() - 1}, 2, true);
    return at::_fft_c2r(ops::multiply(spectrum, symbols, imaginary), {field.dim() - 1, field.dim()}, 0, n);
}

at::Tensor apply_adjoint(const at::Tensor& fields, const at::Tensor& symbols, at::IntArrayRef imaginary) {
    const std::int64_t n = symbols.size(1);
    const at::Tensor spectra = at::_fft_r2c(fields, {fields.dim() - 2, fields.dim() - 1}, 2, true);
    return at::_fft_c2r(ops::contract(spectra, symbols, imaginary), {fields.dim() - 3, fields.dim() - 2}, 0, n);
}

TORCH_LIBRARY_IMPL(orrery, CompositeExplicitAutograd, library) {
    library.impl("spectral_apply", apply);
    library.impl("spectral_apply_adjoint", apply_adjoint);
}

using Call = at::Tensor (*)(const at::Tensor&, const at::Tensor&, at::IntArrayRef);

// Two linear maps that are each other's adjoint: the derivative of one is the other. For complex results torch's
// gradient is dL/d Re + i dL/d Im, for which the adjoint of a multiplication by sigma is that by conj(sigma).
template <Call forward_map, Call adjoint_map>
struct Linear : Function<Linear<forward_map, adjoint_map>> {
    static at::Tensor forward(AutogradContext* context, const at::Tensor& x, const at::Tensor& symbols,
                              std::vector<std::int64_t> imaginary) {
        at::AutoDispatchBelowADInplaceOrView guard;
        context->save_for_backward({symbols});
        context->saved_data["imaginary"] = imaginary;
        return forward_map(x, symbols, imaginary);
    }
    static variable_list backward(AutogradContext* context, variable_list grads) {
        return {
            adjoint_map(grads[0], context->get_saved_variables()[0], context->saved_data["imaginary"].toIntVector()),
            at::Tensor(), at::Tensor()};
    }
};

template <Call forward_map, Call adjoint_map>
at::Tensor linear(const at::Tensor& x, const at::Tensor& symbols, at::IntArrayRef imaginary) {
    TORCH_CHECK(!symbols.requires_grad(),
                "the spectral operators have no derivative with respect to the table of symbols");
    return Linear<forward_map, adjoint_map>::apply(x, symbols, imaginary.vec());
}

struct TransportAdjoint;
struct Transport : Function<Transport> {
    static at::Tensor forward(AutogradContext* context, const at::Tensor& stack) {
        at::AutoDispatchBelowADInplaceOrView guard;
        context->save_for_backward({stack});
        return ops::transport(stack);
    }
    static variable_list backward(AutogradContext* context, variable_list grads) {
        return {ops::transport_adjoint(grads[0], context->get_saved_variables()[0])};
    }
};

struct TransportAdjoint : Function<TransportAdjoint> {
    static at::Tensor forward(AutogradContext* context, const at::Tensor& grad, const at::Tensor& stack) {
        at::AutoDispatchBelowADInplaceOrView guard;
        context->save_for_backward({grad, stack});
        return ops::transport_adjoint(grad, stack);
    }
    static variable_list backward(AutogradContext* context, variable_list grads) {
        const auto saved = context->get_saved_variables();
        const at::Tensor& h = grads[0]; // [4, ..., n, n]; out[p] = g * stack[(p + 2) % 4]
        return {(h * saved[1].roll(2, 0)).sum(0), (h * saved[0]).roll(2, 0)};
    }
};

// Time stepping needs no derivative; where one is asked for, the sum is made of torch's own operators.
at::Tensor combine_with_derivative(at::TensorList spectra, at::TensorList weights) {
    const auto wants = [](const at::Tensor& t) { return t.requires_grad(); };
    if (std::none_of(spectra.begin(), spectra.end(), wants) && std::none_of(weights.begin(), weights.end(), wants)) {
        at::AutoDispatchBelowADInplaceOrView guard;
        return ops::combine(spectra, weights);
    }
    at::Tensor sum = spectra[0] * weights[0];
    for (std::size_t j = 1; j < spectra.size(); ++j) sum = sum + spectra[j] * weights[j];
    return sum;
}

struct Shift : Function<Shift> {
    static at::Tensor forward(AutogradContext* context, const at::Tensor& spectrum, double a, double b) {
        at::AutoDispatchBelowADInplaceOrView guard;
        context->saved_data["a"] = a;
        context->saved_data["b"] = b;
        return ops::shift(spectrum, a, b);
    }
    static variable_list backward(AutogradContext* context, variable_list grads) {
        return {ops::shift(grads[0], -context->saved_data["a"].toDouble(), -context->saved_data["b"].toDouble()),
                at::Tensor(), at::Tensor()};
    }
};

struct Power : Function<Power> {
    static at::Tensor forward(AutogradContext* context, const at::Tensor& spectrum, const at::Tensor& weights) {
        at::AutoDispatchBelowADInplaceOrView guard;
        context->save_for_backward({spectrum, weights});
        return ops::power(spectrum, weights);
    }
    static variable_list backward(AutogradContext* context, variable_list grads) {
        const auto saved = context->get_saved_variables();
        return {at::tensordot(grads[0], saved[1], {-1}, {0}) * saved[0] * 2, at::Tensor()};
    }
};

struct Interpolate : Function<Interpolate> {
    static at::Tensor forward(AutogradContext* context, const at::Tensor& spectrum, const at::Tensor& points) {
        at::AutoDispatchBelowADInplaceOrView guard;
        context->save_for_backward({spectrum, points});
        return ops::interpolate(spectrum, points);
    }
    static variable_list backward(AutogradContext* context, variable_list grads) {
        const auto saved = context->get_saved_variables();
        const at::Tensor &spectrum = saved[0], &points = saved[1];
        const std::int64_t n = spectrum.size(-2);
        at::Tensor to_points;
        if (context->needs_input_grad(1)) {
            // The derivative of the interpolant is the interpolant of the derivative, except for the Nyquist cosines,
            // whose derivative vanishes on the grid but not between; they are part of the interpolant, so they count
            // here.
            const auto real = points.options().dtype(at::kDouble);
            const at::Tensor k1 = at::fft_fftfreq(n, 1.0 / static_cast<double>(n), real);
            const at::Tensor k2 = at::arange(0, n / 2 + 1, real);
            const auto factor = [&](const at::Tensor& k, const at::Tensor& x, bool slope) {
                const at::Tensor angle = x.to(at::kDouble).unsqueeze(1) * k.unsqueeze(0); // [p, modes]
                at::Tensor re = at::cos(angle), im = at::sin(angle);
                const at::Tensor inner = (k.abs() * 2 != n).to(at::kDouble);
                return slope ? at::complex(-k * im, k * re * inner) : at::complex(re, im * inner);
            };
            at::Tensor weight = at::full({n / 2 + 1}, 2.0, real);
            weight[0] = 1;
            weight[n / 2] = 1;
            const at::Tensor x = points.select(1, 0), y = points.select(1, 1);
            const at::Tensor wide = spectrum.to(at::kComplexDouble).reshape({-1, n, n / 2 + 1});
            const at::Tensor g = grads[0].to(at::kDouble).reshape({-1, points.size(0)});
            const auto value = [&](bool sx, bool sy) {
                const at::Tensor rows = factor(k1, x, sx), columns = factor(k2, y, sy) * weight;
                return (at::real(at::einsum("pi,bij,pj->bp", {rows, wide, columns})) * g).sum(0);
            };
            to_points = at::stack({value(true, false), value(false, true)}, 1).to(points.scalar_type());
        }
        return {ops::interpolate_adjoint(grads[0], points, n), to_points};
    }
};

struct InterpolateAdjoint : Function<InterpolateAdjoint> {
    static at::Tensor forward(AutogradContext* context, const at::Tensor& values, const at::Tensor& points,
                              std::int64_t n) {
        at::AutoDispatchBelowADInplaceOrView guard;
        context->save_for_backward({points});
        return ops::interpolate_adjoint(values, points, n);
    }
    static variable_list backward(AutogradContext* context, variable_list grads) {
        // <interpolate_adjoint(v), h> = Re sum w v conj(phase) conj(h) is the interpolant of h with doubled columns,
        // which is what interpolate computes.
        return {ops::interpolate(grads[0], context->get_saved_variables()[0]), at::Tensor(), at::Tensor()};
    }
};

TORCH_LIBRARY_IMPL(orrery, Autograd, library) {
    library.impl("spectral_multiply", linear<ops::multiply, ops::contract>);
    library.impl("spectral_contract", linear<ops::contract, ops::multiply>);
    library.impl("spectral_apply", linear<ops::apply, ops::apply_adjoint>);
    library.impl("spectral_apply_adjoint", linear<ops::apply_adjoint, ops::apply>);
    library.impl("spectral_transport", [](const at::Tensor& stack) { return Transport::apply(stack); });
    library.impl("spectral_transport_adjoint",
                 [](const at::Tensor& grad, const at::Tensor& stack) { return TransportAdjoint::apply(grad, stack); });
    library.impl("spectral_combine", combine_with_derivative);
    library.impl("spectral_shift",
                 [](const at::Tensor& spectrum, double a, double b) { return Shift::apply(spectrum, a, b); });
    library.impl("spectral_power",
                 [](const at::Tensor& spectrum, const at::Tensor& weights) { return Power::apply(spectrum, weights); });
    library.impl("spectral_interpolate", [](const at::Tensor& spectrum, const at::Tensor& points) {
        return Interpolate::apply(spectrum, points);
    });
    library.impl("spectral_interpolate_adjoint",
                 [](const at::Tensor& values, const at::Tensor& points, std::int64_t n) {
                     return InterpolateAdjoint::apply(values, points, n);
                 });
}

} // namespace
} // namespace orrery::spectral
