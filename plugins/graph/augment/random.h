// SPDX-License-Identifier: BSD-3-Clause
// The stream of random numbers that one augmentation of one graph draws from: the same on every machine, whatever
// thread draws.
#pragma once
#include "gpu/jet/random.h"

#include <algorithm>
#include <cstdint>
#include <numeric>
#include <vector>

namespace orrery::graph::augment {

class Random {
public:
    explicit Random(std::uint64_t seed) : numbers_(seed) {}
    // A stream of its own for each graph of a set and each copy of it.
    Random(std::uint64_t seed, std::uint64_t graph, std::uint64_t copy)
        : numbers_(mixed(mixed(mixed(seed) + graph) + copy)) {}

    double uniform() { return numbers_.uniform(); } // in [0, 1)
    double normal() { return numbers_.normal(); }
    bool chance(double probability) { return uniform() < probability; }
    // In [0, n), n > 0.
    std::size_t below(std::size_t n) {
        return std::min(n - 1, static_cast<std::size_t>(uniform() * static_cast<double>(n)));
    }
    // `count` different ones of [0, n), ascending: the first places of a shuffle.
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
    // The finaliser of SplitMix64 (Steele, Lea, Flood, OOPSLA 2014).
    static std::uint64_t mixed(std::uint64_t x) {
        x += 0x9e3779b97f4a7c15U;
        x = (x ^ (x >> 30U)) * 0xbf58476d1ce4e5b9U;
        x = (x ^ (x >> 27U)) * 0x94d049bb133111ebU;
        return x ^ (x >> 31U);
    }
    jet::RandomNumbers numbers_;
};

} // namespace orrery::graph::augment
