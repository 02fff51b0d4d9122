// SPDX-License-Identifier: BSD-3-Clause
#include "plugins/pinn/training/inverse_hessian.h"

#include "plugins/pinn/training/kernels.h"

#include <algorithm>
#include <cmath>

namespace orrery::pinn::training {

namespace {
constexpr std::size_t parts = 32; // fixed, so that sums don't depend on the number of threads
}

InverseHessian::InverseHessian(std::size_t size, std::shared_ptr<Team> team)
    : team_(std::move(team)), size_(size), padded_((size + 7) / 8 * 8), packed_(numbers(size)), s_(padded_),
      q_(padded_), a_(padded_), b_(padded_), x_(padded_), products_(parts * padded_) {
    const auto blocks = static_cast<double>(padded_ / 8);
    for (std::size_t p = 0; p <= parts; ++p) { // equal areas of the triangle
        const double share = static_cast<double>(p) / static_cast<double>(parts);
        cuts_.push_back(static_cast<int>(std::lround(blocks * std::sqrt(share))));
    }
    set_identity(1);
}

std::size_t InverseHessian::numbers(std::size_t size) {
    return static_cast<std::size_t>(first_of_block(static_cast<int>((size + 7) / 8)));
}

void InverseHessian::set_identity(double scale) {
    std::fill_n(packed_.data(), packed_.size(), 0.0);
    for (std::size_t i = 0; i < size_; ++i) {
        const auto block = static_cast<std::size_t>(first_of_block(static_cast<int>(i / 8)));
        packed_[block + i / 8 * 64 + i % 8 * 9] = scale;
    }
    for (Aligned<double>* v : {&s_, &q_, &a_, &b_}) std::fill_n(v->data(), padded_, 0.0);
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
    const auto reach = [&](std::size_t p) { return static_cast<std::size_t>(cuts_[p + 1]) * 8; };
    for_parts(team_, static_cast<int>(parts), [&](int part) {
        const auto p = static_cast<std::size_t>(part);
        double* mine = products_.data() + p * padded_;
        std::fill_n(mine, reach(p), 0.0);
        kernels().inverse_pass({packed_.data(), scale_, s_.data(), q_.data(), a_.data(), b_.data(), x_.data(), mine,
                                cuts_[p], cuts_[p + 1]});
    });
    std::fill(product.begin(), product.end(), 0.0);
    for (std::size_t p = 0; p < parts; ++p) {
        const std::size_t end = std::min(size_, reach(p));
        for (std::size_t i = 0; i < end; ++i) product[i] += products_[p * padded_ + i];
    }
    for (Aligned<double>* v : {&s_, &q_, &a_, &b_}) std::fill_n(v->data(), padded_, 0.0);
    scale_ = 1;
}

std::int64_t InverseHessian::memory(std::int64_t size) {
    return 8 * (static_cast<std::int64_t>(numbers(static_cast<std::size_t>(size))) +
                (static_cast<std::int64_t>(parts) + 5) * (size + 7));
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
