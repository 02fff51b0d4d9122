// SPDX-License-Identifier: GPL-3.0-or-later
// The text that filters runs:  kappa<0.1 error/l2<1e-3 status:done tag:paper "free words"
//
// All terms must hold. A term is
//   NAME OP VALUE    a parameter, a metric or, of the run itself, time (or seconds), disk (or bytes), created, seed,
//                    progress; OP is < <= > >= = !=. Of equal names the parameter or metric is meant, and the run's
//                    own is reached by its other name. (disk knows kB, MB, GB; time knows s, min, h; created knows
//                    days, 2026-01-31, and minutes, "2026-01-31 10:07", of local time)
//   FIELD:A,B        status, tag, experiment, device, run, name, note, sweep, log: one of these. tag and status mean
//                    the whole word, run its beginning, the others a part of it
//   words            in id, name, note, experiment, parameters or log; "quotes" hold blanks together
//   -TERM            what the term doesn't hold for
// A run that has no such value is not found by a comparison. NaN is found by =nan and by nothing but != else.
#pragma once
#include "views/runs/run_store.h"

#include <functional>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <vector>

namespace orrery::gui {

// By word, in lower case: the runs whose log holds it, as far as is known.
using LogMatches = std::map<std::string, std::set<std::string, std::less<>>>;

class RunFilter {
public:
    // Wrong text: `problem` is one sentence that says what is wrong and what is accepted, and nothing is returned.
    static std::optional<RunFilter> parse(std::string_view text, const RunStore& store, std::string& problem);

    // Indices of the runs that it holds for, in order.
    std::vector<std::size_t> apply(const RunStore& store, const LogMatches& logs = {}) const;
    std::set<std::string> log_words() const; // that are to be looked for in the logs
    bool empty() const { return terms_.empty(); }

private:
    enum class Op { less, less_equal, greater, greater_equal, equal, not_equal };
    struct Term {
        bool negative = false;
        std::string field;    // of a comparison or a FIELD:; empty: free words
        bool is_own = false;  // of the run itself, no parameter or metric
        std::optional<Op> op; // of a comparison
        double number = 0;    // that it compares with, if the value is one
        double width = 1;     // of a time: how long it is, in seconds
        bool is_number = false;
        std::vector<std::string> values; // of FIELD:, lower case; the text that = compares with; the words
    };
    class Parser;
    static bool holds(const Term& term, const RunStore& store, const LogMatches& logs, std::size_t run);
    static bool compares(const Term& term, const Cell& cell);
    static Cell compared(const Term& term, const RunStore& store, std::size_t run);
    std::vector<Term> terms_;
};

// What could stand where the cursor is: whole terms, "kappa", "status:done"; for the text of the term typed so far.
std::vector<std::string> filter_suggestions(std::string_view term, const RunStore& store);

// The part of `text` that the cursor is in: where it begins, and how long it is.
std::pair<std::size_t, std::size_t> filter_term_at(std::string_view text, std::size_t cursor);

} // namespace orrery::gui
