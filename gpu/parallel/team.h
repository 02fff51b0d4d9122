// SPDX-License-Identifier: BSD-3-Clause
// A few threads that share loops of some tens of microseconds. The caller never waits for a thread that has not begun,
// so a busy machine costs little: an OpenMP loop waits at its end for threads that the system has not even scheduled.
#pragma once

#include "core/api.h"

#include <atomic>
#include <cstdint>
#include <memory>
#include <thread>
#include <vector>

namespace orrery {

class ORRERY_API Team {
public:
    // `threads` with the caller's own; at least 1.
    explicit Team(int threads);
    ~Team();
    Team(const Team&) = delete;
    Team& operator=(const Team&) = delete;

    int threads() const { return static_cast<int>(helpers_.size()) + 1; }

    // body(part) for each part in [0, parts), in any order, each once; from one thread at a time. The body must not
    // throw.
    template <class Body>
    void run(int parts, const Body& body) {
        run_all(
            parts, [](const void* context, int part) { (*static_cast<const Body*>(context))(part); }, &body);
    }

private:
    using Call = void (*)(const void*, int);
    void run_all(int parts, Call call, const void* context);
    void help();
    bool work(std::uint32_t generation);

    // Generation in the high half, next part in the low half: a part can be taken only of the present loop, and the
    // loop can't end while a part that was taken is unfinished, so call_ and context_ are valid wherever they are used.
    std::atomic<std::uint64_t> ticket_{0};
    std::atomic<std::uint32_t> generation_{0};
    std::atomic<std::uint64_t> parts_{0};
    std::atomic<int> finished_{0};
    std::atomic<bool> stop_{false};
    Call call_ = nullptr;
    const void* context_ = nullptr;
    std::vector<std::thread> helpers_;
};

// body(part) for each part, by the team or, without one, by the caller alone.
template <class Body>
void for_parts(const std::shared_ptr<Team>& team, int parts, const Body& body) {
    if (team) {
        team->run(parts, body);
    } else {
        for (int part = 0; part < parts; ++part) body(part);
    }
}

} // namespace orrery
