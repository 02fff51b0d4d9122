// SPDX-License-Identifier: BSD-3-Clause
#include "core/exchange/report.h"

#include "core/canonical_json.h"
#include "core/exchange/export_record.h"
#include "core/exchange/report_chart.h"
#include "core/experiment.h"
#include "core/files/field_file.h"
#include "core/files/html.h"
#include "core/files/picture.h"
#include "core/files/png.h"
#include "core/files/replace_file.h"
#include "core/schema.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <cmath>
#include <map>
#include <ostream>
#include <set>

namespace orrery {

namespace {

constexpr int thumbnail_pixels = 192;
constexpr std::size_t most_thumbnails = 24, most_fields_of_artifact = 4;

constexpr std::string_view report_style =
    "td.d{background:var(--mark)}.head{display:flex;gap:.4em 1.6em;flex-wrap:wrap}.note{white-space:pre-wrap}"
    "figure{display:inline-block;margin:0 1.2em 1em 0;vertical-align:top}figcaption{font-size:.85em;color:var(--weak);"
    "max-width:192px}figure.chart "
    "figcaption{max-width:none;font-size:1em;color:inherit}figure.chart{display:block;margin-top:1em}"
    "img{image-rendering:pixelated}td.id{white-space:nowrap;overflow-wrap:normal}@media print{table{font-size:.75em}}";

std::string plain(const nlohmann::json& value) {
    if (value.is_null()) return "";
    return value.is_string() ? value.get<std::string>() : value.dump();
}

std::string number_text(double value) { return std::isnan(value) ? "nan" : fmt::format("{}", value); }

// Six digits to read; all of them where one points at it.
std::string number_cell(double value) {
    const auto exact = number_text(value), brief = std::isnan(value) ? exact : fmt::format("{:.6g}", value);
    return brief == exact ? fmt::format("<td class=\"n\">{}</td>", exact)
                          : fmt::format("<td class=\"n\" title=\"{}\">{}</td>", exact, brief);
}

// "2026-01-31 12:00" of "2026-01-31T12:00:00.000Z".
std::string minute_of(const std::string& utc) {
    std::string minute = utc.substr(0, 16);
    std::replace(minute.begin(), minute.end(), 'T', ' ');
    return minute;
}

std::string size_text(std::int64_t bytes) {
    if (bytes < 1000) return fmt::format("{} B", bytes);
    if (bytes < 1'000'000) return fmt::format("{:.1f} kB", static_cast<double>(bytes) / 1e3);
    return fmt::format("{:.1f} MB", static_cast<double>(bytes) / 1e6);
}

class Report {
public:
    Report(const Project& project, const std::vector<RunRow>& runs) : project_(project), runs_(runs) {
        for (const auto& run : runs) {
            auto json = project.declaration(run.id);
            try {
                declarations_.push_back(Declaration::from_json(json));
            } catch (const std::exception&) { // of another version: names will do
                declarations_.emplace_back();
            }
        }
    }

    std::string html() {
        const std::string title =
            runs_.size() == 1 ? fmt::format("Run {}", label(0)) : fmt::format("Comparison of {} runs", runs_.size());
        body_ = fmt::format("<h1>{}</h1>\n", html_text(title));
        add_head();
        add_problems();
        add_parameters();
        add_metrics();
        add_fields();
        add_artifacts();
        add_inputs();
        add_live();
        add_provenance();
        return html_page(title, body_, std::string(report_style) + chart_style());
    }

private:
    using Cells = std::vector<std::string>; // HTML, each a whole <td>

    std::string label(std::size_t i) const {
        return runs_[i].name.empty() ? runs_[i].id : fmt::format("{} ({})", runs_[i].name, runs_[i].id);
    }
    static std::string cell(std::string_view text, bool differs = false) {
        return fmt::format("<td{}>{}</td>", differs ? " class=\"d\"" : "", html_text(text));
    }
    static std::string id_cell(std::string_view text) {
        return fmt::format("<td class=\"code id\">{}</td>", html_text(text));
    }
    static std::string code(std::string_view text) {
        return fmt::format("<td class=\"code\">{}</td>", html_text(text));
    }
    void section(std::string_view title) { body_ += fmt::format("<h2>{}</h2>\n", title); }
    void begin_table(std::initializer_list<std::string_view> names) {
        body_ += "<div class=\"scroll\"><table><thead><tr>";
        for (const auto name : names) body_ += fmt::format("<th>{}</th>", html_text(name));
        body_ += "</tr></thead>\n<tbody>\n";
    }
    void row(const Cells& cells) { body_ += fmt::format("<tr>{}</tr>\n", fmt::join(cells, "")); }
    void end_table() { body_ += "</tbody></table></div>\n"; }
    bool several() const { return runs_.size() > 1; }

    void add_head() {
        body_ += fmt::format("<p class=\"weak\">Project {}</p>\n", html_text(project_.folder().filename().string()));
        begin_table({"run", "name", "experiment", "status", "device", "seed", "created (UTC)", "seconds", "tags"});
        for (const auto& run : runs_)
            row({id_cell(run.id), cell(run.name), cell(run.experiment),
                 fmt::format("<td{}>{}</td>",
                             run.status == Status::failed || run.status == Status::lost ? " class=\"bad\"" : "",
                             name_of(run.status)),
                 cell(run.threads > 0 ? fmt::format("{}, {} threads", run.device, run.threads) : run.device),
                 cell(fmt::format("{}", run.seed)), cell(minute_of(run.created)), number_cell(run.seconds),
                 cell(fmt::format("{}", fmt::join(run.tags, ", ")))});
        end_table();
        for (std::size_t i = 0; i < runs_.size(); ++i)
            if (!runs_[i].note.empty())
                body_ += fmt::format("<p class=\"note\">{}{}</p>\n",
                                     several() ? fmt::format("<b>{}:</b> ", html_text(label(i))) : "",
                                     html_text(runs_[i].note));
    }

    void add_problems() {
        std::string lines;
        for (std::size_t i = 0; i < runs_.size(); ++i) {
            const auto& run = runs_[i];
            if (run.end && !run.end->error.empty())
                lines += fmt::format("<p class=\"bad\"><b>{}:</b> {}<br>{}</p>\n", html_text(label(i)),
                                     html_text(run.end->error), html_text(run.end->hint));
            if (run.removed)
                lines +=
                    fmt::format("<p class=\"bad\">{} was removed from the project's lists.</p>\n", html_text(label(i)));
        }
        if (lines.empty()) return;
        section("Errors");
        body_ += lines;
    }

    // Values of one name over the runs: null where a run has none.
    using Line = std::pair<std::string, std::vector<nlohmann::json>>;
    static bool is_same(const Line& line) {
        return std::all_of(line.second.begin(), line.second.end(),
                           [&](const auto& value) { return value == line.second.front(); });
    }

    void add_parameters() {
        std::set<std::string> names;
        for (const auto& run : runs_)
            for (const auto& [name, value] : run.parameters.items()) names.insert(name);
        std::vector<Line> same, different;
        for (const auto& name : names) {
            Line line{name, {}};
            for (const auto& run : runs_)
                line.second.push_back(run.parameters.contains(name) ? run.parameters.at(name) : nullptr);
            (is_same(line) ? same : different).push_back(std::move(line));
        }
        if (!different.empty()) {
            section("Parameters that differ");
            body_ += "<div class=\"scroll\"><table><thead><tr><th>run</th>";
            for (const auto& line : different) body_ += fmt::format("<th>{}</th>", html_text(line.first));
            body_ += "</tr></thead>\n<tbody>\n";
            for (std::size_t i = 0; i < runs_.size(); ++i) {
                Cells cells{cell(label(i))};
                for (const auto& line : different)
                    cells.push_back(cell(plain(line.second[i]), line.second[i] != line.second.front()));
                row(cells);
            }
            end_table();
        }
        if (same.empty()) return;
        section(several() ? "Parameters in common" : "Parameters");
        begin_table({"parameter", "value", "unit", ""});
        for (const auto& line : same) {
            const auto* field = declarations_.front().schema.find(line.first);
            row({cell(line.first), code(plain(line.second.front())), cell(field ? field->unit : ""),
                 fmt::format("<td class=\"weak\">{}</td>", html_text(field ? field->help : ""))});
        }
        end_table();
    }

    void add_metrics() {
        std::set<std::string> keys;
        for (const auto& run : runs_)
            for (const auto& [key, value] : run.metrics) keys.insert(key);
        if (keys.empty()) return;
        section("Metrics");
        begin_table({several() ? "metric, run" : "metric", "last", "least", "most", "points", "", "unit", ""});
        std::string charts;
        for (const auto& key : keys) {
            std::vector<ChartCurve> curves;
            if (several()) add_metric_heading(key);
            for (std::size_t i = 0; i < runs_.size(); ++i) {
                if (!runs_[i].metrics.contains(key)) continue;
                const auto* declared = declarations_[i].find_metric(key);
                auto series = project_.metric_series(runs_[i].id, key);
                add_metric(key, i, declared, series);
                if (series.size() > 1 && curves.size() <= chart_colours)
                    curves.push_back({label(i), std::move(series)});
            }
            charts += chart(key, curves);
        }
        end_table();
        body_ += charts;
    }

    static std::string about(const MetricDeclaration* declared) {
        if (!declared) return {};
        std::string text = declared->help;
        if (declared->timing) text += text.empty() ? "timing" : "; timing";
        if (declared->lower_is_better) text += text.empty() ? "lower is better" : "; lower is better";
        return text;
    }

    // Its help once, above the runs that have it.
    void add_metric_heading(const std::string& key) {
        std::string help;
        for (std::size_t i = 0; i < runs_.size() && help.empty(); ++i)
            if (runs_[i].metrics.contains(key)) help = about(declarations_[i].find_metric(key));
        body_ += fmt::format("<tr><td colspan=\"8\"><b>{}</b> <span class=\"weak\">{}</span></td></tr>\n",
                             html_text(key), html_text(help));
    }

    void add_metric(const std::string& key, std::size_t i, const MetricDeclaration* declared,
                    const std::vector<MetricPoint>& series) {
        double least = std::nan(""), most = std::nan("");
        std::size_t not_finite = 0;
        for (const auto& point : series) {
            if (!std::isfinite(point.value)) {
                ++not_finite;
                continue;
            }
            least = point.value > least ? least : point.value; // the first replaces NaN
            most = point.value < most ? most : point.value;
        }
        std::string last_cell = several() ? "" : about(declared);
        if (not_finite > 0) last_cell += fmt::format("{}{} not finite", last_cell.empty() ? "" : "; ", not_finite);
        row({cell(several() ? label(i) : key), number_cell(runs_[i].metrics.at(key)), number_cell(least),
             number_cell(most), fmt::format("<td class=\"n\">{}</td>", series.size()),
             "<td>" + sparkline_svg(series) + "</td>", cell(declared ? declared->unit : ""),
             fmt::format("<td class=\"weak\">{}</td>", html_text(last_cell))});
    }

    std::string chart(const std::string& key, const std::vector<ChartCurve>& curves) const {
        const auto svg = chart_svg(curves, key);
        if (svg.empty()) return {};
        const std::string more =
            curves.size() > chart_colours ? fmt::format(", the first {} runs", chart_colours) : std::string();
        return fmt::format("<figure class=\"chart\"><figcaption>{}{}</figcaption>\n{}</figure>\n", html_text(key), more,
                           svg);
    }

    // The last step of every field, up to a number of them.
    void add_fields() {
        std::string figures;
        std::size_t drawn = 0, left_out = 0;
        for (std::size_t i = 0; i < runs_.size(); ++i)
            for (const auto& artifact : runs_[i].artifacts) {
                if (artifact.kind != Kind::field) continue;
                if (drawn >= most_thumbnails)
                    ++left_out;
                else
                    figures += thumbnails(i, artifact, drawn);
            }
        if (figures.empty()) return;
        section("Fields at their last step");
        body_ += figures;
        if (left_out > 0)
            body_ += fmt::format("<p class=\"weak\">{} more artifacts hold fields and are not drawn.</p>\n", left_out);
    }

    std::string thumbnails(std::size_t i, const ArtifactRow& artifact, std::size_t& drawn) const {
        const std::string of_run = several() ? html_text(label(i)) + "<br>" : std::string();
        std::string out;
        try {
            const auto file = FieldFile::open(project_.sound_artifact(artifact));
            std::size_t of_artifact = 0;
            for (const auto& name : file.names()) {
                if (++of_artifact > most_fields_of_artifact) break;
                const auto field = file.read(file.steps() - 1, name);
                out +=
                    fmt::format("<figure><img alt=\"field {0}\" src=\"data:image/png;base64,{1}\"><figcaption>{2}{0} "
                                "at {3:.6g}, {4} x {5}</figcaption></figure>\n",
                                html_text(name), base64(picture_png(field, thumbnail_pixels)), of_run,
                                file.times().back(), field.shape()[0], field.shape()[1]);
                ++drawn;
            }
        } catch (const Error& error) { // the rest of the report is worth having
            out += fmt::format("<p class=\"bad\">{}{}</p>\n", of_run, html_text(error.what()));
        }
        return out;
    }

    void add_artifacts() {
        bool any = false;
        for (const auto& run : runs_) any = any || !run.artifacts.empty() || run.artifacts_removed;
        if (!any) return;
        section("Artifacts");
        begin_table({"run", "artifact", "kind", "size", "SHA-256"});
        for (std::size_t i = 0; i < runs_.size(); ++i) {
            for (const auto& artifact : runs_[i].artifacts)
                row({cell(label(i)), cell(artifact.name), cell(name_of(artifact.kind)), cell(size_text(artifact.bytes)),
                     code(artifact.sha256)});
            if (runs_[i].artifacts_removed) row({cell(label(i)), "<td class=\"weak\" colspan=\"4\">were removed</td>"});
        }
        end_table();
    }

    void add_inputs() {
        std::vector<Cells> lines;
        for (std::size_t i = 0; i < runs_.size(); ++i)
            for (const auto& input : project_.inputs(runs_[i].id))
                lines.push_back({cell(label(i)), code(input.path), cell(size_text(input.bytes)), code(input.sha256)});
        if (lines.empty()) return;
        section("Inputs");
        begin_table({"run", "file", "size", "SHA-256"});
        for (const auto& line : lines) row(line);
        end_table();
    }

    void add_live() {
        std::vector<Cells> lines;
        for (std::size_t i = 0; i < runs_.size(); ++i)
            for (const auto& change : project_.live_changes(runs_[i].id))
                lines.push_back({cell(label(i)), fmt::format("<td class=\"n\">{}</td>", change.step),
                                 cell(change.field), code(plain(change.value))});
        if (lines.empty()) return;
        section("Changed while it ran");
        begin_table({"run", "from step", "parameter", "value"});
        for (const auto& line : lines) row(line);
        end_table();
    }

    void add_provenance() {
        std::map<std::string, std::vector<nlohmann::json>> values;
        for (std::size_t i = 0; i < runs_.size(); ++i)
            for (const auto& [key, value] : project_.provenance(runs_[i].id)) {
                auto& list = values[key];
                list.resize(runs_.size());
                list[i] = value;
            }
        if (values.empty()) return;
        section("Provenance");
        begin_table({"what", "value", several() ? "run" : ""});
        for (const auto& line : values) {
            if (is_same(line)) {
                row({cell(line.first), code(plain(line.second.front())), cell(several() ? "all" : "")});
                continue;
            }
            for (std::size_t i = 0; i < runs_.size(); ++i)
                row({cell(line.first), fmt::format("<td class=\"code d\">{}</td>", html_text(plain(line.second[i]))),
                     cell(label(i))});
        }
        end_table();
    }

    const Project& project_;
    const std::vector<RunRow>& runs_;
    std::vector<Declaration> declarations_;
    std::string body_;
};

void expect_count(std::size_t count) {
    if (count == 0) throw Error("A report needs a run.", "Name one: `orrery runs` lists them.", ExitCode::usage);
    if (count > most_report_runs)
        throw Error(
            fmt::format("A report of {} runs would be too long to read; it can hold {}.", count, most_report_runs),
            "Name fewer runs, or export them as a table (--table).", ExitCode::usage);
}

} // namespace

std::string report_html(const Project& project, const std::vector<RunRow>& runs) {
    expect_count(runs.size());
    return Report(project, runs).html();
}

void export_report(Project& project, std::span<const std::string> ids, const std::filesystem::path& out) {
    const std::string ending = out.extension().string();
    if (ending != ".html" && ending != ".htm")
        throw Error(fmt::format("{}: a report can't be written with the ending '{}'; accepted are .html and .htm.",
                                quotable(out.string()), ending),
                    {}, ExitCode::usage);
    expect_count(ids.size());
    std::vector<RunRow> runs;
    for (const auto& id : ids) runs.push_back(project.run(id));
    const std::string text = report_html(project, runs);
    replace_file(out, [&](std::ostream& file) { file << text; });
    record_export(project, out, runs, {{"report", "html"}});
}

} // namespace orrery
