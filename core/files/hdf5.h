// SPDX-License-Identifier: BSD-3-Clause
// HDF5 handles that close themselves, and HDF5's errors as orrery::Error. Only for the sources of core/files.
#pragma once
#include "core/array.h"

#include <hdf5.h>

#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace orrery::hdf5 {

// HDF5 prints its error stack by default; while this lives (in this thread), it doesn't.
class Quiet {
public:
    Quiet();
    ~Quiet();
    Quiet(const Quiet&) = delete;
    Quiet& operator=(const Quiet&) = delete;

private:
    H5E_auto2_t function_ = nullptr;
    void* data_ = nullptr;
};

// Why the last HDF5 call of this thread failed, in HDF5's (or the system's) words.
std::string reason();

// Names the file and the object in every message.
struct Where {
    std::string file;
    std::string object; // for example "/VTKHDF/Steps"; may be empty
};
[[noreturn]] void fail(const Where& where, std::string_view what);             // "FILE, object OBJECT: WHAT."
[[noreturn]] void fail_with_reason(const Where& where, std::string_view what); // adds reason()
void check(herr_t result, const Where& where, std::string_view what);

// Closes with the function given; throws if the identifier says that opening failed.
class Handle {
public:
    Handle() = default;
    Handle(hid_t id, herr_t (*close)(hid_t), const Where& where, std::string_view what);
    ~Handle() { reset(); }
    Handle(Handle&& other) noexcept : id_(std::exchange(other.id_, -1)), close_(other.close_) {}
    Handle& operator=(Handle&& other) noexcept {
        if (this != &other) {
            reset();
            id_ = std::exchange(other.id_, -1);
            close_ = other.close_;
        }
        return *this;
    }
    hid_t get() const { return id_; }
    explicit operator bool() const { return id_ >= 0; }
    herr_t reset(); // what closing answered

private:
    hid_t id_ = -1;
    herr_t (*close_)(hid_t) = nullptr;
};

// Attributes of `object`. Reading checks type and number of values first.
void write_attribute(hid_t object, const char* name, hid_t file_type, hid_t memory_type, std::span<const hsize_t> shape,
                     const void* values, const Where& where);
void write_text(hid_t object, const char* name, std::string_view text, H5T_cset_t characters, const Where& where);
bool has_attribute(hid_t object, const char* name);
std::vector<double> read_numbers(hid_t object, const char* name, std::size_t count, const Where& where);
std::vector<std::int64_t> read_integers(hid_t object, const char* name, std::size_t count, const Where& where);
std::string read_text(hid_t object, const char* name, const Where& where); // fixed length, up to 1000 bytes

// Is `name` (one step of a path) a hard link in `group`? Soft and external links lead out of what was checked.
bool has_member(hid_t group, const char* name);
std::vector<hsize_t> shape_of(hid_t dataset, const Where& where);
// Throws unless a dataset's values (of `value_bytes` each in memory) lie in this very file and can be as many as its
// shape says.
void check_storage(hid_t dataset, std::uint64_t file_bytes, std::size_t value_bytes, const Where& where);

} // namespace orrery::hdf5
