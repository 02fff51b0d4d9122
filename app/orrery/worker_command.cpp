// SPDX-License-Identifier: BSD-3-Clause
// worker (internal): live, unrecorded requests over standard input and output.
#include "app/orrery/commands.h"
#include "core/worker/worker_process.h"

#include <memory>

namespace orrery::cli {
namespace {

struct Options {
    std::string device = "auto", project, folder;
};

} // namespace

void add_worker(CLI::App& app, Action& action) {
    auto options = std::make_shared<Options>();
    auto* command = app.add_subcommand("worker", "Internal: runs experiments on request, unrecorded")->group("");
    command->add_option("--device", options->device)->type_name("DEVICE");
    command->add_option("--project", options->project)->type_name("DIR");
    command->add_option("--folder", options->folder)->type_name("DIR");
    command->callback([&action, options] {
        action = [options] { return serve_worker({parse_device(options->device), options->project, options->folder}); };
    });
}

} // namespace orrery::cli
