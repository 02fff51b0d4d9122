// SPDX-License-Identifier: BSD-3-Clause
// A device on the processor, for the code of the CUDA engine: a block's threads one after the other, or at a time.
#pragma once
#include "gpu/jet/device.h"
#include "gpu/jet/wide_products.h"

#include <barrier>
#include <cstring>
#include <new>
#include <thread>
#include <vector>

namespace jet_test {

using namespace orrery::jet;

// The bodies of a loop forwards, backwards, the odd ones first, or by threads that wait for each other behind it, as
// those of a block do: results must not depend on it.
enum class Order { forwards, backwards, odd_first, at_a_time };

template <class Body>
void each_in(Order order, int count, const Body& body) {
    if (order == Order::forwards) {
        for (int i = 0; i < count; ++i) body(i);
    } else if (order == Order::backwards) {
        for (int i = count - 1; i >= 0; --i) body(i);
    } else if (order == Order::odd_first) {
        for (int i = 1; i < count; i += 2) body(i);
        for (int i = 0; i < count; i += 2) body(i);
    }
}

struct SerialTeam : PanelProducts<SerialTeam> {
    Order order = Order::forwards;
    template <class Body>
    void each(int count, const Body& body) {
        each_in(order, count, body);
    }
};

struct ThreadTeam : PanelProducts<ThreadTeam> {
    int index = 0, threads = 1;
    std::barrier<>* barrier = nullptr;
    template <class Body>
    void each(int count, const Body& body) {
        for (int i = index; i < count; i += threads) body(i);
        barrier->arrive_and_wait();
    }
};

// block(team), by all threads of a team.
template <class Block>
void run_team(Order order, const Block& block) {
    if (order != Order::at_a_time) {
        SerialTeam team;
        team.order = order;
        return block(team);
    }
    constexpr int threads = 3;
    std::barrier<> barrier(threads);
    std::vector<std::thread> running;
    for (int i = 0; i < threads; ++i) {
        running.emplace_back([&, i] {
            ThreadTeam team;
            team.index = i;
            team.threads = threads;
            team.barrier = &barrier;
            block(team);
        });
    }
    for (std::thread& thread : running) thread.join();
}

struct SerialWideTeam : WideProducts<SerialWideTeam> {
    Order order = Order::forwards;
    int device() const { return on_processor; }
    template <class Body>
    void each(int count, const Body& body) {
        each_in(order, count, body);
    }
};

class HostDevice final : public Device {
public:
    // fast: bytes of memory of a block; 0 makes every network a wide one. blocks: that run at a time.
    HostDevice(std::size_t fast, int blocks, Order order = Order::forwards)
        : fast_(fast), blocks_(blocks), order_(order) {}

    void* allocate(std::size_t bytes) override {
        void* memory = ::operator new(bytes, std::align_val_t(256));
        fill(memory, bytes);
        return memory;
    }
    void release(void* memory) override { ::operator delete(memory, std::align_val_t(256)); }
    void upload(void* to, const void* from, std::size_t bytes) override { std::memcpy(to, from, bytes); }
    void download(void* to, const void* from, std::size_t bytes) override { std::memcpy(to, from, bytes); }
    std::size_t block_bytes() const override { return fast_; }
    int blocks_at_a_time(std::size_t, bool) override { return blocks_; }
    void run(const Launch<float>& launch) override { run_launch(*this, launch); }
    void run(const Launch<double>& launch) override { run_launch(*this, launch); }

    template <class T>
    void narrow(const Launch<T>& launch) {
        for (int block = 0; block < launch.blocks; ++block) {
            char* memory = static_cast<char*>(allocate(launch.block_bytes));
            run_team(order_, [&](auto& team) {
                run_block(team, launch.pass, launch.pass.terms, block, launch.blocks, block, memory);
            });
            release(memory);
        }
        ++narrow_runs;
    }
    template <class T>
    void wide(const Launch<T>& launch) {
        SerialWideTeam team;
        team.order = order_ == Order::at_a_time ? Order::forwards : order_;
        run_block(team, launch.pass, launch.terms, 0, 1, launch.blocks, launch.wide_arena);
        ++wide_runs;
    }
    template <class T>
    void finish(const Launch<T>& launch, int blocks) {
        std::vector<double> scratch(finish_width * finish_parts);
        for (int block = 0; block < blocks; ++block)
            run_team(order_, [&](auto& team) { finish_block(team, launch.pass, block, scratch.data()); });
    }
    template <class T>
    void scales(const Launch<T>& launch, int blocks) {
        std::vector<double> scratch(finish_width * finish_parts);
        for (int block = 0; block < blocks; ++block)
            run_team(order_, [&](auto& team) { scale_block(team, launch.pass, block, scratch.data()); });
    }
    template <class Body>
    void each(int count, const Body& body) {
        each_in(order_ == Order::at_a_time ? Order::forwards : order_, count, body);
    }

    int narrow_runs = 0, wide_runs = 0;

private:
    // What was never written is not a number.
    static void fill(void* memory, std::size_t bytes) { std::memset(memory, 0xff, bytes); }

    std::size_t fast_;
    int blocks_;
    Order order_;
};

} // namespace jet_test
