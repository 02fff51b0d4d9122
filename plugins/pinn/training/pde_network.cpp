// SPDX-License-Identifier: BSD-3-Clause
#include "plugins/pinn/training/pde_network.h"

#include "gpu/jet/random.h"

#include <algorithm>
#include <cmath>
#include <numbers>

namespace orrery::pinn::training {

namespace {

std::size_t size_of(int n) { return static_cast<std::size_t>(n); }

void add_waves(const Coordinate& coordinate, std::size_t index, std::size_t dimensions, int waves,
               std::vector<jet::Feature>& features) {
    for (int m = 1; m <= waves; ++m) {
        for (const double phase : {0.0, -std::numbers::pi / 2}) {
            jet::Feature f;
            f.wave.assign(dimensions, 0.0);
            f.wave[index] = 2 * std::numbers::pi * m / (coordinate.high - coordinate.low);
            f.phase = phase - f.wave[index] * coordinate.low;
            f.cosine = true;
            features.push_back(std::move(f));
        }
    }
}

// The terms that all variables of a network need: every channel of every output.
jet::Term all_channels(const jet::Network& network, const jet::Channels& channels) {
    jet::Term term;
    term.channels = channels;
    for (int o = 0; o < network.outputs; ++o) {
        for (int c = 0; c < channels.count(); ++c) {
            std::vector<double> row(size_of(channels.count()), 0.0);
            row[size_of(c)] = 1;
            term.variables.push_back({o, std::move(row)});
        }
    }
    term.residuals = 0;
    term.program.inputs = network.coordinates + static_cast<int>(term.variables.size());
    return term;
}

// The same channels with the time left out of every direction.
jet::Channels at_fixed_time(jet::Channels channels, std::size_t time) {
    for (jet::Direction& d : channels.directions) d.vector[time] = 0;
    for (jet::Collapsed& c : channels.collapsed) c.first[time] = 0;
    return channels;
}

} // namespace

jet::EngineOptions engine_options(const PdeOptions& options, std::shared_ptr<Team> team) {
    jet::EngineOptions engine;
    engine.precision = options.precision;
    engine.team = std::move(team);
    engine.tensors = !options.engine;
    engine.cuda = options.cuda;
    return engine;
}

jet::Network make_network(const Problem& problem, const NetworkOptions& options, std::uint64_t seed) {
    jet::Network network;
    const std::size_t dimensions = problem.coordinates.size();
    network.coordinates = static_cast<int>(dimensions);
    network.width = options.width;
    network.depth = options.depth;
    network.outputs = static_cast<int>(problem.unknowns.size());
    network.activation = options.activation;
    network.adaptive = options.adaptive;
    network.gated = options.gated;
    std::vector<double> low, high;
    for (const Coordinate& c : problem.coordinates) {
        low.push_back(c.low);
        high.push_back(c.high);
    }
    const auto linear = jet::linear_features(low, high);
    for (std::size_t i = 0; i < dimensions; ++i) {
        if (problem.coordinates[i].periodic) {
            add_waves(problem.coordinates[i], i, dimensions, options.waves, network.features);
        } else {
            network.features.push_back(linear[i]);
        }
    }
    jet::RandomNumbers random(seed ^ 0x9e3779b97f4a7c15U);
    for (int f = 0; f < options.fourier; ++f) { // on the coordinates that are not periodic
        jet::Feature feature;
        feature.wave.assign(dimensions, 0.0);
        feature.phase = 2 * std::numbers::pi * random.uniform();
        feature.cosine = true;
        for (std::size_t i = 0; i < dimensions; ++i) {
            const double normal = random.normal();
            if (problem.coordinates[i].periodic) continue;
            const double factor = std::numbers::pi * options.fourier_scale * normal;
            feature.wave[i] = factor * linear[i].wave[i];
            feature.phase += factor * linear[i].phase;
        }
        network.features.push_back(std::move(feature));
    }
    return network;
}

Problem problem_on(const Problem& problem, const Constraints& whole, double start, double end) {
    Problem part = problem;
    const auto time = problem.time();
    if (!time) return part;
    Coordinate& t = part.coordinates[size_of(*time)];
    const bool first = start == t.low;
    t.low = start;
    t.high = end;
    if (first) return part;
    const Face beginning{*time, false};
    for (Condition& c : part.conditions) std::erase(c.faces, beginning);
    std::erase_if(part.conditions, [](const Condition& c) { return c.faces.empty() && !c.data; });
    // The values are put in their place when the solution before is known; here those that agree with the other faces.
    Condition continued;
    continued.name = "continued";
    continued.faces = {beginning};
    continued.hard = true;
    for (std::size_t u = 0; u < problem.unknowns.size(); ++u) {
        if (highest_order_of(problem, static_cast<int>(u), *time) == 0) continue;
        const Leaf leaf{static_cast<int>(u), jet::Derivative(problem.coordinates.size(), 0)};
        Statement value;
        value.left_text = problem.unknowns[u];
        value.left = Expression::leaf(leaf);
        value.right = substitute(whole.ansatz.shift[u], *time, start);
        value.right_text = to_string(value.right, problem.names());
        continued.statements.push_back(std::move(value));
    }
    part.conditions.push_back(std::move(continued));
    return part;
}

PdeNetwork::PdeNetwork(Problem problem, const PdeOptions& options, std::shared_ptr<const PdeNetwork> before,
                       std::shared_ptr<Team> team)
    : problem_(std::move(problem)), constraints_(constrain(problem_, options.hard || before != nullptr)),
      network_(make_network(problem_, options.network, options.seed)), engine_(engine_options(options, team)),
      before_(std::move(before)) {
    if (const auto time = problem_.time()) {
        start_ = problem_.coordinates[size_of(*time)].low;
        end_ = problem_.coordinates[size_of(*time)].high;
    }
}

jet::Points PdeNetwork::points(const jet::Channels& channels, std::vector<double> coordinates,
                               std::size_t count) const {
    jet::Points points;
    points.count = count;
    points.coordinates = std::move(coordinates);
    AnsatzJets(constraints_.ansatz, channels, network_.coordinates).fill(points);
    if (before_) continue_from_before(channels, points);
    return points;
}

// shift' = shift - shift(t0) + u_before(t0): both agree on the other faces, so the conditions there stay.
void PdeNetwork::continue_from_before(const jet::Channels& channels, jet::Points& points) const {
    const std::size_t time = size_of(*problem_.time()), count = points.count;
    jet::Points at_start;
    at_start.count = count;
    at_start.coordinates = points.coordinates;
    std::fill_n(at_start.coordinates.begin() + static_cast<std::ptrdiff_t>(time * count), count, start_);
    const jet::Channels fixed = at_fixed_time(channels, time);
    AnsatzJets(constraints_.ansatz, fixed, network_.coordinates).fill(at_start);
    const std::vector<double> was = before_->jets(fixed, at_start.coordinates, count);
    const std::size_t block = size_of(channels.count()) * count;
    for (std::size_t u = 0; u < problem_.unknowns.size(); ++u) {
        if (highest_order_of(problem_, static_cast<int>(u), static_cast<int>(time)) == 0) continue;
        for (std::size_t i = u * block; i < (u + 1) * block; ++i) points.shift[i] += was[i] - at_start.shift[i];
    }
}

std::vector<double> PdeNetwork::jets(const jet::Channels& channels, std::span<const double> coordinates,
                                     std::size_t count) const {
    jet::Engine engine(network_, engine_);
    engine.add(all_channels(network_, channels));
    engine.set_points(0, points(channels, {coordinates.begin(), coordinates.end()}, count));
    return engine.variables(0, parameters_);
}

std::vector<double> PdeNetwork::values(std::span<const double> coordinates, std::size_t count) const {
    return jets({}, coordinates, count);
}

} // namespace orrery::pinn::training
