// SPDX-License-Identifier: BSD-3-Clause
// project info|compact|backup: what a project holds as a whole.
#include "app/orrery/commands.h"
#include "app/orrery/output.h"
#include "core/backup.h"
#include "core/project.h"

#include <map>
#include <memory>

namespace orrery::cli {
namespace {

struct Options {
    std::string project, file;
    bool json = false;
};

ExitCode info(const Options& options) {
    const auto project = Project::open(project_path(options.project), Access::read);
    const auto size = project.size();
    std::map<std::string, std::int64_t> by_status;
    for (const auto& row : project.runs()) ++by_status[name_of(row.status)];
    if (options.json) {
        print_json({{"project", project.folder().string()},
                    {"format", size.format},
                    {"notice", project.notice()},
                    {"runs", by_status},
                    {"removed", size.removed_runs},
                    {"events", size.events},
                    {"metric_points", size.points},
                    {"artifacts", size.artifacts},
                    {"files", {{"count", size.files}, {"bytes", size.file_bytes}}},
                    {"loose_files", {{"count", size.loose_files}, {"bytes", size.loose_bytes}}},
                    {"database_bytes", size.database_bytes}});
        return ExitCode::done;
    }
    print_text(fmt::format("{}  format {}", project.folder().string(), size.format));
    if (!project.notice().empty()) print_text(project.notice());
    std::vector<std::vector<std::string>> rows;
    for (const auto& [status, count] : by_status) rows.push_back({"runs " + status, fmt::format("{}", count)});
    rows.push_back({"runs removed", fmt::format("{}", size.removed_runs)});
    rows.push_back({"events", fmt::format("{}", size.events)});
    rows.push_back({"metric points", fmt::format("{}", size.points)});
    rows.push_back(
        {"artifacts", fmt::format("{} in {} files, {}", size.artifacts, size.files, size_text(size.file_bytes))});
    rows.push_back({"files that no run names", fmt::format("{}, {}", size.loose_files, size_text(size.loose_bytes))});
    rows.push_back({"database", size_text(size.database_bytes)});
    print_table({"what", "how much"}, rows);
    return ExitCode::done;
}

ExitCode compact(const Options& options) {
    auto project = Project::open(project_path(options.project), Access::write);
    const auto before = project.writable() ? project.size().database_bytes : 0;
    const auto done = project.compact();
    const auto after = project.size().database_bytes;
    if (options.json)
        print_json({{"runs", done.runs}, {"files", done.files}, {"bytes", done.bytes}, {"database_bytes", after}});
    else
        print_text(fmt::format("deleted {} removed runs and {} files ({}); the database went from {} to {}",
                               done.runs.size(), done.files, size_text(done.bytes), size_text(before),
                               size_text(after)));
    return ExitCode::done;
}

ExitCode backup(const Options& options) {
    const auto folder = project_path(options.project);
    Verification result;
    {
        const auto project = Project::open(folder, Access::read);
        result = back_up(project, options.file);
    }
    std::string not_logged;
    auto project = Project::open(folder, Access::write);
    if (project.writable())
        project.log_event("project.backup", "", {{"folder", std::filesystem::absolute(options.file).string()}});
    else
        not_logged = project.notice();
    if (options.json) {
        nlohmann::json document{{"backup", std::filesystem::absolute(options.file).string()},
                                {"ok", result.ok()},
                                {"files", result.files},
                                {"bytes", result.bytes},
                                {"logged", not_logged.empty()},
                                {"problems", nlohmann::json::array()}};
        for (const auto& [object, what] : result.problems)
            document["problems"].push_back({{"object", object}, {"what", what}});
        print_json(document);
    } else {
        for (const auto& [object, what] : result.problems) print_text(fmt::format("{}: {}", object, what));
        print_text(fmt::format("wrote {} ({} artifact files, {}, {}){}", options.file, result.files,
                               size_text(result.bytes), duration(result.seconds),
                               result.ok() ? "" : "; the project had been damaged before"));
        if (!not_logged.empty()) print_text("not logged: " + not_logged);
    }
    return result.ok() ? ExitCode::done : ExitCode::difference;
}

void add_common(CLI::App& command, Options& options) {
    command.add_option("--project", options.project, "Project")->type_name("DIR");
    command.add_flag("--json", options.json, "One JSON document on stdout");
}

} // namespace

void add_project(CLI::App& app, Action& action) {
    auto options = std::make_shared<Options>();
    auto* command = app.add_subcommand("project", "What a project holds; deleting removed runs; a backup");
    command->require_subcommand(1);
    auto* info_command = command->add_subcommand("info", "Counts, sizes and format");
    auto* compact_command =
        command->add_subcommand("compact", "Deletes removed runs and artifacts, and files that no run names: for good");
    auto* backup_command = command->add_subcommand("backup", "A complete copy, also while runs go on");
    for (auto* part : {info_command, compact_command, backup_command}) add_common(*part, *options);
    backup_command->add_option("file", options->file, "New folder NAME.orrery")->required()->type_name("FILE");
    info_command->callback([&action, options] { action = [options] { return info(*options); }; });
    compact_command->callback([&action, options] { action = [options] { return compact(*options); }; });
    backup_command->callback([&action, options] { action = [options] { return backup(*options); }; });
}

} // namespace orrery::cli
