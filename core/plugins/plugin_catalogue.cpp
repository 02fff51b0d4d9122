// SPDX-License-Identifier: BSD-3-Clause
#include "core/plugins/plugin_catalogue.h"

#include "core/build_key.h"
#include "core/canonical_json.h"
#include "core/exchange/import_metrics.h"
#include "core/platform/machine.h"
#include "core/plugin.h"
#include "core/plugins/python_host.h"
#include "core/plugins/python_plugin.h"

#include <dlfcn.h>
#include <fmt/format.h>

#include <algorithm>
#include <cstdlib>
#include <sstream>

namespace fs = std::filesystem;

namespace orrery {
namespace {

void put(PluginInfo& plugin, PluginState state, std::string reason, std::string hint) {
    plugin.state = state;
    plugin.reason = std::move(reason);
    plugin.hint = std::move(hint);
}

// "'walk', which failed: REASON"
std::string why_not(const PluginInfo& plugin) {
    return fmt::format("'{}', which {}: {}", plugin.id,
                       plugin.state == PluginState::refused  ? "was refused"
                       : plugin.state == PluginState::failed ? "failed"
                                                             : "is disabled",
                       plugin.reason);
}

OpenedPlugin open_marked(const fs::path& library) {
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
        throw Error(fmt::format("the plugin {} was built against another Orrery (build key {}, this one is {})",
                                library.string(), std::string_view(key()).substr(0, 12),
                                std::string_view(ORRERY_BUILD_KEY).substr(0, 12)),
                    "build it again with this one");
    const PluginEntry* entry = entry_of();
    if (!is_plugin_id(entry->id))
        throw Error(fmt::format("the plugin {} has the id '{}'; accepted: letters, digits, _, - and ., at most 64",
                                library.string(), entry->id),
                    "give it another one in ORRERY_PLUGIN(id, version, title)");
    OpenedPlugin opened;
    opened.info.id = entry->id;
    opened.info.version = entry->version;
    opened.info.title = entry->title;
    opened.info.build_key = key();
    opened.info.folder = library.parent_path();
    opened.info.library = library;
    opened.info.state = PluginState::loaded;
    opened.experiments = *entry->experiments;
    std::sort(opened.experiments.begin(), opened.experiments.end(),
              [](const auto& a, const auto& b) { return a->declaration.id < b->declaration.id; });
    for (const auto& experiment : opened.experiments) opened.info.experiments.push_back(experiment->declaration);
    return opened;
}

} // namespace

PluginCatalogue::PluginCatalogue(const std::vector<PluginFolder>& folders, const PluginMemory& memory) {
    memory.collect_crashes();
    for (const auto& folder : folders) {
        std::vector<fs::path> inside;
        std::error_code error;
        for (fs::directory_iterator it(folder.path, error), end; !error && it != end; it.increment(error))
            if (std::error_code ignored; is_python_file(it->path()) || fs::exists(it->path() / "plugin.json", ignored))
                inside.push_back(it->path());
        std::sort(inside.begin(), inside.end()); // the same order on every file system
        for (const auto& path : inside) {
            if (!is_python_file(path))
                add(inspect_plugin(path), folder.left_out, memory);
            else if (auto plugin = inspect_python_plugin(path))
                add(*std::move(plugin), folder.left_out, memory);
        }
    }
}

void PluginCatalogue::add(PluginInfo plugin, bool left_out, const PluginMemory& memory) {
    const auto experiment_of = [](const PluginInfo& of, const std::string& id) {
        return std::any_of(of.experiments.begin(), of.experiments.end(), [&](const auto& e) { return e.id == id; });
    };
    if (left_out) {
        put(plugin, PluginState::disabled, "left out by --safe",
            "it is used without --safe (and without ORRERY_SAFE in the environment)");
    } else if (plugin.state == PluginState::found) {
        for (const auto& experiment : plugin.experiments)
            if (is_imported(experiment.id))
                put(plugin, PluginState::refused,
                    fmt::format("its experiment '{}' has a name that is kept for imported runs", experiment.id),
                    "give the experiment another id");
        for (const auto& other : plugins_) {
            if (other.id == plugin.id)
                put(plugin, PluginState::refused,
                    fmt::format("a plugin of this id was found before, in {}", other.folder.string()),
                    "remove one of the two, or give it another id");
            else if (other.state != PluginState::refused)
                for (const auto& experiment : plugin.experiments)
                    if (experiment_of(other, experiment.id))
                        put(plugin, PluginState::refused,
                            fmt::format("its experiment '{}' was found before, in the plugin '{}'", experiment.id,
                                        other.id),
                            "remove one of the two, or give the experiment another id");
        }
    }
    if (plugin.state == PluginState::found && memory.disabled(plugin.id))
        put(plugin, PluginState::disabled, "left out by the user",
            fmt::format("orrery plugins --enable {} takes it in again", plugin.id));
    if (plugin.state == PluginState::found)
        if (auto reason = memory.failure(plugin.library))
            put(plugin, PluginState::failed, *std::move(reason),
                fmt::format("orrery plugins --enable {0} tries it again, orrery plugins --disable {0} leaves it out",
                            plugin.id));
    plugins_.push_back(std::move(plugin));
}

std::vector<PluginCatalogue::Found> PluginCatalogue::experiments() const& {
    std::vector<Found> list;
    for (const auto& plugin : plugins_)
        if (plugin.state == PluginState::found)
            for (const auto& experiment : plugin.experiments) list.push_back({&plugin, &experiment});
    std::sort(list.begin(), list.end(),
              [](const Found& a, const Found& b) { return a.experiment->id < b.experiment->id; });
    return list;
}

PluginCatalogue::Found PluginCatalogue::find(std::string_view id) const& {
    if (is_imported(id))
        throw Error(
            fmt::format("the runs of '{}' were imported: no plugin computed them, and none can do it again", id),
            "`orrery show RUN` tells which file they came from", ExitCode::usage);
    std::vector<std::string> known;
    for (const auto& found : experiments()) {
        if (found.experiment->id == id) return found;
        known.push_back(found.experiment->id);
    }
    for (const auto& plugin : plugins_)
        for (const auto& experiment : plugin.experiments)
            if (experiment.id == id)
                throw Error(fmt::format("the experiment '{}' belongs to the plugin {}", id, why_not(plugin)),
                            plugin.hint, ExitCode::usage);
    std::string hint = "orrery list shows all experiments";
    if (const auto meant = did_you_mean(id, known)) hint = fmt::format("did you mean '{}'? {}", *meant, hint);
    for (const auto& plugin : plugins_)
        if (plugin.state == PluginState::refused) hint += fmt::format("; there is also the plugin {}", why_not(plugin));
    throw Error(fmt::format("there is no experiment '{}'", id), hint, ExitCode::usage);
}

std::vector<PluginFolder> plugin_path(const fs::path& project) {
    const bool safe = safe_mode();
    std::vector<PluginFolder> folders{platform::installation() / "lib/orrery/plugins"};
    if (const char* more = std::getenv("ORRERY_PLUGIN_PATH")) {
        std::istringstream list(more);
        for (std::string folder; std::getline(list, folder, ':');)
            if (!folder.empty()) folders.emplace_back(folder, safe);
    }
    if (!project.empty()) folders.emplace_back(project / "plugins", safe);
    return folders;
}

OpenedPlugin open_plugin(const fs::path& library, const PluginMemory& memory) {
    // An exception of a Python file is told by the run that it ends, and nothing is remembered: its author tries again.
    if (is_python_file(library)) return python_host().open(library);
    const OpeningMark mark(memory, library);
    try {
        auto opened = open_marked(library);
        memory.forget_failure(library);
        return opened;
    } catch (const Error& error) {
        memory.remember_failure(library, error.what());
        throw;
    } catch (const std::bad_alloc&) { // not the plugin's fault
        throw;
    } catch (const std::exception& error) { // thrown by an initialiser of the library
        Error failure(fmt::format("the plugin {} can't be opened: its initialisation threw \"{}\"", library.string(),
                                  error.what()),
                      "mend it and build it again");
        memory.remember_failure(library, failure.what());
        throw failure;
    }
}

} // namespace orrery
