// SPDX-License-Identifier: BSD-3-Clause
#include "core/database/run_hash.h"

#include "core/canonical_json.h"
#include "core/database/connection.h"
#include "core/sha256.h"

#include <charconv>
#include <cmath>
#include <optional>
#include <utility>
#include <vector>

namespace orrery::database {

namespace {

// Builds the lines and hands them to the hashes of the whole and of the part in large pieces.
class Lines {
public:
    // The lines from here on belong to this part.
    void part(std::string name) {
        finish_part();
        name_ = std::move(name);
    }
    void begin(std::string_view kind) {
        text_ += '[';
        append_canonical_string(text_, kind);
    }
    void add(std::string_view value) {
        text_ += ',';
        const std::size_t before = text_.size();
        try {
            append_canonical_string(text_, value);
        } catch (const Error&) { // bytes that are no text, by damage: they have a hash too, only another one
            text_.resize(before);
            append_canonical_string(text_, valid_utf8(value));
        }
    }
    // As text: canonical JSON would round integers beyond 2^53.
    void add(std::int64_t value) {
        char digits[24];
        const auto end = std::to_chars(digits, digits + sizeof digits, value).ptr;
        text_.append(",\"").append(digits, end).append(1, '"');
    }
    void add(double value) {
        text_ += ',';
        if (std::isfinite(value)) {
            append_canonical_number(text_, value);
        } else {
            text_ += json_number(value).dump();
        }
    }
    // A value of a type that its column doesn't have was damaged: its line is like none that was ever sealed.
    template <class T>
    void add(const std::optional<T>& value) {
        if (value) {
            add(*value);
        } else {
            text_ += ",false";
        }
    }
    void end() {
        text_ += "]\n";
        if (text_.size() > 1 << 16) hand_over();
    }
    RunSeal seal() {
        finish_part();
        return {whole_.hex(), std::move(parts_)};
    }

private:
    void hand_over() {
        if (text_.empty()) return;
        whole_.update(text_);
        if (!part_) part_.emplace();
        part_->update(text_);
        text_.clear();
    }
    void finish_part() {
        hand_over();
        if (part_) parts_[name_] = part_->hex();
        part_.reset();
    }
    std::string text_, name_;
    Sha256 whole_;
    std::optional<Sha256> part_; // since its first line
    std::map<std::string, std::string> parts_;
};

using Ending = std::pair<const RunEnd&, const std::string&>;

void add_run(Lines& lines, Connection& connection, std::string_view run, const std::optional<Ending>& ending,
             bool with_origin) {
    auto row = connection.query(
        "SELECT id, experiment, version, plugin, schema, seed, device, threads, created, began, ended, "
        "outcome, exit_code, error, hint, parameters, number, sweep, reproduces, claimed, host, boot_id, pid, "
        "process_start, command, resumed, computed FROM run WHERE id = ?1");
    if (!row.bind(run).step())
        throw Error("There is no run " + std::string(run) + " in this project.", "", ExitCode::usage);
    lines.part("run");
    lines.begin("run");
    for (const int column : {0, 1, 2, 3, 4}) lines.add(row.strict_text(column));
    lines.add(row.strict_integer(5));
    lines.add(row.strict_text(6));
    lines.add(row.strict_integer(7));
    lines.add(row.strict_text(8));
    lines.add(row.strict_text(9));
    lines.add(ending ? ending->second : row.strict_text(10));
    lines.add(ending ? std::string(name_of(ending->first.outcome)) : row.strict_text(11));
    lines.add(ending ? ending->first.exit_code : row.strict_integer(12));
    lines.add(ending ? ending->first.error : row.strict_text(13));
    lines.add(ending ? ending->first.hint : row.strict_text(14));
    lines.end();
    if (with_origin) {
        lines.part("origin");
        lines.begin("origin");
        lines.add(row.strict_integer(16));
        for (const int column : {17, 18, 19, 20, 21}) lines.add(row.strict_text(column));
        lines.add(row.strict_integer(22));
        lines.add(row.strict_integer(23));
        lines.add(row.strict_text(24));
        lines.add(row.strict_text(25));
        lines.add(row.strict_real(26));
        lines.end();
    }
    lines.part("parameters");
    lines.begin("parameters");
    lines.add(row.strict_text(15));
    lines.end();
}

// Rows of the columns text, text, ... then integers. With `part_each` every row is a part, named by its first column.
void add_rows(Lines& lines, Query rows, std::string_view run, std::string_view kind, int texts, int integers,
              bool part_each = false) {
    rows.bind(run);
    while (rows.step()) {
        if (part_each) lines.part(std::string(kind) + "/" + valid_utf8(rows.text(0)));
        lines.begin(kind);
        for (int column = 0; column < texts; ++column) lines.add(rows.strict_text(column));
        for (int column = texts; column < texts + integers; ++column) lines.add(rows.strict_integer(column));
        lines.end();
    }
}

void add_metrics(Lines& lines, Connection& connection, std::string_view run) {
    std::vector<std::pair<std::int64_t, std::string>> keys;
    auto names = connection.query("SELECT id, key FROM metric_key WHERE EXISTS "
                                  "(SELECT 1 FROM metric WHERE run = ?1 AND metric.key = metric_key.id) ORDER BY key");
    names.bind(run);
    while (names.step()) keys.emplace_back(names.integer(0), names.text(1));
    for (const auto& [id, key] : keys) {
        auto rows =
            connection.query("SELECT step, value, elapsed FROM metric WHERE run = ?1 AND key = ?2 ORDER BY step");
        rows.bind(run, id);
        lines.part("metric/" + valid_utf8(key));
        while (rows.step()) {
            lines.begin("metric");
            lines.add(key);
            lines.add(rows.strict_integer(0));
            lines.add(rows.strict_real(1));
            lines.add(rows.strict_real(2));
            lines.end();
        }
    }
}

RunSeal seal_of(Connection& connection, std::string_view run, const std::optional<Ending>& ending, bool with_origin) {
    Lines lines;
    add_run(lines, connection, run, ending, with_origin);
    lines.part("provenance");
    add_rows(lines, connection.query("SELECT key, value FROM provenance WHERE run = ?1 ORDER BY key"), run,
             "provenance", 2, 0);
    lines.part("inputs");
    add_rows(lines, connection.query("SELECT path, sha256, bytes FROM input WHERE run = ?1 ORDER BY path"), run,
             "input", 2, 1);
    lines.part("live");
    add_rows(lines,
             connection.query("SELECT CAST(step AS TEXT), field, value FROM live WHERE run = ?1 ORDER BY step, field"),
             run, "live", 3, 0);
    add_rows(lines,
             connection.query("SELECT name, kind, file, sha256, bytes FROM artifact WHERE run = ?1 ORDER BY name"), run,
             "artifact", 4, 1, true);
    add_metrics(lines, connection, run);
    return lines.seal();
}

} // namespace

bool is_sealed_with_origin(const nlohmann::json& end) {
    return end.is_object() && end.contains("parts") && end["parts"].is_object() && end["parts"].contains("origin");
}

bool is_sealed_with_origin(Connection& connection, std::string_view run) {
    auto row = connection.query("SELECT data FROM event WHERE run = ?1 AND kind = 'run.end' ORDER BY number DESC");
    return !row.bind(run).step() || is_sealed_with_origin(nlohmann::json::parse(row.text(0), nullptr, false));
}

RunSeal seal_of_run(Connection& connection, std::string_view run, bool with_origin) {
    return seal_of(connection, run, std::nullopt, with_origin);
}

RunSeal seal_of_run(Connection& connection, std::string_view run, const RunEnd& end, const std::string& ended) {
    return seal_of(connection, run, Ending{end, ended}, true);
}

} // namespace orrery::database
