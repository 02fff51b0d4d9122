// SPDX-License-Identifier: GPL-3.0-or-later
#include "views/gallery/thumbnails.h"

#include "core/figure/figure_export.h"
#include "core/platform/disk.h"

#include <QCoreApplication>
#include <QPointer>

#include <filesystem>

namespace orrery::gui {

namespace {

constexpr int most_known = 300, pixels_wide = 560;

QImage drawn(const std::filesystem::path& project_folder, const std::string& specification) {
    const auto project = Project::open(project_folder, Access::read);
    auto figure = Figure::from_json(nlohmann::json::parse(specification));
    figure = figure.with({{"background", "white"},
                          {"dpi", std::clamp(static_cast<int>(pixels_wide / figure.width_mm * 25.4), 20, 300)}});
    const auto folder = platform::make_temporary_folder("orrery-thumbnail");
    QImage picture;
    try {
        render_figure(project, figure, folder / "figure.png");
        picture.load(QString::fromStdString((folder / "figure.png").string()));
    } catch (...) {
        std::filesystem::remove_all(folder);
        throw;
    }
    std::filesystem::remove_all(folder);
    return picture;
}

} // namespace

Thumbnails::Thumbnails(QObject* parent) : QObject(parent) { pool_.setMaxThreadCount(1); }

Thumbnails::~Thumbnails() {
    pool_.clear();
    pool_.waitForDone();
}

void Thumbnails::set_project(const QString& folder) {
    if (folder == folder_) return;
    folder_ = folder;
    pool_.clear();
    wanted_.clear();
    known_.clear();
}

void Thumbnails::request(const QString& name, const QString& specification, const QString& state) {
    const QString key = specification + QChar(0) + state;
    if (const auto found = known_.constFind(key); found != known_.constEnd()) {
        wanted_.remove(name);
        Q_EMIT made(name, found->picture, found->problem);
        return;
    }
    if (wanted_.value(name) == key) return;
    wanted_[name] = key;
    draw(name, specification, key);
}

void Thumbnails::draw(const QString& name, const QString& specification, const QString& key) {
    pool_.start([self = QPointer<Thumbnails>(this), folder = folder_, name, specification, key] {
        Known result;
        try {
            result.picture = drawn(folder.toStdString(), specification.toStdString());
        } catch (const Error& error) {
            result.problem = QString::fromUtf8(error.what());
        } catch (const std::exception& error) {
            result.problem = QString::fromUtf8(error.what());
        }
        QMetaObject::invokeMethod(qApp, [self, folder, name, key, result] {
            if (!self || self->folder_ != folder) return;
            if (self->known_.size() >= most_known) self->known_.clear();
            self->known_[key] = result;
            if (self->wanted_.value(name) != key) return;
            self->wanted_.remove(name);
            Q_EMIT self->made(name, result.picture, result.problem);
        });
    });
}

} // namespace orrery::gui
