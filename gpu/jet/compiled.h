// SPDX-License-Identifier: BSD-3-Clause
// A residual written as a C++ lambda over the variables of a term: values, and the exact adjoint by forward duals.
//
//     compile<2, 4>(term, [nu](const auto& x, const auto& u) { return u[2] + u[0] * u[1] - nu * u[3]; });
//
// x[i]: coordinates, then the term's extra numbers; u[i]: its variables. Returns a number or a std::array of residuals.
// Functions: sin cos tan exp log sqrt tanh abs pow, unqualified. Called with float and with double.
#pragma once
#include "core/error.h"
#include "gpu/jet/dual.h"
#include "gpu/jet/engine.h"

#include <array>
#include <cstring>
#include <utility>

namespace orrery::jet {

// Coordinates and extra numbers of a few points.
template <class T, int Coordinates>
class KnownNumbers {
public:
    KnownNumbers(const ResidualTile<T>& tile, int point) : tile_(tile), point_(point) {}
    Dual<T, 0> operator[](int i) const {
        const T* lines = i < Coordinates ? tile_.coordinates + static_cast<std::ptrdiff_t>(i) * tile_.lead
                                         : tile_.extra + static_cast<std::ptrdiff_t>(i - Coordinates) * tile_.lead;
        typename Lanes<T>::V v;
        std::memcpy(&v, lines + point_, sizeof(v));
        return Dual<T, 0>(v);
    }

private:
    const ResidualTile<T>& tile_;
    int point_;
};

namespace dual {

template <class R>
struct Count {
    static constexpr int value = 1;
};
template <class R, std::size_t n>
struct Count<std::array<R, n>> {
    static constexpr int value = static_cast<int>(n);
};

// Variables of a few points; with N > 0 each with slope 1 by itself.
template <class T, int Variables, int N>
inline std::array<Dual<T, N>, Variables> variables_at(const ResidualTile<T>& tile, int point) {
    using V = typename Lanes<T>::V;
    std::array<Dual<T, N>, Variables> u;
    for (int i = 0; i < Variables; ++i) {
        auto& here = u[static_cast<std::size_t>(i)];
        std::memcpy(&here.value, tile.variables + static_cast<std::ptrdiff_t>(i) * tile.lead + point, sizeof(V));
        if constexpr (N > 0) {
            for (int j = 0; j < N; ++j) here.slope[j] = V{} + T(i == j ? 1 : 0);
        }
    }
    return u;
}

template <class R>
inline decltype(auto) item(const R& result, int r) {
    if constexpr (requires { result.value; }) {
        return (result);
    } else {
        return (result[static_cast<std::size_t>(r)]);
    }
}

template <int Coordinates, int Variables, class T, class Residual>
void forward(const Residual& residual, const ResidualTile<T>& tile) {
    using V = typename Lanes<T>::V;
    for (int p = 0; p < tile.points; p += Lanes<T>::count) {
        const auto result = residual(KnownNumbers<T, Coordinates>(tile, p), variables_at<T, Variables, 0>(tile, p));
        for (int r = 0; r < Count<std::remove_cvref_t<decltype(result)>>::value; ++r)
            std::memcpy(tile.residuals + static_cast<std::ptrdiff_t>(r) * tile.lead + p, &item(result, r).value,
                        sizeof(V));
    }
}

template <int Coordinates, int Variables, class T, class Residual>
void backward(const Residual& residual, const ResidualTile<T>& tile, const T* grad_residuals, T* grad_variables) {
    using V = typename Lanes<T>::V;
    for (int p = 0; p < tile.points; p += Lanes<T>::count) {
        const auto result =
            residual(KnownNumbers<T, Coordinates>(tile, p), variables_at<T, Variables, Variables>(tile, p));
        V total[Variables] = {};
        for (int r = 0; r < Count<std::remove_cvref_t<decltype(result)>>::value; ++r) {
            V g;
            std::memcpy(&g, grad_residuals + static_cast<std::ptrdiff_t>(r) * tile.lead + p, sizeof(V));
            const auto& one = item(result, r);
            if constexpr (requires { one.slope; }) {
                for (int i = 0; i < Variables; ++i) total[i] += g * one.slope[i];
            }
        }
        for (int i = 0; i < Variables; ++i)
            std::memcpy(grad_variables + static_cast<std::ptrdiff_t>(i) * tile.lead + p, &total[i], sizeof(V));
    }
}

template <int Coordinates, int Variables, class T, class Residual>
ResidualCode<T> code_of(const Residual& residual) {
    return {[residual](const ResidualTile<T>& tile) { forward<Coordinates, Variables>(residual, tile); },
            [residual](const ResidualTile<T>& tile, const T* grad_residuals, T* grad_variables) {
                backward<Coordinates, Variables>(residual, tile, grad_residuals, grad_variables);
            }};
}

} // namespace dual

// Makes `residual` that of the term: sets the number of residuals, code32 and code64. Throws Error if the term doesn't
// have that many variables.
template <int Coordinates, int Variables, class Residual>
void compile(Term& term, const Residual& residual) {
    if (term.variables.size() != static_cast<std::size_t>(Variables))
        throw Error("A compiled residual was written for another number of variables than the term has.",
                    "Give compile<coordinates, variables> the term's numbers.");
    using Result = std::remove_cvref_t<std::invoke_result_t<Residual, KnownNumbers<double, Coordinates>,
                                                            std::array<Dual<double, Variables>, Variables>>>;
    term.residuals = dual::Count<Result>::value;
    term.code32 = dual::code_of<Coordinates, Variables, float>(residual);
    term.code64 = dual::code_of<Coordinates, Variables, double>(residual);
}

} // namespace orrery::jet
