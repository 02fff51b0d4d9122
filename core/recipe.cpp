// SPDX-License-Identifier: BSD-3-Clause
#include "core/recipe.h"

#include "core/schema.h"

#include <fmt/format.h>
#include <fmt/ranges.h>
#define TOML_EXCEPTIONS 1
#include <toml++/toml.h>

#include <algorithm>
#include <cmath>
#include <cstdlib>
#include <set>

namespace fs = std::filesystem;

namespace orrery {
namespace {

class Reader {
public:
    explicit Reader(fs::path file) : file_(std::move(file)) {}

    [[noreturn]] void fail(const toml::source_region& where, const std::string& what, std::string hint = {}) const {
        throw Error(fmt::format("{}, line {}: {}", file_.string(), where.begin.line, what), std::move(hint),
                    ExitCode::usage);
    }

    void only(const toml::table& table, const std::vector<std::string>& known) const {
        for (const auto& [key, node] : table) {
            const std::string name(key.str());
            if (std::find(known.begin(), known.end(), name) != known.end()) continue;
            const auto meant = did_you_mean(name, known);
            fail(node.source(), fmt::format("'{}' has no meaning here", name),
                 meant ? fmt::format("did you mean '{}'?", *meant)
                       : fmt::format("accepted: {}", fmt::join(known, ", ")));
        }
    }

    std::string text(const toml::table& table, const char* key, bool required) const {
        const auto* node = table.get(key);
        if (!node) {
            if (required) fail(table.source(), fmt::format("'{}' is missing", key));
            return {};
        }
        if (!node->is_string()) fail(node->source(), fmt::format("'{}' must be a text", key));
        if (required && node->as_string()->get().empty()) fail(node->source(), fmt::format("'{}' is empty", key));
        return node->as_string()->get();
    }

    std::optional<double> number(const toml::table& table, const char* key) const {
        const auto* node = table.get(key);
        if (!node) return std::nullopt;
        const auto value = node->value<double>();
        if (!value || !node->is_number()) fail(node->source(), fmt::format("'{}' must be a number", key));
        return value;
    }

    // A list of tables under `key`; empty if there is none.
    std::vector<const toml::table*> tables(const toml::table& table, const char* key) const {
        std::vector<const toml::table*> list;
        const auto* node = table.get(key);
        if (!node) return list;
        if (!node->is_array()) fail(node->source(), fmt::format("'{}' must be a list of tables", key));
        for (const auto& item : *node->as_array()) {
            if (!item.is_table()) fail(item.source(), fmt::format("'{}' must hold tables", key));
            list.push_back(item.as_table());
        }
        return list;
    }

    nlohmann::json parameter(const toml::node& node, std::string_view name) const {
        if (node.is_boolean()) return node.as_boolean()->get();
        if (node.is_integer()) return node.as_integer()->get();
        if (node.is_floating_point()) return node.as_floating_point()->get();
        if (node.is_string()) return node.as_string()->get();
        if (const auto* table = node.as_table();
            table && table->size() == 1 && table->get("file") && table->get("file")->is_string())
            return (file_.parent_path() / table->get("file")->as_string()->get()).lexically_normal().string();
        fail(node.source(),
             fmt::format("the parameter '{}' must be a number, a text, true, false or {{file = \"...\"}}", name));
    }

    Expectation expectation(const toml::table& table) const {
        only(table, {"metric", "value", "tolerance", "min", "max"});
        Expectation e;
        e.metric = text(table, "metric", true);
        e.value = number(table, "value");
        e.min = number(table, "min");
        e.max = number(table, "max");
        const auto tolerance = number(table, "tolerance");
        if (e.value && !tolerance) fail(table.source(), "an expected 'value' needs a 'tolerance'");
        if (!e.value && !e.min && !e.max)
            fail(table.source(), "an expectation needs 'value' and 'tolerance', 'min' or 'max'");
        e.tolerance = tolerance.value_or(0);
        if (!(e.tolerance >= 0)) fail(table.source(), "'tolerance' must be a number, at least 0");
        if (e.value && !std::isfinite(*e.value)) fail(table.source(), "'value' must be finite: nothing is near it");
        if ((e.min && std::isnan(*e.min)) || (e.max && std::isnan(*e.max)))
            fail(table.source(), "'min' and 'max' must be numbers: nothing is compared with nan");
        if (e.min && e.max && !(*e.min <= *e.max)) fail(table.source(), "'min' must not be larger than 'max'");
        if (e.value && ((e.min && *e.value < *e.min) || (e.max && *e.value > *e.max)))
            fail(table.source(), "'value' must lie between 'min' and 'max'");
        return e;
    }

    RecipeRun run(const toml::table& table) const {
        only(table, {"name", "experiment", "seed", "parameters", "expect", "pictures"});
        RecipeRun r;
        r.name = text(table, "name", true);
        r.experiment = text(table, "experiment", true);
        if (const auto* node = table.get("seed")) {
            if (!node->is_integer() || node->as_integer()->get() < 0)
                fail(node->source(), "'seed' must be a whole number, at least 0");
            r.seed = static_cast<std::uint64_t>(node->as_integer()->get());
        }
        if (const auto* node = table.get("parameters")) {
            if (!node->is_table()) fail(node->source(), "'parameters' must be a table");
            for (const auto& [name, value] : *node->as_table())
                r.parameters[std::string(name.str())] = parameter(value, name.str());
        }
        for (const auto* item : tables(table, "expect")) r.expected.push_back(expectation(*item));
        if (const auto* node = table.get("pictures")) {
            if (!node->is_array()) fail(node->source(), "'pictures' must be a list of names of artifacts");
            for (const auto& item : *node->as_array()) {
                if (!item.is_string()) fail(item.source(), "'pictures' must be a list of names of artifacts");
                r.pictures.push_back(item.as_string()->get());
            }
        }
        return r;
    }

private:
    fs::path file_;
};

} // namespace

std::string Expectation::words() const {
    if (value) return fmt::format("{} +- {}", text_of(Value(*value)), text_of(Value(tolerance)));
    if (min && max) return fmt::format("{} to {}", text_of(Value(*min)), text_of(Value(*max)));
    return max ? fmt::format("at most {}", text_of(Value(*max))) : fmt::format("at least {}", text_of(Value(*min)));
}

bool Expectation::holds(double seen) const {
    if (std::isnan(seen)) return false;
    return (!value || std::fabs(seen - *value) <= tolerance) && (!min || seen >= *min) && (!max || seen <= *max);
}

Recipe Recipe::read(const fs::path& path) {
    Recipe recipe;
    recipe.file = fs::is_directory(path) ? path / "recipe.toml" : path;
    if (!fs::is_regular_file(recipe.file))
        throw Error(fmt::format("there is no recipe at {}", path.string()),
                    "give a folder that holds a recipe.toml, for example projects/critical-sqg", ExitCode::usage);
    toml::table document;
    try {
        document = toml::parse_file(recipe.file.string());
    } catch (const toml::parse_error& error) {
        throw Error(
            fmt::format("{}, line {}: {}", recipe.file.string(), error.source().begin.line, error.description()),
            "it must be a TOML file", ExitCode::usage);
    }
    const Reader reader(recipe.file);
    reader.only(document, {"name", "title", "text", "run"});
    recipe.name = reader.text(document, "name", true);
    if (recipe.name.empty() ||
        recipe.name.find_first_not_of("abcdefghijklmnopqrstuvwxyz0123456789-_") != std::string::npos)
        reader.fail(document.source(), "'name' must consist of lower-case letters, digits, '-' and '_'");
    recipe.title = reader.text(document, "title", true);
    recipe.text = reader.text(document, "text", false);
    std::set<std::string> names;
    for (const auto* table : reader.tables(document, "run")) {
        recipe.runs.push_back(reader.run(*table));
        if (!names.insert(recipe.runs.back().name).second)
            reader.fail(table->source(), fmt::format("two runs have the name '{}'", recipe.runs.back().name));
    }
    if (recipe.runs.empty()) reader.fail(document.source(), "the recipe has no [[run]]");
    return recipe;
}

fs::path Recipe::default_project() const {
    const char* data = std::getenv("XDG_DATA_HOME");
    const char* home = std::getenv("HOME");
    const fs::path base = data && *data ? fs::path(data) : fs::path(home && *home ? home : ".") / ".local/share";
    return base / "orrery" / (name + ".orrery");
}

} // namespace orrery
