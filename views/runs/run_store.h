// SPDX-License-Identifier: GPL-3.0-or-later
// The runs of a snapshot as columns of plain cells: what the table shows, sorts, filters and compares, without a look
// into JSON for each.
#pragma once
#include "core/records.h"

#include <cstdint>
#include <deque>
#include <map>
#include <memory>
#include <string>
#include <string_view>
#include <unordered_map>
#include <unordered_set>
#include <vector>

namespace orrery::gui {

using RunSnapshot = std::shared_ptr<const std::vector<RunRow>>; // in order of creation; replaced as a whole

// A number (also a truth value, as 0 and 1), a text, or nothing. Texts are interned: equal ones are the same address.
struct Cell {
    enum class Kind : std::uint8_t { none, number, boolean, text };
    Kind kind = Kind::none;
    double number = 0;
    const std::string* text = nullptr;

    // NaN is equal to NaN.
    bool operator==(const Cell& other) const;
};

enum class ColumnKind {
    star,
    run,
    name,
    experiment,
    status,
    parameter,
    metric,
    seconds,
    bytes,
    created,
    device,
    seed,
    sweep,
    tags,
    note
};

struct Column {
    ColumnKind kind = ColumnKind::run;
    std::string name; // of a parameter or metric
    bool operator==(const Column&) const = default;
    // "run", "parameter:kappa", "metric:error/l2": names it in saved states.
    std::string key() const;
    static std::optional<Column> from_key(std::string_view key);
};

using Cells = std::vector<Cell>; // one for each run of the snapshot

class RunStore {
public:
    RunStore();
    // Takes over what is known of runs that stayed; parameters of a run never change.
    void set(RunSnapshot runs);

    const std::vector<RunRow>& runs() const { return *runs_; }
    const std::map<std::string, Cells, std::less<>>& parameters() const { return parameters_; }
    const std::map<std::string, Cells, std::less<>>& metrics() const { return metrics_; }
    // Null if no run has it.
    const Cells* parameter(std::string_view name) const;
    const Cells* metric(std::string_view key) const;
    // Of any column but those whose text is a list (tags) or a word (status).
    Cell cell(const Column& column, std::size_t run) const;
    const std::string* experiment(std::size_t run) const { return experiments_[run]; }
    // Index in the snapshot.
    std::optional<std::size_t> find(std::string_view id) const;
    // Lower-case id, name, note, experiment and parameters, which free words are searched in.
    const std::string& search_text(std::size_t run) const;
    // Bytes of the run's artifacts.
    std::int64_t bytes(std::size_t run) const { return bytes_[run]; }

private:
    const std::string* intern(std::string_view text);
    Cell cell_of(const nlohmann::json& value);
    void forget();
    void add_parameters(std::size_t run);
    void set_metrics(std::size_t run);

    RunSnapshot runs_;
    std::unordered_set<std::string> texts_;
    std::map<std::string, Cells, std::less<>> parameters_, metrics_;
    std::vector<const std::string*> experiments_;
    std::vector<std::int64_t> bytes_;
    std::unordered_map<std::string_view, std::size_t> by_id_; // views into the snapshot
    mutable std::vector<std::string> search_;                 // empty: not yet made
};

bool has_tag(const RunRow& run, std::string_view tag);
inline constexpr std::string_view star_tag = "star";

} // namespace orrery::gui
