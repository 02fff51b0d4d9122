// SPDX-License-Identifier: BSD-3-Clause
#include "gpu/jet/feature_jets.h"

namespace orrery::jet {

namespace {

double dot(const std::vector<double>& a, const std::vector<double>& b) {
    return std::inner_product(a.begin(), a.end(), b.begin(), 0.0);
}

// a and b of `factor` times the derivative of this order by the angle.
std::pair<double, double> derivative(const Feature& f, int order, double factor) {
    if (!f.cosine) return {order == 0 ? factor : 0.0, order == 1 ? factor : 0.0};
    const double sign = order % 4 == 1 || order % 4 == 2 ? -factor : factor;
    return order % 2 == 0 ? std::pair{sign, 0.0} : std::pair{0.0, sign};
}

} // namespace

FeatureJets::FeatureJets(const Network& network, const Channels& channels) {
    const std::vector<ChannelKind> kinds = kinds_of(channels);
    for (const Feature& feature : network.features) {
        Line line{feature, {}, {}};
        const auto rate = [&](std::size_t direction) {
            return dot(feature.wave, channels.directions[direction].vector);
        };
        for (const ChannelKind& kind : kinds) {
            std::pair<double, double> of{0, 0};
            if (kind.collapsed >= 0) {
                const Collapsed& c = channels.collapsed[static_cast<std::size_t>(kind.collapsed)];
                double second = 0;
                for (std::size_t d = 0; d < c.second.size(); ++d) second += c.second[d] * std::pow(rate(d), 2);
                const auto once = derivative(feature, 1, dot(c.first, feature.wave));
                const auto twice = derivative(feature, 2, second);
                of = {once.first + twice.first, once.second + twice.second};
            } else if (kind.order == 0) {
                of = derivative(feature, 0, 1);
            } else {
                of = derivative(feature, kind.order,
                                std::pow(rate(static_cast<std::size_t>(kind.direction)), kind.order));
            }
            line.a.push_back(of.first);
            line.b.push_back(of.second);
        }
        lines_.push_back(std::move(line));
    }
}

} // namespace orrery::jet
