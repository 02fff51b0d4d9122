// SPDX-License-Identifier: BSD-3-Clause
#include "core/files/picture.h"

#include "core/error.h"
#include "core/files/png.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <limits>
#include <vector>

namespace orrery {

namespace {

using Lab = std::array<double, 3>;

// CIE 1976 L*a*b* (white D65) to sRGB: CIE 15:2004 section 8.2.1 and IEC 61966-2-1.
std::array<std::uint8_t, 3> srgb_of(const Lab& lab) {
    const auto inverse = [](double t) {
        return t > 6.0 / 29 ? t * t * t : 3 * (6.0 / 29) * (6.0 / 29) * (t - 4.0 / 29);
    };
    const double fy = (lab[0] + 16) / 116;
    const double x = 0.95047 * inverse(fy + lab[1] / 500), y = inverse(fy), z = 1.08883 * inverse(fy - lab[2] / 200);
    const std::array<double, 3> linear{3.2406 * x - 1.5372 * y - 0.4986 * z, -0.9689 * x + 1.8758 * y + 0.0415 * z,
                                       0.0557 * x - 0.2040 * y + 1.0570 * z};
    std::array<std::uint8_t, 3> out{};
    for (std::size_t k = 0; k < 3; ++k) {
        const double v = std::clamp(linear[k], 0.0, 1.0);
        const double encoded = v <= 0.0031308 ? 12.92 * v : 1.055 * std::pow(v, 1 / 2.4) - 0.055;
        out[k] = static_cast<std::uint8_t>(std::lround(255 * encoded));
    }
    return out;
}

constexpr Lab blue{35, 14, -46}, white{95, 0, 0}, red{35, 55, 38};
constexpr std::array<std::uint8_t, 3> grey{128, 128, 128}; // not finite
constexpr std::string_view shades = " .:-=+*#%@";

// The field averaged onto `columns` x `rows` spots, row 0 at the top (largest y).
struct Spots {
    std::size_t columns = 0, rows = 0;
    std::vector<double> values;
    double at(std::size_t row, std::size_t column) const { return values[row * columns + column]; }
};

struct Range {
    double min = std::numeric_limits<double>::infinity(), max = -std::numeric_limits<double>::infinity();
    std::size_t not_finite = 0;
};

template <class T>
Range range_of(std::span<const T> values) {
    Range out;
    for (const T one : values) {
        const double value = static_cast<double>(one);
        if (!std::isfinite(value)) {
            ++out.not_finite;
            continue;
        }
        out.min = std::min(out.min, value);
        out.max = std::max(out.max, value);
    }
    return out;
}

template <class T>
Spots averaged(std::span<const T> values, std::size_t nx, std::size_t ny, std::size_t columns, std::size_t rows) {
    Spots out{columns, rows, std::vector<double>(columns * rows)};
    for (std::size_t row = 0; row < rows; ++row) {
        const std::size_t up = rows - 1 - row;
        const std::size_t j0 = up * ny / rows, j1 = std::max(j0 + 1, (up + 1) * ny / rows);
        for (std::size_t column = 0; column < columns; ++column) {
            const std::size_t i0 = column * nx / columns, i1 = std::max(i0 + 1, (column + 1) * nx / columns);
            double sum = 0;
            for (std::size_t i = i0; i < i1; ++i) {
                for (std::size_t j = j0; j < j1; ++j) sum += static_cast<double>(values[i * ny + j]);
            }
            out.values[row * columns + column] = sum / static_cast<double>((i1 - i0) * (j1 - j0));
        }
    }
    return out;
}

// To [-1, 1]: symmetrical about 0 where the field has both signs, else from minimum to maximum.
double scaled(double value, const Range& range) {
    if (range.min < 0 && range.max > 0) return value / std::max(-range.min, range.max);
    return range.max > range.min ? 2 * ((value - range.min) / (range.max - range.min)) - 1 : 0.0;
}

std::string in_colours(const Spots& spots, const Range& range) {
    const auto colour = [&](std::size_t row, std::size_t column) {
        const double value = spots.at(row, column);
        return std::isfinite(value) ? diverging_colour(scaled(value, range)) : grey;
    };
    std::string out;
    for (std::size_t row = 0; row < spots.rows; row += 2) {
        std::string before;
        for (std::size_t column = 0; column < spots.columns; ++column) {
            const auto top = colour(row, column);
            std::string code = fmt::format("\x1b[38;2;{};{};{}m", top[0], top[1], top[2]);
            if (row + 1 < spots.rows) {
                const auto bottom = colour(row + 1, column);
                code += fmt::format("\x1b[48;2;{};{};{}m", bottom[0], bottom[1], bottom[2]);
            }
            if (code != before) out += code;
            before = std::move(code);
            out += "\xe2\x96\x80"; // upper half block
        }
        out += "\x1b[0m\n";
    }
    return out;
}

std::string in_shades(const Spots& spots, const Range& range) {
    std::string out;
    for (std::size_t row = 0; row < spots.rows; ++row) {
        for (std::size_t column = 0; column < spots.columns; ++column) {
            const double value = spots.at(row, column);
            const double place = (scaled(value, range) + 1) / 2 * static_cast<double>(shades.size());
            out += std::isfinite(value)
                       ? shades[std::min(static_cast<std::size_t>(std::max(place, 0.0)), shades.size() - 1)]
                       : '?';
        }
        out += '\n';
    }
    return out;
}

template <class T>
std::string drawn(const Array& field, const PictureOptions& options) {
    const auto values = field.values<T>();
    const auto nx = static_cast<std::size_t>(field.shape()[0]), ny = static_cast<std::size_t>(field.shape()[1]);
    const Range range = range_of(values);
    // A character is about twice as high as wide: one spot wide and, with half blocks, two spots high.
    const auto columns = static_cast<std::size_t>(options.width);
    const double square = static_cast<double>(columns) * static_cast<double>(ny) / static_cast<double>(nx);
    const auto rows =
        static_cast<std::size_t>(std::clamp(std::lround(options.colours ? square : square / 2), 1L, 1000L));
    const Spots spots = averaged(values, nx, ny, columns, rows);
    std::string legend;
    if (range.min > range.max) {
        legend = "no finite value";
    } else {
        legend = fmt::format("min {:.4g}  max {:.4g}", range.min, range.max);
        if (range.not_finite > 0) legend += fmt::format("  not finite: {} of {}", range.not_finite, values.size());
    }
    return (options.colours ? in_colours(spots, range) : in_shades(spots, range)) + legend + "\n";
}

template <class T>
std::string drawn_png(const Array& field, std::size_t most) {
    const auto values = field.values<T>();
    const auto nx = static_cast<std::size_t>(field.shape()[0]), ny = static_cast<std::size_t>(field.shape()[1]);
    const std::size_t longer = std::max(nx, ny);
    const std::size_t times = std::max<std::size_t>(most / longer, 1);
    const auto pixels = [&](std::size_t points) {
        return longer <= most ? points * times : std::max<std::size_t>(points * most / longer, 1);
    };
    const Range range = range_of(values);
    const Spots spots = averaged(values, nx, ny, pixels(nx), pixels(ny));
    std::vector<std::uint8_t> rgb;
    rgb.reserve(3 * spots.values.size());
    for (const double value : spots.values) {
        const auto colour = std::isfinite(value) ? diverging_colour(scaled(value, range)) : grey;
        rgb.insert(rgb.end(), colour.begin(), colour.end());
    }
    return png_of_rgb(rgb, spots.columns, spots.rows);
}

void expect_plane(const Array& field) {
    if (field.shape().size() != 2 || field.size() == 0)
        throw Error("Only a field with two dimensions and at least one value can be drawn.");
}

[[noreturn]] void refuse_type(const Array& field) {
    throw Error(
        fmt::format("A field of type {} can't be drawn; accepted are float64 and float32.", name_of(field.type())));
}

} // namespace

std::string picture_png(const Array& field, int most_pixels) {
    expect_plane(field);
    if (most_pixels < 1 || most_pixels > 4096)
        throw Error(fmt::format("A picture can't have {} pixels a side; accepted are 1 to 4096.", most_pixels));
    const auto most = static_cast<std::size_t>(most_pixels);
    if (field.type() == DType::float64) return drawn_png<double>(field, most);
    if (field.type() == DType::float32) return drawn_png<float>(field, most);
    refuse_type(field);
}

std::array<std::uint8_t, 3> diverging_colour(double value) {
    const double t = std::clamp(std::isnan(value) ? 0.0 : value, -1.0, 1.0);
    const Lab& end = t < 0 ? blue : red;
    Lab mixed{};
    for (std::size_t k = 0; k < 3; ++k) mixed[k] = white[k] + std::abs(t) * (end[k] - white[k]);
    return srgb_of(mixed);
}

std::string picture(const Array& field, const PictureOptions& options) {
    expect_plane(field);
    if (options.width < 1 || options.width > 500)
        throw Error(fmt::format("A picture can't be {} characters wide; accepted are 1 to 500.", options.width));
    switch (field.type()) {
    case DType::float64:
        return drawn<double>(field, options);
    case DType::float32:
        return drawn<float>(field, options);
    default:
        refuse_type(field);
    }
}

} // namespace orrery
