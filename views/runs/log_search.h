// SPDX-License-Identifier: GPL-3.0-or-later
// Which runs' logs hold a text: they are read in the background, so that the window never waits for them.
#pragma once
#include "views/runs/run_filter.h"

#include <QObject>
#include <QString>
#include <QThreadPool>

#include <atomic>
#include <memory>
#include <set>
#include <string>

namespace orrery::gui {

class LogSearch : public QObject {
    Q_OBJECT
public:
    explicit LogSearch(QObject* parent = nullptr);
    ~LogSearch() override;

    void set_folder(const QString& folder); // that holds ID.log of each run
    // In lower case; what is known of other words is forgotten. found_changed() tells when there is something new.
    void look_for(const std::set<std::string>& words);
    void look_again(); // logs may have come, or grown
    const LogMatches& found() const { return found_; }
    bool is_busy() const { return busy_; }

Q_SIGNALS:
    void found_changed();

private:
    struct Known;
    void begin();

    QString folder_;
    std::set<std::string> words_;
    LogMatches found_;
    std::shared_ptr<const Known> known_; // what was read last; reused for logs that are as they were
    std::shared_ptr<std::atomic<bool>> cancelled_;
    bool busy_ = false, again_ = false;
    QThreadPool pool_;
};

} // namespace orrery::gui
