// SPDX-License-Identifier: BSD-3-Clause
// A CUDA device for DeviceEngine. C++17.
#pragma once
#include "gpu/jet/device.h"

#include <memory>

namespace orrery::jet {

// Throws Error where there is no such device.
std::unique_ptr<Device> make_cuda_device(int index);

} // namespace orrery::jet
