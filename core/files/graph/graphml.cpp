// SPDX-License-Identifier: BSD-3-Clause
// GraphML (http://graphml.graphdrawing.org/specification.html).
#include "core/canonical_json.h"
#include "core/files/graph/builder.h"
#include "core/files/graph/formats.h"
#include "core/files/graph/text_file.h"
#include "core/files/graph/typed_text.h"
#include "core/files/graph/xml.h"

#include <fmt/format.h>

#include <ostream>

namespace orrery::graph_file {

namespace fs = std::filesystem;

namespace {

constexpr double memory_per_byte = 4; // of the file, while it is read

enum class Place : std::uint8_t { document, graphml, key, otherwise, graph, node, edge, data };

class GraphMLReader {
public:
    explicit GraphMLReader(const fs::path& file) : file_(file), xml_(file) {}

    GraphSet read() {
        xml_.read({[this](std::string_view name, const XmlAttributes& given) { begin(name, given); },
                   [this](std::string_view) { end(); },
                   [this](std::string_view piece) {
                       if (keeps_text_ && !places_.skips()) text_ += piece;
                   }});
        if (set_.graphs.empty()) graph_file::refuse(file_, 0, "it holds no graph");
        return std::move(set_);
    }

private:
    struct Key {
        std::string domain, name;
        XmlType type;
        std::optional<Value> otherwise;
        bool skipped = false;                  // an extension of yEd
        std::optional<std::size_t> columns[3]; // in this graph: of nodes, edges, the graph
    };

    void begin(std::string_view name, const XmlAttributes& given) {
        const Place in = places_.in();
        if (places_.skips() || in == Place::data || in == Place::otherwise)
            return places_.skip(); // an element within values is an extension, or yEd's
        if (in == Place::document && name == "graphml") {
            places_.enter(Place::graphml);
        } else if (in == Place::document) {
            xml_.refuse(fmt::format("its first element is <{}>, not <graphml>", quotable(name)));
        } else if (name == "key" && in == Place::graphml) {
            begin_key(given);
        } else if (name == "default" && in == Place::key) {
            places_.enter(Place::otherwise);
            keeps_text_ = true;
        } else if (name == "graph") {
            begin_graph(in, given);
        } else if (name == "hyperedge") {
            xml_.refuse("there is a hyperedge, and an edge of a graph here has two ends",
                        "Make a node of each hyperedge.");
        } else if (name == "node" && in == Place::graph) {
            row_ = graph_->add_node(needed(given, "id", "node"), xml_.line());
            places_.enter(Place::node);
        } else if (name == "edge" && in == Place::graph) {
            begin_edge(given);
        } else if (name == "data" && (in == Place::graph || in == Place::node || in == Place::edge)) {
            data_key_ = std::string(needed(given, "key", "data"));
            places_.enter(Place::data);
            keeps_text_ = true;
        } else {
            places_.skip(); // desc, port, locator, endpoint
        }
    }

    void end() {
        const auto was = places_.leave();
        if (!was) return;
        if (was == Place::otherwise) {
            Key& key = keys_.at(key_);
            if (!key.skipped) key.otherwise = value_of(key, "the default of the key");
        } else if (was == Place::data) {
            end_data(places_.in());
        } else if (was == Place::graph) {
            end_graph();
        }
        if (was == Place::otherwise || was == Place::data) {
            keeps_text_ = false;
            text_.clear();
        }
    }

    std::string_view needed(const XmlAttributes& given, std::string_view name, std::string_view of) const {
        const auto value = given.find(name);
        if (!value) xml_.refuse(fmt::format("the attribute {} of a <{}> is missing", name, of));
        return *value;
    }

    void begin_key(const XmlAttributes& given) {
        key_ = std::string(needed(given, "id", "key"));
        if (keys_.contains(key_))
            xml_.refuse(fmt::format("there is a key '{}' already", quotable(key_)), "Names of keys must differ.");
        Key made;
        made.domain = std::string(given.find("for").value_or("all"));
        const auto name = given.find("attr.name"), type = given.find("attr.type");
        made.name = std::string(name ? *name : std::string_view(key_));
        made.type = xml_type(type.value_or("string"));
        made.skipped = given.find("yfiles.type").has_value();
        keys_.emplace(key_, std::move(made));
        key_order_.push_back(key_);
        places_.enter(Place::key);
    }

    void begin_graph(Place in, const XmlAttributes& given) {
        if (in != Place::graphml)
            xml_.refuse("there is a graph within a graph, and nested graphs are not read",
                        "Write it as one graph, with an attribute that names the group of each node.");
        const std::string_view direction = given.find("edgedefault").value_or("undirected");
        if (direction != "directed" && direction != "undirected")
            xml_.refuse(fmt::format("edgedefault is '{}'; it must be 'directed' or 'undirected'", quotable(direction)));
        directed_ = direction == "directed";
        graph_.emplace(file_);
        // Columns in the order of the keys, those without values too.
        for (const std::string& id : key_order_) {
            Key& key = keys_.at(id);
            for (auto& column : key.columns) column.reset();
            if (key.skipped) continue;
            if (key.domain == "node") column_of(key, Place::node);
            if (key.domain == "edge") column_of(key, Place::edge);
            if (key.domain == "graph") column_of(key, Place::graph);
        }
        edge_id_.reset();
        places_.enter(Place::graph);
    }

    void begin_edge(const XmlAttributes& given) {
        bool directed = directed_;
        if (const auto own = given.find("directed")) {
            if (*own != "true" && *own != "false" && *own != "1" && *own != "0")
                xml_.refuse(fmt::format("directed is '{}'; it must be 'true' or 'false'", quotable(*own)));
            directed = *own == "true" || *own == "1";
        }
        row_ =
            graph_->add_edge(needed(given, "source", "edge"), needed(given, "target", "edge"), directed, xml_.line());
        if (const auto id = given.find("id"); id && !id->empty()) {
            if (!edge_id_) edge_id_ = graph_->edges.new_column("id", Type::integer);
            graph_->edges.set(*edge_id_, row_, value_of_name(*id));
        }
        places_.enter(Place::edge);
    }

    Table& table_of(Place place) {
        return place == Place::node ? graph_->nodes : place == Place::edge ? graph_->edges : graph_->graph;
    }

    std::size_t column_of(Key& key, Place place) {
        auto& column = key.columns[place == Place::node ? 0 : place == Place::edge ? 1 : 2];
        if (!column) column = table_of(place).new_column(key.name, key.type.type, key.otherwise);
        return *column;
    }

    std::optional<Value> value_of(const Key& key, std::string_view of) const {
        const auto value = typed_value(text_, key.type);
        if (!value && !trimmed(text_).empty())
            xml_.refuse(fmt::format("'{}', {} '{}', is no {}", quotable(text_), of, quotable(key.name), key.type.name));
        return value;
    }

    void end_data(Place of) {
        const auto found = keys_.find(data_key_);
        if (found == keys_.end())
            xml_.refuse(fmt::format("a value has the key '{}', which is not declared", quotable(data_key_)));
        Key& key = found->second;
        if (key.skipped) return;
        if (auto value = value_of(key, "a value of the key"))
            table_of(of).set(column_of(key, of), of == Place::graph ? 0 : row_, std::move(*value));
    }

    void end_graph() {
        set_.graphs.push_back(graph_->finish(directed_));
        graph_.reset();
    }

    fs::path file_;
    XmlReader xml_;
    GraphSet set_;
    std::unordered_map<std::string, Key> keys_;
    std::vector<std::string> key_order_;
    XmlPlaces<Place> places_{Place::document};
    std::string key_, data_key_, text_;
    bool keeps_text_ = false;
    std::optional<GraphBuilder> graph_;
    bool directed_ = false;
    std::optional<std::size_t> edge_id_;
    std::size_t row_ = 0; // of the node or edge that is open
};

class GraphMLWriter {
public:
    GraphMLWriter(std::ostream& out, const GraphSet& set) : out_(out), set_(set) {}

    void write() {
        out_ << "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<graphml "
                "xmlns=\"http://graphml.graphdrawing.org/xmlns\">\n";
        for (const Graph& graph : set_.graphs) {
            declare("graph", graph.graph, false);
            declare("node", graph.node, own_names(graph.node).has_value());
            declare("edge", graph.edge, own_names(graph.edge).has_value());
        }
        for (std::size_t i = 0; i < set_.graphs.size(); ++i) write(set_.graphs[i], i);
        out_ << "</graphml>\n";
    }

private:
    // Graphs may have columns of one name and different types.
    static std::string key_name(std::string_view domain, const Column& column) {
        return fmt::format("{} {} {}", domain, column.values.index(), column.name);
    }

    void declare(std::string_view domain, const Attributes& attributes, bool has_ids) {
        for (const Column& column : attributes) {
            if (has_ids && column.name == "id") continue;
            const auto [key, added] = keys_.emplace(key_name(domain, column), keys_.size());
            if (!added) continue;
            out_ << fmt::format("<key id=\"d{}\" for=\"{}\" attr.name=\"{}\" attr.type=\"{}\"/>\n", key->second, domain,
                                xml_escaped(column.name), xml_type_name(column));
        }
    }

    // The values of a row; empty texts are missing.
    std::string data(std::string_view domain, const Attributes& attributes, bool has_ids, std::size_t row) const {
        std::string text;
        for (const Column& column : attributes) {
            if (has_ids && column.name == "id") continue;
            const std::string value = xml_value(column, row);
            if (value.empty()) continue;
            text += fmt::format("<data key=\"d{}\">{}</data>", keys_.at(key_name(domain, column)), value);
        }
        return text;
    }

    void write(const Graph& graph, std::size_t index) {
        out_ << fmt::format("<graph id=\"G{}\" edgedefault=\"{}\">\n", index,
                            graph.directed ? "directed" : "undirected");
        if (const std::string own = data("graph", graph.graph, false, 0); !own.empty()) out_ << own << '\n';
        const auto names = own_names(graph.node), edge_names = own_names(graph.edge);
        // Where "id" is a mere attribute, other names stand in for it.
        const std::string_view prefix = find(graph.node, "id") && !names ? "n" : "";
        const auto name = [&](std::int32_t node) {
            const auto row = static_cast<std::size_t>(node);
            return names ? xml_escaped((*names)[row]) : fmt::format("{}{}", prefix, node);
        };
        for (std::int32_t node = 0; node < graph.nodes; ++node) {
            const std::string values = data("node", graph.node, names.has_value(), static_cast<std::size_t>(node));
            out_ << "<node id=\"" << name(node) << (values.empty() ? "\"/>\n" : "\">" + values + "</node>\n");
        }
        for (std::size_t i = 0; i < graph.edges.size(); ++i) {
            const std::string values = data("edge", graph.edge, edge_names.has_value(), i);
            out_ << "<edge ";
            if (edge_names) out_ << "id=\"" << xml_escaped((*edge_names)[i]) << "\" ";
            out_ << "source=\"" << name(graph.edges[i].from) << "\" target=\"" << name(graph.edges[i].to)
                 << (values.empty() ? "\"/>\n" : "\">" + values + "</edge>\n");
        }
        out_ << "</graph>\n";
    }

    std::ostream& out_;
    const GraphSet& set_;
    std::unordered_map<std::string, std::size_t> keys_;
};

} // namespace

GraphSet read_graphml(const fs::path& file) {
    expect_memory(file, memory_per_byte * static_cast<double>(bytes_of_file(file)));
    return GraphMLReader(file).read();
}

void write_graphml(std::ostream& out, const GraphSet& set) { GraphMLWriter(out, set).write(); }

} // namespace orrery::graph_file
