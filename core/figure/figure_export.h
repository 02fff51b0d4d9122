// SPDX-License-Identifier: BSD-3-Clause
// Writes a figure as PNG, SVG or PDF, and beside it where it came from and the data that it shows.
#pragma once
#include "core/figure/figure.h"
#include "core/project.h"

#include <nlohmann/json.hpp>

#include <chrono>
#include <filesystem>
#include <string>
#include <vector>

namespace orrery {

struct FigureExportOptions {
    std::string name; // of the figure, for the records; may be empty
    std::chrono::seconds time_limit{300};
    std::filesystem::path renderer; // empty: orrery-gui of this installation
};

struct ORRERY_API FigureExport {
    std::filesystem::path image, sidecar, table;
    std::string sha256; // of the image
    std::int64_t bytes = 0;
    std::vector<std::string> runs;
    std::size_t points = 0, drawn = 0; // drawn < points: the curves are thinned, each keeps its extremes
    std::vector<std::string> notes;    // sentences: what isn't shown or not as asked
    bool logged = false;
    // {"file","sidecar","data","sha256","bytes","runs","points","drawn","notes","logged"}
    nlohmann::json to_json() const;
};

// The ending of `out` decides the form. Beside f.svg it writes f.json (specification, runs with parameters and
// provenance, code, SHA-256 of everything) and f.csv (the data), all three or none, and an event "export"; a project
// that can't be written still exports, and the sidecar says "not logged".
// A file that is there is replaced only if the f.json beside it says that Orrery wrote it, and it is still as it was
// written. The figure is drawn by a child process. Throws Error (usage) for what the user can mend: a wrong ending,
// such a file, nothing to show; else Error: the window wasn't built, the folder can't be written, drawing failed.
ORRERY_API FigureExport export_figure(Project& project, const Figure& figure, const std::filesystem::path& out,
                                      const FigureExportOptions& options = {});

// The picture alone, into a file that is replaced whatever it is: for previews. Throws the same.
ORRERY_API FigureExport render_figure(const Project& project, const Figure& figure, const std::filesystem::path& out,
                                      const FigureExportOptions& options = {});

} // namespace orrery
