// SPDX-License-Identifier: BSD-3-Clause
// A boundary or initial value problem on a box: what a user writes down and a network is trained for.
#pragma once
#include "plugins/pinn/problem/expression.h"

#include <filesystem>

namespace orrery::pinn {

struct Coordinate {
    std::string name;
    double low = 0, high = 1;
    bool periodic = false;
};

// The text as written, and what it says: the residual is zero.
struct Equation {
    std::string name, text;
    Expression residual;
};

// The end of a coordinate's interval.
struct Face {
    int coordinate = 0;
    bool high = false;
    bool operator==(const Face&) const = default;
};

// left = right, as written and as read. `u = expression in the coordinates` is a Dirichlet (or initial) condition.
struct Statement {
    std::string left_text, right_text;
    Expression left, right;
    Expression residual() const { return left - right; }
};

// Values of some unknowns at points, from a table.
struct Measurements {
    std::filesystem::path file;      // as written
    std::vector<int> unknowns;       // which were measured
    std::size_t count = 0;           // points
    std::vector<double> coordinates; // [coordinates][count]
    std::vector<double> values;      // [unknowns measured][count]
};

// What holds on faces, or at measured points.
struct Condition {
    std::string name;
    std::vector<Face> faces;
    std::vector<Statement> statements;
    std::optional<Measurements> data;
    double weight = 1;
    std::optional<bool> hard; // not said: hard where it can be
};

struct Problem {
    std::string name;
    std::vector<std::string> unknowns;
    std::vector<Coordinate> coordinates; // space first, time ("t") last
    std::vector<std::pair<std::string, double>> parameters;
    std::vector<Equation> equations;
    std::vector<Condition> conditions;
    std::filesystem::path folder; // of the file: where its data lie

    Names names() const;
    std::optional<int> time() const; // which coordinate is t
    bool is_periodic(int coordinate) const { return coordinates[static_cast<std::size_t>(coordinate)].periodic; }
};

// The solution to compare with; training never sees it. By unknown an expression, or a file for all of them.
struct Reference {
    std::vector<std::optional<Expression>> expressions; // [unknowns]
    std::vector<std::string> texts;                     // [unknowns], empty where there is none
    std::filesystem::path file;                         // resolved; .npz, .npy or .csv; empty: none
    bool empty() const;
};

// The highest order of any derivative in the equations, and the highest in one coordinate.
int highest_order_of(const Problem& problem);
int highest_order_of(const Problem& problem, int unknown, int coordinate);
// Whether an equation has a nonlocal operator.
bool is_nonlocal(const Problem& problem);

} // namespace orrery::pinn
