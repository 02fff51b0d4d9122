// SPDX-License-Identifier: BSD-3-Clause
#include "gpu/spectrum/block_lanczos.h"

#include "gpu/jet/random.h"
#include "gpu/spectrum/lapack.h"

#include <algorithm>
#include <cmath>
#include <limits>
#include <numeric>

namespace orrery::spectrum {

namespace {

constexpr std::size_t width = block;
constexpr std::size_t most_bytes = 400'000'000; // of a basis, where that is enough for a restart

double& at(Small& m, std::size_t i, std::size_t j) { return m[i * width + j]; }
double at(const Small& m, std::size_t i, std::size_t j) { return m[i * width + j]; }

// c = a b
Small product(const Small& a, const Small& b) {
    Small c{};
    for (std::size_t i = 0; i < width; ++i) {
        for (std::size_t k = 0; k < width; ++k) {
            for (std::size_t j = 0; j < width; ++j) at(c, i, j) += at(a, i, k) * at(b, k, j);
        }
    }
    return c;
}

// The upper triangle r with rT r = gram, and its inverse; columns that depend on those before them are zero in both.
struct Triangle {
    Small r{}, inverse{};
    std::array<bool, width> dependent{};
};
Triangle cholesky(const Small& gram, double negligible) {
    Triangle t;
    for (std::size_t j = 0; j < width; ++j) {
        double pivot = at(gram, j, j);
        for (std::size_t i = 0; i < j; ++i) {
            if (t.dependent[i]) continue;
            double sum = at(gram, i, j);
            for (std::size_t k = 0; k < i; ++k) sum -= at(t.r, k, i) * at(t.r, k, j);
            at(t.r, i, j) = sum / at(t.r, i, i);
            pivot -= at(t.r, i, j) * at(t.r, i, j);
        }
        // What is left of a column after cancellation beyond seven digits is rounding.
        t.dependent[j] = !(pivot > negligible * negligible) || pivot <= 1e-14 * at(gram, j, j);
        if (t.dependent[j]) continue;
        at(t.r, j, j) = std::sqrt(pivot);
        at(t.inverse, j, j) = 1 / at(t.r, j, j);
        for (std::size_t i = 0; i < j; ++i) {
            double sum = 0;
            for (std::size_t k = i; k < j; ++k) sum += at(t.inverse, i, k) * at(t.r, k, j);
            at(t.inverse, i, j) = -sum * at(t.inverse, j, j);
        }
    }
    return t;
}

struct SmallPairs {
    std::size_t n = 0;
    std::vector<double> values, vectors; // descending; [pairs][n]
};

class Lanczos {
public:
    Lanczos(const BlockTeam& team, const BlockOperator& apply, const LanczosOptions& options, std::size_t wanted)
        : team_(team), apply_(apply), options_(options), random_(options.seed) {
        needed_ = (wanted + width - 1) / width;
        const auto rows = static_cast<std::size_t>(team.rows());
        const std::size_t room = most_bytes / (rows * width * sizeof(double));
        most_blocks_ = std::max(needed_ + 4, std::min(2 * needed_ + 8, room));
    }

    // Whether a vector of an eigenvalue above the floor would have come up by now: of a random one about 1 / sqrt(rows)
    // points there, and the Chebyshev polynomial that is at most 1 on the Ritz values raises that (Saad, Numerical
    // Methods for Large Eigenvalue Problems, section 6.6).
    bool passed(const SmallPairs& ritz, double floor) const {
        const double spread = ritz.values.front() - ritz.values.back(), above = floor - ritz.values.front();
        if (!(above > 0) || !(spread > 0)) return false;
        const double growth = static_cast<double>(steps_) * std::acosh(1 + 2 * above / spread);
        return growth > std::log(2e3 * std::sqrt(static_cast<double>(team_.rows())));
    }

    // Until the best `count` Ritz pairs, or all that are above the floor, have converged; they go to `found`. Returns
    // false where the steps were not enough.
    bool run(std::size_t count, double floor, double slack, const Tolerance& tolerance, RitzPairs& found) {
        begin();
        while (true) {
            step();
            ++steps_;
            ++found.steps;
            if (options_.each_step) options_.each_step();
            const SmallPairs ritz = ritz_pairs();
            largest_ = std::max(largest_, ritz.values[0]);
            std::size_t good = 0;
            bool done = false;
            for (std::size_t k = 0; k < ritz.n && good < count; ++k) {
                const double error = residual(ritz, k);
                const bool exact = error <= tolerance(ritz.values[k], largest_);
                done = ritz.values[k] + error <= floor + slack && (exact || passed(ritz, floor));
                if (done || !exact) break;
                ++good;
            }
            if (done || good == count) {
                take(ritz, good, found);
                return true;
            }
            if (found.steps >= options_.most_steps) return false;
            if (blocks_.size() > most_blocks_) restart(ritz);
        }
    }

    static constexpr double infinity = std::numeric_limits<double>::infinity();

private:
    double random() { return 2 * random_.uniform() - 1; }

    std::vector<const Block*> basis() const {
        std::vector<const Block*> all;
        for (const Block& b : locked_blocks_) all.push_back(&b);
        for (const Block& b : blocks_) all.push_back(&b);
        return all;
    }

    void begin() {
        blocks_.clear();
        projected_.clear();
        size_ = 0;
        steps_ = 0;
        Block x = team_.make();
        for (std::size_t i = 0; i < x.size(); ++i) x[i] = random();
        orthogonalise(x);
        normalise(x);
        blocks_.push_back(std::move(x));
    }

    // Subtracts what lies in the basis, twice, since once leaves what cancellation brought in. Returns the products
    // with the blocks.
    std::vector<Small> orthogonalise(Block& x) const {
        const auto all = basis();
        std::vector<Small> sum(all.size(), Small{});
        for (int pass = 0; pass < 2; ++pass) {
            team_.centre(x);
            if (all.empty()) continue;
            const std::vector<Small> c = team_.products(all, x);
            team_.subtract(all, c, x);
            for (std::size_t i = 0; i < c.size(); ++i) {
                for (std::size_t k = 0; k < c[i].size(); ++k) sum[i][k] += c[i][k];
            }
        }
        sum.erase(sum.begin(), sum.begin() + static_cast<std::ptrdiff_t>(locked_blocks_.size()));
        return sum;
    }

    // x = q r with orthonormal q; where x has too few directions q gets random ones. Twice, as one
    // Cholesky factor leaves the square of the condition number times the rounding.
    Small normalise(Block& x) {
        Small r{};
        for (std::size_t i = 0; i < width; ++i) at(r, i, i) = 1;
        for (int pass = 0, tries = 0; pass < 2; ++pass) {
            const Triangle t = cholesky(team_.products({&x}, x)[0], pass == 0 && tries == 0 ? 1e-14 * scale_ : 0);
            team_.multiply(x, t.inverse);
            r = product(t.r, r);
            const bool any = std::find(t.dependent.begin(), t.dependent.end(), true) != t.dependent.end();
            if (!any || ++tries > 5) continue;
            for (std::size_t j = 0; j < width; ++j) {
                if (!t.dependent[j]) continue;
                for (std::size_t i = 0; i < static_cast<std::size_t>(team_.rows()); ++i) x[i * width + j] = random();
            }
            orthogonalise(x);
            pass = -1;
        }
        return r;
    }

    // The projection of the operator grows by the last block, and the basis by the next one.
    void step() {
        Block next = team_.make();
        apply_(blocks_.back(), next);
        const std::vector<Small> c = orthogonalise(next);
        const std::size_t before = size_, b = blocks_.size() - 1;
        std::vector<double> larger((before + width) * (before + width));
        for (std::size_t i = 0; i < before; ++i) {
            for (std::size_t j = 0; j < before; ++j) larger[i * (before + width) + j] = projected_[i * before + j];
        }
        size_ = before + width;
        projected_ = std::move(larger);
        for (std::size_t k = 0; k <= b; ++k) {
            for (std::size_t i = 0; i < width; ++i) {
                for (std::size_t j = 0; j < width; ++j) {
                    double value = at(c[k], i, j);
                    if (k == b) value = 0.5 * (value + at(c[k], j, i));
                    projected_[(k * width + i) * size_ + b * width + j] = value;
                    projected_[(b * width + j) * size_ + k * width + i] = value;
                    scale_ = std::max(scale_, std::abs(value));
                }
            }
        }
        coupling_ = normalise(next);
        blocks_.push_back(std::move(next));
    }

    SmallPairs ritz_pairs() const {
        SmallPairs pairs;
        pairs.n = size_;
        pairs.vectors = projected_;
        for (double& value : pairs.vectors) value = -value; // descending
        pairs.values.resize(size_);
        eigen_pairs_by_lapack(size_, pairs.vectors, pairs.values);
        for (double& value : pairs.values) value = -value;
        return pairs;
    }

    // Of a Ritz pair of the whole basis but the last block: what the operator brings into that block.
    double residual(const SmallPairs& ritz, std::size_t k) const {
        const double* last = ritz.vectors.data() + k * ritz.n + (ritz.n - width);
        double sum = 0;
        for (std::size_t i = 0; i < width; ++i) {
            double entry = 0;
            for (std::size_t j = 0; j < width; ++j) entry += at(coupling_, i, j) * last[j];
            sum += entry * entry;
        }
        return std::sqrt(sum);
    }

    // The first `blocks` of the basis become the best Ritz vectors.
    void to_ritz(const SmallPairs& ritz, std::size_t blocks) {
        const std::size_t kept = blocks * width;
        std::vector<double> c(ritz.n * kept);
        for (std::size_t k = 0; k < kept; ++k) {
            for (std::size_t i = 0; i < ritz.n; ++i) c[i * kept + k] = ritz.vectors[k * ritz.n + i];
        }
        team_.rotate(blocks_, ritz.n / width, blocks, c);
    }

    void restart(const SmallPairs& ritz) {
        const std::size_t kept = needed_ + (most_blocks_ - needed_) / 3;
        to_ritz(ritz, kept);
        std::swap(blocks_[kept], blocks_.back());
        blocks_.resize(kept + 1);
        size_ = kept * width;
        projected_.assign(size_ * size_, 0);
        for (std::size_t k = 0; k < size_; ++k) projected_[k * size_ + k] = ritz.values[k];
    }

    // Adds the best pairs to `found` and keeps later bases orthogonal to them.
    void take(const SmallPairs& ritz, std::size_t count, RitzPairs& found) {
        if (count == 0) return;
        const std::size_t blocks = (count + width - 1) / width;
        to_ritz(ritz, blocks);
        const auto rows = static_cast<std::size_t>(team_.rows());
        for (std::size_t k = 0; k < count; ++k) {
            found.values.push_back(ritz.values[k]);
            const Block& from = blocks_[k / width];
            for (std::size_t i = 0; i < rows; ++i) found.vectors.push_back(from[i * width + k % width]);
        }
        for (std::size_t k = 0; k < blocks; ++k) {
            for (std::size_t q = 0; q < width; ++q) {
                for (std::size_t i = 0; i < rows && k * width + q >= count; ++i) blocks_[k][i * width + q] = 0;
            }
            locked_blocks_.push_back(std::move(blocks_[k]));
        }
    }

    const BlockTeam& team_;
    const BlockOperator& apply_;
    const LanczosOptions& options_;
    jet::RandomNumbers random_;
    std::size_t needed_ = 0, most_blocks_ = 0; // blocks: for the wanted vectors, of a basis
    std::vector<Block> locked_blocks_;
    std::vector<Block> blocks_;     // one more than projected
    std::vector<double> projected_; // [size][size]
    std::size_t size_ = 0;
    std::int64_t steps_ = 0; // since the random vectors
    Small coupling_{};
    double scale_ = 0;           // largest entry of the projections
    double largest_ = -infinity; // Ritz value
};

// Whether a whole block's worth of the first `count` values are equal, or so close that a solver takes them for that.
bool may_lack_copies(const std::vector<double>& values, std::size_t count) {
    std::size_t equal = 1;
    for (std::size_t k = 1; k < count; ++k) {
        equal = values[k - 1] - values[k] < 1e-5 * std::abs(values[k]) ? equal + 1 : 1;
        if (equal >= width) return true;
    }
    return false;
}

void sort_descending(RitzPairs& pairs, std::size_t rows) {
    std::vector<std::size_t> order(pairs.values.size());
    std::iota(order.begin(), order.end(), std::size_t{0});
    std::stable_sort(order.begin(), order.end(),
                     [&](std::size_t i, std::size_t j) { return pairs.values[i] > pairs.values[j]; });
    RitzPairs sorted;
    for (const std::size_t k : order) {
        sorted.values.push_back(pairs.values[k]);
        const auto from = pairs.vectors.begin() + static_cast<std::ptrdiff_t>(k * rows);
        sorted.vectors.insert(sorted.vectors.end(), from, from + static_cast<std::ptrdiff_t>(rows));
    }
    pairs.values = std::move(sorted.values);
    pairs.vectors = std::move(sorted.vectors);
}

} // namespace

RitzPairs largest_pairs(const BlockTeam& team, const BlockOperator& apply, std::size_t count,
                        const Tolerance& tolerance, const LanczosOptions& options) {
    RitzPairs found;
    const auto rows = static_cast<std::size_t>(team.rows());
    Lanczos lanczos(team, apply, options, count);
    if (!lanczos.run(count, -Lanczos::infinity, 0, tolerance, found)) return found;
    // Copies beyond the size of a block may be missing: look beside the pairs found until nothing belongs among them.
    while (true) {
        sort_descending(found, rows);
        if (!may_lack_copies(found.values, count)) break;
        const std::size_t before = found.values.size();
        const double floor = found.values[count - 1];
        if (!lanczos.run(count, floor, 4 * tolerance(floor, found.values[0]), tolerance, found)) return found;
        if (found.values.size() == before) break;
    }
    found.values.resize(count);
    found.vectors.resize(count * rows);
    found.complete = true;
    return found;
}

RitzPairs refined(const BlockTeam& team, const BlockOperator& inverse, const BlockOperator& laplacian,
                  RitzPairs pairs) {
    const auto rows = static_cast<std::size_t>(team.rows());
    const std::size_t count = pairs.values.size(), blocks = (count + width - 1) / width, size = blocks * width;
    std::vector<Block> basis, images;
    for (std::size_t b = 0; b < blocks; ++b) {
        Block x = team.make(), y = team.make();
        for (std::size_t k = b * width; k < std::min(count, (b + 1) * width); ++k) {
            for (std::size_t i = 0; i < rows; ++i)
                x[i * width + k % width] = pairs.vectors[k * rows + i] / pairs.values[k];
        }
        inverse(x, y);
        std::vector<const Block*> before;
        for (const Block& done : basis) before.push_back(&done);
        for (int pass = 0; pass < 2; ++pass) {
            if (!before.empty()) team.subtract(before, team.products(before, y), y);
            team.multiply(y, cholesky(team.products({&y}, y)[0], 0).inverse); // columns without a pair stay zero
        }
        laplacian(y, x);
        basis.push_back(std::move(y));
        images.push_back(std::move(x));
    }
    std::vector<const Block*> all;
    for (const Block& done : basis) all.push_back(&done);
    std::vector<double> projected(count * count), values(count), c(size * size, 0);
    for (std::size_t b = 0; b < blocks; ++b) {
        const std::vector<Small> products = team.products(all, images[b]);
        for (std::size_t k = 0; k < count; ++k) {
            for (std::size_t j = b * width; j < std::min(count, (b + 1) * width); ++j)
                projected[k * count + j] = at(products[k / width], k % width, j % width);
        }
    }
    eigen_pairs_by_lapack(count, projected, values);
    for (std::size_t k = 0; k < count; ++k) {
        for (std::size_t j = 0; j < count; ++j) c[j * size + k] = projected[k * count + j];
    }
    team.rotate(basis, blocks, blocks, c);
    for (std::size_t k = 0; k < count; ++k) {
        for (std::size_t i = 0; i < rows; ++i) pairs.vectors[k * rows + i] = basis[k / width][i * width + k % width];
    }
    pairs.values = std::move(values);
    return pairs;
}

} // namespace orrery::spectrum
