// SPDX-License-Identifier: BSD-3-Clause
// Options and state of Adam where the engine itself takes the steps. C++17.
#pragma once
#include <vector>

namespace orrery::jet {

// Adam (Kingma and Ba, arXiv 1412.6980) with decoupled weight decay (Loshchilov and Hutter, arXiv 1711.05101).
struct AdamOptions {
    double rate = 1e-3, beta1 = 0.9, beta2 = 0.999, epsilon = 1e-8, decay = 0;
};

struct AdamState {
    std::vector<double> first, second; // moments [P]; empty: zero
    long long step = 0;                // steps that were done
};

} // namespace orrery::jet
