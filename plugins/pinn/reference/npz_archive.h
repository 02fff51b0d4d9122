// SPDX-License-Identifier: BSD-3-Clause
// Reads NumPy's .npz archives: zip files of .npy members, stored or deflated (PKWARE APPNOTE 6.3.10).
#pragma once
#include "core/array.h"

#include <filesystem>
#include <map>
#include <string>

namespace orrery::pinn {

// The arrays by their names. Throws Error, with the file's name, where it is no such archive, is damaged (sizes and
// checksums are compared), larger than 1 GiB unpacked, encrypted, or uses ZIP64.
std::map<std::string, Array> read_npz(const std::filesystem::path& file);

} // namespace orrery::pinn
