// SPDX-License-Identifier: BSD-3-Clause
// Launches of the training step on a CUDA device: one kernel for narrow networks, a kernel for each loop and BLAS for
// wide ones. No atomics: equal bits each time.
#include "gpu/jet/engine_cuda.h"

#include "core/error.h"
#include "gpu/jet/wide_products.h"

#include <ATen/Context.h>
#include <ATen/cuda/CUDAContext.h>
#include <ATen/cuda/CUDAGraph.h>
#include <c10/cuda/CUDACachingAllocator.h>
#include <c10/cuda/CUDAException.h>
#include <c10/cuda/CUDAGuard.h>

#include <string>
#include <unordered_map>

// The step is written for host teams and device teams alike; each is instantiated where it belongs.
#pragma nv_diag_suppress 20011, 20012, 20014

namespace orrery::jet {
namespace {

constexpr int threads = finish_width * finish_parts;

struct BlockTeam : PanelProducts<BlockTeam> {
    template <class Body>
    __device__ void each(int count, const Body& body) const {
        for (int i = static_cast<int>(threadIdx.x); i < count; i += threads) body(i);
        __syncthreads();
    }
};

template <class T>
__global__ void __launch_bounds__(threads) narrow_kernel(const __grid_constant__ Pass<T> pass) {
    extern __shared__ __align__(16) char memory[];
    BlockTeam team;
    const int block = static_cast<int>(blockIdx.x);
    run_block(team, pass, pass.terms, block, static_cast<int>(gridDim.x), block, memory);
}

template <class T>
__global__ void __launch_bounds__(threads) finish_kernel(const __grid_constant__ Pass<T> pass) {
    __shared__ double scratch[threads];
    BlockTeam team;
    finish_block(team, pass, static_cast<int>(blockIdx.x), scratch);
}

template <class T>
__global__ void __launch_bounds__(threads) scale_kernel(const __grid_constant__ Pass<T> pass) {
    __shared__ double scratch[threads];
    BlockTeam team;
    scale_block(team, pass, static_cast<int>(blockIdx.x), scratch);
}

template <class Body>
__global__ void __launch_bounds__(threads) each_kernel(int count, const __grid_constant__ Body body) {
    const int i = static_cast<int>(blockIdx.x) * threads + static_cast<int>(threadIdx.x);
    if (i < count) body(i);
}

// Loops as kernels on a stream.
class StreamTeam : public WideProducts<StreamTeam> {
public:
    StreamTeam(cudaStream_t stream, int device) : stream_(stream), device_(device) {}
    int device() const { return device_; }
    template <class Body>
    void each(int count, const Body& body) {
        if (count == 0) return;
        each_kernel<Body><<<up_to(threads, count) / threads, threads, 0, stream_>>>(count, body);
        C10_CUDA_KERNEL_LAUNCH_CHECK();
    }

private:
    cudaStream_t stream_;
    int device_;
};

struct CudaBackend : StreamTeam {
    using StreamTeam::StreamTeam;
    cudaStream_t stream = nullptr;

    template <class T>
    void narrow(const Launch<T>& launch) {
        narrow_kernel<T><<<launch.blocks, threads, launch.block_bytes, stream>>>(launch.pass);
        C10_CUDA_KERNEL_LAUNCH_CHECK();
    }
    template <class T>
    void wide(const Launch<T>& launch) {
        run_block(static_cast<StreamTeam&>(*this), launch.pass, launch.terms, 0, 1, launch.blocks,
                  launch.wide_arena);
    }
    template <class T>
    void finish(const Launch<T>& launch, int blocks) {
        finish_kernel<T><<<blocks, threads, 0, stream>>>(launch.pass);
        C10_CUDA_KERNEL_LAUNCH_CHECK();
    }
    template <class T>
    void scales(const Launch<T>& launch, int blocks) {
        scale_kernel<T><<<blocks, threads, 0, stream>>>(launch.pass);
        C10_CUDA_KERNEL_LAUNCH_CHECK();
    }
};

class CudaDevice final : public Device {
public:
    explicit CudaDevice(int index)
        : index_(static_cast<c10::DeviceIndex>(index)), stream_(c10::cuda::getStreamFromPool(false, index_)) {
        const c10::cuda::CUDAGuard guard(index_);
        int bytes = 0;
        C10_CUDA_CHECK(cudaDeviceGetAttribute(&bytes, cudaDevAttrMaxSharedMemoryPerBlockOptin, index));
        block_bytes_ = static_cast<std::size_t>(bytes);
        for (const void* kernel : {kernel_of<float>(), kernel_of<double>()})
            C10_CUDA_CHECK(cudaFuncSetAttribute(kernel, cudaFuncAttributeMaxDynamicSharedMemorySize, bytes));
    }
    ~CudaDevice() override {
        if (cudaStreamSynchronize(stream_) != cudaSuccess) cudaGetLastError();
    }

    void* allocate(std::size_t bytes) override {
        const c10::cuda::CUDAStreamGuard guard(stream_);
        try {
            return c10::cuda::CUDACachingAllocator::raw_alloc_with_stream(bytes, stream_);
        } catch (const c10::OutOfMemoryError&) {
            throw Error("The CUDA device has no room for another " + std::to_string((bytes >> 20U) + 1) + " MiB.",
                        "Take fewer points, a narrower network, or the CPU.");
        }
    }
    void release(void* memory) override { c10::cuda::CUDACachingAllocator::raw_delete(memory); }
    void upload(void* to, const void* from, std::size_t bytes) override { copy(to, from, bytes, cudaMemcpyHostToDevice); }
    void download(void* to, const void* from, std::size_t bytes) override {
        copy(to, from, bytes, cudaMemcpyDeviceToHost);
    }
    std::size_t block_bytes() const override { return block_bytes_; }
    int blocks_at_a_time(std::size_t bytes, bool float64) override {
        const c10::cuda::CUDAGuard guard(index_);
        const void* kernel = float64 ? kernel_of<double>() : kernel_of<float>();
        int resident = 0, processors = 0;
        C10_CUDA_CHECK(cudaOccupancyMaxActiveBlocksPerMultiprocessor(&resident, kernel, threads, bytes));
        C10_CUDA_CHECK(cudaDeviceGetAttribute(&processors, cudaDevAttrMultiProcessorCount, index_));
        return resident * processors;
    }
    void run(const Launch<float>& launch) override { run_or_replay(launch); }
    void run(const Launch<double>& launch) override { run_or_replay(launch); }

private:
    template <class T>
    static const void* kernel_of() {
        return reinterpret_cast<const void*>(&narrow_kernel<T>);
    }
    // Waits: the memory of the processor may be gone when the caller goes on.
    void copy(void* to, const void* from, std::size_t bytes, cudaMemcpyKind kind) {
        if (bytes == 0) return;
        const c10::cuda::CUDAGuard guard(index_);
        C10_CUDA_CHECK(cudaMemcpyAsync(to, from, bytes, kind, stream_));
        C10_CUDA_CHECK(cudaStreamSynchronize(stream_));
    }

    template <class T>
    void launch_all(const Launch<T>& launch) {
        CudaBackend backend(stream_, index_);
        backend.stream = stream_;
        run_launch(backend, launch);
    }

    // A launch with a key is captured when it has run once, with the workspaces of BLAS made, and replayed from then on.
    template <class T>
    void run_or_replay(const Launch<T>& launch) {
        const c10::cuda::CUDAStreamGuard guard(stream_);
        if (launch.key == 0) return launch_all(launch);
        const auto found = graphs_.find(launch.key);
        if (found != graphs_.end()) return found->second->replay();
        launch_all(launch);
        if (graphs_.size() >= most_graphs) graphs_.clear();
        auto graph = std::make_unique<at::cuda::CUDAGraph>();
        C10_CUDA_CHECK(cudaStreamSynchronize(stream_));
        graph->capture_begin({0, 0}, cudaStreamCaptureModeThreadLocal);
        try {
            launch_all(launch);
        } catch (...) {
            graph->capture_end();
            throw;
        }
        graph->capture_end();
        graphs_[launch.key] = std::move(graph);
    }

    static constexpr std::size_t most_graphs = 16; // old points leave theirs behind
    c10::DeviceIndex index_;
    c10::cuda::CUDAStream stream_;
    std::size_t block_bytes_ = 0;
    std::unordered_map<std::uint64_t, std::unique_ptr<at::cuda::CUDAGraph>> graphs_;
};

} // namespace

std::unique_ptr<Device> make_cuda_device(int index) {
    const int count = c10::cuda::device_count();
    if (index < 0 || index >= count)
        throw Error("There is no CUDA device " + std::to_string(index) + " on this machine.",
                    count == 0 ? "Choose the CPU." : "The last one is cuda:" + std::to_string(count - 1) + ".");
    at::globalContext().lazyInitDevice(at::kCUDA); // its allocator, which nothing else may have asked for yet
    return std::make_unique<CudaDevice>(index);
}

} // namespace orrery::jet
