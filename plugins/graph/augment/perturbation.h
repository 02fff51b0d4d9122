// SPDX-License-Identifier: BSD-3-Clause
// Changes of a Laplacian's eigenvalues, and the change P = sum_k delta_k u_k u_k^T of the matrix that they make.
#pragma once
#include "gpu/spectrum/spectrum.h"
#include "plugins/graph/augment/edits.h"
#include "plugins/graph/random.h"

#include <functional>
#include <span>
#include <vector>

namespace orrery::graph::augment {

enum class Band { high, low };

// Pairs that belong together: eigenvalues within 1e-8 of the largest are one, with one change for all.
struct Cluster {
    std::size_t begin = 0, end = 0;
    double value = 0; // mean of its eigenvalues
};

// n_a = floor(r_f n), with room for the rounding of r_f.
std::size_t band_size(double frequency_ratio, std::size_t nodes);

// The clusters that lie wholly within the n_a highest (or lowest) eigenvalues. `pairs` are all, or the highest: then
// one more than n_a at least, so that a cluster that n_a cuts is seen. Zero, whose eigenvectors keep L'1 = 0, is never
// among them.
std::vector<Cluster> clusters_in(const spectrum::EigenPairs& pairs, std::size_t n_a, Band band);
// The same of the eigenvalues [first, last), counted among `pairs`.
std::vector<Cluster> clusters_between(const spectrum::EigenPairs& pairs, std::size_t first, std::size_t last);

// A change of each cluster for each of its pairs; 0 for pairs of no cluster.
std::vector<double> spread(const std::vector<Cluster>& clusters, std::span<const double> of_cluster, std::size_t pairs);

// One change drawn for each cluster, before it is kept from making an eigenvalue negative. Noise: m sigma epsilon with
// m ~ Bernoulli(probability), epsilon ~ N(0, 1). Mask: -m lambda.
std::vector<double> draw_noise(const std::vector<Cluster>& clusters, double probability, double std, Random& random);
std::vector<double> draw_mask(const std::vector<Cluster>& clusters, double probability, Random& random);
// max(0, lambda + scale * drawn) - lambda.
std::vector<double> clamped(const std::vector<Cluster>& clusters, std::span<const double> drawn, double scale = 1);

// The strict upper triangle of P, row by row in [nodes][nodes]; the rest is 0. O(nodes^2) for each pair changed.
void perturbation(const spectrum::EigenPairs& pairs, std::span<const double> delta, std::vector<double>& p);

// P of one set of draws at any scale: a step to another one costs O(nodes^2), and as much again only for each cluster
// that begins or ends to be held at 0.
class ScaledPerturbation {
public:
    // `drawn`: one change for each of the clusters, as clamped() takes it. Both `pairs` and `clusters` must outlive it.
    ScaledPerturbation(const spectrum::EigenPairs& pairs, const std::vector<Cluster>& clusters,
                       std::span<const double> drawn);
    // From then on scale * moving() + rest() is perturbation() of spread(clamped(drawn, scale)), but for rounding.
    void move_to(double scale);
    const std::vector<double>& moving() const { return moving_; }
    const std::vector<double>& rest() const { return rest_; }
    // That sum, for a scale that is moved to.
    std::vector<double> at(double scale);

private:
    const spectrum::EigenPairs& pairs_;
    const std::vector<Cluster>& clusters_;
    std::vector<double> drawn_;
    std::vector<char> held_;            // [clusters]
    std::vector<double> moving_, rest_; // what grows with the scale, and what is held at 0
};

// Calls visit(i, j, P_ij), i < j, for every pair of nodes with |P_ij| >= at_least, and maybe for some below. With
// y_i = (sqrt|delta_k| u_k(i))_k, |P_ij| <= |y_i| |y_j|: nodes whose product is too small are never met, and O(nodes)
// memory is needed for each pair changed.
void for_large_entries(const spectrum::EigenPairs& pairs, std::span<const double> delta, double at_least,
                       const std::function<void(std::int32_t, std::int32_t, double)>& visit);

} // namespace orrery::graph::augment
