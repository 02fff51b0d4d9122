// SPDX-License-Identifier: BSD-3-Clause
// An experiment: its one declaration (parameters, metrics, artifacts) and the function that runs it.
//
//     struct Params { double rate = 1; static void fields(Bind<Params>& f) { f("rate",
//     &Params::rate).doc("Rate").range(0, 10); } }; void decay(const Params& params, Run& run) { ... } const auto
//     declared = experiment<Params>("my.decay", "Exponential decay", decay)
//                               .summary("...").metric("error", "absolute error").artifact("u", Kind::field,
//                               "solution");
#pragma once
#include "core/run.h"
#include "core/schema.h"

#include <functional>
#include <memory>
#include <string>
#include <vector>

namespace orrery {

struct MetricDeclaration {
    std::string key; // "error/l2"; "loss/*" declares a family
    std::string help;
    std::string unit;
    bool lower_is_better = false;
    double tolerance = 0; // relative; within it a reproduced value counts as the same
    bool timing = false;  // differs from run to run by nature: never compared
    bool operator==(const MetricDeclaration&) const = default;
};

struct ArtifactDeclaration {
    std::string name;
    Kind kind = Kind::field;
    std::string help;
    bool operator==(const ArtifactDeclaration&) const = default;
};

// Everything that can be known of an experiment without opening its plugin.
struct ORRERY_API Declaration {
    std::string id, title, summary, version = "1";
    Schema schema;
    std::vector<MetricDeclaration> metrics;
    std::vector<ArtifactDeclaration> artifacts;

    const MetricDeclaration* find_metric(std::string_view key) const; // families match too
    nlohmann::json to_json() const;                                   // what describe --json prints, less "plugin"
    static Declaration from_json(const nlohmann::json& json);
};

struct Experiment {
    Declaration declaration;
    std::function<void(const Values&, Problems&)> check; // what one field can't say; values have passed Schema::check
    // Estimate of the memory that the run needs on its device, in bytes; 0: not known.
    std::function<std::int64_t(const Values&)> memory;
    std::function<void(const Values&, Run&)> run;
};

// The experiments of the library that this code is compiled into: each plugin has its own list, which the loader reads.
inline std::vector<std::shared_ptr<Experiment>>& experiments_of_this_library() {
    static std::vector<std::shared_ptr<Experiment>> list;
    return list;
}

class ExperimentEditor {
public:
    explicit ExperimentEditor(std::shared_ptr<Experiment> experiment) : experiment_(std::move(experiment)) {}
    ExperimentEditor& summary(std::string text) {
        experiment_->declaration.summary = std::move(text);
        return *this;
    }
    // Raise it when the numbers that the experiment computes change.
    ExperimentEditor& version(std::string text) {
        experiment_->declaration.version = std::move(text);
        return *this;
    }
    ExperimentEditor& metric(std::string key, std::string help, std::string unit = {}) {
        experiment_->declaration.metrics.push_back({std::move(key), std::move(help), std::move(unit)});
        return *this;
    }
    // These three say more of the metric declared last.
    ExperimentEditor& lower_is_better() {
        return experiment_->declaration.metrics.back().lower_is_better = true, *this;
    }
    ExperimentEditor& timing() { return experiment_->declaration.metrics.back().timing = true, *this; }
    ExperimentEditor& tolerance(double relative) {
        return experiment_->declaration.metrics.back().tolerance = relative, *this;
    }
    ExperimentEditor& artifact(std::string name, Kind kind, std::string help) {
        experiment_->declaration.artifacts.push_back({std::move(name), kind, std::move(help)});
        return *this;
    }

private:
    std::shared_ptr<Experiment> experiment_;
};

// Declares an experiment; P has a static fields(Bind<P>&), and optionally a static check(const P&, Problems&) and a
// static std::int64_t memory(const P&): bytes that the run will need on its device.
template <class P>
ExperimentEditor experiment(std::string id, std::string title, std::function<void(const P&, Run&)> body) {
    auto bind = std::make_shared<Bind<P>>(Bind<P>::of());
    auto made = std::make_shared<Experiment>();
    made->declaration.id = std::move(id);
    made->declaration.title = std::move(title);
    made->declaration.schema = bind->schema();
    made->check = [bind](const Values& values, Problems& problems) {
        if constexpr (requires(const P& p) { P::check(p, problems); }) P::check(bind->make(values), problems);
    };
    made->memory = [bind](const Values& values) -> std::int64_t {
        if constexpr (requires(const P& p) { P::memory(p); }) return P::memory(bind->make(values));
        return 0;
    };
    made->run = [bind, body = std::move(body)](const Values& values, Run& run) { body(bind->make(values), run); };
    experiments_of_this_library().push_back(made);
    return ExperimentEditor(made);
}

} // namespace orrery
