// SPDX-License-Identifier: GPL-3.0-or-later
#include "views/runs/run_store.h"

#include "core/schema.h"

#include <QString>

#include <algorithm>
#include <array>
#include <cmath>
#include <utility>

namespace orrery::gui {
namespace {

constexpr std::array<std::pair<ColumnKind, std::string_view>, 15> kinds{{{ColumnKind::star, "star"},
                                                                         {ColumnKind::run, "run"},
                                                                         {ColumnKind::name, "name"},
                                                                         {ColumnKind::experiment, "experiment"},
                                                                         {ColumnKind::status, "status"},
                                                                         {ColumnKind::parameter, "parameter"},
                                                                         {ColumnKind::metric, "metric"},
                                                                         {ColumnKind::seconds, "seconds"},
                                                                         {ColumnKind::bytes, "bytes"},
                                                                         {ColumnKind::created, "created"},
                                                                         {ColumnKind::device, "device"},
                                                                         {ColumnKind::seed, "seed"},
                                                                         {ColumnKind::sweep, "sweep"},
                                                                         {ColumnKind::tags, "tags"},
                                                                         {ColumnKind::note, "note"}}};

Cell number_cell(double value) { return {Cell::Kind::number, value, nullptr}; }

void make_lower(std::string& text) {
    const bool ascii =
        std::none_of(text.begin(), text.end(), [](char c) { return static_cast<unsigned char>(c) > 0x7f; });
    if (!ascii) text = QString::fromStdString(text).toLower().toStdString();
    for (auto& c : text)
        if (c >= 'A' && c <= 'Z') c = static_cast<char>(c - 'A' + 'a');
}

bool is_final(Status status) { return status == Status::done || status == Status::failed || status == Status::stopped; }

} // namespace

bool Cell::operator==(const Cell& other) const {
    if (kind != other.kind) return false;
    if (kind == Kind::text) return text == other.text;
    if (kind == Kind::none) return true;
    return number == other.number || (std::isnan(number) && std::isnan(other.number));
}

std::string Column::key() const {
    const auto* found = std::find_if(kinds.begin(), kinds.end(), [&](const auto& k) { return k.first == kind; });
    std::string text(found->second);
    if (kind == ColumnKind::parameter || kind == ColumnKind::metric) text += ":" + name;
    return text;
}

std::optional<Column> Column::from_key(std::string_view key) {
    const auto colon = key.find(':');
    for (const auto& [kind, word] : kinds) {
        const bool named = kind == ColumnKind::parameter || kind == ColumnKind::metric;
        if (named && colon != std::string_view::npos && key.substr(0, colon) == word)
            return Column{kind, std::string(key.substr(colon + 1))};
        if (!named && key == word) return Column{kind, {}};
    }
    return std::nullopt;
}

bool has_tag(const RunRow& run, std::string_view tag) {
    return std::find(run.tags.begin(), run.tags.end(), tag) != run.tags.end();
}

RunStore::RunStore() : runs_(std::make_shared<const std::vector<RunRow>>()) {}

const std::string* RunStore::intern(std::string_view text) { return &*texts_.emplace(text).first; }

Cell RunStore::cell_of(const nlohmann::json& value) {
    if (value.is_boolean()) return {Cell::Kind::boolean, value.get<bool>() ? 1.0 : 0.0, nullptr};
    if (value.is_number()) return number_cell(value.get<double>());
    if (value.is_null()) return number_cell(std::nan(""));
    if (value.is_string()) return {Cell::Kind::text, 0, intern(value.get_ref<const std::string&>())};
    return {Cell::Kind::text, 0, intern(value.dump(-1, ' ', false, nlohmann::json::error_handler_t::replace))};
}

void RunStore::forget() {
    parameters_.clear();
    metrics_.clear();
    experiments_.clear();
    texts_.clear();
}

void RunStore::add_parameters(std::size_t run) {
    const auto& row = (*runs_)[run];
    experiments_[run] = intern(row.experiment);
    if (!row.parameters.is_object()) return;
    for (const auto& [name, value] : row.parameters.items()) {
        auto found = parameters_.find(name);
        if (found == parameters_.end()) found = parameters_.emplace(name, Cells(runs_->size())).first;
        found->second[run] = cell_of(value);
    }
}

void RunStore::set_metrics(std::size_t run) {
    for (auto& [key, cells] : metrics_) cells[run] = {};
    for (const auto& [key, value] : (*runs_)[run].metrics) {
        auto found = metrics_.find(key);
        if (found == metrics_.end()) found = metrics_.emplace(key, Cells(runs_->size())).first;
        found->second[run] = number_cell(value);
    }
}

void RunStore::set(RunSnapshot runs) {
    const RunSnapshot before =
        std::exchange(runs_, runs ? std::move(runs) : std::make_shared<const std::vector<RunRow>>());
    const std::size_t count = runs_->size();
    std::size_t same = 0; // runs at the beginning that were there
    while (same < count && same < before->size() && (*runs_)[same].id == (*before)[same].id) ++same;
    if (same < before->size()) same = 0, forget();
    for (auto* columns : {&parameters_, &metrics_})
        for (auto& [name, cells] : *columns) cells.resize(count);
    experiments_.resize(count);
    bytes_.assign(count, 0);
    by_id_.clear();
    by_id_.reserve(count);
    search_.resize(count);
    for (std::size_t i = 0; i < count; ++i) {
        const auto& row = (*runs_)[i];
        by_id_.emplace(row.id, i);
        for (const auto& artifact : row.artifacts) bytes_[i] += artifact.bytes;
        const bool is_known = i < same;
        if (!is_known) add_parameters(i);
        if (!is_known || row.name != (*before)[i].name || row.note != (*before)[i].note) search_[i].clear();
        const bool settled =
            is_known && is_final(row.status) && (*before)[i].status == row.status && (*before)[i].ended == row.ended;
        if (!settled) set_metrics(i);
    }
}

const Cells* RunStore::parameter(std::string_view name) const {
    const auto found = parameters_.find(name);
    return found == parameters_.end() ? nullptr : &found->second;
}

const Cells* RunStore::metric(std::string_view key) const {
    const auto found = metrics_.find(key);
    return found == metrics_.end() ? nullptr : &found->second;
}

std::optional<std::size_t> RunStore::find(std::string_view id) const {
    const auto found = by_id_.find(id);
    if (found == by_id_.end()) return std::nullopt;
    return found->second;
}

Cell RunStore::cell(const Column& column, std::size_t run) const {
    const auto& row = (*runs_)[run];
    const auto text = [](const std::string& words) {
        return words.empty() ? Cell{} : Cell{Cell::Kind::text, 0, &words};
    };
    const auto in = [run](const Cells* cells) { return cells ? (*cells)[run] : Cell{}; };
    switch (column.kind) {
    case ColumnKind::star:
        return {Cell::Kind::boolean, has_tag(row, star_tag) ? 1.0 : 0.0, nullptr};
    case ColumnKind::run:
        return text(row.id);
    case ColumnKind::name:
        return text(row.name);
    case ColumnKind::experiment:
        return text(row.experiment);
    case ColumnKind::status:
        return number_cell(static_cast<double>(row.status));
    case ColumnKind::parameter:
        return in(parameter(column.name));
    case ColumnKind::metric:
        return in(metric(column.name));
    case ColumnKind::seconds:
        return row.began.empty() ? Cell{} : number_cell(row.seconds);
    case ColumnKind::bytes:
        return row.artifacts.empty() ? Cell{} : number_cell(static_cast<double>(bytes_[run]));
    case ColumnKind::created:
        return text(row.created);
    case ColumnKind::device:
        return text(row.device);
    case ColumnKind::seed:
        return number_cell(static_cast<double>(row.seed));
    case ColumnKind::sweep:
        return text(row.sweep);
    case ColumnKind::tags:
        return row.tags.empty() ? Cell{} : text(row.tags.front());
    case ColumnKind::note:
        return text(row.note);
    }
    return {};
}

const std::string& RunStore::search_text(std::size_t run) const {
    auto& text = search_[run];
    if (!text.empty()) return text;
    const auto& row = (*runs_)[run];
    text = row.id + "\n" + row.name + "\n" + row.note + "\n" + row.experiment;
    for (const auto& [name, cells] : parameters_) {
        const Cell& cell = cells[run];
        if (cell.kind == Cell::Kind::none) continue;
        text += "\n" + name + "=";
        if (cell.kind == Cell::Kind::text)
            text += *cell.text;
        else if (cell.kind == Cell::Kind::boolean)
            text += cell.number != 0 ? "true" : "false";
        else
            text += text_of(Value(cell.number));
    }
    make_lower(text);
    return text;
}

} // namespace orrery::gui
