// SPDX-License-Identifier: BSD-3-Clause
#include "core/live/frames.h"

#include "core/canonical_json.h"
#include "core/error.h"
#include "core/platform/disk.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <cstring>
#include <limits>
#include <new>
#include <utility>

namespace orrery {
namespace {

using platform::monotonic_nanoseconds;
using platform::SharedMemory;

constexpr std::array<char, 8> frame_magic{'O', 'R', 'R', 'F', 'R', 'M', 'E', '\n'};
constexpr std::uint32_t frame_version = 2;
constexpr std::size_t most_dimensions = 8;
constexpr std::uint32_t places = 3;
constexpr std::size_t page = 4096;
constexpr std::int64_t second = 1'000'000'000;
constexpr std::int64_t look_lasts = 2 * second;
constexpr std::int64_t unasked_every = second / 5;
constexpr std::int64_t retry_every = second;
constexpr std::size_t most_unasked_bytes = std::size_t{16} << 20;

// At the beginning of the file ID.CHANNEL.GENERATION; the places follow on page boundaries.
struct FrameSegment {
    std::array<char, 8> magic;
    std::uint32_t version, type, dimensions, place_count;
    std::int64_t shape[most_dimensions];
    std::uint64_t array_bytes, place_bytes;
    char name[64], unit[64], axes[most_dimensions][32];
    double origin[most_dimensions], spacing[most_dimensions]; // all spacings 0: none are given

    struct Place {
        std::atomic<std::uint64_t> state; // twice the frame's number; one less while it is written
        std::atomic<std::int64_t> step;
        std::atomic<std::uint64_t> tag;
        std::atomic<std::int64_t> shown;
    };
    std::atomic<std::uint64_t> newest; // number of the newest frame; 0: none yet
    Place place[places];
};
constexpr std::size_t header_bytes = (sizeof(FrameSegment) + page - 1) / page * page;

std::string segment_name(const std::string& run, std::size_t channel, std::uint32_t generation) {
    return fmt::format("{}.{}.{}", run, channel, generation);
}

template <std::size_t N>
void put_text(char (&target)[N], const std::string& text) {
    std::memset(target, 0, N);
    std::memcpy(target, text.data(), std::min(text.size(), N - 1));
}

// Of what another process wrote: it may lack its end, or be no text.
template <std::size_t N>
std::string get_text(const char (&source)[N]) {
    return valid_utf8(std::string_view(source, strnlen(source, N)));
}

// The names and coordinates of another array.
void describe_as(Array& array, const Array& like) {
    array.name = like.name;
    array.unit = like.unit;
    array.axes = like.axes;
    array.origin = like.origin;
    array.spacing = like.spacing;
}

// What makes a new segment when it changes.
bool same_layout(const Array& a, const Array& b) {
    return a.shape() == b.shape() && a.type() == b.type() && a.name == b.name && a.unit == b.unit && a.axes == b.axes &&
           a.origin == b.origin && a.spacing == b.spacing;
}

} // namespace

// --- writing ---

struct FrameWriter::Channel {
    std::mutex mutex; // of the one who writes; another one at the same time drops its frame
    std::size_t index = 0;
    std::uint32_t generation = 0;
    SharedMemory memory;
    Array layout; // shape, type and names, without data
    std::uint64_t number = 0;
    std::int64_t copied = std::numeric_limits<std::int64_t>::min() / 2; // when, last
    std::int64_t failed = std::numeric_limits<std::int64_t>::min() / 2; // when, last, for want of memory
    bool complained = false;
    FrameSegment& segment() { return *reinterpret_cast<FrameSegment*>(memory.data()); }
};

FrameWriter::FrameWriter(LiveHost& host, Copying copying) : host_(host), copying_(copying) {}

FrameWriter::~FrameWriter() {
    for (const auto& [name, channel] : channels_)
        if (channel->generation > 0)
            platform::remove_shared_memory(segment_name(host_.id(), channel->index, channel->generation));
}

FrameWriter::Channel* FrameWriter::channel_named(std::string_view name) {
    const std::lock_guard lock(mutex_);
    if (const auto found = channels_.find(name); found != channels_.end()) return found->second.get();
    const std::size_t index = channels_.size();
    if (index == most_channels || name.size() > longest_channel_name) {
        if (!std::exchange(complained_, true))
            platform::write_log_line(
                fmt::format("Frames of the channel '{}' can't be shown: a run has at most {} channels, with names of "
                            "at most {} bytes.",
                            name, most_channels, longest_channel_name));
        return nullptr;
    }
    auto made = std::make_unique<Channel>();
    made->index = index;
    auto& shown = host_.segment().channels[index];
    put_text(shown.name, std::string(name));
    host_.segment().channel_count.store(static_cast<std::uint32_t>(index + 1), std::memory_order_release);
    return channels_.emplace(name, std::move(made)).first->second.get();
}

void FrameWriter::make_segment(Channel& channel, const Array& array) {
    if (array.shape().size() > most_dimensions)
        throw Error(fmt::format("it has {} dimensions, more than {}", array.shape().size(), most_dimensions));
    // The old one first: both may not fit. Readers that have it mapped keep it.
    if (channel.memory) platform::remove_shared_memory(segment_name(host_.id(), channel.index, channel.generation));
    channel.memory = {};
    const std::size_t place_bytes = (array.bytes() + page - 1) / page * page;
    channel.memory = SharedMemory::create(segment_name(host_.id(), channel.index, channel.generation + 1),
                                          header_bytes + places * place_bytes);
    auto* made = new (channel.memory.data()) FrameSegment{};
    made->magic = frame_magic;
    made->version = frame_version;
    made->type = static_cast<std::uint32_t>(array.type());
    made->dimensions = static_cast<std::uint32_t>(array.shape().size());
    made->place_count = places;
    std::copy(array.shape().begin(), array.shape().end(), made->shape);
    made->array_bytes = array.bytes();
    made->place_bytes = place_bytes;
    put_text(made->name, array.name);
    put_text(made->unit, array.unit);
    for (std::size_t i = 0; i < std::min(array.axes.size(), array.shape().size()); ++i)
        put_text(made->axes[i], array.axes[i]);
    if (array.origin.size() == array.shape().size() && array.spacing.size() == array.shape().size()) {
        std::copy(array.origin.begin(), array.origin.end(), made->origin);
        std::copy(array.spacing.begin(), array.spacing.end(), made->spacing);
    }
    channel.layout = Array(array.shape(), array.type(), nullptr, nullptr);
    describe_as(channel.layout, array);
    ++channel.generation;
}

void FrameWriter::copy(Channel& channel, const Array& array, std::int64_t step, std::uint64_t tag, std::int64_t now) {
    auto& segment = channel.segment();
    const std::uint64_t number = channel.number + 1;
    auto& place = segment.place[number % places];
    place.state.store(2 * number - 1, std::memory_order_relaxed);
    std::atomic_thread_fence(std::memory_order_release); // the mark before the data
    if (array.bytes() > 0)
        std::memcpy(channel.memory.data() + header_bytes + number % places * segment.place_bytes, array.data(),
                    array.bytes());
    place.step.store(step, std::memory_order_relaxed);
    place.tag.store(tag, std::memory_order_relaxed);
    place.shown.store(now, std::memory_order_relaxed);
    place.state.store(2 * number, std::memory_order_release);
    segment.newest.store(number, std::memory_order_release);
    channel.number = number;
}

bool FrameWriter::show(std::string_view name, const Array& array, std::int64_t step, std::uint64_t tag) noexcept try {
    Channel* channel = channel_named(name);
    if (!channel) return false;
    const std::unique_lock lock(channel->mutex, std::try_to_lock);
    if (!lock) return false;
    auto& live = host_.segment();
    auto& shown = live.channels[channel->index];
    const std::int64_t now = monotonic_nanoseconds();
    const bool asked = shown.asked.load(std::memory_order_relaxed) != 0;
    if (copying_ == Copying::when_looked_at && !asked) {
        const bool looked = now - live.looked.load(std::memory_order_relaxed) < look_lasts;
        if (now - channel->copied < unasked_every || (!looked && array.bytes() > most_unasked_bytes)) return false;
    }
    try {
        if (!channel->memory || !same_layout(channel->layout, array)) {
            if (now - channel->failed < retry_every) return false;
            make_segment(*channel, array);
        }
    } catch (const std::exception& error) {
        channel->failed = now;
        if (!std::exchange(channel->complained, true))
            platform::write_log_line(
                fmt::format("Frames of the channel '{}' are not shown: {}; the run goes on.", name, error.what()));
        return false;
    }
    // Before the copy: who asks while it is made wants the next one.
    shown.asked.store(0, std::memory_order_relaxed);
    copy(*channel, array, step, tag, now);
    shown.generation.store(channel->generation, std::memory_order_release);
    channel->copied = now;
    live.frames.fetch_add(1, std::memory_order_release);
    platform::wake_all(live.frames);
    return true;
} catch (const std::exception&) { // no memory for a few bytes: a frame is not worth ending the run
    return false;
}

// --- reading ---

struct FrameReader::Impl {
    LiveView view;
    std::string channel;
    std::optional<std::size_t> index;
    std::uint32_t generation = 0;
    SharedMemory memory;
    Array layout;
    std::size_t place_bytes = 0;
    std::uint64_t returned = 0;              // number of the last frame
    std::shared_ptr<std::byte[]> buffers[2]; // used again when nobody holds them: fresh memory costs more than a copy
    std::size_t buffer_bytes = 0;

    Impl(std::string run, std::string channel_) : view(std::move(run)), channel(std::move(channel_)) {}
    LiveSegment::Channel* find();
    bool open(std::uint32_t wanted);
    Array fresh_array();
    std::optional<Frame> read(std::uint64_t after);
    void look() { view.segment().looked.store(monotonic_nanoseconds(), std::memory_order_relaxed); }
};

LiveSegment::Channel* FrameReader::Impl::find() {
    auto& segment = view.segment();
    const auto count = std::min<std::size_t>(segment.channel_count.load(std::memory_order_acquire), most_channels);
    for (std::size_t i = 0; !index && i < count; ++i)
        if (get_text(segment.channels[i].name) == channel) index = i;
    return index ? &segment.channels[*index] : nullptr;
}

// Nothing that the file says is believed before it was compared with the file's size.
bool FrameReader::Impl::open(std::uint32_t wanted) {
    SharedMemory opened;
    try {
        opened = SharedMemory::open(segment_name(view.id(), *index, wanted), false, header_bytes);
    } catch (const Error&) { // replaced or removed in this moment
        return false;
    }
    const auto& segment = *reinterpret_cast<const FrameSegment*>(opened.data());
    if (segment.magic != frame_magic || segment.version != frame_version || segment.place_count != places) return false;
    const std::uint32_t type = segment.type, dimensions = segment.dimensions;
    if (type > static_cast<std::uint32_t>(DType::uint8) || dimensions > most_dimensions) return false;
    std::vector<std::int64_t> shape(segment.shape, segment.shape + dimensions);
    std::size_t bytes = size_of(static_cast<DType>(type));
    for (const auto extent : shape)
        if (extent < 0 || __builtin_mul_overflow(bytes, static_cast<std::size_t>(extent), &bytes)) return false;
    const std::size_t stride = (bytes + page - 1) / page * page;
    if (bytes > opened.bytes() || segment.array_bytes != bytes || segment.place_bytes != stride ||
        opened.bytes() != header_bytes + places * stride)
        return false;
    layout = Array(std::move(shape), static_cast<DType>(type), nullptr, nullptr);
    layout.name = get_text(segment.name);
    layout.unit = get_text(segment.unit);
    layout.axes.clear();
    if (segment.axes[0][0] != '\0')
        for (std::uint32_t i = 0; i < dimensions; ++i) layout.axes.push_back(get_text(segment.axes[i]));
    place_bytes = stride;
    const auto usable = [](double spacing) { return std::isfinite(spacing) && spacing > 0; };
    if (std::all_of(segment.spacing, segment.spacing + dimensions, usable) &&
        std::all_of(segment.origin, segment.origin + dimensions, [](double x) { return std::isfinite(x); })) {
        layout.origin.assign(segment.origin, segment.origin + dimensions);
        layout.spacing.assign(segment.spacing, segment.spacing + dimensions);
    }
    memory = std::move(opened);
    generation = wanted;
    return true;
}

Array FrameReader::Impl::fresh_array() {
    const std::size_t bytes = layout.bytes();
    if (buffer_bytes != bytes) {
        for (auto& buffer : buffers) buffer.reset();
        buffer_bytes = bytes;
    }
    auto* free = std::find_if(std::begin(buffers), std::end(buffers), [](const auto& b) { return b.use_count() <= 1; });
    std::shared_ptr<std::byte[]> buffer = free == std::end(buffers) ? nullptr : *free;
    if (!buffer) buffer = std::make_shared_for_overwrite<std::byte[]>(std::max<std::size_t>(bytes, 1));
    if (free != std::end(buffers)) *free = buffer;
    Array array(layout.shape(), layout.type(), std::shared_ptr<void>(buffer, buffer.get()), buffer.get());
    describe_as(array, layout);
    return array;
}

std::optional<Frame> FrameReader::Impl::read(std::uint64_t after) {
    const auto* shown = find();
    if (!shown) return std::nullopt;
    // Each round that fails was overtaken by two frames or a new segment; a run that does that all the time has one for
    // the next call.
    for (int round = 0; round < 100; ++round) {
        const auto now = shown->generation.load(std::memory_order_acquire);
        if (now == 0) return std::nullopt;
        if ((!memory || now != generation) && !open(now)) continue;
        const auto& segment = *reinterpret_cast<const FrameSegment*>(memory.data());
        const auto number = segment.newest.load(std::memory_order_acquire);
        if (number <= after) return std::nullopt;
        const auto& place = segment.place[number % places];
        if (place.state.load(std::memory_order_acquire) != 2 * number) continue;
        Frame frame{fresh_array(), number, place.step.load(std::memory_order_relaxed),
                    place.tag.load(std::memory_order_relaxed), place.shown.load(std::memory_order_relaxed)};
        if (frame.array.bytes() > 0)
            std::memcpy(frame.array.data(), memory.data() + header_bytes + number % places * place_bytes,
                        frame.array.bytes());
        std::atomic_thread_fence(std::memory_order_acquire); // the data before the second look at the mark
        if (place.state.load(std::memory_order_relaxed) != 2 * number) continue;
        returned = std::max(returned, number);
        return frame;
    }
    return std::nullopt;
}

FrameReader::FrameReader(std::string run, std::string channel)
    : impl_(std::make_unique<Impl>(std::move(run), std::move(channel))) {
    impl_->look();
}
FrameReader::FrameReader(FrameReader&&) noexcept = default;
FrameReader& FrameReader::operator=(FrameReader&&) noexcept = default;
FrameReader::~FrameReader() = default;

std::optional<Frame> FrameReader::newest() {
    impl_->look();
    return impl_->read(0);
}

std::optional<Frame> FrameReader::next(std::chrono::milliseconds longest) {
    using namespace std::chrono_literals;
    auto& segment = impl_->view.segment();
    const auto until = monotonic_nanoseconds() + std::chrono::nanoseconds(longest).count();
    while (true) {
        impl_->look();
        const auto seen = segment.frames.load(std::memory_order_acquire);
        const bool over = ended(); // before the last look: what was shown until then counts
        if (auto frame = impl_->read(impl_->returned)) return frame;
        const std::chrono::nanoseconds left(until - monotonic_nanoseconds());
        if (over || left.count() <= 0) return std::nullopt;
        if (auto* shown = impl_->find()) shown->asked.store(1, std::memory_order_relaxed);
        // Short enough to notice a process that was killed.
        platform::wait_for_change(segment.frames, seen, std::min<std::chrono::nanoseconds>(left, 100ms));
    }
}

bool FrameReader::ended() const { return impl_->view.ended(); }

std::vector<std::string> frame_channels(const std::string& run) {
    const LiveView view(run);
    auto& segment = view.segment();
    std::vector<std::string> names;
    const auto count = std::min<std::size_t>(segment.channel_count.load(std::memory_order_acquire), most_channels);
    for (std::size_t i = 0; i < count; ++i)
        if (segment.channels[i].generation.load(std::memory_order_acquire) != 0)
            names.push_back(get_text(segment.channels[i].name));
    return names;
}

} // namespace orrery
