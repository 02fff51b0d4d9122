// SPDX-License-Identifier: BSD-3-Clause
// What the commands of several files are made of: their arguments, and the project that they are about.
#pragma once
#include "core/command.h"

#include <functional>
#include <string>
#include <string_view>

namespace orrery {

class Project;

// The open project, or null: then commands about it are disabled. It may be another one at every call.
using CurrentProject = std::function<Project*()>;

// Throws Error (usage) if there is none.
ORRERY_API Project& open_project(const CurrentProject& current);
// Why a command about it can't be executed, in a sentence; empty if it can. `writes`: it changes the project.
ORRERY_API std::string reason_against(const CurrentProject& current, bool writes);

ORRERY_API Field argument(std::string name, FieldType type, Value default_value, std::string help,
                          std::string kind = {});
ORRERY_API Field text_argument(std::string name, std::string help, std::string kind = {});
// Of a text argument; empty if it isn't given.
ORRERY_API std::string text_in(const Values& values, std::string_view name);

} // namespace orrery
