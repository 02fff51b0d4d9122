// SPDX-License-Identifier: BSD-3-Clause
#include "core/memory_run.h"

#include "core/platform/disk.h"

#include <algorithm>
#include <cstring>
#include <mutex>
#include <sstream>
#include <utility>

namespace orrery {

namespace fs = std::filesystem;

struct MemoryRun::Impl {
    mutable std::mutex mutex;
    std::map<std::string, std::map<std::int64_t, double>> metrics;
    std::map<std::string, MemoryArtifact> artifacts;
    std::vector<std::string> log;
    std::vector<fs::path> inputs;
    std::map<std::string, Array> frames;
    Values changes;
    std::function<void(std::int64_t)> look;
    std::optional<std::pair<std::int64_t, std::string>> written; // checkpoint: step and content
    std::optional<std::pair<std::int64_t, std::string>> origin;  // what this run goes on from
    double progress = 0;
    std::stop_source stop;
    std::uint64_t seed = 0;
    Device device;
    fs::path folder = platform::make_temporary_folder("orrery-run-");
    int stored = 0; // names the artifacts' folders: two artifacts may have files of the same name
};

MemoryRun::MemoryRun(std::uint64_t seed, Device device) : impl_(std::make_unique<Impl>()) {
    impl_->seed = seed;
    impl_->device = device;
    fs::create_directories(scratch());
}

MemoryRun::~MemoryRun() {
    std::error_code ignored;
    fs::remove_all(impl_->folder, ignored);
}

void MemoryRun::metric(std::string_view key, std::int64_t step, double value) {
    const std::lock_guard lock(impl_->mutex);
    impl_->metrics[std::string(key)][step] = value;
}

void MemoryRun::progress(double fraction, std::string_view) {
    const std::lock_guard lock(impl_->mutex);
    impl_->progress = fraction;
}

void MemoryRun::log(std::string_view line) {
    const std::lock_guard lock(impl_->mutex);
    impl_->log.emplace_back(line);
}

void MemoryRun::artifact(std::string_view name, Kind kind, const fs::path& file) {
    const std::lock_guard lock(impl_->mutex);
    if (!fs::is_regular_file(file)) throw Error(file.string() + " is not a file, so it can't be stored.");
    const auto folder = impl_->folder / ("artifact-" + std::to_string(impl_->stored++));
    fs::create_directories(folder);
    const auto target = folder / file.filename();
    platform::move_file(file, target);
    impl_->artifacts[std::string(name)] = {kind, target};
}

void MemoryRun::input(const fs::path& file) {
    const std::lock_guard lock(impl_->mutex);
    if (!fs::is_regular_file(file)) throw Error("The file " + file.string() + " can't be read: there is no such file.");
    impl_->inputs.push_back(file);
}

void MemoryRun::frame(std::string_view channel, const Array& array) {
    Array copy(array.shape(), array.type());
    std::memcpy(copy.data(), array.data(), array.bytes());
    const std::lock_guard lock(impl_->mutex);
    impl_->frames.insert_or_assign(std::string(channel), std::move(copy));
}

bool MemoryRun::checkpoint(std::int64_t step, const std::function<void(std::ostream&)>& write) {
    if (!impl_->look && !stop().stop_requested()) return false;
    std::ostringstream stream;
    write(stream);
    {
        const std::lock_guard lock(impl_->mutex);
        impl_->written.emplace(step, std::move(stream).str());
    }
    if (impl_->look) impl_->look(step);
    return true;
}

std::optional<Checkpoint> MemoryRun::resume() {
    if (!impl_->origin) return std::nullopt;
    return Checkpoint{impl_->origin->first, std::make_unique<std::istringstream>(impl_->origin->second)};
}

void MemoryRun::go_on_from(const MemoryRun& other) {
    const std::scoped_lock lock(impl_->mutex, other.impl_->mutex);
    impl_->origin = other.impl_->written;
    if (!impl_->origin) throw Error("The other run wrote no checkpoint, so there is nothing to go on from.");
    impl_->metrics = other.impl_->metrics;
    for (auto& [key, series] : impl_->metrics) series.erase(series.upper_bound(impl_->origin->first), series.end());
    std::erase_if(impl_->metrics, [](const auto& entry) { return entry.second.empty(); });
    fs::copy(other.scratch(), scratch(), fs::copy_options::recursive | fs::copy_options::overwrite_existing);
}

void MemoryRun::on_checkpoint(std::function<void(std::int64_t)> look) { impl_->look = std::move(look); }

void MemoryRun::change(std::string_view field, Value value) {
    const std::lock_guard lock(impl_->mutex);
    impl_->changes.insert_or_assign(std::string(field), std::move(value));
}

Values MemoryRun::live_changes(std::int64_t) {
    const std::lock_guard lock(impl_->mutex);
    return std::exchange(impl_->changes, {});
}

std::map<std::string, Array> MemoryRun::frames() const {
    const std::lock_guard lock(impl_->mutex);
    return impl_->frames;
}

fs::path MemoryRun::scratch() const { return impl_->folder / "scratch"; }
std::stop_token MemoryRun::stop() const { return impl_->stop.get_token(); }
std::uint64_t MemoryRun::seed() const { return impl_->seed; }
Device MemoryRun::device() const { return impl_->device; }
void MemoryRun::request_stop() { impl_->stop.request_stop(); }

std::map<std::string, std::map<std::int64_t, double>> MemoryRun::metrics() const {
    const std::lock_guard lock(impl_->mutex);
    return impl_->metrics;
}

double MemoryRun::last(std::string_view key) const {
    const std::lock_guard lock(impl_->mutex);
    const auto found = impl_->metrics.find(std::string(key));
    if (found != impl_->metrics.end()) return found->second.rbegin()->second;
    std::string names;
    for (const auto& [name, series] : impl_->metrics) names += (names.empty() ? "" : ", ") + name;
    throw Error("The run reported no metric '" + std::string(key) + "'.", "It reported: " + names + ".");
}

std::map<std::string, MemoryArtifact> MemoryRun::artifacts() const {
    const std::lock_guard lock(impl_->mutex);
    return impl_->artifacts;
}

std::vector<std::string> MemoryRun::log_lines() const {
    const std::lock_guard lock(impl_->mutex);
    return impl_->log;
}

std::vector<fs::path> MemoryRun::inputs() const {
    const std::lock_guard lock(impl_->mutex);
    return impl_->inputs;
}

double MemoryRun::progress_fraction() const {
    const std::lock_guard lock(impl_->mutex);
    return impl_->progress;
}

} // namespace orrery
