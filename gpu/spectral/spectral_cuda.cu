// SPDX-License-Identifier: BSD-3-Clause
// CUDA kernels of the spectral operators: one pass over memory each; no atomics, so the same bits each time.
#include "gpu/spectral/spectral_ops.h"

#include <ATen/ATen.h>
#include <ATen/cuda/CUDAContext.h>
#include <c10/cuda/CUDAException.h>
#include <c10/cuda/CUDAGuard.h>
#include <torch/library.h>

#include <algorithm>
#include <cstdint>
#include <vector>

namespace orrery::spectral {
namespace {

constexpr int threads = 256;

int blocks_for(std::int64_t size) {
    return static_cast<int>(std::min<std::int64_t>((size + threads - 1) / threads, 65535));
}

template <class T>
struct Pair { // interleaved real and imaginary part, one aligned load
    T re, im;
};
template <class T>
struct alignas(2 * sizeof(T)) Complex : Pair<T> {};

template <class T>
const Complex<T>* complex_data(const at::Tensor& t) {
    return reinterpret_cast<const Complex<T>*>(t.const_data_ptr<c10::complex<T>>());
}
template <class T>
Complex<T>* complex_data_mut(const at::Tensor& t) {
    return reinterpret_cast<Complex<T>*>(t.mutable_data_ptr<c10::complex<T>>());
}

// Bit j of `flags` says that symbol j is imaginary; more than 64 symbols go in several launches.
std::uint64_t flags_of(at::IntArrayRef imaginary, std::size_t first, std::size_t count) {
    std::uint64_t flags = 0;
    for (std::size_t j = 0; j < count; ++j) flags |= static_cast<std::uint64_t>(imaginary[first + j] != 0) << j;
    return flags;
}

template <class T>
__global__ void multiply_kernel(const Complex<T>* x, const T* s, Complex<T>* y, std::int64_t total, std::int64_t modes,
                                int count, std::uint64_t flags) {
    for (std::int64_t i = blockIdx.x * static_cast<std::int64_t>(blockDim.x) + threadIdx.x; i < total;
         i += static_cast<std::int64_t>(gridDim.x) * blockDim.x) {
        const Complex<T> value = x[i];
        const std::int64_t mode = i % modes;
        for (int j = 0; j < count; ++j) {
            const T symbol = s[j * modes + mode];
            Complex<T> out;
            const bool imaginary = (flags >> j) & 1;
            out.re = imaginary ? -symbol * value.im : symbol * value.re;
            out.im = imaginary ? symbol * value.re : symbol * value.im;
            y[j * total + i] = out;
        }
    }
}

at::Tensor& multiply_out(const at::Tensor& spectrum_, const at::Tensor& symbols_, at::IntArrayRef imaginary,
                         at::Tensor& out) {
    const c10::cuda::CUDAGuard guard(spectrum_.device());
    const at::Tensor spectrum = spectrum_.contiguous(), symbols = symbols_.contiguous();
    const std::int64_t modes = symbols.size(1) * symbols.size(2), total = spectrum.numel();
    const std::size_t count = static_cast<std::size_t>(symbols.size(0));
    AT_DISPATCH_FLOATING_TYPES(symbols.scalar_type(), "spectral_multiply", [&] {
        for (std::size_t first = 0; first < count; first += 64) {
            const std::size_t part = std::min<std::size_t>(64, count - first);
            multiply_kernel<scalar_t><<<blocks_for(total), threads, 0, at::cuda::getCurrentCUDAStream()>>>(
                complex_data<scalar_t>(spectrum), symbols.const_data_ptr<scalar_t>() + first * modes,
                complex_data_mut<scalar_t>(out) + first * total, total, modes, static_cast<int>(part),
                flags_of(imaginary, first, part));
            C10_CUDA_KERNEL_LAUNCH_CHECK();
        }
    });
    return out;
}

at::Tensor multiply(const at::Tensor& spectrum, const at::Tensor& symbols, at::IntArrayRef imaginary) {
    std::vector<std::int64_t> shape = spectrum.sizes().vec();
    shape.insert(shape.begin(), symbols.size(0));
    at::Tensor out = at::empty(shape, spectrum.options());
    return multiply_out(spectrum, symbols, imaginary, out);
}

template <class T>
__global__ void contract_kernel(const Complex<T>* x, const T* s, Complex<T>* y, std::int64_t total, std::int64_t modes,
                                int count, std::uint64_t flags, bool add) {
    for (std::int64_t i = blockIdx.x * static_cast<std::int64_t>(blockDim.x) + threadIdx.x; i < total;
         i += static_cast<std::int64_t>(gridDim.x) * blockDim.x) {
        const std::int64_t mode = i % modes;
        Complex<T> sum;
        sum.re = add ? y[i].re : T(0);
        sum.im = add ? y[i].im : T(0);
        for (int j = 0; j < count; ++j) {
            const T symbol = s[j * modes + mode];
            const Complex<T> value = x[j * total + i];
            const bool imaginary = (flags >> j) & 1; // conj(i s) = -i s
            sum.re += imaginary ? symbol * value.im : symbol * value.re;
            sum.im += imaginary ? -symbol * value.re : symbol * value.im;
        }
        y[i] = sum;
    }
}

at::Tensor contract(const at::Tensor& spectra_, const at::Tensor& symbols_, at::IntArrayRef imaginary) {
    const c10::cuda::CUDAGuard guard(spectra_.device());
    const at::Tensor spectra = spectra_.contiguous(), symbols = symbols_.contiguous();
    at::Tensor out = at::empty(spectra.sizes().slice(1), spectra.options());
    const std::int64_t modes = symbols.size(1) * symbols.size(2), total = out.numel();
    const std::size_t count = static_cast<std::size_t>(symbols.size(0));
    AT_DISPATCH_FLOATING_TYPES(symbols.scalar_type(), "spectral_contract", [&] {
        for (std::size_t first = 0; first < count; first += 64) {
            const std::size_t part = std::min<std::size_t>(64, count - first);
            contract_kernel<scalar_t><<<blocks_for(total), threads, 0, at::cuda::getCurrentCUDAStream()>>>(
                complex_data<scalar_t>(spectra) + first * total, symbols.const_data_ptr<scalar_t>() + first * modes,
                complex_data_mut<scalar_t>(out), total, modes, static_cast<int>(part), flags_of(imaginary, first, part),
                first > 0);
            C10_CUDA_KERNEL_LAUNCH_CHECK();
        }
    });
    return out;
}

template <class T>
__global__ void transport_kernel(const T* f, T* y, std::int64_t size) {
    for (std::int64_t i = blockIdx.x * static_cast<std::int64_t>(blockDim.x) + threadIdx.x; i < size;
         i += static_cast<std::int64_t>(gridDim.x) * blockDim.x) {
        y[i] = f[i] * f[2 * size + i] + f[size + i] * f[3 * size + i];
    }
}

at::Tensor& transport_out(const at::Tensor& stack_, at::Tensor& out) {
    const c10::cuda::CUDAGuard guard(stack_.device());
    const at::Tensor stack = stack_.contiguous();
    const std::int64_t size = stack.numel() / 4;
    AT_DISPATCH_FLOATING_TYPES(stack.scalar_type(), "spectral_transport", [&] {
        transport_kernel<scalar_t><<<blocks_for(size), threads, 0, at::cuda::getCurrentCUDAStream()>>>(
            stack.const_data_ptr<scalar_t>(), out.mutable_data_ptr<scalar_t>(), size);
        C10_CUDA_KERNEL_LAUNCH_CHECK();
    });
    return out;
}

at::Tensor transport(const at::Tensor& stack) {
    at::Tensor out = at::empty(stack.sizes().slice(1), stack.options());
    return transport_out(stack, out);
}

template <class T>
__global__ void transport_adjoint_kernel(const T* g, const T* f, T* y, std::int64_t size) {
    for (std::int64_t i = blockIdx.x * static_cast<std::int64_t>(blockDim.x) + threadIdx.x; i < size;
         i += static_cast<std::int64_t>(gridDim.x) * blockDim.x) {
        const T grad = g[i];
        for (int part = 0; part < 4; ++part) y[part * size + i] = grad * f[((part + 2) % 4) * size + i];
    }
}

at::Tensor transport_adjoint(const at::Tensor& grad_, const at::Tensor& stack_) {
    const c10::cuda::CUDAGuard guard(stack_.device());
    const at::Tensor grad = grad_.contiguous(), stack = stack_.contiguous();
    at::Tensor out = at::empty_like(stack);
    AT_DISPATCH_FLOATING_TYPES(stack.scalar_type(), "spectral_transport_adjoint", [&] {
        transport_adjoint_kernel<scalar_t><<<blocks_for(grad.numel()), threads, 0, at::cuda::getCurrentCUDAStream()>>>(
            grad.const_data_ptr<scalar_t>(), stack.const_data_ptr<scalar_t>(), out.mutable_data_ptr<scalar_t>(),
            grad.numel());
        C10_CUDA_KERNEL_LAUNCH_CHECK();
    });
    return out;
}

template <class T>
struct Terms {
    const Complex<T>* spectrum[ops::max_terms];
    const T* weight[ops::max_terms];
    bool number[ops::max_terms];
    int count;
};

template <class T>
__global__ void combine_kernel(Terms<T> terms, Complex<T>* y, std::int64_t total, std::int64_t modes) {
    for (std::int64_t i = blockIdx.x * static_cast<std::int64_t>(blockDim.x) + threadIdx.x; i < total;
         i += static_cast<std::int64_t>(gridDim.x) * blockDim.x) {
        const std::int64_t mode = i % modes;
        Complex<T> sum;
        sum.re = sum.im = T(0);
        for (int j = 0; j < terms.count; ++j) {
            const T weight = terms.weight[j][terms.number[j] ? 0 : mode];
            const Complex<T> value = terms.spectrum[j][i];
            sum.re += weight * value.re;
            sum.im += weight * value.im;
        }
        y[i] = sum;
    }
}

at::Tensor& combine_out(at::TensorList spectra_, at::TensorList weights_, at::Tensor& out) {
    const c10::cuda::CUDAGuard guard(out.device());
    std::vector<at::Tensor> spectra, weights;
    for (const at::Tensor& t : spectra_) spectra.push_back(t.contiguous());
    for (const at::Tensor& t : weights_) weights.push_back(t.to(out.device()).contiguous());
    AT_DISPATCH_FLOATING_TYPES(weights[0].scalar_type(), "spectral_combine", [&] {
        Terms<scalar_t> terms;
        terms.count = static_cast<int>(spectra.size());
        for (std::size_t j = 0; j < spectra.size(); ++j) {
            terms.spectrum[j] = complex_data<scalar_t>(spectra[j]);
            terms.weight[j] = weights[j].const_data_ptr<scalar_t>();
            terms.number[j] = weights[j].numel() == 1;
        }
        combine_kernel<scalar_t><<<blocks_for(out.numel()), threads, 0, at::cuda::getCurrentCUDAStream()>>>(
            terms, complex_data_mut<scalar_t>(out), out.numel(), out.size(-1) * out.size(-2));
        C10_CUDA_KERNEL_LAUNCH_CHECK();
    });
    return out;
}

at::Tensor combine(at::TensorList spectra, at::TensorList weights) {
    at::Tensor out = at::empty(spectra[0].sizes(), spectra[0].options());
    return combine_out(spectra, weights, out);
}

// e^{i k x}; the Nyquist mode is a cosine. `i` counts rows (two-sided) or columns.
__device__ Pair<double> phase(std::int64_t i, std::int64_t n, double x) {
    const double k = static_cast<double>(i <= n / 2 ? i : i - n);
    Pair<double> e;
    sincos(k * x, &e.im, &e.re);
    if (2 * i == n) e.im = 0;
    return e;
}

__device__ Pair<double> times(Pair<double> a, Pair<double> b) {
    return {a.re * b.re - a.im * b.im, a.re * b.im + a.im * b.re};
}

template <class T>
__global__ void shift_kernel(const Complex<T>* x, Complex<T>* y, std::int64_t total, std::int64_t n, double a,
                             double b) {
    const std::int64_t columns = n / 2 + 1;
    for (std::int64_t i = blockIdx.x * static_cast<std::int64_t>(blockDim.x) + threadIdx.x; i < total;
         i += static_cast<std::int64_t>(gridDim.x) * blockDim.x) {
        const Pair<double> e = times(phase(i / columns % n, n, a), phase(i % columns, n, b));
        const Pair<double> value = times(e, {static_cast<double>(x[i].re), static_cast<double>(x[i].im)});
        y[i].re = static_cast<T>(value.re);
        y[i].im = static_cast<T>(value.im);
    }
}

at::Tensor shift(const at::Tensor& spectrum_, double a, double b) {
    const c10::cuda::CUDAGuard guard(spectrum_.device());
    const at::Tensor spectrum = spectrum_.contiguous();
    at::Tensor out = at::empty_like(spectrum);
    AT_DISPATCH_FLOATING_TYPES(c10::toRealValueType(spectrum.scalar_type()), "spectral_shift", [&] {
        shift_kernel<scalar_t><<<blocks_for(spectrum.numel()), threads, 0, at::cuda::getCurrentCUDAStream()>>>(
            complex_data<scalar_t>(spectrum), complex_data_mut<scalar_t>(out), spectrum.numel(), spectrum.size(-2), a,
            b);
        C10_CUDA_KERNEL_LAUNCH_CHECK();
    });
    return out;
}

// Sum over the block in a fixed order; the result is valid in thread 0.
__device__ double block_sum(double value) {
    __shared__ double shared[threads];
    shared[threadIdx.x] = value;
    __syncthreads();
    for (int half = threads / 2; half > 0; half /= 2) {
        if (static_cast<int>(threadIdx.x) < half) shared[threadIdx.x] += shared[threadIdx.x + half];
        __syncthreads();
    }
    const double sum = shared[0];
    __syncthreads();
    return sum;
}

// One block for each (point, batch).
template <class T>
__global__ void interpolate_kernel(const Complex<T>* x, const double* points, T* y, std::int64_t count,
                                   std::int64_t n) {
    const std::int64_t q = blockIdx.x, batch = blockIdx.y, columns = n / 2 + 1;
    double sum = 0;
    for (std::int64_t i = threadIdx.x; i < n * columns; i += blockDim.x) {
        const std::int64_t c = i % columns;
        const Pair<double> e = times(phase(i / columns, n, points[2 * q]), phase(c, n, points[2 * q + 1]));
        const Complex<T> value = x[batch * n * columns + i];
        const double weight = c == 0 || c == columns - 1 ? 1 : 2;
        sum += weight * (e.re * static_cast<double>(value.re) - e.im * static_cast<double>(value.im));
    }
    sum = block_sum(sum);
    if (threadIdx.x == 0) y[batch * count + q] = static_cast<T>(sum);
}

at::Tensor interpolate(const at::Tensor& spectrum_, const at::Tensor& points_) {
    const c10::cuda::CUDAGuard guard(spectrum_.device());
    const at::Tensor spectrum = spectrum_.contiguous(), points = points_.to(at::kDouble).contiguous();
    const std::int64_t n = spectrum.size(-2), count = points.size(0), batches = spectrum.numel() / (n * (n / 2 + 1));
    TORCH_CHECK(batches <= 65535, "interpolate takes at most 65,535 fields at once on a CUDA device, not ", batches);
    std::vector<std::int64_t> shape = spectrum.sizes().slice(0, static_cast<std::size_t>(spectrum.dim() - 2)).vec();
    shape.push_back(count);
    at::Tensor out = at::empty(shape, spectrum.options().dtype(c10::toRealValueType(spectrum.scalar_type())));
    if (out.numel() == 0) return out;
    AT_DISPATCH_FLOATING_TYPES(out.scalar_type(), "spectral_interpolate", [&] {
        const dim3 grid(static_cast<unsigned>(count), static_cast<unsigned>(batches));
        interpolate_kernel<scalar_t><<<grid, threads, 0, at::cuda::getCurrentCUDAStream()>>>(
            complex_data<scalar_t>(spectrum), points.const_data_ptr<double>(), out.mutable_data_ptr<scalar_t>(), count,
            n);
        C10_CUDA_KERNEL_LAUNCH_CHECK();
    });
    return out;
}

template <class T>
__global__ void interpolate_adjoint_kernel(const T* g, const double* points, Complex<T>* y, std::int64_t total,
                                           std::int64_t count, std::int64_t n) {
    const std::int64_t columns = n / 2 + 1;
    for (std::int64_t i = blockIdx.x * static_cast<std::int64_t>(blockDim.x) + threadIdx.x; i < total;
         i += static_cast<std::int64_t>(gridDim.x) * blockDim.x) {
        const std::int64_t c = i % columns, row = i / columns % n, batch = i / (columns * n);
        const double weight = c == 0 || c == columns - 1 ? 1 : 2;
        double re = 0, im = 0;
        for (std::int64_t q = 0; q < count; ++q) {
            const Pair<double> e = times(phase(row, n, points[2 * q]), phase(c, n, points[2 * q + 1]));
            const double value = static_cast<double>(g[batch * count + q]);
            re += value * e.re;
            im -= value * e.im;
        }
        y[i].re = static_cast<T>(weight * re);
        y[i].im = static_cast<T>(weight * im);
    }
}

at::Tensor interpolate_adjoint(const at::Tensor& values_, const at::Tensor& points_, std::int64_t n) {
    const c10::cuda::CUDAGuard guard(values_.device());
    const at::Tensor values = values_.contiguous(), points = points_.to(at::kDouble).contiguous();
    std::vector<std::int64_t> shape = values.sizes().slice(0, static_cast<std::size_t>(values.dim() - 1)).vec();
    shape.insert(shape.end(), {n, n / 2 + 1});
    at::Tensor out = at::empty(shape, values.options().dtype(c10::toComplexType(values.scalar_type())));
    AT_DISPATCH_FLOATING_TYPES(values.scalar_type(), "spectral_interpolate_adjoint", [&] {
        interpolate_adjoint_kernel<scalar_t><<<blocks_for(out.numel()), threads, 0, at::cuda::getCurrentCUDAStream()>>>(
            values.const_data_ptr<scalar_t>(), points.const_data_ptr<double>(), complex_data_mut<scalar_t>(out),
            out.numel(), points.size(0), n);
        C10_CUDA_KERNEL_LAUNCH_CHECK();
    });
    return out;
}

// One block for each (weight, row, batch) sums that row; a second launch adds the rows in order.
template <class T>
__global__ void power_rows_kernel(const Complex<T>* x, const T* w, double* rows, std::int64_t n, std::int64_t columns,
                                  std::int64_t count) {
    const std::int64_t row = blockIdx.x, q = blockIdx.y, batch = blockIdx.z;
    const Complex<T>* line = x + (batch * n + row) * columns;
    const T* weight = w + (q * n + row) * columns;
    double sum = 0;
    for (std::int64_t c = threadIdx.x; c < columns; c += blockDim.x) {
        sum += static_cast<double>(weight[c] * (line[c].re * line[c].re + line[c].im * line[c].im));
    }
    sum = block_sum(sum);
    if (threadIdx.x == 0) rows[(batch * count + q) * n + row] = sum;
}

template <class T>
__global__ void power_sum_kernel(const double* rows, T* y, std::int64_t n) {
    double sum = 0;
    for (std::int64_t r = threadIdx.x; r < n; r += blockDim.x) sum += rows[blockIdx.x * n + r];
    sum = block_sum(sum);
    if (threadIdx.x == 0) y[blockIdx.x] = static_cast<T>(sum);
}

at::Tensor power(const at::Tensor& spectrum_, const at::Tensor& weights_) {
    const c10::cuda::CUDAGuard guard(spectrum_.device());
    const at::Tensor spectrum = spectrum_.contiguous(), weights = weights_.contiguous();
    const std::int64_t n = weights.size(1), columns = weights.size(2), count = weights.size(0);
    const std::int64_t batches = spectrum.numel() / (n * columns);
    TORCH_CHECK(batches <= 65535 && count <= 65535,
                "power takes at most 65,535 fields and weights at once on a CUDA device");
    std::vector<std::int64_t> shape = spectrum.sizes().slice(0, static_cast<std::size_t>(spectrum.dim() - 2)).vec();
    shape.push_back(count);
    at::Tensor out = at::empty(shape, weights.options());
    if (out.numel() == 0) return out;
    at::Tensor rows = at::empty({batches * count, n}, weights.options().dtype(at::kDouble));
    AT_DISPATCH_FLOATING_TYPES(weights.scalar_type(), "spectral_power", [&] {
        const dim3 grid(static_cast<unsigned>(n), static_cast<unsigned>(count), static_cast<unsigned>(batches));
        power_rows_kernel<scalar_t><<<grid, threads, 0, at::cuda::getCurrentCUDAStream()>>>(
            complex_data<scalar_t>(spectrum), weights.const_data_ptr<scalar_t>(), rows.mutable_data_ptr<double>(), n,
            columns, count);
        C10_CUDA_KERNEL_LAUNCH_CHECK();
        power_sum_kernel<scalar_t>
            <<<static_cast<unsigned>(batches * count), threads, 0, at::cuda::getCurrentCUDAStream()>>>(
                rows.const_data_ptr<double>(), out.mutable_data_ptr<scalar_t>(), n);
        C10_CUDA_KERNEL_LAUNCH_CHECK();
    });
    return out;
}

TORCH_LIBRARY_IMPL(orrery, CUDA, library) {
    library.impl("spectral_multiply", multiply);
    library.impl("spectral_multiply.out", multiply_out);
    library.impl("spectral_contract", contract);
    library.impl("spectral_transport", transport);
    library.impl("spectral_transport.out", transport_out);
    library.impl("spectral_transport_adjoint", transport_adjoint);
    library.impl("spectral_combine", combine);
    library.impl("spectral_combine.out", combine_out);
    library.impl("spectral_shift", shift);
    library.impl("spectral_power", power);
    library.impl("spectral_interpolate", interpolate);
    library.impl("spectral_interpolate_adjoint", interpolate_adjoint);
}

} // namespace
} // namespace orrery::spectral
