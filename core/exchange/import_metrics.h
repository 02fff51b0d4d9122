// SPDX-License-Identifier: BSD-3-Clause
// Brings metrics that another program wrote into a project as runs, so that they can be compared with our own.
#pragma once
#include "core/exchange/metric_log.h"
#include "core/project.h"

#include <filesystem>
#include <functional>
#include <string>
#include <string_view>
#include <vector>

namespace orrery {

struct ImportOptions {
    std::string experiment; // then the runs belong to "imported.NAME" instead of "imported"
    std::string name;       // of the run; where the log holds several, their own names follow it
    std::vector<std::string> tags;
    std::vector<std::string> parameters; // "key=value": whole number, number, true, false, else a text
    bool again = false;                  // also what was imported before
    nlohmann::json command;              // what was typed, as in RunRequest
    std::function<void(double fraction, const std::string& what)> progress; // may throw, to end it: nothing is imported
};

struct ImportedRun {
    std::string id, name;
    std::size_t metrics = 0, points = 0;
    bool is_new = true;             // false: it is here since an earlier import
    std::vector<std::string> notes; // one sentence each
};

// `path`: a file .csv or .tsv (core/files/metric_csv.h), a TensorBoard event file, or a folder of them, each sub-folder
// with event files a run (core/files/tensorboard.h). The runs are done and sealed; their provenance says where they
// came from, with SHA-256, and their declaration is made from what they hold. A log that an earlier import read, with
// the same content and name of the run, is not read into the project again. Throws Error; then nothing is imported.
ORRERY_API std::vector<ImportedRun> import_metrics(Project& project, const std::filesystem::path& path,
                                                   const ImportOptions& options = {});

// Whether runs of this experiment were imported, and can't be run again: "imported" and "imported.NAME", which no
// plugin may declare.
ORRERY_API bool is_imported(std::string_view experiment);

} // namespace orrery
