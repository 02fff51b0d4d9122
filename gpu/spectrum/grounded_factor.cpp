// SPDX-License-Identifier: BSD-3-Clause
#include "gpu/spectrum/grounded_factor.h"

#include "core/error.h"

#include <Eigen/SparseCholesky>

#include <algorithm>

namespace orrery::spectrum {

namespace {

using Matrix = Eigen::SparseMatrix<double, Eigen::ColMajor, int>;

// With a look at the columns that the symbolic factorisation counted.
class Factor : public Eigen::SimplicialLDLT<Matrix, Eigen::Lower, Eigen::AMDOrdering<int>> {
public:
    const int* columns() const { return m_matrix.outerIndexPtr(); } // [n + 1]
};

// The Laplacian's lower triangle without the last node, which breadth-first order put at the rim.
Matrix grounded(const Component& component) {
    const int n = static_cast<int>(component.nodes()) - 1;
    Matrix matrix(n, n);
    matrix.reserve(component.edges() + n);
    std::vector<int> below;
    for (int j = 0; j < n; ++j) {
        const auto at = static_cast<std::size_t>(j);
        below.clear();
        for (std::int64_t k = component.start[at]; k < component.start[at + 1]; ++k) {
            const int i = component.neighbour[static_cast<std::size_t>(k)];
            if (i > j && i < n) below.push_back(i);
        }
        std::sort(below.begin(), below.end());
        matrix.startVec(j);
        matrix.insertBack(j, j) = static_cast<double>(component.start[at + 1] - component.start[at]);
        for (const int i : below) matrix.insertBack(i, j) = -1;
    }
    matrix.finalize();
    return matrix;
}

} // namespace

struct GroundedFactor::State {
    Matrix matrix;
    Factor factor;
    Block permuted;
    Eigen::Index size = 0;
};

GroundedFactor::GroundedFactor(const Component& component) : state_(std::make_unique<State>()) {
    state_->matrix = grounded(component);
    state_->size = state_->matrix.cols();
    state_->factor.analyzePattern(state_->matrix);
}
GroundedFactor::~GroundedFactor() = default;

std::int64_t GroundedFactor::entries() const { return state_->factor.columns()[state_->size]; }

double GroundedFactor::operations() const {
    const int* columns = state_->factor.columns();
    double sum = 0;
    for (Eigen::Index j = 0; j < state_->size; ++j) {
        const double column = columns[j + 1] - columns[j];
        sum += column * column;
    }
    return sum;
}

void GroundedFactor::factorise() {
    state_->factor.factorize(state_->matrix);
    if (state_->factor.info() != Eigen::Success)
        throw Error("The Cholesky factor of a grounded Laplacian met a pivot that isn't positive.",
                    "This can only be rounding; ask for fewer pairs, or report the graph.");
    state_->matrix = Matrix();
}

void GroundedFactor::apply(const BlockTeam& team, const Block& x, Block& y) {
    const auto n = static_cast<std::size_t>(team.rows()) - 1;
    Block& z = state_->permuted;
    z.need(n * block);
    const int* place =
        state_->factor.permutationP().indices().data(); // row i of the matrix is row place[i] of the factor
    for (std::size_t i = 0; i < n; ++i)
        std::copy_n(x.data() + i * block, block, z.data() + static_cast<std::size_t>(place[i]) * block);
    const Matrix& lower = state_->factor.matrixL().nestedExpression(); // strictly lower, columns; the diagonal is 1
    const int *first = lower.outerIndexPtr(), *row = lower.innerIndexPtr();
    const double* value = lower.valuePtr();
    const auto at = [&](int i) { return z.data() + static_cast<std::size_t>(i) * block; };
    const int size = static_cast<int>(n);
    for (int j = 0; j < size; ++j) {
        const double* from = at(j);
        for (int k = first[j]; k < first[j + 1]; ++k) {
            double* to = at(row[k]);
            for (int q = 0; q < block; ++q) to[q] -= value[k] * from[q];
        }
    }
    const auto pivots = state_->factor.vectorD();
    for (int j = size - 1; j >= 0; --j) {
        double sum[block];
        for (int q = 0; q < block; ++q) sum[q] = at(j)[q] / pivots[j];
        for (int k = first[j]; k < first[j + 1]; ++k) {
            const double* from = at(row[k]);
            for (int q = 0; q < block; ++q) sum[q] -= value[k] * from[q];
        }
        std::copy_n(sum, block, at(j));
    }
    for (std::size_t i = 0; i < n; ++i) std::copy_n(at(place[i]), block, y.data() + i * block);
    std::fill_n(y.data() + n * block, block, 0.0);
    team.centre(y);
}

} // namespace orrery::spectrum
