// SPDX-License-Identifier: BSD-3-Clause
#include "core/array.h"

#include "core/error.h"

#include <fmt/format.h>

namespace orrery {

std::size_t size_of(DType type) {
    switch (type) {
    case DType::float32:
    case DType::int32:
        return 4;
    case DType::float64:
    case DType::int64:
        return 8;
    case DType::uint8:
        return 1;
    }
    return 0;
}

const char* name_of(DType type) {
    switch (type) {
    case DType::float32:
        return "float32";
    case DType::float64:
        return "float64";
    case DType::int32:
        return "int32";
    case DType::int64:
        return "int64";
    case DType::uint8:
        return "uint8";
    }
    return "";
}

Array::Array(std::vector<std::int64_t> shape, DType type) : shape_(std::move(shape)), type_(type) {
    auto buffer = std::make_shared<std::vector<std::byte>>(bytes());
    data_ = buffer->data();
    owner_ = std::move(buffer);
}

Array::Array(std::vector<std::int64_t> shape, DType type, std::shared_ptr<void> owner, void* data)
    : shape_(std::move(shape)), type_(type), owner_(std::move(owner)), data_(data) {}

void Array::expect(DType type) const {
    if (type != type_) throw Error(fmt::format("the array '{}' holds {}, not {}", name, name_of(type_), name_of(type)));
}

} // namespace orrery
