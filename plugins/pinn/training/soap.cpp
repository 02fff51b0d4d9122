// SPDX-License-Identifier: BSD-3-Clause
#include "plugins/pinn/training/soap.h"

#include "gpu/jet/network.h"

#include <ATen/ATen.h>

#include <cmath>

namespace orrery::pinn::training {

namespace {

constexpr double epsilon = 1e-8;

at::Tensor matrix_at(std::vector<double>& flat, const Block& block) {
    return at::from_blob(flat.data() + block.offset,
                         {static_cast<std::int64_t>(block.rows), static_cast<std::int64_t>(block.columns)},
                         at::kDouble);
}

std::span<double> numbers_of(at::Tensor& matrix) {
    return {matrix.data_ptr<double>(), static_cast<std::size_t>(matrix.numel())};
}

// One side of a block: the running mean of G G' (or G' G) and its approximate eigenvectors in columns, the largest
// eigenvalue first.
struct Side {
    at::Tensor mean, basis; // [n, n]; undefined where the side keeps the unit matrix

    bool used() const { return mean.defined(); }
    void begin(const at::Tensor& square) {
        mean = square.contiguous();
        basis = std::get<1>(at::linalg_eigh(mean)).flip({1}).contiguous();
    }
    void follow(const at::Tensor& square, double beta) { mean.mul_(beta).add_(square, 1 - beta); }
    void turn() { basis = std::get<0>(at::linalg_qr(at::mm(mean, basis))).contiguous(); }
};

} // namespace

struct Soap::Matrices {
    Block block;
    Side left, right;

    bool uses_left() const { return block.rows <= largest_side; }
    bool uses_right() const { return block.columns <= largest_side; }
    at::Tensor into(const at::Tensor& g) const {
        const at::Tensor half = left.used() ? at::mm(left.basis.t(), g) : g;
        return right.used() ? at::mm(half, right.basis) : half;
    }
    at::Tensor back(const at::Tensor& g) const {
        const at::Tensor half = left.used() ? at::mm(left.basis, g) : g;
        return right.used() ? at::mm(half, right.basis.t()) : half;
    }
};

std::vector<Block> weight_blocks(const jet::Network& network) {
    std::vector<Block> blocks;
    for (const jet::Matrix& m : network.matrices()) blocks.push_back({m.weights, m.out, m.in});
    return blocks;
}

Soap::Soap(std::vector<Block> blocks, SoapOptions options) : options_(options), count_(-1) {
    for (const Block& block : blocks) {
        if (block.rows < 2 || block.columns < 2) continue;
        matrices_.push_back(std::make_unique<Matrices>());
        matrices_.back()->block = block;
    }
}
Soap::~Soap() = default;

void Soap::begin(const Point& point) {
    first_.assign(point.x.size(), 0.0);
    second_.assign(point.x.size(), 0.0);
    std::vector<double> gradient = point.gradient;
    for (const auto& m : matrices_) {
        const at::Tensor g = matrix_at(gradient, m->block);
        if (m->uses_left()) m->left.begin(at::mm(g, g.t()));
        if (m->uses_right()) m->right.begin(at::mm(g.t(), g));
    }
    count_ = 0;
}

// first_ is already that of this step.
void Soap::move(const Matrices& m, double rate, double scale1, double scale2, Point& point) {
    const at::Tensor g = m.into(matrix_at(point.gradient, m.block));
    at::Tensor second = matrix_at(second_, m.block);
    second.mul_(options_.beta2).add_(g.square(), 1 - options_.beta2);
    const at::Tensor first = m.into(matrix_at(first_, m.block));
    const at::Tensor change = m.back(first * scale1 / ((second * scale2).sqrt() + epsilon));
    matrix_at(point.x, m.block).sub_(change, rate);
}

StepResult Soap::step(const Objective& objective, Point& point) {
    if (count_ < 0) {
        begin(point);
        return StepResult::moved;
    }
    const double rate = options_.schedule.at(count_);
    ++count_;
    const double beta1 = options_.beta1, beta2 = options_.beta2;
    const double scale1 = 1 / (1 - std::pow(beta1, count_)), scale2 = 1 / (1 - std::pow(beta2, count_));
    const std::vector<double> old_gradient = point.gradient;
    for (std::size_t i = 0; i < point.x.size(); ++i) first_[i] = beta1 * first_[i] + (1 - beta1) * old_gradient[i];
    std::size_t next = 0;
    const auto adam_until = [&](std::size_t end) {
        for (; next < end; ++next) {
            second_[next] = beta2 * second_[next] + (1 - beta2) * old_gradient[next] * old_gradient[next];
            point.x[next] -= rate * scale1 * first_[next] / (std::sqrt(scale2 * second_[next]) + epsilon);
        }
    };
    for (const auto& m : matrices_) {
        adam_until(m->block.offset);
        move(*m, rate, scale1, scale2, point);
        next = m->block.offset + m->block.rows * m->block.columns;
    }
    adam_until(point.x.size());
    for (const auto& m : matrices_) {
        const at::Tensor g = matrix_at(point.gradient, m->block);
        if (m->left.used()) m->left.follow(at::mm(g, g.t()), beta2);
        if (m->right.used()) m->right.follow(at::mm(g.t(), g), beta2);
        if (count_ % options_.every != 0) continue;
        if (m->left.used()) m->left.turn();
        if (m->right.used()) m->right.turn();
    }
    point.value = objective(point.x, point.gradient);
    return StepResult::moved;
}

void Soap::save(StateWriter& state) const {
    state.number(options_.schedule.rate);
    state.integer(count_);
    if (count_ < 0) return;
    state.numbers(first_);
    state.numbers(second_);
    for (const auto& m : matrices_) {
        for (Side* side : {&m->left, &m->right}) {
            if (!side->used()) continue;
            state.numbers(numbers_of(side->mean));
            state.numbers(numbers_of(side->basis));
        }
    }
}

void Soap::restore(StateReader& state, std::size_t n) {
    options_.schedule.rate = state.number();
    count_ = state.integer(-1, std::int64_t{1} << 60);
    if (count_ < 0) return;
    first_.assign(n, 0.0);
    second_.assign(n, 0.0);
    state.numbers(first_);
    state.numbers(second_);
    const auto read = [&](Side& side, std::size_t size, bool used) {
        if (!used) return;
        const auto k = static_cast<std::int64_t>(size);
        side.mean = at::empty({k, k}, at::kDouble);
        side.basis = at::empty({k, k}, at::kDouble);
        state.numbers(numbers_of(side.mean));
        state.numbers(numbers_of(side.basis));
    };
    for (const auto& m : matrices_) {
        read(m->left, m->block.rows, m->uses_left());
        read(m->right, m->block.columns, m->uses_right());
    }
}

} // namespace orrery::pinn::training
