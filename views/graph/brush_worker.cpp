// SPDX-License-Identifier: GPL-3.0-or-later
#include "views/graph/brush_worker.h"

#include "core/worker/worker.h"

#include <cmath>
#include <limits>

namespace orrery::gui {

namespace {

// Entries of a weighted graph below that are not drawn: they are most of them, and hardly seen.
constexpr double least_drawn = 0.02;

std::vector<double> numbers_of(const std::map<std::string, Array>& frames, const char* channel) {
    const auto found = frames.find(channel);
    if (found == frames.end() || found->second.type() != DType::float64) return {};
    const auto values = found->second.values<double>();
    return {values.begin(), values.end()};
}

SharedGraph graph_of(const std::map<std::string, Array>& frames, std::size_t nodes) {
    auto graph = std::make_shared<Graph>();
    graph->nodes = static_cast<std::int32_t>(nodes);
    const auto found = frames.find("edges");
    const auto weights = numbers_of(frames, "weights");
    std::vector<double> drawn;
    if (found != frames.end() && found->second.type() == DType::int32) {
        const auto ends = found->second.values<std::int32_t>();
        for (std::size_t e = 0; 2 * e + 1 < ends.size(); ++e) {
            if (e < weights.size() && !(std::abs(weights[e]) >= least_drawn)) continue;
            graph->edges.push_back({ends[2 * e], ends[2 * e + 1]});
            if (e < weights.size()) drawn.push_back(weights[e]);
        }
    }
    if (!weights.empty()) graph->edge.push_back({"weight", std::move(drawn)});
    return graph;
}

// Classes in the order in which the model has them.
std::vector<BrushAnswer::Class> classes_in(const std::vector<WorkerPoint>& points) {
    const std::string before = "probability/original/", after = "probability/augmented/";
    std::vector<BrushAnswer::Class> classes;
    for (const WorkerPoint& p : points) {
        if (p.key.starts_with(before))
            classes.push_back({QString::fromStdString(p.key.substr(before.size())), p.value, 0});
        if (p.key.starts_with(after) && !classes.empty()) classes.back().after = p.value;
    }
    return classes;
}

} // namespace

struct BrushWorker::Gathered {
    std::uint64_t request = 0;
    std::map<std::string, Array> frames;
    std::vector<WorkerPoint> points;
};

double BrushAnswer::metric(const std::string& key) const {
    const auto found = metrics.find(key);
    return found == metrics.end() ? std::numeric_limits<double>::quiet_NaN() : found->second;
}

BrushWorker::BrushWorker(QObject* parent) : QObject(parent), gathered_(std::make_unique<Gathered>()) {}
BrushWorker::~BrushWorker() = default;

void BrushWorker::set_project(const std::filesystem::path& folder) {
    if (folder == project_) return;
    stop();
    worker_.reset();
    project_ = folder;
}

int BrushWorker::pid() const { return worker_ ? worker_->pid() : 0; }

void BrushWorker::ask(const BrushQuestion& question) {
    if (!is_possible()) return;
    if (at_work_ && at_work_->same_graph(question)) {
        next_ = question;
        if (*next_ == *at_work_) next_.reset();
        return;
    }
    next_.reset();
    send(question);
}

void BrushWorker::send(const BrushQuestion& question) {
    if (!worker_) {
        WorkerOptions options;
        options.device = "cpu";
        options.project = project_;
        worker_ = std::make_unique<Worker>(options, [this](const WorkerEvent& event) { hear(event); });
    }
    WorkerRequest request;
    request.experiment = "graph.brush";
    request.seed = static_cast<std::uint64_t>(question.stroke.seed);
    request.parameters = question.stroke.parameters();
    request.parameters["input"] = question.file.toStdString();
    request.parameters["ending"] = question.ending.toStdString();
    request.parameters["graph"] = question.graph;
    request.parameters["model"] = question.models.join(QLatin1Char(';')).toStdString();
    request.parameters["artifacts"] = false;
    at_work_ = question;
    {
        const std::lock_guard lock(mutex_);
        original_ = question.original;
    }
    clock_.start();
    request_ = worker_->request(std::move(request));
}

void BrushWorker::stop() {
    next_.reset();
    if (!at_work_) return;
    at_work_.reset();
    request_ = 0;
    if (worker_) worker_->cancel();
}

void BrushWorker::hear(const WorkerEvent& event) {
    using enum WorkerEvent::Kind;
    Gathered& g = *gathered_;
    if (g.request != event.request) g = Gathered{event.request, {}, {}};
    if (event.kind == frame) {
        g.frames[event.channel] = event.frame.array;
    } else if (event.kind == metrics) {
        g.points.insert(g.points.end(), event.points.begin(), event.points.end());
    } else if (event.kind == failed) {
        QString sentence = QString::fromStdString(event.error);
        for (const Problem& problem : event.problems) sentence = QString::fromStdString(problem.line());
        if (!event.hint.empty() && event.problems.empty())
            sentence += QLatin1Char(' ') + QString::fromStdString(event.hint);
        QMetaObject::invokeMethod(this, [this, request = event.request, sentence] { take_failure(request, sentence); });
    } else if (event.kind == done) {
        BrushAnswer answer;
        answer.eigenvalues = numbers_of(g.frames, "eigenvalues");
        answer.changed = numbers_of(g.frames, "changed");
        answer.graph = graph_of(g.frames, answer.eigenvalues.size());
        SharedGraph original;
        {
            const std::lock_guard lock(mutex_);
            original = original_;
        }
        // Here, since it may take longer than the window may wait. Of another graph the answer isn't wanted any more.
        if (original && original->nodes == answer.graph->nodes)
            answer.drawn = std::make_shared<DrawnGraph>(draw_graph(original, answer.graph));
        for (const WorkerPoint& p : g.points) answer.metrics[p.key] = p.value;
        answer.classes = classes_in(g.points);
        if (const auto found = g.frames.find("remark");
            found != g.frames.end() && found->second.type() == DType::uint8) {
            const auto bytes = found->second.values<std::uint8_t>();
            answer.remark =
                QString::fromUtf8(reinterpret_cast<const char*>(bytes.data()), static_cast<qsizetype>(bytes.size()));
        }
        QMetaObject::invokeMethod(
            this, [this, request = event.request, answer = std::move(answer)] { take_answer(request, answer); });
    }
}

void BrushWorker::take_answer(std::uint64_t request, BrushAnswer answer) {
    if (!at_work_ || request != request_) return;
    answer.question = *std::exchange(at_work_, std::nullopt);
    answer.milliseconds = static_cast<double>(clock_.nsecsElapsed()) * 1e-6;
    send_next(); // before anybody draws: the worker needn't wait for that
    Q_EMIT answered(answer);
}

void BrushWorker::take_failure(std::uint64_t request, const QString& problem) {
    if (!at_work_ || request != request_) return;
    at_work_.reset();
    send_next();
    Q_EMIT failed(problem);
}

void BrushWorker::send_next() {
    if (const auto question = std::exchange(next_, std::nullopt)) send(*question);
}

} // namespace orrery::gui
