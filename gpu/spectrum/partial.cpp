// SPDX-License-Identifier: BSD-3-Clause
// The lowest and highest eigenpairs of large sparse graphs, component by component.
#include "core/error.h"
#include "gpu/spectrum/block_lanczos.h"
#include "gpu/spectrum/gradient_inverse.h"
#include "gpu/spectrum/grounded_factor.h"
#include "gpu/spectrum/lapack.h"
#include "gpu/spectrum/sparse_laplacian.h"
#include "gpu/spectrum/spectrum.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <memory>
#include <new>
#include <numeric>

namespace orrery::spectrum {

namespace {

std::size_t size_of(std::int64_t n) { return static_cast<std::size_t>(n); }

constexpr std::int64_t always_dense = 400; // nodes up to which the dense solver is faster than anything sparse

enum class End { lowest, highest };

// Pairs of one component, of its own nodes.
struct Piece {
    std::size_t component = 0;
    EigenPairs pairs;
};

bool is_dense(std::int64_t nodes, std::int64_t count) {
    return nodes <= always_dense || count * 8 > nodes * (nodes > 4000 ? 2 : 1);
}

// A factor pays where its work is less than that of the Lanczos steps, whose number grows with the length of the graph
// (the lowest eigenvalues of anything like a grid fall with the square of it). Wide graphs are not even tried: counting
// their fill would take longer than the solution.
std::unique_ptr<GroundedFactor> worthwhile_factor(const Component& c, std::int64_t count) {
    const Width width = width_of(c);
    const double nodes = static_cast<double>(width.nodes);
    if (static_cast<double>(width.widest) > 8 * std::sqrt(nodes)) return nullptr;
    auto factor = std::make_unique<GroundedFactor>(c);
    const double steps = 4 * static_cast<double>(std::max<std::int64_t>(width.levels, 10));
    const double of_step = static_cast<double>(block) *
                           (4 * static_cast<double>(c.edges()) + static_cast<double>(c.nodes() * 8 * (count + 64)));
    if (factor->operations() * 10 > steps * of_step || factor->entries() > 60'000'000) return nullptr;
    factor->factorise();
    return factor;
}

class SparseSolver {
public:
    SparseSolver(const Component& c, const PartialOptions& options, const std::shared_ptr<Team>& team)
        : c_(c), options_(options), team_(c.nodes(), team), scale_(std::max<double>(1, largest_bound())) {}

    EigenPairs solve(std::size_t count, End end, PartialReport& report) {
        LanczosOptions lanczos;
        lanczos.seed = options_.seed;
        lanczos.each_step = options_.each_step;
        lanczos.most_steps = options_.most_steps > 0 ? options_.most_steps : 20'000;
        RitzPairs found;
        std::unique_ptr<GroundedFactor> factor;
        if (end == End::lowest) factor = worthwhile_factor(c_, static_cast<std::int64_t>(count));
        const bool uneven = static_cast<double>(c_.largest_degree) > 8 * mean_degree();
        if (factor) {
            ++report.by_factor;
            report.factor_size = std::max(report.factor_size, factor->entries());
            found = by_inverse(count, lanczos, [&](const Block& x, Block& y) { factor->apply(team_, x, y); });
        } else if (end == End::lowest && uneven) {
            ++report.by_gradients;
            GradientInverse inverse(team_, c_);
            found = by_inverse(count, lanczos, [&](const Block& x, Block& y) { inverse.apply(x, y); });
        } else {
            ++report.by_lanczos;
            const double sign = end == End::lowest ? -1 : 1;
            const BlockOperator apply = [&](const Block& x, Block& y) { laplacian(sign, x, y); };
            const double tolerance = std::min(options_.tolerance / 10, 1e-12) * scale_;
            found = largest_pairs(
                team_, apply, count, [&](double, double) { return tolerance; }, lanczos);
        }
        report.steps += found.steps;
        if (!found.complete)
            throw Error(fmt::format("The {} {} eigenpairs of a component of {} nodes did not converge within {} steps.",
                                    count, end == End::lowest ? "lowest" : "highest", c_.nodes(), found.steps),
                        "Ask for fewer pairs, or allow more steps.");
        EigenPairs pairs;
        pairs.n = size_of(c_.nodes());
        pairs.vectors = std::move(found.vectors);
        pairs.values.resize(count);
        check_residuals(pairs, report);
        return pairs;
    }

private:
    double mean_degree() const { return 2 * static_cast<double>(c_.edges()) / static_cast<double>(c_.nodes()); }

    RitzPairs by_inverse(std::size_t count, const LanczosOptions& options, const BlockOperator& inverse) const {
        // What lies below the rounding of a solution, the condition number times 1e-16, can't be asked for; it is
        // rounding along the lowest vectors, which the Laplacian makes small again.
        const Tolerance tolerance = [&](double value, double largest) {
            return std::abs(value) * (1e-12 + 1e-15 * scale_ * largest);
        };
        RitzPairs found = largest_pairs(team_, inverse, count, tolerance, options);
        if (!found.complete) return found;
        return refined(
            team_, inverse, [&](const Block& x, Block& y) { laplacian(1, x, y); }, std::move(found));
    }

    // Anderson and Morley, Linear and Multilinear Algebra 18, 141, 1985: l_max <= max over edges of the degrees' sum.
    double largest_bound() const { return 2.0 * static_cast<double>(c_.largest_degree); }

    void laplacian(double sign, const Block& x, Block& y) const {
        team_.each([&](int, std::int64_t first, std::int64_t last) {
            team_.kernels().laplacian(c_.rows(first, last), sign, 0, x.data(), y.data());
        });
    }

    // Values are Rayleigh quotients, whose error is the square of the residual's.
    void check_residuals(EigenPairs& pairs, PartialReport& report) const {
        const std::size_t n = pairs.n;
        Block x = team_.make(), y = team_.make();
        for (std::size_t begin = 0; begin < pairs.pairs(); begin += block) {
            const std::size_t count = std::min<std::size_t>(block, pairs.pairs() - begin);
            std::fill_n(x.data(), x.size(), 0.0);
            for (std::size_t q = 0; q < count; ++q) {
                for (std::size_t i = 0; i < n; ++i) x[i * block + q] = pairs.vectors[(begin + q) * n + i];
            }
            laplacian(1, x, y);
            const std::array<double, block> values = team_.differences(c_, x);
            for (std::size_t q = 0; q < count; ++q) {
                const double value = values[q];
                double square = 0;
                for (std::size_t i = 0; i < n; ++i) {
                    const double r = y[i * block + q] - value * x[i * block + q];
                    square += r * r;
                }
                pairs.values[begin + q] = value;
                report.residual = std::max(report.residual, std::sqrt(square));
                if (!(std::sqrt(square) <= options_.tolerance * scale_))
                    throw Error(fmt::format("An eigenpair ({:.6g}) of a component of {} nodes has the residual {:.1e}, "
                                            "above the tolerance {:.1e}.",
                                            value, n, std::sqrt(square), options_.tolerance * scale_),
                                "Ask for fewer pairs, or allow a larger residual.");
            }
        }
    }

    const Component& c_;
    const PartialOptions& options_;
    BlockTeam team_;
    double scale_;
};

// The pairs of one component that may be among the wanted ones; the null vector is left out for the lowest.
EigenPairs chosen(EigenPairs all, std::size_t count, End end) {
    const std::size_t skip = end == End::lowest ? 1 : all.pairs() - std::min(count, all.pairs());
    const std::size_t last = std::min(all.pairs(), skip + count);
    EigenPairs result;
    result.n = all.n;
    if (skip >= last) return result;
    const auto rows = [&](std::size_t k) { return all.vectors.begin() + static_cast<std::ptrdiff_t>(k * all.n); };
    const auto value = [&](std::size_t k) { return all.values.begin() + static_cast<std::ptrdiff_t>(k); };
    result.values.assign(value(skip), value(last));
    result.vectors.assign(rows(skip), rows(last));
    return result;
}

EigenPairs null_vector(std::size_t nodes) {
    return {nodes, {0}, std::vector<double>(nodes, 1 / std::sqrt(static_cast<double>(nodes)))};
}

void solve_small(const std::vector<Component>& components, const std::vector<std::size_t>& small, std::size_t count,
                 End end, const PartialOptions& options, std::vector<Piece>& pieces) {
    constexpr std::size_t together = 4096; // the pairs of all at once might not fit
    for (std::size_t begin = 0; begin < small.size(); begin += together) {
        const std::size_t last = std::min(small.size(), begin + together);
        std::vector<Graph> graphs;
        for (std::size_t i = begin; i < last; ++i) graphs.push_back(graph_of(components[small[i]]));
        std::vector<EigenPairs> all = eigen_pairs(graphs, {options.threads, -1});
        for (std::size_t i = begin; i < last; ++i)
            pieces.push_back({small[i], chosen(std::move(all[i - begin]), count, end)});
        if (options.each_step) options.each_step();
    }
}

EigenPairs merged(const std::vector<Component>& components, const std::vector<Piece>& pieces, std::size_t nodes,
                  std::size_t count, End end) {
    struct Place {
        std::size_t piece, pair;
    };
    std::vector<Place> places;
    for (std::size_t p = 0; p < pieces.size(); ++p) {
        for (std::size_t k = 0; k < pieces[p].pairs.pairs(); ++k) places.push_back({p, k});
    }
    const auto value = [&](const Place& place) { return pieces[place.piece].pairs.values[place.pair]; };
    std::stable_sort(places.begin(), places.end(), [&](const Place& a, const Place& b) { return value(a) < value(b); });
    count = std::min(count, places.size());
    const std::size_t first = end == End::lowest ? 0 : places.size() - count;
    EigenPairs result;
    result.n = nodes;
    result.vectors.resize(count * nodes);
    for (std::size_t k = 0; k < count; ++k) {
        const Piece& piece = pieces[places[first + k].piece];
        result.values.push_back(value(places[first + k]));
        const auto u = piece.pairs.vector(places[first + k].pair);
        const std::vector<std::int32_t>& node = components[piece.component].node;
        for (std::size_t i = 0; i < u.size(); ++i) result.vectors[k * nodes + size_of(node[i])] = u[i];
    }
    return result;
}

EigenPairs solve(const Graph& graph, std::int64_t count, End end, const PartialOptions& options,
                 PartialReport& report) {
    if (options.threads < 1) throw Error(fmt::format("{} threads can't compute anything.", options.threads));
    if (count < 0) throw Error(fmt::format("{} eigenpairs can't be asked for.", count));
    const std::vector<Component> components = components_of(graph);
    report.components = static_cast<std::int64_t>(components.size());
    const std::size_t wanted = size_of(std::min<std::int64_t>(count, graph.nodes));
    std::vector<Piece> pieces;
    std::vector<std::size_t> small, large;
    if (end == End::lowest) {
        for (std::size_t i = 0; i < std::min(wanted, components.size()); ++i)
            pieces.push_back({i, null_vector(components[i].node.size())});
    }
    // Besides the null vectors so many.
    const std::size_t rest = wanted - (end == End::lowest ? pieces.size() : 0);
    for (std::size_t i = 0; i < components.size() && rest > 0; ++i) {
        if (end == End::lowest && components[i].nodes() == 1) continue;
        const bool dense = is_dense(components[i].nodes(), static_cast<std::int64_t>(rest));
        (dense ? small : large).push_back(i);
    }
    report.dense = static_cast<std::int64_t>(small.size());
    solve_small(components, small, rest, end, options, pieces);
    const LapackThreads one(1); // for small matrices, and so that no bit depends on the number
    const auto team = options.threads > 1 && !large.empty() ? std::make_shared<Team>(options.threads) : nullptr;
    for (const std::size_t i : large) {
        SparseSolver solver(components[i], options, team);
        pieces.push_back({i, solver.solve(rest, end, report)});
    }
    return merged(components, pieces, size_of(graph.nodes), wanted, end);
}

EigenPairs solve_and_report(const Graph& graph, std::int64_t count, End end, const PartialOptions& options,
                            PartialReport* report) {
    PartialReport local;
    try {
        EigenPairs pairs = solve(graph, count, end, options, report != nullptr ? *report : local);
        return pairs;
    } catch (const std::bad_alloc&) {
        throw Error(fmt::format("There is not enough memory for {} eigenpairs of {} nodes.", count, graph.nodes),
                    "Ask for fewer.");
    }
}

} // namespace

EigenPairs lowest(const Graph& graph, std::int64_t count, const PartialOptions& options, PartialReport* report) {
    return solve_and_report(graph, count, End::lowest, options, report);
}

EigenPairs highest(const Graph& graph, std::int64_t count, const PartialOptions& options, PartialReport* report) {
    return solve_and_report(graph, count, End::highest, options, report);
}

} // namespace orrery::spectrum
