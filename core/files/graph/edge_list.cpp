// SPDX-License-Identifier: BSD-3-Clause
// Edge lists of any size: the file is read once, in blocks, and held as 8 bytes an edge while its names are integers
// below 2^31. Comments as in SNAP's files (https://snap.stanford.edu/data): "# Directed graph", "# Nodes: N Edges: M".
#include "core/canonical_json.h"
#include "core/error.h"
#include "core/files/graph/columns.h"
#include "core/files/graph/edge_ends.h"
#include "core/files/graph/formats.h"
#include "core/files/graph/text_file.h"
#include "core/schema.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <deque>
#include <ostream>
#include <set>

namespace orrery::graph_file {

namespace fs = std::filesystem;

namespace {

constexpr char blanks = ' '; // as a separator: any number of blanks and tabs
constexpr std::size_t most_columns = 10'000;

// Cells of a line, valid as long as the line is.
class Cells {
public:
    explicit Cells(char separator) : separator_(separator) {}

    // False for quotes that don't end in the line or are followed by something.
    bool split(std::string_view line) {
        cells_.clear();
        unquoted_.clear();
        std::size_t at = 0;
        while (true) {
            while (at < line.size() && (line[at] == ' ' || (line[at] == '\t' && separator_ != '\t'))) ++at;
            if (at == line.size()) {
                if (separator_ != blanks) cells_.emplace_back();
                return true;
            }
            if (line[at] == '"') {
                if (!take_quoted(line, at)) return false;
            } else {
                const std::size_t end = std::min(
                    separator_ == blanks ? line.find_first_of(" \t", at) : line.find(separator_, at), line.size());
                cells_.push_back(trimmed(line.substr(at, end - at)));
                at = end;
            }
            if (at == line.size()) return true;
            ++at; // the separator
        }
    }

    const std::vector<std::string_view>& all() const { return cells_; }
    std::size_t size() const { return cells_.size(); }
    std::string_view operator[](std::size_t i) const { return i < cells_.size() ? cells_[i] : std::string_view(); }

private:
    bool take_quoted(std::string_view line, std::size_t& at) {
        std::string& text = unquoted_.emplace_back();
        for (++at;; ++at) {
            if (at >= line.size()) return false;
            if (line[at] == '"') {
                if (at + 1 >= line.size() || line[at + 1] != '"') break;
                ++at;
            }
            text += line[at];
        }
        cells_.push_back(text);
        ++at;
        const auto is_blank = [](char c) { return c == ' ' || c == '\t'; };
        while (separator_ != blanks && at < line.size() && is_blank(line[at]) && line[at] != separator_) ++at;
        return at == line.size() || (separator_ == blanks ? is_blank(line[at]) : line[at] == separator_);
    }

    char separator_;
    std::vector<std::string_view> cells_;
    std::deque<std::string> unquoted_;
};

char separator_of(std::string_view line, std::string_view ending) {
    if (ending == ".tsv") return '\t';
    std::array<std::size_t, 3> counts{};
    constexpr std::array<char, 3> candidates{',', ';', '\t'};
    bool quoted = false;
    for (const char c : line) {
        if (c == '"') quoted = !quoted;
        for (std::size_t i = 0; i < candidates.size(); ++i) counts[i] += !quoted && c == candidates[i];
    }
    if (ending != ".csv") counts[2] = 0; // a tab is one of the blanks there
    const auto most = std::max_element(counts.begin(), counts.end());
    return *most == 0 ? blanks : candidates[static_cast<std::size_t>(most - counts.begin())];
}

class EdgeListReader {
public:
    // `texts`: columns whose cells are kept as texts.
    EdgeListReader(const fs::path& file, std::string_view ending, std::set<std::size_t> texts)
        : ending_(lower(ending)), texts_(std::move(texts)), lines_(file), cells_(blanks), ends_(file) {}

    // Nothing if a column that was held as numbers has a text; then `texts` has it too.
    std::optional<Graph> read(std::set<std::size_t>& texts) {
        std::string first, second;
        bool has_first = next_row(first), has_second = has_first && next_row(second, &second_line_);
        refuse_dictionary(first);
        cells_ = Cells(separator_of(first, ending_));
        if (has_first && !begin(first, second, has_second)) has_first = false;
        std::string row;
        for (int given = has_first ? 0 : 1;; ++given) {
            const std::string& line = given == 0 ? first : given == 1 ? second : row;
            if (given == 1 ? !has_second : given > 1 && !next_row(row)) break;
            split(line, given == 0 ? first_line_ : given == 1 ? second_line_ : row_line_);
            if (!add_row(texts)) return std::nullopt;
        }
        return finish();
    }

private:
    // The next line with cells, joined with those that follow as long as quotes are open.
    bool next_row(std::string& row, std::int64_t* at = nullptr) {
        std::string_view line;
        while (lines_.next(line)) {
            const std::string_view text = trimmed(line);
            if (text.empty()) continue;
            if (text[0] == '#' || text[0] == '%') {
                if (!began_) read_comment(text.substr(1));
                continue;
            }
            row_line_ = lines_.line();
            if (at) *at = row_line_;
            if (first_line_ == 0) first_line_ = row_line_;
            row = line;
            if (line.find('"') == std::string_view::npos) return true;
            auto quotes = std::count(row.begin(), row.end(), '"');
            while (quotes % 2 == 1) {
                if (!lines_.next(line))
                    graph_file::refuse(lines_.file(), row_line_, "its quotes don't end", "The file may be truncated.");
                quotes += std::count(line.begin(), line.end(), '"');
                row += '\n';
                row += line;
            }
            return true;
        }
        return false;
    }

    void read_comment(std::string_view text) {
        text = trimmed(text);
        if (begins_with_word(text, "directed graph")) graph_.directed = true;
        if (!begins_with_word(text, "nodes:")) return;
        Words words(text.substr(6));
        std::string_view count;
        if (words.next(count)) told_nodes_ = integer_of(count).value_or(0);
    }

    void split(std::string_view line, std::int64_t at) {
        line_ = at;
        if (!is_utf8(line)) refuse("it is no text in UTF-8", "Save it as UTF-8.");
        if (!cells_.split(line)) refuse("a quoted text does not end, or something stands behind its quotes");
    }

    [[noreturn]] void refuse(const std::string& what, const std::string& hint = {}) const {
        graph_file::refuse(lines_.file(), line_, what, hint);
    }

    static bool is_number(std::string_view text) { return real_of(text).has_value(); }

    // False if the first row is a header. Sets up the columns.
    bool begin(const std::string& first, const std::string& second, bool has_second) {
        split(first, first_line_);
        const std::vector<std::string> names(cells_.all().begin(), cells_.all().end());
        if (names.size() > most_columns)
            refuse(fmt::format("it has {} columns, more than {}", names.size(), most_columns));
        const auto place = [&](std::initializer_list<std::string_view> words) {
            return static_cast<std::size_t>(
                std::find_if(names.begin(), names.end(),
                             [&](const std::string& name) {
                                 return std::any_of(words.begin(), words.end(),
                                                    [&](std::string_view word) { return same_word(word, name); });
                             }) -
                names.begin());
        };
        const std::size_t from = place({"source", "from", "src", "fromnodeid", "tail"}),
                          to = place({"target", "to", "dst", "tonodeid", "head"});
        bool header = from < names.size() && to < names.size();
        if (header) {
            from_ = from;
            to_ = to;
        } else if (has_second && names.size() >= 2 && !is_number(names[0]) && !is_number(names[1])) {
            split(second, second_line_); // names above numbers
            for (std::size_t i = 0; i < names.size(); ++i)
                header = header || (!is_number(names[i]) && is_number(cells_[i]));
        }
        for (std::size_t i = 0; i < names.size(); ++i) {
            if (i == from_ || i == to_) continue;
            const bool is_weight = !header && i == 2 && (is_number(names[i]) || names[i] == "{}");
            add_column(i, header ? names[i] : is_weight ? std::string("weight") : std::string());
        }
        width_ = std::max<std::size_t>(names.size(), 2);
        has_header_ = header;
        began_ = true;
        expect_room();
        return !header;
    }

    // What NetworkX writes behind an edge by default.
    void refuse_dictionary(std::string_view line) {
        const auto brace = line.find(" {");
        if (brace == std::string_view::npos || !line.ends_with('}') || line.substr(brace) == " {}") return;
        line_ = first_line_;
        refuse("edges have Python dictionaries of values, which are not read",
               "With NetworkX use write_weighted_edgelist, or write_graphml.");
    }

    void add_column(std::size_t cell, std::string name) {
        for (const char* known : {"weight", "label", "id", "type"})
            if (same_word(name, known)) name = known;
        if (name.empty()) name = fmt::format("column {}", cell + 1);
        std::string own = name;
        for (int number = 2; !names_.insert(own).second; ++number) own = fmt::format("{} {}", name, number);
        columns_.push_back({cell, own, GuessedColumn(texts_.contains(cell))});
    }

    // Memory is told by the length of the first lines, and asked for at once, so that it needn't grow by copying.
    void expect_room() {
        constexpr double nodes_each = 4, number = sizeof(double), text = sizeof(std::string);
        each_ = sizeof(Edge) + nodes_each;
        for (const ReadColumn& column : columns_) each_ += column.values.is_text() ? text : number;
        const double edges = static_cast<double>(lines_.file_bytes()) / bytes_per_line_;
        expect_memory(lines_.file(), edges * each_);
        const auto rows = static_cast<std::size_t>(edges * 1.02);
        if (rows < room_) return; // too few lines to tell
        room_ = rows;
        ends_.reserve(rows);
        for (ReadColumn& column : columns_) column.values.reserve(rows);
    }

    bool add_row(std::set<std::size_t>& texts) {
        if (cells_.size() > width_ && !(cells_.size() == 3 && cells_[2] == "{}"))
            refuse(fmt::format("it has {} columns where the first line has {}", cells_.size(), width_));
        const std::string_view from = cells_[from_], to = cells_[to_];
        if (from.empty() && to.empty()) refuse("both ends of an edge are missing");
        if (from.empty() || to.empty()) {
            ends_.add_single(from.empty() ? to : from);
            return true;
        }
        if (ends_.edges() == room_) { // later lines are shorter than the first ones
            expect_memory(lines_.file(), 2 * each_ * static_cast<double>(room_));
            room_ *= 2;
        }
        ends_.add(from, to);
        for (ReadColumn& column : columns_) {
            std::string_view cell = cells_[column.cell];
            if (cell == "{}" && !has_header_) cell = {};
            if (column.name == "weight" && !cell.empty() && !is_number(cell))
                refuse(fmt::format("the weight '{}' is no number", quotable(cell)));
            if (column.values.add(cell)) continue;
            texts.insert(column.cell);
            return false;
        }
        return true;
    }

    Graph finish() {
        for (ReadColumn& column : columns_) graph_.edge.push_back(column.values.take(column.name));
        take_type();
        // A column without any value, as of "{}", tells nothing.
        if (!has_header_)
            std::erase_if(graph_.edge, [](const Column& column) {
                const auto* texts = std::get_if<std::vector<std::string>>(&column.values);
                return texts && !texts->empty() &&
                       std::all_of(texts->begin(), texts->end(), [](const std::string& text) { return text.empty(); });
            });
        ends_.finish(graph_, told_nodes_);
        return std::move(graph_);
    }

    // Gephi's column of directions.
    void take_type() {
        const auto at = std::find_if(graph_.edge.begin(), graph_.edge.end(),
                                     [](const Column& column) { return column.name == "type"; });
        if (at == graph_.edge.end() || at->size() == 0) return;
        const auto* texts = std::get_if<std::vector<std::string>>(&at->values);
        if (!texts) return;
        const auto all = [&](std::string_view word) {
            return std::all_of(texts->begin(), texts->end(), [&](const std::string& t) { return same_word(t, word); });
        };
        if (!all("directed") && !all("undirected")) return;
        graph_.directed = all("directed");
        graph_.edge.erase(at);
    }

    struct ReadColumn {
        std::size_t cell;
        std::string name;
        GuessedColumn values;
    };

    std::string ending_;
    std::set<std::size_t> texts_;
    LineReader lines_;
    Cells cells_;
    Graph graph_;
    EdgeEnds ends_;
    std::vector<ReadColumn> columns_;
    std::set<std::string> names_;
    std::size_t from_ = 0, to_ = 1, width_ = 2;
    double bytes_per_line_ = lines_.bytes_per_line(), each_ = 0; // bytes of memory an edge takes
    std::size_t room_ = std::size_t{1} << 16U;                   // edges
    std::int64_t told_nodes_ = 0, first_line_ = 0, second_line_ = 0, row_line_ = 0, line_ = 0;
    bool has_header_ = false, began_ = false;
};

class EdgeListWriter {
public:
    EdgeListWriter(std::ostream& out, const Graph& graph, std::string_view ending)
        : out_(out), graph_(graph), names_(own_names(graph.node)), separator_(ending == ".csv"   ? ','
                                                                              : ending == ".tsv" ? '\t'
                                                                                                 : ' '),
          is_table_(separator_ != ' ') {}

    void write() {
        const std::vector<bool> connected = connected_nodes();
        const bool all_connected = std::find(connected.begin(), connected.end(), false) == connected.end();
        if (graph_.directed) out_ << "# Directed graph\n";
        if (!names_ && !all_connected) out_ << "# Nodes: " << graph_.nodes << " Edges: " << graph_.edges.size() << '\n';
        Kept kept;
        if (names_) kept.node.push_back("id");
        for (const Column& column : graph_.edge) kept.edge.push_back(column.name);
        if (const std::string missing = left_out(graph_, kept); !missing.empty())
            out_ << "# Left out: " << missing << '\n';
        const Column* weight = graph_.edge.size() == 1 ? find(graph_.edge, "weight") : nullptr;
        if (is_table_ || (!graph_.edge.empty() && !weight)) {
            out_ << "source" << separator_ << "target";
            for (const Column& column : graph_.edge) out_ << separator_ << cell(column.name);
            out_ << '\n';
        }
        for (std::size_t i = 0; i < graph_.edges.size(); ++i) {
            out_ << name(graph_.edges[i].from) << separator_ << name(graph_.edges[i].to);
            for (const Column& column : graph_.edge) out_ << separator_ << value(column, i);
            out_ << '\n';
        }
        for (std::size_t node = 0; names_ && node < connected.size(); ++node) {
            if (connected[node]) continue;
            out_ << name(static_cast<std::int32_t>(node));
            if (is_table_) out_ << separator_;
            out_ << '\n';
        }
    }

private:
    std::vector<bool> connected_nodes() const {
        std::vector<bool> connected(static_cast<std::size_t>(graph_.nodes));
        for (const Edge& edge : graph_.edges)
            connected[static_cast<std::size_t>(edge.from)] = connected[static_cast<std::size_t>(edge.to)] = true;
        return connected;
    }

    std::string name(std::int32_t node) const {
        return names_ ? cell((*names_)[static_cast<std::size_t>(node)]) : fmt::format("{}", node);
    }

    std::string value(const Column& column, std::size_t row) const {
        if (const auto* reals = std::get_if<std::vector<double>>(&column.values)) return real_text(reals->at(row));
        return cell(column.text(row));
    }

    // In quotes where it would be read as something else without them.
    std::string cell(const std::string& text) const {
        const auto separates = [this](char c) {
            return c == '"' || c == ',' || c == ';' || (c >= 0 && c < ' ') || (c == ' ' && !is_table_);
        };
        const bool plain = !text.empty() && std::none_of(text.begin(), text.end(), separates) && text[0] != '#' &&
                           text[0] != '%' && text[0] != ' ' && text.back() != ' ';
        if (plain || (text.empty() && is_table_)) return text;
        std::string out = "\"";
        for (const char c : text) out += c == '"' ? std::string("\"\"") : std::string(1, c);
        return out + '"';
    }

    std::ostream& out_;
    const Graph& graph_;
    std::optional<std::vector<std::string>> names_;
    char separator_;
    bool is_table_;
};

} // namespace

GraphSet read_edge_list(const fs::path& file, std::string_view ending) {
    std::set<std::size_t> texts;
    GraphSet set;
    while (true) {
        auto graph = EdgeListReader(file, ending, texts).read(texts);
        if (!graph) continue; // once for each column at most
        set.graphs.push_back(std::move(*graph));
        return set;
    }
}

void write_edge_list(std::ostream& out, const Graph& graph, std::string_view ending) {
    EdgeListWriter(out, graph, ending).write();
}

} // namespace orrery::graph_file
