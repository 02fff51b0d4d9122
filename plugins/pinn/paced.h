// SPDX-License-Identifier: BSD-3-Clause
// Shows a run's field now and then: at most twenty times a second, and in at most a fiftieth of the time.
#pragma once
#include "core/run.h"

#include <ATen/ATen.h>

#include <chrono>
#include <memory>
#include <numbers>

namespace orrery::pinn {

class Paced {
public:
    // Calls `show` if it is time for it again. The clock decides what is shown, never what is computed.
    template <class Show>
    void operator()(const Show& show) {
        const auto begin = Clock::now();
        if (begin < next_) return;
        show();
        const auto end = Clock::now();
        next_ = end + std::max<Clock::duration>(std::chrono::milliseconds(50), 49 * (end - begin));
    }

private:
    using Clock = std::chrono::steady_clock;
    Clock::time_point next_;
};

// theta [n, n] on the torus [0, 2 pi)^2, of any type and device, as a float32 frame.
inline void show_theta(Run& run, const at::Tensor& theta) {
    auto values = std::make_shared<at::Tensor>(theta.to(at::kCPU, at::kFloat).contiguous());
    Array frame({theta.size(0), theta.size(1)}, DType::float32, values, values->mutable_data_ptr());
    frame.name = "theta";
    frame.axes = {"x", "y"};
    const double spacing = 2 * std::numbers::pi / static_cast<double>(theta.size(0));
    frame.origin = {0, 0};
    frame.spacing = {spacing, spacing};
    run.frame("theta", frame);
}

} // namespace orrery::pinn
