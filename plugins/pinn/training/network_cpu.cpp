// SPDX-License-Identifier: BSD-3-Clause
// Cuts the grid into chunks for the kernels and sums their gradients in a fixed order.
#include "gpu/parallel/aligned.h"
#include "plugins/pinn/training/kernels.h"
#include "plugins/pinn/training/network_backend.h"

#include <cmath>

namespace orrery::pinn::training {
namespace {

using Size = std::size_t;

// Work is cut into this many parts whatever the number of threads, so that sums don't depend on it.
constexpr int parts = 16;

template <class T>
class CpuNetwork final : public PeriodicNetwork::Backend {
public:
    CpuNetwork(NetworkShape of, std::shared_ptr<Team> team)
        : Backend(of), team_(std::move(team)), padded_((of.width + 3) / 4 * 4), layout_(of) {
        const Size w = static_cast<Size>(padded_), hidden = static_cast<Size>(shape.depth - 1);
        weight_t_.need(w);
        weights_.need(hidden * w * w + 1);
        transposed_.need(hidden * w * w + 1);
        biases_.need(hidden * w + 1);
        output_.need(w);
    }

    void set_grid(const TensorGrid& grid) override {
        grid_ = grid;
        const Size w = static_cast<Size>(padded_);
        table_slow_ = Aligned<T>(w * grid.x.size());
        table_fast_ = Aligned<T>(w * grid.y.size());
        tau_.assign(grid.tau.begin(), grid.tau.end());
        waves_x_ = waves(grid.x);
        waves_y_ = waves(grid.y);
        const int fast = static_cast<int>(grid.y.size());
        rows_ = static_cast<int>(grid.x.size() * grid.tau.size());
        const int points =
            std::clamp(12288 / padded_, 64, 512); // so that a chunk's arrays stay in the second-level cache
        chunk_rows_ = std::max(1, points / fast);
        const int even = (rows_ + parts - 1) / parts;
        const int cuts = (even + chunk_rows_ - 1) / chunk_rows_;
        chunk_rows_ = std::max(1, (even + cuts - 1) / cuts);
        chunks_ = (rows_ + chunk_rows_ - 1) / chunk_rows_;
        lead_ = (chunk_rows_ * fast + 31) / 32 * 32;
        const auto type = sizeof(T) == 4 ? at::kFloat : at::kDouble;
        const std::vector<std::int64_t> sizes = {static_cast<std::int64_t>(grid.tau.size()),
                                                 static_cast<std::int64_t>(grid.x.size()), fast};
        value_ = at::empty(sizes, type);
        dot_ = at::empty(sizes, type);
        part_.clear();
        part_.resize(parts);
    }

    std::pair<at::Tensor, at::Tensor> evaluate(std::span<const double> parameters, bool for_backward) override {
        unpack(parameters);
        kept_ = for_backward;
        T* value = value_.data_ptr<T>();
        T* dot = dot_.data_ptr<T>();
        for_parts(team_, parts, [&](int part) {
            Part& mine = part_[static_cast<Size>(part)];
            prepare(mine, for_backward);
            for (int c = first_chunk(part), i = 0; c < first_chunk(part + 1); ++c, ++i) {
                const auto chunk = view(mine, c, for_backward ? i : 0);
                network_kernels<T>(kernels()).forward(net_, chunk, mine.value.data(), mine.dot.data());
                const Size n = static_cast<Size>(chunk.rows) * grid_.y.size();
                const Size offset = static_cast<Size>(chunk.first_row) * grid_.y.size();
                std::copy_n(mine.value.data(), n, value + offset);
                std::copy_n(mine.dot.data(), n, dot + offset);
            }
        });
        return {value_, dot_};
    }

    void backward(const at::Tensor& grad_value, const at::Tensor& grad_dot, std::span<double> gradient) override {
        TORCH_CHECK(kept_, "backward needs an evaluate that kept its activations");
        const at::Tensor gv = grad_value.contiguous(), gd = grad_dot.contiguous();
        const T* value = gv.data_ptr<T>();
        const T* dot = gd.data_ptr<T>();
        for_parts(team_, parts, [&](int part) {
            Part& mine = part_[static_cast<Size>(part)];
            std::fill_n(mine.gradient.data(), mine.gradient.size(), T(0));
            for (int c = first_chunk(part), i = 0; c < first_chunk(part + 1); ++c, ++i) {
                const auto chunk = view(mine, c, i);
                const Size n = static_cast<Size>(chunk.rows) * grid_.y.size();
                const Size offset = static_cast<Size>(chunk.first_row) * grid_.y.size();
                copy_padded(value + offset, n, mine.value);
                copy_padded(dot + offset, n, mine.dot);
                network_kernels<T>(kernels()).backward(net_, chunk, mine.value.data(), mine.dot.data(),
                                                       gradient_view(mine));
            }
        });
        collect(gradient);
    }

private:
    struct Part {
        Aligned<T> activation, tangent, scratch, value, dot, gradient;
    };

    int first_chunk(std::int64_t part) const { return static_cast<int>(part * chunks_ / parts); }

    void prepare(Part& mine, bool keep) const {
        const int most = (chunks_ + parts - 1) / parts;
        const Size layer = static_cast<Size>(padded_) * static_cast<Size>(lead_),
                   depth = static_cast<Size>(shape.depth);
        const Size kept = keep ? static_cast<Size>(most) : 1;
        mine.activation.need(kept * depth * layer);
        mine.tangent.need(kept * (depth - 1) * layer + 1);
        mine.scratch.need(5 * layer);
        mine.value.need(static_cast<Size>(lead_));
        mine.dot.need(static_cast<Size>(lead_));
        if (keep) mine.gradient.need(gradient_size());
    }

    ChunkView<T> view(Part& mine, int chunk, int slot) const {
        const Size layer = static_cast<Size>(padded_) * static_cast<Size>(lead_),
                   depth = static_cast<Size>(shape.depth);
        ChunkView<T> v;
        v.first_row = chunk * chunk_rows_;
        v.rows = std::min(chunk_rows_, rows_ - v.first_row);
        v.lead = lead_;
        v.tau = tau_.data();
        v.activation = mine.activation.data() + static_cast<Size>(slot) * depth * layer;
        v.tangent = mine.tangent.data() + static_cast<Size>(slot) * (depth - 1) * layer;
        v.scratch = mine.scratch.data();
        return v;
    }

    static void copy_padded(const T* from, Size n, Aligned<T>& to) {
        std::copy_n(from, n, to.data());
        std::fill(to.data() + n, to.data() + to.size(), T(0));
    }

    Size gradient_size() const {
        const Size w = static_cast<Size>(padded_), hidden = static_cast<Size>(shape.depth - 1);
        return w * (grid_.x.size() + grid_.y.size() + 1) + hidden * w * (w + 1) + w + 1;
    }

    GradientView<T> gradient_view(Part& mine) const {
        const Size w = static_cast<Size>(padded_), hidden = static_cast<Size>(shape.depth - 1);
        GradientView<T> g;
        g.table_slow = mine.gradient.data();
        g.table_fast = g.table_slow + w * grid_.x.size();
        g.weight_t = g.table_fast + w * grid_.y.size();
        g.weights = g.weight_t + w;
        g.biases = g.weights + hidden * w * w;
        g.output = g.biases + hidden * w;
        g.output_bias = g.output + w;
        return g;
    }

    // [2 modes, points]: cos x, sin x, cos 2x, ...
    std::vector<double> waves(const std::vector<double>& at) const {
        std::vector<double> out;
        for (int m = 1; m <= shape.modes; ++m) {
            for (const double x : at) out.push_back(std::cos(m * x));
            for (const double x : at) out.push_back(std::sin(m * x));
        }
        return out;
    }

    void unpack(std::span<const double> p) {
        const Size w = static_cast<Size>(padded_), width = layout_.width,
                   features = static_cast<Size>(shape.features());
        const Size half = 2 * static_cast<Size>(shape.modes);
        fill_table(p, 0, waves_x_, grid_.x.size(), table_slow_, true);
        fill_table(p, half, waves_y_, grid_.y.size(), table_fast_, false);
        for (Size o = 0; o < width; ++o) weight_t_[o] = static_cast<T>(p[o * features + 2 * half]);
        for (int l = 0; l + 1 < shape.depth; ++l) {
            const Size base = static_cast<Size>(l) * w * w;
            for (Size o = 0; o < width; ++o) {
                for (Size i = 0; i < width; ++i) {
                    const T value = static_cast<T>(p[layout_.weights(l) + o * width + i]);
                    weights_[base + o * w + i] = value;
                    transposed_[base + i * w + o] = value;
                }
                biases_[static_cast<Size>(l) * w + o] = static_cast<T>(p[layout_.biases(l) + o]);
            }
        }
        for (Size o = 0; o < width; ++o) output_[o] = static_cast<T>(p[layout_.output + o]);
        net_ = {padded_,
                shape.depth,
                static_cast<int>(grid_.y.size()),
                static_cast<int>(grid_.x.size()),
                table_fast_.data(),
                table_slow_.data(),
                weight_t_.data(),
                weights_.data(),
                transposed_.data(),
                biases_.data(),
                output_.data(),
                static_cast<T>(p[layout_.output_bias()])};
    }

    void fill_table(std::span<const double> p, Size column, const std::vector<double>& waves, Size n, Aligned<T>& table,
                    bool bias) const {
        const Size features = static_cast<Size>(shape.features()), half = 2 * static_cast<Size>(shape.modes);
        std::vector<double> line(n);
        for (Size o = 0; o < layout_.width; ++o) {
            std::fill(line.begin(), line.end(), bias ? p[layout_.bias1 + o] : 0.0);
            for (Size f = 0; f < half; ++f) {
                const double weight = p[o * features + column + f];
                for (Size i = 0; i < n; ++i) line[i] += weight * waves[f * n + i];
            }
            for (Size i = 0; i < n; ++i) table[o * n + i] = static_cast<T>(line[i]);
        }
    }

    // Sums the parts in their order and maps the tables' gradients to the weights of the waves.
    void collect(std::span<double> gradient) {
        total_.assign(gradient_size(), 0.0);
        for (Part& part : part_) {
            for (Size i = 0; i < total_.size(); ++i) total_[i] += static_cast<double>(part.gradient[i]);
        }
        const Size w = static_cast<Size>(padded_), width = layout_.width,
                   features = static_cast<Size>(shape.features());
        const Size nx = grid_.x.size(), ny = grid_.y.size(), half = 2 * static_cast<Size>(shape.modes);
        const double* gx = total_.data();
        const double* gy = gx + w * nx;
        const double* gt = gy + w * ny;
        const double* gw = gt + w;
        const double* gb = gw + static_cast<Size>(shape.depth - 1) * w * w;
        const double* go = gb + static_cast<Size>(shape.depth - 1) * w;
        const auto dot = [](const double* a, const double* b, Size n) {
            double s = 0;
            for (Size i = 0; i < n; ++i) s += a[i] * b[i];
            return s;
        };
        for (Size o = 0; o < width; ++o) {
            double* row = gradient.data() + o * features;
            for (Size f = 0; f < half; ++f) {
                row[f] = dot(gx + o * nx, waves_x_.data() + f * nx, nx);
                row[half + f] = dot(gy + o * ny, waves_y_.data() + f * ny, ny);
            }
            row[2 * half] = gt[o];
            double bias = 0;
            for (Size i = 0; i < nx; ++i) bias += gx[o * nx + i];
            gradient[layout_.bias1 + o] = bias;
            for (int l = 0; l + 1 < shape.depth; ++l) {
                const double* from = gw + static_cast<Size>(l) * w * w + o * w;
                std::copy_n(from, width, gradient.data() + layout_.weights(l) + o * width);
                gradient[layout_.biases(l) + o] = gb[static_cast<Size>(l) * w + o];
            }
            gradient[layout_.output + o] = go[o];
        }
        gradient[layout_.output_bias()] = go[w];
    }

    std::shared_ptr<Team> team_;
    int padded_, rows_ = 0, chunk_rows_ = 1, chunks_ = 0, lead_ = 0;
    bool kept_ = false;
    Layout layout_;
    TensorGrid grid_;
    NetworkView<T> net_;
    Aligned<T> table_slow_, table_fast_, weight_t_, weights_, transposed_, biases_, output_;
    std::vector<T> tau_;
    std::vector<double> waves_x_, waves_y_, total_;
    std::vector<Part> part_;
    at::Tensor value_, dot_;
};

} // namespace

std::unique_ptr<PeriodicNetwork::Backend> make_cpu_backend(NetworkShape shape, Precision precision,
                                                           std::shared_ptr<Team> team) {
    if (precision == Precision::float32) return std::make_unique<CpuNetwork<float>>(shape, std::move(team));
    return std::make_unique<CpuNetwork<double>>(shape, std::move(team));
}

} // namespace orrery::pinn::training
