// SPDX-License-Identifier: BSD-3-Clause
// What the benchmarks of the core share: a clock, repeated measurements, and lines that show a number beside its goal.
#pragma once
#include <nlohmann/json.hpp>

#include <filesystem>
#include <functional>
#include <optional>
#include <string>
#include <vector>

namespace orrery::bench {

double seconds_now(); // of a steady clock
// Seconds that `work` takes.
double seconds_of(const std::function<void()>& work);
// Seconds until the program has ended, its output thrown away. Throws Error unless it exits with `expected`.
double seconds_of_program(const std::vector<std::string>& words, int expected = 0);
std::filesystem::path orrery_program(); // beside this one
// The value below which that part of the values lies.
double quantile(std::vector<double> values, double fraction);

struct Goal {
    bool at_most = true;
    double value = 0;
};
inline Goal at_most(double value) { return {true, value}; }
inline Goal at_least(double value) { return {false, value}; }

// Collects and prints a line for every number: its median, the range of the repetitions, the goal.
class Report {
public:
    explicit Report(bool as_json) : as_json_(as_json) {}
    void add(const std::string& what, const std::string& unit, const std::vector<double>& values,
             std::optional<Goal> goal = std::nullopt);
    void section(const std::string& title); // with the load of the machine
    void finish() const;                    // JSON document, or how many goals were met

private:
    bool as_json_;
    nlohmann::json lines_ = nlohmann::json::array();
    std::string section_;
    int goals_ = 0, met_ = 0;
};

// What a benchmark works with.
struct Setting {
    std::filesystem::path folder; // it may fill this and empties it again
    bool quick = false;           // a tenth of the sizes, one repetition: to see that it works
    int repeats() const { return quick ? 1 : 5; }
};

void measure_recorder(Report& report, const Setting& setting);
void measure_writers(Report& report, const Setting& setting);
void measure_lists(Report& report, const Setting& setting);
void measure_comparison(Report& report, const Setting& setting);
void measure_verify(Report& report, const Setting& setting);
void measure_artifacts(Report& report, const Setting& setting);
void measure_frames(Report& report, const Setting& setting);

} // namespace orrery::bench
