// SPDX-License-Identifier: BSD-3-Clause
// completion: the script for the shell; and complete (internal), which it asks what can stand at the cursor. Everything
// is read from the parser itself, the plugin.json files and the ids in the project.
#include "app/orrery/commands.h"
#include "app/orrery/output.h"
#include "core/project.h"

#include <algorithm>
#include <charconv>
#include <memory>

namespace orrery::cli {
namespace {

constexpr const char* bash_script = R"bash(# Completion of orrery for bash:  source <(orrery completion bash)
_orrery() {
    local program="${COMP_WORDS[0]/#\~/$HOME}"
    mapfile -t COMPREPLY < <("$program" complete "$COMP_CWORD" "${COMP_WORDS[@]}" 2>/dev/null)
    # After "name=" and within a list of values the word goes on.
    if [[ ${#COMPREPLY[@]} -eq 1 && ${COMPREPLY[0]} == *= ]]; then
        compopt -o nospace 2>/dev/null
    fi
    return 0
}
complete -o bashdefault -o default -F _orrery orrery
)bash";

using Words = std::vector<std::string>;

// What the shell splits at "=" and ":" as one word again; the last is the one at the cursor.
struct Line {
    Words words;           // after the program's name
    std::string not_typed; // beginning of the last word that the shell doesn't count to it
};

Line joined(const Words& given, std::size_t cursor) {
    Line line;
    bool glue = false;
    for (std::size_t i = 1; i <= cursor; ++i) {
        const std::string word = i < given.size() ? given[i] : "";
        const bool separator = word == "=" || word == ":";
        if ((separator || glue) && !line.words.empty()) {
            // The separator itself is the word at the cursor, but the shell replaces only what follows it.
            if (i == cursor) line.not_typed = line.words.back() + (separator ? word : "");
            line.words.back() += word;
        } else {
            line.words.push_back(word);
        }
        glue = separator;
    }
    return line;
}

const CLI::Option* option_named(const CLI::App& command, const std::string& word) {
    return word.starts_with('-') ? command.get_option_no_throw(word) : nullptr;
}

bool takes_value(const CLI::Option* option) { return option && option->get_items_expected_max() > 0; }

// Whether the parameters of a sweep are lists.
bool is_sweep(const CLI::App& command) { return command.get_name() == "sweep"; }

Words values_of(const Field& field) {
    if (field.type == FieldType::choice) return field.choices;
    if (field.type == FieldType::boolean) return {"true", "false"};
    return {};
}

class Completer {
public:
    Completer(const CLI::App& app, Line line) : app_(app), line_(std::move(line)), word_(line_.words.back()) {}

    // Candidates for the last word, as the shell wants them.
    Words candidates() {
        while (line_.words.size() > 1 && line_.words.front() == "--safe") line_.words.erase(line_.words.begin());
        if (line_.words.size() == 1) {
            for (const auto* command : app_.get_subcommands({}))
                if (!command->get_group().empty()) add(command->get_name());
            return result();
        }
        for (const auto* command : app_.get_subcommands({}))
            if (command->get_name() == line_.words.front()) command_ = command;
        if (!command_) return {};
        read_words();
        if (awaits_)
            add_of_type(*awaits_);
        else if (word_.starts_with('-'))
            add_options();
        else
            add_positionals();
        return result();
    }

private:
    // Splits what stands before the cursor into positionals and options.
    void read_words() {
        for (std::size_t i = 1; i + 1 < line_.words.size(); ++i) {
            const auto& word = line_.words[i];
            const auto* option = option_named(*command_, word);
            if (!option) {
                if (constexpr std::string_view with = "--project="; word.starts_with(with))
                    project_ = word.substr(with.size());
                if (!word.starts_with('-')) positionals_.push_back(word);
            } else if (takes_value(option)) {
                if (i + 2 == line_.words.size()) {
                    awaits_ = option;
                } else {
                    if (word == "--project") project_ = line_.words[i + 1];
                    ++i;
                }
            }
        }
    }

    void add(const std::string& candidate) {
        if (candidate.starts_with(word_)) found_.push_back(candidate);
    }

    void add_options() {
        for (const auto* option : command_->get_options())
            if (!option->get_group().empty())
                for (const auto& name : option->get_lnames()) add("--" + name);
    }

    // The type name tells what an option or positional takes: "ID", "RUN", "DEVICE", or choices in braces.
    void add_of_type(const CLI::Option& option) {
        const auto type = option.get_type_name();
        if (type.starts_with("ID")) {
            const auto plugins = catalogue(project_path(project_));
            for (const auto& found : plugins.experiments()) add(found.experiment->id);
        } else if (type.starts_with("RUN")) {
            add("last");
            for (const auto& id : Project::open(project_path(project_), Access::read).ids(word_, 50)) add(id);
        } else if (type.starts_with("TAG")) {
            const auto project = Project::open(project_path(project_), Access::read);
            for (const auto& [tag, count] : project.all_tags()) add(tag);
        } else if (type.starts_with("DEVICE")) {
            for (const char* device : {"auto", "cpu", "cuda:0"}) add(device);
        } else if (option.check_lname("artifact") && !positionals_.empty()) {
            const auto project = Project::open(project_path(project_), Access::read);
            for (const auto& artifact : project.artifacts(project.find(positionals_.front()))) add(artifact.name);
        } else if (const auto brace = type.find('{'); brace != std::string::npos) {
            for (const auto& choice : CLI::detail::split(type.substr(brace + 1, type.rfind('}') - brace - 1), ','))
                add(choice);
        }
    }

    void add_positionals() {
        std::size_t before = positionals_.size();
        for (const auto* option : command_->get_options()) {
            if (!option->get_positional()) continue;
            const auto most = static_cast<std::size_t>(std::max(1, option->get_items_expected_max()));
            if (before >= most) {
                before -= most;
                continue;
            }
            option->get_name(true) == "parameters" ? add_parameters() : add_of_type(*option);
            return;
        }
    }

    // "name=" of what isn't given yet; after it, the choices.
    void add_parameters() {
        const auto plugins = catalogue(project_path(project_));
        const auto& schema = plugins.find(positionals_.front()).experiment->schema;
        const auto equals = word_.find('=');
        if (equals == std::string::npos) {
            const auto given = [&](const std::string& name) {
                return std::any_of(positionals_.begin(), positionals_.end(),
                                   [&](const std::string& word) { return word.starts_with(name + "="); });
            };
            for (const auto& field : schema.fields)
                if (!given(field.name)) add(field.name + "=");
            return;
        }
        const auto* field = schema.find(word_.substr(0, equals));
        if (!field) return;
        auto begin = word_.substr(0, equals + 1);
        if (const auto comma = word_.rfind(','); is_sweep(*command_) && comma != std::string::npos)
            begin = word_.substr(0, comma + 1);
        for (const auto& value : values_of(*field)) add(begin + value);
    }

    Words result() {
        for (auto& candidate : found_)
            if (candidate.starts_with(line_.not_typed)) candidate.erase(0, line_.not_typed.size());
        return std::move(found_);
    }

    const CLI::App& app_;
    Line line_;
    std::string word_;
    const CLI::App* command_ = nullptr;
    const CLI::Option* awaits_ = nullptr;
    Words positionals_, found_;
    std::string project_;
};

} // namespace

ExitCode complete(const CLI::App& app, const Words& arguments) {
    std::size_t cursor = 0;
    if (arguments.size() < 2) return ExitCode::usage;
    const auto& number = arguments.front();
    const auto read = std::from_chars(number.data(), number.data() + number.size(), cursor);
    if (read.ec != std::errc{} || cursor == 0 || cursor > arguments.size()) return ExitCode::usage;
    try {
        const Words words(arguments.begin() + 1, arguments.end());
        for (const auto& candidate : Completer(app, joined(words, cursor)).candidates()) print_text(candidate);
    } catch (const Error&) { // no such project or experiment: there is nothing to complete, and no place to say so
    }
    return ExitCode::done;
}

void add_completion(CLI::App& app, Action& action) {
    auto shell = std::make_shared<std::string>();
    auto* command = app.add_subcommand("completion", "Prints the completion script of a shell");
    command->add_option("shell", *shell, "bash")->required()->check(CLI::IsMember({"bash"}));
    command->callback([&action, shell] { // `shell` is written to while parsing: it must live as long
        action = [] {
            fmt::print("{}", bash_script);
            return ExitCode::done;
        };
    });
}

} // namespace orrery::cli
