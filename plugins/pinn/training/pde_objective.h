// SPDX-License-Identifier: BSD-3-Clause
// The loss of a problem's equations and soft conditions at points that are drawn anew now and then.
#pragma once
#include "core/state_stream.h"
#include "plugins/pinn/training/balance.h"
#include "plugins/pinn/training/nonlocal_residual.h"
#include "plugins/pinn/training/pde_network.h"
#include "plugins/pinn/training/sampler.h"

#include <optional>

namespace orrery::pinn::training {

// One residual: an equation, or one statement of a condition.
struct TermReport {
    std::string name;       // "equation/heat", "condition/start"
    double mean_square = 0; // without weights
};

class PdeObjective {
public:
    // `network` must outlive it.
    PdeObjective(const PdeNetwork& network, const PdeOptions& options, std::shared_ptr<Team> team);

    // New points and, where they follow the solution, new weights. With parameters more points lie where the residual
    // is large; without, and where nonlocal operators need a grid, points are even.
    void sample(Sampler& sampler, std::span<const double> parameters, bool many = false);
    double loss(std::span<const double> parameters, std::span<double> gradient);
    void set_weights(const LossWeights& weights);
    const LossWeights& weights() const { return weights_; }

    std::vector<TermReport> report(std::span<const double> parameters);
    std::size_t residual_count() const;
    // Which residual is not a number, and where: at the parameters of the last loss() that wasn't one.
    std::string describe_failure();

    // All that sample() and set_weights() made.
    void save(StateWriter& state) const;
    void restore(StateReader& state);

private:
    enum class Kind { equations, condition, data };
    struct Group { // residuals that share points
        Kind kind = Kind::equations;
        std::vector<std::string> names;
        double weight = 1; // of the condition
        std::optional<Face> face;
        jet::Channels channels;
        std::size_t count = 0;
        std::vector<double> coordinates, extra; // [coordinates][count], [measured][count]
        std::vector<double> point_weights;      // empty: ones
    };
    void add(Group group, const std::vector<Expression>& residuals);
    void add_measurements(const SoftCondition& condition);
    void place(std::size_t group);
    void draw(Sampler& sampler, Group& group, std::span<const double> parameters, std::int64_t count);
    void balance(Sampler& sampler, std::span<const double> parameters);
    void weigh_times(std::span<const double> parameters);
    void apply_weights();
    std::vector<double> magnitudes(const PointSet& points, std::span<const double> parameters);
    Box box() const;
    // Equations on the torus are no term of the engine.
    bool is_on_torus(std::size_t group) const { return torus_ && group == 0; }
    std::size_t term(std::size_t group) const { return torus_ ? group - 1 : group; }
    std::vector<double> residuals(std::size_t group, std::span<const double> parameters);
    void residual_backward(std::size_t group, std::span<const double> parameters,
                           std::span<const double> grad_residuals, std::span<double> gradient);

    const PdeNetwork& network_;
    const Problem& problem_;
    const PdeOptions& options_;
    LossWeights weights_;
    jet::Engine engine_, probe_;            // the second for residuals at points that are not trained on
    std::optional<NonlocalResidual> torus_; // the equations, where an operator in them is nonlocal
    std::vector<Group> groups_;             // the first: the equations
    std::optional<MovingWeights> balance_;
    std::optional<CausalWeights> causal_;
    std::vector<double> bad_parameters_;
};

} // namespace orrery::pinn::training
