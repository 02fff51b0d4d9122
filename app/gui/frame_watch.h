// SPDX-License-Identifier: GPL-3.0-or-later
// Looks at the live frames of runs, on a thread of its own, and hands the newest to the window when it has drawn the
// last.
#pragma once
#include "core/live/frames.h"

#include <QObject>
#include <QString>

#include <atomic>
#include <memory>
#include <mutex>
#include <string>
#include <thread>
#include <vector>

namespace orrery::gui {

using SharedFrame = std::shared_ptr<const Frame>;

class FrameWatch : public QObject {
    Q_OBJECT

public:
    explicit FrameWatch(QObject* parent = nullptr);
    ~FrameWatch() override;

    void set_runs(std::vector<std::string> runs); // that go on; their two-dimensional frames are shown
    void shown();                                 // the window has drawn what it got: the next may come

Q_SIGNALS:
    void frame(const QString& run, const QString& channel, const orrery::gui::SharedFrame& frame);

private:
    void work(const std::stop_token& stop);
    std::mutex mutex_;
    std::vector<std::string> runs_;
    std::atomic<bool> changed_ = false;
    std::atomic<int> pending_ = 0;
    std::jthread thread_; // last
};

} // namespace orrery::gui
