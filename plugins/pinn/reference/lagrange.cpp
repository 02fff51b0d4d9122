// SPDX-License-Identifier: BSD-3-Clause
#include "plugins/pinn/reference/lagrange.h"

namespace orrery::pinn {

std::vector<TimePanel> panels_up_to(double end, double first, double longest) {
    std::vector<TimePanel> panels;
    double begin = 0, length = std::min(first, end);
    while (begin < end) {
        if (begin + length > end * (1 - 1e-9)) length = end - begin;
        panels.push_back({begin, length});
        begin += length;
        length = std::min(2 * length, longest);
    }
    return panels;
}

std::size_t panel_of(const std::vector<TimePanel>& panels, double t) {
    const auto after = std::upper_bound(panels.begin(), panels.end(), t,
                                        [](double time, const TimePanel& panel) { return time < panel.begin; });
    return static_cast<std::size_t>(std::max<std::ptrdiff_t>(after - panels.begin() - 1, 0));
}

Neighbours::Neighbours(double turns, std::int64_t points) {
    static const std::array<double, nodes> barycentric = [] { // binomial coefficients with alternating signs
        std::array<double, nodes> w{};
        w[0] = 1;
        for (std::size_t j = 1; j < nodes; ++j) {
            w[j] = -w[j - 1] * static_cast<double>(nodes - j) / static_cast<double>(j);
        }
        return w;
    }();
    const double place = (turns - std::floor(turns)) * static_cast<double>(points);
    const auto left = static_cast<std::int64_t>(place) - static_cast<std::int64_t>(nodes / 2 - 1);
    weight = lagrange_weights<nodes>(place - static_cast<double>(left), barycentric,
                                     [](std::size_t j) { return static_cast<double>(j); });
    for (std::size_t m = 0; m < nodes; ++m) {
        index[m] = static_cast<std::size_t>((left + static_cast<std::int64_t>(m) + points) % points);
    }
}

} // namespace orrery::pinn
