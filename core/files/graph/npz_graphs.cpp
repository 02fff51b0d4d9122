// SPDX-License-Identifier: BSD-3-Clause
// Graphs as arrays that numpy.load reads:
//   version     1
//   name        of the set, UTF-8 bytes
//   directed, node_count, edge_count   [graphs]
//   ends        [edges, 2]: of all graphs after each other, nodes counted from 0 in each
//   node/NAME, edge/NAME, graph/NAME   an attribute: float64 or int64, of all graphs after each other
//   node/NAME.text, node/NAME.ends     one of texts: UTF-8 bytes of all, and where each ends
//   group       [graphs], if not all graphs have the same attributes: those of group 1 are called 1/node/NAME, ...
// Bytes of NAME other than letters, digits, _, - and blanks are written %XX.
#include "core/canonical_json.h"
#include "core/files/graph/columns.h"
#include "core/files/graph/formats.h"
#include "core/files/graph/text_file.h"
#include "core/files/npz.h"
#include "core/schema.h"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <cstring>
#include <limits>
#include <map>
#include <ostream>

namespace orrery::graph_file {

namespace fs = std::filesystem;

namespace {

using Integers = std::vector<std::int64_t>;
using Reals = std::vector<double>;
using Texts = std::vector<std::string>;

constexpr std::int64_t version = 1;

struct Domain {
    const char* name;
    Attributes Graph::*attributes;
};
constexpr Domain domains[] = {{"node", &Graph::node}, {"edge", &Graph::edge}, {"graph", &Graph::graph}};

template <class T>
std::span<const char> bytes_of(const std::vector<T>& values) {
    return {reinterpret_cast<const char*>(values.data()), values.size() * sizeof(T)};
}

std::string encoded(std::string_view name) {
    std::string out;
    for (const char c : name) {
        const bool plain = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_' ||
                           c == '-' || c == ' ';
        out += plain ? std::string(1, c) : fmt::format("%{:02X}", static_cast<unsigned char>(c));
    }
    return out;
}

std::optional<std::string> decoded(std::string_view text) {
    std::string out;
    for (std::size_t i = 0; i < text.size(); ++i) {
        if (text[i] != '%') {
            out += text[i];
            continue;
        }
        unsigned value = 0;
        const char* end = text.data() + std::min(i + 3, text.size());
        const auto read = std::from_chars(text.data() + i + 1, end, value, 16);
        if (read.ec != std::errc() || read.ptr != text.data() + i + 3) return std::nullopt;
        out += static_cast<char>(value);
        i += 2;
    }
    return is_utf8(out) ? std::optional(out) : std::nullopt;
}

class NpzGraphWriter {
public:
    NpzGraphWriter(std::ostream& out, const GraphSet& set) : npz_(out), set_(set) {}

    void write() {
        find_groups();
        add("version", Integers{version});
        npz_.add("name", {static_cast<std::int64_t>(set_.name.size())}, DType::uint8,
                 {{set_.name.data(), set_.name.size()}});
        write_shapes();
        for (std::size_t group = 0; group < members_.size(); ++group) {
            const std::string prefix = group == 0 ? "" : fmt::format("{}/", group);
            for (const Domain& domain : domains) {
                const std::size_t columns = (members_[group].front()->*domain.attributes).size();
                for (std::size_t column = 0; column < columns; ++column) write_column(prefix, domain, group, column);
            }
        }
        npz_.finish();
    }

private:
    template <class T>
    void add(const std::string& name, const std::vector<T>& values) {
        npz_.add(name, {static_cast<std::int64_t>(values.size())}, dtype_of<T>::value, {bytes_of(values)});
    }

    // Graphs with the same attributes, types and order belong together.
    void find_groups() {
        std::map<std::string, std::size_t> known;
        for (const Graph& graph : set_.graphs) {
            std::string key;
            for (const Domain& domain : domains) {
                for (const Column& column : graph.*domain.attributes)
                    key += fmt::format("{}{}:{}", column.values.index(), column.name.size(), column.name);
                key += ';';
            }
            const auto [at, added] = known.emplace(std::move(key), members_.size());
            if (added) members_.emplace_back();
            members_[at->second].push_back(&graph);
            group_.push_back(static_cast<std::int32_t>(at->second));
        }
    }

    void write_shapes() {
        std::vector<std::uint8_t> directed;
        Integers nodes, edges;
        std::vector<std::span<const char>> ends;
        std::int64_t all = 0;
        static_assert(sizeof(Edge) == 2 * sizeof(std::int32_t));
        for (const Graph& graph : set_.graphs) {
            directed.push_back(graph.directed ? 1 : 0);
            nodes.push_back(graph.nodes);
            edges.push_back(static_cast<std::int64_t>(graph.edges.size()));
            all += edges.back();
            ends.push_back(bytes_of(graph.edges));
        }
        add("directed", directed);
        add("node_count", nodes);
        add("edge_count", edges);
        npz_.add("ends", {all, 2}, DType::int32, ends);
        if (members_.size() > 1) add("group", group_);
    }

    void write_column(const std::string& prefix, const Domain& domain, std::size_t group, std::size_t index) {
        const auto column_of = [&](const Graph* graph) -> const Column& { return (graph->*domain.attributes)[index]; };
        const Column& first = column_of(members_[group].front());
        const std::string name = fmt::format("{}{}/{}", prefix, domain.name, encoded(first.name));
        if (std::holds_alternative<Texts>(first.values)) {
            std::string text;
            Integers ends;
            for (const Graph* graph : members_[group]) {
                for (const std::string& value : std::get<Texts>(column_of(graph).values)) {
                    text += value;
                    ends.push_back(static_cast<std::int64_t>(text.size()));
                }
            }
            npz_.add(name + ".text", {static_cast<std::int64_t>(text.size())}, DType::uint8,
                     {{text.data(), text.size()}});
            add(name + ".ends", ends);
            return;
        }
        std::vector<std::span<const char>> parts;
        std::int64_t rows = 0;
        for (const Graph* graph : members_[group]) {
            const Column& column = column_of(graph);
            rows += static_cast<std::int64_t>(column.size());
            const auto* reals = std::get_if<Reals>(&column.values);
            parts.push_back(reals ? bytes_of(*reals) : bytes_of(std::get<Integers>(column.values)));
        }
        const bool is_real = std::holds_alternative<Reals>(first.values);
        npz_.add(name, {rows}, is_real ? DType::float64 : DType::int64, parts);
    }

    NpzWriter npz_;
    const GraphSet& set_;
    std::vector<std::int32_t> group_;                // of each graph
    std::vector<std::vector<const Graph*>> members_; // of each group
};

class NpzGraphReader {
public:
    explicit NpzGraphReader(const fs::path& file) : file_(file), npz_(file) {
        // Arrays are held once as they are and once as graphs.
        expect_memory(file, 2 * static_cast<double>(npz_.bytes()));
    }

    GraphSet read() {
        const auto is = list<std::int64_t>("version");
        if (is.size() != 1 || is[0] != version)
            npz_.refuse(fmt::format("its version is {}, and {} is known", is.empty() ? 0 : is[0], version));
        const auto name = list<std::uint8_t>("name");
        set_.name.assign(name.begin(), name.end());
        if (!is_utf8(set_.name)) npz_.refuse("the array 'name' is no text in UTF-8");
        read_shapes();
        for (const std::string& member : npz_.names()) read_column(member);
        return std::move(set_);
    }

private:
    Array array(const std::string& name, DType type, std::size_t dimensions) {
        Array read = npz_.read(name);
        if (read.type() != type || read.shape().size() != dimensions)
            npz_.refuse(fmt::format("the array '{}' has {} dimensions of {}, and must have {} of {}", quotable(name),
                                    read.shape().size(), name_of(read.type()), dimensions, name_of(type)));
        return read;
    }

    template <class T>
    std::vector<T> list(const std::string& name) {
        const Array read = array(name, dtype_of<T>::value, 1);
        return {read.values<T>().begin(), read.values<T>().end()};
    }

    void expect(bool holds, const std::string& otherwise) const {
        if (!holds) npz_.refuse(otherwise);
    }

    void read_shapes() {
        const auto directed = list<std::uint8_t>("directed");
        const auto nodes = list<std::int64_t>("node_count"), edges = list<std::int64_t>("edge_count");
        const std::size_t graphs = directed.size();
        expect(nodes.size() == graphs && edges.size() == graphs,
               "'directed', 'node_count' and 'edge_count' differ in length");
        expect(graphs <= bytes_of_file(file_), fmt::format("it is too short for {} graphs", graphs));
        group_.assign(graphs, 0);
        if (std::find(npz_.names().begin(), npz_.names().end(), "group") != npz_.names().end()) {
            group_ = list<std::int32_t>("group");
            expect(group_.size() == graphs, "'group' has another length than 'directed'");
        }
        const Array ends = array("ends", DType::int32, 2);
        expect(ends.shape()[1] == 2, "'ends' must have two columns");
        const auto values = ends.values<std::int32_t>();
        set_.graphs.resize(graphs);
        std::int64_t at = 0;
        const std::int64_t all = ends.shape()[0];
        for (std::size_t i = 0; i < graphs; ++i) {
            expect(directed[i] <= 1, "'directed' holds another value than 0 and 1");
            expect(nodes[i] >= 0 && nodes[i] <= std::numeric_limits<std::int32_t>::max(),
                   fmt::format("graph {} has {} nodes", i, nodes[i]));
            expect(edges[i] >= 0 && edges[i] <= all - at, "'ends' has fewer rows than 'edge_count' tells");
            expect(group_[i] >= 0 && static_cast<std::size_t>(group_[i]) < graphs,
                   "'group' holds a number of no group");
            Graph& graph = set_.graphs[i];
            graph.nodes = static_cast<std::int32_t>(nodes[i]);
            graph.directed = directed[i] == 1;
            graph.edges.resize(static_cast<std::size_t>(edges[i]));
            if (edges[i] > 0)
                std::memcpy(static_cast<void*>(graph.edges.data()), values.data() + 2 * at,
                            static_cast<std::size_t>(edges[i]) * sizeof(Edge));
            at += edges[i];
            members_[group_[i]].push_back(i);
        }
        expect(at == all, "'ends' has more rows than 'edge_count' tells");
    }

    // "1/node/NAME.text" in its parts; others than attributes are left alone.
    void read_column(const std::string& member) {
        std::string_view rest = member;
        std::int64_t group = 0;
        if (const auto slash = rest.find('/'); slash != std::string_view::npos) {
            if (const auto number = integer_of(rest.substr(0, slash))) {
                group = *number;
                rest.remove_prefix(slash + 1);
            }
        }
        const Domain* domain = nullptr;
        for (const Domain& each : domains)
            if (rest.starts_with(each.name) && rest.substr(std::strlen(each.name)).starts_with('/')) domain = &each;
        if (!domain || rest.ends_with(".ends")) return;
        rest.remove_prefix(std::strlen(domain->name) + 1);
        const bool is_text = rest.ends_with(".text");
        if (is_text) rest.remove_suffix(5);
        const auto name = decoded(rest);
        expect(name.has_value(), fmt::format("'{}' is no name of an attribute", quotable(member)));
        expect(group >= 0 && group <= std::numeric_limits<std::int32_t>::max() &&
                   (group == 0 || members_.contains(static_cast<std::int32_t>(group))),
               fmt::format("'{}' belongs to no graph", quotable(member)));
        const auto& graphs = members_[static_cast<std::int32_t>(group)];
        columns_ += graphs.size();
        if (columns_ > std::size_t{1} << 20U) expect_memory(file_, static_cast<double>(columns_) * sizeof(Column));
        const std::string base = member.substr(0, member.size() - (is_text ? 5 : 0));
        if (is_text) {
            add(*name, *domain, graphs, member, texts(base));
        } else {
            const Array values = npz_.read(member);
            expect(values.shape().size() == 1 && (values.type() == DType::float64 || values.type() == DType::int64),
                   fmt::format("the array '{}' must be one-dimensional, of float64 or int64", quotable(member)));
            if (values.type() == DType::float64) {
                add(*name, *domain, graphs, member, values.values<double>());
            } else {
                add(*name, *domain, graphs, member, values.values<std::int64_t>());
            }
        }
    }

    Texts texts(const std::string& base) {
        const Array bytes = array(base + ".text", DType::uint8, 1);
        const auto ends = list<std::int64_t>(base + ".ends");
        const std::string_view all(static_cast<const char*>(bytes.data()), bytes.bytes());
        Texts out;
        out.reserve(ends.size());
        std::int64_t from = 0;
        for (const std::int64_t end : ends) {
            expect(end >= from && end <= static_cast<std::int64_t>(all.size()),
                   fmt::format("the array '{}.ends' does not fit its text", quotable(base)));
            out.emplace_back(all.substr(static_cast<std::size_t>(from), static_cast<std::size_t>(end - from)));
            expect(is_utf8(out.back()), fmt::format("a text of '{}' is no UTF-8", quotable(base)));
            from = end;
        }
        expect(from == static_cast<std::int64_t>(all.size()),
               fmt::format("the array '{}.ends' does not fit its text", quotable(base)));
        return out;
    }

    template <class Values>
    void add(const std::string& name, const Domain& domain, const std::vector<std::size_t>& graphs,
             const std::string& member, const Values& values) {
        const auto rows_in = [&](const Graph& graph) {
            if (domain.attributes == &Graph::node) return static_cast<std::size_t>(graph.nodes);
            return domain.attributes == &Graph::edge ? graph.edges.size() : std::size_t{1};
        };
        std::size_t at = 0;
        for (const std::size_t index : graphs) {
            Graph& graph = set_.graphs[index];
            const std::size_t rows = rows_in(graph);
            expect(rows <= values.size() - at, fmt::format("the array '{}' is too short", quotable(member)));
            Column& column = (graph.*domain.attributes).emplace_back();
            column.name = name;
            const auto from = values.begin() + static_cast<std::ptrdiff_t>(at);
            using Value = std::remove_cv_t<typename Values::value_type>;
            column.values = std::vector<Value>(from, from + static_cast<std::ptrdiff_t>(rows));
            at += rows;
        }
        expect(at == values.size(), fmt::format("the array '{}' is too long", quotable(member)));
    }

    fs::path file_;
    NpzReader npz_;
    GraphSet set_;
    std::vector<std::int32_t> group_;                          // of each graph
    std::map<std::int32_t, std::vector<std::size_t>> members_; // of each group
    std::size_t columns_ = 0;                                  // of all graphs
};

} // namespace

GraphSet read_npz_graphs(const fs::path& file) { return NpzGraphReader(file).read(); }
void write_npz_graphs(std::ostream& out, const GraphSet& set) { NpzGraphWriter(out, set).write(); }

} // namespace orrery::graph_file
