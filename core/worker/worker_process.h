// SPDX-License-Identifier: BSD-3-Clause
// The worker's side of live requests (`orrery worker`): runs experiments unrecorded, one at a time, the latest request
// wins. Class Worker (worker.h) is the other side.
//
// Lines of JSON on standard input:
//   {"id": N, "experiment": ID, "params": {...}, "seed": N, "inputs": {FIELD: {"run": SHOWN, "channel": NAME}, ...}}
//       an input is the newest frame with tag N that SHOWN shows; the field, a path, gets it as an .npy file
//   {"cancel": N}  or  {"cancel": true}
// on standard output, nothing but:
//   {"event": "ready", "shown": ID}                                   frames come under this id, with tag N
//   {"id": N, "event": "begin"}
//   {"id": N, "event": "progress", "fraction": F, "what": TEXT}
//   {"id": N, "event": "metrics", "points": [[KEY, STEP, VALUE], ...]}
//   {"id": N, "event": "frame", "channel": NAME}
//   {"id": N, "event": "artifact", "name": NAME, "kind": KIND, "file": PATH}   kept until four later requests have
//   begun
//   {"id": N, "event": "done", "seconds": S}
//   {"id": N, "event": "error", "error": TEXT, "hint": TEXT, "problems": [{"field", "problem"}, ...]}
//   {"id": N, "event": "cancelled"}
#pragma once
#include "core/device.h"
#include "core/error.h"

#include <filesystem>
#include <string>

namespace orrery {

struct WorkerSettings {
    Device device;
    std::filesystem::path project; // whose own plugins count too; may be empty
    std::filesystem::path folder;  // for scratch and artifacts; empty: a temporary one, removed at the end
};

// Serves until standard input ends; then what is at work has two seconds to stop.
ORRERY_API ExitCode serve_worker(const WorkerSettings& settings);

} // namespace orrery
