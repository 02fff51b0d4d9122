// SPDX-License-Identifier: BSD-3-Clause
#include "core/error.h"
#include "core/files/picture.h"
#include "tests/catch.h"

#include <cmath>
#include <limits>

using namespace orrery;

namespace {

Array field_of(std::int64_t nx, std::int64_t ny, std::initializer_list<double> values) {
    Array out({nx, ny}, DType::float64);
    std::copy(values.begin(), values.end(), out.values<double>().begin());
    return out;
}

std::string shaded(const Array& field, int width) { return picture(field, {.width = width, .colours = false}); }

// CIE lightness of sRGB bytes (IEC 61966-2-1, CIE 15:2004).
double lightness(const std::array<std::uint8_t, 3>& colour) {
    const double weights[] = {0.2126, 0.7152, 0.0722};
    double y = 0;
    for (std::size_t k = 0; k < 3; ++k) {
        const double v = colour[k] / 255.0;
        y += weights[k] * (v <= 0.04045 ? v / 12.92 : std::pow((v + 0.055) / 1.055, 2.4));
    }
    return 116 * std::cbrt(y) - 16;
}

} // namespace

TEST_CASE("x goes to the right and y upwards", "[core][files]") {
    // [i, j] = (x_i, y_j): the largest value at x = 1, y = 0 (bottom right), the smallest at x = 0, y = 1 (top left).
    const Array field = field_of(2, 2, {0, -1, 1, 0});
    CHECK(shaded(field, 4) == "  ++\n++@@\nmin -1  max 1\n");
    // L*a*b* (35, 14, -46), (95, 0, 0), (35, 55, 38), converted to sRGB elsewhere.
    const std::string coloured = picture(field, {.width = 2, .colours = true});
    CHECK(coloured == "\x1b[38;2;40;79;156m\x1b[48;2;241;241;241m\xe2\x96\x80\x1b[38;2;241;241;241m\x1b[48;2;164;20;"
                      "24m\xe2\x96\x80\x1b[0m\nmin -1  max 1\n");
}

TEST_CASE("spots are means of the points they cover, and one-signed fields use their own range", "[core][files]") {
    CHECK(shaded(field_of(4, 2, {1, 1, 1, 1, 3, 5, 5, 5}), 2) == " %\nmin 1  max 5\n");
    CHECK(shaded(field_of(1, 1, {7}), 2) == "++\nmin 7  max 7\n");
    CHECK(shaded(field_of(1, 1, {0}), 1) == "+\nmin 0  max 0\n");
    Array single({1, 1}, DType::float32);
    CHECK(shaded(single, 1) == "+\nmin 0  max 0\n");
}

TEST_CASE("values that are not finite are shown and counted", "[core][files]") {
    constexpr double nan = std::numeric_limits<double>::quiet_NaN();
    CHECK(shaded(field_of(2, 2, {nan, nan, -1, 1}), 4) == "??@@\n??  \nmin -1  max 1  not finite: 2 of 4\n");
    CHECK(shaded(field_of(1, 1, {nan}), 1) == "?\nno finite value\n");
    CHECK_THAT(picture(field_of(1, 1, {nan}), {.width = 1}), contains_text("38;2;128;128;128m"));
    CHECK_THAT(shaded(field_of(2, 1, {-1.7e308, 1.7e308}), 2), contains_text("max 1.7e+308"));
}

TEST_CASE("the colours are symmetrical about 0 and even in lightness", "[core][files]") {
    CHECK(std::abs(lightness(diverging_colour(0)) - 95) < 0.7);
    for (double t = 0.1; t < 1.05; t += 0.1) {
        INFO("t " << t);
        CHECK(std::abs(lightness(diverging_colour(t)) - lightness(diverging_colour(-t))) < 1.5);
        CHECK(std::abs(lightness(diverging_colour(-t)) - (95 - 60 * t)) < 1.5);
        CHECK(diverging_colour(t)[0] > diverging_colour(t)[2]);
        CHECK(diverging_colour(-t)[0] < diverging_colour(-t)[2]);
    }
    CHECK(diverging_colour(-7) == diverging_colour(-1));
}

TEST_CASE("what can't be drawn is refused", "[core][files][P9]") {
    CHECK_THROWS_WITH(picture(Array({4}, DType::float64)), contains_text("two dimensions"));
    CHECK_THROWS_WITH(picture(Array({0, 4}, DType::float64)), contains_text("at least one value"));
    CHECK_THROWS_WITH(picture(Array({2, 2}, DType::int32)), contains_text("int32"));
    CHECK_THROWS_WITH(picture(Array({2, 2}, DType::float64), {.width = 0}), contains_text("1 to 500"));
}
