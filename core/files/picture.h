// SPDX-License-Identifier: BSD-3-Clause
// A coarse picture of a 2-D field, for the terminal or as a PNG.
#pragma once
#include "core/array.h"

#include <array>
#include <cstdint>
#include <string>

namespace orrery {

struct PictureOptions {
    int width = 48;      // characters a line, 1 to 500; the height follows from the field's shape
    bool colours = true; // 24-bit colours and half blocks, else ASCII shades
};

// Blue, white and red over [-1, 1] (outside: the ends), symmetrical about 0: linear in CIE L*a*b* between anchors whose
// lightness falls evenly and equally on both sides. Returns sRGB bytes.
ORRERY_API std::array<std::uint8_t, 3> diverging_colour(double value);

// `field` is [nx, ny], first index x, float64 or float32; x goes to the right, y upwards. Each spot is the mean of the
// points that it covers; values that are not finite show as grey (colours) or '?'. A field of one sign throughout (min
// >= 0 or max <= 0) uses the scale from its minimum to its maximum, any other one is symmetrical about 0. The last line
// says minimum and maximum. Throws Error if the field is not 2-D, empty or of another type.
ORRERY_API std::string picture(const Array& field, const PictureOptions& options = {});

// The same as a PNG whose longer side has at most that many pixels (1 to 4096); small fields are made larger by whole
// numbers. Throws the same errors.
ORRERY_API std::string picture_png(const Array& field, int most_pixels);

} // namespace orrery
