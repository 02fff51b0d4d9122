// SPDX-License-Identifier: BSD-3-Clause
// Memory aligned to a cache line, for the kernels.
#pragma once
#include <algorithm>
#include <cstddef>
#include <memory>
#include <new>

namespace orrery {

template <class T>
class Aligned {
public:
    Aligned() = default;
    explicit Aligned(std::size_t size)
        : size_(size), data_(static_cast<T*>(::operator new(size * sizeof(T), alignment))) {
        std::fill_n(data_.get(), size, T(0));
    }
    T* data() { return data_.get(); }
    const T* data() const { return data_.get(); }
    std::size_t size() const { return size_; }
    T& operator[](std::size_t i) { return data_.get()[i]; }
    const T& operator[](std::size_t i) const { return data_.get()[i]; }
    // Grows only; the content is then zero.
    void need(std::size_t size) {
        if (size > size_) *this = Aligned(size);
    }

private:
    static constexpr std::align_val_t alignment{64};
    struct Free {
        void operator()(T* p) const { ::operator delete(p, alignment); }
    };
    std::size_t size_ = 0;
    std::unique_ptr<T, Free> data_;
};

} // namespace orrery
