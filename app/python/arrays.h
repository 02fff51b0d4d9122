// SPDX-License-Identifier: BSD-3-Clause
// Arrays of the core as NumPy arrays over the same memory, and back.
#pragma once
#include "core/array.h"

#include <pybind11/numpy.h>

namespace orrery::python {

// Shares the memory of `array`, which lives as long as the NumPy array does.
pybind11::array to_numpy(Array array);
// Shares the memory of a C-contiguous array of a type that Array has; converts others (bool and small integers to
// int32, float16 to float32). The object must outlive the Array. Throws Error.
Array from_numpy(pybind11::array array);

} // namespace orrery::python
