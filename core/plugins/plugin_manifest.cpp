// SPDX-License-Identifier: BSD-3-Clause
#include "core/plugins/plugin_manifest.h"

#include "core/build_key.h"
#include "core/canonical_json.h"

#include <fmt/format.h>

#include <algorithm>
#include <fstream>
#include <set>
#include <sstream>

namespace fs = std::filesystem;

namespace orrery {
namespace {

constexpr const char* manifest_name = "plugin.json";
constexpr std::uintmax_t largest_manifest = 16u << 20;

// What an entry must be. `bound`: a number, "inf", "-inf" or null.
enum class Shape { text, flag, number, bound, texts, list, anything };

struct Entry {
    const char* key;
    Shape shape;
};

constexpr Entry plugin_entries[] = {{"id", Shape::text},        {"version", Shape::text}, {"title", Shape::text},
                                    {"build_key", Shape::text}, {"library", Shape::text}, {"experiments", Shape::list}};
constexpr Entry experiment_entries[] = {{"id", Shape::text},       {"title", Shape::text},  {"summary", Shape::text},
                                        {"version", Shape::text},  {"fields", Shape::list}, {"metrics", Shape::list},
                                        {"artifacts", Shape::list}};
constexpr Entry field_entries[] = {{"name", Shape::text}, {"type", Shape::text}, {"default", Shape::anything},
                                   {"min", Shape::bound}, {"max", Shape::bound}, {"choices", Shape::texts},
                                   {"unit", Shape::text}, {"help", Shape::text}, {"log10", Shape::flag},
                                   {"live", Shape::flag}, {"kind", Shape::text}, {"group", Shape::text}};
constexpr Entry metric_entries[] = {{"key", Shape::text},         {"help", Shape::text},
                                    {"unit", Shape::text},        {"lower_is_better", Shape::flag},
                                    {"tolerance", Shape::number}, {"timing", Shape::flag}};
constexpr Entry artifact_entries[] = {{"name", Shape::text}, {"kind", Shape::text}, {"help", Shape::text}};

// Printed to terminals: what could steer one is no text.
bool is_plain_text(const nlohmann::json& json) {
    if (!json.is_string()) return false;
    const auto& text = json.get_ref<const std::string&>();
    return std::none_of(text.begin(), text.end(), [](char c) {
        return (static_cast<unsigned char>(c) < 0x20 && c != '\n' && c != '\t') || c == 0x7f;
    });
}

bool has_shape(const nlohmann::json& json, Shape shape) {
    switch (shape) {
    case Shape::text:
        return is_plain_text(json);
    case Shape::flag:
        return json.is_boolean();
    case Shape::number:
        return json.is_number();
    case Shape::bound:
        return json.is_number() || json.is_null() || json == "inf" || json == "-inf";
    case Shape::texts:
        return json.is_array() && std::all_of(json.begin(), json.end(), is_plain_text);
    case Shape::list:
        return json.is_array();
    case Shape::anything:
        return true;
    }
    return false;
}

const char* words_of(Shape shape) {
    switch (shape) {
    case Shape::text:
        return "a text without control characters";
    case Shape::flag:
        return "true or false";
    case Shape::number:
        return "a number";
    case Shape::bound:
        return "a number, \"inf\", \"-inf\" or null";
    case Shape::texts:
        return "a list of texts without control characters";
    case Shape::list:
        return "a list";
    case Shape::anything:
        break;
    }
    return "a value";
}

// Throws Error unless `json` is an object with these entries. `where`: "experiments[0].fields[2]", empty at the top.
template <std::size_t N>
void require(const nlohmann::json& json, const Entry (&entries)[N], const std::string& where) {
    const std::string at = where.empty() ? "it" : where;
    if (!json.is_object()) throw Error(fmt::format("{} is no object ({{...}})", at));
    for (const auto& [key, shape] : entries) {
        const auto found = json.find(key);
        if (found == json.end()) throw Error(fmt::format("{} lacks the entry \"{}\", {}", at, key, words_of(shape)));
        if (!has_shape(*found, shape))
            throw Error(fmt::format("{}{}{} is {}; accepted: {}", where, where.empty() ? "" : ".", key,
                                    found->is_structured() ? "a list or an object"
                                    : found->is_string()   ? "a text that has control characters or doesn't fit"
                                                           : found->dump(),
                                    words_of(shape)));
    }
}

template <std::size_t N>
void require_each(const nlohmann::json& list, const Entry (&entries)[N], const std::string& where) {
    for (std::size_t i = 0; i < list.size(); ++i) require(list[i], entries, fmt::format("{}[{}]", where, i));
}

nlohmann::json parse_manifest(const std::string& text) {
    try {
        return nlohmann::json::parse(text);
    } catch (const nlohmann::json::parse_error& error) {
        const auto byte = std::min(error.byte, text.size());
        const auto begin = text.begin();
        const auto line = 1 + std::count(begin, begin + static_cast<std::ptrdiff_t>(byte), '\n');
        throw Error(byte >= text.size() ? fmt::format("it ends too early, in line {} (byte {})", line, text.size())
                                        : fmt::format("line {} (byte {}) is no valid JSON", line, byte));
    } catch (const nlohmann::json::out_of_range&) {
        throw Error("it holds a number that is larger than any double");
    }
}

Declaration read_experiment(const nlohmann::json& json, const std::string& where) {
    require(json, experiment_entries, where);
    require_each(json.at("fields"), field_entries, where + ".fields");
    require_each(json.at("metrics"), metric_entries, where + ".metrics");
    require_each(json.at("artifacts"), artifact_entries, where + ".artifacts");
    try {
        return Declaration::from_json(json);
    } catch (const Error& error) {
        throw Error(fmt::format("{} ({}): {}", where, json.at("id").get<std::string>(), error.what()));
    } catch (const nlohmann::json::exception& error) { // an entry that isn't listed above
        const std::string_view what = error.what();
        const auto words = what.find("] ");
        throw Error(fmt::format("{}: {}", where, words == std::string_view::npos ? what : what.substr(words + 2)));
    }
}

// Fills the info from the manifest; throws Error for anything wrong with it.
void read_manifest(PluginInfo& plugin, const fs::path& file) {
    std::error_code error;
    if (!fs::is_regular_file(file, error)) throw Error("it is no file");
    if (fs::file_size(file, error) > largest_manifest || error) throw Error("it is larger than 16 MiB");
    std::ifstream in(file, std::ios::binary);
    std::ostringstream text;
    if (!in || !(text << in.rdbuf())) throw Error("it is empty or can't be read");
    const auto json = parse_manifest(text.str());
    require(json, plugin_entries, {});
    const auto id = json.at("id").get<std::string>();
    if (!is_plugin_id(id))
        throw Error(fmt::format("its id is '{}'; accepted: letters, digits, _, - and ., at most 64 of them", id));
    plugin.id = id;
    plugin.version = json.at("version").get<std::string>();
    plugin.title = json.at("title").get<std::string>();
    plugin.build_key = json.at("build_key").get<std::string>();
    const fs::path library = json.at("library").get<std::string>();
    if (library.empty() || library.has_parent_path())
        throw Error(
            fmt::format("its library is '{}', which lies outside of its folder; accepted: a file name beside it",
                        library.string()));
    plugin.library = plugin.folder / library;
    // An older or newer Orrery may have written the rest in another way: that it is another one says more.
    if (plugin.build_key != ORRERY_BUILD_KEY) return;
    const auto& experiments = json.at("experiments");
    std::set<std::string> ids;
    for (std::size_t i = 0; i < experiments.size(); ++i) {
        auto declaration = read_experiment(experiments[i], fmt::format("experiments[{}]", i));
        if (!ids.insert(declaration.id).second)
            throw Error(fmt::format("it declares the experiment '{}' twice", declaration.id));
        plugin.experiments.push_back(std::move(declaration));
    }
}

} // namespace

const char* name_of(PluginState state) {
    switch (state) {
    case PluginState::found:
        return "found";
    case PluginState::refused:
        return "refused";
    case PluginState::loaded:
        return "loaded";
    case PluginState::failed:
        return "failed";
    case PluginState::disabled:
        return "disabled";
    }
    return "unknown";
}

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

bool is_plugin_id(std::string_view text) {
    const auto letter_or_digit = [](char c) {
        return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9');
    };
    return !text.empty() && text.size() <= 64 && letter_or_digit(text.front()) &&
           std::all_of(text.begin(), text.end(),
                       [&](char c) { return letter_or_digit(c) || c == '_' || c == '-' || c == '.'; });
}

PluginInfo inspect_plugin(const fs::path& folder) {
    PluginInfo plugin;
    plugin.folder = folder;
    plugin.id = folder.filename().string();
    const auto refuse = [&](std::string reason, std::string hint) {
        plugin.state = PluginState::refused;
        plugin.reason = std::move(reason);
        plugin.hint = std::move(hint);
    };
    const auto file = folder / manifest_name;
    try {
        read_manifest(plugin, file);
    } catch (const Error& error) {
        plugin.experiments.clear();
        refuse(fmt::format("its plugin.json can't be used: {}", quotable(error.what())),
               fmt::format("building the plugin writes {} anew", file.string()));
        return plugin;
    }
    std::error_code ignored;
    if (plugin.build_key != ORRERY_BUILD_KEY)
        refuse(fmt::format("it was built against another Orrery (build key {}, this one is {})",
                           plugin.build_key.substr(0, 12), std::string(ORRERY_BUILD_KEY).substr(0, 12)),
               "build it again with this one");
    else if (!fs::is_regular_file(plugin.library, ignored))
        refuse(fmt::format("its library {} is not there", plugin.library.string()), "build it again");
    return plugin;
}

} // namespace orrery
