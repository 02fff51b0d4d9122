// SPDX-License-Identifier: BSD-3-Clause
#include "gpu/jet/engine_cpu.h"

#include <algorithm>
#include <cmath>

namespace orrery::jet {

namespace {

using Size = std::size_t;
Size size_of(int n) { return static_cast<Size>(n); }
int int_of(Size n) { return static_cast<int>(n); }
Size up_to(Size grain, Size n) { return (n + grain - 1) / grain * grain; }
Size padded(Size n) { return up_to(16, n); }

// Above this width partial sums are folded to numbers tile by tile: as vectors they would not stay in the cache.
constexpr int widest_with_lanes = 48;

} // namespace

template <class T>
struct CpuEngine<T>::Part {
    std::vector<Aligned<T>> z, a, h;                      // by hidden layer; h only where gates make it differ from a
    Aligned<T> z_u, z_v, u, v, slope, grad_u, grad_slope; // gates: slope = v - u
    Aligned<T> output, constrained, variables, residuals, grad_residuals, grad_variables, grad_output, grad_network;
    Aligned<T> grad, next, scratch, values, adjoints, grad_features;
    Aligned<T> gradient;        // sums as Packed says
    std::vector<double> folded; // [parameters] but scales
    std::vector<const T*> inputs;
    std::vector<T*> input_adjoints;
    std::vector<std::vector<double>> squares; // by term and residual
    bool wants_features = false;
};

template <class T>
struct CpuEngine<T>::Task {
    Size first_term = 0, last_term = 0;
    bool residuals = false, gradient = false;
    std::span<const double> grad_variables; // given from outside, [variables][count]
    std::span<const double> grad_residuals; // likewise, [residuals][count]: instead of that of the loss
    double* residuals_out = nullptr;
    double* variables_out = nullptr;
    double* coordinates_out = nullptr; // adjoint of the coordinates
};

template <class T>
CpuEngine<T>::CpuEngine(Network of, std::shared_ptr<Team> team, const Kernels& kernels)
    : Engine::Implementation(std::move(of)), kernels_(tile_kernels<T>(kernels)), team_(std::move(team)),
      lanes_(network.width <= widest_with_lanes), parts_(size_of(team_ ? team_->threads() : 1)) {
    const Size scales = network.adaptive ? network.parameters() - size_of(network.depth) : 0;
    for (const Matrix& m : network.matrices()) {
        Packed packed;
        packed.at = m;
        packed.rows = padded(m.out);
        packed.columns = up_to(lanes_ ? panel : 16, m.in);
        packed.forward = Aligned<T>(packed.rows * m.in);
        packed.transposed = Aligned<T>(padded(m.in) * m.out);
        packed.bias = Aligned<T>(packed.rows);
        packed.sums = gradient_size_;
        packed.bias_sums = packed.sums + m.out * packed.columns * (lanes_ ? size_of(kernels_.lanes) : 1);
        packed.bias_sums = up_to(16, packed.bias_sums);
        gradient_size_ = up_to(16, packed.bias_sums + m.out * size_of(kernels_.lanes));
        if (network.adaptive && matrices_.size() < size_of(network.depth)) packed.scale = scales + matrices_.size();
        matrices_.push_back(std::move(packed));
    }
    for (Part& part : parts_) {
        part.gradient = Aligned<T>(gradient_size_);
        part.folded.resize(network.parameters());
    }
}

template <class T>
Size CpuEngine<T>::add(Term term) {
    terms_.push_back(std::make_unique<TermCpu<T>>(network, std::move(term)));
    const TermCpu<T>& made = *terms_.back();
    for (Part& part : parts_) prepare(part, int_of(made.columns()), made);
    return terms_.size() - 1;
}

template <class T>
void CpuEngine<T>::prepare(Part& part, int columns, const TermCpu<T>& term) {
    const Size w = padded(size_of(network.width)), n = size_of(columns), depth = size_of(network.depth);
    part.z.resize(depth);
    part.a.resize(depth);
    part.h.resize(network.gated ? depth : 0);
    for (auto* list : {&part.z, &part.a, &part.h}) {
        for (Aligned<T>& layer : *list) layer.need(w * n);
    }
    if (network.gated) {
        for (Aligned<T>* m : {&part.z_u, &part.z_v, &part.u, &part.v, &part.slope, &part.grad_u, &part.grad_slope})
            m->need(w * n);
    }
    const Size outputs = size_of(network.outputs), points = term.points();
    for (Aligned<T>* m : {&part.output, &part.constrained, &part.grad_output, &part.grad_network})
        m->need(padded(outputs) * n);
    const Size most = std::max(w, padded(network.features.size()));
    for (Aligned<T>* m : {&part.grad, &part.next}) m->need(most * n);
    part.grad_features.need(padded(network.features.size()) * n);
    if (!lanes_) part.scratch.need(2 * std::max(w, padded(std::max(outputs, network.features.size()))) * n);
    for (Aligned<T>* m : {&part.variables, &part.grad_variables}) m->need((term.rows.size() + 1) * points);
    for (Aligned<T>* m : {&part.residuals, &part.grad_residuals}) m->need(size_of(term.term.residuals) * points);
    for (Aligned<T>* m : {&part.values, &part.adjoints}) m->need((term.program.code.size() + 1) * points);
    part.squares.resize(terms_.size());
    part.squares.back().assign(size_of(term.term.residuals), 0.0);
}

template <class T>
void CpuEngine<T>::set_points(Size term, const Points& points) {
    terms_.at(term)->set_points(network, points);
}
template <class T>
void CpuEngine<T>::set_weights(Size term, std::span<const double> weights) {
    check_weights(terms_.at(term)->term, weights);
    terms_[term]->residual_weights.assign(weights.begin(), weights.end());
}
template <class T>
void CpuEngine<T>::set_point_weights(Size term, std::span<const double> weights) {
    terms_.at(term)->set_point_weights(weights);
}
template <class T>
std::span<const double> CpuEngine<T>::mean_squares(Size term) const {
    return terms_.at(term)->mean_squares;
}

template <class T>
void CpuEngine<T>::pack(std::span<const double> p) {
    for (Packed& m : matrices_) {
        const double s = m.scale == 0 ? 1.0 : p[m.scale];
        for (Size o = 0; o < m.at.out; ++o) {
            for (Size i = 0; i < m.at.in; ++i) {
                const T value = static_cast<T>(s * p[m.at.weights + o * m.at.in + i]);
                m.forward[(o / panel * m.at.in + i) * panel + o % panel] = value;
                m.transposed[(i / panel * m.at.out + o) * panel + i % panel] = value;
            }
            m.bias[o] = static_cast<T>(s * p[m.at.biases() + o]);
        }
    }
}

// Tiles by parts of equal cost, in a fixed order.
template <class T>
void CpuEngine<T>::run(const Task& task) {
    Size total = 0;
    for (Size t = task.first_term; t < task.last_term; ++t) total += terms_[t]->tiles * terms_[t]->columns();
    const Size parts = parts_.size();
    for_parts(team_, int_of(parts), [&](int index) {
        Part& part = parts_[size_of(index)];
        if (task.gradient) std::fill_n(part.gradient.data(), gradient_size_, T(0));
        for (auto& list : part.squares) std::fill(list.begin(), list.end(), 0.0);
        Size done = 0;
        for (Size t = task.first_term; t < task.last_term; ++t) {
            const Size columns = terms_[t]->columns();
            for (Size tile = 0; tile < terms_[t]->tiles; ++tile, done += columns) {
                if ((done + columns / 2) * parts / total == size_of(index)) run_tile(part, task, t, tile);
            }
        }
        if (task.gradient) fold(part);
    });
}

template <class T>
void CpuEngine<T>::run_tile(Part& part, const Task& task, Size index, Size tile) {
    const TermCpu<T>& term = *terms_[index];
    forward(part, term, tile);
    const Size points = term.points(), first = tile * points, live = std::min(points, term.count - first);
    if (task.variables_out != nullptr) {
        for (Size v = 0; v < term.rows.size(); ++v) {
            for (Size p = 0; p < live; ++p)
                task.variables_out[v * term.count + first + p] = static_cast<double>(part.variables[v * points + p]);
        }
    }
    if (task.residuals) {
        residual(part, task, term, tile);
        for (Size r = 0; r < term.residual_weights.size(); ++r) {
            double sum = 0;
            for (Size p = 0; p < live; ++p) {
                const double value = static_cast<double>(part.residuals[r * points + p]);
                sum += static_cast<double>(term.weights[first + p]) * value * value;
                if (task.residuals_out != nullptr) task.residuals_out[r * term.count + first + p] = value;
            }
            part.squares[index][r] += sum;
        }
    }
    if (!task.grad_variables.empty()) {
        for (Size v = 0; v < term.rows.size(); ++v) {
            for (Size p = 0; p < points; ++p) {
                part.grad_variables[v * points + p] =
                    p < live ? static_cast<T>(task.grad_variables[v * term.count + first + p]) : T(0);
            }
        }
    }
    if (!task.gradient) return;
    reverse(part, term, tile);
    if (task.coordinates_out != nullptr) reverse_first_layer(part, task, term, tile);
}

template <class T>
void CpuEngine<T>::forward(Part& part, const TermCpu<T>& term, Size tile) {
    const Jet<T>& jet = term.jet;
    const int width = network.width, n = int_of(term.columns()), depth = network.depth;
    const T* below = term.features.data() + tile * padded(network.features.size()) * term.columns();
    const auto layer = [&](const Packed& m, const T* from, T* z, T* a) {
        kernels_.product(m.forward.data(), int_of(m.at.out), int_of(m.at.in), from, n, z);
        kernels_.activate(jet, network.activation, width, m.bias.data(), z, a);
    };
    if (network.gated) {
        const Size gates = matrices_.size() - 2;
        layer(matrices_[gates], below, part.z_u.data(), part.u.data());
        layer(matrices_[gates + 1], below, part.z_v.data(), part.v.data());
        for (Size i = 0; i < size_of(width) * term.columns(); ++i) part.slope[i] = part.v[i] - part.u[i];
    }
    for (int l = 0; l < depth; ++l) {
        const Size at = size_of(l);
        layer(matrices_[at], below, part.z[at].data(), part.a[at].data());
        below = part.a[at].data();
        if (!network.gated) continue;
        kernels_.multiply(jet, width, part.u.data(), part.slope.data(), part.a[at].data(), part.h[at].data());
        below = part.h[at].data();
    }
    const Packed& last = matrices_[size_of(depth)];
    kernels_.product(last.forward.data(), network.outputs, width, below, n, part.output.data());
    for (Size o = 0; o < last.at.out; ++o) {
        for (Size p = 0; p < term.points(); ++p) part.output[o * term.columns() + p] += last.bias[o];
    }
    const T* made = part.output.data();
    if (term.constrained) {
        const Size jets = last.at.out * term.columns();
        kernels_.multiply(jet, network.outputs, term.shift.data() + tile * jets, term.scale.data() + tile * jets, made,
                          part.constrained.data());
        made = part.constrained.data();
    }
    for (Size v = 0; v < term.rows.size(); ++v) {
        T* to = part.variables.data() + v * term.points();
        const T* from = made + size_of(term.term.variables[v].output) * term.columns();
        std::fill_n(to, term.points(), T(0));
        for (const auto& entry : term.rows[v]) {
            const T* line = from + size_of(entry.channel) * term.points();
            for (Size p = 0; p < term.points(); ++p) to[p] += entry.coefficient * line[p];
        }
    }
}

template <class T>
void CpuEngine<T>::residual(Part& part, const Task& task, const TermCpu<T>& term, Size tile) {
    const Size points = term.points(), d = size_of(network.coordinates), residuals = term.residual_weights.size();
    const T* coordinates = term.coordinates.data() + tile * d * points;
    const T* extra = term.extra.data() + tile * term.extras() * points;
    const T* weights = term.weights.data() + tile * points;
    const auto weigh = [&] { // d loss / d residual
        if (!task.grad_residuals.empty()) {
            const Size first = tile * points;
            for (Size i = 0; i < residuals * points; ++i) {
                const Size p = first + i % points;
                part.grad_residuals[i] =
                    p < term.count ? static_cast<T>(task.grad_residuals[i / points * term.count + p]) : T(0);
            }
            return;
        }
        for (Size r = 0; r < residuals; ++r) {
            const T factor = static_cast<T>(2 * term.residual_weights[r] / static_cast<double>(term.count));
            for (Size p = 0; p < points; ++p)
                part.grad_residuals[r * points + p] = factor * weights[p] * part.residuals[r * points + p];
        }
    };
    if (term.term.compiled()) {
        const auto& code = [&]() -> const ResidualCode<T>& {
            if constexpr (sizeof(T) == sizeof(float)) {
                return term.term.code32;
            } else {
                return term.term.code64;
            }
        }();
        const ResidualTile<T> view{int_of(points), int_of(points),        coordinates,
                                   extra,          part.variables.data(), part.residuals.data()};
        code.forward(view);
        if (!task.gradient) return;
        weigh();
        code.backward(view, part.grad_residuals.data(), part.grad_variables.data());
        return;
    }
    const Size length = term.program.code.size();
    part.inputs.clear();
    part.input_adjoints.clear();
    for (Size i = 0; i < d; ++i) part.inputs.push_back(coordinates + i * points);
    for (Size i = 0; i < term.extras(); ++i) part.inputs.push_back(extra + i * points);
    for (Size v = 0; v < term.rows.size(); ++v) part.inputs.push_back(part.variables.data() + v * points);
    for (const int v : term.input_variable)
        part.input_adjoints.push_back(v < 0 ? nullptr : part.grad_variables.data() + size_of(v) * points);
    const ProgramTile<T> program{term.program.code.data(),  int_of(length),     int_of(points),
                                 part.inputs.data(),        part.values.data(), part.adjoints.data(),
                                 part.input_adjoints.data()};
    kernels_.run(program);
    for (Size r = 0; r < residuals; ++r)
        std::copy_n(part.values.data() + size_of(term.program.outputs[r]) * points, points,
                    part.residuals.data() + r * points);
    if (!task.gradient) return;
    weigh();
    std::fill_n(part.adjoints.data(), length * points, T(0));
    std::fill_n(part.grad_variables.data(), term.rows.size() * points, T(0));
    for (Size r = 0; r < residuals; ++r) {
        T* to = part.adjoints.data() + size_of(term.program.outputs[r]) * points;
        for (Size p = 0; p < points; ++p) to[p] += part.grad_residuals[r * points + p];
    }
    kernels_.run_adjoint(program);
}

template <class T>
void CpuEngine<T>::outer(Part& part, const Jet<T>& jet, Size matrix, const T* d, const T* a) {
    const Packed& m = matrices_[matrix];
    const int columns = jet.channels * jet.points;
    T* sums = part.gradient.data() + m.sums;
    if (lanes_) {
        kernels_.outer_lanes(d, int_of(m.at.out), a, int_of(m.columns), columns, sums);
    } else {
        kernels_.outer(d, int_of(m.at.out), a, int_of(m.columns), columns, sums, part.scratch.data());
    }
}

template <class T>
void CpuEngine<T>::reverse(Part& part, const TermCpu<T>& term, Size tile) {
    const Jet<T>& jet = term.jet;
    const Size n = term.columns(), points = term.points(), outputs = size_of(network.outputs),
               depth = size_of(network.depth), lanes = size_of(kernels_.lanes);
    T* grad_output = part.grad_output.data();
    std::fill_n(grad_output, outputs * n, T(0));
    for (Size v = 0; v < term.rows.size(); ++v) {
        const T* from = part.grad_variables.data() + v * points;
        T* to = grad_output + size_of(term.term.variables[v].output) * n;
        for (const auto& entry : term.rows[v]) {
            T* line = to + size_of(entry.channel) * points;
            for (Size p = 0; p < points; ++p) line[p] += entry.coefficient * from[p];
        }
    }
    if (term.constrained) {
        kernels_.multiply_adjoint(jet, network.outputs, term.scale.data() + tile * outputs * n, grad_output,
                                  part.grad_network.data(), false);
        grad_output = part.grad_network.data();
    }
    T* bias = part.gradient.data() + matrices_[depth].bias_sums;
    for (Size o = 0; o < outputs; ++o) {
        for (Size p = 0; p < points; ++p) bias[o * lanes + p % lanes] += grad_output[o * n + p];
    }
    const T* features = term.features.data() + tile * padded(network.features.size()) * n;
    auto& hidden = network.gated ? part.h : part.a;
    outer(part, jet, depth, grad_output, hidden.back().data());
    T* g = part.grad.data();
    T* next = part.next.data();
    const Size all = size_of(network.width) * n;
    kernels_.product(matrices_[depth].transposed.data(), network.width, network.outputs, grad_output, int_of(n), g);
    if (network.gated) {
        std::fill_n(part.grad_u.data(), all, T(0));
        std::fill_n(part.grad_slope.data(), all, T(0));
    }
    const auto activation = [&](Size matrix, const Aligned<T>& z, const Aligned<T>& a, T* grad) {
        kernels_.activate_adjoint(jet, network.activation, network.width, z.data(), a.data(), grad,
                                  part.gradient.data() + matrices_[matrix].bias_sums);
    };
    for (Size l = depth; l-- > 0;) {
        if (network.gated) {
            for (Size i = 0; i < all; ++i) part.grad_u[i] += g[i];
            kernels_.multiply_adjoint(jet, network.width, part.a[l].data(), g, part.grad_slope.data(), true);
            kernels_.multiply_adjoint(jet, network.width, part.slope.data(), g, next, false);
            std::swap(g, next);
        }
        activation(l, part.z[l], part.a[l], g);
        outer(part, jet, l, g, l > 0 ? hidden[l - 1].data() : features);
        if (l == 0) break;
        kernels_.product(matrices_[l].transposed.data(), network.width, network.width, g, int_of(n), next);
        std::swap(g, next);
    }
    const auto to_features = [&](Size matrix, const T* grad, bool add) {
        T* into = add ? next : part.grad_features.data();
        kernels_.product(matrices_[matrix].transposed.data(), int_of(network.features.size()), network.width, grad,
                         int_of(n), into);
        if (!add) return;
        for (Size i = 0; i < network.features.size() * n; ++i) part.grad_features[i] += into[i];
    };
    if (part.wants_features) to_features(0, g, false);
    if (!network.gated) return;
    for (Size i = 0; i < all; ++i) part.grad_u[i] -= part.grad_slope[i];
    const Size gates = matrices_.size() - 2;
    activation(gates, part.z_u, part.u, part.grad_u.data());
    outer(part, jet, gates, part.grad_u.data(), features);
    activation(gates + 1, part.z_v, part.v, part.grad_slope.data());
    outer(part, jet, gates + 1, part.grad_slope.data(), features);
    if (!part.wants_features) return;
    to_features(gates, part.grad_u.data(), true);
    to_features(gates + 1, part.grad_slope.data(), true);
}

template <class T>
void CpuEngine<T>::reverse_first_layer(Part& part, const Task& task, const TermCpu<T>& term, Size tile) {
    const Size points = term.points(), d = size_of(network.coordinates), first = tile * points;
    std::vector<double> point(d), gradient(d);
    for (Size p = 0; p < std::min(points, term.count - first); ++p) {
        for (Size i = 0; i < d; ++i) point[i] = static_cast<double>(term.coordinates[(tile * d + i) * points + p]);
        const auto adjoint = [&](Size f, Size c) {
            return static_cast<double>(part.grad_features[f * term.columns() + c * points + p]);
        };
        term.feature_jets.adjoint(point, adjoint, gradient);
        for (Size i = 0; i < d; ++i) task.coordinates_out[i * term.count + first + p] = gradient[i];
    }
}

// The vectors of partial sums as numbers, in the order of the parameters.
template <class T>
void CpuEngine<T>::fold(Part& part) const {
    const auto sum = [](const T* from, Size count) { // count: 1 or a multiple of 2
        if (count == 1) return static_cast<double>(*from);
        T even = 0, odd = 0;
        for (Size i = 0; i < count; i += 2) {
            even += from[i];
            odd += from[i + 1];
        }
        return static_cast<double>(even + odd);
    };
    const Size lanes = lanes_ ? size_of(kernels_.lanes) : 1, bias_lanes = size_of(kernels_.lanes);
    for (const Packed& m : matrices_) {
        for (Size o = 0; o < m.at.out; ++o) {
            const T* row = part.gradient.data() + m.sums + o * m.columns * lanes;
            double* to = part.folded.data() + m.at.weights + o * m.at.in;
            for (Size i = 0; i < m.at.in; ++i) to[i] = sum(row + i * lanes, lanes);
            part.folded[m.at.biases() + o] = sum(part.gradient.data() + m.bias_sums + o * bias_lanes, bias_lanes);
        }
    }
}

template <class T>
void CpuEngine<T>::collect(std::span<const double> parameters, std::span<double> gradient) const {
    for (const Packed& m : matrices_) {
        const double s = m.scale == 0 ? 1.0 : parameters[m.scale];
        double along = 0; // derivative by the layer's scale
        for (Size i = m.at.weights; i < m.at.biases() + m.at.out; ++i) {
            double total = 0;
            for (const Part& part : parts_) total += part.folded[i];
            gradient[i] += s * total;
            along += parameters[i] * total;
        }
        if (m.scale != 0) gradient[m.scale] += along;
    }
}

template <class T>
double CpuEngine<T>::loss(std::span<const double> parameters, std::span<double> gradient) {
    pack(parameters);
    Task task;
    task.last_term = terms_.size();
    task.residuals = true;
    task.gradient = !gradient.empty();
    run(task);
    double total = 0;
    for (Size t = 0; t < terms_.size(); ++t) {
        TermCpu<T>& term = *terms_[t];
        for (Size r = 0; r < term.mean_squares.size(); ++r) {
            double sum = 0;
            for (const Part& part : parts_) sum += part.squares[t][r];
            term.mean_squares[r] = term.count > 0 ? sum / static_cast<double>(term.count) : 0.0;
            total += term.residual_weights[r] * term.mean_squares[r];
        }
    }
    if (task.gradient) {
        std::fill(gradient.begin(), gradient.end(), 0.0);
        collect(parameters, gradient);
    }
    return total;
}

template <class T>
std::vector<double> CpuEngine<T>::residuals(Size term, std::span<const double> parameters) {
    pack(parameters);
    std::vector<double> out(terms_.at(term)->residual_weights.size() * terms_[term]->count);
    Task task;
    task.first_term = term;
    task.last_term = term + 1;
    task.residuals = true;
    task.residuals_out = out.data();
    run(task);
    return out;
}

template <class T>
std::vector<double> CpuEngine<T>::variables(Size term, std::span<const double> parameters) {
    pack(parameters);
    std::vector<double> out(terms_.at(term)->rows.size() * terms_[term]->count);
    Task task;
    task.first_term = term;
    task.last_term = term + 1;
    task.variables_out = out.data();
    run(task);
    return out;
}

template <class T>
void CpuEngine<T>::backward(Size term, std::span<const double> parameters, std::span<const double> grad_variables,
                            std::span<double> gradient, std::span<double> grad_coordinates) {
    pack(parameters);
    Task task;
    task.first_term = term;
    task.last_term = term + 1;
    task.gradient = true;
    task.grad_variables = grad_variables;
    task.coordinates_out = grad_coordinates.empty() ? nullptr : grad_coordinates.data();
    for (Part& part : parts_) part.wants_features = !grad_coordinates.empty();
    run(task);
    for (Part& part : parts_) part.wants_features = false;
    collect(parameters, gradient);
}

template <class T>
void CpuEngine<T>::residual_backward(Size term, std::span<const double> parameters,
                                     std::span<const double> grad_residuals, std::span<double> gradient) {
    pack(parameters);
    Task task;
    task.first_term = term;
    task.last_term = term + 1;
    task.residuals = task.gradient = true;
    task.grad_residuals = grad_residuals;
    run(task);
    collect(parameters, gradient);
}

std::unique_ptr<Engine::Implementation> make_cpu_engine(Network network, Precision precision,
                                                        std::shared_ptr<Team> team, const Kernels& kernels) {
    if (precision == Precision::float32)
        return std::make_unique<CpuEngine<float>>(std::move(network), std::move(team), kernels);
    return std::make_unique<CpuEngine<double>>(std::move(network), std::move(team), kernels);
}

} // namespace orrery::jet
