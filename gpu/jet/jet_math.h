// SPDX-License-Identifier: BSD-3-Clause
// The formulas of the jet engine at one point, for the processor and for CUDA alike: derivatives of activations, jets
// through them and through products, steps of a residual's program, each with its adjoint. C++17.
#pragma once
#include "gpu/jet/network.h"
#include "gpu/jet/program.h"

#include <cmath>

namespace orrery::jet {

// Channels of a term; `stride` numbers lie between a channel and the next.
template <class T>
struct Lines {
    int channels = 1, directions = 0, collapsed = 0, highest = 0; // highest order of a direction; 2 with collapsed ones
    int stride = 1;
    const int* first = nullptr; // [directions]: channel of order 1
    const int* order = nullptr; // [directions]
    const T* second = nullptr;  // [collapsed][directions]
    ORRERY_BOTH int first_collapsed() const { return channels - collapsed; }
};

namespace scalar {

ORRERY_BOTH inline float tanh_of(float x) { return ::tanhf(x); }
ORRERY_BOTH inline double tanh_of(double x) { return ::tanh(x); }
ORRERY_BOTH inline float sin_of(float x) { return ::sinf(x); }
ORRERY_BOTH inline double sin_of(double x) { return ::sin(x); }
ORRERY_BOTH inline float cos_of(float x) { return ::cosf(x); }
ORRERY_BOTH inline double cos_of(double x) { return ::cos(x); }
ORRERY_BOTH inline float tan_of(float x) { return ::tanf(x); }
ORRERY_BOTH inline double tan_of(double x) { return ::tan(x); }
ORRERY_BOTH inline float exp_of(float x) { return ::expf(x); }
ORRERY_BOTH inline double exp_of(double x) { return ::exp(x); }
ORRERY_BOTH inline float log_of(float x) { return ::logf(x); }
ORRERY_BOTH inline double log_of(double x) { return ::log(x); }
ORRERY_BOTH inline float sqrt_of(float x) { return ::sqrtf(x); }
ORRERY_BOTH inline double sqrt_of(double x) { return ::sqrt(x); }
ORRERY_BOTH inline float erf_of(float x) { return ::erff(x); }
ORRERY_BOTH inline double erf_of(double x) { return ::erf(x); }
ORRERY_BOTH inline float erfc_of(float x) { return ::erfcf(x); }
ORRERY_BOTH inline double erfc_of(double x) { return ::erfc(x); }
ORRERY_BOTH inline float power_of(float x, float y) { return ::powf(x, y); }
ORRERY_BOTH inline double power_of(double x, double y) { return ::pow(x, y); }

template <class T>
ORRERY_BOTH inline T whole_power(T x, int exponent) {
    T result = 1;
    unsigned left = exponent < 0 ? 0U - static_cast<unsigned>(exponent) : static_cast<unsigned>(exponent);
    for (; left != 0; left >>= 1U) {
        if ((left & 1U) != 0) result *= x;
        x *= x;
    }
    return exponent < 0 ? T(1) / result : result;
}

// f[0] = activation(z), f[n] its n-th derivative, n up to `order`, at most 5. From t = tanh z:
template <class T>
ORRERY_BOTH inline void tanh_derivatives(T t, int order, T* f) {
    const T t2 = t * t, s = T(1) - t2;
    f[0] = t;
    if (order >= 1) f[1] = s;
    if (order >= 2) f[2] = T(-2) * t * s;
    if (order >= 3) f[3] = s * (T(6) * t2 - T(2));
    if (order >= 4) f[4] = T(8) * t * s * (T(2) - T(3) * t2);
    if (order >= 5) f[5] = s * (T(16) - T(120) * t2 * s);
}

template <class T>
ORRERY_BOTH inline void sin_derivatives(T z, T* f) {
    const T s = sin_of(z), c = cos_of(z);
    f[0] = f[4] = s;
    f[1] = f[5] = c;
    f[2] = -s;
    f[3] = -c;
}

// z sigma(z): f^(n) = z sigma^(n) + n sigma^(n-1).
template <class T>
ORRERY_BOTH inline void silu_derivatives(T z, int order, T* f) {
    const T s = T(1) / (T(1) + exp_of(-z));
    const T s1 = s * (T(1) - s), s2 = s1 * (T(1) - T(2) * s), s3 = s1 * (T(1) - T(6) * s1);
    f[0] = z * s;
    if (order >= 1) f[1] = z * s1 + s;
    if (order >= 2) f[2] = z * s2 + T(2) * s1;
    if (order >= 3) f[3] = z * s3 + T(3) * s2;
    if (order < 4) return;
    const T s4 = s2 * (T(1) - T(12) * s1), s5 = s3 * (T(1) - T(12) * s1) - T(12) * s2 * s2;
    f[4] = z * s4 + T(4) * s3;
    f[5] = z * s5 + T(5) * s4;
}

// z Phi(z) with the distribution Phi and density phi of the normal law.
template <class T>
ORRERY_BOTH inline void gelu_derivatives(T z, int order, T* f) {
    const T below = T(0.5) * erfc_of(z * T(-0.70710678118654752440));
    T z2 = z * z;
    if (z2 > T(3000)) z2 = T(3000); // the density is zero there; beyond, infinity times zero
    const T density = exp_of(T(-0.5) * z2) * T(0.39894228040143267794);
    f[0] = z * below;
    if (order >= 1) f[1] = below + z * density;
    if (order >= 2) f[2] = (T(2) - z2) * density;
    if (order >= 3) f[3] = z * (z2 - T(4)) * density;
    if (order >= 4) f[4] = (T(-4) + z2 * (T(7) - z2)) * density;
    if (order >= 5) f[5] = z * (T(18) + z2 * (z2 - T(11))) * density;
}

// f: room for 6.
template <class T>
ORRERY_BOTH inline void derivatives(Activation kind, T z, int order, T* f) {
    if (kind == Activation::tanh) {
        tanh_derivatives(tanh_of(z), order, f);
    } else if (kind == Activation::sin) {
        sin_derivatives(z, f);
    } else if (kind == Activation::silu) {
        silu_derivatives(z, order, f);
    } else {
        gelu_derivatives(z, order, f);
    }
}

// a = activation of the jet z: Faa di Bruno's formula along each direction; f holds derivatives up to `highest`.
template <class T>
ORRERY_BOTH inline void compose(const Lines<T>& jet, const T* f, const T* z, T* a) {
    const int n = jet.stride;
    a[0] = f[0];
    for (int d = 0; d < jet.directions; ++d) {
        const int at = jet.first[d] * n, order = jet.order[d];
        const T z1 = z[at], square = z1 * z1;
        a[at] = f[1] * z1;
        if (order < 2) continue;
        const T z2 = z[at + n];
        a[at + n] = f[1] * z2 + f[2] * square;
        if (order < 3) continue;
        const T z3 = z[at + 2 * n];
        a[at + 2 * n] = f[1] * z3 + T(3) * f[2] * z1 * z2 + f[3] * z1 * square;
        if (order < 4) continue;
        const T z4 = z[at + 3 * n];
        a[at + 3 * n] =
            f[1] * z4 + f[2] * (T(4) * z1 * z3 + T(3) * z2 * z2) + T(6) * f[3] * square * z2 + f[4] * square * square;
    }
    for (int q = 0; q < jet.collapsed; ++q) {
        T squares = 0;
        for (int d = 0; d < jet.directions; ++d) {
            const T z1 = z[jet.first[d] * n];
            squares += jet.second[q * jet.directions + d] * z1 * z1;
        }
        const int at = (jet.first_collapsed() + q) * n;
        a[at] = f[1] * z[at] + f[2] * squares;
    }
}

// g: adjoint of a becomes adjoint of z; f holds derivatives up to `highest` + 1.
template <class T>
ORRERY_BOTH inline void compose_adjoint(const Lines<T>& jet, const T* f, const T* z, T* g) {
    const int n = jet.stride;
    T total = f[1] * g[0];
    for (int d = 0; d < jet.directions; ++d) {
        const int at = jet.first[d] * n, order = jet.order[d];
        const T z1 = z[at], g1 = g[at], square = z1 * z1;
        T first = f[1] * g1;
        total += f[2] * z1 * g1;
        if (order >= 2) {
            const T z2 = z[at + n], g2 = g[at + n], curve = f[2] * z2 + f[3] * square;
            first += T(2) * f[2] * z1 * g2;
            total += curve * g2;
            T second = f[1] * g2;
            if (order >= 3) {
                const T z3 = z[at + 2 * n], g3 = g[at + 2 * n];
                const T twist = f[2] * z3 + T(3) * f[3] * z1 * z2 + f[4] * z1 * square;
                second += T(3) * f[2] * z1 * g3;
                first += T(3) * curve * g3;
                total += twist * g3;
                T third = f[1] * g3;
                if (order >= 4) {
                    const T z4 = z[at + 3 * n], g4 = g[at + 3 * n];
                    third += T(4) * f[2] * z1 * g4;
                    second += T(6) * curve * g4;
                    first += T(4) * twist * g4;
                    total += (f[2] * z4 + f[3] * (T(4) * z1 * z3 + T(3) * z2 * z2) + T(6) * f[4] * square * z2 +
                              f[5] * square * square) *
                             g4;
                    g[at + 3 * n] = f[1] * g4;
                }
                g[at + 2 * n] = third;
            }
            g[at + n] = second;
        }
        g[at] = first;
    }
    for (int q = 0; q < jet.collapsed; ++q) {
        const int at = (jet.first_collapsed() + q) * n;
        const T gq = g[at];
        T squares = 0;
        for (int d = 0; d < jet.directions; ++d) {
            const int line = jet.first[d] * n;
            const T z1 = z[line], scaled = jet.second[q * jet.directions + d] * z1;
            squares += scaled * z1;
            g[line] += T(2) * f[2] * scaled * gq;
        }
        total += (f[2] * z[at] + f[3] * squares) * gq;
        g[at] = f[1] * gq;
    }
    g[0] = total;
}

// k choose i for k up to 4.
ORRERY_BOTH inline int choose(int k, int i) {
    int value = 1;
    for (int j = 1; j <= i; ++j) value = value * (k - i + j) / j;
    return value;
}

// u = shift + scale v by Leibniz's rule along each direction; null shift: zero.
template <class T>
ORRERY_BOTH inline void multiply(const Lines<T>& jet, const T* shift, const T* scale, const T* v, T* u) {
    const int n = jet.stride;
    const T s0 = scale[0], v0 = v[0];
    for (int d = 0; d < jet.directions; ++d) {
        const int before = (jet.first[d] - 1) * n; // order k lies at before + k n
        for (int k = 1; k <= jet.order[d]; ++k) {
            T total = s0 * v[before + k * n] + scale[before + k * n] * v0;
            for (int i = 1; i < k; ++i)
                total += static_cast<T>(choose(k, i)) * scale[before + i * n] * v[before + (k - i) * n];
            u[before + k * n] = shift != nullptr ? total + shift[before + k * n] : total;
        }
    }
    for (int q = 0; q < jet.collapsed; ++q) {
        const int line = (jet.first_collapsed() + q) * n;
        T total = s0 * v[line] + scale[line] * v0;
        for (int d = 0; d < jet.directions; ++d) {
            const int first = jet.first[d] * n;
            total += T(2) * jet.second[q * jet.directions + d] * scale[first] * v[first];
        }
        u[line] = shift != nullptr ? total + shift[line] : total;
    }
    u[0] = shift != nullptr ? s0 * v0 + shift[0] : s0 * v0;
}

template <class T>
ORRERY_BOTH inline void put(T* at, T value, bool add) {
    *at = add ? *at + value : value;
}

// g_v [+]= adjoint of u = scale v in v.
template <class T>
ORRERY_BOTH inline void multiply_adjoint(const Lines<T>& jet, const T* scale, const T* g, T* g_v, bool add) {
    const int n = jet.stride;
    const T s0 = scale[0];
    T value = s0 * g[0];
    for (int d = 0; d < jet.directions; ++d) {
        const int before = (jet.first[d] - 1) * n;
        for (int i = 1; i <= jet.order[d]; ++i) {
            T total = s0 * g[before + i * n];
            value += scale[before + i * n] * g[before + i * n];
            for (int k = i + 1; k <= jet.order[d]; ++k)
                total += static_cast<T>(choose(k, i)) * scale[before + (k - i) * n] * g[before + k * n];
            for (int q = 0; i == 1 && q < jet.collapsed; ++q) {
                total +=
                    T(2) * jet.second[q * jet.directions + d] * scale[before + n] * g[(jet.first_collapsed() + q) * n];
            }
            put(g_v + before + i * n, total, add);
        }
    }
    for (int q = 0; q < jet.collapsed; ++q) {
        const int line = (jet.first_collapsed() + q) * n;
        value += scale[line] * g[line];
        put(g_v + line, s0 * g[line], add);
    }
    put(g_v, value, add);
}

// Value of an instruction that is neither a constant nor an input.
template <class T>
ORRERY_BOTH inline T step_value(const Instruction& step, T a, T b) {
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
    case Op::power:
        return power_of(a, b);
    case Op::integer_power:
        return whole_power(a, static_cast<int>(step.value));
    case Op::sin:
        return sin_of(a);
    case Op::cos:
        return cos_of(a);
    case Op::tan:
        return tan_of(a);
    case Op::exp:
        return exp_of(a);
    case Op::log:
        return log_of(a);
    case Op::sqrt:
        return sqrt_of(a);
    case Op::tanh:
        return tanh_of(a);
    case Op::erf:
        return erf_of(a);
    case Op::abs:
        return a < T(0) ? -a : a;
    case Op::constant:
    case Op::input:
        break;
    }
    return a;
}

// Its derivatives by a and b; db only where the instruction takes two.
template <class T>
ORRERY_BOTH inline void step_slopes(const Instruction& step, T a, T b, T value, T& da, T& db) {
    da = db = T(0);
    switch (step.op) {
    case Op::add:
        da = db = T(1);
        break;
    case Op::subtract:
        da = T(1);
        db = T(-1);
        break;
    case Op::multiply:
        da = b;
        db = a;
        break;
    case Op::divide:
        da = T(1) / b;
        db = -value / b;
        break;
    case Op::negate:
        da = T(-1);
        break;
    case Op::power:
        da = b * power_of(a, b - T(1));
        db = a > T(0) ? value * log_of(a) : T(0);
        break;
    case Op::integer_power:
        if (step.value != 0) da = static_cast<T>(step.value) * whole_power(a, static_cast<int>(step.value) - 1);
        break;
    case Op::sin:
        da = cos_of(a);
        break;
    case Op::cos:
        da = -sin_of(a);
        break;
    case Op::tan:
        da = T(1) + value * value;
        break;
    case Op::exp:
        da = value;
        break;
    case Op::log:
        da = T(1) / a;
        break;
    case Op::sqrt:
        da = T(0.5) / value;
        break;
    case Op::tanh:
        da = T(1) - value * value;
        break;
    case Op::erf:
        da = T(1.12837916709551257390) * exp_of(-a * a);
        break;
    case Op::abs:
        da = a < T(0) ? T(-1) : a > T(0) ? T(1) : T(0);
        break;
    case Op::constant:
    case Op::input:
        break;
    }
}

} // namespace scalar
} // namespace orrery::jet
