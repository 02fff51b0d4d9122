// SPDX-License-Identifier: BSD-3-Clause
#include "app/python/arrays.h"

#include "core/error.h"

namespace py = pybind11;

namespace orrery::python {

namespace {

py::dtype dtype_of_type(DType type) {
    switch (type) {
    case DType::float32:
        return py::dtype::of<float>();
    case DType::float64:
        return py::dtype::of<double>();
    case DType::int32:
        return py::dtype::of<std::int32_t>();
    case DType::int64:
        return py::dtype::of<std::int64_t>();
    case DType::uint8:
        return py::dtype::of<std::uint8_t>();
    }
    throw Error("an array has an unknown element type");
}

DType type_of(const py::dtype& dtype) {
    const char kind = dtype.kind();
    const auto size = dtype.itemsize();
    if (kind == 'f') return size <= 4 ? DType::float32 : DType::float64;
    if (kind == 'u' && size == 1) return DType::uint8;
    if (kind == 'b') return DType::uint8;
    if (kind == 'i' || kind == 'u') return size <= 2 || (kind == 'i' && size == 4) ? DType::int32 : DType::int64;
    throw Error("an array of type " + py::repr(dtype).cast<std::string>() + " can't be used",
                "give numbers: floats, integers or bool");
}

} // namespace

py::array to_numpy(Array array) {
    auto* kept = new Array(std::move(array));
    const py::capsule owner(kept, [](void* pointer) { delete static_cast<Array*>(pointer); });
    return py::array(dtype_of_type(kept->type()), kept->shape(), kept->data(), owner);
}

Array from_numpy(py::array array) {
    const auto type = type_of(array.dtype());
    array = py::array::ensure(py::module_::import("numpy").attr("ascontiguousarray")(array, dtype_of_type(type)));
    std::vector<std::int64_t> shape(array.shape(), array.shape() + array.ndim());
    void* data = const_cast<void*>(array.data());
    // The last owner may be a thread of the core: it takes the interpreter's lock to let the array go.
    auto* kept = new py::array(std::move(array));
    const std::shared_ptr<void> owner(kept, [](void* pointer) {
        const py::gil_scoped_acquire lock;
        delete static_cast<py::array*>(pointer);
    });
    return Array(std::move(shape), type, owner, data);
}

} // namespace orrery::python
