// SPDX-License-Identifier: BSD-3-Clause
// The kernels of row_kernels.h for one instruction set. Included once per instruction set, with ORRERY_VECTOR_BYTES,
// ORRERY_KERNELS and ORRERY_KERNELS_NAME defined; no header here, since its inline functions would be compiled for it.

namespace orrery::graph {
namespace {

#include "gpu/parallel/simd.inl"

// `count` neighbouring channels as vectors, or one as a number.
template <class T, int count>
struct Vectors {
    using V = typename Simd<T>::V;
    static constexpr long width = count * Simd<T>::lanes;
    V v[count] = {};
    Vectors() = default;
    explicit Vectors(const T* p) {
        for (int k = 0; k < count; ++k) v[k] = load_unaligned(p + k * Simd<T>::lanes);
    }
    void store_to(T* p) const {
        for (int k = 0; k < count; ++k) store_unaligned(p + k * Simd<T>::lanes, v[k]);
    }
    template <class F>
    static void each(F f) {
        for (int k = 0; k < count; ++k) f(k);
    }
};
template <class T>
struct Vectors<T, 0> {
    using V = T;
    static constexpr long width = 1;
    T v[1] = {};
    Vectors() = default;
    explicit Vectors(const T* p) : v{*p} {}
    void store_to(T* p) const { *p = v[0]; }
    template <class F>
    static void each(F f) {
        f(0);
    }
};

// strip(Vectors, channel) for all channels, the widest strips first.
template <class T, class Strip>
inline void over_channels(long channels, Strip strip) {
    long c = 0;
    for (; c + Vectors<T, 4>::width <= channels; c += Vectors<T, 4>::width) strip(Vectors<T, 4>(), c);
    for (; c + Vectors<T, 2>::width <= channels; c += Vectors<T, 2>::width) strip(Vectors<T, 2>(), c);
    for (; c + Vectors<T, 1>::width <= channels; c += Vectors<T, 1>::width) strip(Vectors<T, 1>(), c);
    for (; c < channels; ++c) strip(Vectors<T, 0>(), c);
}

template <class T>
void sum(const RowSums<T>& m, std::int64_t begin, std::int64_t end, T* out) {
    for (long row = begin; row < end; ++row) {
        over_channels<T>(m.channels, [&](auto total, long c) {
            using W = decltype(total);
            if (m.self != T(0)) {
                const W own(m.x + row * m.channels + c);
                W::each([&](int k) { total.v[k] = m.self * own.v[k]; });
            }
            for (long e = m.first[row]; e < m.first[row + 1]; ++e) {
                const W from(m.x + (long)m.column[e] * m.channels + c);
                if (m.weight) {
                    const T weight = m.weight[e];
                    W::each([&](int k) { total.v[k] += weight * from.v[k]; });
                } else {
                    W::each([&](int k) { total.v[k] += from.v[k]; });
                }
            }
            total.store_to(out + row * m.channels + c);
        });
    }
}

template <class T>
void sums(const T* x, std::int64_t rows, std::int64_t channels, T* result) {
    over_channels<T>(channels, [&](auto total, long c) {
        using W = decltype(total);
        for (long i = 0; i < rows; ++i) {
            const W row(x + i * channels + c);
            W::each([&](int k) { total.v[k] += row.v[k]; });
        }
        total.store_to(result + c);
    });
}

template <class T>
void squares(const T* x, std::int64_t rows, std::int64_t channels, const T* mean, T* result) {
    over_channels<T>(channels, [&](auto total, long c) {
        using W = decltype(total);
        const W middle(mean + c);
        for (long i = 0; i < rows; ++i) {
            const W row(x + i * channels + c);
            W::each([&](int k) { total.v[k] += (row.v[k] - middle.v[k]) * (row.v[k] - middle.v[k]); });
        }
        total.store_to(result + c);
    });
}

template <class T>
void ramp(const T* x, std::int64_t rows, std::int64_t channels, const T* scale, const T* shift, T* y) {
    over_channels<T>(channels, [&](auto start, long c) {
        using W = decltype(start);
        const W a(scale + c), b(shift + c);
        for (long i = 0; i < rows; ++i) {
            W row(x + i * channels + c);
            W::each([&](int k) {
                const typename W::V zero = {}, value = a.v[k] * row.v[k] + b.v[k];
                row.v[k] = value < T(0) ? zero : value;
            });
            row.store_to(y + i * channels + c);
        }
    });
}

template <class T>
void back_sums(const T* gradient, const T* y, const T* x, std::int64_t rows, std::int64_t channels, const T* mean,
               T* sum_of_g, T* sum_of_products) {
    over_channels<T>(channels, [&](auto total, long c) {
        using W = decltype(total);
        W products;
        const W middle(mean + c);
        for (long i = 0; i < rows; ++i) {
            const long at = i * channels + c;
            const W g(gradient + at), out(y + at), in(x + at);
            W::each([&](int k) {
                const typename W::V zero = {}, passed = out.v[k] <= T(0) ? zero : g.v[k];
                total.v[k] += passed;
                products.v[k] += passed * (in.v[k] - middle.v[k]);
            });
        }
        total.store_to(sum_of_g + c);
        products.store_to(sum_of_products + c);
    });
}

template <class T>
void back(const T* gradient, const T* y, const T* x, std::int64_t rows, std::int64_t channels, const T* a, const T* b,
          const T* c, T* result) {
    over_channels<T>(channels, [&](auto start, long channel) {
        using W = decltype(start);
        const W p(a + channel), q(b + channel), r(c + channel);
        for (long i = 0; i < rows; ++i) {
            const long at = i * channels + channel;
            const W g(gradient + at), out(y + at);
            W in(x + at);
            W::each([&](int k) {
                const typename W::V zero = {}, passed = out.v[k] <= T(0) ? zero : g.v[k];
                in.v[k] = p.v[k] * passed + (q.v[k] * in.v[k] + r.v[k]);
            });
            in.store_to(result + at);
        }
    });
}

template <class T>
constexpr RowKernels<T> all() {
    return {sum<T>, sums<T>, squares<T>, ramp<T>, back_sums<T>, back<T>};
}

} // namespace

extern const Kernels ORRERY_KERNELS;
const Kernels ORRERY_KERNELS = {ORRERY_KERNELS_NAME, all<float>(), all<double>()};

} // namespace orrery::graph
