// SPDX-License-Identifier: BSD-3-Clause
#include "gpu/spectrum/block_vectors.h"

#include <algorithm>

namespace orrery::spectrum {

namespace {
constexpr std::size_t entries = block * block;
}

BlockTeam::BlockTeam(std::int64_t rows, std::shared_ptr<Team> team)
    : rows_(rows), parts_(static_cast<int>((rows + rows_of_part - 1) / rows_of_part)), team_(std::move(team)),
      kernels_(kernels_at(0)) {}

std::vector<Small> BlockTeam::products(const std::vector<const Block*>& basis, const Block& x) const {
    Block partial(static_cast<std::size_t>(parts_) * basis.size() * entries);
    each([&](int part, std::int64_t first, std::int64_t last) {
        for (std::size_t i = 0; i < basis.size(); ++i) {
            kernels_.gram(last - first, basis[i]->data() + first * block, x.data() + first * block,
                          partial.data() + (static_cast<std::size_t>(part) * basis.size() + i) * entries);
        }
    });
    std::vector<Small> result(basis.size(), Small{});
    for (int part = 0; part < parts_; ++part) {
        for (std::size_t i = 0; i < basis.size(); ++i) {
            const double* from = partial.data() + (static_cast<std::size_t>(part) * basis.size() + i) * entries;
            for (std::size_t k = 0; k < entries; ++k) result[i][k] += from[k];
        }
    }
    return result;
}

void BlockTeam::subtract(const std::vector<const Block*>& basis, const std::vector<Small>& c, Block& x) const {
    Block negative(basis.size() * entries);
    for (std::size_t i = 0; i < basis.size(); ++i) {
        for (std::size_t k = 0; k < entries; ++k) negative[i * entries + k] = -c[i][k];
    }
    each([&](int, std::int64_t first, std::int64_t last) {
        for (std::size_t i = 0; i < basis.size(); ++i)
            kernels_.add_product(last - first, basis[i]->data() + first * block, negative.data() + i * entries,
                                 x.data() + first * block);
    });
}

void BlockTeam::multiply(Block& x, const Small& c) const {
    Block factor(entries);
    std::copy(c.begin(), c.end(), factor.data());
    each([&](int, std::int64_t first, std::int64_t last) {
        Block before(static_cast<std::size_t>(last - first) * block);
        double* rows = x.data() + first * block;
        std::copy_n(rows, before.size(), before.data());
        std::fill_n(rows, before.size(), 0.0);
        kernels_.add_product(last - first, before.data(), factor.data(), rows);
    });
}

void BlockTeam::centre(Block& x) const {
    std::vector<std::array<double, block>> partial(static_cast<std::size_t>(parts_));
    each([&](int part, std::int64_t first, std::int64_t last) {
        std::array<double, block> sum{};
        for (std::int64_t i = first; i < last; ++i) {
            for (int q = 0; q < block; ++q) sum[static_cast<std::size_t>(q)] += x.data()[i * block + q];
        }
        partial[static_cast<std::size_t>(part)] = sum;
    });
    std::array<double, block> mean{};
    for (const auto& sum : partial) {
        for (std::size_t q = 0; q < block; ++q) mean[q] += sum[q];
    }
    for (double& m : mean) m /= static_cast<double>(rows_);
    each([&](int, std::int64_t first, std::int64_t last) {
        for (std::int64_t i = first; i < last; ++i) {
            for (int q = 0; q < block; ++q) x.data()[i * block + q] -= mean[static_cast<std::size_t>(q)];
        }
    });
}

std::array<double, block> BlockTeam::differences(const Component& component, const Block& x) const {
    std::vector<std::array<double, block>> partial(static_cast<std::size_t>(parts_));
    each([&](int part, std::int64_t first, std::int64_t last) {
        std::array<double, block> sum{};
        for (std::int64_t i = first; i < last; ++i) {
            const auto row = static_cast<std::size_t>(i);
            for (std::int64_t k = component.start[row]; k < component.start[row + 1]; ++k) {
                const std::int64_t j = component.neighbour[static_cast<std::size_t>(k)];
                for (std::int64_t q = 0; q < block && i < j; ++q) {
                    const double d = x.data()[i * block + q] - x.data()[j * block + q];
                    sum[static_cast<std::size_t>(q)] += d * d;
                }
            }
        }
        partial[static_cast<std::size_t>(part)] = sum;
    });
    std::array<double, block> total{};
    for (const auto& sum : partial) {
        for (std::size_t q = 0; q < block; ++q) total[q] += sum[q];
    }
    return total;
}

void BlockTeam::rotate(std::vector<Block>& blocks, std::size_t count, std::size_t kept,
                       const std::vector<double>& c) const {
    Block factor(count * kept * entries); // [kept][count] small matrices
    for (std::size_t to = 0; to < kept; ++to) {
        for (std::size_t from = 0; from < count; ++from) {
            for (std::size_t i = 0; i < block; ++i) {
                for (std::size_t j = 0; j < block; ++j)
                    factor[(to * count + from) * entries + i * block + j] =
                        c[(from * block + i) * kept * block + to * block + j];
            }
        }
    }
    each([&](int, std::int64_t first, std::int64_t last) {
        const auto size = static_cast<std::size_t>(last - first) * block;
        Block result(size * kept);
        for (std::size_t to = 0; to < kept; ++to) {
            for (std::size_t from = 0; from < count; ++from)
                kernels_.add_product(last - first, blocks[from].data() + first * block,
                                     factor.data() + (to * count + from) * entries, result.data() + to * size);
        }
        for (std::size_t to = 0; to < kept; ++to)
            std::copy_n(result.data() + to * size, size, blocks[to].data() + first * block);
    });
}

} // namespace orrery::spectrum
