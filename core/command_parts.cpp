// SPDX-License-Identifier: BSD-3-Clause
#include "core/command_parts.h"

#include "core/project.h"

#include <utility>

namespace orrery {

Project& open_project(const CurrentProject& current) {
    Project* project = current ? current() : nullptr;
    if (!project) throw Error("No project is open.", "", ExitCode::usage);
    return *project;
}

std::string reason_against(const CurrentProject& current, bool writes) {
    const Project* project = current ? current() : nullptr;
    if (!project) return "No project is open.";
    if (!writes || project->writable()) return "";
    return project->notice().empty() ? "The project is open for reading only." : project->notice();
}

Field argument(std::string name, FieldType type, Value default_value, std::string help, std::string kind) {
    Field field;
    field.name = std::move(name);
    field.type = type;
    field.default_value = std::move(default_value);
    field.help = std::move(help);
    field.kind = std::move(kind);
    return field;
}

Field text_argument(std::string name, std::string help, std::string kind) {
    return argument(std::move(name), FieldType::text, std::string(), std::move(help), std::move(kind));
}

std::string text_in(const Values& values, std::string_view name) {
    const auto found = values.find(name);
    const auto* text = found == values.end() ? nullptr : std::get_if<std::string>(&found->second);
    return text ? *text : "";
}

} // namespace orrery
