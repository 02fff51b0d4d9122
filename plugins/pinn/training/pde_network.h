// SPDX-License-Identifier: BSD-3-Clause
// The network for a problem on a part of its time interval, with the ansatz that makes conditions hold exactly.
#pragma once
#include "plugins/pinn/problem/ansatz.h"
#include "plugins/pinn/training/pde_options.h"

#include <memory>

namespace orrery::pinn::training {

jet::EngineOptions engine_options(const PdeOptions& options, std::shared_ptr<Team> team);

// Features of the coordinates (periodic ones as cosines, the rest scaled to [-1, 1]) and random Fourier features from
// the seed.
jet::Network make_network(const Problem& problem, const NetworkOptions& options, std::uint64_t seed);

// The problem on a part of its time interval: the whole, or from `start` on, where its values are those of a solution
// before, given by construction; `whole` says how the conditions of the problem are met.
Problem problem_on(const Problem& problem, const Constraints& whole, double start, double end);

// u = shift + scale N on one window of time: the first by the problem's ansatz, a later one so that it starts from the
// end of the one before and keeps the conditions on the other faces.
class PdeNetwork {
public:
    // The problem is that of the window.
    PdeNetwork(Problem problem, const PdeOptions& options, std::shared_ptr<const PdeNetwork> before,
               std::shared_ptr<Team> team);

    const Problem& problem() const { return problem_; }
    const Constraints& constraints() const { return constraints_; }
    const jet::Network& network() const { return network_; }
    double start() const { return start_; } // of the window; 0 where there is no time
    double end() const { return end_; }

    // Points with the jets of shift and scale along the channels.
    jet::Points points(const jet::Channels& channels, std::vector<double> coordinates, std::size_t count) const;
    // Jets of u, [unknowns][channels][count].
    std::vector<double> jets(const jet::Channels& channels, std::span<const double> coordinates,
                             std::size_t count) const;
    // u, [unknowns][count].
    std::vector<double> values(std::span<const double> coordinates, std::size_t count) const;
    void set_parameters(std::vector<double> parameters) { parameters_ = std::move(parameters); }
    const std::vector<double>& parameters() const { return parameters_; }

private:
    void continue_from_before(const jet::Channels& channels, jet::Points& points) const;

    Problem problem_;
    Constraints constraints_;
    double start_ = 0, end_ = 0;
    jet::Network network_;
    jet::EngineOptions engine_;
    std::shared_ptr<const PdeNetwork> before_;
    std::vector<double> parameters_;
};

} // namespace orrery::pinn::training
