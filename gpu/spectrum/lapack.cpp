// SPDX-License-Identifier: BSD-3-Clause
#include "gpu/spectrum/lapack.h"

#include "core/error.h"

#include <fmt/format.h>

#include <limits>
#include <vector>

extern "C" {
void dsyevd_(const char* job, const char* triangle, const int* n, double* a, const int* stride, double* w, double* work,
             const int* work_size, int* integers, const int* integers_size, int* info);
int MKL_Set_Num_Threads_Local(int threads); // 0: as many as for everyone
}

namespace orrery::spectrum {

void eigen_pairs_by_lapack(std::size_t n, std::span<double> matrix, std::span<double> values) {
    if (n == 0) return;
    // The solver's workspace is 1 + 6 n + 2 n^2 numbers, counted by an int.
    if (n > 32'000)
        throw Error(fmt::format("All eigenpairs of a matrix of {} rows are too many.", n),
                    "Ask for the lowest or highest ones.");
    const char job = 'V', triangle = 'U'; // columns for LAPACK are our rows
    const int size = static_cast<int>(n);
    int info = 0, integers = 0;
    double space = 0;
    const int query = -1;
    dsyevd_(&job, &triangle, &size, matrix.data(), &size, values.data(), &space, &query, &integers, &query, &info);
    std::vector<double> work(static_cast<std::size_t>(space));
    std::vector<int> integer_work(static_cast<std::size_t>(integers));
    const int work_size = static_cast<int>(work.size());
    dsyevd_(&job, &triangle, &size, matrix.data(), &size, values.data(), work.data(), &work_size, integer_work.data(),
            &integers, &info);
    if (info != 0)
        throw Error(fmt::format("LAPACK found no eigenpairs of a matrix of {} rows (dsyevd answers {}).", n, info),
                    "This is a rounding accident or a broken installation; look for numbers that aren't finite.");
}

LapackThreads::LapackThreads(int threads) : before_(MKL_Set_Num_Threads_Local(threads)) {}
LapackThreads::~LapackThreads() { MKL_Set_Num_Threads_Local(before_); }

} // namespace orrery::spectrum
