// SPDX-License-Identifier: GPL-3.0-or-later
// The brush's computations outside of the window: asks the experiment graph.brush live, in a worker of its own that
// keeps the graph's decomposition and the classifier from one question to the next.
#pragma once
#include "views/graph/brush_stroke.h"
#include "views/graph/drawn_graph.h"

#include <QElapsedTimer>
#include <QObject>
#include <QStringList>

#include <cstdint>
#include <filesystem>
#include <map>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <vector>

namespace orrery {
class Worker;
struct WorkerEvent;
} // namespace orrery

namespace orrery::gui {

struct BrushQuestion {
    QString file, ending; // of graphs
    std::size_t graph = 0;
    BrushStroke stroke;
    QStringList models;   // the first that can read the graph is asked
    SharedGraph original; // what the changes are drawn over; null: nothing is drawn
    bool same_graph(const BrushQuestion& other) const {
        return file == other.file && ending == other.ending && graph == other.graph;
    }
    bool operator==(const BrushQuestion&) const = default;
};

struct BrushAnswer {
    struct Class {
        QString name;
        double before = 0, after = 0; // probabilities
    };
    BrushQuestion question;
    std::vector<double> eigenvalues, changed; // ascending; what became of each
    SharedGraph graph;                        // the changed one, nodes without attributes
    std::shared_ptr<DrawnGraph> drawn;        // both, without a key and places
    std::map<std::string, double> metrics;    // of graph.brush
    std::vector<Class> classes;               // empty: no prediction
    QString remark;                           // why not; empty where no model was given
    double milliseconds = 0;                  // from the question to here

    double metric(const std::string& key) const; // NaN if there is none
};

class BrushWorker : public QObject {
    Q_OBJECT
public:
    explicit BrushWorker(QObject* parent = nullptr);
    ~BrushWorker() override;

    // Whose plugins count; empty: nothing can be asked. Cancels what is at work.
    void set_project(const std::filesystem::path& folder);
    bool is_possible() const { return !project_.empty(); }
    bool is_busy() const { return at_work_.has_value(); }
    // Of several questions about the same graph the one at work is finished, so that pictures go on coming while a hand
    // moves, and then the newest is asked; those in between are left out. Another graph ends the one at work.
    void ask(const BrushQuestion& question);
    void stop();
    int pid() const; // of the child, 0 while there is none

Q_SIGNALS:
    void answered(const orrery::gui::BrushAnswer& answer);
    void failed(const QString& problem);

private:
    struct Gathered; // of the request at work, by the worker's thread
    void send(const BrushQuestion& question);
    void hear(const WorkerEvent& event); // on the worker's thread
    void take_answer(std::uint64_t request, BrushAnswer answer);
    void take_failure(std::uint64_t request, const QString& problem);
    void send_next();
    std::filesystem::path project_;
    std::optional<BrushQuestion> at_work_, next_;
    std::uint64_t request_ = 0;
    QElapsedTimer clock_;
    std::unique_ptr<Gathered> gathered_;
    std::mutex mutex_; // of what both threads need
    SharedGraph original_;
    std::unique_ptr<Worker> worker_; // last: no event comes after it is gone
};

} // namespace orrery::gui
