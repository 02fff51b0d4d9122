// SPDX-License-Identifier: BSD-3-Clause
#include "plugins/graph/data/generator_text.h"

#include "core/error.h"
#include "core/schema.h"
#include "plugins/graph/data/generator_table.h"
#include "plugins/graph/data/limits.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <charconv>
#include <cmath>
#include <set>

namespace orrery::graph {

namespace {

[[noreturn]] void refuse(const std::string& what, const std::string& hint = {}) {
    throw Error(what, hint, ExitCode::usage);
}

std::string_view trimmed(std::string_view text) {
    const std::size_t begin = text.find_first_not_of(" \t");
    if (begin == std::string_view::npos) return {};
    return text.substr(begin, text.find_last_not_of(" \t") + 1 - begin);
}

std::vector<std::string_view> split(std::string_view text, char by) {
    std::vector<std::string_view> parts;
    while (true) {
        const std::size_t end = text.find(by);
        parts.push_back(trimmed(text.substr(0, end)));
        if (end == std::string_view::npos) return parts;
        text.remove_prefix(end + 1);
    }
}

const Generator* find(std::string_view name) {
    const auto& table = generator_table();
    const auto found =
        std::find_if(table.begin(), table.end(), [&](const Generator& g) { return g.description.name == name; });
    return found == table.end() ? nullptr : &*found;
}

// The parameters of a generator's text: its own, and those that all have.
std::vector<GeneratorParameter> parameters_of(const Generator& generator) {
    std::vector<GeneratorParameter> all = generator.description.parameters;
    if (generator.description.random && generator.graph)
        all.push_back({"graphs", "how many to draw", "1", 1, 1e6, true, false});
    if (generator.description.random) all.push_back({"seed", "of the random numbers", "", 0, 0x1p53, true, false});
    return all;
}

double number(std::string_view text, const GeneratorParameter& parameter, std::string_view generator) {
    double value = 0;
    const auto read = std::from_chars(text.data(), text.data() + text.size(), value);
    const bool is_number = read.ec == std::errc() && read.ptr == text.data() + text.size() && std::isfinite(value);
    const bool is_integer = is_number && value == std::floor(value);
    if (!is_number || (parameter.integer && !is_integer) || value < parameter.min || value > parameter.max)
        refuse(fmt::format("{} = {} of {} ({}): give {} from {} to {}.", parameter.name, text, generator,
                           parameter.help, parameter.integer ? "an integer" : "a number", parameter.min,
                           parameter.max));
    return value;
}

std::vector<double> numbers(std::string_view text, const GeneratorParameter& parameter, std::string_view generator) {
    if (!parameter.list) return {number(text, parameter, generator)};
    std::vector<double> list;
    for (const std::string_view part : split(text, '+')) list.push_back(number(part, parameter, generator));
    return list;
}

struct Request {
    const Generator* generator = nullptr;
    GeneratorArguments arguments;
    std::int64_t graphs = 1;
};

// Reads `key=value` texts into the request's values.
void read_values(std::string_view list, const std::vector<GeneratorParameter>& parameters, Request& request) {
    const std::string& name = request.generator->description.name;
    std::vector<std::string> known;
    for (const auto& parameter : parameters) known.push_back(parameter.name);
    const std::string accepted = known.empty() ? "It has none." : fmt::format("It has {}.", fmt::join(known, ", "));
    std::set<std::string_view> given;
    for (const std::string_view assignment : split(list, ',')) {
        if (assignment.empty() && trimmed(list).empty()) break;
        const std::size_t equals = assignment.find('=');
        if (equals == std::string_view::npos)
            refuse(fmt::format("'{}' in the parameters of {} is no key=value.", assignment, name), accepted);
        const std::string_view key = trimmed(assignment.substr(0, equals)),
                               value = trimmed(assignment.substr(equals + 1));
        const auto found =
            std::find_if(parameters.begin(), parameters.end(), [&](const auto& p) { return p.name == key; });
        if (found == parameters.end())
            refuse(fmt::format("The generator {} has no parameter '{}'.", name, key), accepted);
        if (!given.insert(key).second) refuse(fmt::format("The parameter {} of {} is given twice.", key, name));
        request.arguments.values[found->name] = numbers(value, *found, name);
    }
}

Request read(std::string_view text, std::uint64_t seed) {
    text = trimmed(text);
    const std::size_t open = text.find('(');
    const std::string name(trimmed(text.substr(0, open)));
    Request request;
    request.generator = find(name);
    if (request.generator == nullptr) {
        std::vector<std::string> names;
        for (const Generator& g : generator_table()) names.push_back(g.description.name);
        const auto meant = did_you_mean(name, names);
        refuse(fmt::format("There is no generator '{}'.{}", name, meant ? " Did you mean " + *meant + "?" : ""),
               fmt::format("There are {}.", fmt::join(names, ", ")));
    }
    if (open != std::string_view::npos && text.back() != ')')
        refuse(fmt::format("The parameters of '{}' don't end with a closing bracket.", text),
               "Write it as " + request.generator->description.usage() + ".");
    const auto parameters = parameters_of(*request.generator);
    for (const auto& parameter : parameters) {
        if (!parameter.default_value.empty())
            request.arguments.values[parameter.name] = numbers(parameter.default_value, parameter, name);
    }
    if (open != std::string_view::npos) read_values(text.substr(open + 1, text.size() - open - 2), parameters, request);
    const auto& values = request.arguments.values;
    const bool seeded = values.count("seed") > 0;
    request.arguments.seed = seeded ? static_cast<std::uint64_t>(request.arguments.number("seed")) : seed;
    if (request.generator->graph && values.count("graphs") > 0)
        request.graphs = static_cast<std::int64_t>(request.arguments.number("graphs"));
    return request;
}

GraphSet made(const Request& request) {
    if (request.generator->set) return request.generator->set(request.arguments);
    GraphSet set{request.generator->description.name, {}};
    GeneratorArguments arguments = request.arguments;
    for (std::int64_t i = 0; i < request.graphs; ++i) {
        set.graphs.push_back(request.generator->graph(arguments));
        arguments.seed += 0x9e3779b97f4a7c15U; // the next graph of the set: far from what a person gives as a seed
    }
    return set;
}

} // namespace

std::string GeneratorDescription::usage() const {
    std::vector<std::string> parts;
    for (const auto& parameter : parameters) parts.push_back(parameter.name + "=" + parameter.default_value);
    if (random) parts.push_back("seed=0");
    return parts.empty() ? name : fmt::format("{}({})", name, fmt::join(parts, ","));
}

std::vector<GeneratorDescription> generators() {
    std::vector<GeneratorDescription> list;
    for (const Generator& generator : generator_table()) list.push_back(generator.description);
    return list;
}

bool is_generator(std::string_view name) { return find(name) != nullptr; }

GraphSet generated(std::string_view text, std::uint64_t seed) {
    const Request request = read(text, seed);
    try {
        return made(request);
    } catch (const Error& error) { // parameters that don't go together
        refuse(error.what(), error.hint());
    }
}

void check_generator(std::string_view text) { read(text, 0); }

} // namespace orrery::graph
