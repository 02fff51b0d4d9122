// SPDX-License-Identifier: GPL-3.0-or-later
// Reads graphs and lays them out for a first look, on a thread of its own; of several requests the newest wins.
#pragma once
#include "views/graph/drawn_graph.h"

#include <QObject>

#include <atomic>
#include <condition_variable>
#include <map>
#include <mutex>
#include <optional>
#include <thread>

namespace orrery::gui {

struct GraphSource {
    QString run, label, artifact; // label: of the run
    QString file, ending;         // the file's own name may have none
    bool operator==(const GraphSource&) const = default;
};

struct OpenedGraphs {
    GraphSource source;
    std::shared_ptr<const GraphSet> set; // null: see the problem
    QString problem;
};

class GraphReader : public QObject {
    Q_OBJECT
public:
    explicit GraphReader(QObject* parent = nullptr);
    ~GraphReader() override; // waits for the file that is being read

    // opened() tells. Files that were read before, and are among these again, aren't read twice.
    void open(const std::vector<GraphSource>& sources);
    // drawn() tells.
    void draw(const QString& key, const SharedGraph& original, const SharedGraph& augmented);

Q_SIGNALS:
    void opened(const std::vector<orrery::gui::OpenedGraphs>& opened);
    void drawn(const QString& key, const std::shared_ptr<const orrery::gui::DrawnGraph>& graph, const QString& problem);

private:
    struct Drawing {
        QString key;
        SharedGraph original, augmented;
    };
    void work();
    void read(const std::vector<GraphSource>& sources);
    void make(const Drawing& drawing);
    std::mutex mutex_;
    std::condition_variable wake_;
    std::atomic<bool> ending_ = false, newer_ = false; // newer_: what is being made isn't wanted any more
    std::optional<std::vector<GraphSource>> to_open_;
    std::optional<Drawing> to_draw_;
    std::map<QString, OpenedGraphs> known_; // by file; of the thread
    std::thread thread_;                    // last
};

} // namespace orrery::gui
