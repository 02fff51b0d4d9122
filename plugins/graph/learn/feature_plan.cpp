// SPDX-License-Identifier: BSD-3-Clause
// Features as a text that a saved network carries, and what a graph needs for them.
#include "core/error.h"
#include "plugins/graph/learn/features.h"

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include <algorithm>
#include <cmath>

namespace orrery::graph::learn {

std::optional<std::string> Features::problem_with(const Graph& graph) const {
    if (graph.nodes == 0) return "The graph has no nodes.";
    if (has_labels_) {
        const Column* label = find(graph.node, "label");
        if (label == nullptr) return "The model reads node labels, and the graph has none.";
        for (std::size_t i = 0; i < label->size(); ++i) {
            const auto text = label->text(i);
            if (!std::binary_search(labels_.begin(), labels_.end(), text, LabelOrder()))
                return fmt::format("The model knows no node label '{}'.", text);
        }
    }
    for (const Standard& attribute : attributes_) {
        const Column* column = find(graph.node, attribute.column);
        if (column == nullptr || std::holds_alternative<std::vector<std::string>>(column->values))
            return fmt::format("The model reads the node attribute '{}', and the graph has no such numbers.",
                               attribute.column);
        for (std::size_t i = 0; i < column->size(); ++i) {
            if (!std::isfinite(column->number(i)))
                return fmt::format("The node attribute '{}' of node {} is {}.", attribute.column, i, column->number(i));
        }
    }
    return std::nullopt;
}

std::string Features::plan() const {
    auto attributes = nlohmann::json::array();
    for (const Standard& a : attributes_)
        attributes.push_back({{"name", a.column}, {"mean", a.mean}, {"deviation", a.deviation}});
    const nlohmann::json plan{{"has_labels", has_labels_},
                              {"labels", labels_},
                              {"attributes", attributes},
                              {"has_degree", has_degree_},
                              {"degree_columns", degree_columns_},
                              {"degree_mean", degree_.mean},
                              {"degree_deviation", degree_.deviation},
                              {"constant", has_constant_},
                              {"walks", options_.walks},
                              {"positional", options_.positional},
                              {"signs", options_.form == PositionalForm::signs}};
    return plan.dump(-1, ' ', false, nlohmann::json::error_handler_t::replace);
}

Features Features::from_plan(const std::string& text) {
    Features features;
    try {
        const auto plan = nlohmann::json::parse(text);
        plan.at("has_labels").get_to(features.has_labels_);
        plan.at("labels").get_to(features.labels_);
        for (const auto& a : plan.at("attributes"))
            features.attributes_.push_back(
                {a.at("name").get<std::string>(), a.at("mean").get<double>(), a.at("deviation").get<double>()});
        plan.at("has_degree").get_to(features.has_degree_);
        plan.at("degree_columns").get_to(features.degree_columns_);
        features.degree_ = {"", plan.at("degree_mean").get<double>(), plan.at("degree_deviation").get<double>()};
        plan.at("constant").get_to(features.has_constant_);
        plan.at("walks").get_to(features.options_.walks);
        plan.at("positional").get_to(features.options_.positional);
        features.options_.form = plan.at("signs").get<bool>() ? PositionalForm::signs : PositionalForm::invariant;
    } catch (const nlohmann::json::exception& error) {
        throw Error(fmt::format("What a model says of its features can't be read: {}.", error.what()),
                    "Train it again.");
    }
    if (features.degree_columns_ < 0 || features.degree_columns_ > 100'000 || features.options_.walks < 0 ||
        features.options_.walks > 1000 || features.options_.positional < 0 || features.options_.positional > 1000)
        throw Error("What a model says of its features can't be read: its numbers are out of range.",
                    "Train it again.");
    features.name_columns();
    return features;
}

} // namespace orrery::graph::learn
