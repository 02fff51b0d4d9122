// SPDX-License-Identifier: BSD-3-Clause
#include "core/files/export.h"

#include "core/error.h"
#include "core/files/field_file.h"
#include "core/files/graph_file.h"
#include "core/files/npy.h"
#include "core/files/replace_file.h"
#include "core/files/zip.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <array>
#include <fstream>
#include <ostream>

namespace orrery {

namespace {

namespace fs = std::filesystem;

// The ending that belongs to what a stored file holds: in the project files have no endings.
std::string ending_of_content(std::string_view front) {
    const auto begins = [&](std::string_view with) { return front.substr(0, with.size()) == with; };
    if (begins("\x89PNG")) return ".png";
    if (begins("%PDF")) return ".pdf";
    if (begins("PK\x03\x04")) return ".pt";
    if (begins("\x89HDF")) return ".vtkhdf";
    const auto first = front.find_first_not_of(" \t\r\n");
    if (first == std::string_view::npos) return {};
    if (front[first] == '{' || front[first] == '[') return ".json";
    if (front[first] == '<') return front.find("<graphml") != std::string_view::npos ? ".graphml" : ".html";
    return ".csv";
}

std::string front_of(const fs::path& stored) {
    std::ifstream in(stored, std::ios::binary);
    if (!in || !fs::is_regular_file(stored))
        throw Error(fmt::format("{} can't be read: there is no such file.", stored.string()));
    std::string front(1000, '\0');
    in.read(front.data(), static_cast<std::streamsize>(front.size()));
    front.resize(static_cast<std::size_t>(in.gcount()));
    return front;
}

void copy_bytes(const fs::path& stored, const fs::path& out) {
    std::error_code code;
    if (fs::equivalent(stored, out, code))
        throw Error(fmt::format("{} is the artifact itself.", out.string()), "Choose another file.", ExitCode::usage);
    std::ifstream in(stored, std::ios::binary);
    replace_file(out, [&](std::ostream& to) {
        if (fs::file_size(stored) > 0) to << in.rdbuf();
        if (in.bad()) throw Error(fmt::format("{} can't be read to its end.", stored.string()));
    });
}

void copy_if_same_form(const fs::path& stored, const fs::path& out) {
    const std::string is = ending_of_content(front_of(stored));
    std::string wanted = out.extension().string();
    if (wanted == ".hdf") wanted = ".vtkhdf";
    if (is != wanted) {
        throw Error(fmt::format("{} can't be written: the artifact's file is {}, which is not changed into {}.",
                                out.string(), is.empty() ? "empty" : is, wanted),
                    is.empty() ? "" : fmt::format("Write it with the ending {}.", is), ExitCode::usage);
    }
    copy_bytes(stored, out);
}

// Graphs are stored as .npz, or as .graphml or .gexf by plugins in Python; another form is written from what is read.
void export_graphs(const fs::path& stored, const fs::path& out) {
    const std::string front = front_of(stored);
    std::string is = ending_of_content(front);
    if (is == ".pt") is = ".npz"; // both are zip archives
    if (is == ".html" && front.find("<gexf") != std::string::npos) is = ".gexf";
    if (out.extension() == is) return copy_bytes(stored, out);
    write_graphs(out, read_graphs(stored, is));
}

std::span<const char> bytes_of(const Array& array) { return {static_cast<const char*>(array.data()), array.bytes()}; }

// A field file and which of its steps are wanted.
class FieldExport {
public:
    FieldExport(const fs::path& stored, const ExportOptions& options)
        : file_(FieldFile::open(stored)), options_(options) {
        if (!options.step) return;
        step_ = *options.step < 0 ? *options.step + file_.steps() : *options.step;
        if (step_ < 0 || step_ >= file_.steps()) {
            throw Error(fmt::format("There is no step {}: the field has steps 0 to {} (or -{} to -1 from the end).",
                                    *options.step, file_.steps() - 1, file_.steps()),
                        {}, ExitCode::usage);
        }
    }

    void npy(const fs::path& out) const {
        const std::string name = one_name();
        const Array array = values(name);
        write_npy(out, array);
    }

    void npz(const fs::path& out) const {
        for (const std::string& own : {std::string("time"), axes()[0], axes()[1]}) {
            const auto& names = file_.names();
            if (std::find(names.begin(), names.end(), own) != names.end()) {
                throw Error(fmt::format(
                    "A field named '{}' can't be written as .npz, where this is the name of a coordinate.", own));
            }
        }
        replace_file(out, [&](std::ostream& to) {
            ZipWriter zip(to);
            const auto add = [&](const std::string& name, const Array& array) {
                const std::string header = npy_header(array.shape(), array.type());
                zip.add(name + ".npy", {std::span<const char>(header.data(), header.size()), bytes_of(array)});
            };
            for (const auto& name : file_.names()) add(name, values(name));
            std::vector<double> times = file_.times();
            if (options_.step) times = {times[static_cast<std::size_t>(step_)]};
            add("time", array_of(times));
            add(axes()[0], array_of(coordinates(0)));
            add(axes()[1], array_of(coordinates(1)));
            zip.finish();
        });
    }

    void csv(const fs::path& out) const {
        replace_file(out, [&](std::ostream& to) {
            std::string text = "time," + axes()[0] + ',' + axes()[1];
            for (const auto& name : file_.names()) text += "," + heading(name);
            text += "\r\n";
            const auto x = coordinates(0), y = coordinates(1);
            for (std::int64_t step = options_.step ? step_ : 0; step < (options_.step ? step_ + 1 : file_.steps());
                 ++step) {
                std::vector<Array> fields;
                for (const auto& name : file_.names()) fields.push_back(file_.read(step, name));
                const double time = file_.times()[static_cast<std::size_t>(step)];
                for (std::size_t i = 0; i < x.size(); ++i) {
                    for (std::size_t j = 0; j < y.size(); ++j) {
                        fmt::format_to(std::back_inserter(text), "{},{},{}", time, x[i], y[j]);
                        for (const Array& field : fields) add_number(text, field, i * y.size() + j);
                        text += "\r\n";
                    }
                    to << text;
                    text.clear();
                }
            }
        });
    }

    // VTK XML ImageData: https://docs.vtk.org/en/latest/vtk_file_formats/vtkxml_file_format.html
    void vti(const fs::path& out) const {
        const std::int64_t step = options_.step ? step_ : file_.steps() - 1;
        const FieldLayout& layout = file_.layout();
        std::vector<Array> fields;
        for (const auto& name : file_.names()) fields.push_back(file_.read(step, name));
        replace_file(out, [&](std::ostream& to) {
            const std::string extent = fmt::format("0 {} 0 {} 0 0", layout.nx - 1, layout.ny - 1);
            to << "<?xml version=\"1.0\"?>\n<VTKFile type=\"ImageData\" version=\"1.0\" byte_order=\"LittleEndian\" "
                  "header_type=\"UInt64\">\n"
               << fmt::format("<ImageData WholeExtent=\"{}\" Origin=\"{} {} 0\" Spacing=\"{} {} 1\">\n", extent,
                              layout.origin[0], layout.origin[1], layout.spacing[0], layout.spacing[1])
               << "<FieldData><DataArray type=\"Float64\" Name=\"TimeValue\" NumberOfTuples=\"1\" format=\"ascii\">"
               << fmt::format("{}", file_.times()[static_cast<std::size_t>(step)]) << "</DataArray></FieldData>\n"
               << fmt::format("<Piece Extent=\"{}\">\n<PointData>\n", extent);
            std::uint64_t offset = 0;
            for (const Array& field : fields) {
                to << fmt::format("<DataArray type=\"{}\" Name=\"{}\" format=\"appended\" offset=\"{}\"/>\n",
                                  field.type() == DType::float64 ? "Float64" : "Float32", escaped(field.name), offset);
                offset += sizeof(std::uint64_t) + field.bytes();
            }
            to << "</PointData>\n</Piece>\n</ImageData>\n<AppendedData encoding=\"raw\">\n_";
            for (const Array& field : fields) {
                const std::uint64_t bytes = field.bytes();
                to.write(reinterpret_cast<const char*>(&bytes), sizeof bytes);
                if (field.type() == DType::float64) {
                    write_x_fastest<double>(to, field);
                } else {
                    write_x_fastest<float>(to, field);
                }
            }
            to << "\n</AppendedData>\n</VTKFile>\n";
        });
    }

private:
    Array values(const std::string& name) const {
        return options_.step ? file_.read(step_, name) : file_.read_all(name);
    }

    std::string one_name() const {
        const auto& names = file_.names();
        if (options_.field.empty() && names.size() == 1) return names.front();
        if (std::find(names.begin(), names.end(), options_.field) != names.end()) return options_.field;
        const std::string have = fmt::format("it holds {}", fmt::join(names, ", "));
        if (options_.field.empty()) {
            throw Error(fmt::format("The artifact has several fields, and .npy holds one: {}.", have),
                        "Name one, or write .npz.", ExitCode::usage);
        }
        throw Error(fmt::format("The artifact has no field '{}': {}.", options_.field, have), {}, ExitCode::usage);
    }

    const std::array<std::string, 2>& axes() const { return file_.layout().axes; }

    std::vector<double> coordinates(std::size_t axis) const {
        const FieldLayout& layout = file_.layout();
        std::vector<double> out(static_cast<std::size_t>(axis == 0 ? layout.nx : layout.ny));
        for (std::size_t k = 0; k < out.size(); ++k)
            out[k] = layout.origin[axis] + static_cast<double>(k) * layout.spacing[axis];
        return out;
    }

    static Array array_of(const std::vector<double>& values) {
        Array out({static_cast<std::int64_t>(values.size())}, DType::float64);
        std::copy(values.begin(), values.end(), out.values<double>().begin());
        return out;
    }

    std::string heading(const std::string& name) const {
        const auto unit = file_.layout().units.find(name);
        const std::string text = unit == file_.layout().units.end() ? name : fmt::format("{} [{}]", name, unit->second);
        if (text.find_first_of(",\"\r\n") == std::string::npos) return text;
        std::string out = "\"";
        for (const char c : text) out += c == '"' ? std::string("\"\"") : std::string(1, c);
        return out + '"';
    }

    static std::string escaped(const std::string& text) {
        std::string out;
        for (const char c : text) {
            out += c == '&' ? "&amp;" : c == '<' ? "&lt;" : c == '"' ? "&quot;" : std::string(1, c);
        }
        return out;
    }

    static void add_number(std::string& text, const Array& field, std::size_t at) {
        if (field.type() == DType::float64) {
            fmt::format_to(std::back_inserter(text), ",{}", field.values<double>()[at]);
        } else {
            fmt::format_to(std::back_inserter(text), ",{}", field.values<float>()[at]);
        }
    }

    template <class T>
    static void write_x_fastest(std::ostream& to, const Array& field) {
        const auto values = field.values<T>();
        const auto nx = static_cast<std::size_t>(field.shape()[0]), ny = static_cast<std::size_t>(field.shape()[1]);
        std::vector<T> line(nx);
        for (std::size_t j = 0; j < ny; ++j) {
            for (std::size_t i = 0; i < nx; ++i) line[i] = values[i * ny + j];
            to.write(reinterpret_cast<const char*>(line.data()), static_cast<std::streamsize>(nx * sizeof(T)));
        }
    }

    FieldFile file_;
    ExportOptions options_;
    std::int64_t step_ = 0;
};

} // namespace

std::vector<std::string> export_endings(Kind kind) {
    switch (kind) {
    case Kind::field:
        return {".vtkhdf", ".hdf", ".npy", ".npz", ".csv", ".vti"};
    case Kind::particles:
        return {".vtkhdf", ".hdf"};
    case Kind::graph: {
        std::vector<std::string> endings;
        for (const GraphFormat& format : graph_formats())
            if (!format.ending.empty()) endings.push_back(format.ending);
        return endings;
    }
    case Kind::image:
        return {".png"};
    case Kind::boxes:
        return {".csv", ".json"};
    case Kind::table:
        return {".csv", ".json"};
    case Kind::model:
        return {".pt"};
    case Kind::report:
        return {".html", ".pdf"};
    }
    return {};
}

void check_export_ending(Kind kind, const fs::path& out) {
    const auto endings = export_endings(kind);
    const std::string ending = out.extension().string();
    if (std::find(endings.begin(), endings.end(), ending) != endings.end()) return;
    throw Error(fmt::format("{}: an artifact of kind {} can't be written with the ending '{}'; accepted are {}.",
                            out.string(), name_of(kind), ending, fmt::join(endings, ", ")),
                {}, ExitCode::usage);
}

void export_artifact(Kind kind, const fs::path& stored, const fs::path& out, const ExportOptions& options) {
    check_export_ending(kind, out);
    const std::string ending = out.extension().string();
    if (kind == Kind::graph) return export_graphs(stored, out);
    if (kind != Kind::field || ending == ".vtkhdf" || ending == ".hdf") return copy_if_same_form(stored, out);
    const FieldExport field(stored, options);
    if (ending == ".npy") return field.npy(out);
    if (ending == ".npz") return field.npz(out);
    if (ending == ".csv") return field.csv(out);
    field.vti(out);
}

} // namespace orrery
