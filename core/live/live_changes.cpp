// SPDX-License-Identifier: BSD-3-Clause
#include "core/live/live_changes.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <limits>
#include <map>
#include <optional>

namespace orrery {
namespace {

std::optional<Value> value_for(const Schema& schema, const std::string& name, const nlohmann::json& json) {
    const Field* field = schema.find(name);
    if (!field || !field->live) return std::nullopt;
    Problems problems;
    const auto values = schema.parse(nlohmann::json{{name, json}}, problems);
    if (!problems.empty()) return std::nullopt;
    return values.at(name);
}

} // namespace

LiveChanges::LiveChanges(Schema schema, const std::vector<LiveChange>& own, const std::vector<LiveChange>& original)
    : schema_(std::move(schema)) {
    std::map<std::pair<std::int64_t, std::string>, Replayed> all;
    for (const auto* list : {&own, &original}) {
        for (const auto& change : *list) {
            const auto value = value_for(schema_, change.field, change.value);
            if (!value)
                throw Error(
                    fmt::format("the recorded change of '{}' to {} at step {} can't be replayed: the experiment "
                                "has no such live field, or doesn't accept that value",
                                change.field, change.value.dump(), change.step),
                    "the declaration of the experiment has changed since it was recorded");
            all.try_emplace({change.step, change.field},
                            Replayed{change.step, change.field, *value, list == &original});
        }
    }
    for (auto& [key, change] : all) replay_.push_back(std::move(change));
    set_next_replay();
}

void LiveChanges::set_next_replay() {
    next_replay_.store(replayed_ < replay_.size() ? replay_[replayed_].step : std::numeric_limits<std::int64_t>::max(),
                       std::memory_order_relaxed);
}

bool LiveChanges::offer(const std::string& field, const nlohmann::json& value) {
    auto checked = value_for(schema_, field, value);
    if (!checked) return false;
    const std::lock_guard lock(mutex_);
    pending_.insert_or_assign(field, *std::move(checked));
    offered_.store(true, std::memory_order_release);
    return true;
}

// Once for a step and a field: the last value that was taken over there.
void LiveChanges::record(std::int64_t step, const std::string& field, const Value& value) {
    for (auto& change : unrecorded_)
        if (change.step == step && change.field == field) {
            change.value = json_of(value);
            return;
        }
    unrecorded_.push_back({step, field, json_of(value)});
}

Values LiveChanges::at(std::int64_t step) {
    const std::lock_guard lock(mutex_);
    Values values;
    for (; replayed_ < replay_.size() && replay_[replayed_].step <= step; ++replayed_) {
        const auto& change = replay_[replayed_];
        values.insert_or_assign(change.field, change.value);
        if (change.record) record(change.step, change.field, change.value);
    }
    set_next_replay();
    for (auto& [field, value] : pending_) {
        record(step, field, value);
        values.insert_or_assign(field, std::move(value));
    }
    pending_.clear();
    offered_.store(false, std::memory_order_relaxed);
    unrecorded_count_.store(unrecorded_.size(), std::memory_order_release);
    return values;
}

std::vector<LiveChange> LiveChanges::unrecorded() const {
    const std::lock_guard lock(mutex_);
    return unrecorded_;
}

void LiveChanges::recorded(std::size_t count) {
    const std::lock_guard lock(mutex_);
    unrecorded_.erase(unrecorded_.begin(), unrecorded_.begin() + static_cast<std::ptrdiff_t>(count));
    unrecorded_count_.store(unrecorded_.size(), std::memory_order_release);
}

Values check_live(const Schema& schema, const std::vector<std::string>& assignments, Problems& problems) {
    std::vector<std::string> live;
    for (const auto& field : schema.fields)
        if (field.live) live.push_back(field.name);
    const Values all = schema.parse(assignments, problems);
    Values values;
    for (const auto& assignment : assignments) {
        const auto* field = schema.find(assignment.substr(0, assignment.find('=')));
        if (!field) continue; // parse said so
        if (!field->live)
            problems.add(
                field->name,
                live.empty()
                    ? fmt::format("{} can't be changed while the run goes on: the experiment has no live fields",
                                  field->name)
                    : fmt::format("{} can't be changed while the run goes on; live fields are: {}", field->name,
                                  fmt::join(live, ", ")));
        else
            values[field->name] = all.at(field->name);
    }
    return values;
}

} // namespace orrery
