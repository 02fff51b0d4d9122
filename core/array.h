// SPDX-License-Identifier: BSD-3-Clause
// An n-dimensional array of numbers over a shared buffer: what leaves and enters gpu/, files and live frames.
#pragma once
#include "core/api.h"

#include <cstddef>
#include <cstdint>
#include <memory>
#include <numeric>
#include <span>
#include <string>
#include <vector>

namespace orrery {

enum class DType : std::uint8_t { float32, float64, int32, int64, uint8 };

ORRERY_API std::size_t size_of(DType type);
ORRERY_API const char* name_of(DType type);

template <class T>
struct dtype_of;
template <>
struct dtype_of<float> {
    static constexpr DType value = DType::float32;
};
template <>
struct dtype_of<double> {
    static constexpr DType value = DType::float64;
};
template <>
struct dtype_of<std::int32_t> {
    static constexpr DType value = DType::int32;
};
template <>
struct dtype_of<std::int64_t> {
    static constexpr DType value = DType::int64;
};
template <>
struct dtype_of<std::uint8_t> {
    static constexpr DType value = DType::uint8;
};

// Row-major (C order), contiguous; copying an Array shares the buffer.
class ORRERY_API Array {
public:
    Array() = default;
    Array(std::vector<std::int64_t> shape, DType type); // zeros
    // Wraps `data` without a copy; `owner` keeps it alive.
    Array(std::vector<std::int64_t> shape, DType type, std::shared_ptr<void> owner, void* data);

    const std::vector<std::int64_t>& shape() const { return shape_; }
    std::int64_t size() const {
        return std::accumulate(shape_.begin(), shape_.end(), std::int64_t{1}, std::multiplies<>());
    }
    std::size_t bytes() const { return static_cast<std::size_t>(size()) * size_of(type_); }
    DType type() const { return type_; }
    void* data() { return data_; }
    const void* data() const { return data_; }

    // Throws orrery::Error if T is not the array's type.
    template <class T>
    std::span<T> values() {
        expect(dtype_of<T>::value);
        return {static_cast<T*>(data_), static_cast<std::size_t>(size())};
    }
    template <class T>
    std::span<const T> values() const {
        expect(dtype_of<T>::value);
        return {static_cast<const T*>(data_), static_cast<std::size_t>(size())};
    }

    std::string name;              // of the quantity, for example "theta"
    std::string unit;              // may be empty
    std::vector<std::string> axes; // one name per dimension, may be empty
    // Along each dimension the coordinate of the first value, and from value to value; empty: the values are counted.
    std::vector<double> origin, spacing;

private:
    void expect(DType type) const;
    std::vector<std::int64_t> shape_;
    DType type_ = DType::float64;
    std::shared_ptr<void> owner_;
    void* data_ = nullptr;
};

} // namespace orrery
