// SPDX-License-Identifier: GPL-3.0-or-later
#include "views/runs/run_filter.h"

#include "core/platform/process_info.h"
#include "core/schema.h"

#include <QDateTime>
#include <QString>

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <array>
#include <charconv>
#include <cmath>
#include <tuple>
#include <utility>

namespace orrery::gui {
namespace {

constexpr std::array<std::string_view, 9> word_fields{"status", "tag",  "experiment", "device", "run",
                                                      "name",   "note", "sweep",      "log"};
// What every run has: as its column is called, then as it is called elsewhere.
struct OwnField {
    std::string_view title, name;
};
constexpr std::array<OwnField, 5> own_fields{
    {{"time", "seconds"}, {"disk", "bytes"}, {"created", "created"}, {"seed", "seed"}, {"progress", "progress"}}};
constexpr std::array<Status, 7> statuses{Status::queued, Status::running, Status::stopping, Status::done,
                                         Status::failed, Status::stopped, Status::lost};
constexpr std::string_view blanks = " \t\r\n";

template <std::size_t n>
bool is_among(std::string_view word, const std::array<std::string_view, n>& list) {
    return std::find(list.begin(), list.end(), word) != list.end();
}

std::string lower(std::string_view text) {
    return QString::fromUtf8(text.data(), static_cast<qsizetype>(text.size())).toLower().toStdString();
}

// What was typed, for a sentence.
std::string shown(std::string_view text) {
    return text.size() <= 60 ? std::string(text) : std::string(text.substr(0, 57)) + "...";
}

const OwnField* own_field(std::string_view name) {
    const auto found = std::find_if(own_fields.begin(), own_fields.end(),
                                    [&](const OwnField& own) { return own.title == name || own.name == name; });
    return found == own_fields.end() ? nullptr : &*found;
}

// A day or a minute of local time, as the table shows it: when it begins, and how long it is, in seconds.
std::optional<std::pair<double, double>> time_of(const std::string& text) {
    const auto words = QString::fromStdString(text);
    if (const auto day = QDate::fromString(words, QStringLiteral("yyyy-MM-dd")); day.isValid())
        return std::pair(static_cast<double>(day.startOfDay().toSecsSinceEpoch()), 86400.0);
    for (const auto* form : {"yyyy-MM-dd hh:mm", "yyyy-MM-dd'T'hh:mm"})
        if (const auto time = QDateTime::fromString(words, QString::fromUtf8(form)); time.isValid())
            return std::pair(static_cast<double>(time.toSecsSinceEpoch()), 60.0);
    return std::nullopt;
}

// "1e-3"; of bytes also "5MB", of seconds also "2min".
std::optional<double> number_of(std::string_view field, std::string_view text) {
    if (text.starts_with('+')) text.remove_prefix(1);
    double value = 0;
    const auto read = std::from_chars(text.data(), text.data() + text.size(), value);
    if (read.ec == std::errc::result_out_of_range || read.ec == std::errc::invalid_argument) return std::nullopt;
    const std::string_view unit(read.ptr, static_cast<std::size_t>(text.data() + text.size() - read.ptr));
    if (unit.empty()) return value;
    using Unit = std::pair<std::string_view, double>;
    static constexpr std::array<Unit, 8> sizes{{{"b", 1},
                                                {"kb", 1e3},
                                                {"mb", 1e6},
                                                {"gb", 1e9},
                                                {"tb", 1e12},
                                                {"kib", 1024},
                                                {"mib", 1048576},
                                                {"gib", 1073741824}}};
    static constexpr std::array<Unit, 4> times{{{"s", 1}, {"min", 60}, {"h", 3600}, {"d", 86400}}};
    const auto in = [&](const auto& units) -> std::optional<double> {
        for (const auto& [name, factor] : units)
            if (lower(unit) == name) return value * factor;
        return std::nullopt;
    };
    if (field == "bytes") return in(sizes);
    if (field == "seconds") return in(times);
    return std::nullopt;
}

std::vector<std::string> names_of(const RunStore& store) {
    std::vector<std::string> names;
    for (const auto& [name, cells] : store.parameters()) names.push_back(name);
    for (const auto& [key, cells] : store.metrics()) names.push_back(key);
    for (const auto& own : own_fields) {
        names.emplace_back(own.title);
        if (own.name != own.title) names.emplace_back(own.name);
    }
    return names;
}

bool has_texts(const Cells& cells) {
    return std::any_of(cells.begin(), cells.end(), [](const Cell& cell) { return cell.kind == Cell::Kind::text; });
}

} // namespace

// Tokens: what stands between blanks, quotes taken away; then terms of them.
class RunFilter::Parser {
public:
    Parser(std::string_view text, const RunStore& store) : text_(text), store_(store) {}

    std::optional<std::vector<Term>> parse(std::string& problem) {
        std::vector<Term> terms;
        while (problem_.empty()) {
            skip_blanks();
            if (at_ == text_.size()) break;
            if (auto read = term()) terms.push_back(*std::move(read));
        }
        problem = problem_;
        if (!problem_.empty()) return std::nullopt;
        return terms;
    }

private:
    void skip_blanks() {
        while (at_ < text_.size() && blanks.find(text_[at_]) != std::string_view::npos) ++at_;
    }
    bool at_end_of_word() const { return at_ == text_.size() || blanks.find(text_[at_]) != std::string_view::npos; }

    std::nullopt_t refuse(std::string sentence) {
        if (problem_.empty()) problem_ = std::move(sentence);
        return std::nullopt;
    }

    // Up to a blank or one of `ends`; quotes hold together what is between them.
    std::string word(std::string_view ends) {
        std::string word;
        while (!at_end_of_word() && ends.find(text_[at_]) == std::string_view::npos) {
            if (text_[at_] != '"') {
                word += text_[at_++];
                continue;
            }
            quoted_ = true;
            const auto close = text_.find('"', at_ + 1);
            if (close == std::string_view::npos) {
                refuse("A quotation mark isn't closed: put another \" where the text ends.");
                at_ = text_.size();
                return word;
            }
            word += text_.substr(at_ + 1, close - at_ - 1);
            at_ = close + 1;
        }
        return word;
    }

    std::optional<Op> op() {
        static constexpr std::array<std::pair<std::string_view, Op>, 7> signs{{{"<=", Op::less_equal},
                                                                               {">=", Op::greater_equal},
                                                                               {"!=", Op::not_equal},
                                                                               {"==", Op::equal},
                                                                               {"<", Op::less},
                                                                               {">", Op::greater},
                                                                               {"=", Op::equal}}};
        for (const auto& [sign, meaning] : signs)
            if (text_.substr(at_).starts_with(sign)) {
                at_ += sign.size();
                sign_ = sign;
                return meaning;
            }
        return std::nullopt;
    }

    std::optional<Term> term() {
        Term term;
        if (text_[at_] == '-' && at_ + 1 < text_.size() && blanks.find(text_[at_ + 1]) == std::string_view::npos) {
            term.negative = true;
            ++at_;
        }
        quoted_ = false;
        std::string name = word("<>=!:");
        if (!problem_.empty()) return std::nullopt;
        const bool name_quoted = quoted_;
        if (at_ < text_.size() && text_[at_] == ':' && !name_quoted) return field(std::move(term), std::move(name));
        const auto back = at_;
        skip_blanks(); // "kappa < 0.1"
        if (auto meaning = op()) {
            term.op = meaning;
            return comparison(std::move(term), std::move(name));
        }
        at_ = back;
        name += word({}); // "what!?" has no operator in it
        if (!problem_.empty()) return std::nullopt;
        term.values.push_back(lower(name));
        return term;
    }

    std::optional<Term> field(Term term, std::string name) {
        ++at_; // the colon
        term.field = lower(name);
        if (!is_among(term.field, word_fields)) {
            const auto names = names_of(store_);
            if (std::find(names.begin(), names.end(), name) != names.end())
                return refuse(
                    fmt::format("'{}' is compared with <, <=, >, >=, = or !=, not with a colon.", shown(name)));
            return refuse(
                fmt::format("There is no field '{}:'; there are {}:.", shown(name), fmt::join(word_fields, ":, ")));
        }
        bool more = true;
        while (more) {
            auto value = lower(word(","));
            more = !at_end_of_word();
            if (more) ++at_; // the comma
            if (value.empty() && problem_.empty())
                return refuse(fmt::format("After '{}:' a value is missing, as in {}.", name, example(term.field)));
            term.values.push_back(std::move(value));
        }
        if (term.field == "status") check_status(term);
        if (!problem_.empty()) return std::nullopt;
        return term;
    }

    static std::string example(std::string_view field) {
        if (field == "status") return "status:done";
        if (field == "tag") return "tag:paper";
        return fmt::format("{}:abc", field);
    }

    void check_status(const Term& term) {
        std::vector<std::string> known;
        for (const auto status : statuses) known.emplace_back(name_of(status));
        for (const auto& value : term.values)
            if (std::find(known.begin(), known.end(), value) == known.end())
                refuse(fmt::format("There is no status '{}'; there are {}.", shown(value), fmt::join(known, ", ")));
    }

    std::optional<Term> comparison(Term term, std::string name) {
        skip_blanks();
        const auto value = word({});
        if (!problem_.empty()) return std::nullopt;
        if (name.empty())
            return refuse(fmt::format("Before '{}' the name of a parameter or metric is missing.", sign_));
        const auto* parameter = store_.parameter(name);
        const auto* metric = store_.metric(name);
        const auto* own = own_field(name);
        if (!parameter && !metric && !own) return unknown(name);
        if (value.empty() && !quoted_)
            return refuse(fmt::format("After '{}{}' a value is missing.", shown(name), sign_));
        term.is_own = !parameter && !metric;
        term.field = term.is_own ? own->name : name;
        if (term.field == "created" && term.is_own) return date(std::move(term), value);
        const bool equality = term.op == Op::equal || term.op == Op::not_equal;
        if (const auto number = number_of(term.is_own ? term.field : std::string(), value)) {
            term.is_number = true;
            term.number = *number;
        } else if (!equality) {
            return refuse(fmt::format("{} is compared with '{}', which is no number.", shown(name), shown(value)) +
                          own_name(term.is_own ? nullptr : own, name));
        } else if (!parameter || !(has_texts(*parameter) || value == "true" || value == "false")) {
            return refuse(fmt::format("{} is a number, and '{}' is none.", shown(name), shown(value)));
        }
        term.values.push_back(value);
        return term;
    }

    std::optional<Term> date(Term term, const std::string& value) {
        const auto time = time_of(value);
        if (!time)
            return refuse(fmt::format("created is compared with a day, as in 2026-01-31, or with \"2026-01-31 10:07\", "
                                      "and '{}' is neither.",
                                      shown(value)));
        term.is_number = true;
        std::tie(term.number, term.width) = *time;
        term.values.push_back(value);
        return term;
    }

    // Where a parameter or metric took the name: how the run's own is reached.
    std::string own_name(const OwnField* own, const std::string& name) const {
        if (!own) return {};
        for (const auto other : {own->title, own->name})
            if (other != name && !store_.parameter(other) && !store_.metric(other))
                return fmt::format(" The run's own is called '{}'.", other);
        return {};
    }

    std::nullopt_t unknown(const std::string& name) {
        if (is_among(name, word_fields))
            return refuse(fmt::format("Write {0}:VALUE, as in {1}, not {0}{2}.", name, example(name), sign_));
        const auto meant = did_you_mean(name, names_of(store_));
        std::vector<std::string_view> titles;
        for (const auto& own : own_fields) titles.push_back(own.title);
        return refuse(meant
                          ? fmt::format("There is no parameter or metric '{}'; did you mean '{}'?", shown(name), *meant)
                          : fmt::format("There is no parameter or metric '{}' in these runs; every run has {}.",
                                        shown(name), fmt::join(titles, ", ")));
    }

    std::string_view text_;
    const RunStore& store_;
    std::size_t at_ = 0;
    bool quoted_ = false;
    std::string_view sign_;
    std::string problem_;
};

std::optional<RunFilter> RunFilter::parse(std::string_view text, const RunStore& store, std::string& problem) {
    auto terms = Parser(text, store).parse(problem);
    if (!terms) return std::nullopt;
    RunFilter filter;
    filter.terms_ = *std::move(terms);
    return filter;
}

Cell RunFilter::compared(const Term& term, const RunStore& store, std::size_t run) {
    const auto number = [](double value) { return Cell{Cell::Kind::number, value, nullptr}; };
    if (!term.is_own) {
        for (const auto* cells : {store.parameter(term.field), store.metric(term.field)})
            if (cells && (*cells)[run].kind != Cell::Kind::none) return (*cells)[run];
        return {};
    }
    const auto& row = store.runs()[run];
    if (term.field == "created") { // the day or the minute that it lies in, counted from the one that is asked for
        if (row.created.empty()) return {};
        const double since = platform::seconds_of_utc(row.created) - term.number;
        return number(term.number + std::floor(since / term.width) * term.width);
    }
    if (term.field == "seconds") return store.cell({ColumnKind::seconds, {}}, run);
    if (term.field == "bytes") return number(static_cast<double>(store.bytes(run)));
    if (term.field == "seed") return number(static_cast<double>(row.seed));
    return number(row.progress);
}

bool RunFilter::compares(const Term& term, const Cell& cell) {
    const bool wants_equal = *term.op == Op::equal;
    const bool equality = wants_equal || *term.op == Op::not_equal;
    switch (cell.kind) {
    case Cell::Kind::none:
        return false;
    case Cell::Kind::text:
        return equality && (*cell.text == term.values.front()) == wants_equal;
    case Cell::Kind::boolean:
        if (!term.is_number) return equality && ((cell.number != 0) == (term.values.front() == "true")) == wants_equal;
        break;
    default:
        if (!term.is_number) return *term.op == Op::not_equal;
    }
    const bool both_nan = std::isnan(cell.number) && std::isnan(term.number);
    switch (*term.op) {
    case Op::less:
        return cell.number < term.number;
    case Op::less_equal:
        return cell.number <= term.number;
    case Op::greater:
        return cell.number > term.number;
    case Op::greater_equal:
        return cell.number >= term.number;
    case Op::equal:
        return cell.number == term.number || both_nan;
    case Op::not_equal:
        return cell.number != term.number && !both_nan;
    }
    return false;
}

bool RunFilter::holds(const Term& term, const RunStore& store, const LogMatches& logs, std::size_t run) {
    if (term.op) return compares(term, compared(term, store, run));
    const auto& row = store.runs()[run];
    const auto in_log = [&](const std::string& word) {
        const auto found = logs.find(word);
        return found != logs.end() && found->second.contains(row.id);
    };
    if (term.field.empty())
        return store.search_text(run).find(term.values.front()) != std::string::npos || in_log(term.values.front());
    const auto any = [&](auto fits) { return std::any_of(term.values.begin(), term.values.end(), fits); };
    if (term.field == "log") return any(in_log);
    const auto part = [&](const std::string& text) {
        return any([low = lower(text)](const auto& value) { return low.find(value) != std::string::npos; });
    };
    if (term.field == "status") return any([&](const auto& value) { return value == name_of(row.status); });
    if (term.field == "tag")
        return std::any_of(row.tags.begin(), row.tags.end(), [&](const auto& tag) {
            return any([low = lower(tag)](const auto& value) { return value == low; });
        });
    if (term.field == "run") return any([&](const auto& value) { return row.id.starts_with(value); });
    if (term.field == "experiment") return part(row.experiment);
    if (term.field == "device") return part(row.device);
    if (term.field == "name") return part(row.name);
    if (term.field == "sweep") return part(row.sweep);
    return part(row.note);
}

std::set<std::string> RunFilter::log_words() const {
    std::set<std::string> words;
    for (const auto& term : terms_)
        if (!term.op && (term.field.empty() || term.field == "log"))
            words.insert(term.values.begin(), term.values.end());
    return words;
}

std::vector<std::size_t> RunFilter::apply(const RunStore& store, const LogMatches& logs) const {
    std::vector<std::size_t> found;
    const auto count = store.runs().size();
    found.reserve(count);
    for (std::size_t run = 0; run < count; ++run) {
        const bool fits = std::all_of(terms_.begin(), terms_.end(),
                                      [&](const Term& term) { return holds(term, store, logs, run) != term.negative; });
        if (fits) found.push_back(run);
    }
    return found;
}

} // namespace orrery::gui
