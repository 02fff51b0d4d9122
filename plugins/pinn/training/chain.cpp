// SPDX-License-Identifier: BSD-3-Clause
#include "plugins/pinn/training/chain.h"

#include "core/error.h"
#include "plugins/pinn/training/lbfgs.h"
#include "plugins/pinn/training/quasi_newton.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <charconv>
#include <cmath>

namespace orrery::pinn::training {

namespace {

constexpr std::size_t default_pairs = 50;
constexpr std::int64_t default_every = 10;
constexpr double default_weight_decay = 0.01;

struct Kind {
    std::string_view name;
    std::int64_t iterations; // where another stage follows and nothing is said
    std::string_view options;
    double rate = 0;
};
constexpr std::array<Kind, 7> kinds{{{"adam", 300, "rate, decay, cosine", 2e-3},
                                     {"adamw", 300, "rate, decay, cosine, weight", 2e-3},
                                     {"soap", 300, "rate, decay, cosine, every", 3e-3},
                                     {"lbfgs", 1000, "memory"},
                                     {"bfgs", 1000, ""},
                                     {"ssbfgs", 1000, ""},
                                     {"ssbroyden", 1000, ""}}};

bool is_dense(std::string_view name) { return name == "bfgs" || name == "ssbfgs" || name == "ssbroyden"; }

[[noreturn]] void refuse(const std::string& what) {
    throw Error(what + "; accepted: adam, adamw, soap, lbfgs, bfgs, ssbfgs, ssbroyden, chained by '+', each with an "
                       "optional count or auto and options: adam:300(rate=1e-3)+ssbroyden",
                {}, ExitCode::usage);
}

// The pieces between separators that are not inside parentheses.
std::vector<std::string> split(const std::string& text, char separator) {
    std::vector<std::string> pieces(1);
    int depth = 0;
    for (const char c : text) {
        depth += c == '(' ? 1 : c == ')' ? -1 : 0;
        if (c == separator && depth <= 0) {
            pieces.emplace_back();
        } else {
            pieces.back() += c;
        }
    }
    return pieces;
}

template <class T>
std::optional<T> number(std::string_view text, T least, T most) {
    T value{};
    const auto [stop, failure] = std::from_chars(text.data(), text.data() + text.size(), value);
    if (failure != std::errc() || stop != text.data() + text.size()) return {};
    if (!(value >= least && value <= most)) return {};
    return value;
}

constexpr std::int64_t most_steps = std::int64_t{1} << 60;

// Sets one option; false where the value is not what it takes.
bool set(Stage& stage, std::string_view key, std::string_view value) {
    constexpr double tiny = 1e-300, huge = 1e300;
    const auto steps = number<std::int64_t>(value, 1, most_steps);
    if (key == "decay") {
        const std::size_t slash = std::min(value.find('/'), value.size());
        const auto factor = number<double>(value.substr(0, slash), tiny, 1);
        const auto of = number<std::int64_t>(value.substr(std::min(slash + 1, value.size())), 1, most_steps);
        if (factor && of) stage.schedule.factor = *factor, stage.schedule.steps = *of;
        return factor && of;
    }
    if (key == "rate" || key == "weight" || key == "progress") {
        double& place = key == "rate" ? stage.schedule.rate : key == "weight" ? stage.weight_decay : stage.progress;
        const auto read = number<double>(value, key == "weight" ? 0 : tiny, key == "progress" ? 0.999 : huge);
        if (read) place = *read;
        return read.has_value();
    }
    if (!steps) return false;
    if (key == "cosine") stage.schedule.cosine = *steps;
    if (key == "every") stage.every = *steps;
    if (key == "memory") stage.memory = static_cast<std::size_t>(*steps);
    if (key == "window") stage.window = *steps;
    return true;
}

void read_options(Stage& stage, const Kind& kind, const std::string& text) {
    std::string known(kind.options);
    if (stage.automatic) known += known.empty() ? "window, progress" : ", window, progress";
    for (const std::string& option : split(text, ',')) {
        const std::size_t equals = std::min(option.find('='), option.size());
        const std::string key = option.substr(0, equals);
        const auto names = split(known, ',');
        const bool knows = std::any_of(names.begin(), names.end(),
                                       [&](const std::string& name) { return name == key || name == " " + key; });
        if (!knows || key.empty()) {
            refuse(fmt::format("'{}' is no option of {}{}, which {}", key, stage.name, stage.automatic ? ":auto" : "",
                               known.empty() ? "has none" : "knows " + known));
        }
        if (equals == option.size() || !set(stage, key, std::string_view(option).substr(equals + 1))) {
            refuse(fmt::format("'{}' gives {} no value that it can take", option, key));
        }
    }
}

Stage read_stage(const std::string& part, bool last) {
    const std::size_t open = std::min(part.find('('), part.size());
    const std::string head = part.substr(0, open);
    const std::size_t colon = std::min(head.find(':'), head.size());
    Stage stage;
    stage.name = head.substr(0, colon);
    const auto kind = std::find_if(kinds.begin(), kinds.end(), [&](const Kind& k) { return k.name == stage.name; });
    if (kind == kinds.end()) refuse(fmt::format("'{}' is no optimizer", stage.name));
    stage.schedule.rate = kind->rate;
    if (stage.name == "adamw") stage.weight_decay = default_weight_decay;
    if (stage.name == "soap") stage.every = default_every;
    if (stage.name == "lbfgs") stage.memory = default_pairs;
    if (colon < head.size()) {
        const std::string count = head.substr(colon + 1);
        stage.automatic = count == "auto";
        const auto read = number<std::int64_t>(count, 1, most_steps);
        if (!stage.automatic && !read) refuse(fmt::format("'{}' is no count of iterations in '{}'", count, part));
        if (read) stage.iterations = *read;
    } else if (!last) {
        stage.iterations = kind->iterations;
    }
    if (open == part.size()) return stage;
    if (part.back() != ')') refuse(fmt::format("'{}' has no ')' at its end", part));
    read_options(stage, *kind, part.substr(open + 1, part.size() - open - 2));
    return stage;
}

std::int64_t memory_of(const Stage& stage, std::int64_t unknowns, std::span<const Block> blocks) {
    if (is_dense(stage.name)) return InverseHessian::memory(unknowns) + 8 * 12 * unknowns;
    if (stage.name == "lbfgs") return 8 * (2 * static_cast<std::int64_t>(stage.memory) + 8) * unknowns;
    std::int64_t numbers = 5 * unknowns;
    if (stage.name == "soap") {
        for (const Block& block : blocks) {
            for (const std::size_t side : {block.rows, block.columns}) {
                if (std::min(block.rows, block.columns) > 1 && side <= Soap::largest_side)
                    numbers += 2 * static_cast<std::int64_t>(side * side);
            }
        }
    }
    return 8 * numbers;
}

std::string amount(std::int64_t bytes) {
    const double mega = static_cast<double>(bytes) * 1e-6;
    return mega < 1000 ? fmt::format("{:.0f} MB", mega) : fmt::format("{:.1f} GB", mega * 1e-3);
}

} // namespace

std::vector<Stage> parse_chain(const std::string& text) {
    const auto parts = split(text, '+');
    std::vector<Stage> chain;
    for (const std::string& part : parts) chain.push_back(read_stage(part, chain.size() + 1 == parts.size()));
    return chain;
}

std::string identity_of(const std::vector<Stage>& chain) {
    std::string text;
    for (const Stage& s : chain) {
        text += fmt::format("+{}:{}:{}({:a},{:a},{},{},{:a},{},{},{},{:a})", s.name, s.iterations, s.automatic,
                            s.schedule.rate, s.schedule.factor, s.schedule.steps, s.schedule.cosine, s.weight_decay,
                            s.every, s.memory, s.window, s.progress);
    }
    return text;
}

std::unique_ptr<Optimizer> make_optimizer(const Stage& stage, const Workplace& workplace) {
    if (stage.name == "adam" || stage.name == "adamw")
        return std::make_unique<Adam>(AdamOptions{stage.schedule, stage.weight_decay});
    if (stage.name == "soap")
        return std::make_unique<Soap>(workplace.blocks, SoapOptions{.schedule = stage.schedule, .every = stage.every});
    if (stage.name == "lbfgs") return std::make_unique<Lbfgs>(stage.memory);
    const QuasiNewtonRule rule = stage.name == "bfgs"     ? QuasiNewtonRule::bfgs
                                 : stage.name == "ssbfgs" ? QuasiNewtonRule::self_scaled_bfgs
                                                          : QuasiNewtonRule::self_scaled_broyden;
    return std::make_unique<QuasiNewton>(rule, workplace.team);
}

std::unique_ptr<Optimizer> make_optimizer(const std::string& name, const Workplace& workplace) {
    return make_optimizer(parse_chain(name).front(), workplace);
}

std::int64_t memory_needed(const std::vector<Stage>& chain, std::int64_t unknowns, std::span<const Block> blocks) {
    std::int64_t most = 0;
    for (const Stage& stage : chain) most = std::max(most, memory_of(stage, unknowns, blocks));
    return most;
}

std::optional<std::string> too_large(const std::vector<Stage>& chain, std::int64_t unknowns, std::int64_t free,
                                     std::span<const Block> blocks) {
    for (const Stage& stage : chain) {
        const std::int64_t needed = memory_of(stage, unknowns, blocks);
        if (needed <= free) continue;
        const std::string start = fmt::format("{} would take {} of memory for the {} parameters of this network and {} "
                                              "is free",
                                              stage.name, amount(needed), unknowns, amount(free));
        if (!is_dense(stage.name)) return start + ": take a smaller network.";
        return fmt::format("{}: take soap, which needs {}, or a smaller network.", start,
                           amount(memory_of(parse_chain("soap").front(), unknowns, blocks)));
    }
    return {};
}

bool Progress::ended(double loss) {
    sum_ += std::log(std::max(loss, std::numeric_limits<double>::min()));
    if (++count_ < window_) return false;
    const double mean = sum_ / static_cast<double>(window_);
    const bool failed = windows_ > 0 && !(mean < before_ + std::log1p(-progress_));
    failed_ = failed ? failed_ + 1 : 0;
    before_ = mean;
    sum_ = 0;
    count_ = 0;
    ++windows_;
    return failed_ >= 2;
}

void Progress::save(StateWriter& state) const {
    for (const std::int64_t n : {windows_, count_, failed_}) state.integer(n);
    state.number(sum_);
    state.number(before_);
}

void Progress::restore(StateReader& state) {
    for (std::int64_t* n : {&windows_, &count_, &failed_}) *n = state.integer(0, most_steps);
    sum_ = state.number();
    before_ = state.number();
}

} // namespace orrery::pinn::training
