// SPDX-License-Identifier: BSD-3-Clause
#include "core/canonical_json.h"
#include "core/error.h"
#include "core/files/field_file.h"
#include "core/files/hdf5.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <cmath>
#include <cstring>

namespace orrery {

namespace {

using hdf5::Handle;
using hdf5::Where;

constexpr std::int64_t most_points = std::int64_t{1} << 24; // a side
constexpr hsize_t most_names = 1000;
const std::string data_path = "/VTKHDF/PointData";
const std::string name_letters = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_-. ";

struct Dataset {
    Handle handle;
    DType type = DType::float64;
    int rank = 3;
    std::vector<std::int64_t> rows; // of each step
    std::optional<FieldFile::Block> block;
};

Handle open_group(hid_t parent, const char* name, const Where& where) {
    if (!hdf5::has_member(parent, name)) hdf5::fail(where, "is missing");
    return Handle(H5Gopen2(parent, name, H5P_DEFAULT), H5Gclose, where, "is not a group that can be opened");
}

Handle open_dataset(hid_t parent, const char* name, const Where& where) {
    if (!hdf5::has_member(parent, name)) hdf5::fail(where, "is missing");
    return Handle(H5Dopen2(parent, name, H5P_DEFAULT), H5Dclose, where, "is not a dataset that can be opened");
}

// A one-dimensional dataset of `count` numbers.
template <class T>
std::vector<T> read_list(hid_t parent, const char* name, std::size_t count, hid_t memory_type, std::uint64_t file_bytes,
                         const Where& where) {
    const Handle dataset = open_dataset(parent, name, where);
    hdf5::check_storage(dataset.get(), file_bytes, sizeof(T), where);
    const auto shape = hdf5::shape_of(dataset.get(), where);
    if (shape != std::vector<hsize_t>{count})
        hdf5::fail(where, fmt::format("has shape ({}), ({}) is needed", fmt::join(shape, ", "), count));
    std::vector<T> out(count);
    hdf5::check(H5Dread(dataset.get(), memory_type, H5S_ALL, H5S_ALL, H5P_DEFAULT, out.data()), where, "can't be read");
    return out;
}

template <class T>
void transpose(const std::vector<T>& from, T* to, std::size_t nx, std::size_t ny) {
    for (std::size_t i = 0; i < nx; ++i) {
        for (std::size_t j = 0; j < ny; ++j) to[i * ny + j] = from[j * nx + i];
    }
}

} // namespace

struct FieldFile::State {
    Where where;
    std::uint64_t bytes = 0;
    Handle file;
    FieldLayout layout;
    std::vector<Dataset> datasets; // as layout.names

    State() = default;
    State(const State&) = delete;
    State& operator=(const State&) = delete;
    ~State() {
        const hdf5::Quiet quiet;
        datasets.clear();
        file.reset();
    }

    Where at(const std::string& object) const { return {where.file, object}; }
    void read_grid(hid_t root);
    void read_times(const Handle& steps);
    void read_fields(hid_t root, const Handle& steps);
    Dataset open_field(hid_t group, const std::string& name, const Handle& steps);
    std::size_t index_of(std::string_view name) const;
    void read_step(const Dataset& dataset, std::int64_t step, const Where& here, unsigned char* to) const;
    template <class T>
    void read_step_as(const Dataset& dataset, hid_t memory_type, std::int64_t step, const Where& here, T* to) const;
};

void FieldFile::State::read_grid(hid_t root) {
    const Where here = at("/VTKHDF");
    if (const auto type = hdf5::read_text(root, "Type", here); type != "ImageData") {
        hdf5::fail(here, fmt::format("holds {}, not ImageData", type));
    }
    const auto version = hdf5::read_integers(root, "Version", 2, here);
    if (version[0] < 1 || version[0] > 2)
        hdf5::fail(here, fmt::format("has the unknown version {}.{}; 1 and 2 are known", version[0], version[1]));
    const auto extent = hdf5::read_integers(root, "WholeExtent", 6, here);
    for (std::size_t axis = 0; axis < 3; ++axis) {
        const std::int64_t low = extent[2 * axis], high = extent[2 * axis + 1];
        const std::int64_t most = axis == 2 ? 1 : most_points;
        if (low < -most_points || low > most_points || high < low || high - low >= most) {
            hdf5::fail(here, fmt::format("has the extent ({}); wanted is a plane of up to {} points a side",
                                         fmt::join(extent, ", "), most_points));
        }
    }
    layout.nx = extent[1] - extent[0] + 1;
    layout.ny = extent[3] - extent[2] + 1;
    const auto origin = hdf5::read_numbers(root, "Origin", 3, here),
               spacing = hdf5::read_numbers(root, "Spacing", 3, here);
    for (std::size_t axis = 0; axis < 2; ++axis) {
        layout.spacing[axis] = spacing[axis];
        layout.origin[axis] = origin[axis] + spacing[axis] * static_cast<double>(extent[2 * axis]);
        if (!std::isfinite(layout.origin[axis]) || !std::isfinite(spacing[axis]) || spacing[axis] <= 0) {
            hdf5::fail(here, fmt::format("has origin {} and spacing {}", origin[axis], spacing[axis]));
        }
    }
    if (hdf5::has_attribute(root, "Direction")) {
        const auto direction = hdf5::read_numbers(root, "Direction", 9, here);
        if (direction != std::vector<double>{1, 0, 0, 0, 1, 0, 0, 0, 1})
            hdf5::fail(here, "is turned (Direction is not the identity), which is not accepted");
    }
    if (hdf5::has_attribute(root, "Axes")) {
        const auto text = hdf5::read_text(root, "Axes", here);
        const auto comma = text.find(',');
        const bool usable = text.find_first_not_of(name_letters + ",") == std::string::npos;
        if (!usable || comma == 0 || comma == std::string::npos || comma + 1 == text.size() ||
            text.find(',', comma + 1) != std::string::npos)
            hdf5::fail(here, "has an attribute Axes that is not two names with a comma between");
        layout.axes = {text.substr(0, comma), text.substr(comma + 1)};
    }
}

void FieldFile::State::read_times(const Handle& steps) {
    if (!steps) {
        layout.times = {0.0};
        return;
    }
    const auto number = hdf5::read_integers(steps.get(), "NSteps", 1, at("/VTKHDF/Steps"))[0];
    const Where here = at("/VTKHDF/Steps/Values");
    if (number < 1 || static_cast<std::uint64_t>(number) > bytes / sizeof(double)) {
        hdf5::fail(at("/VTKHDF/Steps"), fmt::format("says that there are {} steps, which the file can't hold", number));
    }
    layout.times =
        read_list<double>(steps.get(), "Values", static_cast<std::size_t>(number), H5T_NATIVE_DOUBLE, bytes, here);
    for (std::size_t k = 0; k < layout.times.size(); ++k) {
        if (!std::isfinite(layout.times[k]) || (k > 0 && layout.times[k] <= layout.times[k - 1])) {
            hdf5::fail(here, fmt::format("the time of step {} is {}: times must increase", k, layout.times[k]));
        }
    }
}

Dataset FieldFile::State::open_field(hid_t group, const std::string& name, const Handle& steps) {
    const Where here = at(data_path + "/" + name);
    Dataset out;
    out.handle = open_dataset(group, name.c_str(), here);
    const Handle type(H5Dget_type(out.handle.get()), H5Tclose, here, "has no type");
    const H5T_class_t kind = H5Tget_class(type.get());
    if (kind != H5T_FLOAT && kind != H5T_INTEGER) hdf5::fail(here, "does not hold numbers");
    out.type = kind == H5T_FLOAT && H5Tget_size(type.get()) <= 4 ? DType::float32 : DType::float64;
    hdf5::check_storage(out.handle.get(), bytes, sizeof(double), here);
    const auto shape = hdf5::shape_of(out.handle.get(), here);
    const auto nx = static_cast<hsize_t>(layout.nx), ny = static_cast<hsize_t>(layout.ny);
    out.rank = static_cast<int>(shape.size());
    const bool whole = !steps && shape == std::vector<hsize_t>{ny, nx};
    if (!whole && (shape.size() != 3 || shape[1] != ny || shape[2] != nx || shape[0] > bytes)) {
        hdf5::fail(here, fmt::format("has shape ({}), (steps, {}, {}) is needed", fmt::join(shape, ", "), ny, nx));
    }
    const std::int64_t rows = whole ? 1 : static_cast<std::int64_t>(shape[0]);
    const std::size_t count = layout.times.size();
    for (std::size_t k = 0; k < count; ++k) out.rows.push_back(static_cast<std::int64_t>(k));
    if (steps && hdf5::has_member(steps.get(), "PointDataOffsets")) {
        const std::string path = "/VTKHDF/Steps/PointDataOffsets";
        const Handle offsets = open_group(steps.get(), "PointDataOffsets", at(path));
        if (hdf5::has_member(offsets.get(), name.c_str())) {
            out.rows = read_list<std::int64_t>(offsets.get(), name.c_str(), count, H5T_NATIVE_INT64, bytes,
                                               at(path + "/" + name));
        }
    }
    bool in_order = true;
    for (std::size_t k = 0; k < count; ++k) {
        if (out.rows[k] < 0 || out.rows[k] >= rows)
            hdf5::fail(here, fmt::format("step {} is at row {}, but there are {} rows", k, out.rows[k], rows));
        in_order = in_order && out.rows[k] == static_cast<std::int64_t>(k);
    }
    const Handle plist(H5Dget_create_plist(out.handle.get()), H5Pclose, here, "has no properties");
    const bool plain = H5Tequal(type.get(), out.type == DType::float64 ? H5T_IEEE_F64LE : H5T_IEEE_F32LE) > 0;
    if (in_order && plain && H5Pget_layout(plist.get()) == H5D_CONTIGUOUS) {
        out.block = FieldFile::Block{H5Dget_offset(out.handle.get()), count * nx * ny * size_of(out.type), out.type};
    }
    return out;
}

void FieldFile::State::read_fields(hid_t root, const Handle& steps) {
    const Where here = at(data_path);
    const Handle group = open_group(root, "PointData", here);
    H5G_info_t info;
    hdf5::check(H5Gget_info(group.get(), &info), here, "can't be listed");
    if (info.nlinks == 0 || info.nlinks > most_names)
        hdf5::fail(here, fmt::format("has {} fields; 1 to {} are accepted", info.nlinks, most_names));
    layout.type = DType::float32;
    for (hsize_t k = 0; k < info.nlinks; ++k) {
        char text[256];
        const ssize_t size =
            H5Lget_name_by_idx(group.get(), ".", H5_INDEX_NAME, H5_ITER_INC, k, text, sizeof text, H5P_DEFAULT);
        if (size <= 0 || size >= static_cast<ssize_t>(sizeof text))
            hdf5::fail(here, fmt::format("has a field ({}) whose name can't be read", k));
        const std::string name(text, static_cast<std::size_t>(size));
        Dataset dataset = open_field(group.get(), name, steps);
        if (dataset.type == DType::float64) layout.type = DType::float64;
        if (hdf5::has_attribute(dataset.handle.get(), "Units")) {
            layout.units[name] = hdf5::read_text(dataset.handle.get(), "Units", at(data_path + "/" + name));
        }
        layout.names.push_back(name);
        datasets.push_back(std::move(dataset));
    }
}

FieldFile::FieldFile() = default;
FieldFile::~FieldFile() = default;
FieldFile::FieldFile(FieldFile&&) noexcept = default;
FieldFile& FieldFile::operator=(FieldFile&&) noexcept = default;

FieldFile FieldFile::open(const std::filesystem::path& file) {
    const hdf5::Quiet quiet;
    FieldFile out;
    out.state_ = std::make_unique<State>();
    State& state = *out.state_;
    state.where.file = file.string();
    std::error_code code;
    if (!std::filesystem::is_regular_file(file, code)) hdf5::fail(state.where, "can't be read: there is no such file");
    state.bytes = std::filesystem::file_size(file, code);
    const htri_t known = H5Fis_hdf5(file.c_str());
    if (known == 0) hdf5::fail(state.where, "is not an HDF5 file (byte 0)");
    if (known < 0) hdf5::fail_with_reason(state.where, "can't be read");
    state.file = Handle(H5Fopen(file.c_str(), H5F_ACC_RDONLY, H5P_DEFAULT), H5Fclose, state.where, "can't be opened");
    const Handle root = open_group(state.file.get(), "VTKHDF", state.at("/VTKHDF"));
    state.read_grid(root.get());
    Handle steps;
    if (hdf5::has_member(root.get(), "Steps")) steps = open_group(root.get(), "Steps", state.at("/VTKHDF/Steps"));
    state.read_times(steps);
    state.read_fields(root.get(), steps);
    return out;
}

const FieldLayout& FieldFile::layout() const { return state_->layout; }

std::size_t FieldFile::State::index_of(std::string_view name) const {
    const auto found = std::find(layout.names.begin(), layout.names.end(), name);
    if (found == layout.names.end()) {
        throw Error(valid_utf8(fmt::format("{} has no field '{}'; it has {}.", where.file, name,
                                           fmt::join(layout.names, ", "))),
                    {}, ExitCode::usage);
    }
    return static_cast<std::size_t>(found - layout.names.begin());
}

template <class T>
void FieldFile::State::read_step_as(const Dataset& dataset, hid_t memory_type, std::int64_t step, const Where& here,
                                    T* to) const {
    const auto nx = static_cast<std::size_t>(layout.nx), ny = static_cast<std::size_t>(layout.ny);
    const Handle space(H5Dget_space(dataset.handle.get()), H5Sclose, here, "has no shape");
    const hsize_t start[] = {static_cast<hsize_t>(dataset.rows[static_cast<std::size_t>(step)]), 0, 0},
                  extent[] = {1, ny, nx};
    if (dataset.rank == 3) {
        hdf5::check(H5Sselect_hyperslab(space.get(), H5S_SELECT_SET, start, nullptr, extent, nullptr), here,
                    "has no such step");
    }
    const Handle memory(H5Screate_simple(3, extent, nullptr), H5Sclose, here, "no shape");
    std::vector<T> values(nx * ny);
    hdf5::check(H5Dread(dataset.handle.get(), memory_type, memory.get(), space.get(), H5P_DEFAULT, values.data()), here,
                fmt::format("step {} can't be read", step));
    transpose(values, to, nx, ny);
}

void FieldFile::State::read_step(const Dataset& dataset, std::int64_t step, const Where& here,
                                 unsigned char* to) const {
    if (dataset.type == DType::float64) {
        read_step_as(dataset, H5T_NATIVE_DOUBLE, step, here, reinterpret_cast<double*>(to));
    } else {
        read_step_as(dataset, H5T_NATIVE_FLOAT, step, here, reinterpret_cast<float*>(to));
    }
}

Array FieldFile::read(std::int64_t step, std::string_view name) const {
    const hdf5::Quiet quiet;
    const Dataset& dataset = state_->datasets[state_->index_of(name)];
    if (step < 0 || step >= steps()) {
        throw Error(fmt::format("{} has no step {}: there are 0 to {}.", state_->where.file, step, steps() - 1), {},
                    ExitCode::usage);
    }
    Array out({layout().nx, layout().ny}, dataset.type);
    state_->read_step(dataset, step, state_->at(data_path + "/" + std::string(name)),
                      static_cast<unsigned char*>(out.data()));
    out.name = name;
    out.axes.assign(layout().axes.begin(), layout().axes.end());
    out.origin.assign(layout().origin.begin(), layout().origin.end());
    out.spacing.assign(layout().spacing.begin(), layout().spacing.end());
    if (const auto unit = layout().units.find(out.name); unit != layout().units.end()) out.unit = unit->second;
    return out;
}

Array FieldFile::read_all(std::string_view name) const {
    const hdf5::Quiet quiet;
    const Dataset& dataset = state_->datasets[state_->index_of(name)];
    // Many steps may share one row, so what is asked for can be more than the file has: bounded as packed data are.
    const double needed =
        static_cast<double>(steps()) * static_cast<double>(layout().nx) * static_cast<double>(layout().ny);
    if (needed * sizeof(double) > 1032.0 * static_cast<double>(state_->bytes)) {
        hdf5::fail(state_->where, fmt::format("has {} steps of {} x {} values in {} bytes, too many to read at once",
                                              steps(), layout().nx, layout().ny, state_->bytes));
    }
    Array out({steps(), layout().nx, layout().ny}, dataset.type);
    const std::size_t one = out.bytes() / static_cast<std::size_t>(steps());
    for (std::int64_t step = 0; step < steps(); ++step) {
        state_->read_step(dataset, step, state_->at(data_path + "/" + std::string(name)),
                          static_cast<unsigned char*>(out.data()) + static_cast<std::size_t>(step) * one);
    }
    out.name = name;
    const auto& axes = layout().axes;
    out.axes = {axes[0] == "t" || axes[1] == "t" ? "step" : "t", axes[0], axes[1]};
    if (const auto unit = layout().units.find(out.name); unit != layout().units.end()) out.unit = unit->second;
    return out;
}

std::optional<FieldFile::Block> FieldFile::block(std::string_view name) const {
    return state_->datasets[state_->index_of(name)].block;
}

} // namespace orrery
