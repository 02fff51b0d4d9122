// SPDX-License-Identifier: GPL-3.0-or-later
#include "views/graph/node_grid.h"

#include <cmath>
#include <numeric>

namespace orrery::gui {

namespace {

constexpr std::size_t most_cells_a_side = 1000, most_asked = 20'000; // places that tell the quantiles

// What cuts the values into `parts` of about equal size.
std::vector<double> cuts_of(const std::vector<Place>& places, std::size_t axis, std::size_t parts) {
    std::vector<double> asked;
    const std::size_t step = places.size() / most_asked + 1;
    for (std::size_t i = 0; i < places.size(); i += step) asked.push_back(places[i][axis]);
    std::sort(asked.begin(), asked.end());
    std::vector<double> cuts;
    for (std::size_t part = 1; part < parts; ++part) cuts.push_back(asked[part * asked.size() / parts]);
    return cuts;
}

} // namespace

void NodeGrid::clear() {
    first_.clear();
    nodes_.clear();
    moved_.clear();
}

void NodeGrid::build(const std::vector<Place>& places) {
    clear();
    if (places.empty()) return;
    const double nodes_of_cell = 2;
    const auto parts = static_cast<std::size_t>(std::sqrt(static_cast<double>(places.size()) / nodes_of_cell));
    for (const std::size_t axis : {0U, 1U})
        cuts_[axis] = cuts_of(places, axis, std::clamp(parts, 1UL, most_cells_a_side));
    const std::size_t rows = cuts_[1].size() + 1;
    first_.assign((cuts_[0].size() + 1) * rows + 1, 0);
    std::vector<std::uint32_t> cells(places.size());
    for (std::size_t i = 0; i < places.size(); ++i) {
        const std::size_t cell = cell_of(0, places[i][0]) * rows + cell_of(1, places[i][1]);
        cells[i] = static_cast<std::uint32_t>(cell);
        ++first_[cell + 1];
    }
    std::partial_sum(first_.begin(), first_.end(), first_.begin());
    nodes_.resize(places.size());
    std::vector<std::size_t> next(first_.begin(), first_.end() - 1);
    for (std::size_t i = 0; i < places.size(); ++i) nodes_[next[cells[i]]++] = static_cast<std::int32_t>(i);
}

void NodeGrid::moved(std::int32_t node) {
    constexpr std::size_t few = 64;
    if (std::find(moved_.begin(), moved_.end(), node) != moved_.end()) return;
    moved_.push_back(node);
    if (moved_.size() > few) clear(); // to be built anew
}

} // namespace orrery::gui
