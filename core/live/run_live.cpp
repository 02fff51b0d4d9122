// SPDX-License-Identifier: BSD-3-Clause
#include "core/live/run_live.h"

#include "core/experiment.h"
#include "core/platform/disk.h"

#include <fmt/format.h>

namespace orrery {
namespace {

Schema schema_of(const Project& project, const std::string& run) {
    const auto declaration = project.declaration(run);
    return declaration.contains("fields") ? Schema::from_json(declaration.at("fields")) : Schema{};
}

} // namespace

RunLive::RunLive(const Project& project, const RunRow& run)
    : run_(run.id),
      changes_(schema_of(project, run.id), project.live_changes(run.id),
               run.reproduces.empty() ? std::vector<LiveChange>{} : project.live_changes(run.reproduces)) {
    try {
        host_.emplace(run.id);
        frames_.emplace(*host_);
        inbox_.emplace(*host_);
    } catch (const Error& error) {
        platform::write_log_line(fmt::format("The run can't be looked at while it goes on: {}.", error.what()));
    }
}

void RunLive::frame(std::string_view channel, const Array& array, std::int64_t step) noexcept {
    if (frames_) frames_->show(channel, array, step);
}

Values RunLive::changes(std::int64_t step) {
    const bool news = inbox_ && inbox_->news();
    if (!news && changes_.none_at(step)) return {};
    const std::lock_guard lock(taking_);
    if (news)
        for (const auto& [field, value] : inbox_->take())
            if (!changes_.offer(field, value))
                platform::write_log_line(
                    fmt::format("The live field '{}' was not changed to {}: the experiment doesn't accept that.", field,
                                value.dump(-1, ' ', false, nlohmann::json::error_handler_t::replace)));
    auto values = changes_.at(step);
    if (news) inbox_->acknowledge(step);
    return values;
}

void RunLive::write(Project& project) {
    const std::lock_guard one_at_a_time(writing_);
    const auto rows = changes_.unrecorded();
    if (rows.empty()) return;
    project.append_live(run_, rows);
    changes_.recorded(rows.size());
}

} // namespace orrery
