// SPDX-License-Identifier: BSD-3-Clause
// Canonical JSON: one text for equal values, which reads back as an equal value and is its own canonical form.
#include "core/canonical_json.h"
#include "core/sha256.h"
#include "tests/fuzz/target.h"

#include <cmath>

using namespace orrery;

FUZZ_TARGET(canonical_json) {
    const auto text = fuzz::text_of_bytes(bytes);
    const std::string clean = valid_utf8(text);
    fuzz::expect(is_utf8(clean) && valid_utf8(clean) == clean && (is_utf8(text) == (clean == text)),
                 "text is cleaned once, and only where it is no UTF-8");
    const auto value = nlohmann::json::parse(text, nullptr, false);
    if (value.is_discarded()) return;
    fuzz::taken(bytes, [&] {
        const std::string canonical = canonical_json(value);
        const auto again = nlohmann::json::parse(canonical);
        fuzz::expect(canonical_json(again) == canonical, "the canonical form is its own canonical form");
        if (value.is_number()) {
            const double is = value.get<double>(), was = again.get<double>();
            fuzz::expect(is == was, "a number keeps its value");
        }
        fuzz::expect(sha256(canonical).size() == 64, "it has a hash");
    });
}
