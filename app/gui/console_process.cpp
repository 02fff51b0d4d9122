// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/gui/console_process.h"

#include "core/error.h"
#include "core/platform/machine.h"

#include <QDir>
#include <QFile>

#include <algorithm>
#include <utility>

namespace orrery::gui {

namespace {

constexpr int end_ms = 100;               // between two looks whether the child still lives
constexpr int output_ms = 25;             // between two portions of output: the view paints meanwhile
constexpr int quick_ms = 5, slow_ms = 15; // that a view takes for one of them: the next may be larger, or is smaller
constexpr std::size_t smallest_portion = 8 * 1024; // bytes
constexpr std::size_t whole_pipe = 256 * 1024;     // that can wait in it, and a little more
constexpr qint64 most_unread = 4 << 20;            // bytes of messages; the child keeps each far below
constexpr int patience_ms = 3000;                  // after an interrupt
constexpr int starting_ms = 60'000;                // a machine may be busy; then it is told that nothing comes

QString qstring(const nlohmann::json& message, const char* name) {
    return QString::fromStdString(message.value(name, std::string()));
}

// Python counts characters, Qt halves of some of them.
int characters(const QString& text, int place) { return static_cast<int>(text.left(place).toUcs4().size()); }

int place_of(const QString& text, int characters) {
    int place = 0;
    for (; characters > 0 && place < text.size(); --characters) place += text[place].isHighSurrogate() ? 2 : 1;
    return place;
}

} // namespace

ConsoleProcess::ConsoleProcess(QObject* parent) : QObject(parent) {
    end_timer_.setInterval(end_ms);
    connect(&end_timer_, &QTimer::timeout, this, &ConsoleProcess::look_for_end);
    output_timer_.setSingleShot(true);
    output_timer_.setInterval(output_ms);
    connect(&output_timer_, &QTimer::timeout, this, [this] {
        if (notifier_ && !output_->closed()) notifier_->setEnabled(true);
    });
}

ConsoleProcess::~ConsoleProcess() {
    disconnect();
    forget_child();
    for (const auto& child : dying_) {
        child->kill();
        child->wait(end_ms);
    }
}

void ConsoleProcess::set_state(State state) {
    if (state == state_) return;
    state_ = state;
    Q_EMIT state_changed();
}

// --- its life ---

void ConsoleProcess::start() {
    if (state_ != State::off && state_ != State::ended) return;
    try {
        launch();
        set_state(State::starting);
    } catch (const Error& error) {
        forget_child();
        unsent_.clear();
        set_state(State::ended);
        Q_EMIT ended(tr("Python can't be started: %1").arg(QString::fromUtf8(error.what())));
    }
}

void ConsoleProcess::launch() {
    forget_child();
    folder_ = std::make_unique<QTemporaryDir>(QDir::tempPath() + QStringLiteral("/orrery-XXXXXX"));
    server_ = std::make_unique<QLocalServer>();
    server_->setSocketOptions(QLocalServer::UserAccessOption);
    connect(server_.get(), &QLocalServer::newConnection, this, &ConsoleProcess::connected);
    const auto path = folder_->filePath(QStringLiteral("console"));
    if (!folder_->isValid() || !server_->listen(path))
        throw Error("no socket can be made in " + QDir::tempPath().toStdString() + ": " +
                    (folder_->isValid() ? server_->errorString() : folder_->errorString()).toStdString());
    output_ = std::make_unique<platform::ChildOutput>();
    platform::SpawnRequest spawn;
    spawn.program = platform::command_line_program();
    spawn.arguments = {"script", "--console", path.toStdString()};
    spawn.log = folder_->filePath(QStringLiteral("errors")).toStdString(); // until the child has taken its output over
    spawn.output = output_->writing_end();
    child_ = std::make_unique<platform::ChildProcess>(spawn);
    output_->close_writing_end();
    notifier_ = std::make_unique<QSocketNotifier>(output_->reading_end(), QSocketNotifier::Read);
    connect(notifier_.get(), &QSocketNotifier::activated, this, [this] {
        notifier_->setEnabled(false);
        QElapsedTimer clock;
        clock.start();
        read_output(portion_);
        const auto took = clock.elapsed();
        if (took < quick_ms) portion_ = std::min(2 * portion_, whole_pipe);
        if (took > slow_ms) portion_ = std::max(portion_ / 2, smallest_portion);
        output_timer_.start();
    });
    since_start_.start();
    end_timer_.start();
}

void ConsoleProcess::forget_child() {
    notifier_.reset();
    output_timer_.stop();
    if (socket_) {
        socket_->disconnect(this);
        socket_->abort();
        socket_->deleteLater();
        socket_ = nullptr;
    }
    server_.reset();
    output_.reset();
    if (child_) {
        child_->kill();
        dying_.push_back(std::move(child_));
    }
    folder_.reset();
    going_on_ = asked_ = 0;
}

void ConsoleProcess::restart() {
    forget_child();
    unsent_.clear();
    set_state(State::off);
    start();
}

void ConsoleProcess::interrupt() {
    if (!child_ || state_ != State::busy) return;
    platform::interrupt_child(child_->pid());
    QTimer::singleShot(patience_ms, this, [this, asked = next_, pid = child_->pid()] {
        if (state_ == State::busy && next_ == asked && child_->pid() == pid)
            Q_EMIT note(
                tr("It hasn't stopped yet: native code may not listen to an interrupt. Restart ends it by force; "
                   "its names are lost then."));
    });
}

void ConsoleProcess::look_for_end() {
    std::erase_if(dying_, [](const auto& child) { return child->wait(0).has_value(); });
    if (!child_) {
        if (dying_.empty()) end_timer_.stop();
        return;
    }
    const auto end = child_->wait(0);
    const bool silent = state_ == State::starting && since_start_.elapsed() > starting_ms;
    if (!end && !silent) return;
    drain_output();
    if (socket_) read_messages();
    QString sentence;
    if (silent)
        sentence = tr("Python doesn't answer.");
    else if (end->signal != 0)
        sentence = tr("Python ended by %1.").arg(QString::fromStdString(platform::signal_name(end->signal)));
    else
        sentence = tr("Python ended with exit code %1.").arg(end->exit_code);
    QFile errors(folder_->filePath(QStringLiteral("errors")));
    if (errors.open(QIODevice::ReadOnly))
        if (const auto text = QString::fromUtf8(errors.readAll()).trimmed(); !text.isEmpty())
            sentence += QLatin1Char('\n') + text;
    if (end) child_.reset();
    forget_child();
    unsent_.clear();
    set_state(State::ended);
    Q_EMIT ended(sentence);
}

// --- what goes to it ---

void ConsoleProcess::send(nlohmann::json message) {
    if (!socket_) return;
    auto line = message.dump(-1, ' ', false, nlohmann::json::error_handler_t::replace) + '\n';
    socket_->write(line.data(), static_cast<qint64>(line.size()));
}

void ConsoleProcess::begin(nlohmann::json message) {
    start();
    if (state_ == State::ended) return;
    message["id"] = ++next_;
    if (state_ == State::starting) {
        unsent_.push_back(std::move(message));
        return;
    }
    ++going_on_;
    send(std::move(message));
    set_state(State::busy);
}

void ConsoleProcess::execute(const QString& code, const QString& file, int line) {
    nlohmann::json message{{"type", "execute"}, {"code", code.toStdString()}, {"line", line}};
    if (!file.isEmpty()) message["name"] = file.toStdString();
    begin(std::move(message));
}

void ConsoleProcess::run_file(const QString& path, const std::optional<QString>& code) {
    nlohmann::json message{{"type", "run_file"}, {"path", path.toStdString()}};
    if (code) message["code"] = code->toStdString();
    begin(std::move(message));
}

void ConsoleProcess::complete(const QString& code, int cursor) {
    start();
    if (state_ != State::idle) return;
    asked_ = ++next_;
    asked_code_ = code;
    send({{"type", "complete"}, {"id", asked_}, {"code", code.toStdString()}, {"cursor", characters(code, cursor)}});
}

void ConsoleProcess::describe(const QString& code, int cursor) {
    if (state_ != State::idle) return;
    asked_ = ++next_;
    asked_code_ = code;
    send({{"type", "inspect"}, {"id", asked_}, {"code", code.toStdString()}, {"cursor", characters(code, cursor)}});
}

void ConsoleProcess::answer(int id, nlohmann::json content) {
    content["type"] = "answer";
    content["id"] = id;
    send(std::move(content));
}

void ConsoleProcess::set_project(const QString& folder) {
    if (folder == project_) return;
    project_ = folder;
    send({{"type", "project"},
          {"project", project_.isEmpty() ? nlohmann::json() : nlohmann::json(project_.toStdString())}});
}

// --- what comes from it ---

void ConsoleProcess::connected() {
    socket_ = server_->nextPendingConnection();
    server_->close(); // nobody else
    socket_->setReadBufferSize(most_unread);
    connect(socket_, &QLocalSocket::readyRead, this, &ConsoleProcess::read_messages);
    send({{"type", "hello"},
          {"commands", commands_},
          {"project", project_.isEmpty() ? nlohmann::json() : nlohmann::json(project_.toStdString())}});
}

void ConsoleProcess::read_messages() {
    while (socket_ && socket_->canReadLine()) {
        const auto line = socket_->readLine();
        try {
            handle(nlohmann::json::parse(line.begin(), line.end()));
        } catch (const nlohmann::json::exception&) {
            // Something in the child wrote to our socket: the next line may be whole again.
        }
    }
}

void ConsoleProcess::handle(const nlohmann::json& message) {
    const auto type = message.value("type", std::string());
    const int id = message.value("id", 0);
    if (type == "completions" || type == "inspected") {
        if (id != asked_) return;
        if (type == "inspected") return Q_EMIT described(asked_code_, qstring(message, "text"));
        QStringList names;
        for (const auto& name : message.at("items")) names << QString::fromStdString(name.get<std::string>());
        return Q_EMIT completions(asked_code_, place_of(asked_code_, message.at("start").get<int>()), names);
    }
    if (type == "command") return Q_EMIT command_wanted(id, message);
    if (type == "status") {
        QStringList runs;
        for (const auto& run : message.at("runs")) runs << QString::fromStdString(run.get<std::string>());
        return Q_EMIT status_wanted(id, runs);
    }
    drain_output(); // what was printed before
    if (type == "ready") {
        Q_EMIT ready(qstring(message, "python"), qstring(message, "notice"));
        set_state(State::idle);
        for (auto& waiting : std::exchange(unsent_, {})) begin(std::move(waiting));
    } else if (type == "result") {
        Q_EMIT result(qstring(message, "text"));
    } else if (type == "note") {
        Q_EMIT note(qstring(message, "text"));
    } else if (type == "error") {
        Q_EMIT error(qstring(message, "text"),
                     {qstring(message, "file"), message.value("line", 0), message.value("column", 0)});
    } else if (type == "done") {
        if (--going_on_ <= 0) set_state(State::idle);
        Q_EMIT done();
    }
}

void ConsoleProcess::read_output(std::size_t most) {
    const auto text = output_->read(most);
    if (!text.empty()) Q_EMIT printed(QByteArray::fromStdString(text));
    if (output_->closed() && notifier_) notifier_->setEnabled(false);
}

// All that is in the pipe now: it was there before the message that is to be shown after it.
void ConsoleProcess::drain_output() {
    if (output_) read_output(whole_pipe);
}

} // namespace orrery::gui
