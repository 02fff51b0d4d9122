// SPDX-License-Identifier: BSD-3-Clause
// Projects of many runs for benchmarks, made in seconds: rows that are written past the core, as jobs would write them.
#pragma once
#include <cstdint>
#include <filesystem>
#include <string>
#include <vector>

namespace orrery::bench {

struct Filling {
    int runs = 0;
    int points = 0;      // of each of the first metrics, as many as `series`
    int series = 0;      // metrics that have points; all five have a last value
    int provenance = 30; // rows a run
};

// Done runs with 8 parameters, 5 metrics, 3 artifacts (rows alone, no files) and an input each. Returns their ids.
std::vector<std::string> fill_project(const std::filesystem::path& folder, const Filling& filling);

inline const std::vector<std::string> filled_metrics{"loss/total", "loss/residual", "loss/initial", "error/l2", "rms"};

} // namespace orrery::bench
