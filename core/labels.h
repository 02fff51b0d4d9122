// SPDX-License-Identifier: BSD-3-Clause
// What people write on runs and figures: names, notes and tags, and what may stand there. None of it is part of a
// run's seal.
#pragma once
#include "core/api.h"

#include <string>
#include <string_view>

namespace orrery {

inline constexpr std::size_t longest_tag = 64, longest_name = 200; // characters
inline constexpr std::size_t longest_note = 65'536;                // bytes

// The text as it is stored: white space at both ends is left out. Throw Error (usage) with one sentence for what can't
// be stored: no UTF-8, control characters (a note may have new lines and tabs), too long, a tag of nothing.
ORRERY_API std::string checked_tag(std::string_view text);
ORRERY_API std::string checked_name(std::string_view text);
ORRERY_API std::string checked_note(std::string_view text);
// Of a figure: as a run's, but not empty, and not beginning with '{', which begins a specification.
ORRERY_API std::string checked_figure_name(std::string_view text);

} // namespace orrery
