// SPDX-License-Identifier: BSD-3-Clause
// Augmentations compared at equal numbers of edits: what each does to the properties of the graphs of a set.
#pragma once
#include "plugins/graph/augment/judged.h"
#include "plugins/graph/augment/statistics.h"

#include <array>
#include <functional>
#include <optional>
#include <string>
#include <vector>

namespace orrery::graph::augment {

// How many edges of a graph are edited: a share of its edges, or as many as dp-noise does by its own std.
struct Budget {
    std::string name;           // "10", in percent, or "dp"
    std::optional<double> rate; // nothing: dp
};
// "1,5,10,20,dp". Throws Error with a sentence.
std::vector<Budget> budgets_of(const std::string& text);

struct StudyOptions {
    double frequency_ratio = 0.5, probability = 1, std = 2; // of dp-noise
    double mask_probability = 0.5;                          // of dp-mask
    std::uint64_t seed = 0;
    int threads = 1;
};

// dp-noise and dp-mask (also -low: of the lowest eigenvalues), chebyshev, safe-flips (also -free: bridges not
// protected, edges and gaps drawn from one list), drop-edge, add-edge, flips, drop-node until the edges are gone.
std::vector<std::string> study_methods();

// Means over the graphs that a method changed. Differences are absolute.
struct StudyMeans {
    double graphs = 0;                       // that changed
    double no_op_rate = 0;                   // of those of which edits were asked
    double edit_rate = 0;                    // edits over edges
    std::array<double, shape_size> change{}; // of connected: the share of connected graphs after it
    double low_eigenvalues = 0;              // mean |change| of eigenvalues 1 .. 5
};
constexpr std::size_t study_numbers = shape_size + 4;
// Names and values: graphs, no_op_rate, edit_rate, connected, diameter, ..., low_eigenvalues.
const std::array<std::string, study_numbers>& study_names();
std::array<double, study_numbers> numbers_of(const StudyMeans& means);

// One graph changed by a method, for correlations; connected before and after.
struct StudySample {
    double inverse_connectivity = 0, diameter = 0, average_shortest_path = 0; // changes with their sign
};

class Study {
public:
    // Simple graphs without weights, each with at least one edge.
    Study(std::vector<Graph> graphs, const StudyOptions& options);

    struct Result {
        StudyMeans means;
        std::vector<StudySample> samples;
    };
    // Draws are decided by the seed's, the method's and the budget's number.
    Result run(const std::string& method, const Budget& budget, std::size_t seed,
               const std::function<void()>& stop_point = {}) const;
    std::size_t graphs() const { return graphs_.size(); }

private:
    std::vector<std::int64_t> edits_of(const Budget& budget, std::size_t seed) const;
    Augmented by_noise(std::size_t graph, std::size_t seed) const;

    std::vector<Graph> graphs_;
    StudyOptions options_;
    std::vector<spectrum::EigenPairs> pairs_;
    std::vector<Shape> shapes_;
};

} // namespace orrery::graph::augment
