// SPDX-License-Identifier: BSD-3-Clause
#include "gpu/jet/network.h"

#include "gpu/jet/random.h"

#include <cmath>

namespace orrery::jet {

namespace {

std::size_t size_of(int n) { return static_cast<std::size_t>(n); }

} // namespace

std::size_t Network::parameters() const {
    std::size_t total = 0;
    for (const Matrix& m : matrices()) total += m.out * (m.in + 1);
    return total + (adaptive ? size_of(depth) : 0);
}

std::vector<Matrix> Network::matrices() const {
    const std::size_t w = size_of(width);
    std::vector<Matrix> list;
    std::size_t offset = 0;
    const auto add = [&](std::size_t out, std::size_t in) {
        list.push_back({offset, out, in});
        offset += out * (in + 1);
    };
    add(w, features.size());
    for (int l = 1; l < depth; ++l) add(w, w);
    add(size_of(outputs), w);
    if (gated) {
        add(w, features.size());
        add(w, features.size());
    }
    return list;
}

std::vector<Feature> linear_features(const std::vector<double>& low, const std::vector<double>& high) {
    std::vector<Feature> features;
    for (std::size_t i = 0; i < low.size(); ++i) {
        Feature f;
        f.wave.assign(low.size(), 0.0);
        f.wave[i] = 2 / (high[i] - low[i]);
        f.phase = -(high[i] + low[i]) / (high[i] - low[i]);
        features.push_back(f);
    }
    return features;
}

std::vector<double> initial_parameters(const Network& network, std::uint64_t seed) {
    std::vector<double> p(network.parameters(), 0.0);
    RandomNumbers random(seed);
    for (const Matrix& m : network.matrices()) {
        const double deviation = std::sqrt(2.0 / static_cast<double>(m.in + m.out));
        for (std::size_t i = 0; i < m.out * m.in; ++i) p[m.weights + i] = deviation * random.normal();
    }
    if (network.adaptive) {
        for (int l = 1; l <= network.depth; ++l) p[p.size() - size_of(l)] = 1;
    }
    return p;
}

int Channels::count() const {
    int total = 1 + static_cast<int>(collapsed.size());
    for (const Direction& d : directions) total += d.order;
    return total;
}

int Channels::first_of(std::size_t direction) const {
    int channel = 1;
    for (std::size_t d = 0; d < direction; ++d) channel += directions[d].order;
    return channel;
}

} // namespace orrery::jet
