// SPDX-License-Identifier: BSD-3-Clause
// Which runs may compute at once: the cores and GPUs of this machine, shared out among all programs of the user.
#pragma once
#include "core/api.h"
#include "core/device.h"
#include "core/platform/file_lock.h"

#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace orrery {

// A run on the CPU takes a slot for each thread, of as many as there are cores; one on a GPU takes the GPU, or one of
// the $ORRERY_CUDA_SLOTS parts of it. A slot is a locked file in the runtime folder: the kernel frees it however its
// holder dies. A child that inherited the descriptors holds the slots, too.
class ORRERY_API Slots {
public:
    // All that are needed, or none. `holder` tells others who has them. Where no file can be locked at all there is
    // nothing to share: then nothing is taken, and it succeeds.
    static std::optional<Slots> try_take(const Device& device, int threads, std::string_view holder);
    // How many nobody has now.
    static int free(const Device& device);
    // Who has slots of the device now, as they named themselves; each once.
    static std::vector<std::string> holders(const Device& device);

    std::vector<int> descriptors() const;
    // The same slots for one more run.
    Slots share() const;

private:
    std::vector<FileLock> locks_;
};

// Threads of a run where nothing else was asked for, if `at_once` of them are to compute: cores / at_once, at least 1.
// 0: $ORRERY_CPU_SLOTS, else 1.
ORRERY_API int threads_for(int at_once = 0);

} // namespace orrery
