// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/gui/welcome_page.h"

#include "core/error.h"
#include "core/platform/machine.h"
#include "core/recipe.h"

#include <QCommandLinkButton>
#include <QDir>
#include <QFileInfo>
#include <QLabel>
#include <QScrollArea>

namespace orrery::gui {

WelcomePage::WelcomePage(const QSettings& settings, QWidget* parent)
    : QWidget(parent), settings_(settings), layout_(new QVBoxLayout(this)) {
    setObjectName(QStringLiteral("welcome"));
    layout_->setContentsMargins(0, 0, 0, 0);
    fill();
}

QStringList WelcomePage::samples() {
    QStringList found;
    QDir folder(QString::fromStdString(platform::executable().parent_path().string()));
    for (int up = 0; up < 3 && folder.cdUp(); ++up) {
        const QDir projects(folder.filePath(QStringLiteral("projects")));
        for (const auto& name : projects.entryList(QDir::Dirs | QDir::NoDotAndDotDot, QDir::Name))
            if (projects.exists(name + QStringLiteral("/recipe.toml"))) found << projects.filePath(name);
        if (!found.isEmpty()) break;
    }
    return found;
}

void WelcomePage::fill() {
    delete body_;
    auto* scroll = new QScrollArea(this);
    body_ = scroll;
    scroll->setWidgetResizable(true);
    scroll->setFrameShape(QFrame::NoFrame);
    auto* page = new QWidget(scroll);
    auto* layout = new QVBoxLayout(page);
    layout->setContentsMargins(28, 20, 28, 20);
    auto* title = new QLabel(tr("Orrery"), page);
    auto font = title->font();
    font.setPointSizeF(font.pointSizeF() * 1.8);
    font.setBold(true);
    title->setFont(font);
    layout->addWidget(title);
    auto* words = new QLabel(
        tr("Explore what can be run, turn a parameter, press Run, and compare. Everything is kept in a project."),
        page);
    words->setWordWrap(true);
    layout->addWidget(words);
    const auto heading = [&](const QString& text) {
        auto* label = new QLabel(text, page);
        auto bold = label->font();
        bold.setBold(true);
        label->setFont(bold);
        layout->addSpacing(8);
        layout->addWidget(label);
    };
    places_.clear();
    for (const auto& folder : samples()) {
        QString about;
        try {
            about = QString::fromStdString(Recipe::read(folder.toStdString()).title);
        } catch (const Error& error) {
            about = QString::fromUtf8(error.what());
        }
        places_.push_back({QFileInfo(folder).fileName(), about, folder, true});
    }
    for (const auto& folder : settings_.value(QStringLiteral("recent")).toStringList().mid(0, 8))
        places_.push_back({QFileInfo(folder).completeBaseName(), folder, folder, false});
    for (std::size_t i = 0; i < places_.size(); ++i) {
        const auto& place = places_[i];
        if (i == 0 || place.is_sample != places_[i - 1].is_sample)
            heading(place.is_sample ? tr("Samples") : tr("Recent projects"));
        add_link(layout, place.title, place.about, place.path);
    }
    heading(tr("Begin"));
    add_link(layout, tr("Open a project or a recipe..."),
             tr("A folder NAME.orrery, or one that holds a recipe.toml; or drop it here"), {});
    layout->addStretch();
    scroll->setWidget(page);
    layout_->addWidget(scroll);
}

void WelcomePage::add_link(QVBoxLayout* layout, const QString& title, const QString& about, const QString& path) {
    auto* link = new QCommandLinkButton(title, about, this);
    link->setObjectName(QStringLiteral("welcome_") + (path.isEmpty() ? QStringLiteral("open") : title));
    link->setAccessibleName(title);
    link->setToolTip(path.isEmpty() ? about : path);
    connect(link, &QCommandLinkButton::clicked, this, [this, path] { Q_EMIT open_requested(path); });
    layout->addWidget(link);
}

} // namespace orrery::gui
