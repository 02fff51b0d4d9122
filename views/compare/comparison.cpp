// SPDX-License-Identifier: GPL-3.0-or-later
#include "views/compare/comparison.h"

#include <algorithm>
#include <cmath>

namespace orrery::gui {
namespace {

// Of a stored declaration only the metrics are wanted; a part that is missing has its default.
Declaration metrics_of(const nlohmann::json& json) {
    Declaration declaration;
    if (!json.is_object() || !json.contains("metrics") || !json["metrics"].is_array()) return declaration;
    for (const auto& stored : json["metrics"]) {
        if (!stored.is_object() || !stored.contains("key")) continue;
        MetricDeclaration metric;
        metric.key = stored.value("key", "");
        metric.help = stored.value("help", "");
        metric.unit = stored.value("unit", "");
        metric.lower_is_better = stored.value("lower_is_better", false);
        metric.timing = stored.value("timing", false);
        declaration.metrics.push_back(std::move(metric));
    }
    return declaration;
}

} // namespace

Comparison make_comparison(const Project& project, const std::vector<std::string>& runs) {
    Comparison comparison;
    comparison.differences = compare(project, runs);
    for (const auto& run : runs) {
        auto declaration = metrics_of(project.declaration(run));
        comparison.declarations.emplace(project.run(run).experiment, std::move(declaration));
    }
    return comparison;
}

std::vector<std::size_t> best_of(const std::vector<std::optional<double>>& values, bool lower_is_better) {
    std::optional<double> best, worst;
    std::size_t having = 0;
    for (const auto& value : values) {
        if (!value || std::isnan(*value)) continue;
        ++having;
        if (!best || (lower_is_better ? *value < *best : *value > *best)) best = value;
        if (!worst || (lower_is_better ? *value > *worst : *value < *worst)) worst = value;
    }
    std::vector<std::size_t> found;
    if (having < 2 || *best == *worst) return found;
    for (std::size_t i = 0; i < values.size(); ++i)
        if (values[i] && *values[i] == *best) found.push_back(i);
    return found;
}

} // namespace orrery::gui
