// SPDX-License-Identifier: BSD-3-Clause
#include "core/files/graph/columns.h"

#include "core/files/graph/text_file.h"

#include <fmt/format.h>

#include <algorithm>
#include <limits>
#include <unordered_set>

namespace orrery::graph_file {

namespace {

using Integers = std::vector<std::int64_t>;
using Reals = std::vector<double>;
using Texts = std::vector<std::string>;

constexpr double missing = std::numeric_limits<double>::quiet_NaN();
constexpr std::int64_t largest_exact = std::int64_t{1} << 53U;

std::string text_of(const Value& value) {
    if (const auto* integer = std::get_if<std::int64_t>(&value)) return fmt::format("{}", *integer);
    if (const auto* real = std::get_if<double>(&value)) return real_text(*real);
    return std::get<std::string>(value);
}

Texts texts_of(const Integers& values) {
    Texts out;
    out.reserve(values.size());
    for (const std::int64_t value : values) out.push_back(fmt::format("{}", value));
    return out;
}

} // namespace

std::size_t Table::column(std::string_view name, Type type) {
    const auto found = by_name_.find(std::string(name));
    return found == by_name_.end() ? new_column(name, type) : found->second;
}

std::size_t Table::new_column(std::string_view name, Type type, std::optional<Value> otherwise) {
    std::string own(name);
    for (int number = 2; by_name_.contains(own); ++number) own = fmt::format("{} {}", name, number);
    by_name_.emplace(own, columns_.size());
    Growing& made = columns_.emplace_back();
    made.name = std::move(own);
    made.otherwise = std::move(otherwise);
    widen(made, type);
    return columns_.size() - 1;
}

void Table::widen(Growing& column, Type type) {
    const auto now = static_cast<Type>(column.values.index());
    if (type <= now) return;
    if (type == Type::real) {
        const auto& from = std::get<Integers>(column.values);
        column.values = Reals(from.begin(), from.end());
        return;
    }
    Texts texts;
    if (now == Type::integer) {
        texts = texts_of(std::get<Integers>(column.values));
    } else {
        for (const double value : std::get<Reals>(column.values)) texts.push_back(real_text(value));
    }
    for (std::size_t row = 0; row < texts.size(); ++row)
        if (!column.present[row]) texts[row].clear();
    column.values = std::move(texts);
}

void Table::set(std::size_t index, std::size_t row, Value value) {
    Growing& column = columns_[index];
    widen(column, static_cast<Type>(value.index()));
    if (column.present.size() <= row) {
        expect_cells(row + 1 - column.present.size());
        column.present.resize(row + 1);
        std::visit([row](auto& list) { list.resize(row + 1); }, column.values);
    }
    column.present[row] = true;
    const auto place = [row](auto& list) -> auto& { return list[row]; };
    if (auto* integers = std::get_if<Integers>(&column.values)) {
        place(*integers) = std::get<std::int64_t>(value);
    } else if (auto* reals = std::get_if<Reals>(&column.values)) {
        const auto* integer = std::get_if<std::int64_t>(&value);
        place(*reals) = integer ? static_cast<double>(*integer) : std::get<double>(value);
    } else {
        place(std::get<Texts>(column.values)) = text_of(value);
    }
}

// A short file can declare many columns and many rows, of which most values are missing.
void Table::expect_cells(std::size_t more) {
    cells_ += more;
    if (cells_ <= checked_cells_) return;
    expect_memory(file_, static_cast<double>(cells_) * sizeof(std::string));
    checked_cells_ = 2 * cells_;
}

void Table::append(std::size_t index, std::size_t row, Value value) {
    Growing& column = columns_[index];
    if (row >= column.present.size() || !column.present[row]) return set(index, row, std::move(value));
    widen(column, Type::text);
    std::get<Texts>(column.values)[row] += ", " + text_of(value);
}

void Table::fill(Growing& column, std::size_t rows) {
    column.present.resize(rows);
    const bool lacks = std::find(column.present.begin(), column.present.end(), false) != column.present.end();
    std::optional<Value> otherwise = std::move(column.otherwise);
    if (lacks && otherwise) widen(column, static_cast<Type>(otherwise->index()));
    if (lacks && !otherwise) {
        if (const auto* integers = std::get_if<Integers>(&column.values)) {
            const bool exact = std::all_of(integers->begin(), integers->end(), [](std::int64_t value) {
                return value <= largest_exact && value >= -largest_exact;
            });
            widen(column, exact ? Type::real : Type::text);
        }
        if (column.values.index() == 1) otherwise = missing;
    }
    std::visit([rows](auto& list) { list.resize(rows); }, column.values);
    if (!lacks || !otherwise) return;
    for (std::size_t row = 0; row < rows; ++row) {
        if (column.present[row]) continue;
        if (auto* integers = std::get_if<Integers>(&column.values)) {
            (*integers)[row] = std::get<std::int64_t>(*otherwise);
        } else if (auto* reals = std::get_if<Reals>(&column.values)) {
            const auto* integer = std::get_if<std::int64_t>(&*otherwise);
            (*reals)[row] = integer ? static_cast<double>(*integer) : std::get<double>(*otherwise);
        } else {
            std::get<Texts>(column.values)[row] = text_of(*otherwise);
        }
    }
}

Attributes Table::finish(std::size_t rows) {
    Attributes out;
    for (const Growing& column : columns_) expect_cells(rows - column.present.size());
    for (Growing& column : columns_) {
        fill(column, rows);
        Column& made = out.emplace_back();
        made.name = std::move(column.name);
        std::visit([&](auto& list) { made.values = std::move(list); }, column.values);
    }
    columns_.clear();
    by_name_.clear();
    return out;
}

GuessedColumn::GuessedColumn(bool as_text) {
    if (as_text) values_ = Texts{};
}

std::size_t GuessedColumn::size() const {
    return std::visit([](const auto& list) { return list.size(); }, values_);
}

void GuessedColumn::reserve(std::size_t rows) {
    reserved_ = rows;
    std::visit([rows](auto& list) { list.reserve(rows); }, values_);
}

bool GuessedColumn::add(std::string_view cell) {
    if (auto* integers = std::get_if<Integers>(&values_)) {
        if (is_plain_integer(cell)) {
            integers->push_back(*integer_of(cell));
            return true;
        }
        if (cell.empty() && missing_first_ == integers->size()) { // nothing tells the type yet
            integers->push_back(0);
            ++missing_first_;
            return true;
        }
        if (cell.empty() || real_of(cell)) {
            Reals reals;
            reals.reserve(std::max(reserved_, integers->size() + 1));
            reals.assign(integers->begin(), integers->end());
            std::fill_n(reals.begin(), missing_first_, missing);
            values_ = std::move(reals);
        } else {
            Texts texts = texts_of(*integers);
            std::fill_n(texts.begin(), missing_first_, std::string());
            values_ = std::move(texts);
        }
    }
    if (auto* reals = std::get_if<Reals>(&values_)) {
        const auto value = cell.empty() ? std::optional(missing) : real_of(cell);
        if (value) reals->push_back(*value);
        return value.has_value();
    }
    std::get<Texts>(values_).emplace_back(cell);
    return true;
}

Column GuessedColumn::take(std::string name) {
    if (auto* integers = std::get_if<Integers>(&values_); integers && missing_first_ > 0) {
        if (missing_first_ == integers->size()) {
            values_ = Texts(missing_first_);
        } else {
            Reals reals(integers->begin(), integers->end());
            std::fill_n(reals.begin(), missing_first_, missing);
            values_ = std::move(reals);
        }
    }
    Column out;
    out.name = std::move(name);
    std::visit([&](auto& list) { out.values = std::move(list); }, values_);
    return out;
}

Value value_of_name(std::string_view name) {
    if (is_plain_integer(name)) return *integer_of(name);
    return std::string(name);
}

std::optional<Column> name_column(std::vector<std::string> names) {
    bool integers = true, counted = true;
    for (std::size_t i = 0; i < names.size() && integers; ++i) {
        integers = is_plain_integer(names[i]);
        counted = counted && integers && *integer_of(names[i]) == static_cast<std::int64_t>(i);
    }
    if (integers && counted) return std::nullopt;
    if (!integers) return Column{"id", std::move(names)};
    Integers values;
    values.reserve(names.size());
    for (const std::string& name : names) values.push_back(*integer_of(name));
    return Column{"id", std::move(values)};
}

bool tells_apart(const Column& column) {
    if (std::holds_alternative<Reals>(column.values)) return false;
    std::unordered_set<std::string> seen;
    for (std::size_t row = 0; row < column.size(); ++row) {
        std::string text = column.text(row);
        if (text.empty() || !seen.insert(std::move(text)).second) return false;
    }
    return true;
}

std::optional<std::vector<std::string>> own_names(const Attributes& attributes) {
    const Column* id = find(attributes, "id");
    if (!id || !tells_apart(*id)) return std::nullopt;
    std::vector<std::string> names;
    names.reserve(id->size());
    for (std::size_t row = 0; row < id->size(); ++row) names.push_back(id->text(row));
    return names;
}

} // namespace orrery::graph_file
