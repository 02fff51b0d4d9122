// SPDX-License-Identifier: BSD-3-Clause
// Writes an artifact to a file of the user's, in the form that the file's ending names.
#pragma once
#include "core/run.h"

#include <cstdint>
#include <filesystem>
#include <optional>
#include <string>
#include <vector>

namespace orrery {

struct ExportOptions {
    std::string field; // which field of several, for .npy; may be empty if there is one
    std::optional<std::int64_t>
        step; // .npy, .npz, .csv: this step only; .vti: this step (default: the last). Negative: from the end
};

// The endings that an artifact of this kind can be exported with.
ORRERY_API std::vector<std::string> export_endings(Kind kind);

// Throws Error (wrong usage) if the ending isn't one of export_endings(kind); to be asked before anything else is done.
ORRERY_API void check_export_ending(Kind kind, const std::filesystem::path& out);

// Writes the artifact `stored` (its file in the project) to `out`, which is replaced only when the new one is complete.
//   field   .vtkhdf, .hdf   the file itself
//           .npy            one field: [steps, nx, ny], first index after the step x; of one step [nx, ny]
//           .npz            every field so, and time [steps], x [nx], y [ny]
//           .csv            columns time, x, y and the fields; one row per point and step, y fastest
//           .vti            one step as VTK ImageData (XML, raw appended data)
//   graph   every form of graph_file.h that is one file, whichever it is stored in
//   particles, image, boxes, table, model, report: the file itself, if the ending is that of its content
// Equal artifacts give equal bytes. Throws Error.
ORRERY_API void export_artifact(Kind kind, const std::filesystem::path& stored, const std::filesystem::path& out,
                                const ExportOptions& options = {});

} // namespace orrery
