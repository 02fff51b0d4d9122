// SPDX-License-Identifier: BSD-3-Clause
#include "core/error.h"
#include "gpu/jet/network.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <map>
#include <numeric>

namespace orrery::jet {

namespace {

using Vector = std::vector<int>;

// coefficient * D^order along the direction.
struct Part {
    Vector direction;
    int order = 0;
    double coefficient = 0;
};

// The same part with a direction whose entries have no common factor and whose first is positive.
Part normalised(Part part) {
    int factor = 0;
    for (const int v : part.direction) factor = std::gcd(factor, v);
    const auto first = std::find_if(part.direction.begin(), part.direction.end(), [](int v) { return v != 0; });
    if (*first < 0) factor = -factor;
    for (int& v : part.direction) v /= factor;
    part.coefficient *= std::pow(factor, part.order);
    return part;
}

Vector unit(int coordinates, int i) {
    Vector v(static_cast<std::size_t>(coordinates), 0);
    v[static_cast<std::size_t>(i)] = 1;
    return v;
}

// d_1 ... d_k = 1 / (2^(k-1) k!) sum over signs of (product of signs) D^k along e_1 +- e_2 ... +- e_k.
std::vector<Part> polarized(const std::vector<Vector>& factors) {
    const std::size_t k = factors.size();
    std::map<Vector, double> sum;
    const unsigned signs = 1U << (k - 1);
    for (unsigned s = 0; s < signs; ++s) {
        Part part{factors[0], static_cast<int>(k), 1.0 / (signs * std::tgamma(static_cast<double>(k) + 1))};
        for (std::size_t j = 1; j < k; ++j) {
            const int sign = (s >> (j - 1) & 1U) != 0 ? -1 : 1;
            part.coefficient *= sign;
            for (std::size_t i = 0; i < part.direction.size(); ++i) part.direction[i] += sign * factors[j][i];
        }
        if (std::all_of(part.direction.begin(), part.direction.end(), [](int v) { return v == 0; })) continue;
        part = normalised(part);
        sum[part.direction] += part.coefficient;
    }
    std::vector<Part> parts;
    for (const auto& [direction, coefficient] : sum) {
        if (std::abs(coefficient) > 1e-14) parts.push_back({direction, static_cast<int>(k), coefficient});
    }
    return parts;
}

std::vector<Part> parts_of(const Derivative& derivative) {
    const int coordinates = static_cast<int>(derivative.size());
    std::vector<Vector> factors;
    for (int i = 0; i < coordinates; ++i) {
        for (int k = 0; k < derivative[static_cast<std::size_t>(i)]; ++k) factors.push_back(unit(coordinates, i));
    }
    if (factors.empty()) return {};
    const int order = static_cast<int>(factors.size());
    if (factors.front() == factors.back()) return {{factors[0], order, 1.0}};
    if (order > 2) return polarized(factors);
    Vector both = factors[0];
    for (std::size_t i = 0; i < both.size(); ++i) both[i] += factors[1][i];
    return {{both, 2, 0.5}, {factors[0], 2, -0.5}, {factors[1], 2, -0.5}};
}

void check(int coordinates, const Derivative& derivative, int highest) {
    const int order = std::accumulate(derivative.begin(), derivative.end(), 0);
    const bool negative = std::any_of(derivative.begin(), derivative.end(), [](int k) { return k < 0; });
    if (static_cast<int>(derivative.size()) != coordinates || negative)
        throw Error("A derivative is given by one order from 0 on for each coordinate.",
                    fmt::format("There are {} coordinates.", coordinates));
    if (order > highest)
        throw Error(fmt::format("A derivative of order {} is beyond the jet engine, which goes up to order {}.", order,
                                highest),
                    "Write the equation as a system of lower order.");
}

} // namespace

Plan plan(int coordinates, const std::vector<Derivative>& derivatives, int highest) {
    std::vector<std::vector<Part>> wanted;
    std::vector<Vector> directions; // in the order of their first use, so that equal requests give equal plans
    std::map<Vector, int> orders;
    for (const Derivative& derivative : derivatives) {
        check(coordinates, derivative, highest);
        wanted.push_back(parts_of(derivative));
        for (const Part& part : wanted.back()) {
            if (orders.count(part.direction) == 0) directions.push_back(part.direction);
            int& order = orders[part.direction];
            order = std::max(order, part.order);
        }
    }
    Plan plan;
    std::map<Vector, int> first;
    for (const Vector& v : directions) {
        first[v] = plan.channels.count();
        plan.channels.directions.push_back({std::vector<double>(v.begin(), v.end()), orders[v]});
    }
    for (const auto& parts : wanted) {
        std::vector<double> row(static_cast<std::size_t>(plan.channels.count()), 0.0);
        if (parts.empty()) row[0] = 1;
        for (const Part& part : parts)
            row[static_cast<std::size_t>(first[part.direction] + part.order - 1)] += part.coefficient;
        plan.rows.push_back(std::move(row));
    }
    return plan;
}

} // namespace orrery::jet
