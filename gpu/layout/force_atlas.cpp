// SPDX-License-Identifier: BSD-3-Clause
#include "core/error.h"
#include "gpu/jet/random.h"
#include "gpu/layout/layout.h"
#include "gpu/layout/layout_kernels.h"
#include "gpu/layout/quadtree.h"
#ifdef ORRERY_CUDA
#include "gpu/layout/repulsion_cuda.h"
#endif
#include "gpu/parallel/team.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <numbers>

namespace orrery::layout {

namespace {

constexpr double local_speed = 0.1, most_speed = 10; // k_s and k_smax of the paper
// Of the layout's radius; where that is more than k_smax it is the limit: large graphs would take long to unfold.
constexpr double farthest_share = 0.1;
constexpr std::size_t part_nodes = 1024;
constexpr std::size_t most_pairs_nodes = 200'000; // on a CUDA device

std::size_t size_of(std::int64_t n) { return static_cast<std::size_t>(n); }

void check_options(const ForceOptions& options) {
    const auto not_negative = [](double value, const char* what) {
        if (!(value >= 0) || !std::isfinite(value))
            throw Error(fmt::format("The layout's {} can't be {}.", what, value), "Give a number from 0.");
    };
    not_negative(options.repulsion, "repulsion");
    not_negative(options.gravity, "gravity");
    not_negative(options.accuracy, "accuracy");
    not_negative(options.tolerance, "tolerance");
    if (options.threads < 1) throw Error(fmt::format("{} threads can't compute anything.", options.threads));
}

} // namespace

std::vector<float> random_positions(std::int32_t nodes, std::uint64_t seed) {
    jet::RandomNumbers random(seed);
    const double radius = std::sqrt(nodes / std::numbers::pi);
    std::vector<float> positions;
    for (std::int32_t i = 0; i < nodes; ++i) {
        const double r = radius * std::sqrt(random.uniform()), angle = 2 * std::numbers::pi * random.uniform();
        positions.push_back(static_cast<float>(r * std::cos(angle)));
        positions.push_back(static_cast<float>(r * std::sin(angle)));
    }
    return positions;
}

struct ForceAtlas2::State {
    State(const Graph& graph, const ForceOptions& given, std::span<const float> start) : options(given) {
        check(graph, "the graph");
        check_options(given);
        Graph bare;
        bare.nodes = graph.nodes;
        bare.edges = graph.edges;
        bare.directed = graph.directed;
        rows = adjacency_of(simplified(bare).graph);
        rows.edge = {};
        const std::size_t n = size_of(graph.nodes);
        for (std::int32_t i = 0; i < graph.nodes; ++i) mass.push_back(static_cast<float>(rows.degree(i) + 1));
        positions.assign(start.begin(), start.end());
        if (start.empty()) positions = random_positions(graph.nodes, given.seed);
        if (positions.size() != 2 * n)
            throw Error(fmt::format("There are {} coordinates for {} nodes.", positions.size(), n), "Give two a node.");
        if (!std::all_of(positions.begin(), positions.end(), [](float x) { return std::isfinite(x); }))
            throw Error("A position of the layout isn't finite.");
        force.assign(2 * n, 0);
        before.assign(2 * n, 0);
        fixed.assign(n, 0);
        parts = static_cast<int>((n + part_nodes - 1) / part_nodes);
        sums.resize(size_of(parts));
        if (given.threads > 1 && parts > 1) team = std::make_shared<Team>(given.threads);
        separate();
        if (start.empty()) balance();
        if (given.cuda >= 0 && n <= most_pairs_nodes) {
#ifdef ORRERY_CUDA
            device = std::make_unique<CudaRepulsion>(given.cuda, mass);
#else
            throw Error("This build has no CUDA kernels.", "Compute on the processor, or build with ORRERY_CUDA=ON.");
#endif
        }
    }

    // Nodes at one place would never part.
    void separate() {
        std::vector<std::pair<float, float>> seen;
        for (std::size_t i = 0; i < mass.size(); ++i) seen.emplace_back(positions[2 * i], positions[2 * i + 1]);
        std::sort(seen.begin(), seen.end());
        if (std::adjacent_find(seen.begin(), seen.end()) == seen.end()) return;
        jet::RandomNumbers random(options.seed);
        for (float& x : positions) x += static_cast<float>((random.uniform() - 0.5) * 1e-2);
    }

    // The energy sum over edges of d^2 / 2 - k_r sum over pairs of m_i m_j log d is stationary under scaling where
    // sum over edges of d^2 = k_r sum over pairs of m_i m_j.
    void balance() {
        double squares = 0, sum = 0, own = 0;
        for (std::size_t i = 0; i < mass.size(); ++i) {
            sum += mass[i];
            own += static_cast<double>(mass[i]) * mass[i];
            for (std::int64_t k = rows.first[i]; k < rows.first[i + 1]; ++k) {
                const std::size_t j = size_of(rows.neighbour[size_of(k)]);
                const double dx = positions[2 * i] - positions[2 * j], dy = positions[2 * i + 1] - positions[2 * j + 1];
                squares += 0.5 * (dx * dx + dy * dy);
            }
        }
        const double scale = std::sqrt(options.repulsion * 0.5 * (sum * sum - own) / squares);
        if (!(scale > 0) || !std::isfinite(scale)) return;
        for (float& x : positions) x *= static_cast<float>(scale);
    }

    template <class Body>
    void each_part(const Body& body) {
        for_parts(team, parts, [&](int part) {
            const std::size_t first = size_of(part) * part_nodes;
            body(size_of(part), first, std::min(first + part_nodes, mass.size()));
        });
    }

    // What acts on the group of points first .. last - 1 of the tree.
    struct List {
        std::vector<float> x, y, mass;
        void clear() {
            x.clear();
            y.clear();
            mass.clear();
        }
    };
    void collect(std::size_t first, std::size_t last, List& list) const {
        const auto [low_x, high_x] = std::minmax_element(tree.x().begin() + static_cast<std::ptrdiff_t>(first),
                                                         tree.x().begin() + static_cast<std::ptrdiff_t>(last));
        const auto [low_y, high_y] = std::minmax_element(tree.y().begin() + static_cast<std::ptrdiff_t>(first),
                                                         tree.y().begin() + static_cast<std::ptrdiff_t>(last));
        const float theta2 = static_cast<float>(options.accuracy * options.accuracy);
        list.clear();
        const std::vector<Cell>& cells = tree.cells();
        for (std::size_t c = 0; c < cells.size();) {
            const Cell& cell = cells[c];
            const float dx = std::max({*low_x - cell.x, 0.0F, cell.x - *high_x}),
                        dy = std::max({*low_y - cell.y, 0.0F, cell.y - *high_y});
            if (cell.size * cell.size < theta2 * (dx * dx + dy * dy)) {
                list.x.push_back(cell.x);
                list.y.push_back(cell.y);
                list.mass.push_back(cell.mass);
                c = size_of(cell.next);
            } else if (cell.leaf) {
                const auto from = static_cast<std::ptrdiff_t>(cell.first), to = static_cast<std::ptrdiff_t>(cell.last);
                list.x.insert(list.x.end(), tree.x().begin() + from, tree.x().begin() + to);
                list.y.insert(list.y.end(), tree.y().begin() + from, tree.y().begin() + to);
                list.mass.insert(list.mass.end(), tree.mass().begin() + from, tree.mass().begin() + to);
                c = size_of(cell.next);
            } else {
                ++c;
            }
        }
    }

    void repel() {
        const Kernels& kernels = kernels_at(0);
        each_part([&](std::size_t, std::size_t first, std::size_t last) {
            thread_local List list;
            for (std::size_t begin = first; begin < last; begin += group) {
                const std::size_t end = std::min(begin + group, last);
                collect(begin, end, list);
                std::array<float, group> x{}, y{}, fx{}, fy{};
                std::copy_n(tree.x().data() + begin, end - begin, x.data());
                std::copy_n(tree.y().data() + begin, end - begin, y.data());
                kernels.repel(
                    {list.x.data(), list.y.data(), list.mass.data(), static_cast<std::int64_t>(list.x.size())},
                    x.data(), y.data(), fx.data(), fy.data());
                for (std::size_t k = begin; k < end; ++k) {
                    const std::size_t i = size_of(tree.order()[k]);
                    const float strength = static_cast<float>(options.repulsion) * mass[i];
                    force[2 * i] = strength * fx[k - begin];
                    force[2 * i + 1] = strength * fy[k - begin];
                }
            }
        });
    }

    struct Sums {
        double swinging = 0, traction = 0, length = 0, square = 0, displacement = 0;
    };

    // Attraction and gravity; how much each part swings.
    void attract() {
        each_part([&](std::size_t part, std::size_t first, std::size_t last) {
            Sums sum;
            for (std::size_t i = first; i < last; ++i) {
                const float x = positions[2 * i], y = positions[2 * i + 1];
                float fx = force[2 * i], fy = force[2 * i + 1];
                for (std::int64_t k = rows.first[i]; k < rows.first[i + 1]; ++k) {
                    const std::size_t j = size_of(rows.neighbour[size_of(k)]);
                    const float dx = positions[2 * j] - x, dy = positions[2 * j + 1] - y;
                    const float d = std::sqrt(dx * dx + dy * dy);
                    sum.length += d;
                    const float pull = options.log_attraction ? (d > 0 ? std::log1p(d) / d : 1) : 1;
                    fx += pull * dx;
                    fy += pull * dy;
                }
                const float distance = std::sqrt(x * x + y * y);
                sum.square += static_cast<double>(distance) * distance;
                float pull = static_cast<float>(options.gravity) * mass[i];
                if (!options.strong_gravity) pull = distance > 0 ? pull / distance : 0;
                fx -= pull * x;
                fy -= pull * y;
                force[2 * i] = fx;
                force[2 * i + 1] = fy;
                const float sx = fx - before[2 * i], sy = fy - before[2 * i + 1], tx = fx + before[2 * i],
                            ty = fy + before[2 * i + 1];
                sum.swinging += static_cast<double>(mass[i]) * std::sqrt(sx * sx + sy * sy);
                sum.traction += static_cast<double>(mass[i]) * 0.5 * std::sqrt(tx * tx + ty * ty);
            }
            sums[part] = sum;
        });
    }

    void move() {
        const double longest = std::max(most_speed, farthest_share * radius);
        each_part([&](std::size_t part, std::size_t first, std::size_t last) {
            double moved = 0;
            for (std::size_t i = first; i < last; ++i) {
                const double fx = force[2 * i], fy = force[2 * i + 1], size = std::sqrt(fx * fx + fy * fy);
                const double sx = fx - before[2 * i], sy = fy - before[2 * i + 1];
                const double swing = std::sqrt(sx * sx + sy * sy);
                double speed = local_speed * progress.speed / (1 + progress.speed * std::sqrt(swing));
                if (speed * size > longest) speed = longest / size;
                if (fixed[i] != 0) speed = 0;
                positions[2 * i] += static_cast<float>(speed * fx);
                positions[2 * i + 1] += static_cast<float>(speed * fy);
                moved += speed * size;
            }
            sums[part].displacement = moved;
        });
    }

    void step() {
        force.swap(before);
#ifdef ORRERY_CUDA
        if (device) {
            device->repel(positions, static_cast<float>(options.repulsion), force);
        } else
#endif
        {
            tree.build(positions, mass);
            repel();
        }
        attract();
        Sums all;
        for (const Sums& s : sums) {
            all.swinging += s.swinging;
            all.traction += s.traction;
            all.length += s.length;
            all.square += s.square;
        }
        radius = mass.empty() ? 0 : std::sqrt(all.square / static_cast<double>(mass.size()));
        // There is no force before the first step.
        const double wanted = all.swinging > 0 ? options.tolerance * all.traction / all.swinging : 1;
        const double most = progress.steps == 0 ? 1 : 1.5 * progress.speed;
        progress.rising = progress.steps == 0 || wanted > most;
        progress.speed = std::min(wanted, most);
        move();
        for (const Sums& s : sums) all.displacement += s.displacement;
        ++progress.steps;
        progress.displacement = mass.empty() ? 0 : all.displacement / static_cast<double>(mass.size());
        progress.edge_length = rows.neighbour.empty() ? 0 : all.length / static_cast<double>(rows.neighbour.size());
    }

    ForceOptions options;
    Adjacency rows;
    std::vector<float> mass;                     // degree + 1
    std::vector<float> positions, force, before; // [nodes][2]
    std::vector<char> fixed;
    Quadtree tree;
    double radius = 0; // root of the mean square distance from the origin
    int parts = 0;
    std::vector<Sums> sums;
    std::shared_ptr<Team> team;
#ifdef ORRERY_CUDA
    std::unique_ptr<CudaRepulsion> device;
#endif
    Progress progress;
};

ForceAtlas2::ForceAtlas2(const Graph& graph, const ForceOptions& options, std::span<const float> positions)
    : state_(std::make_unique<State>(graph, options, positions)) {}
ForceAtlas2::~ForceAtlas2() = default;
ForceAtlas2::ForceAtlas2(ForceAtlas2&&) noexcept = default;
ForceAtlas2& ForceAtlas2::operator=(ForceAtlas2&&) noexcept = default;

const Progress& ForceAtlas2::step() {
    state_->step();
    return state_->progress;
}
const Progress& ForceAtlas2::progress() const { return state_->progress; }
void ForceAtlas2::balance() { state_->balance(); }
std::span<float> ForceAtlas2::positions() { return state_->positions; }
std::span<const float> ForceAtlas2::positions() const { return state_->positions; }

void ForceAtlas2::fix(std::int32_t node, bool fixed) {
    if (node < 0 || size_of(node) >= state_->fixed.size())
        throw Error(fmt::format("There is no node {} to fix among {}.", node, state_->fixed.size()));
    state_->fixed[size_of(node)] = fixed ? 1 : 0;
}

} // namespace orrery::layout
