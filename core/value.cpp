// SPDX-License-Identifier: BSD-3-Clause
#include "core/schema.h"

#include <fmt/format.h>

#include <cmath>

namespace orrery {

const char* name_of(FieldType type) {
    switch (type) {
    case FieldType::boolean:
        return "bool";
    case FieldType::integer:
        return "int";
    case FieldType::number:
        return "float";
    case FieldType::text:
        return "text";
    case FieldType::choice:
        return "choice";
    case FieldType::path:
        return "path";
    }
    return "";
}

namespace {
std::string shortest(double value) {
    if (std::isnan(value)) return "nan";
    if (std::isinf(value)) return value > 0 ? "inf" : "-inf";
    return fmt::format("{}", value); // shortest digits, exponents only beyond 16 places
}
} // namespace

std::string text_of(const Value& value) {
    struct Visitor {
        std::string operator()(bool v) const { return v ? "true" : "false"; }
        std::string operator()(std::int64_t v) const { return std::to_string(v); }
        std::string operator()(double v) const { return shortest(v); }
        std::string operator()(const std::string& v) const { return v; }
    };
    return std::visit(Visitor{}, value);
}

nlohmann::json json_of(const Value& value) {
    if (const auto* number = std::get_if<double>(&value)) {
        if (std::isnan(*number)) return nullptr;
        if (std::isinf(*number)) return *number > 0 ? "inf" : "-inf";
        return *number;
    }
    return std::visit([](const auto& v) { return nlohmann::json(v); }, value);
}

nlohmann::json json_of(const Values& values) {
    auto object = nlohmann::json::object();
    for (const auto& [name, value] : values) object[name] = json_of(value);
    return object;
}

} // namespace orrery
