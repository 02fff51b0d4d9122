// SPDX-License-Identifier: BSD-3-Clause
// liborrery_python.so: the interpreter of the environment that holds torch, inside this process. It is never finalised:
// torch doesn't stand that.
#include "app/python/json.h"
#include "app/python/run_context.h"
#include "core/platform/machine.h"
#include "core/plugins/python_host.h"
#include "core/sha256.h"

#include <fmt/format.h>
#include <pybind11/embed.h>
#include <pybind11/stl.h>

#include <mutex>

namespace py = pybind11;
namespace fs = std::filesystem;

namespace orrery::python {

namespace {

void expect(const PyStatus& status) {
    if (PyStatus_Exception(status))
        throw Error(fmt::format("Python can't be started: {}", status.err_msg ? status.err_msg : "no reason given"),
                    "run tools/setup again");
}

// How much of Python is started: with the packages of the environment, or the standard library alone.
enum class Extent { whole, standard_library };

void start(Extent extent) {
    static std::once_flag started;
    std::call_once(started, [&] {
        PyPreConfig before;
        PyPreConfig_InitPythonConfig(&before);
        before.utf8_mode = 1; // names of files are UTF-8 whatever the locale
        expect(Py_PreInitialize(&before));
        PyConfig config;
        if (extent == Extent::whole)
            PyConfig_InitPythonConfig(&config);
        else
            PyConfig_InitIsolatedConfig(&config);
        config.site_import = extent == Extent::whole;
        config.install_signal_handlers = 0; // a stop is a matter of the run
        config.buffered_stdio = 0;          // what is printed is in the log at once
        config.configure_c_stdio = 0;       // a worker waits for its input meanwhile, and holds its lock
        config.parse_argv = 0;
        const auto program = (python_environment() / "bin/python3").string();
        expect(PyConfig_SetBytesString(&config, &config.program_name, program.c_str()));
        const auto status = Py_InitializeFromConfig(&config);
        PyConfig_Clear(&config);
        expect(status);
        const auto package = platform::installation() / "python";
        const auto folder = extent == Extent::whole ? package : package / "orrery";
        py::list(py::module_::import("sys").attr("path")).insert(0, folder.string());
        PyEval_SaveThread(); // whoever calls takes the lock
    });
}

int run_main(const std::vector<std::string>& arguments) {
    PyConfig config;
    PyConfig_InitPythonConfig(&config);
    std::vector<char*> argv;
    std::string program = (python_environment() / "bin/python3").string();
    argv.push_back(program.data());
    std::vector<std::string> copies = arguments;
    for (auto& argument : copies) argv.push_back(argument.data());
    expect(PyConfig_SetBytesArgv(&config, static_cast<Py_ssize_t>(argv.size()), argv.data()));
    expect(PyConfig_SetBytesString(&config, &config.program_name, program.c_str()));
    const auto status = Py_InitializeFromConfig(&config);
    PyConfig_Clear(&config);
    if (PyStatus_IsExit(status)) return status.exitcode;
    expect(status);
    py::list(py::module_::import("sys").attr("path")).insert(0, (platform::installation() / "python").string());
    return Py_RunMain();
}

std::string text_of_error(const py::error_already_set& error) {
    return py::cast<std::string>(py::str(error.type().attr("__name__"))) + ": " +
           py::cast<std::string>(py::str(error.value()));
}

nlohmann::json declare(const fs::path& file) {
    start(Extent::standard_library);
    const py::gil_scoped_acquire lock;
    try {
        return to_json(py::module_::import("declaration").attr("read_file")(file.string()));
    } catch (const py::error_already_set& error) {
        throw Error(fmt::format("the declarations of {} can't be read: {}", file.string(), text_of_error(error)));
    }
}

// What the functions in orrery/plugin.py say of a run or a check that ended: nothing, or {"kind","error","hint"}.
void throw_what_it_says(const nlohmann::json& said) {
    if (said.is_null()) return;
    const auto kind = said.at("kind").get<std::string>();
    if (kind == "stopped") throw Stopped();
    throw Error(said.at("error").get<std::string>(), said.at("hint").get<std::string>(),
                kind == "parameters" ? ExitCode::usage : ExitCode::failed);
}

std::shared_ptr<Experiment> experiment_of(const py::handle& declared) {
    auto made = std::make_shared<Experiment>();
    made->declaration = Declaration::from_json(to_json(declared.attr("declaration")));
    // Kept for ever, as the interpreter is: nobody has to hold its lock to let it go.
    const auto* experiment = new py::object(py::reinterpret_borrow<py::object>(declared));
    made->check = [experiment](const Values& values, Problems& problems) {
        const py::gil_scoped_acquire lock;
        const auto found =
            to_json(py::module_::import("orrery.plugin").attr("check")(*experiment, to_python(json_of(values))));
        if (found.is_object()) throw_what_it_says(found);
        for (const auto& problem : found) problems.add(problem.at(0), problem.at(1));
    };
    made->run = [experiment](const Values& values, Run& run) {
        const py::gil_scoped_acquire lock;
        throw_what_it_says(to_json(py::module_::import("orrery.plugin")
                                       .attr("execute")(*experiment, to_python(json_of(values)), RunContext(run))));
    };
    return made;
}

OpenedPlugin open(const fs::path& file) {
    start(Extent::whole);
    const py::gil_scoped_acquire lock;
    OpenedPlugin opened;
    opened.info.id = file.stem().string();
    opened.info.title = opened.info.id;
    opened.info.folder = file.parent_path();
    opened.info.library = file;
    const auto hash = sha256_of_file(file);
    opened.info.version = hash.substr(0, 12);
    opened.info.build_key = "python:" + hash;
    py::object answer;
    try {
        py::module_::import("orrery._core"); // its types are needed below
        answer = py::module_::import("orrery.plugin").attr("load")(file.string());
    } catch (const py::error_already_set& error) {
        throw Error(fmt::format("Orrery's Python package can't be used: {}", text_of_error(error)),
                    "run tools/setup and build again");
    }
    if (py::isinstance<py::dict>(answer)) throw_what_it_says(to_json(answer));
    for (const auto& declared : answer) opened.experiments.push_back(experiment_of(declared));
    for (const auto& experiment : opened.experiments) opened.info.experiments.push_back(experiment->declaration);
    opened.info.state = PluginState::loaded;
    return opened;
}

} // namespace

} // namespace orrery::python

extern "C" ORRERY_API const orrery::PythonHost* orrery_python_host() {
    static const orrery::PythonHost host{&orrery::python::run_main, &orrery::python::declare, &orrery::python::open};
    return &host;
}
