// SPDX-License-Identifier: BSD-3-Clause
#include "core/command.h"

#include <fmt/format.h>

#include <algorithm>
#include <cctype>

namespace orrery {

namespace {

bool is_name(std::string_view text) {
    const auto letter = [](char c) { return (c >= 'a' && c <= 'z') || c == '_'; };
    const auto digit = [](char c) { return c >= '0' && c <= '9'; };
    return !text.empty() && letter(text[0]) &&
           std::all_of(text.begin(), text.end(), [&](char c) { return letter(c) || digit(c); });
}

// "run.tag": two names of Python.
bool is_dotted(std::string_view text) {
    const auto dot = text.find('.');
    return dot != std::string_view::npos && is_name(text.substr(0, dot)) && is_name(text.substr(dot + 1));
}

std::string lower(std::string_view text) {
    std::string out(text);
    std::transform(out.begin(), out.end(), out.begin(),
                   [](unsigned char c) { return static_cast<char>(std::tolower(c)); });
    return out;
}

// How well `word` is found in `text` (both lower case); 0: not at all. Letters in a row and at the beginning of words
// count more.
int likeness(std::string_view word, std::string_view text) {
    if (const auto place = text.find(word); place != std::string_view::npos)
        return place == 0 || !std::isalnum(static_cast<unsigned char>(text[place - 1])) ? 1000 : 500;
    int score = 1;
    std::size_t next = 0;
    bool in_row = false;
    for (const char c : word) {
        const auto place = text.find(c, next);
        if (place == std::string_view::npos) return 0;
        in_row = in_row && place == next;
        const bool at_start = place == 0 || !std::isalnum(static_cast<unsigned char>(text[place - 1]));
        score += in_row || at_start ? 10 : 1;
        in_row = true;
        next = place + 1;
    }
    return score;
}

std::vector<std::string> words_of(std::string_view text) {
    std::vector<std::string> words(1);
    for (const char c : lower(text)) {
        if (c != ' ')
            words.back() += c;
        else if (!words.back().empty())
            words.emplace_back();
    }
    if (words.back().empty()) words.pop_back();
    return words;
}

// A sentence of the help counts only where its words stand in it as they are: scattered letters are found in any.
int likeness(const Command& command, const std::vector<std::string>& words) {
    int sum = 0;
    for (const auto& word : words) {
        const int title = 4 * likeness(word, lower(command.title)), id = 3 * likeness(word, lower(command.id));
        const int help = lower(command.help).find(word) != std::string::npos ? 100 : 0;
        const int best = std::max({title, id, help});
        if (best == 0) return 0;
        sum += best;
    }
    return sum;
}

[[noreturn]] void refuse(const Command& command, const Problems& problems) {
    std::string sentence = fmt::format("The command {} can't be executed with these arguments:", command.id);
    const char* separator = " ";
    for (const auto& problem : problems) {
        sentence += separator + problem.line();
        separator = "; ";
    }
    throw Error(sentence + ".", "", ExitCode::usage);
}

} // namespace

nlohmann::json Invocation::to_json() const { return {{"command", command}, {"arguments", json_of(arguments)}}; }

void CommandSet::add(Command command) {
    if (!is_dotted(command.id) || !is_dotted(command.python))
        throw Error(fmt::format("The command '{}' ('{}' in Python) has no name of the form group.action.", command.id,
                                command.python));
    if (!command.execute) throw Error("The command " + command.id + " does nothing.");
    if (command.required > command.arguments.fields.size())
        throw Error("The command " + command.id + " requires arguments that it doesn't have.");
    for (const auto& [id, other] : commands_)
        if (id == command.id || other.python == command.python)
            throw Error(fmt::format("There are two commands {} ({} in Python).", command.id, command.python));
    auto id = command.id;
    commands_.emplace(std::move(id), std::move(command));
}

const Command& CommandSet::at(std::string_view id) const {
    if (const auto found = commands_.find(id); found != commands_.end()) return found->second;
    std::vector<std::string> known;
    for (const auto& [name, command] : commands_) known.push_back(name);
    const auto meant = did_you_mean(id, known);
    throw Error(fmt::format("There is no command '{}'.", id), meant ? fmt::format("Did you mean '{}'?", *meant) : "",
                ExitCode::usage);
}

std::vector<const Command*> CommandSet::all() const {
    std::vector<const Command*> list;
    for (const auto& [id, command] : commands_) list.push_back(&command);
    return list;
}

std::vector<const Command*> CommandSet::search(std::string_view typed) const {
    const auto words = words_of(typed);
    if (words.empty()) return all();
    std::vector<std::pair<int, const Command*>> found;
    for (const auto& [id, command] : commands_)
        if (const int score = likeness(command, words)) found.emplace_back(score, &command);
    std::stable_sort(found.begin(), found.end(), [](const auto& a, const auto& b) { return a.first > b.first; });
    std::vector<const Command*> list;
    for (const auto& [score, command] : found) list.push_back(command);
    return list;
}

Invocation CommandSet::checked(const Invocation& invocation) const {
    const Command& command = at(invocation.command);
    Invocation complete = invocation;
    Problems problems;
    for (std::size_t i = 0; i < command.arguments.fields.size(); ++i) {
        const Field& field = command.arguments.fields[i];
        if (i >= command.required) complete.arguments.try_emplace(field.name, field.default_value);
        const auto given = complete.arguments.find(field.name);
        if (given == complete.arguments.end()) continue; // Schema::check tells
        if (const auto* text = std::get_if<std::string>(&given->second); text && !is_utf8(*text)) {
            problems.add(field.name, field.name + " is no valid UTF-8 text");
            *std::get_if<std::string>(&given->second) = "";
        }
    }
    if (!problems.empty()) refuse(command, problems);
    command.arguments.check(complete.arguments, problems);
    if (!problems.empty()) refuse(command, problems);
    if (command.resolve) command.resolve(complete.arguments);
    return complete;
}

Invocation CommandSet::checked(const nlohmann::json& json) const {
    if (!json.is_object() || !json.contains("command") || !json["command"].is_string())
        throw Error("A command is an object with \"command\" (its id) and \"arguments\".", "", ExitCode::usage);
    const auto given = json.value("arguments", nlohmann::json::object());
    Invocation invocation{json["command"].get<std::string>(), {}};
    const Command& command = at(invocation.command);
    Problems problems;
    const Values values = command.arguments.parse(given, problems);
    if (!problems.empty()) refuse(command, problems);
    for (const auto& [name, value] : values) // parse() fills in defaults, also where one must be given
        if (given.contains(name)) invocation.arguments[name] = value;
    return checked(invocation);
}

std::string CommandSet::reason(std::string_view id, const Values& arguments) const {
    const Command& command = at(id);
    return command.reason ? command.reason(arguments) : "";
}

std::vector<Suggestion> CommandSet::suggest(std::string_view id, std::string_view argument, std::string_view typed,
                                            const Values& others) const {
    const Command& command = at(id);
    const Field* field = command.arguments.find(argument);
    if (!field) return {};
    std::vector<Suggestion> all;
    if (field->type == FieldType::boolean) all = {{true, ""}, {false, ""}};
    for (const auto& choice : field->choices) all.push_back({choice, ""});
    if (command.suggest)
        for (auto& suggestion : command.suggest(argument, typed, others)) all.push_back(std::move(suggestion));
    const std::string word = lower(typed);
    std::vector<Suggestion> begin, hold;
    for (auto& suggestion : all) {
        const std::string text = lower(text_of(suggestion.value));
        if (text.starts_with(word))
            begin.push_back(std::move(suggestion));
        else if ((text + "\n" + lower(suggestion.about)).find(word) != std::string::npos)
            hold.push_back(std::move(suggestion));
    }
    std::move(hold.begin(), hold.end(), std::back_inserter(begin));
    return begin;
}

std::string CommandSet::python(const Invocation& invocation) const {
    const Command& command = at(invocation.command);
    if (command.python_line) return command.python_line(invocation.arguments);
    std::string call;
    for (std::size_t i = 0; i < command.arguments.fields.size(); ++i) {
        const Field& field = command.arguments.fields[i];
        const auto given = invocation.arguments.find(field.name);
        if (given == invocation.arguments.end()) continue;
        if (i >= command.required && given->second == field.default_value) continue;
        if (!call.empty()) call += ", ";
        if (i >= command.required) call += field.name + "=";
        call += python_literal(given->second);
    }
    return fmt::format("{}({})", command.python, call);
}

Effect CommandSet::execute(const Invocation& invocation) {
    const Command& command = at(invocation.command);
    const Invocation complete = checked(invocation);
    if (command.reason)
        if (const auto reason = command.reason(complete.arguments); !reason.empty())
            throw Error(reason, "", ExitCode::usage);
    Effect effect = command.execute(complete.arguments);
    if (!effect.changed) effect.inverse.reset();
    if (effect.changed && command.recorded) {
        const std::string line = python(complete);
        const auto listeners = listeners_; // one may add or forget others
        for (const auto& [number, listener] : listeners) listener(complete, line);
    }
    return effect;
}

int CommandSet::listen(Listener listener) {
    listeners_.emplace(next_listener_, std::move(listener));
    return next_listener_++;
}

void CommandSet::forget(int listener) { listeners_.erase(listener); }

nlohmann::json CommandSet::to_json() const {
    auto list = nlohmann::json::array();
    for (const auto& [id, command] : commands_)
        list.push_back({{"id", id},
                        {"title", command.title},
                        {"help", command.help},
                        {"python", command.python},
                        {"required", command.required},
                        {"shortcut", command.shortcut},
                        {"arguments", command.arguments.to_json()}});
    return list;
}

} // namespace orrery
