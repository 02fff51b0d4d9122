// SPDX-License-Identifier: BSD-3-Clause
// Residuals of equations with nonlocal operators on a grid of the torus: the engine gives the field and its derivatives
// in time, Fourier multipliers all operators in space, and the gradient goes back the same way.
#pragma once
#include "gpu/parallel/aligned.h"
#include "plugins/pinn/training/pde_network.h"
#include "plugins/pinn/training/torus_operators.h"

#include <deque>

namespace orrery::pinn::training {

// Works like one term of a jet::Engine. Network in the options' precision and on their device; the rest in float64 on
// the CPU.
class NonlocalResidual {
public:
    // `network` must outlive it. Throws Error where torus_grid does, or for an order in time beyond the engine.
    NonlocalResidual(const PdeNetwork& network, const TorusGrid& grid, std::span<const Expression> residuals,
                     const PdeOptions& options, std::shared_ptr<Team> team);

    const TorusGrid& grid() const { return grid_; }
    // [coordinates][count] in the order of the grid, at any number of times.
    void set_points(const std::vector<double>& coordinates, std::size_t count);
    void set_point_weights(const std::vector<double>& weights) { point_weights_ = weights; } // empty: ones
    void set_weights(const std::vector<double>& weights) { weights_ = weights; }             // [residuals]

    // Adds to the gradient [P]; an empty one: the loss alone.
    double loss(std::span<const double> parameters, std::span<double> gradient);
    // Of the last loss(), without weights of residuals.
    const std::vector<double>& mean_squares() const { return mean_squares_; }
    // [residuals][count].
    std::vector<double> residuals(std::span<const double> parameters);
    // gradient [P] += sum of grad_residuals [residuals][count] . d(residuals)/dp.
    void residual_backward(std::span<const double> parameters, std::span<const double> grad_residuals,
                           std::span<double> gradient);

private:
    // An unknown's derivative in time, and the leaves that are operators in space of it.
    struct Field {
        std::size_t inputs = 0, count = 0; // of the program: first leaf and how many
        TorusOperators operators;
    };
    void compute_leaves(std::span<const double> parameters);
    void run_program(std::span<const double> grad_residuals);
    void pull_back(std::span<const double> parameters, std::span<const double> grad_residuals,
                   std::span<double> gradient);

    const PdeNetwork& network_;
    TorusGrid grid_;
    jet::Engine engine_;
    jet::Channels channels_;
    jet::Program program_; // inputs: coordinates, leaves
    std::size_t coordinates_, leaves_ = 0;
    std::deque<Field> fields_; // in the order of the engine's variables
    std::size_t count_ = 0;
    std::vector<double> point_weights_, weights_, mean_squares_;
    std::vector<double> inputs_;      // [coordinates + leaves][count]
    std::vector<double> residuals_;   // [residuals][count]
    std::vector<double> grad_leaves_; // [leaves][count]
    Aligned<double> tile_inputs_, tile_input_adjoints_, values_, adjoints_;
};

} // namespace orrery::pinn::training
