// SPDX-License-Identifier: BSD-3-Clause
// What generator texts can name: each with its parameters and the function behind it.
#pragma once
#include "plugins/graph/data/generator_text.h"

#include <functional>
#include <map>
#include <string>
#include <vector>

namespace orrery::graph {

// The values of a text, complete and within their ranges.
class GeneratorArguments {
public:
    std::map<std::string, std::vector<double>, std::less<>> values;
    std::uint64_t seed = 0;

    double number(std::string_view name) const { return values.find(name)->second.front(); }
    std::int32_t integer(std::string_view name) const { return static_cast<std::int32_t>(number(name)); }
    std::vector<std::int32_t> integers(std::string_view name) const {
        const auto& list = values.find(name)->second;
        return {list.begin(), list.end()};
    }
};

struct Generator {
    GeneratorDescription description;
    std::function<Graph(const GeneratorArguments&)> graph; // one of these two
    std::function<GraphSet(const GeneratorArguments&)> set;
};

const std::vector<Generator>& generator_table();

} // namespace orrery::graph
