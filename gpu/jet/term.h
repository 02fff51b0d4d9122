// SPDX-License-Identifier: BSD-3-Clause
// What the engines share about a term: whether its parts fit together, and what each channel is.
#pragma once
#include "gpu/jet/engine.h"

namespace orrery::jet {

constexpr int most_channels = 64; // of a term

// Channel 0 has order 0 and no direction.
struct ChannelKind {
    int direction = -1, order = 0, collapsed = -1;
};
std::vector<ChannelKind> kinds_of(const Channels& channels);

// Each throws Error where something doesn't fit. `highest` is the order that the engine can take along a direction.
void check(const Network& network);
void check(const Network& network, const Term& term, Precision precision, int highest);
void check(const Network& network, const Term& term, const Points& points);
void check_weights(const Term& term, std::span<const double> weights); // of the residuals

} // namespace orrery::jet
