// SPDX-License-Identifier: BSD-3-Clause
#include "core/files/tensorboard.h"

#include "core/canonical_json.h"
#include "core/files/protobuf.h"
#include "core/files/tfrecord.h"

#include <fmt/format.h>

#include <algorithm>
#include <bit>
#include <cmath>
#include <cstring>
#include <optional>
#include <unordered_map>

namespace orrery {

namespace fs = std::filesystem;

namespace {

constexpr std::uint64_t bytes_between_reports = std::uint64_t{1} << 20;

// Field numbers: tensorflow/core/util/event.proto, framework/summary.proto, framework/tensor.proto and
// tensorboard/plugins/hparams/plugin_data.proto.
namespace event {
constexpr std::uint32_t wall_time = 1, step = 2, summary = 5;
}
namespace value {
constexpr std::uint32_t tag = 1, simple_value = 2, image = 4, histogram = 5, audio = 6, tensor = 8, metadata = 9;
}
namespace tensor {
constexpr std::uint32_t type = 1, content = 4, float_values = 5, double_values = 6;
constexpr std::uint64_t float32 = 1, float64 = 2;
} // namespace tensor
namespace hparams {
constexpr std::uint32_t session_start = 3, parameters = 1;
}

template <class T>
std::optional<double> first_of(std::string_view bytes) {
    if (bytes.size() < sizeof(T)) return std::nullopt;
    T number{};
    std::memcpy(&number, bytes.data(), sizeof number); // TensorFlow writes little-endian numbers, as this machine does
    return static_cast<double>(number);
}

// The number of a tensor of one element; nothing if it is of another type.
std::optional<double> number_of_tensor(std::string_view message) {
    std::uint64_t type = 0;
    std::string_view content;
    std::optional<double> listed;
    ProtobufReader reader(message);
    while (reader.next()) {
        if (reader.is(tensor::type, WireType::varint)) type = reader.integer();
        if (reader.is(tensor::content, WireType::bytes)) content = reader.bytes();
        if (reader.is(tensor::float_values, WireType::fixed32)) listed = reader.float32();
        if (reader.is(tensor::float_values, WireType::bytes)) listed = first_of<float>(reader.bytes());
        if (reader.is(tensor::double_values, WireType::fixed64)) listed = reader.float64();
        if (reader.is(tensor::double_values, WireType::bytes)) listed = first_of<double>(reader.bytes());
    }
    if (type == tensor::float32) return content.empty() ? listed : first_of<float>(content);
    if (type == tensor::float64) return content.empty() ? listed : first_of<double>(content);
    return std::nullopt;
}

// google.protobuf.Value: null, number, text or truth value.
nlohmann::json json_of_value(std::string_view message) {
    nlohmann::json json;
    ProtobufReader reader(message);
    while (reader.next()) {
        if (reader.is(2, WireType::fixed64)) {
            const double number = reader.float64();
            const bool whole = std::floor(number) == number && std::fabs(number) < 9007199254740992.0;
            if (whole)
                json = static_cast<std::int64_t>(number);
            else if (std::isfinite(number))
                json = number;
            else
                json = std::isnan(number) ? "nan" : number > 0 ? "inf" : "-inf";
        }
        if (reader.is(3, WireType::bytes)) json = valid_utf8(reader.bytes());
        if (reader.is(4, WireType::varint)) json = reader.integer() != 0;
    }
    return json;
}

// One run's event files, in the order of their names: the order in which they were begun.
class EventLog {
public:
    explicit EventLog(std::string name) { run_.name = std::move(name); }

    // `report` is told how many bytes were read.
    void add(const fs::path& file, const std::function<void(std::uint64_t)>& report) {
        run_.files.push_back(file);
        TfRecordReader records(file);
        std::string record;
        std::uint64_t reported = 0;
        while (records.next(record)) {
            try {
                add_event(record);
            } catch (const Error& error) {
                throw Error(
                    fmt::format("{} is broken from byte {} on: {}", quotable(file.string()), records.begin(),
                                error.what()),
                    "Nothing was imported. Its checksums are right: another program than TensorBoard's may have "
                    "written it.",
                    ExitCode::usage);
            }
            if (records.read() - reported >= bytes_between_reports) report(reported = records.read());
        }
        if (records.is_torn())
            run_.notes.push_back(
                fmt::format("The last record of {} (from byte {} on) is not complete: it was left out.",
                            quotable(file.filename().string()), records.begin()));
        report(records.size());
    }

    bool holds_metrics() const { return !run_.metrics.empty(); }

    LoggedRun finish() && {
        for (const auto& [what, count] : left_out_)
            run_.notes.push_back(
                fmt::format("{} {} left out: only scalars are metrics.", count,
                            count == 1 ? "value of kind '" + what + "' was" : "values of kind '" + what + "' were"));
        return std::move(run_);
    }

private:
    void add_event(std::string_view message) {
        double wall_time = 0;
        std::int64_t step = 0;
        std::vector<std::string_view> summaries;
        ProtobufReader reader(message);
        while (reader.next()) {
            if (reader.is(event::wall_time, WireType::fixed64)) wall_time = reader.float64();
            if (reader.is(event::step, WireType::varint)) step = static_cast<std::int64_t>(reader.integer());
            if (reader.is(event::summary, WireType::bytes)) summaries.push_back(reader.bytes());
        }
        if (!first_time_ && std::isfinite(wall_time)) first_time_ = wall_time;
        const double since = wall_time - first_time_.value_or(0);
        for (const auto summary : summaries) {
            ProtobufReader values(summary);
            while (values.next())
                if (values.is(1, WireType::bytes)) add_value(values.bytes(), step, std::isfinite(since) ? since : 0);
        }
    }

    void add_value(std::string_view message, std::int64_t step, double elapsed) {
        std::string tag;
        std::optional<double> number;
        std::string_view tensor_bytes, metadata;
        std::string other;
        ProtobufReader reader(message);
        while (reader.next()) {
            if (reader.is(value::tag, WireType::bytes)) tag = valid_utf8(reader.bytes());
            if (reader.is(value::simple_value, WireType::fixed32)) number = reader.float32();
            if (reader.is(value::tensor, WireType::bytes)) tensor_bytes = reader.bytes();
            if (reader.is(value::metadata, WireType::bytes)) metadata = reader.bytes();
            if (reader.is(value::image, WireType::bytes)) other = "image";
            if (reader.is(value::histogram, WireType::bytes)) other = "histogram";
            if (reader.is(value::audio, WireType::bytes)) other = "audio";
        }
        const std::string plugin = plugin_of(tag, metadata);
        if (plugin == "hparams") return;
        if (!number && plugin == "scalars") number = number_of_tensor(tensor_bytes);
        if (!number) {
            ++left_out_[!other.empty() ? other : !plugin.empty() ? plugin : "tensor"];
            return;
        }
        const auto [index, is_new] = index_.try_emplace(tag, run_.metrics.size());
        if (is_new) run_.metrics.push_back({tag, {}, {}});
        run_.metrics[index->second].points.push_back({step, *number, elapsed});
    }

    // Only the first value of a tag must say which plugin it is for.
    std::string plugin_of(const std::string& tag, std::string_view metadata) {
        ProtobufReader reader(metadata);
        while (reader.next())
            if (reader.is(1, WireType::bytes)) {
                std::string name;
                std::string_view content;
                ProtobufReader data(reader.bytes());
                while (data.next()) {
                    if (data.is(1, WireType::bytes)) name = valid_utf8(data.bytes());
                    if (data.is(2, WireType::bytes)) content = data.bytes();
                }
                if (name == "hparams") add_parameters(content);
                plugins_[tag] = name;
            }
        const auto found = plugins_.find(tag);
        return found == plugins_.end() ? std::string() : found->second;
    }

    void add_parameters(std::string_view content) {
        ProtobufReader data(content);
        while (data.next()) {
            if (!data.is(hparams::session_start, WireType::bytes)) continue;
            ProtobufReader session(data.bytes());
            while (session.next()) {
                if (!session.is(hparams::parameters, WireType::bytes)) continue;
                std::string name;
                nlohmann::json parameter;
                ProtobufReader entry(session.bytes()); // of a map: key 1, value 2
                while (entry.next()) {
                    if (entry.is(1, WireType::bytes)) name = valid_utf8(entry.bytes());
                    if (entry.is(2, WireType::bytes)) parameter = json_of_value(entry.bytes());
                }
                if (!name.empty() && !parameter.is_null()) run_.parameters[name] = std::move(parameter);
            }
        }
    }

    LoggedRun run_;
    std::optional<double> first_time_;
    std::unordered_map<std::string, std::size_t> index_; // of metrics, by tag
    std::unordered_map<std::string, std::string> plugins_;
    std::map<std::string, std::size_t> left_out_;
};

} // namespace

bool is_event_file(const fs::path& file) { return file.filename().string().find("tfevents") != std::string::npos; }

LoggedRun read_tensorboard_file(const fs::path& file, const ReadingProgress& progress) {
    std::error_code ignored;
    const auto bytes = static_cast<double>(std::max<std::uintmax_t>(fs::file_size(file, ignored), 1));
    const auto parent = fs::absolute(file).lexically_normal().parent_path().filename().string();
    EventLog log(parent.empty() ? file.filename().string() : parent);
    log.add(file, [&](std::uint64_t read) {
        if (progress) progress(std::min(1.0, static_cast<double>(read) / bytes));
    });
    const bool empty = !log.holds_metrics();
    LoggedRun run = std::move(log).finish();
    if (!empty) return run;
    std::string why = run.notes.empty() ? "" : " " + run.notes.front();
    throw Error(fmt::format("{} holds no scalars.{}", quotable(file.string()), why),
                "Metrics are imported; images, histograms and texts are not.", ExitCode::usage);
}

std::vector<LoggedRun> read_tensorboard_folder(const fs::path& folder, const ReadingProgress& progress) {
    std::map<std::string, std::vector<fs::path>> files; // by the path of their folder, relative
    std::uint64_t all = 0, done = 0;
    std::error_code error;
    fs::recursive_directory_iterator it(folder, fs::directory_options::skip_permission_denied, error), end;
    for (; !error && it != end; it.increment(error)) {
        std::error_code ignored;
        if (!is_event_file(it->path()) || !it->is_regular_file(ignored)) continue;
        const auto relative = it->path().parent_path().lexically_relative(folder).generic_string();
        files[relative].push_back(it->path());
        all += it->file_size(ignored);
    }
    if (error)
        throw Error(fmt::format("The folder {} can't be read: {}.", quotable(folder.string()), error.message()),
                    "Check that you may read it.", ExitCode::usage);
    if (files.empty())
        throw Error(fmt::format("There is no TensorBoard event file in {}.", quotable(folder.string())),
                    "Their names hold 'tfevents'. Of CSV files, name one.", ExitCode::usage);
    const auto own_name = fs::absolute(folder / ".").lexically_normal().parent_path().filename().string();
    std::vector<LoggedRun> runs;
    std::string without;
    for (auto& [relative, list] : files) {
        std::sort(list.begin(), list.end());
        EventLog log(relative == "." || relative.empty() ? own_name : relative);
        for (const auto& file : list) {
            std::uint64_t read_here = 0;
            log.add(file, [&](std::uint64_t read) {
                done += read - read_here;
                read_here = read;
                if (progress)
                    progress(std::min(1.0, static_cast<double>(done) / static_cast<double>(std::max(all, done))));
            });
        }
        const bool wanted = log.holds_metrics();
        auto run = std::move(log).finish();
        if (wanted)
            runs.push_back(std::move(run));
        else
            without += (without.empty() ? "" : ", ") + run.name;
    }
    if (runs.empty())
        throw Error(fmt::format("The event files in {} hold no scalars.", quotable(folder.string())),
                    "Metrics are imported; images, histograms and texts are not.", ExitCode::usage);
    if (!without.empty())
        runs.front().notes.push_back(fmt::format("Left out, since they hold no scalars: {}.", without));
    return runs;
}

} // namespace orrery
