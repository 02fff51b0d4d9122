// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/series.h"
#include "views/plot/thinning.h"

#include "tests/catch.h"

#include <algorithm>
#include <map>
#include <random>

using namespace orrery;
using namespace orrery::gui;

namespace {

const double no_number = std::numeric_limits<double>::quiet_NaN();

struct Data {
    std::vector<double> x, y;
};

Envelope envelope_of(const Data& data, const PlotWindow& window) {
    return envelope(
        data.x.size(), [&](std::size_t i) { return data.x[i]; }, [&](std::size_t i) { return data.y[i]; }, window);
}

int column(double x, const PlotWindow& window) {
    const auto place = [&](double at) { return window.log_x ? std::log(at) : at; };
    const double share = (place(x) - place(window.lower)) / (place(window.upper) - place(window.lower));
    return std::clamp(static_cast<int>(share * window.columns), 0, window.columns - 1);
}

} // namespace

TEST_CASE("an envelope keeps the lowest and the highest value of every column of pixels", "[gui]") {
    std::mt19937_64 random(7);
    for (int round = 0; round < 200; ++round) {
        PlotWindow window;
        window.columns = 1 + static_cast<int>(random() % 300);
        window.log_x = round % 3 == 0;
        const std::size_t size = 1 + random() % 5000;
        window.lower = 9.8765432 + static_cast<double>(random() % (size + 1)); // no point lies on a edge of a column
        window.upper = window.lower + 1.2345678 + static_cast<double>(random() % (size + 1));
        Data data;
        std::normal_distribution<double> normal;
        for (std::size_t i = 0; i < size; ++i) {
            data.x.push_back(static_cast<double>(i + 1));
            data.y.push_back(random() % 97 == 0 ? no_number : normal(random) * (random() % 211 == 0 ? 1e6 : 1));
        }
        const Envelope made = envelope_of(data, window);
        std::map<int, std::pair<double, double>> expected, found;
        const auto note = [&](auto& map, double x, double y) {
            if (std::isnan(y) || x < window.lower || x > window.upper) return;
            const auto [entry, is_new] = map.try_emplace(column(x, window), y, y);
            if (is_new) return;
            entry->second.first = std::min(entry->second.first, y);
            entry->second.second = std::max(entry->second.second, y);
        };
        for (std::size_t i = 0; i < size; ++i) note(expected, data.x[i], data.y[i]);
        for (std::size_t i = 0; i < made.x.size(); ++i) note(found, made.x[i], made.y[i]);
        INFO("round " << round << ", " << size << " points on " << window.columns << " columns");
        CHECK(expected == found);
        CHECK(made.x.size() <= 6 * static_cast<std::size_t>(window.columns) + 4);
        CHECK(std::is_sorted(made.x.begin(), made.x.end()));
    }
}

TEST_CASE("a single spike among a million values is drawn", "[gui]") {
    Data data;
    for (int i = 0; i < 1000000; ++i) {
        data.x.push_back(i);
        data.y.push_back(i == 654321 ? 50 : 1);
    }
    const Envelope made = envelope_of(data, {0, 999999, 400});
    CHECK(std::count(made.y.begin(), made.y.end(), 50.0) == 1);
    CHECK(made.high == 50);
    CHECK(made.low == 1);
    CHECK(made.visible == 1000000);
}

TEST_CASE("a line leaves the picture where the data do", "[gui]") {
    Data data{{0, 1, 2, 3, 4, 5}, {0, 10, 20, 30, 40, 50}};
    const Envelope made = envelope_of(data, {1.5, 3.5, 100});
    CHECK(made.x == std::vector<double>{1, 2, 3, 4});
    CHECK(made.y == std::vector<double>{10, 20, 30, 40});
    CHECK(made.low == 20); // of what is seen
    CHECK(made.high == 30);
}

TEST_CASE("NaN breaks the line, is marked and counted", "[gui]") {
    Data data{{0, 1, 2, 3, 4}, {1, 2, no_number, 4, 5}};
    const Envelope made = envelope_of(data, {0, 4, 100});
    REQUIRE(made.y.size() == 5);
    CHECK(std::isnan(made.y[2]));
    CHECK(made.holes == std::vector<double>{2});
    CHECK(made.not_finite == 1);
    CHECK(made.lonely_x.empty());

    Data alone{{0, 1, 2}, {no_number, 7, no_number}};
    const Envelope point = envelope_of(alone, {0, 2, 100});
    CHECK(point.lonely_x == std::vector<double>{1});
    CHECK(point.lonely_y == std::vector<double>{7});
}

TEST_CASE("a logarithmic axis leaves out what it can't show, and counts it", "[gui]") {
    Data data{{0, 1, 2, 3, 4}, {1, 0, -2, 4, 5}};
    PlotWindow window{1, 4, 100, true, true};
    const Envelope made = envelope_of(data, window);
    CHECK(made.left_out == 3); // x = 0, and the two y
    CHECK(made.low == 4);
    CHECK(made.not_finite == 0);
    window.log_y = window.log_x = false;
    CHECK(envelope_of(data, window).left_out == 0);
}

TEST_CASE("smoothing keeps a constant, lessens a spike and passes NaN on", "[gui]") {
    const std::vector<double> values{3, 3, 3, no_number, 3, 103, 3};
    const auto y = [&](std::size_t i) { return values[i]; };
    const auto mean = smoothed(values.size(), y, 0.9);
    CHECK(mean[0] == Approx(3));
    CHECK(mean[2] == Approx(3));
    CHECK(std::isnan(mean[3]));
    CHECK(mean[4] == Approx(3));
    CHECK(mean[5] > 3);
    CHECK(mean[5] < 53);
    CHECK(mean[6] < mean[5]);
    CHECK(smoothed(values.size(), y, 0.0)[5] == 103);
    // Two values by hand: (0.1 * 0.9 * 1 + 0.1 * 2) / (1 - 0.81)
    const auto two = smoothed(
        2, [](std::size_t i) { return i == 0 ? 1.0 : 2.0; }, 0.9);
    CHECK(two[1] == Approx(0.29 / 0.19));
}

TEST_CASE("a thinned series keeps its ends, every spike and its holes", "[gui]") {
    std::vector<orrery::MetricPoint> points;
    for (int i = 0; i < 100'000; ++i) points.push_back({i, std::sin(0.01 * i), 0.1 * i});
    points[33'333].value = 50;
    points[77'777].value = -70;
    points[50'001].value = std::nan("");
    auto thinned = points;
    thin(thinned, 5000);
    CHECK(thinned.size() <= 5000);
    CHECK(thinned.size() > 500);
    CHECK(thinned.front().step == 0);
    CHECK(thinned.back().step == 99'999);
    const auto has = [&](std::int64_t step) {
        return std::any_of(thinned.begin(), thinned.end(), [&](const auto& point) { return point.step == step; });
    };
    CHECK(has(33'333));
    CHECK(has(77'777));
    CHECK(has(50'001));
    CHECK(std::is_sorted(thinned.begin(), thinned.end(), [](const auto& a, const auto& b) { return a.step < b.step; }));
    auto few = std::vector(points.begin(), points.begin() + 100);
    thin(few, 100);
    CHECK(few.size() == 100);
}
