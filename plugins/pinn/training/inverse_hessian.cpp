// SPDX-License-Identifier: BSD-3-Clause
#include "plugins/pinn/training/kernels.h"
#include "plugins/pinn/training/optimizer.h"

#include <algorithm>
#include <cmath>

namespace orrery::pinn::training {

namespace {
constexpr std::size_t parts = 32; // fixed, so that sums don't depend on the number of threads
}

InverseHessian::InverseHessian(std::size_t size, std::shared_ptr<Team> team)
    : team_(std::move(team)), size_(size), packed_(size * (size + 1) / 2), s_(size), q_(size), a_(size), b_(size),
      x_(size), products_(parts * size) {
    for (std::size_t p = 0; p <= parts; ++p) { // equal areas of the triangle
        const double row = static_cast<double>(size) * std::sqrt(static_cast<double>(p) / static_cast<double>(parts));
        cuts_.push_back(static_cast<int>(std::lround(row)));
    }
    set_identity(1);
}

void InverseHessian::set_identity(double scale) {
    std::fill_n(packed_.data(), packed_.size(), 0.0);
    for (std::size_t i = 0; i < size_; ++i) packed_[i * (i + 1) / 2 + i] = scale;
    for (Aligned<double>* v : {&s_, &q_, &a_, &b_}) std::fill_n(v->data(), size_, 0.0);
    scale_ = 1;
}

void InverseHessian::change(double scale, std::span<const double> s, std::span<const double> q, double ss, double sq,
                            double qq) {
    scale_ = scale;
    for (std::size_t i = 0; i < size_; ++i) {
        s_[i] = s[i];
        q_[i] = q[i];
        a_[i] = ss * s[i] + sq * q[i];
        b_[i] = sq * s[i] + qq * q[i];
    }
}

void InverseHessian::multiply(std::span<const double> x, std::span<double> product) {
    std::copy(x.begin(), x.end(), x_.data());
    for_parts(team_, static_cast<int>(parts), [&](int part) {
        const auto p = static_cast<std::size_t>(part);
        double* mine = products_.data() + p * size_;
        std::fill_n(mine, cuts_[p + 1], 0.0);
        kernels().inverse_pass({packed_.data(), scale_, s_.data(), q_.data(), a_.data(), b_.data(), x_.data(), mine,
                                cuts_[p], cuts_[p + 1]});
    });
    std::fill(product.begin(), product.end(), 0.0);
    for (std::size_t p = 0; p < parts; ++p) {
        for (std::size_t i = 0; i < static_cast<std::size_t>(cuts_[p + 1]); ++i) product[i] += products_[p * size_ + i];
    }
    for (Aligned<double>* v : {&s_, &q_, &a_, &b_}) std::fill_n(v->data(), size_, 0.0);
    scale_ = 1;
}

// The rest of the members is written before it is read.
void InverseHessian::save(StateWriter& state) const {
    state.number(scale_);
    for (const Aligned<double>* v : {&packed_, &s_, &q_, &a_, &b_}) state.numbers({v->data(), v->size()});
}

void InverseHessian::restore(StateReader& state) {
    scale_ = state.number();
    for (Aligned<double>* v : {&packed_, &s_, &q_, &a_, &b_}) state.numbers({v->data(), v->size()});
}

} // namespace orrery::pinn::training
