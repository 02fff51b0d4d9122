// SPDX-License-Identifier: BSD-3-Clause
#include "core/provenance.h"

#include "core/build_key.h"
#include "core/canonical_json.h"
#include "core/platform/machine.h"
#include "core/platform/process_info.h"
#include "core/sha256.h"

#include <hdf5.h>
#include <sqlite3.h>

#include <algorithm>
#include <filesystem>
#include <fstream>

namespace orrery {

namespace {

constexpr std::size_t most_diff = std::size_t{1} << 20;

std::string beginning_of(const std::filesystem::path& file, std::size_t most) {
    std::ifstream in(file, std::ios::binary);
    std::string text(most, '\0');
    in.read(text.data(), static_cast<std::streamsize>(most));
    text.resize(static_cast<std::size_t>(std::max<std::streamsize>(in.gcount(), 0)));
    return text;
}

CodeVersion read_code_version() {
    const auto folder = platform::core_library().parent_path() / "orrery";
    CodeVersion code;
    code.version = ORRERY_VERSION;
    code.commit = beginning_of(folder / "code_commit", 64);
    if (code.commit.empty()) code.commit = "unknown";
    code.diff = valid_utf8(beginning_of(folder / "code_diff", most_diff));
    code.diff_sha256 = beginning_of(folder / "code_diff_sha256", 64);
    return code;
}

} // namespace

const CodeVersion& code_version() {
    static const CodeVersion code = read_code_version();
    return code;
}

Provenance collect_provenance(const ProvenanceOf& caller) {
    const CodeVersion& code = code_version();
    nlohmann::json arguments = nlohmann::json::array();
    for (const auto& argument : platform::command_line()) arguments.push_back(valid_utf8(argument));
    Provenance provenance;
    provenance.code_diff = code.diff;
    provenance.values = {
        {"code/version", code.version},
        {"code/commit", code.commit},
        {"code/diff_sha256", code.diff_sha256},
        {"code/build_type", ORRERY_BUILD_TYPE},
        {"code/compiler", std::string("GCC ") + __VERSION__},
        {"code/build_key", ORRERY_BUILD_KEY},
        {"plugin/id", caller.plugin},
        {"plugin/version", caller.plugin_version},
        {"plugin/build_key", caller.plugin_build_key},
        {"library/torch", ORRERY_TORCH_VERSION},
        {"library/cuda", ORRERY_TORCH_CUDA},
        {"library/sqlite", sqlite3_libversion()},
        {"library/hdf5", std::string(std::to_string(H5_VERS_MAJOR)) + "." + std::to_string(H5_VERS_MINOR) + "." +
                             std::to_string(H5_VERS_RELEASE)},
        {"machine/host", platform::host_name()},
        {"machine/system", platform::os_name() + ", " + platform::kernel()},
        {"machine/cpu", platform::cpu_model()},
        {"machine/cores", std::to_string(platform::cpu_count())},
        {"device/id", caller.device},
        {"device/description", caller.device_description},
        {"device/driver", caller.device_driver},
        {"process/arguments", arguments.dump()},
        {"process/threads", std::to_string(caller.threads)},
    };
    // What is kept of the diff is checked by this where its hash is of more.
    if (!code.diff.empty()) provenance.values["code/diff_kept_sha256"] = sha256(code.diff);
    return provenance;
}

} // namespace orrery
