// SPDX-License-Identifier: BSD-3-Clause
// GEXF 1.2 and 1.3 (https://gexf.net/schema.html).
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

enum class Place : std::uint8_t { document, gexf, graph, attributes, attribute, otherwise, list, node, edge, values };

class GexfReader {
public:
    explicit GexfReader(const fs::path& file) : file_(file), xml_(file), graph_(file) {}

    GraphSet read() {
        xml_.read({[this](std::string_view name, const XmlAttributes& given) { begin(name, given); },
                   [this](std::string_view) { end(); },
                   [this](std::string_view piece) {
                       if (places_.in() == Place::otherwise && !places_.skips()) text_ += piece;
                   }});
        if (!seen_) graph_file::refuse(file_, 0, "it holds no graph");
        GraphSet set;
        set.graphs.push_back(finish());
        return set;
    }

private:
    struct Declared {
        std::string title;
        XmlType type;
        bool dynamic = false;
        std::size_t column = 0;
    };

    void begin(std::string_view name, const XmlAttributes& given) {
        if (places_.skips()) return places_.skip();
        const Place in = places_.in();
        if (in == Place::document) {
            if (name != "gexf") xml_.refuse(fmt::format("its first element is <{}>, not <gexf>", quotable(name)));
            places_.enter(Place::gexf);
        } else if (name == "graph" && in == Place::gexf) {
            begin_graph(given);
        } else if (name == "attributes" && in == Place::graph) {
            begin_attributes(given);
        } else if (name == "attribute" && in == Place::attributes) {
            begin_attribute(given);
        } else if (name == "default" && in == Place::attribute) {
            text_.clear();
            places_.enter(Place::otherwise);
        } else if ((name == "nodes" || name == "edges") && (in == Place::graph || in == Place::node)) {
            places_.enter(Place::list);
        } else if (name == "node" && (in == Place::list || in == Place::node)) {
            begin_node(given);
        } else if (name == "edge" && in == Place::list) {
            begin_edge(given);
        } else if (name == "attvalues" && (in == Place::node || in == Place::edge)) {
            places_.enter(Place::values);
        } else if (name == "attvalue" && in == Place::values) {
            take_value(given);
            places_.skip();
        } else {
            places_.skip(); // meta, options, spells, viz
        }
    }

    void end() {
        const auto was = places_.leave();
        if (!was) return;
        if (was == Place::otherwise) {
            otherwise_ = typed_value(text_, declared_.type);
        } else if (was == Place::attribute) {
            end_attribute();
        } else if (was == Place::node) {
            open_nodes_.pop_back();
        }
    }

    std::string_view needed(const XmlAttributes& given, std::string_view name, std::string_view of) const {
        const auto value = given.find(name);
        if (!value) xml_.refuse(fmt::format("the attribute {} of an <{}> is missing", name, of));
        return *value;
    }

    void begin_graph(const XmlAttributes& given) {
        if (seen_) xml_.refuse("it holds a second graph, and a GEXF file has one");
        seen_ = true;
        directed_ = is_directed(given.find("defaultedgetype").value_or("undirected"));
        places_.enter(Place::graph);
    }

    bool is_directed(std::string_view type) const {
        if (type != "directed" && type != "undirected" && type != "mutual")
            xml_.refuse(
                fmt::format("'{}' is no type of edges; they are 'directed', 'undirected' or 'mutual'", quotable(type)));
        return type == "directed"; // mutual ones lead both ways, as undirected ones do
    }

    void begin_attributes(const XmlAttributes& given) {
        const std::string_view of = given.find("class").value_or("node");
        if (of != "node" && of != "edge")
            xml_.refuse(fmt::format("attributes of the class '{}'; there are 'node' and 'edge'", quotable(of)));
        of_edges_ = of == "edge";
        dynamic_ = given.find("mode").value_or("static") == "dynamic";
        places_.enter(Place::attributes);
    }

    void begin_attribute(const XmlAttributes& given) {
        attribute_ = std::string(needed(given, "id", "attribute"));
        if (declared_of(of_edges_).contains(attribute_))
            xml_.refuse(fmt::format("there is an attribute '{}' already", quotable(attribute_)),
                        "The ids of attributes must differ.");
        declared_ = {std::string(given.find("title").value_or(attribute_)),
                     xml_type(given.find("type").value_or("string")), dynamic_, 0};
        otherwise_.reset();
        places_.enter(Place::attribute);
    }

    void end_attribute() {
        if (!declared_.dynamic)
            declared_.column =
                table_of(of_edges_).new_column(declared_.title, declared_.type.type, std::move(otherwise_));
        declared_of(of_edges_).emplace(attribute_, declared_);
    }

    void begin_node(const XmlAttributes& given) {
        const std::string_view id = needed(given, "id", "node");
        const std::size_t row = graph_.add_node(id, xml_.line());
        if (const auto label = given.find("label")) labels_[0].set(graph_, false, "label", row, std::string(*label));
        const auto parent = given.find("pid");
        if (parent && !parent->empty()) {
            parents_.set(graph_, false, "parent", row, value_of_name(*parent));
        } else if (!open_nodes_.empty()) {
            parents_.set(graph_, false, "parent", row, value_of_name(open_nodes_.back().name));
        }
        open_nodes_.push_back({std::string(id), row});
        places_.enter(Place::node);
    }

    void begin_edge(const XmlAttributes& given) {
        const auto type = given.find("type");
        row_ = graph_.add_edge(needed(given, "source", "edge"), needed(given, "target", "edge"),
                               type ? is_directed(*type) : directed_, xml_.line());
        if (const auto id = given.find("id")) {
            ids_are_counted_ = ids_are_counted_ && integer_of(*id) == static_cast<std::int64_t>(row_);
            ids_.set(graph_, true, "id", row_, value_of_name(*id));
        }
        if (const auto label = given.find("label")) labels_[1].set(graph_, true, "label", row_, std::string(*label));
        if (const auto weight = given.find("weight"); weight && !trimmed(*weight).empty()) {
            const auto value = typed_value(*weight, {"number", is_plain_integer(*weight) ? Type::integer : Type::real});
            if (!value) xml_.refuse(fmt::format("'{}', the weight of an edge, is no number", quotable(*weight)));
            weights_.otherwise = std::int64_t{1}; // the format's own default
            weights_.set(graph_, true, "weight", row_, *value);
        }
        places_.enter(Place::edge);
    }

    void take_value(const XmlAttributes& given) {
        auto id = given.find("for");
        if (!id) id = given.find("id"); // as 1.1 called it
        if (!id) xml_.refuse("the attribute 'for' of an <attvalue> is missing");
        const bool of_edge = places_.around() == Place::edge;
        const auto found = declared_of(of_edge).find(std::string(*id));
        if (found == declared_of(of_edge).end())
            xml_.refuse(fmt::format("a value is for the attribute '{}', which is not declared", quotable(*id)));
        const Declared& declared = found->second;
        for (const std::string_view time : {"start", "end", "startopen", "endopen", "timestamp"})
            if (given.find(time)) return;
        if (declared.dynamic) return;
        const std::string_view text = needed(given, "value", "attvalue");
        auto value = typed_value(text, declared.type);
        const std::size_t row = of_edge ? row_ : open_nodes_.back().row;
        if (value) return table_of(of_edge).set(declared.column, row, std::move(*value));
        if (!trimmed(text).empty())
            xml_.refuse(fmt::format("'{}', a value of the attribute '{}', is no {}", quotable(text),
                                    quotable(declared.title), declared.type.name));
    }

    Graph finish() {
        Graph graph = graph_.finish(directed_);
        if (ids_.column && ids_are_counted_)
            std::erase_if(graph.edge, [this](const Column& column) { return column.name == ids_.name; });
        return graph;
    }

    // A column that is made with its first value: the format has a place of its own for it.
    struct Native {
        std::optional<std::size_t> column;
        std::string name;
        std::optional<Value> otherwise;
        void set(GraphBuilder& graph, bool of_edges, std::string_view called, std::size_t row, Value value) {
            Table& table = of_edges ? graph.edges : graph.nodes;
            if (!column) {
                name = called;
                for (int number = 2; table.has(name); ++number) name = fmt::format("{} {}", called, number);
                column = table.new_column(name, Type::integer, otherwise);
            }
            table.set(*column, row, std::move(value));
        }
    };

    Table& table_of(bool of_edges) { return of_edges ? graph_.edges : graph_.nodes; }
    std::unordered_map<std::string, Declared>& declared_of(bool of_edges) { return declared_all_[of_edges ? 1 : 0]; }

    fs::path file_;
    XmlReader xml_;
    GraphBuilder graph_;
    XmlPlaces<Place> places_{Place::document};
    bool seen_ = false, directed_ = false, of_edges_ = false, dynamic_ = false, ids_are_counted_ = true;
    std::unordered_map<std::string, Declared> declared_all_[2];
    std::string attribute_, text_; // the attribute that is being declared, and its default
    Declared declared_;
    std::optional<Value> otherwise_;
    struct OpenNode {
        std::string name;
        std::size_t row;
    };
    std::vector<OpenNode> open_nodes_; // from outer to inner
    Native labels_[2], parents_, ids_, weights_;
    std::size_t row_ = 0; // of the last edge
};

class GexfWriter {
public:
    GexfWriter(std::ostream& out, const Graph& graph) : out_(out), graph_(graph) {}

    void write() {
        out_ << "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<gexf xmlns=\"http://gexf.net/1.3\" version=\"1.3\">\n"
                "<meta><creator>Orrery</creator>";
        if (const std::string missing = left_out(graph_, {all(graph_.node), all(graph_.edge), {}}); !missing.empty())
            out_ << "<description>Left out: " << xml_escaped(missing) << "</description>";
        out_ << "</meta>\n<graph mode=\"static\" defaultedgetype=\"" << (graph_.directed ? "directed" : "undirected")
             << "\">\n";
        const auto names = own_names(graph_.node), edge_names = own_names(graph_.edge);
        declare("node", graph_.node, names.has_value());
        declare("edge", graph_.edge, edge_names.has_value());
        const auto name = [&](std::int32_t node) {
            return names ? xml_escaped((*names)[static_cast<std::size_t>(node)]) : fmt::format("{}", node);
        };
        out_ << "<nodes>\n";
        for (std::int32_t node = 0; node < graph_.nodes; ++node) {
            out_ << "<node id=\"" << name(node) << '"';
            write_row(graph_.node, names.has_value(), static_cast<std::size_t>(node), "node");
        }
        out_ << "</nodes>\n<edges>\n";
        for (std::size_t i = 0; i < graph_.edges.size(); ++i) {
            out_ << "<edge id=\"" << (edge_names ? xml_escaped((*edge_names)[i]) : fmt::format("{}", i))
                 << "\" source=\"" << name(graph_.edges[i].from) << "\" target=\"" << name(graph_.edges[i].to) << '"';
            write_row(graph_.edge, edge_names.has_value(), i, "edge");
        }
        out_ << "</edges>\n</graph>\n</gexf>\n";
    }

private:
    static std::vector<std::string_view> all(const Attributes& attributes) {
        std::vector<std::string_view> names;
        for (const Column& column : attributes) names.push_back(column.name);
        return names;
    }

    // What has a place of its own: texts as labels, numbers as weights, ids that differ.
    static bool is_native(const Column& column, bool has_ids, std::string_view of) {
        const bool is_text = std::holds_alternative<std::vector<std::string>>(column.values);
        return (column.name == "id" && has_ids) || (column.name == "label" && is_text) ||
               (column.name == "weight" && !is_text && of == "edge");
    }

    void declare(std::string_view of, const Attributes& attributes, bool has_ids) {
        std::string text;
        for (std::size_t i = 0; i < attributes.size(); ++i) {
            if (is_native(attributes[i], has_ids, of)) continue;
            text += fmt::format("<attribute id=\"{}\" title=\"{}\" type=\"{}\"/>\n", i, xml_escaped(attributes[i].name),
                                xml_type_name(attributes[i]));
        }
        if (!text.empty()) out_ << "<attributes class=\"" << of << "\">\n" << text << "</attributes>\n";
    }

    void write_row(const Attributes& attributes, bool has_ids, std::size_t row, std::string_view of) {
        std::string values;
        for (std::size_t i = 0; i < attributes.size(); ++i) {
            const Column& column = attributes[i];
            const std::string value = xml_value(column, row);
            if (is_native(column, has_ids, of)) {
                if (column.name != "id") out_ << ' ' << column.name << "=\"" << value << '"';
            } else if (!value.empty()) {
                values += fmt::format("<attvalue for=\"{}\" value=\"{}\"/>", i, value);
            }
        }
        if (values.empty()) {
            out_ << "/>\n";
        } else {
            out_ << "><attvalues>" << values << "</attvalues></" << of << ">\n";
        }
    }

    std::ostream& out_;
    const Graph& graph_;
};

} // namespace

GraphSet read_gexf(const fs::path& file) {
    expect_memory(file, memory_per_byte * static_cast<double>(bytes_of_file(file)));
    return GexfReader(file).read();
}

void write_gexf(std::ostream& out, const Graph& graph) { GexfWriter(out, graph).write(); }

} // namespace orrery::graph_file
