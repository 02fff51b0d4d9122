// SPDX-License-Identifier: BSD-3-Clause
#include "core/live/live_inbox.h"

#include <fmt/format.h>

#include <algorithm>
#include <cstring>

namespace orrery {
namespace {

// The newest text and its number; empty while writers are faster than reading, or if it is damaged.
std::pair<std::uint32_t, nlohmann::json> newest_text(const LiveSegment& segment) {
    for (int round = 0; round < 100; ++round) {
        const auto number = segment.change.load(std::memory_order_acquire);
        if (number == 0) return {0, nlohmann::json::array()};
        const auto& place = segment.texts[number % 2];
        const auto size = std::min<std::size_t>(place.size.load(std::memory_order_relaxed), mailbox_bytes);
        const std::string text(place.text, size);
        std::atomic_thread_fence(std::memory_order_acquire);
        if (segment.change.load(std::memory_order_relaxed) != number) continue;
        auto json = nlohmann::json::parse(text, nullptr, false);
        if (!json.is_array()) json = nlohmann::json::array();
        return {number, std::move(json)};
    }
    return {0, nlohmann::json::array()};
}

bool is_entry(const nlohmann::json& entry) {
    return entry.is_array() && entry.size() == 3 && entry[0].is_number_unsigned() && entry[1].is_string();
}

} // namespace

std::vector<std::pair<std::string, nlohmann::json>> LiveInbox::take() {
    const auto [number, entries] = newest_text(host_.segment());
    std::vector<std::pair<std::string, nlohmann::json>> changes;
    const auto seen = seen_.load(std::memory_order_relaxed);
    for (const auto& entry : entries)
        if (is_entry(entry) && entry[0].get<std::uint32_t>() > seen)
            changes.emplace_back(entry[1].get<std::string>(), entry[2]);
    if (number > 0) seen_.store(number, std::memory_order_relaxed);
    return changes;
}

void LiveInbox::acknowledge(std::int64_t step) {
    auto& segment = host_.segment();
    segment.taken_step.store(step, std::memory_order_relaxed);
    segment.taken.store(seen_.load(std::memory_order_relaxed), std::memory_order_release);
    platform::wake_all(segment.taken);
}

std::uint32_t post_live(const LiveView& run, const Values& values) {
    const platform::SharedLock lock(run.id() + ".lock");
    auto& segment = run.segment();
    auto [number, entries] = newest_text(segment);
    number = segment.change.load(std::memory_order_relaxed) + 1;
    auto next = nlohmann::json::array();
    for (const auto& entry : entries)
        if (is_entry(entry) && !values.contains(entry[1].get<std::string>())) next.push_back(entry);
    for (const auto& [field, value] : values) next.push_back({number, field, json_of(value)});
    const auto text = next.dump(-1, ' ', false, nlohmann::json::error_handler_t::replace);
    if (text.size() > mailbox_bytes)
        throw Error(
            fmt::format("the live values are too long: {} bytes in all, {} are possible", text.size(), mailbox_bytes));
    auto& place = segment.texts[number % 2];
    std::memcpy(place.text, text.data(), text.size());
    place.size.store(static_cast<std::uint32_t>(text.size()), std::memory_order_relaxed);
    segment.change.store(number, std::memory_order_release);
    return number;
}

std::optional<std::int64_t> wait_until_taken(const LiveView& run, std::uint32_t change,
                                             std::chrono::milliseconds longest) {
    using namespace std::chrono_literals;
    auto& segment = run.segment();
    const auto until = platform::monotonic_nanoseconds() + std::chrono::nanoseconds(longest).count();
    while (true) {
        const auto taken = segment.taken.load(std::memory_order_acquire);
        if (taken >= change) return segment.taken_step.load(std::memory_order_relaxed);
        const std::chrono::nanoseconds left(until - platform::monotonic_nanoseconds());
        if (left.count() <= 0 || run.ended()) return std::nullopt;
        platform::wait_for_change(segment.taken, taken, std::min<std::chrono::nanoseconds>(left, 100ms));
    }
}

} // namespace orrery
