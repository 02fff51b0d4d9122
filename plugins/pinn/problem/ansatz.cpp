// SPDX-License-Identifier: BSD-3-Clause
#include "plugins/pinn/problem/ansatz.h"

#include "plugins/pinn/problem/hard_values.h"

#include <algorithm>
#include <cmath>
#include <numbers>

namespace orrery::pinn {

namespace {

// The blends of one coordinate's ends, and the distance factor, as functions of the coordinate.
struct Blend {
    Expression low, slope, high, distance;
};

Blend blend_of(const Coordinate& c, const Expression& x, bool low, bool slope, bool high) {
    const Expression length = c.high - c.low, s = (x - c.low) / length;
    if (low && slope && high) return {1 - pow(s, 2), length * (s - pow(s, 2)), pow(s, 2), 6.75 * pow(s, 2) * (1 - s)};
    if (low && slope) return {1, x - c.low, 0, pow(s, 2)};
    if (low && high) return {1 - s, 0, s, 4 * s * (1 - s)};
    if (low) return {1, 0, 0, s};
    return {0, 0, 1, 1 - s};
}

// Adds what the values at the ends of one coordinate ask for.
void add_coordinate(Expression& shift, Expression& scale, const std::vector<HardValue>& values, int coordinate,
                    const Problem& problem) {
    const HardValue *low = nullptr, *slope = nullptr, *high = nullptr;
    for (const auto& value : values)
        if (value.face.coordinate == coordinate) (value.face.high ? high : value.is_slope ? slope : low) = &value;
    if (!low && !high) return;
    const auto& c = problem.coordinates[static_cast<std::size_t>(coordinate)];
    const auto x = Expression::coordinate(coordinate);
    const auto blend = blend_of(c, x, low, slope, high);
    // What is missing at an end, unless it is nothing but rounding.
    const auto missing = [&](const HardValue* value) -> Expression {
        if (!value) return 0;
        const auto now = value->is_slope ? derivative(shift, coordinate) : shift;
        const auto difference = value->value - substitute(now, coordinate, value->face.high ? c.high : c.low);
        return largest_on(difference, value->face, problem) <= 1e-13 ? Expression(0) : difference;
    };
    shift = shift + blend.low * missing(low) + blend.slope * missing(slope) + blend.high * missing(high);
    scale = scale * blend.distance;
}

// What the start's kink at the seam becomes: with k the distance from it, jump/2 (h(k, t) - k), where h solves the
// heat equation from h = |k|: k erf(k / sqrt(4 D t)) + sqrt(4 D t / pi) exp(-k^2 / (4 D t)). k is taken periodic and
// smooth but there, L/pi sin(pi (x - low) / L); and the time begins 1e-12 of its interval earlier, so that nothing is
// divided by 0.
Expression smoothed(const Seam& seam, const Problem& problem) {
    const auto& c = problem.coordinates[static_cast<std::size_t>(seam.coordinate)];
    const auto& t = problem.coordinates[static_cast<std::size_t>(*problem.time())];
    const double pi = std::numbers::pi, length = c.high - c.low;
    const Expression x = Expression::coordinate(seam.coordinate), time = Expression::coordinate(*problem.time());
    const Expression k = length / pi * apply(jet::Op::sin, pi / length * (x - c.low));
    const Expression spread = 4 * seam.diffusivity * (time - t.low + 1e-12 * (t.high - t.low));
    const Expression root = apply(jet::Op::sqrt, spread);
    const Expression h =
        k * apply(jet::Op::erf, k / root) + root / std::sqrt(pi) * apply(jet::Op::exp, -(k * k) / spread);
    return seam.jump / 2 * (h - k);
}

SoftCondition on_face(const Condition& condition, const Face& face) {
    return {condition.name, face, std::nullopt, {}, condition.weight};
}

SoftCondition of_data(const Condition& condition, std::size_t coordinates) {
    SoftCondition soft{condition.name, std::nullopt, condition.data, {}, condition.weight};
    for (std::size_t k = 0; k < condition.data->unknowns.size(); ++k)
        soft.residuals.push_back(Expression::leaf({condition.data->unknowns[k], jet::Derivative(coordinates)}) -
                                 Expression::extra(static_cast<int>(k)));
    return soft;
}

} // namespace

bool Ansatz::is_trivial() const {
    return std::all_of(shift.begin(), shift.end(), [](const auto& e) { return e.is(0); }) &&
           std::all_of(scale.begin(), scale.end(), [](const auto& e) { return e.is(1); });
}

Constraints constrain(const Problem& problem, bool hard) {
    Constraints result;
    const auto values = hard ? hard_values(problem, result.notes) : std::vector<HardValue>();
    for (std::size_t unknown = 0; unknown < problem.unknowns.size(); ++unknown) {
        Expression shift, scale = 1;
        std::vector<HardValue> own;
        std::copy_if(values.begin(), values.end(), std::back_inserter(own),
                     [&](const auto& value) { return value.unknown == static_cast<int>(unknown); });
        // Time first: with conditions that agree, most ends of space then need nothing more.
        for (int c = static_cast<int>(problem.coordinates.size()); c-- > 0;)
            add_coordinate(shift, scale, own, c, problem);
        for (const auto& value : own)
            if (value.seam) shift = shift + smoothed(*value.seam, problem);
        result.ansatz.shift.push_back(shift);
        result.ansatz.scale.push_back(scale);
    }
    for (std::size_t c = 0; c < problem.conditions.size(); ++c) {
        const auto& condition = problem.conditions[c];
        if (condition.data) result.soft.push_back(of_data(condition, problem.coordinates.size()));
        for (const auto& face : condition.faces) {
            auto soft = on_face(condition, face);
            for (std::size_t s = 0; s < condition.statements.size(); ++s)
                if (std::none_of(values.begin(), values.end(), [&](const auto& value) {
                        return value.condition == c && value.statement == s && value.face == face;
                    }))
                    soft.residuals.push_back(condition.statements[s].residual());
            if (!soft.residuals.empty()) result.soft.push_back(std::move(soft));
        }
    }
    return result;
}

Expression along(const Expression& e, std::span<const double> direction, int order) {
    auto result = e;
    for (int k = 0; k < order; ++k) {
        Expression sum;
        for (std::size_t i = 0; i < direction.size(); ++i)
            if (direction[i] != 0) sum = sum + Expression(direction[i]) * derivative(result, static_cast<int>(i));
        result = sum;
    }
    return result;
}

std::vector<Expression> along_channels(const Expression& e, const jet::Channels& channels, int coordinates) {
    std::vector<Expression> list = {e};
    for (const auto& direction : channels.directions) {
        auto one = e;
        for (int k = 0; k < direction.order; ++k) list.push_back(one = along(one, direction.vector, 1));
    }
    for (const auto& collapsed : channels.collapsed) {
        Expression sum;
        for (std::size_t i = 0; i < static_cast<std::size_t>(coordinates) && i < collapsed.first.size(); ++i)
            if (collapsed.first[i] != 0)
                sum = sum + Expression(collapsed.first[i]) * derivative(e, static_cast<int>(i));
        for (std::size_t j = 0; j < collapsed.second.size(); ++j)
            if (collapsed.second[j] != 0)
                sum = sum + Expression(collapsed.second[j]) * along(e, channels.directions[j].vector, 2);
        list.push_back(sum);
    }
    return list;
}

AnsatzJets::AnsatzJets(const Ansatz& ansatz, const jet::Channels& channels, int coordinates)
    : trivial_(ansatz.is_trivial()) {
    if (trivial_) return;
    std::vector<Expression> outputs;
    for (const auto* part : {&ansatz.shift, &ansatz.scale})
        for (const auto& e : *part)
            for (auto& jet : along_channels(e, channels, coordinates)) outputs.push_back(std::move(jet));
    program_ = compile(outputs, coordinates).program;
}

void AnsatzJets::fill(jet::Points& points) const {
    points.shift.clear();
    points.scale.clear();
    if (trivial_) return;
    const auto values = run(program_, points.coordinates, points.count);
    const auto half = values.begin() + static_cast<std::ptrdiff_t>(values.size() / 2);
    points.shift.assign(values.begin(), half);
    points.scale.assign(half, values.end());
}

} // namespace orrery::pinn
