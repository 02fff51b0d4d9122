// SPDX-License-Identifier: BSD-3-Clause
// The commands that bring runs into a project and write files out of it: project.import_metrics,
// project.remove_imported, project.restore_imported, project.export_report, project.export_table.
#pragma once
#include "core/project_commands.h"

namespace orrery {

// In Python: project.import_metrics(path, ...), .export_report(runs, path), .export_table(path, ...); `runs` are ids
// with blanks between. An import's inverse removes the runs that it made, softly; what was written out stays.
ORRERY_API void add_exchange_commands(CommandSet& commands, CurrentProject current);

} // namespace orrery
