// SPDX-License-Identifier: BSD-3-Clause
// The commands about figures: figure.save, figure.remove, figure.rename, figure.export.
#pragma once
#include "core/project_commands.h"

namespace orrery {

// In Python: project.save_figure(name, {specification}), .remove_figure(name), .rename_figure(name, new_name),
// .export_figure(figure, path, **changes), where `figure` is the name of a saved figure or a specification. As
// arguments of commands specifications and changes are JSON texts. All but the export have an inverse.
ORRERY_API void add_figure_commands(CommandSet& commands, CurrentProject current);

} // namespace orrery
