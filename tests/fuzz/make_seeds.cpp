// SPDX-License-Identifier: BSD-3-Clause
// Writes the field files and the npz of graphs of the corpus (the other seeds are text or come from NumPy).
// Usage: make_seeds FOLDER
#include "core/files/field_file.h"
#include "core/files/graph_file.h"

using namespace orrery;

namespace {

void write(const std::filesystem::path& file, FieldLayout layout, DType type) {
    layout.type = type;
    FieldWriter writer(file, layout);
    for (std::int64_t step = 0; step < static_cast<std::int64_t>(layout.times.size()); ++step)
        for (const auto& name : layout.names) {
            Array values({layout.nx, layout.ny}, DType::float64);
            for (std::int64_t i = 0; i < values.size(); ++i)
                values.values<double>()[static_cast<std::size_t>(i)] = static_cast<double>(i + step);
            writer.write(step, name, values);
        }
    writer.close();
}

} // namespace

int main(int count, char** arguments) {
    if (count != 2) return 2;
    const std::filesystem::path folder = arguments[1];
    auto one = FieldLayout::torus(4, {"theta"}, {0, 0.5, 1});
    one.units["theta"] = "m/s";
    write(folder / "torus.vtkhdf", one, DType::float64);
    auto two = FieldLayout::torus(3, {"omega", "psi"}, {2});
    two.nx = 2;
    write(folder / "two_fields.vtkhdf", two, DType::float32);
    Graph path, node;
    path.nodes = 3;
    path.edges = {{0, 1}, {2, 1}};
    path.node = {{"id", std::vector<std::string>{"Zo\u00eb", "", "c"}}};
    path.edge = {{"weight", std::vector<double>{0.5, -1}}};
    node.nodes = 1;
    node.directed = true;
    node.graph = {{"label", std::vector<std::int64_t>{7}}};
    write_graphs(folder / "one.npz", {"one", {path}});
    write_graphs(folder / "two.npz", {"two", {path, node}});
}
