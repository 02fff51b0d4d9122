// SPDX-License-Identifier: BSD-3-Clause
#include "core/schema.h"

#include "core/canonical_json.h"
#include "core/sha256.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <charconv>
#include <cmath>
#include <numeric>
#include <set>

namespace orrery {
namespace {

constexpr std::string_view spaces = " \t\r\n";

std::string_view trimmed(std::string_view text) {
    const auto first = text.find_first_not_of(spaces);
    if (first == std::string_view::npos) return {};
    return text.substr(first, text.find_last_not_of(spaces) - first + 1);
}

template <class T>
std::optional<T> number_in(std::string_view text) {
    text = trimmed(text);
    if (text.starts_with('+')) text.remove_prefix(1);
    T value{};
    const auto result = std::from_chars(text.data(), text.data() + text.size(), value);
    if (result.ec != std::errc{} || result.ptr != text.data() + text.size() || text.empty()) return std::nullopt;
    return value;
}

// "1e3" is a whole number too.
std::optional<std::int64_t> integer_in(std::string_view text) {
    if (auto value = number_in<std::int64_t>(text)) return value;
    const auto value = number_in<double>(text);
    if (!value || std::floor(*value) != *value || std::fabs(*value) > 9e15) return std::nullopt;
    return static_cast<std::int64_t>(*value);
}

std::optional<bool> boolean_in(std::string_view text) {
    for (const auto* yes : {"true", "yes", "on", "1"})
        if (trimmed(text) == yes) return true;
    for (const auto* no : {"false", "no", "off", "0"})
        if (trimmed(text) == no) return false;
    return std::nullopt;
}

std::optional<Value> read(const Field& field, std::string_view text) {
    switch (field.type) {
    case FieldType::boolean:
        if (auto v = boolean_in(text)) return Value(*v);
        return std::nullopt;
    case FieldType::integer:
        if (auto v = integer_in(text)) return Value(*v);
        return std::nullopt;
    case FieldType::number:
        if (auto v = number_in<double>(text)) return Value(*v);
        return std::nullopt;
    default:
        return Value(std::string(text));
    }
}

std::optional<Value> read(const Field& field, const nlohmann::json& json) {
    switch (field.type) {
    case FieldType::boolean:
        if (json.is_boolean()) return Value(json.get<bool>());
        return std::nullopt;
    case FieldType::integer:
        if (json.is_number_unsigned() && json.get<std::uint64_t>() > static_cast<std::uint64_t>(INT64_MAX))
            return std::nullopt;
        if (json.is_number_integer()) return Value(json.get<std::int64_t>());
        if (json.is_number_float()) {
            const double v = json.get<double>();
            if (std::floor(v) == v && std::fabs(v) < 9e15) return Value(static_cast<std::int64_t>(v));
        }
        return std::nullopt;
    case FieldType::number:
        if (json.is_number()) return Value(json.get<double>());
        if (json == "inf") return Value(std::numeric_limits<double>::infinity());
        if (json == "-inf") return Value(-std::numeric_limits<double>::infinity());
        return std::nullopt;
    default:
        if (json.is_string()) return Value(json.get<std::string>());
        return std::nullopt;
    }
}

void refuse(const Field& field, std::string_view given, Problems& problems) {
    problems.add(field.name, fmt::format("{} is '{}'; accepted: {}", field.name, quotable(given), field.accepts()));
}

// Of a JSON value that is refused. Lists and objects aren't printed: they may be nested as deep as they like.
std::string words_of(const nlohmann::json& json) {
    if (json.is_string()) return json.get<std::string>();
    if (json.is_structured()) return json.is_array() ? "[...]" : "{...}";
    return json.dump(-1, ' ', false, nlohmann::json::error_handler_t::replace);
}

// True if the value has the field's type and lies in its range.
bool fits(const Field& field, const Value& value) {
    switch (field.type) {
    case FieldType::boolean:
        return std::holds_alternative<bool>(value);
    case FieldType::integer: {
        const auto* v = std::get_if<std::int64_t>(&value);
        return v && (!field.min || static_cast<double>(*v) >= *field.min) &&
               (!field.max || static_cast<double>(*v) <= *field.max);
    }
    case FieldType::number: {
        const auto* v = std::get_if<double>(&value);
        return v && !std::isnan(*v) && (!field.min || *v >= *field.min) && (!field.max || *v <= *field.max);
    }
    case FieldType::choice: {
        const auto* v = std::get_if<std::string>(&value);
        return v && std::find(field.choices.begin(), field.choices.end(), *v) != field.choices.end();
    }
    default:
        return std::holds_alternative<std::string>(value);
    }
}

void report_unknown(const Schema& schema, std::string_view given, Problems& problems) {
    std::vector<std::string> known;
    for (const auto& field : schema.fields) known.push_back(field.name);
    const auto meant = did_you_mean(given, known);
    const std::string name = quotable(given);
    problems.add(name, meant ? fmt::format("there is no parameter '{}'; did you mean '{}'?", name, *meant)
                             : fmt::format("there is no parameter '{}'; there are: {}", name, fmt::join(known, ", ")));
}

// A bound of an integer type itself ("at least -2147483648") tells nobody anything.
bool says_something(double bound) { return std::fabs(bound) < 2147483647.0; }

} // namespace

// nlohmann's writer and reader know UTF-8; what comes back unchanged is whole.
bool is_utf8(std::string_view text) {
    const auto json = nlohmann::json(std::string(text)).dump(-1, ' ', false, nlohmann::json::error_handler_t::ignore);
    return nlohmann::json::parse(json).get_ref<const std::string&>() == text;
}

std::string Field::accepts() const {
    if (type == FieldType::boolean) return "true or false";
    if (type == FieldType::choice) {
        std::vector<std::string> named;
        std::copy_if(choices.begin(), choices.end(), std::back_inserter(named),
                     [](const auto& c) { return !c.empty(); });
        return fmt::format("one of {}{}", fmt::join(named, ", "), named.size() < choices.size() ? ", or nothing" : "");
    }
    if (type == FieldType::path) {
        const std::string file =
            kind.empty() ? "the path of a file" : fmt::format("the path of a file that holds a {}", kind);
        return choices.empty() ? file : fmt::format("one of {}, or {}", fmt::join(choices, ", "), file);
    }
    if (type == FieldType::text) return "a text";
    std::string words = type == FieldType::integer ? "a whole number" : "a number";
    const bool low = min && says_something(*min);
    const bool high = max && says_something(*max);
    if (low && high)
        words += fmt::format(" from {} to {}", text_of(*min), text_of(*max));
    else if (low)
        words += fmt::format(", at least {}", text_of(*min));
    else if (high)
        words += fmt::format(", at most {}", text_of(*max));
    if (!unit.empty()) words += fmt::format(" ({})", unit);
    return words;
}

const Field* Schema::find(std::string_view name) const {
    const auto found = std::find_if(fields.begin(), fields.end(), [&](const Field& f) { return f.name == name; });
    return found == fields.end() ? nullptr : &*found;
}

Values Schema::defaults() const {
    Values values;
    for (const auto& field : fields) values[field.name] = field.default_value;
    return values;
}

Values Schema::parse(const std::vector<std::string>& assignments, Problems& problems) const {
    Values values = defaults();
    std::set<std::string, std::less<>> seen;
    for (const std::string& assignment : assignments) {
        const auto equals = assignment.find('=');
        if (equals == std::string::npos || equals == 0) {
            problems.add({}, fmt::format("'{}' is not of the form parameter=value", quotable(assignment)));
            continue;
        }
        const auto name = trimmed(std::string_view(assignment).substr(0, equals));
        const auto text = std::string_view(assignment).substr(equals + 1);
        const Field* field = find(name);
        if (!field) {
            report_unknown(*this, name, problems);
        } else if (!seen.emplace(name).second) {
            problems.add(field->name, fmt::format("{} is given twice", field->name));
        } else if (!is_utf8(text)) {
            problems.add(field->name, fmt::format("{} is no valid UTF-8 text", field->name));
        } else if (auto value = read(*field, text); !value || !fits(*field, *value)) {
            refuse(*field, text, problems);
        } else {
            values[field->name] = *std::move(value);
        }
    }
    return values;
}

Values Schema::parse(const nlohmann::json& object, Problems& problems) const {
    Values values = defaults();
    if (!object.is_object()) {
        problems.add({}, "parameters must be an object of names and values");
        return values;
    }
    for (const auto& [name, json] : object.items()) {
        const Field* field = find(name);
        if (!field) {
            report_unknown(*this, name, problems);
        } else if (auto value = read(*field, json); !value || !fits(*field, *value)) {
            refuse(*field, words_of(json), problems);
        } else {
            values[field->name] = *std::move(value);
        }
    }
    return values;
}

void Schema::check(const Values& values, Problems& problems) const {
    for (const auto& [name, value] : values) {
        const Field* field = find(name);
        if (!field)
            report_unknown(*this, name, problems);
        else if (!fits(*field, value))
            refuse(*field, text_of(value), problems);
    }
    for (const auto& field : fields)
        if (!values.contains(field.name))
            problems.add(field.name, fmt::format("{} is missing; accepted: {}", field.name, field.accepts()));
}

nlohmann::json Schema::to_json() const {
    auto list = nlohmann::json::array();
    for (const auto& f : fields) {
        list.push_back({{"name", f.name},
                        {"type", name_of(f.type)},
                        {"default", json_of(f.default_value)},
                        {"min", f.min ? json_of(Value(*f.min)) : nlohmann::json()},
                        {"max", f.max ? json_of(Value(*f.max)) : nlohmann::json()},
                        {"choices", f.choices},
                        {"unit", f.unit},
                        {"help", f.help},
                        {"log10", f.log10},
                        {"live", f.live},
                        {"kind", f.kind},
                        {"group", f.group}});
    }
    return list;
}

Schema Schema::from_json(const nlohmann::json& list) {
    Schema schema;
    for (const auto& json : list) {
        Field f;
        f.name = json.at("name").get<std::string>();
        const auto type = json.at("type").get<std::string>();
        bool known = false;
        for (auto t : {FieldType::boolean, FieldType::integer, FieldType::number, FieldType::text, FieldType::choice,
                       FieldType::path})
            if (type == name_of(t)) f.type = t, known = true;
        if (!known) throw Error(fmt::format("parameter '{}' has the unknown type '{}'", f.name, type));
        const auto bound = [&](const char* key) -> std::optional<double> {
            const auto& b = json.at(key);
            if (b.is_null()) return std::nullopt;
            if (b == "inf") return std::numeric_limits<double>::infinity();
            if (b == "-inf") return -std::numeric_limits<double>::infinity();
            return b.get<double>();
        };
        f.min = bound("min");
        f.max = bound("max");
        f.choices = json.at("choices").get<std::vector<std::string>>();
        f.unit = json.at("unit").get<std::string>();
        f.help = json.at("help").get<std::string>();
        f.log10 = json.at("log10").get<bool>();
        f.live = json.at("live").get<bool>();
        f.kind = json.at("kind").get<std::string>();
        f.group = json.at("group").get<std::string>();
        auto value = read(f, json.at("default"));
        if (!value) throw Error(fmt::format("parameter '{}' has a default of a wrong type", f.name));
        f.default_value = *std::move(value);
        if (f.name.empty() || trimmed(f.name) != f.name || f.name.find('=') != std::string::npos)
            throw Error(fmt::format("'{}' can't be the name of a parameter", quotable(f.name)));
        if (schema.find(f.name)) throw Error(fmt::format("there are two parameters '{}'", quotable(f.name)));
        if (!fits(f, f.default_value))
            throw Error(fmt::format("parameter '{}' has the default '{}'; accepted: {}", f.name,
                                    quotable(text_of(f.default_value)), f.accepts()));
        schema.fields.push_back(std::move(f));
    }
    return schema;
}

std::string Schema::hash() const { return sha256(canonical_json(to_json())); }

std::optional<std::string> did_you_mean(std::string_view word, const std::vector<std::string>& known) {
    // Edit distance with transpositions (optimal string alignment).
    const auto distance = [](std::string_view a, std::string_view b) {
        std::vector<std::vector<std::size_t>> d(a.size() + 1, std::vector<std::size_t>(b.size() + 1));
        for (std::size_t i = 0; i <= a.size(); ++i) d[i][0] = i;
        for (std::size_t j = 0; j <= b.size(); ++j) d[0][j] = j;
        for (std::size_t i = 1; i <= a.size(); ++i)
            for (std::size_t j = 1; j <= b.size(); ++j) {
                d[i][j] =
                    std::min({d[i - 1][j] + 1, d[i][j - 1] + 1, d[i - 1][j - 1] + (a[i - 1] == b[j - 1] ? 0u : 1u)});
                if (i > 1 && j > 1 && a[i - 1] == b[j - 2] && a[i - 2] == b[j - 1])
                    d[i][j] = std::min(d[i][j], d[i - 2][j - 2] + 1);
            }
        return d[a.size()][b.size()];
    };
    if (word.size() > 200) return std::nullopt; // nobody meant that
    std::optional<std::string> best;
    std::size_t best_distance = std::max<std::size_t>(1, word.size() / 3) + 1;
    for (const auto& candidate : known)
        if (const auto d = distance(word, candidate); d < best_distance) best = candidate, best_distance = d;
    return best;
}

} // namespace orrery
