// SPDX-License-Identifier: BSD-3-Clause
#include "core/figure/figure_export.h"

#include "core/exchange/run_record.h"
#include "core/figure/figure_data.h"
#include "core/figure/figure_sidecar.h"
#include "core/files/replace_file.h"
#include "core/platform/disk.h"
#include "core/platform/machine.h"
#include "core/platform/piped_child.h"
#include "core/schema.h"
#include "core/sha256.h"

#include <fmt/format.h>

#include <algorithm>
#include <fstream>

namespace orrery {

namespace fs = std::filesystem;

namespace {

std::string format_of(const fs::path& out) {
    std::string ending = out.extension().string();
    std::transform(ending.begin(), ending.end(), ending.begin(),
                   [](char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c; });
    if (ending == ".png" || ending == ".svg" || ending == ".pdf") return ending.substr(1);
    throw Error(ending.empty() ? fmt::format("{} has no ending that tells the form of the figure.", out.string())
                               : fmt::format("A figure can't be written as '{}'.", ending),
                "End the name with .png, .svg or .pdf.", ExitCode::usage);
}

// The window's binary beside this library or this program: it is what draws.
fs::path renderer_of(const FigureExportOptions& options) {
    if (!options.renderer.empty()) return options.renderer;
    std::error_code ignored;
    auto program = platform::installation() / "bin/orrery-gui";
    if (fs::exists(program, ignored)) return program;
    throw Error("Figures are drawn by orrery-gui, which was not built here.",
                "Export the data instead (orrery export --metrics or --artifact), or build with the window.",
                ExitCode::usage);
}

// A folder of this process for as long as it lives.
class ScratchFolder {
public:
    ScratchFolder() : path_(platform::make_temporary_folder("orrery-figure")) {}
    ~ScratchFolder() {
        std::error_code ignored;
        fs::remove_all(path_, ignored);
    }
    ScratchFolder(const ScratchFolder&) = delete;
    ScratchFolder& operator=(const ScratchFolder&) = delete;
    const fs::path& path() const { return path_; }

private:
    fs::path path_;
};

void write_whole(const fs::path& file, const std::string& content) {
    std::ofstream out(file, std::ios::binary | std::ios::trunc);
    out << content;
    out.close();
    if (!out) throw Error(fmt::format("{} could not be written.", file.string()), "Is the disk full?");
}

// One request, one answer; what the child printed besides is told when it dies.
nlohmann::json draw(const fs::path& program, const nlohmann::json& request, const ScratchFolder& scratch,
                    std::chrono::seconds limit) {
    platform::SpawnRequest spawn;
    spawn.program = program;
    spawn.arguments = {"--export"};
    spawn.log = scratch.path() / "log";
    platform::PipedChild child(std::move(spawn));
    const platform::Wakeup wakeup;
    child.send(request.dump());
    const auto end = std::chrono::steady_clock::now() + limit;
    std::string answer;
    while (answer.empty() && !child.closed()) {
        const auto left = std::chrono::duration_cast<std::chrono::milliseconds>(end - std::chrono::steady_clock::now());
        if (left.count() <= 0) {
            child.kill();
            child.wait(5000);
            throw Error(fmt::format("The figure was not drawn within {} s.", limit.count()),
                        "Show fewer runs or a smaller size, or try again when the machine is less busy.");
        }
        const auto lines = child.exchange(wakeup, left);
        if (!lines.empty()) answer = lines.front();
    }
    child.close_input();
    auto ended = child.wait(5000);
    if (!ended) {
        child.kill();
        ended = child.wait(5000);
    }
    auto json = nlohmann::json::parse(answer, nullptr, false);
    if (json.is_object() && json.contains("error"))
        throw Error(json.value("error", ""), json.value("hint", ""), static_cast<ExitCode>(json.value("code", 1)));
    if (!json.is_object() || !json.contains("drawn")) {
        std::ifstream log(scratch.path() / "log");
        std::string line, last;
        while (std::getline(log, line))
            if (!line.empty()) last = line;
        throw Error(ended && ended->signal != 0 ? fmt::format("The process that draws figures ended by {}.",
                                                              platform::signal_name(ended->signal))
                                                : std::string("The process that draws figures gave no answer."),
                    last.empty() ? "" : "It said: " + last.substr(0, 500));
    }
    return json;
}

// Draws into `image`, a file of ours.
FigureExport drawn(const Figure& figure, const FigureData& data, const std::string& format, const fs::path& image,
                   const FigureExportOptions& options) {
    const fs::path program = renderer_of(options);
    const ScratchFolder scratch;
    write_whole(scratch.path() / "data.cbor", pack(data));
    const auto answer = draw(program,
                             {{"figure", figure.to_json()},
                              {"data", (scratch.path() / "data.cbor").string()},
                              {"format", format},
                              {"out", image.string()}},
                             scratch, options.time_limit);
    FigureExport made;
    made.points = data.points();
    made.drawn = answer.at("drawn");
    made.notes = data.notes;
    for (const auto& note : answer.value("notes", nlohmann::json::array())) made.notes.push_back(note);
    if (made.drawn < made.points)
        made.notes.push_back(
            data.fields.empty()
                ? fmt::format("Of {} points {} are drawn: of each column of dots the first, lowest, highest and last. "
                              "The CSV has all of them.",
                              made.points, made.drawn)
                : fmt::format("Of {} points of the field {} are drawn: rows and columns were left out. The CSV has all "
                              "of them.",
                              made.points, made.drawn));
    for (const auto& row : data.runs) made.runs.push_back(row.id);
    made.sha256 = sha256_of_file(image);
    made.bytes = static_cast<std::int64_t>(fs::file_size(image));
    return made;
}

nlohmann::json record_of(const Project& project, const Figure& figure, const FigureData& data, const FigureExport& made,
                         const std::string& name) {
    const CodeVersion& code = code_version();
    nlohmann::json record{{"format", 1},
                          {"file", made.image.filename().string()},
                          {"sha256", made.sha256},
                          {"bytes", made.bytes},
                          {"figure", figure.to_json()},
                          {"points", made.points},
                          {"drawn", made.drawn},
                          {"notes", made.notes},
                          {"project", project.folder().string()},
                          {"code", {{"version", code.version}, {"commit", code.commit}}}};
    if (!code.diff_sha256.empty()) record["code"]["diff_sha256"] = code.diff_sha256;
    if (!name.empty()) record["name"] = name;
    record["runs"] = nlohmann::json::array();
    for (const auto& row : data.runs) record["runs"].push_back(run_record(project, row));
    for (const auto& field : data.fields)
        record["artifacts"].push_back({{"run", field.run},
                                       {"name", field.artifact},
                                       {"sha256", field.sha256},
                                       {"step", field.step},
                                       {"time", field.time}});
    for (const auto& shown : data.graphs) {
        record["artifacts"].push_back(
            {{"run", shown.run}, {"name", shown.artifact}, {"sha256", shown.sha256}, {"graph", shown.number}});
        if (shown.before)
            record["artifacts"].push_back(
                {{"run", shown.run}, {"name", shown.original}, {"sha256", shown.original_sha256}});
    }
    return record;
}

// Why it isn't in the project's log; empty if it is.
std::string log_export(Project& project, const FigureExport& made, const std::string& name) {
    if (!project.writable())
        return "not logged: " + (project.notice().empty() ? "the project is open for reading only" : project.notice());
    try {
        project.log_event(
            "export", made.runs.size() == 1 ? made.runs.front() : "",
            {{"figure", name}, {"file", made.image.string()}, {"sha256", made.sha256}, {"runs", made.runs}});
        return {};
    } catch (const Error& error) {
        return std::string("not logged: ") + error.what();
    }
}

} // namespace

nlohmann::json FigureExport::to_json() const {
    return {{"file", image.string()}, {"sidecar", sidecar.string()},
            {"data", table.string()}, {"sha256", sha256},
            {"bytes", bytes},         {"runs", runs},
            {"points", points},       {"drawn", drawn},
            {"notes", notes},         {"logged", logged}};
}

FigureExport render_figure(const Project& project, const Figure& figure, const fs::path& out,
                           const FigureExportOptions& options) {
    const std::string format = format_of(out);
    FileReplacement image(out);
    auto made = drawn(figure, figure_data(project, figure), format, image.temporary(), options);
    image.commit();
    made.image = fs::absolute(out);
    return made;
}

FigureExport export_figure(Project& project, const Figure& given, const fs::path& out,
                           const FigureExportOptions& options) {
    const std::string format = format_of(out);
    renderer_of(options);
    const FigureSidecar sidecar(fs::absolute(out));
    Figure figure = given;
    const FigureData data = figure_data(project, figure);
    figure.runs.clear(); // whole ids, also where a prefix or a sweep was given
    for (const auto& row : data.runs) figure.runs.push_back(row.id);

    FileReplacement image(out), table(sidecar.table()), record(sidecar.path());
    auto made = drawn(figure, data, format, image.temporary(), options);
    made.image = fs::absolute(out);
    made.sidecar = sidecar.path();
    made.table = sidecar.table();
    {
        std::ofstream csv(table.temporary(), std::ios::binary | std::ios::trunc);
        data.write_csv(csv, figure);
        csv.close();
        if (!csv) throw Error(fmt::format("{} could not be written.", made.table.string()), "Is the disk full?");
    }
    auto document = sidecar.with(record_of(project, figure, data, made, options.name));
    document["data"] = {{"file", made.table.filename().string()}, {"sha256", sha256_of_file(table.temporary())}};
    // Room for it first: an event can't be taken back.
    write_whole(record.temporary(), document.dump(2) + std::string(4096, '\n'));
    const std::string not_logged = log_export(project, made, options.name);
    made.logged = not_logged.empty();
    document["logged"] = made.logged;
    if (!made.logged) {
        document["notice"] = not_logged;
        made.notes.push_back(fmt::format("This export is {}.", not_logged));
    }
    write_whole(record.temporary(), document.dump(2) + "\n");
    record.commit();
    table.commit();
    image.commit();
    return made;
}

} // namespace orrery
