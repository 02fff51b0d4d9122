// SPDX-License-Identifier: BSD-3-Clause
#include "plugins/pinn/judge.h"

#include "core/files/field_file.h"
#include "plugins/pinn/problem/builtin.h"
#include "plugins/pinn/reference/reference_file.h"
#include "plugins/pinn/reference/solution.h"
#include "plugins/pinn/training/sampler.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <limits>

namespace orrery::pinn {

namespace {

constexpr std::size_t measured_points = 16384;
constexpr double nan = std::numeric_limits<double>::quiet_NaN();

std::size_t size_of(int n) { return static_cast<std::size_t>(n); }

// The grid of the lid-driven cavity's mark.
std::vector<double> uniform_grid(const Problem& problem, std::size_t n) {
    std::vector<double> points(2 * n * n);
    for (std::size_t i = 0; i < n * n; ++i) {
        const std::size_t index[2] = {i / n, i % n};
        for (std::size_t k = 0; k < 2; ++k) {
            const Coordinate& c = problem.coordinates[k];
            points[k * n * n + i] =
                c.low + (c.high - c.low) * static_cast<double>(index[k]) / static_cast<double>(n - 1);
        }
    }
    return points;
}

// Points that training does not use: another sequence than any seed of its sampler makes.
std::vector<double> fresh_points(const Problem& problem, std::uint64_t seed) {
    training::Box box;
    for (const Coordinate& c : problem.coordinates) {
        box.low.push_back(c.low);
        box.high.push_back(c.high);
    }
    training::Sampler sampler(seed ^ 0xd1b54a32d192ed03U);
    return sampler.inside(box, measured_points, training::Sampling::sobol).coordinates;
}

double axis_value(const Coordinate& c, std::int64_t i, std::int64_t n) {
    // A periodic coordinate has its end only once.
    const double steps = static_cast<double>(c.periodic ? n : n - 1);
    return c.low + (c.high - c.low) * static_cast<double>(i) / steps;
}

Parameters parameters_of(const Problem& problem) {
    return Parameters(problem.parameters.begin(), problem.parameters.end());
}

} // namespace

Judge::Judge(const ProblemFile& file, const std::string& name, std::uint64_t seed)
    : problem_(file.problem), given_(file.reference) {
    if (given_.empty() && computed_problems().count(name) != 0) {
        const auto time = problem_.time();
        computed_ =
            reference_solution(name, parameters_of(problem_), time ? problem_.coordinates[size_of(*time)].high : 1.0);
        description_ = computed_->description();
        accuracy_ = computed_->accuracy().relative_l2;
    } else if (!given_.empty()) {
        description_ = "an expression of the problem file";
    }
    if (given_.empty() && !computed_) return;
    if (!given_.file.empty()) {
        read_points();
        return;
    }
    points_ = name == "cavity" ? uniform_grid(problem_, 129) : fresh_points(problem_, seed);
    count_ = points_.size() / problem_.coordinates.size();
    values_ = reference(points_, count_);
    if (name == "cavity") // the pressure is determined up to a constant and not measured
        std::fill(values_.begin() + static_cast<std::ptrdiff_t>(2 * count_), values_.end(), nan);
}

// A file's own points are where the error is measured: it says nothing of others.
void Judge::read_points() {
    const ScatteredReference read = read_reference(given_.file, problem_.names().coordinates, problem_.unknowns);
    description_ = given_.file.string();
    count_ = read.points[0].size();
    for (const auto& column : read.points) points_.insert(points_.end(), column.begin(), column.end());
    for (const auto& column : read.values) {
        if (column.empty()) {
            values_.insert(values_.end(), count_, nan);
        } else {
            values_.insert(values_.end(), column.begin(), column.end());
        }
    }
    find_grid();
}

void Judge::find_grid() {
    const std::size_t dimensions = problem_.coordinates.size();
    const auto time = problem_.time();
    if (dimensions > (time ? 3U : 2U)) return;
    std::vector<std::vector<double>> axes;
    std::size_t expected = 1;
    for (std::size_t i = 0; i < dimensions; ++i) {
        std::vector<double> axis(points_.begin() + static_cast<std::ptrdiff_t>(i * count_),
                                 points_.begin() + static_cast<std::ptrdiff_t>((i + 1) * count_));
        std::sort(axis.begin(), axis.end());
        axis.erase(std::unique(axis.begin(), axis.end()), axis.end());
        const double step =
            (axis.back() - axis.front()) / static_cast<double>(std::max<std::size_t>(axis.size() - 1, 1));
        for (std::size_t k = 0; i < 2 && k < axis.size(); ++k) { // a third one is time, whose steps may differ
            if (std::abs(axis[k] - axis.front() - static_cast<double>(k) * step) > 1e-6 * step) return;
        }
        if (axis.size() < 2) return;
        expected *= axis.size();
        axes.push_back(std::move(axis));
    }
    if (expected != count_) return;
    Grid grid = this->grid(2);
    grid.n1 = static_cast<std::int64_t>(axes[0].size());
    grid.n2 = dimensions > 1 ? static_cast<std::int64_t>(axes[1].size()) : 1;
    for (std::size_t i = 0; i < std::min<std::size_t>(dimensions, 2); ++i) {
        grid.origin[i] = axes[i].front();
        grid.spacing[i] = (axes[i].back() - axes[i].front()) / static_cast<double>(axes[i].size() - 1);
    }
    if (dimensions == 3) grid.times = axes[2];
    std::vector<std::size_t> rows(count_, count_);
    for (std::size_t p = 0; p < count_; ++p) {
        const auto index = [&](std::size_t i) {
            const auto& axis = axes[i];
            return static_cast<std::size_t>(std::lower_bound(axis.begin(), axis.end(), points_[i * count_ + p]) -
                                            axis.begin());
        };
        std::size_t at = index(0);
        if (dimensions > 1) at = at * axes[1].size() + index(1);
        if (dimensions > 2) at += index(2) * grid.size();
        rows[at] = p;
    }
    if (std::count(rows.begin(), rows.end(), count_) > 0) return; // a point twice, and another missing
    grid.points.resize(dimensions * grid.size());
    for (std::size_t i = 0; i < dimensions; ++i) {
        for (std::size_t p = 0; p < grid.size(); ++p) grid.points[i * grid.size() + p] = points_[i * count_ + rows[p]];
    }
    file_grid_ = std::move(grid);
    file_rows_ = std::move(rows);
}

Judge::~Judge() = default;

std::vector<std::filesystem::path> Judge::inputs() const {
    if (given_.file.empty()) return {};
    return {given_.file};
}

std::vector<double> Judge::reference(const std::vector<double>& points, std::size_t count) const {
    const std::size_t unknowns = problem_.unknowns.size(), rows = problem_.coordinates.size();
    std::vector<double> values(unknowns * count, nan);
    const auto put = [&](std::size_t unknown, const std::vector<double>& of) {
        std::copy(of.begin(), of.end(), values.begin() + static_cast<std::ptrdiff_t>(unknown * count));
    };
    if (computed_) {
        Points list(rows);
        for (std::size_t i = 0; i < rows; ++i) {
            const auto first = points.begin() + static_cast<std::ptrdiff_t>(i * count);
            list[i].assign(first, first + static_cast<std::ptrdiff_t>(count));
        }
        const auto& known = computed_->unknowns();
        for (std::size_t u = 0; u < unknowns; ++u) {
            const auto at = std::find(known.begin(), known.end(), problem_.unknowns[u]);
            if (at != known.end()) put(u, computed_->values(list, static_cast<std::size_t>(at - known.begin())));
        }
        return values;
    }
    for (std::size_t u = 0; u < unknowns && u < given_.expressions.size(); ++u) {
        if (!given_.expressions[u]) continue;
        const std::vector<Expression> one{*given_.expressions[u]};
        put(u, evaluate_at(one, static_cast<int>(rows), points, count));
    }
    return values;
}

ErrorOfSolution Judge::error(const training::PdeSolution& solution) const {
    const std::vector<double> values = solution.values(points_, count_);
    ErrorOfSolution error;
    double difference = 0, size = 0, largest = 0;
    for (std::size_t u = 0; u < problem_.unknowns.size(); ++u) {
        double d = 0, s = 0;
        for (std::size_t p = u * count_; p < (u + 1) * count_; ++p) {
            const double e = values[p] - values_[p];
            d += e * e;
            s += values_[p] * values_[p];
            if (std::abs(e) > error.max) error.max = std::abs(e);
            if (std::abs(values_[p]) > largest) largest = std::abs(values_[p]);
        }
        error.by_unknown.push_back(std::sqrt(d / s));
        if (std::isnan(s)) continue; // no reference of this unknown
        difference += d;
        size += s;
    }
    error.l2 = std::sqrt(difference / size);
    error.max /= largest;
    return error;
}

void Judge::report(const training::PdeSolution& solution, Run& run) const {
    if (!knows()) {
        run.log("There is no reference for this problem, so no error is measured: add [reference] to its file.");
        return;
    }
    const ErrorOfSolution e = error(solution);
    run.metric("error/max", 0, e.max);
    for (std::size_t u = 0; u < e.by_unknown.size(); ++u) {
        if (!std::isnan(e.by_unknown[u])) run.metric("error/l2/" + problem_.unknowns[u], 0, e.by_unknown[u]);
    }
    if (computed_) run.metric("reference/accuracy", 0, accuracy_);
}

std::vector<double> Judge::Grid::at(std::size_t step, int time) const {
    std::vector<double> moved = points;
    if (times.size() > 1)
        std::fill_n(moved.begin() + static_cast<std::ptrdiff_t>(size_of(time) * size()), size(), times[step]);
    return moved;
}

Judge::Grid Judge::grid(std::int64_t finest) const {
    Grid grid;
    const auto& coordinates = problem_.coordinates;
    const auto time = problem_.time();
    const std::size_t space = coordinates.size() - (time ? 1 : 0);
    grid.n1 = grid.n2 = finest;
    grid.times = {0};
    if (coordinates.size() == 1) grid.second = 0;
    if (space >= 2 && time) {
        const Coordinate& t = coordinates[size_of(*time)];
        grid.times.clear();
        for (int j = 0; j <= 10; ++j) grid.times.push_back(t.low + (t.high - t.low) * j / 10);
    }
    if (grid.second == 0) grid.n2 = 1;
    grid.origin[0] = coordinates[0].low;
    grid.spacing[0] = axis_value(coordinates[0], 1, grid.n1) - coordinates[0].low;
    if (grid.second == 1) {
        grid.origin[1] = coordinates[1].low;
        grid.spacing[1] = axis_value(coordinates[1], 1, grid.n2) - coordinates[1].low;
    }
    grid.points.assign(coordinates.size() * grid.size(), 0.0);
    for (std::size_t i = 0; i < coordinates.size(); ++i) {
        double* line = grid.points.data() + i * grid.size();
        const Coordinate& c = coordinates[i];
        for (std::int64_t p = 0; p < grid.n1 * grid.n2; ++p) {
            line[p] = i == 0                        ? axis_value(c, p / grid.n2, grid.n1)
                      : i == 1 && grid.second == 1  ? axis_value(c, p % grid.n2, grid.n2)
                      : time == static_cast<int>(i) ? c.low
                                                    : (c.low + c.high) / 2;
        }
    }
    return grid;
}

void Judge::show(const training::PdeSolution& solution, Run& run) const {
    if (solution.windows.empty()) return;
    const Grid picture = grid(64);
    const auto time = problem_.time();
    const std::size_t last = picture.times.size() - 1;
    const auto values = solution.values(picture.at(last, time.value_or(0)), picture.size());
    auto pixels = std::make_shared<std::vector<float>>(values.begin(),
                                                       values.begin() + static_cast<std::ptrdiff_t>(picture.size()));
    Array frame({picture.n1, picture.n2}, DType::float32, pixels, pixels->data());
    frame.name = problem_.unknowns[0];
    const Coordinate &a = problem_.coordinates[0], &b = problem_.coordinates[size_of(picture.second)];
    frame.axes = {a.name, b.name};
    frame.origin = {picture.origin[0], picture.origin[1]};
    frame.spacing = {picture.spacing[0], picture.spacing[1]};
    run.frame("solution", frame);
}

void Judge::write_field(const Grid& picture, const std::string& name, const std::vector<std::vector<double>>& steps,
                        Run& run) const {
    const Coordinate &a = problem_.coordinates[0], &b = problem_.coordinates[size_of(picture.second)];
    FieldLayout layout;
    layout.nx = picture.n1;
    layout.ny = picture.n2;
    layout.origin = {picture.origin[0], picture.origin[1]};
    layout.spacing = {picture.spacing[0], picture.spacing[1]};
    layout.times = picture.times;
    if (picture.second == 1) layout.axes = {a.name, b.name};
    std::vector<std::size_t> known;
    for (std::size_t u = 0; u < problem_.unknowns.size(); ++u) {
        if (std::isnan(steps[0][u * picture.size()])) continue;
        known.push_back(u);
        layout.names.push_back(problem_.unknowns[u]);
    }
    const auto file = run.scratch() / (name + ".vtkhdf");
    FieldWriter writer(file, layout);
    for (std::size_t j = 0; j < steps.size(); ++j) {
        for (const std::size_t u : known) {
            const auto first = steps[j].begin() + static_cast<std::ptrdiff_t>(u * picture.size());
            auto values =
                std::make_shared<std::vector<double>>(first, first + static_cast<std::ptrdiff_t>(picture.size()));
            writer.write(static_cast<std::int64_t>(j), problem_.unknowns[u],
                         Array({picture.n1, picture.n2}, DType::float64, values, values->data()));
        }
    }
    writer.close();
    run.artifact(name, Kind::field, file);
}

std::vector<double> Judge::reference_at(const Grid& picture, std::size_t step) const {
    if (!file_grid_) return reference(picture.at(step, problem_.time().value_or(0)), picture.size());
    std::vector<double> values;
    for (std::size_t u = 0; u < problem_.unknowns.size(); ++u) {
        for (std::size_t p = 0; p < picture.size(); ++p)
            values.push_back(values_[u * count_ + file_rows_[step * picture.size() + p]]);
    }
    return values;
}

void Judge::write(const training::PdeSolution& solution, Run& run) const {
    const Grid picture = file_grid_ ? *file_grid_ : grid(problem_.coordinates.size() > 2 ? 129 : 201);
    const int time = problem_.time().value_or(0);
    const bool compared = file_grid_ || is_known_everywhere();
    std::vector<std::vector<double>> network, exact, error;
    for (std::size_t j = 0; j < picture.times.size(); ++j) {
        network.push_back(solution.values(picture.at(j, time), picture.size()));
        if (!compared) continue;
        exact.push_back(reference_at(picture, j));
        error.push_back(network.back());
        for (std::size_t i = 0; i < error.back().size(); ++i) error.back()[i] -= exact.back()[i];
    }
    write_field(picture, "solution", network, run);
    if (!compared) return;
    write_field(picture, "reference", exact, run);
    write_field(picture, "error", error, run);
}

} // namespace orrery::pinn
