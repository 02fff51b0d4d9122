// SPDX-License-Identifier: BSD-3-Clause
#include "plugins/pinn/training/nonlocal_residual.h"

#include "gpu/jet/kernels.h"

#include <ATen/ATen.h>

#include <algorithm>

namespace orrery::pinn::training {

namespace {

constexpr std::size_t tile = 128; // points that the program takes at once

std::size_t size_of(int n) { return static_cast<std::size_t>(n); }

// What is left of a leaf when its operators in space are taken away.
Leaf in_time(Leaf leaf, const TorusGrid& grid) {
    leaf.nonlocal = Nonlocal::none;
    for (const std::size_t i : grid.space) leaf.derivative[i] = 0;
    return leaf;
}

} // namespace

NonlocalResidual::NonlocalResidual(const PdeNetwork& network, const TorusGrid& grid,
                                   std::span<const Expression> residuals, const PdeOptions& options,
                                   std::shared_ptr<Team> team)
    : network_(network), grid_(grid), engine_(network.network(), engine_options(options, std::move(team))),
      coordinates_(network.problem().coordinates.size()) {
    std::vector<Leaf> bases, ordered; // leaves grouped by what they are operators of
    const auto all = [&] {
        std::vector<Leaf> list;
        for (const Expression& e : residuals) {
            const std::vector<Leaf> more = leaves(e);
            list.insert(list.end(), more.begin(), more.end());
        }
        std::sort(list.begin(), list.end());
        list.erase(std::unique(list.begin(), list.end()), list.end());
        return list;
    }();
    for (const Leaf& leaf : all) {
        const Leaf base = in_time(leaf, grid);
        if (std::find(bases.begin(), bases.end(), base) == bases.end()) bases.push_back(base);
    }
    for (const Leaf& base : bases) {
        std::vector<Leaf> of_it;
        std::copy_if(all.begin(), all.end(), std::back_inserter(of_it),
                     [&](const Leaf& leaf) { return in_time(leaf, grid) == base; });
        fields_.push_back({ordered.size(), of_it.size(), TorusOperators(grid, network.problem(), of_it)});
        ordered.insert(ordered.end(), of_it.begin(), of_it.end());
    }
    leaves_ = ordered.size();
    program_ = compile(residuals, static_cast<int>(coordinates_), 0, ordered).program;
    std::vector<jet::Derivative> derivatives;
    for (const Leaf& base : bases) derivatives.push_back(base.derivative);
    const jet::Plan plan = jet::plan(static_cast<int>(coordinates_), derivatives);
    channels_ = plan.channels;
    jet::Term term;
    term.channels = plan.channels;
    for (std::size_t i = 0; i < bases.size(); ++i) term.variables.push_back({bases[i].unknown, plan.rows[i]});
    term.residuals = 0;
    engine_.add(std::move(term));
    weights_.assign(residuals.size(), 1.0);
    mean_squares_.assign(residuals.size(), 0.0);
    const std::size_t code = program_.code.size();
    tile_inputs_.need((coordinates_ + leaves_) * tile);
    tile_input_adjoints_.need(leaves_ * tile);
    values_.need(code * tile);
    adjoints_.need(code * tile);
}

void NonlocalResidual::set_points(const std::vector<double>& coordinates, std::size_t count) {
    count_ = count;
    engine_.set_points(0, network_.points(channels_, coordinates, count));
    inputs_.resize((coordinates_ + leaves_) * count);
    std::copy(coordinates.begin(), coordinates.end(), inputs_.begin());
    residuals_.resize(weights_.size() * count);
    grad_leaves_.resize(leaves_ * count);
    point_weights_.clear();
}

void NonlocalResidual::compute_leaves(std::span<const double> parameters) {
    std::vector<double> variables = engine_.variables(0, parameters);
    std::vector<std::int64_t> shape = {static_cast<std::int64_t>(count_ / grid_.plane()), grid_.n};
    if (grid_.space.size() == 2) shape.push_back(grid_.n);
    for (std::size_t f = 0; f < fields_.size(); ++f) {
        const Field& field = fields_[f];
        const at::Tensor images =
            field.operators.apply(at::from_blob(variables.data() + f * count_, shape, at::kDouble)).contiguous();
        std::copy_n(images.const_data_ptr<double>(), field.count * count_,
                    inputs_.data() + (coordinates_ + field.inputs) * count_);
    }
}

// Fills the residuals or, with their adjoints given, those of the leaves.
void NonlocalResidual::run_program(std::span<const double> grad_residuals) {
    const auto& kernels = jet::kernels_at(0).float64;
    const std::size_t inputs = coordinates_ + leaves_, residuals = weights_.size();
    std::vector<const double*> lines(inputs);
    std::vector<double*> adjoint_lines(inputs, nullptr);
    for (std::size_t i = 0; i < inputs; ++i) lines[i] = tile_inputs_.data() + i * tile;
    for (std::size_t i = 0; i < leaves_; ++i) adjoint_lines[coordinates_ + i] = tile_input_adjoints_.data() + i * tile;
    const jet::ProgramTile<double> program{program_.code.data(),   static_cast<int>(program_.code.size()),
                                           static_cast<int>(tile), lines.data(),
                                           values_.data(),         adjoints_.data(),
                                           adjoint_lines.data()};
    for (std::size_t from = 0; from < count_; from += tile) {
        const std::size_t points = std::min(tile, count_ - from);
        for (std::size_t i = 0; i < inputs; ++i) {
            double* line = tile_inputs_.data() + i * tile;
            std::copy_n(inputs_.data() + i * count_ + from, points, line);
            std::fill(line + points, line + tile, line[points - 1]);
        }
        kernels.run(program);
        const auto output = [&](std::size_t r) { return size_of(program_.outputs[r]) * tile; };
        if (grad_residuals.empty()) {
            for (std::size_t r = 0; r < residuals; ++r)
                std::copy_n(values_.data() + output(r), points, residuals_.data() + r * count_ + from);
            continue;
        }
        std::fill_n(adjoints_.data(), program_.code.size() * tile, 0.0);
        std::fill_n(tile_input_adjoints_.data(), leaves_ * tile, 0.0);
        for (std::size_t r = 0; r < residuals; ++r) {
            for (std::size_t p = 0; p < points; ++p) adjoints_[output(r) + p] += grad_residuals[r * count_ + from + p];
        }
        kernels.run_adjoint(program);
        for (std::size_t i = 0; i < leaves_; ++i)
            std::copy_n(tile_input_adjoints_.data() + i * tile, points, grad_leaves_.data() + i * count_ + from);
    }
}

void NonlocalResidual::pull_back(std::span<const double> parameters, std::span<const double> grad_residuals,
                                 std::span<double> gradient) {
    run_program(grad_residuals);
    std::vector<double> grad_variables(fields_.size() * count_);
    std::vector<std::int64_t> shape = {0, static_cast<std::int64_t>(count_ / grid_.plane()), grid_.n};
    if (grid_.space.size() == 2) shape.push_back(grid_.n);
    for (std::size_t f = 0; f < fields_.size(); ++f) {
        const Field& field = fields_[f];
        shape[0] = static_cast<std::int64_t>(field.count);
        const at::Tensor back =
            field.operators.adjoint(at::from_blob(grad_leaves_.data() + field.inputs * count_, shape, at::kDouble))
                .contiguous();
        std::copy_n(back.const_data_ptr<double>(), count_, grad_variables.data() + f * count_);
    }
    engine_.backward(0, parameters, grad_variables, gradient);
}

double NonlocalResidual::loss(std::span<const double> parameters, std::span<double> gradient) {
    compute_leaves(parameters);
    run_program({});
    std::vector<double> grad_residuals(residuals_.size());
    const double points = static_cast<double>(count_);
    double total = 0;
    for (std::size_t r = 0; r < weights_.size(); ++r) {
        double sum = 0;
        for (std::size_t p = 0; p < count_; ++p) {
            const double residual = residuals_[r * count_ + p];
            const double weighted = (point_weights_.empty() ? 1.0 : point_weights_[p]) * residual;
            sum += weighted * residual;
            grad_residuals[r * count_ + p] = 2 * weights_[r] / points * weighted;
        }
        mean_squares_[r] = sum / points;
        total += weights_[r] * mean_squares_[r];
    }
    if (!gradient.empty()) pull_back(parameters, grad_residuals, gradient);
    return total;
}

std::vector<double> NonlocalResidual::residuals(std::span<const double> parameters) {
    compute_leaves(parameters);
    run_program({});
    return residuals_;
}

void NonlocalResidual::residual_backward(std::span<const double> parameters, std::span<const double> grad_residuals,
                                         std::span<double> gradient) {
    compute_leaves(parameters);
    pull_back(parameters, grad_residuals, gradient);
}

} // namespace orrery::pinn::training
