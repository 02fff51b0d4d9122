// SPDX-License-Identifier: BSD-3-Clause
// Adam, AdamW, their schedules and SOAP against their formulas.
#include "plugins/pinn/training/adam.h"
#include "plugins/pinn/training/soap.h"
#include "tests/catch.h"

#include <ATen/ATen.h>

#include <cmath>

using namespace orrery::pinn::training;

namespace {

constexpr std::int64_t rows = 6, columns = 3, tail = 2, unknowns = rows * columns + tail;

// |A W B - C|^2 + |2 v - 1|^2 for W [rows, columns] and v [tail], A and B ill-conditioned and not diagonal.
struct MatrixProblem {
    at::Tensor a = at::arange(1, rows* rows + 1, at::kDouble).square().sin().view({rows, rows}) +
                   at::diag(at::pow(10.0, -0.5 * at::arange(rows, at::kDouble)));
    at::Tensor b = at::arange(1, columns* columns + 1, at::kDouble).cos().view({columns, columns});
    at::Tensor c = at::arange(rows * columns, at::kDouble).sin().view({rows, columns});

    double operator()(std::span<const double> x, std::span<double> g) const {
        std::vector<double> copy(x.begin(), x.end());
        const at::Tensor all = at::tensor(copy, at::kDouble),
                         w = all.narrow(0, 0, rows * columns).view({rows, columns}),
                         v = all.narrow(0, rows * columns, tail);
        const at::Tensor r = at::mm(at::mm(a, w), b) - c, q = 2 * v - 1;
        const at::Tensor gradient = at::cat({(2 * at::mm(at::mm(a.t(), r), b.t())).reshape({-1}), 4 * q});
        std::copy_n(gradient.data_ptr<double>(), unknowns, g.begin());
        return (r.square().sum() + q.square().sum()).item<double>();
    }
};

Point start(const Objective& objective) {
    Point p{std::vector<double>(unknowns), std::vector<double>(unknowns), 0};
    for (std::size_t i = 0; i < p.x.size(); ++i) p.x[i] = std::cos(static_cast<double>(i * i));
    p.value = objective(p.x, p.gradient);
    return p;
}

at::Tensor vector_of(const std::vector<double>& v) { return at::tensor(v, at::kDouble); }

// Algorithm 3 of arXiv 2409.11321 as printed, on one matrix [m, n], with Adam's bias correction.
struct TextbookSoap {
    at::Tensor l, r, ql, qr, m, v;
    int t = 0;
    at::Tensor change(const at::Tensor& g, int every) {
        if (!l.defined()) {
            l = at::mm(g, g.t());
            r = at::mm(g.t(), g);
            ql = std::get<1>(at::linalg_eigh(l)).flip({1});
            qr = std::get<1>(at::linalg_eigh(r)).flip({1});
            m = at::zeros_like(g);
            v = at::zeros_like(g);
            return at::zeros_like(g);
        }
        ++t;
        const at::Tensor g1 = ql.t().matmul(g).matmul(qr);
        m = 0.95 * m + 0.05 * g;
        const at::Tensor m1 = ql.t().matmul(m).matmul(qr);
        v = 0.95 * v + 0.05 * g1 * g1;
        const double correction = 1 - std::pow(0.95, t);
        const at::Tensor n1 = (m1 / correction) / (at::sqrt(v / correction) + 1e-8);
        const at::Tensor n = ql.matmul(n1).matmul(qr.t());
        l = 0.95 * l + 0.05 * g.matmul(g.t());
        r = 0.95 * r + 0.05 * g.t().matmul(g);
        if (t % every == 0) {
            ql = std::get<0>(at::linalg_qr(l.matmul(ql)));
            qr = std::get<0>(at::linalg_qr(r.matmul(qr)));
        }
        return n;
    }
};

} // namespace

TEST_CASE("learning rates follow their schedule", "[pinn]") {
    const RateSchedule decay{.rate = 0.5, .factor = 0.9, .steps = 1000};
    CHECK(decay.at(0) == 0.5);
    CHECK(decay.at(500) == Approx(0.5 * std::sqrt(0.9)));
    CHECK(decay.at(2000) == Approx(0.405));
    const RateSchedule cosine{.rate = 1, .cosine = 100};
    CHECK(cosine.at(0) == 1);
    CHECK(cosine.at(25) == Approx(0.01 + 0.99 * (1 + std::sqrt(0.5)) / 2));
    CHECK(cosine.at(50) == Approx(0.505));
    CHECK(cosine.at(100) == Approx(0.01));
    CHECK(cosine.at(5000) == Approx(0.01));
    CHECK(RateSchedule{.rate = 3}.at(1000000) == 3);
}

TEST_CASE("Adam and AdamW take the steps of their formulas", "[pinn]") {
    const MatrixProblem problem;
    const double decay = GENERATE(0.0, 0.1);
    Adam adam({.schedule = {.rate = 0.01, .factor = 0.5, .steps = 4}, .weight_decay = decay});
    Point p = start(problem);
    at::Tensor x = vector_of(p.x), m = at::zeros({unknowns}, at::kDouble), v = m.clone();
    for (int t = 1; t <= 8; ++t) {
        if (t == 5) adam.set_rate(0.04);
        const at::Tensor g = vector_of(p.gradient);
        m = 0.9 * m + 0.1 * g;
        v = 0.999 * v + 0.001 * g * g;
        const at::Tensor mh = m / (1 - std::pow(0.9, t)), vh = v / (1 - std::pow(0.999, t));
        const double rate = (t < 5 ? 0.01 : 0.04) * std::pow(0.5, (t - 1) / 4.0);
        x = x - rate * (mh / (at::sqrt(vh) + 1e-8) + decay * x);
        adam.step(problem, p);
        CHECK((vector_of(p.x) - x).abs().max().item<double>() < 1e-13);
    }
}

TEST_CASE("SOAP takes the steps of its formula, and Adam's on vectors", "[pinn]") {
    const MatrixProblem problem;
    Soap soap({{0, rows, columns}}, {.schedule = {.rate = 0.02}, .every = 3});
    Point p = start(problem);
    TextbookSoap book;
    at::Tensor w = vector_of(p.x).narrow(0, 0, rows * columns).view({rows, columns}).clone();
    at::Tensor x = vector_of(p.x).narrow(0, rows * columns, tail).clone(), m = at::zeros({tail}, at::kDouble),
               v = m.clone();
    for (int t = 0; t <= 14; ++t) {
        const at::Tensor g = vector_of(p.gradient);
        w = w - 0.02 * book.change(g.narrow(0, 0, rows * columns).view({rows, columns}), 3);
        if (t > 0) {
            const at::Tensor h = g.narrow(0, rows * columns, tail);
            m = 0.95 * m + 0.05 * h;
            v = 0.95 * v + 0.05 * h * h;
            const double correction = 1 - std::pow(0.95, t);
            x = x - 0.02 * (m / correction) / (at::sqrt(v / correction) + 1e-8);
        }
        soap.step(problem, p);
        const at::Tensor mine = vector_of(p.x); // dividing by tiny gradients blows rounding up
        CHECK((mine.narrow(0, 0, rows * columns).view({rows, columns}) - w).abs().max().item<double>() < 1e-5);
        CHECK((mine.narrow(0, rows * columns, tail) - x).abs().max().item<double>() < 1e-12);
    }
}

TEST_CASE("SOAP comes down a valley across the coordinates that Adam can't follow", "[pinn]") {
    const MatrixProblem problem;
    Point first = start(problem), mine = first, other = first;
    Soap soap({{0, rows, columns}}, {.schedule = {.rate = 0.03, .cosine = 600}});
    Adam adam({.schedule = {.rate = 0.03, .cosine = 600}});
    for (int k = 0; k < 600; ++k) {
        soap.step(problem, mine);
        adam.step(problem, other);
    }
    CAPTURE(first.value, mine.value, other.value);
    CHECK(mine.value < 0.1 * other.value);
}
