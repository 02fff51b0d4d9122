// SPDX-License-Identifier: BSD-3-Clause
// What the spectrum brush keeps between one stroke and the next: a graph with its decomposition and properties, and the
// classifiers that were asked.
#pragma once
#include "plugins/graph/augment/brush.h"
#include "plugins/graph/augment/judged.h"

#include <cstdint>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <vector>

namespace orrery::graph {

// Which graph: of an input, of a file in the form of that ending, or of an .npy file of edges.
struct GraphPlace {
    std::string input, ending, edges;
    std::int64_t graph = 0, nodes = 0;
    std::uint64_t seed = 0; // of a generator
    bool operator==(const GraphPlace&) const = default;
};

// The properties that a brush shows of a changed graph, which may have weights.
augment::Shape quick_shape(const Graph& graph);

// Files joined by ";".
std::vector<std::string> model_files(const std::string& list);

struct Prediction {
    std::size_t model = 0; // which of the files
    std::vector<std::string> classes;
    std::vector<double> before, after; // [classes]
};

class BrushDesk {
public:
    // Throws Error for a graph that can't be brushed.
    BrushDesk(Graph graph, std::vector<std::string> remarks, int threads);

    const augment::Brush& brush() const { return brush_; }
    const augment::Shape& shape() const { return shape_; }
    const std::vector<std::string>& remarks() const { return remarks_; } // of what was left out
    // Of the first model that can read the graph; if there is none `remark` says why.
    std::optional<Prediction> ask(const std::vector<std::string>& models, const Graph& augmented, std::string& remark);

private:
    augment::Brush brush_;
    augment::Shape shape_;
    std::vector<std::string> remarks_;
    std::map<std::string, std::vector<double>> before_; // by model
};

// The last one is kept for the next call: a worker is asked about one graph many times. Throws Error.
std::shared_ptr<BrushDesk> desk_with(const GraphPlace& place, int threads);
// Whether that call would find it there, so that its input needn't be checked again.
bool is_on_desk(const GraphPlace& place);

} // namespace orrery::graph
