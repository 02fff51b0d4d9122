// SPDX-License-Identifier: BSD-3-Clause
#include "plugins/pinn/problem/builtin.h"

#include "core/schema.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <map>

namespace orrery::pinn {

namespace {

const std::map<std::string, std::string_view, std::less<>>& builtins() {
    static const std::map<std::string, std::string_view, std::less<>> texts = {
#include "plugins/pinn/problem/builtin_texts.inl"
    };
    return texts;
}

} // namespace

const std::vector<std::string>& builtin_names() {
    static const std::vector<std::string> names = [] {
        std::vector<std::string> list;
        for (const auto& [name, text] : builtins()) list.push_back(name);
        return list;
    }();
    return names;
}

bool is_builtin(std::string_view name) { return builtins().find(name) != builtins().end(); }

std::string_view builtin_text(std::string_view name) {
    if (const auto found = builtins().find(name); found != builtins().end()) return found->second;
    const auto meant = did_you_mean(name, builtin_names());
    throw Error(fmt::format("there is no problem '{}'", name.substr(0, 80)),
                meant ? fmt::format("did you mean '{}'?", *meant)
                      : fmt::format("built in are {}; or give a .toml file", fmt::join(builtin_names(), ", ")),
                ExitCode::usage);
}

ProblemFile problem_named(const std::string& name_or_file) {
    if (name_or_file.find_first_of("./") != std::string::npos) return read_problem(name_or_file);
    return parse_problem(builtin_text(name_or_file), {}, name_or_file);
}

} // namespace orrery::pinn
