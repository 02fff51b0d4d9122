// SPDX-License-Identifier: GPL-3.0-or-later
// What an editor must know of Python's syntax while a line is being typed: whether more belongs to it, and how the next
// one is indented. No parser: it only tells strings, brackets and comments apart.
#pragma once
#include <QString>

namespace orrery::gui {

// Whether Return goes on with the statement instead of executing it: an open bracket or string, a \ at the end, or a
// block that hasn't been ended by an empty line.
bool is_incomplete(const QString& code);

// The spaces that the line after `code` begins with: those of its last line, four more after a colon, four less after
// return, pass, raise, break and continue.
QString indentation_after(const QString& code);

} // namespace orrery::gui
