// SPDX-License-Identifier: BSD-3-Clause
#include "core/experiment.h"

#include <algorithm>

namespace orrery {

const MetricDeclaration* Declaration::find_metric(std::string_view key) const {
    for (const auto& metric : metrics) {
        if (metric.key == key) return &metric;
        const std::string_view declared = metric.key;
        if (declared.ends_with("/*") && key.starts_with(declared.substr(0, declared.size() - 1))) return &metric;
    }
    return nullptr;
}

nlohmann::json Declaration::to_json() const {
    auto metric_list = nlohmann::json::array();
    for (const auto& m : metrics)
        metric_list.push_back({{"key", m.key},
                               {"help", m.help},
                               {"unit", m.unit},
                               {"lower_is_better", m.lower_is_better},
                               {"tolerance", m.tolerance},
                               {"timing", m.timing}});
    auto artifact_list = nlohmann::json::array();
    for (const auto& a : artifacts)
        artifact_list.push_back({{"name", a.name}, {"kind", name_of(a.kind)}, {"help", a.help}});
    return {{"id", id},
            {"title", title},
            {"summary", summary},
            {"version", version},
            {"fields", schema.to_json()},
            {"metrics", metric_list},
            {"artifacts", artifact_list}};
}

Declaration Declaration::from_json(const nlohmann::json& json) {
    Declaration d;
    d.id = json.at("id").get<std::string>();
    d.title = json.at("title").get<std::string>();
    d.summary = json.at("summary").get<std::string>();
    d.version = json.at("version").get<std::string>();
    d.schema = Schema::from_json(json.at("fields"));
    for (const auto& m : json.at("metrics"))
        d.metrics.push_back({m.at("key").get<std::string>(), m.at("help").get<std::string>(),
                             m.at("unit").get<std::string>(), m.at("lower_is_better").get<bool>(),
                             m.at("tolerance").get<double>(), m.at("timing").get<bool>()});
    for (const auto& a : json.at("artifacts"))
        d.artifacts.push_back({a.at("name").get<std::string>(), kind_named(a.at("kind").get<std::string>()),
                               a.at("help").get<std::string>()});
    return d;
}

} // namespace orrery
