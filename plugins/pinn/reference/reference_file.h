// SPDX-License-Identifier: BSD-3-Clause
// Reads a reference solution that a user has: values at scattered points from a .csv, .npy or .npz file.
#pragma once
#include "plugins/pinn/reference/solution.h"

#include <filesystem>

namespace orrery::pinn {

struct ScatteredReference {
    Points points;                           // [coordinate][point]
    std::vector<std::vector<double>> values; // [unknown][point]; empty for an unknown that the file does not have
};

// .csv: a column for each coordinate and for at least one unknown, by name; others are left out. .npz: arrays with
// those names, all of equally many numbers, or each coordinate an axis and the unknowns arrays over them in the
// coordinates' order. .npy: [points, columns], the coordinates in order, then all unknowns. Throws Error: no such file,
// another ending, a column or array missing, of another size, with a value that isn't finite (which one), or no points.
ScatteredReference read_reference(const std::filesystem::path& file, const std::vector<std::string>& coordinates,
                                  const std::vector<std::string>& unknowns);

} // namespace orrery::pinn
