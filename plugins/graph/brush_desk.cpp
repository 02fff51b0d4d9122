// SPDX-License-Identifier: BSD-3-Clause
#include "plugins/graph/brush_desk.h"

#include "core/error.h"
#include "core/files/graph_file.h"
#include "core/graph/edge_array.h"
#include "plugins/graph/data/input.h"
#include "plugins/graph/data/remarks.h"
#include "plugins/graph/learn/script_model.h"
#include "plugins/graph/measure/algebraic_connectivity.h"

#include <fmt/format.h>

#include <algorithm>
#include <filesystem>
#include <mutex>

namespace orrery::graph {

namespace {

namespace fs = std::filesystem;
using namespace augment;

// Tells whether a file is still the one that was read.
struct Stamp {
    fs::file_time_type time;
    std::uintmax_t size = 0;
    bool operator==(const Stamp&) const = default;
};

Stamp stamp_of(const std::string& file) {
    std::error_code error;
    Stamp stamp{fs::last_write_time(file, error), 0};
    if (fs::is_regular_file(file, error)) stamp.size = fs::file_size(file, error);
    return stamp;
}

// The worker asks one request after the other; tests may not.
struct Kept {
    std::mutex mutex;
    GraphPlace place; // of the desk
    Stamp stamp;
    std::shared_ptr<BrushDesk> desk;
    std::shared_ptr<const GraphSet> set; // that its graph is from
    std::map<std::string, std::pair<Stamp, std::shared_ptr<const learn::ScriptModel>>> models;
};

Kept& kept() {
    static Kept kept;
    return kept;
}

std::shared_ptr<BrushDesk> made_desk(const Graph& given, int threads) {
    std::vector<std::string> remarks = remarks_on(GraphSet{"", {given}});
    Graph graph = simplified(given).graph;
    std::erase_if(graph.edge, [](const Column& c) { return c.name == "weight"; });
    return std::make_shared<BrushDesk>(std::move(graph), std::move(remarks), threads);
}

bool same_file(const GraphPlace& a, const GraphPlace& b) {
    return a.input == b.input && a.ending == b.ending && a.edges == b.edges;
}

std::shared_ptr<const learn::ScriptModel> model_at(const std::string& file) {
    Kept& all = kept();
    const std::lock_guard lock(all.mutex);
    const Stamp stamp = stamp_of(file);
    auto& [known, model] = all.models[file];
    if (!model || known != stamp) {
        model = std::make_shared<const learn::ScriptModel>(file);
        known = stamp;
    }
    return model;
}

} // namespace

Shape quick_shape(const Graph& graph) {
    const Graph edges = thresholded(graph);
    PropertyOptions options;
    options.eigenvalues = false; // all of them, for one
    Properties properties = properties_of(edges, options);
    properties.algebraic_connectivity = algebraic_connectivity(edges);
    return shape_of(properties);
}

std::vector<std::string> model_files(const std::string& list) {
    std::vector<std::string> files;
    for (std::size_t begin = 0; begin < list.size();) {
        const std::size_t end = std::min(list.find(';', begin), list.size());
        if (end > begin) files.push_back(list.substr(begin, end - begin));
        begin = end + 1;
    }
    return files;
}

BrushDesk::BrushDesk(Graph graph, std::vector<std::string> remarks, int threads)
    : brush_(std::move(graph), threads), shape_(quick_shape(brush_.graph())), remarks_(std::move(remarks)) {}

std::optional<Prediction> BrushDesk::ask(const std::vector<std::string>& models, const Graph& augmented,
                                         std::string& remark) {
    std::vector<std::string> reasons;
    for (std::size_t m = 0; m < models.size(); ++m) {
        std::shared_ptr<const learn::ScriptModel> model;
        try {
            model = model_at(models[m]);
        } catch (const Error& error) {
            reasons.emplace_back(error.what());
            continue;
        }
        if (const auto problem = model->features().problem_with(brush_.graph())) {
            reasons.push_back(*problem);
            continue;
        }
        auto& before = before_[models[m]];
        if (before.empty()) before = model->probabilities(brush_.graph());
        return Prediction{m, model->classes(), before, model->probabilities(augmented)};
    }
    if (reasons.size() == 1) remark = reasons.front();
    if (reasons.size() > 1)
        remark =
            fmt::format("None of {} models can read this graph; of the first: {}", reasons.size(), reasons.front());
    return std::nullopt;
}

std::shared_ptr<BrushDesk> desk_with(const GraphPlace& place, int threads) {
    Kept& now = kept();
    const std::lock_guard lock(now.mutex);
    if (!place.edges.empty()) {
        const Graph graph = read_edge_array(place.edges, place.nodes); // a new file each time
        const Graph* last = now.desk && !now.place.edges.empty() ? &now.desk->brush().graph() : nullptr;
        if (last != nullptr && last->nodes == graph.nodes && last->edges == simplified(graph).graph.edges)
            return now.desk;
        now.desk = made_desk(graph, threads);
        now.set.reset();
    } else {
        const Stamp stamp = stamp_of(place.input);
        if (now.desk && now.place == place && now.stamp == stamp) return now.desk;
        if (!now.set || !same_file(now.place, place) || now.place.seed != place.seed || now.stamp != stamp) {
            now.set = std::make_shared<const GraphSet>(place.ending.empty() ? load_input(place.input, place.seed)
                                                                            : read_graphs(place.input, place.ending));
            now.desk.reset();
        }
        now.stamp = stamp;
        expect_graph(*now.set, place.graph, place.input);
        now.desk.reset();
        now.place = place; // also if what follows throws: the set is from there
        now.desk = made_desk(now.set->graphs[static_cast<std::size_t>(place.graph)], threads);
    }
    now.place = place;
    return now.desk;
}

bool is_on_desk(const GraphPlace& place) {
    Kept& now = kept();
    const std::lock_guard lock(now.mutex);
    return now.desk && same_file(now.place, place) && now.place.graph == place.graph &&
           now.stamp == stamp_of(place.input);
}

} // namespace orrery::graph
