// SPDX-License-Identifier: GPL-3.0-or-later
// orrery-gui --export: draws one figure without a display, as a child of whoever exports it.
#pragma once

namespace orrery::gui {

// Reads one line of JSON, {"figure": specification, "data": file of pack(), "format": "png"|"svg"|"pdf", "out": file},
// from standard input, and answers one on standard output: {"drawn", "notes", "width_mm", "height_mm"} or {"error",
// "hint", "code"}. Makes its own QApplication, on Qt's offscreen platform and without anybody's settings. Returns the
// exit code.
int export_child(int argc, char** argv);

} // namespace orrery::gui
