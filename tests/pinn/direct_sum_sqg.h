// SPDX-License-Identifier: BSD-3-Clause
// A second SQG solver for tests: plain loops over the Fourier convolution, no transform and nothing shared with the
// first.
//
//     d theta_k/dt = -kappa |k| theta_k - sum_{p + q = k} u_p . i q theta_q,   u_p = i (-p_2, p_1)/|p| theta_p,
//
// over |k_j| <= cut, by classical Runge-Kutta without integrating factor: O(cut^4) work a step.
#pragma once
#include <cmath>
#include <complex>
#include <cstddef>
#include <vector>

namespace direct_sum {

using Number = std::complex<double>;

class Solver {
public:
    Solver(int cut, double kappa) : cut_(cut), kappa_(kappa), theta_(size(), Number(0)) {}

    Number& at(int k1, int k2) { return theta_[index(k1, k2)]; }

    void step(double h) {
        const std::vector<Number> a = rate(theta_), b = rate(plus(a, h / 2)), c = rate(plus(b, h / 2)),
                                  d = rate(plus(c, h));
        for (std::size_t i = 0; i < size(); ++i) theta_[i] += h / 6 * (a[i] + 2.0 * b[i] + 2.0 * c[i] + d[i]);
    }

private:
    std::size_t size() const { return static_cast<std::size_t>((2 * cut_ + 1) * (2 * cut_ + 1)); }
    std::size_t index(int k1, int k2) const {
        return static_cast<std::size_t>((k1 + cut_) * (2 * cut_ + 1) + k2 + cut_);
    }
    std::vector<Number> plus(const std::vector<Number>& slope, double h) const {
        std::vector<Number> sum = theta_;
        for (std::size_t i = 0; i < size(); ++i) sum[i] += h * slope[i];
        return sum;
    }
    std::vector<Number> rate(const std::vector<Number>& theta) const {
        std::vector<Number> slope(size());
        const Number i(0, 1);
        for (int k1 = -cut_; k1 <= cut_; ++k1) {
            for (int k2 = -cut_; k2 <= cut_; ++k2) {
                Number sum = -kappa_ * std::hypot(k1, k2) * theta[index(k1, k2)];
                for (int p1 = -cut_; p1 <= cut_; ++p1) {
                    for (int p2 = -cut_; p2 <= cut_; ++p2) {
                        const int q1 = k1 - p1, q2 = k2 - p2;
                        if ((p1 == 0 && p2 == 0) || std::abs(q1) > cut_ || std::abs(q2) > cut_) continue;
                        const Number stream = theta[index(p1, p2)] / std::hypot(p1, p2);
                        const Number u = -i * static_cast<double>(p2) * stream,
                                     v = i * static_cast<double>(p1) * stream;
                        sum -= (u * static_cast<double>(q1) + v * static_cast<double>(q2)) * i * theta[index(q1, q2)];
                    }
                }
                slope[index(k1, k2)] = sum;
            }
        }
        return slope;
    }

    int cut_;
    double kappa_;
    std::vector<Number> theta_;
};

} // namespace direct_sum
