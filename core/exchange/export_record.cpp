// SPDX-License-Identifier: BSD-3-Clause
#include "core/exchange/export_record.h"

#include "core/canonical_json.h"
#include "core/exchange/run_record.h"
#include "core/files/replace_file.h"
#include "core/sha256.h"

#include <ostream>

namespace orrery {

void record_export(Project& project, const std::filesystem::path& out, const std::vector<RunRow>& runs,
                   nlohmann::json what) {
    auto document = nlohmann::json{
        {"file", valid_utf8(out.filename().string())}, {"export", what}, {"runs", nlohmann::json::array()}};
    for (const auto& run : runs) document["runs"].push_back(run_record(project, run));
    what["file"] = valid_utf8(std::filesystem::absolute(out).string());
    what["sha256"] = document["sha256"] = sha256_of_file(out);
    document["logged"] = project.writable();
    if (project.writable())
        project.log_event("export", runs.size() == 1 ? runs[0].id : "", what);
    else
        document["notice"] = "not logged: " + project.notice();
    replace_file(out.string() + ".orrery.json", [&](std::ostream& file) {
        file << document.dump(2, ' ', false, nlohmann::json::error_handler_t::replace) << '\n';
    });
}

} // namespace orrery
