// SPDX-License-Identifier: BSD-3-Clause
// Hides the difference between Catch2 2 (Debian 12) and 3.
#pragma once
#if __has_include(<c10/util/Logging.h>)
#include <c10/util/Logging.h> // torch's own CHECK would otherwise replace Catch's without a word
#undef CHECK
#endif
#if __has_include(<catch2/catch_all.hpp>)
#include <catch2/catch_all.hpp>
using Catch::Approx;
inline auto contains_text(const std::string& text) { return Catch::Matchers::ContainsSubstring(text); }
#else
#include <catch2/catch.hpp>
inline auto contains_text(const std::string& text) { return Catch::Matchers::Contains(text); }
#endif
