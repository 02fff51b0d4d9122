// SPDX-License-Identifier: BSD-3-Clause
// Sweep axes, one a line; the first line says how points are taken: "grid", "random N" or "sobol N".
#include "core/sweep.h"
#include "tests/fuzz/sample_schema.h"
#include "tests/fuzz/target.h"

#include <set>
#include <sstream>

using namespace orrery;

FUZZ_TARGET(sweep) {
    std::istringstream in{std::string(fuzz::text_of_bytes(bytes))};
    SweepOptions options;
    std::string line;
    std::getline(in, line);
    if (line.starts_with("random")) options.sampling = Sampling::random;
    if (line.starts_with("sobol")) options.sampling = Sampling::sobol;
    if (options.sampling != Sampling::grid)
        options.count = std::atoll(line.c_str() + line.find_last_not_of("-0123456789") + 1);
    std::vector<std::string> assignments;
    while (std::getline(in, line)) assignments.push_back(line);
    Problems problems;
    const auto sweep = parse_sweep(fuzz::sample_schema(), assignments, options, problems);
    fuzz::expect_sentences(problems, bytes.size());
    if (!problems.empty()) return;
    fuzz::expect(!sweep.points.empty() && sweep.points.size() <= most_sweep_points, "a sweep has 1 to 10,000 points");
    for (const auto& name : sweep.varied)
        fuzz::expect(fuzz::sample_schema().find(name), "what is varied is a parameter");
    for (const auto& point : sweep.points) fuzz::sample_schema().check(point, problems);
    fuzz::expect(problems.empty(), "every point of a sweep is accepted by the schema");
    fuzz::expect(std::set<Values>(sweep.points.begin(), sweep.points.end()).size() == sweep.points.size(),
                 "no two points are equal");
    fuzz::accept();
}
