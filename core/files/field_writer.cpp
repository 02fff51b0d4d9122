// SPDX-License-Identifier: BSD-3-Clause
#include "core/error.h"
#include "core/files/field_file.h"
#include "core/files/hdf5.h"
#include "core/files/replace_file.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <cmath>
#include <numbers>
#include <optional>

namespace orrery {

namespace {

using hdf5::Handle;
using hdf5::Where;

constexpr std::int64_t most_points = std::int64_t{1} << 24; // a side
constexpr std::size_t most_names = 1000;

bool usable_name(const std::string& name) {
    const auto usable = [](char c) {
        return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_' || c == '-' ||
               c == '.' || c == ' ';
    };
    return !name.empty() && name.size() <= 100 && name[0] != '.' && std::all_of(name.begin(), name.end(), usable);
}

std::vector<std::string> wrong_in(const FieldLayout& layout) {
    std::vector<std::string> wrong;
    if (layout.nx < 1 || layout.ny < 1 || layout.nx > most_points || layout.ny > most_points) {
        wrong.push_back(fmt::format("{} x {} points (1 to {} a side)", layout.nx, layout.ny, most_points));
    }
    for (const double value : layout.origin) {
        if (!std::isfinite(value)) wrong.push_back(fmt::format("an origin of {}", value));
    }
    for (const double value : layout.spacing) {
        if (!std::isfinite(value) || value <= 0)
            wrong.push_back(fmt::format("a spacing of {} (must be positive)", value));
    }
    if (layout.names.empty() || layout.names.size() > most_names)
        wrong.push_back(fmt::format("{} fields (1 to {})", layout.names.size(), most_names));
    for (const std::string& name : layout.names) {
        if (!usable_name(name))
            wrong.push_back(fmt::format("a field named '{}' (letters, digits, '_', '-', '.' and spaces)", name));
        if (std::count(layout.names.begin(), layout.names.end(), name) > 1)
            wrong.push_back(fmt::format("two fields named '{}'", name));
    }
    for (const auto& [name, unit] : layout.units) {
        if (std::find(layout.names.begin(), layout.names.end(), name) == layout.names.end())
            wrong.push_back(fmt::format("a unit of an absent field '{}'", name));
        if (unit.size() > 1000) wrong.push_back(fmt::format("a unit of {} bytes", unit.size()));
    }
    if (layout.times.empty()) wrong.emplace_back("no times");
    for (std::size_t k = 0; k < layout.times.size(); ++k) {
        if (!std::isfinite(layout.times[k]) || (k > 0 && layout.times[k] <= layout.times[k - 1])) {
            wrong.push_back(fmt::format("times that do not increase (step {}: {})", k, layout.times[k]));
            break;
        }
    }
    for (const std::string& name : layout.axes) {
        if (!usable_name(name))
            wrong.push_back(fmt::format("an axis named '{}' (letters, digits, '_', '-', '.' and spaces)", name));
    }
    if (layout.axes[0] == layout.axes[1]) wrong.push_back(fmt::format("two axes named '{}'", layout.axes[0]));
    if (layout.type != DType::float64 && layout.type != DType::float32)
        wrong.push_back(fmt::format("values of type {}", name_of(layout.type)));
    return wrong;
}

Handle creation_properties(hid_t kind, const Where& where) {
    Handle plist(H5Pcreate(kind), H5Pclose, where, "no properties");
    hdf5::check(H5Pset_obj_track_times(plist.get(), false), where,
                "times can't be switched off"); // else equal runs differ in bytes
    return plist;
}

Handle make_group(hid_t parent, const char* name, const Where& where) {
    const Handle plist = creation_properties(H5P_GROUP_CREATE, where);
    return Handle(H5Gcreate2(parent, name, H5P_DEFAULT, plist.get(), H5P_DEFAULT), H5Gclose, where, "can't be made");
}

Handle make_dataset(hid_t parent, const char* name, hid_t type, const std::vector<hsize_t>& shape, const Where& where) {
    const Handle plist = creation_properties(H5P_DATASET_CREATE, where);
    hdf5::check(H5Pset_layout(plist.get(), H5D_CONTIGUOUS), where, "no contiguous layout");
    hdf5::check(H5Pset_alloc_time(plist.get(), H5D_ALLOC_TIME_EARLY), where, "no early allocation");
    hdf5::check(H5Pset_fill_time(plist.get(), H5D_FILL_TIME_NEVER), where, "no fill time");
    const Handle space(H5Screate_simple(static_cast<int>(shape.size()), shape.data(), nullptr), H5Sclose, where,
                       "no shape");
    return Handle(H5Dcreate2(parent, name, type, space.get(), H5P_DEFAULT, plist.get(), H5P_DEFAULT), H5Dclose, where,
                  "can't be made");
}

void write_whole(hid_t parent, const char* name, hid_t file_type, hid_t memory_type, std::size_t count,
                 const void* values, const Where& where) {
    const Handle dataset = make_dataset(parent, name, file_type, {count}, where);
    hdf5::check(H5Dwrite(dataset.get(), memory_type, H5S_ALL, H5S_ALL, H5P_DEFAULT, values), where, "can't be written");
}

// [nx, ny] of From -> [ny, nx] of To.
template <class From, class To>
void transpose(const Array& from, std::vector<To>& to, std::size_t nx, std::size_t ny) {
    const auto values = from.values<From>();
    to.resize(nx * ny);
    for (std::size_t j = 0; j < ny; ++j) {
        for (std::size_t i = 0; i < nx; ++i) to[j * nx + i] = static_cast<To>(values[i * ny + j]);
    }
}

template <class To>
std::vector<To> transposed(const Array& from, std::size_t nx, std::size_t ny) {
    std::vector<To> out;
    if (from.type() == DType::float64) {
        transpose<double>(from, out, nx, ny);
    } else {
        transpose<float>(from, out, nx, ny);
    }
    return out;
}

} // namespace

FieldLayout FieldLayout::torus(std::int64_t n, std::vector<std::string> field_names, std::vector<double> at_times) {
    FieldLayout layout;
    layout.nx = layout.ny = n;
    layout.spacing = {2 * std::numbers::pi / static_cast<double>(n), 2 * std::numbers::pi / static_cast<double>(n)};
    layout.names = std::move(field_names);
    layout.times = std::move(at_times);
    return layout;
}

struct FieldWriter::State {
    FieldLayout layout;
    std::optional<FileReplacement> replacement; // none: written in place
    std::filesystem::path path;                 // of the file in the making
    Where where;
    Handle file;
    std::vector<Handle> datasets;           // one a name
    std::vector<std::vector<bool>> written; // [name][step]

    State(const std::filesystem::path& target, FieldLayout wanted, bool in_place)
        : layout(std::move(wanted)), path(target), where{target.string(), {}} {
        if (in_place) return;
        replacement.emplace(target);
        path = replacement->temporary();
    }
    State(const State&) = delete;
    State& operator=(const State&) = delete;
    ~State() {
        const hdf5::Quiet quiet;
        datasets.clear();
        file.reset();
    }

    Where at(const std::string& object) const { return {where.file, object}; }
    void check_room() const;
    void make_file();
    void make_contents();
    void open_contents(std::int64_t steps);
};

void FieldWriter::State::check_room() const {
    const double needed = static_cast<double>(layout.nx) * static_cast<double>(layout.ny) *
                          static_cast<double>(layout.times.size()) * static_cast<double>(layout.names.size()) *
                          static_cast<double>(size_of(layout.type));
    std::error_code code;
    const auto space = std::filesystem::space(replacement ? path : path.parent_path(), code);
    if (!code && needed > static_cast<double>(space.available)) {
        throw Error(fmt::format("{} would have {:.0f} bytes, but only {} are free on its disk.", where.file, needed,
                                space.available),
                    "Write fewer times or a coarser grid, or make room.");
    }
}

namespace {

Handle access_properties(const Where& where) {
    Handle access(H5Pcreate(H5P_FILE_ACCESS), H5Pclose, where, "no properties");
    hdf5::check(H5Pset_fclose_degree(access.get(), H5F_CLOSE_STRONG), where, "no properties");
    hdf5::check(H5Pset_alignment(access.get(), 4096, 4096), where,
                "no properties"); // large data begin on a page: memory maps
    hdf5::check(H5Pset_sieve_buf_size(access.get(), 0), where,
                "no properties"); // a full disk shows in write(), not in close()
    return access;
}

} // namespace

void FieldWriter::State::make_file() {
    const Handle access = access_properties(where);
    file = Handle(H5Fcreate(path.c_str(), H5F_ACC_TRUNC, H5P_DEFAULT, access.get()), H5Fclose, where, "can't be made");
}

// The file was checked by FieldFile.
void FieldWriter::State::open_contents(std::int64_t steps) {
    const Handle access = access_properties(where);
    file = Handle(H5Fopen(path.c_str(), H5F_ACC_RDWR, access.get()), H5Fclose, where, "can't be opened");
    for (const std::string& name : layout.names) {
        const Where here = at("/VTKHDF/PointData/" + name);
        datasets.push_back(
            Handle(H5Dopen2(file.get(), here.object.c_str(), H5P_DEFAULT), H5Dclose, here, "can't be opened"));
        written.emplace_back(layout.times.size(), false);
        std::fill_n(written.back().begin(), steps, true);
    }
}

void FieldWriter::State::make_contents() {
    const Where root_at = at("/VTKHDF"), data_at = at("/VTKHDF/PointData"), steps_at = at("/VTKHDF/Steps");
    const Handle root = make_group(file.get(), "VTKHDF", root_at);
    const hsize_t two[] = {2}, three[] = {3}, six[] = {6}, nine[] = {9};
    const std::int64_t version[] = {2, 0};
    const std::int64_t extent[] = {0, layout.nx - 1, 0, layout.ny - 1, 0, 0};
    const double origin[] = {layout.origin[0], layout.origin[1], 0},
                 spacing[] = {layout.spacing[0], layout.spacing[1], 1};
    const double direction[] = {1, 0, 0, 0, 1, 0, 0, 0, 1};
    hdf5::write_attribute(root.get(), "Version", H5T_STD_I64LE, H5T_NATIVE_INT64, two, version, root_at);
    hdf5::write_text(root.get(), "Type", "ImageData", H5T_CSET_ASCII, root_at);
    hdf5::write_attribute(root.get(), "WholeExtent", H5T_STD_I64LE, H5T_NATIVE_INT64, six, extent, root_at);
    hdf5::write_attribute(root.get(), "Origin", H5T_IEEE_F64LE, H5T_NATIVE_DOUBLE, three, origin, root_at);
    hdf5::write_attribute(root.get(), "Spacing", H5T_IEEE_F64LE, H5T_NATIVE_DOUBLE, three, spacing, root_at);
    hdf5::write_attribute(root.get(), "Direction", H5T_IEEE_F64LE, H5T_NATIVE_DOUBLE, nine, direction, root_at);
    if (layout.axes != FieldLayout().axes)
        hdf5::write_text(root.get(), "Axes", layout.axes[0] + ',' + layout.axes[1], H5T_CSET_UTF8, root_at);

    const std::size_t count = layout.times.size();
    const Handle steps = make_group(root.get(), "Steps", steps_at);
    const std::int64_t number = static_cast<std::int64_t>(count);
    hdf5::write_attribute(steps.get(), "NSteps", H5T_STD_I64LE, H5T_NATIVE_INT64, {}, &number, steps_at);
    write_whole(steps.get(), "Values", H5T_IEEE_F64LE, H5T_NATIVE_DOUBLE, count, layout.times.data(), steps_at);
    const Handle offsets = make_group(steps.get(), "PointDataOffsets", steps_at);
    std::vector<std::int64_t> offset(count);
    for (std::size_t k = 0; k < count; ++k) offset[k] = static_cast<std::int64_t>(k);

    const Handle data = make_group(root.get(), "PointData", data_at);
    const hid_t type = layout.type == DType::float64 ? H5T_IEEE_F64LE : H5T_IEEE_F32LE;
    for (const std::string& name : layout.names) {
        write_whole(offsets.get(), name.c_str(), H5T_STD_I64LE, H5T_NATIVE_INT64, count, offset.data(), steps_at);
        const Where here = at("/VTKHDF/PointData/" + name);
        const std::vector<hsize_t> shape{count, static_cast<hsize_t>(layout.ny), static_cast<hsize_t>(layout.nx)};
        datasets.push_back(make_dataset(data.get(), name.c_str(), type, shape, here));
        const auto unit = layout.units.find(name);
        if (unit != layout.units.end() && !unit->second.empty()) {
            hdf5::write_text(datasets.back().get(), "Units", unit->second, H5T_CSET_UTF8, here);
        }
        written.emplace_back(count, false);
    }
    hdf5::check(H5Fflush(file.get(), H5F_SCOPE_GLOBAL), where, "can't be written");
}

namespace {

void check_layout(const std::filesystem::path& file, const FieldLayout& layout) {
    if (const auto wrong = wrong_in(layout); !wrong.empty()) {
        throw Error(fmt::format("{} can't be made with {}.", file.string(), fmt::join(wrong, ", ")));
    }
}

// Does `file` hold what a writer of this layout makes?
bool fits(const std::filesystem::path& file, const FieldLayout& layout) {
    try {
        const FieldFile there = FieldFile::open(file);
        auto names = layout.names;
        std::sort(names.begin(), names.end());
        const FieldLayout& has = there.layout();
        const bool same = has.nx == layout.nx && has.ny == layout.ny && has.origin == layout.origin &&
                          has.spacing == layout.spacing && has.names == names && has.times == layout.times &&
                          has.type == layout.type && has.axes == layout.axes;
        return same && std::all_of(names.begin(), names.end(), [&](const auto& name) {
                   const auto block = there.block(name);
                   return block && block->type == layout.type;
               });
    } catch (const Error&) {
        return false; // no field file, or a damaged one
    }
}

} // namespace

FieldWriter::FieldWriter(std::unique_ptr<State> state) : state_(std::move(state)) {}

FieldWriter::FieldWriter(const std::filesystem::path& file, FieldLayout layout) {
    check_layout(file, layout);
    const hdf5::Quiet quiet;
    state_ = std::make_unique<State>(file, std::move(layout), false);
    state_->check_room();
    state_->make_file();
    state_->make_contents();
}

FieldWriter FieldWriter::resumable(const std::filesystem::path& file, FieldLayout layout) {
    check_layout(file, layout);
    const hdf5::Quiet quiet;
    auto state = std::make_unique<State>(file, std::move(layout), true);
    state->check_room();
    state->make_file();
    state->make_contents();
    return FieldWriter(std::move(state));
}

std::optional<FieldWriter> FieldWriter::reopen(const std::filesystem::path& file, FieldLayout layout,
                                               std::int64_t steps) {
    check_layout(file, layout);
    if (steps < 0 || steps > static_cast<std::int64_t>(layout.times.size()) || !fits(file, layout)) return std::nullopt;
    const hdf5::Quiet quiet;
    auto state = std::make_unique<State>(file, std::move(layout), true);
    state->open_contents(steps);
    return FieldWriter(std::move(state));
}

FieldWriter::~FieldWriter() = default;
FieldWriter::FieldWriter(FieldWriter&&) noexcept = default;
FieldWriter& FieldWriter::operator=(FieldWriter&&) noexcept = default;

void FieldWriter::write(std::int64_t step, std::string_view name, const Array& values) {
    if (!state_) throw Error("A field file that was closed can't be written.");
    State& state = *state_;
    const FieldLayout& layout = state.layout;
    const auto found = std::find(layout.names.begin(), layout.names.end(), name);
    const Where where = state.at("/VTKHDF/PointData/" + std::string(name));
    if (found == layout.names.end())
        hdf5::fail(where, fmt::format("no such field; there are {}", fmt::join(layout.names, ", ")));
    if (step < 0 || step >= static_cast<std::int64_t>(layout.times.size())) {
        hdf5::fail(where, fmt::format("step {} is not one of 0 to {}", step, layout.times.size() - 1));
    }
    if (values.shape() != std::vector<std::int64_t>{layout.nx, layout.ny}) {
        hdf5::fail(where, fmt::format("values of shape ({}) were given, ({}, {}) are needed",
                                      fmt::join(values.shape(), ", "), layout.nx, layout.ny));
    }
    if (values.type() != DType::float64 && values.type() != DType::float32) {
        hdf5::fail(where,
                   fmt::format("values of type {} were given, float64 or float32 are needed", name_of(values.type())));
    }
    const hdf5::Quiet quiet;
    const auto index = static_cast<std::size_t>(found - layout.names.begin());
    const auto nx = static_cast<std::size_t>(layout.nx), ny = static_cast<std::size_t>(layout.ny);
    const Handle& dataset = state.datasets[index];
    const Handle space(H5Dget_space(dataset.get()), H5Sclose, where, "has no shape");
    const hsize_t start[] = {static_cast<hsize_t>(step), 0, 0}, extent[] = {1, ny, nx};
    hdf5::check(H5Sselect_hyperslab(space.get(), H5S_SELECT_SET, start, nullptr, extent, nullptr), where,
                "has no such step");
    const Handle memory(H5Screate_simple(3, extent, nullptr), H5Sclose, where, "no shape");
    herr_t result = 0;
    if (layout.type == DType::float64) {
        result = H5Dwrite(dataset.get(), H5T_NATIVE_DOUBLE, memory.get(), space.get(), H5P_DEFAULT,
                          transposed<double>(values, nx, ny).data());
    } else {
        result = H5Dwrite(dataset.get(), H5T_NATIVE_FLOAT, memory.get(), space.get(), H5P_DEFAULT,
                          transposed<float>(values, nx, ny).data());
    }
    hdf5::check(result, where, fmt::format("step {} can't be written", step));
    state.written[index][static_cast<std::size_t>(step)] = true;
}

void FieldWriter::close() {
    if (!state_) return;
    const std::unique_ptr<State> state = std::move(state_);
    const hdf5::Quiet quiet;
    for (std::size_t index = 0; index < state->written.size(); ++index) {
        const auto& steps = state->written[index];
        const auto missing = std::find(steps.begin(), steps.end(), false);
        if (missing != steps.end()) {
            hdf5::fail(state->at("/VTKHDF/PointData/" + state->layout.names[index]),
                       fmt::format("step {} was not written", missing - steps.begin()));
        }
    }
    herr_t result = H5Fflush(state->file.get(), H5F_SCOPE_GLOBAL);
    for (Handle& dataset : state->datasets) result = std::min(result, dataset.reset());
    hdf5::check(std::min(result, state->file.reset()), state->where, "can't be written");
    if (state->replacement) state->replacement->commit();
}

} // namespace orrery
