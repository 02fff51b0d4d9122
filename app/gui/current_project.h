// SPDX-License-Identifier: GPL-3.0-or-later
// The project that commands are about now, for the threads that ask.
#pragma once
#include "app/gui/queue_thread.h"
#include "app/gui/snapshots.h"

#include <memory>
#include <mutex>

namespace orrery::gui {

struct ProjectHandles {
    std::shared_ptr<Project> writer; // none: no project is open, or it can only be read
    std::shared_ptr<QueueThread> queue;
    Catalogue catalogue;
    QString folder; // of the project, empty if none is open
};

// Thread-safe. What was got stays alive until it is let go.
class CurrentHandles {
public:
    ProjectHandles get() const {
        const std::lock_guard lock(mutex_);
        return handles_;
    }
    void set(ProjectHandles handles) {
        const std::lock_guard lock(mutex_);
        handles_ = std::move(handles);
    }

private:
    mutable std::mutex mutex_;
    ProjectHandles handles_;
};

} // namespace orrery::gui
