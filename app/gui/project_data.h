// SPDX-License-Identifier: GPL-3.0-or-later
// An open project as the window sees it: snapshots from the reading thread, and the thread that runs its jobs.
#pragma once
#include "app/gui/project_reader.h"
#include "app/gui/queue_thread.h"
#include "app/gui/snapshots.h"

#include <QThread>

namespace orrery::gui {

// Lives on the window's thread; nothing here waits for the disk.
class ProjectData : public QObject {
    Q_OBJECT

public:
    // `folder` becomes a project if it isn't there. Opens in the background: opened or failed tells.
    explicit ProjectData(const QString& folder, QObject* parent = nullptr);
    ~ProjectData() override;

    const QString& folder() const { return folder_; }
    QString name() const; // "critical-sqg"
    bool is_open() const { return open_; }
    bool is_in_place() const { return in_place_; } // false: its folder is gone
    const ProjectFacts& facts() const { return facts_; }
    const RunSnapshot& runs() const { return runs_; }
    const std::vector<FigureRow>& figures() const { return figures_; }               // by name
    const std::vector<ClassifierPlace>& classifiers() const { return classifiers_; } // the newest first
    bool is_listed() const { return listed_; }                                       // runs() is what the project holds
    const RunRow* run(const QString& id) const; // in the snapshot; null if it isn't there
    const Catalogue& catalogue() const { return catalogue_; }
    // For commands, on their own thread; null if it can only be read.
    const std::shared_ptr<Project>& writer() const { return writer_; }
    const std::shared_ptr<QueueThread>& queue() const { return queue_; }

    void watch(const QStringList& runs, const QStringList& keys);
    std::uint64_t find_fields(const QStringList& runs);
    std::uint64_t find_graphs(const QStringList& runs);
    std::uint64_t compare(const QStringList& runs);
    void read_log(const QString& run);
    void scan_plugins();                                                  // one may have failed by now
    void keep_layout(const std::map<std::string, std::string>& contents); // in the background

Q_SIGNALS:
    void opened();
    void failed(const QString& what, const QString& hint);
    void trouble(const QString& what, const QString& hint);
    void moved(); // is_in_place() has changed
    void runs_changed();
    void figures_changed();
    void classifiers_changed();
    void live_changed(const QString& run, const std::map<std::string, nlohmann::json>& values);
    void points_changed(const QString& run, const QString& key, const orrery::gui::Points& points);
    void plugins_found();
    void fields_found(std::uint64_t request, const std::vector<orrery::gui::FieldPlace>& fields);
    void graphs_found(std::uint64_t request, const std::vector<orrery::gui::GraphPlace>& graphs);
    void compared(std::uint64_t request, const std::shared_ptr<const orrery::gui::Comparison>& comparison);
    void log_read(const QString& run, const QString& text);
    void job_ended(const QString& run, int exit_code, const QStringList& refused);
    void hindered(const QString& sentence);

private:
    const QString folder_;
    bool open_ = false, listed_ = false, in_place_ = true;
    ProjectFacts facts_;
    RunSnapshot runs_;
    std::vector<FigureRow> figures_;
    std::vector<ClassifierPlace> classifiers_;
    Catalogue catalogue_;
    std::shared_ptr<Project> writer_;
    std::shared_ptr<QueueThread> queue_;
    std::uint64_t requests_ = 0;
    QThread thread_;
    ProjectReader* reader_; // deleted by its thread
};

} // namespace orrery::gui
