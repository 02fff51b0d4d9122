// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/gui/shots.h"

#include <QApplication>
#include <QDir>
#include <QTimer>

#include <cstdio>

namespace orrery::gui {

namespace {

constexpr int settle_ms = 700; // for what is read and drawn in the background

} // namespace

Shots::Shots(MainWindow& window, const QString& folder) : window_(window), folder_(folder) {
    QDir().mkpath(folder);
    for (const auto& theme : {QStringLiteral("dark"), QStringLiteral("light")}) plan(theme);
    QTimer::singleShot(2000, this, &Shots::next);
}

void Shots::plan(const QString& theme) {
    const auto panel = [this](const QString& name) {
        return [this, name]() -> QWidget* { return window_.dock(name); };
    };
    steps_.push_back({theme + QStringLiteral("-window"),
                      [this, theme] {
                          apply_theme(theme_of(theme));
                          QStringList ids;
                          if (window_.project())
                              for (const auto& row : *window_.project()->runs())
                                  if (row.status == Status::done) ids << QString::fromStdString(row.id);
                          window_.select_runs(ids.mid(std::max<qsizetype>(0, ids.size() - 3)));
                          if (auto* field = window_.dock(QStringLiteral("field"))) field->raise();
                      },
                      [this] { return &window_; }});
    for (const auto* name :
         {"welcome", "experiments", "jobs", "field", "plot", "compare", "runs", "parameters", "log"}) {
        const auto id = QString::fromUtf8(name);
        if (!window_.dock(id)) continue;
        steps_.push_back({theme + QLatin1Char('-') + id,
                          [this, id] {
                              window_.dock(id)->show();
                              window_.dock(id)->raise();
                          },
                          panel(id)});
    }
    steps_.push_back({theme + QStringLiteral("-palette"), [this] { window_.perform(QStringLiteral("view.palette")); },
                      [this] { return window_.findChild<Palette*>(); }});
    steps_.push_back({theme + QStringLiteral("-message"),
                      [this] {
                          if (auto* palette = window_.findChild<Palette*>()) palette->hide();
                          window_.open(QStringLiteral("/usr"));
                      },
                      [this] { return &window_; }});
}

void Shots::next() {
    if (step_ == steps_.size()) {
        window_.close();
        return;
    }
    const auto& step = steps_[step_++];
    if (step.prepare) step.prepare();
    QTimer::singleShot(settle_ms, this, [this, &step] {
        auto* subject = step.subject();
        const auto file = QDir(folder_).filePath(step.name + QStringLiteral(".png"));
        if (!subject || !subject->grab().save(file)) std::fprintf(stderr, "no picture %s\n", qPrintable(file));
        next();
    });
}

} // namespace orrery::gui
