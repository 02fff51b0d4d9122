// SPDX-License-Identifier: BSD-3-Clause
// Exports with a renderer that draws nothing: what core does around it. tests/cli/test_export_figure.py has the real
// one.
#include "core/figure/figure_export.h"

#include "core/figure/figure_commands.h"
#include "core/sha256.h"
#include "core/verify.h"
#include "tests/catch.h"
#include "tests/core/sample_run.h"
#include "tests/scratch_folder.h"

#include <fstream>
#include <sstream>

using namespace orrery;
using Catch::Matchers::Contains;
namespace fs = std::filesystem;

namespace {

std::string content(const fs::path& file) {
    std::ifstream in(file, std::ios::binary);
    std::ostringstream text;
    text << in.rdbuf();
    return text.str();
}

void write(const fs::path& file, const std::string& text) { std::ofstream(file, std::ios::binary) << text; }

struct Sample {
    ScratchFolder folder;
    Project project = Project::open(folder / "p.orrery", Access::create);
    fs::path out = folder / "pictures of Größe" / "f.svg";
    Figure figure;
    FigureExportOptions options;

    Sample() {
        fs::create_directory(out.parent_path());
        const auto created = project.create_run(sample_request());
        project.begin(created.id, sample_provenance());
        const std::vector<std::string> keys{"loss"};
        const std::vector<MetricBatch::Point> points{{0, {0, 3, 0}}, {0, {1, 2, 0.5}}};
        project.append(created.id, {keys, points, false, 0, {}});
        project.end(created.id, {});
        figure.runs = {created.id};
        figure.metrics = {"loss"};
        answer("printf picture > \"$out\"; echo '{\"drawn\": 2, \"notes\": []}'");
    }
    // A renderer that does this.
    void answer(const std::string& commands) {
        options.renderer = folder / "renderer";
        write(options.renderer,
              "#!/bin/sh\nread -r line\nout=$(printf %s \"$line\" | sed 's/.*\"out\":\"\\([^\"]*\\)\".*/\\1/')\n" +
                  commands + "\n");
        fs::permissions(options.renderer, fs::perms::owner_all);
    }
    FigureExport run() { return export_figure(project, figure, out, options); }
    std::string refusal() {
        const auto before = listing();
        try {
            run();
        } catch (const Error& error) {
            CHECK(listing() == before); // nothing is left behind
            return std::string(error.what()) + " " + error.hint();
        }
        return "";
    }
    std::map<std::string, std::string> listing() const {
        std::map<std::string, std::string> files;
        for (const auto& entry : fs::directory_iterator(out.parent_path()))
            files[entry.path().filename().string()] = content(entry.path());
        return files;
    }
    nlohmann::json sidecar() const { return nlohmann::json::parse(content(fs::path(out).replace_extension(".json"))); }
};

} // namespace

TEST_CASE("An export writes picture, data and where they came from, and is an event", "[core][figure][P4]") {
    Sample sample;
    const auto made = sample.run();
    CHECK(content(sample.out) == "picture");
    CHECK(made.logged);
    CHECK(made.notes.empty());
    const auto sidecar = sample.sidecar();
    CHECK(sidecar.at("orrery") == "figure");
    CHECK(sidecar.at("sha256") == sha256("picture"));
    CHECK(sidecar.at("data").at("sha256") == sha256_of_file(made.table));
    CHECK(sidecar.at("runs").at(0).at("run") == sample.figure.runs[0]);
    CHECK(sidecar.at("runs").at(0).at("params").at("kappa") == 0.1);
    CHECK(sidecar.at("runs").at(0).at("provenance").at("code/commit") == "abc");
    CHECK(Figure::from_json(sidecar.at("figure")) == sample.figure);
    CHECK(sidecar.at("logged") == true);
    const auto event = sample.project.events().back();
    CHECK(event.kind == "export");
    CHECK(event.run == sample.figure.runs[0]);
    CHECK(nlohmann::json::parse(event.data).at("sha256") == made.sha256);
    CHECK(sample.listing().size() == 3);
}

TEST_CASE("An export of Orrery's own is replaced, nobody else's file ever is", "[core][figure][P9]") {
    Sample sample;
    const auto other = GENERATE(as<std::string>(), "f.svg", "f.json", "f.csv");
    write(sample.out.parent_path() / other, "{\"mine\": true}");
    CHECK_THAT(sample.refusal(), Contains(other) && Contains("Orrery did not write it") && Contains("another name"));
    fs::remove(sample.out.parent_path() / other);
    sample.run();
    sample.answer("printf another > \"$out\"; echo '{\"drawn\": 2}'");
    sample.run();
    CHECK(content(sample.out) == "another");
    if (other != "f.json") { // changed by hand since
        write(sample.out.parent_path() / other, "edited");
        CHECK_THAT(sample.refusal(), Contains(other) && Contains("was changed since Orrery wrote it"));
    } else {
        fs::remove(sample.out.parent_path() / other); // nothing tells any more whose it is
        CHECK_THAT(sample.refusal(), Contains("f.svg is there, and Orrery did not write it"));
    }
}

TEST_CASE("The sidecar of one picture knows the others of its name", "[core][figure]") {
    Sample sample;
    sample.run();
    sample.out.replace_extension(".png");
    sample.run();
    auto sidecar = sample.sidecar();
    CHECK(sidecar.at("file") == "f.png");
    CHECK(sidecar.at("others").at("f.svg").at("sha256") == sha256("picture"));
    sample.out.replace_extension(".svg");
    sample.run(); // the sidecar still says that it is ours
    CHECK(sample.sidecar().at("others").contains("f.png"));
    fs::remove(sample.out.parent_path() / "f.png");
    sample.run();
    CHECK_FALSE(sample.sidecar().contains("others"));
}

TEST_CASE("A wrong file name is refused before anything is drawn", "[core][figure][P9]") {
    Sample sample;
    sample.options.renderer = sample.folder / "is not there";
    sample.out.replace_extension(".gif");
    CHECK_THAT(sample.refusal(), Contains("can't be written as '.gif'") && Contains(".png, .svg or .pdf"));
    sample.out.replace_extension();
    CHECK_THAT(sample.refusal(), Contains("has no ending"));
    sample.out = "/dev/full.svg/f.svg";
    CHECK_THROWS_AS(sample.run(), Error);
    sample.out = "/proc/f.svg";
    CHECK_THROWS_WITH(sample.run(), Contains("Can't write /proc/f.svg"));
}

TEST_CASE("A renderer that fails, dies or never answers leaves nothing behind", "[core][figure][P3]") {
    Sample sample;
    sample.answer("echo '{\"error\": \"There is no OpenGL.\", \"hint\": \"Get one.\", \"code\": 1}'");
    CHECK(sample.refusal() == "There is no OpenGL. Get one.");
    sample.answer("echo half > \"$out\"; echo trouble >&2; kill -SEGV $$");
    CHECK_THAT(sample.refusal(), Contains("ended by SIGSEGV") && Contains("It said: trouble"));
    sample.answer("exit 0");
    CHECK_THAT(sample.refusal(), Contains("gave no answer"));
    sample.options.time_limit = std::chrono::seconds(1);
    sample.answer("exec sleep 60");
    CHECK_THAT(sample.refusal(), Contains("was not drawn within 1 s"));
}

TEST_CASE("A project that can only be read exports, and says that it isn't logged", "[core][figure]") {
    Sample sample;
    auto reading = Project::open(sample.project.folder(), Access::read);
    const auto events = reading.events().size();
    const auto made = export_figure(reading, sample.figure, sample.out, sample.options);
    CHECK_FALSE(made.logged);
    REQUIRE(made.notes.size() == 1);
    CHECK_THAT(made.notes[0], Contains("not logged"));
    CHECK(sample.sidecar().at("logged") == false);
    CHECK_THAT(sample.sidecar().at("notice").get<std::string>(), Contains("not logged"));
    CHECK(sample.project.events().size() == events);
}

TEST_CASE("Fewer points than there are are told, in answer and sidecar", "[core][figure]") {
    Sample sample;
    sample.answer("printf picture > \"$out\"; echo '{\"drawn\": 1, \"notes\": [\"a note\"]}'");
    const auto made = sample.run();
    CHECK(made.points == 2);
    CHECK(made.drawn == 1);
    REQUIRE(made.notes.size() == 2);
    CHECK_THAT(made.notes[1], Contains("Of 2 points 1 are drawn"));
    CHECK(sample.sidecar().at("notes").size() == 2);
}

TEST_CASE("Saved figures change by commands, are events, and come back with undo", "[core][figure][P2]") {
    Sample sample;
    CommandSet commands;
    History history(commands);
    std::vector<std::string> log;
    add_figure_commands(commands, [&] { return &sample.project; });
    commands.listen([&](const Invocation&, const std::string& python) { log.push_back(python); });
    const auto save = [&](const std::string& name, const nlohmann::json& specification) {
        return history.execute({"figure.save", {{"name", name}, {"specification", specification.dump()}}});
    };
    save("loss", {{"metrics", {"loss"}}, {"runs", sample.figure.runs}});
    CHECK(Figure::from_json(nlohmann::json::parse(sample.project.figure("loss")->specification)) == sample.figure);
    CHECK_THAT(log.back(), Catch::Matchers::StartsWith("project.save_figure(\"loss\", {\"background\": \"white\"") &&
                               Contains("\"log_y\": False") && Contains("\"y_range\": None"));
    CHECK_FALSE(save("loss", sample.figure.to_json()).changed);
    save("loss", sample.figure.with({{"title", "T"}}).to_json());
    history.execute({"figure.rename", {{"name", "loss"}, {"new_name", "Verlust ä"}}});
    CHECK(log.back() == "project.rename_figure(\"loss\", \"Verlust ä\")");
    history.execute({"figure.remove", {{"name", "Verlust ä"}}});
    CHECK(sample.project.figures().empty());
    history.undo();
    history.undo();
    CHECK_THAT(sample.project.figure("loss")->specification, Contains("\"title\":\"T\""));
    history.undo();
    CHECK_THAT(sample.project.figure("loss")->specification, Contains("\"title\":\"\""));
    history.undo();
    CHECK(sample.project.figures().empty());
    history.redo();
    CHECK(sample.project.figures().size() == 1);
    std::vector<std::string> kinds;
    for (const auto& event : sample.project.events())
        if (event.kind.starts_with("figure.")) kinds.push_back(event.kind);
    CHECK(kinds.size() == 9);
    CHECK(verify(sample.project).problems.empty());
}

TEST_CASE("A figure that can't be saved, found or renamed says why", "[core][figure][P9]") {
    Sample sample;
    CommandSet commands;
    add_figure_commands(commands, [&] { return &sample.project; });
    const auto refusal = [&](const Invocation& invocation) -> std::string {
        try {
            commands.execute(invocation);
        } catch (const Error& error) {
            return std::string(error.what()) + " " + error.hint();
        }
        return "";
    };
    const std::string good = sample.figure.to_json().dump();
    CHECK_THAT(refusal({"figure.save", {{"name", "a"}, {"specification", "nonsense"}}}), Contains("no JSON object"));
    CHECK_THAT(refusal({"figure.save", {{"name", "a"}, {"specification", "{\"dpi\": 1}"}}}), Contains("dpi is '1'"));
    CHECK_THAT(refusal({"figure.save", {{"name", " "}, {"specification", good}}}), Contains("is empty"));
    CHECK_THAT(refusal({"figure.save", {{"name", "{a"}, {"specification", good}}}), Contains("can't begin with '{'"));
    commands.execute({"figure.save", {{"name", "loss"}, {"specification", good}}});
    commands.execute({"figure.save", {{"name", "other"}, {"specification", good}}});
    CHECK_THAT(refusal({"figure.remove", {{"name", "los"}}}), Contains("no figure 'los'") && Contains("'loss'?"));
    CHECK_THAT(refusal({"figure.rename", {{"name", "loss"}, {"new_name", "other"}}}), Contains("already"));
}
