// SPDX-License-Identifier: BSD-3-Clause
// The jet engine's side of tests/bench/pinn_speed.py: trains a case that DeepXDE wrote, one JSON command a line on
// stdin, one answer a line on stdout:  bench_pinn_speed FOLDER compiled|collapsed|expression THREADS
#include "core/error.h"
#include "core/files/npy.h"
#include "gpu/jet/engine.h"

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include <algorithm>
#include <chrono>
#include <cmath>
#include <cstdlib>
#include <fstream>
#include <iostream>
#include <memory>
#include <span>
#include <string>
#include <utility>
#include <vector>

using namespace orrery;
using nlohmann::json;

namespace {

// Straight-line code, written as an expression would be: (u * v) appends a multiplication.
struct Writer {
    jet::Program program;
    int add(jet::Op op, int a = 0, int b = 0, double value = 0) {
        program.code.push_back({op, a, b, value});
        return static_cast<int>(program.code.size()) - 1;
    }
};
struct Value {
    Writer* to;
    int at;
};
Value operator+(Value a, Value b) { return {a.to, a.to->add(jet::Op::add, a.at, b.at)}; }
Value operator-(Value a, Value b) { return {a.to, a.to->add(jet::Op::subtract, a.at, b.at)}; }
Value operator*(Value a, Value b) { return {a.to, a.to->add(jet::Op::multiply, a.at, b.at)}; }
Value operator*(double a, Value b) {
    return {b.to, b.to->add(jet::Op::multiply, b.to->add(jet::Op::constant, 0, 0, a), b.at)};
}

// Residuals over the variables of the tile, in the order that equation() lists them; T is a number, a dual or a Value.
struct Burgers {
    double nu;
    template <class T>
    void operator()(const T* v, T* residual) const {
        residual[0] = v[2] + v[0] * v[1] - nu * v[3]; // u, u_x, u_t, u_xx
    }
};
struct BurgersCollapsed {
    template <class T>
    void operator()(const T* v, T* residual) const {
        residual[0] = v[2] + v[0] * v[1]; // u, u_x, u_t - nu u_xx
    }
};
struct Cavity {
    double nu;
    template <class T>
    void operator()(const T* q, T* residual) const { // u, v, u_x, u_y, v_x, v_y, p_x, p_y, u_xx, u_yy, v_xx, v_yy
        residual[0] = q[0] * q[2] + q[1] * q[3] + q[6] - nu * (q[8] + q[9]);
        residual[1] = q[0] * q[4] + q[1] * q[5] + q[7] - nu * (q[10] + q[11]);
        residual[2] = q[2] + q[5];
    }
};

template <class Residual>
jet::Program as_program(const Residual& residual, int coordinates, int variables, int residuals) {
    Writer writer;
    std::vector<Value> inputs, outputs(static_cast<std::size_t>(residuals));
    for (int i = 0; i < variables; ++i) inputs.push_back({&writer, writer.add(jet::Op::input, coordinates + i)});
    residual(inputs.data(), outputs.data());
    writer.program.inputs = coordinates + variables;
    for (const Value& output : outputs) writer.program.outputs.push_back(output.at);
    return writer.program;
}

// The interior term of an equation: derivatives in the order of the residual's variables.
struct Unknown {
    int output;
    jet::Derivative derivative;
};

jet::Term interior(const std::vector<Unknown>& unknowns, int residuals) {
    jet::Term term;
    std::vector<jet::Derivative> derivatives;
    for (const Unknown& unknown : unknowns) derivatives.push_back(unknown.derivative);
    const jet::Plan plan = jet::plan(2, derivatives);
    term.channels = plan.channels;
    for (std::size_t i = 0; i < unknowns.size(); ++i) term.variables.push_back({unknowns[i].output, plan.rows[i]});
    term.residuals = residuals;
    return term;
}

template <class Residual>
void give(jet::Term& term, const Residual& residual, bool as_code) {
    const int variables = static_cast<int>(term.variables.size());
    term.program = as_program(residual, 2, variables, term.residuals);
    if (as_code) throw Error("no compiled residuals yet", "");
}

jet::Term equation(const std::string& name, const std::string& kind, double nu) {
    const bool as_code = kind != "expression";
    if (name == "cavity") {
        if (kind == "collapsed") {
            throw Error("the cavity has no collapsed form", "Give compiled or expression.");
        }
        jet::Term term = interior({{0, {0, 0}},
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
                                   {1, {0, 2}}},
                                  3);
        give(term, Cavity{nu}, as_code);
        return term;
    }
    if (kind == "collapsed") { // channels u, u_x and u_t - nu u_xx
        jet::Term term;
        term.channels = {{{{1, 0}, 1}}, {{{0, 1}, {-nu}}}};
        term.variables = {{0, {1, 0, 0}}, {0, {0, 1, 0}}, {0, {0, 0, 1}}};
        give(term, BurgersCollapsed{}, true);
        return term;
    }
    jet::Term term = interior({{0, {0, 0}}, {0, {1, 0}}, {0, {0, 1}}, {0, {2, 0}}}, 1);
    give(term, Burgers{nu}, as_code);
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
        jet::Term term = equation(about_.at("equation"), kind, about_.at("nu"));
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

    // Outputs minus the wanted values, which are the term's extra numbers.
    static jet::Term condition(const std::vector<int>& outputs) {
        const int n = static_cast<int>(outputs.size());
        jet::Term term;
        term.extra = term.residuals = n;
        term.program.inputs = 2 + 2 * n;
        for (int i = 0; i < n; ++i) {
            term.variables.push_back({outputs[static_cast<std::size_t>(i)], {1}});
            Writer writer{std::move(term.program)};
            const Value output{&writer, writer.add(jet::Op::input, 2 + n + i)},
                wanted{&writer, writer.add(jet::Op::input, 2 + i)};
            const Value difference = output - wanted;
            term.program = std::move(writer.program);
            term.program.outputs.push_back(difference.at);
        }
        return term;
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
