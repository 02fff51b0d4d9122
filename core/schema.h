// SPDX-License-Identifier: BSD-3-Clause
// The declared parameters of an experiment: from one declaration come the form, key=value, Python, the stored row and
// the checks.
#pragma once
#include "core/api.h"
#include "core/error.h"

#include <nlohmann/json.hpp>

#include <cstdint>
#include <functional>
#include <limits>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <variant>
#include <vector>

namespace orrery {

enum class FieldType { boolean, integer, number, text, choice, path };
ORRERY_API const char* name_of(FieldType type);

using Value = std::variant<bool, std::int64_t, double, std::string>;
using Values = std::map<std::string, Value, std::less<>>;

// Shortest text that reads back as the same value.
ORRERY_API std::string text_of(const Value& value);
ORRERY_API nlohmann::json json_of(const Value& value);
ORRERY_API nlohmann::json json_of(const Values& values);

struct ORRERY_API Field {
    std::string name;
    FieldType type = FieldType::number;
    Value default_value;
    std::optional<double> min, max;   // inclusive
    std::vector<std::string> choices; // of FieldType::choice
    std::string help;
    std::string unit;
    std::string kind;  // of a path: what the file must hold ("field", "table"), else empty
    std::string group; // heading in the form
    bool log10 = false;
    bool live = false;

    // What is accepted, in words: "a number from 0 to 10".
    std::string accepts() const;
    bool operator==(const Field&) const = default;
};

class ORRERY_API Schema {
public:
    std::vector<Field> fields;

    const Field* find(std::string_view name) const;
    Values defaults() const;

    // Reads `key=value` texts; adds every problem (unknown key with a suggestion, ill-typed, out of range, twice) and
    // returns the values that could be read over the defaults.
    Values parse(const std::vector<std::string>& assignments, Problems& problems) const;
    // The same from an object of a recipe, a stored row or Python.
    Values parse(const nlohmann::json& object, Problems& problems) const;
    // All problems of typed values: missing, unknown, of a wrong type, out of range.
    void check(const Values& values, Problems& problems) const;

    nlohmann::json to_json() const; // the "fields" of describe --json
    static Schema from_json(const nlohmann::json& fields);
    // SHA-256 of the canonical JSON: tells whether two runs had the same declaration.
    std::string hash() const;
};

ORRERY_API bool is_utf8(std::string_view text);

// The nearest of `known` to `word` if it is near enough to be what was meant.
ORRERY_API std::optional<std::string> did_you_mean(std::string_view word, const std::vector<std::string>& known);

// Collects the fields of a parameter struct:  f("kappa", &Params::kappa).doc("...").range(0, 10).log10();
// Members may be bool, int, std::int64_t, double and std::string; the default is the member's initialiser.
template <class P>
class Bind {
public:
    class Editor {
    public:
        explicit Editor(Field& field) : field_(field) {}
        Editor& doc(std::string help, std::string unit = {}) {
            field_.help = std::move(help);
            field_.unit = std::move(unit);
            return *this;
        }
        Editor& range(double min, double max) {
            field_.min = min;
            field_.max = max;
            return *this;
        }
        Editor& choices(std::vector<std::string> names) {
            field_.type = FieldType::choice;
            field_.choices = std::move(names);
            return *this;
        }
        Editor& path(std::string kind = {}) {
            field_.type = FieldType::path;
            field_.kind = std::move(kind);
            return *this;
        }
        Editor& log10() { return field_.log10 = true, *this; }
        Editor& live() { return field_.live = true, *this; }
        Editor& group(std::string heading) {
            field_.group = std::move(heading);
            return *this;
        }

    private:
        Field& field_;
    };

    template <class T>
    Editor operator()(std::string name, T P::*member) {
        Field field;
        field.name = std::move(name);
        const P defaults{};
        if constexpr (std::is_same_v<T, bool>) {
            field.type = FieldType::boolean;
            field.default_value = defaults.*member;
        } else if constexpr (std::is_integral_v<T>) {
            field.type = FieldType::integer;
            field.default_value = static_cast<std::int64_t>(defaults.*member);
            field.min = static_cast<double>(std::numeric_limits<T>::min());
            field.max = static_cast<double>(std::numeric_limits<T>::max());
        } else if constexpr (std::is_floating_point_v<T>) {
            field.type = FieldType::number;
            field.default_value = static_cast<double>(defaults.*member);
        } else {
            static_assert(std::is_same_v<T, std::string>,
                          "a parameter is a bool, an integer, a double or a std::string");
            field.type = FieldType::text;
            field.default_value = defaults.*member;
        }
        setters_.push_back([member, key = field.name](P& params, const Values& values) {
            const auto found = values.find(key);
            if (found == values.end()) return;
            if constexpr (std::is_same_v<T, bool> || std::is_same_v<T, std::string>) {
                params.*member = std::get<T>(found->second);
            } else if constexpr (std::is_integral_v<T>) {
                params.*member = static_cast<T>(std::get<std::int64_t>(found->second));
            } else {
                params.*member = static_cast<T>(std::get<double>(found->second));
            }
        });
        schema_.fields.push_back(std::move(field));
        return Editor(schema_.fields.back());
    }

    // Of a struct with a static fields(Bind<P>&).
    static Bind of() {
        Bind bind;
        P::fields(bind);
        return bind;
    }

    const Schema& schema() const { return schema_; }
    // Values must have passed Schema::check.
    P make(const Values& values) const {
        P params{};
        assign(params, values);
        return params;
    }
    // Sets the fields that are among the values, and leaves the others.
    void assign(P& params, const Values& values) const {
        for (const auto& set : setters_) set(params, values);
    }

private:
    Schema schema_;
    std::vector<std::function<void(P&, const Values&)>> setters_;
};

} // namespace orrery
