// SPDX-License-Identifier: BSD-3-Clause
// Measures live frames:  bench_frames prints one JSON document. Aims: a frame of 1024^2 float32 from run to client in
// <= 5 ms; a client that is stopped doesn't slow the run down. The peer is what one would do without shared memory: the
// same bytes through a pipe. Both are measured in turn, frame by frame.
#include "core/frames.h"
#include "core/error.h"

#include <nlohmann/json.hpp>

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

using namespace orrery;
using platform::monotonic_nanoseconds;
using std::chrono::milliseconds;

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

double quantile(std::vector<double> values, double fraction) {
    std::sort(values.begin(), values.end());
    return values[static_cast<std::size_t>(fraction * static_cast<double>(values.size() - 1))];
}

nlohmann::json summary(const std::vector<double>& milliseconds_each) {
    return {{"median_ms", quantile(milliseconds_each, 0.5)},
            {"p99_ms", quantile(milliseconds_each, 0.99)},
            {"max_ms", quantile(milliseconds_each, 1)}};
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

nlohmann::json measure_latency(int rounds) {
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
    return {
        {"frames", rounds},
        {"shared_memory", summary(frames)},
        {"pipe", summary(pipes)},
        {"ratio", {{"median", quantile(ratios, 0.5)}, {"p10", quantile(ratios, 0.1)}, {"p90", quantile(ratios, 0.9)}}}};
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

nlohmann::json measure_stall(int rounds) {
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
    nlohmann::json result;
    const char* names[] = {"none", "60_per_second", "fast", "stopped"};
    for (std::size_t i = 0; i < rates.size(); ++i) {
        std::vector<double> ratios;
        for (std::size_t k = 0; k < rates[i].size(); ++k) ratios.push_back(rates[i][k] / rates[0][k]);
        result[names[i]] = {{"steps_per_s", quantile(rates[i], 0.5)},
                            {"to_none", quantile(ratios, 0.5)},
                            {"to_none_min", quantile(ratios, 0)},
                            {"to_none_max", quantile(ratios, 1)}};
    }
    return result;
}

// Cost of frame() in the caller.
nlohmann::json measure_call() {
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
    return {{"nobody_looks_us", unseen * 1e-3},
            {"copied_of_200000", copied},
            {"copied_us", static_cast<double>(monotonic_nanoseconds() - from) / 200 * 1e-3}};
}

} // namespace

int main() try {
    std::signal(SIGPIPE, SIG_IGN);
    nlohmann::json result;
    result["latency_1024x1024_float32"] = measure_latency(300);
    result["steps_with_client"] = measure_stall(7);
    result["call"] = measure_call();
    std::puts(result.dump(2).c_str());
    return 0;
} catch (const std::exception& error) {
    std::fprintf(stderr, "%s\n", error.what());
    return 1;
}
