// SPDX-License-Identifier: BSD-3-Clause
#include "core/reproduction.h"

#include "core/canonical_json.h"
#include "core/compare.h"
#include "core/files/field_file.h"

#include <fmt/format.h>

#include <algorithm>
#include <bit>
#include <cmath>
#include <limits>
#include <set>

namespace orrery {

namespace {

Verdict worse(Verdict a, Verdict b) { return std::max(a, b); }

// Bits for all but NaN, of which the database keeps one kind.
bool same_bits(double a, double b) {
    return (std::isnan(a) && std::isnan(b)) || std::bit_cast<std::uint64_t>(a) == std::bit_cast<std::uint64_t>(b);
}

// 0 for the same bits, infinite where no tolerance can help.
double deviation(double was, double is) {
    if (same_bits(was, is)) return 0;
    if (!std::isfinite(was) || !std::isfinite(is)) return std::numeric_limits<double>::infinity();
    const double difference = std::abs(is - was);
    if (difference == 0)
        return std::numeric_limits<double>::min(); // 0 and -0: not the same bits, but as near as can be
    return was == 0 ? std::numeric_limits<double>::infinity() : difference / std::abs(was);
}

Verdict verdict_of(double deviation, double tolerance) {
    if (deviation == 0) return Verdict::bitwise;
    // Zeros of both signs are one value: within any tolerance.
    return deviation <= std::max(tolerance, std::numeric_limits<double>::min()) ? Verdict::within_tolerance
                                                                                : Verdict::differs;
}

ReproducedMetric compare_metric(const std::string& key, double tolerance, const std::vector<MetricPoint>& was,
                                const std::vector<MetricPoint>& is) {
    ReproducedMetric result;
    result.key = key;
    result.tolerance = tolerance;
    double largest = -1;
    const auto look = [&](std::int64_t step, std::optional<double> before, std::optional<double> now) {
        const double here = before && now ? deviation(*before, *now) : std::numeric_limits<double>::infinity();
        result.verdict = worse(result.verdict, verdict_of(here, tolerance));
        if (here < largest || (here == largest && here > 0)) return; // the first of equal deviations, or the last step
        largest = here;
        result.step = step;
        result.was = before;
        result.is = now;
    };
    for (std::size_t i = 0, j = 0; i < was.size() || j < is.size();) {
        const bool only_was = j == is.size() || (i < was.size() && was[i].step < is[j].step);
        const bool only_is = i == was.size() || (j < is.size() && is[j].step < was[i].step);
        if (only_was) {
            look(was[i].step, was[i].value, std::nullopt);
            ++i;
        } else if (only_is) {
            look(is[j].step, std::nullopt, is[j].value);
            ++j;
        } else {
            look(was[i].step, was[i].value, is[j].value);
            ++i, ++j;
        }
    }
    return result;
}

// The largest difference of two arrays of one shape and type, and the largest value; infinite where one isn't finite.
struct Distance {
    bool same = true;
    double difference = 0, largest = 0;
};

template <class T>
void add_distance(Distance& distance, const Array& was, const Array& is) {
    const auto a = was.values<T>(), b = is.values<T>();
    for (std::size_t i = 0; i < a.size(); ++i) {
        const auto before = static_cast<double>(a[i]), now = static_cast<double>(b[i]);
        if (std::isfinite(before)) distance.largest = std::max(distance.largest, std::abs(before));
        if (same_bits(before, now)) continue;
        distance.same = false;
        distance.difference = std::isfinite(before) && std::isfinite(now)
                                  ? std::max(distance.difference, std::abs(now - before))
                                  : std::numeric_limits<double>::infinity();
    }
}

bool same_grid(const FieldLayout& a, const FieldLayout& b) {
    return a.nx == b.nx && a.ny == b.ny && a.origin == b.origin && a.spacing == b.spacing && a.names == b.names &&
           a.units == b.units && a.times == b.times && a.type == b.type;
}

ReproducedArtifact compare_field(const std::string& name, const FieldFile& was, const FieldFile& is, double tolerance) {
    if (!same_grid(was.layout(), is.layout()))
        return {name, Verdict::differs, "has another grid, other times or names"};
    ReproducedArtifact result{name, Verdict::bitwise, {}};
    for (const auto& field : was.names()) {
        Distance distance;
        for (std::int64_t step = 0; step < was.steps(); ++step) { // a step at a time: fields can be large
            const Array before = was.read(step, field), now = is.read(step, field);
            if (before.type() != now.type()) return {name, Verdict::differs, field + " has another type of number"};
            if (before.type() == DType::float32)
                add_distance<float>(distance, before, now);
            else
                add_distance<double>(distance, before, now);
        }
        if (distance.same) continue;
        const double relative = distance.difference == 0 ? 0 : distance.difference / distance.largest;
        result.verdict = worse(result.verdict, relative <= tolerance ? Verdict::within_tolerance : Verdict::differs);
        result.what += fmt::format("{}{} differs by {:.3g} of its largest value (tolerance {:.3g})",
                                   result.what.empty() ? "" : "; ", field, relative, tolerance);
    }
    return result;
}

ReproducedArtifact compare_artifact(const Project& project, const ArtifactRow& was, const ArtifactRow& is,
                                    double tolerance) {
    if (was.kind != is.kind)
        return {was.name, Verdict::differs, fmt::format("was a {}, is a {}", name_of(was.kind), name_of(is.kind))};
    if (was.sha256 == is.sha256 && was.bytes == is.bytes) return {was.name, Verdict::bitwise, {}};
    if (was.kind != Kind::field) return {was.name, Verdict::differs, "has another content"};
    if (!std::filesystem::exists(project.artifact_path(was)))
        return {was.name, Verdict::differs, "has another content, and the file of before was deleted"};
    return compare_field(was.name, FieldFile::open(project.artifact_path(was)),
                         FieldFile::open(project.artifact_path(is)), tolerance);
}

std::vector<ReproducedArtifact> compare_artifacts(const Project& project, const RunRow& was, const RunRow& is,
                                                  double tolerance) {
    std::vector<ReproducedArtifact> results;
    const auto named = [](const std::vector<ArtifactRow>& list, const std::string& name) -> const ArtifactRow* {
        for (const auto& artifact : list)
            if (artifact.name == name) return &artifact;
        return nullptr;
    };
    const auto before = project.named_artifacts(was.id); // what was removed is still known by its hash
    for (const auto& artifact : before) {
        const auto* now = named(is.artifacts, artifact.name);
        results.push_back(now ? compare_artifact(project, artifact, *now, tolerance)
                              : ReproducedArtifact{artifact.name, Verdict::differs, "was not made again"});
    }
    for (const auto& artifact : is.artifacts)
        if (!named(before, artifact.name)) results.push_back({artifact.name, Verdict::differs, "was not there before"});
    return results;
}

// What keeps equal bits from being a promise: the kind of device, versions of what computes, the number of threads.
bool is_decisive(const std::string& name) {
    return name == "version" || name == "device" || name == "threads" || name == "device/description" ||
           name == "device/driver" || name == "machine/cpu" || name == "code/compiler" || name == "code/build_type" ||
           name == "plugin/version" || name.starts_with("library/");
}

std::string in_words(const nlohmann::json& value) {
    if (value.is_null()) return "nothing";
    auto text = value.is_string() ? value.get<std::string>() : value.dump();
    return text.empty() ? "nothing" : text;
}

// Smallest above 0, so that a field must be as near as the strictest metric.
double field_tolerance(const Declaration& declaration) {
    double smallest = 0;
    for (const auto& metric : declaration.metrics)
        if (!metric.timing && metric.tolerance > 0 && (smallest == 0 || metric.tolerance < smallest))
            smallest = metric.tolerance;
    return smallest;
}

nlohmann::json json_of_value(const std::optional<double>& value) { return value ? json_number(*value) : nullptr; }

} // namespace

const char* name_of(Verdict verdict) {
    switch (verdict) {
    case Verdict::bitwise:
        return "bitwise";
    case Verdict::within_tolerance:
        return "within tolerance";
    case Verdict::differs:
        break;
    }
    return "differs";
}

nlohmann::json Reproduction::to_json() const {
    nlohmann::json json{{"run", run},
                        {"reproduces", reproduces},
                        {"verdict", name_of(verdict)},
                        {"metrics", nlohmann::json::array()},
                        {"artifacts", nlohmann::json::array()},
                        {"conditions", conditions}};
    for (const auto& m : metrics)
        json["metrics"].push_back({{"key", m.key},
                                   {"was", json_of_value(m.was)},
                                   {"is", json_of_value(m.is)},
                                   {"tolerance", json_number(m.tolerance)},
                                   {"step", m.step},
                                   {"verdict", name_of(m.verdict)}});
    for (const auto& a : artifacts)
        json["artifacts"].push_back({{"name", a.name}, {"verdict", name_of(a.verdict)}, {"what", a.what}});
    return json;
}

Reproduction compare_repeated(const Project& project, const std::string& original, const std::string& repeated) {
    Reproduction result;
    result.run = repeated;
    result.reproduces = original;
    const RunRow was = project.run(original), is = project.run(repeated);
    const auto declaration = stored_metrics(project, original);
    std::set<std::string> keys;
    for (const auto* run : {&original, &repeated})
        for (const auto& key : project.metric_keys(*run)) keys.insert(key);
    for (const auto& key : keys) {
        const auto* declared = declaration.find_metric(key);
        if (declared && declared->timing) continue;
        result.metrics.push_back(compare_metric(key, declared ? declared->tolerance : 0,
                                                project.metric_series(original, key),
                                                project.metric_series(repeated, key)));
        result.verdict = worse(result.verdict, result.metrics.back().verdict);
    }
    result.artifacts = compare_artifacts(project, was, is, field_tolerance(declaration));
    for (const auto& artifact : result.artifacts) result.verdict = worse(result.verdict, artifact.verdict);

    const auto other = compare(project, {original, repeated});
    for (const auto* lines : {&other.settings, &other.parameters, &other.code, &other.environment, &other.inputs}) {
        for (const auto& line : *lines) {
            result.conditions.push_back(
                fmt::format("{}: {}, now {}", line.name, in_words(line.values[0]), in_words(line.values[1])));
            if (is_decisive(line.name)) result.verdict = worse(result.verdict, Verdict::within_tolerance);
        }
    }
    return result;
}

} // namespace orrery
