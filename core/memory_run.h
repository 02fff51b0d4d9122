// SPDX-License-Identifier: BSD-3-Clause
// A Run that records nothing: metrics stay in memory, artifacts in a temporary folder. For tests and live requests.
#pragma once
#include "core/run.h"

#include <map>
#include <memory>
#include <stop_token>
#include <string>
#include <vector>

namespace orrery {

struct MemoryArtifact {
    Kind kind = Kind::field;
    std::filesystem::path file; // in the run's temporary folder
};

class ORRERY_API MemoryRun final : public Run {
public:
    explicit MemoryRun(std::uint64_t seed = 0, Device device = {});
    ~MemoryRun() override; // removes the temporary folder with all artifacts
    MemoryRun(const MemoryRun&) = delete;
    MemoryRun& operator=(const MemoryRun&) = delete;

    void metric(std::string_view key, std::int64_t step, double value) override;
    void progress(double fraction, std::string_view what) override;
    void log(std::string_view line) override;
    void artifact(std::string_view name, Kind kind, const std::filesystem::path& file) override;
    void input(const std::filesystem::path& file) override;
    void frame(std::string_view channel, const Array& array) override;
    // Due when a stop was requested, and always after on_checkpoint().
    bool checkpoint(std::int64_t step, const std::function<void(std::ostream&)>& write) override;
    std::optional<Checkpoint> resume() override;
    std::filesystem::path scratch() const override;
    std::stop_token stop() const override;
    std::uint64_t seed() const override;
    Device device() const override;

    void request_stop();
    // From the next call of live() on.
    void change(std::string_view field, Value value);
    // Lets this run go on from the last checkpoint of another one, with what it reported until then and its scratch
    // folder. Throws Error if there was no checkpoint.
    void go_on_from(const MemoryRun& other);
    // Makes every checkpoint due; `look` is called after each with its step, for tests that stop or leave there.
    void on_checkpoint(std::function<void(std::int64_t)> look);
    // The last frame of each channel.
    std::map<std::string, Array> frames() const;
    // Copies of what was reported so far: by key, by step.
    std::map<std::string, std::map<std::int64_t, double>> metrics() const;
    // The value at the largest step. Throws Error naming the reported keys if there is none.
    double last(std::string_view key) const;
    std::map<std::string, MemoryArtifact> artifacts() const;
    std::vector<std::string> log_lines() const;
    std::vector<std::filesystem::path> inputs() const;
    double progress_fraction() const;

protected:
    Values live_changes(std::int64_t step) override;

private:
    struct Impl;
    std::unique_ptr<Impl> impl_;
};

} // namespace orrery
