// SPDX-License-Identifier: BSD-3-Clause
// JSON documents of the core as Python objects, and back.
#pragma once
#include <nlohmann/json.hpp>
#include <pybind11/pybind11.h>

namespace orrery::python {

// Objects become dict, in their order.
pybind11::object to_python(const nlohmann::json& json);
// None, bool, int, float, str, paths, lists, tuples, dicts with text keys, and scalars of NumPy or torch (whatever has
// item()). What JSON has no number for becomes a text: "nan", "inf", digits. Throws TypeError for anything else.
nlohmann::json to_json(pybind11::handle object);

} // namespace orrery::python
