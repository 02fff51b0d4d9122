// SPDX-License-Identifier: BSD-3-Clause
#include "core/files/png.h"

#include "core/error.h"

#include <zlib.h>

#include <vector>

namespace orrery {

namespace {

void add_number(std::string& out, std::uint32_t number) { // big-endian
    for (int shift = 24; shift >= 0; shift -= 8) out += static_cast<char>(number >> shift & 0xFFU);
}

void add_chunk(std::string& out, std::string_view kind, std::string_view content) {
    add_number(out, static_cast<std::uint32_t>(content.size()));
    const std::size_t begin = out.size();
    out.append(kind).append(content);
    const auto* bytes = reinterpret_cast<const Bytef*>(out.data() + begin);
    add_number(out, static_cast<std::uint32_t>(crc32(0, bytes, static_cast<uInt>(out.size() - begin))));
}

} // namespace

std::string png_of_rgb(std::span<const std::uint8_t> rgb, std::size_t width, std::size_t height) {
    if (width == 0 || height == 0 || width > 16384 || height > 16384 || rgb.size() != 3 * width * height)
        throw Error("A picture needs three bytes for each of its pixels, and at most 16384 pixels a side.");
    std::string lines;
    lines.reserve(rgb.size() + height);
    for (std::size_t row = 0; row < height; ++row) {
        lines += '\0'; // no filter
        lines.append(reinterpret_cast<const char*>(rgb.data()) + 3 * width * row, 3 * width);
    }
    uLongf size = compressBound(static_cast<uLong>(lines.size()));
    std::string packed(size, '\0');
    if (compress2(reinterpret_cast<Bytef*>(packed.data()), &size, reinterpret_cast<const Bytef*>(lines.data()),
                  static_cast<uLong>(lines.size()), 9) != Z_OK)
        throw Error("A picture can't be compressed: there is not enough memory.");
    packed.resize(size);
    std::string header;
    add_number(header, static_cast<std::uint32_t>(width));
    add_number(header, static_cast<std::uint32_t>(height));
    header.append("\x08\x02\x00\x00\x00", 5); // 8 bits, RGB, deflate, adaptive filters, not interlaced
    std::string out = "\x89PNG\r\n\x1a\n";
    add_chunk(out, "IHDR", header);
    add_chunk(out, "IDAT", packed);
    add_chunk(out, "IEND", {});
    return out;
}

std::string base64(std::string_view bytes) {
    constexpr std::string_view letters = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    std::string out;
    out.reserve((bytes.size() + 2) / 3 * 4);
    for (std::size_t at = 0; at < bytes.size(); at += 3) {
        std::uint32_t three = 0;
        for (std::size_t i = 0; i < 3; ++i)
            three = three << 8 | (at + i < bytes.size() ? static_cast<std::uint8_t>(bytes[at + i]) : 0U);
        for (std::size_t i = 0; i < 4; ++i) out += at + i <= bytes.size() ? letters[three >> (18 - 6 * i) & 63U] : '=';
    }
    return out;
}

} // namespace orrery
