// SPDX-License-Identifier: BSD-3-Clause
// TU data sets: several files in one input, each after a line "@NAME".
#include "tests/fuzz/graph_target.h"

#include <array>

using namespace orrery;

FUZZ_TARGET(tu) {
    static const fuzz::InputFile input("DS/DS_A.txt"), again("again/DS/DS_A.txt");
    constexpr std::array<std::string_view, 8> names{
        "A",           "graph_indicator", "graph_labels", "graph_attributes",
        "node_labels", "node_attributes", "edge_labels",  "edge_attributes"};
    const auto folder = input.folder() / "DS";
    const std::string_view text = fuzz::text_of_bytes(bytes);
    for (const std::string_view name : names) {
        const std::string mark = "@" + std::string(name) + "\n";
        const auto file = folder / ("DS_" + std::string(name) + ".txt");
        const auto begin = text.find(mark);
        if (begin == std::string_view::npos) {
            std::filesystem::remove(file);
            continue;
        }
        const std::string_view rest = text.substr(begin + mark.size());
        const std::string_view part = rest.substr(0, rest.find('@'));
        std::ofstream(file, std::ios::binary).write(part.data(), static_cast<std::streamsize>(part.size()));
    }
    fuzz::read_and_write(bytes, folder, again.folder() / "again/DS", false);
}
