// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/gui/project_data.h"

#include <QFileInfo>

namespace orrery::gui {

ProjectData::ProjectData(const QString& folder, QObject* parent)
    : QObject(parent), folder_(QFileInfo(folder).absoluteFilePath()), runs_(std::make_shared<std::vector<RunRow>>()),
      reader_(new ProjectReader(folder_.toStdString())) {
    reader_->moveToThread(&thread_);
    connect(&thread_, &QThread::finished, reader_, &QObject::deleteLater);
    connect(reader_, &ProjectReader::opened, this, [this](const ProjectFacts& facts, std::shared_ptr<Project> writer) {
        facts_ = facts;
        writer_ = std::move(writer);
        open_ = true;
        if (writer_) {
            queue_ = std::make_shared<QueueThread>(writer_);
            connect(queue_.get(), &QueueThread::ended, this, &ProjectData::job_ended);
            connect(queue_.get(), &QueueThread::hindered, this, &ProjectData::hindered);
            connect(queue_.get(), &QueueThread::failed, this, &ProjectData::trouble);
        }
        Q_EMIT opened();
    });
    connect(reader_, &ProjectReader::failed, this, &ProjectData::failed);
    connect(reader_, &ProjectReader::trouble, this, &ProjectData::trouble);
    connect(reader_, &ProjectReader::runs_changed, this, [this](const RunSnapshot& runs) {
        runs_ = runs;
        listed_ = true;
        Q_EMIT runs_changed();
    });
    connect(reader_, &ProjectReader::classifiers_changed, this,
            [this](const std::vector<ClassifierPlace>& classifiers) {
                classifiers_ = classifiers;
                Q_EMIT this->classifiers_changed();
            });
    connect(reader_, &ProjectReader::figures_changed, this, [this](const std::vector<FigureRow>& figures) {
        figures_ = figures;
        Q_EMIT figures_changed();
    });
    connect(reader_, &ProjectReader::moved, this, [this](bool in_place) {
        in_place_ = in_place;
        Q_EMIT moved();
    });
    connect(reader_, &ProjectReader::live_changed, this, &ProjectData::live_changed);
    connect(reader_, &ProjectReader::points_changed, this, &ProjectData::points_changed);
    connect(reader_, &ProjectReader::plugins_found, this, [this](const Catalogue& catalogue) {
        catalogue_ = catalogue;
        Q_EMIT plugins_found();
    });
    connect(reader_, &ProjectReader::fields_found, this, &ProjectData::fields_found);
    connect(reader_, &ProjectReader::graphs_found, this, &ProjectData::graphs_found);
    connect(reader_, &ProjectReader::compared, this, &ProjectData::compared);
    connect(reader_, &ProjectReader::log_read, this, &ProjectData::log_read);
    thread_.setObjectName(QStringLiteral("reading"));
    thread_.start();
    QMetaObject::invokeMethod(reader_, [reader = reader_] { reader->open(); });
}

ProjectData::~ProjectData() {
    QMetaObject::invokeMethod(reader_, [reader = reader_] { reader->close(); });
    thread_.quit();
    thread_.wait();
}

QString ProjectData::name() const {
    auto name = QFileInfo(folder_).fileName();
    if (name.endsWith(QStringLiteral(".orrery"))) name.chop(7);
    return name;
}

const RunRow* ProjectData::run(const QString& id) const {
    const auto wanted = id.toStdString();
    for (auto row = runs_->rbegin(); row != runs_->rend(); ++row)
        if (row->id == wanted) return &*row;
    return nullptr;
}

void ProjectData::watch(const QStringList& runs, const QStringList& keys) {
    QMetaObject::invokeMethod(reader_, [reader = reader_, runs, keys] { reader->watch(runs, keys); });
}

std::uint64_t ProjectData::find_fields(const QStringList& runs) {
    const auto request = ++requests_;
    QMetaObject::invokeMethod(reader_, [reader = reader_, runs, request] { reader->find_fields(runs, request); });
    return request;
}

std::uint64_t ProjectData::find_graphs(const QStringList& runs) {
    const auto request = ++requests_;
    QMetaObject::invokeMethod(reader_, [reader = reader_, runs, request] { reader->find_graphs(runs, request); });
    return request;
}

std::uint64_t ProjectData::compare(const QStringList& runs) {
    const auto request = ++requests_;
    QMetaObject::invokeMethod(reader_, [reader = reader_, runs, request] { reader->compare(runs, request); });
    return request;
}

void ProjectData::read_log(const QString& run) {
    QMetaObject::invokeMethod(reader_, [reader = reader_, run] { reader->read_log(run); });
}

void ProjectData::scan_plugins() {
    QMetaObject::invokeMethod(reader_, [reader = reader_] { reader->scan_plugins(); });
}

void ProjectData::keep_layout(const std::map<std::string, std::string>& contents) {
    if (!writer_ || contents.empty()) return;
    for (const auto& [name, content] : contents) {
        if (content.empty())
            facts_.layout.erase(name);
        else
            facts_.layout[name] = content;
    }
    // On the reading thread, which is waited for when the project is closed.
    QMetaObject::invokeMethod(reader_, [reader = reader_, writer = writer_, contents] {
        try {
            writer->set_layout(contents);
        } catch (const Error& error) {
            Q_EMIT reader->trouble(QString::fromUtf8(error.what()), QString::fromStdString(error.hint()));
        }
    });
}

} // namespace orrery::gui
