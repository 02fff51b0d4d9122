// SPDX-License-Identifier: BSD-3-Clause
#include "core/platform/machine.h"
#include "core/platform/process_info.h"
#include "tests/catch.h"

#include <cmath>
#include <cstdio>
#include <ctime>

using namespace orrery;

TEST_CASE("Seconds of a stored time are those of the calendar", "[core]") {
    CHECK(platform::seconds_of_utc("1970-01-01T00:00:00.000Z") == 0);
    CHECK(platform::seconds_of_utc("2000-02-29T23:59:59.250Z") == 951868799.25);
    CHECK(platform::seconds_of_utc("2038-01-19T03:14:08.001Z") == 2147483648.001);
    const auto now = platform::seconds_of_utc(platform::utc_now());
    CHECK(std::abs(now - static_cast<double>(std::time(nullptr))) < 5);
    // Every day of four centuries, leap years and all, follows the one before by 86400 s.
    double day = platform::seconds_of_utc("1999-12-31T00:00:00.000Z");
    for (int year = 2000; year < 2400; ++year)
        for (int month = 1; month <= 12; ++month)
            for (int number = 1; number <= 31; ++number) {
                char text[40];
                std::snprintf(text, sizeof text, "%04d-%02d-%02dT00:00:00.000Z", year, month, number);
                const double seconds = platform::seconds_of_utc(text);
                if (std::isnan(seconds)) continue; // there is no such day
                if (seconds != day + 86400) FAIL(text);
                day = seconds;
            }
    CHECK(day == platform::seconds_of_utc("2399-12-31T00:00:00.000Z"));
}

TEST_CASE("What is no time has no seconds", "[core]") {
    for (const char* text : {"", "2026", "2026-01-01", "2026-01-01T00:00:00Z", "2026-01-01T00:00:00.000",
                             "2026-13-01T00:00:00.000Z", "2026-02-29T00:00:00.000Z", "2026-01-00T00:00:00.000Z",
                             "2026-01-01T24:00:00.000Z", "2026-01-01T00:60:00.000Z", "2026-01-01 00:00:00.000Z",
                             "2026-01-01T00:00:00.000Zx", "+026-01-01T00:00:00.000Z"}) {
        INFO(text);
        CHECK(std::isnan(platform::seconds_of_utc(text)));
    }
}
