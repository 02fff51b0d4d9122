// SPDX-License-Identifier: BSD-3-Clause
// live: changes live fields of a running run. watch (internal): prints the frames that a run shows.
#include "app/orrery/commands.h"
#include "app/orrery/output.h"
#include "core/live/frames.h"
#include "core/live/live_changes.h"
#include "core/live/live_inbox.h"
#include "core/platform/process.h"
#include "core/project.h"

#include <cmath>
#include <cstdio>
#include <limits>
#include <memory>

namespace orrery::cli {
namespace {

using std::chrono::milliseconds;

struct LiveOptions {
    std::string run, project;
    std::vector<std::string> assignments;
    double wait = 1;
    bool json = false;
};

ExitCode change_live(const LiveOptions& options) {
    const auto project = Project::open(project_path(options.project), Access::read);
    const auto row = project.run(project.find(options.run));
    const auto schema = Schema::from_json(project.declaration(row.id).at("fields"));
    Problems problems;
    const auto values = check_live(schema, options.assignments, problems);
    if (!problems.empty()) {
        print_problems("the live fields of " + row.experiment, problems);
        return ExitCode::usage;
    }
    if (row.status != Status::running)
        throw Error(fmt::format("run {} is {}: live fields can be changed only while a run goes on", row.id,
                                name_of(row.status)),
                    "orrery runs lists the runs with their status", ExitCode::usage);
    const LiveView view(row.id);
    const auto change = post_live(view, values);
    const auto step = wait_until_taken(view, change, milliseconds(std::lround(options.wait * 1000)));
    if (options.json) {
        nlohmann::json document{{"run", row.id}, {"values", json_of(values)}, {"step", nullptr}};
        if (step) document["step"] = *step;
        print_json(document);
        return ExitCode::done;
    }
    for (const auto& [field, value] : values) {
        if (step)
            print_text(fmt::format("{} = {} from step {} on", field, text_of(value), *step));
        else
            print_text(fmt::format("{} = {} waits for the run's next step", field, text_of(value)));
    }
    return ExitCode::done;
}

struct WatchOptions {
    std::string run, project, channel;
    std::int64_t frames = 0;
    double timeout = 10;
    bool json = false;
};

struct Summary {
    double min = std::numeric_limits<double>::infinity(), max = -min, mean = 0;
};

template <class T>
Summary summary_of(const Array& array) {
    Summary summary;
    double sum = 0;
    for (const T value : array.values<T>()) {
        const auto number = static_cast<double>(value);
        summary.min = std::min(summary.min, number);
        summary.max = std::max(summary.max, number);
        sum += number;
    }
    summary.mean = sum / static_cast<double>(array.size());
    return summary;
}

Summary summary_of(const Array& array) {
    switch (array.type()) {
    case DType::float32:
        return summary_of<float>(array);
    case DType::float64:
        return summary_of<double>(array);
    case DType::int32:
        return summary_of<std::int32_t>(array);
    case DType::int64:
        return summary_of<std::int64_t>(array);
    case DType::uint8:
        break;
    }
    return summary_of<std::uint8_t>(array);
}

void print_frame(const std::string& channel, const Frame& frame, double latency, bool as_json) {
    const auto summary = summary_of(frame.array);
    if (as_json) {
        const nlohmann::json line{{"channel", channel},
                                  {"number", frame.number},
                                  {"step", frame.step},
                                  {"name", frame.array.name},
                                  {"unit", frame.array.unit},
                                  {"type", name_of(frame.array.type())},
                                  {"shape", frame.array.shape()},
                                  {"min", json_of(Value(summary.min))},
                                  {"max", json_of(Value(summary.max))},
                                  {"mean", json_of(Value(summary.mean))},
                                  {"latency_ms", latency}};
        print_text(line.dump());
    } else {
        std::string shape;
        for (const auto extent : frame.array.shape()) shape += fmt::format("{}{}", shape.empty() ? "" : "x", extent);
        print_text(fmt::format("{:>8}  step {:>8}  {} {} {}  min {}  max {}  mean {}  {:.2f} ms", frame.number,
                               frame.step, channel, name_of(frame.array.type()), shape, short_number(summary.min),
                               short_number(summary.max), short_number(summary.mean), latency));
    }
    std::fflush(stdout);
}

// The channel that was asked for, or the first that the run shows something on.
std::string channel_of(const std::string& run, const WatchOptions& options, const platform::StopSignals& signals) {
    if (!options.channel.empty()) return options.channel;
    const auto until = platform::monotonic_nanoseconds() + std::llround(options.timeout * 1e9);
    const LiveView view(run);
    while (platform::monotonic_nanoseconds() < until && signals.received() == 0 && !view.ended()) {
        const auto seen = view.segment().frames.load();
        if (const auto channels = frame_channels(run); !channels.empty()) return channels.front();
        platform::wait_for_change(view.segment().frames, seen, milliseconds(100));
    }
    return {};
}

ExitCode watch(const WatchOptions& options) {
    const auto project = Project::open(project_path(options.project), Access::read);
    const auto run = project.find(options.run);
    const platform::StopSignals signals;
    const auto channel = channel_of(run, options, signals);
    if (channel.empty())
        throw Error(fmt::format("run {} showed no frame within {} s", run, options.timeout),
                    "not every experiment shows frames; --timeout waits longer");
    FrameReader reader(run, channel);
    auto last = platform::monotonic_nanoseconds();
    for (std::int64_t count = 0; signals.received() == 0 && (options.frames == 0 || count < options.frames);) {
        const auto frame = reader.next(milliseconds(200));
        const auto now = platform::monotonic_nanoseconds();
        if (frame) {
            print_frame(channel, *frame, static_cast<double>(now - frame->shown) * 1e-6, options.json);
            last = now;
            ++count;
        } else if (reader.ended()) {
            break;
        } else if (static_cast<double>(now - last) * 1e-9 > options.timeout) {
            throw Error(fmt::format("run {} showed no frame on '{}' for {} s", run, channel, options.timeout),
                        "--timeout waits longer");
        }
    }
    return ExitCode::done;
}

} // namespace

void add_live(CLI::App& app, Action& action) {
    auto options = std::make_shared<LiveOptions>();
    auto* command = app.add_subcommand("live", "Changes live fields of a run while it goes on");
    command->add_option("run", options->run, "Id, unique prefix of one, or last")->required()->type_name("RUN");
    command->add_option("fields", options->assignments, "name=value ...")->required()->type_name("");
    command->add_option("--project", options->project, "Project")->type_name("DIR");
    command->add_option("--wait", options->wait, "Seconds to wait for the run to take it over (default 1)")
        ->check(CLI::Range(0.0, 86400.0))
        ->type_name("S");
    command->add_flag("--json", options->json, "One JSON document on stdout");
    command->callback([&action, options] { action = [options] { return change_live(*options); }; });
}

void add_watch(CLI::App& app, Action& action) {
    auto options = std::make_shared<WatchOptions>();
    auto* command = app.add_subcommand("watch", "Internal: prints the frames that a run shows")->group("");
    command->add_option("run", options->run)->required()->type_name("RUN");
    command->add_option("--project", options->project, "Project")->type_name("DIR");
    command->add_option("--channel", options->channel, "Default: the first one that shows something")
        ->type_name("NAME");
    command->add_option("--frames", options->frames, "Ends after so many (default 0: when the run ends)")
        ->check(CLI::NonNegativeNumber)
        ->type_name("N");
    command->add_option("--timeout", options->timeout, "Seconds without a frame before it gives up (default 10)")
        ->check(CLI::PositiveNumber)
        ->type_name("S");
    command->add_flag("--json", options->json, "A line of JSON for each frame");
    command->callback([&action, options] { action = [options] { return watch(*options); }; });
}

} // namespace orrery::cli
