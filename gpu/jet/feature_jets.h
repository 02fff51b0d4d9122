// SPDX-License-Identifier: BSD-3-Clause
// Jets of a network's features at a point. Each channel of a feature is a cos(s) + b sin(s) of its angle
// s = wave . x + phase, or a s + b where it is no cosine.
#pragma once
#include "gpu/jet/term.h"

#include <cmath>
#include <numeric>
#include <span>

namespace orrery::jet {

class FeatureJets {
public:
    FeatureJets() = default;
    FeatureJets(const Network& network, const Channels& channels);

    // put(feature, channel, value) for all of them.
    template <class Put>
    void at(std::span<const double> point, Put put) const {
        for (std::size_t f = 0; f < lines_.size(); ++f) {
            const Line& line = lines_[f];
            const auto [first, second] = waves(line, point);
            for (std::size_t c = 0; c < line.a.size(); ++c) put(f, c, line.a[c] * first + line.b[c] * second);
        }
    }

    // gradient [coordinates] of sum get(feature, channel) jet(feature, channel) by the point.
    template <class Get>
    void adjoint(std::span<const double> point, Get get, std::span<double> gradient) const {
        std::fill(gradient.begin(), gradient.end(), 0.0);
        for (std::size_t f = 0; f < lines_.size(); ++f) {
            const Line& line = lines_[f];
            const auto [first, second] = waves(line, point);
            double a = 0, b = 0;
            for (std::size_t c = 0; c < line.a.size(); ++c) {
                a += line.a[c] * get(f, c);
                b += line.b[c] * get(f, c);
            }
            const double by_angle = line.feature.cosine ? b * first - a * second : a;
            for (std::size_t i = 0; i < gradient.size(); ++i) gradient[i] += line.feature.wave[i] * by_angle;
        }
    }

private:
    struct Line {
        Feature feature;
        std::vector<double> a, b; // [channels]
    };
    static std::pair<double, double> waves(const Line& line, std::span<const double> point) {
        const Feature& f = line.feature;
        const double angle = std::inner_product(point.begin(), point.end(), f.wave.begin(), f.phase);
        if (!f.cosine) return {angle, 1.0};
        return {std::cos(angle), std::sin(angle)};
    }
    std::vector<Line> lines_;
};

} // namespace orrery::jet
