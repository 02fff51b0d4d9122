// SPDX-License-Identifier: BSD-3-Clause
#include "gpu/spectrum/spectrum_cuda.h"

#include "core/error.h"
#include "gpu/spectrum/eigen_checks.h"

#include <ATen/ATen.h>
#include <c10/cuda/CUDACachingAllocator.h>
#include <c10/cuda/CUDAFunctions.h>
#include <c10/cuda/CUDAGuard.h>
#include <c10/cuda/CUDAStream.h>
#include <cusolverDn.h>
#include <dlfcn.h>
#include <torch/library.h>

#include <map>
#include <memory>
#include <string>
#include <tuple>
#include <vector>

namespace orrery::spectrum {
namespace {

constexpr const char* update = "Run tools/setup, which brings newer CUDA libraries, or compute on the processor.";

void expect(cusolverStatus_t status, const char* what) {
    if (status != CUSOLVER_STATUS_SUCCESS)
        throw Error(std::string("cuSOLVER could not ") + what + " (status " + std::to_string(static_cast<int>(status)) +
                        ").",
                    update);
}

// cuSOLVER is opened when it is first needed, as torch does: it is large, and few runs use it.
struct Library {
    decltype(&cusolverDnCreate) create;
    decltype(&cusolverDnDestroy) destroy;
    decltype(&cusolverDnSetStream) set_stream;
    decltype(&cusolverDnCreateParams) create_params;
    decltype(&cusolverDnDestroyParams) destroy_params;
    decltype(&cusolverDnXsyevBatched_bufferSize) buffer_size;
    decltype(&cusolverDnXsyevBatched) solve;

    Library() {
        void* opened = dlopen("libcusolver.so.12", RTLD_NOW | RTLD_LOCAL);
        if (opened == nullptr) throw Error(std::string("cuSOLVER can't be opened: ") + dlerror() + ".", update);
        find(opened, "cusolverDnCreate", create);
        find(opened, "cusolverDnDestroy", destroy);
        find(opened, "cusolverDnSetStream", set_stream);
        find(opened, "cusolverDnCreateParams", create_params);
        find(opened, "cusolverDnDestroyParams", destroy_params);
        find(opened, "cusolverDnXsyevBatched_bufferSize", buffer_size);
        find(opened, "cusolverDnXsyevBatched", solve);
    }

private:
    template <class Function>
    void find(void* opened, const char* name, Function& function) {
        function = reinterpret_cast<Function>(dlsym(opened, name));
        if (function == nullptr)
            throw Error(std::string("This cuSOLVER has no ") + name + ", which came with CUDA 12.6.2.", update);
    }
};

const Library& library() {
    static const Library opened;
    return opened;
}

// A handle of the current device. Starting one takes milliseconds: each thread keeps its own.
struct Handle {
    cusolverDnHandle_t handle = nullptr;
    cusolverDnParams_t params = nullptr;
    Handle() {
        expect(library().create(&handle), "be started");
        if (library().create_params(&params) != CUSOLVER_STATUS_SUCCESS) {
            library().destroy(handle);
            throw Error("cuSOLVER could not be started.", update);
        }
    }
    ~Handle() {
        library().destroy_params(params);
        library().destroy(handle);
    }
    Handle(const Handle&) = delete;
    Handle& operator=(const Handle&) = delete;
};

const Handle& handle_of_device() {
    static thread_local std::map<c10::DeviceIndex, Handle> handles;
    const Handle& handle = handles[c10::cuda::current_device()];
    expect(library().set_stream(handle.handle, c10::cuda::getCurrentCUDAStream()), "be moved to this stream");
    return handle;
}

void solve(const at::Tensor& matrices, const at::Tensor& values) {
    const Handle& cusolver = handle_of_device();
    const auto n = matrices.size(1), count = matrices.size(0);
    std::size_t on_device = 0, on_host = 0;
    expect(library().buffer_size(cusolver.handle, cusolver.params, CUSOLVER_EIG_MODE_VECTOR, CUBLAS_FILL_MODE_LOWER, n,
                                 CUDA_R_64F, matrices.data_ptr(), n, CUDA_R_64F, values.data_ptr(), CUDA_R_64F,
                                 &on_device, &on_host, count),
           "say how much memory a batch needs");
    const at::Tensor buffer = at::empty({static_cast<std::int64_t>(on_device)}, matrices.options().dtype(at::kByte));
    const at::Tensor info = at::zeros({count}, matrices.options().dtype(at::kInt));
    std::vector<char> host_buffer(on_host);
    expect(library().solve(cusolver.handle, cusolver.params, CUSOLVER_EIG_MODE_VECTOR, CUBLAS_FILL_MODE_LOWER, n,
                           CUDA_R_64F, matrices.data_ptr(), n, CUDA_R_64F, values.data_ptr(), CUDA_R_64F,
                           buffer.data_ptr(), on_device, host_buffer.data(), on_host, info.data_ptr<int>(), count),
           "solve a batch");
    const std::int64_t failed = info.ne(0).sum().item<std::int64_t>(); // waits for the solver, which uses host_buffer
    if (failed > 0)
        throw Error("cuSOLVER found no eigenpairs of " + std::to_string(failed) + " of " + std::to_string(count) +
                        " matrices.",
                    "Compute on the processor.");
}

// Values [count, n] and rows [count, n, n] of symmetric matrices [count, n, n] on the current device.
std::tuple<at::Tensor, at::Tensor> checked_pairs(const at::Tensor& matrices) {
    const at::Tensor rows = matrices.clone(), values = at::empty(matrices.sizes().slice(0, 2), matrices.options());
    solve(rows, values);
    // Columns for cuSOLVER are our rows. Old versions of batched solvers returned identities without a word.
    const at::Tensor residual = at::bmm(rows, matrices) - values.unsqueeze(2) * rows;
    const double scale = matrices.abs().sum(2).max().item<double>();
    const double largest = residual.norm(2, 2).max().item<double>();
    if (!(largest <= 1e-13 * static_cast<double>(matrices.size(1)) * scale))
        throw Error("cuSOLVER's eigenpairs have a residual of " + std::to_string(largest / scale) +
                        " of the largest eigenvalue.",
                    update);
    return {values, rows};
}

// Without a copy to the host and back.
std::tuple<at::Tensor, at::Tensor> symmetric_eigen(const at::Tensor& matrices) {
    check_matrices(matrices);
    const c10::cuda::CUDAGuard guard(matrices.device());
    const std::int64_t n = matrices.size(-1);
    const at::IntArrayRef batch = matrices.sizes().slice(0, matrices.dim() - 1);
    if (matrices.numel() == 0) return {at::empty(batch, matrices.options()), at::empty_like(matrices)};
    const at::Tensor lower = matrices.detach().reshape({-1, n, n}).tril();
    const auto [values, rows] = checked_pairs((lower + lower.tril(-1).transpose(1, 2)).contiguous());
    return {values.reshape(batch), rows.transpose(1, 2).reshape(matrices.sizes())};
}

TORCH_LIBRARY_IMPL(orrery, CUDA, library) { library.impl("symmetric_eigen", symmetric_eigen); }

} // namespace

void eigen_batch_on_cuda(int device, std::size_t n, std::size_t count, std::vector<double>& matrices,
                         std::vector<double>& values) {
    const int devices = c10::cuda::device_count();
    if (device >= devices)
        throw Error("There is no CUDA device " + std::to_string(device) + " on this machine.",
                    "Compute on the processor.");
    const c10::cuda::CUDAGuard guard(static_cast<c10::DeviceIndex>(device));
    const auto rows = static_cast<std::int64_t>(n), batch = static_cast<std::int64_t>(count);
    try {
        const at::Tensor host = at::from_blob(matrices.data(), {batch, rows, rows}, at::kDouble);
        const at::Device where(at::kCUDA, static_cast<c10::DeviceIndex>(device));
        const auto [found, vectors] = checked_pairs(host.to(where));
        host.copy_(vectors);
        const at::Tensor host_values = found.cpu();
        values.assign(host_values.data_ptr<double>(), host_values.data_ptr<double>() + count * n);
    } catch (const c10::OutOfMemoryError&) {
        throw Error("The CUDA device has no room for " + std::to_string(count) + " matrices of " + std::to_string(n) +
                        " rows.",
                    "Compute on the processor.");
    }
}

} // namespace orrery::spectrum
