// SPDX-License-Identifier: BSD-3-Clause
// Saves a trained network as TorchScript, so that Python has it by torch.jit.load.
#pragma once
#include "plugins/pinn/training/trainer.h"

#include <filesystem>

namespace orrery::pinn::training {

// The module's forward(x, y, t) takes float64 tensors of one shape (t from 0 to final_time) and returns theta^ of that
// shape. The archive is FOLDER/model.pt: its name is part of its bytes, and equal networks give equal bytes. Returns
// the file. Throws Error if it can't be written.
std::filesystem::path save_script(const TrainedNetwork& network, const std::filesystem::path& folder);

} // namespace orrery::pinn::training
