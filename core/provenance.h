// SPDX-License-Identifier: BSD-3-Clause
// Where a run came from: code, plugin, libraries, machine, device and arguments.
#pragma once
#include "core/api.h"

#include <map>
#include <string>

namespace orrery {

// The state of the source tree that this build was made from; written by the build beside the library.
struct CodeVersion {
    std::string version;     // of the program: "0.1.0"
    std::string commit;      // 40 hexadecimal digits, or "unknown" where there was no git
    std::string diff;        // uncommitted changes against the commit; empty for none. Cut after 1 MiB
    std::string diff_sha256; // of the whole diff; empty for none
};
ORRERY_API const CodeVersion& code_version();

// Flat, so that a person can read the table: "code/commit", "library/torch", "machine/cpu", ...
struct Provenance {
    std::map<std::string, std::string> values;
    std::string code_diff; // stored once per project under its SHA-256 ("code/diff_sha256")
};

// What only the caller knows.
struct ProvenanceOf {
    std::string plugin, plugin_version, plugin_build_key;
    std::string device, device_description, device_driver; // "cuda:0", "NVIDIA ...", "580.82"
    int threads = 0;
};

// Of this process, now.
ORRERY_API Provenance collect_provenance(const ProvenanceOf& caller);

} // namespace orrery
