// SPDX-License-Identifier: BSD-3-Clause
#include "plugins/graph/learn/training.h"

#include "core/error.h"
#include "plugins/graph/random.h"

#include <ATen/ATen.h>
#include <ATen/core/grad_mode.h>
#include <fmt/format.h>
#include <torch/csrc/autograd/autograd.h>

#include <algorithm>
#include <cmath>
#include <numbers>
#include <numeric>

namespace orrery::graph::learn {

namespace {

constexpr double beta1 = 0.9, beta2 = 0.999, epsilon = 1e-8; // Kingma and Ba, ICLR 2015
constexpr std::size_t evaluation_batch = 256;
// What a seed is drawn for.
enum Purpose : std::uint64_t { weights = 1, order, dropout, signs, augmentation };

at::Device device_of(int cuda) {
    return cuda < 0 ? at::Device(at::kCPU) : at::Device(at::kCUDA, static_cast<at::DeviceIndex>(cuda));
}

void save_tensor(StateWriter& state, const at::Tensor& tensor) {
    const at::Tensor wide = tensor.to(at::kCPU, at::kDouble).contiguous();
    state.numbers({wide.const_data_ptr<double>(), static_cast<std::size_t>(wide.numel())});
}

void restore_tensor(StateReader& state, at::Tensor& tensor) {
    at::Tensor wide = at::empty(tensor.sizes(), at::kDouble);
    state.numbers({wide.mutable_data_ptr<double>(), static_cast<std::size_t>(wide.numel())});
    tensor.copy_(wide);
}

// Mean over the graphs of -sum_c target_c log p_c.
at::Tensor cross_entropy(const at::Tensor& logits, const at::Tensor& target) {
    return -(target * at::log_softmax(logits, 1)).sum() /
           static_cast<double>(std::max<std::int64_t>(1, logits.size(0)));
}

std::int64_t count_correct(const at::Tensor& logits, const at::Tensor& target) {
    return at::eq(logits.argmax(1), target.argmax(1)).sum().item<std::int64_t>();
}

// Stretches of about `size`; a last one of a single graph joins the one before, for batch normalisation's sake.
std::vector<std::span<const std::int64_t>> batches_of(std::span<const std::int64_t> order, std::size_t size) {
    std::vector<std::span<const std::int64_t>> batches;
    for (std::size_t begin = 0; begin < order.size();) {
        std::size_t end = std::min(begin + size, order.size());
        if (end + 1 == order.size()) end = order.size();
        batches.push_back(order.subspan(begin, end - begin));
        begin = end;
    }
    return batches;
}

} // namespace

double TrainingOptions::rate_at(std::int64_t done) const {
    switch (schedule) {
    case Schedule::constant:
        return rate;
    case Schedule::step:
        return rate * std::pow(step_factor, static_cast<double>(done / step_epochs));
    case Schedule::cosine:
        return rate * 0.5 * (1 + std::cos(std::numbers::pi * static_cast<double>(done) / static_cast<double>(epochs)));
    }
    return rate;
}

std::vector<std::int64_t> epoch_order(std::size_t graphs, std::uint64_t seed, std::int64_t done) {
    std::vector<std::int64_t> order(graphs);
    std::iota(order.begin(), order.end(), 0);
    Random random(seed_of({seed, Purpose::order, static_cast<std::uint64_t>(done)}));
    random.shuffle(order);
    return order;
}

Training::Training(const DataSet& data, Split split, const TrainingOptions& options, std::uint64_t seed,
                   Augment augment)
    : data_(data), split_(std::move(split)), options_(options), seed_(seed), augment_(std::move(augment)),
      network_(options.network, seed_of({seed, Purpose::weights}), at::kFloat, device_of(options.cuda)),
      first_moment_(at::zeros_like(network_.parameters())), second_moment_(at::zeros_like(network_.parameters())),
      best_parameters_(network_.parameters().clone()), best_moments_(network_.moments().clone()) {}

Batch Training::batch_for_training(const Collection& from, std::span<const std::int64_t> places,
                                   std::uint64_t seed) const {
    const std::int64_t first = data_.features.first_sign(), last = data_.features.last_sign();
    std::vector<float> drawn(places.size() * static_cast<std::size_t>(last - first));
    Random random(seed);
    for (float& sign : drawn) sign = random.uniform() < 0.5 ? -1.0F : 1.0F;
    return from.batch(places, first, last, drawn).to(device_of(options_.cuda));
}

std::optional<Collection> Training::augmented(std::uint64_t seed) const {
    if (!augment_) return std::nullopt;
    const auto classes = static_cast<std::size_t>(data_.collection.classes());
    std::vector<Graph> graphs;
    std::vector<float> targets;
    for (const std::int64_t g : split_.train) {
        const auto place = static_cast<std::size_t>(g);
        std::optional<Sample> sample = augment_(g, seed_of({seed, static_cast<std::uint64_t>(g)}));
        std::vector<float> target(classes, 0.0F);
        if (sample && !sample->target.empty()) {
            target = sample->target;
        } else {
            target[static_cast<std::size_t>(data_.labels[place])] = 1;
        }
        targets.insert(targets.end(), target.begin(), target.end());
        graphs.push_back(sample ? std::move(sample->graph) : data_.graphs[place]);
    }
    std::vector<float> features = data_.features.write(graphs, 1);
    return Collection(graphs, std::move(features), data_.features.count(), std::move(targets),
                      data_.collection.classes(), options_.network.propagation());
}

double Training::step(const Batch& batch, std::uint64_t seed, std::int64_t& correct) {
    const at::Tensor mask = network_.dropout_mask(batch.graph_count(), seed);
    const at::Tensor logits = network_.forward(batch, true, mask);
    const at::Tensor loss = cross_entropy(logits, batch.target);
    const double value = loss.item<double>();
    if (!std::isfinite(value))
        throw Error(fmt::format("The loss became {} in epoch {}.", value, epoch_ + 1), "Try a smaller learning rate.");
    std::vector<at::Tensor> gradients = torch::autograd::grad({loss}, network_.leaves());
    const at::NoGradGuard guard;
    correct += count_correct(logits, batch.target);
    for (at::Tensor& g : gradients) g = g.reshape({-1});
    at::Tensor gradient = at::cat(gradients);
    at::Tensor& p = network_.parameters();
    if (options_.weight_decay > 0) gradient.add_(p, options_.weight_decay);
    ++steps_;
    first_moment_.mul_(beta1).add_(gradient, 1 - beta1);
    second_moment_.mul_(beta2).addcmul_(gradient, gradient, 1 - beta2);
    const double correction1 = 1 - std::pow(beta1, static_cast<double>(steps_));
    const double correction2 = 1 - std::pow(beta2, static_cast<double>(steps_));
    const at::Tensor scale = second_moment_.sqrt().div_(std::sqrt(correction2)).add_(epsilon);
    p.addcdiv_(first_moment_, scale, -options_.rate_at(epoch_) / correction1);
    return value;
}

void Training::run_epoch() {
    const auto epoch = static_cast<std::uint64_t>(epoch_);
    const std::optional<Collection> changed = augmented(seed_of({seed_, Purpose::augmentation, epoch}));
    const Collection& from = changed ? *changed : data_.collection;
    std::vector<std::int64_t> order = epoch_order(split_.train.size(), seed_, epoch_);
    if (!changed) { // else its graphs are those of training alone
        for (std::int64_t& place : order) place = split_.train[static_cast<std::size_t>(place)];
    }
    double loss = 0;
    std::int64_t correct = 0;
    std::uint64_t number = 0;
    for (const auto places : batches_of(order, static_cast<std::size_t>(options_.batch))) {
        const Batch batch = batch_for_training(from, places, seed_of({seed_, Purpose::signs, epoch, number}));
        loss += step(batch, seed_of({seed_, Purpose::dropout, epoch, number}), correct) *
                static_cast<double>(places.size());
        ++number;
    }
    const auto size = static_cast<double>(order.size());
    const Scores scores = evaluate(network_, split_.validation);
    report_ = {loss / size, static_cast<double>(correct) / size, scores.loss, scores.accuracy};
    ++epoch_;
    if (scores.accuracy > best_accuracy_ || (scores.accuracy == best_accuracy_ && scores.loss < best_loss_)) {
        best_accuracy_ = scores.accuracy;
        best_loss_ = scores.loss;
        best_epoch_ = epoch_;
        best_parameters_.copy_(network_.parameters());
        best_moments_.copy_(network_.moments());
    }
}

bool Training::finished() const {
    return epoch_ >= options_.epochs || (options_.patience > 0 && epoch_ - best_epoch_ >= options_.patience);
}

Scores Training::evaluate(Network& network, std::span<const std::int64_t> graphs) const {
    const at::NoGradGuard guard;
    Scores scores;
    std::int64_t correct = 0;
    for (const auto places : batches_of(graphs, evaluation_batch)) {
        const Batch batch = data_.collection.batch(places).to(device_of(options_.cuda));
        const at::Tensor logits = network.forward(batch, false);
        scores.loss += cross_entropy(logits, batch.target).item<double>() * static_cast<double>(places.size());
        correct += count_correct(logits, batch.target);
        const at::Tensor p = at::softmax(logits, 1).to(at::kCPU).contiguous();
        scores.probabilities.insert(scores.probabilities.end(), p.const_data_ptr<float>(),
                                    p.const_data_ptr<float>() + p.numel());
    }
    const double size = std::max<double>(1, static_cast<double>(graphs.size()));
    scores.loss /= size;
    scores.accuracy = static_cast<double>(correct) / size;
    return scores;
}

Network& Training::best_network() {
    network_.parameters().copy_(best_parameters_);
    network_.moments().copy_(best_moments_);
    return network_;
}

Scores Training::test() { return evaluate(best_network(), split_.test); }

void Training::save(StateWriter& state) const {
    state.integer(epoch_);
    state.integer(steps_);
    state.integer(best_epoch_);
    for (const double value : {best_accuracy_, best_loss_, report_.loss, report_.accuracy, report_.validation_loss,
                               report_.validation_accuracy})
        state.number(value);
    for (const at::Tensor* tensor : {&network_.parameters(), &network_.moments(), &first_moment_, &second_moment_,
                                     &best_parameters_, &best_moments_})
        save_tensor(state, *tensor);
}

void Training::restore(StateReader& state) {
    constexpr std::int64_t most = std::int64_t{1} << 60;
    epoch_ = state.integer(0, options_.epochs);
    steps_ = state.integer(0, most);
    best_epoch_ = state.integer(0, epoch_);
    for (double* value : {&best_accuracy_, &best_loss_, &report_.loss, &report_.accuracy, &report_.validation_loss,
                          &report_.validation_accuracy})
        *value = state.number();
    for (at::Tensor* tensor : {&network_.parameters(), &network_.moments(), &first_moment_, &second_moment_,
                               &best_parameters_, &best_moments_})
        restore_tensor(state, *tensor);
}

std::string name_of(Schedule schedule) {
    return schedule == Schedule::constant ? "constant" : schedule == Schedule::step ? "step" : "cosine";
}

Schedule schedule_named(const std::string& name) {
    for (const Schedule s : {Schedule::constant, Schedule::step, Schedule::cosine}) {
        if (name_of(s) == name) return s;
    }
    throw Error(fmt::format("There is no schedule '{}'.", name), "Choose constant, step or cosine.", ExitCode::usage);
}

} // namespace orrery::graph::learn
