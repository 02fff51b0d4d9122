// SPDX-License-Identifier: BSD-3-Clause
#include "plugins/pinn/training/pde_objective.h"

#include "plugins/pinn/problem/residual_term.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <numeric>

namespace orrery::pinn::training {

namespace {

constexpr std::size_t time_parts = 16; // of causal weights
constexpr std::int64_t most_points = std::int64_t{1} << 32;

std::size_t size_of(int n) { return static_cast<std::size_t>(n); }

Sampling sampling_of(const PdeOptions& options) { return sampling_named(options.sampler); }

jet::Engine make_engine(const PdeNetwork& network, const PdeOptions& options, const std::shared_ptr<Team>& team) {
    return jet::Engine(network.network(), engine_options(options, team));
}

double square_of(std::span<const double> v) { return std::inner_product(v.begin(), v.end(), v.begin(), 0.0); }

} // namespace

PdeObjective::PdeObjective(const PdeNetwork& network, const PdeOptions& options, std::shared_ptr<Team> team)
    : network_(network), problem_(network.problem()), options_(options), weights_(options.weights),
      engine_(make_engine(network, options, team)), probe_(make_engine(network, options, team)) {
    Group equations;
    std::vector<Expression> residuals;
    for (const Equation& e : problem_.equations) {
        equations.names.push_back("equation/" + e.name);
        residuals.push_back(e.residual);
    }
    if (is_nonlocal(problem_)) {
        torus_.emplace(network, torus_grid(problem_, options.points), residuals, options, team);
        groups_.push_back(std::move(equations));
    } else {
        add(std::move(equations), residuals);
    }
    for (const SoftCondition& condition : network.constraints().soft) {
        if (condition.data) {
            add_measurements(condition);
            continue;
        }
        Group group;
        group.kind = Kind::condition;
        group.weight = condition.weight;
        group.face = condition.face;
        for (std::size_t i = 0; i < condition.residuals.size(); ++i) {
            const bool one = condition.residuals.size() == 1;
            group.names.push_back("condition/" + condition.name + (one ? "" : fmt::format("/{}", i + 1)));
        }
        add(std::move(group), condition.residuals);
    }
    if (options.balance != "fixed") balance_.emplace(groups_.size());
    if (options.causality > 0 && problem_.time()) causal_.emplace(time_parts);
    apply_weights();
}

void PdeObjective::add(Group group, const std::vector<Expression>& residuals) {
    const int extra = group.kind == Kind::data ? static_cast<int>(residuals.size()) : 0;
    const int coordinates = static_cast<int>(problem_.coordinates.size());
    const jet::Term term =
        highest_order_of(problem_) > jet::max_order
            ? tensor_term(residuals, coordinates, extra)
            : residual_term(residuals, static_cast<int>(problem_.unknowns.size()), coordinates, extra);
    group.channels = term.channels;
    if (groups_.empty()) probe_.add(term);
    engine_.add(term);
    groups_.push_back(std::move(group));
}

// Extra numbers are the measured values.
void PdeObjective::add_measurements(const SoftCondition& condition) {
    Group group;
    group.kind = Kind::data;
    group.weight = condition.weight;
    const Measurements& data = *condition.data;
    for (const int unknown : data.unknowns) group.names.push_back("data/" + problem_.unknowns[size_of(unknown)]);
    group.count = data.count;
    group.coordinates = data.coordinates;
    group.extra = data.values;
    // Those of this window of time.
    if (const auto time = problem_.time()) {
        const std::size_t rows = problem_.coordinates.size();
        std::vector<double> coordinates, extra;
        std::vector<std::size_t> inside;
        for (std::size_t p = 0; p < data.count; ++p) {
            const double t = data.coordinates[size_of(*time) * data.count + p];
            if (t >= network_.start() && t <= network_.end()) inside.push_back(p);
        }
        for (std::size_t i = 0; i < rows; ++i) {
            for (const std::size_t p : inside) coordinates.push_back(data.coordinates[i * data.count + p]);
        }
        for (std::size_t i = 0; i < data.unknowns.size(); ++i) {
            for (const std::size_t p : inside) extra.push_back(data.values[i * data.count + p]);
        }
        group.count = inside.size();
        group.coordinates = std::move(coordinates);
        group.extra = std::move(extra);
    }
    add(std::move(group), condition.residuals);
    place(groups_.size() - 1);
}

Box PdeObjective::box() const {
    Box box;
    for (const Coordinate& c : problem_.coordinates) {
        box.low.push_back(c.low);
        box.high.push_back(c.high);
    }
    return box;
}

void PdeObjective::place(std::size_t index) {
    const Group& group = groups_[index];
    if (is_on_torus(index)) {
        torus_->set_points(group.coordinates, group.count);
        torus_->set_point_weights(group.point_weights);
        return;
    }
    jet::Points points = network_.points(group.channels, group.coordinates, group.count);
    points.extra = group.extra;
    points.weights = group.point_weights;
    engine_.set_points(term(index), points);
}

std::vector<double> PdeObjective::residuals(std::size_t group, std::span<const double> parameters) {
    return is_on_torus(group) ? torus_->residuals(parameters) : engine_.residuals(term(group), parameters);
}

void PdeObjective::residual_backward(std::size_t group, std::span<const double> parameters,
                                     std::span<const double> grad_residuals, std::span<double> gradient) {
    if (is_on_torus(group)) {
        torus_->residual_backward(parameters, grad_residuals, gradient);
    } else {
        engine_.residual_backward(term(group), parameters, grad_residuals, gradient);
    }
}

// One number a point: the root of the sum of the equations' squares.
std::vector<double> PdeObjective::magnitudes(const PointSet& points, std::span<const double> parameters) {
    probe_.set_points(0, network_.points(groups_[0].channels, points.coordinates, points.count));
    const std::vector<double> residuals = probe_.residuals(0, parameters);
    std::vector<double> magnitude(points.count, 0.0);
    for (std::size_t i = 0; i < residuals.size(); ++i) magnitude[i % points.count] += residuals[i] * residuals[i];
    for (double& m : magnitude) m = std::sqrt(m);
    return magnitude;
}

void PdeObjective::draw(Sampler& sampler, Group& group, std::span<const double> parameters, std::int64_t wanted) {
    if (group.kind == Kind::data) return;
    if (group.kind == Kind::equations) {
        const auto count = static_cast<std::size_t>(wanted);
        PointSet points;
        if (torus_) {
            points = training::draw(torus_->grid(), problem_, sampler, sampling_of(options_));
        } else if (options_.adaptivity > 0 && !parameters.empty() && options_.sampler != "gauss-legendre") {
            AdaptiveOptions adaptive;
            adaptive.power = options_.adaptivity;
            points = sampler.by_residual(
                box(), count, [&](const PointSet& candidates) { return magnitudes(candidates, parameters); }, adaptive);
        } else {
            points = sampler.inside(box(), count, sampling_of(options_));
        }
        group.count = points.count;
        group.coordinates = std::move(points.coordinates);
        group.point_weights = std::move(points.weights);
        return;
    }
    const std::size_t at = size_of(group.face->coordinate);
    const Coordinate& coordinate = problem_.coordinates[at];
    const auto points = sampler.on_face(box(), at, group.face->high ? coordinate.high : coordinate.low,
                                        static_cast<std::size_t>(options_.face_points),
                                        options_.sampler == "gauss-legendre" ? Sampling::sobol : sampling_of(options_));
    group.count = points.count;
    group.coordinates = points.coordinates;
}

void PdeObjective::sample(Sampler& sampler, std::span<const double> parameters, bool many) {
    for (std::size_t g = 0; g < groups_.size(); ++g) {
        draw(sampler, groups_[g], parameters, options_.points * (many ? many_points : 1));
        place(g);
    }
    if (parameters.empty()) return;
    if (balance_ && groups_.size() > 1) balance(sampler, parameters);
    if (causal_) weigh_times(parameters);
}

void PdeObjective::balance(Sampler& sampler, std::span<const double> parameters) {
    std::vector<double> sizes, gradient(parameters.size());
    for (std::size_t g = 0; g < groups_.size(); ++g) {
        std::fill(gradient.begin(), gradient.end(), 0.0);
        const std::size_t count = groups_[g].count * groups_[g].names.size();
        if (options_.balance == "ntk") {
            // |J' v|^2 with random signs v has the trace of J J' as its mean (Hutchinson 1989).
            const PointSet signs = sampler.inside({{-1}, {1}}, std::max<std::size_t>(count, 1), Sampling::uniform);
            std::vector<double> v(count);
            for (std::size_t i = 0; i < count; ++i) v[i] = signs.coordinates[i] < 0 ? -1.0 : 1.0;
            residual_backward(g, parameters, v, gradient);
            sizes.push_back(count == 0 ? 0 : square_of(gradient) / static_cast<double>(count));
        } else {
            std::vector<double> weighted = residuals(g, parameters);
            for (double& r : weighted) r *= 2.0 / static_cast<double>(std::max<std::size_t>(groups_[g].count, 1));
            residual_backward(g, parameters, weighted, gradient);
            sizes.push_back(std::sqrt(square_of(gradient)));
        }
    }
    balance_->update(options_.balance == "ntk" ? ntk_weights(sizes) : gradient_norm_weights(sizes));
    apply_weights();
}

void PdeObjective::weigh_times(std::span<const double> parameters) {
    Group& group = groups_[0];
    const double* times = group.coordinates.data() + size_of(*problem_.time()) * group.count;
    const std::vector<double> values = residuals(0, parameters);
    std::vector<double> squares(time_parts, 0.0), counts(time_parts, 0.0);
    const auto part = [&](std::size_t p) {
        return part_of_time(times[p], network_.start(), network_.end(), time_parts);
    };
    for (std::size_t i = 0; i < values.size(); ++i) squares[part(i % group.count)] += values[i] * values[i];
    for (std::size_t p = 0; p < group.count; ++p) counts[part(p)] += 1;
    for (std::size_t i = 0; i < time_parts; ++i) squares[i] *= options_.causality / std::max(counts[i], 1.0);
    const auto weights = causal_->update(squares);
    group.point_weights.resize(group.count);
    for (std::size_t p = 0; p < group.count; ++p) group.point_weights[p] = weights[part(p)];
    if (torus_) {
        torus_->set_point_weights(group.point_weights);
    } else {
        engine_.set_point_weights(0, group.point_weights);
    }
}

void PdeObjective::set_weights(const LossWeights& weights) {
    weights_ = weights;
    apply_weights();
}

void PdeObjective::apply_weights() {
    for (std::size_t g = 0; g < groups_.size(); ++g) {
        const Group& group = groups_[g];
        double weight = group.kind == Kind::equations   ? weights_.equations
                        : group.kind == Kind::condition ? weights_.conditions * group.weight
                                                        : weights_.data * group.weight;
        if (balance_) weight *= balance_->weights()[g];
        const std::vector<double> weights(group.names.size(), weight);
        if (is_on_torus(g)) {
            torus_->set_weights(weights);
        } else {
            engine_.set_weights(term(g), weights);
        }
    }
}

double PdeObjective::loss(std::span<const double> parameters, std::span<double> gradient) {
    std::fill(gradient.begin(), gradient.end(), 0.0);
    const bool has_terms = groups_.size() > (torus_ ? 1 : 0);
    double value = has_terms ? engine_.loss(parameters, gradient) : 0.0;
    if (torus_) value += torus_->loss(parameters, gradient);
    if (!std::isfinite(value)) bad_parameters_.assign(parameters.begin(), parameters.end());
    return value;
}

std::vector<TermReport> PdeObjective::report(std::span<const double> parameters) {
    loss(parameters, {});
    std::vector<TermReport> list;
    for (std::size_t g = 0; g < groups_.size(); ++g) {
        const auto squares =
            is_on_torus(g) ? std::span<const double>(torus_->mean_squares()) : engine_.mean_squares(term(g));
        for (std::size_t r = 0; r < squares.size(); ++r) list.push_back({groups_[g].names[r], squares[r]});
    }
    return list;
}

std::size_t PdeObjective::residual_count() const {
    std::size_t count = 0;
    for (const Group& group : groups_) count += group.names.size() * group.count;
    return count;
}

// The first residual that is no number or, if there is none, the largest: its square is beyond the numbers.
std::string PdeObjective::describe_failure() {
    std::string sentence = "the parameters are not numbers";
    double largest = -1;
    for (std::size_t g = 0; g < groups_.size() && !bad_parameters_.empty(); ++g) {
        const Group& group = groups_[g];
        const std::vector<double> values = residuals(g, bad_parameters_);
        if (values.empty()) continue;
        auto worst = std::find_if(values.begin(), values.end(), [](double r) { return !std::isfinite(r); });
        const bool finite = worst == values.end();
        if (finite)
            worst = std::max_element(values.begin(), values.end(),
                                     [](double a, double b) { return std::fabs(a) < std::fabs(b); });
        if (finite && std::fabs(*worst) <= largest) continue;
        largest = std::fabs(*worst);
        const auto at = static_cast<std::size_t>(worst - values.begin());
        std::string place;
        for (std::size_t i = 0; i < problem_.coordinates.size(); ++i) {
            place += fmt::format("{}{} = {:.4g}", i == 0 ? "" : ", ", problem_.coordinates[i].name,
                                 group.coordinates[i * group.count + at % group.count]);
        }
        const std::string what = finite               ? fmt::format("{:.3g}, and its square too large,", *worst)
                                 : std::isnan(*worst) ? "not a number"
                                                      : "infinite";
        sentence = fmt::format("the residual of {} is {} at {}", group.names[at / group.count], what, place);
        if (!finite) break;
    }
    return sentence;
}

void PdeObjective::save(StateWriter& state) const {
    state.numbers(std::vector<double>{weights_.equations, weights_.conditions, weights_.data});
    for (const Group& group : groups_) {
        state.integer(static_cast<std::int64_t>(group.count));
        state.numbers(group.coordinates);
        state.integer(group.point_weights.empty() ? 0 : 1);
        state.numbers(group.point_weights);
    }
    if (balance_) balance_->save(state);
    if (causal_) causal_->save(state);
}

void PdeObjective::restore(StateReader& state) {
    std::vector<double> weights(3);
    state.numbers(weights);
    weights_ = {weights[0], weights[1], weights[2]};
    for (std::size_t g = 0; g < groups_.size(); ++g) {
        Group& group = groups_[g];
        const std::int64_t count = state.integer(0, most_points);
        if (group.kind == Kind::data ? count != static_cast<std::int64_t>(group.count)
                                     : count > std::max(options_.points * many_points, options_.face_points * 16))
            state.refuse("it has another number of points");
        group.count = static_cast<std::size_t>(count);
        group.coordinates.resize(group.count * problem_.coordinates.size());
        state.numbers(group.coordinates);
        group.point_weights.resize(state.integer(0, 1) == 1 ? group.count : 0);
        state.numbers(group.point_weights);
        place(g);
    }
    if (balance_) balance_->restore(state);
    if (causal_) causal_->restore(state);
    apply_weights();
}

} // namespace orrery::pinn::training
