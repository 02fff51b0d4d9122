// SPDX-License-Identifier: BSD-3-Clause
#include "core/platform/process_info.h"

#include <algorithm>
#include <chrono>
#include <cmath>
#include <cstdio>
#include <ctime>
#include <fstream>
#include <iterator>
#include <limits>
#include <sstream>
#include <string_view>

#include <dlfcn.h>
#include <sys/utsname.h>
#include <unistd.h>

namespace orrery::platform {

namespace {

std::string file_text(const std::filesystem::path& file) {
    std::ifstream in(file, std::ios::binary);
    return {std::istreambuf_iterator<char>(in), {}};
}

} // namespace

std::string kernel() {
    utsname names{};
    return ::uname(&names) == 0 ? std::string(names.sysname) + " " + names.release : "";
}

std::vector<std::string> command_line() {
    std::istringstream text(file_text("/proc/self/cmdline"));
    std::vector<std::string> arguments;
    for (std::string argument; std::getline(text, argument, '\0');) arguments.push_back(argument);
    return arguments;
}

std::int64_t process_id() { return ::getpid(); }

std::int64_t process_start(std::int64_t pid) {
    const std::string text = file_text("/proc/" + std::to_string(pid) + "/stat");
    // The name, field 2, may hold spaces and brackets; the start time is field 22 (proc(5)).
    const auto after_name = text.rfind(')');
    if (after_name == std::string::npos) return 0;
    std::istringstream fields(text.substr(after_name + 1));
    std::string skipped;
    for (int field = 3; field < 22; ++field) fields >> skipped;
    std::int64_t start = 0;
    fields >> start;
    return start;
}

std::string utc_now() {
    const auto now = std::chrono::floor<std::chrono::milliseconds>(std::chrono::system_clock::now());
    const auto milliseconds = now.time_since_epoch().count();
    const std::time_t seconds = static_cast<std::time_t>(milliseconds / 1000);
    std::tm parts{};
    ::gmtime_r(&seconds, &parts);
    char day[32];
    std::strftime(day, sizeof day, "%Y-%m-%dT%H:%M:%S", &parts);
    char text[48];
    std::snprintf(text, sizeof text, "%s.%03dZ", day, static_cast<int>(milliseconds % 1000));
    return text;
}

// By hand: a list of 100,000 runs has 200,000 times in it, and strptime with sscanf takes 0.1 s for them.
double seconds_of_utc(const std::string& text) {
    constexpr std::string_view form = "0000-00-00T00:00:00.000Z";
    const auto fits = [](char c, char wanted) { return wanted == '0' ? c >= '0' && c <= '9' : c == wanted; };
    if (!std::equal(text.begin(), text.end(), form.begin(), form.end(), fits))
        return std::numeric_limits<double>::quiet_NaN();
    const auto number = [&](std::size_t from, std::size_t digits) {
        int value = 0;
        for (std::size_t i = from; i < from + digits; ++i) value = 10 * value + (text[i] - '0');
        return value;
    };
    const std::chrono::year_month_day day(std::chrono::year(number(0, 4)),
                                          std::chrono::month(static_cast<unsigned>(number(5, 2))),
                                          std::chrono::day(static_cast<unsigned>(number(8, 2))));
    const int hours = number(11, 2), minutes = number(14, 2), seconds = number(17, 2);
    if (!day.ok() || hours > 23 || minutes > 59 || seconds > 60) return std::numeric_limits<double>::quiet_NaN();
    const double days = static_cast<double>(std::chrono::sys_days(day).time_since_epoch().count());
    return days * 86400 + hours * 3600 + minutes * 60 + seconds + number(20, 3) / 1000.0;
}

std::filesystem::path core_library() {
    Dl_info info{};
    if (::dladdr(reinterpret_cast<void*>(&core_library), &info) == 0 || !info.dli_fname) return {};
    std::error_code ignored;
    const auto path = std::filesystem::canonical(info.dli_fname, ignored);
    return ignored ? std::filesystem::path(info.dli_fname) : path;
}

} // namespace orrery::platform
