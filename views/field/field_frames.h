// SPDX-License-Identifier: GPL-3.0-or-later
// Makes grids of live frames on a thread of its own; of several frames of one channel the newest wins.
#pragma once
#include "views/field/field_grid.h"

#include <QObject>
#include <QString>

#include <condition_variable>
#include <map>
#include <mutex>
#include <thread>

namespace orrery::gui {

class FieldFrames : public QObject {
    Q_OBJECT
public:
    static constexpr std::size_t most_bytes = std::size_t{256} << 20; // of a frame

    explicit FieldFrames(QObject* parent = nullptr);
    ~FieldFrames() override; // waits for the frame that is being made

    void add(const QString& key, const Array& array, double step);
    void forget(const QString& key); // what was added isn't made any more, unless it is being made

Q_SIGNALS:
    void made(QString key, orrery::gui::Grid grid, double step, QString problem); // null grid: see the problem

private:
    struct Frame {
        Array array;
        double step = 0;
    };
    void work();
    std::mutex mutex_;
    std::condition_variable wake_;
    bool ending_ = false;
    std::map<QString, Frame> waiting_;
    std::thread thread_; // last
};

} // namespace orrery::gui
