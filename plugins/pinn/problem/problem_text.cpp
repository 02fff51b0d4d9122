// SPDX-License-Identifier: BSD-3-Clause
// A problem as a TOML text.
#include "plugins/pinn/problem/problem_file.h"

#include <fmt/format.h>
#include <fmt/ranges.h>
#include <nlohmann/json.hpp>

#include <algorithm>

namespace orrery::pinn {

namespace {

// JSON's escapes are TOML's, but for the one control character that JSON leaves as it is.
std::string quoted(const std::string& text) {
    const auto json = nlohmann::json(text).dump(-1, ' ', false, nlohmann::json::error_handler_t::replace);
    std::string result;
    for (const char c : json) result += c == '\x7f' ? "\\u007F" : std::string(1, c);
    return result;
}

std::string number(double value) {
    auto text = fmt::format("{}", value);
    if (text.find_first_of(".e") == std::string::npos) text += ".0";
    return text;
}

std::string key(const std::string& name) { return is_name(name) ? name : quoted(name); }

std::string joined(const std::vector<std::string>& parts) {
    return parts.size() == 1 ? parts[0] : fmt::format("[{}]", fmt::join(parts, ", "));
}

std::string line_of(const Condition& condition, const Problem& problem) {
    std::vector<std::string> parts;
    if (condition.data) parts.push_back("data = " + quoted(condition.data->file.string()));
    std::vector<std::string> places;
    for (const auto& face : condition.faces) {
        const auto& c = problem.coordinates[static_cast<std::size_t>(face.coordinate)];
        places.push_back(fmt::format("\"{} = {}\"", c.name, face.high ? c.high : c.low));
    }
    if (!places.empty()) parts.push_back("at = " + joined(places));
    for (const auto& s : condition.statements)
        parts.push_back(fmt::format("{} = {}", key(s.left_text), quoted(s.right_text)));
    if (condition.weight != 1) parts.push_back("weight = " + number(condition.weight));
    if (condition.hard) parts.push_back(fmt::format("hard = {}", *condition.hard));
    return fmt::format("{} = {{ {} }}\n", key(condition.name), fmt::join(parts, ", "));
}

std::string conditions_of(const Problem& problem) {
    std::string text;
    std::vector<std::string> periodic, taken;
    for (const auto& condition : problem.conditions) {
        text += line_of(condition, problem);
        taken.push_back(condition.name);
    }
    for (const auto& c : problem.coordinates)
        if (c.periodic) periodic.push_back("\"" + c.name + "\"");
    if (periodic.empty()) return text;
    std::string name = "box";
    while (std::count(taken.begin(), taken.end(), name)) name += "_";
    return text + fmt::format("{} = {{ periodic = {} }}\n", name, joined(periodic));
}

} // namespace

std::string to_toml(const Problem& problem, const Reference& reference) {
    std::vector<std::string> unknowns;
    for (const auto& name : problem.unknowns) unknowns.push_back(quoted(name));
    std::string text = fmt::format("[problem]\nname = {}\nunknowns = [{}]\n\n[domain]\n", quoted(problem.name),
                                   fmt::join(unknowns, ", "));
    for (const auto& c : problem.coordinates)
        text += fmt::format("{} = [{}, {}]\n", c.name, number(c.low), number(c.high));
    if (!problem.parameters.empty()) text += "\n[parameters]\n";
    for (const auto& [name, value] : problem.parameters) text += fmt::format("{} = {}\n", name, number(value));
    text += "\n[equations]\n";
    for (const auto& equation : problem.equations)
        text += fmt::format("{} = {}\n", key(equation.name), quoted(equation.text));
    if (const auto conditions = conditions_of(problem); !conditions.empty()) text += "\n[conditions]\n" + conditions;
    if (reference.empty()) return text;
    text += "\n[reference]\n";
    if (!reference.file.empty())
        return text + fmt::format("file = {}\n", quoted(std::filesystem::absolute(reference.file).string()));
    for (std::size_t i = 0; i < reference.texts.size(); ++i)
        if (!reference.texts[i].empty())
            text += fmt::format("{} = {}\n", key(problem.unknowns[i]), quoted(reference.texts[i]));
    return text;
}

} // namespace orrery::pinn
