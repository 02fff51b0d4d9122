// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/gui/project_reader.h"

#include "core/files/field_file.h"
#include "core/plugins/python_plugin.h"
#include "views/plot/thinning.h"

#include <QFile>

#include <algorithm>
#include <bit>

namespace orrery::gui {

namespace {

constexpr int look_ms = 100;              // between two looks at the counter
constexpr std::int64_t list_ms = 200;     // between two readings of the list
constexpr std::int64_t alive_ms = 500;    // between two looks whether unfinished runs still live
constexpr std::int64_t plugins_ms = 1000; // between two looks at the folders of plugins
constexpr qint64 log_bytes = 1 << 20;

// Differs when a plugin comes, goes or is written again.
std::string stamp_of_plugins(const std::filesystem::path& project) {
    namespace fs = std::filesystem;
    std::string stamp;
    const auto add = [&](const fs::path& file) {
        std::error_code error;
        const auto written = fs::last_write_time(file, error).time_since_epoch().count();
        if (!error) stamp += file.string() + '@' + std::to_string(written) + '\n';
    };
    for (const auto& folder : plugin_path(project)) {
        std::error_code error;
        for (fs::directory_iterator it(folder.path, error), end; !error && it != end; it.increment(error))
            add(is_python_file(it->path()) ? it->path() : it->path() / "plugin.json");
    }
    return stamp;
}

} // namespace

void ProjectReader::open() {
    clock_.start();
    std::shared_ptr<Project> writer;
    ProjectFacts facts;
    try {
        auto project = Project::open(folder_, Access::create);
        facts.writable = project.writable();
        facts.notice = QString::fromStdString(project.notice());
        if (facts.writable) {
            writer = std::make_shared<Project>(std::move(project));
            project_ = Project::open(folder_, Access::read);
        } else {
            project_ = std::move(project);
        }
        facts.layout = project_->layout();
    } catch (const Error& error) {
        Q_EMIT failed(QString::fromUtf8(error.what()), QString::fromStdString(error.hint()));
        return;
    }
    Q_EMIT opened(facts, writer);
    scan_plugins();
    timer_ = std::make_unique<QTimer>();
    connect(timer_.get(), &QTimer::timeout, this, &ProjectReader::look);
    timer_->start(look_ms);
    look();
}

void ProjectReader::close() {
    timer_.reset();
    project_.reset();
}

void ProjectReader::scan_plugins() {
    plugins_ = stamp_of_plugins(folder_);
    Q_EMIT plugins_found(std::make_shared<PluginCatalogue>(plugin_path(folder_)));
}

void ProjectReader::look_at_plugins() {
    const auto now = clock_.elapsed();
    if (plugins_looked_ >= 0 && now - plugins_looked_ < plugins_ms) return;
    plugins_looked_ = now;
    if (stamp_of_plugins(folder_) != plugins_) scan_plugins();
}

void ProjectReader::look() {
    if (!project_) return;
    look_at_plugins();
    try {
        const bool in_place = project_->is_in_place();
        if (in_place != in_place_) Q_EMIT moved(in_place_ = in_place);
        const auto now = clock_.elapsed();
        const auto changes = project_->changes();
        const bool changed = changes != changes_;
        const bool due = changed && (looked_ < 0 || now - looked_ >= list_ms);
        const bool alive_due = !unfinished_.empty() && now - counted_ >= alive_ms;
        if (due || alive_due) {
            const bool told = read_runs();
            changes_ = changes;
            looked_ = counted_ = now;
            if (told) series_changed_ = true;
        }
        if (changed || series_changed_) read_series();
        told_trouble_.clear();
    } catch (const Error& error) {
        const auto what = QString::fromUtf8(error.what());
        if (what == told_trouble_) return;
        told_trouble_ = what;
        Q_EMIT trouble(what, QString::fromStdString(error.hint()));
    }
}

// The whole list only if it changed; else the rows of those that go on. True if something was told.
bool ProjectReader::read_runs() {
    const auto list = project_->list_changes();
    if (!runs_ || list != list_changes_) {
        runs_ = std::make_shared<const std::vector<RunRow>>(project_->runs());
        list_changes_ = list;
        place_.clear();
        unfinished_.clear();
        for (std::size_t i = 0; i < runs_->size(); ++i) {
            place_.emplace((*runs_)[i].id, i);
            if (goes_on((*runs_)[i].status)) unfinished_.insert((*runs_)[i].id);
        }
        Q_EMIT runs_changed(runs_);
        find_classifiers();
        // Saved by an event each, which the counter of the list counts, too.
        auto figures = project_->figures();
        const auto same = [](const FigureRow& a, const FigureRow& b) {
            return a.name == b.name && a.changed == b.changed && a.specification == b.specification;
        };
        if (!std::equal(figures.begin(), figures.end(), figures_.begin(), figures_.end(), same))
            Q_EMIT figures_changed(figures_ = std::move(figures));
        return true;
    }
    if (unfinished_.empty()) return false;
    auto rows = std::make_shared<std::vector<RunRow>>(*runs_);
    std::set<std::string> still;
    for (auto& row : project_->unfinished_runs()) {
        const auto place = place_.find(row.id);
        if (place == place_.end()) continue;
        if (goes_on(row.status)) still.insert(row.id);
        (*rows)[place->second] = std::move(row);
    }
    unfinished_ = std::move(still);
    runs_ = std::move(rows);
    Q_EMIT runs_changed(runs_);
    find_classifiers();
    return true;
}

void ProjectReader::watch(const QStringList& runs, const QStringList& keys) {
    std::map<SeriesName, Series> wanted;
    for (const auto& run : runs)
        for (const auto& key : keys) {
            SeriesName name{run.toStdString(), key.toStdString()};
            const auto known = series_.find(name);
            wanted.emplace(name, known == series_.end() ? Series() : std::move(known->second));
        }
    series_ = std::move(wanted);
    series_changed_ = true;
    live_.clear();
    look();
}

void ProjectReader::read_series() {
    series_changed_ = false;
    if (!runs_) return;
    for (auto& [name, series] : series_) {
        const auto place = place_.find(name.first);
        if (place != place_.end()) read_one(name, series, (*runs_)[place->second]);
    }
    read_live();
}

void ProjectReader::read_live() {
    for (const auto& [name, series] : series_) {
        const auto place = place_.find(name.first);
        if (place == place_.end() || !goes_on((*runs_)[place->second].status)) continue;
        std::map<std::string, nlohmann::json> values;
        for (const auto& change : project_->live_changes(name.first)) values[change.field] = change.value;
        auto& before = live_[name.first];
        if (values != before) Q_EMIT live_changed(QString::fromStdString(name.first), before = std::move(values));
    }
}

void ProjectReader::read_one(const SeriesName& name, Series& series, const RunRow& row) {
    const bool going_on = goes_on(row.status);
    if (series.points && series.complete && !going_on) return;
    // A long series is handed out less often, since each time it is copied.
    const auto now = clock_.elapsed();
    const auto size = series.points ? static_cast<std::int64_t>(series.points->size()) : 0;
    if (going_on && series.told >= 0 && now - series.told < std::clamp<std::int64_t>(size / 1000, 80, 2000)) {
        series_changed_ = true;
        return;
    }
    auto points = std::make_shared<std::vector<MetricPoint>>();
    // At the end all is read once more, but not what is too long to be kept whole.
    const bool grows = going_on || size > static_cast<std::int64_t>(most_points / 4);
    if (series.points && !series.points->empty() && grows && !series.complete) {
        // The last point may have been written again.
        const auto last = series.points->back();
        const auto fresh = project_->metric_series(name.first, name.second, last.step);
        const auto same = [&](const MetricPoint& point) {
            return point.step == last.step &&
                   std::bit_cast<std::uint64_t>(point.value) == std::bit_cast<std::uint64_t>(last.value);
        };
        if (fresh.size() == 1 && same(fresh.front())) {
            series.complete = !going_on;
            return;
        }
        if (!fresh.empty()) {
            points->reserve(series.points->size() + fresh.size());
            points->assign(series.points->begin(), series.points->end() - 1);
            points->insert(points->end(), fresh.begin(), fresh.end());
        } // else the run was resumed, and what followed its checkpoint is gone
    }
    if (points->empty()) *points = project_->metric_series(name.first, name.second);
    if (points->empty() && going_on) return;
    thin(*points);
    series.points = points;
    series.complete = !going_on;
    series.told = now;
    Q_EMIT points_changed(QString::fromStdString(name.first), QString::fromStdString(name.second), points);
}

void ProjectReader::find_fields(const QStringList& runs, std::uint64_t request) {
    std::vector<FieldPlace> found;
    for (const auto& id : runs) {
        const auto place = place_.find(id.toStdString());
        if (!project_ || place == place_.end()) continue;
        for (const auto& artifact : (*runs_)[place->second].artifacts) {
            if (artifact.kind != Kind::field) continue;
            const auto path = project_->artifact_path(artifact);
            try {
                const auto file = FieldFile::open(path);
                for (const auto& name : file.names())
                    found.push_back({id, QString::fromStdString(artifact.name), QString::fromStdString(name),
                                     QString::fromStdString(path.string())});
            } catch (const Error&) {
                // The view opens it again and says, in the field's place, what is wrong.
                const auto name = QString::fromStdString(artifact.name);
                found.push_back({id, name, name, QString::fromStdString(path.string())});
            }
        }
    }
    Q_EMIT fields_found(request, found);
}

void ProjectReader::find_graphs(const QStringList& runs, std::uint64_t request) {
    std::vector<GraphPlace> found;
    for (const auto& id : runs) {
        const auto place = place_.find(id.toStdString());
        if (!project_ || place == place_.end()) continue;
        for (const auto& artifact : (*runs_)[place->second].artifacts)
            if (artifact.kind == Kind::graph)
                found.push_back({id, QString::fromStdString(artifact.name),
                                 QString::fromStdString(project_->artifact_path(artifact).string()),
                                 QString::fromStdString(std::filesystem::path(artifact.file).extension().string())});
    }
    Q_EMIT graphs_found(request, found);
}

// Models that the graph view can ask what class a graph has.
void ProjectReader::find_classifiers() {
    std::vector<ClassifierPlace> found;
    for (auto row = runs_->rbegin(); row != runs_->rend(); ++row) {
        if (row->experiment != "graph.classify" || row->status != Status::done || row->removed) continue;
        for (const auto& artifact : row->artifacts) {
            if (artifact.name != "model" || artifact.kind != Kind::model) continue;
            const std::filesystem::path input = row->parameters.value("input", std::string());
            const auto label = row->name.empty() ? input.filename().string() + ", " + row->id : row->name;
            found.push_back({QString::fromStdString(row->id), QString::fromStdString(label),
                             QString::fromStdString(project_->artifact_path(artifact).string())});
        }
    }
    if (found != classifiers_) Q_EMIT classifiers_changed(classifiers_ = std::move(found));
}

void ProjectReader::compare(const QStringList& runs, std::uint64_t request) {
    std::shared_ptr<const Comparison> comparison;
    std::vector<std::string> ids;
    for (const auto& id : runs)
        if (place_.contains(id.toStdString())) ids.push_back(id.toStdString());
    try {
        if (project_ && ids.size() > 1)
            comparison = std::make_shared<const Comparison>(make_comparison(*project_, ids));
    } catch (const Error& error) {
        Q_EMIT trouble(QString::fromUtf8(error.what()), QString::fromStdString(error.hint()));
    }
    Q_EMIT compared(request, comparison);
}

void ProjectReader::read_log(const QString& run) {
    if (!project_) return;
    QFile file(QString::fromStdString(project_->log_file(run.toStdString()).string()));
    QString text;
    if (file.open(QIODevice::ReadOnly)) {
        if (file.size() > log_bytes) file.seek(file.size() - log_bytes);
        text = QString::fromUtf8(file.read(log_bytes));
    }
    Q_EMIT log_read(run, text);
}

} // namespace orrery::gui
