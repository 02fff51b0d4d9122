// SPDX-License-Identifier: BSD-3-Clause
#include "core/plugins/plugin_catalogue.h"

#include "tests/catch.h"
#include "tests/scratch_folder.h"

#include <fstream>

namespace fs = std::filesystem;
using namespace orrery;

namespace {
fs::path sample(const std::string& name) { return fs::path(SAMPLE_PLUGINS) / name / (name + ".so"); }

std::string message_of(const std::function<void()>& action) {
    try {
        action();
    } catch (const Error& error) {
        return error.what();
    }
    return "nothing was thrown";
}

// A folder with a plugin `id` whose manifest is that of the good sample, changed by `edit`.
void put_plugin(const fs::path& folder, const std::string& id, const std::function<void(nlohmann::json&)>& edit = {}) {
    auto manifest = manifest_of(open_plugin(sample("good")).info);
    manifest["id"] = id;
    if (edit) edit(manifest);
    fs::create_directories(folder / id);
    fs::copy_file(sample("good"), folder / id / "good.so");
    std::ofstream(folder / id / "plugin.json") << manifest.dump();
}
} // namespace

TEST_CASE("a good plugin is opened and declares its experiments", "[core]") {
    const auto plugin = open_plugin(sample("good"));
    CHECK(plugin.info.id == "good");
    REQUIRE(plugin.experiments.size() == 1);
    CHECK(plugin.experiments[0]->declaration.id == "sample.count");
    CHECK(plugin.experiments[0]->declaration.schema.fields.size() == 4);
}

TEST_CASE("what is no plugin of this Orrery is refused with the reason", "[core][P9]") {
    CHECK_THAT(message_of([] { open_plugin(sample("wrong_key")); }), contains_text("built against another Orrery"));
    CHECK_THAT(message_of([] { open_plugin(sample("no_entry")); }), contains_text("orrery_plugin_build_key"));
    CHECK_THAT(message_of([] { open_plugin(sample("undefined")); }), contains_text("a_function_that_is_nowhere"));
    CHECK_THAT(message_of([] { open_plugin("/nowhere/x.so"); }), contains_text("/nowhere/x.so"));
}

TEST_CASE("the catalogue reads manifests alone and says why a plugin is left out", "[core][P3][P9]") {
    const ScratchFolder scratch;
    put_plugin(scratch.path(), "fine");
    const auto other = [](nlohmann::json& m) { m["experiments"][0]["id"] = "another"; };
    put_plugin(scratch.path(), "old", [](nlohmann::json& m) { m["build_key"] = "0123456789abcdef"; });
    put_plugin(scratch.path(), "outside", [](nlohmann::json& m) { m["library"] = "../fine/good.so"; });
    put_plugin(scratch.path(), "gone", [&](nlohmann::json& m) { other(m), m["library"] = "gone.so"; });
    put_plugin(scratch.path(), "twisted",
               [](nlohmann::json& m) { m["experiments"][0]["fields"][0]["type"] = "matrix"; });
    put_plugin(scratch.path(), "lacking", [](nlohmann::json& m) { m["experiments"][0]["fields"][2].erase("help"); });
    put_plugin(scratch.path(), "wrong", [](nlohmann::json& m) { m["experiments"][0]["metrics"][0]["timing"] = 3; });
    put_plugin(scratch.path(), "flat", [](nlohmann::json& m) { m["experiments"] = "none"; });
    put_plugin(scratch.path(), "escape", [](nlohmann::json& m) { m["title"] = "a\033[2Jb"; });
    put_plugin(scratch.path(), "climbing", [](nlohmann::json& m) { m["id"] = "../climbing"; });
    put_plugin(scratch.path(), "twice",
               [&](nlohmann::json& m) { other(m), m["experiments"].push_back(m["experiments"][0]); });
    const auto put_text = [&](const char* id, const std::string& text) {
        fs::create_directories(scratch.path() / id);
        std::ofstream(scratch.path() / id / "plugin.json") << text;
    };
    put_text("torn", "{\"id\": \"torn\",\n ");
    put_text("bent", "{\"id\":\n \"bent\",\n oops}");
    put_text("empty", "");
    put_text("number", "7");
    fs::create_directories(scratch.path() / "folder/plugin.json");
    fs::create_directories(scratch.path() / "no_plugin_at_all");

    const PluginCatalogue catalogue({scratch.path(), scratch.path() / "nowhere"});
    std::map<std::string, std::string> reasons;
    for (const auto& p : catalogue.plugins()) {
        reasons[p.id] = p.reason;
        CHECK((p.state == PluginState::found) == p.reason.empty());
        CHECK(p.reason.find("json.exception") == std::string::npos);
    }
    REQUIRE(reasons.size() == 16);
    CHECK(reasons["fine"].empty());
    CHECK_THAT(reasons["old"], contains_text("another Orrery"));
    CHECK_THAT(reasons["outside"], contains_text("outside"));
    CHECK_THAT(reasons["gone"], contains_text("not there"));
    CHECK_THAT(reasons["twisted"], contains_text("matrix"));
    CHECK_THAT(reasons["lacking"], contains_text("experiments[0].fields[2] lacks the entry \"help\""));
    CHECK_THAT(reasons["wrong"], contains_text("experiments[0].metrics[0].timing is 3; accepted: true or false"));
    CHECK_THAT(reasons["flat"], contains_text("accepted: a list"));
    CHECK_THAT(reasons["escape"], contains_text("title is a text that has control characters"));
    CHECK_THAT(reasons["climbing"], contains_text("its id is '../climbing'"));
    CHECK_THAT(reasons["twice"], contains_text("'another' twice"));
    CHECK_THAT(reasons["torn"], contains_text("ends too early, in line 2"));
    CHECK_THAT(reasons["bent"], contains_text("line 3"));
    CHECK_THAT(reasons["number"], contains_text("no object"));
    CHECK_THAT(reasons["folder"], contains_text("no file"));
    CHECK(catalogue.experiments().size() == 1);
    CHECK(catalogue.find("sample.count").plugin->id == "fine");
}

TEST_CASE("a plugin whose experiment was found before is refused", "[core][P9]") {
    const ScratchFolder scratch;
    put_plugin(scratch.path() / "a", "zeta");
    put_plugin(scratch.path() / "b", "alpha");
    const PluginCatalogue catalogue({scratch.path() / "a", scratch.path() / "b"});
    CHECK(catalogue.find("sample.count").plugin->id == "zeta");
    CHECK_THAT(catalogue.plugins()[1].reason, contains_text("'sample.count' was found before, in the plugin 'zeta'"));
}

TEST_CASE("what can't be used is named with the reason when its experiment is asked for", "[core][P9]") {
    const ScratchFolder scratch;
    const PluginMemory memory(scratch / "memory");
    put_plugin(scratch / "plugins", "fine");
    const auto asked = [&](const PluginFolder& folder) {
        const PluginCatalogue catalogue({folder}, memory);
        try {
            catalogue.find("sample.count");
        } catch (const Error& error) {
            CHECK(error.code() == ExitCode::usage);
            CHECK(catalogue.experiments().empty());
            return std::string(name_of(catalogue.plugins()[0].state)) + ": " + error.what() + " " + error.hint();
        }
        return std::string("found");
    };
    const auto folder = scratch / "plugins";
    CHECK(asked(folder) == "found");
    CHECK_THAT(asked({folder, true}), contains_text("disabled: ") && contains_text("left out by --safe"));
    memory.disable("fine");
    CHECK_THAT(asked(folder), contains_text("disabled: ") && contains_text("orrery plugins --enable fine"));
    memory.enable("fine");
    memory.remember_failure(folder / "fine/good.so", "it fell over");
    CHECK_THAT(asked(folder), contains_text("failed: the experiment 'sample.count' belongs to the plugin 'fine', "
                                            "which failed: it fell over orrery plugins --enable fine"));
    memory.forget_failure(folder / "fine/good.so");
    CHECK(asked(folder) == "found");
}

TEST_CASE("the opening of a plugin is remembered when it fails", "[core][P3]") {
    const ScratchFolder scratch;
    const PluginMemory memory(scratch / "memory");
    CHECK(open_plugin(sample("good"), memory).info.state == PluginState::loaded);
    CHECK(!memory.failure(sample("good")));
    CHECK_THROWS(open_plugin(sample("undefined"), memory));
    CHECK_THAT(memory.failure(sample("undefined")).value_or(""), contains_text("a_function_that_is_nowhere"));
    memory.remember_failure(sample("good"), "then");
    open_plugin(sample("good"), memory);
    CHECK(!memory.failure(sample("good")));
    CHECK(fs::is_empty(scratch.path() / "memory/opening"));
}

TEST_CASE("an unknown experiment gets a suggestion", "[core][P9]") {
    const ScratchFolder scratch;
    put_plugin(scratch.path(), "fine");
    const PluginCatalogue catalogue({scratch.path()});
    try {
        catalogue.find("sample.cuont");
        FAIL("found");
    } catch (const Error& error) {
        CHECK(error.code() == ExitCode::usage);
        CHECK_THAT(error.hint(), contains_text("sample.count"));
    }
}

TEST_CASE("of two plugins with one id the first on the path is used", "[core]") {
    const ScratchFolder scratch;
    put_plugin(scratch.path() / "a", "same");
    put_plugin(scratch.path() / "b", "same");
    const PluginCatalogue catalogue({scratch.path() / "a", scratch.path() / "b"});
    REQUIRE(catalogue.plugins().size() == 2);
    CHECK(catalogue.plugins()[0].state == PluginState::found);
    CHECK(catalogue.plugins()[1].state == PluginState::refused);
}
