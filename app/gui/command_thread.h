// SPDX-License-Identifier: GPL-3.0-or-later
// The commands of the window, their undo and redo, and the thread that executes them one after the other.
#pragma once
#include "core/command.h"

#include <QObject>
#include <QStringList>
#include <QThread>

#include <functional>

namespace orrery::gui {

// A command that changed something: how it was executed, its line of Python, and the runs that it put into the queue.
struct Recorded {
    Invocation invocation;
    QString python;
    QStringList started;
};

// Made, filled and asked on the window's thread; commands execute on a thread of their own, since they may wait for the
// disk. A command that is about the window itself gets there with on_window_thread().
class CommandThread : public QObject {
    Q_OBJECT

public:
    explicit CommandThread(QObject* parent = nullptr);
    ~CommandThread() override;

    // Ends what was begun; nothing is executed any more. Events go on meanwhile, so whatever hears of this object must
    // still be whole.
    void finish();

    CommandSet& commands() { return commands_; }

    // Executes it after those that were asked for before. `then` is called on the window's thread if it succeeded;
    // failed() tells if it didn't.
    void execute(const Invocation& invocation, std::function<void(const Effect&)> then = {}, std::uint64_t group = 0);
    std::uint64_t new_group() { return ++groups_; } // of what one key undoes
    // The same of {"command","arguments"}, for whoever wants to hear of a failure himself: failed() doesn't tell then.
    using Answer = std::function<void(const Effect&, const QStringList& started)>;
    using Refusal = std::function<void(const QString& what, const QString& hint)>;
    void execute(const nlohmann::json& invocation, Answer then, Refusal otherwise);
    // On the thread of the commands, by one that is being executed: what it put into the queue.
    void note_started(const QStringList& runs) { started_ += runs; }
    void clear_history(); // another project is shown

    QString undo_title() const { return undo_title_; } // empty: nothing to undo
    QString redo_title() const { return redo_title_; }
    QStringList last_commands() const { return last_; } // at most 20 lines of Python, for reports

    // Calls `work` on the window's thread and waits for it; what it throws comes out here.
    void on_window_thread(const std::function<void()>& work);

Q_SIGNALS:
    void recorded(const QString& python, const orrery::gui::Recorded& whole); // each that changed something
    void done(const QString& sentence);
    // is_mistake: of whoever asked for it, not of the program
    void failed(const QString& command, const QString& what, const QString& hint, bool is_mistake);
    void titles_changed();

private:
    using Failure = std::function<void(const QString& what, const QString& hint, bool is_mistake)>;
    void perform(std::function<Invocation()> invocation, Answer then, Failure otherwise, std::uint64_t group = 0);
    void tell_titles();
    CommandSet commands_;
    History history_;
    QThread thread_;
    QObject* worker_;
    std::uint64_t groups_ = 0;
    QString undo_title_, redo_title_;
    QStringList last_, started_; // started_: by the command that is being executed
};

} // namespace orrery::gui
