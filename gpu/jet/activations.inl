// SPDX-License-Identifier: BSD-3-Clause
// Activations and their derivatives over vectors. Included once per instruction set, after gpu/parallel/simd.inl.

// f[0] = activation(z), f[n] its n-th derivative, n up to K.
template <class T, Activation A, Int K>
inline void derivatives(typename Simd<T>::V z, typename Simd<T>::V* f);

// From t = tanh z.
template <class T, Int K>
inline void tanh_derivatives(typename Simd<T>::V t, typename Simd<T>::V* f) {
    using V = typename Simd<T>::V;
    f[0] = t;
    const V t2 = t * t, s = T(1) - t2;
    if constexpr (K >= 1) f[1] = s;
    if constexpr (K >= 2) f[2] = T(-2) * t * s;
    if constexpr (K >= 3) f[3] = s * (T(6) * t2 - T(2));
    if constexpr (K >= 4) f[4] = T(8) * t * s * (T(2) - T(3) * t2);
    if constexpr (K >= 5) f[5] = s * (T(16) - T(120) * t2 * s);
}

template <class T, Int K>
inline void sin_derivatives(typename Simd<T>::V z, typename Simd<T>::V* f) {
    typename Simd<T>::V s, c;
    sin_cos<T>(z, s, c);
    f[0] = s;
    if constexpr (K >= 1) f[1] = c;
    if constexpr (K >= 2) f[2] = -s;
    if constexpr (K >= 3) f[3] = -c;
    if constexpr (K >= 4) f[4] = s;
    if constexpr (K >= 5) f[5] = c;
}

// z sigma(z): f^(n) = z sigma^(n) + n sigma^(n-1).
template <class T, Int K>
inline void silu_derivatives(typename Simd<T>::V z, typename Simd<T>::V* f) {
    using V = typename Simd<T>::V;
    const V s = T(1) / (T(1) + exp_of<T>(-z));
    const V s1 = s * (T(1) - s), s2 = s1 * (T(1) - T(2) * s), s3 = s1 * (T(1) - T(6) * s1);
    const V s4 = s2 * (T(1) - T(12) * s1), s5 = s3 * (T(1) - T(12) * s1) - T(12) * s2 * s2;
    f[0] = z * s;
    if constexpr (K >= 1) f[1] = z * s1 + s;
    if constexpr (K >= 2) f[2] = z * s2 + T(2) * s1;
    if constexpr (K >= 3) f[3] = z * s3 + T(3) * s2;
    if constexpr (K >= 4) f[4] = z * s4 + T(4) * s3;
    if constexpr (K >= 5) f[5] = z * s5 + T(5) * s4;
}

// z Phi(z) with the distribution Phi and density phi of the normal law.
template <class T, Int K>
inline void gelu_derivatives(typename Simd<T>::V z, typename Simd<T>::V* f) {
    using V = typename Simd<T>::V;
    V below;
    for (Int i = 0; i < Simd<T>::lanes; ++i)
        below[i] = static_cast<T>(0.5 * __builtin_erfc(-static_cast<double>(z[i]) * 0.70710678118654752440));
    f[0] = z * below;
    // Beyond, the density is nothing, but powers of z would be infinite.
    const V high = splat<V>(Simd<T>::density_limit), low = -high;
    z = z > high ? high : z;
    z = z < low ? low : z;
    const V z2 = z * z, density = exp_of<T>(T(-0.5) * z2) * static_cast<T>(0.39894228040143267794);
    if constexpr (K >= 1) f[1] = below + z * density;
    if constexpr (K >= 2) f[2] = (T(2) - z2) * density;
    if constexpr (K >= 3) f[3] = z * (z2 - T(4)) * density;
    if constexpr (K >= 4) f[4] = (T(-4) + z2 * (T(7) - z2)) * density;
    if constexpr (K >= 5) f[5] = z * (T(18) + z2 * (z2 - T(11))) * density;
}

template <class T, Activation A, Int K>
inline void derivatives(typename Simd<T>::V z, typename Simd<T>::V* f) {
    if constexpr (A == Activation::tanh) tanh_derivatives<T, K>(tanh_of<T>(z), f);
    if constexpr (A == Activation::sin) sin_derivatives<T, K>(z, f);
    if constexpr (A == Activation::silu) silu_derivatives<T, K>(z, f);
    if constexpr (A == Activation::gelu) gelu_derivatives<T, K>(z, f);
}
