// SPDX-License-Identifier: BSD-3-Clause
// Compares a trained solution with the reference of its problem: the only place where the two meet.
#pragma once
#include "core/run.h"
#include "plugins/pinn/problem/problem_file.h"
#include "plugins/pinn/training/pde_trainer.h"

#include <filesystem>
#include <memory>
#include <optional>
#include <string>
#include <vector>

namespace orrery::pinn {

class Solution;

struct ErrorOfSolution {
    double l2 = 0, max = 0;         // relative; over all unknowns that the reference has
    std::vector<double> by_unknown; // relative L2; NaN where the reference has none
};

class Judge {
public:
    // `name`: as the problem was asked for; built-in problems without an exact solution have a computed one, which may
    // take some seconds. The seed chooses points that training does not use. Throws Error where the reference can't be
    // had.
    Judge(const ProblemFile& file, const std::string& name, std::uint64_t seed);
    ~Judge();

    bool knows() const { return count_ > 0; } // whether there is a reference
    const std::string& description() const { return description_; }
    std::vector<std::filesystem::path> inputs() const; // files that the reference is read from
    ErrorOfSolution error(const training::PdeSolution& solution) const;
    void report(const training::PdeSolution& solution, Run& run) const;

    // The first unknown as a live frame, at the end of time or over space and time where space has one dimension.
    void show(const training::PdeSolution& solution, Run& run) const;
    // Fields "solution", and, where there is a reference, "reference" and "error", of all unknowns.
    void write(const training::PdeSolution& solution, Run& run) const;

private:
    struct Grid { // two coordinates of the pictures, the others fixed, and the times
        int first = 0, second = 1;
        std::int64_t n1 = 0, n2 = 0;
        double origin[2] = {0, 0}, spacing[2] = {1, 1};
        std::vector<double> times;  // as steps; one where time is an axis or there is none
        std::vector<double> points; // of a step at times[0], [coordinates][n1 * n2]
        std::vector<double> at(std::size_t step, int time) const;
        std::size_t size() const { return static_cast<std::size_t>(n1 * n2); }
    };
    void read_points();
    Grid grid(std::int64_t finest) const;
    // The grid that a file's points make, if they make one whose pictures can be drawn.
    void find_grid();
    bool is_known_everywhere() const { return knows() && given_.file.empty(); }
    // Reference values at a step of the picture, as reference() has them.
    std::vector<double> reference_at(const Grid& picture, std::size_t step) const;
    // Reference values [unknowns][count], NaN for unknowns that it does not have.
    std::vector<double> reference(const std::vector<double>& points, std::size_t count) const;
    void write_field(const Grid& grid, const std::string& name, const std::vector<std::vector<double>>& steps,
                     Run& run) const;

    Problem problem_;
    Reference given_;
    std::unique_ptr<Solution> computed_;
    std::string description_;
    double accuracy_ = 0;
    std::vector<double> points_, values_; // where errors are measured: [coordinates][count], [unknowns][count]
    std::size_t count_ = 0;
    std::optional<Grid> file_grid_;
    std::vector<std::size_t> file_rows_; // [times][n1][n2]: which of the file's points
};

} // namespace orrery::pinn
