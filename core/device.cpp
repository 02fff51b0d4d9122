// SPDX-License-Identifier: BSD-3-Clause
#include "core/device.h"

#include "core/error.h"
#include "core/platform/machine.h"

#include <dlfcn.h>
#include <fmt/format.h>
#include <fmt/ranges.h>

#include <array>
#include <charconv>

namespace orrery {
namespace {

// The driver's library answers in milliseconds where loading torch takes half a second; it is there wherever a GPU
// works.
std::vector<DeviceInfo> cuda_devices() {
    std::vector<DeviceInfo> list;
    void* library = dlopen("libcuda.so.1", RTLD_NOW | RTLD_LOCAL);
    if (!library) return list;
    using Init = int (*)(unsigned);
    using Count = int (*)(int*);
    using Name = int (*)(char*, int, int);
    const auto init = reinterpret_cast<Init>(dlsym(library, "cuInit"));
    const auto count = reinterpret_cast<Count>(dlsym(library, "cuDeviceGetCount"));
    const auto name = reinterpret_cast<Name>(dlsym(library, "cuDeviceGetName"));
    const auto version = reinterpret_cast<Count>(dlsym(library, "cuDriverGetVersion"));
    int number = 0;
    if (!init || !count || !name || !version || init(0) != 0 || count(&number) != 0) return list;
    int driver = 0;
    version(&driver);
    for (int i = 0; i < number; ++i) {
        std::array<char, 256> text{};
        if (name(text.data(), static_cast<int>(text.size()) - 1, i) != 0) continue;
        list.push_back({Device{true, i}, text.data(), fmt::format("CUDA {}.{}", driver / 1000, driver % 1000 / 10)});
    }
    return list; // the driver's library stays open: it doesn't like to be closed
}

} // namespace

std::vector<DeviceInfo> devices() {
    std::vector<DeviceInfo> list{
        {Device{}, fmt::format("{}, {} cores", platform::cpu_model(), platform::cpu_count()), {}}};
    for (auto& device : cuda_devices()) list.push_back(std::move(device));
    return list;
}

Device parse_device(std::string_view text) {
    if (text == "cpu") return {};
    const auto known = devices();
    if (text == "auto") return known.size() > 1 ? known[1].device : Device{};
    std::vector<std::string> names;
    for (const auto& info : known) {
        names.push_back(info.device.name());
        if (info.device.name() == text || (text == "cuda" && info.device.cuda)) return info.device;
    }
    throw Error(fmt::format("there is no device '{}' on this machine", text),
                fmt::format("there is: {}, or auto", fmt::join(names, ", ")), ExitCode::usage);
}

Device device_named(std::string_view name) {
    Device device;
    if (name == device.name()) return device;
    constexpr std::string_view prefix = "cuda:";
    if (name.starts_with(prefix)) {
        const auto* const end = name.data() + name.size();
        const auto read = std::from_chars(name.data() + prefix.size(), end, device.index);
        device.cuda = read.ec == std::errc() && read.ptr == end && device.index >= 0;
    }
    if (!device.cuda)
        throw Error(fmt::format("'{}' is not the name of a device.", name), "Devices are cpu and cuda:N.");
    return device;
}

} // namespace orrery
