// SPDX-License-Identifier: BSD-3-Clause
#include "core/exchange/run_record.h"

namespace orrery {

nlohmann::json run_record(const Project& project, const RunRow& row) {
    auto document = row.to_json();
    document["provenance"] = project.provenance(row.id);
    document["live"] = nlohmann::json::array();
    for (const auto& change : project.live_changes(row.id))
        document["live"].push_back({{"step", change.step}, {"field", change.field}, {"value", change.value}});
    auto inputs = nlohmann::json::array();
    for (const auto& input : project.inputs(row.id))
        inputs.push_back({{"path", input.path}, {"sha256", input.sha256}, {"bytes", input.bytes}});
    document["inputs"] = inputs;
    return document;
}

} // namespace orrery
