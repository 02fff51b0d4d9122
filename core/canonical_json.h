// SPDX-License-Identifier: BSD-3-Clause
// The one text of a JSON value (RFC 8785, JSON Canonicalization Scheme), so that equal values have equal hashes.
#pragma once
#include "core/api.h"

#include <nlohmann/json.hpp>

#include <cstdint>
#include <string>
#include <string_view>

namespace orrery {

// No white space, keys in UTF-16 order, numbers as ECMAScript prints them. As in RFC 8785 every number is a double:
// integers beyond 2^53 are rounded, so keep those as text. Throws Error for NaN, infinities, text that isn't UTF-8 and
// values nested deeper than 500.
ORRERY_API std::string canonical_json(const nlohmann::json& value);

// Appends the pieces, for rows that are hashed without building a JSON value. `append_canonical_number` throws Error
// unless finite.
ORRERY_API void append_canonical_number(std::string& out, double value);
ORRERY_API void append_canonical_string(std::string& out, std::string_view utf8);

// The text with bytes that aren't UTF-8 replaced by U+FFFD: what may be stored and printed as JSON.
ORRERY_API std::string valid_utf8(std::string_view text);

// What was given, as a sentence may quote it: valid UTF-8, of a long text the beginning.
ORRERY_API std::string quotable(std::string_view text);

// What stands for a metric's value where JSON has no number: NaN null, infinities "inf" and "-inf".
ORRERY_API nlohmann::json json_number(double value);

} // namespace orrery
