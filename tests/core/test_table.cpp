// SPDX-License-Identifier: BSD-3-Clause
#include "core/error.h"
#include "core/files/table.h"
#include "tests/catch.h"
#include "tests/scratch_folder.h"

#include <nlohmann/json.hpp>

#include <limits>

using namespace orrery;

namespace {

Table example() {
    constexpr double infinity = std::numeric_limits<double>::infinity();
    Table table;
    table.title = "Runs & <errors>";
    table.columns = {{"run"}, {"error/l2"}, {"elapsed", "s"}, {"steps"}};
    table.rows = {{std::string("a,\"b\"\n<i>|"), 0.1, std::numeric_limits<double>::quiet_NaN(), std::int64_t{-3}},
                  {std::string(), 1e-300, infinity, std::int64_t{9007199254740993}},
                  {Table::Cell{}, -infinity}};
    return table;
}

} // namespace

TEST_CASE("CSV quotes what must be quoted and keeps every digit", "[core][files]") {
    CHECK(text_of(example(), TableFormat::csv) == "run,error/l2,elapsed [s],steps\r\n"
                                                  "\"a,\"\"b\"\"\n<i>|\",0.1,nan,-3\r\n"
                                                  "\"\",1e-300,inf,9007199254740993\r\n"
                                                  ",-inf,,\r\n");
    Table numbers;
    numbers.columns = {{"x"}};
    for (const double value : {1.0 / 3, 5e-324, 1.7976931348623157e308, -0.0, 6.02214076e23})
        numbers.rows.push_back({value});
    const std::string text = text_of(numbers, TableFormat::csv);
    std::size_t at = 3;
    for (const auto& row : numbers.rows) {
        CHECK(std::strtod(text.c_str() + at, nullptr) == std::get<double>(row[0]));
        at = text.find("\r\n", at) + 2;
    }
}

TEST_CASE("JSON of a table is one document with null for NaN and texts for infinities", "[core][files]") {
    const auto json = nlohmann::json::parse(text_of(example(), TableFormat::json));
    CHECK(json["title"] == "Runs & <errors>");
    CHECK(json["columns"][2] == nlohmann::json{{"name", "elapsed"}, {"unit", "s"}});
    CHECK(json["rows"][0]["run"] == "a,\"b\"\n<i>|");
    CHECK(json["rows"][0]["error/l2"] == 0.1);
    CHECK(json["rows"][0]["elapsed"].is_null());
    CHECK(json["rows"][1]["elapsed"] == "inf");
    CHECK(json["rows"][1]["steps"] == 9007199254740993);
    CHECK(json["rows"][2]["error/l2"] == "-inf");
    CHECK(json["rows"][2]["steps"].is_null());
    Table broken;
    broken.columns = {{"x"}};
    broken.rows = {{std::string("\xff")}};
    CHECK_NOTHROW(nlohmann::json::parse(text_of(broken, TableFormat::json))); // not UTF-8: still a document
}

TEST_CASE("Markdown, HTML and text escape what has a meaning there", "[core][files]") {
    const std::string markdown = text_of(example(), TableFormat::markdown);
    CHECK_THAT(markdown, contains_text("| run | error/l2 | elapsed \\[s\\] | steps |\n| --- | ---: | ---: | ---: |\n| "
                                       "a,\"b\"<br>&lt;i>\\| | 0.1 |"));
    const std::string html = text_of(example(), TableFormat::html);
    CHECK_THAT(html, contains_text("<title>Runs &amp; &lt;errors&gt;</title>"));
    CHECK_THAT(html, contains_text("<td>a,&quot;b&quot;<br>&lt;i&gt;|</td><td class=\"n\">0.1</td>"));
    CHECK(html.find("<i>") == std::string::npos);
    Table table;
    table.columns = {{"name"}, {"n"}};
    table.rows = {{std::string("\xce\xb8\x1b[31m"), std::int64_t{5}}, {std::string("long name"), std::int64_t{100}}};
    CHECK(text_of(table, TableFormat::table) == "name         n\n\xce\xb8 [31m       5\nlong name  100\n");
}

TEST_CASE("the ending or name decides a table's form, and an unknown one is refused with the accepted ones",
          "[core][files][P9]") {
    const ScratchFolder folder;
    write_table(folder / "a.csv", example());
    CHECK(folder.text_of("a.csv") == text_of(example(), TableFormat::csv));
    CHECK(table_format_of("x.htm") == TableFormat::html);
    CHECK(table_format_named("md") == TableFormat::markdown);
    CHECK_THROWS_WITH(write_table(folder / "a.xlsx", example()),
                      contains_text("'.xlsx'") && contains_text(".csv, .json, .md"));
    CHECK_THROWS_WITH(table_format_named("xml"), contains_text("table, csv, md, json and html"));
    Table twice;
    twice.columns = {{"x"}, {"x"}};
    CHECK_THROWS_WITH(text_of(twice, TableFormat::json), contains_text("two columns named 'x'"));
    Table wide;
    wide.columns = {{"x"}};
    wide.rows = {{1.0, 2.0}};
    CHECK_THROWS_WITH(text_of(wide, TableFormat::csv), contains_text("Row 0 of a table has 2 cells"));
    CHECK(folder.count() == 1);
}

TEST_CASE("Markdown leaves names as they are and escapes what it would obey", "[core][files]") {
    Table table;
    table.columns = {{"x"}};
    table.rows = {{std::string("final_time __a__ *b* `c` [d](e) ~f~ $g$ a|b <i> & \\")}};
    CHECK(text_of(table, TableFormat::markdown)
              .ends_with(
                  "| final_time \\_\\_a\\_\\_ \\*b\\* \\`c\\` \\[d\\](e) \\~f\\~ \\$g\\$ a\\|b &lt;i> &amp; \\\\ |\n"));
}
