// SPDX-License-Identifier: GPL-3.0-or-later
// The last values of runs over the parameters in which they differ: what SweepPlot draws.
#pragma once
#include "core/records.h"

#include <cstddef>
#include <string>
#include <vector>

namespace orrery::gui {

// A parameter in which the runs differ. Its values in order: numbers by size, then texts by letters.
struct VariedParameter {
    std::string name;
    std::vector<nlohmann::json> values;
    bool numeric = false;  // all are numbers: it has an axis of its own
    bool positive = false; // and larger than zero: a logarithmic axis can show it
};

struct SweepPoint {
    double x = 0, y = 0; // x: the number, else the place among the values
    std::string run;
};

// Points by x; runs that agree in all other varied parameters.
struct SweepCurve {
    std::string label; // "n = 32, scheme = ifrk4"; empty if nothing else varies
    std::vector<SweepPoint> points;
};

// Those with the fewest values last, so that the first one is the axis to begin with; numbers before texts.
std::vector<VariedParameter> varied_parameters(const std::vector<const RunRow*>& runs);

// Keys that one of the runs has a value of, by name.
std::vector<std::string> metrics_of(const std::vector<const RunRow*>& runs);

// NaN and infinite values, and runs without the metric or the parameter, are left out.
std::vector<SweepCurve> sweep_curves(const std::vector<const RunRow*>& runs, const std::vector<VariedParameter>& varied,
                                     const std::string& metric, const std::string& x);

// values[ix * ny + iy], NaN where there is none; of runs at one place the last.
struct SweepGrid {
    std::size_t nx = 0, ny = 0;
    std::vector<double> values;
    std::vector<std::string> runs;
};
SweepGrid sweep_grid(const std::vector<const RunRow*>& runs, const VariedParameter& x, const VariedParameter& y,
                     const std::string& metric);

std::string text_of_value(const nlohmann::json& value);

} // namespace orrery::gui
