// SPDX-License-Identifier: BSD-3-Clause
// Included once per instruction set, with ORRERY_VECTOR_BYTES, ORRERY_COLUMNS (vectors of a register block) and
// ORRERY_KERNELS (the name of the table) defined.
namespace orrery::jet {
namespace {

#include "gpu/parallel/simd.inl"

#include "gpu/jet/activations.inl"

// z[j][0 .. N vectors) = (or, Add, +=) sum_k w[k][j] a[k], j < M.
template <class T, Int M, Int N, bool Add>
inline void product_block(const T* __restrict w, Int in, const T* __restrict a, Long lead_a, T* __restrict z,
                          Long lead_z) {
    using V = typename Simd<T>::V;
    constexpr Int L = Simd<T>::lanes;
    V sum[M][N] = {};
    for (Int k = 0; k < in; ++k) {
        V line[N];
        for (Int c = 0; c < N; ++c) line[c] = load<T>(a + k * lead_a + c * L);
        for (Int j = 0; j < M; ++j) {
            const V weight = splat<V>(w[static_cast<Long>(k) * panel + j]);
            for (Int c = 0; c < N; ++c) sum[j][c] += weight * line[c];
        }
    }
    for (Int j = 0; j < M; ++j) {
        for (Int c = 0; c < N; ++c) {
            T* at = z + j * lead_z + c * L;
            store<T>(at, Add ? load<T>(at) + sum[j][c] : sum[j][c]);
        }
    }
}

template <class T, Int N, bool Add>
inline void product_columns(const T* w, Int out, Int in, const T* a, Long lead_a, T* z, Long lead_z) {
    Int o = 0;
    for (; o + panel <= out; o += panel)
        product_block<T, panel, N, Add>(w + static_cast<Long>(o) * in, in, a, lead_a, z + o * lead_z, lead_z);
    const T* rest = w + static_cast<Long>(o) * in;
    if (out - o == 1) product_block<T, 1, N, Add>(rest, in, a, lead_a, z + o * lead_z, lead_z);
    if (out - o == 2) product_block<T, 2, N, Add>(rest, in, a, lead_a, z + o * lead_z, lead_z);
    if (out - o == 3) product_block<T, 3, N, Add>(rest, in, a, lead_a, z + o * lead_z, lead_z);
}

// The lines of `a` that a register block of columns reads should fit into the first-level cache.
template <class T, bool Add>
inline void product_of(const T* w, Int out, Int in, const T* a, Long lead_a, Int columns, T* z, Long lead_z) {
    constexpr Int L = Simd<T>::lanes, cache = 32768 / ORRERY_VECTOR_BYTES;
    const Int fit = cache / in, most = fit < 2 ? 2 : fit < ORRERY_COLUMNS ? fit : ORRERY_COLUMNS;
    Int left = columns / L;
    while (left > 0) {
        const Int blocks = (left + most - 1) / most, now = (left + blocks - 1) / blocks;
        if (now == 1) product_columns<T, 1, Add>(w, out, in, a, lead_a, z, lead_z);
        if (now == 2) product_columns<T, 2, Add>(w, out, in, a, lead_a, z, lead_z);
        if constexpr (ORRERY_COLUMNS >= 3) {
            if (now == 3) product_columns<T, 3, Add>(w, out, in, a, lead_a, z, lead_z);
        }
        if constexpr (ORRERY_COLUMNS >= 6) {
            if (now == 4) product_columns<T, 4, Add>(w, out, in, a, lead_a, z, lead_z);
            if (now == 5) product_columns<T, 5, Add>(w, out, in, a, lead_a, z, lead_z);
            if (now == 6) product_columns<T, 6, Add>(w, out, in, a, lead_a, z, lead_z);
        }
        a += static_cast<Long>(now) * L;
        z += static_cast<Long>(now) * L;
        left -= now;
    }
}

template <class T>
void product(const T* w, Int out, Int in, const T* a, Int columns, T* z) {
    product_of<T, false>(w, out, in, a, columns, columns, z, columns);
}

// Sums over the columns of M rows of d with `panel` rows of a.
template <class T, Int M>
inline void outer_block(const T* __restrict d, const T* __restrict a, Int columns,
                        typename Simd<T>::V (&sum)[M][panel]) {
    using V = typename Simd<T>::V;
    for (Int p = 0; p < columns; p += Simd<T>::lanes) {
        V av[panel];
        for (Int m = 0; m < panel; ++m) av[m] = load<T>(a + static_cast<Long>(m) * columns + p);
        for (Int j = 0; j < M; ++j) {
            const V dv = load<T>(d + static_cast<Long>(j) * columns + p);
            for (Int m = 0; m < panel; ++m) sum[j][m] += dv * av[m];
        }
    }
}

template <class T, Int M>
inline void outer_lanes_rows(const T* d, const T* a, Int in, Int columns, T* sums) {
    using V = typename Simd<T>::V;
    constexpr Int L = Simd<T>::lanes;
    for (Int i = 0; i < in; i += panel) {
        V sum[M][panel] = {};
        outer_block<T, M>(d, a + static_cast<Long>(i) * columns, columns, sum);
        for (Int j = 0; j < M; ++j) {
            for (Int m = 0; m < panel; ++m) {
                T* at = sums + (static_cast<Long>(j) * in + i + m) * L;
                store<T>(at, load<T>(at) + sum[j][m]);
            }
        }
    }
}

template <class T>
void outer_lanes(const T* d, Int out, const T* a, Int in, Int columns, T* sums) {
    constexpr Int L = Simd<T>::lanes;
    Int o = 0;
    for (; o + panel <= out; o += panel)
        outer_lanes_rows<T, panel>(d + static_cast<Long>(o) * columns, a, in, columns,
                                   sums + static_cast<Long>(o) * in * L);
    d += static_cast<Long>(o) * columns;
    sums += static_cast<Long>(o) * in * L;
    if (out - o == 1) outer_lanes_rows<T, 1>(d, a, in, columns, sums);
    if (out - o == 2) outer_lanes_rows<T, 2>(d, a, in, columns, sums);
    if (out - o == 3) outer_lanes_rows<T, 3>(d, a, in, columns, sums);
}

// Four rows of `columns` to columns of four, `step` apart.
template <class T>
inline void transpose_four(const T* from, Int columns, T* to, Long step) {
    typedef T Q __attribute__((vector_size(4 * sizeof(T)), may_alias, aligned(4 * sizeof(T))));
    for (Int p = 0; p < columns; p += 4) {
        Q r[4];
        for (Int j = 0; j < 4; ++j) r[j] = *(const Q*)(from + static_cast<Long>(j) * columns + p);
        const Q a = __builtin_shufflevector(r[0], r[1], 0, 4, 1, 5),
                b = __builtin_shufflevector(r[2], r[3], 0, 4, 1, 5);
        const Q c = __builtin_shufflevector(r[0], r[1], 2, 6, 3, 7),
                d = __builtin_shufflevector(r[2], r[3], 2, 6, 3, 7);
        T* at = to + p * step;
        *(Q*)at = __builtin_shufflevector(a, b, 0, 1, 4, 5);
        *(Q*)(at + step) = __builtin_shufflevector(a, b, 2, 3, 6, 7);
        *(Q*)(at + 2 * step) = __builtin_shufflevector(c, d, 0, 1, 4, 5);
        *(Q*)(at + 3 * step) = __builtin_shufflevector(c, d, 2, 3, 6, 7);
    }
}

// With both factors transposed it is a product with the columns as inner dimension.
template <class T>
void outer(const T* d, Int out, const T* a, Int in, Int columns, T* sums, T* scratch) {
    T* packed = scratch + static_cast<Long>(in) * columns;
    for (Int i = 0; i < in; i += panel) transpose_four<T>(a + static_cast<Long>(i) * columns, columns, scratch + i, in);
    for (Int o = 0; o < out; o += panel)
        transpose_four<T>(d + static_cast<Long>(o) * columns, columns, packed + static_cast<Long>(o) * columns, panel);
    product_of<T, true>(packed, out, columns, scratch, in, in, sums, in);
}

// One vector of points of one unit: Faa di Bruno's formula along each direction.
template <class T, Int K>
inline void compose(const Jet<T>& jet, const typename Simd<T>::V* f, const T* z, T* a) {
    using V = typename Simd<T>::V;
    const Long n = jet.points;
    store<T>(a, f[0]);
    if constexpr (K >= 1) {
        for (Int d = 0; d < jet.directions; ++d) {
            const Long at = jet.first[d] * n;
            const V z1 = load<T>(z + at);
            store<T>(a + at, f[1] * z1);
            if constexpr (K >= 2) {
                const Int order = jet.order[d];
                if (order < 2) continue;
                const V z2 = load<T>(z + at + n), square = z1 * z1;
                store<T>(a + at + n, f[1] * z2 + f[2] * square);
                if constexpr (K >= 3) {
                    if (order < 3) continue;
                    const V z3 = load<T>(z + at + 2 * n);
                    store<T>(a + at + 2 * n, f[1] * z3 + T(3) * f[2] * z1 * z2 + f[3] * z1 * square);
                    if constexpr (K >= 4) {
                        if (order < 4) continue;
                        const V z4 = load<T>(z + at + 3 * n);
                        store<T>(a + at + 3 * n, f[1] * z4 + f[2] * (T(4) * z1 * z3 + T(3) * z2 * z2) +
                                                     T(6) * f[3] * square * z2 + f[4] * square * square);
                    }
                }
            }
        }
        if constexpr (K >= 2) {
            for (Int q = 0; q < jet.collapsed; ++q) {
                V squares = {};
                for (Int d = 0; d < jet.directions; ++d) {
                    const V z1 = load<T>(z + jet.first[d] * n);
                    squares += jet.second[q * jet.directions + d] * z1 * z1;
                }
                const Long at = (jet.first_collapsed() + q) * n;
                store<T>(a + at, f[1] * load<T>(z + at) + f[2] * squares);
            }
        }
    }
}

// Its adjoint; returns that of z_0. f holds derivatives up to K + 1.
template <class T, Int K>
inline typename Simd<T>::V compose_adjoint(const Jet<T>& jet, const typename Simd<T>::V* f, const T* z, T* g) {
    using V = typename Simd<T>::V;
    const Long n = jet.points;
    V total = f[1] * load<T>(g);
    if constexpr (K >= 1) {
        for (Int d = 0; d < jet.directions; ++d) {
            const Long at = jet.first[d] * n;
            const V z1 = load<T>(z + at), g1 = load<T>(g + at);
            V first = f[1] * g1;
            total += f[2] * z1 * g1;
            if constexpr (K >= 2) {
                const Int order = jet.order[d];
                if (order >= 2) {
                    const V z2 = load<T>(z + at + n), g2 = load<T>(g + at + n), square = z1 * z1;
                    first += T(2) * f[2] * z1 * g2;
                    total += (f[2] * z2 + f[3] * square) * g2;
                    V second = f[1] * g2;
                    if constexpr (K >= 3) {
                        if (order >= 3) {
                            const V z3 = load<T>(z + at + 2 * n), g3 = load<T>(g + at + 2 * n);
                            second += T(3) * f[2] * z1 * g3;
                            first += T(3) * (f[2] * z2 + f[3] * square) * g3;
                            total += (f[2] * z3 + T(3) * f[3] * z1 * z2 + f[4] * z1 * square) * g3;
                            V third = f[1] * g3;
                            if constexpr (K >= 4) {
                                if (order >= 4) {
                                    const V z4 = load<T>(z + at + 3 * n), g4 = load<T>(g + at + 3 * n);
                                    third += T(4) * f[2] * z1 * g4;
                                    second += T(6) * (f[2] * z2 + f[3] * square) * g4;
                                    first += T(4) * (f[2] * z3 + T(3) * f[3] * z1 * z2 + f[4] * z1 * square) * g4;
                                    total += (f[2] * z4 + f[3] * (T(4) * z1 * z3 + T(3) * z2 * z2) +
                                              T(6) * f[4] * square * z2 + f[5] * square * square) *
                                             g4;
                                    store<T>(g + at + 3 * n, f[1] * g4);
                                }
                            }
                            store<T>(g + at + 2 * n, third);
                        }
                    }
                    store<T>(g + at + n, second);
                }
            }
            store<T>(g + at, first);
        }
        if constexpr (K >= 2) {
            for (Int q = 0; q < jet.collapsed; ++q) {
                const Long at = (jet.first_collapsed() + q) * n;
                const V gq = load<T>(g + at);
                V squares = {};
                for (Int d = 0; d < jet.directions; ++d) {
                    const T c = jet.second[q * jet.directions + d];
                    if (c == T(0)) continue;
                    const Long line = jet.first[d] * n;
                    const V z1 = load<T>(z + line), scaled = c * z1;
                    squares += scaled * z1;
                    store<T>(g + line, load<T>(g + line) + T(2) * f[2] * scaled * gq);
                }
                total += (f[2] * load<T>(z + at) + f[3] * squares) * gq;
                store<T>(g + at, f[1] * gq);
            }
        }
    }
    store<T>(g, total);
    return total;
}

template <class T, Activation A, Int K>
void activate_by(const Jet<T>& jet, Int rows, const T* bias, T* z, T* a) {
    using V = typename Simd<T>::V;
    const Long row = static_cast<Long>(jet.channels) * jet.points;
    for (Int o = 0; o < rows; ++o) {
        T* zr = z + o * row;
        T* ar = a + o * row;
        const V b = splat<V>(bias[o]);
        for (Int p = 0; p < jet.points; p += Simd<T>::lanes) {
            V f[6];
            const V z0 = load<T>(zr + p) + b;
            store<T>(zr + p, z0);
            derivatives<T, A, K>(z0, f);
            compose<T, K>(jet, f, zr + p, ar + p);
        }
    }
}

template <class T, Activation A, Int K>
void activate_adjoint_by(const Jet<T>& jet, Int rows, const T* z, const T* a, T* g, T* bias_sums) {
    using V = typename Simd<T>::V;
    constexpr Int L = Simd<T>::lanes;
    const Long row = static_cast<Long>(jet.channels) * jet.points;
    for (Int o = 0; o < rows; ++o) {
        V bias = load<T>(bias_sums + static_cast<Long>(o) * L);
        for (Int p = 0; p < jet.points; p += L) {
            V f[6];
            const Long at = o * row + p;
            if constexpr (A == Activation::tanh) {
                tanh_derivatives<T, K + 1>(load<T>(a + at), f);
            } else {
                derivatives<T, A, K + 1>(load<T>(z + at), f);
            }
            bias += compose_adjoint<T, K>(jet, f, z + at, g + at);
        }
        store<T>(bias_sums + static_cast<Long>(o) * L, bias);
    }
}

template <class T, Int K>
void activate_order(const Jet<T>& jet, Activation kind, Int rows, const T* bias, T* z, T* a) {
    switch (kind) {
    case Activation::tanh:
        return activate_by<T, Activation::tanh, K>(jet, rows, bias, z, a);
    case Activation::sin:
        return activate_by<T, Activation::sin, K>(jet, rows, bias, z, a);
    case Activation::silu:
        return activate_by<T, Activation::silu, K>(jet, rows, bias, z, a);
    case Activation::gelu:
        return activate_by<T, Activation::gelu, K>(jet, rows, bias, z, a);
    }
}

template <class T, Int K>
void adjoint_order(const Jet<T>& jet, Activation kind, Int rows, const T* z, const T* a, T* g, T* sums) {
    switch (kind) {
    case Activation::tanh:
        return activate_adjoint_by<T, Activation::tanh, K>(jet, rows, z, a, g, sums);
    case Activation::sin:
        return activate_adjoint_by<T, Activation::sin, K>(jet, rows, z, a, g, sums);
    case Activation::silu:
        return activate_adjoint_by<T, Activation::silu, K>(jet, rows, z, a, g, sums);
    case Activation::gelu:
        return activate_adjoint_by<T, Activation::gelu, K>(jet, rows, z, a, g, sums);
    }
}

template <class T>
void activate(const Jet<T>& jet, Activation kind, Int rows, const T* bias, T* z, T* a) {
    switch (jet.highest) {
    case 0:
        return activate_order<T, 0>(jet, kind, rows, bias, z, a);
    case 1:
        return activate_order<T, 1>(jet, kind, rows, bias, z, a);
    case 2:
        return activate_order<T, 2>(jet, kind, rows, bias, z, a);
    case 3:
        return activate_order<T, 3>(jet, kind, rows, bias, z, a);
    default:
        return activate_order<T, 4>(jet, kind, rows, bias, z, a);
    }
}

template <class T>
void activate_adjoint(const Jet<T>& jet, Activation kind, Int rows, const T* z, const T* a, T* g, T* sums) {
    switch (jet.highest) {
    case 0:
        return adjoint_order<T, 0>(jet, kind, rows, z, a, g, sums);
    case 1:
        return adjoint_order<T, 1>(jet, kind, rows, z, a, g, sums);
    case 2:
        return adjoint_order<T, 2>(jet, kind, rows, z, a, g, sums);
    case 3:
        return adjoint_order<T, 3>(jet, kind, rows, z, a, g, sums);
    default:
        return adjoint_order<T, 4>(jet, kind, rows, z, a, g, sums);
    }
}

constexpr Int choose[5][5] = {{1, 0, 0, 0, 0}, {1, 1, 0, 0, 0}, {1, 2, 1, 0, 0}, {1, 3, 3, 1, 0}, {1, 4, 6, 4, 1}};

// Leibniz's rule along each direction, u = shift + scale n.
template <class T>
void multiply(const Jet<T>& jet, Int rows, const T* shift, const T* scale, const T* n, T* u) {
    using V = typename Simd<T>::V;
    const Long lead = jet.points, row = jet.channels * lead;
    for (Int o = 0; o < rows; ++o) {
        for (Int p = 0; p < jet.points; p += Simd<T>::lanes) {
            const Long here = o * row + p;
            const T *s = scale + here, *v = n + here;
            const auto put = [&](Long line, V value) {
                store<T>(u + here + line, shift != nullptr ? value + load<T>(shift + here + line) : value);
            };
            // Channel of order k along d: 0 is the value.
            const V s0 = load<T>(s), v0 = load<T>(v);
            for (Int d = 0; d < jet.directions; ++d) {
                const Long before = (jet.first[d] - 1) * lead;
                for (Int k = 1; k <= jet.order[d]; ++k) {
                    V total = s0 * load<T>(v + before + k * lead) + load<T>(s + before + k * lead) * v0;
                    for (Int i = 1; i < k; ++i) {
                        total += static_cast<T>(choose[k][i]) * load<T>(s + before + i * lead) *
                                 load<T>(v + before + (k - i) * lead);
                    }
                    put(before + k * lead, total);
                }
            }
            for (Int q = 0; q < jet.collapsed; ++q) {
                const Long line = (jet.first_collapsed() + q) * lead;
                V total = s0 * load<T>(v + line) + load<T>(s + line) * v0;
                for (Int d = 0; d < jet.directions; ++d) {
                    const Long first = jet.first[d] * lead;
                    total += T(2) * jet.second[q * jet.directions + d] * load<T>(s + first) * load<T>(v + first);
                }
                put(line, total);
            }
            put(0, s0 * v0);
        }
    }
}

template <class T>
void multiply_adjoint(const Jet<T>& jet, Int rows, const T* scale, const T* g, T* g_n, bool add) {
    using V = typename Simd<T>::V;
    const Long lead = jet.points, row = jet.channels * lead;
    for (Int o = 0; o < rows; ++o) {
        for (Int p = 0; p < jet.points; p += Simd<T>::lanes) {
            const Long here = o * row + p;
            const T *s = scale + here, *gu = g + here;
            const auto put = [&](Long line, V value) {
                T* at = g_n + here + line;
                store<T>(at, add ? load<T>(at) + value : value);
            };
            const V s0 = load<T>(s);
            V value = s0 * load<T>(gu);
            for (Int d = 0; d < jet.directions; ++d) {
                const Long before = (jet.first[d] - 1) * lead;
                for (Int i = 1; i <= jet.order[d]; ++i) {
                    V total = s0 * load<T>(gu + before + i * lead);
                    value += load<T>(s + before + i * lead) * load<T>(gu + before + i * lead);
                    for (Int k = i + 1; k <= jet.order[d]; ++k) {
                        total += static_cast<T>(choose[k][i]) * load<T>(s + before + (k - i) * lead) *
                                 load<T>(gu + before + k * lead);
                    }
                    if (i == 1) {
                        for (Int q = 0; q < jet.collapsed; ++q) {
                            total += T(2) * jet.second[q * jet.directions + d] * load<T>(s + before + lead) *
                                     load<T>(gu + (jet.first_collapsed() + q) * lead);
                        }
                    }
                    put(before + i * lead, total);
                }
            }
            for (Int q = 0; q < jet.collapsed; ++q) {
                const Long line = (jet.first_collapsed() + q) * lead;
                value += load<T>(s + line) * load<T>(gu + line);
                put(line, s0 * load<T>(gu + line));
            }
            put(0, value);
        }
    }
}

template <class T, class F>
inline typename Simd<T>::V by_lane(typename Simd<T>::V x, F f) {
    for (Int i = 0; i < Simd<T>::lanes; ++i) x[i] = static_cast<T>(f(x[i]));
    return x;
}

// Exponents up to 2^31 by squaring.
template <class T>
inline typename Simd<T>::V whole_power(typename Simd<T>::V x, Int exponent) {
    using V = typename Simd<T>::V;
    V result = splat<V>(T(1));
    unsigned left = exponent < 0 ? 0U - static_cast<unsigned>(exponent) : static_cast<unsigned>(exponent);
    for (; left != 0; left >>= 1U) {
        if ((left & 1U) != 0) result *= x;
        x *= x;
    }
    return exponent < 0 ? T(1) / result : result;
}

template <class T>
inline typename Simd<T>::V power_of(typename Simd<T>::V x, typename Simd<T>::V y) {
    for (Int i = 0; i < Simd<T>::lanes; ++i) x[i] = static_cast<T>(__builtin_pow(x[i], y[i]));
    return x;
}

template <class T>
inline typename Simd<T>::V result_of(const Instruction& step, typename Simd<T>::V a, typename Simd<T>::V b) {
    using V = typename Simd<T>::V;
    V s, c;
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
        return power_of<T>(a, b);
    case Op::integer_power:
        return whole_power<T>(a, static_cast<Int>(step.value));
    case Op::sin:
        sin_cos<T>(a, s, c);
        return s;
    case Op::cos:
        sin_cos<T>(a, s, c);
        return c;
    case Op::tan:
        return by_lane<T>(a, [](double x) { return __builtin_tan(x); });
    case Op::exp:
        return by_lane<T>(a, [](double x) { return __builtin_exp(x); });
    case Op::log:
        return by_lane<T>(a, [](double x) { return __builtin_log(x); });
    case Op::sqrt:
        return by_lane<T>(a, [](double x) { return __builtin_sqrt(x); });
    case Op::tanh:
        return tanh_of<T>(a);
    case Op::erf:
        return by_lane<T>(a, [](double x) { return __builtin_erf(x); });
    case Op::abs:
        return a < T(0) ? -a : a;
    case Op::constant:
    case Op::input:
        break;
    }
    return a;
}

template <class T>
void run(const ProgramTile<T>& tile) {
    using V = typename Simd<T>::V;
    const Long n = tile.points;
    for (Int i = 0; i < tile.length; ++i) {
        const Instruction& step = tile.code[i];
        T* out = tile.values + i * n;
        if (step.op == Op::constant || step.op == Op::input) {
            for (Int p = 0; p < n; p += Simd<T>::lanes)
                store<T>(out + p, step.op == Op::input ? load<T>(tile.inputs[step.a] + p)
                                                       : splat<V>(static_cast<T>(step.value)));
            continue;
        }
        const T *a = tile.values + step.a * n, *b = tile.values + step.b * n;
        switch (step.op) { // the common ones without a choice in the loop
        case Op::add:
            for (Int p = 0; p < n; p += Simd<T>::lanes) store<T>(out + p, load<T>(a + p) + load<T>(b + p));
            break;
        case Op::multiply:
            for (Int p = 0; p < n; p += Simd<T>::lanes) store<T>(out + p, load<T>(a + p) * load<T>(b + p));
            break;
        default:
            for (Int p = 0; p < n; p += Simd<T>::lanes)
                store<T>(out + p, result_of<T>(step, load<T>(a + p), load<T>(b + p)));
        }
    }
}

// d result / d a and / d b.
template <class T>
inline void slopes_of(const Instruction& step, typename Simd<T>::V a, typename Simd<T>::V b, typename Simd<T>::V value,
                      typename Simd<T>::V& da, typename Simd<T>::V& db) {
    using V = typename Simd<T>::V;
    V s, c;
    const V one = splat<V>(T(1));
    switch (step.op) {
    case Op::add:
        da = one, db = one;
        break;
    case Op::subtract:
        da = one, db = -one;
        break;
    case Op::multiply:
        da = b, db = a;
        break;
    case Op::divide:
        da = T(1) / b, db = -value / b;
        break;
    case Op::negate:
        da = -one;
        break;
    case Op::power:
        da = b * power_of<T>(a, b - T(1));
        db = value * by_lane<T>(a, [](double x) { return x > 0 ? __builtin_log(x) : 0.0; });
        break;
    case Op::integer_power:
        da = step.value == 0 ? V{} : static_cast<T>(step.value) * whole_power<T>(a, static_cast<Int>(step.value) - 1);
        break;
    case Op::sin:
        sin_cos<T>(a, s, c);
        da = c;
        break;
    case Op::cos:
        sin_cos<T>(a, s, c);
        da = -s;
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
        da = static_cast<T>(1.12837916709551257390) * by_lane<T>(a, [](double x) { return __builtin_exp(-x * x); });
        break;
    case Op::abs:
        da = a < T(0) ? -one : a > T(0) ? one : V{};
        break;
    case Op::constant:
    case Op::input:
        break;
    }
}

template <class T>
void run_adjoint(const ProgramTile<T>& tile) {
    using V = typename Simd<T>::V;
    constexpr Int L = Simd<T>::lanes;
    const Long n = tile.points;
    for (Int i = tile.length - 1; i >= 0; --i) {
        const Instruction& step = tile.code[i];
        const T* bar = tile.adjoints + i * n;
        if (step.op == Op::constant) continue;
        if (step.op == Op::input) {
            T* to = tile.input_adjoints[step.a];
            if (to == nullptr) continue;
            for (Int p = 0; p < n; p += L) store<T>(to + p, load<T>(to + p) + load<T>(bar + p));
            continue;
        }
        const bool two = takes_two(step.op);
        T* a_bar = tile.adjoints + step.a * n;
        T* b_bar = tile.adjoints + step.b * n;
        for (Int p = 0; p < n; p += L) {
            V da = {}, db = {};
            slopes_of<T>(step, load<T>(tile.values + step.a * n + p), load<T>(tile.values + step.b * n + p),
                         load<T>(tile.values + i * n + p), da, db);
            const V g = load<T>(bar + p);
            store<T>(a_bar + p, load<T>(a_bar + p) + g * da);
            if (two) store<T>(b_bar + p, load<T>(b_bar + p) + g * db);
        }
    }
}

template <class T>
constexpr TileKernels<T> table() {
    return {product<T>,  outer_lanes<T>,      outer<T>, activate<T>,    activate_adjoint<T>,
            multiply<T>, multiply_adjoint<T>, run<T>,   run_adjoint<T>, Simd<T>::lanes};
}

} // namespace

extern const Kernels ORRERY_KERNELS;
const Kernels ORRERY_KERNELS = {ORRERY_KERNELS_NAME, table<float>(), table<double>()};

} // namespace orrery::jet
