// SPDX-License-Identifier: BSD-3-Clause
// Generators by their text: "er(n=30,p=0.1,seed=1)".
#pragma once
#include "core/graph/graph.h"

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace orrery::graph {

struct GeneratorParameter {
    std::string name;
    std::string help;
    std::string default_value; // as text
    double min = 0, max = 0;
    bool integer = true;
    bool list = false; // several values joined by +
};

struct GeneratorDescription {
    std::string name;
    std::string help;
    bool random = false; // takes a seed; one that makes a single graph also takes graphs, how many to draw
    std::vector<GeneratorParameter> parameters;
    std::string usage() const; // "er(n=30,p=0.1,graphs=1,seed=0)": with the defaults
};

std::vector<GeneratorDescription> generators();
bool is_generator(std::string_view name);

// Parameters that the text leaves out have their defaults; `seed` counts where the text names none. A text without
// brackets has all defaults. Throws Error (wrong usage) that says what is wrong and what is accepted.
GraphSet generated(std::string_view text, std::uint64_t seed = 0);
// The same without making the graph: names, numbers and ranges alone.
void check_generator(std::string_view text);

} // namespace orrery::graph
