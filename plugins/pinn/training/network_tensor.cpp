// SPDX-License-Identifier: BSD-3-Clause
// The network by tensor operations over all points at once, [unit, point]: for CUDA, and a second opinion on the CPU.
#include "plugins/pinn/training/network_backend.h"

namespace orrery::pinn::training {
namespace {

class TensorNetwork final : public PeriodicNetwork::Backend {
public:
    TensorNetwork(NetworkShape of, at::ScalarType type, at::Device device)
        : Backend(of), options_(at::TensorOptions().dtype(type).device(device)), layout_(of) {}

    void set_grid(const TensorGrid& grid) override {
        const auto put = [&](const std::vector<double>& v) { return at::tensor(v, at::kDouble); };
        const at::Tensor m = at::arange(1, shape.modes + 1, at::kDouble).unsqueeze(1);
        const auto waves = [&](const std::vector<double>& v) {
            const at::Tensor angle = m * put(v).unsqueeze(0);
            return at::stack({angle.cos(), angle.sin()}, 1).reshape({2 * shape.modes, -1}).to(options_);
        };
        waves_x_ = waves(grid.x);
        waves_y_ = waves(grid.y);
        tau_ = put(grid.tau).to(options_);
        sizes_ = {static_cast<std::int64_t>(grid.tau.size()), static_cast<std::int64_t>(grid.x.size()),
                  static_cast<std::int64_t>(grid.y.size())};
    }

    std::pair<at::Tensor, at::Tensor> evaluate(std::span<const double> parameters, bool) override {
        unpack(parameters);
        const std::int64_t half = 2 * shape.modes, w = shape.width;
        const at::Tensor x = at::mm(first_.narrow(1, 0, half), waves_x_),
                         y = at::mm(first_.narrow(1, half, half), waves_y_);
        const at::Tensor t = first_.select(1, 2 * half).unsqueeze(1) * tau_.unsqueeze(0);
        const at::Tensor z =
            x.view({w, 1, -1, 1}) + y.view({w, 1, 1, -1}) + t.view({w, -1, 1, 1}) + bias_[0].view({w, 1, 1, 1});
        activation_ = {z.reshape({w, -1}).tanh()};
        slope_ = {1 - activation_[0].square()};
        tangent_ = {first_.select(1, 2 * half).unsqueeze(1)};
        for (std::size_t l = 0; l < weight_.size(); ++l) {
            tangent_.push_back(at::mm(weight_[l], slope_.back() * tangent_.back()));
            activation_.push_back(at::addmm(bias_[l + 1].unsqueeze(1), weight_[l], activation_.back()).tanh());
            slope_.push_back(1 - activation_.back().square());
        }
        const at::Tensor value = at::mv(activation_.back().t(), output_) + output_bias_;
        const at::Tensor dot = at::mv((slope_.back() * tangent_.back()).t(), output_);
        return {value.view(sizes_), dot.view(sizes_)};
    }

    void backward(const at::Tensor& grad_value, const at::Tensor& grad_dot, std::span<double> gradient) override {
        const at::Tensor gv = grad_value.reshape({1, -1}), gd = grad_dot.reshape({1, -1});
        at::Tensor flat = at::empty({shape.parameters()}, options_);
        const auto put = [&](std::size_t first, const at::Tensor& part) {
            flat.narrow(0, static_cast<std::int64_t>(first), part.numel()).copy_(part.reshape({-1}));
        };
        put(layout_.output_bias(), gv.sum());
        put(layout_.output, at::mv(activation_.back(), gv[0]) + at::mv(slope_.back() * tangent_.back(), gd[0]));
        at::Tensor grad_a = output_.unsqueeze(1) * gv, grad_a_dot = output_.unsqueeze(1) * gd;
        for (std::size_t l = activation_.size(); l-- > 0;) {
            const at::Tensor d = slope_[l] * (grad_a - 2 * activation_[l] * tangent_[l] * grad_a_dot);
            const at::Tensor e = slope_[l] * grad_a_dot;
            if (l == 0) {
                input_layer(d, e, put);
                break;
            }
            const int hidden = static_cast<int>(l) - 1;
            put(layout_.weights(hidden),
                at::mm(d, activation_[l - 1].t()) + at::mm(e, (slope_[l - 1] * tangent_[l - 1]).t()));
            put(layout_.biases(hidden), d.sum(1));
            grad_a = at::mm(weight_[l - 1].t(), d);
            grad_a_dot = at::mm(weight_[l - 1].t(), e);
        }
        const at::Tensor host = flat.to(at::kDouble).cpu().contiguous();
        std::copy_n(host.data_ptr<double>(), gradient.size(), gradient.begin());
    }

private:
    template <class Put>
    void input_layer(const at::Tensor& d, const at::Tensor& e, Put put) const {
        const std::int64_t w = shape.width;
        const at::Tensor grid = d.view({w, sizes_[0], sizes_[1], sizes_[2]});
        const at::Tensor rows = grid.sum(3);
        const at::Tensor gx = at::mm(rows.sum(1), waves_x_.t());
        const at::Tensor gy = at::mm(grid.sum(std::vector<std::int64_t>{1, 2}), waves_y_.t());
        const at::Tensor gt = at::mv(rows.sum(2), tau_) + e.sum(1);
        put(0, at::cat({gx, gy, gt.unsqueeze(1)}, 1));
        put(layout_.bias1, d.sum(1));
    }

    void unpack(std::span<const double> p) {
        const at::Tensor flat =
            at::from_blob(const_cast<double*>(p.data()), {static_cast<std::int64_t>(p.size())}, at::kDouble)
                .to(options_, false, true);
        const std::int64_t w = shape.width;
        const auto take = [&](std::size_t first, std::int64_t count) {
            return flat.narrow(0, static_cast<std::int64_t>(first), count);
        };
        first_ = take(0, w * shape.features()).view({w, shape.features()});
        bias_ = {take(layout_.bias1, w)};
        weight_.clear();
        for (int l = 0; l + 1 < shape.depth; ++l) {
            weight_.push_back(take(layout_.weights(l), w * w).view({w, w}));
            bias_.push_back(take(layout_.biases(l), w));
        }
        output_ = take(layout_.output, w);
        output_bias_ = take(layout_.output_bias(), 1);
    }

    at::TensorOptions options_;
    Layout layout_;
    at::Tensor waves_x_, waves_y_, tau_, first_, output_, output_bias_;
    std::vector<at::Tensor> weight_, bias_, activation_, slope_, tangent_;
    std::vector<std::int64_t> sizes_;
};

} // namespace

std::unique_ptr<PeriodicNetwork::Backend> make_tensor_backend(NetworkShape shape, at::ScalarType type,
                                                              at::Device device) {
    return std::make_unique<TensorNetwork>(shape, type, device);
}

} // namespace orrery::pinn::training
