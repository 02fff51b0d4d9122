// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/gui/problem_files.h"

#include "core/error.h"
#include "core/jobs/job.h"
#include "views/console/script_editor.h"

#include <QCoreApplication>
#include <QDir>
#include <QFile>
#include <QFileInfo>
#include <QPointer>
#include <QRegularExpression>
#include <QTemporaryFile>

#include <algorithm>
#include <optional>

namespace orrery::gui {

namespace {

namespace fs = std::filesystem;

constexpr int rest_ms = 400; // after the last letter the text is checked

// A file with this text where data files named in it are found: beside `path`, else in the folder for such files.
// Null if there is no room for it.
std::unique_ptr<QTemporaryFile> copy_of(const QString& text, const QString& path) {
    QStringList places;
    if (!path.isEmpty()) places << QFileInfo(path).absolutePath() + QStringLiteral("/.check-XXXXXX.toml");
    places << QDir::tempPath() + QStringLiteral("/orrery-check-XXXXXX.toml");
    for (const auto& place : places) {
        auto file = std::make_unique<QTemporaryFile>(place);
        const auto bytes = text.toUtf8();
        if (file->open() && file->write(bytes) == bytes.size() && file->flush()) return file;
    }
    return nullptr;
}

// "FILE, line 9, [equations] heat: ..." of every line.
std::vector<Mistake> mistakes_in(const QString& sentences, const QString& file) {
    static const QRegularExpression place(QStringLiteral("^, line (\\d+)(?:, |: )?"));
    std::vector<Mistake> found;
    for (auto words : sentences.split(QLatin1Char('\n'), Qt::SkipEmptyParts)) {
        Mistake mistake;
        if (words.startsWith(file)) {
            words.remove(0, file.size());
            if (const auto match = place.match(words); match.hasMatch()) {
                mistake.line = match.captured(1).toInt();
                words.remove(0, match.capturedLength());
            } else if (words.startsWith(QStringLiteral(": "))) {
                words.remove(0, 2);
            }
        }
        mistake.words = words;
        found.push_back(mistake);
    }
    return found;
}

struct Checked {
    std::vector<Mistake> mistakes;
    QString verdict;
};

Checked check_file(const PluginCatalogue& catalogue, const QString& file, const std::stop_token& stop) {
    Checked result;
    try {
        const auto [plugin, experiment, parameter] = ProblemFiles::solver(catalogue);
        Problems problems;
        const std::vector<std::string> assignments{parameter + "=" + file.toStdString()};
        const auto values = experiment->schema.parse(assignments, problems);
        check_in_child(*plugin, experiment->id, values, problems, stop);
        for (const auto& problem : problems) {
            if (problem.field != parameter) continue; // the other parameters are the form's
            const auto more = mistakes_in(QString::fromStdString(problem.sentence), file);
            result.mistakes.insert(result.mistakes.end(), more.begin(), more.end());
        }
        const auto count = result.mistakes.size();
        result.verdict = count == 0   ? ProblemFiles::tr("No mistakes found.")
                         : count == 1 ? ProblemFiles::tr("1 mistake:")
                                      : ProblemFiles::tr("%1 mistakes:").arg(count);
    } catch (const Error& error) {
        result.verdict = ProblemFiles::tr("Not checked: %1").arg(QString::fromUtf8(error.what()));
    }
    return result;
}

} // namespace

ProblemFiles::ProblemFiles(ScriptPanel& files, std::function<Catalogue()> catalogue, QObject* parent)
    : QObject(parent), files_(files), catalogue_(std::move(catalogue)) {
    checks_.setMaxThreadCount(1);
    rests_.setSingleShot(true);
    rests_.setInterval(rest_ms);
    connect(&rests_, &QTimer::timeout, this, &ProblemFiles::check);
    connect(&files_, &ScriptPanel::edited, this, [this] {
        if (is_shown()) rests_.start();
    });
}

ProblemFiles::~ProblemFiles() {
    closing_.request_stop();
    asked_.request_stop();
    checks_.waitForDone();
}

Catalogue ProblemFiles::known() const {
    if (auto shown = catalogue_()) return shown;
    return std::make_shared<const PluginCatalogue>(plugin_path());
}

ProblemFiles::Solver ProblemFiles::solver(const PluginCatalogue& catalogue, const std::string& preferred) {
    std::optional<Solver> found;
    for (const auto& [plugin, experiment] : catalogue.experiments())
        for (const auto& field : experiment->schema.fields) {
            if (field.type != FieldType::path || field.kind != "problem") continue;
            if (!found || experiment->id == preferred) found = Solver{plugin, experiment, field.name};
        }
    if (!found)
        throw Error("No plugin that is here solves problem files.", "Build or install the plugin pinn.",
                    ExitCode::usage);
    return *found;
}

std::vector<fs::path> ProblemFiles::template_files() const {
    std::vector<fs::path> files;
    for (const auto& plugin : known()->plugins()) {
        std::error_code error;
        for (fs::directory_iterator it(plugin.folder / "problems", error), end; !error && it != end;
             it.increment(error))
            if (it->path().extension() == ".toml") files.push_back(it->path());
    }
    std::sort(files.begin(), files.end(), [](const fs::path& a, const fs::path& b) { return a.stem() < b.stem(); });
    return files;
}

QStringList ProblemFiles::templates() const {
    QStringList names;
    for (const auto& file : template_files()) names << QString::fromStdString(file.stem().string());
    return names;
}

void ProblemFiles::begin(const QString& name) {
    const auto files = template_files();
    const auto found = std::find_if(files.begin(), files.end(),
                                    [&](const fs::path& file) { return file.stem() == name.toStdString(); });
    if (found == files.end())
        throw Error("There is no problem '" + name.toStdString() + "' to begin with.",
                    "There are " + templates().join(QStringLiteral(", ")).toStdString() + ".", ExitCode::usage);
    QFile file(QString::fromStdString(found->string()));
    if (!file.open(QIODevice::ReadOnly))
        throw Error(found->string() + " can't be read: " + file.errorString().toStdString() + ".");
    auto text = QString::fromUtf8(file.readAll());
    // The licence is that of the template, not of what is made of it.
    if (text.startsWith(QStringLiteral("# SPDX"))) text = text.section(QLatin1Char('\n'), 1);
    files_.new_problem(text);
}

void ProblemFiles::open(const QString& file) {
    if (!file.endsWith(QStringLiteral(".toml"), Qt::CaseInsensitive))
        throw Error(file.toStdString() + " is no problem file: its name doesn't end with .toml.", "", ExitCode::usage);
    files_.open(file);
}

bool ProblemFiles::is_shown() const { return files_.current() && files_.current()->language() == Language::problem; }

QString ProblemFiles::save_shown() {
    if (!is_shown()) throw Error("No problem file is open.", "", ExitCode::usage);
    auto* shown = files_.current();
    if ((shown->isModified() || shown->path().isEmpty()) && !files_.save()) return {};
    return shown->path();
}

void ProblemFiles::check() {
    asked_.request_stop();
    asked_ = {};
    if (!is_shown()) return;
    auto* shown = files_.current();
    const auto text = shown->text();
    const bool is_on_disk = !shown->path().isEmpty() && !shown->isModified();
    checks_.start([text, path = shown->path(), is_on_disk, catalogue = known(), editor = QPointer(shown),
                   files = QPointer(&files_), asked = asked_.get_token(), stop = closing_.get_token()] {
        if (asked.stop_requested()) return;
        const auto copy = is_on_disk ? nullptr : copy_of(text, path);
        Checked result{{}, tr("Not checked: there is no room for a temporary file.")};
        if (is_on_disk || copy) result = check_file(*catalogue, is_on_disk ? path : copy->fileName(), stop);
        if (stop.stop_requested()) return;
        QMetaObject::invokeMethod(qApp, [text, editor, files, result] {
            if (editor && files) files->set_mistakes(editor, text, result.mistakes, result.verdict);
        });
    });
}

} // namespace orrery::gui
