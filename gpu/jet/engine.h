// SPDX-License-Identifier: BSD-3-Clause
// The fused training step of a network with derivatives: for a tile of points that stays in the cache, jets forward,
// residual and its adjoint, and the reverse pass, in one go.
#pragma once
#include "core/api.h"
#include "gpu/jet/network.h"
#include "gpu/jet/program.h"
#include "gpu/parallel/team.h"

#include <functional>
#include <memory>
#include <span>
#include <string>
#include <vector>

namespace orrery::jet {

// A derivative of one output of the (constrained) network.
struct Variable {
    int output = 0;
    std::vector<double> row; // [channels]: which combination of channels; see Plan
    // The same by its orders, or empty: by it the engine on tensors takes the derivative directly, of points without
    // shift and scale.
    Derivative derivative = {};
};

// What a compiled residual sees of a tile. Arrays lie [index][lead], the first `points` of each line count; lines are
// aligned to 64 bytes and padded with valid numbers up to whole ones.
template <class T>
struct ResidualTile {
    int points = 0, lead = 0;
    const T* coordinates = nullptr; // [coordinates]
    const T* extra = nullptr;       // [extra]: numbers given with the points
    const T* variables = nullptr;   // [variables]
    T* residuals = nullptr;         // [residuals], to be filled
};

// A residual as code: values, and for given d(loss)/d(residual) the adjoints of the variables.
template <class T>
struct ResidualCode {
    std::function<void(const ResidualTile<T>&)> forward;
    // grad_residuals [residuals][lead] -> grad_variables [variables][lead], to be filled.
    std::function<void(const ResidualTile<T>&, const T* grad_residuals, T* grad_variables)> backward;
};

// One set of points with the residuals that are taken there: the loss is
// sum_r weights[r] / points * sum_p point_weights[p] residual_r(p)^2.
struct Term {
    Channels channels;
    std::vector<Variable> variables;
    int extra = 0;     // numbers a point besides its coordinates, inputs of the residual
    int residuals = 1; // 0: of interest for its variables alone
    Program program;   // inputs: coordinates, extra, variables; outputs: residuals. Used where `code` is not set
    ResidualCode<float> code32; // compiled: see gpu/jet/compiled.h
    ResidualCode<double> code64;
    bool compiled() const { return code32.forward || code64.forward; }
};

// Points of a term. An output is made as u = shift + scale N of the network's output N, by jets of both along the
// term's channels: hard initial and boundary conditions. Empty: u = N.
struct Points {
    std::size_t count = 0;
    std::vector<double> coordinates;  // [coordinates][count]
    std::vector<double> extra;        // [extra][count]
    std::vector<double> weights;      // [count] or empty: ones
    std::vector<double> shift, scale; // [outputs][channels][count], or both empty
};

struct EngineOptions {
    Precision precision = Precision::float32;
    std::shared_ptr<Team> team;
    int instruction_set = 0; // which of those the processor has, 0 the best (kernels.h)
    bool tensors = false;    // by tensor operations with autograd, derivatives of any order; team and instruction_set
                             // don't count
    int cuda = -1;           // the GPU to use; team and instruction_set don't count
};

// Fused on the CPU or a GPU, or on tensors. Sums are taken in an order that depends on the number of threads or the GPU
// alone.
class ORRERY_API Engine {
public:
    // Throws Error for a network without units or a device that is not there.
    explicit Engine(Network network, const EngineOptions& options = {});
    ~Engine();
    Engine(Engine&&) noexcept;
    Engine& operator=(Engine&&) noexcept;

    const Network& network() const;
    // Returns its index; throws Error if channels, variables and program don't fit together.
    std::size_t add(Term term);
    void set_points(std::size_t term, const Points& points);
    // [residuals] of the term; ones at first.
    void set_weights(std::size_t term, std::span<const double> weights);
    // [points]; empty: ones.
    void set_point_weights(std::size_t term, std::span<const double> weights);

    // Loss and its gradient with respect to the parameters [P]. An empty gradient: the loss alone.
    double loss(std::span<const double> parameters, std::span<double> gradient);
    // Of the last loss(): mean of point_weight residual^2 by residual of the term, without its weight.
    std::span<const double> mean_squares(std::size_t term) const;
    // Residuals [residuals][count] of the term at its points.
    std::vector<double> residuals(std::size_t term, std::span<const double> parameters);
    // Variables [variables][count] of the term at its points.
    std::vector<double> variables(std::size_t term, std::span<const double> parameters);
    // gradient [P] += sum over points of grad_variables . d(variables)/dp, and, where asked, grad_coordinates
    // [coordinates][count] = that with respect to the points (of terms without shift and scale).
    void backward(std::size_t term, std::span<const double> parameters, std::span<const double> grad_variables,
                  std::span<double> gradient, std::span<double> grad_coordinates = {});
    // gradient [P] += sum over points and residuals of grad_residuals [residuals][count] . d(residuals)/dp.
    void residual_backward(std::size_t term, std::span<const double> parameters, std::span<const double> grad_residuals,
                           std::span<double> gradient);

    struct Implementation;

private:
    std::unique_ptr<Implementation> implementation_;
};

} // namespace orrery::jet
