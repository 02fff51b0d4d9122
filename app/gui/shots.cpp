// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/gui/shots.h"
#include "app/gui/scripting.h"

#include <QAbstractButton>
#include <QApplication>
#include <QDir>
#include <QKeyEvent>
#include <QLineEdit>
#include <QTimer>

#include <algorithm>
#include <cstdio>

namespace orrery::gui {

namespace {

constexpr int settle_ms = 1000; // for what is read and drawn in the background

} // namespace

Shots::Shots(MainWindow& window, const QString& folder) : window_(window), folder_(folder) {
    QDir().mkpath(folder);
    for (const auto& theme : {QStringLiteral("dark"), QStringLiteral("light")}) plan(theme);
    steps_.push_back({{}, [this] { stop_all(); }, {}});
    QTimer::singleShot(2000, this, &Shots::next);
}

// The last runs of that experiment that are in that state.
QStringList Shots::runs(const QString& experiment, Status status, qsizetype most) const {
    QStringList ids;
    if (window_.project())
        for (const auto& row : *window_.project()->runs())
            if (row.status == status && (experiment.isEmpty() || row.experiment == experiment.toStdString()))
                ids << QString::fromStdString(row.id);
    return ids.mid(std::max<qsizetype>(0, ids.size() - most));
}

void Shots::show(const QStringList& ids, std::initializer_list<const char*> panels) {
    window_.select_runs(ids);
    for (const auto* name : panels) {
        auto* panel = window_.dock(QString::fromUtf8(name));
        panel->show();
        panel->raise();
    }
}

void Shots::stop_all() {
    for (const auto& id : runs({}, Status::running, 100))
        window_.perform(QStringLiteral("run.kill"), {{QStringLiteral("run"), id}});
}

void Shots::plan(const QString& theme) {
    const auto trained = QStringLiteral("pinn.sqg"), solved = QStringLiteral("sqg.spectral");
    const auto window = [this]() -> QWidget* { return &window_; };
    const auto add = [&](const char* name, std::function<void()> prepare, std::function<QWidget*()> subject) {
        steps_.push_back({theme + QLatin1Char('-') + QString::fromUtf8(name), std::move(prepare), std::move(subject)});
    };
    const auto panel = [&](const char* name, std::function<void()> prepare = {}) {
        const auto id = QString::fromUtf8(name);
        add(
            name,
            [this, id, prepare] {
                if (prepare) prepare();
                window_.dock(id)->show();
                window_.dock(id)->raise();
            },
            [this, id]() -> QWidget* { return window_.dock(id); });
    };
    add(
        "window",
        [this, theme, trained] {
            apply_theme(theme_of(theme));
            show(runs(trained, Status::done, 1), {"field", "plot"});
        },
        window);
    panel("field");
    panel("parameters", [this, trained] {
        window_.perform(QStringLiteral("parameters.set"),
                        {{QStringLiteral("experiment"), trained},
                         {QStringLiteral("parameters"), QStringLiteral("kappa=0.05 width=3 initial=nowhere.npy")}});
    });
    panel("experiments");
    add(
        "fields-of-runs", [this, solved] { show(runs(solved, Status::done, 2), {"field"}); },
        [this]() -> QWidget* { return window_.dock(QStringLiteral("field")); });
    const auto augmented = QStringLiteral("graph.augment");
    const auto toggle = [this](const char* button, bool on) {
        if (auto* found = window_.findChild<QAbstractButton*>(QString::fromUtf8(button))) found->setChecked(on);
    };
    add(
        "graph",
        [this, augmented, toggle] {
            show(runs(augmented, Status::done, 1), {"graph"});
            toggle("graph_properties", true);
        },
        window);
    steps_.push_back({{}, [toggle] { toggle("graph_brush", true); }, {}});
    steps_.push_back({{},
                      [this] {
                          auto* brush = window_.findChild<QWidget*>(QStringLiteral("spectrum_brush"));
                          if (!brush) return;
                          QKeyEvent all(QEvent::KeyPress, Qt::Key_A, Qt::ControlModifier);
                          QApplication::sendEvent(brush, &all);
                      },
                      {}});
    add("graph-brush", {}, [this]() -> QWidget* { return window_.dock(QStringLiteral("graph")); });
    steps_.push_back({{}, [toggle] { toggle("graph_brush", false); }, {}});
    panel("plot", [this] { show(runs(QStringLiteral("test.walk"), Status::done, 3), {"plot"}); });
    panel("sweep", [this, solved] { show(runs(solved, Status::done, 3), {"sweep"}); });
    panel("compare", [this, solved] { show(runs(solved, Status::done, 3), {"compare"}); });
    panel("runs");
    panel("gallery", [this, solved] {
        const auto last = runs(solved, Status::done, 1);
        if (last.isEmpty()) return;
        const auto save = [this](const char* name, const nlohmann::json& specification) {
            window_.perform(QStringLiteral("figure.save"),
                            {{QStringLiteral("name"), QString::fromUtf8(name)},
                             {QStringLiteral("specification"), QString::fromStdString(specification.dump())}});
        };
        save("rms", {{"runs", {last.first().toStdString()}}, {"metrics", {"rms"}}});
        save("theta", {{"kind", "field"}, {"runs", {last.first().toStdString()}}, {"artifact", "theta"}});
        save("relief", {{"kind", "surface"}, {"runs", {last.first().toStdString()}}, {"artifact", "theta"}});
    });
    for (int wait = 0; wait < 4; ++wait) steps_.push_back({{}, {}, {}}); // until they are drawn
    panel("gallery");
    add(
        "failed-run",
        [this] {
            const auto failed = runs({}, Status::failed, 1);
            show(failed, {"jobs"});
            if (!failed.isEmpty()) window_.findChild<JobsPanel*>()->select(failed.first());
        },
        [this]() -> QWidget* { return window_.dock(QStringLiteral("jobs")); });
    add("running",
        [this, trained, solved] {
            window_.perform(QStringLiteral("parameters.set"),
                            {{QStringLiteral("experiment"), solved}, {QStringLiteral("parameters"), QString()}});
            if (!runs({}, Status::running, 1).isEmpty()) return;
            window_.perform(QStringLiteral("run.start"),
                            {{QStringLiteral("experiment"), trained},
                             {QStringLiteral("parameters"), QStringLiteral("kappa=0.5 budget_seconds=120")},
                             {QStringLiteral("name"), QStringLiteral("network")}});
        },
        {});
    for (int wait = 0; wait < 6; ++wait) steps_.push_back({{}, {}, {}}); // until it has something to show
    add(
        "running",
        [this] {
            show(runs({}, Status::running, 1), {"field", "plot"});
        },
        window);
    panel("jobs");
    panel("log");
    steps_.push_back({{}, [this] { show({}, {"console"}); }, {}});
    for (int wait = 0; wait < 3; ++wait) steps_.push_back({{}, {}, {}}); // until Python is there
    for (const auto* code : {"project.runs(status='done')", "[round(0.1 * n ** 2, 2) for n in range(12)]",
                             "import logging\nlogging.warning('no field was given')"})
        steps_.push_back(
            {{}, [this, code] { Q_EMIT window_.scripting().console()->entered(QString::fromUtf8(code)); }, {}});
    panel("console", [this] {
        Q_EMIT window_.scripting().console()->entered(QStringLiteral("runs = project.runs()[:2]\nruns[7]"));
    });
    panel("scripts", [this] {
        auto& scripting = window_.scripting();
        scripting.scripts()->ask_to_save = [](const QString&) { return ScriptPanel::Answer::discard; };
        scripting.scripts()->new_script(QString::fromUtf8(
            "\"\"\"How the mean depends on kappa.\"\"\"\nimport orrery\n\n\ndef means(runs):\n    # the last value of "
            "each\n"
            "    return {run.parameters[\"kappa\"]: run.metrics[\"mean\"].last / 0 for run in runs}\n\n\n"
            "print(means(project.runs()))\n"));
        window_.perform(QStringLiteral("script.run"));
        window_.perform(QStringLiteral("script.find"));
    });
    steps_.push_back({{}, [this] { window_.perform(QStringLiteral("view.palette")); }, {}});
    add(
        "palette",
        [this] {
            if (auto* typed = window_.findChild<Palette*>()->findChild<QLineEdit*>())
                typed->setText(QStringLiteral("run"));
        },
        [this]() -> QWidget* { return window_.findChild<Palette*>(); });
    add(
        "message",
        [this, trained] {
            window_.findChild<Palette*>()->hide();
            show(runs(trained, Status::done, 1), {"field"});
            window_.open(QStringLiteral("/usr"));
        },
        window);
    panel("welcome");
}

void Shots::next() {
    if (step_ == steps_.size()) {
        window_.close();
        return;
    }
    const auto& step = steps_[step_++];
    if (step.prepare) step.prepare();
    QTimer::singleShot(settle_ms, this, [this, &step] {
        if (step.subject) {
            auto* subject = step.subject();
            const auto file = QDir(folder_).filePath(step.name + QStringLiteral(".png"));
            if (!subject || !subject->grab().save(file)) std::fprintf(stderr, "no picture %s\n", qPrintable(file));
        }
        next();
    });
}

} // namespace orrery::gui
