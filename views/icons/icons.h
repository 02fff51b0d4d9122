// SPDX-License-Identifier: GPL-3.0-or-later
// The icons of the window and its views, drawn as paths: sharp at any size, in the colours of the palette as it is when
// they are painted.
#pragma once
#include <QIcon>

namespace orrery::gui {

enum class Glyph {
    back,
    play,
    pause,
    next,
    stop,
    resume,
    loop,
    profile_x,
    profile_y,
    fit,
    surface,
    difference,
    settings,
    figure,
    search,
    tear_off,
    close,
    warning,
    record,
    labels,
    radar,
    brush
};

// In the colour of the text, or in `colour`; switched on in that of links, disabled in that of disabled text.
QIcon icon_of(Glyph glyph, const QColor& colour = {});

} // namespace orrery::gui
