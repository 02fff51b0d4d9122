// SPDX-License-Identifier: GPL-3.0-or-later
// The icons of the field view, drawn in the colour of the text, sharp at any size.
#pragma once
#include <QIcon>

namespace orrery::gui {

enum class FieldIcon { back, play, pause, next, loop, profile_x, profile_y, fit, surface, difference, settings, close };

QIcon field_icon(FieldIcon icon);

} // namespace orrery::gui
