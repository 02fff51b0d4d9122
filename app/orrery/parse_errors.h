// SPDX-License-Identifier: BSD-3-Clause
// What was wrong with a command line, in one sentence of ours.
#pragma once
#include "core/error.h"

#include <CLI/CLI.hpp>

#include <string>

namespace orrery::cli {

// `word` is what was given as the command, or empty.
Error explained(const CLI::App& app, const CLI::ParseError& error, const std::string& word);

} // namespace orrery::cli
