// SPDX-License-Identifier: BSD-3-Clause
#include "plugins/pinn/reference/reference_file.h"

#include "core/error.h"
#include "core/files/csv.h"
#include "core/files/npy.h"
#include "core/files/npz.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <charconv>
#include <cmath>
#include <optional>

namespace orrery::pinn {
namespace {

namespace fs = std::filesystem;

using Names = std::vector<std::string>;

[[noreturn]] void refuse(const fs::path& file, const std::string& why, const std::string& hint = {}) {
    throw Error(fmt::format("{}: {}.", file.string(), why), hint, ExitCode::usage);
}

std::vector<double> numbers_of(const Array& array) {
    const auto copy = [](const auto& values) { return std::vector<double>(values.begin(), values.end()); };
    switch (array.type()) {
    case DType::float32:
        return copy(array.values<float>());
    case DType::int32:
        return copy(array.values<std::int32_t>());
    case DType::int64:
        return copy(array.values<std::int64_t>());
    case DType::uint8:
        return copy(array.values<std::uint8_t>());
    case DType::float64:
        break;
    }
    return copy(array.values<double>());
}

// Every value of every column is finite, and there is at least one.
void check(const fs::path& file, const Names& coordinates, const Names& unknowns, const ScatteredReference& read) {
    if (read.points.empty() || read.points[0].empty()) refuse(file, "it has no points");
    const auto check_column = [&](const std::string& name, const std::vector<double>& column) {
        const auto bad = std::find_if(column.begin(), column.end(), [](double x) { return !std::isfinite(x); });
        if (bad != column.end()) {
            refuse(file, fmt::format("value {} of '{}' (from 0) is {}", bad - column.begin(), name, *bad),
                   "A reference has finite numbers only; leave out points where it isn't known.");
        }
    };
    for (std::size_t c = 0; c < coordinates.size(); ++c) check_column(coordinates[c], read.points[c]);
    for (std::size_t u = 0; u < unknowns.size(); ++u) check_column(unknowns[u], read.values[u]);
}

void expect_some_unknown(const fs::path& file, const Names& unknowns, bool some) {
    if (!some) refuse(file, fmt::format("it has none of the unknowns {}", fmt::join(unknowns, ", ")));
}

ScatteredReference read_csv(const fs::path& file, const Names& coordinates, const Names& unknowns) {
    CsvReader csv(file);
    const Names& header = csv.header();
    const auto column_of = [&](const std::string& name) -> std::optional<std::size_t> {
        const auto found = std::find(header.begin(), header.end(), name);
        if (found == header.end()) return std::nullopt;
        return static_cast<std::size_t>(found - header.begin());
    };
    ScatteredReference read{Points(coordinates.size()), std::vector<std::vector<double>>(unknowns.size())};
    std::vector<std::pair<std::size_t, std::vector<double>*>> columns;
    for (std::size_t c = 0; c < coordinates.size(); ++c) {
        const auto column = column_of(coordinates[c]);
        if (!column) {
            refuse(file, fmt::format("it has no column '{}'", coordinates[c]),
                   fmt::format("Its first line has: {}.", fmt::join(header, ", ")));
        }
        columns.emplace_back(*column, &read.points[c]);
    }
    for (std::size_t u = 0; u < unknowns.size(); ++u) {
        if (const auto column = column_of(unknowns[u])) columns.emplace_back(*column, &read.values[u]);
    }
    expect_some_unknown(file, unknowns, columns.size() > coordinates.size());
    Names cells;
    while (csv.next(cells)) {
        for (const auto& [column, values] : columns) {
            const std::string& cell = cells[column];
            double value = 0;
            const auto [end, error] = std::from_chars(cell.data(), cell.data() + cell.size(), value);
            if (error != std::errc{} || end != cell.data() + cell.size() || !std::isfinite(value)) {
                refuse(file, fmt::format("line {}, column '{}' is '{}', not a finite number", csv.line(),
                                         header[column], cell.substr(0, 40)));
            }
            values->push_back(value);
        }
    }
    return read;
}

std::string shape_text(const Array& array) { return fmt::format("({})", fmt::join(array.shape(), ", ")); }

ScatteredReference read_columns(const fs::path& file, const Names& coordinates, const Names& unknowns) {
    const Array array = read_npy(file);
    const auto columns = coordinates.size() + unknowns.size();
    if (array.shape().size() != 2 || static_cast<std::size_t>(array.shape()[1]) != columns) {
        refuse(file, fmt::format("its shape is {}, not (points, {})", shape_text(array), columns),
               fmt::format("The columns are {}, {}.", fmt::join(coordinates, ", "), fmt::join(unknowns, ", ")));
    }
    const std::vector<double> numbers = numbers_of(array);
    const auto count = static_cast<std::size_t>(array.shape()[0]);
    const auto column = [&](std::size_t c) {
        std::vector<double> values(count);
        for (std::size_t i = 0; i < count; ++i) values[i] = numbers[i * columns + c];
        return values;
    };
    ScatteredReference read;
    for (std::size_t c = 0; c < columns; ++c) (c < coordinates.size() ? read.points : read.values).push_back(column(c));
    return read;
}

ScatteredReference read_arrays(const fs::path& file, const Names& coordinates, const Names& unknowns) {
    const std::map<std::string, Array> arrays = read_npz(file);
    std::vector<std::vector<double>> axes;
    std::vector<std::int64_t> grid;
    for (const std::string& name : coordinates) {
        const auto found = arrays.find(name);
        if (found == arrays.end()) {
            Names there;
            for (const auto& [other, array] : arrays) there.push_back(other);
            refuse(file, fmt::format("it has no array '{}'", name), fmt::format("It has: {}.", fmt::join(there, ", ")));
        }
        axes.push_back(numbers_of(found->second));
        grid.push_back(found->second.size());
    }
    ScatteredReference read{{}, std::vector<std::vector<double>>(unknowns.size())};
    const bool equal = std::all_of(grid.begin(), grid.end(), [&](auto size) { return size == grid[0]; });
    std::optional<bool> scattered;
    for (std::size_t u = 0; u < unknowns.size(); ++u) {
        const auto found = arrays.find(unknowns[u]);
        if (found == arrays.end()) continue;
        const Array& array = found->second;
        const bool over_grid = coordinates.size() > 1 && array.shape() == grid,
                   over_points = equal && array.size() == grid[0];
        if (!over_grid && !over_points) {
            refuse(file,
                   fmt::format("'{}' has the shape {}, the coordinates {} have {} values", unknowns[u],
                               shape_text(array), fmt::join(coordinates, ", "), fmt::join(grid, ", ")),
                   "Either all arrays have equally many numbers, or the unknowns have one dimension for each "
                   "coordinate, in this order.");
        }
        if (scattered && *scattered != over_points) refuse(file, "its unknowns have different shapes");
        scattered = over_points;
        read.values[u] = numbers_of(array);
    }
    expect_some_unknown(file, unknowns, scattered.has_value());
    read.points = *scattered ? axes : tensor_points(axes);
    return read;
}

} // namespace

ScatteredReference read_reference(const fs::path& file, const Names& coordinates, const Names& unknowns) {
    std::error_code ignored;
    if (!fs::is_regular_file(file, ignored)) refuse(file, "there is no such file", "Is the path right?");
    const std::string ending = file.extension().string();
    ScatteredReference read;
    if (ending == ".csv") {
        read = read_csv(file, coordinates, unknowns);
    } else if (ending == ".npy") {
        read = read_columns(file, coordinates, unknowns);
    } else if (ending == ".npz") {
        read = read_arrays(file, coordinates, unknowns);
    } else {
        refuse(file, fmt::format("a reference can't be read from a file that ends with '{}'", ending),
               "Accepted: .csv, .npy, .npz.");
    }
    check(file, coordinates, unknowns, read);
    return read;
}

} // namespace orrery::pinn
