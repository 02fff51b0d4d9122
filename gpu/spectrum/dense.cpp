// SPDX-License-Identifier: BSD-3-Clause
// All eigenpairs: small matrices side by side in the lanes of vectors, larger ones by LAPACK, one a thread.
#include "core/error.h"
#include "gpu/parallel/aligned.h"
#include "gpu/parallel/team.h"
#include "gpu/spectrum/eigen_kernels.h"
#include "gpu/spectrum/lapack.h"
#include "gpu/spectrum/matrices.h"
#include "gpu/spectrum/spectrum.h"
#ifdef ORRERY_CUDA
#include "gpu/spectrum/spectrum_cuda.h"
#endif

#include <fmt/format.h>

#include <algorithm>
#include <atomic>
#include <cmath>
#include <exception>
#include <mutex>
#include <new>
#include <numeric>
#include <optional>

namespace orrery::spectrum {

namespace {

constexpr std::size_t largest_lane = 128;   // above, blocked LAPACK is faster than lanes that leave the caches
constexpr std::size_t largest_alone = 1000; // above, one matrix is work enough for all threads

// What the exception of a part is, for the thread that waits.
class FirstError {
public:
    template <class Body>
    void guard(const Body& body) {
        try {
            body();
        } catch (...) {
            const std::lock_guard lock(mutex_);
            if (!error_) error_ = std::current_exception();
        }
    }
    void rethrow() const {
        if (error_) std::rethrow_exception(error_);
    }

private:
    std::mutex mutex_;
    std::exception_ptr error_;
};

EigenPairs by_lapack(const Matrices& matrices, std::size_t index) {
    EigenPairs result;
    const std::size_t n = result.n = matrices.size(index);
    result.vectors.resize(n * n);
    result.values.resize(n);
    matrices.fill(index, result.vectors.data(), n, 1);
    eigen_pairs_by_lapack(n, result.vectors, result.values);
    return result;
}

// One lane's pairs, ascending.
void take_pairs(const LaneMatrices& task, int lanes, int lane, EigenPairs& result) {
    const std::size_t n = result.n, rows = static_cast<std::size_t>(task.n), stride = static_cast<std::size_t>(lanes),
                      at = static_cast<std::size_t>(lane);
    std::vector<std::size_t> order(n), rank(n);
    std::iota(order.begin(), order.end(), std::size_t{0});
    const auto value = [&](std::size_t i) { return task.values[i * stride + at]; };
    std::stable_sort(order.begin(), order.end(), [&](std::size_t i, std::size_t j) { return value(i) < value(j); });
    result.values.resize(n);
    result.vectors.resize(n * n);
    for (std::size_t k = 0; k < n; ++k) {
        rank[order[k]] = k;
        result.values[k] = value(order[k]);
    }
    for (std::size_t j = 0; j < n; ++j) {
        const double* row = task.matrix + j * rows * stride + at;
        for (std::size_t i = 0; i < n; ++i) result.vectors[rank[i] * n + j] = row[i * stride];
    }
}

// Matrices of about the same size, as many as there are lanes.
void by_lanes(const Kernels& kernels, const Matrices& matrices, std::span<const std::size_t> indices,
              std::vector<EigenPairs>& results) {
    const auto lanes = static_cast<std::size_t>(kernels.lanes);
    std::size_t n = 0;
    for (const std::size_t index : indices) n = std::max(n, matrices.size(index));
    if (n == 0) return;
    thread_local Aligned<double> memory;
    LaneMatrices task;
    task.n = static_cast<int>(n);
    const std::size_t matrix = n * n * lanes, values = n * lanes;
    memory.need(matrix + values + lane_scratch(task.n, kernels.lanes));
    task.matrix = memory.data();
    task.values = task.matrix + matrix;
    task.scratch = task.values + values;
    std::fill_n(task.matrix, matrix, 0.0);
    for (std::size_t q = 0; q < indices.size(); ++q) matrices.fill(indices[q], task.matrix + q, n * lanes, lanes);
    const bool converged = kernels.solve(task);
    for (std::size_t q = 0; q < indices.size(); ++q) {
        results[indices[q]].n = matrices.size(indices[q]);
        if (converged) {
            take_pairs(task, kernels.lanes, static_cast<int>(q), results[indices[q]]);
        } else {
            results[indices[q]] = by_lapack(matrices, indices[q]);
        }
    }
}

std::vector<EigenPairs> on_processor(const Matrices& matrices, int threads) {
    std::vector<EigenPairs> results(matrices.count());
    const Kernels& kernels = kernels_at(0);
    std::vector<std::size_t> order(matrices.count());
    std::iota(order.begin(), order.end(), std::size_t{0});
    std::stable_sort(order.begin(), order.end(),
                     [&](std::size_t i, std::size_t j) { return matrices.size(i) > matrices.size(j); });
    std::size_t first = 0;
    {
        const LapackThreads all(threads);
        for (; first < order.size() && matrices.size(order[first]) > largest_alone; ++first)
            results[order[first]] = by_lapack(matrices, order[first]);
    }
    // Large ones first: the last parts are then short, and threads end together.
    const auto alone = [&](std::size_t i) { return matrices.size(i) > largest_lane || !matrices.moderate(i); };
    const auto first_small =
        std::stable_partition(order.begin() + static_cast<std::ptrdiff_t>(first), order.end(), alone);
    const std::span<const std::size_t> all(order);
    std::vector<std::span<const std::size_t>> parts;
    while (first < order.size()) {
        const bool lonely = order.begin() + static_cast<std::ptrdiff_t>(first) < first_small;
        const std::size_t count = lonely ? 1 : std::min(order.size() - first, static_cast<std::size_t>(kernels.lanes));
        parts.push_back(all.subspan(first, count));
        first += count;
    }
    FirstError error;
    const auto solve = [&](int part) {
        error.guard([&] {
            const auto indices = parts[static_cast<std::size_t>(part)];
            if (alone(indices[0])) {
                const LapackThreads one(1);
                results[indices[0]] = by_lapack(matrices, indices[0]);
            } else {
                by_lanes(kernels, matrices, indices, results);
            }
        });
    };
    Team team(std::min(threads, static_cast<int>(parts.size())));
    team.run(static_cast<int>(parts.size()), solve);
    error.rethrow();
    return results;
}

#ifdef ORRERY_CUDA
constexpr std::size_t largest_batch = 128'000'000; // numbers in the matrices of one call, a gigabyte

// Matrices of about the same size become one batch; a diagonal block above the spectrum fills them up, so that its
// pairs come last.
void batch_on_cuda(const Matrices& matrices, std::span<const std::size_t> indices, std::size_t n, int device,
                   std::vector<EigenPairs>& results) {
    std::vector<double> batch(indices.size() * n * n), values;
    for (std::size_t b = 0; b < indices.size(); ++b) {
        double* matrix = batch.data() + b * n * n;
        matrices.fill(indices[b], matrix, n, 1);
        double above = 1; // than Gershgorin's bound
        for (std::size_t i = 0; i < n; ++i) {
            for (std::size_t j = 0; j < i; ++j) matrix[j * n + i] = matrix[i * n + j];
        }
        for (std::size_t i = 0; i < n; ++i) {
            double sum = 1;
            for (std::size_t j = 0; j < n; ++j) sum += std::abs(matrix[i * n + j]);
            above = std::max(above, sum);
        }
        for (std::size_t i = matrices.size(indices[b]); i < n; ++i) matrix[i * n + i] = above;
    }
    eigen_batch_on_cuda(device, n, indices.size(), batch, values);
    for (std::size_t b = 0; b < indices.size(); ++b) {
        EigenPairs& result = results[indices[b]];
        result.n = matrices.size(indices[b]);
        result.vectors.resize(result.n * result.n);
        for (std::size_t k = 0; k < result.n; ++k) {
            result.values.push_back(values[b * n + k]);
            std::copy_n(batch.data() + (b * n + k) * n, result.n, result.vectors.data() + k * result.n);
        }
    }
}

std::vector<EigenPairs> on_cuda(const Matrices& matrices, int device) {
    std::vector<EigenPairs> results(matrices.count());
    const auto padded = [&](std::size_t index) {
        const std::size_t n = matrices.size(index), step = n <= 128 ? 8 : 64;
        return (n + step - 1) / step * step;
    };
    std::vector<std::size_t> order(matrices.count());
    std::iota(order.begin(), order.end(), std::size_t{0});
    std::stable_sort(order.begin(), order.end(), [&](std::size_t i, std::size_t j) { return padded(i) < padded(j); });
    for (std::size_t first = 0; first < order.size();) {
        const std::size_t n = padded(order[first]);
        const std::size_t most = std::max<std::size_t>(1, n == 0 ? order.size() : largest_batch / (n * n));
        std::size_t last = first + 1;
        while (last < order.size() && last - first < most && padded(order[last]) == n) ++last;
        if (n > 0) batch_on_cuda(matrices, std::span(order).subspan(first, last - first), n, device, results);
        first = last;
    }
    return results;
}
#endif

std::vector<EigenPairs> solve(const Matrices& matrices, const Options& options) {
    if (options.threads < 1) throw Error(fmt::format("{} threads can't compute anything.", options.threads));
    try {
        if (options.cuda < 0) return on_processor(matrices, options.threads);
#ifdef ORRERY_CUDA
        return on_cuda(matrices, options.cuda);
#else
        throw Error("This build has no CUDA kernels.", "Compute on the processor, or build with ORRERY_CUDA=ON.");
#endif
    } catch (const std::bad_alloc&) {
        throw Error("There is not enough memory for the eigenpairs of these matrices.",
                    "Take fewer or smaller ones, or only the lowest or highest pairs.");
    }
}

// The Laplacian's lower triangle straight from the edges.
class Laplacians : public Matrices {
public:
    explicit Laplacians(std::span<const Graph> graphs) : graphs_(graphs) {
        for (std::size_t i = 0; i < graphs.size(); ++i) check(graphs[i], fmt::format("graph {}", i));
    }
    std::size_t count() const override { return graphs_.size(); }
    std::size_t size(std::size_t index) const override { return static_cast<std::size_t>(graphs_[index].nodes); }
    void fill(std::size_t index, double* to, std::size_t row, std::size_t column) const override {
        for (const Edge& e : graphs_[index].edges) {
            if (e.from == e.to) continue;
            const auto i = static_cast<std::size_t>(std::max(e.from, e.to)),
                       j = static_cast<std::size_t>(std::min(e.from, e.to));
            double& entry = to[i * row + j * column];
            if (entry != 0) continue; // was there before
            entry = -1;
            to[i * (row + column)] += 1;
            to[j * (row + column)] += 1;
        }
    }

private:
    std::span<const Graph> graphs_;
};

class GivenMatrices : public Matrices {
public:
    explicit GivenMatrices(std::span<const std::vector<double>> matrices) : matrices_(matrices) {
        for (std::size_t index = 0; index < matrices.size(); ++index) {
            const std::vector<double>& m = matrices[index];
            const auto n = static_cast<std::size_t>(std::llround(std::sqrt(static_cast<double>(m.size()))));
            if (n * n != m.size()) throw Error(fmt::format("Matrix {} has {} numbers: no square.", index, m.size()));
            for (std::size_t i = 0; i < n; ++i) {
                for (std::size_t j = 0; j <= i; ++j) {
                    if (!std::isfinite(m[i * n + j]))
                        throw Error(fmt::format("Matrix {} holds {} in row {}, column {}.", index, m[i * n + j], i, j),
                                    "Eigenvalues exist of finite numbers only.");
                }
            }
            double largest = 0;
            for (std::size_t i = 0; i < n; ++i) {
                for (std::size_t j = 0; j <= i; ++j) largest = std::max(largest, std::abs(m[i * n + j]));
            }
            sizes_.push_back(n);
            moderate_.push_back(largest == 0 || (largest > 1e-100 && largest < 1e100));
        }
    }
    std::size_t count() const override { return sizes_.size(); }
    std::size_t size(std::size_t index) const override { return sizes_[index]; }
    bool moderate(std::size_t index) const override { return moderate_[index]; }
    void fill(std::size_t index, double* to, std::size_t row, std::size_t column) const override {
        const std::size_t n = sizes_[index];
        for (std::size_t i = 0; i < n; ++i) {
            for (std::size_t j = 0; j <= i; ++j) to[i * row + j * column] = matrices_[index][i * n + j];
        }
    }

private:
    std::span<const std::vector<double>> matrices_;
    std::vector<std::size_t> sizes_;
    std::vector<bool> moderate_;
};

} // namespace

std::vector<double> laplacian(const Graph& graph) {
    const auto n = static_cast<std::size_t>(graph.nodes);
    std::vector<double> result;
    try {
        result.resize(n * n);
    } catch (const std::exception&) { // bad_alloc or length_error
        throw Error(
            fmt::format("A dense Laplacian of {} nodes needs {} GB, which can't be had.", n, n * n / 125'000'000),
            "Ask for the lowest or highest eigenpairs, which need no dense matrix.");
    }
    Laplacians({&graph, 1}).fill(0, result.data(), n, 1);
    for (std::size_t i = 0; i < n; ++i) {
        for (std::size_t j = 0; j < i; ++j) result[j * n + i] = result[i * n + j];
    }
    return result;
}

std::vector<EigenPairs> eigen_pairs(std::span<const Graph> graphs, const Options& options) {
    return solve(Laplacians(graphs), options);
}

std::vector<EigenPairs> eigen_pairs_of(std::span<const std::vector<double>> matrices, const Options& options) {
    return solve(GivenMatrices(matrices), options);
}

std::vector<std::size_t> clusters(std::span<const double> values, double largest) {
    if (!(largest > 0)) {
        largest = 0;
        for (const double value : values) largest = std::max(largest, std::abs(value));
    }
    std::vector<std::size_t> begins;
    for (std::size_t k = 0; k < values.size(); ++k) {
        // Without a scale all values are zero.
        const bool together = k > 0 && (largest == 0 || values[k] - values[k - 1] < 1e-8 * largest);
        if (!together) begins.push_back(k);
    }
    return begins;
}

std::vector<double> projector(const EigenPairs& pairs, std::size_t first, std::size_t last) {
    if (first > last || last > pairs.pairs())
        throw Error(fmt::format("There is no range {} to {} of {} eigenpairs.", first, last, pairs.pairs()));
    const std::size_t n = pairs.n;
    std::vector<double> result(n * n);
    for (std::size_t k = first; k < last; ++k) {
        const auto u = pairs.vector(k);
        for (std::size_t i = 0; i < n; ++i) {
            for (std::size_t j = 0; j < n; ++j) result[i * n + j] += u[i] * u[j];
        }
    }
    return result;
}

} // namespace orrery::spectrum
