// SPDX-License-Identifier: BSD-3-Clause
#include "core/files/graph/typed_text.h"

#include "core/files/graph/text_file.h"
#include "core/files/graph/xml.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cmath>

namespace orrery::graph_file {

XmlType xml_type(std::string_view name) {
    constexpr std::array<std::string_view, 5> integers{"int", "integer", "long", "short", "byte"};
    constexpr std::array<std::string_view, 3> reals{"float", "double", "real"};
    const std::string word = lower(name);
    const auto is_one_of = [&](const auto& list) { return std::find(list.begin(), list.end(), word) != list.end(); };
    if (is_one_of(integers)) return {std::string(name), Type::integer, false};
    if (is_one_of(reals)) return {std::string(name), Type::real, false};
    if (word == "boolean" || word == "bool") return {std::string(name), Type::integer, true};
    return {std::string(name), Type::text, false};
}

std::optional<Value> typed_value(std::string_view text, const XmlType& type) {
    if (type.type == Type::text) return std::string(text);
    const std::string_view word = trimmed(text);
    if (type.boolean) {
        if (same_word(word, "true") || word == "1") return std::int64_t{1};
        if (same_word(word, "false") || word == "0") return std::int64_t{0};
        return std::nullopt;
    }
    if (type.type == Type::integer) {
        if (const auto integer = integer_of(word)) return *integer;
    }
    if (const auto real = real_of(word)) return *real;
    return std::nullopt;
}

std::string_view xml_type_name(const Column& column) {
    constexpr std::array<std::string_view, 3> names{"double", "long", "string"};
    return names.at(column.values.index());
}

std::string xml_value(const Column& column, std::size_t row) {
    if (const auto* reals = std::get_if<std::vector<double>>(&column.values)) {
        const double value = reals->at(row);
        if (std::isnan(value)) return "NaN";
        if (std::isinf(value)) return value > 0 ? "INF" : "-INF";
        return real_text(value);
    }
    if (const auto* texts = std::get_if<std::vector<std::string>>(&column.values)) return xml_escaped(texts->at(row));
    return column.text(row);
}

} // namespace orrery::graph_file
