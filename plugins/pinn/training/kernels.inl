// SPDX-License-Identifier: BSD-3-Clause
// Included once per instruction set, with ORRERY_VECTOR_BYTES, ORRERY_COLUMNS and ORRERY_KERNELS (the name of the
// table) defined. No standard header is included: an inline function compiled here for AVX-512 must not be the one that
// the linker keeps.
namespace orrery::pinn::training {
namespace {

#include "gpu/parallel/simd.inl"

// out[o, p] = sum_i w[o, i] in[i, p] for two inputs at once, 4 outputs by 2 vectors by 2 inputs in registers; then
// finish(o, p, first, second) takes each vector.
template <class T, class Finish>
inline void product_pair(const T* __restrict w, Int padded, Int lead, const T* __restrict first,
                         const T* __restrict second, Finish finish) {
    using V = typename Simd<T>::V;
    constexpr Int L = Simd<T>::lanes, C = ORRERY_COLUMNS;
    for (Int p = 0; p < lead; p += C * L) {
        for (Int o = 0; o < padded; o += 4) {
            V f[4][C] = {}, s[4][C] = {};
            const T* row = w + static_cast<Long>(o) * padded;
            for (Int i = 0; i < padded; ++i) {
                const T* fi = first + static_cast<Long>(i) * lead + p;
                const T* si = second + static_cast<Long>(i) * lead + p;
                V fv[C], sv[C];
                for (Int c = 0; c < C; ++c) {
                    fv[c] = load<T>(fi + c * L);
                    sv[c] = load<T>(si + c * L);
                }
                for (Int j = 0; j < 4; ++j) {
                    const V weight = splat<V>(row[static_cast<Long>(j) * padded + i]);
                    for (Int c = 0; c < C; ++c) {
                        f[j][c] += weight * fv[c];
                        s[j][c] += weight * sv[c];
                    }
                }
            }
            for (Int j = 0; j < 4; ++j) {
                for (Int c = 0; c < C; ++c) finish(o + j, p + c * L, f[j][c], s[j][c]);
            }
        }
    }
}

// grad[o, i] += sum_p (d[o, p] a[i, p] + e[o, p] b[i, p]).
template <class T>
inline void outer_pair(T* __restrict grad, Int padded, Int lead, const T* __restrict d, const T* __restrict e,
                       const T* __restrict a, const T* __restrict b) {
    using V = typename Simd<T>::V;
    constexpr Int L = Simd<T>::lanes, N = 2 * ORRERY_COLUMNS;
    for (Int o = 0; o < padded; o += 4) {
        for (Int i = 0; i < padded; i += N) {
            V acc[4][N] = {};
            for (Int p = 0; p < lead; p += L) {
                V dv[4], ev[4];
                for (Int j = 0; j < 4; ++j) {
                    dv[j] = load<T>(d + static_cast<Long>(o + j) * lead + p);
                    ev[j] = load<T>(e + static_cast<Long>(o + j) * lead + p);
                }
                for (Int m = 0; m < N; ++m) {
                    const V av = load<T>(a + static_cast<Long>(i + m) * lead + p);
                    const V bv = load<T>(b + static_cast<Long>(i + m) * lead + p);
                    for (Int j = 0; j < 4; ++j) {
                        acc[j][m] += dv[j] * av;
                        acc[j][m] += ev[j] * bv;
                    }
                }
            }
            for (Int j = 0; j < 4; ++j) {
                for (Int m = 0; m < N; ++m) grad[static_cast<Long>(o + j) * padded + i + m] += sum<T>(acc[j][m]);
            }
        }
    }
}

// dot a = (1 - a^2) dot z over one layer; dot z is `tangent`, or for layer 1 the constant weight of tau.
template <class T>
inline void activation_tangent(Int padded, Int lead, const T* __restrict a, const T* __restrict tangent,
                               const T* __restrict weight_t, T* __restrict out) {
    using V = typename Simd<T>::V;
    constexpr Int L = Simd<T>::lanes;
    for (Int o = 0; o < padded; ++o) {
        const Long at = static_cast<Long>(o) * lead;
        const V constant = splat<V>(weight_t != nullptr ? weight_t[o] : T(0));
        for (Int p = 0; p < lead; p += L) {
            const V av = load<T>(a + at + p);
            const V zv = weight_t != nullptr ? constant : load<T>(tangent + at + p);
            store<T>(out + at + p, (T(1) - av * av) * zv);
        }
    }
}

template <class T>
void first_layer(const NetworkView<T>& net, const ChunkView<T>& chunk) {
    constexpr Int L = Simd<T>::lanes;
    for (Int o = 0; o < net.padded; ++o) {
        T* out = chunk.activation + static_cast<Long>(o) * chunk.lead;
        const T* x = net.table_fast + static_cast<Long>(o) * net.fast;
        for (Int r = 0; r < chunk.rows; ++r) {
            const Int row = chunk.first_row + r;
            const T offset = net.table_slow[static_cast<Long>(o) * net.slow + row % net.slow] +
                             net.weight_t[o] * chunk.tau[row / net.slow];
            T* line = out + static_cast<Long>(r) * net.fast;
            for (Int i = 0; i < net.fast; ++i) line[i] = x[i] + offset;
        }
        for (Int p = chunk.rows * net.fast; p < chunk.lead; ++p) out[p] = 0;
        for (Int p = 0; p < chunk.lead; p += L) store<T>(out + p, tanh_of<T>(load<T>(out + p)));
    }
}

template <class T>
void forward(const NetworkView<T>& net, const ChunkView<T>& chunk, T* value, T* dot) {
    using V = typename Simd<T>::V;
    constexpr Int L = Simd<T>::lanes;
    const Int padded = net.padded, lead = chunk.lead;
    const Long layer = static_cast<Long>(padded) * lead;
    T* dots[2] = {chunk.scratch, chunk.scratch + layer};
    first_layer(net, chunk);
    activation_tangent<T>(padded, lead, chunk.activation, nullptr, net.weight_t, dots[0]);
    for (Int l = 1; l < net.depth; ++l) {
        T* a = chunk.activation + l * layer;
        T* z_dot = chunk.tangent + (l - 1) * layer;
        T* a_dot = dots[l & 1];
        const T* bias = net.biases + static_cast<Long>(l - 1) * padded;
        product_pair<T>(net.weights + static_cast<Long>(l - 1) * padded * padded, padded, lead, a - layer,
                        dots[(l - 1) & 1], [&](Int o, Int p, V z, V zd) {
                            const V av = tanh_of<T>(z + bias[o]);
                            const Long at = static_cast<Long>(o) * lead + p;
                            store<T>(a + at, av);
                            store<T>(z_dot + at, zd);
                            store<T>(a_dot + at, (T(1) - av * av) * zd);
                        });
    }
    const T* a = chunk.activation + (net.depth - 1) * layer;
    const T* a_dot = dots[(net.depth - 1) & 1];
    for (Int p = 0; p < lead; p += L) {
        V v = splat<V>(net.output_bias), d = {};
        for (Int o = 0; o < padded; ++o) {
            const Long at = static_cast<Long>(o) * lead + p;
            v += net.output[o] * load<T>(a + at);
            d += net.output[o] * load<T>(a_dot + at);
        }
        store<T>(value + p, v);
        store<T>(dot + p, d);
    }
}

// Adjoint of a = tanh z, dot a = (1 - a^2) dot z: from the gradients of a and dot a to those of z and dot z.
template <class T, class V>
inline void through_tanh(V a, V z_dot, V grad_a, V grad_a_dot, T* d, T* e) {
    const V slope = T(1) - a * a;
    store<T>(d, slope * (grad_a - T(2) * a * z_dot * grad_a_dot));
    store<T>(e, slope * grad_a_dot);
}

template <class T>
void output_layer(const NetworkView<T>& net, const ChunkView<T>& chunk, const T* grad_value, const T* grad_dot,
                  const GradientView<T>& grad, T* d, T* e) {
    using V = typename Simd<T>::V;
    constexpr Int L = Simd<T>::lanes;
    const Int lead = chunk.lead, top = net.depth - 1;
    const Long layer = static_cast<Long>(net.padded) * lead;
    V bias = {};
    for (Int p = 0; p < lead; p += L) bias += load<T>(grad_value + p);
    *grad.output_bias += sum<T>(bias);
    for (Int o = 0; o < net.padded; ++o) {
        const T* a = chunk.activation + top * layer + static_cast<Long>(o) * lead;
        const T* z_dot = top > 0 ? chunk.tangent + (top - 1) * layer + static_cast<Long>(o) * lead : nullptr;
        const V constant = splat<V>(net.weight_t[o]);
        const T c = net.output[o];
        V total = {};
        for (Int p = 0; p < lead; p += L) {
            const V av = load<T>(a + p), zv = top > 0 ? load<T>(z_dot + p) : constant;
            const V gv = load<T>(grad_value + p), gd = load<T>(grad_dot + p);
            total += gv * av + gd * ((T(1) - av * av) * zv);
            through_tanh<T>(av, zv, c * gv, c * gd, d + static_cast<Long>(o) * lead + p,
                            e + static_cast<Long>(o) * lead + p);
        }
        grad.output[o] += sum<T>(total);
    }
}

template <class T>
void input_layer(const NetworkView<T>& net, const ChunkView<T>& chunk, const GradientView<T>& grad, const T* d,
                 const T* e) {
    using V = typename Simd<T>::V;
    constexpr Int L = Simd<T>::lanes;
    for (Int o = 0; o < net.padded; ++o) {
        const T* dz = d + static_cast<Long>(o) * chunk.lead;
        const T* ez = e + static_cast<Long>(o) * chunk.lead;
        T* gx = grad.table_fast + static_cast<Long>(o) * net.fast;
        T time = 0;
        for (Int r = 0; r < chunk.rows; ++r) {
            const Int row = chunk.first_row + r;
            const T* line = dz + static_cast<Long>(r) * net.fast;
            V total = {};
            T rest = 0;
            Int i = 0;
            for (; i + L <= net.fast; i += L) {
                const V v = load_unaligned<T>(line + i);
                store_unaligned<T>(gx + i, load_unaligned<T>(gx + i) + v);
                total += v;
            }
            for (; i < net.fast; ++i) {
                gx[i] += line[i];
                rest += line[i];
            }
            const T row_sum = sum<T>(total) + rest;
            grad.table_slow[static_cast<Long>(o) * net.slow + row % net.slow] += row_sum;
            time += row_sum * chunk.tau[row / net.slow];
        }
        V tangent = {};
        for (Int p = 0; p < chunk.lead; p += L) tangent += load<T>(ez + p);
        grad.weight_t[o] += time + sum<T>(tangent);
    }
}

template <class T>
void backward(const NetworkView<T>& net, const ChunkView<T>& chunk, const T* grad_value, const T* grad_dot,
              const GradientView<T>& grad) {
    using V = typename Simd<T>::V;
    constexpr Int L = Simd<T>::lanes;
    const Int padded = net.padded, lead = chunk.lead;
    const Long layer = static_cast<Long>(padded) * lead;
    T* d = chunk.scratch;
    T* e = d + layer;
    T* next_d = e + layer;
    T* next_e = next_d + layer;
    T* a_dot = next_e + layer;
    output_layer(net, chunk, grad_value, grad_dot, grad, d, e);
    for (Int l = net.depth - 1; l > 0; --l) {
        const T* a = chunk.activation + (l - 1) * layer;
        const T* z_dot = l > 1 ? chunk.tangent + (l - 2) * layer : nullptr;
        activation_tangent<T>(padded, lead, a, z_dot, l > 1 ? nullptr : net.weight_t, a_dot);
        outer_pair<T>(grad.weights + static_cast<Long>(l - 1) * padded * padded, padded, lead, d, e, a, a_dot);
        for (Int o = 0; o < padded; ++o) {
            V total = {};
            for (Int p = 0; p < lead; p += L) total += load<T>(d + static_cast<Long>(o) * lead + p);
            grad.biases[static_cast<Long>(l - 1) * padded + o] += sum<T>(total);
        }
        product_pair<T>(net.transposed + static_cast<Long>(l - 1) * padded * padded, padded, lead, d, e,
                        [&](Int i, Int p, V grad_a, V grad_a_dot) {
                            const Long at = static_cast<Long>(i) * lead + p;
                            const V zd = l > 1 ? load<T>(z_dot + at) : splat<V>(net.weight_t[i]);
                            through_tanh<T>(load<T>(a + at), zd, grad_a, grad_a_dot, next_d + at, next_e + at);
                        });
        T* swap_d = d;
        T* swap_e = e;
        d = next_d;
        e = next_e;
        next_d = swap_d;
        next_e = swap_e;
    }
    input_layer(net, chunk, grad, d, e);
}

// 1 on and below the diagonal of a tile, 0 above.
alignas(64) constexpr double lower[8][8] = {
    {1, 0, 0, 0, 0, 0, 0, 0}, {1, 1, 0, 0, 0, 0, 0, 0}, {1, 1, 1, 0, 0, 0, 0, 0}, {1, 1, 1, 1, 0, 0, 0, 0},
    {1, 1, 1, 1, 1, 0, 0, 0}, {1, 1, 1, 1, 1, 1, 0, 0}, {1, 1, 1, 1, 1, 1, 1, 0}, {1, 1, 1, 1, 1, 1, 1, 1}};

// Eight rows at once: they share the loads of the vectors, and lie in memory as they are read.
inline void inverse_rows(const InversePass& pass, Int block) {
    using V = Simd<double>::V;
    constexpr Int L = Simd<double>::lanes, R = 8;
    const Int first = R * block;
    const double *s = pass.s + first, *q = pass.q + first, *y = pass.y + first;
    double* tile = pass.packed + first_of_block(block);
    V dot[R] = {};
    const V scale = splat<V>(pass.scale);
    for (Int t = 0; t < first; t += R, tile += R * R) {
        for (Int k = 0; k < R; k += L) {
            const Int c = t + k;
            const V a = load<double>(pass.a + c), b = load<double>(pass.b + c), yc = load<double>(pass.y + c);
            V product = load<double>(pass.product + c);
            for (Int j = 0; j < R; ++j) {
                const V h = scale * load<double>(tile + R * j + k) + s[j] * a + q[j] * b;
                store<double>(tile + R * j + k, h);
                dot[j] += h * yc;
                product += h * y[j];
            }
            store<double>(pass.product + c, product);
        }
    }
    for (Int k = 0; k < R; k += L) { // on the diagonal
        const Int c = first + k;
        const V a = load<double>(pass.a + c), b = load<double>(pass.b + c), yc = load<double>(pass.y + c);
        for (Int j = 0; j < R; ++j) {
            const V h = load<double>(lower[j] + k) * (scale * load<double>(tile + R * j + k) + s[j] * a + q[j] * b);
            store<double>(tile + R * j + k, h);
            dot[j] += h * yc;
        }
    }
    for (Int j = 0; j < R; ++j) {
        for (Int c = 0; c < j; ++c) pass.product[first + c] += tile[R * j + c] * y[j];
        pass.product[first + j] += sum<double>(dot[j]);
    }
}

void inverse_pass(const InversePass& pass) {
    for (Int block = pass.first; block < pass.last; ++block) inverse_rows(pass, block);
}

} // namespace

extern const Kernels ORRERY_KERNELS;
const Kernels ORRERY_KERNELS = {
    ORRERY_KERNELS_NAME, {forward<float>, backward<float>}, {forward<double>, backward<double>}, inverse_pass};

} // namespace orrery::pinn::training
