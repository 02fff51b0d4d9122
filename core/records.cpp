// SPDX-License-Identifier: BSD-3-Clause
#include "core/records.h"

#include "core/canonical_json.h"

namespace orrery {

const char* name_of(Status status) {
    switch (status) {
    case Status::queued:
        return "queued";
    case Status::running:
        return "running";
    case Status::stopping:
        return "stopping";
    case Status::done:
        return "done";
    case Status::failed:
        return "failed";
    case Status::stopped:
        return "stopped";
    case Status::lost:
        break;
    }
    return "lost";
}

const char* name_of(Outcome outcome) {
    switch (outcome) {
    case Outcome::done:
        return "done";
    case Outcome::failed:
        return "failed";
    case Outcome::stopped:
        break;
    }
    return "stopped";
}

nlohmann::json ArtifactRow::to_json() const {
    return {{"name", name}, {"kind", name_of(kind)}, {"sha256", sha256}, {"bytes", bytes}, {"file", file}};
}

nlohmann::json RunRow::to_json() const {
    nlohmann::json json{{"run", id},        {"experiment", experiment}, {"status", name_of(status)},
                        {"device", device}, {"params", parameters},     {"name", name},
                        {"seed", seed},     {"threads", threads},       {"created", created}};
    json["note"] = note;
    json["tags"] = tags;
    json["seconds"] = json_number(seconds);
    json["metrics"] = nlohmann::json::object();
    for (const auto& [key, value] : metrics) json["metrics"][key] = json_number(value);
    json["artifacts"] = nlohmann::json::array();
    for (const auto& artifact : artifacts) json["artifacts"].push_back(artifact.to_json());
    if (end && end->outcome != Outcome::done) {
        json["error"] = end->error;
        json["hint"] = end->hint;
    }
    if (!end) {
        json["progress"] = json_number(progress);
        json["doing"] = doing;
    }
    if (!sweep.empty()) json["sweep"] = sweep;
    if (!reproduces.empty()) json["reproduces"] = reproduces;
    if (removed) json["removed"] = true;
    if (artifacts_removed) json["artifacts_removed"] = true;
    if (priority != 0) json["priority"] = priority;
    if (checkpoint) json["checkpoint"] = *checkpoint;
    if (memory > 0) json["memory"] = memory;
    return json;
}

} // namespace orrery
