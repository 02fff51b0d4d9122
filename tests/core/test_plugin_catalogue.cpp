// SPDX-License-Identifier: BSD-3-Clause
#include "core/plugin_catalogue.h"

#include "tests/catch.h"
#include "tests/core/scratch_folder.h"

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

TEST_CASE("the catalogue reads manifests alone and says why a plugin is left out", "[core][P3]") {
    const ScratchFolder scratch;
    put_plugin(scratch.path(), "fine");
    put_plugin(scratch.path(), "old", [](nlohmann::json& m) { m["build_key"] = "0123456789abcdef"; });
    put_plugin(scratch.path(), "outside", [](nlohmann::json& m) { m["library"] = "../fine/good.so"; });
    put_plugin(scratch.path(), "gone", [](nlohmann::json& m) { m["library"] = "gone.so"; });
    put_plugin(scratch.path(), "twisted",
               [](nlohmann::json& m) { m["experiments"][0]["fields"][0]["type"] = "matrix"; });
    fs::create_directories(scratch.path() / "torn");
    std::ofstream(scratch.path() / "torn/plugin.json") << "{\"id\": \"torn\", ";
    fs::create_directories(scratch.path() / "no_plugin_at_all");

    const PluginCatalogue catalogue({scratch.path(), scratch.path() / "nowhere"});
    std::map<std::string, std::string> reasons;
    for (const auto& p : catalogue.plugins()) reasons[p.id] = p.reason;
    REQUIRE(reasons.size() == 6);
    CHECK(reasons["fine"].empty());
    CHECK_THAT(reasons["old"], contains_text("another Orrery"));
    CHECK_THAT(reasons["outside"], contains_text("outside"));
    CHECK_THAT(reasons["gone"], contains_text("not there"));
    CHECK_THAT(reasons["twisted"], contains_text("matrix"));
    CHECK_THAT(reasons["torn"], contains_text("plugin.json"));
    CHECK(catalogue.experiments().size() == 1);
    CHECK(catalogue.find("sample.count").plugin->id == "fine");
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
