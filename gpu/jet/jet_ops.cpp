// SPDX-License-Identifier: BSD-3-Clause
// The jet engine as operators with a derivative: torch.ops.orrery.jet and jet_parameters.
#include "core/error.h"
#include "gpu/jet/engine.h"
#include "gpu/jet/term.h"

#include <ATen/ATen.h>
#include <ATen/Dispatch.h>
#include <ATen/Parallel.h>
#include <ATen/core/dispatch/Dispatcher.h>
#include <torch/csrc/autograd/custom_function.h>
#include <torch/library.h>

#include <cstring>
#include <deque>
#include <numeric>

namespace orrery::jet {

TORCH_LIBRARY_FRAGMENT(orrery, library) {
    // Partial derivatives [derivatives, outputs, n] of a network at points [n, coordinates]. `derivatives` holds for
    // each one its order in each coordinate; `network`: coordinates, width, depth, outputs, activation (0 tanh, 1 sin,
    // 2 silu, 3 gelu), adaptive, gated; `features`: for each its wave, phase and whether it is a cosine (network.h).
    // float32 or float64. Up to the fourth order fused, beyond by tensors with autograd.
    library.def("jet(Tensor parameters, Tensor points, int[] derivatives, int[] network, float[] features) -> Tensor");
    // Its adjoint for a gradient of the same shape: by the parameters, and by the points where asked (else empty).
    library.def("jet_adjoint(Tensor grad, Tensor parameters, Tensor points, int[] derivatives, int[] network, "
                "float[] features, bool by_points) -> (Tensor, Tensor)");
    // Glorot-normal weights, float64.
    library.def("jet_parameters(int[] network, float[] features, int seed) -> Tensor");
}

namespace {

using at::Tensor;
using torch::autograd::AutogradContext;
using torch::autograd::Function;
using torch::autograd::variable_list;
using Pair = std::tuple<Tensor, Tensor>;

// What a call is about, besides its numbers.
struct Description {
    std::vector<std::int64_t> derivatives, network;
    std::vector<double> features;
    bool operator==(const Description&) const = default;
};

Network network_of(at::IntArrayRef shape, at::ArrayRef<double> features) {
    TORCH_CHECK(shape.size() == 7,
                "a network is described by 7 numbers: coordinates, width, depth, outputs, activation, "
                "adaptive, gated; there are ",
                shape.size());
    for (const std::int64_t n : shape) TORCH_CHECK(n >= 0 && n <= 1 << 20, "a network can't have the number ", n);
    TORCH_CHECK(shape[4] < 4, "there is no activation ", shape[4]);
    Network net;
    net.coordinates = static_cast<int>(shape[0]);
    net.width = static_cast<int>(shape[1]);
    net.depth = static_cast<int>(shape[2]);
    net.outputs = static_cast<int>(shape[3]);
    net.activation = static_cast<Activation>(shape[4]);
    net.adaptive = shape[5] != 0;
    net.gated = shape[6] != 0;
    const auto d = static_cast<std::size_t>(net.coordinates);
    TORCH_CHECK(features.size() % (d + 2) == 0, "each feature needs ", d + 2, " numbers: its wave, phase and 0 or 1");
    for (auto at = features.begin(); at != features.end(); at += static_cast<std::ptrdiff_t>(d + 2))
        net.features.push_back({{at, at + static_cast<std::ptrdiff_t>(d)}, at[d], at[d + 1] != 0});
    return net;
}

// One a thread for all its engines: threads that wait for work would take the cores from those of another engine.
std::shared_ptr<Team> team_of(int threads) {
    thread_local std::shared_ptr<Team> team;
    if (threads > 1 && (!team || team->threads() != threads)) team = std::make_shared<Team>(threads);
    return threads > 1 ? team : nullptr;
}

// An engine with one term that has every derivative of every output as a variable.
class Evaluator {
public:
    Evaluator(const Description& about, const Tensor& points, int threads)
        : about_(about), options_(points.options()), threads_(threads) {
        Network net = network_of(about.network, about.features);
        std::vector<Derivative> derivatives;
        const std::size_t d = static_cast<std::size_t>(net.coordinates);
        TORCH_CHECK(d > 0 && !about.derivatives.empty() && about.derivatives.size() % d == 0, "each derivative needs ",
                    d, " orders, one a coordinate");
        int highest = 0;
        for (std::size_t i = 0; i < about.derivatives.size(); i += d) {
            const auto first = about.derivatives.begin() + static_cast<std::ptrdiff_t>(i);
            derivatives.emplace_back(first, first + static_cast<std::ptrdiff_t>(d));
            highest = std::max(highest, std::accumulate(derivatives.back().begin(), derivatives.back().end(), 0));
        }
        Term term;
        term.residuals = 0;
        const Plan made = plan(net.coordinates, derivatives, max_tensor_order);
        term.channels = made.channels;
        for (std::size_t k = 0; k < derivatives.size(); ++k) {
            for (int o = 0; o < net.outputs; ++o) term.variables.push_back({o, made.rows[k], derivatives[k]});
        }
        EngineOptions options;
        options.precision = points.scalar_type() == at::kFloat ? Precision::float32 : Precision::float64;
        options.team = team_of(threads);
        options.tensors = highest > max_order || made.channels.count() > most_channels;
        options.cuda = points.is_cuda() ? points.get_device() : -1;
        engine_ = std::make_unique<Engine>(std::move(net), options);
        engine_->add(std::move(term));
    }

    bool is_for(const Description& about, const Tensor& points, int threads) const {
        return about_ == about && options_.dtype() == points.dtype() && points_.count == size_of(points.size(0)) &&
               threads_ == threads;
    }

    Tensor values(const Tensor& parameters, const Tensor& points) {
        take(points);
        const std::vector<double> v = engine_->variables(0, numbers(parameters));
        const std::int64_t d = points.size(1), outputs = engine_->network().outputs;
        return tensor(v, {static_cast<std::int64_t>(about_.derivatives.size()) / d, outputs, points.size(0)});
    }

    Pair adjoint(const Tensor& grad, const Tensor& parameters, const Tensor& points, bool by_points) {
        take(points);
        std::vector<double> by_parameter(size_of(parameters.numel())), by_point;
        if (by_points) by_point.resize(points_.coordinates.size());
        if (points_.count > 0) engine_->backward(0, numbers(parameters), numbers(grad), by_parameter, by_point);
        return {tensor(by_parameter, parameters.sizes()),
                by_points ? tensor(by_point, {points.size(1), points.size(0)}).t().contiguous()
                          : at::empty({0}, options_)};
    }

private:
    static std::size_t size_of(std::int64_t n) { return static_cast<std::size_t>(n); }
    static std::vector<double> numbers(const Tensor& t) {
        const Tensor flat = t.cpu().contiguous();
        std::vector<double> to(size_of(flat.numel()));
        AT_DISPATCH_FLOATING_TYPES(flat.scalar_type(), "numbers",
                                   [&] { std::copy_n(flat.const_data_ptr<scalar_t>(), to.size(), to.begin()); });
        return to;
    }
    Tensor tensor(const std::vector<double>& from, at::IntArrayRef shape) const {
        Tensor to = at::empty(shape, options_.device(at::kCPU));
        AT_DISPATCH_FLOATING_TYPES(to.scalar_type(), "tensor", [&] {
            std::transform(from.begin(), from.end(), to.mutable_data_ptr<scalar_t>(),
                           [](double value) { return static_cast<scalar_t>(value); });
        });
        return to.to(options_.device());
    }
    // Points that stay are not prepared again.
    void take(const Tensor& points) {
        const Tensor given = points.cpu().contiguous();
        const std::size_t bytes = given.nbytes();
        if (taken_.defined() && taken_.sizes() == given.sizes() &&
            std::memcmp(taken_.const_data_ptr(), given.const_data_ptr(), bytes) == 0)
            return;
        points_.count = size_of(points.size(0));
        points_.coordinates = numbers(points.t());
        engine_->set_points(0, points_);
        taken_ = given.clone();
    }

    Description about_;
    at::TensorOptions options_;
    int threads_ = 1;
    std::unique_ptr<Engine> engine_;
    Points points_;
    Tensor taken_; // on the CPU, contiguous
};

void check(const Tensor& parameters, const Tensor& points, at::IntArrayRef shape) {
    TORCH_CHECK(points.scalar_type() == at::kFloat || points.scalar_type() == at::kDouble,
                "points must be float32 or float64, not ", points.scalar_type());
    TORCH_CHECK(parameters.scalar_type() == points.scalar_type() && parameters.device() == points.device(),
                "parameters and points must have the same type and device");
    TORCH_CHECK(!shape.empty() && points.dim() == 2 && points.size(1) == shape[0], "points must have the shape [n, ",
                shape.empty() ? 0 : shape[0], "], not ", points.sizes());
    TORCH_CHECK(parameters.dim() == 1, "parameters must be one line of numbers");
}

// Calls f with an engine for these points; the last few stay, one set a thread.
template <class F>
auto with_evaluator(const Description& about, const Tensor& points, F f) {
    constexpr std::size_t most = 8;
    if (points.is_cuda()) { // tensors of a device are not to outlive its driver
        Evaluator once(about, points, 1);
        return f(once);
    }
    thread_local std::deque<std::unique_ptr<Evaluator>> kept;
    const int threads = at::get_num_threads();
    auto found =
        std::find_if(kept.begin(), kept.end(), [&](const auto& e) { return e->is_for(about, points, threads); });
    std::unique_ptr<Evaluator> evaluator;
    if (found != kept.end()) {
        evaluator = std::move(*found);
        kept.erase(found);
    } else {
        evaluator = std::make_unique<Evaluator>(about, points, threads);
    }
    auto result = f(*evaluator);
    kept.push_front(std::move(evaluator));
    if (kept.size() > most) kept.pop_back();
    return result;
}

Tensor jet(const Tensor& parameters, const Tensor& points, at::IntArrayRef derivatives, at::IntArrayRef network,
           at::ArrayRef<double> features) {
    check(parameters, points, network);
    return with_evaluator({derivatives.vec(), network.vec(), features.vec()}, points,
                          [&](Evaluator& e) { return e.values(parameters, points); });
}

Pair jet_adjoint(const Tensor& grad, const Tensor& parameters, const Tensor& points, at::IntArrayRef derivatives,
                 at::IntArrayRef network, at::ArrayRef<double> features, bool by_points) {
    check(parameters, points, network);
    TORCH_CHECK(network.size() == 7 && network[0] > 0 &&
                    grad.numel() ==
                        static_cast<std::int64_t>(derivatives.size()) / network[0] * network[3] * points.size(0),
                "the gradient must have the shape of the result, not ", grad.sizes());
    return with_evaluator({derivatives.vec(), network.vec(), features.vec()}, points,
                          [&](Evaluator& e) { return e.adjoint(grad, parameters, points, by_points); });
}

Tensor jet_parameters(at::IntArrayRef network, at::ArrayRef<double> features, std::int64_t seed) {
    return at::tensor(initial_parameters(network_of(network, features), static_cast<std::uint64_t>(seed)), at::kDouble);
}

template <class Signature>
auto handle(const char* name) {
    return c10::Dispatcher::singleton().findSchemaOrThrow(name, "").typed<Signature>();
}

struct JetAdjoint : Function<JetAdjoint> {
    static variable_list forward(AutogradContext*, const Tensor& grad, const Tensor& parameters, const Tensor& points,
                                 const Description& about, bool by_points) {
        at::AutoDispatchBelowADInplaceOrView guard;
        static const auto op = handle<decltype(jet_adjoint)>("orrery::jet_adjoint");
        auto [by_parameter, by_point] =
            op.call(grad, parameters, points, about.derivatives, about.network, about.features, by_points);
        return {by_parameter, by_point};
    }
    static variable_list backward(AutogradContext*, variable_list) {
        throw Error("orrery::jet can be differentiated once, not twice.",
                    "Ask for derivatives by the points among its `derivatives` instead of through autograd.");
    }
};

struct Jet : Function<Jet> {
    static Tensor forward(AutogradContext* context, const Tensor& parameters, const Tensor& points,
                          const Description& about) {
        at::AutoDispatchBelowADInplaceOrView guard;
        context->save_for_backward({parameters, points});
        context->saved_data["derivatives"] = about.derivatives;
        context->saved_data["network"] = about.network;
        context->saved_data["features"] = about.features;
        static const auto op = handle<decltype(jet)>("orrery::jet");
        return op.call(parameters, points, about.derivatives, about.network, about.features);
    }
    static variable_list backward(AutogradContext* context, variable_list grads) {
        const auto saved = context->get_saved_variables();
        const Description about{context->saved_data["derivatives"].toIntVector(),
                                context->saved_data["network"].toIntVector(),
                                context->saved_data["features"].toDoubleVector()};
        const bool by_points = context->needs_input_grad(1);
        const variable_list back = JetAdjoint::apply(grads[0], saved[0], saved[1], about, by_points);
        return {back[0], by_points ? back[1] : Tensor(), Tensor()};
    }
};

Tensor differentiable_jet(const Tensor& parameters, const Tensor& points, at::IntArrayRef derivatives,
                          at::IntArrayRef network, at::ArrayRef<double> features) {
    return Jet::apply(parameters, points, Description{derivatives.vec(), network.vec(), features.vec()});
}

Pair differentiable_adjoint(const Tensor& grad, const Tensor& parameters, const Tensor& points,
                            at::IntArrayRef derivatives, at::IntArrayRef network, at::ArrayRef<double> features,
                            bool by_points) {
    const variable_list back = JetAdjoint::apply(
        grad, parameters, points, Description{derivatives.vec(), network.vec(), features.vec()}, by_points);
    return {back[0], back[1]};
}

TORCH_LIBRARY_IMPL(orrery, CPU, library) {
    library.impl("jet", jet);
    library.impl("jet_adjoint", jet_adjoint);
}
TORCH_LIBRARY_IMPL(orrery, CUDA, library) {
    library.impl("jet", jet);
    library.impl("jet_adjoint", jet_adjoint);
}
TORCH_LIBRARY_IMPL(orrery, Autograd, library) {
    library.impl("jet", differentiable_jet);
    library.impl("jet_adjoint", differentiable_adjoint);
}
TORCH_LIBRARY_IMPL(orrery, CompositeExplicitAutograd, library) { library.impl("jet_parameters", jet_parameters); }

} // namespace
} // namespace orrery::jet
