// SPDX-License-Identifier: BSD-3-Clause
// MatrixMarket (Boisvert, Pozo, Remington, NISTIR 5935, 1996): entry i, j is an edge from i to j.
#include "core/canonical_json.h"
#include "core/files/graph/columns.h"
#include "core/files/graph/formats.h"
#include "core/files/graph/text_file.h"

#include <fmt/format.h>

#include <algorithm>
#include <limits>
#include <ostream>

namespace orrery::graph_file {

namespace fs = std::filesystem;

namespace {

constexpr std::int64_t most_nodes = std::numeric_limits<std::int32_t>::max();

class MatrixMarketReader {
public:
    explicit MatrixMarketReader(const fs::path& file) : lines_(file) {}

    GraphSet read() {
        read_banner();
        read_size();
        GraphSet set;
        Graph& graph = set.graphs.emplace_back();
        graph.nodes = static_cast<std::int32_t>(size_);
        graph.directed = !symmetric_;
        graph.edges.reserve(static_cast<std::size_t>(count_));
        std::string_view line;
        while (next(line)) {
            if (static_cast<std::int64_t>(graph.edges.size()) == count_)
                lines_.refuse(fmt::format("there are more than the {} entries that its size line tells", count_));
            graph.edges.push_back(edge_of(line));
        }
        if (static_cast<std::int64_t>(graph.edges.size()) != count_)
            lines_.refuse(fmt::format("the file ends after {} of {} entries", graph.edges.size(), count_),
                          "It may be truncated.");
        if (!integers_.empty() || (field_ == Field::integer)) graph.edge.push_back({"weight", std::move(integers_)});
        if (!reals_.empty() || (field_ == Field::real)) graph.edge.push_back({"weight", std::move(reals_)});
        return set;
    }

private:
    enum class Field : std::uint8_t { pattern, integer, real };

    void read_banner() {
        std::string_view line, word[5];
        if (lines_.next(line)) {
            Words words(line);
            for (auto& each : word) words.next(each);
        }
        if (!same_word(word[0], "%%MatrixMarket") || !same_word(word[1], "matrix"))
            lines_.refuse("it does not begin with '%%MatrixMarket matrix'");
        if (!same_word(word[2], "coordinate"))
            lines_.refuse(
                fmt::format("it holds a matrix as '{}', and a graph is one as 'coordinate'", quotable(word[2])));
        if (same_word(word[3], "pattern")) {
            field_ = Field::pattern;
        } else if (same_word(word[3], "integer")) {
            field_ = Field::integer;
        } else if (!same_word(word[3], "real") && !same_word(word[3], "double")) {
            lines_.refuse(
                fmt::format("its entries are '{}'; they must be 'real', 'integer' or 'pattern'", quotable(word[3])));
        }
        symmetric_ = same_word(word[4], "symmetric");
        if (!symmetric_ && !same_word(word[4], "general"))
            lines_.refuse(fmt::format("its symmetry is '{}'; it must be 'general' or 'symmetric'", quotable(word[4])));
    }

    // The next line with text that is no comment.
    bool next(std::string_view& line) {
        while (lines_.next(line)) {
            const std::string_view text = trimmed(line);
            if (!text.empty() && text[0] != '%') return true;
        }
        return false;
    }

    void read_size() {
        std::string_view line, word[4];
        if (!next(line)) lines_.refuse("the file ends before its sizes", "It may be truncated.");
        Words words(line);
        for (auto& each : word) words.next(each);
        const auto rows = integer_of(word[0]), columns = integer_of(word[1]), count = integer_of(word[2]);
        if (!rows || !columns || !count || !word[3].empty() || *rows < 0 || *columns < 0 || *count < 0)
            lines_.refuse(fmt::format("'{}' should be three sizes: rows, columns, entries", quotable(line)));
        if (*rows != *columns)
            lines_.refuse(
                fmt::format("the matrix has {} rows and {} columns, and that of a graph is square", *rows, *columns));
        if (*rows > most_nodes) lines_.refuse(fmt::format("it has {} nodes, more than {}", *rows, most_nodes));
        constexpr std::uint64_t shortest_entry = 4; // "1 1" and the end of its line
        if (static_cast<std::uint64_t>(*count) > lines_.file_bytes() / shortest_entry + 1)
            lines_.refuse(fmt::format("the file is too short for {} entries", *count), "It may be truncated.");
        size_ = *rows;
        count_ = *count;
        expect_memory(lines_.file(),
                      static_cast<double>(count_) * (sizeof(Edge) + (field_ == Field::pattern ? 0 : sizeof(double))));
    }

    Edge edge_of(std::string_view line) {
        std::string_view word[4];
        Words words(line);
        for (auto& each : word) words.next(each);
        const auto row = integer_of(word[0]), column = integer_of(word[1]);
        const bool has_value = field_ != Field::pattern;
        if (!row || !column || word[2].empty() == has_value || !word[3].empty())
            lines_.refuse(
                fmt::format("'{}' should be a row, a column{}", quotable(line), has_value ? " and a value" : ""));
        for (const std::int64_t place : {*row, *column})
            if (place < 1 || place > size_)
                lines_.refuse(fmt::format("there is no row or column {}: they are 1 to {}", place, size_));
        if (has_value) add_weight(word[2]);
        const auto from = static_cast<std::int32_t>(*row - 1), to = static_cast<std::int32_t>(*column - 1);
        return symmetric_ ? Edge{std::min(from, to), std::max(from, to)} : Edge{from, to};
    }

    void add_weight(std::string_view text) {
        if (field_ == Field::integer) {
            const auto value = integer_of(text);
            if (!value) lines_.refuse(fmt::format("the value '{}' is no integer", quotable(text)));
            integers_.push_back(*value);
        } else {
            const auto value = real_of(text);
            if (!value) lines_.refuse(fmt::format("the value '{}' is no number", quotable(text)));
            reals_.push_back(*value);
        }
    }

    LineReader lines_;
    Field field_ = Field::real;
    bool symmetric_ = false;
    std::int64_t size_ = 0, count_ = 0;
    std::vector<std::int64_t> integers_;
    std::vector<double> reals_;
};

} // namespace

GraphSet read_matrix_market(const fs::path& file) { return MatrixMarketReader(file).read(); }

void write_matrix_market(std::ostream& out, const Graph& graph) {
    const Column* weight = find(graph.edge, "weight");
    if (weight && std::holds_alternative<std::vector<std::string>>(weight->values)) weight = nullptr;
    const bool integers = weight && std::holds_alternative<std::vector<std::int64_t>>(weight->values);
    out << "%%MatrixMarket matrix coordinate "
        << (!weight    ? "pattern"
            : integers ? "integer"
                       : "real")
        << ' ' << (graph.directed ? "general" : "symmetric") << '\n';
    Kept kept;
    if (weight) kept.edge.push_back("weight");
    if (const std::string missing = left_out(graph, kept); !missing.empty()) out << "% Left out: " << missing << '\n';
    out << graph.nodes << ' ' << graph.nodes << ' ' << graph.edges.size() << '\n';
    for (std::size_t i = 0; i < graph.edges.size(); ++i) {
        auto [row, column] = graph.edges[i];
        if (!graph.directed && row < column) std::swap(row, column);
        out << fmt::format("{} {}", row + 1, column + 1);
        if (weight) out << ' ' << (integers ? weight->text(i) : real_text(weight->number(i)));
        out << '\n';
    }
}

} // namespace orrery::graph_file
