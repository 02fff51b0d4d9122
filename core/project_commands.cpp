// SPDX-License-Identifier: BSD-3-Clause
#include "core/project_commands.h"

#include "core/labels.h"
#include "core/project.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>

namespace orrery {

namespace {

// What all of these commands share: they are about a run of the open project.
class RunCommands {
public:
    RunCommands(CommandSet& commands, CurrentProject current) : commands_(commands), current_(std::move(current)) {}

    void add_all() {
        add_rename();
        add_note();
        add_tag();
        add_untag();
        add_removal();
        add_artifact_removal();
        add_priority();
    }

private:
    using Reason = std::function<std::string(const Project&, const RunRow&, const Values&)>;
    using Execute = std::function<Effect(Project&, const std::string& run, const Values&)>;

    // A command with the argument `run` first. `reason` is asked when the run is known and the project can be written.
    Command about_run(const std::string& name, std::string python, std::string title, std::string help, Reason reason,
                      Execute execute) const {
        Command command;
        command.id = "run." + name;
        command.python = std::move(python);
        command.title = std::move(title);
        command.help = std::move(help);
        command.arguments.fields.push_back(
            text_argument("run", "Id of the run, a unique prefix of it, or last", "run"));
        command.required = 1;
        command.resolve = [current = current_](Values& values) {
            values["run"] = open_project(current).find(text_in(values, "run"));
        };
        command.reason = [current = current_, reason = std::move(reason)](const Values& values) -> std::string {
            if (auto why = reason_against(current, true); !why.empty()) return why;
            const Project* project = current();
            const std::string run = text_in(values, "run");
            if (run.empty()) return "";
            try {
                const RunRow row = project->run(project->find(run));
                return reason ? reason(*project, row, values) : "";
            } catch (const Error& error) {
                return error.what();
            }
        };
        command.execute = [current = current_, execute = std::move(execute)](const Values& values) {
            return execute(open_project(current), text_in(values, "run"), values);
        };
        command.suggest = [current = current_](std::string_view argument, std::string_view typed, const Values&) {
            return argument == "run" ? runs(current, typed, false) : std::vector<Suggestion>{};
        };
        return command;
    }

    static std::vector<Suggestion> runs(const CurrentProject& current, std::string_view typed, bool removed) {
        constexpr int most = 50;
        std::vector<Suggestion> found;
        if (const Project* project = current ? current() : nullptr)
            for (const auto& [id, name, experiment] : project->search(std::string(typed), most, removed))
                found.push_back({id, name.empty() ? experiment : name + ", " + experiment});
        return found;
    }

    void add_rename() {
        auto command = about_run("rename", "project.rename", "Rename run", "Gives a run another name, or none.",
                                 nullptr, [](Project& project, const std::string& run, const Values& values) {
                                     const auto was = project.set_name(run, text_in(values, "name"));
                                     if (!was) return unchanged("Run " + run + " has this name already.");
                                     return Effect{fmt::format("Run {} is named '{}'.", run, project.run(run).name),
                                                   true, Invocation{"run.rename", {{"run", run}, {"name", *was}}}};
                                 });
        command.arguments.fields.push_back(text_argument("name", "New name; empty for none"));
        command.required = 2;
        command.shortcut = "F2";
        commands_.add(std::move(command));
    }

    void add_note() {
        auto command = about_run("note", "project.note", "Edit note", "Replaces the note of a run by another text.",
                                 nullptr, [](Project& project, const std::string& run, const Values& values) {
                                     const auto was = project.set_note(run, text_in(values, "text"));
                                     if (!was) return unchanged("Run " + run + " has this note already.");
                                     return Effect{"The note of run " + run + " was changed.", true,
                                                   Invocation{"run.note", {{"run", run}, {"text", *was}}}};
                                 });
        command.arguments.fields.push_back(text_argument("text", "New note, of any number of lines; empty for none"));
        command.required = 2;
        commands_.add(std::move(command));
    }

    void add_tag() {
        auto command = about_run("tag", "project.tag", "Tag run", "Adds a tag to a run, a label to find it by.",
                                 nullptr, [](Project& project, const std::string& run, const Values& values) {
                                     const auto tag = text_in(values, "tag");
                                     if (!project.add_tag(run, tag))
                                         return unchanged(fmt::format("Run {} has the tag '{}' already.", run, tag));
                                     return Effect{fmt::format("Run {} has the tag '{}'.", run, tag), true,
                                                   Invocation{"run.untag", {{"run", run}, {"tag", tag}}}};
                                 });
        command.arguments.fields.push_back(text_argument("tag", "A new tag, or one that is in use", "tag"));
        command.required = 2;
        command.resolve = [resolve_run = command.resolve](Values& values) {
            values["tag"] = checked_tag(text_in(values, "tag"));
            resolve_run(values);
        };
        command.suggest = [current = current_](std::string_view argument, std::string_view typed, const Values&) {
            if (argument != "tag") return runs(current, typed, false);
            std::vector<Suggestion> tags;
            if (const Project* project = current ? current() : nullptr)
                for (const auto& [tag, count] : project->all_tags())
                    tags.push_back({tag, fmt::format("{} run{}", count, count == 1 ? "" : "s")});
            return tags;
        };
        commands_.add(std::move(command));
    }

    void add_untag() {
        const Reason reason = [](const Project&, const RunRow& row, const Values& values) -> std::string {
            if (row.tags.empty()) return "Run " + row.id + " has no tags.";
            const auto tag = text_in(values, "tag");
            if (tag.empty() || std::find(row.tags.begin(), row.tags.end(), tag) != row.tags.end()) return "";
            return fmt::format("Run {} has no tag '{}'; it has: {}.", row.id, tag, fmt::join(row.tags, ", "));
        };
        auto command = about_run("untag", "project.untag", "Remove tag", "Takes a tag off a run.", reason,
                                 [](Project& project, const std::string& run, const Values& values) {
                                     const auto tag = text_in(values, "tag");
                                     if (!project.remove_tag(run, tag))
                                         return unchanged(fmt::format("Run {} has no tag '{}'.", run, tag));
                                     return Effect{fmt::format("Run {} has no longer the tag '{}'.", run, tag), true,
                                                   Invocation{"run.tag", {{"run", run}, {"tag", tag}}}};
                                 });
        command.arguments.fields.push_back(text_argument("tag", "A tag that the run has", "tag"));
        command.required = 2;
        command.suggest = [current = current_](std::string_view argument, std::string_view typed,
                                               const Values& others) {
            if (argument != "tag") return runs(current, typed, false);
            std::vector<Suggestion> tags;
            const Project* project = current ? current() : nullptr;
            const auto run = text_in(others, "run");
            if (project && !run.empty())
                for (const auto& tag : project->tags(project->find(run))) tags.push_back({tag, ""});
            return tags;
        };
        commands_.add(std::move(command));
    }

    void add_removal() {
        const auto execute = [](bool removed) -> Execute {
            return [removed](Project& project, const std::string& run, const Values&) {
                const std::string word = removed ? "is removed" : "is in the lists again";
                if (!project.set_removed(run, removed)) return unchanged(fmt::format("Run {} {}.", run, word));
                return Effect{fmt::format("Run {} {}.", run, word), true,
                              Invocation{removed ? "run.restore" : "run.remove", {{"run", run}}}};
            };
        };
        auto remove = about_run(
            "remove", "project.remove", "Remove run", "Hides a run from the lists; nothing is deleted.",
            [](const Project&, const RunRow& row, const Values&) -> std::string {
                if (row.removed) return "Run " + row.id + " is removed already.";
                if (row.status == Status::running || row.status == Status::stopping || row.status == Status::queued)
                    return fmt::format("Run {} is {} and can't be removed.", row.id, name_of(row.status));
                return "";
            },
            execute(true));
        remove.shortcut = "Del";
        commands_.add(std::move(remove));
        auto restore = about_run(
            "restore", "project.restore", "Restore run", "Shows a removed run in the lists again.",
            [](const Project&, const RunRow& row, const Values&) -> std::string {
                return row.removed ? "" : "Run " + row.id + " is not removed.";
            },
            execute(false));
        restore.suggest = [current = current_](std::string_view, std::string_view typed, const Values&) {
            return runs(current, typed, true);
        };
        commands_.add(std::move(restore));
    }

    void add_artifact_removal() {
        const auto execute = [](bool removed) -> Execute {
            return [removed](Project& project, const std::string& run, const Values&) {
                std::int64_t bytes = 0;
                for (const auto& artifact : project.named_artifacts(run)) bytes += artifact.bytes;
                if (!project.set_artifacts_removed(run, removed))
                    return unchanged(
                        fmt::format("The artifacts of run {} {}.", run, removed ? "are removed" : "are there"));
                return Effect{
                    fmt::format("The artifacts of run {} ({:.1f} MB) {}.", run, static_cast<double>(bytes) / 1e6,
                                removed ? "are removed; compacting the project frees their room"
                                        : "are in the lists again"),
                    true, Invocation{removed ? "run.restore_artifacts" : "run.remove_artifacts", {{"run", run}}}};
            };
        };
        commands_.add(about_run(
            "remove_artifacts", "project.remove_artifacts", "Remove artifacts of run",
            "Removes what a run made, but not its parameters, metrics and provenance. Compacting the project then "
            "deletes the files; until then it can be undone.",
            [](const Project&, const RunRow& row, const Values&) -> std::string {
                if (row.artifacts_removed) return "The artifacts of run " + row.id + " are removed already.";
                if (row.artifacts.empty()) return "Run " + row.id + " made no artifacts.";
                if (row.status == Status::running || row.status == Status::stopping || row.status == Status::queued)
                    return fmt::format("Run {} is {}: its artifacts can't be removed.", row.id, name_of(row.status));
                return "";
            },
            execute(true)));
        commands_.add(about_run(
            "restore_artifacts", "project.restore_artifacts", "Restore artifacts of run",
            "Brings the removed artifacts of a run back, unless the project was compacted since.",
            [](const Project&, const RunRow& row, const Values&) -> std::string {
                return row.artifacts_removed ? "" : "The artifacts of run " + row.id + " are not removed.";
            },
            execute(false)));
    }

    void add_priority() {
        const Reason reason = [](const Project&, const RunRow& row, const Values&) -> std::string {
            if (row.status == Status::queued) return "";
            return fmt::format("Run {} is {}, not queued: a priority decides only who is next.", row.id,
                               name_of(row.status));
        };
        auto command =
            about_run("priority", "project.set_priority", "Set priority",
                      "Moves a queued run forward (higher) or back (lower) in the queue.", reason,
                      [](Project& project, const std::string& run, const Values& values) {
                          const auto priority = static_cast<int>(std::get<std::int64_t>(values.at("priority")));
                          const auto was = project.set_priority(run, priority);
                          if (!was) return unchanged(fmt::format("Run {} has the priority {} already.", run, priority));
                          return Effect{fmt::format("Run {} has the priority {}.", run, priority), true,
                                        Invocation{"run.priority", {{"run", run}, {"priority", std::int64_t{*was}}}}};
                      });
        Field field = argument("priority", FieldType::integer, std::int64_t{0},
                               "Higher is earlier; runs of one priority in the order in which they were made");
        field.min = -1000;
        field.max = 1000;
        command.arguments.fields.push_back(std::move(field));
        command.required = 2;
        commands_.add(std::move(command));
    }

    static Effect unchanged(std::string sentence) { return {std::move(sentence), false, std::nullopt}; }

    CommandSet& commands_;
    CurrentProject current_;
};

} // namespace

void add_project_commands(CommandSet& commands, CurrentProject current) {
    RunCommands(commands, std::move(current)).add_all();
}

} // namespace orrery
