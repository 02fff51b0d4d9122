// SPDX-License-Identifier: GPL-3.0-or-later
#include "views/graph/graph_reader.h"

#include "core/error.h"
#include "core/files/graph_file.h"
#include "views/graph/first_places.h"

namespace orrery::gui {

namespace {

QString sentence(const std::exception& error) {
    const auto* known = dynamic_cast<const Error*>(&error);
    const QString what = QString::fromUtf8(error.what());
    return known && !known->hint().empty() ? what + QLatin1Char(' ') + QString::fromStdString(known->hint()) : what;
}

} // namespace

GraphReader::GraphReader(QObject* parent) : QObject(parent), thread_([this] { work(); }) {}

GraphReader::~GraphReader() {
    {
        const std::lock_guard lock(mutex_);
        ending_ = true;
    }
    wake_.notify_all();
    thread_.join();
}

void GraphReader::open(const std::vector<GraphSource>& sources) {
    {
        const std::lock_guard lock(mutex_);
        to_open_ = sources;
        to_draw_.reset(); // of what was open before
        newer_ = true;
    }
    wake_.notify_all();
}

void GraphReader::draw(const QString& key, const SharedGraph& original, const SharedGraph& augmented) {
    {
        const std::lock_guard lock(mutex_);
        to_draw_ = Drawing{key, original, augmented};
        newer_ = true;
    }
    wake_.notify_all();
}

void GraphReader::work() {
    std::unique_lock lock(mutex_);
    while (true) {
        wake_.wait(lock, [this] { return ending_ || to_open_ || to_draw_; });
        if (ending_) return;
        newer_ = false;
        const auto sources = std::exchange(to_open_, std::nullopt);
        const auto drawing = sources ? std::nullopt : std::exchange(to_draw_, std::nullopt);
        lock.unlock();
        if (sources) read(*sources);
        if (drawing) make(*drawing);
        lock.lock();
    }
}

void GraphReader::read(const std::vector<GraphSource>& sources) {
    std::map<QString, OpenedGraphs> known;
    std::vector<OpenedGraphs> list;
    for (const GraphSource& source : sources) {
        if (newer_ || ending_) return;
        const auto before = known_.find(source.file);
        OpenedGraphs opened = before == known_.end() ? OpenedGraphs() : before->second;
        opened.source = source;
        if (!opened.set) {
            try {
                opened.set = std::make_shared<const GraphSet>(
                    read_graphs(source.file.toStdString(), source.ending.toStdString()));
                opened.problem.clear();
            } catch (const std::exception& error) {
                opened.problem = sentence(error);
            }
        }
        known[source.file] = opened;
        list.push_back(std::move(opened));
    }
    known_ = std::move(known);
    Q_EMIT this->opened(list); // queued: this object lives on another thread
}

void GraphReader::make(const Drawing& drawing) {
    std::shared_ptr<DrawnGraph> graph;
    QString problem;
    try {
        graph = std::make_shared<DrawnGraph>(draw_graph(drawing.original, drawing.augmented));
        graph->key = drawing.key;
        graph->places = places_of_file(*drawing.original);
        graph->placed = !graph->places.empty();
        if (!graph->placed)
            graph->places =
                first_places(drawing.original->nodes, drawing.original->edges, [this] { return newer_ || ending_; });
        if (graph->places.size() != static_cast<std::size_t>(graph->nodes)) return; // something else is wanted
    } catch (const std::exception& error) {
        graph.reset();
        problem = sentence(error);
    }
    Q_EMIT drawn(drawing.key, graph, problem);
}

} // namespace orrery::gui
