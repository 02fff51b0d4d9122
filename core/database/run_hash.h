// SPDX-License-Identifier: BSD-3-Clause
// The SHA-256 that seals a run: over all its rows, in one fixed form.
#pragma once
#include "core/records.h"

#include <nlohmann/json.hpp>

#include <map>
#include <string>
#include <string_view>

namespace orrery::database {

class Connection;

// Over these lines, each an array in canonical JSON (RFC 8785) and a newline, rows ordered by their first column
// (metrics by key, then step):
//   ["run",id,experiment,version,plugin,schema,seed,device,threads,created,began,ended,outcome,exit_code,error,hint]
//   ["origin",number,sweep,reproduces,claimed,host,boot_id,pid,process_start,command,resumed,computed]
//   ["parameters",stored text]   ["provenance",key,value]   ["input",path,sha256,bytes]   ["live",step,field,value]
//   ["artifact",name,kind,file,sha256,bytes]   ["metric",key,step,value,elapsed]
// A value of NaN is null, infinities are "inf" and "-inf"; integers are text; NULL is as 0 or "", and a value whose
// type isn't that of its column, which only damage makes, is false. Not part of it: name, note, tags and priority,
// because people may change them; progress, doing, heartbeat and stop_requested, which mean nothing once the run has
// ended. Within a transaction of the caller.
struct RunSeal {
    std::string sha256;
    // SHA-256 of the lines of each part, so that a change can be named: "run", "origin", "parameters", "provenance",
    // "inputs", "live", "artifact/NAME", "metric/KEY". A part without lines is absent.
    std::map<std::string, std::string> parts;
};
// `with_origin`: false for a run that was sealed before there was that part.
RunSeal seal_of_run(Connection& connection, std::string_view run, bool with_origin = true);
// Whether it was sealed with that part, by the data of its last "run.end" event; true if it has none yet.
bool is_sealed_with_origin(const nlohmann::json& end);
bool is_sealed_with_origin(Connection& connection, std::string_view run);
// What it will be once the run has ended so.
RunSeal seal_of_run(Connection& connection, std::string_view run, const RunEnd& end, const std::string& ended);

} // namespace orrery::database
