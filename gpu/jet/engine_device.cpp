// SPDX-License-Identifier: BSD-3-Clause
#include "gpu/jet/engine_device.h"

#include "core/error.h"
#ifdef ORRERY_CUDA
#include "gpu/jet/engine_cuda.h"
#endif

#include <fmt/format.h>

#include <algorithm>
#include <limits>
#include <numeric>

namespace orrery::jet {

namespace {

using Size = std::size_t;
Size size_of(int n) { return static_cast<Size>(n); }
int int_of(Size n) { return static_cast<int>(n); }

NetworkView view_of(const Network& network) {
    if (network.parameters() > size_of(std::numeric_limits<int>::max()) / 8)
        throw Error(
            fmt::format("A network of {} parameters is too large for the engine on a device.", network.parameters()),
            "Take fewer or narrower layers.");
    NetworkView v;
    v.coordinates = network.coordinates;
    v.features = int_of(network.features.size());
    v.width = network.width;
    v.depth = network.depth;
    v.outputs = network.outputs;
    v.activation = network.activation;
    v.adaptive = network.adaptive;
    v.gated = network.gated;
    return v;
}

template <class U>
std::span<const U> span_of(const Aligned<U>& values) {
    return {values.data(), values.size()};
}

// Numbers of a tile of a wide term at most: 1 GiB of doubles.
constexpr Size wide_numbers = Size(1) << 27U;

} // namespace

template <class T>
DeviceEngine<T>::DeviceEngine(Network of, std::unique_ptr<Device> device)
    : Engine::Implementation(std::move(of)), device_(std::move(device)), view_(view_of(network)) {
    const Size p = network.parameters();
    for (DeviceArray<double>* array : {&parameters_, &totals_, &first_, &second_})
        *array = DeviceArray<double>(*device_, p);
    step_ = DeviceArray<double>(*device_, 1);
    options_ = DeviceArray<AdamOptions>(*device_, 1);
}

template <class T>
Size DeviceEngine<T>::add(Term term) {
    auto made = std::make_unique<DeviceTerm<T>>();
    made->term = std::make_unique<TermCpu<T>>(network, std::move(term));
    load_program(*made);
    made->view.first_square = squares_;
    squares_ += made->view.residuals;
    terms_.push_back(std::move(made));
    changed_ = true;
    return terms_.size() - 1;
}

template <class T>
void DeviceEngine<T>::load_program(DeviceTerm<T>& made) {
    const TermCpu<T>& term = *made.term;
    TermView<T>& v = made.view;
    const auto load = [&](auto& array, const auto& values) {
        using U = typename std::decay_t<decltype(values)>::value_type;
        array = DeviceArray<U>(*device_, std::span<const U>(values));
        return array.data();
    };
    v.lines.channels = term.jet.channels;
    v.lines.directions = term.jet.directions;
    v.lines.collapsed = term.jet.collapsed;
    v.lines.highest = term.jet.highest;
    const Size directions = size_of(term.jet.directions);
    v.lines.first = load(made.first, std::vector<int>(term.jet.first, term.jet.first + directions));
    v.lines.order = load(made.order, std::vector<int>(term.jet.order, term.jet.order + directions));
    const Size second = directions * size_of(term.jet.collapsed);
    v.lines.second = load(made.second, std::vector<T>(term.jet.second, term.jet.second + second));
    std::vector<int> begin{0}, channels, outputs;
    std::vector<T> coefficients;
    for (Size i = 0; i < term.rows.size(); ++i) {
        for (const auto& entry : term.rows[i]) {
            channels.push_back(entry.channel);
            coefficients.push_back(entry.coefficient);
        }
        begin.push_back(int_of(channels.size()));
        outputs.push_back(term.term.variables[i].output);
    }
    v.variables = int_of(term.rows.size());
    v.row_begin = load(made.row_begin, begin);
    v.row_channel = load(made.row_channel, channels);
    v.row_coefficient = load(made.coefficients, coefficients);
    v.output_of = load(made.output_of, outputs);
    v.outside = term.term.compiled();
    v.residuals = term.term.residuals;
    v.extras = int_of(term.extras());
    v.length = int_of(term.program.code.size());
    v.code = load(made.code, term.program.code);
    v.program_outputs = load(made.program_outputs, term.program.outputs);
    v.input_variable = load(made.input_variable, term.input_variable);
    made.factors = DeviceArray<double>(*device_, size_of(v.residuals));
    v.factors = made.factors.data();
}

template <class T>
int DeviceEngine<T>::wide_points(const DeviceTerm<T>& made, Size count) const {
    const Size layers = size_of(network.depth) * (network.gated ? 3 : 2) + (network.gated ? 9 : 2);
    const Size numbers =
        (layers * size_of(network.width) + 4 * size_of(network.outputs)) * size_of(made.view.lines.channels) +
        2 * size_of(made.view.length + made.view.variables) + 2 * network.features.size();
    const Size most = std::max<Size>(wide_numbers / numbers / 64 * 64, 64);
    return int_of(std::min<Size>((count + 63) / 64 * 64, most));
}

template <class T>
void DeviceEngine<T>::set_points(Size index, const Points& points) {
    DeviceTerm<T>& made = loaded(index);
    if (points.count > size_of(std::numeric_limits<int>::max()) / 64)
        throw Error(fmt::format("{} points in one set are too many for the engine on a device.", points.count),
                    "Take several sets.");
    TermView<T>& v = made.view;
    v.constrained = !points.scale.empty();
    v.wide = false;
    v.lines.stride = v.lines.channels <= 2 ? 32 : 16;
    const auto fits = [&] {
        return arrange(view_, v, 2 * squares_ + 64, true, nullptr).bytes <= device_->block_bytes();
    };
    while (v.lines.stride > 8 && !fits()) v.lines.stride /= 2;
    if (!fits()) {
        v.wide = true;
        v.lines.stride = wide_points(made, std::max<Size>(points.count, 1));
    }
    made.term->jet.points = v.lines.stride;
    made.term->set_points(network, points);
    if (v.outside) made.given = points;
    load_points(made);
    changed_ = true;
}

template <class T>
void DeviceEngine<T>::load_points(DeviceTerm<T>& made) {
    const TermCpu<T>& term = *made.term;
    TermView<T>& v = made.view;
    v.count = int_of(term.count);
    v.tiles = int_of(term.tiles);
    load_factors(made);
    if (v.count == 0) return;
    const auto load = [&](DeviceArray<T>& array, const Aligned<T>& values) {
        array = DeviceArray<T>(*device_, span_of(values));
        return array.data();
    };
    v.feature_lines = int_of(term.features.size() / (term.tiles * term.columns()));
    v.features = load(made.features, term.features);
    v.coordinates = load(made.coordinates, term.coordinates);
    v.extra = load(made.extra, term.extra);
    v.weights = load(made.weights, term.weights);
    v.shift = load(made.shift, term.shift);
    v.scale = load(made.scale, term.scale);
}

template <class T>
void DeviceEngine<T>::load_factors(DeviceTerm<T>& made) {
    std::vector<double> factors = made.term->residual_weights;
    for (double& f : factors) f *= 2 / std::max(static_cast<double>(made.term->count), 1.0);
    made.factors.assign(std::span<const double>(factors));
}

template <class T>
void DeviceEngine<T>::set_weights(Size term, std::span<const double> weights) {
    loaded(term).term->residual_weights.assign(weights.begin(), weights.end());
    load_factors(loaded(term));
}

template <class T>
void DeviceEngine<T>::set_point_weights(Size term, std::span<const double> weights) {
    DeviceTerm<T>& made = loaded(term);
    made.term->set_point_weights(weights);
    if (made.view.count > 0) made.weights.assign(span_of(made.term->weights));
}

template <class T>
std::span<const double> DeviceEngine<T>::mean_squares(Size term) const {
    return terms_.at(term)->term->mean_squares;
}

// Views, blocks and memory for the terms as they are now.
template <class T>
void DeviceEngine<T>::prepare() {
    if (!changed_) return;
    views_.clear();
    Size wide_bytes = 0;
    int narrow_tiles = 0;
    block_bytes_ = 0;
    for (const auto& made : terms_) {
        const TermView<T>& v = made->view;
        views_.push_back(v);
        if (v.tiles == 0) continue;
        const Size bytes = arrange(view_, v, squares_, true, nullptr).bytes;
        (v.wide ? wide_bytes : block_bytes_) = std::max(v.wide ? wide_bytes : block_bytes_, bytes);
        if (!v.wide) narrow_tiles += v.tiles;
    }
    if (block_bytes_ > device_->block_bytes())
        throw Error("The terms of the loss have more residuals than the engine on a device can hold.",
                    "Take the engine on the CPU.");
    device_views_ = DeviceArray<TermView<T>>(*device_, std::span<const TermView<T>>(views_));
    any_wide_ = wide_bytes > 0;
    wide_arena_ = DeviceArray<char>(*device_, wide_bytes);
    blocks_ = narrow_tiles == 0
                  ? 0
                  : std::min(narrow_tiles, device_->blocks_at_a_time(block_bytes_, sizeof(T) == sizeof(double)));
    const Size rows = size_of(blocks_) + (any_wide_ ? 1 : 0), p = network.parameters();
    partials_ = DeviceArray<T>(*device_, rows * p);
    partial_squares_ = DeviceArray<double>(*device_, rows * size_of(squares_));
    result_ = DeviceArray<double>(*device_, p + size_of(squares_));
    results_.assign(p + size_of(squares_), 0.0);
    ++version_;
    changed_ = false;
}

template <class T>
void DeviceEngine<T>::set_parameters(std::span<const double> parameters) {
    if (parameters.size() != network.parameters())
        throw Error(
            fmt::format("{} parameters were given for a network of {}.", parameters.size(), network.parameters()),
            "This is a fault of whoever calls the engine.");
    prepare();
    parameters_.assign(parameters);
}

template <class T>
Launch<T> DeviceEngine<T>::launch_of(Size first, Size last) const {
    Launch<T> launch;
    Pass<T>& pass = launch.pass;
    pass.network = view_;
    pass.terms = device_views_.data();
    pass.first_term = int_of(first);
    pass.last_term = int_of(last);
    pass.squares = squares_;
    pass.parameters = parameters_.data();
    pass.partials = partials_.data();
    pass.partial_squares = partial_squares_.data();
    pass.rows = blocks_ + (any_wide_ ? 1 : 0);
    pass.totals = totals_.data();
    pass.result = result_.data();
    launch.terms = views_.data();
    launch.blocks = blocks_;
    launch.block_bytes = block_bytes_;
    launch.wide_arena = wide_arena_.data();
    return launch;
}

// Loss and mean squares from the results, of the terms whose residual runs on the device.
template <class T>
double DeviceEngine<T>::sum_up() {
    result_.read(results_);
    double total = 0;
    for (const auto& made : terms_) {
        TermCpu<T>& term = *made->term;
        if (made->view.outside) continue;
        for (Size r = 0; r < term.mean_squares.size(); ++r) {
            const double sum = results_[network.parameters() + size_of(made->view.first_square) + r];
            term.mean_squares[r] = term.count > 0 ? sum / static_cast<double>(term.count) : 0.0;
            total += term.residual_weights[r] * term.mean_squares[r];
        }
    }
    return total;
}

template <class T>
double DeviceEngine<T>::loss(std::span<const double> parameters, std::span<double> gradient) {
    set_parameters(parameters);
    Launch<T> launch = launch_of(0, terms_.size());
    launch.pass.residual = true;
    launch.pass.gradient = !gradient.empty();
    launch.key = 4 * version_ + (gradient.empty() ? 0 : 1);
    device_->run(launch);
    const double total = sum_up();
    std::copy_n(results_.begin(), gradient.size(), gradient.begin());
    return total + outside(parameters, gradient);
}

template <class T>
std::vector<double> DeviceEngine<T>::variables(Size index, std::span<const double> parameters) {
    set_parameters(parameters);
    const TermView<T>& v = loaded(index).view;
    std::vector<double> out(size_of(v.variables) * size_of(v.count));
    const DeviceArray<double> copy(*device_, out.size());
    Launch<T> launch = launch_of(index, index + 1);
    launch.pass.variables = copy.data();
    device_->run(launch);
    copy.read(out);
    return out;
}

template <class T>
std::vector<double> DeviceEngine<T>::residuals(Size index, std::span<const double> parameters) {
    const TermView<T>& v = loaded(index).view;
    if (v.outside) return code_residuals(index, parameters, nullptr);
    set_parameters(parameters);
    std::vector<double> out(size_of(v.residuals) * size_of(v.count));
    const DeviceArray<double> copy(*device_, out.size());
    Launch<T> launch = launch_of(index, index + 1);
    launch.pass.residual = true;
    launch.pass.residuals = copy.data();
    device_->run(launch);
    copy.read(out);
    return out;
}

template <class T>
void DeviceEngine<T>::backward(Size index, std::span<const double> parameters, std::span<const double> grad_variables,
                               std::span<double> gradient, std::span<double> grad_coordinates) {
    set_parameters(parameters);
    const DeviceTerm<T>& made = loaded(index);
    const Size columns = size_of(made.view.columns()) * network.features.size();
    const DeviceArray<double> given(*device_, grad_variables);
    const DeviceArray<T> features(*device_, grad_coordinates.empty() ? 0 : size_of(made.view.tiles) * columns);
    Launch<T> launch = launch_of(index, index + 1);
    launch.pass.gradient = true;
    launch.pass.given = given.data();
    launch.pass.features = features.data();
    device_->run(launch);
    result_.read(results_);
    for (Size i = 0; i < gradient.size(); ++i) gradient[i] += results_[i];
    if (grad_coordinates.empty()) return;
    std::vector<T> adjoints(features.size());
    features.read(adjoints);
    reverse_first_layer(made, adjoints, grad_coordinates);
}

template <class T>
void DeviceEngine<T>::residual_backward(Size index, std::span<const double> parameters,
                                        std::span<const double> grad_residuals, std::span<double> gradient) {
    if (loaded(index).view.outside) {
        std::vector<double> adjoints;
        code_residuals(index, parameters, &adjoints, grad_residuals);
        return backward(index, parameters, adjoints, gradient, {});
    }
    set_parameters(parameters);
    const DeviceArray<double> given(*device_, grad_residuals);
    Launch<T> launch = launch_of(index, index + 1);
    launch.pass.residual = launch.pass.gradient = true;
    launch.pass.given_residuals = given.data();
    device_->run(launch);
    result_.read(results_);
    for (Size i = 0; i < gradient.size(); ++i) gradient[i] += results_[i];
}

// features: adjoints [tile][features][columns] of the features' jets.
template <class T>
void DeviceEngine<T>::reverse_first_layer(const DeviceTerm<T>& of, std::span<const T> features,
                                          std::span<double> out) const {
    const TermCpu<T>& term = *of.term;
    const Size points = term.points(), columns = term.columns(), d = size_of(network.coordinates);
    std::vector<double> point(d), gradient(d);
    for (Size at = 0; at < term.count; ++at) {
        const Size tile = at / points, p = at % points;
        for (Size i = 0; i < d; ++i) point[i] = static_cast<double>(term.coordinates[(tile * d + i) * points + p]);
        const auto adjoint = [&](Size f, Size c) {
            return static_cast<double>(features[(tile * network.features.size() + f) * columns + c * points + p]);
        };
        term.feature_jets.adjoint(point, adjoint, gradient);
        for (Size i = 0; i < d; ++i) out[i * term.count + at] = gradient[i];
    }
}

// Residuals [residuals][count] of compiled code and, where asked, the adjoints [variables][count] of the loss.
template <class T>
std::vector<double> DeviceEngine<T>::code_residuals(Size index, std::span<const double> parameters,
                                                    std::vector<double>* adjoints, std::span<const double> given) {
    const std::vector<double> values = variables(index, parameters);
    const DeviceTerm<T>& made = loaded(index);
    const TermCpu<T>& term = *made.term;
    const Size count = term.count, lead = (count + 15) / 16 * 16, lines = term.rows.size(),
               outputs = term.residual_weights.size();
    std::vector<double> out(outputs * count);
    if (count == 0) return out;
    const auto padded = [&](const std::vector<double>& from) {
        Aligned<T> to(from.size() / count * lead + 1);
        for (Size i = 0; i < from.size() / count * lead; ++i)
            to[i] = static_cast<T>(from[i / lead * count + std::min(i % lead, count - 1)]);
        return to;
    };
    const Aligned<T> coordinates = padded(made.given.coordinates), extra = padded(made.given.extra);
    const Aligned<T> inputs = padded(values);
    Aligned<T> residuals(outputs * lead), grad_residuals(outputs * lead), grad_variables(lines * lead + 1);
    const auto& code = [&]() -> const ResidualCode<T>& {
        if constexpr (sizeof(T) == sizeof(float)) {
            return term.term.code32;
        } else {
            return term.term.code64;
        }
    }();
    const ResidualTile<T> tile{int_of(count), int_of(lead),  coordinates.data(),
                               extra.data(),  inputs.data(), residuals.data()};
    code.forward(tile);
    for (Size i = 0; i < out.size(); ++i) out[i] = static_cast<double>(residuals[i / count * lead + i % count]);
    if (adjoints == nullptr) return out;
    for (Size i = 0; i < out.size(); ++i) {
        const double factor = 2 * term.residual_weights[i / count] / static_cast<double>(count);
        const double of_loss = factor * static_cast<double>(term.weights[i % count]) * out[i];
        grad_residuals[i / count * lead + i % count] = static_cast<T>(given.empty() ? of_loss : given[i]);
    }
    code.backward(tile, grad_residuals.data(), grad_variables.data());
    adjoints->resize(lines * count);
    for (Size i = 0; i < adjoints->size(); ++i)
        (*adjoints)[i] = static_cast<double>(grad_variables[i / count * lead + i % count]);
    return out;
}

template <class T>
double DeviceEngine<T>::outside(std::span<const double> parameters, std::span<double> gradient) {
    double total = 0;
    for (Size t = 0; t < terms_.size(); ++t) {
        TermCpu<T>& term = *terms_[t]->term;
        if (!term.term.compiled() || term.count == 0) continue;
        std::vector<double> adjoints;
        const std::vector<double> values = code_residuals(t, parameters, gradient.empty() ? nullptr : &adjoints);
        for (Size r = 0; r < term.mean_squares.size(); ++r) {
            double sum = 0;
            for (Size p = 0; p < term.count; ++p) {
                const double value = values[r * term.count + p];
                sum += static_cast<double>(term.weights[p]) * value * value;
            }
            term.mean_squares[r] = sum / static_cast<double>(term.count);
            total += term.residual_weights[r] * term.mean_squares[r];
        }
        if (!gradient.empty()) backward(t, parameters, adjoints, gradient, {});
    }
    return total;
}

template <class T>
std::optional<double> DeviceEngine<T>::adam_steps(std::span<double> parameters, AdamState& state,
                                                  const AdamOptions& options, int steps) {
    const bool runs_here = std::none_of(terms_.begin(), terms_.end(), [](const auto& t) { return t->view.outside; });
    if (!runs_here || steps < 1) return std::nullopt;
    set_parameters(parameters);
    state.first.resize(parameters.size(), 0.0);
    state.second.resize(parameters.size(), 0.0);
    first_.assign(std::span<const double>(state.first));
    second_.assign(std::span<const double>(state.second));
    const double step = static_cast<double>(state.step);
    step_.assign(std::span<const double>(&step, 1));
    options_.assign(std::span<const AdamOptions>(&options, 1));
    Launch<T> launch = launch_of(0, terms_.size());
    launch.pass.residual = launch.pass.gradient = true;
    launch.adam = {options_.data(), parameters_.data(), first_.data(), second_.data(), step_.data()};
    launch.key = 4 * version_ + 2;
    for (int i = 0; i < steps; ++i) device_->run(launch);
    parameters_.read(parameters);
    first_.read(state.first);
    second_.read(state.second);
    state.step += steps;
    return sum_up();
}

template class DeviceEngine<float>;
template class DeviceEngine<double>;

std::unique_ptr<Engine::Implementation> make_device_engine(Network network, Precision precision,
                                                           std::unique_ptr<Device> device) {
    if (precision == Precision::float32)
        return std::make_unique<DeviceEngine<float>>(std::move(network), std::move(device));
    return std::make_unique<DeviceEngine<double>>(std::move(network), std::move(device));
}

#ifdef ORRERY_CUDA
std::unique_ptr<Engine::Implementation> make_cuda_engine(Network network, Precision precision, int device) {
    return make_device_engine(std::move(network), precision, make_cuda_device(device));
}
#else
std::unique_ptr<Engine::Implementation> make_cuda_engine(Network, Precision, int device) {
    throw Error(fmt::format("Orrery was built without CUDA: there is no device cuda:{}.", device), "Choose the CPU.");
}
#endif

} // namespace orrery::jet
