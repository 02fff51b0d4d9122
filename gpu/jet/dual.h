// SPDX-License-Identifier: BSD-3-Clause
// Forward duals over a few points at once: a number with its derivatives by N variables, for residuals written as code.
#pragma once
#include <cmath>
#include <concepts>
#include <type_traits>

namespace orrery::jet {

// 16 bytes: what every processor of the platform has, so that code of any translation unit may pass them around.
template <class T>
struct Lanes {
    typedef T V __attribute__((vector_size(16)));
    static constexpr int count = 16 / sizeof(T);
};

template <class T, int N>
struct Dual {
    using V = typename Lanes<T>::V;
    V value;
    V slope[N];
};

// A number that depends on no variable.
template <class T>
struct Dual<T, 0> {
    using V = typename Lanes<T>::V;
    V value;
    Dual() = default;
    explicit Dual(V v) : value(v) {}
    explicit Dual(T v) : value(V{} + v) {}
};

template <class A>
concept Number = std::is_arithmetic_v<A>;

namespace dual {

// f(a) with f' = slope, and f(a, b) with both slopes.
template <class T, int N>
inline Dual<T, N> chain(const Dual<T, N>& a, typename Lanes<T>::V value, typename Lanes<T>::V slope) {
    Dual<T, N> out;
    out.value = value;
    if constexpr (N > 0) {
        for (int i = 0; i < N; ++i) out.slope[i] = slope * a.slope[i];
    }
    return out;
}

template <class T, int N, int M>
inline auto chain(const Dual<T, N>& a, const Dual<T, M>& b, typename Lanes<T>::V value, typename Lanes<T>::V by_a,
                  typename Lanes<T>::V by_b) {
    static_assert(N == M || N == 0 || M == 0);
    if constexpr (M == 0) {
        return chain(a, value, by_a);
    } else if constexpr (N == 0) {
        return chain(b, value, by_b);
    } else {
        Dual<T, N> out;
        out.value = value;
        for (int i = 0; i < N; ++i) out.slope[i] = by_a * a.slope[i] + by_b * b.slope[i];
        return out;
    }
}

template <class V, class F>
inline V by_lane(V x, F f) {
    for (unsigned i = 0; i < sizeof(V) / sizeof(x[0]); ++i) x[i] = f(x[i]);
    return x;
}

template <class T>
inline typename Lanes<T>::V whole_power(typename Lanes<T>::V x, int exponent) {
    typename Lanes<T>::V result = typename Lanes<T>::V{} + T(1);
    const bool below = exponent < 0;
    for (unsigned left = below ? 0U - static_cast<unsigned>(exponent) : static_cast<unsigned>(exponent); left != 0;
         left >>= 1U) {
        if ((left & 1U) != 0) result *= x;
        x *= x;
    }
    return below ? T(1) / result : result;
}

} // namespace dual

template <class T, int N>
inline Dual<T, N> operator-(const Dual<T, N>& a) {
    return dual::chain(a, -a.value, typename Lanes<T>::V{} - T(1));
}
template <class T, int N>
inline Dual<T, N> operator+(const Dual<T, N>& a) {
    return a;
}

template <class T, int N, int M>
inline auto operator+(const Dual<T, N>& a, const Dual<T, M>& b) {
    const typename Lanes<T>::V one = typename Lanes<T>::V{} + T(1);
    return dual::chain(a, b, a.value + b.value, one, one);
}
template <class T, int N, int M>
inline auto operator-(const Dual<T, N>& a, const Dual<T, M>& b) {
    const typename Lanes<T>::V one = typename Lanes<T>::V{} + T(1);
    return dual::chain(a, b, a.value - b.value, one, -one);
}
template <class T, int N, int M>
inline auto operator*(const Dual<T, N>& a, const Dual<T, M>& b) {
    return dual::chain(a, b, a.value * b.value, b.value, a.value);
}
template <class T, int N, int M>
inline auto operator/(const Dual<T, N>& a, const Dual<T, M>& b) {
    const typename Lanes<T>::V inverse = T(1) / b.value, value = a.value * inverse;
    return dual::chain(a, b, value, inverse, -value * inverse);
}

template <class T, int N, Number A>
inline auto operator+(const Dual<T, N>& a, A b) {
    return a + Dual<T, 0>(static_cast<T>(b));
}
template <class T, int N, Number A>
inline auto operator+(A a, const Dual<T, N>& b) {
    return b + a;
}
template <class T, int N, Number A>
inline auto operator-(const Dual<T, N>& a, A b) {
    return a - Dual<T, 0>(static_cast<T>(b));
}
template <class T, int N, Number A>
inline auto operator-(A a, const Dual<T, N>& b) {
    return Dual<T, 0>(static_cast<T>(a)) - b;
}
template <class T, int N, Number A>
inline auto operator*(const Dual<T, N>& a, A b) {
    return a * Dual<T, 0>(static_cast<T>(b));
}
template <class T, int N, Number A>
inline auto operator*(A a, const Dual<T, N>& b) {
    return b * a;
}
template <class T, int N, Number A>
inline auto operator/(const Dual<T, N>& a, A b) {
    return a / Dual<T, 0>(static_cast<T>(b));
}
template <class T, int N, Number A>
inline auto operator/(A a, const Dual<T, N>& b) {
    return Dual<T, 0>(static_cast<T>(a)) / b;
}
template <class T, int N, class B>
inline Dual<T, N>& operator+=(Dual<T, N>& a, const B& b) {
    return a = a + b;
}
template <class T, int N, class B>
inline Dual<T, N>& operator-=(Dual<T, N>& a, const B& b) {
    return a = a - b;
}
template <class T, int N, class B>
inline Dual<T, N>& operator*=(Dual<T, N>& a, const B& b) {
    return a = a * b;
}
template <class T, int N, class B>
inline Dual<T, N>& operator/=(Dual<T, N>& a, const B& b) {
    return a = a / b;
}

template <class T, int N>
inline Dual<T, N> sin(const Dual<T, N>& a) {
    return dual::chain(a, dual::by_lane(a.value, [](T x) { return std::sin(x); }),
                       dual::by_lane(a.value, [](T x) { return std::cos(x); }));
}
template <class T, int N>
inline Dual<T, N> cos(const Dual<T, N>& a) {
    return dual::chain(a, dual::by_lane(a.value, [](T x) { return std::cos(x); }),
                       dual::by_lane(a.value, [](T x) { return -std::sin(x); }));
}
template <class T, int N>
inline Dual<T, N> tan(const Dual<T, N>& a) {
    const auto value = dual::by_lane(a.value, [](T x) { return std::tan(x); });
    return dual::chain(a, value, T(1) + value * value);
}
template <class T, int N>
inline Dual<T, N> exp(const Dual<T, N>& a) {
    const auto value = dual::by_lane(a.value, [](T x) { return std::exp(x); });
    return dual::chain(a, value, value);
}
template <class T, int N>
inline Dual<T, N> log(const Dual<T, N>& a) {
    return dual::chain(a, dual::by_lane(a.value, [](T x) { return std::log(x); }), T(1) / a.value);
}
template <class T, int N>
inline Dual<T, N> sqrt(const Dual<T, N>& a) {
    const auto value = dual::by_lane(a.value, [](T x) { return std::sqrt(x); });
    return dual::chain(a, value, T(0.5) / value);
}
template <class T, int N>
inline Dual<T, N> tanh(const Dual<T, N>& a) {
    const auto value = dual::by_lane(a.value, [](T x) { return std::tanh(x); });
    return dual::chain(a, value, T(1) - value * value);
}
// Slope 0 at 0.
template <class T, int N>
inline Dual<T, N> abs(const Dual<T, N>& a) {
    using V = typename Lanes<T>::V;
    const V one = V{} + T(1);
    return dual::chain(a, a.value < T(0) ? -a.value : a.value, a.value < T(0) ? -one : a.value > T(0) ? one : V{});
}

// A whole exponent by squaring; else a > 0 unless the exponent is no variable.
template <class T, int N, std::integral A>
inline Dual<T, N> pow(const Dual<T, N>& a, A exponent) {
    const int n = static_cast<int>(exponent);
    return dual::chain(a, dual::whole_power<T>(a.value, n),
                       n == 0 ? typename Lanes<T>::V{} : static_cast<T>(n) * dual::whole_power<T>(a.value, n - 1));
}
template <class T, int N, std::floating_point A>
inline Dual<T, N> pow(const Dual<T, N>& a, A exponent) {
    const T e = static_cast<T>(exponent);
    return dual::chain(a, dual::by_lane(a.value, [e](T x) { return std::pow(x, e); }),
                       e * dual::by_lane(a.value, [e](T x) { return std::pow(x, e - T(1)); }));
}
template <class T, int N, int M>
inline auto pow(const Dual<T, N>& a, const Dual<T, M>& b) {
    using V = typename Lanes<T>::V;
    V value = a.value, by_a = a.value;
    for (int i = 0; i < Lanes<T>::count; ++i) {
        value[i] = std::pow(a.value[i], b.value[i]);
        by_a[i] = b.value[i] * std::pow(a.value[i], b.value[i] - T(1));
    }
    return dual::chain(a, b, value, by_a,
                       value * dual::by_lane(a.value, [](T x) { return x > 0 ? std::log(x) : T(0); }));
}

} // namespace orrery::jet
