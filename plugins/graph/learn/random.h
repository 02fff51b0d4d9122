// SPDX-License-Identifier: BSD-3-Clause
// Random numbers for learning: streams that depend on a few numbers, and orders.
#pragma once
#include "gpu/jet/random.h"

#include <cstddef>
#include <cstdint>
#include <initializer_list>
#include <utility>
#include <vector>

namespace orrery::graph::learn {

using jet::RandomNumbers;

// A seed from several numbers, such as the run's seed, a fold and an epoch; each step is the mixing function of
// SplitMix64 (Steele, Lea and Flood, OOPSLA 2014).
inline std::uint64_t seed_of(std::initializer_list<std::uint64_t> numbers) {
    std::uint64_t state = 0;
    for (const std::uint64_t number : numbers) {
        state += number + 0x9e3779b97f4a7c15U;
        state = (state ^ (state >> 30U)) * 0xbf58476d1ce4e5b9U;
        state = (state ^ (state >> 27U)) * 0x94d049bb133111ebU;
        state ^= state >> 31U;
    }
    return state;
}

template <class T>
void shuffle(std::vector<T>& list, RandomNumbers& random) {
    for (std::size_t i = list.size(); i > 1; --i)
        std::swap(list[i - 1], list[static_cast<std::size_t>(random.uniform() * static_cast<double>(i))]);
}

} // namespace orrery::graph::learn
