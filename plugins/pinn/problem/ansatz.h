// SPDX-License-Identifier: BSD-3-Clause
// Conditions that hold exactly: from a problem, u = shift + scale N for a network's output N, and what stays in the
// loss.
#pragma once
#include "gpu/jet/engine.h"
#include "plugins/pinn/problem/problem.h"

namespace orrery::pinn {

// By unknown, expressions in the coordinates.
struct Ansatz {
    std::vector<Expression> shift, scale;
    bool is_trivial() const; // u = N for all
};

// A condition that the loss must hold: residuals that are zero on a face, or at measured points. There, extra number k
// is data->values[k][point].
struct SoftCondition {
    std::string name;
    std::optional<Face> face;
    std::optional<Measurements> data;
    std::vector<Expression> residuals;
    double weight = 1;
};

struct Constraints {
    Ansatz ansatz;
    std::vector<SoftCondition> soft;
    // Sentences: which conditions that could have been hard are not, and why.
    std::vector<std::string> notes;
};

// Dirichlet and initial conditions (and dt(u) = ... beside u = ... at the start) become exact by transfinite
// interpolation: for the coordinates one after another, shift += sum over ends of blend (given - shift at that end),
// which keeps earlier ends where the values agree in the corners (Gordon and Hall, Numer. Math. 21, 1973). The scale is
// a product of distances to the ends, at most 1 (t^2 where dt(u) is given). Soft remain: other conditions, data, `hard
// = false`, what disagrees with an earlier condition in a common corner by more than 1e-10, and what a network that is
// periodic couldn't follow: values with a jump in themselves or in derivatives below the equations' order. With hard =
// false all are soft.
Constraints constrain(const Problem& problem, bool hard = true);

// Values of shift and scale and their derivatives along channels: jet::Points::shift and scale.
class AnsatzJets {
public:
    // Throws Error if the derivatives are too long to be written out.
    AnsatzJets(const Ansatz& ansatz, const jet::Channels& channels, int coordinates);
    // Fills points.shift and points.scale [unknowns][channels][count] for points.coordinates; empty if trivial.
    void fill(jet::Points& points) const;

private:
    bool trivial_ = true;
    jet::Program program_; // outputs: shift, then scale
};

// d^order/ds^order of e along the direction.
Expression along(const Expression& e, std::span<const double> direction, int order);
// e along every channel.
std::vector<Expression> along_channels(const Expression& e, const jet::Channels& channels, int coordinates);

} // namespace orrery::pinn
