// SPDX-License-Identifier: BSD-3-Clause
// Attributes while a file is read: values come in any order, and types are known only at the end.
#pragma once
#include "core/graph/graph.h"

#include <cstdint>
#include <filesystem>
#include <optional>
#include <string>
#include <string_view>
#include <unordered_map>
#include <variant>
#include <vector>

namespace orrery::graph_file {

using Value = std::variant<std::int64_t, double, std::string>;
enum class Type : std::uint8_t { integer, real, text }; // each holds what those before it hold

// Attributes of which a row may lack any. What is missing becomes the column's default if it has one, else NaN or an
// empty text; integers of which some are missing become real numbers, or texts where they are too large for that.
class Table {
public:
    explicit Table(std::filesystem::path file) : file_(std::move(file)) {}
    // The column's place; made if there is none of that name.
    std::size_t column(std::string_view name, Type type = Type::integer);
    // One more column, named "NAME 2" if there is one of that name.
    std::size_t new_column(std::string_view name, Type type, std::optional<Value> otherwise = {});
    bool has(std::string_view name) const { return by_name_.contains(std::string(name)); }
    // A column becomes real or text with the first such value. A second value of one row replaces the first.
    void set(std::size_t column, std::size_t row, Value value);
    // The second value of a row follows the first as text: "1, 2".
    void append(std::size_t column, std::size_t row, Value value);
    // Leaves the table empty. Throws Error where rows and columns together take more memory than there is.
    Attributes finish(std::size_t rows);

private:
    struct Growing {
        std::string name;
        std::variant<std::vector<std::int64_t>, std::vector<double>, std::vector<std::string>> values;
        std::vector<bool> present;
        std::optional<Value> otherwise;
    };
    static void widen(Growing& column, Type type);
    static void fill(Growing& column, std::size_t rows);
    void expect_cells(std::size_t more);

    std::filesystem::path file_;
    std::size_t cells_ = 0, checked_cells_ = std::size_t{1} << 24U;
    std::vector<Growing> columns_;
    std::unordered_map<std::string, std::size_t> by_name_;
};

// A column of cells without types, in order: integers if all are written as integers are printed, else numbers if all
// are, else texts. Empty cells are missing.
class GuessedColumn {
public:
    explicit GuessedColumn(bool as_text = false);
    // False for a text after numbers whose own text was not kept: then the file is to be read again with `as_text`.
    bool add(std::string_view cell);
    std::size_t size() const;
    void reserve(std::size_t rows);
    bool is_text() const { return std::holds_alternative<std::vector<std::string>>(values_); }
    Column take(std::string name);

private:
    std::variant<std::vector<std::int64_t>, std::vector<double>, std::vector<std::string>> values_;
    std::size_t reserved_ = 0, missing_first_ = 0; // cells missing before any other
};

// A name as a value: an integer where it is written as one is printed.
Value value_of_name(std::string_view name);

// Names that a file gives its nodes: none if they are 0, 1, 2, ... in order; integers if all are.
std::optional<Column> name_column(std::vector<std::string> names);

// Whether its texts are all different and none is empty. Reals don't.
bool tells_apart(const Column& column);

// What a writer calls the nodes: the attribute "id" if it tells them apart.
std::optional<std::vector<std::string>> own_names(const Attributes& attributes);

} // namespace orrery::graph_file
