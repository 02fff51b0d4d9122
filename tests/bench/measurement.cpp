// SPDX-License-Identifier: BSD-3-Clause
#include "tests/bench/measurement.h"

#include "core/error.h"
#include "core/platform/machine.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <chrono>
#include <cstdio>
#include <fstream>

#include <fcntl.h>
#include <sys/wait.h>
#include <unistd.h>

namespace orrery::bench {

double seconds_now() {
    return std::chrono::duration<double>(std::chrono::steady_clock::now().time_since_epoch()).count();
}

double seconds_of(const std::function<void()>& work) {
    const double start = seconds_now();
    work();
    return seconds_now() - start;
}

double seconds_of_program(const std::vector<std::string>& words, int expected) {
    std::vector<char*> arguments;
    for (const auto& word : words) arguments.push_back(const_cast<char*>(word.c_str()));
    arguments.push_back(nullptr);
    int status = 0;
    const double seconds = seconds_of([&] {
        const pid_t pid = fork();
        if (pid == 0) {
            dup2(open("/dev/null", O_WRONLY), STDOUT_FILENO);
            execvp(arguments[0], arguments.data());
            _exit(127);
        }
        waitpid(pid, &status, 0);
    });
    if (!WIFEXITED(status) || WEXITSTATUS(status) != expected)
        throw Error(fmt::format("{} did not exit with {}", fmt::join(words, " "), expected));
    return seconds;
}

std::filesystem::path orrery_program() { return platform::executable().parent_path() / "orrery"; }

double quantile(std::vector<double> values, double fraction) {
    std::sort(values.begin(), values.end());
    return values[static_cast<std::size_t>(fraction * static_cast<double>(values.size() - 1) + 0.5)];
}

void Report::section(const std::string& title) {
    double load = 0;
    std::ifstream("/proc/loadavg") >> load;
    section_ = title;
    if (!as_json_) fmt::print("\n{} (load {:.1f})\n", title, load);
    lines_.push_back({{"section", title}, {"load", load}});
}

void Report::add(const std::string& what, const std::string& unit, const std::vector<double>& values,
                 std::optional<Goal> goal) {
    const double median = quantile(values, 0.5), least = quantile(values, 0), most = quantile(values, 1);
    nlohmann::json line{{"section", section_},     {"what", what}, {"unit", unit},
                        {"median", median},        {"min", least}, {"max", most},
                        {"repeats", values.size()}};
    std::string text = fmt::format("  {:<62} {:>9.4g} {:<5}", what, median, unit);
    if (values.size() > 1) text += fmt::format(" [{:.4g} .. {:.4g}]", least, most);
    if (goal) {
        const bool met = goal->at_most ? median <= goal->value : median >= goal->value;
        ++goals_;
        met_ += met;
        line["goal"] = {{goal->at_most ? "at most" : "at least", goal->value}, {"met", met}};
        text = fmt::format("{:<104} goal {} {:g} {}: {}", text, goal->at_most ? "<=" : ">=", goal->value, unit,
                           met ? "met" : "MISSED");
    }
    lines_.push_back(std::move(line));
    if (!as_json_) fmt::print("{}\n", text);
    std::fflush(stdout);
}

void Report::finish() const {
    if (as_json_)
        fmt::print("{}\n", lines_.dump(2));
    else
        fmt::print("\n{} of {} goals met\n", met_, goals_);
}

} // namespace orrery::bench
