// SPDX-License-Identifier: BSD-3-Clause
// Fields over time on a regular 2-D grid, as temporal VTKHDF ImageData
// (https://docs.vtk.org/en/latest/vtk_file_formats/vtkhdf_file_format).
//
// Orrery's arrays are [nx, ny] with the first index x: value [i, j] lies at (origin_x + i dx, origin_y + j dy). The
// file holds /VTKHDF/PointData/NAME as [step, ny, nx] (x runs fastest, as VTK wants it); writer and reader transpose.
#pragma once
#include "core/array.h"

#include <array>
#include <cstdint>
#include <filesystem>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace orrery {

// Which grid, which fields, which times. Everything but the data is known before the first step is written.
struct ORRERY_API FieldLayout {
    std::int64_t nx = 0, ny = 0;         // points
    std::array<double, 2> origin{0, 0};  // of point [0, 0]
    std::array<double, 2> spacing{1, 1}; // > 0
    std::vector<std::string>
        names; // of the fields, for example {"theta"}: letters, digits, '_', '-', '.', ' '; not empty
    std::map<std::string, std::string> units;  // by name; may lack any
    std::vector<double> times;                 // strictly increasing, not empty
    DType type = DType::float64;               // of the values in the file: float64 or float32
    std::array<std::string, 2> axes{"x", "y"}; // names of the coordinates: letters, digits, '_' and so on; t is time

    // The torus [0, 2 pi)^2 with n points a side: extent 0 .. n-1, spacing 2 pi / n.
    static FieldLayout torus(std::int64_t n, std::vector<std::string> field_names, std::vector<double> at_times);
};

// Writes one file; equal layouts and values give equal bytes. Used from one thread.
class ORRERY_API FieldWriter {
public:
    // Makes (or replaces) the file. Throws Error if the layout is wrong (all that is wrong in one sentence) or the file
    // can't be made.
    FieldWriter(const std::filesystem::path& file, FieldLayout layout);
    // The same for a run that may be resumed: the file is made in its place, and stays when the process or the writer
    // ends without close().
    static FieldWriter resumable(const std::filesystem::path& file, FieldLayout layout);
    // Goes on with the file that such a writer left, its first `steps` steps written (what they hold is for the caller
    // to check: FieldFile reads it). Nothing if there is no such file or it isn't one of this layout.
    static std::optional<FieldWriter> reopen(const std::filesystem::path& file, FieldLayout layout, std::int64_t steps);
    // Without close() the file is incomplete and is removed, unless it is to be reopened.
    ~FieldWriter();
    FieldWriter(FieldWriter&&) noexcept;
    FieldWriter& operator=(FieldWriter&&) noexcept;

    // `values` [nx, ny], float32 or float64, is converted to the layout's type. Any order of steps and names; again:
    // replaces.
    void write(std::int64_t step, std::string_view name, const Array& values);
    // Completes the file. Throws Error (and removes the file) if a step was not written or the disk did not take it.
    void close();

private:
    struct State;
    explicit FieldWriter(std::unique_ptr<State> state);
    std::unique_ptr<State> state_;
};

// Reads what FieldWriter (or another program) wrote as temporal or single-step 2-D VTKHDF ImageData.
class ORRERY_API FieldFile {
public:
    // Throws Error, with file and object named, if it is no such file or its parts disagree in size. For files of this
    // project's runs, whose hashes `verify` checks. libhdf5 itself doesn't stand every hostile file (1.10 reads freed
    // memory for some): whoever imports a stranger's file opens it in a child process, as runs are.
    static FieldFile open(const std::filesystem::path& file);
    ~FieldFile();
    FieldFile(FieldFile&&) noexcept;
    FieldFile& operator=(FieldFile&&) noexcept;

    const FieldLayout& layout() const; // names sorted; type is the widest of all fields
    const std::vector<std::string>& names() const { return layout().names; }
    const std::vector<double>& times() const { return layout().times; }
    std::int64_t steps() const { return static_cast<std::int64_t>(layout().times.size()); }

    // One step [nx, ny] or all steps [steps, nx, ny], of the type in the file (float64 or float32), with name, unit and
    // axes.
    Array read(std::int64_t step, std::string_view name) const;
    Array read_all(std::string_view name) const;

    // Where all steps of `name` lie as one little-endian block [step, ny, nx] in the file, for a memory map; none if
    // they don't.
    struct Block {
        std::uint64_t offset = 0; // bytes from the start of the file
        std::uint64_t bytes = 0;
        DType type = DType::float64;
    };
    std::optional<Block> block(std::string_view name) const;

private:
    struct State;
    FieldFile();
    std::unique_ptr<State> state_;
};

} // namespace orrery
