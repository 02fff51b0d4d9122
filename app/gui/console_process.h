// SPDX-License-Identifier: GPL-3.0-or-later
// The child process in which Python runs, and its protocol (app/python/orrery/console.py): the window itself loads no
// Python.
#pragma once
#include "core/platform/child_output.h"
#include "core/platform/process.h"

#include <QElapsedTimer>
#include <QLocalServer>
#include <QLocalSocket>
#include <QObject>
#include <QSocketNotifier>
#include <QTemporaryDir>
#include <QTimer>

#include <nlohmann/json.hpp>

#include <memory>
#include <optional>
#include <vector>

namespace orrery::gui {

// Where an error happened; line and column from 1, 0: nowhere that could be shown.
struct ErrorPlace {
    QString file;
    int line = 0, column = 0;
};

class ConsoleProcess : public QObject {
    Q_OBJECT

public:
    enum class State { off, starting, idle, busy, ended };
    explicit ConsoleProcess(QObject* parent = nullptr);
    ~ConsoleProcess() override;

    State state() const { return state_; }
    void start(); // if it is off or has ended
    void restart();
    void interrupt();
    // What the child is greeted with: CommandSet::to_json, and the folder of the project that is shown, or nothing.
    void set_commands(const nlohmann::json& commands) { commands_ = commands; }
    void set_project(const QString& folder);

    // These start it if need be, and wait until it is ready. `file` and `line`: where the code is from.
    void execute(const QString& code, const QString& file = {}, int line = 1);
    void run_file(const QString& path, const std::optional<QString>& code = {}); // code: of a file that isn't saved
    // Answered by completions() and described() with the same code; not at all while something runs.
    void complete(const QString& code, int cursor);
    void describe(const QString& code, int cursor);
    void answer(int id, nlohmann::json content);
    int pid() const { return child_ ? child_->pid() : -1; }

Q_SIGNALS:
    void state_changed();
    void ready(const QString& python, const QString& notice);
    void printed(const QByteArray& output); // in portions that a view can keep up with
    void result(const QString& text);
    void error(const QString& text, const orrery::gui::ErrorPlace& place);
    void note(const QString& sentence);
    void done();                         // what was asked for last has come to its end
    void ended(const QString& sentence); // by itself: a crash, or os._exit
    void completions(const QString& code, int start, const QStringList& names);
    void described(const QString& code, const QString& text);
    // To be answered.
    void command_wanted(int id, const nlohmann::json& invocation);
    void status_wanted(int id, const QStringList& runs);

private:
    void launch();
    void connected();
    void send(nlohmann::json message);
    void read_messages();
    void handle(const nlohmann::json& message);
    void read_output(std::size_t most);
    void drain_output();
    void look_for_end();
    void forget_child();
    void set_state(State state);
    void begin(nlohmann::json message);

    State state_ = State::off;
    std::unique_ptr<QTemporaryDir> folder_; // of the socket: 0700
    std::unique_ptr<QLocalServer> server_;
    QLocalSocket* socket_ = nullptr;
    std::unique_ptr<platform::ChildProcess> child_;
    std::unique_ptr<platform::ChildOutput> output_;
    std::unique_ptr<QSocketNotifier> notifier_;
    std::vector<std::unique_ptr<platform::ChildProcess>> dying_; // to be waited for
    std::vector<nlohmann::json> unsent_;                         // until it is ready
    nlohmann::json commands_ = nlohmann::json::array();
    QString project_;
    QTimer end_timer_, output_timer_;
    QElapsedTimer since_start_;
    std::size_t portion_ = 16 * 1024;         // bytes of output that are read at once
    int next_ = 0, asked_ = 0, going_on_ = 0; // going_on_: executions without done
    QString asked_code_;
};

} // namespace orrery::gui
