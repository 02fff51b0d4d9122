// SPDX-License-Identifier: BSD-3-Clause
#include "gpu/jet/term.h"

#include "core/error.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

namespace orrery::jet {

namespace {

void refuse(const std::string& what) { throw Error(what, "This is a fault of whoever made the term."); }

void check_program(const Program& p, int inputs, int outputs) {
    if (p.inputs != inputs || p.outputs.size() != static_cast<std::size_t>(outputs))
        refuse(fmt::format("The program has {} inputs and {} outputs where {} and {} are needed.", p.inputs,
                           p.outputs.size(), inputs, outputs));
    for (std::size_t i = 0; i < p.code.size(); ++i) {
        const Instruction& step = p.code[i];
        const int limit = step.op == Op::input ? p.inputs : static_cast<int>(i);
        if (step.op != Op::constant && (step.a < 0 || step.a >= limit)) refuse("The program reads what is not there.");
        if (takes_two(step.op) && (step.b < 0 || step.b >= limit)) refuse("The program reads what is not there.");
        if (step.op == Op::integer_power && !(std::abs(step.value) < 1e9 && step.value == std::round(step.value)))
            refuse(fmt::format("The exponent {} is not a whole number.", step.value));
    }
    for (const int out : p.outputs) {
        if (out < 0 || out >= static_cast<int>(p.code.size())) refuse("The program's output is not there.");
    }
}

void check_channels(const Channels& channels, std::size_t coordinates, int highest) {
    for (const Direction& d : channels.directions) {
        if (d.vector.size() != coordinates || d.order < 1)
            refuse(fmt::format("A direction needs {} entries and an order of at least 1.", coordinates));
        if (d.order > highest)
            refuse(fmt::format("A direction of order {} is beyond this engine, which goes up to order {}.", d.order,
                               highest));
    }
    for (const Collapsed& c : channels.collapsed) {
        if (c.first.size() != coordinates || c.second.size() != channels.directions.size())
            refuse("A collapsed channel needs a coefficient for each coordinate and each direction.");
    }
    if (channels.count() > most_channels)
        refuse(fmt::format("{} channels are more than {}.", channels.count(), most_channels));
}

} // namespace

std::vector<ChannelKind> kinds_of(const Channels& channels) {
    std::vector<ChannelKind> kinds(1);
    for (std::size_t d = 0; d < channels.directions.size(); ++d) {
        for (int k = 1; k <= channels.directions[d].order; ++k) kinds.push_back({static_cast<int>(d), k, -1});
    }
    for (std::size_t q = 0; q < channels.collapsed.size(); ++q) kinds.push_back({-1, 0, static_cast<int>(q)});
    return kinds;
}

void check(const Network& network) {
    const auto refuse_network = [](const std::string& what) {
        throw Error(what, "A network has at least one coordinate, feature, unit, hidden layer and output.");
    };
    if (network.coordinates < 1 || network.features.empty() || network.width < 1 || network.depth < 1 ||
        network.outputs < 1)
        refuse_network(
            fmt::format("A network can't have {} coordinates, {} features, width {}, depth {} and {} outputs.",
                        network.coordinates, network.features.size(), network.width, network.depth, network.outputs));
    for (const Feature& f : network.features) {
        if (f.wave.size() != static_cast<std::size_t>(network.coordinates))
            refuse_network(fmt::format("A feature's wave has {} entries where there are {} coordinates.", f.wave.size(),
                                       network.coordinates));
    }
}

void check(const Network& network, const Term& term, Precision precision, int highest) {
    const auto coordinates = static_cast<std::size_t>(network.coordinates);
    check_channels(term.channels, coordinates, highest);
    if (term.residuals < 0 || term.extra < 0) refuse("A number of residuals or of extra numbers is negative.");
    for (const Variable& v : term.variables) {
        if (v.output < 0 || v.output >= network.outputs)
            refuse(fmt::format("A variable names output {} of {}.", v.output, network.outputs));
        if (v.row.size() != static_cast<std::size_t>(term.channels.count()))
            refuse(fmt::format("A variable combines {} channels where the term has {}.", v.row.size(),
                               term.channels.count()));
        if (!v.derivative.empty() && v.derivative.size() != coordinates)
            refuse(fmt::format("A variable's derivative has {} orders where there are {} coordinates.",
                               v.derivative.size(), coordinates));
    }
    if (term.residuals == 0) return; // of interest for its variables alone
    if (!term.compiled()) {
        check_program(term.program, network.coordinates + term.extra + static_cast<int>(term.variables.size()),
                      term.residuals);
    } else if (precision == Precision::float32 ? !term.code32.backward || !term.code32.forward
                                               : !term.code64.backward || !term.code64.forward) {
        refuse("A compiled residual was not given in the engine's precision.");
    }
}

void check(const Network& network, const Term& term, const Points& points) {
    const std::size_t jets =
        static_cast<std::size_t>(network.outputs) * static_cast<std::size_t>(term.channels.count());
    const auto fits = [&](const std::vector<double>& v, std::size_t lines) { return v.size() == lines * points.count; };
    const bool constrained = !points.scale.empty() || !points.shift.empty();
    if (!fits(points.coordinates, static_cast<std::size_t>(network.coordinates)) ||
        !fits(points.extra, static_cast<std::size_t>(term.extra)) ||
        (constrained && (!fits(points.shift, jets) || !fits(points.scale, jets))) ||
        !(points.weights.empty() || fits(points.weights, 1)))
        throw Error("The arrays of a set of points have different lengths.",
                    "This is a fault of whoever made the points.");
}

void check_weights(const Term& term, std::span<const double> weights) {
    if (weights.size() != static_cast<std::size_t>(term.residuals))
        throw Error(fmt::format("{} weights were given for {} residuals.", weights.size(), term.residuals),
                    "Give one a residual.");
}

} // namespace orrery::jet
