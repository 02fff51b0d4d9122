// SPDX-License-Identifier: BSD-3-Clause
#include "app/python/arrays.h"
#include "app/python/jobs.h"
#include "app/python/json.h"
#include "core/compare.h"
#include "core/exchange/exchange_commands.h"
#include "core/figure/figure_commands.h"
#include "core/figure/figure_data.h"
#include "core/figure/figure_export.h"
#include "core/project_commands.h"
#include "core/run_id.h"
#include "core/sweep.h"
#include "core/verify.h"

#include <pybind11/stl.h>
#include <pybind11/stl/filesystem.h>

#include <sstream>

namespace py = pybind11;
using namespace py::literals;

namespace orrery::python {

namespace {

using Unlocked = py::call_guard<py::gil_scoped_release>;

// All commands of the core that are about a project.
class ProjectCommands {
public:
    explicit ProjectCommands(const CurrentProject& current) : history(set) {
        add_project_commands(set, current);
        add_figure_commands(set, current);
        add_exchange_commands(set, current);
        add_history_commands(set, history);
    }
    CommandSet set;
    History history;
};

// An open project with its commands and jobs.
class OpenProject {
public:
    OpenProject(const std::filesystem::path& folder, Access access)
        : project_(std::make_shared<Project>(Project::open(folder, access))), jobs_(project_),
          commands_([this] { return project_.get(); }) {}

    Project& project() { return *project_; }
    Jobs& jobs() { return jobs_; }

    // What was done, in a sentence.
    std::string execute(const std::string& command, const nlohmann::json& arguments) {
        const std::lock_guard lock(mutex_);
        return commands_.history.execute(commands_.set.checked({{"command", command}, {"arguments", arguments}})).done;
    }

private:
    std::shared_ptr<Project> project_;
    Jobs jobs_;
    std::mutex mutex_; // commands are for one thread at a time
    ProjectCommands commands_;
};

// Calls `read` without the interpreter's lock, and makes Python objects of the JSON that it returns.
template <class Read>
py::object document(Read read) {
    nlohmann::json json;
    {
        const py::gil_scoped_release unlocked;
        json = read();
    }
    return to_python(json);
}

py::object rows(OpenProject& self, bool removed) {
    return document([&] {
        auto list = nlohmann::json::array();
        for (const auto& row : self.project().runs(removed)) list.push_back(row.to_json());
        return list;
    });
}

// What is true of one run beyond its row.
py::object facts(OpenProject& self, const std::string& run) {
    return document([&] {
        const auto& project = self.project();
        nlohmann::json json{{"provenance", project.provenance(run)},
                            {"declaration", project.declaration(run)},
                            {"log", project.log_file(run).string()}};
        json["inputs"] = json["live"] = nlohmann::json::array();
        for (const auto& input : project.inputs(run))
            json["inputs"].push_back({{"path", input.path}, {"sha256", input.sha256}, {"bytes", input.bytes}});
        for (const auto& change : project.live_changes(run))
            json["live"].push_back({{"step", change.step}, {"field", change.field}, {"value", change.value}});
        return json;
    });
}

// (steps int64 [n], values float64 [n], elapsed float64 [n] in seconds)
py::tuple series(OpenProject& self, const std::string& run, const std::string& key) {
    std::vector<MetricPoint> points;
    {
        const py::gil_scoped_release unlocked;
        points = self.project().metric_series(run, key);
    }
    py::array_t<std::int64_t> steps(static_cast<py::ssize_t>(points.size()));
    py::array_t<double> values(static_cast<py::ssize_t>(points.size())), elapsed(values.size());
    for (std::size_t i = 0; i < points.size(); ++i) {
        steps.mutable_data()[i] = points[i].step;
        values.mutable_data()[i] = points[i].value;
        elapsed.mutable_data()[i] = points[i].elapsed;
    }
    return py::make_tuple(steps, values, elapsed);
}

std::string path_of(OpenProject& self, const std::string& run, const std::string& name, bool checked) {
    for (const auto& artifact : self.project().artifacts(run))
        if (artifact.name == name) {
            const auto path =
                checked ? self.project().sound_artifact(artifact) : self.project().artifact_path(artifact);
            std::error_code ignored;
            if (!std::filesystem::exists(path, ignored))
                throw Error("the file of the artifact '" + name + "' of run " + run + " is gone: " + path.string(),
                            "`orrery verify` shows what else is missing");
            return path.string();
        }
    throw Error("run " + run + " has no artifact '" + name + "'", {}, ExitCode::usage);
}

std::vector<std::string> start(OpenProject& self, const std::string& experiment, const py::list& points,
                               const py::kwargs& given) {
    JobOrder order;
    order.experiment = experiment;
    order.device = parse_device(py::cast<std::string>(given["device"]));
    order.seed = py::cast<std::uint64_t>(given["seed"]);
    order.name = py::cast<std::string>(given["name"]);
    order.note = py::cast<std::string>(given["note"]);
    order.tags = py::cast<std::vector<std::string>>(given["tags"]);
    order.threads = py::cast<int>(given["threads"]);
    if (given.contains("priority")) order.priority = py::cast<int>(given["priority"]);
    if (given.contains("sweep")) order.sweep = py::cast<std::string>(given["sweep"]);
    std::vector<nlohmann::json> objects;
    for (const auto& point : points) objects.push_back(to_json(point));
    const py::gil_scoped_release unlocked;
    return self.jobs().start(std::move(order), objects);
}

py::list wait(OpenProject& self, const std::vector<std::string>& runs, int milliseconds) {
    std::vector<EndedJob> ended;
    {
        const py::gil_scoped_release unlocked;
        ended = self.jobs().wait(runs, milliseconds);
    }
    py::list list;
    for (const auto& job : ended) list.append(py::make_tuple(job.run, static_cast<int>(job.code), job.refused));
    return list;
}

// The complete values of {"name": value}, and all problems as (field, sentence).
py::tuple checked_parameters(const std::filesystem::path& project, const std::string& experiment,
                             const py::dict& given) {
    const auto object = to_json(given);
    Problems problems;
    Values values;
    {
        const py::gil_scoped_release unlocked;
        const PluginCatalogue catalogue(plugin_path(project));
        const auto found = catalogue.find(experiment);
        values = found.experiment->schema.parse(object, problems);
    }
    py::list list;
    for (const auto& problem : problems) list.append(py::make_tuple(problem.field, problem.line()));
    return py::make_tuple(to_python(json_of(values)), list);
}

// (names that vary, [values], problems) of "name=a,b,c" texts.
py::tuple sweep_points(const std::filesystem::path& project, const std::string& experiment,
                       const std::vector<std::string>& assignments, const std::string& sampling, std::int64_t count,
                       std::uint64_t seed) {
    SweepOptions options;
    options.count = count;
    options.seed = seed;
    options.sampling = sampling == "random" ? Sampling::random : sampling == "sobol" ? Sampling::sobol : Sampling::grid;
    Problems problems;
    Sweep sweep;
    {
        const py::gil_scoped_release unlocked;
        const PluginCatalogue catalogue(plugin_path(project));
        sweep = parse_sweep(catalogue.find(experiment).experiment->schema, assignments, options, problems);
    }
    py::list points, list;
    if (problems.empty())
        for (const auto& point : sweep.points) points.append(to_python(json_of(point)));
    for (const auto& problem : problems) list.append(py::make_tuple(problem.field, problem.line()));
    return py::make_tuple(sweep.varied, points, list);
}

// Every experiment that can be run, as `describe --json` prints it.
py::object experiments(const std::filesystem::path& project) {
    return document([&] {
        const PluginCatalogue catalogue(plugin_path(project));
        auto list = nlohmann::json::array();
        for (const auto& found : catalogue.experiments()) {
            auto json = found.experiment->to_json();
            json["plugin"] = found.plugin->id;
            list.push_back(std::move(json));
        }
        return list;
    });
}

py::object plugins(const std::filesystem::path& project) {
    return document([&] {
        const PluginCatalogue catalogue(plugin_path(project));
        auto list = nlohmann::json::array();
        for (const auto& plugin : catalogue.plugins())
            list.push_back({{"id", plugin.id},
                            {"title", plugin.title},
                            {"version", plugin.version},
                            {"library", plugin.library.string()},
                            {"state", name_of(plugin.state)},
                            {"reason", plugin.reason},
                            {"hint", plugin.hint}});
        return list;
    });
}

// --- figures: specifications come and go as dicts ---

py::object checked_figure(OpenProject&, const py::dict& specification) {
    return to_python(Figure::from_json(to_json(specification)).to_json());
}

py::object changed_figure(OpenProject&, const py::dict& specification, const py::dict& changes) {
    return to_python(Figure::from_json(to_json(specification)).with(to_json(changes)).to_json());
}

py::object named_figure(OpenProject& self, const std::string& name, const std::vector<std::string>& runs) {
    return document([&] { return figure_named(self.project(), name, runs).to_json(); });
}

std::string figure_csv(OpenProject& self, const py::dict& specification) {
    const auto figure = Figure::from_json(to_json(specification));
    const py::gil_scoped_release unlocked;
    std::ostringstream text;
    figure_data(self.project(), figure).write_csv(text, figure);
    return text.str();
}

py::object write_figure(OpenProject& self, const py::dict& specification, const std::filesystem::path& out,
                        const std::string& name, bool with_records) {
    const auto figure = Figure::from_json(to_json(specification));
    FigureExportOptions options;
    options.name = name;
    return document([&] {
        return with_records ? export_figure(self.project(), figure, out, options).to_json()
                            : render_figure(self.project(), figure, out, options).to_json();
    });
}

py::list problems_of(OpenProject& self) {
    std::vector<Damage> problems;
    {
        const py::gil_scoped_release unlocked;
        problems = verify(self.project()).problems;
    }
    py::list list;
    for (const auto& problem : problems) list.append(py::make_tuple(problem.object, problem.what));
    return list;
}

} // namespace

void bind_project(py::module_& module) {
    py::enum_<Access>(module, "Access")
        .value("read", Access::read)
        .value("write", Access::write)
        .value("create", Access::create);
    py::class_<OpenProject>(module, "Project")
        .def(py::init<const std::filesystem::path&, Access>(), "folder"_a, "access"_a, Unlocked())
        .def_property_readonly("folder", [](OpenProject& self) { return self.project().folder(); })
        .def_property_readonly("writable", [](OpenProject& self) { return self.project().writable(); })
        .def_property_readonly("notice", [](OpenProject& self) { return self.project().notice(); })
        .def("runs", &rows, "removed"_a = false)
        .def("run", [](OpenProject& self,
                       const std::string& run) { return document([&] { return self.project().run(run).to_json(); }); })
        .def("facts", &facts)
        .def(
            "find", [](OpenProject& self, const std::string& text) { return self.project().find(text); }, Unlocked())
        .def(
            "metric_keys", [](OpenProject& self, const std::string& run) { return self.project().metric_keys(run); },
            Unlocked())
        .def("series", &series)
        .def("artifact_path", &path_of, "run"_a, "name"_a, "checked"_a = false, Unlocked())
        .def(
            "changes", [](OpenProject& self) { return self.project().changes(); }, Unlocked())
        .def("compare",
             [](OpenProject& self, const std::vector<std::string>& runs) {
                 return document([&] { return compare(self.project(), runs).to_json(); });
             })
        .def("verify", &problems_of)
        .def("execute",
             [](OpenProject& self, const std::string& command, const py::dict& arguments) {
                 const auto json = to_json(arguments);
                 const py::gil_scoped_release unlocked;
                 return self.execute(command, json);
             })
        .def("checked_figure", &checked_figure)
        .def("changed_figure", &changed_figure)
        .def("named_figure", &named_figure)
        .def("figure_csv", &figure_csv)
        .def("write_figure", &write_figure)
        .def(
            "figures",
            [](OpenProject& self) {
                std::vector<std::string> names;
                for (const auto& row : self.project().figures()) names.push_back(row.name);
                return names;
            },
            Unlocked())
        .def("start", &start)
        .def(
            "resume", [](OpenProject& self, const std::string& run) { self.jobs().resume(run); }, Unlocked())
        .def("wait", &wait)
        .def(
            "leave", [](OpenProject& self) { return self.jobs().leave(); }, Unlocked())
        .def(
            "hindrance", [](OpenProject& self) { return self.jobs().hindrance(); }, Unlocked())
        .def(
            "request_stop", [](OpenProject& self, const std::string& run) { return self.project().request_stop(run); },
            Unlocked())
        .def(
            "kill", [](OpenProject& self, const std::string& run) { return self.project().kill(run); }, Unlocked());
    // As in CommandSet::to_json(), whatever project is open.
    module.def("commands", [] { return to_python(ProjectCommands({}).set.to_json()); });
    module.def("new_run_id", &new_run_id);
    module.def("checked_parameters", &checked_parameters);
    module.def("sweep_points", &sweep_points);
    module.def("experiments", &experiments);
    module.def("plugins", &plugins);
}

} // namespace orrery::python
