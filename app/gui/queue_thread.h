// SPDX-License-Identifier: GPL-3.0-or-later
// The queue of the open project, with its news as signals.
#pragma once
#include "core/jobs/queue_thread.h"

#include <QObject>
#include <QStringList>

namespace orrery::gui {

// The functions of orrery::QueueThread: not to be called on the thread of the window, since they wait.
class QueueThread : public QObject {
    Q_OBJECT

public:
    explicit QueueThread(std::shared_ptr<Project> project);

    std::vector<std::string> add(std::vector<RunRequest> requests) { return queue_.add(std::move(requests)); }
    void adopt(const std::string& run) { queue_.adopt(run); }
    void resume(const std::string& run) { queue_.resume(run); }

Q_SIGNALS:
    // `refused`: why its parameters were; then the run is gone.
    void ended(const QString& run, int exit_code, const QStringList& refused);
    void hindered(const QString& sentence); // why the next one doesn't begin; empty if it does
    void failed(const QString& what, const QString& hint);

private:
    QueueListener listener();
    orrery::QueueThread queue_;
};

} // namespace orrery::gui
