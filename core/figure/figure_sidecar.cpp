// SPDX-License-Identifier: BSD-3-Clause
#include "core/figure/figure_sidecar.h"

#include "core/error.h"
#include "core/sha256.h"

#include <fmt/format.h>

#include <fstream>

namespace orrery {

namespace fs = std::filesystem;

namespace {

constexpr const char* mark = "figure"; // of the entry "orrery"

// SHA-256 that the sidecar has for a file of that name; empty: none.
std::string hash_in(const nlohmann::json& sidecar, const std::string& name) {
    const auto text = [](const nlohmann::json& object, const char* entry) {
        const auto found = object.find(entry);
        return found != object.end() && found->is_string() ? found->get<std::string>() : std::string();
    };
    if (text(sidecar, "file") == name) return text(sidecar, "sha256");
    if (const auto data = sidecar.find("data");
        data != sidecar.end() && data->is_object() && text(*data, "file") == name)
        return text(*data, "sha256");
    if (const auto others = sidecar.find("others"); others != sidecar.end() && others->is_object())
        if (const auto found = others->find(name); found != others->end() && found->is_object())
            return text(*found, "sha256");
    return {};
}

nlohmann::json read_sidecar(const fs::path& path) {
    std::ifstream file(path, std::ios::binary);
    auto json = nlohmann::json::parse(file, nullptr, false);
    const bool ours = json.is_object() && json.contains("orrery") && json["orrery"] == mark;
    if (!ours)
        throw Error(fmt::format("{} is there, and Orrery did not write it: what tells about the figure belongs there.",
                                path.string()),
                    "Choose another name for the figure, or move that file.", ExitCode::usage);
    return json;
}

} // namespace

FigureSidecar::FigureSidecar(const fs::path& image) : image_(image), path_(image), table_(image) {
    path_.replace_extension(".json");
    table_.replace_extension(".csv");
    std::error_code ignored;
    for (const auto& path : {image_, path_, table_})
        if (const auto status = fs::status(path, ignored); fs::exists(status) && !fs::is_regular_file(status))
            throw Error(fmt::format("{} is {}, not a file to write to.", path.string(),
                                    fs::is_directory(status) ? "a folder" : "a device"),
                        "Choose another name for the figure.", ExitCode::usage);
    if (fs::exists(path_, ignored)) old_ = read_sidecar(path_);
    expect_ours(image_);
    expect_ours(table_);
}

void FigureSidecar::expect_ours(const fs::path& file) const {
    std::error_code ignored;
    if (!fs::exists(file, ignored)) return;
    const std::string hash = old_.is_null() ? "" : hash_in(old_, file.filename().string());
    if (hash.empty())
        throw Error(fmt::format("{} is there, and Orrery did not write it{}.", file.string(),
                                old_.is_null()
                                    ? fmt::format(": no {} tells where it came from", path_.filename().string())
                                    : ""),
                    "Choose another name for the figure, or move that file.", ExitCode::usage);
    if (sha256_of_file(file) != hash)
        throw Error(fmt::format("{} was changed since Orrery wrote it.", file.string()),
                    "Choose another name for the figure, or move that file.", ExitCode::usage);
}

nlohmann::json FigureSidecar::with(nlohmann::json record) const {
    record["orrery"] = mark;
    if (old_.is_null()) return record;
    auto others = old_.contains("others") && old_["others"].is_object() ? old_["others"] : nlohmann::json::object();
    if (old_.contains("file") && old_["file"].is_string()) {
        auto last = old_;
        last.erase("others");
        last.erase("orrery");
        others[old_["file"].get<std::string>()] = std::move(last);
    }
    others.erase(image_.filename().string());
    std::error_code ignored;
    for (auto it = others.begin(); it != others.end();)
        it = fs::exists(image_.parent_path() / it.key(), ignored) ? std::next(it) : others.erase(it);
    if (!others.empty()) record["others"] = std::move(others);
    return record;
}

} // namespace orrery
