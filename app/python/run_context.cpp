// SPDX-License-Identifier: BSD-3-Clause
#include "app/python/run_context.h"

#include "app/python/arrays.h"
#include "app/python/json.h"

#include <pybind11/stl.h>
#include <pybind11/stl/filesystem.h>

#include <iterator>
#include <ostream>

namespace py = pybind11;
using namespace py::literals;

namespace orrery::python {

namespace {

void show_frame(const RunContext& self, const std::string& channel, const py::array& values, std::vector<double> origin,
                std::vector<double> spacing, std::string unit) {
    Array array = from_numpy(values);
    array.name = channel;
    array.unit = std::move(unit);
    if (!origin.empty() || !spacing.empty()) {
        const auto dimensions = array.shape().size();
        origin.resize(dimensions, 0);
        spacing.resize(dimensions, 1);
        array.origin = std::move(origin);
        array.spacing = std::move(spacing);
    }
    self.run().frame(channel, array);
}

// `content`: called only if a checkpoint is due, returns bytes.
bool checkpoint(const RunContext& self, std::int64_t step, const py::function& content) {
    const py::gil_scoped_release unlocked;
    return self.run().checkpoint(step, [&](std::ostream& out) {
        const py::gil_scoped_acquire lock;
        const py::bytes bytes = content();
        const std::string_view text = bytes;
        out.write(text.data(), static_cast<std::streamsize>(text.size()));
    });
}

py::object resume(const RunContext& self) {
    auto origin = self.run().resume();
    if (!origin) return py::none();
    const std::string text(std::istreambuf_iterator<char>(*origin->stream), {});
    return py::make_tuple(origin->step, py::bytes(text));
}

} // namespace

void bind_run_context(py::module_& module) {
    py::class_<RunContext>(module, "RunContext")
        .def(
            "metric",
            [](const RunContext& self, std::string_view key, std::int64_t step, double value) {
                self.run().metric(key, step, value);
            },
            "key"_a, "step"_a, "value"_a)
        .def(
            "progress",
            [](const RunContext& self, double fraction, std::string_view what) { self.run().progress(fraction, what); },
            "fraction"_a, "what"_a = "")
        .def(
            "log", [](const RunContext& self, std::string_view line) { self.run().log(line); }, "line"_a)
        .def("frame", &show_frame, "channel"_a, "values"_a, "origin"_a, "spacing"_a, "unit"_a)
        .def(
            "live", [](const RunContext& self, std::int64_t step) { return to_python(json_of(self.run().live(step))); },
            "step"_a)
        .def(
            "artifact",
            [](const RunContext& self, std::string_view name, std::string_view kind,
               const std::filesystem::path& file) { self.run().artifact(name, kind_named(kind), file); },
            "name"_a, "kind"_a, "file"_a, py::call_guard<py::gil_scoped_release>())
        .def(
            "input", [](const RunContext& self, const std::filesystem::path& file) { self.run().input(file); },
            "file"_a, py::call_guard<py::gil_scoped_release>())
        .def("checkpoint", &checkpoint, "step"_a, "content"_a)
        .def("resume", &resume)
        .def_property_readonly("scratch", [](const RunContext& self) { return self.run().scratch(); })
        .def_property_readonly("stop_requested",
                               [](const RunContext& self) { return self.run().stop().stop_requested(); })
        .def_property_readonly("seed", [](const RunContext& self) { return self.run().seed(); })
        .def_property_readonly("device", [](const RunContext& self) { return self.run().device().name(); });
}

} // namespace orrery::python
