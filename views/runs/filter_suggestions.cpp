// SPDX-License-Identifier: GPL-3.0-or-later
#include "views/runs/run_filter.h"

#include <algorithm>
#include <set>

namespace orrery::gui {
namespace {

constexpr std::size_t most_values = 50;

// Values with blanks in them are quoted.
std::string quoted(const std::string& text) {
    const bool plain = !text.empty() && text.find_first_of(" \t\",") == std::string::npos;
    return plain ? text : "\"" + text + "\"";
}

std::set<std::string> words_of(std::string_view field, const RunStore& store) {
    std::set<std::string> words;
    if (field == "status")
        for (const auto status : {Status::queued, Status::running, Status::stopping, Status::done, Status::failed,
                                  Status::stopped, Status::lost})
            words.insert(name_of(status));
    for (const auto& row : store.runs()) {
        if (field == "tag") words.insert(row.tags.begin(), row.tags.end());
        if (field == "experiment") words.insert(row.experiment);
        if (field == "device") words.insert(row.device);
        if (field == "sweep" && !row.sweep.empty()) words.insert(row.sweep);
        if (words.size() > most_values) break;
    }
    return words;
}

void add_values(std::vector<std::string>& list, const std::string& begin, const Cells& cells) {
    std::set<std::string> values;
    for (const auto& cell : cells) {
        if (cell.kind == Cell::Kind::text) values.insert(*cell.text);
        if (cell.kind == Cell::Kind::boolean) values.insert(cell.number != 0 ? "true" : "false");
        if (values.size() > most_values) break;
    }
    for (const auto& value : values) list.push_back(begin + quoted(value));
}

} // namespace

std::pair<std::size_t, std::size_t> filter_term_at(std::string_view text, std::size_t cursor) {
    std::size_t begin = 0;
    bool inside = false;
    const auto stop = std::min(cursor, text.size());
    for (std::size_t i = 0; i < stop; ++i) {
        if (text[i] == '"') inside = !inside;
        if (!inside && (text[i] == ' ' || text[i] == '\t')) begin = i + 1;
    }
    return {begin, stop - begin};
}

std::vector<std::string> filter_suggestions(std::string_view term, const RunStore& store) {
    std::vector<std::string> list;
    const std::string minus = term.starts_with('-') ? "-" : "";
    term.remove_prefix(minus.size());
    if (const auto colon = term.find(':'); colon != std::string_view::npos) {
        const auto field = term.substr(0, colon);
        const auto comma = term.rfind(',');
        const auto kept = comma == std::string_view::npos ? colon + 1 : comma + 1;
        for (const auto& word : words_of(field, store))
            list.push_back(minus + std::string(term.substr(0, kept)) + quoted(word));
        return list;
    }
    if (const auto equals = term.find_first_of("=<>"); equals != std::string_view::npos) {
        auto name = std::string(term.substr(0, equals));
        const bool negative = name.ends_with('!');
        if (negative) name.pop_back();
        if (term[equals] == '=')
            if (const auto* cells = store.parameter(name))
                add_values(list, minus + name + (negative ? "!=" : "="), *cells);
        return list;
    }
    for (const auto* field : {"status:", "tag:", "experiment:", "device:", "run:", "name:", "note:", "sweep:"})
        list.push_back(minus + field);
    for (const auto& [name, cells] : store.parameters()) list.push_back(minus + name);
    for (const auto& [key, cells] : store.metrics()) list.push_back(minus + key);
    for (const auto* field : {"time", "disk", "created", "seed", "progress"}) list.push_back(minus + field);
    return list;
}

} // namespace orrery::gui
