// SPDX-License-Identifier: BSD-3-Clause
// tag, note, remove, restore: through the same commands as the window and Python.
#include "app/orrery/commands.h"
#include "app/orrery/output.h"
#include "core/labels.h"
#include "core/project.h"
#include "core/project_commands.h"

#include <cstdio>
#include <memory>

namespace orrery::cli {
namespace {

struct Options {
    std::string run, project;
    std::vector<std::string> tags, unwanted;
    std::optional<std::string> text;
    bool json = false, artifacts = false;
};

// Executes commands on one run; all are checked before the first is executed.
class OnRun {
public:
    OnRun(const Options& options, Access access)
        : json_(options.json), project_(Project::open(project_path(options.project), access)),
          id_(project_.find(options.run)) {
        add_project_commands(commands_, [this] { return &project_; });
        commands_.listen([this](const Invocation&, const std::string& python) { lines_.push_back(python); });
    }
    OnRun(const OnRun&) = delete;

    const std::string& id() const { return id_; }
    RunRow row() const { return project_.run(id_); }

    void add(const std::string& command, const std::string& argument = {}, const std::string& value = {}) {
        Invocation invocation{command, {{"run", id_}}};
        if (!argument.empty()) invocation.arguments[argument] = value;
        invocation = commands_.checked(invocation);
        if (const auto reason = commands_.reason(command, invocation.arguments); !reason.empty())
            throw Error(reason, "Nothing was changed.", project_.writable() ? ExitCode::usage : ExitCode::failed);
        wanted_.push_back(std::move(invocation));
    }

    // Prints a sentence for each; with --json `document` and what changed.
    void execute(const std::function<nlohmann::json(const RunRow&)>& content) {
        std::vector<std::string> sentences;
        for (const auto& invocation : wanted_) sentences.push_back(commands_.execute(invocation).done);
        if (json_) {
            auto document = content(row());
            document["run"] = id_;
            document["changed"] = !lines_.empty();
            document["python"] = lines_;
            print_json(document);
        } else {
            for (const auto& sentence : sentences) print_text(sentence);
        }
    }

private:
    bool json_;
    Project project_;
    std::string id_;
    CommandSet commands_;
    std::vector<Invocation> wanted_;
    std::vector<std::string> lines_;
};

ExitCode tag(const Options& options) {
    const bool change = !options.tags.empty() || !options.unwanted.empty();
    OnRun run(options, change ? Access::write : Access::read);
    if (!change && !options.json) {
        for (const auto& name : run.row().tags) print_text(name);
        return ExitCode::done;
    }
    for (const auto& name : options.tags) run.add("run.tag", "tag", name);
    for (const auto& name : options.unwanted) run.add("run.untag", "tag", name);
    run.execute([](const RunRow& row) { return nlohmann::json{{"tags", row.tags}}; });
    return ExitCode::done;
}

std::string standard_input() {
    std::string text;
    char piece[4096];
    while (const auto got = std::fread(piece, 1, sizeof piece, stdin)) {
        text.append(piece, got);
        if (text.size() > 4 * longest_note) break; // too long anyway
    }
    return text;
}

ExitCode note(const Options& options) {
    OnRun run(options, options.text ? Access::write : Access::read);
    if (!options.text && !options.json) {
        if (const auto text = run.row().note; !text.empty()) print_text(text);
        return ExitCode::done;
    }
    if (options.text) run.add("run.note", "text", *options.text == "-" ? standard_input() : *options.text);
    run.execute([](const RunRow& row) { return nlohmann::json{{"note", row.note}}; });
    return ExitCode::done;
}

ExitCode set_removed(const Options& options, bool removed) {
    OnRun run(options, Access::write);
    const auto row = run.row();
    const std::string what = options.artifacts ? "artifacts of run" : "run";
    if ((options.artifacts ? row.artifacts_removed : row.removed) != removed) {
        run.add(std::string(removed ? "run.remove" : "run.restore") + (options.artifacts ? "_artifacts" : ""));
    } else if (!options.json) {
        print_text(fmt::format("{} {} {} {} already", what, run.id(), options.artifacts ? "were" : "was",
                               removed ? "removed" : "there"));
    }
    run.execute([](const RunRow& now) {
        return nlohmann::json{{"removed", now.removed}, {"artifacts_removed", now.artifacts_removed}};
    });
    if (removed && !options.json)
        print_text(fmt::format("`orrery restore {}{}` brings {} back.", run.id(),
                               options.artifacts ? " --artifacts" : "", options.artifacts ? "them" : "it"));
    return ExitCode::done;
}

void add_common(CLI::App& command, Options& options) {
    command.add_option("run", options.run, "Id, unique prefix of one, or last")->required()->type_name("RUN");
    command.add_option("--project", options.project, "Project")->type_name("DIR");
    command.add_flag("--json", options.json, "One JSON document on stdout");
}

void add_removal(CLI::App& app, Action& action, const char* name, const char* help, bool removed) {
    auto options = std::make_shared<Options>();
    auto* command = app.add_subcommand(name, help);
    add_common(*command, *options);
    command->add_flag("--artifacts", options->artifacts,
                      "Only the artifacts of the run; the rest of it stays as it is");
    command->callback([&action, options, removed] { action = [=] { return set_removed(*options, removed); }; });
}

} // namespace

void add_removal(CLI::App& app, Action& action) {
    add_removal(app, action, "remove", "Hides a run from lists, or only its artifacts; nothing is deleted", true);
    add_removal(app, action, "restore", "Shows a removed run, or its artifacts, again", false);
}

void add_labels(CLI::App& app, Action& action) {
    auto tags = std::make_shared<Options>();
    auto* tag_command = app.add_subcommand("tag", "Adds tags to a run, takes some off, or prints those it has");
    add_common(*tag_command, *tags);
    tag_command->add_option("tags", tags->tags, "Tags to add")->type_name("TAG ...");
    tag_command->add_option("--remove", tags->unwanted, "Take this tag off (can be repeated)")
        ->allow_extra_args(false)
        ->multi_option_policy(CLI::MultiOptionPolicy::TakeAll)
        ->type_name("TAG");
    tag_command->callback([&action, tags] { action = [tags] { return tag(*tags); }; });

    auto notes = std::make_shared<Options>();
    auto* note_command = app.add_subcommand("note", "Replaces the note of a run, or prints it");
    add_common(*note_command, *notes);
    note_command->add_option("text", notes->text, "New note; - reads it from standard input, '' deletes it")
        ->type_name("TEXT");
    note_command->callback([&action, notes] { action = [notes] { return note(*notes); }; });
}

} // namespace orrery::cli
