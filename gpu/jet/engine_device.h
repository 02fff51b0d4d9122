// SPDX-License-Identifier: BSD-3-Clause
// The fused engine on a device: terms and points live there, a step is one launch.
#pragma once
#include "gpu/jet/device.h"
#include "gpu/jet/engine_backend.h"
#include "gpu/jet/term_cpu.h"

#include <memory>
#include <utility>

namespace orrery::jet {

// Memory of a device.
template <class U>
class DeviceArray {
public:
    DeviceArray() = default;
    DeviceArray(Device& device, std::size_t size)
        : device_(&device), data_(size > 0 ? device.allocate(size * sizeof(U)) : nullptr), size_(size) {}
    DeviceArray(Device& device, std::span<const U> values) : DeviceArray(device, values.size()) { assign(values); }
    DeviceArray(DeviceArray&& other) noexcept { *this = std::move(other); }
    DeviceArray& operator=(DeviceArray&& other) noexcept {
        std::swap(device_, other.device_);
        std::swap(data_, other.data_);
        std::swap(size_, other.size_);
        return *this;
    }
    ~DeviceArray() {
        if (data_ != nullptr) device_->release(data_);
    }
    U* data() const { return static_cast<U*>(data_); }
    std::size_t size() const { return size_; }
    void assign(std::span<const U> values) {
        if (!values.empty()) device_->upload(data_, values.data(), values.size() * sizeof(U));
    }
    void read(std::span<U> values) const {
        if (!values.empty()) device_->download(values.data(), data_, values.size() * sizeof(U));
    }

private:
    Device* device_ = nullptr;
    void* data_ = nullptr;
    std::size_t size_ = 0;
};

// A term of the loss with its arrays on the device.
template <class T>
struct DeviceTerm {
    std::unique_ptr<TermCpu<T>> term; // its tiles are those of the device
    TermView<T> view;
    DeviceArray<T> features, coordinates, extra, weights, shift, scale, coefficients, second;
    DeviceArray<int> first, order, row_begin, row_channel, output_of, program_outputs, input_variable;
    DeviceArray<Instruction> code;
    DeviceArray<double> factors;
    Points given; // of a compiled term: its residual runs on the processor
};

template <class T>
class DeviceEngine final : public Engine::Implementation {
public:
    DeviceEngine(Network network, std::unique_ptr<Device> device);

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
    std::optional<double> adam_steps(std::span<double> parameters, AdamState& state, const AdamOptions& options,
                                     int steps) override;

private:
    using Size = std::size_t;
    DeviceTerm<T>& loaded(Size term) { return *terms_.at(term); }
    void load_program(DeviceTerm<T>& made);
    void load_points(DeviceTerm<T>& made);
    void load_factors(DeviceTerm<T>& made);
    int wide_points(const DeviceTerm<T>& made, Size count) const;
    void prepare();
    void set_parameters(std::span<const double> parameters);
    Launch<T> launch_of(Size first, Size last) const;
    double sum_up();
    // Compiled residuals: variables come to the processor, adjoints go back. Returns their part of the loss.
    double outside(std::span<const double> parameters, std::span<double> gradient);
    // `given`: adjoints of the residuals, or empty: those of the loss.
    std::vector<double> code_residuals(Size term, std::span<const double> parameters, std::vector<double>* adjoints,
                                       std::span<const double> given = {});
    void reverse_first_layer(const DeviceTerm<T>& of, std::span<const T> features, std::span<double> out) const;

    std::unique_ptr<Device> device_; // first: the arrays below go before it
    NetworkView view_;
    std::vector<std::unique_ptr<DeviceTerm<T>>> terms_;
    std::vector<TermView<T>> views_;
    DeviceArray<TermView<T>> device_views_;
    DeviceArray<double> parameters_, totals_, result_, partial_squares_, first_, second_, step_;
    DeviceArray<AdamOptions> options_;
    DeviceArray<T> partials_;
    DeviceArray<char> wide_arena_;
    std::vector<double> results_;
    int squares_ = 0, blocks_ = 0;
    Size block_bytes_ = 0;
    bool any_wide_ = false, changed_ = true;
    std::uint64_t version_ = 0;
};

ORRERY_API std::unique_ptr<Engine::Implementation> make_device_engine(Network network, Precision precision,
                                                                      std::unique_ptr<Device> device);

} // namespace orrery::jet
