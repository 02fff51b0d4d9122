// SPDX-License-Identifier: BSD-3-Clause
#include "plugins/pinn/training/pde_script.h"

#include "core/error.h"

#include <fmt/format.h>
#include <fmt/ranges.h>
#include <torch/script.h>

#include <cmath>

namespace orrery::pinn::training {

namespace {

// The expression as Python over the coordinates' tensors X[:, i].
std::string python(const Expression& e) {
    const auto call = [&](const char* name) { return fmt::format("torch.{}({})", name, python(e.left())); };
    const auto infix = [&](const char* sign) {
        return fmt::format("({} {} {})", python(e.left()), sign, python(e.right()));
    };
    switch (e.op()) {
    case jet::Op::constant:
        return fmt::format("({:.17g} + 0.0 * X[:, 0])", e.value());
    case jet::Op::input:
        return fmt::format("X[:, {}]", e.index());
    case jet::Op::add:
        return infix("+");
    case jet::Op::subtract:
        return infix("-");
    case jet::Op::multiply:
        return infix("*");
    case jet::Op::divide:
        return infix("/");
    case jet::Op::power:
        if (e.right().is_number()) return fmt::format("torch.pow({}, {:.17g})", python(e.left()), e.right().value());
        return fmt::format("torch.pow({}, {})", python(e.left()), python(e.right()));
    case jet::Op::negate:
        return fmt::format("(-{})", python(e.left()));
    case jet::Op::sin:
        return call("sin");
    case jet::Op::cos:
        return call("cos");
    case jet::Op::tan:
        return call("tan");
    case jet::Op::exp:
        return call("exp");
    case jet::Op::log:
        return call("log");
    case jet::Op::sqrt:
        return call("sqrt");
    case jet::Op::tanh:
        return call("tanh");
    case jet::Op::erf:
        return call("erf");
    case jet::Op::abs:
        return call("abs");
    case jet::Op::integer_power:
        break;
    }
    throw Error("The model's ansatz holds an operation that has no TorchScript form.");
}

std::string fields(const std::string& name, const std::vector<Expression>& list) {
    std::vector<std::string> columns;
    for (const Expression& e : list) columns.push_back(python(e));
    return fmt::format("def {}(self, X: Tensor) -> Tensor:\n    return torch.stack([{}], 1)\n\n", name,
                       fmt::join(columns, ", "));
}

const char* activation(jet::Activation kind) {
    switch (kind) {
    case jet::Activation::tanh:
        return "torch.tanh";
    case jet::Activation::sin:
        return "torch.sin";
    case jet::Activation::silu:
        return "torch.nn.functional.silu";
    case jet::Activation::gelu:
        return "torch.nn.functional.gelu";
    }
    return "";
}

// N of window w on points.
std::string network_source(const jet::Network& network, std::size_t w) {
    const auto matrices = network.matrices();
    const std::size_t depth = static_cast<std::size_t>(network.depth);
    const auto linear = [&](const jet::Matrix& m, const char* input) {
        return fmt::format("torch.addmm(p[{}:{}], {}, p[{}:{}].reshape({}, {}).t())", m.biases(), m.biases() + m.out,
                           input, m.weights, m.biases(), m.out, m.in);
    };
    const char* act = activation(network.activation);
    std::string text = fmt::format("def network_{0}(self, X: Tensor) -> Tensor:\n"
                                   "    p = self.parameters_{0}\n"
                                   "    z = torch.addmm(self.phase_{0}, X, self.wave_{0}.t())\n"
                                   "    f = torch.where(self.cosine_{0}, torch.cos(z), z)\n"
                                   "    a = f\n",
                                   w);
    if (network.gated) {
        text += fmt::format("    u = {}({})\n", act, linear(matrices[depth + 1], "f"));
        text += fmt::format("    v = {}({})\n", act, linear(matrices[depth + 2], "f"));
    }
    for (std::size_t l = 0; l < depth; ++l) {
        const std::string scale =
            network.adaptive ? fmt::format("p[{}] * ", network.parameters() - depth + l) : std::string();
        text += fmt::format("    a = {}({}{})\n", act, scale, linear(matrices[l], "a"));
        if (network.gated) text += "    a = u + a * (v - u)\n";
    }
    return text + fmt::format("    return {}\n\n", linear(matrices[depth], "a"));
}

std::string window_source(std::size_t w, std::size_t time) {
    std::string text = fmt::format("def solution_{}(self, X: Tensor) -> Tensor:\n", w);
    if (w == 0) return text + "    return self.shift_0(X) + self.scale_0(X) * self.network_0(X)\n\n";
    text += fmt::format("    S = X.clone()\n    S[:, {}] = self.start[{}]\n", time, w);
    return text + fmt::format("    start = self.continued * (self.solution_{0}(S) - self.shift_{1}(S))\n"
                              "    return self.shift_{1}(X) + start + self.scale_{1}(X) * self.network_{1}(X)\n\n",
                              w - 1, w);
}

std::string source_of(const PdeSolution& solution) {
    const auto time = static_cast<std::size_t>(solution.problem().time().value_or(0));
    std::string text;
    for (std::size_t w = 0; w < solution.windows.size(); ++w) {
        const Ansatz& ansatz = solution.windows[w]->constraints().ansatz;
        text += fields(fmt::format("shift_{}", w), ansatz.shift) + fields(fmt::format("scale_{}", w), ansatz.scale);
        text += network_source(solution.windows[w]->network(), w);
        text += window_source(w, time);
    }
    text += "def forward(self, points: Tensor) -> Tensor:\n    X = points.to(self.start)\n"
            "    out = self.solution_0(X)\n";
    for (std::size_t w = 1; w < solution.windows.size(); ++w) {
        text += fmt::format(
            "    out = torch.where((X[:, {}] > self.start[{}]).unsqueeze(1), self.solution_{}(X), out)\n", time, w, w);
    }
    return text + "    return out\n";
}

} // namespace

std::filesystem::path save_script(const PdeSolution& solution, const std::filesystem::path& folder) {
    const auto file = folder / "model.pt";
    try {
        torch::jit::Module module("Solution");
        std::vector<double> start;
        for (std::size_t w = 0; w < solution.windows.size(); ++w) {
            const PdeNetwork& window = *solution.windows[w];
            start.push_back(window.start());
            std::vector<double> wave, phase;
            std::vector<std::int64_t> cosine;
            for (const jet::Feature& f : window.network().features) {
                wave.insert(wave.end(), f.wave.begin(), f.wave.end());
                phase.push_back(f.phase);
                cosine.push_back(f.cosine ? 1 : 0);
            }
            const auto features = static_cast<std::int64_t>(phase.size());
            module.register_parameter(fmt::format("parameters_{}", w), at::tensor(window.parameters(), at::kDouble),
                                      false);
            module.register_buffer(fmt::format("wave_{}", w), at::tensor(wave, at::kDouble).view({features, -1}));
            module.register_buffer(fmt::format("phase_{}", w), at::tensor(phase, at::kDouble));
            module.register_buffer(fmt::format("cosine_{}", w), at::tensor(cosine, at::kLong) == 1);
        }
        std::vector<double> continued; // 1 for unknowns that start from the window before
        const Problem& problem = solution.problem();
        for (std::size_t u = 0; u < problem.unknowns.size(); ++u) {
            const bool moves = problem.time() && highest_order_of(problem, static_cast<int>(u), *problem.time()) > 0;
            continued.push_back(moves ? 1 : 0);
        }
        module.register_buffer("start", at::tensor(start, at::kDouble));
        module.register_buffer("continued", at::tensor(continued, at::kDouble));
        module.define(source_of(solution));
        module.eval();
        module.save(file.string());
    } catch (const Error&) {
        throw;
    } catch (const std::exception& error) {
        throw Error(fmt::format("The model could not be written to {}: {}", file.string(), error.what()));
    }
    return file;
}

} // namespace orrery::pinn::training
