// SPDX-License-Identifier: GPL-3.0-or-later
#include "views/field/field_frames.h"

#include "core/error.h"

namespace orrery::gui {

FieldFrames::FieldFrames(QObject* parent) : QObject(parent), thread_([this] { work(); }) {}

FieldFrames::~FieldFrames() {
    {
        const std::lock_guard lock(mutex_);
        ending_ = true;
    }
    wake_.notify_all();
    thread_.join();
}

void FieldFrames::add(const QString& key, const Array& array, double step) {
    {
        const std::lock_guard lock(mutex_);
        waiting_[key] = {array, step};
    }
    wake_.notify_all();
}

void FieldFrames::forget(const QString& key) {
    const std::lock_guard lock(mutex_);
    waiting_.erase(key);
}

void FieldFrames::work() {
    std::unique_lock lock(mutex_);
    QString last; // channels take turns
    while (true) {
        wake_.wait(lock, [this] { return ending_ || !waiting_.empty(); });
        if (ending_) return;
        auto next = waiting_.upper_bound(last);
        if (next == waiting_.end()) next = waiting_.begin();
        const QString key = last = next->first;
        const Frame frame = std::move(next->second);
        waiting_.erase(next);
        lock.unlock();
        Grid grid;
        QString problem;
        try {
            if (frame.array.bytes() > most_bytes)
                throw Error("The live frame is larger than 256 MiB; show a coarser one.");
            grid = grid_of(frame.array);
        } catch (const std::exception& error) {
            problem = QString::fromUtf8(error.what());
        }
        Q_EMIT made(key, grid, frame.step, problem); // queued: this object lives on another thread
        lock.lock();
    }
}

} // namespace orrery::gui
