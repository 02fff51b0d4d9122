// SPDX-License-Identifier: GPL-3.0-or-later
// MainWindow: files that come in, and what is written out.
#include "app/gui/main_window.h"
#include "core/exchange/exchange_commands.h"
#include "core/files/tensorboard.h"

#include <QDir>
#include <QDirIterator>
#include <QDragEnterEvent>
#include <QDropEvent>
#include <QFileDialog>
#include <QMimeData>

namespace orrery::gui {

namespace {

constexpr int most_looked_at = 2000; // entries of a folder, before it is no folder of logs

bool is_log(const QString& file) { return is_event_file(file.toStdString()); }

// A folder that holds event files, at any depth, and is neither a project nor a recipe.
bool is_log_folder(const QString& path) {
    if (!QFileInfo(path).isDir() || QFileInfo::exists(path + QStringLiteral("/project.db")) ||
        QFileInfo::exists(path + QStringLiteral("/recipe.toml")))
        return false;
    QDirIterator entries(path, QDir::Files | QDir::NoDotAndDotDot, QDirIterator::Subdirectories);
    for (int looked_at = 0; entries.hasNext() && looked_at < most_looked_at; ++looked_at)
        if (is_log(entries.next())) return true;
    return false;
}

bool is_table(const QString& path) {
    const auto ending = QFileInfo(path).suffix().toLower();
    return ending == QStringLiteral("csv") || ending == QStringLiteral("tsv");
}

} // namespace

// What is written out needs no project that can be written: then it is read by a connection of its own.
void MainWindow::add_exchange() {
    add_exchange_commands(commands_->commands(), [this]() -> Project* {
        const auto handles = handles_.get();
        if (handles.writer || handles.folder.isEmpty()) return handles.writer.get();
        if (!reader_ || reader_->folder() != handles.folder.toStdString())
            reader_ = std::make_unique<Project>(Project::open(handles.folder.toStdString(), Access::read));
        return reader_.get();
    });
}

bool MainWindow::ask_exchange_file(const Command& command, const Field& field, Values& values) {
    const auto title = QString::fromStdString(command.title);
    const auto last = settings_.value(QStringLiteral("last_exchange_folder")).toString();
    QString file;
    if (command.id == "project.import_metrics")
        file = QFileDialog::getOpenFileName(this, title, last, tr("Metrics (*.csv *.tsv *tfevents*);;All files (*)"));
    else if (command.id == "project.export_report")
        file = QFileDialog::getSaveFileName(this, title, last, tr("Report (*.html)"));
    else
        file = QFileDialog::getSaveFileName(this, title, last,
                                            tr("CSV (*.csv);;JSON (*.json);;Markdown (*.md);;HTML (*.html)"));
    if (file.isEmpty()) return false;
    if (command.id == "project.export_report" && QFileInfo(file).suffix().isEmpty()) file += QStringLiteral(".html");
    if (command.id == "project.export_table" && QFileInfo(file).suffix().isEmpty()) file += QStringLiteral(".csv");
    settings_.setValue(QStringLiteral("last_exchange_folder"), QFileInfo(file).absolutePath());
    values[field.name] = file.toStdString();
    return true;
}

void MainWindow::import_folder() {
    const auto folder =
        QFileDialog::getExistingDirectory(this, tr("Import a folder of TensorBoard logs"),
                                          settings_.value(QStringLiteral("last_exchange_folder")).toString());
    if (folder.isEmpty()) return;
    settings_.setValue(QStringLiteral("last_exchange_folder"), folder);
    perform(QStringLiteral("project.import_metrics"), {{QStringLiteral("path"), folder}});
}

void MainWindow::dragEnterEvent(QDragEnterEvent* event) {
    if (event->mimeData()->hasUrls()) event->acceptProposedAction();
}

void MainWindow::dropEvent(QDropEvent* event) {
    for (const auto& url : event->mimeData()->urls()) {
        const auto path = url.toLocalFile();
        if (path.isEmpty())
            tell(tr("%1 is not a file on this machine.").arg(url.toDisplayString()));
        else if (path.endsWith(QStringLiteral(".npy")))
            perform(QStringLiteral("parameters.use_field"), {{QStringLiteral("file"), path}});
        else if (is_table(path) || (QFileInfo(path).isFile() && is_log(path)) || is_log_folder(path))
            perform(QStringLiteral("project.import_metrics"), {{QStringLiteral("path"), path}});
        else
            perform(QStringLiteral("project.open"), {{QStringLiteral("path"), path}});
    }
    event->acceptProposedAction();
}

} // namespace orrery::gui
