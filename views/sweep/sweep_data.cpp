// SPDX-License-Identifier: GPL-3.0-or-later
#include "views/sweep/sweep_data.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <limits>
#include <map>
#include <optional>
#include <set>

namespace orrery::gui {
namespace {

bool comes_before(const nlohmann::json& a, const nlohmann::json& b) {
    if (a.is_number() && b.is_number()) return a.get<double>() < b.get<double>();
    if (a.is_number() != b.is_number()) return a.is_number();
    return text_of_value(a) < text_of_value(b);
}

std::optional<std::size_t> place_of(const VariedParameter& parameter, const RunRow& run) {
    if (!run.parameters.contains(parameter.name)) return std::nullopt;
    const auto& value = run.parameters.at(parameter.name);
    const auto found = std::find(parameter.values.begin(), parameter.values.end(), value);
    if (found == parameter.values.end()) return std::nullopt;
    return static_cast<std::size_t>(found - parameter.values.begin());
}

// How far a run came that did not reach its end is no result.
double value_of(const RunRow& run, const std::string& metric) {
    if (run.status != Status::done) return std::numeric_limits<double>::quiet_NaN();
    const auto found = run.metrics.find(metric);
    return found == run.metrics.end() ? std::numeric_limits<double>::quiet_NaN() : found->second;
}

} // namespace

std::string text_of_value(const nlohmann::json& value) {
    if (value.is_string()) return value.get<std::string>();
    if (value.is_number_float()) return fmt::format("{:.6g}", value.get<double>());
    return value.dump();
}

std::vector<VariedParameter> varied_parameters(const std::vector<const RunRow*>& runs) {
    std::map<std::string, std::vector<nlohmann::json>> seen;
    for (const auto* run : runs)
        for (const auto& [name, value] : run->parameters.items()) {
            auto& values = seen[name];
            const auto place = std::lower_bound(values.begin(), values.end(), value, comes_before);
            if (place == values.end() || *place != value) values.insert(place, value);
        }
    std::vector<VariedParameter> varied;
    for (auto& [name, values] : seen) {
        if (values.size() < 2) continue;
        const bool numeric =
            std::all_of(values.begin(), values.end(), [](const auto& value) { return value.is_number(); });
        const bool positive = numeric && values.front().template get<double>() > 0;
        varied.push_back({name, std::move(values), numeric, positive});
    }
    std::stable_sort(varied.begin(), varied.end(), [](const auto& a, const auto& b) {
        if (a.numeric != b.numeric) return a.numeric;
        return a.values.size() > b.values.size();
    });
    return varied;
}

std::vector<std::string> metrics_of(const std::vector<const RunRow*>& runs) {
    std::set<std::string> keys;
    for (const auto* run : runs)
        for (const auto& [key, value] : run->metrics) keys.insert(key);
    return {keys.begin(), keys.end()};
}

std::vector<SweepCurve> sweep_curves(const std::vector<const RunRow*>& runs, const std::vector<VariedParameter>& varied,
                                     const std::string& metric, const std::string& x) {
    const auto axis = std::find_if(varied.begin(), varied.end(), [&](const auto& one) { return one.name == x; });
    if (axis == varied.end()) return {};
    std::map<std::vector<std::size_t>, SweepCurve> curves; // by the places of the other parameters' values
    for (const auto* run : runs) {
        const double y = value_of(*run, metric);
        const auto place = place_of(*axis, *run);
        if (!std::isfinite(y) || !place) continue;
        std::vector<std::size_t> others;
        std::string label;
        for (const auto& parameter : varied) {
            if (parameter.name == x) continue;
            const auto other = place_of(parameter, *run);
            others.push_back(other ? *other + 1 : 0);
            if (other)
                label += fmt::format("{}{} = {}", label.empty() ? "" : ", ", parameter.name,
                                     text_of_value(parameter.values[*other]));
        }
        auto& curve = curves[others];
        curve.label = std::move(label);
        curve.points.push_back(
            {axis->numeric ? axis->values[*place].get<double>() : static_cast<double>(*place), y, run->id});
    }
    std::vector<SweepCurve> list;
    for (auto& [others, curve] : curves) {
        std::stable_sort(curve.points.begin(), curve.points.end(),
                         [](const SweepPoint& a, const SweepPoint& b) { return a.x < b.x; });
        list.push_back(std::move(curve));
    }
    return list;
}

SweepGrid sweep_grid(const std::vector<const RunRow*>& runs, const VariedParameter& x, const VariedParameter& y,
                     const std::string& metric) {
    SweepGrid grid{x.values.size(), y.values.size(), {}, {}};
    grid.values.assign(grid.nx * grid.ny, std::numeric_limits<double>::quiet_NaN());
    grid.runs.resize(grid.values.size());
    for (const auto* run : runs) {
        const auto ix = place_of(x, *run), iy = place_of(y, *run);
        if (!ix || !iy) continue;
        grid.values[*ix * grid.ny + *iy] = value_of(*run, metric);
        grid.runs[*ix * grid.ny + *iy] = run->id;
    }
    return grid;
}

} // namespace orrery::gui
