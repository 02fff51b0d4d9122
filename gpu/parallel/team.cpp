// SPDX-License-Identifier: BSD-3-Clause
#include "gpu/parallel/team.h"

#include <chrono>

namespace orrery {

namespace {
constexpr std::uint64_t closed = 0xffffffffU; // more than any number of parts
// How long a thread looks for work before it sleeps: longer than what lies between two loops of an iteration.
constexpr auto patience = std::chrono::microseconds(200);

void pause() {
#if defined(__x86_64__)
    __builtin_ia32_pause();
#endif
}
} // namespace

Team::Team(int threads) {
    for (int i = 1; i < threads; ++i) helpers_.emplace_back([this] { help(); });
}

Team::~Team() {
    stop_ = true;
    ++generation_;
    generation_.notify_all();
    for (auto& helper : helpers_) helper.join();
}

void Team::run_all(int parts, Call call, const void* context) {
    if (helpers_.empty() || parts <= 1) {
        for (int part = 0; part < parts; ++part) call(context, part);
        return;
    }
    call_ = call;
    context_ = context;
    parts_ = static_cast<std::uint64_t>(parts);
    finished_ = 0;
    const std::uint32_t generation = generation_ + 1;
    ticket_ = static_cast<std::uint64_t>(generation) << 32U;
    generation_ = generation;
    generation_.notify_all();
    while (work(generation)) {
    }
    for (int spins = 0; finished_ < parts; ++spins) {
        if (spins < 2000) {
            pause();
        } else {
            std::this_thread::yield(); // a helper was taken off its core in the middle of a part
        }
    }
    ticket_ = static_cast<std::uint64_t>(generation) << 32U | closed; // before the next loop changes what parts mean
}

bool Team::work(std::uint32_t generation) {
    std::uint64_t seen = ticket_;
    do {
        if (seen >> 32U != generation || (seen & closed) >= parts_) return false;
    } while (!ticket_.compare_exchange_weak(seen, seen + 1));
    call_(context_, static_cast<int>(seen & closed));
    ++finished_;
    return true;
}

void Team::help() {
    std::uint32_t seen = 0;
    while (true) {
        const auto begin = std::chrono::steady_clock::now();
        while (generation_ == seen) {
            if (std::chrono::steady_clock::now() - begin > patience) {
                generation_.wait(seen);
            } else {
                pause();
            }
        }
        seen = generation_;
        if (stop_) return;
        while (work(seen)) {
        }
    }
}

} // namespace orrery
