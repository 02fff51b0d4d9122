// SPDX-License-Identifier: BSD-3-Clause
#include "app/python/jobs.h"

#include "core/platform/process_info.h"

#include <chrono>
#include <utility>

namespace orrery::python {

Jobs::Jobs(std::shared_ptr<Project> project) : project_(std::move(project)) {}

QueueThread& Jobs::queue() {
    const std::lock_guard lock(mutex_);
    if (queue_) return *queue_;
    QueueListener listener;
    listener.ended = [this](const EndedJob& job) {
        const std::lock_guard told(mutex_);
        ended_.insert_or_assign(job.run, job);
        news_.notify_all();
    };
    listener.hindered = [this](const std::string& sentence) {
        const std::lock_guard told(mutex_);
        hindrance_ = sentence;
    };
    listener.failed = [this](const Error& error) {
        const std::lock_guard told(mutex_);
        failure_ = error;
        news_.notify_all();
    };
    queue_ = std::make_unique<QueueThread>(project_, std::move(listener));
    return *queue_;
}

std::vector<std::string> Jobs::start(JobOrder order, const std::vector<nlohmann::json>& parameters) {
    const PluginCatalogue catalogue(plugin_path(project_->folder()));
    const auto found = catalogue.find(order.experiment);
    check_labels(order);
    std::vector<RunRequest> requests;
    for (const auto& object : parameters) {
        Problems problems; // callers have told them already: they ask for the complete values first
        order.parameters = found.experiment->schema.parse(object, problems);
        if (!problems.empty()) throw Error(problems.begin()->line(), {}, ExitCode::usage);
        requests.push_back(request_of(found, order, platform::command_line()));
    }
    const auto ids = queue().add(std::move(requests));
    const std::lock_guard lock(mutex_);
    started_.insert(ids.begin(), ids.end());
    return ids;
}

void Jobs::resume(const std::string& run) {
    {
        const std::lock_guard lock(mutex_);
        ended_.erase(run);
    }
    if (project_->run(run).status == Status::queued)
        queue().adopt(run);
    else
        queue().resume(run);
}

std::vector<EndedJob> Jobs::wait(const std::vector<std::string>& runs, int milliseconds) {
    std::unique_lock lock(mutex_);
    std::vector<EndedJob> told;
    news_.wait_for(lock, std::chrono::milliseconds(milliseconds), [&] {
        for (const auto& run : runs)
            if (const auto found = ended_.find(run); found != ended_.end()) {
                told.push_back(found->second);
                ended_.erase(found);
            }
        return failure_ || !told.empty();
    });
    if (failure_) throw *std::exchange(failure_, std::nullopt);
    return told;
}

std::vector<std::string> Jobs::leave() {
    std::unique_ptr<QueueThread> queue;
    {
        const std::lock_guard lock(mutex_);
        queue = std::move(queue_);
    }
    if (!queue) return {};
    queue.reset(); // without the lock: its thread may be about to report
    std::vector<std::string> waiting;
    for (const auto& run : project_->queue())
        if (started_.contains(run.id)) waiting.push_back(run.id);
    return waiting;
}

std::string Jobs::hindrance() {
    const std::lock_guard lock(mutex_);
    return hindrance_;
}

} // namespace orrery::python
