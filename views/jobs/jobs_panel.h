// SPDX-License-Identifier: GPL-3.0-or-later
// Runs that go on or wait, with progress and remaining time, and those that failed: with their error and what to do.
#pragma once
#include "core/records.h"

#include <QAbstractListModel>
#include <QLabel>
#include <QListView>
#include <QPlainTextEdit>
#include <QPushButton>
#include <QScrollArea>
#include <QVariantMap>
#include <QWidget>

#include <memory>
#include <set>
#include <vector>

namespace orrery::gui {

// One row a job; a delegate draws its title, its progress and what is to be said of it.
class JobModel : public QAbstractListModel {
    Q_OBJECT

public:
    // title: name or experiment; differs: what tells it from the others, "kappa=0.1"; said: "41 %, loss 1e-3, 38 s
    // left"
    enum Role { id_role = Qt::UserRole, differs_role, said_role, progress_role, status_role };
    using QAbstractListModel::QAbstractListModel;

    void set_rows(std::vector<RunRow> rows);
    const RunRow* row(int index) const;
    int row_of(const QString& id) const; // -1 if it isn't there
    bool any_queued() const;

    int rowCount(const QModelIndex& parent = {}) const override;
    QVariant data(const QModelIndex& index, int role) const override;

private:
    std::vector<RunRow> rows_;
    std::vector<QString> differs_; // of each row
};

class JobsPanel : public QWidget {
    Q_OBJECT

public:
    explicit JobsPanel(QWidget* parent = nullptr);

    // All runs of the project: those that go on or wait are shown, and those that failed, were stopped or got lost
    // within the last day, or since this panel saw them.
    void set_runs(const std::shared_ptr<const std::vector<RunRow>>& runs);
    void set_hindrance(const QString& sentence); // why the next one doesn't begin; empty if it does
    void set_log(const QString& run, const QString& text);
    void show_log(const QString& run); // in a dialog, as soon as it is read
    void select(const QString& run);   // what goes on stays in sight
    QString selected() const;          // the highlighted one; empty if none is

Q_SIGNALS:
    void command_requested(const QString& command_id, const QVariantMap& arguments);
    void log_wanted(const QString& run);
    void picked(const QString& run); // by mouse or keyboard
    void activated(const QString& run);

protected:
    void changeEvent(QEvent* event) override; // colours follow the palette
    void resizeEvent(QResizeEvent* event) override;

private:
    const RunRow* chosen() const; // null if none is highlighted
    void highlight(int row);
    void show_details();
    void fit_error();
    void tint_error();
    void ask(const QString& command);
    QPushButton* add_button(const QString& name, const QString& text, const QString& tip);
    JobModel* model_;
    QListView* list_;
    QLabel *empty_, *hindrance_, *error_;
    QScrollArea* error_box_;
    QPlainTextEdit* log_;
    QPushButton *stop_, *kill_, *resume_, *log_button_, *sooner_, *later_;
    std::set<std::string> seen_; // that went on while this panel looked
    QString shown_;              // whose details are shown
    Status shown_status_ = Status::queued;
};

} // namespace orrery::gui
