// SPDX-License-Identifier: BSD-3-Clause
// A trained solution as a TorchScript module that needs nothing of Orrery: forward(points [n, coordinates]) -> [n,
// unknowns], float64.
#pragma once
#include "plugins/pinn/training/pde_trainer.h"

#include <filesystem>

namespace orrery::pinn::training {

// Writes folder/model.pt and returns it. Throws Error if it can't be written.
std::filesystem::path save_script(const PdeSolution& solution, const std::filesystem::path& folder);

} // namespace orrery::pinn::training
