// SPDX-License-Identifier: BSD-3-Clause
// A device whose threads run one after the other: the code of the CUDA engine, on the processor.
#pragma once
#include "gpu/jet/device.h"
#include "gpu/jet/wide_products.h"

#include <cstring>
#include <new>
#include <vector>

namespace jet_test {

using namespace orrery::jet;

// The bodies of a loop forwards, backwards, or the odd ones first: results must not depend on it.
enum class Order { forwards, backwards, odd_first };

template <class Body>
void each_in(Order order, int count, const Body& body) {
    if (order == Order::forwards) {
        for (int i = 0; i < count; ++i) body(i);
    } else if (order == Order::backwards) {
        for (int i = count - 1; i >= 0; --i) body(i);
    } else {
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
        SerialTeam team;
        team.order = order_;
        for (int block = 0; block < launch.blocks; ++block) {
            char* memory = static_cast<char*>(allocate(launch.block_bytes));
            run_block(team, launch.pass, launch.pass.terms, block, launch.blocks, block, memory);
            release(memory);
        }
        ++narrow_runs;
    }
    template <class T>
    void wide(const Launch<T>& launch) {
        SerialWideTeam team;
        team.order = order_;
        run_block(team, launch.pass, launch.terms, 0, 1, launch.blocks, launch.wide_arena);
        ++wide_runs;
    }
    template <class T>
    void finish(const Launch<T>& launch, int blocks) {
        SerialTeam team;
        team.order = order_;
        std::vector<double> scratch(finish_width * finish_parts);
        for (int block = 0; block < blocks; ++block) finish_block(team, launch.pass, block, scratch.data());
    }
    template <class T>
    void scales(const Launch<T>& launch, int blocks) {
        SerialTeam team;
        team.order = order_;
        std::vector<double> scratch(finish_width * finish_parts);
        for (int block = 0; block < blocks; ++block) scale_block(team, launch.pass, block, scratch.data());
    }
    template <class Body>
    void each(int count, const Body& body) {
        each_in(order_, count, body);
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
