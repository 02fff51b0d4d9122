// SPDX-License-Identifier: BSD-3-Clause
#include "core/exchange/import_metrics.h"

#include "core/canonical_json.h"
#include "core/experiment.h"
#include "core/files/metric_csv.h"
#include "core/files/tensorboard.h"
#include "core/labels.h"
#include "core/platform/process_info.h"
#include "core/plugins/plugin_manifest.h"
#include "core/sha256.h"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <cmath>
#include <set>

namespace orrery {

namespace fs = std::filesystem;

namespace {

constexpr std::string_view experiment_id = "imported";
constexpr std::size_t points_of_batch = 50'000, longest_key = 500;
constexpr double share_of_reading = 0.5; // of the progress; writing is the rest

// "12" is a whole number, "0.1" a number, "true" a truth value, all else a text.
nlohmann::json typed(const std::string& text) {
    if (text == "true" || text == "false") return text == "true";
    const char* const end = text.data() + text.size();
    std::int64_t whole = 0;
    if (const auto read = std::from_chars(text.data(), end, whole); read.ec == std::errc{} && read.ptr == end)
        return whole;
    double number = 0;
    if (const auto read = std::from_chars(text.data(), end, number);
        read.ec == std::errc{} && read.ptr == end && std::isfinite(number))
        return number;
    return text;
}

// To what a name may have, between two characters.
void shorten(std::string& name) {
    constexpr std::string_view dots = "...";
    if (name.size() <= longest_name) return;
    std::size_t end = longest_name - dots.size();
    while (end > 0 && (static_cast<unsigned char>(name[end]) & 0xC0U) == 0x80U) --end;
    name.resize(end);
    name += dots;
}

void expect_plain(std::string_view what, std::string_view text) {
    const bool plain = is_utf8(text) && std::none_of(text.begin(), text.end(), [](char c) {
                           return static_cast<unsigned char>(c) < 0x20 || c == 0x7f;
                       });
    if (plain && !text.empty() && text.size() <= longest_key) return;
    throw Error(fmt::format("'{}' can't be the name of a {}.", quotable(text), what),
                fmt::format("Accepted are 1 to {} bytes of plain text in UTF-8.", longest_key), ExitCode::usage);
}

nlohmann::json parameters_of(const std::vector<std::string>& assignments) {
    auto parameters = nlohmann::json::object();
    for (const auto& assignment : assignments) {
        const auto equals = assignment.find('=');
        if (equals == std::string::npos || equals == 0)
            throw Error(fmt::format("'{}' is no parameter.", quotable(assignment)),
                        "A parameter is given as name=value.", ExitCode::usage);
        const std::string name = assignment.substr(0, equals), value = assignment.substr(equals + 1);
        expect_plain("parameter", name);
        if (!is_utf8(value))
            throw Error(fmt::format("The value of '{}' is no text in UTF-8.", name), {}, ExitCode::usage);
        if (parameters.contains(name))
            throw Error(fmt::format("The parameter '{}' is given twice.", name), {}, ExitCode::usage);
        parameters[name] = typed(value);
    }
    return parameters;
}

std::string experiment_named(const std::string& name) {
    if (name.empty()) return std::string(experiment_id);
    if (!is_plugin_id(name))
        throw Error(fmt::format("'{}' can't be the name of an experiment.", quotable(name)),
                    "Accepted: letters, digits, _, - and ., at most 64.", ExitCode::usage);
    return is_imported(name) ? name : fmt::format("{}.{}", experiment_id, name);
}

Declaration declaration_of(const std::string& experiment, const LoggedRun& run, const nlohmann::json& parameters) {
    Declaration declaration;
    declaration.id = experiment;
    declaration.title = "Imported metrics";
    declaration.summary = "Metrics that another program wrote, imported from its log.";
    for (const auto& [name, value] : parameters.items()) {
        Field field;
        field.name = name;
        field.type = value.is_boolean()          ? FieldType::boolean
                     : value.is_number_integer() ? FieldType::integer
                     : value.is_number()         ? FieldType::number
                                                 : FieldType::text;
        field.default_value = value.is_boolean()          ? Value(value.get<bool>())
                              : value.is_number_integer() ? Value(value.get<std::int64_t>())
                              : value.is_number()         ? Value(value.get<double>())
                                                          : Value(value.get<std::string>());
        declaration.schema.fields.push_back(std::move(field));
    }
    for (const auto& metric : run.metrics) declaration.metrics.push_back({metric.key, {}, metric.unit});
    std::sort(declaration.metrics.begin(), declaration.metrics.end(),
              [](const auto& a, const auto& b) { return a.key < b.key; });
    return declaration;
}

class Import {
public:
    Import(Project& project, const fs::path& path, const ImportOptions& options)
        : project_(project), path_(path), options_(options), experiment_(experiment_named(options.experiment)),
          given_(parameters_of(options.parameters)) {
        checked_name(options.name);
        for (const auto& tag : options.tags) checked_tag(tag);
        if (!project.writable())
            throw Error(project.notice().empty() ? "The project is open for reading only." : project.notice(),
                        "Nothing was imported. Name a project that can be written with --project.");
    }

    std::vector<ImportedRun> run() {
        auto logged = read();
        for (const auto& run : logged) {
            for (const auto& metric : run.metrics) {
                expect_plain("metric", metric.key);
                all_points_ += metric.points.size();
            }
            for (const auto& file : run.files) hash(file);
        }
        find_earlier();
        std::vector<ImportedRun> result;
        std::vector<std::string> made;
        try {
            for (auto& run : logged) {
                result.push_back(write(run, logged.size() > 1, made));
                run.metrics.clear(); // its room is needed no longer
            }
        } catch (...) {
            take_back(made);
            throw;
        }
        return result;
    }

private:
    std::vector<LoggedRun> read() const {
        const ReadingProgress progress = [this](double fraction) {
            report(share_of_reading * fraction, "reading " + path_.filename().string());
        };
        std::error_code ignored;
        if (!fs::exists(path_, ignored))
            throw Error(fmt::format("There is no {}.", quotable(path_.string())),
                        "Name a .csv file, a TensorBoard event file, or a folder of them.", ExitCode::usage);
        if (fs::is_directory(path_, ignored)) return read_tensorboard_folder(path_, progress);
        if (is_event_file(path_)) return {read_tensorboard_file(path_, progress)};
        return read_metric_csv(path_, progress);
    }

    void report(double fraction, const std::string& what) const {
        if (options_.progress) options_.progress(fraction, what);
    }

    const InputRow& hash(const fs::path& file) {
        auto& row = inputs_[file];
        if (row.sha256.empty())
            row = {valid_utf8(fs::absolute(file).lexically_normal().string()), sha256_of_file(file),
                   static_cast<std::int64_t>(fs::file_size(file))};
        return row;
    }

    // What says that two logs are the same run: the content of its files, and its name there.
    std::string identity(const std::string& name, std::vector<std::string> hashes) const {
        std::sort(hashes.begin(), hashes.end());
        std::string text = name;
        for (const auto& one : hashes) text += "/" + one;
        return text;
    }

    void find_earlier() {
        for (const auto& row : project_.brief_runs()) {
            if (!is_imported(row.experiment) || row.status != Status::done) continue;
            std::vector<std::string> hashes;
            for (const auto& input : project_.inputs(row.id)) hashes.push_back(input.sha256);
            earlier_[identity(project_.provenance(row.id)["imported/run"], std::move(hashes))] = row.id;
        }
    }

    ImportedRun write(const LoggedRun& log, bool one_of_several, std::vector<std::string>& made) {
        ImportedRun result;
        result.notes = log.notes;
        result.metrics = log.metrics.size();
        for (const auto& metric : log.metrics) result.points += metric.points.size();
        std::vector<std::string> hashes;
        for (const auto& file : log.files) hashes.push_back(inputs_.at(file).sha256);
        const auto known = earlier_.find(identity(log.name, hashes));
        if (known != earlier_.end() && !options_.again) {
            result.id = known->second;
            result.name = project_.run(result.id).name;
            result.is_new = false;
            written_points_ += result.points;
            return result;
        }
        const auto request = request_of(log, one_of_several);
        result.name = request.name;
        auto created = project_.create_run(request);
        made.push_back(result.id = created.id);
        project_.begin(created.id, provenance_of(log));
        for (const auto& file : log.files) project_.add_input(created.id, inputs_.at(file));
        append(created.id, log);
        double seconds = 0;
        for (const auto& metric : log.metrics)
            for (const auto& point : metric.points) seconds = std::max(seconds, point.elapsed);
        project_.set_computed(created.id, seconds);
        project_.end(created.id, {Outcome::done, 0, "", ""});
        return result;
    }

    RunRequest request_of(const LoggedRun& log, bool one_of_several) const {
        RunRequest request;
        request.experiment = experiment_;
        request.plugin = experiment_id;
        request.name = options_.name.empty() ? log.name
                       : one_of_several      ? options_.name + "/" + log.name
                                             : options_.name;
        // What a log calls itself is no mistake of the user's: it is made to fit.
        if (options_.name.empty()) shorten(request.name);
        for (char& c : request.name)
            if (static_cast<unsigned char>(c) < 0x20 || c == 0x7f) c = ' ';
        request.tags = options_.tags;
        request.parameters = log.parameters;
        request.parameters.update(given_);
        request.declaration = declaration_of(experiment_, log, request.parameters).to_json();
        request.device = "elsewhere";
        request.threads = 0;
        request.command = options_.command;
        return request;
    }

    Provenance provenance_of(const LoggedRun& log) const {
        Provenance provenance;
        auto& values = provenance.values;
        values["imported/from"] = valid_utf8(fs::absolute(path_).lexically_normal().string());
        values["imported/run"] = log.name;
        values["imported/time"] = platform::utc_now();
        values["imported/by"] = fmt::format("orrery {} ({})", code_version().version, code_version().commit);
        for (const auto& file : log.files) {
            const auto& input = inputs_.at(file);
            values["imported/sha256 of " + valid_utf8(file.filename().string())] = input.sha256;
        }
        return provenance;
    }

    void append(const std::string& id, const LoggedRun& log) {
        std::vector<MetricBatch::Point> batch;
        for (const auto& metric : log.metrics) {
            const std::vector<std::string> keys{metric.key};
            for (std::size_t at = 0; at < metric.points.size(); at += points_of_batch) {
                const std::size_t end = std::min(at + points_of_batch, metric.points.size());
                batch.clear();
                for (std::size_t i = at; i < end; ++i) batch.push_back({0, metric.points[i]});
                const double fraction = static_cast<double>(written_points_ + (end - at)) /
                                        static_cast<double>(std::max<std::size_t>(all_points_, 1));
                project_.append(id, {keys, batch, true, 1, "imported"});
                written_points_ += end - at;
                report(share_of_reading + (1 - share_of_reading) * fraction, "writing");
            }
        }
    }

    // All or nothing: what was made before something went wrong is failed, and hidden.
    void take_back(const std::vector<std::string>& made) {
        for (const auto& id : made) {
            try {
                project_.end(id, {Outcome::failed, 1, "the import of its log did not end", "import it again"});
                project_.set_removed(id, true);
            } catch (const Error&) { // the disk is full, say; what was thrown before tells it
            }
        }
    }

    Project& project_;
    fs::path path_;
    const ImportOptions& options_;
    std::string experiment_;
    nlohmann::json given_;
    std::map<fs::path, InputRow> inputs_;
    std::map<std::string, std::string> earlier_; // ids of runs by identity
    std::size_t all_points_ = 0, written_points_ = 0;
};

} // namespace

bool is_imported(std::string_view experiment) {
    return experiment == experiment_id ||
           (experiment.starts_with(experiment_id) && experiment.substr(experiment_id.size()).starts_with('.'));
}

std::vector<ImportedRun> import_metrics(Project& project, const fs::path& path, const ImportOptions& options) {
    return Import(project, path, options).run();
}

} // namespace orrery
