// SPDX-License-Identifier: BSD-3-Clause
// The jet engine's side of tests/bench/pinn_speed.py: trains a case that DeepXDE wrote, one JSON command a line on
// stdin, one answer a line on stdout:  bench_pinn_speed FOLDER compiled|collapsed|expression THREADS
#include "core/error.h"
#include "core/files/npy.h"
#include "gpu/jet/compiled.h"
#include "gpu/jet/engine.h"
#include "plugins/pinn/problem/expression.h"

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include <algorithm>
#include <array>
#include <chrono>
#include <cmath>
#include <cstdlib>
#include <fstream>
#include <iostream>
#include <map>
#include <memory>
#include <span>
#include <string>
#include <utility>
#include <vector>

using namespace orrery;
using nlohmann::json;

namespace {

// An equation's residuals as text, and what they are compiled of. The two forms of an equation: each derivative a
// channel of its own; or, collapsed, one channel for all that appears in a fixed combination.
const std::map<std::string, std::vector<std::string>> texts = {
    {"burgers", {"dt(u) + u*dx(u) - nu*dxx(u)"}},
    {"cavity",
     {"u*dx(u) + v*dy(u) + dx(p) - nu*(dxx(u) + dyy(u))", "u*dx(v) + v*dy(v) + dy(p) - nu*(dxx(v) + dyy(v))",
      "dx(u) + dy(v)"}}};

pinn::Names names_of(const std::string& equation, double nu) {
    const bool burgers = equation == "burgers";
    return {burgers ? std::vector<std::string>{"x", "t"} : std::vector<std::string>{"x", "y"},
            burgers ? std::vector<std::string>{"u"} : std::vector<std::string>{"u", "v", "p"},
            {{"nu", nu}}};
}

// Channels and variables of the derivatives.
jet::Term term_of(const std::vector<pinn::Leaf>& leaves) {
    jet::Term term;
    std::vector<jet::Derivative> derivatives;
    for (const pinn::Leaf& leaf : leaves) derivatives.push_back(leaf.derivative);
    const jet::Plan plan = jet::plan(2, derivatives);
    term.channels = plan.channels;
    for (std::size_t i = 0; i < leaves.size(); ++i) term.variables.push_back({leaves[i].unknown, plan.rows[i]});
    return term;
}

jet::Term from_text(const std::string& equation, double nu) {
    std::vector<pinn::Expression> residuals;
    for (const std::string& text : texts.at(equation)) residuals.push_back(pinn::parse(text, names_of(equation, nu)));
    pinn::Compiled compiled = pinn::compile(residuals, 2);
    jet::Term term = term_of(compiled.leaves);
    term.residuals = static_cast<int>(residuals.size());
    term.program = std::move(compiled.program);
    return term;
}

jet::Term burgers(double nu, bool collapsed) {
    if (collapsed) { // u, u_x and u_t - nu u_xx
        jet::Term term;
        term.channels = {{{{1, 0}, 1}}, {{{0, 1}, {-nu}}}};
        term.variables = {{0, {1, 0, 0}}, {0, {0, 1, 0}}, {0, {0, 0, 1}}};
        jet::compile<2, 3>(term, [](const auto&, const auto& u) { return u[2] + u[0] * u[1]; });
        return term;
    }
    jet::Term term = term_of({{0, {0, 0}}, {0, {1, 0}}, {0, {0, 1}}, {0, {2, 0}}});
    jet::compile<2, 4>(term, [nu](const auto&, const auto& u) { return u[2] + u[0] * u[1] - nu * u[3]; });
    return term;
}

jet::Term cavity(double nu, bool collapsed) {
    if (collapsed) { // value, d/dx, d/dy and the Laplacian
        jet::Term term;
        term.channels = {{{{1, 0}, 1}, {{0, 1}, 1}}, {{{0, 0}, {1, 1}}}};
        const auto row = [](std::size_t channel) {
            std::vector<double> r(4);
            r[channel] = 1;
            return r;
        };
        term.variables = {{0, row(0)}, {1, row(0)}, {0, row(1)}, {0, row(2)}, {1, row(1)},
                          {1, row(2)}, {2, row(1)}, {2, row(2)}, {0, row(3)}, {1, row(3)}};
        jet::compile<2, 10>(term, [nu](const auto&, const auto& q) {
            return std::array{q[0] * q[2] + q[1] * q[3] + q[6] - nu * q[8],
                              q[0] * q[4] + q[1] * q[5] + q[7] - nu * q[9], q[2] + q[5]};
        });
        return term;
    }
    jet::Term term = term_of({{0, {0, 0}},
                              {1, {0, 0}},
                              {0, {1, 0}},
                              {0, {0, 1}},
                              {1, {1, 0}},
                              {1, {0, 1}},
                              {2, {1, 0}},
                              {2, {0, 1}},
                              {0, {2, 0}},
                              {0, {0, 2}},
                              {1, {2, 0}},
                              {1, {0, 2}}});
    jet::compile<2, 12>(term, [nu](const auto&, const auto& q) {
        return std::array{q[0] * q[2] + q[1] * q[3] + q[6] - nu * (q[8] + q[9]),
                          q[0] * q[4] + q[1] * q[5] + q[7] - nu * (q[10] + q[11]), q[2] + q[5]};
    });
    return term;
}

jet::Term interior(const std::string& equation, const std::string& kind, double nu) {
    if (kind != "compiled" && kind != "collapsed" && kind != "expression")
        throw Error("The residual is compiled, collapsed or expression, not " + kind + ".", "Give one of these.");
    if (kind == "expression") return from_text(equation, nu);
    const bool collapsed = kind == "collapsed";
    return equation == "burgers" ? burgers(nu, collapsed) : cavity(nu, collapsed);
}

// Outputs minus the wanted values, which are the term's extra numbers.
jet::Term condition(const std::vector<int>& outputs) {
    std::vector<pinn::Expression> differences;
    for (std::size_t i = 0; i < outputs.size(); ++i)
        differences.push_back(pinn::Expression::leaf({outputs[i], {0, 0}}) -
                              pinn::Expression::extra(static_cast<int>(i)));
    const int n = static_cast<int>(outputs.size());
    pinn::Compiled compiled = pinn::compile(differences, 2, n);
    jet::Term term = term_of(compiled.leaves);
    term.extra = term.residuals = n;
    term.program = std::move(compiled.program);
    return term;
}

std::vector<double> numbers(const std::string& file) {
    const Array array = read_npy(file);
    const auto values = array.values<double>();
    return {values.begin(), values.end()};
}

// torch.optim.Adam with its defaults (Kingma and Ba, arXiv 1412.6980), in double precision whatever the engine's.
class Adam {
public:
    Adam(double rate, std::size_t count) : rate_(rate), first_(count), second_(count) {}
    void step(std::span<double> parameters, std::span<const double> gradient) {
        ++steps_;
        const double size = rate_ / (1 - std::pow(0.9, steps_)),
                     correction = 1 / std::sqrt(1 - std::pow(0.999, steps_));
        for (std::size_t i = 0; i < parameters.size(); ++i) {
            first_[i] += 0.1 * (gradient[i] - first_[i]);
            second_[i] = 0.999 * second_[i] + 0.001 * gradient[i] * gradient[i];
            parameters[i] -= size * first_[i] / (std::sqrt(second_[i]) * correction + 1e-8);
        }
    }

private:
    double rate_;
    int steps_ = 0;
    std::vector<double> first_, second_;
};

class Training {
public:
    Training(const std::string& folder, const std::string& kind, int threads)
        : about_(json::parse(std::ifstream(folder + "/case.json"))), start_(numbers(folder + "/parameters.npy")),
          engine_(network(),
                  {.precision = about_.at("precision") == "float32" ? jet::Precision::float32 : jet::Precision::float64,
                   .team = std::make_shared<Team>(threads)}),
          adam_(0, 0) {
        if (start_.size() != engine_.network().parameters()) {
            throw Error(fmt::format("{} parameters for a network of {}", start_.size(), engine_.network().parameters()),
                        "");
        }
        jet::Term term = interior(about_.at("equation"), kind, about_.at("nu"));
        const int residuals = term.residuals;
        const std::size_t inside = engine_.add(std::move(term));
        jet::Points points;
        points.count = about_.at("points");
        points.coordinates = numbers(folder + "/points.npy");
        engine_.set_points(inside, points);
        for (int r = 0; r < residuals; ++r) order_.emplace_back(inside, r);
        add_conditions(folder);
        reset();
    }

    void reset() {
        parameters_ = start_;
        gradient_.assign(start_.size(), 0);
        adam_ = Adam(about_.at("rate"), start_.size());
    }
    double steps(int count) {
        const auto begin = std::chrono::steady_clock::now();
        for (int i = 0; i < count; ++i) {
            engine_.loss(parameters_, gradient_);
            adam_.step(parameters_, gradient_);
        }
        return std::chrono::duration<double>(std::chrono::steady_clock::now() - begin).count();
    }
    // In DeepXDE's order: equations, then conditions.
    std::vector<double> losses() {
        engine_.loss(parameters_, {});
        std::vector<double> each;
        for (const auto& [term, residual] : order_) each.push_back(engine_.mean_squares(term)[residual]);
        return each;
    }

private:
    jet::Network network() const {
        jet::Network n;
        n.coordinates = 2;
        n.features = {{{1, 0}}, {{0, 1}}};
        n.width = about_.at("width");
        n.depth = about_.at("depth");
        n.outputs = about_.at("outputs");
        return n;
    }

    // Conditions at the same points are residuals of one term.
    void add_conditions(const std::string& folder) {
        struct Place {
            std::size_t count = 0;
            std::vector<double> coordinates, wanted;
            std::vector<int> outputs;
            std::vector<std::size_t> conditions;
        };
        std::vector<Place> places;
        const json& conditions = about_.at("conditions");
        for (std::size_t c = 0; c < conditions.size(); ++c) {
            const std::vector<double> rows = numbers(fmt::format("{}/condition_{}.npy", folder, c));
            const std::size_t count = conditions[c].at("count");
            const auto split = rows.begin() + static_cast<std::ptrdiff_t>(2 * count);
            const std::vector<double> coordinates(rows.begin(), split);
            auto place = std::find_if(places.begin(), places.end(),
                                      [&](const Place& p) { return p.coordinates == coordinates; });
            if (place == places.end()) {
                places.push_back({count, coordinates, {}, {}, {}});
                place = places.end() - 1;
            }
            place->wanted.insert(place->wanted.end(), split, rows.end());
            place->outputs.push_back(conditions[c].at("output"));
            place->conditions.push_back(c);
        }
        std::vector<std::pair<std::size_t, std::size_t>> by_condition(conditions.size());
        for (const Place& place : places) {
            const std::size_t term = engine_.add(condition(place.outputs));
            engine_.set_points(term, {place.count, place.coordinates, place.wanted, {}, {}, {}});
            for (std::size_t r = 0; r < place.conditions.size(); ++r) by_condition[place.conditions[r]] = {term, r};
        }
        order_.insert(order_.end(), by_condition.begin(), by_condition.end());
    }

    json about_;
    std::vector<double> start_, parameters_, gradient_;
    jet::Engine engine_;
    Adam adam_;
    std::vector<std::pair<std::size_t, std::size_t>> order_;
};

int serve(Training& training) {
    std::cout << json{{"ready", true}} << std::endl;
    for (std::string line; std::getline(std::cin, line);) {
        const json command = json::parse(line);
        json answer = json::object();
        if (command.at("do") == "reset") {
            training.reset();
        } else if (command.at("do") == "steps") {
            answer["seconds"] = training.steps(command.at("count"));
        } else {
            answer["losses"] = training.losses();
        }
        std::cout << answer << std::endl;
    }
    return 0;
}

} // namespace

int main(int argc, char** argv) {
    if (argc != 4) {
        std::cerr << "usage: bench_pinn_speed FOLDER compiled|collapsed|expression THREADS\n";
        return 2;
    }
    try {
        Training training(argv[1], argv[2], std::atoi(argv[3]));
        return serve(training);
    } catch (const std::exception& error) {
        std::cerr << error.what() << "\n";
        return 1;
    }
}
