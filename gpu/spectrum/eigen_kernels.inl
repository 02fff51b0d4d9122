// SPDX-License-Identifier: BSD-3-Clause
// The kernels of eigen_kernels.h for one instruction set. Included once per instruction set, with ORRERY_VECTOR_BYTES,
// ORRERY_KERNELS and ORRERY_KERNELS_NAME defined; no header here, since its inline functions would be compiled for it.
//
// All eigenpairs: Householder's reduction to a tridiagonal matrix, then implicit QL steps with Wilkinson's shift
// (Dubrulle, Numerische Mathematik 15, 450, 1970; Parlett, The Symmetric Eigenvalue Problem, chapters 7 and 8). Every
// lane is a matrix of its own; lanes that have nothing to do are rotated by the identity. The rotations of several
// sweeps are kept and applied to a few rows at a time, which then stay in the nearest cache.

namespace orrery::spectrum {
namespace {

typedef double V __attribute__((vector_size(ORRERY_VECTOR_BYTES), may_alias));
typedef long long I __attribute__((vector_size(ORRERY_VECTOR_BYTES), may_alias));
constexpr int lanes = ORRERY_VECTOR_BYTES / 8;

inline V root(V x) {
#if defined(__x86_64__) && ORRERY_VECTOR_BYTES == 64
    return (V)_mm512_sqrt_pd((__m512d)x);
#elif defined(__x86_64__) && ORRERY_VECTOR_BYTES == 32
    return (V)_mm256_sqrt_pd((__m256d)x);
#elif defined(__x86_64__) && ORRERY_VECTOR_BYTES == 16
    return (V)_mm_sqrt_pd((__m128d)x);
#else
    for (int q = 0; q < lanes; ++q) x[q] = __builtin_sqrt(x[q]);
    return x;
#endif
}
inline V absolute(V x) { return (V)((I)x & 0x7fffffffffffffffLL); }
inline V greater(V x, V y) { return x > y ? x : y; }

// p = A v for the leading k x k part, of which the lower triangle is read.
inline void multiply(const V* a, int n, int k, const V* v, V* p) {
    int i = 0;
    for (; i + 4 <= k; i += 4) {
        const V* r0 = a + static_cast<long>(i) * n;
        const V *r1 = r0 + n, *r2 = r1 + n, *r3 = r2 + n;
        const V v0 = v[i], v1 = v[i + 1], v2 = v[i + 2], v3 = v[i + 3];
        V s0 = r0[i] * v0, s1 = r1[i + 1] * v1, s2 = r2[i + 2] * v2, s3 = r3[i + 3] * v3;
        for (int j = 0; j < i; ++j) {
            const V x0 = r0[j], x1 = r1[j], x2 = r2[j], x3 = r3[j], w = v[j];
            s0 += x0 * w;
            s1 += x1 * w;
            s2 += x2 * w;
            s3 += x3 * w;
            p[j] += (x0 * v0 + x1 * v1) + (x2 * v2 + x3 * v3);
        }
        s0 += r1[i] * v1 + r2[i] * v2 + r3[i] * v3;
        s1 += r1[i] * v0 + r2[i + 1] * v2 + r3[i + 1] * v3;
        s2 += r2[i] * v0 + r2[i + 1] * v1 + r3[i + 2] * v3;
        s3 += r3[i] * v0 + r3[i + 1] * v1 + r3[i + 2] * v2;
        p[i] = s0;
        p[i + 1] = s1;
        p[i + 2] = s2;
        p[i + 3] = s3;
    }
    for (; i < k; ++i) {
        const V* row = a + static_cast<long>(i) * n;
        const V vi = v[i];
        V sum = row[i] * vi;
        for (int j = 0; j < i; ++j) {
            sum += row[j] * v[j];
            p[j] += row[j] * vi;
        }
        p[i] = sum;
    }
}

// A -= v qT + q vT in the lower triangle of the leading k x k part.
inline void subtract_products(V* a, int n, int k, const V* v, const V* q) {
    int i = 0;
    for (; i + 4 <= k; i += 4) {
        V* r0 = a + static_cast<long>(i) * n;
        V *r1 = r0 + n, *r2 = r1 + n, *r3 = r2 + n;
        const V v0 = v[i], v1 = v[i + 1], v2 = v[i + 2], v3 = v[i + 3];
        const V q0 = q[i], q1 = q[i + 1], q2 = q[i + 2], q3 = q[i + 3];
        for (int j = 0; j < i + 4; ++j) { // what lies above the diagonal is never read
            const V x = v[j], y = q[j];
            r0[j] -= v0 * y + q0 * x;
            r1[j] -= v1 * y + q1 * x;
            r2[j] -= v2 * y + q2 * x;
            r3[j] -= v3 * y + q3 * x;
        }
    }
    for (; i < k; ++i) {
        V* row = a + static_cast<long>(i) * n;
        const V vi = v[i], qi = q[i];
        for (int j = 0; j <= i; ++j) row[j] -= vi * q[j] + qi * v[j];
    }
}

// To tridiagonal form T: d its diagonal, e[i] couples i and i + 1. Row k of a keeps the reflection's vector, scale[k]
// 2 over its squared length, 0 where there is nothing to reflect.
void reduce(V* a, int n, V* d, V* e, V* scale, V* p) {
    for (int k = n - 1; k >= 2; --k) {
        V* v = a + static_cast<long>(k) * n;
        d[k] = v[k];
        V rest = {};
        for (int j = 0; j < k - 1; ++j) rest += v[j] * v[j];
        const V alpha = v[k - 1];
        const I flat = rest == 0.0;
        const V length2 = rest + alpha * alpha, length = root(length2);
        const V beta = flat ? alpha : (alpha > 0.0 ? -length : length);
        const V inverse = flat ? V{} : 1.0 / (length2 - alpha * beta);
        v[k - 1] = alpha - beta;
        e[k - 1] = beta;
        scale[k] = inverse;
        multiply(a, n, k, v, p);
        V along = {};
        for (int j = 0; j < k; ++j) {
            p[j] *= inverse;
            along += p[j] * v[j];
        }
        along *= 0.5 * inverse;
        for (int j = 0; j < k; ++j) p[j] -= along * v[j];
        subtract_products(a, n, k, v, p);
    }
    if (n > 1) {
        e[0] = a[n];
        d[1] = a[n + 1];
    }
    d[0] = a[0];
    e[n - 1] = V{};
}

// The product of the reflections, in place.
void accumulate(V* a, int n, const V* scale, V* w) {
    const auto unit = [&](int k) { // row and column k of the identity
        for (int i = 0; i < k; ++i) a[static_cast<long>(k) * n + i] = a[static_cast<long>(i) * n + k] = V{};
        a[static_cast<long>(k) * n + k] = V{} + 1.0;
    };
    unit(0);
    if (n > 1) unit(1);
    for (int k = 2; k < n; ++k) {
        const V* v = a + static_cast<long>(k) * n;
        for (int i = 0; i < k; ++i) w[i] = V{};
        int j = 0;
        for (; j + 4 <= k; j += 4) {
            const V* r0 = a + static_cast<long>(j) * n;
            const V *r1 = r0 + n, *r2 = r1 + n, *r3 = r2 + n;
            const V v0 = v[j], v1 = v[j + 1], v2 = v[j + 2], v3 = v[j + 3];
            for (int i = 0; i < k; ++i) w[i] += (r0[i] * v0 + r1[i] * v1) + (r2[i] * v2 + r3[i] * v3);
        }
        for (; j < k; ++j) {
            const V* row = a + static_cast<long>(j) * n;
            for (int i = 0; i < k; ++i) w[i] += row[i] * v[j];
        }
        for (int i = 0; i < k; ++i) w[i] *= scale[k];
        for (j = 0; j + 4 <= k; j += 4) {
            V* r0 = a + static_cast<long>(j) * n;
            V *r1 = r0 + n, *r2 = r1 + n, *r3 = r2 + n;
            const V v0 = v[j], v1 = v[j + 1], v2 = v[j + 2], v3 = v[j + 3];
            for (int i = 0; i < k; ++i) {
                const V x = w[i];
                r0[i] -= v0 * x;
                r1[i] -= v1 * x;
                r2[i] -= v2 * x;
                r3[i] -= v3 * x;
            }
        }
        for (; j < k; ++j) {
            V* row = a + static_cast<long>(j) * n;
            for (int i = 0; i < k; ++i) row[i] -= v[j] * w[i];
        }
        unit(k);
    }
}

// Rotations of several sweeps: that of i and i + 1 at [sweep * n + i], for low <= i < high.
struct Rotations {
    V *cosine, *sine;
    int low[sweeps_together], high[sweeps_together];
    int count = 0;
};

template <int R>
inline void rotate_rows(V* z, int n, const Rotations& rotations) {
    for (int k = 0; k < rotations.count; ++k) {
        const V *c = rotations.cosine + static_cast<long>(k) * n, *s = rotations.sine + static_cast<long>(k) * n;
        V carried[R];
        for (int r = 0; r < R; ++r) carried[r] = z[r * n + rotations.high[k]];
        for (int i = rotations.high[k] - 1; i >= rotations.low[k]; --i) {
            const V ci = c[i], si = s[i];
            for (int r = 0; r < R; ++r) {
                const V x = z[r * n + i];
                z[r * n + i + 1] = si * x + ci * carried[r];
                carried[r] = ci * x - si * carried[r];
            }
        }
        for (int r = 0; r < R; ++r) z[r * n + rotations.low[k]] = carried[r];
    }
}

void rotate(V* a, int n, Rotations& rotations) {
    int j = 0;
    for (; j + 4 <= n; j += 4) rotate_rows<4>(a + static_cast<long>(j) * n, n, rotations);
    for (; j < n; ++j) rotate_rows<1>(a + static_cast<long>(j) * n, n, rotations);
    rotations.count = 0;
}

// Where each lane's sweep begins and ends: e is negligible at `last` and nowhere from `first` to it.
struct Ranges {
    int first[lanes] = {}, last[lanes] = {};
    int low = 0, high = 0; // of all lanes
};

// False when every lane is done.
bool find_ranges(int n, const V* e, V tolerance, Ranges& ranges) {
    ranges.low = n;
    I first, last = I{} + (n - 1);
    for (int q = 0; q < lanes; ++q) {
        int& l = ranges.first[q];
        while (l < n - 1 && !(__builtin_fabs(e[l][q]) > tolerance[q])) ++l;
        first[q] = l;
        if (l < n - 1 && l < ranges.low) ranges.low = l;
    }
    if (ranges.low == n) return false;
    for (int i = n - 2; i >= ranges.low; --i) {
        const I here = (absolute(e[i]) <= tolerance) & (first <= i);
        last = here ? I{} + i : last;
    }
    ranges.high = 0;
    for (int q = 0; q < lanes; ++q) {
        ranges.last[q] = static_cast<int>(last[q]);
        if (ranges.last[q] > ranges.high && ranges.first[q] < n - 1) ranges.high = ranges.last[q];
    }
    return true;
}

// One implicit QL sweep in each lane's range.
void sweep(int n, V* d, V* e, const Ranges& ranges, V* cosine, V* sine) {
    I first, last;
    V top, next, coupling, bottom;
    for (int q = 0; q < lanes; ++q) {
        const int l = ranges.first[q], m = ranges.last[q];
        first[q] = l;
        last[q] = m;
        top[q] = d[l][q];
        next[q] = d[l < n - 1 ? l + 1 : l][q];
        coupling[q] = l < m ? e[l][q] : 1;
        bottom[q] = d[m][q];
    }
    const V half = (next - top) / (2.0 * coupling);
    const V length = root(half * half + 1.0);
    V g = bottom - top + coupling / (half + (half < 0.0 ? -length : length));
    V s = V{} + 1.0, c = s, p = {};
    for (int i = ranges.high - 1; i >= ranges.low; --i) {
        const I active = (first <= i) & (last > i);
        const V f = s * e[i], b = c * e[i], r = root(f * f + g * g);
        const I zero = r == 0.0;
        const V divisor = zero ? V{} + 1.0 : r;
        s = active ? f / divisor : s;
        c = active ? (zero ? V{} + 1.0 : g / divisor) : c;
        e[i + 1] = active ? r : e[i + 1];
        const V upper = d[i + 1] - p, t = (d[i] - upper) * s + 2.0 * c * b, moved = s * t;
        d[i + 1] = active ? upper + moved : d[i + 1];
        p = active ? moved : p;
        g = active ? c * t - b : g;
        cosine[i] = active ? c : V{} + 1.0;
        sine[i] = active ? s : V{};
    }
    for (int q = 0; q < lanes; ++q) {
        const int l = ranges.first[q], m = ranges.last[q];
        if (l >= m) continue;
        d[l][q] -= p[q];
        e[l][q] = g[q];
        e[m][q] = 0;
    }
}

bool solve(const LaneMatrices& task) {
    const int n = task.n;
    V* a = (V*)task.matrix;
    V *d = (V*)task.values, *e = (V*)task.scratch, *scale = e + n, *p = scale + n;
    reduce(a, n, d, e, scale, p);
    accumulate(a, n, scale, p);
    V norm = {};
    for (int i = 0; i < n; ++i) norm = greater(norm, absolute(d[i]) + absolute(e[i]));
    const V tolerance = norm * 0x1p-53;
    Rotations rotations;
    rotations.cosine = e + 4L * n;
    rotations.sine = rotations.cosine + static_cast<long>(sweeps_together) * n;
    Ranges ranges;
    for (int k = 0; find_ranges(n, e, tolerance, ranges); ++k) {
        if (k > 60 * n) return false; // two or three sweeps an eigenvalue are usual
        const long at = static_cast<long>(rotations.count) * n;
        sweep(n, d, e, ranges, rotations.cosine + at, rotations.sine + at);
        rotations.low[rotations.count] = ranges.low;
        rotations.high[rotations.count++] = ranges.high;
        if (rotations.count == sweeps_together) rotate(a, n, rotations);
    }
    rotate(a, n, rotations);
    return true;
}

// A row of a block, as vectors of this instruction set.
constexpr int pieces = block / lanes;

void laplacian(const Rows& rows, double a, double b, const double* x, double* y) {
    for (long i = rows.first; i < rows.last; ++i) {
        V sum[pieces] = {};
        for (long k = rows.start[i]; k < rows.start[i + 1]; ++k) {
            const V* from = (const V*)(x + static_cast<long>(rows.neighbour[k]) * block);
            for (int q = 0; q < pieces; ++q) sum[q] += from[q];
        }
        const double own = a * static_cast<double>(rows.start[i + 1] - rows.start[i]) + b;
        const V* here = (const V*)(x + i * block);
        V* to = (V*)(y + i * block);
        for (int q = 0; q < pieces; ++q) to[q] = own * here[q] - a * sum[q];
    }
}

void gram(std::int64_t rows, const double* x, const double* y, double* sums) {
    V total[block][pieces];
    for (int i = 0; i < block; ++i) {
        for (int q = 0; q < pieces; ++q) total[i][q] = ((const V*)(sums + i * block))[q];
    }
    for (long r = 0; r < rows; ++r) {
        const double* left = x + r * block;
        const V* right = (const V*)(y + r * block);
        for (int i = 0; i < block; ++i) {
            for (int q = 0; q < pieces; ++q) total[i][q] += left[i] * right[q];
        }
    }
    for (int i = 0; i < block; ++i) {
        for (int q = 0; q < pieces; ++q) ((V*)(sums + i * block))[q] = total[i][q];
    }
}

void add_product(std::int64_t rows, const double* x, const double* c, double* y) {
    const V* coefficients = (const V*)c;
    for (long r = 0; r < rows; ++r) {
        const double* left = x + r * block;
        V* to = (V*)(y + r * block);
        V sum[pieces];
        for (int q = 0; q < pieces; ++q) sum[q] = to[q];
        for (int i = 0; i < block; ++i) {
            for (int q = 0; q < pieces; ++q) sum[q] += left[i] * coefficients[i * pieces + q];
        }
        for (int q = 0; q < pieces; ++q) to[q] = sum[q];
    }
}

} // namespace

extern const Kernels ORRERY_KERNELS;
const Kernels ORRERY_KERNELS = {ORRERY_KERNELS_NAME, lanes, solve, laplacian, gram, add_product};

} // namespace orrery::spectrum
