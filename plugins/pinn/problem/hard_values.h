// SPDX-License-Identifier: BSD-3-Clause
// Which conditions can hold exactly: given values that agree with each other where their faces meet.
#pragma once
#include "plugins/pinn/problem/problem.h"

namespace orrery::pinn {

// The slope of a start jumps where a periodic coordinate begins anew, and diffusion smooths the kink at once.
struct Seam {
    int coordinate = 0;
    double jump = 0;        // slope at the low end minus that at the high end
    double diffusivity = 0; // D of dt(u) = D dxx(u) + ...
};

// u = value on the face, or, at the start, dt(u) = value beside such a u.
struct HardValue {
    std::size_t condition = 0, statement = 0; // where in the problem it is said
    int unknown = 0;
    Face face;
    bool is_slope = false;
    Expression value; // free of the face's coordinate
    std::optional<Seam> seam;
};

// All of them, in the order of the problem, values before slopes. A sentence in `notes` for each that is left out
// because of what it says (not because of `hard = false`).
std::vector<HardValue> hard_values(const Problem& problem, std::vector<std::string>& notes);

// The largest |e| on a grid over the face, its corners included; infinite if e is somewhere no finite number.
double largest_on(const Expression& e, const Face& face, const Problem& problem);

} // namespace orrery::pinn
