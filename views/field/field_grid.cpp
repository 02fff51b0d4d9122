// SPDX-License-Identifier: GPL-3.0-or-later
#include "views/field/field_grid.h"

#include "core/error.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

namespace orrery::gui {

void FieldRange::add(const FieldRange& other) {
    low = std::min(low, other.low);
    high = std::max(high, other.high);
    least_positive = std::min(least_positive, other.least_positive);
}

bool FieldRange::is_signed() const {
    return !empty() && low < 0 && high > 0 && std::min(-low, high) > 0.05 * std::max(-low, high);
}

bool FieldGrid::same_grid(const FieldGrid& other) const {
    const auto near = [](double a, double b) {
        return std::abs(a - b) <= 1e-9 * std::max({std::abs(a), std::abs(b), 1e-9});
    };
    return nx == other.nx && ny == other.ny && near(spacing[0], other.spacing[0]) && near(spacing[1], other.spacing[1]);
}

std::array<double, 4> FieldGrid::extent() const {
    return {origin[0] - spacing[0] / 2, origin[0] + (nx - 0.5) * spacing[0], origin[1] - spacing[1] / 2,
            origin[1] + (ny - 0.5) * spacing[1]};
}

double FieldGrid::stretch() const {
    if (axes[0] != "t" && axes[1] != "t") return 1;
    return 0.75 * nx * spacing[0] / (ny * spacing[1]);
}

std::array<double, 4> FieldGrid::drawn_extent() const {
    auto box = extent();
    for (const std::size_t side : {2U, 3U}) box[side] *= stretch();
    return box;
}

double FieldGrid::nearest(double x, double y) const {
    const double i = std::floor((x - origin[0]) / spacing[0] + 0.5), j = std::floor((y - origin[1]) / spacing[1] + 0.5);
    if (!(i >= 0 && i < nx && j >= 0 && j < ny)) return std::numeric_limits<double>::quiet_NaN();
    return at(static_cast<int>(i), static_cast<int>(j));
}

double FieldGrid::interpolated(double x, double y) const {
    const auto box = extent();
    if (!(x >= box[0] && x <= box[1] && y >= box[2] && y <= box[3])) return std::numeric_limits<double>::quiet_NaN();
    const double u = std::clamp((x - origin[0]) / spacing[0], 0.0, nx - 1.0);
    const double v = std::clamp((y - origin[1]) / spacing[1], 0.0, ny - 1.0);
    const int i = std::min(static_cast<int>(u), std::max(0, nx - 2)),
              j = std::min(static_cast<int>(v), std::max(0, ny - 2));
    const int i1 = std::min(i + 1, nx - 1), j1 = std::min(j + 1, ny - 1);
    const double a = u - i, b = v - j;
    return (1 - b) * ((1 - a) * at(i, j) + a * at(i1, j)) + b * ((1 - a) * at(i, j1) + a * at(i1, j1));
}

namespace {

void measure(FieldGrid& grid) {
    for (const double value : grid.values) {
        if (!std::isfinite(value)) {
            ++grid.not_finite;
            continue;
        }
        grid.range.low = std::min(grid.range.low, value);
        grid.range.high = std::max(grid.range.high, value);
        if (value > 0) grid.range.least_positive = std::min(grid.range.least_positive, value);
    }
}

template <class T>
void transpose(const Array& array, FieldGrid& grid) {
    const auto values = array.values<T>();
    const auto nx = static_cast<std::size_t>(grid.nx), ny = static_cast<std::size_t>(grid.ny);
    constexpr std::size_t block = 32; // both sides stay in the cache
    for (std::size_t i0 = 0; i0 < nx; i0 += block)
        for (std::size_t j0 = 0; j0 < ny; j0 += block)
            for (std::size_t j = j0; j < std::min(j0 + block, ny); ++j)
                for (std::size_t i = i0; i < std::min(i0 + block, nx); ++i)
                    grid.values[j * nx + i] = static_cast<double>(values[i * ny + j]);
}

} // namespace

Grid grid_of(const Array& array) {
    const auto& shape = array.shape();
    if (shape.size() != 2 || shape[0] < 1 || shape[1] < 1) {
        throw Error(fmt::format("'{}' has the shape [{}], and a field here has two dimensions, [nx, ny].",
                                array.name.empty() ? "The array" : array.name, fmt::join(shape, ", ")));
    }
    if (shape[0] > 1000000 || shape[1] > 1000000)
        throw Error(fmt::format("The field is {} x {} points, too many for a picture.", shape[0], shape[1]));
    auto grid = std::make_shared<FieldGrid>();
    grid->nx = static_cast<int>(shape[0]);
    grid->ny = static_cast<int>(shape[1]);
    if (array.origin.size() == 2 && array.spacing.size() == 2) {
        std::copy(array.origin.begin(), array.origin.end(), grid->origin.begin());
        std::copy(array.spacing.begin(), array.spacing.end(), grid->spacing.begin());
    }
    if (array.axes.size() == 2) std::copy(array.axes.begin(), array.axes.end(), grid->axes.begin());
    grid->name = array.name;
    grid->unit = array.unit;
    grid->values.resize(static_cast<std::size_t>(array.size()));
    switch (array.type()) {
    case DType::float32:
        transpose<float>(array, *grid);
        break;
    case DType::float64:
        transpose<double>(array, *grid);
        break;
    case DType::int32:
        transpose<std::int32_t>(array, *grid);
        break;
    case DType::int64:
        transpose<std::int64_t>(array, *grid);
        break;
    case DType::uint8:
        transpose<std::uint8_t>(array, *grid);
        break;
    }
    measure(*grid);
    return grid;
}

namespace {

// Along one axis (0: x), the points of a fine grid that a coarse one has: the first, and how far apart. step 0: none.
struct Every {
    int first = 0, step = 0;
};

Every every_of(const FieldGrid& fine, const FieldGrid& coarse, std::size_t axis) {
    const double cell = fine.spacing[axis];
    const double step = std::round(coarse.spacing[axis] / cell);
    const double first = std::round((coarse.origin[axis] - fine.origin[axis]) / cell);
    const double there = axis == 0 ? fine.nx : fine.ny, wanted = axis == 0 ? coarse.nx : coarse.ny;
    const double last = first + (wanted - 1) * step;
    constexpr double near = 1e-6; // of a cell, also at the last point
    const bool fits = step >= 1 && first >= 0 && first < step && last < there && there - last <= step &&
                      std::abs(coarse.spacing[axis] / cell - step) * wanted < near &&
                      std::abs((coarse.origin[axis] - fine.origin[axis]) / cell - first) < near;
    return fits ? Every{static_cast<int>(first), static_cast<int>(step)} : Every{};
}

std::shared_ptr<FieldGrid> at_points_of(const FieldGrid& fine, const FieldGrid& coarse) {
    auto grid = std::make_shared<FieldGrid>(coarse);
    const Every x = every_of(fine, coarse, 0), y = every_of(fine, coarse, 1);
    auto to = grid->values.begin();
    for (int j = 0; j < grid->ny; ++j)
        for (int i = 0; i < grid->nx; ++i) *to++ = fine.at(x.first + i * x.step, y.first + j * y.step);
    grid->name = fine.name;
    grid->unit = fine.unit;
    return grid;
}

} // namespace

bool has_points_of(const FieldGrid& fine, const FieldGrid& coarse) {
    return every_of(fine, coarse, 0).step > 0 && every_of(fine, coarse, 1).step > 0;
}

bool can_subtract(const FieldGrid& a, const FieldGrid& b) {
    return a.same_grid(b) || has_points_of(a, b) || has_points_of(b, a);
}

Grid difference(const FieldGrid& a, const FieldGrid& b, bool absolute) {
    if (!can_subtract(a, b)) {
        throw Error(fmt::format("No difference: one field is {} x {} points, the other {} x {}{}.", a.nx, a.ny, b.nx,
                                b.ny, a.nx == b.nx && a.ny == b.ny ? " of another spacing" : ""));
    }
    const bool same = a.same_grid(b), a_is_fine = !same && has_points_of(a, b);
    auto grid = a_is_fine ? at_points_of(a, b) : std::make_shared<FieldGrid>(a);
    const auto coarse = same || a_is_fine ? nullptr : at_points_of(b, a);
    const std::vector<double>& subtracted = coarse ? coarse->values : b.values;
    for (std::size_t i = 0; i < grid->values.size(); ++i) {
        const double value = grid->values[i] - subtracted[i];
        grid->values[i] = absolute ? std::abs(value) : value;
    }
    grid->range = {};
    grid->not_finite = 0;
    measure(*grid);
    return grid;
}

namespace {

int stride_for(const FieldGrid& grid, int most) { return std::max(1, (std::max(grid.nx, grid.ny) + most - 1) / most); }

} // namespace

QSize picture_size(const FieldGrid& grid, int most) {
    const int stride = stride_for(grid, most);
    return {(grid.nx + stride - 1) / stride, (grid.ny + stride - 1) / stride};
}

QImage picture(const FieldGrid& grid, const ColourScale& scale, int most) {
    QImage image(picture_size(grid, most), QImage::Format_RGBA8888); // its rows have no gaps: 4 bytes a point
    paint_picture(grid, scale, image.bits(), most);
    return image;
}

void paint_picture(const FieldGrid& grid, const ColourScale& scale, unsigned char* to, int most) {
    const int stride = stride_for(grid, most);
    const QSize size = picture_size(grid, most);
    std::array<std::array<uchar, 4>, 256> table{};
    for (std::size_t i = 0; i < table.size(); ++i) {
        const QRgb c = scale.map->colours[i];
        table[i] = {static_cast<uchar>(qRed(c)), static_cast<uchar>(qGreen(c)), static_cast<uchar>(qBlue(c)), 255};
    }
    const QRgb n = scale.not_a_number;
    const std::array<uchar, 4> no_number{static_cast<uchar>(qRed(n)), static_cast<uchar>(qGreen(n)),
                                         static_cast<uchar>(qBlue(n)), 255};
    const double factor = scale.logarithmic ? 256 / std::log(scale.high / scale.low) : 256 / (scale.high - scale.low);
    for (int row = 0; row < size.height(); ++row) {
        const double* from = grid.values.data() + static_cast<std::ptrdiff_t>(row) * stride * grid.nx;
        for (int column = 0; column < size.width(); ++column, from += stride, to += 4) {
            const double place = scale.logarithmic ? (*from > 0 ? std::log(*from / scale.low) * factor : std::nan(""))
                                                   : (*from - scale.low) * factor;
            const auto& colour = std::isnan(place) ? no_number
                                 : place <= 0      ? table[0]
                                 : place >= 255    ? table[255]
                                                   : table[static_cast<std::size_t>(place)];
            std::copy(colour.begin(), colour.end(), to);
        }
    }
}

Profile profile(const FieldGrid& grid, std::array<double, 2> from, std::array<double, 2> to, int count) {
    Profile made;
    const double length = std::hypot(to[0] - from[0], to[1] - from[1]);
    for (int i = 0; i < count; ++i) {
        const double share = count > 1 ? static_cast<double>(i) / (count - 1) : 0;
        made.place.push_back(share * length);
        made.value.push_back(
            grid.interpolated(from[0] + share * (to[0] - from[0]), from[1] + share * (to[1] - from[1])));
    }
    return made;
}

} // namespace orrery::gui
