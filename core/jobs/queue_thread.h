// SPDX-License-Identifier: BSD-3-Clause
// Starts the jobs of a project and sees them to their end, on a thread of its own: for programs that do something else
// meanwhile, as the window and Python.
#pragma once
#include "core/jobs/queue.h"

#include <condition_variable>
#include <functional>
#include <memory>
#include <mutex>
#include <string>
#include <thread>
#include <vector>

namespace orrery {

// Called on the thread of the queue. Any of them may be empty.
struct QueueListener {
    std::function<void(const EndedJob&)> ended;
    std::function<void(const std::string& sentence)> hindered; // why the next one doesn't begin; empty if it does
    std::function<void(const Error&)> failed;                  // a run could not be started: it is tried again
};

// Every function waits for the thread's answer, and throws Error as Queue does; any thread but its own may call it.
class ORRERY_API QueueThread {
public:
    QueueThread(std::shared_ptr<Project> project, QueueListener listener);
    // Jobs go on by themselves; what waits, waits on.
    ~QueueThread();
    QueueThread(const QueueThread&) = delete;
    QueueThread& operator=(const QueueThread&) = delete;

    std::vector<std::string> add(std::vector<RunRequest> requests);
    void adopt(const std::string& run);
    void resume(const std::string& run);

private:
    void work(const std::stop_token& stop);
    // Has the thread do it, and waits; what it throws comes out here.
    template <class Work>
    auto ask(Work work);

    std::shared_ptr<Project> project_;
    QueueListener listener_;
    std::mutex mutex_;
    std::condition_variable_any posted_;
    std::vector<std::function<void(Queue&)>> tasks_;
    std::jthread thread_; // last: it ends before the others are gone
};

} // namespace orrery
