// SPDX-License-Identifier: BSD-3-Clause
// The fused engine in one precision: packs the weights, cuts points into tiles, and lets threads run them.
#pragma once
#include "gpu/jet/engine_backend.h"
#include "gpu/jet/term_cpu.h"

namespace orrery::jet {

template <class T>
class CpuEngine final : public Engine::Implementation {
public:
    CpuEngine(Network network, std::shared_ptr<Team> team, const Kernels& kernels);

    std::size_t add(Term term) override;
    void set_points(std::size_t term, const Points& points) override;
    void set_weights(std::size_t term, std::span<const double> weights) override;
    void set_point_weights(std::size_t term, std::span<const double> weights) override;
    double loss(std::span<const double> parameters, std::span<double> gradient) override;
    std::span<const double> mean_squares(std::size_t term) const override;
    std::vector<double> residuals(std::size_t term, std::span<const double> parameters) override;
    std::vector<double> variables(std::size_t term, std::span<const double> parameters) override;
    void backward(std::size_t term, std::span<const double> parameters, std::span<const double> grad_variables,
                  std::span<double> gradient, std::span<double> grad_coordinates) override;
    void residual_backward(std::size_t term, std::span<const double> parameters, std::span<const double> grad_residuals,
                           std::span<double> gradient) override;

private:
    struct Part;
    struct Task; // what a pass over the tiles is to do

    void pack(std::span<const double> parameters);
    void prepare(Part& part, int columns, const TermCpu<T>& term);
    void run(const Task& task);
    void run_tile(Part& part, const Task& task, std::size_t term, std::size_t tile);
    void forward(Part& part, const TermCpu<T>& term, std::size_t tile);
    void residual(Part& part, const Task& task, const TermCpu<T>& term, std::size_t tile);
    void reverse(Part& part, const TermCpu<T>& term, std::size_t tile);
    void first_layer(Part& part, const TermCpu<T>& term, std::size_t tile);
    void reverse_first_layer(Part& part, const Task& task, const TermCpu<T>& term, std::size_t tile);
    void outer(Part& part, const Jet<T>& jet, std::size_t matrix, const T* d, const T* a);
    void fold(Part& part) const;
    void collect(std::span<const double> parameters, std::span<double> gradient) const;

    struct Packed {
        Matrix at;
        std::size_t scale = 0;             // parameter s of its layer; 0: none
        std::size_t rows = 0, columns = 0; // padded to whole panels
        Aligned<T> forward, transposed, bias;
        std::size_t sums = 0, bias_sums = 0; // where its gradient lies in Part::gradient
    };

    const TileKernels<T>& kernels_;
    std::shared_ptr<Team> team_;
    std::vector<Packed> matrices_;
    std::size_t gradient_size_ = 0;
    bool lanes_ = true; // sums kept as vectors: for narrow networks
    std::vector<std::unique_ptr<TermCpu<T>>> terms_;
    std::vector<Part> parts_;
};

} // namespace orrery::jet
