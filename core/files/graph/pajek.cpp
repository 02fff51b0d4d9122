// SPDX-License-Identifier: BSD-3-Clause
// Pajek networks (Mrvar, Batagelj, Pajek manual). Nodes are numbered from 1 and have labels: these become the attribute
// "id" where they are all different, else "label".
#include "core/canonical_json.h"
#include "core/error.h"
#include "core/files/graph/builder.h"
#include "core/files/graph/formats.h"
#include "core/files/graph/text_file.h"
#include "core/schema.h"

#include <fmt/format.h>

#include <algorithm>
#include <limits>
#include <ostream>

namespace orrery::graph_file {

namespace fs = std::filesystem;

namespace {

constexpr double memory_per_byte = 4; // of the file, while it is read

// Words of a line, of which some stand in quotes; \" and \\ in them are one character, \n is an end of line.
bool quoted_words(std::string_view line, std::vector<std::string>& words) {
    words.clear();
    for (std::size_t at = 0;;) {
        while (at < line.size() && (line[at] == ' ' || line[at] == '\t')) ++at;
        if (at >= line.size()) return true;
        std::string& word = words.emplace_back();
        if (line[at] != '"') {
            const std::size_t end = std::min(line.find_first_of(" \t", at), line.size());
            word = line.substr(at, end - at);
            at = end;
            continue;
        }
        for (++at; at < line.size() && line[at] != '"'; ++at) {
            if (line[at] == '\\' && at + 1 < line.size()) {
                const char escaped = line[at + 1];
                if (escaped == '"' || escaped == '\\' || escaped == 'n') {
                    word += escaped == 'n' ? '\n' : escaped;
                    ++at;
                    continue;
                }
            }
            word += line[at];
        }
        if (at >= line.size()) return false;
        ++at;
    }
}

class PajekReader {
public:
    explicit PajekReader(const fs::path& file) : lines_(file), nodes_(file) {}

    GraphSet read() {
        std::string_view line;
        while (lines_.next(line)) {
            if (!is_utf8(line)) lines_.refuse("it is no text in UTF-8", "Save it as UTF-8.");
            const std::string_view text = trimmed(line);
            if (text.empty() || text[0] == '%') continue;
            if (text[0] == '*') {
                begin_section(text);
                continue;
            }
            if (!quoted_words(text, words_)) lines_.refuse("the quotes of a label don't end");
            switch (section_) {
            case Section::none:
                lines_.refuse("it does not begin with '*Vertices'");
            case Section::vertices:
                read_node();
                break;
            case Section::edges:
            case Section::arcs:
                read_edge();
                break;
            case Section::edge_lists:
            case Section::arc_lists:
                read_list();
                break;
            }
        }
        if (!has_vertices_) lines_.refuse("it has no '*Vertices'");
        return finish();
    }

private:
    enum class Section : std::uint8_t { none, vertices, edges, arcs, edge_lists, arc_lists };

    void begin_section(std::string_view text) {
        Words words(text);
        std::string_view name, count;
        words.next(name);
        if (same_word(name, "*network")) {
            name_ = std::string(trimmed(text.substr(name.size())));
            return;
        }
        if (same_word(name, "*vertices")) {
            if (has_vertices_) lines_.refuse("there are '*Vertices' already, and one network is read");
            words.next(count);
            const auto nodes = integer_of(count);
            if (!nodes || *nodes < 0 || *nodes > std::numeric_limits<std::int32_t>::max())
                lines_.refuse(fmt::format("'{}' is no number of nodes", quotable(count)));
            graph_.nodes = static_cast<std::int32_t>(*nodes);
            has_vertices_ = true;
            section_ = Section::vertices;
            return;
        }
        if (!has_vertices_) lines_.refuse(fmt::format("'{}' stands before '*Vertices'", quotable(name)));
        const bool numbered = name.find(':') != std::string_view::npos; // one relation of several, "*Arcs:2"
        const std::string_view word = name.substr(0, name.find(':'));
        if (same_word(word, "*edges")) {
            section_ = Section::edges;
        } else if (same_word(word, "*arcs")) {
            section_ = Section::arcs;
        } else if (same_word(word, "*edgeslist")) {
            section_ = Section::edge_lists;
        } else if (same_word(word, "*arcslist")) {
            section_ = Section::arc_lists;
        } else if (!numbered && same_word(word, "*matrix")) {
            lines_.refuse("networks as '*Matrix' are not read", "Save it with arcs or edges.");
        } else {
            lines_.refuse(fmt::format("'{}' has no meaning here", quotable(name)),
                          "Known are *Network, *Vertices, *Edges, *Arcs, *Edgeslist and *Arcslist.");
        }
    }

    std::int32_t node_of(std::string_view word) const {
        const auto number = integer_of(word);
        if (!number || *number < 1 || *number > graph_.nodes)
            lines_.refuse(fmt::format("'{}' is no number of a node: they are 1 to {}", quotable(word), graph_.nodes));
        return static_cast<std::int32_t>(*number - 1);
    }

    void read_node() {
        const auto row = static_cast<std::size_t>(node_of(words_[0]));
        if (described_.size() <= row) described_.resize(row + 1);
        if (described_[row]) lines_.refuse(fmt::format("node {} is described twice", row + 1));
        described_[row] = true;
        if (words_.size() > 1) nodes_.set(nodes_.column("label", Type::text), row, words_[1]);
        // Up to three coordinates; what follows is for drawing.
        constexpr const char* axes[] = {"x", "y", "z"};
        for (std::size_t axis = 0; axis < 3 && axis + 2 < words_.size(); ++axis) {
            const auto value = real_of(words_[axis + 2]);
            if (!value) break;
            nodes_.set(nodes_.column(axes[axis], Type::real), row, *value);
        }
    }

    void read_edge() {
        if (words_.size() < 2) lines_.refuse("an edge has two ends");
        std::string_view weight = words_.size() > 2 ? std::string_view(words_[2]) : std::string_view();
        if (!weight.empty() && !real_of(weight))
            lines_.refuse(fmt::format("'{}', the value of an edge, is no number", quotable(weight)));
        add(node_of(words_[0]), node_of(words_[1]), section_ == Section::arcs, weight);
    }

    void read_list() {
        const std::int32_t from = node_of(words_[0]);
        for (std::size_t i = 1; i < words_.size(); ++i)
            add(from, node_of(words_[i]), section_ == Section::arc_lists, {});
    }

    void add(std::int32_t from, std::int32_t to, bool directed, std::string_view weight) {
        graph_.edges.push_back({from, to});
        directed_.push_back(directed);
        graph_.directed = graph_.directed || directed;
        has_weights_ = has_weights_ || !weight.empty();
        weights_.add(weight.empty() ? std::string_view("1") : weight); // the format's own default
    }

    GraphSet finish() {
        const auto rows = static_cast<std::size_t>(graph_.nodes);
        if (section_ == Section::arcs || section_ == Section::arc_lists) graph_.directed = true;
        graph_.node = nodes_.finish(nodes_.has("label") || nodes_.has("x") ? rows : 0);
        const auto label = std::find_if(graph_.node.begin(), graph_.node.end(),
                                        [](const Column& column) { return column.name == "label"; });
        if (label != graph_.node.end()) take_names(label);
        if (has_weights_) graph_.edge.push_back(weights_.take("weight"));
        if (graph_.directed) lead_both_ways();
        GraphSet set;
        if (!name_.empty()) set.name = name_;
        set.graphs.push_back(std::move(graph_));
        return set;
    }

    // Labels that tell nodes apart are names.
    void take_names(Attributes::iterator label) {
        const auto& texts = std::get<std::vector<std::string>>(label->values);
        if (!tells_apart(*label)) return;
        auto column = name_column(texts);
        graph_.node.erase(label);
        if (column) graph_.node.insert(graph_.node.begin(), std::move(*column));
    }

    void lead_both_ways() {
        if (std::find(directed_.begin(), directed_.end(), false) == directed_.end()) return;
        std::vector<Edge> all;
        std::vector<std::int64_t> rows;
        for (std::size_t i = 0; i < graph_.edges.size(); ++i) {
            const Edge edge = graph_.edges[i];
            all.push_back(edge);
            rows.push_back(static_cast<std::int64_t>(i));
            if (directed_[i] || edge.from == edge.to) continue;
            all.push_back({edge.to, edge.from});
            rows.push_back(static_cast<std::int64_t>(i));
        }
        graph_.edges = std::move(all);
        graph_.edge = rows_of(graph_.edge, rows);
    }

    LineReader lines_;
    Graph graph_;
    Table nodes_;
    GuessedColumn weights_;
    std::vector<bool> described_, directed_; // nodes, edges
    std::vector<std::string> words_;
    std::string name_;
    Section section_ = Section::none;
    bool has_vertices_ = false, has_weights_ = false;
};

std::string quoted(const std::string& text) {
    std::string out = "\"";
    for (const char c : text) {
        if (c == '"' || c == '\\') out += '\\';
        if (c == '\n') {
            out += "\\n";
        } else {
            out += c == '\r' ? ' ' : c;
        }
    }
    return out + '"';
}

// Numbers of that node attribute, none of them NaN.
const Column* coordinate(const Graph& graph, std::string_view name) {
    const Column* column = find(graph.node, name);
    const auto* values = column ? std::get_if<std::vector<double>>(&column->values) : nullptr;
    const bool fits = values && std::none_of(values->begin(), values->end(), [](double v) { return v != v; });
    return fits ? column : nullptr;
}

} // namespace

GraphSet read_pajek(const fs::path& file) {
    expect_memory(file, memory_per_byte * static_cast<double>(bytes_of_file(file)));
    return PajekReader(file).read();
}

void write_pajek(std::ostream& out, const Graph& graph) {
    // Others take labels as the names of nodes, and make one node of those that are called alike.
    const auto telling = [&](std::string_view key) {
        const Column* column = find(graph.node, key);
        return column && tells_apart(*column) ? column : nullptr;
    };
    const Column* label = telling("label");
    if (!label) label = telling("id");
    std::vector<const Column*> axes;
    Kept kept;
    if (label) kept.node.push_back(label->name);
    for (const char* name : {"x", "y", "z"}) {
        const Column* column = coordinate(graph, name);
        if (!column) break;
        axes.push_back(column);
    }
    if (axes.size() < 2) axes.clear();
    for (const Column* column : axes) kept.node.push_back(column->name);
    const Column* weight = find(graph.edge, "weight");
    if (weight && std::holds_alternative<std::vector<std::string>>(weight->values)) weight = nullptr;
    if (weight) kept.edge.push_back("weight");
    if (const std::string missing = left_out(graph, kept); !missing.empty()) out << "% Left out: " << missing << '\n';
    out << "*Vertices " << graph.nodes << '\n';
    for (std::size_t i = 0; i < static_cast<std::size_t>(graph.nodes); ++i) {
        out << i + 1 << ' ' << (label ? quoted(label->text(i)) : fmt::format("\"{}\"", i));
        for (const Column* column : axes) out << ' ' << real_text(column->number(i));
        out << '\n';
    }
    out << (graph.directed ? "*Arcs\n" : "*Edges\n");
    for (std::size_t i = 0; i < graph.edges.size(); ++i) {
        out << graph.edges[i].from + 1 << ' ' << graph.edges[i].to + 1;
        if (weight) {
            const bool integers = std::holds_alternative<std::vector<std::int64_t>>(weight->values);
            out << ' ' << (integers ? weight->text(i) : real_text(weight->number(i)));
        }
        out << '\n';
    }
}

} // namespace orrery::graph_file
