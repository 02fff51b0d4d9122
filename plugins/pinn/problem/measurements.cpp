// SPDX-License-Identifier: BSD-3-Clause
#include "plugins/pinn/problem/measurements.h"

#include "core/error.h"
#include "core/files/csv.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <charconv>
#include <cmath>

namespace fs = std::filesystem;

namespace orrery::pinn {

namespace {

constexpr std::uintmax_t largest_file = 64U << 20;

double number_in(const std::string& cell, const fs::path& file, std::int64_t line, const std::string& column) {
    double value = 0;
    const auto [end, problem] = std::from_chars(cell.data(), cell.data() + cell.size(), value);
    if (problem != std::errc() || end != cell.data() + cell.size() || !std::isfinite(value))
        throw Error(fmt::format("{}, line {}, column '{}': '{}' is no finite number", file.string(), line, column,
                                shortened(cell, 40)),
                    "leave out rows that were not measured", ExitCode::usage);
    return value;
}

// Where each coordinate's and each measured unknown's column is.
struct Columns {
    std::vector<std::size_t> coordinates, values;
    std::vector<int> unknowns;
};

Columns columns_of(const std::vector<std::string>& header, const Problem& problem, const fs::path& file) {
    Columns columns;
    const auto names = problem.names();
    for (const auto& name : header)
        if (!std::count(names.coordinates.begin(), names.coordinates.end(), name) &&
            !std::count(names.unknowns.begin(), names.unknowns.end(), name))
            throw Error(fmt::format("{} has a column '{}', which is neither a coordinate ({}) nor an unknown ({})",
                                    file.string(), shortened(name, 40), fmt::join(names.coordinates, ", "),
                                    fmt::join(names.unknowns, ", ")),
                        "", ExitCode::usage);
    for (const auto& name : names.coordinates) {
        const auto at = std::find(header.begin(), header.end(), name);
        if (at == header.end())
            throw Error(fmt::format("{} has no column '{}': where was it measured?", file.string(), name), "",
                        ExitCode::usage);
        columns.coordinates.push_back(static_cast<std::size_t>(at - header.begin()));
    }
    for (std::size_t i = 0; i < names.unknowns.size(); ++i)
        if (const auto at = std::find(header.begin(), header.end(), names.unknowns[i]); at != header.end()) {
            columns.values.push_back(static_cast<std::size_t>(at - header.begin()));
            columns.unknowns.push_back(static_cast<int>(i));
        }
    if (columns.values.empty())
        throw Error(fmt::format("{} has no column of an unknown ({})", file.string(), fmt::join(names.unknowns, ", ")),
                    "", ExitCode::usage);
    return columns;
}

// [rows][columns] -> [columns][rows]
std::vector<double> transposed(const std::vector<double>& rows, std::size_t columns) {
    std::vector<double> result(rows.size());
    const std::size_t count = rows.size() / columns;
    for (std::size_t row = 0; row < count; ++row)
        for (std::size_t c = 0; c < columns; ++c) result[c * count + row] = rows[row * columns + c];
    return result;
}

} // namespace

Measurements read_measurements(const fs::path& given, const Problem& problem) {
    const auto file = (problem.folder / given).lexically_normal();
    std::error_code error;
    if (!fs::is_regular_file(file, error))
        throw Error(fmt::format("there is no file {}", file.string()), "", ExitCode::usage);
    if (fs::file_size(file, error) > largest_file || error)
        throw Error(fmt::format("{} is larger than 64 MiB", file.string()), "give fewer points", ExitCode::usage);
    CsvReader reader(file);
    const auto columns = columns_of(reader.header(), problem, file);
    Measurements data;
    data.file = given;
    data.unknowns = columns.unknowns;
    std::vector<double> points, values;
    for (std::vector<std::string> cells; reader.next(cells); ++data.count) {
        for (std::size_t i = 0; i < columns.coordinates.size(); ++i) {
            const auto& c = problem.coordinates[i];
            const double x = number_in(cells[columns.coordinates[i]], file, reader.line(), c.name);
            if (const double slack = 1e-9 * (c.high - c.low); x < c.low - slack || x > c.high + slack)
                throw Error(fmt::format("{}, line {}: {} = {} lies outside the domain, {} to {}", file.string(),
                                        reader.line(), c.name, x, c.low, c.high),
                            "leave the point out, or make the domain larger", ExitCode::usage);
            points.push_back(x);
        }
        for (std::size_t i = 0; i < columns.values.size(); ++i)
            values.push_back(number_in(cells[columns.values[i]], file, reader.line(),
                                       problem.unknowns[static_cast<std::size_t>(columns.unknowns[i])]));
    }
    if (data.count == 0) throw Error(fmt::format("{} has no rows", file.string()), "", ExitCode::usage);
    data.coordinates = transposed(points, columns.coordinates.size());
    data.values = transposed(values, columns.values.size());
    return data;
}

} // namespace orrery::pinn
