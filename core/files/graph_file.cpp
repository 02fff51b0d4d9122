// SPDX-License-Identifier: BSD-3-Clause
#include "core/files/graph_file.h"

#include "core/canonical_json.h"
#include "core/error.h"
#include "core/files/graph/formats.h"
#include "core/files/graph/text_file.h"
#include "core/files/replace_file.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <functional>
#include <ostream>

namespace orrery {

namespace fs = std::filesystem;
using namespace graph_file;

namespace {

struct Form {
    GraphFormat format;
    std::function<GraphSet(const fs::path&)> read;
    std::function<void(std::ostream&, const GraphSet&)> write; // a form of one graph gets one
};

Form single(std::string ending, std::string name, GraphSet (*read)(const fs::path&),
            void (*write)(std::ostream&, const Graph&)) {
    return {{std::move(ending), std::move(name), false}, read, [write](std::ostream& out, const GraphSet& set) {
                write(out, set.graphs.front());
            }};
}

Form edge_list(const std::string& ending, std::string name) {
    return {{ending, std::move(name), false},
            [ending](const fs::path& file) { return read_edge_list(file, ending); },
            [ending](std::ostream& out, const GraphSet& set) { write_edge_list(out, set.graphs.front(), ending); }};
}

const std::vector<Form>& forms() {
    static const std::vector<Form> list = {
        {{".graphml", "GraphML", true}, read_graphml, write_graphml},
        single(".gexf", "GEXF 1.3 (1.2 is read too)", read_gexf, write_gexf),
        single(".gml", "GML", read_gml, write_gml),
        edge_list(".csv", "edge list, separated by commas"),
        edge_list(".tsv", "edge list, separated by tabs"),
        edge_list(".edges", "edge list, separated by blanks"),
        edge_list(".edgelist", "edge list, separated by blanks"),
        edge_list(".txt", "edge list, separated by blanks"),
        single(".mtx", "MatrixMarket", read_matrix_market, write_matrix_market),
        single(".metis", "METIS", read_metis, write_metis),
        single(".graph", "METIS", read_metis, write_metis),
        single(".net", "Pajek", read_pajek, write_pajek),
        {{".npz", "NumPy arrays", true}, read_npz_graphs, write_npz_graphs},
    };
    return list;
}

const Form* form_of(std::string_view ending) {
    const std::string wanted = lower(ending);
    const auto& list = forms();
    const auto at = std::find_if(list.begin(), list.end(), [&](const Form& f) { return f.format.ending == wanted; });
    return at == list.end() ? nullptr : &*at;
}

[[noreturn]] void refuse_ending(const fs::path& file) {
    std::vector<std::string> endings;
    for (const Form& form : forms()) endings.push_back(form.format.ending);
    refuse(file, 0, fmt::format("no form of graphs has the ending '{}'", quotable(file.extension().string())),
           fmt::format("Known are {} and folders of TU data sets.", fmt::join(endings, ", ")));
}

void expect_writable(const fs::path& file, const Form& form, const GraphSet& set) {
    if (!form.format.several && set.graphs.size() != 1)
        throw Error(fmt::format("{} can't be written: the set has {} graphs, and {} holds one.",
                                quotable(file.string()), set.graphs.size(), form.format.name),
                    "Write .npz, .graphml or a folder.", ExitCode::usage);
    for (std::size_t i = 0; i < set.graphs.size(); ++i)
        check(set.graphs[i], set.graphs.size() == 1 ? quotable(file.string())
                                                    : fmt::format("{}, graph {}", quotable(file.string()), i));
}

} // namespace

const std::vector<GraphFormat>& graph_formats() {
    static const std::vector<GraphFormat> list = [] {
        std::vector<GraphFormat> made;
        for (const Form& form : forms()) made.push_back(form.format);
        made.push_back({"", "folder of a TU data set", true});
        return made;
    }();
    return list;
}

GraphSet read_graphs(const fs::path& file) {
    std::error_code ignored;
    if (fs::is_directory(file, ignored)) return read_tu(file);
    bytes_of_file(file); // a missing file matters more than its ending
    return read_graphs(file, file.extension().string());
}

GraphSet read_graphs(const fs::path& file, std::string_view ending) {
    if (ending.empty() && fs::is_directory(file)) return read_tu(file);
    const Form* form = form_of(ending);
    if (!form) refuse_ending(file);
    GraphSet set = form->read(file);
    if (set.name.empty()) set.name = valid_utf8(file.stem().string());
    for (const Graph& graph : set.graphs) check(graph, quotable(file.string()));
    return set;
}

void expect_graphs(const fs::path& file) {
    std::error_code ignored;
    if (fs::is_directory(file, ignored)) return expect_tu(file);
    bytes_of_file(file);
    if (!form_of(file.extension().string())) refuse_ending(file);
}

void write_graphs(const fs::path& file, const GraphSet& set) {
    std::error_code ignored;
    if (!file.has_extension() || fs::is_directory(file, ignored)) {
        expect_writable(file, {{"", "a TU data set", true}, {}, {}}, set);
        return write_tu(file, set);
    }
    const Form* form = form_of(file.extension().string());
    if (!form) refuse_ending(file);
    expect_writable(file, *form, set);
    replace_file(file, [&](std::ostream& out) { form->write(out, set); });
}

namespace graph_file {

std::string left_out(const Graph& graph, const Kept& kept) {
    std::string out;
    const auto add = [&](std::string_view of, const Attributes& attributes,
                         const std::vector<std::string_view>& keeps) {
        bool first = true;
        for (const Column& column : attributes) {
            if (std::find(keeps.begin(), keeps.end(), column.name) != keeps.end()) continue;
            out += first ? fmt::format("{}{} attributes", out.empty() ? "" : "; ", of) : ",";
            out += fmt::format(" '{}'", quotable(column.name));
            first = false;
        }
    };
    add("node", graph.node, kept.node);
    add("edge", graph.edge, kept.edge);
    add("graph", graph.graph, kept.graph);
    std::replace_if(
        out.begin(), out.end(), [](char c) { return c >= 0 && c < ' '; }, ' ');
    return out;
}

} // namespace graph_file
} // namespace orrery
