// SPDX-License-Identifier: BSD-3-Clause
#include "core/command.h"

namespace orrery {

History::History(CommandSet& commands, std::size_t limit) : commands_(commands), limit_(limit) {}

void History::push(std::deque<Entry>& entries, Entry entry) const {
    entries.push_back(std::move(entry));
    if (entries.size() > limit_) entries.pop_front();
}

Effect History::execute(const Invocation& invocation, std::uint64_t group) {
    Effect effect = commands_.execute(invocation);
    if (!commands_.at(invocation.command).recorded) return effect; // undo itself
    if (effect.changed) redo_.clear();
    if (effect.inverse) push(undo_, {commands_.at(invocation.command).title, *effect.inverse, group});
    return effect;
}

std::string History::undo_title() const { return undo_.empty() ? "" : undo_.back().title; }
std::string History::redo_title() const { return redo_.empty() ? "" : redo_.back().title; }

Effect History::step(std::deque<Entry>& from, std::deque<Entry>& to, const char* word) {
    if (from.empty()) throw Error(std::string("There is nothing to ") + word + ".", "", ExitCode::usage);
    const Entry entry = from.back();
    try {
        Effect effect = commands_.execute(entry.invocation);
        from.pop_back();
        if (effect.inverse) push(to, {entry.title, *effect.inverse, entry.group});
        return effect;
    } catch (const Error& error) {
        if (error.code() != ExitCode::usage) throw;
        from.pop_back();
        throw Error("\"" + entry.title + "\" can't be " + (word[0] == 'u' ? "undone" : "redone") +
                        " any more: " + error.what(),
                    error.hint(), ExitCode::usage);
    }
}

Effect History::steps(std::deque<Entry>& from, std::deque<Entry>& to, const char* word) {
    const std::uint64_t group = from.empty() ? 0 : from.back().group;
    Effect effect = step(from, to, word);
    int count = 1;
    for (; group != 0 && !from.empty() && from.back().group == group; ++count) effect = step(from, to, word);
    if (count > 1) effect.done = std::to_string(count) + " changes were " + word + "ne.";
    return effect;
}

Effect History::undo() { return steps(undo_, redo_, "undo"); }
Effect History::redo() { return steps(redo_, undo_, "redo"); }

void History::clear() {
    undo_.clear();
    redo_.clear();
}

void add_history_commands(CommandSet& commands, History& history) {
    Command undo;
    undo.id = "edit.undo";
    undo.title = "Undo";
    undo.help = "Takes back the last change of names, notes, tags, drafts, layout or removal; never a run.";
    undo.python = "project.undo";
    undo.shortcut = "Ctrl+Z";
    undo.recorded = false;
    undo.reason = [&history](const Values&) {
        return history.undo_title().empty() ? std::string("There is nothing to undo.") : std::string();
    };
    undo.execute = [&history](const Values&) {
        Effect effect = history.undo();
        effect.inverse.reset(); // redo has it
        return effect;
    };
    Command redo = undo;
    redo.id = "edit.redo";
    redo.title = "Redo";
    redo.help = "Does again what was undone last.";
    redo.python = "project.redo";
    redo.shortcut = "Ctrl+Shift+Z";
    redo.reason = [&history](const Values&) {
        return history.redo_title().empty() ? std::string("There is nothing to redo.") : std::string();
    };
    redo.execute = [&history](const Values&) {
        Effect effect = history.redo();
        effect.inverse.reset();
        return effect;
    };
    commands.add(std::move(undo));
    commands.add(std::move(redo));
}

} // namespace orrery
