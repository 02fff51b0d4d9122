// SPDX-License-Identifier: BSD-3-Clause
#include "core/project.h"
#include "core/project_commands.h"
#include "core/verify.h"
#include "tests/catch.h"
#include "tests/core/sample_run.h"
#include "tests/scratch_folder.h"

using namespace orrery;
using Catch::Matchers::Contains;

namespace {

struct Sample {
    ScratchFolder folder;
    Project project = Project::open(folder / "p.orrery", Access::create);
    Project* open = &project;
    CommandSet commands;
    History history{commands};
    std::vector<std::string> log;
    std::string first, second;

    Sample() {
        add_project_commands(commands, [this] { return open; });
        commands.listen([this](const Invocation&, const std::string& python) { log.push_back(python); });
        first = ended();
        second = ended();
    }
    std::string ended() {
        const auto id = project.create_run(sample_request()).id;
        project.begin(id, sample_provenance());
        project.end(id, {});
        return id;
    }
    Effect execute(const std::string& command, const std::string& run, const std::string& name = "",
                   const std::string& text = "") {
        Invocation invocation{command, {{"run", run}}};
        if (!name.empty()) invocation.arguments[name] = text;
        return history.execute(invocation);
    }
    std::string refusal(const std::string& command, const std::string& name, const std::string& text) {
        try {
            execute(command, first, name, text);
        } catch (const Error& error) {
            CHECK(error.code() == ExitCode::usage);
            return error.what();
        }
        return "";
    }
};

} // namespace

TEST_CASE("Name, note, tags and removal change, are events, and come back with undo", "[core][P2]") {
    Sample sample;
    const auto before = sample.project.run(sample.first).to_json();
    const auto hash = sample.project.run_hash(sample.first);
    const auto events = sample.project.events().size();
    sample.execute("run.rename", sample.first, "name", "best one");
    sample.execute("run.note", sample.first, "text", "Two\nlines.");
    sample.execute("run.tag", sample.first, "tag", "good");
    sample.execute("run.tag", sample.first, "tag", "a paper");
    sample.execute("run.untag", sample.first, "tag", "good");
    sample.execute("run.remove", sample.first);
    auto row = sample.project.run(sample.first);
    CHECK(row.name == "best one");
    CHECK(row.note == "Two\nlines.");
    CHECK(row.tags == std::vector<std::string>{"a paper"});
    CHECK(row.removed);
    CHECK(row.to_json()["tags"] == nlohmann::json{"a paper"});
    CHECK(row.to_json()["note"] == "Two\nlines.");
    CHECK(sample.project.run_hash(sample.first) == hash);
    CHECK(verify(sample.project).ok());

    for (int i = 0; i < 6; ++i) sample.history.undo();
    CHECK(sample.project.run(sample.first).to_json() == before);
    CHECK(sample.history.undo_title().empty());
    for (int i = 0; i < 6; ++i) sample.history.redo();
    CHECK(sample.project.run(sample.first).to_json() == row.to_json());
    const auto chain = sample.project.events();
    CHECK(chain.size() == events + 18);
    CHECK(chain.at(events).kind == "run.rename");
    CHECK(chain.at(events).data == R"({"name":"best one","was":"a walk"})");
    CHECK(verify(sample.project).ok());
    CHECK(sample.project.run(sample.second).tags.empty());
}

TEST_CASE("Every command is logged with the whole id of the run", "[core][P7]") {
    Sample sample;
    sample.execute("run.tag", "last", "tag", " good \"x\" ");
    sample.execute("run.note", sample.first, "text", "a\nb");
    sample.execute("run.remove", "last");
    sample.history.undo();
    CHECK(sample.log == std::vector<std::string>{"project.tag(\"" + sample.second + "\", \"good \\\"x\\\"\")",
                                                 "project.note(\"" + sample.first + "\", \"a\\nb\")",
                                                 "project.remove(\"" + sample.second + "\")",
                                                 "project.restore(\"" + sample.second + "\")"});
}

TEST_CASE("What is so already is no change, no event and nothing to undo", "[core]") {
    Sample sample;
    sample.execute("run.tag", sample.first, "tag", "good");
    const auto events = sample.project.events().size();
    CHECK_FALSE(sample.execute("run.tag", sample.first, "tag", " good ").changed);
    CHECK_FALSE(sample.execute("run.rename", sample.first, "name", "a walk").changed);
    CHECK(sample.project.events().size() == events);
    sample.history.undo();
    CHECK(sample.project.run(sample.first).tags.empty());
}

TEST_CASE("A command on a run says why it can't be", "[core][P9]") {
    Sample sample;
    const Values of_first{{"run", sample.first}};
    CHECK(sample.commands.reason("run.remove", of_first).empty());
    CHECK(sample.commands.reason("run.remove").empty());
    CHECK_THAT(sample.commands.reason("run.restore", of_first), Contains("not removed"));
    CHECK_THAT(sample.commands.reason("run.untag", of_first), Contains("has no tags"));
    CHECK_THAT(sample.commands.reason("run.priority", of_first), Contains("is done, not queued"));
    CHECK_THAT(sample.commands.reason("run.tag", {{"run", std::string("zzz")}}), Contains("No run begins with 'zzz'"));
    sample.execute("run.tag", sample.first, "tag", "good");
    CHECK_THAT(sample.refusal("run.untag", "tag", "bad"), Contains("has no tag 'bad'; it has: good."));
    sample.execute("run.remove", sample.first);
    CHECK_THAT(sample.commands.reason("run.remove", of_first), Contains("removed already"));
    const auto going_on = sample.project.create_run(sample_request());
    CHECK(sample.commands.reason("run.remove", {{"run", going_on.id}}) ==
          "Run " + going_on.id + " is running and can't be removed.");
    CHECK_THROWS_WITH(sample.execute("run.remove", going_on.id), Contains("is running"));
    sample.open = nullptr;
    CHECK(sample.commands.reason("run.remove") == "No project is open.");
    CHECK_THROWS_WITH(sample.execute("run.tag", sample.first, "tag", "x"), "No project is open.");
    auto reader = Project::open(sample.project.folder(), Access::read);
    sample.open = &reader;
    CHECK_THAT(sample.commands.reason("run.remove"), Contains("reading only"));
}

TEST_CASE("Artifacts alone are removed, come back with undo, and are deleted by compact only", "[core][P2]") {
    Sample sample;
    const auto make = [&](const std::string& content) {
        const auto id = sample.project.create_run(sample_request()).id;
        sample.project.begin(id, sample_provenance());
        sample.folder.write("theta.bin", content);
        sample.project.add_artifact(id, "theta", Kind::table, sample.folder / "theta.bin");
        sample.project.end(id, {});
        return id;
    };
    const auto own = make("own"), shared = make("shared"), other = make("shared");
    const auto file_of = [&](const std::string& id) {
        return sample.project.artifact_path(sample.project.named_artifacts(id).at(0));
    };
    const auto before = sample.project.run(own).to_json();
    for (const auto& id : {own, shared}) sample.execute("run.remove_artifacts", id);
    CHECK(sample.log.back() == "project.remove_artifacts(\"" + shared + "\")");
    for (const auto& id : {own, shared}) {
        CHECK(sample.project.run(id).artifacts.empty());
        CHECK(sample.project.run(id).artifacts_removed);
        CHECK(sample.project.artifacts(id).empty());
    }
    const auto runs = sample.project.runs();
    CHECK(runs.at(2).artifacts.empty());
    CHECK(runs.at(4).artifacts.size() == 1);
    CHECK_FALSE(runs.at(4).artifacts_removed);
    CHECK(sample.project.size().loose_bytes == 3); // "own": the other content is still a run's
    CHECK(verify(sample.project).ok());
    CHECK_THAT(sample.commands.reason("run.remove_artifacts", {{"run", own}}), Contains("removed already"));
    CHECK_THAT(sample.commands.reason("run.restore_artifacts", {{"run", other}}), Contains("are not removed"));
    CHECK_THAT(sample.commands.reason("run.remove_artifacts", {{"run", sample.first}}), Contains("made no artifacts"));
    CHECK_THROWS_WITH(sample.project.set_artifacts_removed(sample.first, true), Contains("made no artifacts"));
    CHECK_FALSE(sample.project.set_artifacts_removed(own, true));

    sample.history.undo();
    sample.history.undo();
    CHECK(sample.project.run(own).to_json() == before);
    CHECK(sample.project.size().loose_bytes == 0);

    for (const auto& id : {own, shared}) sample.execute("run.remove_artifacts", id);
    const auto gone = file_of(own), kept = file_of(shared);
    CHECK(sample.project.compact().files == 1);
    CHECK_FALSE(std::filesystem::exists(gone));
    CHECK(std::filesystem::exists(kept));
    CHECK(verify(sample.project).ok());
    CHECK_THROWS_WITH(sample.execute("run.restore_artifacts", own), Contains("its file was deleted"));
    CHECK(sample.project.run(own).artifacts_removed);
    sample.execute("run.restore_artifacts", shared);
    CHECK(sample.project.run(shared).artifacts.size() == 1);
}

TEST_CASE("The artifacts of a run that goes on stay, and one without them isn't resumed", "[core][P9]") {
    Sample sample;
    auto created = sample.project.create_run(sample_request());
    const auto& id = created.id;
    sample.project.begin(id, sample_provenance());
    sample.folder.write("theta.bin", "theta");
    sample.project.add_artifact(id, "theta", Kind::table, sample.folder / "theta.bin");
    CHECK_THAT(sample.commands.reason("run.remove_artifacts", {{"run", id}}), Contains("is running"));
    CHECK_THROWS_WITH(sample.project.set_artifacts_removed(id, true), Contains("is running"));
    sample.project.set_checkpoint(id, 3);
    sample.project.end(id, {Outcome::stopped, 130, "stopped", ""});
    { const auto let_go = std::move(created.lock); }
    sample.execute("run.remove_artifacts", id);
    CHECK_THROWS_WITH(sample.project.requeue(id), Contains("artifacts of run " + id + " were removed"));
    sample.history.undo();
    sample.project.requeue(id);
    CHECK(sample.project.run(id).status == Status::queued);
}

TEST_CASE("Labels that can't be stored are refused with a sentence, and nothing changes", "[core][P9]") {
    Sample sample;
    const auto before = sample.project.events().size();
    CHECK(sample.refusal("run.tag", "tag", "  ") == "The tag is empty.");
    CHECK_THAT(sample.refusal("run.tag", "tag", std::string(65, 'x')), Contains("65 characters"));
    CHECK_THAT(sample.refusal("run.tag", "tag", "a\nb"), Contains("control character"));
    CHECK_THAT(sample.refusal("run.tag", "tag", "\x1b[31mred"), Contains("control character"));
    CHECK_THAT(sample.refusal("run.tag", "tag", "a\xC2\x9B"), Contains("control character"));
    CHECK_THAT(sample.refusal("run.tag", "tag", "\xff"), Contains("UTF-8"));
    CHECK_THAT(sample.refusal("run.rename", "name", std::string(201, 'x')), Contains("201 characters"));
    CHECK_THAT(sample.refusal("run.rename", "name", std::string("a\0b", 3)), Contains("control character"));
    CHECK_THAT(sample.refusal("run.note", "text", "a\x07"), Contains("control character"));
    CHECK_THAT(sample.refusal("run.note", "text", std::string(65'537, 'x')), Contains("65537 bytes"));
    CHECK(sample.project.events().size() == before);
    // 64 characters of two bytes each are 64; a note may have lines of any system.
    std::string umlauts;
    for (int i = 0; i < 64; ++i) umlauts += "\xC3\xBC";
    CHECK(sample.execute("run.tag", sample.first, "tag", umlauts).changed);
    sample.execute("run.note", sample.first, "text", "a\r\n\tb\n");
    CHECK(sample.project.run(sample.first).note == "a\n\tb");
}

TEST_CASE("Only a queued run has a priority that can be changed", "[core]") {
    Sample sample;
    const auto id = sample.project.create_run(sample_request()).id;
    sql(sample.project.folder() / "project.db", "UPDATE run SET claimed = NULL WHERE id = '" + id + "'");
    REQUIRE(sample.project.run(id).status == Status::queued);
    const auto set = [&](std::int64_t priority) {
        return sample.history.execute({"run.priority", {{"run", id}, {"priority", priority}}});
    };
    CHECK(set(5).changed);
    CHECK(set(7).changed);
    CHECK(sample.log.back() == "project.set_priority(\"" + id + "\", 7)");
    CHECK_FALSE(set(7).changed);
    sample.history.undo();
    CHECK(sample.project.run(id).priority == 5);
    CHECK_THROWS_WITH(set(1001), Contains("from -1000 to 1000"));
    sql(sample.project.folder() / "project.db", "UPDATE run SET claimed = created WHERE id = '" + id + "'");
    CHECK_THROWS_WITH(sample.history.undo(), Contains("can't be undone any more") && Contains("not queued"));
    CHECK_THROWS_WITH(sample.project.set_priority(id, 1), Contains("isn't queued"));
    CHECK(sample.project.run(id).priority == 5);
}

TEST_CASE("Undo after somebody else's change tells that it has become impossible", "[core][P9]") {
    Sample sample;
    sample.execute("run.remove", sample.first);
    sample.project.compact();
    CHECK_THROWS_WITH(sample.history.undo(), Contains("\"Remove run\" can't be undone any more"));
    CHECK(sample.history.undo_title().empty());
}

TEST_CASE("Arguments are suggested: runs by id and name, tags that are in use", "[core]") {
    Sample sample;
    sample.execute("run.tag", sample.first, "tag", "good");
    sample.execute("run.tag", sample.second, "tag", "good");
    sample.execute("run.tag", sample.second, "tag", "paper");
    sample.execute("run.rename", sample.first, "name", "Best one");
    const auto values = [&](const char* command, const char* argument, const std::string& typed, Values others = {}) {
        std::vector<std::string> found;
        for (const auto& suggestion : sample.commands.suggest(command, argument, typed, others))
            found.push_back(text_of(suggestion.value));
        return found;
    };
    using Words = std::vector<std::string>;
    CHECK(values("run.tag", "run", "") == Words{sample.second, sample.first});
    CHECK(values("run.tag", "run", "best") == Words{sample.first});
    CHECK(values("run.tag", "run", sample.second) == Words{sample.second});
    CHECK(values("run.tag", "tag", "") == Words{"good", "paper"});
    CHECK(values("run.tag", "tag", "pa") == Words{"paper"});
    CHECK(values("run.untag", "tag", "", {{"run", sample.first}}) == Words{"good"});
    CHECK(sample.commands.suggest("run.tag", "tag", "g").at(0).about == "2 runs");
    CHECK(values("run.restore", "run", "").empty());
    sample.execute("run.remove", sample.first);
    CHECK(values("run.restore", "run", "") == Words{sample.first});
    CHECK(values("run.tag", "run", "") == Words{sample.second});
    CHECK(sample.project.all_tags() == std::vector<std::pair<std::string, std::int64_t>>{{"good", 1}, {"paper", 1}});
}

TEST_CASE("Compacting deletes the tags of removed runs with them", "[core]") {
    Sample sample;
    sample.execute("run.tag", sample.first, "tag", "good");
    sample.execute("run.remove", sample.first);
    sample.project.compact();
    CHECK(sql(sample.project.folder() / "project.db", "SELECT count(*) FROM tag").at(0) == "0");
    CHECK(verify(sample.project).ok());
}
