// SPDX-License-Identifier: BSD-3-Clause
// The engine on tensors: derivatives of any order by autograd, on any device. It checks the fused engine, and takes
// what that one can't.
#include "core/error.h"
#include "gpu/jet/engine_backend.h"

#include <ATen/ATen.h>
#include <c10/core/InferenceMode.h>
#include <torch/csrc/autograd/autograd.h>

#include <fmt/format.h>

#include <map>
#include <numbers>

namespace orrery::jet {

namespace {

using at::Tensor;
std::int64_t long_of(std::size_t n) { return static_cast<std::int64_t>(n); }

// Leaves and copies between spans of numbers and tensors of the engine's type and device.
struct Kind {
    at::TensorOptions options;
    Tensor tensor(std::span<const double> from, at::IntArrayRef shape) const {
        // from_blob doesn't write; empty lists have no address.
        if (from.empty()) return at::empty(shape, options);
        return at::from_blob(const_cast<double*>(from.data()), shape, at::kDouble).to(options, false, true);
    }
};

std::vector<double> numbers_of(const Tensor& t) {
    const Tensor flat = t.detach().to(at::kCPU, at::kDouble).contiguous();
    const double* from = flat.const_data_ptr<double>();
    return {from, from + flat.numel()};
}

// Autograd works whoever calls: an operator below the level of derivatives, or someone in inference mode.
struct WithAutograd {
    c10::InferenceMode off{false};
};

// Gradients with a graph of their own; zeros where `inputs` doesn't enter.
Tensor gradient_of(const Tensor& line, const Tensor& input) {
    const Tensor g = torch::autograd::grad({line.sum()}, {input}, {}, true, true, true)[0];
    return g.defined() ? g : at::zeros_like(input);
}

// Derivatives of the outputs [outputs, n] at x [n, coordinates], each gradient taken once.
class Derivatives {
public:
    Derivatives(Tensor outputs, Tensor x) : outputs_(std::move(outputs)), x_(std::move(x)) {}

    Tensor by_orders(int output, const Derivative& orders) {
        Derivative below = orders;
        for (std::size_t i = orders.size(); i-- > 0;) {
            if (orders[i] == 0) continue;
            --below[i];
            return gradient(output, below).select(1, long_of(i));
        }
        return outputs_[output];
    }

    // D^order along the direction.
    Tensor along(int output, const Direction& direction, int order) {
        if (order == 0) return outputs_[output];
        const auto key = std::make_tuple(output, direction.vector, order);
        const auto found = lines_.find(key);
        if (found != lines_.end()) return found->second;
        const Tensor g = order == 1 ? gradient(output, Derivative(direction.vector.size(), 0))
                                    : gradient_of(along(output, direction, order - 1), x_);
        return lines_[key] = combine(g, direction.vector);
    }

    // sum_i coefficients[i] d/dx_i
    Tensor first(int output, const std::vector<double>& coefficients) {
        return combine(gradient(output, Derivative(coefficients.size(), 0)), coefficients);
    }

private:
    Tensor gradient(int output, const Derivative& orders) {
        const auto key = std::make_pair(output, orders);
        const auto found = gradients_.find(key);
        if (found != gradients_.end()) return found->second;
        return gradients_[key] = gradient_of(by_orders(output, orders), x_);
    }
    static Tensor combine(const Tensor& g, const std::vector<double>& coefficients) {
        Tensor sum = at::zeros({g.size(0)}, g.options());
        for (std::size_t i = 0; i < coefficients.size(); ++i) {
            if (coefficients[i] != 0) sum = sum + coefficients[i] * g.select(1, long_of(i));
        }
        return sum;
    }

    Tensor outputs_, x_;
    std::map<std::pair<int, Derivative>, Tensor> gradients_;
    std::map<std::tuple<int, std::vector<double>, int>, Tensor> lines_;
};

Tensor activation_of(Activation kind, const Tensor& z) {
    switch (kind) {
    case Activation::tanh:
        return z.tanh();
    case Activation::sin:
        return z.sin();
    case Activation::silu:
        return z * z.sigmoid();
    case Activation::gelu: // erfc keeps the digits of the lower tail
        break;
    }
    return 0.5 * z * at::erfc(z * -std::numbers::sqrt2 / 2);
}

Tensor evaluate(const Network& network, const Tensor& parameters, const Tensor& features) {
    const std::vector<Matrix> matrices = network.matrices();
    const auto layer = [&](const Matrix& m, const Tensor& a) {
        const Tensor weights = parameters.narrow(0, long_of(m.weights), long_of(m.out * m.in));
        const Tensor biases = parameters.narrow(0, long_of(m.biases()), long_of(m.out));
        return at::addmm(biases, a, weights.view({long_of(m.out), long_of(m.in)}).t());
    };
    const auto depth = static_cast<std::size_t>(network.depth);
    Tensor a = features, u, v;
    if (network.gated) {
        u = activation_of(network.activation, layer(matrices[depth + 1], a));
        v = activation_of(network.activation, layer(matrices[depth + 2], a));
    }
    for (std::size_t l = 0; l < depth; ++l) {
        Tensor z = layer(matrices[l], a);
        if (network.adaptive) z = z * parameters[long_of(network.parameters() - depth + l)];
        a = activation_of(network.activation, z);
        if (network.gated) a = (1 - a) * u + a * v;
    }
    return layer(matrices[depth], a).t(); // [outputs, n]
}

Tensor result_of(const Instruction& step, const Tensor& a, const Tensor& b) {
    switch (step.op) {
    case Op::add:
        return a + b;
    case Op::subtract:
        return a - b;
    case Op::multiply:
        return a * b;
    case Op::divide:
        return a / b;
    case Op::negate:
        return -a;
    case Op::power: { // with the slope in b of program.h
        const Tensor value = a.pow(b.detach());
        if (!b.requires_grad()) return value;
        const Tensor positive = a.detach() > 0;
        const Tensor logarithm = at::where(positive, a.detach(), at::ones_like(a)).log();
        return value + (b - b.detach()) * (value * logarithm).detach();
    }
    case Op::integer_power:
        return a.pow(step.value);
    case Op::sin:
        return a.sin();
    case Op::cos:
        return a.cos();
    case Op::tan:
        return a.tan();
    case Op::exp:
        return a.exp();
    case Op::log:
        return a.log();
    case Op::sqrt:
        return a.sqrt();
    case Op::tanh:
        return a.tanh();
    case Op::erf:
        return a.erf();
    case Op::abs:
        return a.abs();
    case Op::constant:
    case Op::input:
        break;
    }
    return a;
}

// Inputs [inputs][n] -> [outputs, n].
Tensor run_program(const Program& program, const std::vector<Tensor>& inputs, const Tensor& like) {
    std::vector<Tensor> values;
    for (const Instruction& step : program.code) {
        if (step.op == Op::input) {
            values.push_back(inputs[static_cast<std::size_t>(step.a)]);
        } else if (step.op == Op::constant) {
            values.push_back(at::full_like(like, step.value));
        } else {
            const Tensor& a = values[static_cast<std::size_t>(step.a)];
            values.push_back(result_of(step, a, takes_two(step.op) ? values[static_cast<std::size_t>(step.b)] : a));
        }
    }
    std::vector<Tensor> outputs;
    for (const int out : program.outputs) outputs.push_back(values[static_cast<std::size_t>(out)]);
    return at::stack(outputs);
}

// Residuals, and for d(loss)/d(residuals) the adjoint of the variables.
struct Residual {
    Tensor values;                                // [residuals, n]
    std::function<Tensor(const Tensor&)> adjoint; // [residuals, n] -> [variables, n]
};

template <class T>
Residual run_code(const ResidualCode<T>& code, int residuals, const Tensor& coordinates, const Tensor& extra,
                  const Tensor& variables) {
    constexpr std::int64_t group = 16;
    const std::int64_t n = variables.size(1), lead = (n + group - 1) / group * group;
    // Lines padded with the last point, on the CPU; 64-byte lines as ATen aligns them.
    const auto lines = [n, lead](const Tensor& t) {
        const Tensor host = t.detach().to(at::kCPU);
        if (host.size(0) == 0) return host;
        return at::cat({host, host.narrow(1, n - 1, 1).expand({host.size(0), lead - n})}, 1).contiguous();
    };
    struct Tile {
        Tensor coordinates, extra, variables, residuals;
        ResidualTile<T> view;
    };
    auto tile = std::make_shared<Tile>(Tile{lines(coordinates), lines(extra), lines(variables), {}, {}});
    tile->residuals = at::zeros({residuals, lead}, tile->variables.options());
    tile->view = {static_cast<int>(lead),
                  static_cast<int>(lead),
                  tile->coordinates.template const_data_ptr<T>(),
                  tile->extra.template const_data_ptr<T>(),
                  tile->variables.template const_data_ptr<T>(),
                  tile->residuals.template data_ptr<T>()};
    code.forward(tile->view);
    const auto device = variables.device();
    return {tile->residuals.narrow(1, 0, n).to(device), [tile, code, lines, device, n](const Tensor& grad) {
                const Tensor g = lines(grad);
                Tensor out = at::zeros_like(tile->variables);
                code.backward(tile->view, g.template const_data_ptr<T>(), out.template data_ptr<T>());
                return out.narrow(1, 0, n).to(device);
            }};
}

} // namespace

class TensorEngine final : public Engine::Implementation {
public:
    TensorEngine(Network of, Precision precision, int cuda)
        : Engine::Implementation(std::move(of)), precision_(precision), kind_{options_of(precision, cuda)} {
        std::vector<double> waves, phases;
        for (const Feature& f : network.features) {
            waves.insert(waves.end(), f.wave.begin(), f.wave.end());
            phases.push_back(f.phase);
            cosine_.push_back(f.cosine);
        }
        waves_ = kind_.tensor(waves, {long_of(phases.size()), network.coordinates});
        phases_ = kind_.tensor(phases, {long_of(phases.size())});
    }

    std::size_t add(Term term) override;
    void set_points(std::size_t term, const Points& points) override;
    void set_weights(std::size_t term, std::span<const double> weights) override;
    void set_point_weights(std::size_t term, std::span<const double> weights) override;
    double loss(std::span<const double> parameters, std::span<double> gradient) override;
    std::span<const double> mean_squares(std::size_t term) const override { return terms_.at(term).mean_squares; }
    std::vector<double> residuals(std::size_t term, std::span<const double> parameters) override;
    std::vector<double> variables(std::size_t term, std::span<const double> parameters) override;
    void backward(std::size_t term, std::span<const double> parameters, std::span<const double> grad_variables,
                  std::span<double> gradient, std::span<double> grad_coordinates) override;
    void residual_backward(std::size_t term, std::span<const double> parameters, std::span<const double> grad_residuals,
                           std::span<double> gradient) override;

private:
    struct State {
        Term term;
        std::vector<ChannelKind> kinds;
        std::int64_t count = 0;
        Tensor coordinates, extra, shift, scale, weights; // [coordinates, n], [extra, n], [outputs, channels, n], [n]
        std::vector<double> residual_weights, mean_squares;
    };

    static at::TensorOptions options_of(Precision precision, int cuda) {
        if (cuda >= 0 && !at::hasCUDA()) throw Error("No CUDA device can be used here.", "Choose the device cpu.");
        return at::TensorOptions()
            .dtype(precision == Precision::float32 ? at::kFloat : at::kDouble)
            .device(cuda < 0 ? at::Device(at::kCPU) : at::Device(at::kCUDA, static_cast<c10::DeviceIndex>(cuda)));
    }
    Tensor leaf(std::span<const double> parameters) const {
        return kind_.tensor(parameters, {long_of(parameters.size())}).set_requires_grad(true);
    }
    Tensor features(const Tensor& x) const;
    Tensor variable_lines(const State& state, const Tensor& parameters, const Tensor& x) const;
    Tensor channel(const State& state, Derivatives& network_at, int output, std::size_t channel) const;
    Tensor constrained(const State& state, Derivatives& network_at, int output, std::size_t channel) const;
    Residual residual(const State& state, const Tensor& variables) const;
    Tensor points_of(const State& state) const { return state.coordinates.t().contiguous().set_requires_grad(true); }

    Precision precision_;
    Kind kind_;
    Tensor waves_, phases_;
    std::vector<bool> cosine_;
    std::vector<State> terms_;
};

std::size_t TensorEngine::add(Term term) {
    check(network, term, precision_, max_tensor_order);
    State state;
    state.kinds = kinds_of(term.channels);
    state.residual_weights.assign(static_cast<std::size_t>(term.residuals), 1.0);
    state.mean_squares.assign(static_cast<std::size_t>(term.residuals), 0.0);
    state.term = std::move(term);
    terms_.push_back(std::move(state));
    return terms_.size() - 1;
}

void TensorEngine::set_points(std::size_t index, const Points& points) {
    State& state = terms_.at(index);
    check(network, state.term, points);
    const std::int64_t n = long_of(points.count), channels = long_of(state.kinds.size());
    state.count = n;
    state.coordinates = kind_.tensor(points.coordinates, {network.coordinates, n});
    state.extra = kind_.tensor(points.extra, {state.term.extra, n});
    state.shift = state.scale = Tensor();
    if (!points.scale.empty()) {
        state.shift = kind_.tensor(points.shift, {network.outputs, channels, n});
        state.scale = kind_.tensor(points.scale, {network.outputs, channels, n});
    }
    set_point_weights(index, points.weights);
}

void TensorEngine::set_weights(std::size_t term, std::span<const double> weights) {
    check_weights(terms_.at(term).term, weights);
    terms_[term].residual_weights.assign(weights.begin(), weights.end());
}

void TensorEngine::set_point_weights(std::size_t term, std::span<const double> weights) {
    State& state = terms_.at(term);
    state.weights = weights.empty() ? at::ones({state.count}, kind_.options) : kind_.tensor(weights, {state.count});
}

Tensor TensorEngine::features(const Tensor& x) const {
    const Tensor angles = at::addmm(phases_, x, waves_.t());
    std::vector<Tensor> columns;
    for (std::size_t f = 0; f < cosine_.size(); ++f) {
        const Tensor angle = angles.select(1, long_of(f));
        columns.push_back(cosine_[f] ? angle.cos() : angle);
    }
    return at::stack(columns, 1);
}

Tensor TensorEngine::channel(const State& state, Derivatives& at_points, int output, std::size_t index) const {
    const Channels& channels = state.term.channels;
    const ChannelKind kind = state.kinds[index];
    if (kind.collapsed < 0) {
        if (kind.order == 0)
            return at_points.by_orders(output, Derivative(static_cast<std::size_t>(network.coordinates), 0));
        return at_points.along(output, channels.directions[static_cast<std::size_t>(kind.direction)], kind.order);
    }
    const Collapsed& c = channels.collapsed[static_cast<std::size_t>(kind.collapsed)];
    Tensor sum = at_points.first(output, c.first);
    for (std::size_t d = 0; d < c.second.size(); ++d) {
        if (c.second[d] != 0) sum = sum + c.second[d] * at_points.along(output, channels.directions[d], 2);
    }
    return sum;
}

// The channel of shift + scale N, by Leibniz's rule.
Tensor TensorEngine::constrained(const State& state, Derivatives& at_points, int output, std::size_t index) const {
    const Tensor shift = state.shift[output], scale = state.scale[output];
    const auto of = [&](std::size_t c) { return channel(state, at_points, output, c); };
    const ChannelKind kind = state.kinds[index];
    const Tensor ends = scale[0] * of(index) + shift[long_of(index)];
    if (index == 0) return ends;
    Tensor sum = ends + scale[long_of(index)] * of(0);
    if (kind.collapsed < 0) {
        const std::size_t value = index - static_cast<std::size_t>(kind.order); // behind it: order 1
        double choose = 1;
        for (int i = 1; i < kind.order; ++i) {
            choose = choose * (kind.order - i + 1) / i;
            sum = sum + choose * scale[long_of(value) + i] * of(index - static_cast<std::size_t>(i));
        }
        return sum;
    }
    const Collapsed& c = state.term.channels.collapsed[static_cast<std::size_t>(kind.collapsed)];
    for (std::size_t d = 0; d < c.second.size(); ++d) {
        const auto first = static_cast<std::size_t>(state.term.channels.first_of(d));
        sum = sum + 2 * c.second[d] * scale[long_of(first)] * of(first);
    }
    return sum;
}

// [variables, n]
Tensor TensorEngine::variable_lines(const State& state, const Tensor& parameters, const Tensor& x) const {
    Derivatives at_points(evaluate(network, parameters, features(x)), x);
    std::vector<Tensor> lines;
    for (const Variable& v : state.term.variables) {
        if (!v.derivative.empty() && !state.scale.defined()) {
            lines.push_back(at_points.by_orders(v.output, v.derivative));
            continue;
        }
        Tensor sum = at::zeros({state.count}, kind_.options);
        for (std::size_t c = 0; c < v.row.size(); ++c) {
            if (v.row[c] == 0) continue;
            sum = sum + v.row[c] * (state.scale.defined() ? constrained(state, at_points, v.output, c)
                                                          : channel(state, at_points, v.output, c));
        }
        lines.push_back(sum);
    }
    return lines.empty() ? at::zeros({0, state.count}, kind_.options) : at::stack(lines);
}

Residual TensorEngine::residual(const State& state, const Tensor& variables) const {
    if (state.term.residuals == 0) {
        return {at::zeros({0, state.count}, kind_.options),
                [variables](const Tensor&) { return at::zeros_like(variables); }};
    }
    if (state.term.compiled()) {
        return precision_ == Precision::float32
                   ? run_code(state.term.code32, state.term.residuals, state.coordinates, state.extra, variables)
                   : run_code(state.term.code64, state.term.residuals, state.coordinates, state.extra, variables);
    }
    const Tensor inner = variables.detach().set_requires_grad(true);
    std::vector<Tensor> inputs;
    for (const Tensor& list : {state.coordinates, state.extra, inner}) {
        for (std::int64_t i = 0; i < list.size(0); ++i) inputs.push_back(list[i]);
    }
    const Tensor values = run_program(state.term.program, inputs, state.weights);
    return {values.detach(), [values, inner](const Tensor& grad) {
                if (!values.requires_grad()) return at::zeros_like(inner);
                const Tensor g = torch::autograd::grad({values}, {inner}, {grad}, false, false, true)[0];
                return g.defined() ? g : at::zeros_like(inner);
            }};
}

double TensorEngine::loss(std::span<const double> parameters, std::span<double> gradient) {
    const WithAutograd on;
    double total = 0;
    Tensor sum = at::zeros({long_of(parameters.size())}, kind_.options.dtype(at::kDouble));
    for (State& state : terms_) {
        std::fill(state.mean_squares.begin(), state.mean_squares.end(), 0.0);
        if (state.count == 0 || state.term.residuals == 0) continue;
        const Tensor p = leaf(parameters), u = variable_lines(state, p, points_of(state));
        const Residual r = residual(state, u);
        const auto count = static_cast<double>(state.count);
        const Tensor wide = r.values.to(at::kDouble);
        state.mean_squares = numbers_of((wide * wide * state.weights).sum(1) / count);
        for (std::size_t i = 0; i < state.mean_squares.size(); ++i)
            total += state.residual_weights[i] * state.mean_squares[i];
        if (gradient.empty()) continue;
        const Tensor factors = kind_.tensor(state.residual_weights, {state.term.residuals, 1}) * (2 / count);
        const Tensor grad = r.adjoint(factors * state.weights * r.values);
        if (!u.requires_grad()) continue;
        sum += torch::autograd::grad({u}, {p}, {grad})[0];
    }
    if (!gradient.empty()) {
        const std::vector<double> numbers = numbers_of(sum);
        std::copy(numbers.begin(), numbers.end(), gradient.begin());
    }
    return total;
}

std::vector<double> TensorEngine::residuals(std::size_t term, std::span<const double> parameters) {
    const WithAutograd on;
    const State& state = terms_.at(term);
    if (state.count == 0) return {};
    return numbers_of(residual(state, variable_lines(state, leaf(parameters), points_of(state))).values);
}

std::vector<double> TensorEngine::variables(std::size_t term, std::span<const double> parameters) {
    const WithAutograd on;
    const State& state = terms_.at(term);
    if (state.count == 0) return {};
    return numbers_of(variable_lines(state, leaf(parameters), points_of(state)));
}

void TensorEngine::backward(std::size_t term, std::span<const double> parameters,
                            std::span<const double> grad_variables, std::span<double> gradient,
                            std::span<double> grad_coordinates) {
    const WithAutograd on;
    const State& state = terms_.at(term);
    if (state.count == 0 || state.term.variables.empty()) return;
    const Tensor p = leaf(parameters), x = points_of(state), u = variable_lines(state, p, x);
    const Tensor grad = kind_.tensor(grad_variables, u.sizes());
    const auto grads = torch::autograd::grad({u}, {p, x}, {grad}, false, false, true);
    const std::vector<double> by_parameter = numbers_of(grads[0]), by_point = numbers_of(grads[1].t());
    for (std::size_t i = 0; i < gradient.size(); ++i) gradient[i] += by_parameter[i];
    if (!grad_coordinates.empty()) std::copy(by_point.begin(), by_point.end(), grad_coordinates.begin());
}

void TensorEngine::residual_backward(std::size_t term, std::span<const double> parameters,
                                     std::span<const double> grad_residuals, std::span<double> gradient) {
    const WithAutograd on;
    const State& state = terms_.at(term);
    if (state.count == 0 || state.term.residuals == 0) return;
    const Tensor p = leaf(parameters), u = variable_lines(state, p, points_of(state));
    const Residual r = residual(state, u);
    const Tensor grad = r.adjoint(kind_.tensor(grad_residuals, r.values.sizes()));
    if (!u.requires_grad()) return;
    const std::vector<double> numbers = numbers_of(torch::autograd::grad({u}, {p}, {grad})[0]);
    for (std::size_t i = 0; i < gradient.size(); ++i) gradient[i] += numbers[i];
}

std::unique_ptr<Engine::Implementation> make_tensor_engine(Network network, Precision precision, int cuda) {
    return std::make_unique<TensorEngine>(std::move(network), precision, cuda);
}

} // namespace orrery::jet
