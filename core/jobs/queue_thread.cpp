// SPDX-License-Identifier: BSD-3-Clause
#include "core/jobs/queue_thread.h"

#include <chrono>
#include <future>
#include <limits>
#include <utility>

namespace orrery {

namespace {

constexpr int poll_ms = 100;

} // namespace

QueueThread::QueueThread(std::shared_ptr<Project> project, QueueListener listener)
    : project_(std::move(project)), listener_(std::move(listener)),
      thread_([this](const std::stop_token& stop) { work(stop); }) {}

QueueThread::~QueueThread() {
    thread_.request_stop();
    thread_.join();
}

template <class Work>
auto QueueThread::ask(Work work) {
    using Result = std::invoke_result_t<Work, Queue&>;
    const auto task = std::make_shared<std::packaged_task<Result(Queue&)>>(std::move(work));
    auto answer = task->get_future();
    {
        const std::lock_guard lock(mutex_);
        tasks_.push_back([task](Queue& queue) { (*task)(queue); });
    }
    posted_.notify_all();
    return answer.get();
}

std::vector<std::string> QueueThread::add(std::vector<RunRequest> requests) {
    return ask([&](Queue& queue) { return queue.add(requests); });
}

void QueueThread::adopt(const std::string& run) {
    ask([&](Queue& queue) { queue.adopt(run); });
}

void QueueThread::resume(const std::string& run) {
    ask([&](Queue& queue) { queue.resume(run); });
}

void QueueThread::work(const std::stop_token& stop) {
    QueueOptions options;
    options.at_once = std::numeric_limits<int>::max(); // cores and GPUs decide, through their slots
    options.share_slots = false;
    Queue queue(*project_, options);
    std::string told, failure;
    const auto take = [&] {
        std::unique_lock lock(mutex_);
        if (queue.idle() && !stop.stop_requested()) posted_.wait(lock, stop, [&] { return !tasks_.empty(); });
        return std::exchange(tasks_, {});
    };
    while (!stop.stop_requested()) {
        for (auto& task : take()) task(queue);
        try {
            for (const auto& job : queue.poll(poll_ms))
                if (listener_.ended) listener_.ended(job);
            if (queue.hindrance() != told) {
                told = queue.hindrance();
                if (listener_.hindered) listener_.hindered(told);
            }
            failure.clear();
        } catch (const Error& error) {
            if (error.what() != failure) {
                failure = error.what();
                if (listener_.failed) listener_.failed(error);
            }
            std::this_thread::sleep_for(std::chrono::seconds(1)); // a full disk stays full for a while
        }
    }
    for (auto& task : take()) task(queue); // nobody waits for an answer for ever
}

} // namespace orrery
