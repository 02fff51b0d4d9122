// SPDX-License-Identifier: BSD-3-Clause
#include "plugins/graph/augment/methods.h"

#include "core/error.h"
#include "core/schema.h"
#include "plugins/graph/augment/chebyshev.h"
#include "plugins/graph/augment/graphon.h"
#include "plugins/graph/augment/peers.h"
#include "plugins/graph/augment/projection.h"
#include "plugins/graph/augment/safe_flips.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <sstream>

namespace orrery::graph::augment {

namespace {

constexpr double usual_rate = 0.2; // GraphCL's

bool is_dual_prism(const std::string& method) { return method == "dp-noise" || method == "dp-mask"; }

Rule rule_of(const MethodOptions& o) {
    return o.binarise == "top-m" ? Rule::top_m : o.binarise == "bernoulli" ? Rule::bernoulli : Rule::threshold;
}

std::optional<double> wanted_rate(const MethodOptions& o) {
    return o.edit_rate > 0 ? std::optional(o.edit_rate) : std::nullopt;
}

std::unique_ptr<Augmentation> spectral(const MethodOptions& o, const std::string& method) {
    const bool weighted = o.output == "weighted";
    if (is_dual_prism(method)) return dual_prism(dual_prism_options(o, method));
    if (method == "chebyshev") {
        ChebyshevOptions options;
        options.frequency_ratio = o.frequency_ratio;
        options.std = o.std;
        options.terms = o.terms;
        options.weighted = weighted;
        options.rule = rule_of(o);
        options.edit_rate = wanted_rate(o);
        if (o.low_pairs > 0) options.low_pairs = o.low_pairs;
        return chebyshev_noise(options);
    }
    ProjectionOptions options;
    options.probability = o.probability;
    options.std = o.std;
    options.weighted = weighted;
    if (o.low_pairs > 0) options.low_pairs = o.low_pairs;
    return complement_projection(options);
}

std::unique_ptr<Augmentation> one(const MethodOptions& o, const std::string& method, std::span<const Graph> set) {
    const double rate = o.edit_rate > 0 ? o.edit_rate : usual_rate;
    if (is_dual_prism(method) || method == "chebyshev" || method == "projection") return spectral(o, method);
    if (method == "safe-flips") {
        SafeFlipOptions options;
        options.edit_rate = rate;
        options.protect_bridges = o.bridges;
        if (o.one_list) {
            options.removed_share.reset();
            options.choice = 8;
        }
        if (o.low_pairs > 0) options.low_pairs = o.low_pairs;
        return safe_flips(options);
    }
    if (method == "drop-edge") return drop_edge(rate);
    if (method == "add-edge") return add_edge(rate);
    if (method == "flips") return flip_edges(rate);
    if (method == "drop-node") return drop_node(rate, o.nodes_by_edges ? Share::edges : Share::nodes);
    if (method == "subgraph") return subgraph(rate, Walk::random);
    if (method == "subgraph-bfs") return subgraph(rate, Walk::breadth_first);
    if (method == "attribute-mask") return mask_attributes(rate);
    if (method == "feature-noise") return feature_noise(o.std);
    GMixupOptions options;
    options.mix = o.mix;
    return g_mixup(set, options);
}

void add_problems(const MethodOptions& o, const std::string& method, std::vector<std::string>& problems) {
    const auto names = method_names();
    if (std::find(names.begin(), names.end(), method) == names.end()) {
        const auto meant = did_you_mean(method, names);
        problems.push_back(fmt::format("method = {}: there is no augmentation '{}'{}. There are {}.", o.method, method,
                                       meant ? fmt::format(", did you mean {}", *meant) : "", fmt::join(names, ", ")));
        return;
    }
    const bool weighted = o.output == "weighted", port = o.semantics == "port";
    const bool makes_weights = is_dual_prism(method) || method == "chebyshev" || method == "projection";
    if (weighted && !makes_weights)
        problems.push_back(fmt::format("output = weighted: {} changes no weights; accepted is binarised.", method));
    if (makes_weights && o.edit_rate > 0 && weighted)
        problems.push_back(
            "edit_rate: edits are counted in binarised graphs; take output = binarised or edit_rate = 0.");
    if (is_dual_prism(method) && port && o.edit_rate > 0)
        problems.push_back(
            "edit_rate: the port's semantics have no such rule; take semantics = paper or edit_rate = 0.");
    if (is_dual_prism(method) && port && !weighted && o.binarise != "threshold")
        problems.push_back(fmt::format("binarise = {}: the port knows the threshold alone.", o.binarise));
    if (method == "projection" && (o.edit_rate > 0 || (!weighted && o.binarise != "threshold")))
        problems.push_back(
            "projection is binarised by the threshold alone, and its strength is std: take edit_rate = 0 "
            "and binarise = threshold.");
    if (is_dual_prism(method) && o.low_rank &&
        (port || o.edit_rate > 0 || o.band == "low" || (!weighted && o.binarise != "threshold")))
        problems.push_back(
            "low_rank serves the high band of the paper's semantics, weighted or by the threshold, without "
            "an edit rate.");
}

} // namespace

std::vector<std::string> method_names() {
    return {"dp-noise", "dp-mask",   "chebyshev", "projection",   "safe-flips",     "drop-edge",     "add-edge",
            "flips",    "drop-node", "subgraph",  "subgraph-bfs", "attribute-mask", "feature-noise", "g-mixup"};
}

std::vector<std::string> parts_of(const std::string& method) {
    std::vector<std::string> parts;
    std::istringstream in(method);
    for (std::string part; std::getline(in, part, '+');) parts.push_back(part);
    if (method.empty() || method.back() == '+') parts.emplace_back();
    return parts;
}

std::vector<std::string> problems_of(const MethodOptions& options) {
    std::vector<std::string> problems;
    const auto parts = parts_of(options.method);
    for (const std::string& part : parts) add_problems(options, part, problems);
    if (parts.size() > 1 && options.output == "weighted")
        problems.push_back("output = weighted: a method after another needs a graph without weights; take binarised.");
    return problems;
}

DualPrismOptions dual_prism_options(const MethodOptions& o, const std::string& method) {
    DualPrismOptions options;
    options.kind = method == "dp-mask" ? DualPrismOptions::Kind::mask : DualPrismOptions::Kind::noise;
    options.band = band_of(o);
    options.semantics = o.semantics == "port" ? DualPrismOptions::Semantics::port : DualPrismOptions::Semantics::paper;
    options.frequency_ratio = o.frequency_ratio;
    options.probability = o.probability;
    options.std = o.std;
    options.weighted = o.output == "weighted";
    options.rule = rule_of(o);
    options.edit_rate = wanted_rate(o);
    options.low_rank = o.low_rank;
    return options;
}

Band band_of(const MethodOptions& options) { return options.band == "low" ? Band::low : Band::high; }

std::unique_ptr<Augmentation> augmentation_of(const MethodOptions& options, std::span<const Graph> set) {
    for (const std::string& sentence : problems_of(options)) throw Error(sentence);
    std::vector<std::unique_ptr<Augmentation>> parts;
    for (const std::string& part : parts_of(options.method)) parts.push_back(one(options, part, set));
    if (parts.size() == 1) return std::move(parts.front());
    return compose(std::move(parts));
}

} // namespace orrery::graph::augment
