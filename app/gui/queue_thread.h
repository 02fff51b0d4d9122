// SPDX-License-Identifier: GPL-3.0-or-later
// Starts the jobs of a project and sees them to their end, on a thread of its own.
#pragma once
#include "core/queue.h"

#include <QObject>
#include <QStringList>

#include <condition_variable>
#include <functional>
#include <memory>
#include <mutex>
#include <string>
#include <thread>
#include <vector>

namespace orrery::gui {

// The first three may be called on any thread but the one of the window: they wait, and throw Error as Queue does.
class QueueThread : public QObject {
    Q_OBJECT

public:
    explicit QueueThread(std::shared_ptr<Project> project);
    // Jobs go on by themselves; what waits, waits on.
    ~QueueThread() override;

    std::vector<std::string> add(std::vector<RunRequest> requests);
    void adopt(std::string run);
    void resume(std::string run);

Q_SIGNALS:
    // `refused`: why its parameters were; then the run is gone.
    void ended(const QString& run, int exit_code, const QStringList& refused);
    void hindered(const QString& sentence); // why the next one doesn't begin; empty if it does
    void failed(const QString& what, const QString& hint);

private:
    void work(const std::stop_token& stop);
    void post(std::function<void(Queue&)> task);
    // Has the thread do it, and waits; what it throws comes out here.
    template <class Work>
    auto ask(Work work);
    std::shared_ptr<Project> project_;
    std::mutex mutex_;
    std::condition_variable_any posted_;
    std::vector<std::function<void(Queue&)>> tasks_;
    std::jthread thread_; // last: it ends before the others are gone
};

} // namespace orrery::gui
