// SPDX-License-Identifier: BSD-3-Clause
#include "core/files/metric_csv.h"

#include "core/canonical_json.h"
#include "core/files/csv.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <charconv>
#include <cmath>
#include <limits>
#include <optional>
#include <unordered_map>

namespace orrery {

namespace {

constexpr double largest_step = 9007199254740992.0; // 2^53: up to there every whole number is a double
constexpr double earliest_date = 1e8;               // seconds since 1970: what is larger is no duration
constexpr std::int64_t lines_between_reports = 10'000;

std::string lower(std::string text) {
    std::transform(text.begin(), text.end(), text.begin(),
                   [](unsigned char c) { return static_cast<char>(c < 0x80 ? std::tolower(c) : c); });
    std::replace(text.begin(), text.end(), ' ', '_');
    return text;
}

std::optional<double> number_in(std::string_view text) {
    if (text.starts_with('+')) text.remove_prefix(1);
    double value = 0;
    const auto end = text.data() + text.size();
    const auto result = std::from_chars(text.data(), end, value); // also nan, inf, infinity, in any case
    if (text.empty() || result.ec != std::errc{} || result.ptr != end) return std::nullopt;
    return value;
}

bool is_step(double value) { return std::floor(value) == value && std::fabs(value) <= largest_step; }

struct ColumnOfNumbers {
    std::string name, unit;
    bool is_text = false, whole = true;
    std::vector<std::uint32_t> rows; // of the values that are there
    std::vector<double> values;
};

class MetricCsv {
public:
    MetricCsv(const std::filesystem::path& file, const ReadingProgress& progress)
        : file_(file), progress_(progress), csv_(file) {
        for (const auto& heading : csv_.header()) {
            ColumnOfNumbers column;
            column.name = heading;
            const auto bracket = heading.rfind(" [");
            if (bracket != std::string::npos && bracket > 0 && heading.ends_with(']')) {
                column.name = heading.substr(0, bracket);
                column.unit = heading.substr(bracket + 2, heading.size() - bracket - 3);
            }
            columns_.push_back(std::move(column));
        }
        if (std::all_of(csv_.header().begin(), csv_.header().end(), [](const auto& name) { return number_in(name); }))
            refuse("its first line holds numbers instead of the names of the columns",
                   "Write the names into a line before the first, for example: step,loss");
    }

    std::vector<LoggedRun> read() {
        auto runs = find("metric") && find("step") && find("value") ? read_long() : read_wide();
        if (csv_.is_torn())
            for (auto& run : runs)
                run.notes.push_back(fmt::format("The last line ({}) is not complete: it was left out.", csv_.line()));
        return runs;
    }

private:
    [[noreturn]] void refuse(const std::string& what, const std::string& hint = {}) const {
        throw Error(fmt::format("{} holds no metrics that can be read: {}.", quotable(file_.string()), what), hint,
                    ExitCode::usage);
    }
    [[noreturn]] void refuse_cell(std::size_t column, std::string_view cell, std::string_view accepted) const {
        refuse(fmt::format("line {}, column {} ('{}') holds '{}'; accepted are {}", csv_.line(), column + 1,
                           quotable(csv_.header()[column]), quotable(cell), accepted),
               cell.find(',') != std::string_view::npos ? "Write decimal points instead of commas." : "");
    }

    // By name, in any case, with "_" for a blank.
    std::optional<std::size_t> find(std::string_view name) const {
        for (std::size_t i = 0; i < columns_.size(); ++i)
            if (lower(columns_[i].name) == name) return i;
        return std::nullopt;
    }

    // The next complete row.
    bool next(std::vector<std::string>& cells) {
        if (!csv_.next(cells) || csv_.is_torn()) return false;
        if (progress_ && ++rows_read_ % lines_between_reports == 0) progress_(csv_.fraction());
        return true;
    }

    double number(std::size_t column, const std::string& cell) const {
        const auto value = number_in(cell);
        if (!value) refuse_cell(column, cell, "decimal numbers, nan, inf, -inf and nothing");
        return *value;
    }
    std::int64_t step(std::size_t column, const std::string& cell) const {
        const auto value = number_in(cell);
        if (!value || !is_step(*value)) refuse_cell(column, cell, "whole numbers up to 2^53: it is the step");
        return static_cast<std::int64_t>(*value);
    }
    double seconds(std::size_t column, const std::string& cell) const {
        const double value = cell.empty() ? 0 : number(column, cell);
        if (!std::isfinite(value)) refuse_cell(column, cell, "finite numbers: it is a time in seconds");
        return value;
    }

    std::vector<LoggedRun> read_long() {
        const auto run_at = find("run"), elapsed_at = find("elapsed");
        const std::size_t metric_at = *find("metric"), step_at = *find("step"), value_at = *find("value");
        std::vector<LoggedRun> runs;
        std::unordered_map<std::string, std::size_t> run_index;
        std::unordered_map<std::string, std::size_t> metric_index; // by number of the run and key
        std::vector<std::string> cells;
        while (next(cells)) {
            if (cells[value_at].empty()) continue;
            const std::string name = run_at ? cells[*run_at] : file_.stem().string();
            const auto [run, is_new_run] = run_index.try_emplace(name, runs.size());
            if (is_new_run) {
                runs.emplace_back().name = name;
                runs.back().files = {file_};
            }
            auto& metrics = runs[run->second].metrics;
            if (cells[metric_at].empty()) refuse_cell(metric_at, "", "names of metrics");
            const auto [metric, is_new] =
                metric_index.try_emplace(fmt::format("{} {}", run->second, cells[metric_at]), metrics.size());
            if (is_new) metrics.push_back({cells[metric_at], {}, {}});
            metrics[metric->second].points.push_back({step(step_at, cells[step_at]), number(value_at, cells[value_at]),
                                                      elapsed_at ? seconds(*elapsed_at, cells[*elapsed_at]) : 0});
        }
        if (runs.empty()) refuse("it has no line with a value");
        return runs;
    }

    void read_columns() {
        std::vector<std::string> cells;
        while (next(cells)) {
            if (row_count_ == std::numeric_limits<std::uint32_t>::max()) refuse("it has more than 2^32 lines");
            for (std::size_t c = 0; c < columns_.size(); ++c) {
                auto& column = columns_[c];
                if (column.is_text || cells[c].empty()) continue;
                const auto value = number_in(cells[c]);
                if (!value && column.values.empty()) { // its first word says what it is
                    column.is_text = true;
                    continue;
                }
                if (!value) refuse_cell(c, cells[c], "decimal numbers, nan, inf, -inf and nothing");
                column.whole = column.whole && is_step(*value);
                column.rows.push_back(row_count_);
                column.values.push_back(*value);
            }
            ++row_count_;
        }
    }

    bool can_be_step(const ColumnOfNumbers& column) const {
        return !column.is_text && column.whole && column.values.size() == row_count_ && row_count_ > 0;
    }

    std::optional<std::size_t> step_column(LoggedRun& run) const {
        for (const char* name : {"step", "global_step", "iteration", "iter", "epoch"})
            if (const auto found = find(name); found && can_be_step(columns_[*found])) {
                if (name != std::string_view("step"))
                    run.notes.push_back(fmt::format("The column '{}' is taken as the step.", columns_[*found].name));
                return found;
            }
        if (const auto found = find("step"); found && !columns_[*found].values.empty())
            refuse(fmt::format("the column '{}' lacks a value in some lines, or holds one that is not whole",
                               columns_[*found].name),
                   "Every line needs its step.");
        for (std::size_t c = 0; c < columns_.size(); ++c)
            if (can_be_step(columns_[c])) {
                run.notes.push_back(fmt::format("The column '{}', the first of whole numbers, is taken as the step.",
                                                columns_[c].name));
                return c;
            }
        run.notes.push_back("No column holds steps: the lines are counted from 0.");
        return std::nullopt;
    }

    // Seconds since the first row, by row; empty if no column tells.
    std::vector<double> elapsed(std::optional<std::size_t>& column) const {
        for (const char* name : {"elapsed", "wall_time", "time"}) {
            column = find(name);
            if (column && !columns_[*column].is_text && !columns_[*column].values.empty()) break;
            column.reset();
        }
        if (!column) return {};
        const auto& time = columns_[*column];
        std::vector<double> seconds(row_count_, 0);
        double first = std::numeric_limits<double>::infinity();
        for (const double value : time.values) first = value < first ? value : first; // never NaN
        const bool since_1970 = first > earliest_date;
        for (std::size_t i = 0; i < time.values.size(); ++i)
            if (const double value = since_1970 ? time.values[i] - first : time.values[i]; std::isfinite(value))
                seconds[time.rows[i]] = value;
        return seconds;
    }

    // TensorBoard names its download run-NAME-tag-KEY.csv, with "_" for what a file name can't hold.
    void name_after_file(LoggedRun& run) const {
        const std::string stem = file_.stem().string();
        const auto tag = stem.rfind("-tag-");
        run.metrics.front().key = stem;
        if (tag == std::string::npos || !stem.starts_with("run-")) return;
        run.name = stem.substr(4, tag - 4);
        run.metrics.front().key = stem.substr(tag + 5);
    }

    std::vector<LoggedRun> read_wide() {
        read_columns();
        if (row_count_ == 0) refuse("it has no lines after the names of the columns");
        LoggedRun run;
        run.name = file_.stem().string();
        run.files = {file_};
        const auto step_at = step_column(run);
        std::optional<std::size_t> time_at;
        const auto times = elapsed(time_at);
        std::vector<std::string> texts;
        for (std::size_t c = 0; c < columns_.size(); ++c) {
            auto& column = columns_[c];
            if (c == step_at || c == time_at || column.name.empty()) continue;
            if (column.is_text) texts.push_back(column.name);
            if (column.values.empty()) continue;
            LoggedMetric metric{column.name, column.unit, {}};
            metric.points.reserve(column.values.size());
            for (std::size_t i = 0; i < column.values.size(); ++i) {
                const std::uint32_t row = column.rows[i];
                const double at = step_at ? columns_[*step_at].values[row] : row;
                metric.points.push_back(
                    {static_cast<std::int64_t>(at), column.values[i], times.empty() ? 0 : times[row]});
            }
            run.metrics.push_back(std::move(metric));
            column = {}; // its room is needed no longer
        }
        if (!texts.empty())
            run.notes.push_back(fmt::format("Columns that hold no numbers were left out: {}.", fmt::join(texts, ", ")));
        if (run.metrics.empty())
            refuse("beside the step it has no column of numbers", "Is it the right file, and the right delimiter?");
        if (find("wall_time") && find("step") && csv_.header().size() == 3 && lower(run.metrics[0].key) == "value")
            name_after_file(run);
        std::vector<LoggedRun> runs;
        runs.push_back(std::move(run));
        return runs;
    }

    std::filesystem::path file_;
    const ReadingProgress& progress_;
    CsvReader csv_;
    std::vector<ColumnOfNumbers> columns_;
    std::uint32_t row_count_ = 0;
    std::int64_t rows_read_ = 0;
};

} // namespace

std::vector<LoggedRun> read_metric_csv(const std::filesystem::path& file, const ReadingProgress& progress) {
    return MetricCsv(file, progress).read();
}

} // namespace orrery
