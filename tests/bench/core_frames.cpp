// SPDX-License-Identifier: BSD-3-Clause
// Live frames: from run to client, beside what one would do without shared memory (the same bytes through a pipe,
// measured in turn, frame by frame); and whether a client, fast, slow or stopped, slows the run down.
#include "core/error.h"
#include "core/live/frames.h"
#include "tests/bench/measurement.h"

#include <algorithm>
#include <array>
#include <csignal>
#include <cstdio>
#include <cstring>
#include <functional>
#include <numeric>
#include <string>
#include <thread>
#include <vector>

#include <fcntl.h>
#include <sys/wait.h>
#include <unistd.h>

using orrery::platform::monotonic_nanoseconds;
using std::chrono::milliseconds;

namespace orrery::bench {

namespace {

constexpr std::int64_t side = 1024;
constexpr std::size_t frame_bytes = side * side * sizeof(float);

pid_t in_child(const std::function<void()>& body) {
    const pid_t pid = fork();
    if (pid != 0) return pid;
    try {
        body();
    } catch (const std::exception& error) {
        std::fprintf(stderr, "%s\n", error.what());
        _exit(1);
    }
    _exit(0);
}

void end(pid_t pid) {
    kill(pid, SIGKILL);
    waitpid(pid, nullptr, 0);
}

void must(bool ok, const char* what) {
    if (!ok) throw Error(what);
}

void write_all(int descriptor, const void* data, std::size_t bytes) {
    const auto* at = static_cast<const char*>(data);
    while (bytes > 0) {
        const auto count = write(descriptor, at, bytes);
        must(count > 0, "the pipe can't be written");
        at += count;
        bytes -= static_cast<std::size_t>(count);
    }
}

void read_all(int descriptor, void* data, std::size_t bytes) {
    auto* at = static_cast<char*>(data);
    while (bytes > 0) {
        const auto count = read(descriptor, at, bytes);
        must(count > 0, "the pipe can't be read");
        at += count;
        bytes -= static_cast<std::size_t>(count);
    }
}

// The run: at each 'f' it shows a frame, at each 'p' it sends the same through the pipe.
void serve(const std::string& id, int orders, int pipe) {
    LiveHost host(id);
    FrameWriter writer(host);
    Array array({side, side}, DType::float32);
    writer.show("u", array, 0);
    write_all(pipe, "r", 1);
    char order = 0;
    for (std::int64_t step = 1; read(orders, &order, 1) == 1; ++step) {
        array.values<float>()[0] = static_cast<float>(step);
        if (order == 'f') {
            writer.show("u", array, step);
        } else {
            const auto now = monotonic_nanoseconds();
            write_all(pipe, &now, sizeof now);
            write_all(pipe, array.data(), array.bytes());
        }
    }
}

void measure_latency(Report& report, int rounds) {
    const std::string id = "bench" + std::to_string(getpid());
    std::array<int, 2> orders{}, data{};
    must(pipe(orders.data()) == 0 && pipe(data.data()) == 0, "no pipe");
    fcntl(data[1], F_SETPIPE_SZ, 1 << 20); // the largest that any user may have: the peer at its best
    const pid_t run = in_child([&] {
        close(orders[1]);
        serve(id, orders[0], data[1]);
    });
    char ready = 0;
    read_all(data[0], &ready, 1);
    FrameReader reader(id, "u");
    reader.newest();
    std::vector<float> received(side * side);
    std::vector<double> frames, pipes;
    for (int i = 0; i < rounds; ++i) {
        // The order goes out after the client waits, as in a run that goes on by itself.
        std::jthread asks([&] {
            std::this_thread::sleep_for(milliseconds(2));
            write_all(orders[1], "f", 1);
        });
        const auto frame = reader.next(milliseconds(2000));
        const auto now = monotonic_nanoseconds();
        asks.join();
        must(frame.has_value(), "no frame came");
        frames.push_back(static_cast<double>(now - frame->shown) * 1e-6);
        std::jthread asks_again([&] {
            std::this_thread::sleep_for(milliseconds(2));
            write_all(orders[1], "p", 1);
        });
        std::int64_t sent = 0;
        read_all(data[0], &sent, sizeof sent);
        read_all(data[0], received.data(), frame_bytes);
        pipes.push_back(static_cast<double>(monotonic_nanoseconds() - sent) * 1e-6);
    }
    end(run);
    std::vector<double> ratios;
    for (std::size_t i = 0; i < frames.size(); ++i) ratios.push_back(frames[i] / pipes[i]);
    report.add("a frame, from run to client", "ms", frames, at_most(5));
    report.add("99 of 100 of them", "ms", {quantile(frames, 0.99)}, at_most(5));
    report.add("the same bytes through a pipe", "ms", pipes);
    report.add("ratio of both", "", ratios);
}

// Steps a second of a run that works on the array (one pass) and shows it after each step.
double steps_per_second(FrameWriter& writer, Array& array, double seconds) {
    auto values = array.values<float>();
    const auto start = monotonic_nanoseconds();
    std::int64_t steps = 0;
    while (static_cast<double>(monotonic_nanoseconds() - start) < seconds * 1e9) {
        for (auto& value : values) value = value * 0.999f + 0.001f;
        writer.show("u", array, ++steps);
    }
    return static_cast<double>(steps) / (static_cast<double>(monotonic_nanoseconds() - start) * 1e-9);
}

void measure_stall(Report& report, int rounds) {
    const std::string id = "bench" + std::to_string(getpid());
    LiveHost host(id);
    FrameWriter writer(host);
    Array array({side, side}, DType::float32);
    std::array<std::vector<double>, 4>
        rates; // no client, one at 60 frames a second, one as fast as it can, one stopped
    const auto looker = [&](milliseconds pause) {
        return in_child([&] {
            FrameReader reader(id, "u");
            while (true) {
                reader.next(milliseconds(1000));
                std::this_thread::sleep_for(pause);
            }
        });
    };
    for (int round = 0; round < rounds; ++round) {
        rates[0].push_back(steps_per_second(writer, array, 0.5));
        const pid_t window = looker(milliseconds(16));
        rates[1].push_back(steps_per_second(writer, array, 0.5));
        end(window);
        const pid_t fast = looker(milliseconds(0));
        rates[2].push_back(steps_per_second(writer, array, 0.5));
        kill(fast, SIGSTOP);
        rates[3].push_back(steps_per_second(writer, array, 0.5));
        end(fast);
    }
    const char* names[] = {"without a client", "with one at 60 frames a second", "with one as fast as it can",
                           "with one that is stopped"};
    for (std::size_t i = 0; i < rates.size(); ++i) {
        std::vector<double> ratios;
        for (std::size_t k = 0; k < rates[i].size(); ++k) ratios.push_back(rates[i][k] / rates[0][k]);
        report.add(std::string("steps of the run ") + names[i], "/s", rates[i]);
        if (i > 0)
            report.add("as part of those without", "", ratios, i == 3 ? std::optional(at_least(0.9)) : std::nullopt);
    }
}

// Cost of frame() in the caller.
void measure_call(Report& report) {
    LiveHost host("bench" + std::to_string(getpid()));
    FrameWriter writer(host);
    const Array array({side, side}, DType::float32);
    writer.show("u", array, 0);
    constexpr int calls = 200'000;
    const auto start = monotonic_nanoseconds();
    int copied = 0;
    for (int i = 0; i < calls; ++i) copied += writer.show("u", array, i);
    const auto unseen = static_cast<double>(monotonic_nanoseconds() - start) / calls;
    LiveHost other("bench-all" + std::to_string(getpid()));
    FrameWriter all(other, Copying::every);
    all.show("v", array, 0);
    const auto from = monotonic_nanoseconds();
    for (int i = 0; i < 200; ++i) all.show("v", array, i);
    const auto copying = static_cast<double>(monotonic_nanoseconds() - from) / 200;
    report.add("frame() while nobody looks", "us", {unseen * 1e-3});
    report.add("frame() that copies", "us", {copying * 1e-3});
    report.add("frames copied of 200000 that nobody looks at", "", {static_cast<double>(copied)});
}

} // namespace

void measure_frames(Report& report, const Setting& setting) {
    report.section("Frames of 1024 x 1024 float32");
    measure_latency(report, setting.quick ? 30 : 300);
    measure_stall(report, setting.quick ? 1 : 7);
    measure_call(report);
}

} // namespace orrery::bench
