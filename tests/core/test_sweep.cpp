// SPDX-License-Identifier: BSD-3-Clause
#include "core/sweep.h"

#include "tests/catch.h"

#include <algorithm>
#include <cmath>
#include <set>

using namespace orrery;

namespace {

struct Params {
    double kappa = 0.1;
    double shift = 0;
    int n = 64;
    std::int64_t big = 0;
    bool odd = false;
    std::string initial = "cmt";
    std::string scheme = "ifrk4";
    static void fields(Bind<Params>& f) {
        f("kappa", &Params::kappa).doc("Dissipation").range(0, 10);
        f("shift", &Params::shift).doc("Shift");
        f("n", &Params::n).doc("Points a side").range(8, 4096);
        f("big", &Params::big).doc("A large number");
        f("odd", &Params::odd).doc("Oddness");
        f("initial", &Params::initial).doc("Initial field");
        f("scheme", &Params::scheme).doc("Scheme").choices({"ifrk4", "etdrk4"});
    }
};

Schema schema() {
    Bind<Params> bind;
    Params::fields(bind);
    return bind.schema();
}

Sweep sweep(const std::vector<std::string>& assignments, const SweepOptions& options = {}) {
    Problems problems;
    auto made = parse_sweep(schema(), assignments, options, problems);
    for (const auto& problem : problems) FAIL(problem.line());
    return made;
}

std::vector<std::string> problems_of(const std::vector<std::string>& assignments, const SweepOptions& options = {}) {
    Problems problems;
    parse_sweep(schema(), assignments, options, problems);
    std::vector<std::string> lines;
    for (const auto& problem : problems) lines.push_back(problem.line());
    return lines;
}

template <class T>
std::vector<T> column(const Sweep& made, const std::string& name) {
    std::vector<T> list;
    for (const auto& point : made.points) list.push_back(std::get<T>(point.at(name)));
    return list;
}

const SweepOptions random_200{Sampling::random, 200, 7};

} // namespace

TEST_CASE("a grid is every combination, the last parameter fastest", "[core]") {
    const auto made = sweep({"kappa=1,0.5", "n=32,64,128", "odd=true"});
    CHECK(made.varied == std::vector<std::string>{"kappa", "n"});
    CHECK(column<double>(made, "kappa") == std::vector<double>{1, 1, 1, 0.5, 0.5, 0.5});
    CHECK(column<std::int64_t>(made, "n") == std::vector<std::int64_t>{32, 64, 128, 32, 64, 128});
    CHECK(std::get<bool>(made.points[5].at("odd")));
    CHECK(std::get<std::string>(made.points[5].at("initial")) == "cmt");
}

TEST_CASE("a sweep that varies nothing is one run", "[core]") {
    CHECK(sweep({}).points == std::vector<Values>{schema().defaults()});
    CHECK(sweep({"kappa=2,2"}).points.size() == 1);
}

TEST_CASE("ranges hold both ends and are evenly spaced in value or logarithm", "[core]") {
    const auto even = column<double>(sweep({"kappa=0.1..0.7:lin:4"}), "kappa");
    REQUIRE(even.size() == 4);
    CHECK(even.front() == 0.1);
    CHECK(even.back() == 0.7);
    CHECK(std::fabs(even[1] - 0.3) < 1e-15);
    CHECK(std::fabs(even[2] - 0.5) < 1e-15);
    const auto decades = column<double>(sweep({"kappa=1e-3..10:log:5"}), "kappa");
    REQUIRE(decades.size() == 5);
    for (std::size_t i = 0; i < 5; ++i)
        CHECK(std::fabs(decades[i] / std::pow(10.0, static_cast<double>(i) - 3) - 1) < 1e-14);
    CHECK(decades.back() == 10);
    CHECK(column<double>(sweep({"shift=-1.5..-.5:lin:2"}), "shift") == std::vector<double>{-1.5, -0.5});
    // The very numbers that a person would type.
    CHECK(column<double>(sweep({"kappa=1e-3..1:log:4"}), "kappa") == std::vector<double>{1e-3, 1e-2, 1e-1, 1});
    CHECK(column<double>(sweep({"kappa=0..1:lin:11"}), "kappa") ==
          std::vector<double>{0, 0.1, 0.2, 0.3, 0.4, 0.5, 0.6, 0.7, 0.8, 0.9, 1});
}

TEST_CASE("whole numbers of a range are rounded and taken once", "[core]") {
    CHECK(column<std::int64_t>(sweep({"n=32..256:log:4"}), "n") == std::vector<std::int64_t>{32, 64, 128, 256});
    CHECK(column<std::int64_t>(sweep({"n=8..10:lin:9"}), "n") == std::vector<std::int64_t>{8, 9, 10});
    const auto whole = column<std::int64_t>(sweep({"big=-9223372036854775808..9223372036854775807:lin:3"}), "big");
    CHECK(whole == std::vector<std::int64_t>{INT64_MIN, 0, INT64_MAX});
}

TEST_CASE("in texts only the comma separates, and can be escaped", "[core]") {
    CHECK(column<std::string>(sweep({R"(initial=a\,b,../x..y:lin:3,c\d)"}), "initial") ==
          std::vector<std::string>{"a,b", "../x..y:lin:3", R"(c\d)"});
    CHECK(column<std::string>(sweep({"scheme=etdrk4,ifrk4"}), "scheme") == std::vector<std::string>{"etdrk4", "ifrk4"});
}

TEST_CASE("every problem of a sweep is told at once, in the words of a single run", "[core][P9]") {
    CHECK(problems_of({"kapa=1,2", "kappa=1,11,x", "scheme=rk,ifrk4", "n=8..9", "n=7", "n", "odd=1..2:lin:3"}) ==
          std::vector<std::string>{
              "there is no parameter 'kapa'; did you mean 'kappa'?", "kappa is '11'; accepted: a number from 0 to 10",
              "kappa is 'x'; accepted: a number from 0 to 10", "scheme is 'rk'; accepted: one of ifrk4, etdrk4",
              "n is '8..9'; accepted of a range: lo..hi:lin:N or lo..hi:log:N, with N values", "n is given twice",
              "'n' is not of the form parameter=value", "odd is '1..2:lin:3'; accepted: true or false"});
}

TEST_CASE("wrong ranges are refused", "[core][P9]") {
    for (const char* text : {"kappa=1..2:lin:1", "kappa=1..2:lin:10001", "kappa=1..2:lin:x", "kappa=1..2:cubic:3",
                             "kappa=1..11:lin:3", "kappa=2..1:lin:3", "kappa=1..1:lin:3", "kappa=0..1:log:3",
                             "n=..9:lin:2", "n=8.5..10:lin:3", "shift=-inf..1:lin:3", "kappa=1..2:lin",
                             "kappa=1..2:lin:3:4", "kappa=..", "kappa=0.5,1..2:lin:3", "kappa=1,", "kappa="}) {
        INFO(text);
        CHECK_FALSE(problems_of({text}).empty());
    }
    CHECK(problems_of({"n=8..4096:lin:4000", "shift=1,2,3"}).size() == 1); // 12000 points
    CHECK(problems_of({}, random_200).size() == 1);
    CHECK(problems_of({"kappa=1..2"}, {Sampling::random, 0, 0}).size() == 1);
    CHECK(problems_of({"kappa=1..2:log:3:4"}, random_200).size() == 1);
}

TEST_CASE("random points fill the ranges evenly and come again from the same seed", "[core]") {
    const std::vector<std::string> axes{"kappa=1e-3..10:log", "shift=-1..1", "n=8..11", "scheme=ifrk4,etdrk4"};
    const auto made = sweep(axes, random_200);
    REQUIRE(made.points.size() == 200);
    CHECK(sweep(axes, random_200).points == made.points);
    CHECK(sweep(axes, {Sampling::random, 200, 8}).points != made.points);
    const auto fewer = sweep(axes, {Sampling::random, 50, 7});
    CHECK(std::equal(fewer.points.begin(), fewer.points.end(), made.points.begin()));
    // Half of the logarithmic range lies below 0.1; 100 +- 5 standard deviations of 7.
    const auto kappas = column<double>(made, "kappa");
    const auto below = std::count_if(kappas.begin(), kappas.end(), [](double k) { return k < 0.1; });
    CHECK(std::abs(below - 100) < 36);
    const auto numbers = column<std::int64_t>(made, "n");
    for (const std::int64_t n : {8, 9, 10, 11})
        CHECK(std::abs(std::count(numbers.begin(), numbers.end(), n) - 50) < 31);
    const auto shifts = column<double>(made, "shift");
    CHECK(*std::min_element(shifts.begin(), shifts.end()) < -0.9);
    CHECK(*std::max_element(shifts.begin(), shifts.end()) > 0.9);
    CHECK(sweep({"n=8..9"}, random_200).points.size() == 2); // equal points once
}

TEST_CASE("Sobol points equal the published sequence", "[core]") {
    // torch.quasirandom.SobolEngine(16), which uses the same direction numbers, draws these values.
    using Point = std::vector<double>;
    CHECK(sobol_point(0, 3) == Point{0, 0, 0});
    CHECK(sobol_point(1, 3) == Point{0.5, 0.5, 0.5});
    CHECK(sobol_point(2, 3) == Point{0.75, 0.25, 0.25});
    CHECK(sobol_point(3, 3) == Point{0.25, 0.75, 0.75});
    CHECK(sobol_point(777, 16) == Point{0.6923828125, 0.9365234375, 0.1630859375, 0.2744140625, 0.6357421875,
                                        0.3564453125, 0.1904296875, 0.7626953125, 0.3486328125, 0.3232421875,
                                        0.7451171875, 0.6962890625, 0.3837890625, 0.4736328125, 0.5693359375,
                                        0.5146484375});
}

TEST_CASE("each block of 2^k Sobol points has one in each of 2^k intervals, in every dimension", "[core]") {
    for (const std::uint32_t size : {16u, 64u, 256u})
        for (std::uint32_t block = 0; block < 4; ++block)
            for (std::size_t d = 0; d < sobol_dimensions; ++d) {
                std::set<int> cells;
                for (std::uint32_t i = 0; i < size; ++i)
                    cells.insert(static_cast<int>(sobol_point(block * size + i, sobol_dimensions)[d] * size));
                REQUIRE(cells.size() == size);
            }
}

TEST_CASE("a Sobol sweep lays its points into the ranges", "[core]") {
    const SweepOptions four{Sampling::sobol, 4, 0};
    const auto made = sweep({"kappa=0.01..1:log", "initial=c", "n=8..11"}, four);
    CHECK(made.varied == std::vector<std::string>{"kappa", "n"});
    CHECK(column<std::int64_t>(made, "n") == std::vector<std::int64_t>{8, 10, 9, 11});
    const auto kappas = column<double>(made, "kappa");
    CHECK(kappas[0] == 0.01);
    CHECK(std::fabs(kappas[1] - 0.1) < 1e-15);
}
