// SPDX-License-Identifier: BSD-3-Clause
// The periodic equations among the standard problems, with the resolution that their defaults need.
#pragma once
#include "plugins/pinn/reference/periodic_solver.h"

namespace orrery::pinn {

struct StandardEquation {
    std::string description;
    PeriodicEquation equation;
    PeriodicResolution resolution;
};

// Equations and initial data as computed_problems() tells. Throws Error where a parameter makes the problem ill-posed.
StandardEquation burgers_equation(double nu); // the check of the Cole-Hopf formula
StandardEquation allen_cahn_equation(double diffusion, double reaction);
StandardEquation kdv_equation(double delta);
StandardEquation kuramoto_sivashinsky_equation(double alpha, double beta, double gamma);

} // namespace orrery::pinn
