// SPDX-License-Identifier: BSD-3-Clause
// LAPACK's solver for one symmetric matrix, of the library that torch brings.
#pragma once
#include <cstddef>
#include <span>

namespace orrery::spectrum {

// Of the lower triangle of matrix [n][n]: values [n] ascending, rows of matrix the vectors. Throws Error where it
// fails.
void eigen_pairs_by_lapack(std::size_t n, std::span<double> matrix, std::span<double> values);

// Within its life LAPACK uses that many threads for calls of this thread.
class LapackThreads {
public:
    explicit LapackThreads(int threads);
    ~LapackThreads();
    LapackThreads(const LapackThreads&) = delete;
    LapackThreads& operator=(const LapackThreads&) = delete;

private:
    int before_;
};

} // namespace orrery::spectrum
