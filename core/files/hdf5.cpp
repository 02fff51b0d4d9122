// SPDX-License-Identifier: BSD-3-Clause
#include "core/files/hdf5.h"

#include "core/canonical_json.h"
#include "core/error.h"

#include <fmt/format.h>

#include <limits>

namespace orrery::hdf5 {

Quiet::Quiet() {
    // After a close that failed on a full disk, HDF5's clean-up at exit crashes on what is left of the file. Handles
    // close all that we open, so nothing needs it. Must come before any other call of HDF5; too late, it does nothing.
    [[maybe_unused]] static const herr_t no_clean_up = H5dont_atexit();
    H5Eget_auto2(H5E_DEFAULT, &function_, &data_);
    H5Eset_auto2(H5E_DEFAULT, nullptr, nullptr);
}

Quiet::~Quiet() { H5Eset_auto2(H5E_DEFAULT, function_, data_); }

std::string reason() {
    std::string out;
    H5Ewalk2(
        H5E_DEFAULT, H5E_WALK_UPWARD,
        [](unsigned number, const H5E_error2_t* error, void* text) -> herr_t {
            if (number == 0 && error->desc) *static_cast<std::string*>(text) = error->desc;
            return 0;
        },
        &out);
    // Errors of the system carry its words among details that change from run to run.
    constexpr std::string_view mark = "error message = '";
    if (const auto at = out.find(mark); at != std::string::npos) {
        const auto start = at + mark.size();
        out = out.substr(start, out.find('\'', start) - start);
    }
    return out.empty() ? "HDF5 gives no reason" : out;
}

void fail(const Where& where, std::string_view what) {
    // Texts of the file, and names of its objects, may be no UTF-8.
    throw Error(valid_utf8(where.object.empty() ? fmt::format("{}: {}.", where.file, what)
                                                : fmt::format("{}, object {}: {}.", where.file, where.object, what)));
}

void fail_with_reason(const Where& where, std::string_view what) { fail(where, fmt::format("{}: {}", what, reason())); }

void check(herr_t result, const Where& where, std::string_view what) {
    if (result < 0) fail_with_reason(where, what);
}

Handle::Handle(hid_t id, herr_t (*close)(hid_t), const Where& where, std::string_view what) : id_(id), close_(close) {
    if (id < 0) fail_with_reason(where, what);
}

herr_t Handle::reset() { return id_ >= 0 ? close_(std::exchange(id_, -1)) : 0; }

void write_attribute(hid_t object, const char* name, hid_t file_type, hid_t memory_type, std::span<const hsize_t> shape,
                     const void* values, const Where& where) {
    const hid_t made =
        shape.empty() ? H5Screate(H5S_SCALAR) : H5Screate_simple(static_cast<int>(shape.size()), shape.data(), nullptr);
    const Handle space(made, H5Sclose, where, "no room for an attribute");
    const Handle attribute(H5Acreate2(object, name, file_type, space.get(), H5P_DEFAULT, H5P_DEFAULT), H5Aclose, where,
                           fmt::format("the attribute {} can't be made", name));
    check(H5Awrite(attribute.get(), memory_type, values), where,
          fmt::format("the attribute {} can't be written", name));
}

void write_text(hid_t object, const char* name, std::string_view text, H5T_cset_t characters, const Where& where) {
    const Handle type(H5Tcopy(H5T_C_S1), H5Tclose, where, "no room for a text type");
    check(H5Tset_size(type.get(), text.size()), where, "a text can't be empty");
    check(H5Tset_strpad(type.get(), H5T_STR_NULLPAD), where, "a text type can't be made");
    check(H5Tset_cset(type.get(), characters), where, "a text type can't be made");
    write_attribute(object, name, type.get(), type.get(), {}, text.data(), where);
}

bool has_attribute(hid_t object, const char* name) { return H5Aexists(object, name) > 0; }

namespace {

// Opens an attribute after checking its class and how many values it has.
Handle open_attribute(hid_t object, const char* name, std::initializer_list<H5T_class_t> classes, std::size_t count,
                      const Where& where, std::string_view wanted) {
    if (!has_attribute(object, name)) fail(where, fmt::format("the attribute {} is missing", name));
    Handle attribute(H5Aopen(object, name, H5P_DEFAULT), H5Aclose, where,
                     fmt::format("the attribute {} can't be opened", name));
    const Handle space(H5Aget_space(attribute.get()), H5Sclose, where,
                       fmt::format("the attribute {} has no size", name));
    const Handle type(H5Aget_type(attribute.get()), H5Tclose, where, fmt::format("the attribute {} has no type", name));
    bool known = false;
    for (const H5T_class_t one : classes) known = known || H5Tget_class(type.get()) == one;
    const hssize_t present = H5Sget_simple_extent_npoints(space.get());
    if (!known || present != static_cast<hssize_t>(count))
        fail(where, fmt::format("the attribute {} is not {}", name, wanted));
    return attribute;
}

} // namespace

std::vector<double> read_numbers(hid_t object, const char* name, std::size_t count, const Where& where) {
    const Handle attribute =
        open_attribute(object, name, {H5T_FLOAT, H5T_INTEGER}, count, where, fmt::format("{} number(s)", count));
    std::vector<double> out(count);
    check(H5Aread(attribute.get(), H5T_NATIVE_DOUBLE, out.data()), where,
          fmt::format("the attribute {} can't be read", name));
    return out;
}

std::vector<std::int64_t> read_integers(hid_t object, const char* name, std::size_t count, const Where& where) {
    const Handle attribute =
        open_attribute(object, name, {H5T_INTEGER}, count, where, fmt::format("{} integer(s)", count));
    std::vector<std::int64_t> out(count);
    check(H5Aread(attribute.get(), H5T_NATIVE_INT64, out.data()), where,
          fmt::format("the attribute {} can't be read", name));
    return out;
}

std::string read_text(hid_t object, const char* name, const Where& where) {
    const Handle attribute = open_attribute(object, name, {H5T_STRING}, 1, where, "a text");
    const Handle type(H5Aget_type(attribute.get()), H5Tclose, where, fmt::format("the attribute {} has no type", name));
    const std::size_t size = H5Tget_size(type.get());
    if (H5Tis_variable_str(type.get()) != 0 || size == 0 || size > 1000) {
        fail(where, fmt::format("the attribute {} is not a text of fixed length up to 1000 bytes", name));
    }
    std::string out(size, '\0');
    check(H5Aread(attribute.get(), type.get(), out.data()), where, fmt::format("the attribute {} can't be read", name));
    if (const auto end = out.find('\0'); end != std::string::npos) out.resize(end);
    return out;
}

bool has_member(hid_t group, const char* name) {
    if (H5Lexists(group, name, H5P_DEFAULT) <= 0) return false;
    H5L_info_t info;
    return H5Lget_info(group, name, &info, H5P_DEFAULT) >= 0 && info.type == H5L_TYPE_HARD;
}

std::vector<hsize_t> shape_of(hid_t dataset, const Where& where) {
    const Handle space(H5Dget_space(dataset), H5Sclose, where, "has no size");
    const int rank = H5Sget_simple_extent_ndims(space.get());
    if (rank < 0 || H5Sis_simple(space.get()) <= 0) fail(where, "has no regular shape");
    std::vector<hsize_t> shape(static_cast<std::size_t>(rank));
    if (rank > 0 && H5Sget_simple_extent_dims(space.get(), shape.data(), nullptr) < 0)
        fail_with_reason(where, "has no size");
    return shape;
}

void check_storage(hid_t dataset, std::uint64_t file_bytes, std::size_t value_bytes, const Where& where) {
    constexpr std::uint64_t most = std::uint64_t{1} << 62U;
    const Handle type(H5Dget_type(dataset), H5Tclose, where, "has no type");
    const std::size_t stored_bytes = H5Tget_size(type.get());
    if (stored_bytes == 0) fail_with_reason(where, "has no type");
    std::uint64_t count = 1;
    for (const hsize_t extent : shape_of(dataset, where)) {
        if (extent == 0) fail(where, "is empty");
        if (extent > most / std::max(stored_bytes, value_bytes) / count)
            fail(where, "has a shape too large for any file");
        count *= extent;
    }
    const std::uint64_t needed = count * stored_bytes;
    const Handle plist(H5Dget_create_plist(dataset), H5Pclose, where, "has no properties");
    const H5D_layout_t layout = H5Pget_layout(plist.get());
    if (layout == H5D_VIRTUAL || H5Pget_external_count(plist.get()) != 0)
        fail(where, "keeps its values in another file, which is not accepted");
    if (layout == H5D_CONTIGUOUS) {
        const haddr_t offset = H5Dget_offset(dataset);
        if (offset == HADDR_UNDEF) fail(where, "has no values");
        if (offset > file_bytes || needed > file_bytes - offset)
            fail(where, fmt::format("needs {} bytes at byte {}, beyond the end of the file", needed, offset));
        return;
    }
    // Deflate, the strongest usual filter, packs at most 1032 to 1.
    const std::uint64_t stored = H5Dget_storage_size(dataset);
    const std::uint64_t packing = H5Pget_nfilters(plist.get()) > 0 ? 1032 : 1;
    if (stored > file_bytes || stored < needed / packing)
        fail(where, fmt::format("needs {} bytes of values, {} are stored", needed, stored));
}

} // namespace orrery::hdf5
