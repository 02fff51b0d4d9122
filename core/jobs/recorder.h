// SPDX-License-Identifier: BSD-3-Clause
// The Run of a job: everything it reports goes into a project.
#pragma once
#include "core/jobs/checkpoint_file.h"
#include "core/project.h"
#include "core/run.h"

#include <memory>
#include <stop_token>
#include <string>

namespace orrery {

// metric and progress push into memory (well under 1 us); a thread writes at least every 250 ms or 1,000 points. When
// that fails (disk full, database locked for a minute) the next call throws that Error, and what couldn't be written is
// kept for one more attempt in flush or at the end.
class ORRERY_API RecordedRun final : public Run {
public:
    // The run was created and begun; `project` outlives this object. `origin`: what it goes on from. A request to stop
    // that the project holds counts like one of `stop`.
    RecordedRun(Project& project, std::string id, std::stop_token stop,
                std::optional<StoredCheckpoint> origin = std::nullopt);
    // Writes what is left, if it can, and removes the scratch folder, unless the run can go on from a checkpoint.
    ~RecordedRun() override;
    RecordedRun(const RecordedRun&) = delete;
    RecordedRun& operator=(const RecordedRun&) = delete;

    void metric(std::string_view key, std::int64_t step, double value) override;
    void progress(double fraction, std::string_view what) override;
    void log(std::string_view line) override; // to stderr, which is jobs/ID.log
    void artifact(std::string_view name, Kind kind, const std::filesystem::path& file) override;
    void input(const std::filesystem::path& file) override;
    void frame(std::string_view channel, const Array& array) override;
    bool checkpoint(std::int64_t step, const std::function<void(std::ostream&)>& write) override;
    std::optional<Checkpoint> resume() override;
    std::filesystem::path scratch() const override;
    std::stop_token stop() const override;
    std::uint64_t seed() const override;
    Device device() const override;

    const std::string& id() const;
    bool has_checkpoint() const; // that it can go on from
    // Everything reported so far is in the database when this returns. Throws Error.
    void flush();
    // flush, then Project::end.
    void finish(const RunEnd& end);

protected:
    Values live_changes(std::int64_t step) override;

private:
    struct Impl;
    std::unique_ptr<Impl> impl_;
};

} // namespace orrery
