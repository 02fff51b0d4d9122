// SPDX-License-Identifier: BSD-3-Clause
// The seam between DeviceEngine and what runs its launches: memory, copies, launches. C++17.
#pragma once
#include "gpu/jet/tile_views.h"

#include <cstddef>

namespace orrery::jet {

class Device {
public:
    virtual ~Device() = default;
    virtual void* allocate(std::size_t bytes) = 0; // aligned to 256 bytes, not initialised
    virtual void release(void* memory) = 0;
    virtual void upload(void* to, const void* from, std::size_t bytes) = 0;
    virtual void download(void* to, const void* from, std::size_t bytes) = 0; // after all work that was handed in
    // Bytes of fast memory that a block can have.
    virtual std::size_t block_bytes() const = 0;
    // Blocks that run at a time, each with so much fast memory: of the kernel in double precision or not.
    virtual int blocks_at_a_time(std::size_t bytes, bool float64) = 0;
    virtual void run(const Launch<float>& launch) = 0;
    virtual void run(const Launch<double>& launch) = 0;
};

} // namespace orrery::jet
