// SPDX-License-Identifier: BSD-3-Clause
#include "app/python/json.h"

#include <cmath>

namespace py = pybind11;

namespace orrery::python {

namespace {

nlohmann::json integer(py::handle object) {
    int overflow = 0;
    const long long value = PyLong_AsLongLongAndOverflow(object.ptr(), &overflow);
    if (overflow == 0) return value;
    if (overflow > 0) {
        const unsigned long long large = PyLong_AsUnsignedLongLong(object.ptr());
        if (!PyErr_Occurred()) return large;
        PyErr_Clear();
    }
    // Refused by whoever wanted an integer, in its own words.
    std::string digits = py::cast<std::string>(py::str(object));
    if (digits.size() > 40) digits = digits.substr(0, 37) + "...";
    return digits;
}

} // namespace

py::object to_python(const nlohmann::json& json) {
    switch (json.type()) {
    case nlohmann::json::value_t::boolean:
        return py::bool_(json.get<bool>());
    case nlohmann::json::value_t::number_integer:
        return py::int_(json.get<std::int64_t>());
    case nlohmann::json::value_t::number_unsigned:
        return py::int_(json.get<std::uint64_t>());
    case nlohmann::json::value_t::number_float:
        return py::float_(json.get<double>());
    case nlohmann::json::value_t::string: {
        const auto& text = json.get_ref<const std::string&>();
        return py::reinterpret_steal<py::object>(
            PyUnicode_DecodeUTF8(text.data(), static_cast<Py_ssize_t>(text.size()), "replace"));
    }
    case nlohmann::json::value_t::array: {
        py::list list(json.size());
        for (std::size_t i = 0; i < json.size(); ++i) list[i] = to_python(json[i]);
        return list;
    }
    case nlohmann::json::value_t::object: {
        py::dict dict;
        for (const auto& [key, value] : json.items()) dict[py::str(key)] = to_python(value);
        return dict;
    }
    default:
        return py::none();
    }
}

nlohmann::json to_json(py::handle object) {
    if (object.is_none()) return nullptr;
    if (py::isinstance<py::bool_>(object)) return object.cast<bool>();
    if (py::isinstance<py::int_>(object)) return integer(object);
    if (py::isinstance<py::float_>(object)) {
        const double value = object.cast<double>();
        if (std::isnan(value)) return "nan";
        if (std::isinf(value)) return value > 0 ? "inf" : "-inf";
        return value;
    }
    if (py::isinstance<py::str>(object)) return object.cast<std::string>();
    if (py::isinstance<py::dict>(object)) {
        auto json = nlohmann::json::object();
        for (const auto& [key, value] : py::reinterpret_borrow<py::dict>(object))
            json[py::cast<std::string>(key)] = to_json(value);
        return json;
    }
    if (py::isinstance<py::list>(object) || py::isinstance<py::tuple>(object)) {
        auto json = nlohmann::json::array();
        for (const auto& item : object) json.push_back(to_json(item));
        return json;
    }
    if (py::hasattr(object, "__fspath__")) return py::cast<std::string>(object.attr("__fspath__")());
    if (py::hasattr(object, "item")) return to_json(object.attr("item")());
    throw py::type_error("a parameter is a bool, int, float or str, not " +
                         py::cast<std::string>(py::type::of(object).attr("__name__")));
}

} // namespace orrery::python
