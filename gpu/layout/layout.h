// SPDX-License-Identifier: BSD-3-Clause
// Positions of a graph's nodes in the plane: ForceAtlas2 step by step, and from the lowest eigenvectors.
//
// Directions, weights, self-loops and repeated edges don't count. Same graph, options and positions: same bits, for any
// number of threads.
#pragma once
#include "core/api.h"
#include "core/graph/graph.h"

#include <cstddef>
#include <cstdint>
#include <memory>
#include <span>
#include <vector>

namespace orrery::layout {

// Random positions [nodes][2] in a disc that gives each node about a unit of area.
ORRERY_API std::vector<float> random_positions(std::int32_t nodes, std::uint64_t seed);

struct ForceOptions {
    double repulsion = 2;        // k_r
    double gravity = 1;          // k_g, towards the origin
    bool strong_gravity = false; // grows with the distance
    bool log_attraction = false; // log(1 + d) instead of d: denser clusters (LinLog)
    double accuracy = 1.2; // theta of Barnes and Hut: a cell counts as a point where its size is below theta times
                           // the distance; 0: every pair
    double tolerance = 1;  // tau: how much swinging is accepted for speed
    int threads = 1;
    std::uint64_t seed = 0; // of the first positions, where none are given
    // A CUDA device that repels every pair exactly, up to 200,000 nodes (beyond them Barnes and Hut's way on the
    // processor is faster); -1: none. Its layouts are others than the processor's, and the same each time.
    int cuda = -1;
};

struct Progress {
    std::int64_t steps = 0;
    double displacement = 0; // mean over the nodes, in the last step
    double edge_length = 0;  // mean over the edges, before it
    double speed = 0;        // s(G)
    bool rising = true;      // s(G) grew as fast as it may: small steps are no sign of rest
    // The mark of a layout at rest.
    bool settled() const { return !rising && displacement <= 0.01 * edge_length; }
};

// ForceAtlas2 (Jacomy, Venturini, Heymann, Bastian, PLoS ONE 9(6), e98679, 2014) with the approximation of Barnes and
// Hut (Nature 324, 446, 1986). One object may be used by one thread at a time.
class ORRERY_API ForceAtlas2 {
public:
    // `positions` [nodes][2], or none for random ones. Throws Error where options, positions or edges make no sense.
    explicit ForceAtlas2(const Graph& graph, const ForceOptions& options = {}, std::span<const float> positions = {});
    ~ForceAtlas2();
    ForceAtlas2(ForceAtlas2&&) noexcept;
    ForceAtlas2& operator=(ForceAtlas2&&) noexcept;

    const Progress& step();
    const Progress& progress() const;
    // Written between steps to drag a node.
    std::span<float> positions();
    std::span<const float> positions() const;
    // Scales the positions about the origin so that edges as a whole pull as much as nodes push: a good beginning for
    // positions of another kind. Random ones begin like that.
    void balance();
    // A fixed node acts on the others, and stays.
    void fix(std::int32_t node, bool fixed);

private:
    struct State;
    std::unique_ptr<State> state_;
};

struct SpectralOptions {
    int threads = 1;
    std::uint64_t seed = 0;
};

// [nodes][2]: of each connected component the eigenvectors of its second and third lowest eigenvalue, scaled to a
// radius that grows with the root of its nodes; components beside each other. Signs are chosen so that the largest
// entry is positive; where the eigenvalues are repeated the axes are arbitrary, but the same each time.
ORRERY_API std::vector<float> spectral_layout(const Graph& graph, const SpectralOptions& options = {});

} // namespace orrery::layout
