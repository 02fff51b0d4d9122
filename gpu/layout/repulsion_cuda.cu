// SPDX-License-Identifier: BSD-3-Clause
// Tiles of sources in shared memory, a node a thread: Nyland, Harris and Prins, "Fast N-body simulation with CUDA", GPU
// Gems 3 (2007), chapter 31.
#include "gpu/layout/repulsion_cuda.h"

#include "core/error.h"

#include <ATen/ATen.h>
#include <ATen/cuda/CUDAContext.h>
#include <c10/cuda/CUDACachingAllocator.h>
#include <c10/cuda/CUDAException.h>
#include <c10/cuda/CUDAFunctions.h>
#include <c10/cuda/CUDAGuard.h>

#include <string>

namespace orrery::layout {
namespace {

constexpr int tile = 256;

__global__ void repel_all(const float2* place, const float* mass, int nodes, float strength, float2* force) {
    __shared__ float3 source[tile];
    const int i = blockIdx.x * tile + threadIdx.x;
    const float2 own = i < nodes ? place[i] : make_float2(0, 0);
    float fx = 0, fy = 0;
    for (int first = 0; first < nodes; first += tile) {
        const int j = first + threadIdx.x;
        __syncthreads();
        source[threadIdx.x] = j < nodes ? make_float3(place[j].x, place[j].y, mass[j]) : make_float3(0, 0, 0);
        __syncthreads();
#pragma unroll 16
        for (int k = 0; k < tile; ++k) {
            const float dx = own.x - source[k].x, dy = own.y - source[k].y;
            const float f = __fdividef(source[k].z, dx * dx + dy * dy + 1e-12F);
            fx += f * dx;
            fy += f * dy;
        }
    }
    if (i < nodes) force[i] = make_float2(strength * mass[i] * fx, strength * mass[i] * fy);
}

} // namespace

struct CudaRepulsion::Arrays {
    c10::DeviceIndex device;
    at::Tensor place, mass, force;
};

CudaRepulsion::CudaRepulsion(int device, const std::vector<float>& mass) {
    if (device < 0 || device >= c10::cuda::device_count())
        throw Error("There is no CUDA device " + std::to_string(device) + " on this machine.",
                    "Compute on the processor.");
    const auto index = static_cast<c10::DeviceIndex>(device);
    const c10::cuda::CUDAGuard guard(index);
    const auto nodes = static_cast<std::int64_t>(mass.size());
    try {
        const auto options = at::TensorOptions(at::kFloat).device(at::Device(at::kCUDA, index));
        const at::Tensor host = at::from_blob(const_cast<float*>(mass.data()), {nodes}, at::kFloat);
        arrays_.reset(new Arrays{index, at::empty({nodes, 2}, options), host.to(options.device()),
                                 at::empty({nodes, 2}, options)});
    } catch (const c10::OutOfMemoryError&) {
        throw Error("The CUDA device has no room for a layout of " + std::to_string(nodes) + " nodes.",
                    "Compute on the processor.");
    }
}

CudaRepulsion::~CudaRepulsion() = default;

void CudaRepulsion::repel(const std::vector<float>& positions, float strength, std::vector<float>& force) {
    const c10::cuda::CUDAGuard guard(arrays_->device);
    const auto nodes = static_cast<int>(arrays_->mass.numel());
    if (nodes == 0) return;
    const at::IntArrayRef shape = arrays_->place.sizes();
    arrays_->place.copy_(at::from_blob(const_cast<float*>(positions.data()), shape, at::kFloat));
    repel_all<<<(nodes + tile - 1) / tile, tile, 0, at::cuda::getCurrentCUDAStream()>>>(
        reinterpret_cast<const float2*>(arrays_->place.const_data_ptr<float>()), arrays_->mass.const_data_ptr<float>(),
        nodes, strength, reinterpret_cast<float2*>(arrays_->force.mutable_data_ptr<float>()));
    C10_CUDA_KERNEL_LAUNCH_CHECK();
    at::from_blob(force.data(), shape, at::kFloat).copy_(arrays_->force); // waits
}

} // namespace orrery::layout
