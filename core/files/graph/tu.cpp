// SPDX-License-Identifier: BSD-3-Clause
// Data sets of graphs as TU Dortmund publishes them (https://chrsmrrs.github.io/datasets/docs/format): DS_A.txt with
// "row, column" of all nodes from 1 on, DS_graph_indicator.txt with the graph of each node, and files of labels and
// attributes that may be missing.
#include "core/canonical_json.h"
#include "core/error.h"
#include "core/files/graph/columns.h"
#include "core/files/graph/formats.h"
#include "core/files/graph/text_file.h"
#include "core/files/replace_file.h"
#include "core/schema.h"

#include <fmt/format.h>

#include <algorithm>
#include <limits>
#include <ostream>
#include <tuple>

namespace orrery::graph_file {

namespace fs = std::filesystem;

namespace {

constexpr const char* adjacency_ending = "_A.txt";

std::size_t size_of(std::int64_t n) { return static_cast<std::size_t>(n); }

// The name of the data set: what stands before "_A.txt".
std::string name_in(const fs::path& folder) {
    std::vector<std::string> names;
    for (const auto& entry : fs::directory_iterator(folder)) {
        const std::string name = entry.path().filename().string();
        if (name.ends_with(adjacency_ending)) names.push_back(name.substr(0, name.size() - 6));
    }
    std::sort(names.begin(), names.end());
    if (names.empty())
        refuse(folder, 0, "this folder holds no file NAME_A.txt, so it is no TU data set",
               "Name a file of a graph, or the folder with the data set's files.");
    if (names.size() > 1)
        refuse(
            folder, 0,
            fmt::format("this folder holds several data sets, '{}' and '{}'", quotable(names[0]), quotable(names[1])),
            "Put each into a folder of its own.");
    return names[0];
}

class TuReader {
public:
    explicit TuReader(const fs::path& folder) : folder_(folder), name_(name_in(folder)) {}

    GraphSet read() {
        read_indicator();
        set_.name = valid_utf8(name_);
        const auto labels = columns("graph_labels", "label");
        const auto attributes = columns("graph_attributes", "attribute");
        graphs_ = std::max({graphs_, rows(labels), rows(attributes)}); // there may be graphs without nodes
        set_.graphs.resize(size_of(graphs_));
        number_nodes();
        add(labels, graphs_, "graph_labels", &Graph::graph, {});
        add(attributes, graphs_, "graph_attributes", &Graph::graph, {});
        add(columns("node_labels", "label"), nodes(), "node_labels", &Graph::node, graph_of_);
        add(columns("node_attributes", "attribute"), nodes(), "node_attributes", &Graph::node, graph_of_);
        read_edges(); // after what tells of an indicator with too few nodes
        add_edge_columns(columns("edge_labels", "label"), "edge_labels");
        add_edge_columns(columns("edge_attributes", "attribute"), "edge_attributes");
        tell_left_out();
        return std::move(set_);
    }

private:
    using Columns = std::vector<Column>;

    fs::path file(std::string_view part) const { return folder_ / fmt::format("{}_{}.txt", name_, part); }
    std::int64_t nodes() const { return static_cast<std::int64_t>(graph_of_.size()); }
    static std::int64_t rows(const Columns& columns) {
        return columns.empty() ? 0 : static_cast<std::int64_t>(columns[0].size());
    }

    // The graph of each node, and from that how many there are.
    void read_indicator() {
        LineReader lines(file("graph_indicator"));
        expect_memory(lines.file(), static_cast<double>(lines.file_bytes()) * 4);
        std::string_view line;
        while (next_row(lines, line)) {
            const auto graph = integer_of(trimmed(line));
            if (!graph || *graph < 1 || *graph > std::numeric_limits<std::int32_t>::max())
                lines.refuse(fmt::format("'{}' is no number of a graph, from 1 on", quotable(line)));
            // As many as there are bytes: what is far beyond the nodes is a mistake, and would need memory.
            if (*graph > static_cast<std::int64_t>(lines.file_bytes()) + 1000)
                lines.refuse(fmt::format("there can't be {} graphs in a data set of so few nodes", *graph));
            if (graph_of_.size() == static_cast<std::size_t>(std::numeric_limits<std::int32_t>::max()))
                lines.refuse("there are more than 2147483647 nodes");
            graph_of_.push_back(static_cast<std::int32_t>(*graph - 1));
            graphs_ = std::max(graphs_, *graph);
        }
    }

    static bool next_row(LineReader& lines, std::string_view& line) {
        while (lines.next(line))
            if (!trimmed(line).empty()) return true;
        return false;
    }

    // The columns of a file that may be missing; texts where a number is expected are kept.
    Columns columns(std::string_view part, std::string_view name) const {
        std::error_code ignored;
        if (!fs::exists(file(part), ignored)) return {};
        std::vector<bool> texts;
        while (true) {
            if (auto read = try_columns(part, name, texts)) return *read;
        }
    }

    std::optional<Columns> try_columns(std::string_view part, std::string_view name, std::vector<bool>& texts) const {
        LineReader lines(file(part));
        expect_memory(lines.file(), static_cast<double>(lines.file_bytes()) * 4);
        std::vector<GuessedColumn> values;
        std::string_view line, word;
        for (bool first = true; next_row(lines, line); first = false) {
            if (!is_utf8(line)) lines.refuse("it is no text in UTF-8");
            std::size_t column = 0;
            for (Words words(line, true); words.next(word); ++column) {
                if (first) {
                    texts.resize(std::max(texts.size(), column + 1));
                    values.emplace_back(texts[column]);
                }
                if (column == values.size())
                    lines.refuse(fmt::format("it has more values than the first line, which has {}", values.size()));
                if (values[column].add(word)) continue;
                texts[column] = true;
                return std::nullopt;
            }
            if (column < values.size())
                lines.refuse(fmt::format("it has {} values, and the first line has {}", column, values.size()));
        }
        Columns made;
        // A label is "label", and a second one "label 2"; attributes are numbered from 1.
        for (std::size_t i = 0; i < values.size(); ++i)
            made.push_back(
                values[i].take(i == 0 && name == "label" ? std::string(name) : fmt::format("{} {}", name, i + 1)));
        if (name == "attribute")
            for (Column& column : made) as_reals(column);
        return made;
    }

    static void as_reals(Column& column) {
        if (const auto* integers = std::get_if<std::vector<std::int64_t>>(&column.values))
            column.values = std::vector<double>(integers->begin(), integers->end());
    }

    void number_nodes() {
        local_.resize(graph_of_.size());
        for (std::size_t i = 0; i < graph_of_.size(); ++i) local_[i] = set_.graphs[size_of(graph_of_[i])].nodes++;
    }

    struct Entry { // of the adjacency, with the lower node first
        std::int32_t low, high;
        std::int64_t line; // without blank ones, from 0
        bool backwards;
    };

    std::int64_t node_of(const LineReader& lines, std::string_view word) const {
        const auto node = integer_of(word);
        if (!node) lines.refuse(fmt::format("'{}' is no number of a node", quotable(word)));
        if (*node < 1 || *node > nodes())
            lines.refuse(fmt::format("there is no node {}: the indicator has {}", *node, nodes()));
        return *node - 1;
    }

    void read_edges() {
        LineReader lines(file("A"));
        expect_memory(lines.file(), static_cast<double>(lines.file_bytes()) / 4 * sizeof(Entry));
        std::vector<Entry> entries;
        loops_.resize(size_of(graphs_));
        repetitions_.resize(size_of(graphs_));
        std::string_view line, word[3];
        while (next_row(lines, line)) {
            Words words(line, true);
            for (auto& each : word) words.next(each);
            if (word[1].empty() || !word[2].empty())
                lines.refuse(fmt::format("'{}' should be two numbers of nodes", quotable(line)));
            const std::int64_t from = node_of(lines, word[0]), to = node_of(lines, word[1]);
            const std::int32_t graph = graph_of_[size_of(from)];
            if (graph != graph_of_[size_of(to)])
                lines.refuse(fmt::format("an edge leads from node {} of graph {} to node {} of graph {}", from + 1,
                                         graph + 1, to + 1, graph_of_[size_of(to)] + 1));
            if (from == to) {
                ++loops_[size_of(graph)];
            } else {
                entries.push_back({static_cast<std::int32_t>(std::min(from, to)),
                                   static_cast<std::int32_t>(std::max(from, to)), entries_, from > to});
            }
            ++entries_;
        }
        keep_first(std::move(entries));
    }

    // Of all entries of an edge the first one; a second in the other direction is what the format wants.
    void keep_first(std::vector<Entry> entries) {
        std::sort(entries.begin(), entries.end(), [](const Entry& a, const Entry& b) {
            return std::tie(a.low, a.high, a.line) < std::tie(b.low, b.high, b.line);
        });
        std::vector<Entry> kept;
        for (std::size_t begin = 0, end = 0; begin < entries.size(); begin = end) {
            std::int64_t forwards = 0;
            for (end = begin; end < entries.size() && entries[end].low == entries[begin].low &&
                              entries[end].high == entries[begin].high;
                 ++end)
                forwards += !entries[end].backwards;
            const auto backwards = static_cast<std::int64_t>(end - begin) - forwards;
            repetitions_[size_of(graph_of_[size_of(entries[begin].low)])] += std::max(forwards, backwards) - 1;
            kept.push_back(entries[begin]);
        }
        std::sort(kept.begin(), kept.end(), [](const Entry& a, const Entry& b) { return a.line < b.line; });
        for (const Entry& entry : kept) {
            const std::int32_t low = local_[size_of(entry.low)], high = local_[size_of(entry.high)];
            Graph& graph = set_.graphs[size_of(graph_of_[size_of(entry.low)])];
            graph.edges.push_back(entry.backwards ? Edge{high, low} : Edge{low, high});
            kept_lines_.push_back(entry.line);
            kept_graphs_.push_back(graph_of_[size_of(entry.low)]);
        }
    }

    // Gives each graph its rows: row i belongs to the graph `owner[i]`, or to graph i if that is empty.
    void add(const Columns& columns, std::int64_t wanted, std::string_view part, Attributes Graph::*attributes,
             const std::vector<std::int32_t>& owner) {
        if (columns.empty()) return;
        if (rows(columns) != wanted)
            refuse(file(part), 0, fmt::format("it has {} lines where there are {}", rows(columns), wanted),
                   "It may be truncated.");
        std::vector<std::vector<std::int64_t>> of(set_.graphs.size());
        for (std::int64_t row = 0; row < wanted; ++row)
            of[size_of(owner.empty() ? row : owner[size_of(row)])].push_back(row);
        for (std::size_t graph = 0; graph < of.size(); ++graph) {
            Attributes made = rows_of(columns, of[graph]);
            auto& to = set_.graphs[graph].*attributes;
            to.insert(to.end(), std::make_move_iterator(made.begin()), std::make_move_iterator(made.end()));
        }
    }

    void add_edge_columns(const Columns& columns, std::string_view part) {
        if (columns.empty()) return;
        if (rows(columns) != entries_)
            refuse(file(part), 0,
                   fmt::format("it has {} lines where {}{} has {}", rows(columns), quotable(name_), adjacency_ending,
                               entries_),
                   "It may be truncated.");
        const Columns of_kept = rows_of(columns, kept_lines_);
        add(of_kept, static_cast<std::int64_t>(kept_lines_.size()), part, &Graph::edge, kept_graphs_);
    }

    void tell_left_out() {
        const auto tell = [&](const char* name, const std::vector<std::int64_t>& counts) {
            if (std::all_of(counts.begin(), counts.end(), [](std::int64_t n) { return n == 0; })) return;
            for (std::size_t i = 0; i < counts.size(); ++i)
                set_.graphs[i].graph.push_back({name, std::vector<std::int64_t>{counts[i]}});
        };
        tell("left_out_loops", loops_);
        tell("left_out_repetitions", repetitions_);
    }

    fs::path folder_;
    std::string name_;
    GraphSet set_;
    std::int64_t graphs_ = 0, entries_ = 0;         // lines of the adjacency
    std::vector<std::int32_t> graph_of_, local_;    // of each node: its graph, its number there
    std::vector<std::int64_t> loops_, repetitions_; // of each graph
    std::vector<std::int64_t> kept_lines_;          // of the edges that are kept
    std::vector<std::int32_t> kept_graphs_;
};

class TuWriter {
public:
    TuWriter(const fs::path& folder, const GraphSet& set) : folder_(folder), set_(set) {
        name_ = folder.filename().empty() ? folder.parent_path().filename().string() : folder.filename().string();
    }

    void write() {
        for (std::size_t i = 0; i < set_.graphs.size(); ++i) expect_simple(set_.graphs[i], i);
        expect_same_columns();
        expect_last_kept();
        std::error_code code;
        fs::create_directories(folder_, code);
        if (code)
            throw Error(fmt::format("The folder {} can't be made: {}.", quotable(folder_.string()), code.message()));
        for (const auto& entry : fs::directory_iterator(folder_)) {
            const std::string other = entry.path().filename().string();
            if (other.ends_with(adjacency_ending) && other != name_ + adjacency_ending)
                refuse(folder_, 0, fmt::format("another data set lies in this folder: {}", quotable(other)),
                       "Choose another folder.");
        }
        write_graphs();
        write_columns("graph", &Graph::graph, 1);
        write_columns("node", &Graph::node, 1);
        write_columns("edge", &Graph::edge, 2); // an edge has two lines
        write_readme();
    }

private:
    static void expect_simple(const Graph& graph, std::size_t index) {
        const Simplified simple = simplified(graph);
        if (!graph.directed && simple.self_loops == 0 && simple.repeated == 0) return;
        throw Error(fmt::format("Graph {} can't be written to a TU data set, which holds simple undirected graphs: it "
                                "{}.",
                                index,
                                graph.directed ? "is directed"
                                               : fmt::format("has {} loops and {} repeated edges", simple.self_loops,
                                                             simple.repeated)),
                    "Write .npz or .graphml.", ExitCode::usage);
    }

    void expect_same_columns() const {
        const auto same = [](const Attributes& a, const Attributes& b) {
            return std::equal(a.begin(), a.end(), b.begin(), b.end(), [](const Column& c, const Column& d) {
                return c.name == d.name && c.values.index() == d.values.index();
            });
        };
        for (std::size_t i = 1; i < set_.graphs.size(); ++i) {
            const Graph &a = set_.graphs[0], &b = set_.graphs[i];
            if (!same(a.node, b.node) || !same(a.edge, b.edge) || !same(a.graph, b.graph))
                throw Error(
                    fmt::format("The graphs 0 and {} have different attributes, and those of a TU data set have "
                                "the same ones.",
                                i),
                    "Write .npz or .graphml.", ExitCode::usage);
        }
    }

    // Graphs without nodes stand in files of labels and attributes only.
    void expect_last_kept() const {
        if (set_.graphs.empty() || set_.graphs.back().nodes > 0) return;
        const Attributes& kept = set_.graphs.back().graph;
        if (std::any_of(kept.begin(), kept.end(), [](const Column& c) { return is_label(c) || is_attribute(c); }))
            return;
        throw Error("The last graph has no nodes and no label, so a TU data set can't tell that it is there.",
                    "Leave it out, or write .npz.", ExitCode::usage);
    }

    template <class Write>
    void file(std::string_view part, Write write) const {
        replace_file(folder_ / fmt::format("{}_{}.txt", name_, part), write);
    }

    void write_graphs() const {
        file("A", [&](std::ostream& out) {
            std::int64_t before = 1;
            for (const Graph& graph : set_.graphs) {
                for (const Edge& edge : graph.edges) {
                    const std::int64_t from = before + edge.from, to = before + edge.to;
                    out << fmt::format("{}, {}\n{}, {}\n", from, to, to, from);
                }
                before += graph.nodes;
            }
        });
        file("graph_indicator", [&](std::ostream& out) {
            for (std::size_t i = 0; i < set_.graphs.size(); ++i)
                for (std::int32_t node = 0; node < set_.graphs[i].nodes; ++node) out << i + 1 << '\n';
        });
    }

    // Integers called "label" are labels, other numbers are attributes.
    static bool is_label(const Column& column) {
        return column.name.starts_with("label") && std::holds_alternative<std::vector<std::int64_t>>(column.values);
    }
    static bool is_attribute(const Column& column) {
        return !is_label(column) && !std::holds_alternative<std::vector<std::string>>(column.values);
    }

    void write_columns(std::string_view of, Attributes Graph::*attributes, int repeat) {
        using Test = bool (*)(const Column&);
        constexpr std::pair<const char*, Test> parts[] = {{"labels", is_label}, {"attributes", is_attribute}};
        for (const auto& [part, test] : parts) {
            const std::string file_name = fmt::format("{}_{}", of, part);
            std::vector<std::size_t> places;
            const Attributes& model = set_.graphs.empty() ? Attributes{} : set_.graphs[0].*attributes;
            for (std::size_t i = 0; i < model.size(); ++i)
                if (test(model[i])) places.push_back(i);
            std::error_code ignored;
            fs::remove(folder_ / fmt::format("{}_{}.txt", name_, file_name), ignored); // of a set that was here
            if (places.empty()) continue;
            note_ += fmt::format("{}_{}.txt:", name_, file_name);
            for (const std::size_t place : places) note_ += fmt::format(" '{}'", quotable(model[place].name));
            note_ += '\n';
            file(file_name, [&](std::ostream& out) {
                for (const Graph& graph : set_.graphs) {
                    const Attributes& columns = graph.*attributes;
                    for (std::size_t row = 0; row < columns[places[0]].size(); ++row)
                        for (int time = 0; time < repeat; ++time) write_row(out, columns, places, row);
                }
            });
        }
    }

    static void write_row(std::ostream& out, const Attributes& columns, const std::vector<std::size_t>& places,
                          std::size_t row) {
        for (std::size_t i = 0; i < places.size(); ++i) {
            const Column& column = columns[places[i]];
            const auto* reals = std::get_if<std::vector<double>>(&column.values);
            out << (i == 0 ? "" : ", ") << (reals ? real_text(reals->at(row)) : column.text(row));
        }
        out << '\n';
    }

    void write_readme() const {
        std::string missing;
        if (!set_.graphs.empty()) {
            const auto kept = [](const Attributes& attributes) {
                std::vector<std::string_view> names;
                for (const Column& column : attributes)
                    if (is_label(column) || is_attribute(column)) names.push_back(column.name);
                return names;
            };
            const Graph& first = set_.graphs[0];
            missing = left_out(first, {kept(first.node), kept(first.edge), kept(first.graph)});
        }
        replace_file(folder_ / "README.txt", [&](std::ostream& out) {
            out << "A data set of " << set_.graphs.size() << " graphs, written by Orrery.\n" << note_;
            if (!missing.empty()) out << "Left out: " << missing << '\n';
        });
    }

    fs::path folder_;
    const GraphSet& set_;
    std::string name_, note_;
};

} // namespace

void expect_tu(const fs::path& folder) { name_in(folder); }
GraphSet read_tu(const fs::path& folder) { return TuReader(folder).read(); }
void write_tu(const fs::path& folder, const GraphSet& set) { TuWriter(folder, set).write(); }

} // namespace orrery::graph_file
