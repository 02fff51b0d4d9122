// SPDX-License-Identifier: GPL-3.0-or-later
#include "views/graph/layout_worker.h"

#include "core/graph/edge_array.h"
#include "core/worker/worker.h"

namespace orrery::gui {

namespace {

std::vector<Place> places_of(const Array& array) {
    if (array.type() != DType::float32 || array.shape().size() != 2 || array.shape()[1] != 2) return {};
    const auto values = array.values<float>();
    std::vector<Place> places(values.size() / 2);
    for (std::size_t i = 0; i < places.size(); ++i)
        places[i] = {static_cast<double>(values[2 * i]), static_cast<double>(values[2 * i + 1])};
    return places;
}

} // namespace

LayoutWorker::LayoutWorker(QObject* parent) : QObject(parent) {}
LayoutWorker::~LayoutWorker() = default;

void LayoutWorker::set_project(const std::filesystem::path& folder) {
    if (folder == project_) return;
    stop();
    worker_.reset();
    project_ = folder;
}

int LayoutWorker::pid() const { return worker_ ? worker_->pid() : 0; }

void LayoutWorker::start(const DrawnGraph& graph, const QString& algorithm, std::uint64_t seed) {
    if (!is_possible()) return;
    if (!worker_) {
        WorkerOptions options;
        options.device = "cpu";
        options.project = project_;
        // Called on the worker's thread, and never after the worker is gone.
        worker_ = std::make_unique<Worker>(options, [this](const WorkerEvent& event) {
            QMetaObject::invokeMethod(this, [this, event] { heard(event); });
        });
    }
    WorkerRequest request;
    request.experiment = "graph.layout";
    request.seed = seed;
    request.parameters = {{"algorithm", algorithm.toStdString()}, {"nodes", graph.nodes}};
    request.inputs.emplace("edges", edge_array(graph.original->edges));
    nodes_ = static_cast<std::size_t>(graph.nodes);
    busy_ = true;
    request_ = worker_->request(std::move(request));
}

void LayoutWorker::stop() {
    if (!busy_) return;
    busy_ = false;
    request_ = 0;
    if (worker_) worker_->cancel();
    Q_EMIT ended({});
}

void LayoutWorker::heard(const WorkerEvent& event) {
    if (!busy_ || event.request != request_) return;
    using enum WorkerEvent::Kind;
    if (event.kind == frame && event.channel == "places") {
        if (auto places = places_of(event.frame.array); places.size() == nodes_) Q_EMIT placed(places);
    } else if (event.kind == failed) {
        busy_ = false;
        QString sentence = QString::fromStdString(event.error);
        if (!event.hint.empty()) sentence += QLatin1Char(' ') + QString::fromStdString(event.hint);
        Q_EMIT ended(sentence);
    } else if (event.kind == done || event.kind == cancelled) {
        busy_ = false;
        Q_EMIT ended({});
    }
}

} // namespace orrery::gui
