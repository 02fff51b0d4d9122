// SPDX-License-Identifier: GPL-3.0-or-later
#include "views/graph/label_places.h"

#include <algorithm>
#include <cmath>
#include <map>
#include <utility>

namespace orrery::gui {

namespace {

constexpr double cell = 48;          // pixels: rectangles are looked up by the cells that they touch
constexpr double least_radius = 2.5; // pixels, of a node that a label may not hide

class Occupied {
public:
    bool is_free(const QRectF& rect) const {
        bool free = true;
        each_cell(rect, [&](std::pair<int, int> at) {
            const auto found = cells_.find(at);
            if (found == cells_.end()) return;
            free = free && std::none_of(found->second.begin(), found->second.end(),
                                        [&](const QRectF& other) { return other.intersects(rect); });
        });
        return free;
    }
    void add(const QRectF& rect) {
        each_cell(rect, [&](std::pair<int, int> at) { cells_[at].push_back(rect); });
    }

private:
    template <class Visit>
    static void each_cell(const QRectF& rect, const Visit& visit) {
        const auto index = [](double v) { return static_cast<int>(std::floor(v / cell)); };
        for (int y = index(rect.top()); y <= index(rect.bottom()); ++y)
            for (int x = index(rect.left()); x <= index(rect.right()); ++x) visit(std::pair(x, y));
    }
    std::map<std::pair<int, int>, std::vector<QRectF>> cells_;
};

} // namespace

std::vector<std::optional<QRectF>> place_labels(const std::vector<LabelWish>& wishes, const QRectF& room) {
    Occupied occupied, nodes;
    for (const LabelWish& wish : wishes) {
        if (wish.radius < least_radius) continue;
        const double half = 0.8 * wish.radius; // texts may touch a disc's corners
        nodes.add(QRectF(wish.at.x() - half, wish.at.y() - half, 2 * half, 2 * half));
    }
    std::vector<std::optional<QRectF>> placed;
    placed.reserve(wishes.size());
    for (const LabelWish& wish : wishes) {
        const double w = wish.size.width(), h = wish.size.height(), away = wish.radius + 3;
        const QPointF corners[] = {{away, -h / 2}, {-w / 2, -away - h + 2}, {-w / 2, away - 2}, {-away - w, -h / 2}};
        std::optional<QRectF> found;
        for (const QPointF& corner : corners) {
            const QRectF rect(wish.at + corner, wish.size);
            if (!room.contains(rect) || !occupied.is_free(rect) || !(wish.must || nodes.is_free(rect))) continue;
            found = rect;
            occupied.add(rect);
            break;
        }
        placed.push_back(found);
    }
    return placed;
}

} // namespace orrery::gui
