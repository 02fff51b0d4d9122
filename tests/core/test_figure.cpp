// SPDX-License-Identifier: BSD-3-Clause
#include "core/figure/figure.h"

#include "core/figure/figure_data.h"
#include "core/files/field_file.h"
#include "tests/catch.h"
#include "tests/core/sample_run.h"
#include "tests/scratch_folder.h"

#include <cmath>
#include <limits>
#include <set>
#include <sstream>

using namespace orrery;
using Catch::Matchers::Contains;

namespace {

constexpr double nan_value = std::numeric_limits<double>::quiet_NaN();

struct Runs {
    ScratchFolder folder;
    Project project = Project::open(folder / "p.orrery", Access::create);

    std::string add(const nlohmann::json& parameters, const std::vector<double>& values, const std::string& sweep = "",
                    std::uint64_t seed = 7, const std::string& name = "") {
        auto request = sample_request();
        request.parameters = parameters;
        request.sweep = sweep;
        request.seed = seed;
        request.name = name;
        request.declaration["fields"] = {{{"name", "kappa"}, {"unit", "m"}}};
        request.declaration["metrics"] = {{{"key", "loss"}, {"unit", "J"}}};
        const auto created = project.create_run(request);
        project.begin(created.id, sample_provenance());
        const std::vector<std::string> keys{"loss", "other"};
        std::vector<MetricBatch::Point> points;
        for (std::size_t i = 0; i < values.size(); ++i) {
            const auto step = static_cast<std::int64_t>(i);
            points.push_back({0, {10 * step, values[i], 0.5 * static_cast<double>(step)}});
        }
        points.push_back({1, {0, 3.0, 0}});
        project.append(created.id, {keys, points, false, 0, {}});
        add_field(created.id);
        project.end(created.id, {});
        return created.id;
    }

    // theta(x, y) = 10 x + y at three times, plus the step's number.
    void add_field(const std::string& run) {
        FieldLayout layout;
        layout.nx = 3;
        layout.ny = 2;
        layout.origin = {1, 5};
        layout.spacing = {0.5, 2};
        layout.names = {"theta"};
        layout.units = {{"theta", "K"}};
        layout.times = {0, 0.25, 1};
        const auto file = folder / "theta.vtkhdf";
        FieldWriter writer(file, layout);
        for (std::int64_t step = 0; step < 3; ++step) {
            Array values({3, 2}, DType::float64);
            for (std::size_t i = 0; i < 6; ++i)
                values.values<double>()[i] =
                    10 * static_cast<double>(i / 2) + static_cast<double>(i % 2) + 100 * static_cast<double>(step);
            writer.write(step, "theta", values);
        }
        writer.close();
        project.add_artifact(run, "theta", Kind::field, file);
    }
};

Figure curves_of(const std::vector<std::string>& runs) {
    Figure figure;
    figure.runs = runs;
    figure.metrics = {"loss"};
    return figure;
}

std::string refusal(const std::function<void()>& work) {
    try {
        work();
    } catch (const Error& error) {
        CHECK(error.code() == ExitCode::usage);
        return std::string(error.what()) + " " + error.hint();
    }
    return "";
}

std::string csv_of(const FigureData& data, const Figure& figure) {
    std::ostringstream out;
    data.write_csv(out, figure);
    return out.str();
}

} // namespace

TEST_CASE("A figure's specification names everything that is wrong with it at once", "[core][figure][P9]") {
    Problems problems;
    Figure::from_json({{"kind", "curves"},
                       {"metrics", {"loss"}},
                       {"widht_mm", 80},
                       {"dpi", 1e6},
                       {"palette", "rainbow"},
                       {"log_y", "yes"},
                       {"y_range", {2, 1}},
                       {"runs", "all"},
                       {"artifact", "theta"},
                       {"version", 9}},
                      problems);
    std::string all;
    for (const auto& problem : problems) all += problem.line() + "\n";
    CHECK(problems.size() == 8);
    CHECK_THAT(all, Contains("a figure has no entry 'widht_mm'; did you mean 'width_mm'?"));
    CHECK_THAT(all, Contains("dpi is '1e+06'; accepted: a whole number from 20 to 2400") ||
                        Contains("dpi is '1000000.0'; accepted: a whole number from 20 to 2400"));
    CHECK_THAT(all, Contains("palette is 'rainbow'; accepted: one of okabe-ito,"));
    CHECK_THAT(all, Contains("log_y is 'yes'; accepted: true or false"));
    CHECK_THAT(all, Contains("y_range is '[2,1]'; accepted: two numbers, the lower one first"));
    CHECK_THAT(all, Contains("runs is 'all'; accepted: a list of texts"));
    CHECK_THAT(all,
               Contains("artifact is an entry of field, surface, graph figures, and this one is of kind 'curves'"));
    CHECK_THAT(all, Contains("version is 9; this Orrery reads figures of version 1"));
    CHECK_THAT(refusal([] { Figure::from_json(3); }), Contains("a figure is an object"));
    CHECK_THAT(refusal([] { Figure::from_json({{"kind", "curves"}}); }), Contains("name at least one metric"));
    CHECK_THAT(refusal([] { Figure::from_json({{"kind", "field"}}); }), Contains("name a field artifact"));
    CHECK_THAT(refusal([] {
                   Figure::from_json({{"metrics", {"a"}}, {"width_mm", 2000}, {"dpi", 2400}});
               }),
               Contains("2000 mm x 900 mm at 2400 dpi are 188976 x 85039 pixels"));
    CHECK_THAT(refusal([] {
                   Figure::from_json({{"metrics", {"a"}}, {"log_y", true}, {"y_range", {0, 1}}});
               }),
               Contains("two positive numbers, as the scale is logarithmic"));
}

TEST_CASE("A specification is the same after it was written and read", "[core][figure]") {
    const auto kind = GENERATE(as<std::string>(), "curves", "sweep", "field", "surface", "graph");
    Figure figure;
    figure.kind = kind;
    figure.runs = {"aaaa", "bbbb"};
    figure.title = "Größe \"x\"";
    figure.width_mm = 85.25;
    figure.background = "transparent";
    if (figure.is_picture()) {
        figure.artifact = "theta";
        figure.range = {-1.5, 2};
        figure.log_colours = false;
        if (kind == "surface") figure.centre = {0.25, 0.75};
    } else if (kind == "graph") {
        figure.artifact = "augmented";
        figure.original = "original";
        figure.graph = 3;
        figure.places = {{0.1, -2}, {3, 1e-7}};
        figure.colour_by = "degree";
    } else {
        figure.metrics = {"loss", "error/l2"};
        figure.labels = {{"aaaa", "first"}};
        figure.x_range = {0.5, 3};
    }
    const auto json = figure.to_json();
    CHECK(Figure::from_json(json) == figure);
    CHECK(Figure::from_json(nlohmann::json::parse(json.dump())).to_json().dump() == json.dump());
    CHECK(json.contains("palette") == figure_has(kind, "metrics"));
    CHECK(json.contains("places") == (kind == "graph"));
}

TEST_CASE("A preset gives what isn't given, and replaces it when it comes later", "[core][figure]") {
    const auto two = Figure::from_json({{"metrics", {"a"}}, {"preset", "two-columns"}, {"font_size", 9}});
    CHECK(two.width_mm == 180);
    CHECK(two.font_size == 9);
    const auto one = two.with({{"preset", "one-column"}});
    CHECK(one.width_mm == 85);
    CHECK(one.font_size == 8);
    CHECK(one.with({{"preset", "slide"}, {"width_mm", 100}}).width_mm == 100);
    CHECK(one.with({{"width_mm", 120}}).metrics == std::vector<std::string>{"a"});
    const auto surface = Figure::from_json({{"kind", "field"}, {"artifact", "u"}, {"smooth", true}, {"dpi", 100}})
                             .with({{"kind", "surface"}});
    CHECK(surface.kind == "surface");
    CHECK(surface.dpi == 100);
    CHECK_THAT(refusal([&] { (void)one.with({{"width_mm", -3}}); }), Contains("width_mm"));
}

TEST_CASE("Every palette has colours that differ, and every colour map a name", "[core][figure]") {
    for (const auto& each : palettes()) {
        CHECK(each.colours.size() >= 3);
        CHECK(std::set<std::uint32_t>(each.colours.begin(), each.colours.end()).size() == each.colours.size());
        CHECK(&palette(each.name) == &each);
    }
    CHECK(palette("nothing").name == palettes().front().name);
    CHECK_FALSE(colour_map_names().empty());
}

TEST_CASE("Curves hold every point of the runs, NaN too, and a name for what differs", "[core][figure]") {
    Runs runs;
    const auto a = runs.add({{"kappa", 0.1}, {"n", 64}}, {1, nan_value, 3});
    const auto b = runs.add({{"kappa", 0.2}, {"n", 64}}, {4, 5});
    auto figure = curves_of({a, b, a}); // one twice
    auto data = figure_data(runs.project, figure);
    REQUIRE(data.curves.size() == 2);
    CHECK(data.curves[0].label == "kappa = 0.1");
    CHECK(data.curves[1].label == "kappa = 0.2");
    CHECK(data.curves[0].x == std::vector<double>{0, 10, 20});
    CHECK(std::isnan(data.curves[0].y[1]));
    CHECK(data.x_label == "step");
    CHECK(data.y_label == "loss (J)");
    CHECK(data.points() == 5);
    figure.x = "time";
    figure.labels = {{b, "the second"}, {"kappa = 0.1", "the first"}};
    data = figure_data(runs.project, figure);
    CHECK(data.curves[0].x == std::vector<double>{0, 0.5, 1});
    CHECK(data.curves[0].label == "the first");
    CHECK(data.curves[1].label == "the second");
    CHECK(data.x_label == "time computed (s)");
    CHECK(csv_of(data, figure) == "run,metric,label,step,elapsed [s],value\r\n" + a + ",loss,the first,0,0,1\r\n" + a +
                                      ",loss,the first,10,0.5,nan\r\n" + a + ",loss,the first,20,1,3\r\n" + b +
                                      ",loss,the second,0,0,4\r\n" + b + ",loss,the second,10,0.5,5\r\n");
}

TEST_CASE("What runs are called in a legend: names, else what differs, else seed or id", "[core][figure]") {
    Runs runs;
    const auto label = [&](const std::vector<std::string>& ids) {
        std::vector<RunRow> rows;
        for (const auto& id : ids) rows.push_back(runs.project.run(id));
        return distinguishing_labels(rows);
    };
    const auto a = runs.add({{"kappa", 0.1}, {"n", 64}}, {1}), b = runs.add({{"kappa", 0.1}, {"n", 128}}, {1}),
               c = runs.add({{"kappa", 0.2}, {"n", 128}}, {1}), d = runs.add({{"kappa", 0.2}, {"n", 128}}, {1}, "", 8),
               e = runs.add({{"kappa", 0.2}, {"n", 128}}, {1}, "", 8);
    CHECK(label({a}) == std::vector<std::string>{""});
    CHECK(label({a, b}) == std::vector<std::string>{"n = 64", "n = 128"});
    CHECK(label({a, b, c})[2] == "kappa = 0.2, n = 128");
    CHECK(label({c, d}) == std::vector<std::string>{"seed = 7", "seed = 8"});
    CHECK(label({d, e}) == std::vector<std::string>{"seed = 8, " + d, "seed = 8, " + e});
    runs.project.set_name(d, "coarse");
    runs.project.set_name(e, "fine");
    CHECK(label({d, e}) == std::vector<std::string>{"coarse", "fine"});
}

TEST_CASE("A smoothed figure has the raw values in its CSV", "[core][figure]") {
    Runs runs;
    auto figure = curves_of({runs.add({{"kappa", 1}}, {1, 3, 3})});
    figure.smoothing = 0.5;
    const auto data = figure_data(runs.project, figure);
    CHECK(data.curves[0].raw == std::vector<double>{1, 3, 3});
    CHECK(data.curves[0].y[1] == Approx((0.5 * 0.5 * 1 + 0.5 * 3) / 0.75));
    CHECK_THAT(csv_of(data, figure), Contains("value,smoothed\r\n"));
}

TEST_CASE("A sweep is a value of each run over a parameter, a curve for each of the others", "[core][figure]") {
    Runs runs;
    for (const int n : {32, 64})
        for (const double kappa : {1.0, 0.1, 0.01})
            runs.add({{"kappa", kappa}, {"n", n}}, {9, kappa * n, kappa + n}, "s");
    runs.add({{"kappa", 5.0}, {"n", 32}}, {1}, "another");
    Figure figure = curves_of({});
    figure.kind = "sweep";
    figure.sweep = "s";
    const auto data = figure_data(runs.project, figure);
    REQUIRE(data.curves.size() == 2);
    CHECK(data.x_label == "kappa (m)"); // more values than n
    CHECK(data.curves[0].label == "n = 32");
    CHECK(data.curves[0].x == std::vector<double>{0.01, 0.1, 1});
    CHECK(data.curves[1].y == std::vector<double>{64.01, 64.1, 65});
    figure.x = "n";
    figure.value = "min";
    const auto other = figure_data(runs.project, figure);
    CHECK(other.curves.size() == 3);
    CHECK(other.curves[0].x == std::vector<double>{32, 64});
    CHECK(other.curves[0].y == std::vector<double>{9, 9});
    CHECK(other.y_label == "min of loss (J)");
    CHECK_THAT(csv_of(other, figure), Contains("run,metric,label,n,value\r\n"));
    figure.x = "kapa";
    CHECK_THAT(refusal([&] { figure_data(runs.project, figure); }),
               Contains("no parameter 'kapa'") && Contains("kappa"));
    figure.x = "";
    figure.sweep = "gone";
    CHECK_THAT(refusal([&] { figure_data(runs.project, figure); }), Contains("no runs of the sweep 'gone'"));
}

TEST_CASE("Of runs that are equal a sweep shows the newest, and says so", "[core][figure]") {
    Runs runs;
    Figure figure =
        curves_of({runs.add({{"kappa", 1}}, {1}), runs.add({{"kappa", 2}}, {2}), runs.add({{"kappa", 2}}, {3})});
    figure.kind = "sweep";
    const auto data = figure_data(runs.project, figure);
    CHECK(data.curves[0].y == std::vector<double>{1, 3});
    REQUIRE(data.notes.size() == 1);
    CHECK_THAT(data.notes[0], Contains("newer ones have the same parameters"));
    figure.runs.resize(1);
    CHECK_THAT(refusal([&] { figure_data(runs.project, figure); }), Contains("No parameter differs"));
}

TEST_CASE("A field figure holds one step with its coordinates", "[core][figure]") {
    Runs runs;
    Figure figure;
    figure.kind = "field";
    figure.runs = {runs.add({{"kappa", 1}}, {1})};
    figure.artifact = "theta";
    const auto data = figure_data(runs.project, figure);
    REQUIRE(data.fields.size() == 1);
    CHECK(data.fields[0].step == 2);
    CHECK(data.fields[0].time == 1);
    CHECK(data.y_label == "theta (K)");
    CHECK(data.fields[0].sha256 == runs.project.run(figure.runs[0]).artifacts[0].sha256);
    const auto csv = csv_of(data, figure);
    CHECK_THAT(csv, Catch::Matchers::StartsWith("x,y,theta [K]\r\n1,5,200\r\n1,7,201\r\n1.5,5,210\r\n"));
    figure.step = 0;
    CHECK(figure_data(runs.project, figure).fields[0].values.values<double>()[5] == 21);
    for (const auto step : {-4, 3}) {
        figure.step = step;
        CHECK_THAT(refusal([&] { figure_data(runs.project, figure); }),
                   Contains("no step " + std::to_string(step)) && Contains("0 to 2, or -3 to -1"));
    }
    const auto back = unpack_figure_data(pack(data));
    CHECK(back.fields[0].values.shape() == std::vector<std::int64_t>{3, 2});
    CHECK(back.fields[0].values.spacing == std::vector<double>{0.5, 2});
    CHECK(back.fields[0].values.values<double>()[3] == 211);
}

TEST_CASE("Numbers reach the process that draws bit by bit", "[core][figure]") {
    Runs runs;
    const double infinite = std::numeric_limits<double>::infinity();
    const auto data = figure_data(runs.project, curves_of({runs.add({{"kappa", 1}}, {0.1, nan_value, -infinite})}));
    const auto back = unpack_figure_data(pack(data));
    CHECK(back.curves[0].y[0] == 0.1);
    CHECK(std::isnan(back.curves[0].y[1]));
    CHECK(back.curves[0].y[2] == -infinite);
    CHECK(back.y_label == data.y_label);
    CHECK_THROWS_AS(unpack_figure_data("nonsense"), Error);
    CHECK_THROWS_AS(unpack_figure_data(pack(data).substr(0, 60)), Error);
}

TEST_CASE("What can't be shown is told with what there is", "[core][figure][P9]") {
    Runs runs;
    const auto id = runs.add({{"kappa", 1}}, {1}), other = runs.add({{"kappa", 2}}, {1});
    auto figure = curves_of({id, other});
    figure.metrics = {"los"};
    CHECK_THAT(refusal([&] { figure_data(runs.project, figure); }),
               Contains("None of the runs has a metric 'los'. Did you mean 'loss'?"));
    CHECK_THAT(refusal([&] { figure_data(runs.project, curves_of({})); }), Contains("names no runs"));
    CHECK_THAT(refusal([&] { figure_data(runs.project, curves_of({"zzzz"})); }), Contains("zzzz"));
    Figure field;
    field.kind = "field";
    field.runs = {id};
    field.artifact = "thet";
    CHECK_THAT(refusal([&] { figure_data(runs.project, field); }), Contains("no artifact 'thet'") && Contains("theta"));
    field.artifact = "theta";
    field.field = "phi";
    CHECK_THAT(refusal([&] { figure_data(runs.project, field); }), Contains("no field 'phi'") && Contains("theta"));
    field.field = "";
    runs.project.set_artifacts_removed(id, true);
    CHECK_THAT(refusal([&] { figure_data(runs.project, field); }), Contains("--artifacts` brings them back"));
    runs.project.set_removed(other, true);
    CHECK_THAT(refusal([&] {
                   figure_data(runs.project, curves_of({id, other}));
               }),
               Contains("run " + other + ", which was removed") && Contains("orrery restore " + other));
}

TEST_CASE("A name stands for a saved figure, else for a metric or a field of the runs", "[core][figure]") {
    Runs runs;
    const auto id = runs.add({{"kappa", 1}}, {1, 0.1, 1e-4}), other = runs.add({{"kappa", 2}}, {1});
    auto figure = figure_named(runs.project, "loss", {id});
    CHECK(figure.kind == "curves");
    CHECK(figure.metrics == std::vector<std::string>{"loss"});
    CHECK(figure.log_y); // four decades
    CHECK_FALSE(figure_named(runs.project, "other", {id}).log_y);
    CHECK(figure_named(runs.project, "theta", {id}).kind == "field");
    auto saved = curves_of({id});
    saved.title = "mine";
    runs.project.set_figure("loss", saved.to_json());
    CHECK(figure_named(runs.project, "loss", {}).title == "mine");
    CHECK(figure_named(runs.project, "loss", {}).runs == std::vector<std::string>{id});
    CHECK(figure_named(runs.project, "loss", {other}).runs == std::vector<std::string>{other});
    const auto unknown = refusal([&] { figure_named(runs.project, "thetta", {id}); });
    CHECK_THAT(unknown, Contains("There is no figure 'thetta'") && Contains("Did you mean 'theta'?") &&
                            Contains("Saved figures: loss") && Contains("Metrics: loss, other"));
}
