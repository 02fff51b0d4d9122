// SPDX-License-Identifier: BSD-3-Clause
#include "core/plugins/python_plugin.h"

#include "core/build_key.h"
#include "core/files/replace_file.h"
#include "core/platform/disk.h"
#include "core/platform/machine.h"
#include "core/platform/process.h"
#include "core/plugins/python_host.h"
#include "core/sha256.h"

#include <fmt/format.h>

#include <cstdlib>
#include <fstream>
#include <sstream>

namespace fs = std::filesystem;

namespace orrery {
namespace {

constexpr std::uintmax_t largest_file = 4u << 20;
constexpr int patience_ms = 30'000;

std::string text_of_file(const fs::path& file) {
    std::ifstream in(file, std::ios::binary);
    std::ostringstream text;
    text << in.rdbuf();
    return in ? text.str() : std::string();
}

fs::path cache_folder() { return platform::user_folder("XDG_CACHE_HOME", ".cache", "declarations"); }

nlohmann::json refusal(const std::string& error, const std::string& hint) { return {{"error", error}, {"hint", hint}}; }

// {"error","hint"} if the child can't say.
nlohmann::json ask_child(const fs::path& file) {
    const auto folder = platform::make_temporary_folder("orrery-declare-");
    const auto answer = folder / "declaration.json";
    platform::SpawnRequest spawn;
    spawn.program = platform::command_line_program();
    spawn.arguments = {"declare", fs::absolute(file).string(), "--out", answer.string()};
    spawn.log = folder / "log";
    nlohmann::json declared;
    try {
        platform::ChildProcess child(spawn);
        const auto end = child.wait(patience_ms);
        if (!end) {
            child.kill();
            child.wait(1000);
        }
        declared = nlohmann::json::parse(text_of_file(answer), nullptr, false);
        if (declared.is_discarded())
            declared = refusal(!end ? fmt::format("its declarations could not be read in {} s", patience_ms / 1000)
                                    : "its declarations could not be read: " + text_of_file(spawn.log),
                               "`orrery declare FILE` tells more");
    } catch (const Error& error) {
        declared = refusal(error.what(), error.hint());
    }
    std::error_code ignored;
    fs::remove_all(folder, ignored);
    return declared;
}

// From the cache, or of a child, whose answer is kept. `hash`: of the file.
nlohmann::json declaration_of(const fs::path& file, const std::string& hash) {
    const auto folder = cache_folder();
    const auto kept = folder / (sha256(hash + " " + file.stem().string() + " " ORRERY_BUILD_KEY) + ".json");
    if (!folder.empty()) {
        auto known = nlohmann::json::parse(text_of_file(kept), nullptr, false);
        if (!known.is_discarded()) return known;
    }
    auto declared = ask_child(file);
    const bool is_certain = !declared.is_object() || !declared.contains("error") || declared.contains("line");
    if (!folder.empty() && is_certain) {
        std::error_code ignored;
        fs::create_directories(folder, ignored);
        try {
            replace_file(kept, [&](std::ostream& out) { out << declared.dump() << '\n'; });
        } catch (const Error&) { // read-only or full: it is read again the next time
        }
    }
    return declared;
}

} // namespace

bool is_python_file(const fs::path& file) { return file.extension() == ".py"; }

std::optional<PluginInfo> inspect_python_plugin(const fs::path& file) {
    PluginInfo plugin;
    plugin.id = file.stem().string();
    plugin.title = plugin.id;
    plugin.folder = file.parent_path();
    plugin.library = file;
    const auto refuse = [&](std::string reason, std::string hint) {
        plugin.state = PluginState::refused;
        plugin.reason = std::move(reason);
        plugin.hint = std::move(hint);
        return plugin;
    };
    std::error_code error;
    const auto size = fs::file_size(file, error);
    if (error) return refuse("it can't be read: " + error.message(), "check its rights");
    const auto text = size <= largest_file ? text_of_file(file) : std::string();
    if (size > largest_file) return refuse("it is larger than 4 MiB", "keep data in files of their own");
    if (text.find("experiment") == std::string::npos) return std::nullopt; // no need to read it as Python
    const auto hash = sha256(text);
    plugin.version = hash.substr(0, 12);
    plugin.build_key = "python:" + hash;
    const auto declared = declaration_of(file, hash);
    if (declared.is_null()) return std::nullopt;
    try {
        if (declared.contains("error"))
            return refuse(declared.at("error").get<std::string>(), declared.at("hint").get<std::string>());
        plugin.title = declared.at("title").get<std::string>();
        for (const auto& experiment : declared.at("experiments"))
            plugin.experiments.push_back(Declaration::from_json(experiment));
    } catch (const Error& what) {
        return refuse(what.what(), what.hint());
    } catch (const nlohmann::json::exception&) {
        return refuse("its remembered declarations are damaged", "remove " + cache_folder().string());
    }
    return plugin;
}

nlohmann::json declare_python_plugin(const fs::path& file) {
    if (!is_plugin_id(file.stem().string()))
        return {{"error", fmt::format("its name '{}' can't be a plugin's id: letters, digits, _, - and ., at most 64",
                                      file.stem().string())},
                {"hint", "give the file another name"},
                {"line", 0}};
    auto declared = python_host().declare(file);
    if (!declared.is_object() || declared.contains("error")) return declared;
    for (const auto& experiment : declared.at("experiments")) {
        try {
            Declaration::from_json(experiment);
        } catch (const Error& error) {
            return {{"error", fmt::format("{}: {}", experiment.at("id").get<std::string>(), error.what())},
                    {"hint", error.hint()},
                    {"line", 0}};
        }
    }
    return declared;
}

} // namespace orrery
