// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/gui/command_thread.h"

#include <QEventLoop>

#include <exception>
#include <utility>

namespace orrery::gui {

namespace {

constexpr qsizetype reported_commands = 20;

} // namespace

CommandThread::CommandThread(QObject* parent) : QObject(parent), history_(commands_), worker_(new QObject) {
    add_history_commands(commands_, history_);
    commands_.listen([this](const Invocation& invocation, const std::string& python) {
        const Recorded whole{invocation, QString::fromStdString(python), started_};
        QMetaObject::invokeMethod(this, [this, whole] {
            last_ << whole.python;
            while (last_.size() > reported_commands) last_.removeFirst();
            Q_EMIT recorded(whole.python, whole);
        });
    });
    worker_->moveToThread(&thread_);
    connect(&thread_, &QThread::finished, worker_, &QObject::deleteLater);
    thread_.setObjectName(QStringLiteral("commands"));
    thread_.start();
}

CommandThread::~CommandThread() { finish(); }

void CommandThread::finish() {
    // The last command may still want something of the window.
    QEventLoop loop;
    connect(&thread_, &QThread::finished, &loop, &QEventLoop::quit);
    thread_.quit();
    if (!thread_.isFinished()) loop.exec(QEventLoop::ExcludeUserInputEvents);
    thread_.wait();
}

void CommandThread::execute(const Invocation& invocation, std::function<void(const Effect&)> then,
                            std::uint64_t group) {
    perform([invocation] { return invocation; },
            [then = std::move(then)](const Effect& effect, const QStringList&) {
                if (then) then(effect);
            },
            [this, id = invocation.command](const QString& what, const QString& hint, bool is_mistake) {
                Q_EMIT failed(QString::fromStdString(id), what, hint, is_mistake);
            },
            group);
}

void CommandThread::execute(const nlohmann::json& invocation, Answer then, Refusal otherwise) {
    perform(
        [this, invocation] { return commands_.checked(invocation); }, std::move(then),
        [otherwise = std::move(otherwise)](const QString& what, const QString& hint, bool) { otherwise(what, hint); });
}

void CommandThread::perform(std::function<Invocation()> make, Answer then, Failure otherwise, std::uint64_t group) {
    const auto work = [this, group, make = std::move(make), then = std::move(then), otherwise = std::move(otherwise)] {
        QString what, hint;
        Effect effect;
        bool ok = false, is_mistake = false;
        started_.clear();
        try {
            const auto invocation = make();
            // Undo and redo are no entries of the history.
            const bool history = invocation.command == "edit.undo" || invocation.command == "edit.redo";
            effect = history ? commands_.execute(invocation) : history_.execute(invocation, group);
            ok = true;
        } catch (const Error& error) {
            what = QString::fromUtf8(error.what());
            hint = QString::fromStdString(error.hint());
            is_mistake = error.code() == ExitCode::usage;
        } catch (const std::exception& error) {
            what = QString::fromUtf8(error.what());
        }
        tell_titles();
        QMetaObject::invokeMethod(this,
                                  [this, ok, is_mistake, effect, then, otherwise, what, hint, started = started_] {
                                      if (!ok) return otherwise(what, hint, is_mistake);
                                      if (!effect.done.empty()) Q_EMIT done(QString::fromStdString(effect.done));
                                      then(effect, started);
                                  });
    };
    QMetaObject::invokeMethod(worker_, work);
}

void CommandThread::clear_history() {
    QMetaObject::invokeMethod(worker_, [this] {
        history_.clear();
        tell_titles();
    });
}

void CommandThread::tell_titles() {
    const auto undo = QString::fromStdString(history_.undo_title());
    const auto redo = QString::fromStdString(history_.redo_title());
    QMetaObject::invokeMethod(this, [this, undo, redo] {
        if (undo == undo_title_ && redo == redo_title_) return;
        undo_title_ = undo;
        redo_title_ = redo;
        Q_EMIT titles_changed();
    });
}

void CommandThread::on_window_thread(const std::function<void()>& work) {
    if (QThread::currentThread() == thread()) return work();
    std::exception_ptr thrown;
    QMetaObject::invokeMethod(
        this,
        [&] {
            try {
                work();
            } catch (...) {
                thrown = std::current_exception();
            }
        },
        Qt::BlockingQueuedConnection);
    if (thrown) std::rethrow_exception(thrown);
}

} // namespace orrery::gui
