// SPDX-License-Identifier: BSD-3-Clause
// Bodies of the loops of a training step: what one thread does for item i. Rows of matrices lie `lead` apart. C++17.
#pragma once
#include "gpu/jet/tile_views.h"

namespace orrery::jet::bodies {

template <class T>
struct Fill {
    T* to;
    ORRERY_BOTH void operator()(int i) const { to[i] = T(0); }
};
template <class T>
struct Copy {
    const T* from;
    T* to;
    ORRERY_BOTH void operator()(int i) const { to[i] = from[i]; }
};
template <class T>
struct Add {
    const T* from;
    T* to;
    ORRERY_BOTH void operator()(int i) const { to[i] += from[i]; }
};
template <class T>
struct Subtract {
    const T *a, *b;
    T* to;
    ORRERY_BOTH void operator()(int i) const { to[i] = a[i] - b[i]; }
};
template <class T>
struct CopyRows {
    const T* from;
    int from_lead;
    T* to;
    int to_lead, columns;
    ORRERY_BOTH void operator()(int i) const {
        to[i / columns * to_lead + i % columns] = from[i / columns * from_lead + i % columns];
    }
};

// Weights and biases of a matrix, times the scale of its layer. i: parameter of the matrix.
template <class T>
struct Pack {
    MatrixView m;
    bool panels;
    const double* parameters;
    T* packed;
    ORRERY_BOTH void operator()(int i) const {
        const double s = m.scale < 0 ? 1.0 : parameters[m.scale];
        const T value = static_cast<T>(s * parameters[m.weights + i]);
        const int o = i / m.in, k = i % m.in;
        if (!panels) {
            packed[m.forward + i] = value;
        } else if (o >= m.out) {
            packed[m.bias + i - m.out * m.in] = value;
        } else {
            packed[m.forward + k * up_to(4, m.out) + o] = value;
            packed[m.transposed + o * up_to(4, m.in) + k] = value;
        }
    }
};

template <class T>
struct alignas(16) Four {
    T value[4];
};

// Four rows of z in one column.
template <class T>
struct Product {
    const T* weights; // [in][out padded]
    int out, in;
    const T* a;
    int lead, columns;
    T* z;
    ORRERY_BOTH void operator()(int i) const {
        const int row = i / columns * 4, column = i % columns, padded = up_to(4, out);
        T sum[4] = {T(0), T(0), T(0), T(0)};
        for (int k = 0; k < in; ++k) {
            const Four<T> w = *reinterpret_cast<const Four<T>*>(weights + k * padded + row);
            const T value = a[k * lead + column];
            for (int j = 0; j < 4; ++j) sum[j] += w.value[j] * value;
        }
        for (int j = 0; j < 4; ++j) {
            if (row + j < out) z[(row + j) * lead + column] = sum[j];
        }
    }
};

// Two rows of sums += d a' in one column.
template <class T>
struct Outer {
    const T *d, *a;
    int lead, columns, out, in;
    T* sums; // [out][in]
    ORRERY_BOTH void operator()(int i) const {
        const int row = i / in * 2, k = i % in;
        const bool two = row + 1 < out;
        const T *first = d + row * lead, *second = first + (two ? lead : 0), *line = a + k * lead;
        T sum = 0, more = 0;
        for (int c = 0; c < columns; ++c) {
            sum += first[c] * line[c];
            more += second[c] * line[c];
        }
        sums[row * in + k] += sum;
        if (two) sums[(row + 1) * in + k] += more;
    }
};

// Sums of products of segments of columns, taken in double precision: sums += sum over segments.
template <class T>
struct FoldProducts {
    const T* products; // [segments][size]
    int segments, size;
    T* sums;
    ORRERY_BOTH void operator()(int i) const {
        double total = static_cast<double>(sums[i]);
        for (int s = 0; s < segments; ++s)
            total += static_cast<double>(
                products[static_cast<std::size_t>(s) * static_cast<std::size_t>(size) + static_cast<std::size_t>(i)]);
        sums[i] = static_cast<T>(total);
    }
};

// z_0 += bias, a = activation(z). i: unit and point.
template <class T>
struct Activate {
    Activation kind;
    Lines<T> lines;
    const T* bias;
    int lead;
    T *z, *a;
    ORRERY_BOTH void operator()(int i) const {
        const int o = i / lines.stride, at = o * lead + i % lines.stride;
        T f[6];
        z[at] += bias[o];
        scalar::derivatives(kind, z[at], lines.highest, f);
        scalar::compose(lines, f, z + at, a + at);
    }
};

template <class T>
struct ActivateAdjoint {
    Activation kind;
    Lines<T> lines;
    int lead;
    const T *z, *a;
    T* g;
    ORRERY_BOTH void operator()(int i) const {
        const int at = i / lines.stride * lead + i % lines.stride;
        T f[6];
        if (kind == Activation::tanh) {
            scalar::tanh_derivatives(a[at], lines.highest + 1, f);
        } else {
            scalar::derivatives(kind, z[at], lines.highest + 1, f);
        }
        scalar::compose_adjoint(lines, f, z + at, g + at);
    }
};

// u = shift + scale v.
template <class T>
struct Multiply {
    Lines<T> lines;
    const T *shift, *scale;
    int scale_lead;
    const T* v;
    int lead;
    T* u;
    int u_lead;
    ORRERY_BOTH void operator()(int i) const {
        const int o = i / lines.stride, p = i % lines.stride, at = o * scale_lead + p;
        scalar::multiply(lines, shift + at, scale + at, v + o * lead + p, u + o * u_lead + p);
    }
};

template <class T>
struct MultiplyAdjoint {
    Lines<T> lines;
    const T* scale;
    int scale_lead;
    const T* g;
    int lead;
    T* g_v;
    bool add;
    ORRERY_BOTH void operator()(int i) const {
        const int o = i / lines.stride, p = i % lines.stride, at = o * lead + p;
        scalar::multiply_adjoint(lines, scale + o * scale_lead + p, g + at, g_v + at, add);
    }
};

template <class T>
struct AddBias {
    const T* bias;
    int points, lead;
    T* output;
    ORRERY_BOTH void operator()(int i) const { output[i / points * lead + i % points] += bias[i / points]; }
};

// i: variable and point.
template <class T>
struct Variables {
    TermView<T> term;
    int tile;
    const T* outputs;
    int lead;
    T* variables;
    double* copy; // [variables][count], where wanted
    ORRERY_BOTH void operator()(int i) const {
        const int points = term.points(), v = i / points, p = i % points;
        const T* line = outputs + term.output_of[v] * lead + p;
        T sum = 0;
        for (int e = term.row_begin[v]; e < term.row_begin[v + 1]; ++e)
            sum += term.row_coefficient[e] * line[term.row_channel[e] * points];
        variables[i] = sum;
        const int point = tile * points + p;
        if (copy != nullptr && point < term.count)
            copy[static_cast<std::size_t>(v) * static_cast<std::size_t>(term.count) + static_cast<std::size_t>(point)] =
                static_cast<double>(sum);
    }
};

// Adjoints of the variables as given from outside.
template <class T>
struct Given {
    TermView<T> term;
    int tile;
    const double* given; // [variables][count]
    T* grad_variables;
    ORRERY_BOTH void operator()(int i) const {
        const int points = term.points(), point = tile * points + i % points;
        const std::size_t at = static_cast<std::size_t>(i / points) * static_cast<std::size_t>(term.count) +
                               static_cast<std::size_t>(point);
        grad_variables[i] = point < term.count ? static_cast<T>(given[at]) : T(0);
    }
};

// The program of a term at a point, and, where wanted, its adjoint. i: point.
template <class T>
struct Residual {
    TermView<T> term;
    Workspace<T> w;
    bool gradient;
    int dimensions, tile;
    const T *coordinates, *extra; // of the tile
    const double* given;          // [residuals][count]: adjoints of the residuals, or null: those of the loss
    double* copy;                 // [residuals][count], where wanted
    ORRERY_BOTH T input(int index, int p) const {
        const int n = term.points(), first_variable = dimensions + term.extras;
        if (index < dimensions) return coordinates[index * n + p];
        if (index < first_variable) return extra[(index - dimensions) * n + p];
        return w.variables[(index - first_variable) * n + p];
    }
    ORRERY_BOTH std::size_t index_of(int residual, int point) const {
        return static_cast<std::size_t>(residual) * static_cast<std::size_t>(term.count) +
               static_cast<std::size_t>(point);
    }
    ORRERY_BOTH void operator()(int p) const {
        const int n = term.points();
        for (int i = 0; i < term.length; ++i) {
            const Instruction step = term.code[i];
            T* to = w.values + i * n + p;
            if (step.op == Op::constant) {
                *to = static_cast<T>(step.value);
            } else if (step.op == Op::input) {
                *to = input(step.a, p);
            } else {
                *to = scalar::step_value(step, w.values[step.a * n + p], w.values[step.b * n + p]);
            }
        }
        const int point = tile * n + p;
        for (int r = 0; r < term.residuals; ++r) {
            const T value = w.values[term.program_outputs[r] * n + p];
            w.residuals[r * n + p] = value;
            if (copy != nullptr && point < term.count) copy[index_of(r, point)] = static_cast<double>(value);
        }
        if (gradient) adjoint(p);
    }
    ORRERY_BOTH void adjoint(int p) const {
        const int n = term.points();
        for (int i = 0; i < term.length; ++i) w.adjoints[i * n + p] = T(0);
        for (int v = 0; v < term.variables; ++v) w.grad_variables[v * n + p] = T(0);
        for (int r = 0; r < term.residuals; ++r) {
            const int point = tile * n + p;
            T bar = static_cast<T>(term.factors[r]) * term.weights[point] * w.residuals[r * n + p];
            if (given != nullptr) bar = point < term.count ? static_cast<T>(given[index_of(r, point)]) : T(0);
            w.adjoints[term.program_outputs[r] * n + p] += bar;
        }
        for (int i = term.length - 1; i >= 0; --i) {
            const Instruction step = term.code[i];
            const T bar = w.adjoints[i * n + p];
            if (step.op == Op::constant) continue;
            if (step.op == Op::input) {
                const int v = term.input_variable[step.a];
                if (v >= 0) w.grad_variables[v * n + p] += bar;
                continue;
            }
            T da, db;
            scalar::step_slopes(step, w.values[step.a * n + p], w.values[step.b * n + p], w.values[i * n + p], da, db);
            w.adjoints[step.a * n + p] += bar * da;
            if (takes_two(step.op)) w.adjoints[step.b * n + p] += bar * db;
        }
    }
};

// Sums of weight residual^2 over every parts-th point. i: residual and part.
template <class T>
struct SquareParts {
    TermView<T> term;
    int tile, parts;
    const T* residuals;
    double* to;
    ORRERY_BOTH void operator()(int i) const {
        const int points = term.points(), r = i / parts;
        double sum = 0;
        for (int p = i % parts; p < points && tile * points + p < term.count; p += parts) {
            const double value = static_cast<double>(residuals[r * points + p]);
            sum += static_cast<double>(term.weights[tile * points + p]) * value * value;
        }
        to[i] = sum;
    }
};

// Sums of the values' adjoints over every parts-th point. i: row and part.
template <class T>
struct BiasParts {
    const T* g;
    int lead, points, parts;
    T* to;
    ORRERY_BOTH void operator()(int i) const {
        T sum = 0;
        for (int p = i % parts; p < points; p += parts) sum += g[i / parts * lead + p];
        to[i] = sum;
    }
};

// to[i] += the sum of its parts.
template <class T>
struct Fold {
    const T* from;
    int parts;
    T* to;
    ORRERY_BOTH void operator()(int i) const {
        T sum = 0;
        for (int j = 0; j < parts; ++j) sum += from[i * parts + j];
        to[i] += sum;
    }
};

// Adjoint of Variables. i: output and point.
template <class T>
struct OutputGradient {
    TermView<T> term;
    const T* grad_variables;
    int lead;
    T* to;
    ORRERY_BOTH void operator()(int i) const {
        const int points = term.points(), o = i / points, p = i % points;
        T* line = to + o * lead + p;
        for (int c = 0; c < term.lines.channels; ++c) line[c * points] = T(0);
        for (int v = 0; v < term.variables; ++v) {
            if (term.output_of[v] != o) continue;
            for (int e = term.row_begin[v]; e < term.row_begin[v + 1]; ++e)
                line[term.row_channel[e] * points] += term.row_coefficient[e] * grad_variables[v * points + p];
        }
    }
};

// Every parts-th row of the partial sums of number `block` * width + lane. i: part and lane.
constexpr int finish_width = 32, finish_parts = 8;
template <class T>
struct FinishParts {
    Pass<T> pass;
    int block;
    double* to;
    ORRERY_BOTH void operator()(int i) const {
        const int parameters = pass.network.parameters(), number = block * finish_width + i % finish_width;
        double sum = 0;
        for (int row = i / finish_width; row < pass.rows; row += finish_parts) {
            const auto at = static_cast<std::size_t>(row);
            if (number >= parameters) {
                const int square = number - parameters;
                if (square < pass.squares)
                    sum += pass.partial_squares[at * static_cast<std::size_t>(pass.squares) +
                                                static_cast<std::size_t>(square)];
            } else if (pass.gradient) {
                sum += static_cast<double>(
                    pass.partials[at * static_cast<std::size_t>(parameters) + static_cast<std::size_t>(number)]);
            }
        }
        to[i] = sum;
    }
};
template <class T>
struct Finish {
    Pass<T> pass;
    int block;
    const double* from;
    ORRERY_BOTH void operator()(int i) const {
        const int parameters = pass.network.parameters(), number = block * finish_width + i;
        double sum = 0;
        for (int part = 0; part < finish_parts; ++part) sum += from[part * finish_width + i];
        if (number >= parameters) {
            if (number < parameters + pass.squares) pass.result[number] = sum;
            return;
        }
        if (!pass.gradient) return;
        pass.totals[number] = sum;
        pass.result[number] = scale_of(number) * sum;
    }
    // Of the layer that the parameter belongs to. The scales themselves: zero, scale_block fills them in.
    ORRERY_BOTH double scale_of(int number) const {
        if (!pass.network.adaptive) return 1;
        for (int l = 0; l < pass.network.depth; ++l) {
            const MatrixView m = pass.network.matrix(l, false);
            if (number >= m.weights && number < m.weights + m.parameters()) return pass.parameters[m.scale];
        }
        return 1;
    }
};

// d loss / d scale = sum over the layer's parameters of parameter times total.
struct ScaleParts {
    MatrixView m;
    const double *parameters, *totals;
    int parts;
    double* to;
    ORRERY_BOTH void operator()(int i) const {
        double sum = 0;
        for (int k = i; k < m.parameters(); k += parts) sum += parameters[m.weights + k] * totals[m.weights + k];
        to[i] = sum;
    }
};
struct ScaleSum {
    const double* from;
    int parts;
    double* to;
    ORRERY_BOTH void operator()(int) const {
        double sum = 0;
        for (int i = 0; i < parts; ++i) sum += from[i];
        *to = sum;
    }
};

struct Adam {
    AdamView adam;
    const double* gradient;
    ORRERY_BOTH void operator()(int i) const {
        const AdamOptions& o = *adam.options;
        const double step = *adam.step + 1, g = gradient[i];
        double &m = adam.first[i], &v = adam.second[i];
        m = o.beta1 * m + (1 - o.beta1) * g;
        v = o.beta2 * v + (1 - o.beta2) * g * g;
        const double mean = m / (1 - scalar::power_of(o.beta1, step));
        const double size = scalar::sqrt_of(v / (1 - scalar::power_of(o.beta2, step))) + o.epsilon;
        adam.parameters[i] -= o.rate * (mean / size + o.decay * adam.parameters[i]);
    }
};
struct CountStep {
    double* step;
    ORRERY_BOTH void operator()(int) const { *step += 1; }
};

} // namespace orrery::jet::bodies
