// SPDX-License-Identifier: BSD-3-Clause
// The commands that change what people write on runs, and what is kept of them: run.rename, run.note, run.tag,
// run.untag, run.remove, run.restore, run.remove_artifacts, run.restore_artifacts, run.priority.
#pragma once
#include "core/command_parts.h"

namespace orrery {

// `run` is an id, a unique prefix of one or "last". In Python: project.rename(run, name), .note(run, text),
// .tag(run, tag), .untag(run, tag), .remove(run), .restore(run), .remove_artifacts(run), .restore_artifacts(run),
// .set_priority(run, priority). Each has an inverse, is one transaction and one event; what is so already is no change.
ORRERY_API void add_project_commands(CommandSet& commands, CurrentProject current);

} // namespace orrery
