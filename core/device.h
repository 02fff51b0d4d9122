// SPDX-License-Identifier: BSD-3-Clause
// Where a run computes: "cpu" or "cuda:N". Found out through the driver alone, without loading torch.
#pragma once
#include "core/api.h"

#include <string>
#include <string_view>
#include <vector>

namespace orrery {

struct ORRERY_API Device {
    bool cuda = false;
    int index = 0;
    std::string name() const { return cuda ? "cuda:" + std::to_string(index) : "cpu"; }
    bool operator==(const Device&) const = default;
};

struct DeviceInfo {
    Device device;
    std::string description; // model name; for the CPU with its number of cores
    std::string driver;      // version of the driver; empty for the CPU
};

// All devices of this machine, the CPU first.
ORRERY_API std::vector<DeviceInfo> devices();

// "auto" (the first CUDA device, else the CPU), "cpu", "cuda" or "cuda:N". Throws Error (ExitCode::usage) that names
// what there is.
ORRERY_API Device parse_device(std::string_view text);

// The device of that name, as name() gives it, whether this machine has it or not. Throws Error for any other text.
ORRERY_API Device device_named(std::string_view name);

} // namespace orrery
