// SPDX-License-Identifier: BSD-3-Clause
#include "core/compare.h"

#include "core/canonical_json.h"

#include <map>
#include <optional>

namespace orrery {

namespace {

// Values by name, then by run. A metric that is NaN is there (null), one that was never reported is not.
class Rows {
public:
    explicit Rows(std::size_t runs) : runs_(runs) {}
    void add(std::size_t run, const std::string& name, nlohmann::json value) {
        auto& row = rows_[name];
        row.resize(runs_);
        row[run] = std::move(value);
    }
    std::vector<Difference> different() const {
        std::vector<Difference> list;
        for (const auto& [name, cells] : rows_) {
            Difference line{name, {}};
            bool same = true;
            for (const auto& cell : cells) {
                same = same && cell == cells.front();
                line.values.push_back(cell.value_or(nullptr));
            }
            if (!same) list.push_back(std::move(line));
        }
        return list;
    }

private:
    std::size_t runs_;
    std::map<std::string, std::vector<std::optional<nlohmann::json>>> rows_;
};

nlohmann::json json_of_lines(const std::vector<Difference>& lines) {
    auto list = nlohmann::json::array();
    for (const auto& line : lines) list.push_back({{"name", line.name}, {"values", line.values}});
    return list;
}

bool is_timing(const Declaration& declaration, const std::string& key) {
    const auto* metric = declaration.find_metric(key);
    return metric && metric->timing;
}

} // namespace

nlohmann::json RunComparison::to_json() const {
    return {{"runs", runs},
            {"settings", json_of_lines(settings)},
            {"parameters", json_of_lines(parameters)},
            {"code", json_of_lines(code)},
            {"environment", json_of_lines(environment)},
            {"inputs", json_of_lines(inputs)},
            {"metrics", json_of_lines(metrics)},
            {"artifacts", json_of_lines(artifacts)}};
}

Declaration stored_metrics(const Project& project, std::string_view run) {
    const auto json = project.declaration(run);
    Declaration declaration;
    if (!json.is_object() || !json.contains("metrics")) return declaration;
    for (const auto& stored : json["metrics"]) {
        if (!stored.is_object()) continue;
        MetricDeclaration metric;
        metric.key = stored.value("key", "");
        metric.tolerance = stored.value("tolerance", 0.0);
        metric.timing = stored.value("timing", false);
        declaration.metrics.push_back(std::move(metric));
    }
    return declaration;
}

RunComparison compare(const Project& project, const std::vector<std::string>& runs) {
    const std::size_t count = runs.size();
    Rows settings(count), parameters(count), code(count), environment(count), inputs(count), metrics(count),
        artifacts(count);
    for (std::size_t i = 0; i < count; ++i) {
        const RunRow row = project.run(runs[i]);
        const auto declaration = stored_metrics(project, row.id);
        settings.add(i, "experiment", row.experiment);
        settings.add(i, "version", row.version);
        settings.add(i, "device", row.device);
        settings.add(i, "threads", row.threads);
        settings.add(i, "seed", row.seed);
        settings.add(i, "status", name_of(row.status));
        for (const auto& [name, value] : row.parameters.items()) parameters.add(i, name, value);
        for (const auto& [key, value] : project.provenance(row.id)) {
            if (key.starts_with("process/") || key.starts_with("run/") || key == "device/id" ||
                key.ends_with("build_key"))
                continue;
            (key.starts_with("code/") || key.starts_with("plugin/") ? code : environment).add(i, key, value);
        }
        for (const auto& input : project.inputs(row.id)) inputs.add(i, input.path, input.sha256);
        for (const auto& [key, value] : row.metrics)
            if (!is_timing(declaration, key)) metrics.add(i, key, json_number(value));
        for (const auto& artifact : project.named_artifacts(row.id)) artifacts.add(i, artifact.name, artifact.sha256);
    }
    return {runs,
            settings.different(),
            parameters.different(),
            code.different(),
            environment.different(),
            inputs.different(),
            metrics.different(),
            artifacts.different()};
}

} // namespace orrery
