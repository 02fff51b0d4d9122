// SPDX-License-Identifier: GPL-3.0-or-later
// Layouts computed outside of the window: asks the experiment graph.layout live, in a worker of its own.
#pragma once
#include "views/graph/drawn_graph.h"

#include <QObject>

#include <cstdint>
#include <filesystem>
#include <memory>
#include <vector>

namespace orrery {
class Worker;
struct WorkerEvent;
} // namespace orrery

namespace orrery::gui {

class LayoutWorker : public QObject {
    Q_OBJECT
public:
    explicit LayoutWorker(QObject* parent = nullptr);
    ~LayoutWorker() override;

    // Whose plugins count; empty: nothing can be laid out. Cancels what is at work.
    void set_project(const std::filesystem::path& folder);
    bool is_possible() const { return !project_.empty(); }
    bool is_busy() const { return busy_; }
    // Of the original graph. The newest request wins; the worker is started by the first one.
    void start(const DrawnGraph& graph, const QString& algorithm, std::uint64_t seed);
    void stop();     // places that came so far stay
    int pid() const; // of the child, 0 while there is none

Q_SIGNALS:
    void placed(const std::vector<orrery::gui::Place>& places); // while they are found, and at last
    void ended(const QString& problem);                         // empty: it is done, or was stopped

private:
    void heard(const WorkerEvent& event);
    std::filesystem::path project_;
    std::unique_ptr<Worker> worker_;
    std::uint64_t request_ = 0; // that is wanted
    std::size_t nodes_ = 0;
    bool busy_ = false;
};

} // namespace orrery::gui
