// SPDX-License-Identifier: GPL-3.0-or-later
// Reads a project for the window: lives on the reading thread, looks whether anything changed, and tells what.
#pragma once
#include "app/gui/snapshots.h"
#include "core/project.h"
#include "views/compare/comparison.h"

#include <QElapsedTimer>
#include <QObject>
#include <QStringList>
#include <QTimer>

#include <filesystem>
#include <map>
#include <memory>
#include <optional>
#include <set>
#include <utility>

namespace orrery::gui {

class ProjectReader : public QObject {
    Q_OBJECT

public:
    explicit ProjectReader(std::filesystem::path folder) : folder_(std::move(folder)) {}

    // All of these on the reading thread.
    void open(); // makes the project if it isn't there; tells opened or failed
    // Which series are wanted: all keys of all runs.
    void watch(const QStringList& runs, const QStringList& keys);
    // The datasets of the field artifacts of these runs, in their order; fields_found tells.
    void find_fields(const QStringList& runs, std::uint64_t request);
    void find_graphs(const QStringList& runs, std::uint64_t request); // likewise, and graphs_found
    void compare(const QStringList& runs, std::uint64_t request);     // compared tells; nothing for fewer than two
    void read_log(const QString& run);                                // the end of its log; log_read tells
    void scan_plugins();
    void close(); // before its thread ends

Q_SIGNALS:
    // `writer` is for commands and jobs, on other threads; empty if the project can only be read.
    void opened(const orrery::gui::ProjectFacts& facts, std::shared_ptr<orrery::Project> writer);
    void failed(const QString& what, const QString& hint);
    void trouble(const QString& what, const QString& hint); // it is open, but could not be read; told once
    void moved(bool in_place);                              // its folder was removed or renamed, or is there again
    void runs_changed(const orrery::gui::RunSnapshot& runs);
    void figures_changed(const std::vector<orrery::FigureRow>& figures);
    void classifiers_changed(const std::vector<orrery::gui::ClassifierPlace>& classifiers); // the newest first
    // Live fields of a watched run that were changed since it began, by anybody; the latest value of each.
    void live_changed(const QString& run, const std::map<std::string, nlohmann::json>& values);
    void points_changed(const QString& run, const QString& key, const orrery::gui::Points& points);
    void plugins_found(const orrery::gui::Catalogue& catalogue);
    void fields_found(std::uint64_t request, const std::vector<orrery::gui::FieldPlace>& fields);
    void graphs_found(std::uint64_t request, const std::vector<orrery::gui::GraphPlace>& graphs);
    void compared(std::uint64_t request, const std::shared_ptr<const orrery::gui::Comparison>& comparison);
    void log_read(const QString& run, const QString& text);

private:
    struct Series {
        std::shared_ptr<std::vector<MetricPoint>> points;
        bool complete = false;  // the run had ended when it was read
        std::int64_t told = -1; // when it was told last, by clock_
    };
    using SeriesName = std::pair<std::string, std::string>;

    void look();
    void look_at_plugins();
    bool read_runs();
    void find_classifiers();
    void read_series();
    void read_live();
    void read_one(const SeriesName& name, Series& series, const RunRow& row);

    const std::filesystem::path folder_;
    std::optional<Project> project_;
    std::unique_ptr<QTimer> timer_;
    QElapsedTimer clock_;
    std::string changes_, list_changes_, plugins_;
    std::int64_t looked_ = -1, counted_ = -1, plugins_looked_ = -1;
    RunSnapshot runs_;
    std::vector<FigureRow> figures_;
    std::vector<ClassifierPlace> classifiers_;
    std::map<std::string, std::size_t, std::less<>> place_; // of a run in the snapshot
    std::set<std::string> unfinished_;
    std::map<SeriesName, Series> series_;
    std::map<std::string, std::map<std::string, nlohmann::json>> live_; // of the watched runs
    bool series_changed_ = false, in_place_ = true;
    QString told_trouble_;
};

} // namespace orrery::gui
