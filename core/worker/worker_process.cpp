// SPDX-License-Identifier: BSD-3-Clause
#include "core/worker/worker_process.h"

#include "core/files/npy.h"
#include "core/platform/disk.h"
#include "core/platform/piped_child.h"
#include "core/platform/process_info.h"
#include "core/plugins/plugin_catalogue.h"
#include "core/worker/worker_run.h"

#include <fmt/format.h>

#include <chrono>
#include <cstdlib>
#include <deque>
#include <iostream>
#include <map>

namespace fs = std::filesystem;

namespace orrery {
namespace {

using Clock = std::chrono::steady_clock;

constexpr auto time_to_stop = std::chrono::seconds(2);
constexpr std::size_t kept_folders = 4;

struct Order {
    std::uint64_t id = 0, seed = 0;
    std::string experiment;
    nlohmann::json parameters, inputs;
};

// Throws nlohmann's exception, or Error, for what is no request.
Order order_of(const nlohmann::json& line) {
    Order order;
    order.id = line.at("id").get<std::uint64_t>();
    order.seed = line.value("seed", std::uint64_t{0});
    order.experiment = line.at("experiment").get<std::string>();
    order.parameters = line.value("params", nlohmann::json::object());
    order.inputs = line.value("inputs", nlohmann::json::object());
    return order;
}

class SentMeanwhile {
public:
    SentMeanwhile(RunSender& sender, WorkerRun& run) : sender_(sender) { sender_.begin(run); }
    ~SentMeanwhile() { sender_.end(); }
    SentMeanwhile(const SentMeanwhile&) = delete;
    SentMeanwhile& operator=(const SentMeanwhile&) = delete;

private:
    RunSender& sender_;
};

class Server {
public:
    explicit Server(const WorkerSettings& settings)
        : settings_(settings), lines_(platform::take_standard_output()), plugins_(plugin_path(settings.project)),
          folder_(settings.folder.empty() ? platform::make_temporary_folder("orrery-worker-") : settings.folder) {
        try {
            host_.emplace(fmt::format("worker-{}", platform::process_id()));
            frames_.emplace(*host_, Copying::every);
        } catch (const Error& error) {
            platform::write_log_line(fmt::format("The worker shows no frames: {}.", error.what()));
        }
        lines_.write({{"event", "ready"}, {"shown", host_ ? host_->id() : ""}});
        thread_ = std::thread([this] { work(); });
    }
    ~Server() {
        {
            std::unique_lock lock(mutex_);
            closing_ = true;
            stop_.request_stop();
            wake_.notify_all();
            if (!wake_.wait_for(lock, time_to_stop, [&] { return idle_; })) {
                lock.unlock();
                frames_.reset();
                host_.reset();
                remove_folder();
                std::_Exit(0); // it doesn't react: nobody waits for it any more
            }
        }
        thread_.join();
        remove_folder();
    }
    Server(const Server&) = delete;
    Server& operator=(const Server&) = delete;

    void take(const std::string& text) {
        const auto line = nlohmann::json::parse(text, nullptr, false);
        try {
            if (!line.is_object()) throw Error("the line is no JSON object");
            if (line.contains("cancel")) {
                cancel(line.at("cancel"));
                return;
            }
            begin(order_of(line));
        } catch (const std::exception& error) {
            nlohmann::json answer{{"event", "error"},
                                  {"error", fmt::format("a request to the worker can't be used: {}", error.what())},
                                  {"hint", ""},
                                  {"problems", nlohmann::json::array()}};
            answer["id"] = line.is_object() && line.contains("id") ? line["id"] : nlohmann::json();
            lines_.write(answer);
        }
    }

private:
    void begin(Order order) {
        const std::lock_guard lock(mutex_);
        if (next_) lines_.write({{"id", next_->id}, {"event", "cancelled"}});
        next_ = std::move(order);
        stop_.request_stop(); // the latest wins
        wake_.notify_all();
    }

    void cancel(const nlohmann::json& which) {
        const std::lock_guard lock(mutex_);
        const auto meant = [&](std::uint64_t id) { return which == true || which == id; };
        if (next_ && meant(next_->id)) {
            lines_.write({{"id", next_->id}, {"event", "cancelled"}});
            next_.reset();
        }
        if (at_work_ && meant(*at_work_)) stop_.request_stop();
    }

    void work() {
        std::unique_lock lock(mutex_);
        while (true) {
            idle_ = true;
            wake_.notify_all();
            wake_.wait(lock, [&] { return closing_ || next_; });
            if (closing_) return;
            idle_ = false;
            const Order order = *std::exchange(next_, std::nullopt);
            stop_ = std::stop_source();
            at_work_ = order.id;
            const auto stop = stop_.get_token();
            lock.unlock();
            const auto answer = answer_to(order, stop);
            lock.lock();
            at_work_.reset();
            lines_.write(answer);
        }
    }

    nlohmann::json answer_to(const Order& order, const std::stop_token& stop) {
        lines_.write({{"id", order.id}, {"event", "begin"}});
        const auto failed = [&](const std::string& what, const std::string& hint, const Problems& problems = {}) {
            auto list = nlohmann::json::array();
            for (const auto& p : problems) list.push_back({{"field", p.field}, {"problem", p.line()}});
            return nlohmann::json{
                {"id", order.id}, {"event", "error"}, {"error", what}, {"hint", hint}, {"problems", list}};
        };
        const auto start = Clock::now();
        try {
            const auto experiment = experiment_named(order.experiment);
            WorkerRun run(order.id, order.seed, settings_.device, request_folder(order.id),
                          frames_ ? &*frames_ : nullptr, lines_, stop);
            const SentMeanwhile sent(sender_, run);
            Problems problems;
            auto values = experiment->declaration.schema.parse(order.parameters, problems);
            if (problems.empty()) take_inputs(order, experiment->declaration.schema, run, values, problems);
            if (problems.empty()) experiment->check(values, problems);
            if (!problems.empty())
                return failed(fmt::format("the parameters of {} are not accepted", order.experiment),
                              fmt::format("orrery describe {} lists them", order.experiment), problems);
            try {
                experiment->run(values, run);
            } catch (...) {
                run.flush();
                throw;
            }
            run.flush();
            // Who cancelled doesn't care whether it was faster.
            if (stop.stop_requested()) return {{"id", order.id}, {"event", "cancelled"}};
        } catch (const Stopped&) {
            return {{"id", order.id}, {"event", "cancelled"}};
        } catch (const Error& error) {
            return failed(error.what(), error.hint());
        } catch (const std::bad_alloc&) {
            return failed("there was not enough memory", "make the request smaller");
        } catch (const std::exception& error) {
            return failed(error.what(), "");
        }
        return {{"id", order.id},
                {"event", "done"},
                {"seconds", std::chrono::duration<double>(Clock::now() - start).count()}};
    }

    std::shared_ptr<Experiment> experiment_named(const std::string& id) {
        const auto library = plugins_.find(id).plugin->library;
        auto opened = opened_.find(library);
        if (opened == opened_.end()) opened = opened_.emplace(library, open_plugin(library)).first;
        for (const auto& experiment : opened->second.experiments)
            if (experiment->declaration.id == id) return experiment;
        throw Error(
            fmt::format("the plugin {} has no experiment '{}', though its plugin.json says so", library.string(), id),
            "build it again");
    }

    // An array that was shown under the request's tag becomes a file that the experiment reads as any other.
    static void take_inputs(const Order& order, const Schema& schema, const Run& run, Values& values,
                            Problems& problems) {
        for (const auto& [name, place] : order.inputs.items()) {
            const Field* field = schema.find(name);
            if (!field || field->type != FieldType::path) {
                problems.add(name, fmt::format("{} can't take an array: it is no parameter of type path", name));
                continue;
            }
            FrameReader reader(place.at("run").get<std::string>(), place.at("channel").get<std::string>());
            const auto frame = reader.newest();
            if (!frame || frame->tag != order.id)
                throw Error(fmt::format("the array for '{}' is not there any more", name), "send the request again");
            const auto file = run.scratch() / (name + ".npy");
            write_npy(file, frame->array);
            values[name] = file.string();
        }
    }

    fs::path request_folder(std::uint64_t id) {
        std::error_code ignored;
        folders_.push_back(folder_ / std::to_string(id));
        if (folders_.size() > kept_folders) {
            fs::remove_all(folders_.front(), ignored);
            folders_.pop_front();
        }
        return folders_.back();
    }

    void remove_folder() const {
        std::error_code ignored;
        if (settings_.folder.empty()) fs::remove_all(folder_, ignored);
    }

    const WorkerSettings settings_;
    LineWriter lines_;
    PluginCatalogue plugins_;
    const fs::path folder_;
    std::optional<LiveHost> host_;
    std::optional<FrameWriter> frames_;
    std::map<fs::path, OpenedPlugin> opened_;
    std::deque<fs::path> folders_;
    RunSender sender_;

    std::mutex mutex_;
    std::condition_variable wake_;
    std::optional<Order> next_;
    std::optional<std::uint64_t> at_work_;
    std::stop_source stop_;
    bool closing_ = false, idle_ = false;
    std::thread thread_;
};

} // namespace

ExitCode serve_worker(const WorkerSettings& settings) {
    Server server(settings);
    for (std::string line; std::getline(std::cin, line);)
        if (!line.empty()) server.take(line);
    return ExitCode::done;
}

} // namespace orrery
