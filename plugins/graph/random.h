// SPDX-License-Identifier: BSD-3-Clause
// Random numbers of everything about graphs: the same on every machine for the same seed, whatever thread draws.
#pragma once
#include "gpu/jet/random.h"

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <initializer_list>
#include <numeric>
#include <utility>
#include <vector>

namespace orrery::graph {

// A seed from several numbers, such as the run's seed, a graph and a copy of it, or a fold and an epoch; each step is
// the mixing function of SplitMix64 (Steele, Lea and Flood, OOPSLA 2014).
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

// A stream of random numbers.
class Random {
public:
    explicit Random(std::uint64_t seed) : numbers_(seed) {}

    double uniform() { return numbers_.uniform(); } // in [0, 1)
    double normal() { return numbers_.normal(); }   // of mean 0 and variance 1
    bool chance(double probability) { return uniform() < probability; }

    // In [0, count), count > 0.
    template <class Integer>
    Integer below(Integer count) {
        return static_cast<Integer>(uniform() * static_cast<double>(count));
    }

    template <class T>
    void shuffle(std::vector<T>& list) {
        for (std::size_t i = list.size(); i > 1; --i) std::swap(list[i - 1], list[below(i)]);
    }

    // `count` different ones of [0, n), or all of them, ascending: the first places of a shuffle.
    std::vector<std::size_t> choose(std::size_t count, std::size_t n) {
        std::vector<std::size_t> all(n);
        std::iota(all.begin(), all.end(), std::size_t{0});
        count = std::min(count, n);
        for (std::size_t i = 0; i < count; ++i) std::swap(all[i], all[i + below(n - i)]);
        all.resize(count);
        std::sort(all.begin(), all.end());
        return all;
    }

private:
    jet::RandomNumbers numbers_;
};

} // namespace orrery::graph
