// SPDX-License-Identifier: BSD-3-Clause
// How close a repeated run came to the one that it repeats: bitwise, within the declared tolerance, or different.
#pragma once
#include "core/project.h"

#include <nlohmann/json.hpp>

#include <optional>
#include <string>
#include <vector>

namespace orrery {

enum class Verdict { bitwise, within_tolerance, differs };
ORRERY_API const char* name_of(Verdict verdict); // "bitwise", "within tolerance", "differs"

// A metric of both runs over all its steps, shown where it differs most.
struct ReproducedMetric {
    std::string key;
    std::int64_t step = 0;         // where |is - was| / |was| is largest; the last step if nothing differs
    std::optional<double> was, is; // none: not reported at this step
    double tolerance = 0;          // relative to |was|, from the declaration of the first run
    Verdict verdict = Verdict::bitwise;
};

struct ReproducedArtifact {
    std::string name;
    Verdict verdict = Verdict::bitwise;
    std::string what; // in words, where it isn't bitwise
};

struct ORRERY_API Reproduction {
    std::string run, reproduces; // the new run, and the one that it repeats
    Verdict verdict = Verdict::bitwise;
    std::vector<ReproducedMetric> metrics;
    std::vector<ReproducedArtifact> artifacts;
    // What was not the same: "threads: 2, now 1". Device kind, threads and versions among them keep the verdict from
    // "bitwise", since equal bits are an accident then.
    std::vector<std::string> conditions;

    // {"run","reproduces","verdict","metrics":[{"key","was","is","tolerance"}]} and, beyond what is fixed, "step" and
    // "verdict" of each metric, "artifacts", "conditions".
    nlohmann::json to_json() const;
};

// Compares every metric at every step, except those declared timing, and every artifact by its content: fields by grid,
// times and values (within the smallest tolerance above 0 that a metric declares, relative to the largest value of the
// field), all others byte by byte. Throws Error when a row or an artifact of either can't be read.
ORRERY_API Reproduction compare_repeated(const Project& project, const std::string& original,
                                         const std::string& repeated);

} // namespace orrery
