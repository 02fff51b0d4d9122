// SPDX-License-Identifier: BSD-3-Clause
// A sample text with a part of it replaced: how a test makes one thing of it wrong.
#pragma once
#include "tests/catch.h"

#include <string>

// The first place where `what` stands, which must be one, says `by`.
inline std::string with(std::string text, const std::string& what, const std::string& by) {
    const auto at = text.find(what);
    REQUIRE(at != std::string::npos);
    return text.replace(at, what.size(), by);
}
