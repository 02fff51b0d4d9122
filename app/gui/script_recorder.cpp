// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/gui/script_recorder.h"

#include <algorithm>

namespace orrery::gui {

namespace {

const QString prefix = QStringLiteral("project.");

// What they do depends on how far a run is, and a script goes on only when its run has ended.
bool depends_on_time(const std::string& command) {
    constexpr const char* ids[] = {"run.stop", "run.kill", "run.resume", "run.live", "run.priority"};
    return std::any_of(std::begin(ids), std::end(ids), [&](const char* id) { return command == id; });
}

QString literal(const QString& text) { return QString::fromStdString(python_literal(Value(text.toStdString()))); }

// The variable of the n-th project, from 0.
QString name_of_project(qsizetype n) {
    return n == 0 ? QStringLiteral("project") : QStringLiteral("project%1").arg(n + 1);
}

} // namespace

void ScriptRecorder::start(const QString& project, const QDateTime& now) {
    *this = ScriptRecorder();
    recording_ = true;
    begun_ = now;
    if (!project.isEmpty()) projects_ << project;
}

void ScriptRecorder::add(const Recorded& command, const QString& project) {
    if (!recording_ || !command.python.startsWith(prefix) || project.isEmpty()) return;
    if (!projects_.contains(project)) projects_ << project;
    Line line{name_of_project(projects_.indexOf(project)) + QLatin1Char('.') +
                  with_variable(command).mid(prefix.size()),
              {},
              {}};
    if (depends_on_time(command.invocation.command)) {
        line.text.prepend(QStringLiteral("# Left out, for it depends on when it is done: "));
        lines_.push_back(line);
        return;
    }
    const auto& runs = command.started;
    if (runs.size() == 1 && !command.python.startsWith(QStringLiteral("project.sweep("))) {
        line.variable = QStringLiteral("run%1").arg(++runs_);
        line.run = runs.first();
        variables_.insert(line.run, line.variable);
    } else if (!runs.isEmpty()) {
        line.variable = QStringLiteral("sweep%1").arg(++sweeps_);
        for (qsizetype i = 0; i < runs.size(); ++i)
            variables_.insert(runs[i], QStringLiteral("%1.runs[%2]").arg(line.variable).arg(i));
    }
    if (!line.variable.isEmpty()) line.text.prepend(line.variable + QStringLiteral(" = "));
    lines_.push_back(line);
    ++commands_;
}

// The id of a run that the script itself makes is another one at every replay.
QString ScriptRecorder::with_variable(const Recorded& command) const {
    auto line = command.python;
    if (command.invocation.command.starts_with("figure.")) { // ids stand in the specification
        for (auto it = variables_.begin(); it != variables_.end(); ++it)
            line.replace(literal(it.key()), it.value() + QStringLiteral(".id"));
        return line;
    }
    const auto run = command.invocation.arguments.find("run");
    const auto* id = run == command.invocation.arguments.end() ? nullptr : std::get_if<std::string>(&run->second);
    const auto variable = id ? variables_.value(QString::fromStdString(*id)) : QString();
    if (variable.isEmpty()) return line;
    const auto quoted = QLatin1Char('(') + literal(QString::fromStdString(*id));
    const auto place = line.indexOf(quoted);
    return place < 0 ? line : line.replace(place + 1, quoted.size() - 1, variable);
}

QString ScriptRecorder::script(const QString& version, const std::function<bool(const QString& run)>& failed) const {
    if (!begun_.isValid()) return {};
    QStringList text{QStringLiteral("# Recorded by Orrery %1, begun on %2. Run it again with")
                         .arg(version, begun_.toString(QStringLiteral("yyyy-MM-dd HH:mm"))),
                     QStringLiteral("#     orrery script THIS_FILE.py [PROJECT.orrery]"),
                     QStringLiteral("import sys"),
                     QString(),
                     QStringLiteral("import orrery"),
                     QString()};
    for (qsizetype i = 0; i < projects_.size(); ++i)
        text << QStringLiteral("%1 = orrery.open(sys.argv[%2] if len(sys.argv) > %2 else %3)")
                    .arg(name_of_project(i))
                    .arg(i + 1)
                    .arg(literal(projects_[i]));
    for (const auto& line : lines_) {
        if (line.run.isEmpty() || !failed(line.run)) {
            text << line.text;
            continue;
        }
        text << QStringLiteral("try:") << QStringLiteral("    ") + line.text
             << QStringLiteral("except orrery.RunFailed as failure:  # as it did when this was recorded")
             << QStringLiteral("    %1 = failure.run").arg(line.variable);
    }
    return text.join(QLatin1Char('\n')) + QLatin1Char('\n');
}

} // namespace orrery::gui
