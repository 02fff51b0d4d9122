// SPDX-License-Identifier: BSD-3-Clause
// GML (Himsolt, GML: A portable graph file format, 1997). Its names of nodes are integers and what users call a node is
// its label. Where the integers are 0, 1, 2, ... labels that differ are taken as names; in files of ours the key
// "node_ids" outside of the graph tells which key of a node holds its name, and "node_label" which one the attribute
// "label", where that doesn't tell nodes apart.
#include "core/canonical_json.h"
#include "core/error.h"
#include "core/files/entities.h"
#include "core/files/graph/builder.h"
#include "core/files/graph/formats.h"
#include "core/files/graph/text_file.h"
#include "core/schema.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <charconv>
#include <cmath>
#include <ostream>
#include <set>

namespace orrery::graph_file {

namespace fs = std::filesystem;

namespace {

constexpr double memory_per_byte = 6; // of the file, while it is read
constexpr std::size_t deepest = 100;  // records in records

bool is_letter(char c) { return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_'; }
bool is_digit(char c) { return c >= '0' && c <= '9'; }

// Appends the UTF-8 of a code point; false if it is none that text can hold.
bool append_code_point(std::string& out, std::uint32_t code) {
    const auto byte = [&](std::uint32_t bits) { out += static_cast<char>(bits); };
    if (code == 0 || code > 0x10FFFF || (code >= 0xD800 && code < 0xE000)) return false;
    if (code < 0x80) {
        byte(code);
    } else if (code < 0x800) {
        byte(0xC0 | code >> 6);
        byte(0x80 | (code & 0x3F));
    } else if (code < 0x10000) {
        byte(0xE0 | code >> 12);
        byte(0x80 | (code >> 6 & 0x3F));
        byte(0x80 | (code & 0x3F));
    } else {
        byte(0xF0 | code >> 18);
        byte(0x80 | (code >> 12 & 0x3F));
        byte(0x80 | (code >> 6 & 0x3F));
        byte(0x80 | (code & 0x3F));
    }
    return true;
}

// The code point of the text between "&" and ";"; 0 if it is none.
std::uint32_t code_of_entity(std::string_view entity) {
    constexpr std::array<std::pair<std::string_view, std::uint32_t>, 6> named{
        {{"amp", '&'}, {"quot", '"'}, {"lt", '<'}, {"gt", '>'}, {"apos", '\''}, {"nbsp", 0xA0}}};
    for (const auto& [name, code] : named)
        if (entity == name) return code;
    if (entity.size() < 2 || entity[0] != '#') return 0;
    const bool hexadecimal = entity[1] == 'x' || entity[1] == 'X';
    entity.remove_prefix(hexadecimal ? 2 : 1);
    std::uint32_t code = 0;
    const auto read = std::from_chars(entity.data(), entity.data() + entity.size(), code, hexadecimal ? 16 : 10);
    return read.ec == std::errc() && read.ptr == entity.data() + entity.size() ? code : 0;
}

// With its entities replaced; what is none stays as it is.
std::string unescaped(std::string_view text) {
    std::string out;
    while (!text.empty()) {
        const std::size_t end = text[0] == '&' ? text.substr(0, 12).find(';') : std::string_view::npos;
        if (end != std::string_view::npos && append_code_point(out, code_of_entity(text.substr(1, end - 1)))) {
            text.remove_prefix(end + 1);
        } else {
            out += text[0];
            text.remove_prefix(1);
        }
    }
    return out;
}

std::string escaped(std::string_view text) {
    if (!is_utf8(text))
        throw Error(fmt::format("The text '{}' can't be written as GML: it is no UTF-8.", quotable(text)));
    std::string out;
    for (std::size_t i = 0; i < text.size();) {
        const auto first = static_cast<unsigned char>(text[i]);
        const std::size_t length = first < 0x80 ? 1 : first < 0xE0 ? 2 : first < 0xF0 ? 3 : 4;
        if (first == 0) throw Error("A text with a byte 0 can't be written as GML.");
        if (length == 1 && first >= ' ' && first <= '~' && first != '&' && first != '"') {
            out += text[i];
        } else if (first == '&' || first == '"') {
            out += entity_of(text[i]); // igraph knows these two by name only
        } else {
            std::uint32_t code = length == 1 ? first : first & (0xFFU >> (length + 1));
            for (std::size_t k = 1; k < length; ++k)
                code = code << 6 | (static_cast<unsigned char>(text[i + k]) & 0x3FU);
            out += fmt::format("&#{};", code);
        }
        i += length;
    }
    return out;
}

struct Token {
    enum class Kind : std::uint8_t { word, text, opens, closes, end } kind = Kind::end;
    std::string text;
};

class Tokens {
public:
    explicit Tokens(const fs::path& file) : lines_(file) {}

    Token next() {
        while (true) {
            while (at_ < line_.size() && (line_[at_] == ' ' || line_[at_] == '\t' || line_[at_] == '\r')) ++at_;
            if (at_ < line_.size() && line_[at_] != '#') break;
            at_ = 0;
            if (!lines_.next(line_)) return {};
        }
        const char c = line_[at_];
        if (c == '[' || c == ']') {
            ++at_;
            return {c == '[' ? Token::Kind::opens : Token::Kind::closes, std::string(1, c)};
        }
        if (c == '"') return quoted();
        const std::size_t end = std::min(line_.find_first_of(" \t\r[]\"", at_), line_.size());
        Token word{Token::Kind::word, std::string(line_.substr(at_, end - at_))};
        at_ = end;
        return word;
    }

    [[noreturn]] void refuse(const std::string& what, const std::string& hint = {}) const { lines_.refuse(what, hint); }
    std::int64_t line() const { return lines_.line(); }

private:
    Token quoted() {
        const std::int64_t began = lines_.line();
        std::string raw;
        ++at_;
        while (true) {
            const std::size_t end = line_.find('"', at_);
            raw += line_.substr(at_, end == std::string_view::npos ? end : end - at_);
            if (end != std::string_view::npos) {
                at_ = end + 1;
                break;
            }
            raw += '\n';
            at_ = 0;
            if (!lines_.next(line_))
                graph_file::refuse(lines_.file(), began, "the quotes of a text don't end",
                                   "The file may be truncated.");
        }
        if (!is_utf8(raw)) graph_file::refuse(lines_.file(), began, "a text is neither ASCII nor UTF-8");
        return {Token::Kind::text, unescaped(raw)};
    }

    LineReader lines_;
    std::string_view line_;
    std::size_t at_ = 0;
};

class GmlReader {
public:
    explicit GmlReader(const fs::path& file) : file_(file), tokens_(file), graph_(file) {}

    GraphSet read() {
        std::string key;
        while (next_key(key, false)) {
            const Token value = tokens_.next();
            if (value.kind == Token::Kind::opens) {
                if (same_word(key, "graph")) {
                    if (seen_) tokens_.refuse("it holds a second graph, and a GML file has one");
                    seen_ = true;
                    read_graph();
                } else {
                    read_record(key, nullptr);
                }
            } else {
                const Value is = value_of(key, value);
                const auto* text = std::get_if<std::string>(&is);
                if (key == "node_ids" && text) name_key_ = *text;
                if (key == "node_label" && text) label_key_ = *text;
            }
        }
        if (!seen_) graph_file::refuse(file_, 0, "it holds no graph [ ... ]");
        GraphSet set;
        Graph& made = set.graphs.emplace_back(graph_.finish(directed_));
        if (!name_key_.empty()) {
            if (name_key_ != "id") set_names(made, std::move(names_), "id");
            const auto has = [&](std::string_view name) { return find(made.node, name) != nullptr; };
            if (has(label_key_) && !has("label")) {
                for (Column& column : made.node)
                    if (column.name == label_key_) column.name = "label";
            }
        } else if (const Column* label = find(made.node, "label"); label && !find(made.node, "id")) {
            // The ids say nothing; labels that tell nodes apart are what others call them.
            Attributes named{*label};
            named[0].name = "id";
            if (auto names = own_names(named)) set_names(made, std::move(*names), "label");
        }
        return set;
    }

private:
    static void set_names(Graph& graph, std::vector<std::string> names, std::string_view instead_of) {
        std::erase_if(graph.node, [&](const Column& column) { return column.name == instead_of; });
        if (auto column = name_column(std::move(names))) graph.node.insert(graph.node.begin(), std::move(*column));
    }

    struct Entry {
        std::string name;
        Value value;
    };

    // False at the end of the record, or of the file outside of records.
    bool next_key(std::string& key, bool in_record) {
        Token token = tokens_.next();
        if (token.kind == Token::Kind::end) {
            if (in_record) tokens_.refuse("the file ends before its last ']'", "It may be truncated.");
            return false;
        }
        if (token.kind == Token::Kind::closes && in_record) return false;
        if (token.kind != Token::Kind::word || !is_letter(token.text[0]))
            tokens_.refuse(fmt::format("'{}' stands where a key is expected", quotable(token.text)));
        if (!is_utf8(token.text)) tokens_.refuse("a key is neither ASCII nor UTF-8");
        key = std::move(token.text);
        return true;
    }

    Value value_of(std::string_view key, const Token& token) const {
        if (token.kind == Token::Kind::text) return token.text;
        if (token.kind == Token::Kind::word) {
            if (const auto integer = integer_of(token.text)) return *integer;
            if (const auto real = real_of(token.text)) return *real;
            const bool digits = std::all_of(token.text.begin(), token.text.end(), is_digit);
            if (digits) return token.text; // an integer of more than 64 bits
        }
        if (token.kind == Token::Kind::end) tokens_.refuse("the file ends within a record", "It may be truncated.");
        tokens_.refuse(fmt::format("'{}' is no value of '{}': a number, a text in quotes or a record in [ ]",
                                   quotable(token.text), quotable(key)));
    }

    // The values of a record and those within it, by names joined with a dot, up to its end.
    void read_record(std::string prefix, std::vector<Entry>* entries) {
        std::vector<std::size_t> ends; // of the prefix, where records within this one end
        std::string key;
        while (true) {
            if (!next_key(key, true)) {
                if (ends.empty()) return;
                prefix.resize(ends.back());
                ends.pop_back();
                continue;
            }
            const Token value = tokens_.next();
            if (value.kind == Token::Kind::opens) {
                if (ends.size() == deepest)
                    tokens_.refuse(fmt::format("records lie more than {} deep in each other", deepest));
                ends.push_back(prefix.size());
                prefix += (prefix.empty() ? "" : ".") + key;
                continue;
            }
            Value is = value_of(key, value);
            if (entries) entries->push_back({prefix.empty() ? key : prefix + "." + key, std::move(is)});
        }
    }

    void read_graph() {
        std::string key;
        while (next_key(key, true)) {
            const Token value = tokens_.next();
            const bool opens = value.kind == Token::Kind::opens;
            if (opens && same_word(key, "node")) {
                read_node();
            } else if (opens && same_word(key, "edge")) {
                read_edge();
            } else if (opens) {
                std::vector<Entry> entries;
                read_record(key, &entries);
                store(graph_.graph, 0, entries);
            } else {
                Value is = value_of(key, value);
                if (same_word(key, "directed")) {
                    directed_ = is == Value(std::int64_t{1});
                } else if (!same_word(key, "multigraph")) {
                    graph_.graph.append(graph_.graph.column(key), 0, std::move(is));
                }
            }
        }
        // Direction may be told after the edges.
        for (const auto& [from, to, line, entries] : edges_)
            store(graph_.edges, graph_.add_edge(from, to, directed_, line), entries);
        edges_.clear();
    }

    static void store(Table& table, std::size_t row, const std::vector<Entry>& entries) {
        for (const Entry& entry : entries) table.append(table.column(entry.name), row, entry.value);
    }

    static std::string name_of(const Value& value) {
        if (const auto* text = std::get_if<std::string>(&value)) return *text;
        if (const auto* integer = std::get_if<std::int64_t>(&value)) return fmt::format("{}", *integer);
        return real_text(std::get<double>(value));
    }

    // Removes the entry and returns its value as text.
    static std::optional<std::string> take(std::vector<Entry>& entries, std::string_view name) {
        const auto at = std::find_if(entries.begin(), entries.end(), [&](const Entry& e) { return e.name == name; });
        if (at == entries.end()) return std::nullopt;
        std::string text = name_of(at->value);
        entries.erase(at);
        return text;
    }

    void read_node() {
        const std::int64_t line = tokens_.line();
        std::vector<Entry> entries;
        read_record({}, &entries);
        const auto id = take(entries, "id");
        if (!id) graph_file::refuse(file_, line, "a node has no id");
        const std::size_t row = graph_.add_node(*id, line);
        if (!name_key_.empty() && name_key_ != "id") names_.push_back(take(entries, name_key_).value_or(std::string()));
        store(graph_.nodes, row, entries);
    }

    void read_edge() {
        const std::int64_t line = tokens_.line();
        std::vector<Entry> entries;
        read_record({}, &entries);
        const auto from = take(entries, "source"), to = take(entries, "target");
        if (!from || !to) graph_file::refuse(file_, line, "an edge lacks its source or its target");
        edges_.push_back({*from, *to, line, std::move(entries)});
    }

    struct ReadEdge {
        std::string from, to;
        std::int64_t line;
        std::vector<Entry> entries;
    };

    fs::path file_;
    Tokens tokens_;
    GraphBuilder graph_;
    std::vector<ReadEdge> edges_;
    std::string name_key_;  // of nodes, that holds their names; empty: not told
    std::string label_key_; // of nodes, that holds their attribute "label"; empty: that of this name
    std::vector<std::string> names_;
    bool seen_ = false, directed_ = false;
};

// Attribute names as keys: letters, digits and _; what lies before a dot is a record, where there may be `records`.
class Keys {
public:
    Keys(const Attributes& attributes, std::set<std::string> taken, bool records) {
        for (const Column& column : attributes) {
            std::string key;
            for (const char c : column.name) key += is_letter(c) || is_digit(c) || c == '.' ? c : '_';
            const auto fits = [](std::string_view text) {
                bool starts = true;
                for (const char c : text) {
                    if (starts && (!is_letter(c) || c == '_')) return false;
                    starts = c == '.';
                }
                return !starts;
            };
            if (!records || !fits(key)) {
                std::replace(key.begin(), key.end(), '.', '_');
                if (key.empty() || !is_letter(key[0]) || key[0] == '_') key = "a_" + key;
            }
            std::string own = key;
            for (int number = 2; !taken.insert(own).second; ++number) own = fmt::format("{}_{}", key, number);
            if (own != column.name) renamed_ += fmt::format("# '{}' is called {}\n", quotable(column.name), own);
            keys_.push_back(own);
        }
        for (std::size_t i = 0; i + 1 < renamed_.size(); ++i)
            if (renamed_[i] == '\n' && renamed_[i + 1] != '#') renamed_[i] = ' ';
    }
    const std::string& operator[](std::size_t column) const { return keys_[column]; }
    const std::string& renamed() const { return renamed_; } // comment lines

private:
    std::vector<std::string> keys_;
    std::string renamed_;
};

std::string gml_value(const Column& column, std::size_t row) {
    if (const auto* texts = std::get_if<std::vector<std::string>>(&column.values))
        return '"' + escaped(texts->at(row)) + '"';
    if (std::holds_alternative<std::vector<std::int64_t>>(column.values)) return column.text(row);
    const double value = column.number(row);
    if (std::isnan(value)) return "NAN";
    if (std::isinf(value)) return value > 0 ? "+INF" : "-INF";
    std::string text = real_text(value);
    const auto exponent = text.find('e');
    if (exponent == std::string::npos) return text;
    text[exponent] = 'E';
    if (text.find('.') == std::string::npos) text.insert(exponent, ".0");
    return text;
}

class GmlWriter {
public:
    GmlWriter(std::ostream& out, const Graph& graph) : out_(out), graph_(graph), names_(own_names(graph.node)) {}

    void write() {
        const Column* id = find(graph_.node, "id");
        const bool integers = names_ && std::holds_alternative<std::vector<std::int64_t>>(id->values);
        // Others take labels as the names of nodes: one that doesn't tell them apart gets another key.
        const Column* label = find(graph_.node, "label");
        const bool has_label = label && tells_apart(*label);
        name_key_ = !has_label ? "label" : names_ && !integers ? "name" : "id";
        const Keys node(graph_.node, {names_ ? "" : "id", name_key_ == "id" ? "" : name_key_}, true),
            edge(graph_.edge, {"source", "target"}, true),
            graph(graph_.graph, {"node", "edge", "directed", "multigraph"}, false);
        out_ << node.renamed() << edge.renamed() << graph.renamed() << "Creator \"Orrery\"\n";
        out_ << "node_ids \"" << name_key_ << "\"\n";
        for (std::size_t i = 0; i < graph_.node.size(); ++i)
            if (graph_.node[i].name == "label" && node[i] != "label") out_ << "node_label \"" << node[i] << "\"\n";
        out_ << "graph [\n  directed " << (graph_.directed ? 1 : 0) << '\n';
        if (has_repetitions()) out_ << "  multigraph 1\n";
        write_values("  ", graph_.graph, graph, 0);
        for (std::int32_t i = 0; i < graph_.nodes; ++i) {
            const auto row = static_cast<std::size_t>(i);
            const std::string number = integers ? (*names_)[row] : fmt::format("{}", i);
            out_ << "  node [\n    id " << number << '\n';
            if (name_key_ != "id")
                out_ << "    " << name_key_ << " \"" << (names_ ? escaped((*names_)[row]) : number) << "\"\n";
            write_values("    ", graph_.node, node, row);
            out_ << "  ]\n";
        }
        for (std::size_t i = 0; i < graph_.edges.size(); ++i) {
            const auto number = [&](std::int32_t end) {
                return integers ? (*names_)[static_cast<std::size_t>(end)] : fmt::format("{}", end);
            };
            out_ << "  edge [\n    source " << number(graph_.edges[i].from) << "\n    target "
                 << number(graph_.edges[i].to) << '\n';
            write_values("    ", graph_.edge, edge, i);
            out_ << "  ]\n";
        }
        out_ << "]\n";
    }

private:
    bool has_repetitions() const {
        std::vector<Edge> edges = graph_.edges;
        if (!graph_.directed)
            for (Edge& edge : edges)
                if (edge.from > edge.to) std::swap(edge.from, edge.to);
        std::sort(edges.begin(), edges.end());
        return std::adjacent_find(edges.begin(), edges.end()) != edges.end();
    }

    void write_values(std::string_view indent, const Attributes& attributes, const Keys& keys, std::size_t row) {
        for (std::size_t i = 0; i < attributes.size(); ++i) {
            if (&attributes == &graph_.node && attributes[i].name == "id" && names_) continue;
            std::string_view key = keys[i];
            out_ << indent;
            int open = 0;
            for (auto dot = key.find('.'); dot != std::string_view::npos; dot = key.find('.'), ++open) {
                out_ << key.substr(0, dot) << " [ ";
                key.remove_prefix(dot + 1);
            }
            out_ << key << ' ' << gml_value(attributes[i], row);
            for (; open > 0; --open) out_ << " ]";
            out_ << '\n';
        }
    }

    std::ostream& out_;
    const Graph& graph_;
    std::optional<std::vector<std::string>> names_;
    std::string name_key_; // of nodes, that holds their names
};

} // namespace

GraphSet read_gml(const fs::path& file) {
    expect_memory(file, memory_per_byte * static_cast<double>(bytes_of_file(file)));
    return GmlReader(file).read();
}

void write_gml(std::ostream& out, const Graph& graph) { GmlWriter(out, graph).write(); }

} // namespace orrery::graph_file
