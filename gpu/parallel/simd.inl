// SPDX-License-Identifier: BSD-3-Clause
// Vectors of one instruction set and elementary functions over them. Included once per instruction set, with
// ORRERY_VECTOR_BYTES defined, inside an unnamed namespace. No standard header: an inline function compiled here for
// AVX-512 must not be the one that the linker keeps.

using Int = int;
using Long = long long;

template <class T>
struct Simd;
template <>
struct Simd<double> {
    typedef double V __attribute__((vector_size(ORRERY_VECTOR_BYTES), may_alias));
    typedef double U __attribute__((vector_size(ORRERY_VECTOR_BYTES), may_alias, aligned(8)));
    typedef Long I __attribute__((vector_size(ORRERY_VECTOR_BYTES), may_alias));
    static constexpr Int lanes = ORRERY_VECTOR_BYTES / 8;
    static constexpr double magic = 6755399441055744.0, tanh_limit = 20.0, exp_limit = 700.0, turn_limit = 1e5,
                            density_limit = 37.0;
    static constexpr Int mantissa = 52;
    static constexpr Long one = 0x3ff0000000000000LL;
    static constexpr double ln2_high = 6.93147180369123816490e-01, ln2_low = 1.90821492927058770002e-10;
    // pi/2 in three parts, the first two with 33 bits.
    static constexpr double half_pi[3] = {1.57079632673412561417e+00, 6.07710050630396597660e-11,
                                          2.02226624879595063154e-21};
};
template <>
struct Simd<float> {
    typedef float V __attribute__((vector_size(ORRERY_VECTOR_BYTES), may_alias));
    typedef float U __attribute__((vector_size(ORRERY_VECTOR_BYTES), may_alias, aligned(4)));
    typedef Int I __attribute__((vector_size(ORRERY_VECTOR_BYTES), may_alias));
    static constexpr Int lanes = ORRERY_VECTOR_BYTES / 4;
    static constexpr float magic = 12582912.0F, tanh_limit = 9.5F, exp_limit = 87.0F, turn_limit = 1e4F,
                           density_limit = 13.0F;
    static constexpr Int mantissa = 23;
    static constexpr Int one = 0x3f800000;
    static constexpr float ln2_high = 0.693359375F, ln2_low = -2.12194440e-4F;
    static constexpr float half_pi[3] = {1.5703125F, 4.837512969970703125e-4F, 7.54978995489188216e-8F};
};

template <class V, class T>
inline V splat(T value) {
    return V{} + value;
}
template <class T>
inline typename Simd<T>::V load(const T* p) {
    return *(const typename Simd<T>::V*)p;
}
template <class T>
inline void store(T* p, typename Simd<T>::V v) {
    *(typename Simd<T>::V*)p = v;
}
template <class T>
inline typename Simd<T>::V load_unaligned(const T* p) {
    return *(const typename Simd<T>::U*)p;
}
template <class T>
inline void store_unaligned(T* p, typename Simd<T>::V v) {
    *(typename Simd<T>::U*)p = v;
}
template <class T>
inline T sum(typename Simd<T>::V v) {
    T total = 0;
    for (Int i = 0; i < Simd<T>::lanes; ++i) total += v[i];
    return total;
}

// expm1 on |r| <= ln(2)/2 by its series, to the last bit or two.
inline Simd<double>::V expm1_reduced(Simd<double>::V r) {
    using V = Simd<double>::V;
    const V r2 = r * r, r4 = r2 * r2;
    const V p0 = 1.0 / 2 + r * (1.0 / 6), p1 = 1.0 / 24 + r * (1.0 / 120), p2 = 1.0 / 720 + r * (1.0 / 5040),
            p3 = 1.0 / 40320 + r * (1.0 / 362880), p4 = 1.0 / 3628800 + r * (1.0 / 39916800),
            p5 = 1.0 / 479001600 + r * (1.0 / 6227020800.0);
    return r + r2 * ((p0 + r2 * p1) + r4 * ((p2 + r2 * p3) + r4 * (p4 + r2 * p5)));
}
inline Simd<float>::V expm1_reduced(Simd<float>::V r) {
    using V = Simd<float>::V;
    const V r2 = r * r;
    const V p0 = 0.5F + r * (1.0F / 6), p1 = 1.0F / 24 + r * (1.0F / 120), p2 = 1.0F / 720 + r * (1.0F / 5040);
    return r + r2 * (p0 + r2 * (p1 + r2 * p2));
}

// 2^k and expm1(r) of y = k ln 2 + r.
template <class T>
inline void exponent(typename Simd<T>::V y, typename Simd<T>::V& scale, typename Simd<T>::V& rest) {
    using S = Simd<T>;
    using V = typename S::V;
    using I = typename S::I;
    const V shifted = y * static_cast<T>(1.4426950408889634) + S::magic;
    const V k = shifted - S::magic;
    rest = expm1_reduced((y - k * S::ln2_high) - k * S::ln2_low);
    scale = (V)(((I)shifted << S::mantissa) + S::one);
}

// tanh x = expm1(2x) / (expm1(2x) + 2); NaN stays NaN.
template <class T>
inline typename Simd<T>::V tanh_of(typename Simd<T>::V x) {
    using V = typename Simd<T>::V;
    const V high = splat<V>(Simd<T>::tanh_limit), low = -high;
    x = x > high ? high : x;
    x = x < low ? low : x;
    V scale, rest;
    exponent<T>(x + x, scale, rest);
    const V e = scale * rest + (scale - T(1));
    return e / (e + T(2));
}

// e^x; beyond the limits the value at the limit (about 1e304, 1e-304; 6e37, 2e-38 in float32).
template <class T>
inline typename Simd<T>::V exp_of(typename Simd<T>::V x) {
    using V = typename Simd<T>::V;
    const V high = splat<V>(Simd<T>::exp_limit), low = -high;
    x = x > high ? high : x;
    x = x < low ? low : x;
    V scale, rest;
    exponent<T>(x, scale, rest);
    return scale * rest + scale;
}

template <class V>
inline V sin_series(V r, V r2, double) {
    return r + r * r2 *
                   (-1.0 / 6 +
                    r2 * (1.0 / 120 +
                          r2 * (-1.0 / 5040 +
                                r2 * (1.0 / 362880 + r2 * (-1.0 / 39916800 + r2 * (1.0 / 6227020800.0 +
                                                                                   r2 * (-1.0 / 1307674368000.0)))))));
}
template <class V>
inline V cos_series(V r2, double) {
    return 1.0 + r2 * (-0.5 + r2 * (1.0 / 24 +
                                    r2 * (-1.0 / 720 +
                                          r2 * (1.0 / 40320 +
                                                r2 * (-1.0 / 3628800 + r2 * (1.0 / 479001600 +
                                                                             r2 * (-1.0 / 87178291200.0 +
                                                                                   r2 * (1.0 / 20922789888000.0))))))));
}
template <class V>
inline V sin_series(V r, V r2, float) {
    return r + r * r2 * (-1.0F / 6 + r2 * (1.0F / 120 + r2 * (-1.0F / 5040 + r2 * (1.0F / 362880))));
}
template <class V>
inline V cos_series(V r2, float) {
    return 1.0F + r2 * (-0.5F + r2 * (1.0F / 24 + r2 * (-1.0F / 720 + r2 * (1.0F / 40320))));
}

// Both by reduction to |r| <= pi/4; beyond turn_limit lane by lane from libm.
template <class T>
inline void sin_cos(typename Simd<T>::V x, typename Simd<T>::V& sine, typename Simd<T>::V& cosine) {
    using S = Simd<T>;
    using V = typename S::V;
    using I = typename S::I;
    bool far = false;
    for (Int i = 0; i < S::lanes; ++i) far |= !(x[i] < S::turn_limit && x[i] > -S::turn_limit);
    if (far) {
        for (Int i = 0; i < S::lanes; ++i) {
            sine[i] = static_cast<T>(__builtin_sin(x[i]));
            cosine[i] = static_cast<T>(__builtin_cos(x[i]));
        }
        return;
    }
    const V shifted = x * static_cast<T>(0.63661977236758134308) + S::magic;
    const V k = shifted - S::magic;
    const V r = ((x - k * S::half_pi[0]) - k * S::half_pi[1]) - k * S::half_pi[2];
    const V r2 = r * r, s = sin_series(r, r2, T()), c = cos_series(r2, T());
    const I quarter = (I)shifted;
    const V first = (quarter & 1) != 0 ? c : s, second = (quarter & 1) != 0 ? s : c;
    sine = (quarter & 2) != 0 ? -first : first;
    cosine = ((quarter + 1) & 2) != 0 ? -second : second;
}
