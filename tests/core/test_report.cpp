// SPDX-License-Identifier: BSD-3-Clause
#include "core/exchange/report.h"
#include "core/exchange/report_chart.h"
#include "core/exchange/run_tables.h"
#include "core/files/field_file.h"
#include "core/files/html.h"
#include "core/files/picture.h"
#include "core/files/png.h"
#include "tests/catch.h"
#include "tests/core/sample_run.h"
#include "tests/scratch_folder.h"

#include <zlib.h>

#include <cmath>

using namespace orrery;

namespace {

constexpr const char* hostile = "<script>alert('x')</script>&\"";

struct Home {
    ScratchFolder folder;
    Project project = Project::open(folder / "p.orrery", Access::create);
    std::string add(double kappa, const std::string& name, Outcome outcome = Outcome::done) {
        auto request = sample_request(kappa);
        request.name = name;
        request.note = name.empty() ? "" : "note of " + name;
        const auto created = project.create_run(request);
        project.begin(created.id, sample_provenance());
        const std::vector<std::string> keys{"loss"};
        std::vector<MetricBatch::Point> points;
        for (int i = 0; i < 20; ++i) points.push_back({0, {i, std::exp(-kappa * i), 0.1 * i}});
        points[7].point.value = std::nan("");
        project.append(created.id, {keys, points, false, 0, ""});
        auto layout = FieldLayout::torus(4, {"theta"}, {0, 1});
        FieldWriter writer(folder / "theta.vtkhdf", layout);
        Array values({4, 4}, DType::float64);
        for (std::int64_t i = 0; i < 16; ++i) values.values<double>()[static_cast<std::size_t>(i)] = double(i) - 8;
        for (int step = 0; step < 2; ++step) writer.write(step, "theta", values);
        writer.close();
        project.add_artifact(created.id, "theta", Kind::field, folder / "theta.vtkhdf");
        const bool failed = outcome == Outcome::failed;
        project.end(created.id, {outcome, failed, failed ? "it went <wrong>" : "", ""});
        return created.id;
    }
    std::vector<RunRow> rows() const { return project.runs(); }
};

std::size_t count(const std::string& text, const std::string& part) {
    std::size_t found = 0;
    for (auto at = text.find(part); at != std::string::npos; at = text.find(part, at + 1)) ++found;
    return found;
}

} // namespace

TEST_CASE("a report stands alone, escapes what people wrote, and is the same twice", "[core]") {
    Home home;
    home.add(0.1, hostile);
    const auto html = report_html(home.project, home.rows());
    CHECK(html == report_html(home.project, home.rows()));
    CHECK(html.find("<script") == std::string::npos);
    CHECK(html.find("&lt;script&gt;alert(&#39;x&#39;)&lt;/script&gt;&amp;&quot;") != std::string::npos);
    for (const char* outside : {"http:", "https:", "url(", "@import", "<link", "<iframe", " src=\"/"})
        CHECK(html.find(outside) == std::string::npos);
    CHECK(html.find("data:image/png;base64,iVBOR") != std::string::npos);
    CHECK(html.find("prefers-color-scheme:dark") != std::string::npos);
    CHECK(html.find(home.rows()[0].artifacts[0].sha256) != std::string::npos);
    CHECK(html.find("<h2>Parameters</h2>") != std::string::npos);
    CHECK(html.find("1 not finite") != std::string::npos);
    CHECK(count(html, "<table>") == count(html, "</table>"));
}

TEST_CASE("a comparison shows what differs apart from what is the same", "[core]") {
    Home home;
    home.add(0.1, "first");
    home.add(0.2, "second", Outcome::failed);
    const auto html = report_html(home.project, home.rows());
    const auto differ = html.find("Parameters that differ"), common = html.find("Parameters in common");
    REQUIRE((differ != std::string::npos && common != std::string::npos));
    const auto kappa = html.find("<th>kappa</th>");
    CHECK((kappa > differ && kappa < common));
    CHECK(html.find("<td class=\"d\">0.2</td>") != std::string::npos);
    CHECK(html.find("<td>initial</td>", common) != std::string::npos);
    CHECK(html.find("it went &lt;wrong&gt;") != std::string::npos);
    CHECK(count(html, "<svg class=\"chart\"") == 1); // both curves in one
    CHECK(count(html, "note of") == 2);
}

TEST_CASE("a damaged field costs its picture, not the report", "[core][P9]") {
    Home home;
    home.add(0.1, "");
    const auto file = home.project.artifact_path(home.rows()[0].artifacts[0]);
    std::filesystem::permissions(file, std::filesystem::perms::owner_all);
    std::ofstream(file, std::ios::app) << "x";
    const auto html = report_html(home.project, home.rows());
    CHECK(html.find("is damaged") != std::string::npos);
    CHECK(html.find("data:image") == std::string::npos);
}

TEST_CASE("a report is written with its sidecar, and refused for what can't be", "[core][P9]") {
    Home home;
    const std::vector<std::string> ids{home.add(0.1, "a")};
    export_report(home.project, ids, home.folder / "r.html");
    CHECK(home.folder.text_of("r.html").starts_with("<!DOCTYPE html>"));
    const auto sidecar = nlohmann::json::parse(home.folder.text_of("r.html.orrery.json"));
    CHECK((sidecar["runs"][0]["run"] == ids[0] && sidecar["logged"] == true));
    CHECK(home.project.events().back().kind == "export");
    CHECK_THROWS_AS(export_report(home.project, ids, home.folder / "r.txt"), Error);
    CHECK_THROWS_AS(export_report(home.project, {}, home.folder / "r.html"), Error);
    const std::vector<std::string> many(most_report_runs + 1, ids[0]);
    CHECK_THROWS_AS(export_report(home.project, many, home.folder / "r.html"), Error);
    CHECK_THROWS_AS(export_report(home.project, ids, home.folder / "no folder/r.html"), Error);
}

TEST_CASE("curves break at NaN and stay small", "[core]") {
    std::vector<MetricPoint> points;
    for (int i = 0; i < 100'000; ++i) points.push_back({i, std::sin(i / 1000.0), 0});
    const auto many = chart_svg({{"a", points}}, "t");
    CHECK(many.size() < 60'000);
    CHECK(count(many, "M") < 30);
    points[50'000].value = std::nan("");
    CHECK(count(chart_svg({{"a", points}}, "t"), "M") == count(many, "M") + 1);
    CHECK(chart_svg({{"a", {{0, std::nan(""), 0}}}}, "t").empty());
    CHECK(sparkline_svg({{0, 1, 0}}).empty());
    CHECK(chart_svg({{"a", {{0, 1, 0}}}}, "t").find("h0") != std::string::npos); // a point alone is a dot
    CHECK(chart_svg({{"<a>", {{0, 1, 0}}}, {"b", {{0, 1, 0}}}}, "t").find("&lt;a&gt;") != std::string::npos);
    const std::vector<MetricPoint> decades{{0, 1e-6, 0}, {1, 1, 0}};
    CHECK(chart_svg({{"a", decades}}, "t").find(">1e-6<") != std::string::npos);
}

TEST_CASE("a picture of a field is a PNG with x to the right and y upwards", "[core][files]") {
    Array field({2, 1}, DType::float64);
    field.values<double>()[0] = -1;
    field.values<double>()[1] = 1;
    const auto png = picture_png(field, 2);
    REQUIRE(png.starts_with("\x89PNG\r\n\x1a\n"));
    CHECK(png.substr(12, 12) == std::string("IHDR\0\0\0\2\0\0\0\1", 12));
    const auto at = png.find("IDAT") + 4;
    std::string lines(7, '\0');
    uLongf size = 7;
    REQUIRE(uncompress(reinterpret_cast<Bytef*>(lines.data()), &size, reinterpret_cast<const Bytef*>(png.data() + at),
                       static_cast<uLong>(png.size() - at)) == Z_OK);
    const auto low = diverging_colour(-1), high = diverging_colour(1);
    CHECK(lines == std::string(1, '\0') + std::string(low.begin(), low.end()) + std::string(high.begin(), high.end()));
    CHECK_THROWS_AS(png_of_rgb({}, 1, 1), Error);
    CHECK(base64("") + base64("f") + base64("fo") + base64("foo") == "Zg==Zm8=Zm9v"); // RFC 4648
}

TEST_CASE("a table of runs has the columns that are wanted, in the order that is wanted", "[core]") {
    std::vector<RunRow> runs(4);
    const double rms[] = {2, std::nan(""), 1, 0};
    for (std::size_t i = 0; i < runs.size(); ++i) {
        runs[i].id = "r" + std::to_string(i);
        runs[i].parameters = {{"kappa", 0.5}, {"rms", static_cast<int>(i)}};
        if (i < 3) runs[i].metrics["rms"] = rms[i];
    }
    RunTableOptions how;
    how.columns = {"run", "metric:rms"};
    how.sort = "metric:rms";
    const auto ids = [&] {
        std::string text;
        for (const auto& row : runs_table(runs, how).rows) text += std::get<std::string>(row[0]);
        return text;
    };
    CHECK(ids() == "r2r0r1r3"); // NaN, then nothing, are last both ways
    how.descending = true;
    CHECK(ids() == "r0r2r1r3");
    RunTableOptions differing;
    differing.only_differing = true;
    const auto table = runs_table(runs, differing);
    std::string names;
    for (const auto& column : table.columns) names += column.name + " ";
    CHECK(names == "run param/rms rms ");
    how.columns = {"kappa", "rms"}; // the metric's column is named so, the parameter's param/rms
    how.sort.clear();
    CHECK(std::get<double>(runs_table(runs, how).rows[0][1]) == 2);
    how.columns = {"kapa"};
    CHECK_THROWS_AS(runs_table(runs, how), Error);
}

TEST_CASE("text in HTML can't leave its place", "[core][files]") {
    CHECK(html_text("a<b>\"'&\n\x01") == "a&lt;b&gt;&quot;&#39;&amp;<br>");
    CHECK(html_text("\xFF") == "\xEF\xBF\xBD");
}
