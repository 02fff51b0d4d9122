// SPDX-License-Identifier: BSD-3-Clause
// Writes small pictures as PNG.
#pragma once
#include "core/api.h"

#include <cstdint>
#include <span>
#include <string>

namespace orrery {

// `rgb`: three bytes (sRGB) a pixel, row by row from the top, 3 * width * height of them. Equal pixels give equal
// bytes. Source: PNG specification, third edition (W3C 2025). Throws Error.
ORRERY_API std::string png_of_rgb(std::span<const std::uint8_t> rgb, std::size_t width, std::size_t height);

ORRERY_API std::string base64(std::string_view bytes); // RFC 4648, with padding

} // namespace orrery
