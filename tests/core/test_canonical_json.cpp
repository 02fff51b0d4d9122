// SPDX-License-Identifier: BSD-3-Clause
#include "core/canonical_json.h"
#include "core/error.h"
#include "tests/catch.h"

#include <bit>
#include <cmath>
#include <limits>

using namespace orrery;

namespace {
std::string number(std::uint64_t bits) {
    std::string text;
    append_canonical_number(text, std::bit_cast<double>(bits));
    return text;
}
} // namespace

TEST_CASE("Numbers print as in appendix B of RFC 8785", "[core][P6]") {
    const std::pair<std::uint64_t, const char*> samples[] = {
        {0x0000000000000000, "0"},
        {0x8000000000000000, "0"},
        {0x0000000000000001, "5e-324"},
        {0x8000000000000001, "-5e-324"},
        {0x7fefffffffffffff, "1.7976931348623157e+308"},
        {0xffefffffffffffff, "-1.7976931348623157e+308"},
        {0x4340000000000000, "9007199254740992"},
        {0xc340000000000000, "-9007199254740992"},
        {0x4430000000000000, "295147905179352830000"},
        {0x44b52d02c7e14af5, "9.999999999999997e+22"},
        {0x44b52d02c7e14af6, "1e+23"},
        {0x44b52d02c7e14af7, "1.0000000000000001e+23"},
        {0x444b1ae4d6e2ef4e, "999999999999999700000"},
        {0x444b1ae4d6e2ef4f, "999999999999999900000"},
        {0x444b1ae4d6e2ef50, "1e+21"},
        {0x3eb0c6f7a0b5ed8c, "9.999999999999997e-7"},
        {0x3eb0c6f7a0b5ed8d, "0.000001"},
        {0x41b3de4355555553, "333333333.3333332"},
        {0x41b3de4355555554, "333333333.33333325"},
        {0x41b3de4355555555, "333333333.3333333"},
        {0x41b3de4355555556, "333333333.3333334"},
        {0x41b3de4355555557, "333333333.33333343"},
        {0xbecbf647612f3696, "-0.0000033333333333333333"},
        {0x43143ff3c1cb0959, "1424953923781206.2"},
    };
    for (const auto& [bits, expected] : samples) CHECK(number(bits) == expected);
    for (const std::uint64_t bits : {0x7fffffffffffffffULL, 0x7ff0000000000000ULL, 0xfff0000000000000ULL})
        CHECK_THROWS_AS(number(bits), Error);
}

TEST_CASE("The examples of RFC 8785 have their canonical form", "[core][P6]") {
    // Section 3.2.2 and 3.2.3.
    const auto mixed = nlohmann::json::parse(
        R"({"numbers":[333333333.33333329,1E30,4.50,2e-3,0.000000000000000000000000001],)"
        R"("string":"\u20ac$\u000F\u000aA'\u0042\u0022\u005c\\\"\/","literals":[null,true,false]})");
    CHECK(canonical_json(mixed) ==
          "{\"literals\":[null,true,false],\"numbers\":[333333333.3333333,1e+30,4.5,0.002,1e-27],"
          "\"string\":\"\xE2\x82\xAC$\\u000f\\nA'B\\\"\\\\\\\\\\\"/\"}");
    // Keys sort by UTF-16 units: the emoji (D83D ...) comes before U+FB33, though its bytes in UTF-8 come after.
    const auto keys = nlohmann::json::parse(
        R"({"\u20ac":"Euro Sign","\r":"Carriage Return","\ufb33":"Hebrew Letter Dalet With Dagesh",)"
        R"("1":"One","\ud83d\ude00":"Emoji: Grinning Face","\u0080":"Control",)"
        R"("\u00f6":"Latin Small Letter O With Diaeresis"})");
    CHECK(canonical_json(keys) ==
          "{\"\\r\":\"Carriage Return\",\"1\":\"One\",\"\xC2\x80\":\"Control\","
          "\"\xC3\xB6\":\"Latin Small Letter O With Diaeresis\",\"\xE2\x82\xAC\":\"Euro Sign\","
          "\"\xF0\x9F\x98\x80\":\"Emoji: Grinning Face\",\"\xEF\xAC\xB3\":\"Hebrew Letter Dalet With Dagesh\"}");
    CHECK(canonical_json(nlohmann::json::parse("[56, {\"d\": true, \"10\": null, \"1\": []}]")) ==
          "[56,{\"1\":[],\"10\":null,\"d\":true}]");
}

TEST_CASE("Every number reads back as itself", "[core]") {
    std::uint64_t bits = 88172645463325252ULL; // xorshift64: any bit pattern
    for (int i = 0; i < 20000; ++i) {
        bits ^= bits << 13;
        bits ^= bits >> 7;
        bits ^= bits << 17;
        const double value = std::bit_cast<double>(bits);
        if (!std::isfinite(value)) continue;
        if (std::strtod(number(bits).c_str(), nullptr) != value) FAIL(number(bits));
    }
}

TEST_CASE("What is no text has no canonical JSON, and can be made one", "[core][P9]") {
    for (const char* bad : {"\xff", "a\xc3", "\xc0\x80", "\xed\xa0\x80", "\xf4\x90\x80\x80", "\xe2\x28\xa1"}) {
        CHECK_THROWS_AS(canonical_json(bad), Error);
        CHECK_NOTHROW(canonical_json(valid_utf8(bad)));
    }
    nlohmann::json nested;
    for (int level = 0; level < 100'000; ++level) {
        auto outer = nlohmann::json::array();
        outer.push_back(std::move(nested));
        nested = std::move(outer);
    }
    CHECK_THROWS_AS(canonical_json(nested), Error);
    CHECK(valid_utf8("gr\xC3\xBC\xC3\x9F") == "gr\xC3\xBC\xC3\x9F");
    CHECK(quotable("a\xff") == "a\xEF\xBF\xBD");
    CHECK(quotable(std::string(5000, 'x')) == std::string(200, 'x') + "...");
    CHECK(json_number(std::nan("")).is_null());
    CHECK(json_number(-std::numeric_limits<double>::infinity()) == "-inf");
}
