// SPDX-License-Identifier: BSD-3-Clause
// CPU kernels of the spectral operators: one pass over memory each, parallel, the same bits for any number of threads.
#include "gpu/spectral/spectral_ops.h"

#include <ATen/ATen.h>
#include <ATen/Parallel.h>
#include <torch/library.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <complex>
#include <vector>

namespace orrery::spectral {
namespace {

constexpr std::int64_t block = 512;  // numbers that stay in the first-level cache while all outputs are made
constexpr std::int64_t grain = 8192; // numbers worth a thread

template <class T>
const T* real_data(const at::Tensor& t) {
    return t.is_complex() ? reinterpret_cast<const T*>(t.const_data_ptr<c10::complex<T>>()) : t.const_data_ptr<T>();
}
template <class T>
T* real_data_mut(const at::Tensor& t) {
    return t.is_complex() ? reinterpret_cast<T*>(t.mutable_data_ptr<c10::complex<T>>()) : t.mutable_data_ptr<T>();
}

// Calls body(batch, first, last) for pieces of at most `block` modes.
template <class Body>
void for_pieces(std::int64_t batches, std::int64_t modes, const Body& body) {
    at::parallel_for(0, batches * modes, grain, [&](std::int64_t begin, std::int64_t end) {
        for (std::int64_t at = begin; at < end;) {
            const std::int64_t batch = at / modes, first = at % modes;
            const std::int64_t last = std::min({first + block, modes, first + (end - at)});
            body(batch, first, last);
            at += last - first;
        }
    });
}

template <class T>
void times(T* out, const T* x, const T* s, std::int64_t count, bool imaginary) {
    if (imaginary) {
        for (std::int64_t i = 0; i < count; ++i) {
            const T re = x[2 * i], im = x[2 * i + 1];
            out[2 * i] = -s[i] * im;
            out[2 * i + 1] = s[i] * re;
        }
    } else {
        for (std::int64_t i = 0; i < count; ++i) {
            out[2 * i] = s[i] * x[2 * i];
            out[2 * i + 1] = s[i] * x[2 * i + 1];
        }
    }
}

at::Tensor& multiply_out(const at::Tensor& spectrum_, const at::Tensor& symbols_, at::IntArrayRef imaginary,
                         at::Tensor& out) {
    const at::Tensor spectrum = spectrum_.contiguous(), symbols = symbols_.contiguous();
    const std::int64_t m = symbols.size(0), modes = symbols.size(1) * symbols.size(2);
    const std::int64_t batches = spectrum.numel() / modes;
    AT_DISPATCH_FLOATING_TYPES(symbols.scalar_type(), "spectral_multiply", [&] {
        const scalar_t* x = real_data<scalar_t>(spectrum);
        const scalar_t* s = real_data<scalar_t>(symbols);
        scalar_t* y = real_data_mut<scalar_t>(out);
        for_pieces(batches, modes, [&](std::int64_t batch, std::int64_t first, std::int64_t last) {
            for (std::int64_t j = 0; j < m; ++j) {
                times(y + 2 * ((j * batches + batch) * modes + first), x + 2 * (batch * modes + first),
                      s + j * modes + first, last - first, imaginary[static_cast<std::size_t>(j)] != 0);
            }
        });
    });
    return out;
}

at::Tensor multiply(const at::Tensor& spectrum, const at::Tensor& symbols, at::IntArrayRef imaginary) {
    std::vector<std::int64_t> shape = spectrum.sizes().vec();
    shape.insert(shape.begin(), symbols.size(0));
    at::Tensor out = at::empty(shape, spectrum.options());
    return multiply_out(spectrum, symbols, imaginary, out);
}

at::Tensor contract(const at::Tensor& spectra_, const at::Tensor& symbols_, at::IntArrayRef imaginary) {
    const at::Tensor spectra = spectra_.contiguous(), symbols = symbols_.contiguous();
    const std::int64_t m = symbols.size(0), modes = symbols.size(1) * symbols.size(2);
    at::Tensor out = at::empty(spectra.sizes().slice(1), spectra.options());
    const std::int64_t batches = out.numel() / modes;
    AT_DISPATCH_FLOATING_TYPES(symbols.scalar_type(), "spectral_contract", [&] {
        const scalar_t* x = real_data<scalar_t>(spectra);
        const scalar_t* s = real_data<scalar_t>(symbols);
        scalar_t* y = real_data_mut<scalar_t>(out);
        for_pieces(batches, modes, [&](std::int64_t batch, std::int64_t first, std::int64_t last) {
            scalar_t* sum = y + 2 * (batch * modes + first);
            std::fill(sum, sum + 2 * (last - first), scalar_t(0));
            for (std::int64_t j = 0; j < m; ++j) {
                const scalar_t* in = x + 2 * ((j * batches + batch) * modes + first);
                const scalar_t* sj = s + j * modes + first;
                if (imaginary[static_cast<std::size_t>(j)]) { // conj(i s) = -i s
                    for (std::int64_t i = 0; i < last - first; ++i) {
                        sum[2 * i] += sj[i] * in[2 * i + 1];
                        sum[2 * i + 1] -= sj[i] * in[2 * i];
                    }
                } else {
                    for (std::int64_t i = 0; i < last - first; ++i) {
                        sum[2 * i] += sj[i] * in[2 * i];
                        sum[2 * i + 1] += sj[i] * in[2 * i + 1];
                    }
                }
            }
        });
    });
    return out;
}

at::Tensor& transport_out(const at::Tensor& stack_, at::Tensor& out) {
    const at::Tensor stack = stack_.contiguous();
    const std::int64_t size = stack.numel() / 4;
    AT_DISPATCH_FLOATING_TYPES(stack.scalar_type(), "spectral_transport", [&] {
        const scalar_t* f = stack.const_data_ptr<scalar_t>();
        scalar_t* y = out.mutable_data_ptr<scalar_t>();
        at::parallel_for(0, size, grain, [&](std::int64_t begin, std::int64_t end) {
            const scalar_t *u = f, *v = f + size, *fx = f + 2 * size, *fy = f + 3 * size;
            for (std::int64_t i = begin; i < end; ++i) y[i] = u[i] * fx[i] + v[i] * fy[i];
        });
    });
    return out;
}

at::Tensor transport(const at::Tensor& stack) {
    at::Tensor out = at::empty(stack.sizes().slice(1), stack.options());
    return transport_out(stack, out);
}

at::Tensor transport_adjoint(const at::Tensor& grad_, const at::Tensor& stack_) {
    const at::Tensor grad = grad_.contiguous(), stack = stack_.contiguous();
    const std::int64_t size = grad.numel();
    at::Tensor out = at::empty_like(stack);
    AT_DISPATCH_FLOATING_TYPES(stack.scalar_type(), "spectral_transport_adjoint", [&] {
        const scalar_t* f = stack.const_data_ptr<scalar_t>();
        const scalar_t* g = grad.const_data_ptr<scalar_t>();
        scalar_t* y = out.mutable_data_ptr<scalar_t>();
        at::parallel_for(0, size, grain, [&](std::int64_t begin, std::int64_t end) {
            for (std::int64_t part = 0; part < 4; ++part) {
                const scalar_t* other = f + ((part + 2) % 4) * size;
                for (std::int64_t i = begin; i < end; ++i) y[part * size + i] = g[i] * other[i];
            }
        });
    });
    return out;
}

at::Tensor& combine_out(at::TensorList spectra_, at::TensorList weights_, at::Tensor& out) {
    std::vector<at::Tensor> spectra, weights;
    for (const at::Tensor& t : spectra_) spectra.push_back(t.contiguous());
    for (const at::Tensor& t : weights_) weights.push_back(t.contiguous());
    const std::int64_t modes = out.size(-1) * out.size(-2), batches = out.numel() / modes;
    AT_DISPATCH_FLOATING_TYPES(weights[0].scalar_type(), "spectral_combine", [&] {
        scalar_t* y = real_data_mut<scalar_t>(out);
        for_pieces(batches, modes, [&](std::int64_t batch, std::int64_t first, std::int64_t last) {
            std::array<scalar_t, 2 * block> sum; // `out` may be one of the spectra
            std::fill(sum.begin(), sum.begin() + 2 * (last - first), scalar_t(0));
            for (std::size_t j = 0; j < spectra.size(); ++j) {
                const scalar_t* x = real_data<scalar_t>(spectra[j]) + 2 * (batch * modes + first);
                const scalar_t* w = weights[j].template const_data_ptr<scalar_t>();
                if (weights[j].numel() == 1) {
                    for (std::int64_t i = 0; i < 2 * (last - first); ++i)
                        sum[static_cast<std::size_t>(i)] += w[0] * x[i];
                } else {
                    w += first;
                    for (std::int64_t i = 0; i < last - first; ++i) {
                        sum[static_cast<std::size_t>(2 * i)] += w[i] * x[2 * i];
                        sum[static_cast<std::size_t>(2 * i + 1)] += w[i] * x[2 * i + 1];
                    }
                }
            }
            std::copy(sum.begin(), sum.begin() + 2 * (last - first), y + 2 * (batch * modes + first));
        });
    });
    return out;
}

at::Tensor combine(at::TensorList spectra, at::TensorList weights) {
    at::Tensor out = at::empty(spectra[0].sizes(), spectra[0].options());
    return combine_out(spectra, weights, out);
}

// e^{i k x} for rows (two-sided) or columns (one-sided); the Nyquist mode is a cosine.
std::vector<std::complex<double>> phases(std::int64_t n, double x, bool rows) {
    std::vector<std::complex<double>> phase(static_cast<std::size_t>(rows ? n : n / 2 + 1));
    for (std::int64_t i = 0; i < static_cast<std::int64_t>(phase.size()); ++i) {
        const double k = static_cast<double>(i <= n / 2 ? i : i - n);
        phase[static_cast<std::size_t>(i)] = 2 * i == n ? std::complex<double>(std::cos(k * x), 0)
                                                        : std::complex<double>(std::cos(k * x), std::sin(k * x));
    }
    return phase;
}

at::Tensor shift(const at::Tensor& spectrum_, double a, double b) {
    const at::Tensor spectrum = spectrum_.contiguous();
    const std::int64_t n = spectrum.size(-2), columns = n / 2 + 1, all_rows = spectrum.numel() / columns;
    const auto rows = phases(n, a, true), cols = phases(n, b, false);
    at::Tensor out = at::empty_like(spectrum);
    AT_DISPATCH_FLOATING_TYPES(c10::toRealValueType(spectrum.scalar_type()), "spectral_shift", [&] {
        const scalar_t* x = real_data<scalar_t>(spectrum);
        scalar_t* y = real_data_mut<scalar_t>(out);
        at::parallel_for(0, all_rows, std::max<std::int64_t>(1, grain / columns),
                         [&](std::int64_t begin, std::int64_t end) {
                             for (std::int64_t r = begin; r < end; ++r) {
                                 const auto row = rows[static_cast<std::size_t>(r % n)];
                                 for (std::int64_t c = 0; c < columns; ++c) {
                                     const auto& col = cols[static_cast<std::size_t>(c)];
                                     const double pr = row.real() * col.real() - row.imag() * col.imag();
                                     const double pi = row.real() * col.imag() + row.imag() * col.real();
                                     const std::int64_t at = 2 * (r * columns + c);
                                     const double re = x[at], im = x[at + 1];
                                     y[at] = static_cast<scalar_t>(pr * re - pi * im);
                                     y[at + 1] = static_cast<scalar_t>(pr * im + pi * re);
                                 }
                             }
                         });
    });
    return out;
}

at::Tensor interpolate(const at::Tensor& spectrum_, const at::Tensor& points_) {
    const at::Tensor spectrum = spectrum_.contiguous(), points = points_.to(at::kDouble).contiguous();
    const std::int64_t n = spectrum.size(-2), columns = n / 2 + 1, count = points.size(0);
    const std::int64_t batches = spectrum.numel() / (n * columns);
    std::vector<std::int64_t> shape = spectrum.sizes().slice(0, static_cast<std::size_t>(spectrum.dim() - 2)).vec();
    shape.push_back(count);
    at::Tensor out = at::empty(shape, spectrum.options().dtype(c10::toRealValueType(spectrum.scalar_type())));
    AT_DISPATCH_FLOATING_TYPES(out.scalar_type(), "spectral_interpolate", [&] {
        const scalar_t* x = real_data<scalar_t>(spectrum);
        const double* p = points.const_data_ptr<double>();
        scalar_t* y = out.mutable_data_ptr<scalar_t>();
        at::parallel_for(0, count, std::max<std::int64_t>(1, grain / (n * columns)),
                         [&](std::int64_t begin, std::int64_t end) {
                             for (std::int64_t q = begin; q < end; ++q) {
                                 const auto rows = phases(n, p[2 * q], true);
                                 auto cols = phases(n, p[2 * q + 1], false);
                                 for (std::size_t c = 1; c + 1 < cols.size(); ++c) cols[c] *= 2.0; // their conjugates
                                 for (std::int64_t batch = 0; batch < batches; ++batch) {
                                     double sum = 0;
                                     for (std::int64_t r = 0; r < n; ++r) {
                                         const scalar_t* line = x + 2 * (batch * n + r) * columns;
                                         double re = 0, im = 0;
                                         for (std::int64_t c = 0; c < columns; ++c) {
                                             const auto& f = cols[static_cast<std::size_t>(c)];
                                             re += static_cast<double>(line[2 * c]) * f.real() -
                                                   static_cast<double>(line[2 * c + 1]) * f.imag();
                                             im += static_cast<double>(line[2 * c]) * f.imag() +
                                                   static_cast<double>(line[2 * c + 1]) * f.real();
                                         }
                                         const auto& row = rows[static_cast<std::size_t>(r)];
                                         sum += row.real() * re - row.imag() * im;
                                     }
                                     y[batch * count + q] = static_cast<scalar_t>(sum);
                                 }
                             }
                         });
    });
    return out;
}

at::Tensor interpolate_adjoint(const at::Tensor& values_, const at::Tensor& points_, std::int64_t n) {
    const at::Tensor values = values_.contiguous(), points = points_.to(at::kDouble).contiguous();
    const std::int64_t columns = n / 2 + 1, count = points.size(0), batches = count ? values.numel() / count : 0;
    std::vector<std::int64_t> shape = values.sizes().slice(0, static_cast<std::size_t>(values.dim() - 1)).vec();
    shape.insert(shape.end(), {n, columns});
    at::Tensor out = at::zeros(shape, values.options().dtype(c10::toComplexType(values.scalar_type())));
    const double* p = points.const_data_ptr<double>();
    std::vector<std::vector<std::complex<double>>> rows, cols;
    for (std::int64_t q = 0; q < count; ++q) {
        rows.push_back(phases(n, p[2 * q], true));
        cols.push_back(phases(n, p[2 * q + 1], false));
    }
    AT_DISPATCH_FLOATING_TYPES(values.scalar_type(), "spectral_interpolate_adjoint", [&] {
        const scalar_t* g = values.const_data_ptr<scalar_t>();
        scalar_t* y = real_data_mut<scalar_t>(out);
        at::parallel_for(0, batches * n, 1, [&](std::int64_t begin, std::int64_t end) {
            for (std::int64_t line = begin; line < end; ++line) {
                for (std::int64_t c = 0; c < columns; ++c) {
                    const double weight = c == 0 || c == columns - 1 ? 1 : 2;
                    std::complex<double> sum = 0;
                    for (std::int64_t q = 0; q < count; ++q) {
                        const auto& row = rows[static_cast<std::size_t>(q)][static_cast<std::size_t>(line % n)];
                        const auto& col = cols[static_cast<std::size_t>(q)][static_cast<std::size_t>(c)];
                        sum += static_cast<double>(g[(line / n) * count + q]) * std::conj(row * col);
                    }
                    y[2 * (line * columns + c)] = static_cast<scalar_t>(weight * sum.real());
                    y[2 * (line * columns + c) + 1] = static_cast<scalar_t>(weight * sum.imag());
                }
            }
        });
    });
    return out;
}

// Sums by rows, then over rows in order: the same bits for any number of threads.
at::Tensor power(const at::Tensor& spectrum_, const at::Tensor& weights_) {
    const at::Tensor spectrum = spectrum_.contiguous(), weights = weights_.contiguous();
    const std::int64_t n = weights.size(1), columns = weights.size(2), count = weights.size(0);
    const std::int64_t batches = spectrum.numel() / (n * columns);
    std::vector<std::int64_t> shape = spectrum.sizes().slice(0, static_cast<std::size_t>(spectrum.dim() - 2)).vec();
    shape.push_back(count);
    at::Tensor out = at::empty(shape, weights.options());
    std::vector<double> by_row(static_cast<std::size_t>(batches * n * count));
    AT_DISPATCH_FLOATING_TYPES(weights.scalar_type(), "spectral_power", [&] {
        const scalar_t* x = real_data<scalar_t>(spectrum);
        const scalar_t* w = weights.const_data_ptr<scalar_t>();
        const std::int64_t rows_a_thread = std::max<std::int64_t>(1, grain / columns);
        at::parallel_for(0, batches * n, rows_a_thread, [&](std::int64_t begin, std::int64_t end) {
            std::vector<scalar_t> squares(static_cast<std::size_t>(columns));
            for (std::int64_t row = begin; row < end; ++row) {
                const scalar_t* line = x + 2 * row * columns;
                for (std::int64_t c = 0; c < columns; ++c) {
                    squares[static_cast<std::size_t>(c)] =
                        line[2 * c] * line[2 * c] + line[2 * c + 1] * line[2 * c + 1];
                }
                for (std::int64_t q = 0; q < count; ++q) {
                    const scalar_t* weight = w + (q * n + row % n) * columns;
                    std::array<double, 4> sum{}; // four chains hide the latency of the addition
                    std::int64_t c = 0;
                    for (; c + 4 <= columns; c += 4) {
                        for (std::int64_t lane = 0; lane < 4; ++lane) {
                            sum[static_cast<std::size_t>(lane)] +=
                                static_cast<double>(weight[c + lane] * squares[static_cast<std::size_t>(c + lane)]);
                        }
                    }
                    for (; c < columns; ++c)
                        sum[0] += static_cast<double>(weight[c] * squares[static_cast<std::size_t>(c)]);
                    by_row[static_cast<std::size_t>(row * count + q)] = (sum[0] + sum[1]) + (sum[2] + sum[3]);
                }
            }
        });
        scalar_t* y = out.mutable_data_ptr<scalar_t>();
        for (std::int64_t batch = 0; batch < batches; ++batch) {
            for (std::int64_t q = 0; q < count; ++q) {
                double sum = 0;
                for (std::int64_t r = 0; r < n; ++r)
                    sum += by_row[static_cast<std::size_t>((batch * n + r) * count + q)];
                y[batch * count + q] = static_cast<scalar_t>(sum);
            }
        }
    });
    return out;
}

TORCH_LIBRARY_IMPL(orrery, CPU, library) {
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
