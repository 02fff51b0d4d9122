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
    if (const auto list = samples(); !list.isEmpty()) {
        heading(tr("Samples"));
        for (const auto& folder : list) {
            QString about;
            try {
                about = QString::fromStdString(Recipe::read(folder.toStdString()).title);
            } catch (const Error& error) {
                about = QString::fromUtf8(error.what());
            }
            add_link(layout, QFileInfo(folder).fileName(), about, folder);
        }
    }
    if (const auto recent = settings_.value(QStringLiteral("recent")).toStringList(); !recent.isEmpty()) {
        heading(tr("Recent projects"));
        for (const auto& folder : recent.mid(0, 8))
            add_link(layout, QFileInfo(folder).completeBaseName(), folder, folder);
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
