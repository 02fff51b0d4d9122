// SPDX-License-Identifier: GPL-3.0-or-later
// Icons of the window, drawn as paths: sharp at every scale, and in the colours of the palette as it is when they are
// painted.
#pragma once
#include <QIcon>

namespace orrery::gui {

enum class Glyph { run, stop, resume, search, tear_off, close, warning };

// Takes the text colour of buttons; `colour` where it is given, unless disabled.
QIcon icon_of(Glyph glyph, const QColor& colour = {});

} // namespace orrery::gui
