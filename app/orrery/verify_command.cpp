// SPDX-License-Identifier: BSD-3-Clause
// verify: whether a project is as it was written.
#include "app/orrery/commands.h"
#include "app/orrery/output.h"
#include "core/verify.h"

#include <memory>

namespace orrery::cli {
namespace {

struct Options {
    std::string project;
    bool json = false;
};

ExitCode run_verify(const Options& options) {
    const auto folder = project_path(options.project);
    const auto result = verify(folder);
    if (options.json) {
        nlohmann::json document{{"ok", result.ok()}, {"problems", nlohmann::json::array()}};
        for (const auto& [object, what] : result.problems)
            document["problems"].push_back({{"object", object}, {"what", what}});
        print_json(document);
    } else {
        for (const auto& [object, what] : result.problems) print_text(fmt::format("{}: {}", object, what));
        const auto read = fmt::format("{} artifact files, {:.1f} MB, {}", result.files,
                                      static_cast<double>(result.bytes) / 1e6, duration(result.seconds));
        print_text(result.ok() ? fmt::format("{} is whole ({})", folder.string(), read)
                               : fmt::format("{} is not as it was written: {} problem{} ({})", folder.string(),
                                             result.problems.size(), result.problems.size() == 1 ? "" : "s", read));
    }
    return result.ok() ? ExitCode::done : ExitCode::difference;
}

} // namespace

void add_verify(CLI::App& app, Action& action) {
    auto options = std::make_shared<Options>();
    auto* command = app.add_subcommand("verify", "Checks that a project is as it was written; names what isn't");
    command->add_option("--project", options->project, "Project")->type_name("DIR");
    command->add_flag("--json", options->json, "One JSON document on stdout");
    command->callback([&action, options] { action = [options] { return run_verify(*options); }; });
}

} // namespace orrery::cli
