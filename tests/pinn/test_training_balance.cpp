// SPDX-License-Identifier: BSD-3-Clause
// Weights of terms, times and points against their formulas worked out by hand.
#include "core/error.h"
#include "plugins/pinn/training/balance.h"
#include "tests/catch.h"

#include <cmath>
#include <limits>
#include <sstream>

using namespace orrery;
using namespace orrery::pinn::training;

namespace {

template <class Weights>
void carry_over(const Weights& from, Weights& to) {
    std::stringstream stream;
    StateWriter writer(stream, "weights", 1);
    from.save(writer);
    writer.end();
    StateReader reader(stream, "weights", 1);
    to.restore(reader);
    reader.end();
}

} // namespace

TEST_CASE("weights by the tangent kernel and by gradient norms make the terms equal", "[pinn]") {
    const double traces[] = {300, 30, 0.6, 0};
    const auto weights = ntk_weights(traces);
    CHECK(weights[0] == Approx(330.6 / 300));
    CHECK(weights[1] == Approx(11.02));
    CHECK(weights[2] == Approx(551));
    CHECK(weights[3] == 1);
    const double norms[] = {4, 1};
    const auto balanced = gradient_norm_weights(norms);
    CHECK(balanced[0] * norms[0] == Approx(balanced[1] * norms[1]));
    CHECK(balanced[1] == Approx(5));
    const double broken[] = {1, std::numeric_limits<double>::quiet_NaN()}, infinite[] = {1, 1e308, 1e308};
    CHECK_THROWS_WITH(ntk_weights(broken), contains_text("of term "));
    CHECK_THROWS_AS(gradient_norm_weights(infinite), Error);
}

TEST_CASE("moving weights keep nine tenths of what they were", "[pinn]") {
    MovingWeights weights(2);
    const double proposal[] = {11, 1};
    weights.update(proposal);
    CHECK(weights.weights()[0] == Approx(2));
    CHECK(weights.weights()[1] == Approx(1));
    MovingWeights other(2);
    carry_over(weights, other);
    weights.update(proposal);
    CHECK(other.update(proposal)[0] == weights.weights()[0]);
    CHECK(other.weights()[0] == Approx(2.9));
}

TEST_CASE("causal weights open one part of time after the other", "[pinn]") {
    CausalWeights causal(3);
    const double losses[] = {100, 50, 7};
    const auto weights = causal.update(losses);
    CHECK(weights[0] == 1);
    CHECK(weights[1] == Approx(std::exp(-1.0)));
    CHECK(weights[2] == Approx(std::exp(-1.5)));
    CHECK(causal.epsilon() == 1e-2);
    const double solved[] = {1e-3, 1e-3, 9}; // the last part has nobody behind it
    for (const double next : {1e-1, 1.0, 1e1}) {
        causal.update(solved);
        CHECK(causal.epsilon() == next);
    }
    causal.update(solved); // exp(-10 2e-3) = 0.980
    CHECK(causal.epsilon() == 1e1);
    CHECK(!causal.solved());
    CausalWeights other(3);
    carry_over(causal, other);
    CHECK(other.epsilon() == 1e1);
    CHECK(other.weights()[2] == causal.weights()[2]);
    const double small[] = {1e-5, 1e-5, 1e-5};
    other.update(small);
    CHECK(other.epsilon() == 1e2);
    CHECK(!other.solved());
    other.update(small);
    CHECK(other.solved());
    CHECK(other.epsilon() == 1e2);
    other.update(losses);
    CHECK(!other.solved());
    for (const auto& [time, part] : {std::pair{-1.0, 0U}, {-0.01, 1U}, {0.0, 2U}, {0.99, 3U}, {1.0, 3U}})
        CHECK(part_of_time(time, -1, 1, 4) == part);
}

TEST_CASE("residual-based attention gathers where the residual stays large", "[pinn]") {
    ResidualAttention attention(3);
    const double residuals[] = {-4, 2, 0};
    attention.update(residuals);
    CHECK(attention.attention()[0] == Approx(0.01));
    CHECK(attention.attention()[1] == Approx(0.005));
    CHECK(attention.attention()[2] == 0);
    attention.update(residuals);
    CHECK(attention.attention()[0] == Approx(0.01999));
    CHECK(attention.weights()[1] == Approx(std::pow(0.009995, 2)));
    ResidualAttention other(3);
    carry_over(attention, other);
    CHECK(other.weights()[0] == attention.weights()[0]);
    const double nothing[] = {0, 0, 0};
    other.update(nothing);
    CHECK(other.attention()[0] == Approx(0.999 * 0.01999));
    for (int i = 0; i < 20000; ++i) attention.update(residuals);
    CHECK(attention.attention()[0] == Approx(10).epsilon(1e-6)); // rate / (1 - decay)
}
