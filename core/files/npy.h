// SPDX-License-Identifier: BSD-3-Clause
// Reads and writes NumPy's .npy files (format 1.0, 2.0 and 3.0:
// https://numpy.org/doc/stable/reference/generated/numpy.lib.format.html).
#pragma once
#include "core/array.h"

#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace orrery {

// The array of a .npy file in C order. Fortran order and big-endian files are converted. Element types that Array lacks
// become the next wider one: int8, int16, uint16 -> int32; uint32, uint64 -> int64; float16 -> float32; bool -> uint8.
// Throws Error, with the file's name and the byte, if it isn't a .npy file, is truncated or too long, or holds another
// type. Sizes are checked against the file's before anything is allocated.
ORRERY_API Array read_npy(const std::filesystem::path& file);
// The same of bytes in memory; `name` stands for the file in messages.
ORRERY_API Array read_npy(std::span<const std::byte> bytes, std::string_view name);

// The array as little-endian .npy of format 1.0, byte for byte what numpy.save writes.
ORRERY_API void write_npy(const std::filesystem::path& file, const Array& array);
// Magic, version and header dictionary, padded to a multiple of 64 bytes; the data follow.
ORRERY_API std::string npy_header(const std::vector<std::int64_t>& shape, DType type);

// An initial field: float64 [n, n], first index x, second index y (value [i, j] at x = 2 pi i / n, y = 2 pi j / n). Any
// number type is converted. Throws Error if the file isn't readable, the shape isn't n x n with n >= `min_n`, or a
// value isn't finite (the sentence names the first one's index), or n is more than 8192: what is refused for its shape
// is not read.
ORRERY_API Array read_square_field(const std::filesystem::path& file, std::int64_t min_n = 2);

} // namespace orrery
