// SPDX-License-Identifier: BSD-3-Clause
#include "core/plugin_catalogue.h"

#include "core/build_key.h"
#include "core/canonical_json.h"
#include "core/platform/machine.h"
#include "core/plugin.h"

#include <dlfcn.h>
#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <cstdlib>
#include <fstream>
#include <sstream>

namespace fs = std::filesystem;

namespace orrery {
namespace {

constexpr const char* manifest_name = "plugin.json";
constexpr std::uintmax_t largest_manifest = 16u << 20;

void refuse(PluginInfo& plugin, std::string reason) {
    plugin.state = PluginState::refused;
    plugin.reason = std::move(reason);
    plugin.experiments.clear();
}

// Fills the info from the manifest; throws std::exception for anything wrong with it.
void read_manifest(PluginInfo& plugin, const fs::path& file) {
    if (fs::file_size(file) > largest_manifest) throw Error("plugin.json is larger than 16 MiB");
    std::ifstream in(file);
    if (!in) throw Error("plugin.json can't be read");
    std::ostringstream text;
    text << in.rdbuf();
    const auto json = nlohmann::json::parse(text.str());
    plugin.id = json.at("id").get<std::string>();
    plugin.version = json.at("version").get<std::string>();
    plugin.title = json.at("title").get<std::string>();
    plugin.build_key = json.at("build_key").get<std::string>();
    const fs::path library = json.at("library").get<std::string>();
    if (library.has_parent_path()) throw Error("plugin.json names a library outside of its folder");
    plugin.library = plugin.folder / library;
    for (const auto& experiment : json.at("experiments"))
        plugin.experiments.push_back(Declaration::from_json(experiment));
}

PluginInfo inspect(const fs::path& folder) {
    PluginInfo plugin;
    plugin.folder = folder;
    plugin.id = folder.filename().string();
    try {
        read_manifest(plugin, folder / manifest_name);
    } catch (const std::exception& e) {
        refuse(plugin, fmt::format("its plugin.json can't be used: {}", quotable(e.what())));
        return plugin;
    }
    std::error_code ignored;
    if (plugin.build_key != ORRERY_BUILD_KEY)
        refuse(plugin, fmt::format("it was built against another Orrery (build key {}, this one is {}); build it again",
                                   plugin.build_key.substr(0, 12), std::string(ORRERY_BUILD_KEY).substr(0, 12)));
    else if (!fs::is_regular_file(plugin.library, ignored))
        refuse(plugin, fmt::format("its library {} is not there", plugin.library.string()));
    return plugin;
}

} // namespace

const char* name_of(PluginState state) { return state == PluginState::found ? "found" : "refused"; }

std::string build_key() { return ORRERY_BUILD_KEY; }

nlohmann::json manifest_of(const PluginInfo& plugin) {
    auto experiments = nlohmann::json::array();
    for (const auto& experiment : plugin.experiments) experiments.push_back(experiment.to_json());
    return {{"id", plugin.id},
            {"version", plugin.version},
            {"title", plugin.title},
            {"build_key", plugin.build_key},
            {"library", plugin.library.filename().string()},
            {"experiments", experiments}};
}

PluginCatalogue::PluginCatalogue(const std::vector<fs::path>& folders) {
    for (const auto& folder : folders) {
        std::vector<fs::path> inside;
        std::error_code error;
        for (fs::directory_iterator it(folder, error), end; !error && it != end; it.increment(error))
            if (std::error_code ignored; fs::exists(it->path() / manifest_name, ignored)) inside.push_back(it->path());
        std::sort(inside.begin(), inside.end()); // the same order on every file system
        for (const auto& path : inside) {
            auto plugin = inspect(path);
            const auto same =
                std::find_if(plugins_.begin(), plugins_.end(), [&](const PluginInfo& p) { return p.id == plugin.id; });
            if (same != plugins_.end())
                refuse(plugin, fmt::format("a plugin of this id was found before, in {}", same->folder.string()));
            plugins_.push_back(std::move(plugin));
        }
    }
}

std::vector<PluginCatalogue::Found> PluginCatalogue::experiments() const& {
    std::vector<Found> list;
    for (const auto& plugin : plugins_)
        for (const auto& experiment : plugin.experiments) list.push_back({&plugin, &experiment});
    std::sort(list.begin(), list.end(),
              [](const Found& a, const Found& b) { return a.experiment->id < b.experiment->id; });
    return list;
}

PluginCatalogue::Found PluginCatalogue::find(std::string_view id) const& {
    std::vector<std::string> known;
    for (const auto& found : experiments()) {
        if (found.experiment->id == id) return found;
        known.push_back(found.experiment->id);
    }
    std::string hint = "orrery list shows all experiments";
    if (const auto meant = did_you_mean(id, known)) hint = fmt::format("did you mean '{}'? {}", *meant, hint);
    for (const auto& plugin : plugins_)
        if (plugin.state == PluginState::refused)
            hint += fmt::format("; the plugin '{}' was left out: {}", plugin.id, plugin.reason);
    throw Error(fmt::format("there is no experiment '{}'", id), hint, ExitCode::usage);
}

std::vector<fs::path> plugin_path(const fs::path& project) {
    std::vector<fs::path> folders{platform::executable().parent_path().parent_path() / "lib/orrery/plugins"};
    if (const char* more = std::getenv("ORRERY_PLUGIN_PATH")) {
        std::istringstream list(more);
        for (std::string folder; std::getline(list, folder, ':');)
            if (!folder.empty()) folders.emplace_back(folder);
    }
    if (!project.empty()) folders.push_back(project / "plugins");
    return folders;
}

OpenedPlugin open_plugin(const fs::path& library) {
    // RTLD_NOW: a missing symbol is found here and named, not in the middle of a computation.
    void* handle = dlopen(fs::absolute(library).c_str(), RTLD_NOW | RTLD_LOCAL);
    if (!handle) {
        const char* why = dlerror();
        throw Error(fmt::format("the plugin {} can't be opened: {}", library.string(), why ? why : "no reason given"),
                    "build it again with this Orrery");
    }
    const auto key = reinterpret_cast<const char* (*)()>(dlsym(handle, "orrery_plugin_build_key"));
    const auto entry_of = reinterpret_cast<const PluginEntry* (*)()>(dlsym(handle, "orrery_plugin_entry"));
    if (!key || !entry_of)
        throw Error(fmt::format("{} is no plugin: it lacks the symbol {}", library.string(),
                                key ? "orrery_plugin_entry" : "orrery_plugin_build_key"),
                    "one of its source files must say ORRERY_PLUGIN(id, version, title)");
    if (std::string_view(key()) != ORRERY_BUILD_KEY)
        throw Error(fmt::format("the plugin {} was built against another Orrery", library.string()), "build it again");
    const PluginEntry* entry = entry_of();
    OpenedPlugin opened;
    opened.info = {entry->id, entry->version,     entry->title, key(), library.parent_path(),
                   library,   PluginState::found, {},           {}};
    opened.experiments = *entry->experiments;
    std::sort(opened.experiments.begin(), opened.experiments.end(),
              [](const auto& a, const auto& b) { return a->declaration.id < b->declaration.id; });
    for (const auto& experiment : opened.experiments) opened.info.experiments.push_back(experiment->declaration);
    return opened;
}

} // namespace orrery
