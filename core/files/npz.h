// SPDX-License-Identifier: BSD-3-Clause
// NumPy's .npz archives: zip files of .npy members.
#pragma once
#include "core/array.h"
#include "core/files/zip.h"
#include "core/files/zip_reader.h"

#include <filesystem>
#include <iosfwd>
#include <map>
#include <span>
#include <string>
#include <vector>

namespace orrery {

class ORRERY_API NpzReader {
public:
    // Throws Error as ZipReader does.
    explicit NpzReader(const std::filesystem::path& file);

    // Of the arrays, in the order of the archive; other members are left out.
    const std::vector<std::string>& names() const { return names_; }
    std::uint64_t bytes() const { return bytes_; } // of all arrays, unpacked
    // Throws Error for a damaged one, and for one that isn't there.
    Array read(const std::string& name);
    [[noreturn]] void refuse(const std::string& why) const { zip_.refuse(why); }

private:
    ZipReader zip_;
    std::vector<std::string> names_;
    std::map<std::string, std::size_t> members_;
    std::uint64_t bytes_ = 0;
};

// The arrays by their names. Throws Error, with the file's name, where it is no such archive, is damaged (sizes and
// checksums are compared), larger than 1 GiB unpacked, or encrypted.
ORRERY_API std::map<std::string, Array> read_npz(const std::filesystem::path& file);

// One array after another; equal arrays give equal bytes.
class ORRERY_API NpzWriter {
public:
    explicit NpzWriter(std::ostream& out) : zip_(out) {}
    void add(const std::string& name, const Array& array); // names are unique and ASCII
    // The same of values that lie in several places, one after another.
    void add(const std::string& name, const std::vector<std::int64_t>& shape, DType type,
             std::vector<std::span<const char>> parts);
    void finish() { zip_.finish(); }

private:
    ZipWriter zip_;
};

} // namespace orrery
