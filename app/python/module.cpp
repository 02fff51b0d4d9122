// SPDX-License-Identifier: BSD-3-Clause
// orrery._core: the core for Python, without torch. The package around it is what people use.
#include "app/python/arrays.h"
#include "app/python/jobs.h"
#include "app/python/json.h"
#include "app/python/run_context.h"
#include "core/device.h"
#include "core/files/field_file.h"
#include "core/files/table.h"
#include "core/platform/machine.h"
#include "core/platform/process.h"
#include "core/provenance.h"

#include <pybind11/stl.h>
#include <pybind11/stl/filesystem.h>

namespace py = pybind11;
using namespace py::literals;

namespace orrery::python {

namespace {

// orrery.Error(what, hint), orrery.Stopped().
void translate(std::exception_ptr exception) {
    try {
        std::rethrow_exception(exception);
    } catch (const Error& error) {
        const auto type = py::module_::import("orrery.errors").attr("Error");
        const auto text = [](const std::string& utf8) {
            return py::reinterpret_steal<py::object>(
                PyUnicode_DecodeUTF8(utf8.data(), static_cast<Py_ssize_t>(utf8.size()), "replace"));
        };
        PyErr_SetObject(type.ptr(), type(text(error.what()), text(error.hint())).ptr());
    } catch (const Stopped&) {
        const auto type = py::module_::import("orrery.errors").attr("Stopped");
        PyErr_SetObject(type.ptr(), type().ptr());
    }
}

// Layout of a field file, and where each field's values lie as one block, if they do.
py::dict field_layout(const std::filesystem::path& path) {
    const auto file = FieldFile::open(path);
    const auto& layout = file.layout();
    py::dict blocks;
    for (const auto& name : layout.names)
        if (const auto block = file.block(name))
            blocks[py::str(name)] = py::make_tuple(block->offset, name_of(block->type));
    return py::dict("nx"_a = layout.nx, "ny"_a = layout.ny, "origin"_a = layout.origin, "spacing"_a = layout.spacing,
                    "names"_a = layout.names, "units"_a = layout.units, "times"_a = layout.times, "blocks"_a = blocks);
}

py::array read_field(const std::filesystem::path& path, const std::string& name) {
    return to_numpy(FieldFile::open(path).read_all(name));
}

// Rows of cells (None, bool, int, float, str) as the core writes tables: format is "csv", "json", "md", "html" or
// "table".
std::string table_text(const std::vector<std::string>& columns, const py::list& rows, const std::string& format,
                       const std::string& title) {
    Table table;
    table.title = title;
    for (const auto& column : columns) table.columns.push_back({column});
    for (const auto& row : rows) {
        std::vector<Table::Cell> cells;
        for (const auto& cell : row) {
            if (py::isinstance<py::float_>(cell)) {
                cells.emplace_back(cell.cast<double>());
                continue;
            }
            const auto json = to_json(cell);
            if (json.is_null())
                cells.emplace_back();
            else if (json.is_boolean())
                cells.emplace_back(std::string(json.get<bool>() ? "true" : "false"));
            else if (json.is_number_integer())
                cells.emplace_back(json.get<std::int64_t>());
            else if (json.is_number())
                cells.emplace_back(json.get<double>());
            else
                cells.emplace_back(json.is_string() ? json.get<std::string>() : json.dump());
        }
        table.rows.push_back(std::move(cells));
    }
    return text_of(table, table_format_named(format));
}

// Values [steps, nx, ny] or [nx, ny] (then one step) of each field.
void write_fields(const std::filesystem::path& path, const std::map<std::string, py::array>& fields,
                  const std::vector<double>& times, std::array<double, 2> origin, std::array<double, 2> spacing,
                  const std::map<std::string, std::string>& units) {
    FieldLayout layout;
    layout.times = times;
    layout.origin = origin;
    layout.spacing = spacing;
    layout.units = units;
    layout.type = DType::float32;
    const auto steps = static_cast<std::int64_t>(times.size());
    for (const auto& [name, values] : fields) {
        const auto dimensions = values.ndim();
        if (dimensions != 3 || values.shape(0) != steps)
            throw Error("the field '" + name + "' has the wrong shape: it is [steps, nx, ny] with " +
                            std::to_string(steps) + " times",
                        "give as many times as there are steps");
        layout.nx = values.shape(1);
        layout.ny = values.shape(2);
        layout.names.push_back(name);
        if (values.dtype().itemsize() > 4 || values.dtype().kind() != 'f') layout.type = DType::float64;
    }
    FieldWriter writer(path, layout);
    for (const auto& [name, values] : fields)
        for (std::int64_t step = 0; step < steps; ++step)
            writer.write(step, name, from_numpy(py::array(values[py::int_(step)])));
    writer.close();
}

} // namespace

} // namespace orrery::python

PYBIND11_MODULE(_core, module) {
    using namespace orrery;
    using namespace orrery::python;
    py::register_local_exception_translator(&translate);
    platform::ignore_file_size_signal();
    bind_project(module);
    bind_run_context(module);
    module.def("table_text", &table_text, "columns"_a, "rows"_a, "format"_a, "title"_a = "");
    module.def("field_layout", &field_layout);
    module.def("read_field", &read_field);
    module.def("write_fields", &write_fields);
    module.def("installation", &platform::installation);
    module.def("version", [] { return code_version().version; });
    module.def("commit", [] { return code_version().commit; });
    module.def("devices", [] {
        py::list list;
        for (const auto& info : devices()) list.append(py::make_tuple(info.device.name(), info.description));
        return list;
    });
}
