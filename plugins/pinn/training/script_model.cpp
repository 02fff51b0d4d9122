// SPDX-License-Identifier: BSD-3-Clause
#include "plugins/pinn/training/script_model.h"

#include "core/error.h"
#include "plugins/pinn/training/network_backend.h"

#include <fmt/format.h>
#include <torch/script.h>

namespace orrery::pinn::training {

namespace {

constexpr const char* source = R"(
def linear_part(self, window: int, x: Tensor, y: Tensor, s: Tensor) -> Tensor:
    first = int(self.mode_offset[window])
    last = int(self.mode_offset[window + 1])
    k1 = self.k1[first:last]
    k2 = self.k2[first:last]
    angle = x.unsqueeze(1) * k1 + y.unsqueeze(1) * k2
    waves = self.cosine[first:last] * torch.cos(angle) + self.sine[first:last] * torch.sin(angle)
    decay = torch.exp(-self.kappa * torch.sqrt(k1 * k1 + k2 * k2) * s.unsqueeze(1))
    return torch.sum(decay * waves, 1)

def network(self, window: int, x: Tensor, y: Tensor, tau: Tensor) -> Tensor:
    features = []
    for m in range(self.modes):
        features.append(torch.cos((m + 1) * x))
        features.append(torch.sin((m + 1) * x))
    for m in range(self.modes):
        features.append(torch.cos((m + 1) * y))
        features.append(torch.sin((m + 1) * y))
    features.append(tau)
    a = torch.tanh(torch.addmm(self.first_bias[window], torch.stack(features, 1), self.first_weight[window].t()))
    for layer in range(self.depth - 1):
        a = torch.tanh(torch.addmm(self.hidden_bias[window, layer], a, self.hidden_weight[window, layer].t()))
    return torch.mv(a, self.output_weight[window]) + self.output_bias[window]

def forward(self, x: Tensor, y: Tensor, t: Tensor) -> Tensor:
    # theta(x, y, t): 2 pi-periodic in x and y, t from 0 to final_time; tensors of one shape
    px = x.reshape(-1).to(self.start)
    py = y.reshape(-1).to(self.start)
    pt = t.reshape(-1).to(self.start)
    out = torch.zeros_like(pt)
    windows = self.start.size(0)
    for window in range(windows):
        s = pt - self.start[window]
        inside = torch.zeros_like(pt) == 0
        if window > 0:
            inside = torch.logical_and(inside, s > 0)
        if window + 1 < windows:
            inside = torch.logical_and(inside, s <= self.length[window])
        index = torch.nonzero(inside).reshape(-1)
        if index.numel() > 0:
            wx = px[index]
            wy = py[index]
            ws = s[index]
            tau = 2 * ws / self.length[window] - 1
            out[index] = self.linear_part(window, wx, wy, ws) + ws * self.network(window, wx, wy, tau)
    return out.reshape(x.shape)
)";

struct Tables {
    std::vector<double> k1, k2, cosine, sine;
    std::vector<std::int64_t> offset{0};

    // Fourier sum of a half spectrum: c e^{ik.x} + conj = 2 Re c cos - 2 Im c sin; coefficients at rounding level are
    // left out.
    void add(const at::Tensor& coefficients) {
        const at::Tensor c = coefficients.cpu().contiguous();
        const std::int64_t n = c.size(0), columns = c.size(1);
        const auto* value = c.data_ptr<c10::complex<double>>();
        const double least = 1e-17 * c.abs().max().item<double>();
        for (std::int64_t i = 0; i < n; ++i) {
            for (std::int64_t j = 0; j < columns; ++j) {
                const auto v = value[i * columns + j];
                if (std::abs(v) <= least) continue;
                const double weight = j == 0 || 2 * j == n ? 1 : 2;
                k1.push_back(static_cast<double>(2 * i < n ? i : i - n));
                k2.push_back(static_cast<double>(j));
                cosine.push_back(weight * v.real());
                sine.push_back(-weight * v.imag());
            }
        }
        offset.push_back(static_cast<std::int64_t>(k1.size()));
    }
};

} // namespace

std::filesystem::path save_script(const TrainedNetwork& network, const std::filesystem::path& folder) {
    const NetworkShape shape = network.parts.front().residual.shape();
    const Layout layout(shape);
    const std::int64_t w = shape.width, hidden = shape.depth - 1;
    Tables tables;
    std::vector<at::Tensor> first, first_bias, weight, bias, output, output_bias;
    std::vector<double> start, length;
    for (const auto& part : network.parts) {
        tables.add(part.residual.window().initial);
        start.push_back(part.residual.window().start);
        length.push_back(part.residual.window().length);
        const at::Tensor p = at::tensor(part.parameters, at::kDouble);
        const auto take = [&](std::size_t from, std::int64_t count) {
            return p.narrow(0, static_cast<std::int64_t>(from), count);
        };
        first.push_back(take(0, w * shape.features()).view({w, -1}));
        first_bias.push_back(take(layout.bias1, w));
        const at::Tensor block = take(layout.hidden, hidden * w * (w + 1)).view({hidden, -1});
        weight.push_back(block.narrow(1, 0, w * w).reshape({hidden, w, w}));
        bias.push_back(block.narrow(1, w * w, w));
        output.push_back(take(layout.output, w));
        output_bias.push_back(take(layout.output_bias(), 1)[0]);
    }
    const auto file = folder / "model.pt";
    try {
        torch::jit::Module module("SqgNetwork");
        const auto buffer = [&](const char* name, const at::Tensor& value) {
            module.register_buffer(name, value.clone());
        };
        const auto weights = [&](const char* name, const std::vector<at::Tensor>& parts) {
            module.register_parameter(name, at::stack(parts).clone(), false);
        };
        weights("first_weight", first);
        weights("first_bias", first_bias);
        weights("hidden_weight", weight);
        weights("hidden_bias", bias);
        weights("output_weight", output);
        weights("output_bias", output_bias);
        buffer("start", at::tensor(start, at::kDouble));
        buffer("length", at::tensor(length, at::kDouble));
        buffer("k1", at::tensor(tables.k1, at::kDouble));
        buffer("k2", at::tensor(tables.k2, at::kDouble));
        buffer("cosine", at::tensor(tables.cosine, at::kDouble));
        buffer("sine", at::tensor(tables.sine, at::kDouble));
        buffer("mode_offset", at::tensor(tables.offset, at::kLong));
        module.register_attribute("kappa", c10::FloatType::get(), network.parts.front().residual.options().kappa);
        module.register_attribute("final_time", c10::FloatType::get(), network.final_time);
        module.register_attribute("modes", c10::IntType::get(), static_cast<std::int64_t>(shape.modes));
        module.register_attribute("depth", c10::IntType::get(), static_cast<std::int64_t>(shape.depth));
        module.define(source);
        module.eval();
        module.save(file.string());
    } catch (const std::exception& error) {
        throw Error(fmt::format("The model could not be written to {}: {}", file.string(), error.what()));
    }
    return file;
}

} // namespace orrery::pinn::training
