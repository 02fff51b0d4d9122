// SPDX-License-Identifier: GPL-3.0-or-later
// Which nodes lie near a place: in cells between quantiles of their coordinates, so that neither crowds nor nodes far
// away from all others make a search long.
#pragma once
#include "views/graph/drawn_graph.h"

#include <algorithm>
#include <utility>
#include <vector>

namespace orrery::gui {

class NodeGrid {
public:
    bool is_built() const { return !first_.empty(); }
    void clear();
    void build(const std::vector<Place>& places);
    // After a node was put elsewhere; a few of them are kept beside the cells.
    void moved(std::int32_t node);

    // Visits at least the nodes within `reach` of the place, some of them twice: `visit(node)` returns how far it is
    // worth to look further, at most as far as before.
    template <class Visit>
    void near(Place at, double reach, const Visit& visit) const {
        for (const std::int32_t node : moved_) reach = std::min(reach, visit(node));
        const std::array<std::size_t, 2> own{cell_of(0, at[0]), cell_of(1, at[1])};
        const auto visit_cell = [&](std::size_t column, std::size_t row) {
            const std::size_t cell = column * (cuts_[1].size() + 1) + row;
            for (std::size_t i = first_[cell]; i < first_[cell + 1]; ++i) reach = std::min(reach, visit(nodes_[i]));
        };
        visit_cell(own[0], own[1]); // it most likely holds the nearest one
        const std::size_t last_column = cell_of(0, at[0] + reach), last_row = cell_of(1, at[1] + reach);
        const std::size_t first_row = cell_of(1, at[1] - reach);
        for (std::size_t column = cell_of(0, at[0] - reach); column <= last_column; ++column) {
            if (away(0, column, at[0]) > reach) continue;
            for (std::size_t row = first_row; row <= last_row; ++row)
                if ((column != own[0] || row != own[1]) && away(1, row, at[1]) <= reach) visit_cell(column, row);
        }
    }

private:
    std::size_t cell_of(std::size_t axis, double value) const {
        const auto& cuts = cuts_[axis];
        return static_cast<std::size_t>(std::upper_bound(cuts.begin(), cuts.end(), value) - cuts.begin());
    }
    // From the value to the nearest one of the cell.
    double away(std::size_t axis, std::size_t cell, double value) const {
        const auto& cuts = cuts_[axis];
        if (cell > 0 && value < cuts[cell - 1]) return cuts[cell - 1] - value;
        return cell < cuts.size() && value > cuts[cell] ? value - cuts[cell] : 0;
    }
    std::array<std::vector<double>, 2> cuts_; // between columns, and between rows
    std::vector<std::size_t> first_;          // of each cell, column by column, in nodes_
    std::vector<std::int32_t> nodes_, moved_;
};

} // namespace orrery::gui
