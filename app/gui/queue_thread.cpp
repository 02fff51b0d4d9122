// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/gui/queue_thread.h"

#include <chrono>
#include <future>
#include <utility>

namespace orrery::gui {

namespace {

constexpr int poll_ms = 100;
constexpr int at_once = 256; // the cores and GPUs decide, through their slots

QStringList strings(const std::vector<std::string>& list) {
    QStringList texts;
    for (const auto& text : list) texts << QString::fromStdString(text);
    return texts;
}

} // namespace

QueueThread::QueueThread(std::shared_ptr<Project> project)
    : project_(std::move(project)), thread_([this](const std::stop_token& stop) { work(stop); }) {}

QueueThread::~QueueThread() {
    thread_.request_stop();
    thread_.join();
}

void QueueThread::post(std::function<void(Queue&)> task) {
    {
        const std::lock_guard lock(mutex_);
        tasks_.push_back(std::move(task));
    }
    posted_.notify_all();
}

template <class Work>
auto QueueThread::ask(Work work) {
    using Result = std::invoke_result_t<Work, Queue&>;
    const auto task = std::make_shared<std::packaged_task<Result(Queue&)>>(std::move(work));
    auto answer = task->get_future();
    post([task](Queue& queue) { (*task)(queue); });
    return answer.get();
}

std::vector<std::string> QueueThread::add(std::vector<RunRequest> requests) {
    return ask([&](Queue& queue) { return queue.add(requests); });
}

void QueueThread::adopt(std::string run) {
    ask([&](Queue& queue) { queue.adopt(run); });
}

void QueueThread::resume(std::string run) {
    ask([&](Queue& queue) { queue.resume(run); });
}

void QueueThread::work(const std::stop_token& stop) {
    QueueOptions options;
    options.at_once = at_once;
    Queue queue(*project_, options);
    QString told, failure;
    const auto take = [&] {
        std::unique_lock lock(mutex_);
        if (queue.idle() && !stop.stop_requested()) posted_.wait(lock, stop, [&] { return !tasks_.empty(); });
        return std::exchange(tasks_, {});
    };
    while (!stop.stop_requested()) {
        for (auto& task : take()) task(queue);
        try {
            for (const auto& job : queue.poll(poll_ms))
                Q_EMIT ended(QString::fromStdString(job.run), static_cast<int>(job.code), strings(job.refused));
            const auto sentence = QString::fromStdString(queue.hindrance());
            if (sentence != told) Q_EMIT hindered(told = sentence);
            failure.clear();
        } catch (const Error& error) {
            const auto what = QString::fromUtf8(error.what());
            if (what != failure) Q_EMIT failed(failure = what, QString::fromStdString(error.hint()));
            std::this_thread::sleep_for(std::chrono::seconds(1)); // a full disk stays full for a while
        }
    }
    for (auto& task : take()) task(queue); // nobody waits for an answer for ever
}

} // namespace orrery::gui
