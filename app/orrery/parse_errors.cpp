// SPDX-License-Identifier: BSD-3-Clause
#include "app/orrery/parse_errors.h"

#include "core/schema.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <regex>
#include <vector>

namespace orrery::cli {
namespace {

std::vector<std::string> names_of(const std::vector<const CLI::App*>& commands) {
    std::vector<std::string> names;
    for (const auto* command : commands)
        if (!command->get_group().empty()) names.push_back(command->get_name());
    return names;
}

std::vector<std::string> subcommands_of(const CLI::App& app) {
    return names_of(app.get_subcommands([](const CLI::App*) { return true; }));
}

// The innermost command that was named.
const CLI::App& chosen(const CLI::App& app) {
    const auto parsed = app.get_subcommands();
    return parsed.empty() ? app : chosen(*parsed.front());
}

std::string path_of(const CLI::App& app) {
    return app.get_parent() ? path_of(*app.get_parent()) + " " + app.get_name() : app.get_name();
}

// What is left over: a word too many, or an option that isn't there.
std::string unexpected(const CLI::App& app, const CLI::App& command) {
    const auto left = app.remaining(true);
    const auto option = std::find_if(left.begin(), left.end(), [](const auto& w) { return w.starts_with('-'); });
    if (option == left.end())
        return fmt::format("'{}' is one argument too many for {}", left.empty() ? "" : left.front(), path_of(command));
    std::vector<std::string> known;
    for (const auto* one : command.get_options())
        if (!one->get_group().empty())
            for (const auto& name : one->get_lnames()) known.push_back("--" + name);
    const auto meant = did_you_mean(*option, known);
    return fmt::format("{} has no option {}{}", path_of(command), *option,
                       meant ? fmt::format("; did you mean {}?", *meant) : "");
}

// The parser's own sentences about values, in our words; as they are where they are of another form.
std::string of_value(const std::string& text) {
    std::smatch found;
    const auto matches = [&](const char* pattern) { return std::regex_match(text, found, std::regex(pattern)); };
    if (matches(R"(([^ ]+): (.*) not in \{(.*)\})"))
        return fmt::format("{} is '{}'; accepted: {}", found.str(1), found.str(2),
                           std::regex_replace(found.str(3), std::regex(","), ", "));
    if (matches(R"(([^ ]+): Value (.*) not in range \[?(.*?)(?: to | - )(.*?)\]?)"))
        return fmt::format("{} is '{}'; accepted: a number from {} to {}", found.str(1), found.str(2), found.str(3),
                           found.str(4));
    if (matches(R"(Could not convert: ([^ ]+) = (.*))"))
        return fmt::format("{} is '{}', which is no number", found.str(1), found.str(2));
    if (matches(R"((-[^ ]+): 1 required .* missing)")) return fmt::format("{} needs a value after it", found.str(1));
    if (matches(R"(([^ ]+): At Most (\d+) required but received (\d+))") ||
        matches(R"(([^ ]+): Expected at most (\d+) .*received (\d+).*)"))
        return fmt::format("at most {} '{}' can be given, not {}", found.str(2), found.str(1), found.str(3));
    if (matches(R"(([^ ]+) is required)"))
        return fmt::format("{} '{}' is missing", text.starts_with('-') ? "the option" : "the argument", found.str(1));
    return text;
}

} // namespace

Error explained(const CLI::App& app, const CLI::ParseError& error, const std::string& word) {
    const auto commands = subcommands_of(app);
    const std::string all = "orrery --help lists the commands";
    if (word.empty()) return Error("no command was given", all, ExitCode::usage);
    if (!word.starts_with('-') && std::find(commands.begin(), commands.end(), word) == commands.end()) {
        const auto meant = did_you_mean(word, commands);
        return Error(fmt::format("there is no command '{}'", word),
                     meant ? fmt::format("did you mean 'orrery {}'? {}", *meant, all) : all, ExitCode::usage);
    }
    const CLI::App& command = chosen(app);
    const std::string hint = &command == &app ? all : path_of(command) + " --help tells more";
    if (const auto parts = subcommands_of(command); !parts.empty() && &command != &app)
        return Error(fmt::format("{} needs one of: {}", path_of(command), fmt::join(parts, ", ")), hint,
                     ExitCode::usage);
    if (dynamic_cast<const CLI::ExtrasError*>(&error)) return Error(unexpected(app, command), hint, ExitCode::usage);
    if (&command == &app && word.starts_with('-') && dynamic_cast<const CLI::RequiredError*>(&error))
        return Error(fmt::format("there is no option {} before a command", word), all, ExitCode::usage);
    return Error(of_value(error.what()), hint, ExitCode::usage);
}

} // namespace orrery::cli
