// SPDX-License-Identifier: BSD-3-Clause
// What an experiment sees while it runs: where its metrics, progress and artifacts go, and whether it was asked to
// stop.
#pragma once
#include "core/api.h"
#include "core/device.h"
#include "core/error.h"

#include <cstdint>
#include <filesystem>
#include <stop_token>
#include <string>
#include <string_view>

namespace orrery {

enum class Kind { field, particles, graph, image, boxes, table, model, report };
ORRERY_API const char* name_of(Kind kind);
ORRERY_API Kind kind_named(std::string_view name); // throws Error

// Thread-safe; metric, progress and log never wait for the disk; artifact does.
class ORRERY_API Run {
public:
    virtual ~Run();
    // Same key and step again: the last one wins. NaN is a value and is kept.
    virtual void metric(std::string_view key, std::int64_t step, double value) = 0;
    // fraction in [0, 1]; `what` in a few words.
    virtual void progress(double fraction, std::string_view what) = 0;
    // A line in the run's log.
    virtual void log(std::string_view line) = 0;
    // Hashes the file and moves it into the project. The same name again replaces the artifact.
    virtual void artifact(std::string_view name, Kind kind, const std::filesystem::path& file) = 0;
    // Records that the run read this file (SHA-256 into its provenance).
    virtual void input(const std::filesystem::path& file) = 0;
    // A folder for files in the making, on the project's disk; removed at the end.
    virtual std::filesystem::path scratch() const = 0;
    virtual std::stop_token stop() const = 0;
    virtual std::uint64_t seed() const = 0;
    virtual Device device() const = 0;

    // Throws Stopped if a stop was requested.
    void stop_point() const {
        if (stop().stop_requested()) throw Stopped();
    }
};

} // namespace orrery
