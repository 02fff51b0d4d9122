// SPDX-License-Identifier: BSD-3-Clause
// Commands: named actions with declared arguments, the only way in which the window, the palette and Python change
// anything; and the history that undoes them.
//
//     CommandSet commands;
//     add_project_commands(commands, [&] { return &project; });       // core/project_commands.h
//     commands.listen([](const Invocation&, const std::string& python) { log(python); });
//     History history(commands);
//     history.execute({"run.tag", {{"run", "last"}, {"tag", "good"}}}); // logs: project.tag("k3f4rpa2bq", "good")
//     history.undo();                                                   // logs: project.untag("k3f4rpa2bq", "good")
#pragma once
#include "core/api.h"
#include "core/schema.h"

#include <nlohmann/json.hpp>

#include <cstddef>
#include <deque>
#include <functional>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace orrery {

// One use of a command. Arguments that aren't given have their defaults.
struct ORRERY_API Invocation {
    std::string command; // id
    Values arguments;
    bool operator==(const Invocation&) const = default;

    nlohmann::json to_json() const; // {"command","arguments"}: a line on the socket of the console
};

// What an execution did.
struct Effect {
    std::string done;                  // a sentence for the status line: "Run k3f4rpa2bq has the tag 'good'."
    bool changed = true;               // false: it was so already, and there is nothing to undo
    std::optional<Invocation> inverse; // nothing: it can't be undone
};

// A value that an argument could have: what is inserted, and a few words about it.
struct Suggestion {
    Value value;
    std::string about;
};

struct Command {
    std::string id;           // "run.tag": never changes once released
    std::string title;        // in menus and the palette: "Tag run"
    std::string help;         // one sentence, searched by the palette
    std::string python;       // name of the function in Python: "project.tag"; never changes once released
    Schema arguments;         // in the order of the Python function
    std::size_t required = 0; // so many of them, the first ones, have no default
    std::string shortcut;     // "Ctrl+Z", as Qt writes it, or empty
    bool recorded = true;     // false: no line of Python (undo: the inverse itself is recorded)

    // Puts names in full ("last" becomes an id), so that the line of Python means the same later. Throws Error (usage).
    std::function<void(Values&)> resolve;
    // Why it can't be executed now, as a sentence; empty if it can. Arguments may be missing: a menu asks before there
    // are any. Quick: asked for every menu that opens.
    std::function<std::string(const Values&)> reason;
    // Arguments are complete, checked and resolved. Throws Error; then nothing has changed.
    std::function<Effect(const Values&)> execute;
    // Its line of Python, where the function there has other arguments than the command; none: they are the same.
    std::function<std::string(const Values&)> python_line;
    // Values that the argument could have, given what is typed of it and the other arguments; more than fit are no
    // harm.
    std::function<std::vector<Suggestion>(std::string_view argument, std::string_view typed, const Values& others)>
        suggest;
};

// The commands of one program. One thread at a time; execute() may wait for the disk, so a window calls it elsewhere
// than on the thread that draws.
class ORRERY_API CommandSet {
public:
    // Throws Error if the id or Python name is taken, is none, or if the command can't be executed.
    void add(Command command);

    const Command& at(std::string_view id) const; // throws Error (usage) that suggests the nearest
    std::vector<const Command*> all() const;      // by id
    // Those whose title, id or help hold the letters of every word in this order; the best first. All if nothing is
    // typed.
    std::vector<const Command*> search(std::string_view typed) const;

    // Complete and checked arguments. Throws Error (usage) that names every problem.
    Invocation checked(const Invocation& invocation) const;
    // From {"command","arguments"}. Throws the same.
    Invocation checked(const nlohmann::json& json) const;
    // Why it can't be executed now, in a sentence; empty if it can. Arguments may be missing.
    std::string reason(std::string_view id, const Values& arguments = {}) const;
    // Suggestions for an argument that begin with what is typed, else that hold it; choices and true/false by
    // themselves. Empty where nothing can be said.
    std::vector<Suggestion> suggest(std::string_view id, std::string_view argument, std::string_view typed,
                                    const Values& others = {}) const;
    // The call in Python: required arguments by place, others by name and only where they differ from the default.
    std::string python(const Invocation& invocation) const;

    // Throws Error: unknown command, wrong arguments, the reason why it is disabled, or what went wrong.
    Effect execute(const Invocation& invocation);

    // Called after every execution that changed something, with the invocation as it was executed and its line of
    // Python. A listener may execute commands; it must not throw. Returns a number for forget().
    using Listener = std::function<void(const Invocation&, const std::string& python)>;
    int listen(Listener listener);
    void forget(int listener);

    // What Python needs to offer the commands: [{"id","title","help","python","required","shortcut","arguments"}]
    nlohmann::json to_json() const;

private:
    std::map<std::string, Command, std::less<>> commands_;
    std::map<int, Listener> listeners_;
    int next_listener_ = 0;
};

// Undo and redo: invocations and their inverses, the newest `limit`. Nothing is merged: one execution, one undo. What
// can't be undone is left out and doesn't keep earlier ones from being undone. The commands must outlive it; clear() it
// when another project is opened.
class ORRERY_API History {
public:
    explicit History(CommandSet& commands, std::size_t limit = 1000);

    // How window, palette and Python execute: so that it can be undone. A change makes what was undone final. Changes
    // of one group that follow each other are undone and redone together; 0: alone.
    Effect execute(const Invocation& invocation, std::uint64_t group = 0);

    // Title of what would be undone or redone; empty if there is nothing.
    std::string undo_title() const;
    std::string redo_title() const;
    // Execute the inverse as a command of its own: checked, logged. Throw Error (usage) if there is nothing, or if it
    // has become impossible, and then leave it out; with other errors (the database is busy) it can be tried again.
    Effect undo();
    Effect redo();
    void clear();

private:
    struct Entry {
        std::string title;
        Invocation invocation; // what takes it back, or does it again
        std::uint64_t group = 0;
    };
    Effect steps(std::deque<Entry>& from, std::deque<Entry>& to, const char* word);
    Effect step(std::deque<Entry>& from, std::deque<Entry>& to, const char* word);
    void push(std::deque<Entry>& entries, Entry entry) const;
    CommandSet& commands_;
    std::size_t limit_;
    std::deque<Entry> undo_, redo_;
};

// edit.undo and edit.redo, so that menus and Python find them among the others. `history` must outlive the commands.
ORRERY_API void add_history_commands(CommandSet& commands, History& history);

// A Python literal: True, 3, 0.1, float("inf"), "text" on one line whatever it holds.
ORRERY_API std::string python_literal(const Value& value);

} // namespace orrery
