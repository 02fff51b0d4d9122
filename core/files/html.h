// SPDX-License-Identifier: BSD-3-Clause
// Text inside HTML pages that we write: escaped, and the looks that all of them share.
#pragma once
#include "core/api.h"

#include <string>
#include <string_view>

namespace orrery {

// As text or as the value of an attribute in quotes; a line end becomes <br>, what is no UTF-8 U+FFFD.
ORRERY_API std::string html_text(std::string_view text);

// A complete page without scripts or anything from outside; dark or light as the reader has it, white on paper. `body`
// is HTML, `more_style` CSS.
ORRERY_API std::string html_page(std::string_view title, std::string_view body, std::string_view more_style = {});

} // namespace orrery
